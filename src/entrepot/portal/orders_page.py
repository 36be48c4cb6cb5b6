"""The orders of a dossier `/d/<id>/orders`: which agree with payment and parcel, which do not and why; files handed in."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString

from entrepot.gateways.bounds import MAX_BYTES
from entrepot.gateways.orders.columns import Kind
from entrepot.portal.order_join import KINDS, Wanted
from entrepot.portal.orders_said import Told, say_files
from entrepot.portal.pages import DO, READ, only, page, reader_of
from entrepot.portal.reading import Found
from entrepot.portal.setting import home
from entrepot.portal.web import TooMuch, desk_of
from entrepot.portal.words import word
from entrepot.store.pseudonyms import pseudonyms

MATCH = "ecommerce.match"
SHOWN = 200
SPEAKERS = frozenset({"exporter", "importer", "broker", "clerk"})
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,8}$")


def orders(request: HttpRequest, id: str, told: list[Told] | None = None) -> HttpResponseBase:
    """The orders as matched; those that do not agree come first."""
    voice = reader_of(request)
    reading = desk_of(request).read(id, voice)
    match = next((one for one in reading.findings if one.topic == MATCH), None)
    value = match.value if match is not None and match.value else {"orders": {}, "strays": ()}
    rows = sorted(value["orders"].items(), key=lambda item: (not item[1].get("mismatches"), item[0]))
    refused = [one for one in told or () if one.wrong is not None]
    return page(
        request, "orders.html", voice=voice, reading=reading, rows=rows[:SHOWN], more=max(0, len(rows) - SHOWN),
        strays=value.get("strays", ())[:SHOWN], agreeing=value.get("agreeing", 0), count=len(rows), refused=refused[:SHOWN],
        said=None if told is None else len(told) - len(refused), may_say=bool(SPEAKERS & set(reading.roles)),
        kinds=[(kind, f"orders_{kind}") for kind in KINDS],
    )  # fmt: skip


def hand_in(request: HttpRequest, id: str) -> HttpResponseBase:
    """Files from the form, said record by record; what was not taken is told with its line."""
    voice, desk = reader_of(request), desk_of(request)
    wanted = Wanted(request.POST.get("import") == "yes", request.POST.get("currency", "").strip()[:3])
    with kept(request) as files:
        told = list(say_files(desk, voice, id, files, wanted, pseudonyms(home() / "keys")))
    return orders(request, id, told)


@contextmanager
def kept(request: HttpRequest) -> Iterator[dict[Kind, Path]]:
    """The files of the form in a scratch folder that goes with the request: they hold persons in clear."""
    with TemporaryDirectory(prefix="entrepot-orders-") as folder:
        files: dict[Kind, Path] = {}
        for kind in KINDS:
            upload: Any = request.FILES.get(kind)
            if isinstance(upload, UploadedFile) and upload.size:
                if upload.size > MAX_BYTES:
                    raise TooMuch(MAX_BYTES)
                ending = _ENDING.search(str(upload.name))
                files[kind] = Path(folder) / f"{kind}{ending.group().lower() if ending else ''}"
                files[kind].write_bytes(upload.read())
        yield files


def page_of(found: Found, language: str, dossier: str) -> SafeString:
    """The match on the sheet in a line, and the way to its page: a dossier may hold thousands of orders."""
    agreeing, count = found.value.get("agreeing", 0), len(found.value["orders"])
    told = f"{count} {word('orders_all', language)}: {agreeing} {word('orders_agree', language)}"
    return format_html('<p>{} · <a href="{}/orders">{}</a></p>', told, dossier, word("orders_page", language))


URLS: list[URLPattern] = [
    path("d/<str:id>/orders", only(orders, *READ)),
    path("d/<str:id>/orders/files", only(hand_in, *DO)),
]
