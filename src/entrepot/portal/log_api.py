"""The log over HTTP, exactly as C2SP tlog-tiles asks: for anybody, from anybody's browser, and for caches in between.

`/log/checkpoint`, `/log/tile/<L>/<N>[.p/<W>]`, `/log/tile/entries/<N>[.p/<W>]`; beside them `/log/checkpoint/<SIZE>` for every
size that was signed, and `/log/keys`, the first key with every signed change.
"""

import gzip
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from entrepot.kernel.why import NoSuchPlace
from entrepot.portal.web import desk_of, told
from entrepot.store.tiles import TilePath

FOR_EVER = "public, max-age=31536000, immutable"
A_MOMENT = "public, max-age=2"
TEXT, BYTES = "text/plain; charset=utf-8", "application/octet-stream"
LONGEST_SIZE = 19  # digits


def checkpoint(request: HttpRequest) -> HttpResponseBase:
    """The latest signed checkpoint."""
    return _note(request, None)


def checkpoint_of(request: HttpRequest, size: str) -> HttpResponseBase:
    """The signed checkpoint of a size, with the cosignatures that came in since."""
    plain = size.isascii() and size.isdecimal() and len(size) < LONGEST_SIZE and str(int(size)) == size
    return _note(request, int(size) if plain else -1)


def _note(request: HttpRequest, size: int | None) -> HttpResponse:
    signed = desk_of(request).store.signed(size)
    if signed is None:
        raise NoSuchPlace("checkpoint")
    return _served(signed.note.encode(), TEXT, A_MOMENT)


def keys(request: HttpRequest) -> HttpResponseBase:
    """The log's keys: the first, and every change since as a signed note."""
    text = desk_of(request).store.log_keys()
    if not text:
        raise NoSuchPlace("keys")
    return _served(text.encode(), TEXT, A_MOMENT)


def tile(request: HttpRequest, rest: str) -> HttpResponseBase:
    """A tile of hashes or a bundle of entries; they never change."""
    asked = TilePath.parse(f"tile/{rest}")
    if asked is None:
        raise NoSuchPlace(rest)
    store, where = desk_of(request).store, (asked.number, asked.width)
    data = store.entry_bundle(*where) if asked.level is None else store.tile(asked.level, *where)
    if data is None:
        raise NoSuchPlace(rest)
    if asked.level is not None:  # hashes do not get shorter
        return _served(data, BYTES, FOR_EVER)
    packed = _takes_gzip(request)
    response = _served(gzip.compress(data, mtime=0) if packed else data, BYTES, FOR_EVER)
    response["Vary"] = "Accept-Encoding"
    if packed:
        response["Content-Encoding"] = "gzip"
    return response


def _takes_gzip(request: HttpRequest) -> bool:
    """Whether the caller reads gzip (RFC 9110, section 12.5.3)."""
    for offer in request.headers.get("Accept-Encoding", "").split(","):
        coding, _, weight = offer.replace(" ", "").lower().partition(";")
        if coding == "gzip":
            return weight.removeprefix("q=").strip("0.") != "" or not weight
    return False


def _served(data: bytes, media_type: str, caching: str) -> HttpResponse:
    response = HttpResponse(data, content_type=media_type)
    response["Cache-Control"] = caching
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _open(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """For scripts of other pages too, refusals among the answers: nothing here depends on who asks."""
    guarded = told(view, "GET", "HEAD")

    def opened(request: HttpRequest, **where: str) -> HttpResponseBase:
        response = guarded(request, **where)
        response["Access-Control-Allow-Origin"] = "*"
        return response

    return opened


URLS: list[URLPattern] = [
    path("log/checkpoint", _open(checkpoint)),
    path("log/checkpoint/<str:size>", _open(checkpoint_of)),
    path("log/keys", _open(keys)),
    path("log/tile/<path:rest>", _open(tile)),
]
