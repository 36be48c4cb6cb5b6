"""Ids for those who speak without one: UUIDv7 (RFC 9562), and ids that follow from another so that a retry makes the same."""

import secrets
from datetime import datetime
from hashlib import sha256
from uuid import UUID


def uuid7(moment: datetime) -> str:
    """A UUIDv7: 48 bits of milliseconds, 74 of chance."""
    return _shaped(int(moment.timestamp() * 1000), secrets.token_bytes(10))


def derived(origin: str, name: str) -> str:
    """The id of what follows from the statement `origin` under `name`: always the same, of the same time where it has one."""
    try:
        milliseconds = UUID(origin).int >> 80
    except ValueError:
        milliseconds = 0
    return _shaped(milliseconds, sha256(f"{origin}\0{name}".encode()).digest()[:10])


def _shaped(milliseconds: int, rest: bytes) -> str:
    tail = int.from_bytes(rest)
    tail = tail & ~(0xF << 76) | (7 << 76)  # version
    tail = tail & ~(3 << 62) | (2 << 62)  # variant
    return str(UUID(int=(milliseconds & (2**48 - 1)) << 80 | tail))
