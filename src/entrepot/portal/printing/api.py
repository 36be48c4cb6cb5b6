"""Prints over the API: what can be printed of a dossier, and the files."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from entrepot.portal import paging
from entrepot.portal.printing.papers import PRINTS, Printable, print_paper, printables
from entrepot.portal.printing.workbooks import MEDIA_TYPE, filled_from, workbook
from entrepot.portal.web import desk_of, told, voice_of

PDF = "application/pdf"


def listed(request: HttpRequest, id: str) -> HttpResponseBase:
    """What can be printed, and what cannot yet, with the reasons."""
    voice = voice_of(request)
    page, following = paging.behind(printables(desk_of(request), id, voice), lambda one: one.name, request)
    return paging.listed(request, page, following)


def paper(request: HttpRequest, id: str, name: str) -> HttpResponseBase:
    """One document as PDF."""
    voice = voice_of(request)
    return HttpResponse(print_paper(desk_of(request), id, name, voice).data, content_type=PDF)


def spreadsheet(request: HttpRequest, id: str) -> HttpResponseBase:
    """Invoice and packing list as a workbook."""
    voice = voice_of(request)
    return HttpResponse(workbook(filled_from(desk_of(request), id, voice)), content_type=MEDIA_TYPE)


def paths(shapes: dict[str, Any], verb: Any, parameter: Any, as_json: Any) -> dict[str, Any]:
    """The paths of printing, for the description of the API."""
    id_, binary = parameter("id", "path"), {"type": "string", "format": "binary"}
    names = " | ".join(PRINTS)
    return {
        "/api/v1/dossiers/{id}/prints": {
            "get": verb(
                "What can be printed",
                {"type": "array", "items": shapes["Printable"]},
                id_,
                *paging.parameters(parameter),
            )
        },
        "/api/v1/dossiers/{id}/prints/{name}": {
            "get": verb(f"An unsigned print ({names})", binary, id_, parameter("name", "path"), media=PDF)
        },
        "/api/v1/dossiers/{id}/spreadsheet": {
            "get": verb(
                "Invoice and packing list as a workbook that can be handed in again", binary, id_, media=MEDIA_TYPE
            )
        },
    }


SHAPES: tuple[type, ...] = (Printable,)
URLS: list[URLPattern] = [
    path("api/v1/dossiers/<str:id>/prints", told(listed, "GET", "HEAD")),
    path("api/v1/dossiers/<str:id>/prints/<str:name>", told(paper, "GET", "HEAD")),
    path("api/v1/dossiers/<str:id>/spreadsheet", told(spreadsheet, "GET", "HEAD")),
]
