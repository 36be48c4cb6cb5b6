"""Asking an authority for the time: the request, the way there over HTTP (RFC 3161, section 3.4), and the token in its answer.

An authority is reached by https, or on this machine by http; it is followed nowhere else, and its answer is bounded in size and time.
Nothing of the token is verified here.
"""

import http.client
import re
import ssl
import time
from urllib.parse import urlsplit

from asn1crypto import core, tsp

from entrepot.gateways.credentials.reading import Unfit
from entrepot.gateways.timestamps.der import check_der, reading

STALL_SECONDS = 10
ANSWER_SECONDS = 30
ANSWER_LIMIT = 65_536  # bytes
NONCE_BITS = 64

_LOOPBACK = re.compile(r"localhost|127(\.[0-9]{1,3}){3}|::1")
_HASHES = {32: "sha256", 48: "sha384", 64: "sha512"}
_ASKED, _ANSWERED = "application/timestamp-query", "application/timestamp-reply"
_GRANTED = "granted"


class NoTimestampError(Exception):
    """The authority did not answer, or with nothing that can be understood."""


def request_for(digest: bytes, nonce: int) -> bytes:
    """A request (DER) for a token over a digest of SHA-256, SHA-384 or SHA-512, with the authority's certificates in it."""
    if len(digest) not in _HASHES:
        raise ValueError(f"a digest has 32, 48 or 64 bytes, not {len(digest)}")
    if not 0 < nonce < 1 << NONCE_BITS:
        raise ValueError(f"a nonce is a positive number of at most {NONCE_BITS} bits")
    imprint = {"hash_algorithm": {"algorithm": _HASHES[len(digest)]}, "hashed_message": digest}
    request = tsp.TimeStampReq({"version": 1, "message_imprint": imprint, "nonce": nonce, "cert_req": True})
    data: bytes = request.dump()
    return data


def token_in(answer: bytes) -> bytes:
    """The token (DER) in an authority's answer. Raises Unfit where there is none, with the authority's reason."""
    check_der(answer, ANSWER_LIMIT)
    with reading("the answer"):
        parts = core.SequenceOf.load(answer, strict=True, spec=core.Any)
        info = tsp.PKIStatusInfo.load(parts[0].dump(), strict=True)
        status = info["status"].native
        words = " ".join(info["status_string"].native or ())[:200]
        failure = ", ".join(sorted(info["fail_info"].native or ()))
        token: bytes = parts[1].dump() if len(parts) == 2 else b""
    if status != _GRANTED:
        told = "; ".join(part for part in (str(status), failure, words) if part)
        raise Unfit(f"the authority did not grant it: {told}", f"时间戳机构未予签发：{told}")
    if not token:
        raise Unfit("the authority says that it granted it, and gives no token", "时间戳机构称已签发，但答复中没有令牌")
    return token


def ask(url: str, request: bytes) -> bytes:
    """An authority's answer (DER) to a request. NoTimestampError where none can be had."""
    try:
        status, media, answer = _post(url, request)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NoTimestampError(f"{type(error).__name__}: {error}") from error
    if status != 200 or media != _ANSWERED:
        raise NoTimestampError(f"status {status}, {media[:80] or 'no media type'}")
    return answer


def _post(url: str, body: bytes) -> tuple[int, str, bytes]:
    """Status, media type and bytes of the answer."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "https":
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            host, parts.port, timeout=STALL_SECONDS, context=ssl.create_default_context()
        )
    elif parts.scheme == "http" and _LOOPBACK.fullmatch(host):
        connection = http.client.HTTPConnection(host, parts.port, timeout=STALL_SECONDS)
    else:
        raise ValueError("an authority is reached by https, or by http on this machine")
    due = time.monotonic() + ANSWER_SECONDS
    where = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", where, body, {"Content-Type": _ASKED, "Accept": _ANSWERED})
        response = connection.getresponse()
        data = b""
        while part := response.read1(8192):
            data += part
            if len(data) > ANSWER_LIMIT or time.monotonic() > due:
                raise ValueError(f"an answer of more than {ANSWER_LIMIT:,} bytes or {ANSWER_SECONDS} seconds")
        return response.status, (response.headers.get("Content-Type") or "").partition(";")[0].strip().lower(), data
    finally:
        connection.close()
