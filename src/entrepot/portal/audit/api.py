"""What was known then, who looked, and exports, over the API."""

from datetime import datetime
from typing import Any

import msgspec
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from msgspec import Struct

from entrepot.kernel.intake import Refusal
from entrepot.kernel.text import Text
from entrepot.portal import paging
from entrepot.portal.audit import exports, looking
from entrepot.portal.audit.as_of import Moved, moved_between, read_as_of
from entrepot.portal.audit.asking import day_of, file_response, moment_of
from entrepot.portal.audit.exports import AskedExport, ExportCard
from entrepot.portal.audit.filed import Filed, filed
from entrepot.portal.audit.looking import LookedAt
from entrepot.portal.drafts import problem
from entrepot.portal.reading import Reading
from entrepot.portal.web import body_of, desk_of, json_response, told, voice_of

LARGEST = 4_096


class ReadingAsOf(Struct, frozen=True, omit_defaults=True):
    """A sheet as of a moment (UTC), with what is not as it was then; `moved` is what stands otherwise than at another moment, where one
    was named."""

    moment: datetime
    reading: Reading
    notes: tuple[Text, ...]
    moved: tuple[Moved, ...] = ()


class FiledAgain(Struct, frozen=True):
    """What was sent of a dossier, drawn again with what was known and the packs of then."""

    filed: tuple[Filed, ...]


class Looks(Struct, frozen=True, omit_defaults=True):
    """Reads, the last first; `next` asks for those before."""

    reads: tuple[LookedAt, ...]
    next: str = ""


class ExportList(Struct, frozen=True, omit_defaults=True):
    """Your organisation's exports, the last first."""

    exports: tuple[ExportCard, ...]
    next: str = ""


def as_of(request: HttpRequest, id: str) -> HttpResponseBase:
    """The sheet as of a moment, as you could read it then and may now."""
    desk, voice, other = desk_of(request), voice_of(request), request.GET.get("with", "")
    here = read_as_of(desk, id, moment_of(request.GET.get("at", "")), voice)
    moved: tuple[Moved, ...] = ()
    if other:
        before = read_as_of(desk, id, moment_of(other, "with"), voice)
        moved = tuple(moved_between(before.reading, here.reading, here.looks))
    return json_response(ReadingAsOf(here.moment, here.reading, here.notes, moved))


def filed_again(request: HttpRequest, id: str) -> HttpResponseBase:
    """What was sent, drawn again."""
    return json_response(FiledAgain(tuple(filed(desk_of(request), id, voice_of(request)))))


def looks(request: HttpRequest) -> HttpResponseBase:
    """Who looked at what."""
    voice, asked = voice_of(request), request.GET
    scope: Any = asked.get("scope", "") or next(iter(looking.scopes(voice)), "mine")
    which = looking.Asked(
        asked.get("dossier", "")[:100], asked.get("organisation", "")[:100], asked.get("person", "")[:150],
        day_of(asked.get("since", ""), "since"), day_of(asked.get("until", ""), "until"), asked.get("personal", "") == "true",
    )  # fmt: skip
    limit = paging.limit_of(request)
    found = looking.looked(desk_of(request), voice, scope, which, paging.number_of(request, "cursor") or 0, limit)
    following = str(found[-1].number) if len(found) == limit else ""
    return paging.listed(request, Looks(tuple(found), following), following)


def every(request: HttpRequest) -> HttpResponseBase:
    """`GET`: the exports of your organisation. `POST`: ask for one; it is made behind."""
    voice, desk = voice_of(request), desk_of(request)
    if request.method != "POST":
        page, following = paging.behind(exports.listed(desk, voice), lambda one: one.id, request)
        return paging.listed(request, ExportList(page, following), following)
    try:
        asked = msgspec.json.decode(body_of(request, LARGEST), type=AskedExport)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise Refusal(
            (
                problem(
                    "AD06",
                    "body",
                    f"this does not fit: {str(error)[:200]}",
                    "格式不符",
                    "see the description of the API",
                    "请参见接口说明",
                ),
            )
        ) from None
    return json_response(exports.order(desk, voice, asked), 202)


def one(request: HttpRequest, id: str) -> HttpResponseBase:
    """How far an export is."""
    return json_response(exports.get(desk_of(request), voice_of(request), id))


def file(request: HttpRequest, id: str) -> HttpResponseBase:
    """The file of an export that is ready, whole or in part."""
    return file_response(request, *exports.fetch(desk_of(request), voice_of(request), id))


def paths(shapes: dict[str, Any], verb: Any, parameter: Any, as_json: Any) -> dict[str, Any]:
    """The paths of this part, for the description of the API."""
    text, day, flag = {"type": "string", "maxLength": 150}, {"type": "string", "format": "date"}, {"type": "boolean"}
    id_ = parameter("id", "path", {"type": "string"})
    asked = [parameter(name, "query", text) for name in ("dossier", "organisation", "person")]
    asked += [parameter(name, "query", day) for name in ("since", "until")] + [parameter("personal", "query", flag)]
    scope = parameter("scope", "query", {"enum": ["all", "ours", "own", "mine"]})
    return {
        "/api/v1/dossiers/{id}/as-of": {
            "get": verb(
                "The sheet as of a moment, and what stands otherwise than at another", shapes["ReadingAsOf"], id_,
                parameter("at", "query", text), parameter("with", "query", text),
            )
        },
        "/api/v1/dossiers/{id}/filed": {
            "get": verb("What was sent, drawn again with what was known and the packs of then", shapes["FiledAgain"], id_)
        },
        "/api/v1/reads": {
            "get": verb("Who looked at what", shapes["Looks"], scope, *asked, *paging.parameters(parameter, number=True))
        },
        "/api/v1/exports": {
            "get": verb("The exports of your organisation", shapes["ExportList"], *paging.parameters(parameter)),
            "post": verb(
                "Ask for an export: everything of your enterprise, or as an auditor a period", shapes["ExportCard"],
                body=as_json(shapes["AskedExport"]), ok="202",
            ),
        },
        "/api/v1/exports/{id}": {"get": verb("How far an export is", shapes["ExportCard"], id_)},
        "/api/v1/exports/{id}/file": {
            "get": verb(
                "The file of an export that is ready; Range asks for a part", {}, id_, media="application/zip", else_ok=("206",),
            )
        },
    }  # fmt: skip


SHAPES: tuple[type, ...] = (ReadingAsOf, FiledAgain, Looks, ExportList, ExportCard, AskedExport)
URLS: list[URLPattern] = [
    path("api/v1/dossiers/<str:id>/as-of", told(as_of, "GET", "HEAD")),
    path("api/v1/dossiers/<str:id>/filed", told(filed_again, "GET", "HEAD")),
    path("api/v1/reads", told(looks, "GET", "HEAD")),
    path("api/v1/exports", told(every, "GET", "HEAD", "POST")),
    path("api/v1/exports/<str:id>", told(one, "GET", "HEAD")),
    path("api/v1/exports/<str:id>/file", told(file, "GET", "HEAD")),
]
