"""Search and what waits over HTTP."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from msgspec import Struct

from entrepot.portal.web import desk_of, json_response, told, voice_of
from entrepot.portal.work import mine
from entrepot.portal.work.mine import Row
from entrepot.portal.work.searching import Matches, find

LONGEST, ROWS = 200, 100


class Waits(Struct, frozen=True):
    """What waits for you, one entry for each dossier, the most urgent first. `as_of` is when the oldest of it was worked out;
    `drawing`: dossiers that moved just now are left out until they are worked out; `next` is the number of the page that follows."""

    work: tuple[Row, ...]
    as_of: str
    drawing: bool
    next: int | None = None


def search(request: HttpRequest) -> HttpResponseBase:
    """Search in all your dossiers."""
    return json_response(
        find(desk_of(request), voice_of(request), request.GET.get("q", "")[:LONGEST], _number(request, "cursor"))
    )


def work(request: HttpRequest) -> HttpResponseBase:
    """What waits for you."""
    voice, desk = voice_of(request), desk_of(request)
    names = ("who", "role", "kind", "mode")
    asked = mine.Asked(**{name: request.GET.get(name, "")[:LONGEST] for name in names})
    looked = mine.look(desk, voice)
    rows = mine.waiting(looked, asked, voice.person, desk.today())
    page = _number(request, "page") or 0
    shown = tuple(rows[page * ROWS : (page + 1) * ROWS])
    following = page + 1 if len(rows) > (page + 1) * ROWS else None
    return json_response(Waits(shown, looked.as_of, looked.drawing, following))


def _number(request: HttpRequest, name: str) -> int | None:
    given = request.GET.get(name, "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 18 else None


def paths(shapes: dict[str, Any], verb: Any, parameter: Any, as_json: Any) -> dict[str, Any]:
    """The paths of search and work, for the description of the API."""
    text, number = {"type": "string", "maxLength": LONGEST}, {"type": "integer", "minimum": 0}
    asked = [parameter(name, "query", text) for name in ("who", "role", "kind", "mode")]
    return {
        "/api/v1/search": {
            "get": verb(
                "Search in all your dossiers", shapes["Matches"], parameter("q", "query", text),
                parameter("cursor", "query", number),
            )
        },
        "/api/v1/work": {"get": verb("What waits for you", shapes["Waits"], *asked, parameter("page", "query", number))},
    }  # fmt: skip


SHAPES: tuple[type, ...] = (Matches, Waits)
URLS: list[URLPattern] = [
    path("api/v1/search", told(search, "GET", "HEAD")),
    path("api/v1/work", told(work, "GET", "HEAD")),
]
