"""Search and what waits over HTTP."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from msgspec import Struct

from entrepot.portal import paging
from entrepot.portal.web import desk_of, told, voice_of
from entrepot.portal.work import mine
from entrepot.portal.work.mine import Row
from entrepot.portal.work.searching import Matches, find

LONGEST, ROWS, MOST_FOUND = 200, 100, 50


class Waits(Struct, frozen=True):
    """What waits for you, one entry for each dossier, the most urgent first. `as_of` is when the oldest of it was worked out;
    `drawing`: dossiers that moved just now are left out until they are worked out; `next` is the cursor of the page that follows."""

    work: tuple[Row, ...]
    as_of: str
    drawing: bool
    next: str = ""


def search(request: HttpRequest) -> HttpResponseBase:
    """Search in all your dossiers."""
    cursor, limit = paging.number_of(request, "cursor"), paging.limit_of(request, 20, MOST_FOUND)
    found = find(desk_of(request), voice_of(request), request.GET.get("q", "")[:LONGEST], cursor, limit)
    return paging.listed(request, found, found.next)


def work(request: HttpRequest) -> HttpResponseBase:
    """What waits for you."""
    voice, desk = voice_of(request), desk_of(request)
    names = ("who", "role", "kind", "mode")
    asked = mine.Asked(**{name: request.GET.get(name, "")[:LONGEST] for name in names})
    looked = mine.look(desk, voice)
    rows = mine.waiting(looked, asked, voice.person, desk.today())
    shown, following = paging.past(rows, mine.rank, request, ROWS)
    return paging.listed(request, Waits(shown, looked.as_of, looked.drawing, following), following)


def paths(shapes: dict[str, Any], verb: Any, parameter: Any, as_json: Any) -> dict[str, Any]:
    """The paths of search and work, for the description of the API."""
    text = {"type": "string", "maxLength": LONGEST}
    asked = [parameter(name, "query", text) for name in ("who", "role", "kind", "mode")]
    return {
        "/api/v1/search": {
            "get": verb(
                "Search in all your dossiers", shapes["Matches"], parameter("q", "query", text),
                *paging.parameters(parameter, MOST_FOUND, number=True),
            )
        },
        "/api/v1/work": {"get": verb("What waits for you", shapes["Waits"], *asked, *paging.parameters(parameter))},
    }  # fmt: skip


SHAPES: tuple[type, ...] = (Matches, Waits)
URLS: list[URLPattern] = [
    path("api/v1/search", told(search, "GET", "HEAD")),
    path("api/v1/work", told(work, "GET", "HEAD")),
]
