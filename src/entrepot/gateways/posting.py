"""A question put to another's server over HTTP: it is reached by https, or on this machine by http, and followed nowhere else; its
answer is bounded in size and time.
"""

import http.client
import re
import ssl
import time
from urllib.parse import urlsplit

from msgspec import Struct

STALL_SECONDS = 10
ANSWER_SECONDS = 30
ANSWER_LIMIT = 65_536  # bytes

_LOOPBACK = re.compile(r"localhost|127(\.[0-9]{1,3}){3}|::1")


class NoAnswerError(Exception):
    """Nobody answered, or with more than is read; the message says why."""


class Answer(Struct, frozen=True):
    """What was answered: the status, the media type without its parameters, in small letters, and the bytes."""

    status: int
    media: str
    data: bytes


def post(url: str, body: bytes, media: str, accept: str = "*/*") -> Answer:
    """The answer to a POST of these bytes. NoAnswerError where none can be had."""
    try:
        return _posted(url, body, {"Content-Type": media, "Accept": accept})
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NoAnswerError(f"{type(error).__name__}: {error}") from error


def _posted(url: str, body: bytes, headers: dict[str, str]) -> Answer:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "https":
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            host, parts.port, timeout=STALL_SECONDS, context=ssl.create_default_context()
        )
    elif parts.scheme == "http" and _LOOPBACK.fullmatch(host):
        connection = http.client.HTTPConnection(host, parts.port, timeout=STALL_SECONDS)
    else:
        raise ValueError("it is reached by https, or by http on this machine")
    due = time.monotonic() + ANSWER_SECONDS
    where = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", where, body, headers)
        response = connection.getresponse()
        data = b""
        while part := response.read1(8192):
            data += part
            if len(data) > ANSWER_LIMIT or time.monotonic() > due:
                raise ValueError(f"an answer of more than {ANSWER_LIMIT:,} bytes or {ANSWER_SECONDS} seconds")
        return Answer(
            response.status, (response.headers.get("Content-Type") or "").partition(";")[0].strip().lower(), data
        )
    finally:
        connection.close()
