"""Webhooks as they leave: signed after the Standard Webhooks specification, and never sent anywhere but to a public address.

    secret = secret_of(master, "sub-1", 1)                          whsec_…, the receiver's half of HMAC-SHA256
    headers = signed("msg_17", now, body, [secret], seed)           webhook-id, webhook-timestamp, webhook-signature (v1, v1a)
    posted = post(url, body, headers, loopback=False)               Posted(status, took_ms, answer …); NotSentError says why not

The address is looked up once, every address it has must be public, and the connection goes to one of those looked up; redirects are
not followed; what is read of the answer is bounded, and so is the whole of it in time. A proxy of the environment is not asked.
"""

import hmac
import ipaddress
import re
import socket
import ssl
import time
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from urllib.parse import SplitResult, urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Struct

SECRET, PUBLIC = "whsec_", "whpk_"
MASTER_BYTES = 32
WHOLE_SECONDS = 15.0
ANSWER_BYTES = 16 * 1024  # read of an answer, with its head
KEPT_LETTERS = 300
LONGEST_URL = 1_000
LONGEST_WAIT = 6 * 3600  # seconds that a receiver may ask us to wait

_STATUS = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})[ \r\n]")
_HOST = re.compile(r"[A-Za-z0-9.:-]{1,253}")
_VISIBLE = re.compile(r"[!-~]+")


class NotSentError(Exception):
    """Nothing was answered, or it may not be sent there; the message says why. `forbidden`: it never will be."""

    def __init__(self, reason: str, took_ms: int = 0, forbidden: bool = False) -> None:
        super().__init__(reason)
        self.took_ms, self.forbidden = took_ms, forbidden


class Posted(Struct, frozen=True):
    """What a receiver answered: its status, after how many milliseconds, the first letters of its body, and for how many seconds it
    asked to be left alone (None: it did not say)."""

    status: int
    took_ms: int
    answer: str = ""
    wait: int | None = None


# -- signing ----------------------------------------------------------------------------------------------------------


def secret_of(master: bytes, subscription: str, generation: int) -> str:
    """The signing secret of a subscription (`whsec_…`): it follows from the installation's own, so that none is kept."""
    return SECRET + b64encode(_follows(master, f"hmac {generation} {subscription}")).decode()


def seed_of(master: bytes, subscription: str) -> bytes:
    """The Ed25519 seed of a subscription."""
    return _follows(master, f"ed25519 {subscription}")


def public_of(seed: bytes) -> str:
    """The public key of a seed as the specification writes it (`whpk_…`)."""
    return PUBLIC + b64encode(Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()).decode()


def token_of(master: bytes, purpose: str, subscription: str, generation: int = 1) -> str:
    """A secret part of an address: `<subscription>.<generation>.<proof>`."""
    proof = _follows(master, f"{purpose} {generation} {subscription}").hex()[:40]
    return f"{subscription}.{generation}.{proof}"


def token_proves(master: bytes, purpose: str, token: str) -> tuple[str, int] | None:
    """The subscription and generation of a token of ours; None for any other text."""
    subscription, _, rest = token.partition(".")
    generation, _, _ = rest.partition(".")
    if not re.fullmatch(r"[0-9a-z-]{1,40}", subscription) or not re.fullmatch(r"[1-9][0-9]{0,5}", generation):
        return None
    ours = token_of(master, purpose, subscription, int(generation))
    return (subscription, int(generation)) if hmac.compare_digest(ours.encode(), token.encode()) else None


def signed(id: str, timestamp: int, body: bytes, secrets: Sequence[str], seed: bytes | None = None) -> dict[str, str]:
    """The headers of a message: its id, the second of this attempt, and its signatures - by each secret that is valid, and by the
    seed (Standard Webhooks, "Signature scheme"). The id bears no full stop."""
    if "." in id:
        raise ValueError("a message's id bears no full stop")
    words = f"{id}.{timestamp}.".encode() + body
    signatures = [f"v1,{b64encode(_mac(secret, words)).decode()}" for secret in secrets]
    if seed is not None:
        signatures.append(f"v1a,{b64encode(Ed25519PrivateKey.from_private_bytes(seed).sign(words)).decode()}")
    return {"webhook-id": id, "webhook-timestamp": str(timestamp), "webhook-signature": " ".join(signatures)}


def _mac(secret: str, words: bytes) -> bytes:
    return hmac.digest(b64decode(secret.removeprefix(SECRET), validate=True), words, sha256)


def _follows(master: bytes, purpose: str) -> bytes:
    if len(master) != MASTER_BYTES:
        raise ValueError(f"a master secret has {MASTER_BYTES} bytes")
    return hmac.digest(master, f"entrepot push {purpose}".encode(), sha256)


# -- sending ----------------------------------------------------------------------------------------------------------


