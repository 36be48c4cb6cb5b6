"""Status lists, served to anybody: `GET /status/revocation-1`. A list tells of 131,072 places at once, so that asking for it tells
nobody which document is meant; it names no document and no organisation."""

import re
import threading
from datetime import timedelta
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from entrepot.gateways.credentials.data_integrity import canonical_bytes, secured
from entrepot.gateways.credentials.status_list import status_list_credential
from entrepot.kernel.why import NoSuchPlace
from entrepot.portal.issuing_afterwards import pdf_authority
from entrepot.portal.issuing_credential import CREDENTIAL_TYPE, list_address
from entrepot.portal.issuing_keys import operator_key
from entrepot.portal.web import desk_of, json_response, told
from entrepot.store.status import LIST_SIZE
from entrepot.store.store import Store

if TYPE_CHECKING:
    from entrepot.portal.desk import Desk

FRESH = timedelta(hours=1)  # a list is signed anew after that, though nothing moved
GOOD_FOR = timedelta(days=1)
CACHED_SECONDS = 60
_NAME = re.compile(r"(revocation|suspension)-([1-9][0-9]{0,8})")
_made: WeakKeyDictionary[Store, dict[str, tuple[int, int, bytes]]] = WeakKeyDictionary()
_mutex = threading.Lock()


def signed_list(desk: "Desk", name: str) -> bytes | None:
    """The signed list of this name (`revocation-1`), canonical JSON; None where there is none."""
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    purpose, number = match[1], int(match[2])
    now, moved = desk.store.clock(), desk.store.status_moved()
    hour = int(now.timestamp() // FRESH.total_seconds())
    with _mutex:
        kept = _made.setdefault(desk.store, {}).get(name)
    if kept is not None and kept[:2] == (moved, hour):
        return kept[2]
    found = desk.store.status_list(number)
    if found is None:
        return None
    key = operator_key(desk)
    places = found.revoked if purpose == "revocation" else found.suspended
    listed = status_list_credential(
        list_address(purpose, number), key.did, purpose, dict.fromkeys(places, 1),
        valid_from=now, valid_until=now + GOOD_FOR, length=LIST_SIZE,
    )  # fmt: skip
    data = canonical_bytes(secured(listed, key, created=now))
    with _mutex:
        _made[desk.store][name] = (moved, hour, data)
    return data


def source(desk: "Desk", url: str) -> bytes | None:
    """The bytes of one of our lists by its address; None for others', which are not fetched."""
    head, _, name = url.rpartition("/")
    match = _NAME.fullmatch(name)
    return signed_list(desk, name) if match and list_address(match[1], int(match[2])) == url and head else None


def status_list(request: HttpRequest, name: str) -> HttpResponseBase:
    """A status list, for anybody."""
    data = signed_list(desk_of(request), name)
    if data is None:
        raise NoSuchPlace(name)
    response = HttpResponse(data, content_type=CREDENTIAL_TYPE)
    response["Cache-Control"] = f"public, max-age={CACHED_SECONDS}"
    return response


def operator(request: HttpRequest) -> HttpResponseBase:
    """The operator's identifier, which vouches for organisations and signs the lists; for anybody."""
    return json_response({"id": operator_key(desk_of(request)).did, "log": desk_of(request).store.origin})


def root(request: HttpRequest) -> HttpResponseBase:
    """The certificate (PEM) under which PDF files are signed here, for `entrepot verify --root`; for anybody."""
    response = HttpResponse(pdf_authority(desk_of(request)).certificate, content_type="application/x-pem-file")
    response["Content-Disposition"] = 'attachment; filename="root.pem"'
    return response


URLS: list[URLPattern] = [
    path("status/root.pem", told(root, "GET", "HEAD")),
    path("status/operator", told(operator, "GET", "HEAD")),
    path("status/<str:name>", told(status_list, "GET", "HEAD")),
]
