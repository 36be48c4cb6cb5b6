"""Mandates over the API: those you gave and hold, one more, the end of one."""

from datetime import date
from typing import Any, Literal

import msgspec
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from msgspec import Struct

from entrepot.kernel.intake import Refusal
from entrepot.kernel.vocabulary.enterprise import EnterpriseMandate
from entrepot.portal import paging
from entrepot.portal.access import giving
from entrepot.portal.drafts import problem
from entrepot.portal.web import body_of, desk_of, json_response, told, voice_of

LARGEST = 128 * 1024


class MandateToGive(Struct, frozen=True, forbid_unknown_fields=True):
    """A mandate to be given: to which agent in which role, and where, for how long, whether it may send. `signed_on` is today where
    not given, `number` the next one free. `instead`: it takes the place of one that runs under this number."""

    agent: str
    role: Literal["broker", "clerk"] = "broker"
    signed_on: date | None = None
    valid_until: date | None = None
    dossiers: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    may_send: bool = False
    agent_name: str = ""
    number: str = ""
    instead: bool = False


class MandateEnd(Struct, frozen=True, forbid_unknown_fields=True):
    """Why a mandate ends."""

    reason: str


def every(request: HttpRequest) -> HttpResponseBase:
    """`GET`: the mandates you gave and hold. `POST`: give one."""
    voice, desk = voice_of(request), desk_of(request)
    if request.method != "POST":
        seen = giving.listed(desk, voice)
        page, following = paging.behind((*seen.given, *seen.received), lambda one: one.statement, request)
        given = tuple(one for one in page if one in seen.given)
        received = tuple(one for one in page if one not in seen.given)
        return paging.listed(request, giving.Mandates(given, received, following), following)
    asked = _asked(request, MandateToGive)
    mandate = EnterpriseMandate(
        asked.agent, asked.role, asked.signed_on or desk.today(), asked.valid_until, asked.dossiers, asked.modes, asked.may_send,
        asked.agent_name,
    )  # fmt: skip
    return json_response(giving.give(desk, voice, mandate, asked.number, instead=asked.instead), 201)


def end(request: HttpRequest, agent: str, number: str) -> HttpResponseBase:
    """Revoke a mandate, with the reason."""
    voice, desk = voice_of(request), desk_of(request)
    return json_response(giving.revoke(desk, voice, agent, number, _asked(request, MandateEnd).reason))


def _asked(request: HttpRequest, shape: Any) -> Any:
    try:
        return msgspec.json.decode(body_of(request, LARGEST), type=shape)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise Refusal(
            (
                problem(
                    "AC16", "body", f"this does not fit: {str(error)[:200]}", "格式不符", "see the description of the API",
                    "请参见接口说明",
                ),
            )
        ) from None  # fmt: skip


def paths(shapes: dict[str, Any], verb: Any, parameter: Any, as_json: Any) -> dict[str, Any]:
    """The paths of mandates, for the description of the API."""
    return {
        "/api/v1/mandates": {
            "get": verb("The mandates that your organisation gave and holds", shapes["Mandates"], *paging.parameters(parameter)),
            "post": verb(
                "Give a mandate; it takes the duty to administer", shapes["MandateCard"],
                body=as_json(shapes["MandateToGive"]), ok="201",
            ),
        },
        "/api/v1/mandates/{agent}/{number}/revoke": {
            "post": verb(
                "Revoke a mandate at once", shapes["MandateCard"], parameter("agent", "path"), parameter("number", "path"),
                body=as_json(shapes["MandateEnd"]),
            )
        },
    }  # fmt: skip


SHAPES: tuple[type, ...] = (MandateToGive, MandateEnd, giving.MandateCard, giving.Mandates)
URLS: list[URLPattern] = [
    path("api/v1/mandates", told(every, "GET", "HEAD", "POST")),
    path("api/v1/mandates/<str:agent>/<str:number>/revoke", told(end, "POST")),
]