def address_faults(url: str, loopback: bool = False) -> str:
    """Why an address cannot be a receiver's, as far as its text tells; empty where it can."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        return str(error)
    if len(url) > LONGEST_URL or not _VISIBLE.fullmatch(url):
        return f"an address has up to {LONGEST_URL:,} visible ASCII characters"
    if (
        not _HOST.fullmatch(host)
        or parts.username is not None
        or parts.password is not None
        or parts.fragment
        or port == 0
    ):
        return "an address names a host, and neither a user nor a fragment"
    if parts.scheme == "http" and loopback and host in ("127.0.0.1", "localhost", "::1"):
        return ""
    if parts.scheme != "https":
        return "an address begins with https://"
    literal = _literal(host)
    if literal is not None and not is_public(literal) and not (loopback and literal.is_loopback):
        return "the address is not a public one"
    return ""


def post(
    url: str, body: bytes, headers: Mapping[str, str], loopback: bool = False, seconds: float = WHOLE_SECONDS
) -> Posted:
    """Post the bytes and tell what was answered; NotSentError where nothing was, in time, or where the address is not public.
    With `loopback`, as a sandbox may be set, this machine itself is allowed too, also by http."""
    began = time.monotonic()
    if fault := address_faults(url, loopback):
        raise NotSentError(fault, forbidden=True)
    parts = urlsplit(url)
    try:
        with _connected(parts, loopback, began + seconds) as connection:
            _send(connection, _request(parts, body, headers), began + seconds)
            head, rest = _answered(connection, began + seconds)
    except NotSentError as error:
        error.took_ms = _since(began)
        raise
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        raise NotSentError(f"{type(error).__name__}: {error}"[:KEPT_LETTERS], _since(began)) from error
    match = _STATUS.match(head)
    if match is None:
        raise NotSentError("what was answered is not HTTP", _since(began))
    words = " ".join(rest.decode("utf-8", "replace").split())
    shown = "".join(letter if letter.isprintable() else "�" for letter in words)[:KEPT_LETTERS]
    return Posted(int(match[1]), _since(began), shown, _wait(head))


def is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether an address is one of the public Internet; one that carries an IPv4 address within is judged by both."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if address in ipaddress.ip_network("64:ff9b::/96"):  # RFC 6052
            inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        elif address.is_site_local or (address.ipv4_mapped is None and int(address) >> 32 == 0):
            return False  # fec0::/10 (RFC 3879) and ::a.b.c.d, long gone out of use
        if any(one is not None and not is_public(one) for one in inner):
            return False
        if address.ipv4_mapped is not None:
            return True
    return address.is_global and not address.is_multicast and not address.is_reserved


def _literal(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _looked_up(host: str, port: int, loopback: bool) -> list[tuple[int, str]]:
    """The family and text of each address of a host; NotSentError where one of them may not be reached."""
    found = []
    for family, _, _, _, where in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        text = str(where[0])
        address = _literal(text.partition("%")[0])
        if address is None or not (is_public(address) or (loopback and address.is_loopback)):
            raise NotSentError("the address leads to this network, not to the Internet", forbidden=True)
        found.append((int(family), text))
    return found


def _connected(parts: SplitResult, loopback: bool, due: float) -> socket.socket:
    """A connection to one of the addresses looked up - and to none looked up later - by TLS for the host's name."""
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    reasons = list[str]()
    for family, address in _looked_up(host, port, loopback):
        if not secure and not ipaddress.ip_address(address).is_loopback:
            raise NotSentError("an address that is not this machine is reached by https", forbidden=True)
        plain = socket.socket(socket.AddressFamily(family), socket.SOCK_STREAM)
        try:
            plain.settimeout(_left(due))
            plain.connect((address, port))
            plain.settimeout(_left(due))
            return _context().wrap_socket(plain, server_hostname=host) if secure else plain
        except (OSError, NotSentError) as error:
            plain.close()
            reasons.append(f"{type(error).__name__}: {error}")
    raise NotSentError("; ".join(reasons)[:KEPT_LETTERS] or "the host has no address")


@cache
def _context() -> ssl.SSLContext:
    """What this machine trusts; reading it takes longer than a message."""
    return ssl.create_default_context()


def _left(due: float) -> float:
    left = due - time.monotonic()
    if left <= 0:
        raise NotSentError("no answer in time")
    return left


def _request(parts: SplitResult, body: bytes, headers: Mapping[str, str]) -> bytes:
    host = parts.netloc if parts.port else parts.hostname or ""
    where = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [
        f"POST {where} HTTP/1.1",
        f"Host: {host}",
        "User-Agent: entrepot",
        "Connection: close",
        f"Content-Length: {len(body)}",
    ]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if any("\r" in line or "\n" in line for line in lines):
        raise NotSentError("a header holds a line break", forbidden=True)
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


def _send(connection: socket.socket, data: bytes, due: float) -> None:
    """Send all of it, as long as there is time."""
    view = memoryview(data)
    while view:
        connection.settimeout(_left(due))
        view = view[connection.send(view) :]


def _answered(connection: socket.socket, due: float) -> tuple[bytes, bytes]:
    """The head of the answer and what came of its body, up to a bound; heads that come before it (1xx) are passed over."""
    data = b""
    while len(data) < ANSWER_BYTES:
        head, found, rest = data.partition(b"\r\n\r\n")
        if found and head.startswith((b"HTTP/1.1 1", b"HTTP/1.0 1")):
            data = rest
            continue
        if found and (len(rest) >= KEPT_LETTERS or _whole(head, rest)):
            return head, rest
        try:
            connection.settimeout(_left(due))
            part = connection.recv(4096)
        except (OSError, NotSentError):
            if found:  # the status came, and that is what counts
                return head, rest
            raise
        if not part:
            break
        data += part
    head, _, rest = data.partition(b"\r\n\r\n")
    return head, rest


def _whole(head: bytes, rest: bytes) -> bool:
    """Whether nothing more of a body is to come."""
    if head[9:12] in (b"204", b"304"):
        return True
    match = re.search(rb"\r\ncontent-length:[ \t]*([0-9]{1,9})[ \t]*(?:\r\n|\Z)", head, re.IGNORECASE)
    return match is not None and len(rest) >= int(match[1])


def _wait(head: bytes) -> int | None:
    """The seconds of a `Retry-After`; one that names a date is passed over."""
    match = re.search(rb"\r\nretry-after:[ \t]*([0-9]{1,9})[ \t]*(?:\r\n|\Z)", head, re.IGNORECASE)
    return None if match is None else min(int(match[1]), LONGEST_WAIT)


def _since(began: float) -> int:
    return int((time.monotonic() - began) * 1000)
