"""How often one may ask: a bucket a holder and a kind of request, in the memory of the server's process.

Behind each address there is one bucket for all; for what is dear (signing in, searching, classifying, handing in, bulk) one more
for each proof that comes along, token or session, and one for all of it behind an address: nobody knows yet which proofs hold.
Attempts to sign in are counted in the accounts' database too, for all processes together.
"""

import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from hashlib import sha256
from ipaddress import ip_address, ip_network
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from msgspec import Struct

from entrepot.portal import setting

LIMITS = "entrepot.limits"  # in the environment: the limits of the server that it came through
KEPT = 50_000


class Limit(Struct, frozen=True):
    """So many requests a second on the long run, and so many at once after a rest."""

    a_second: float
    at_once: int


# A firm's system may send thousands of statements a second by bulk, a person clicks; guessing and scraping do neither.
BY_KIND = {
    "address": Limit(500, 5_000),
    "sign-in": Limit(0.2, 12),
    "search": Limit(4, 60),
    "classify": Limit(4, 60),
    "upload": Limit(2, 60),
    "bulk": Limit(1, 30),
    "partner": Limit(5, 60),
    "dear": Limit(40, 600),
}
OFF = "off"


def kind_of(method: str, path: str) -> str:
    """The kind of a request beyond its address's bucket; empty for what is cheap."""
    if method == "POST" and path.startswith(
        ("/sign-in", "/accounts/login", "/accounts/signup", "/accounts/password/reset")
    ):
        return "sign-in"
    if method == "POST" and path.startswith("/identity/o/api/token"):
        return "partner"  # the secret is compared slowly on purpose
    if path.startswith(("/search", "/api/v1/search", "/screen", "/api/v1/screen", "/feed.atom", "/calendar.ics")):
        return "search"
    if path.startswith(("/classify", "/api/v1/classify")):
        return "classify"
    if method == "POST" and path.startswith("/api/v1/bulk"):
        return "bulk"
    return "upload" if method == "POST" and path.endswith("/papers") else ""


def address_of(request: HttpRequest) -> str:
    """Where a request comes from: the peer, or behind trusted proxies (ENTREPOT_PROXIES, how many) what the farthest of them saw.
    Of an IPv6 address the network that one customer has (/64)."""
    return sender_of(request.META)


def sender_of(environ: Mapping[str, Any]) -> str:
    """The same, of a request's environment."""
    return client_address(environ.get("REMOTE_ADDR", ""), environ.get("HTTP_X_FORWARDED_FOR", ""), proxies())


def proxies() -> int:
    """How many proxies of ours stand before the server."""
    text = os.environ.get("ENTREPOT_PROXIES", "")
    return int(text) if text.isdecimal() else 0


def client_address(peer: str, forwarded: str, trusted: int) -> str:
    """As `address_of`. Whatever stands before what our own proxies wrote may be invented, and is not looked at."""
    seen = [part.strip() for part in forwarded.split(",") if part.strip()]
    text = seen[-trusted] if trusted and len(seen) >= trusted else peer
    try:
        address = ip_address(text)
    except ValueError:
        return "unknown"
    return str(ip_network((address, 64), strict=False)) if address.version == 6 else str(address)


class Limits:
    """The buckets. `wait` takes one request out of those that it falls under."""

    def __init__(self, limits: dict[str, Limit] = BY_KIND, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits, self._clock, self._mutex = limits, clock, threading.Lock()
        self._buckets: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def wait(self, kind: str, holder: str) -> float:
        """Seconds until one of this kind may be asked again by this holder; 0: now, and it is counted."""
        limit, now = self._limits[kind], self._clock()
        with self._mutex:
            left, at = self._buckets.pop((kind, holder), (float(limit.at_once), now))
            left = min(float(limit.at_once), left + (now - at) * limit.a_second)
            waits = 0.0 if left >= 1 else (1 - left) / limit.a_second
            self._buckets[kind, holder] = (left if waits else left - 1, now)
            if len(self._buckets) > KEPT:
                self._buckets.popitem(last=False)
        return waits

    def asked(self, request: HttpRequest) -> float:
        """Seconds until this request may be asked; 0: now."""
        address = address_of(request)
        waits = self.wait("address", address)
        kind = kind_of(request.method or "", request.path_info)
        if waits or not kind:
            return waits
        if kind in ("sign-in", "partner"):
            return self.wait(kind, address)
        held = [self.wait(kind, holder) for holder in holders_of(request) or [address]]
        return max(*held, self.wait("dear", address))


def holders_of(request: HttpRequest) -> list[str]:
    """Each token or session that is shown, as a digest; none of a stranger. One that is invented counts beside one that holds, and
    does not hide it."""
    cookies = (settings.SESSION_COOKIE_NAME, setting.cookie("entrepot_token"))
    proofs = [request.headers.get("Authorization", ""), *(request.COOKIES.get(name, "") for name in cookies)]
    return [sha256(proof.encode("utf-8", "surrogatepass")).hexdigest()[:32] for proof in proofs if proof]


def limits_wanted() -> Limits | None:
    """The limits of this installation; None where ENTREPOT_LIMITS=off leaves them to a proxy."""
    return None if os.environ.get("ENTREPOT_LIMITS") == OFF else Limits()
