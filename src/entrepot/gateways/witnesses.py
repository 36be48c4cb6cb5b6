"""Asking a witness to cosign a checkpoint (C2SP tlog-witness, `add-checkpoint`). Nothing of the answer is verified here.

A witness is reached by https, or on this machine by http; it is followed nowhere else, and its answer is bounded in size and time.
"""

import http.client
import re
import ssl
import time
from base64 import b64encode
from collections.abc import Sequence
from urllib.parse import urlsplit

from msgspec import Struct

STALL_SECONDS = 10
ANSWER_SECONDS = 20
ANSWER_LIMIT = 65_536  # bytes
SIZE_TYPE = "text/x.tlog.size"

_LOOPBACK = re.compile(r"localhost|127(\.[0-9]{1,3}){3}|::1")
_SIZE = re.compile(r"(0|[1-9][0-9]{0,18})\n")


class UnreachableWitnessError(Exception):
    """The witness did not answer, or nothing that can be understood."""


class Cosigned(Struct, frozen=True):
    """The witness cosigned: its signature lines, each ended by a new line, not verified."""

    lines: str


class LastSeen(Struct, frozen=True):
    """The witness saw a tree of this size last, another than was named (status 409)."""

    size: int


class Refused(Struct, frozen=True):
    """The witness does not cosign: the status (400, 403, 404, 422) and its words."""

    status: int
    reason: str


def add_checkpoint(prefix: str, old: int, path: Sequence[bytes], note: str) -> Cosigned | LastSeen | Refused:
    """Ask the witness at a submission prefix to cosign the checkpoint in `note`, with the proof that it grew out of the tree of
    `old` leaves. UnreachableWitnessError where that cannot be done."""
    lines = [f"old {old}", *(b64encode(one).decode() for one in path), "", note]
    try:
        status, media, answer = _post(f"{prefix.rstrip('/')}/add-checkpoint", "\n".join(lines).encode())
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise UnreachableWitnessError(f"{type(error).__name__}: {error}") from error
    if status == 200:
        return Cosigned(answer)
    if status == 409 and media == SIZE_TYPE and (match := _SIZE.fullmatch(answer)):
        return LastSeen(int(match[1]))
    if 400 <= status < 500 and status not in (408, 429):
        return Refused(status, " ".join(answer.split())[:200])
    raise UnreachableWitnessError(f"status {status}")


def _post(url: str, body: bytes) -> tuple[int, str, str]:
    """Status, media type and text of the answer."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "https":
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            host, parts.port, timeout=STALL_SECONDS, context=ssl.create_default_context()
        )
    elif parts.scheme == "http" and _LOOPBACK.fullmatch(host):
        connection = http.client.HTTPConnection(host, parts.port, timeout=STALL_SECONDS)
    else:
        raise ValueError("a witness is reached by https, or by http on this machine")
    due = time.monotonic() + ANSWER_SECONDS
    try:
        connection.request("POST", parts.path, body, {"Content-Type": "text/plain; charset=utf-8"})
        response = connection.getresponse()
        data = b""
        while part := response.read1(8192):
            data += part
            if len(data) > ANSWER_LIMIT or time.monotonic() > due:
                raise ValueError(f"an answer of more than {ANSWER_LIMIT:,} bytes or {ANSWER_SECONDS} seconds")
        media = (response.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
        return response.status, media, data.decode()
    finally:
        connection.close()
