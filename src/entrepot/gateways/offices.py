"""What an outside office is to the platform: it takes a message and gives answers, which are said like any other words."""

from datetime import date
from typing import Any, Protocol

from msgspec import Struct


class Reply(Struct, frozen=True):
    """One thing an office says in answer: a topic, its key and the value."""

    topic: str
    key: str
    value: Any


class Office(Protocol):
    """A way to an office. `sandbox` offices are refused by live stores, and real ones by sandbox stores."""

    name: str
    sandbox: bool

    def deliver(self, message_id: str, message: bytes, day: date) -> tuple[Reply, ...]:
        """Hand over the exact bytes; gives what the office answers at once. Raises Undelivered where it cannot be reached."""


class Undelivered(Exception):
    """The office could not be reached or would not take the message; the reason is for the sender to read."""
