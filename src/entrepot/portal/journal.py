"""The server's journal: one line a request and one for whatever else is worth telling, as text or as JSON.

A line names the route, never the address asked for: no body, token, query or person stands in it. Every line of a request bears
its id, which the answer bears too (`X-Request-ID`) and every problem told.
"""

import logging
import re
import secrets
import sys
import time
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

Format = Literal["text", "json"]
REQUEST = "entrepot.request"  # the logger of requests
_GIVEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
_current: ContextVar[str] = ContextVar("entrepot_request", default="")


def request_id(given: str) -> str:
    """The id of a request from here on in this thread: the one given by whoever asks, if it is one, else a new one."""
    name = given if _GIVEN.fullmatch(given) else secrets.token_hex(8)
    _current.set(name)
    return name


def current_request() -> str:
    """The id of the request that this thread works at; empty outside of any."""
    return _current.get()


def _facts(record: logging.LogRecord) -> dict[str, Any]:
    """What a line tells, in the order in which it is read."""
    at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    facts: dict[str, Any] = {
        "at": at,
        "level": record.levelname.lower(),
        "from": record.name,
        "what": record.getMessage(),
    }
    if name := _current.get():
        facts["request"] = name
    return facts | getattr(record, "facts", {})


class JsonLines(logging.Formatter):
    """One JSON object a line; a fault's trace is one string in it."""

    def format(self, record: logging.LogRecord) -> str:
        facts = _facts(record)
        if record.exc_info:
            facts["trace"] = self.formatException(record.exc_info)
        return msgspec.json.encode(facts).decode()


class TextLines(logging.Formatter):
    """The same for people: time, level, what, then the facts. A line break in what came from outside cannot begin another line."""

    def format(self, record: logging.LogRecord) -> str:
        facts = _facts(record)
        head = f"{facts.pop('at')} {facts.pop('level'):7} {facts.pop('what')}"
        facts.pop("from")
        line = " ".join([head, *(f"{name}={value}" for name, value in facts.items())])
        line = line.replace("\n", "\\n").replace("\r", "\\r")
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def begin(form: str) -> None:
    """Write the journal to standard error from now on, in this process."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("django").setLevel(logging.ERROR)
    # In the text of a terminal only what went wrong is worth a line of its own for each request.
    logging.getLogger(REQUEST).setLevel(logging.INFO if form == "json" else logging.WARNING)


def answered(method: str, route: str, status: int, began: float, organisation: str) -> None:
    """One line for a request: `began` is of `time.perf_counter`."""
    level = logging.ERROR if status >= 500 else logging.INFO
    log = logging.getLogger(REQUEST)
    if log.isEnabledFor(level):
        facts: dict[str, Any] = {
            "method": method, "route": route, "status": status, "ms": round((time.perf_counter() - began) * 1000, 1),
        }  # fmt: skip
        if organisation:
            facts["for"] = organisation
        log.log(level, "answered", extra={"facts": facts})
