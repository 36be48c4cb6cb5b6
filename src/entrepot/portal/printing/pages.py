"""Printing over HTTP: `/d/ID/print`, the PDFs and the spreadsheet under it, their API, and the empty templates."""

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from entrepot.portal.pages import READ, only, page, reader_of
from entrepot.portal.printing.papers import print_paper, printables
from entrepot.portal.printing.workbooks import MEDIA_TYPE, filled_from, workbook
from entrepot.portal.web import desk_of

PDF = "application/pdf"


def listed(request: HttpRequest, id: str) -> HttpResponseBase:
    """What can be printed of a dossier."""
    voice = reader_of(request)
    prints = printables(desk_of(request), id, voice)
    return page(request, "printing.html", voice=voice, dossier=id, prints=prints)


def paper(request: HttpRequest, id: str, name: str) -> HttpResponseBase:
    """One document as PDF."""
    printed = print_paper(desk_of(request), id, name, reader_of(request))
    return as_file(printed.file, printed.data, PDF)


def spreadsheet(request: HttpRequest, id: str) -> HttpResponseBase:
    """Invoice and packing list of a dossier as a workbook."""
    filled = filled_from(desk_of(request), id, reader_of(request))
    return as_file(f"{id}.xlsx", workbook(filled), MEDIA_TYPE)


def templates(request: HttpRequest) -> HttpResponseBase:
    """The empty spreadsheets, for anybody."""
    return page(request, "print_templates.html")


def template(request: HttpRequest) -> HttpResponseBase:
    return as_file("entrepot-invoice-packing-list.xlsx", workbook(), MEDIA_TYPE)


def as_file(name: str, data: bytes, media_type: str) -> HttpResponse:
    """Bytes of ours to be saved."""
    response = HttpResponse(data, content_type=media_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


URLS: list[URLPattern] = [
    path("d/<str:id>/print", only(listed, *READ)),
    path("d/<str:id>/print/<str:name>.pdf", only(paper, *READ)),
    path("d/<str:id>/print/spreadsheet.xlsx", only(spreadsheet, *READ)),
    path("templates", only(templates, *READ)),
    path("templates/trade.xlsx", only(template, *READ)),
]
