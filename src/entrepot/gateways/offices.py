"""What an outside office is to the platform: it takes what is delivered and gives answers, which are said like any other words."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Literal, Protocol, runtime_checkable

from msgspec import Struct


class Reply(Struct, frozen=True):
    """One thing an office says in answer: a topic, its key and the value."""

    topic: str
    key: str
    value: Any


class Delivery(Struct, frozen=True):
    """What an office is handed: the value of `topic` as JSON, exactly as kept, under the id `message`. An amendment or a
    withdrawal names the number of the `declaration` it is about; an amendment also what changed: field paths, both values."""

    message: str
    topic: str
    data: bytes
    dossier: str = ""
    function: Literal["original", "amend", "cancel"] = "original"
    declaration: str = ""
    changes: tuple[tuple[str, str, str], ...] = ()


class Office(Protocol):
    """A way to an office. `sandbox` offices are refused by live stores, and real ones by sandbox stores."""

    name: str
    sandbox: bool

    def deliver(self, delivery: Delivery, day: date) -> tuple[Reply, ...]:
        """Hand over the exact bytes; gives what the office answers at once. Raises Undelivered where it cannot be reached."""


class Heard(Struct, frozen=True):
    """What an office says later, about something that was delivered: `source` and `digest` (SHA-256) are those of the file."""

    source: str
    digest: str
    message: str
    dossier: str
    topic: str
    replies: tuple[Reply, ...]


@runtime_checkable
class Listening(Protocol):
    """An office whose answers come later."""

    def hear(self, day: date) -> Iterator[Heard]:
        """What came in and is not settled; what cannot be read is put aside with its reason and holds nothing up."""

    def settle(self, heard: Heard) -> None:
        """It was said and is durable: put it away."""

    def turn_away(self, heard: Heard, reason: str) -> None:
        """It cannot be said: put it aside with the reason."""


@runtime_checkable
class Translating(Protocol):
    """An office that is handed messages in a format of its own."""

    def handed(self, message: str) -> str:
        """SHA-256 (hex) of the bytes that it was handed for a message; empty where it was handed none."""


class Undelivered(Exception):
    """The office could not be reached or would not take the message; the reason is for the sender to read."""
