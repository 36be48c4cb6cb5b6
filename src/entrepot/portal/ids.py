"""Ids for those who speak without one: UUIDv7 (RFC 9562), and ids that follow from another so that a retry makes the same.

What follows has version 8, which nobody else may use here: else whoever works one out beforehand could take it first, and
what should have been said under it never would be.
"""

import re
import secrets
from datetime import datetime
from hashlib import sha256
from uuid import UUID

_DERIVED = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


def uuid7(moment: datetime) -> str:
    """A UUIDv7: 48 bits of milliseconds, 74 of chance."""
    return _shaped(int(moment.timestamp() * 1000), secrets.token_bytes(10), 7)


def derived(origin: str, name: str) -> str:
    """The id of what follows from the statement `origin` under `name`: always the same, of the same time where it has one."""
    try:
        milliseconds = UUID(origin).int >> 80
    except ValueError:
        milliseconds = 0
    return _shaped(milliseconds, sha256(f"{origin}\0{name}".encode()).digest()[:10], 8)


def is_derived(id: str) -> bool:
    """Whether an id has the form of those that follow from another."""
    return _DERIVED.fullmatch(id) is not None


def _shaped(milliseconds: int, rest: bytes, version: int) -> str:
    tail = int.from_bytes(rest)
    tail = tail & ~(0xF << 76) | (version << 76)
    tail = tail & ~(3 << 62) | (2 << 62)  # variant
    return str(UUID(int=(milliseconds & (2**48 - 1)) << 80 | tail))
