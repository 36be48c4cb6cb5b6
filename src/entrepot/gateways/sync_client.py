"""A counter's way to the portal: questions over HTTPS on one connection, bounded in size and time, tried again a few times."""

import http.client
import re
import ssl
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from msgspec import Struct

STALL_SECONDS = 30
ANSWER_LIMIT = 64 * 1024 * 1024
ATTEMPTS = 4
FIRST_PAUSE = 0.5

_LOOPBACK = re.compile(r"localhost|127(\.[0-9]{1,3}){3}|::1|[a-z0-9-]+\.localhost")


class Unreachable(Exception):
    """The portal cannot be reached, or answers with more than is read; the message says why."""


class Answered(Struct, frozen=True):
    """What was answered."""

    status: int
    data: bytes


Ask = Callable[[str, str, bytes | None], Answered]
"""Method, path with its query, body (None: none) -> the answer; Unreachable where there is none. Every question may be asked again."""


class Portal:
    """The portal at an address, for whoever holds the token. Used by one thread."""

    def __init__(self, url: str, token: str) -> None:
        parts = urlsplit(url)
        self._host, self._port, self._secure = parts.hostname or "", parts.port, parts.scheme == "https"
        if not self._host or not (self._secure or (parts.scheme == "http" and _LOOPBACK.fullmatch(self._host))):
            raise Unreachable(f"{url}: a portal is reached by https, or by http on this machine")
        self._prefix, self._token = parts.path.rstrip("/"), token
        self._connection: http.client.HTTPConnection | None = None

    def __call__(self, method: str, path: str, body: bytes | None) -> Answered:
        for attempt in range(ATTEMPTS):
            try:
                answer = self._asked(method, path, body)
                if answer.status not in (429, 502, 503, 504):
                    return answer
                last = f"it answered {answer.status}"
            except (OSError, http.client.HTTPException, ValueError) as error:
                last = f"{type(error).__name__}: {error}"
            self.close()
            if attempt + 1 < ATTEMPTS:
                time.sleep(FIRST_PAUSE * 2**attempt)
        raise Unreachable(f"{self._host}: {last}")

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _asked(self, method: str, path: str, body: bytes | None) -> Answered:
        if self._connection is None:
            self._connection = (
                http.client.HTTPSConnection(
                    self._host, self._port, timeout=STALL_SECONDS, context=ssl.create_default_context()
                )
                if self._secure
                else http.client.HTTPConnection(self._host, self._port, timeout=STALL_SECONDS)
            )
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        self._connection.request(method, self._prefix + path, body, headers)
        response = self._connection.getresponse()
        data = response.read(ANSWER_LIMIT + 1)
        if len(data) > ANSWER_LIMIT:
            raise ValueError(f"an answer of more than {ANSWER_LIMIT:,} bytes")
        if response.length:  # reading so much at once, the library takes an answer that broke off for a whole one
            raise http.client.IncompleteRead(data, response.length)
        return Answered(response.status, data)
