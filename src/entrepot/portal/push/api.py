"""Push over the API: the feed of events, and subscriptions."""

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlencode

import msgspec
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.kernel.intake import Refusal
from entrepot.portal import paging, setting
from entrepot.portal.desk import Desk
from entrepot.portal.push import problems, subscribing
from entrepot.portal.push.events import MOST, Event, EventData, Events, Filter, events_for, last_position
from entrepot.portal.push.pushing import try_out
from entrepot.portal.push.subscribing import (
    Asked,
    Changed,
    DeliveryCard,
    Made,
    SubscriptionCard,
    filter_faults,
)
from entrepot.portal.web import body_of, desk_of, json_response, told, voice_of
from entrepot.store.events import START, Position

BATCH = "application/cloudevents-batch+json"
LONGEST_WAIT = 20  # seconds that a caller may wait for an event
WAITING = 4  # callers that wait at once in a process; more are answered at once
LOOK_SECONDS = 0.2
LARGEST = 64 * 1024
_waiting = threading.BoundedSemaphore(WAITING)
T = TypeVar("T")


class Replay(Struct, frozen=True, forbid_unknown_fields=True):
    """What to deliver again: all behind a position (`start`: everything), or the one event at a position."""

    after: str = ""
    event: str = ""


class SubscriptionList(Struct, frozen=True, omit_defaults=True):
    """An organisation's subscriptions, the newest first and those that ended last; `next` is the cursor of more."""

    subscriptions: tuple[SubscriptionCard, ...]
    next: str = ""


class DeliveryList(Struct, frozen=True, omit_defaults=True):
    """Deliveries, the latest event first; `next` is the cursor of those before."""

    deliveries: tuple[DeliveryCard, ...]
    next: str = ""


SHAPES: tuple[type, ...] = (
    Event,
    EventData,
    Asked,
    Changed,
    Made,
    SubscriptionCard,
    SubscriptionList,
    DeliveryCard,
    DeliveryList,
    Replay,
)


# -- the feed ---------------------------------------------------------------------------------------------------------


def events(request: HttpRequest) -> HttpResponseBase:
    """The events behind a position, for whoever asks; with `wait` it waits for one to come."""
    desk, given = desk_of(request), request.GET
    voice_of(request)
    after = START if given.get("after", "") in ("", "start") else Position.parse(given["after"])
    limit, wait = _number(given.get("limit", "100")), _number(given.get("wait", "0"))
    if after is None or limit is None or wait is None:
        raise Refusal((problems.position(given.get("after", "") if after is None else "limit, wait"),))
    topics, dossiers, kinds, roles = (tuple(given.getlist(name)) for name in ("topic", "dossier", "kind", "role"))
    only = Filter(topics, dossiers, kinds, roles, given.get("found") != "false")
    if faults := filter_faults(only):
        raise Refusal(tuple(faults))
    found = _waited(desk, partial(voice_of, request), after, max(1, min(limit, MOST)), only, min(wait, LONGEST_WAIT))
    response = HttpResponse(msgspec.json.encode(found.events), content_type=BATCH)
    asked = [(name, value) for name, values in given.lists() for value in values if name != "after"]
    behind = str(found.upto) if found.upto > START else "start"
    response["Link"] = f'<{setting.address()}/api/v1/events?{urlencode([*asked, ("after", behind)])}>; rel="next"'
    return response


def _waited(desk: Desk, who: Callable[[], Voice], after: Position, limit: int, only: Filter, wait: int) -> Events:
    """What there is, or comes in time; `who` proves the voice, and proves it again before what came meanwhile is told."""
    found = events_for(desk, who(), after, limit, only)
    if found.events or not wait or not _waiting.acquire(blocking=False):
        return found
    try:
        due = time.monotonic() + wait
        while not found.events and time.monotonic() < due:
            time.sleep(LOOK_SECONDS)
            if last_position(desk) > found.upto:
                found = events_for(desk, who(), found.upto, limit, only)
        return found
    finally:
        _waiting.release()


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 6 else None


# -- subscriptions ----------------------------------------------------------------------------------------------------


def subscriptions(request: HttpRequest) -> HttpResponseBase:
    """The organisation's subscriptions; `POST` makes one and tells its secret, this once."""
    voice, desk = voice_of(request), desk_of(request)
    if request.method == "POST":
        return json_response(subscribing.make(desk, voice, _read(request, Asked)), 201)
    page, following = paging.behind(subscribing.mine(desk, voice), lambda one: one.id, request)
    return paging.listed(request, SubscriptionList(page, following), following)


