"""The API of titles: read them, issue, take a step, sign one at home, split, and have the file that is checked offline."""

from decimal import Decimal
from typing import Any, TypeVar

import msgspec
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from msgspec import Struct

from entrepot.gateways.credentials.data_integrity import signing_input
from entrepot.gateways.dcsa.transport_document import Written, written
from entrepot.kernel.intake import convert
from entrepot.kernel.vocabulary.titles import Action, Purpose, TitleDocument
from entrepot.modules.titles.rules.control import acting_key
from entrepot.portal import paging, titles, titles_read
from entrepot.portal.drafts import decoded
from entrepot.portal.titles import StepTaken
from entrepot.portal.titles_export import export
from entrepot.portal.titles_read import TitlePage, TitleReading
from entrepot.portal.web import body_of, desk_of, json_response, told, voice_of

LARGEST = 2 * 1024 * 1024
T = TypeVar("T")


class TitleAsked(Struct, frozen=True, omit_defaults=True):
    """A title to be issued to `to`: its document whole, or the trade from whose facts it is drafted (then `document` may be left
    out). `id` names it; drawn where it is left out."""

    to: str
    document: TitleDocument | None = None
    trade: str = ""
    id: str = ""


class StepAsked(Struct, frozen=True, omit_defaults=True):
    """A step to be taken with a key in the platform's custody; with `prepare` only what is to be signed at home comes back, and
    `signed` is that with its proof. `document` is the amended one."""

    action: Action = "transfer"
    to: str = ""
    onward: bool = True
    purpose: Purpose = ""
    paper: str = ""
    reason: str = ""
    document: TitleDocument | None = None
    prepare: bool = False
    signed: dict[str, Any] | None = None

    def fields(self) -> dict[str, Any]:
        """The fields of the action; `onward` is that of an endorsement alone."""
        named = {"to": self.to, "purpose": self.purpose, "paper": self.paper, "reason": self.reason}
        return named | ({"onward": self.onward} if self.action == "endorse" else {})


class StepToSign(Struct, frozen=True):
    """The step with a proof that lacks its value, and the 64 bytes (hexadecimal) that the signature is over."""

    step: dict[str, Any]
    signing_input: str


class SplitAsked(Struct, frozen=True):
    """How a title is split: for each part so much of each line."""

    parts: tuple[dict[str, Decimal], ...]


def _asked(request: HttpRequest, shape: type[T]) -> T:
    asked: T = convert(decoded(body_of(request, LARGEST)), shape)
    return asked


def all_titles(request: HttpRequest) -> HttpResponseBase:
    """Your titles; or issue one."""
    desk, voice = desk_of(request), voice_of(request)
    if request.method != "POST":
        cursor, limit = paging.number_of(request, "cursor"), paging.limit_of(request)
        page = titles_read.mine(desk, voice, cursor or None, limit)
        return paging.listed(request, page, page.next)
    asked = _asked(request, TitleAsked)
    document = asked.document or titles_read.drafted(desk, voice, asked.trade)
    if asked.trade:
        document = msgspec.structs.replace(document, trade=asked.trade)
    taken = titles_read.issue_in_trade(desk, voice, document, asked.to, asked.id)
    return json_response(taken, 201 if taken.status == "said" else 200)


def title(request: HttpRequest, id: str) -> HttpResponseBase:
    """One title as you may see it."""
    return json_response(titles_read.read(desk_of(request), voice_of(request), id))


def steps(request: HttpRequest, id: str) -> HttpResponseBase:
    """Take a step, prepare one, or hand in one that was signed at home."""
    desk, voice = desk_of(request), voice_of(request)
    asked = _asked(request, StepAsked)
    if asked.signed is not None:
        taken = titles.said(desk, voice, id, asked.signed, asked.document)
    elif asked.prepare:
        step = titles.prepared(desk, voice, id, asked.action, asked.document, **asked.fields())
        body = titles.to_sign(step, acting_key(titles.opened(desk, voice, id).control, asked.action), desk)
        bare = {name: value for name, value in body.items() if name != "proof"}
        return json_response(StepToSign(body, signing_input(bare, body["proof"]).hex()))
    else:
        taken = titles.take(desk, voice, id, asked.action, asked.document, **asked.fields())
    return json_response(taken, 201 if taken.status == "said" else 200)


def split(request: HttpRequest, id: str) -> HttpResponseBase:
    """The issuer divides what was surrendered for it."""
    return json_response(titles.divide(desk_of(request), voice_of(request), id, _asked(request, SplitAsked).parts), 201)


def file(request: HttpRequest, id: str) -> HttpResponseBase:
    """The title in one file, checked with `entrepot verify`."""
    response = HttpResponse(export(desk_of(request), voice_of(request), id), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="title-{id}.json"'
    return response


def dcsa(request: HttpRequest, id: str) -> HttpResponseBase:
    """The transport document of DCSA's eBL 3.0, with what has no place in it and what it lacks."""
    return json_response(written(titles_read.read(desk_of(request), voice_of(request), id).document))


SHAPES: tuple[type, ...] = (TitlePage, TitleReading, StepTaken, TitleAsked, StepAsked, StepToSign, SplitAsked, Written)


def paths(shapes: dict[str, Any], verb: Any, at: Any, body: Any) -> dict[str, Any]:
    """These doors as the API's description tells them; `verb`, `at` and `body` are its words."""
    id_, v1 = at("id", "path"), "/api/v1/titles"
    took = {"anyOf": [shapes["StepTaken"], shapes["StepToSign"]]}
    return {
        v1: {
            "get": verb("Your titles: held, owed to you, issued by you, and those that you gave up", shapes["TitlePage"],
                        *paging.parameters(at, number=True)),
            "post": verb("Issue a bill of lading or a warehouse receipt", shapes["StepTaken"], body=body(shapes["TitleAsked"]), ok="201",
                         else_ok=("200",)),
        },
        f"{v1}/{{id}}": {"get": verb("A title as you may see it: state, control, steps, what you may do now", shapes["TitleReading"], id_)},
        f"{v1}/{{id}}/steps": {
            "post": verb("Take a step; or prepare one to be signed at home, and hand it in", took, id_, body=body(shapes["StepAsked"]),
                         ok="201", else_ok=("200",))
        },
        f"{v1}/{{id}}/split": {
            "post": verb("Split what was surrendered for it", {"type": "array", "items": shapes["StepTaken"]}, id_,
                         body=body(shapes["SplitAsked"]), ok="201")
        },
        f"{v1}/{{id}}/file": {"get": verb("The title in one file that is checked offline", {"type": "object"}, id_)},
        f"{v1}/{{id}}/dcsa": {"get": verb("The title as a DCSA transport document", shapes["Written"], id_)},
    }  # fmt: skip


URLS: list[URLPattern] = [
    path("api/v1/titles", told(all_titles, "GET", "HEAD", "POST")),
    path("api/v1/titles/<str:id>", told(title, "GET", "HEAD")),
    path("api/v1/titles/<str:id>/steps", told(steps, "POST")),
    path("api/v1/titles/<str:id>/split", told(split, "POST")),
    path("api/v1/titles/<str:id>/file", told(file, "GET", "HEAD")),
    path("api/v1/titles/<str:id>/dcsa", told(dcsa, "GET", "HEAD")),
]