def subscription(request: HttpRequest, id: str) -> HttpResponseBase:
    """One of them; `PATCH` changes, pauses or lets it go on, `DELETE` ends it."""
    voice, desk = voice_of(request), desk_of(request)
    if request.method == "PATCH":
        return json_response(subscribing.change(desk, voice, id, _read(request, Changed)))
    if request.method == "DELETE":
        return json_response(subscribing.end(desk, voice, id))
    return json_response(subscribing.get(desk, voice, id))


def rotate(request: HttpRequest, id: str) -> HttpResponseBase:
    """A new secret, told this once."""
    return json_response(subscribing.rotate(desk_of(request), voice_of(request), id))


def replay(request: HttpRequest, id: str) -> HttpResponseBase:
    """Deliver again."""
    voice, desk, asked = voice_of(request), desk_of(request), _read(request, Replay)
    if asked.event:
        return json_response(subscribing.replay_one(desk, voice, id, asked.event))
    return json_response(subscribing.replay(desk, voice, id, asked.after))


def test(request: HttpRequest, id: str) -> HttpResponseBase:
    """Try the receiver with an event of the type `entrepot.test`."""
    return json_response(try_out(desk_of(request), voice_of(request), id))


def deliveries(request: HttpRequest, id: str) -> HttpResponseBase:
    """What was delivered and what waits."""
    limit, before = paging.limit_of(request), paging.cursor_of(request) or request.GET.get("before", "")
    if before and Position.parse(before) is None:
        raise Refusal((problems.position(before),))
    found = subscribing.deliveries(desk_of(request), voice_of(request), id, before, limit)
    following = found[-1].position if len(found) == limit else ""
    return paging.listed(request, DeliveryList(tuple(found), following), following)


def _read(request: HttpRequest, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(body_of(request, LARGEST) or b"{}", type=shape)
    except msgspec.MsgspecError as error:
        raise Refusal((problems.form(str(error)),)) from None


# -- described --------------------------------------------------------------------------------------------------------


def paths(shapes: dict[str, Any], verb: Any, parameter: Any, as_json: Any) -> dict[str, Any]:
    """The paths of push, for the description of the API."""
    id_, one = parameter("id", "path"), "/api/v1/subscriptions/{id}"
    number = {"type": "integer"}
    several = {"type": "array", "items": {"type": "string"}}
    return {
        "/api/v1/events": {
            "get": verb(
                "What happened, as far as you may read it, in order; `Link` leads to what comes next",
                {"type": "array", "items": shapes["Event"]}, parameter("after", "query"),
                parameter("limit", "query", {**number, "maximum": MOST}), parameter("wait", "query", {**number, "maximum": LONGEST_WAIT}),
                *(parameter(name, "query", several) for name in ("topic", "dossier", "kind", "role")),
                parameter("found", "query", {"enum": ["true", "false"]}), media=BATCH,
            )
        },
        "/api/v1/subscriptions": {
            "get": verb("Your organisation's subscriptions", shapes["SubscriptionList"], *paging.parameters(parameter)),
            "post": verb("Subscribe: the secret is told this once", shapes["Made"], body=as_json(shapes["Asked"]), ok="201"),
        },
        one: {
            "get": verb("One subscription", shapes["SubscriptionCard"], id_),
            "patch": verb("Rename, filter otherwise, pause, go on", shapes["SubscriptionCard"], id_, body=as_json(shapes["Changed"])),
            "delete": verb("End it for good", shapes["SubscriptionCard"], id_),
        },
        f"{one}/rotate": {"post": verb("A new secret, told this once; the old one signs too for a day", shapes["Made"], id_)},
        f"{one}/replay": {"post": verb("Deliver again", shapes["SubscriptionCard"], id_, body=as_json(shapes["Replay"]))},
        f"{one}/test": {"post": verb("Try the receiver", shapes["DeliveryCard"], id_)},
        f"{one}/deliveries": {
            "get": verb(
                "What was delivered and what waits", shapes["DeliveryList"], id_, *paging.parameters(parameter),
            )
        },
    }  # fmt: skip


URLS: list[URLPattern] = [
    path("api/v1/events", told(events, "GET", "HEAD")),
    path("api/v1/subscriptions", told(subscriptions, "GET", "HEAD", "POST")),
    path("api/v1/subscriptions/<str:id>", told(subscription, "GET", "HEAD", "PATCH", "DELETE")),
    path("api/v1/subscriptions/<str:id>/rotate", told(rotate, "POST")),
    path("api/v1/subscriptions/<str:id>/replay", told(replay, "POST")),
    path("api/v1/subscriptions/<str:id>/test", told(test, "POST")),
    path("api/v1/subscriptions/<str:id>/deliveries", told(deliveries, "GET", "HEAD")),
]
