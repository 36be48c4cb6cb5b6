"""Timestamps of the log's checkpoints on file (RFC 3161), told with the checkpoints that are handed out. docs/time.md has every byte.

A token is over the SHA-256 of the checkpoint's text, so lines that join the note later change nothing. It travels as one more
signature line of the note, of a type of its own (C2SP signed-note, 0xff): readers who do not know it pass it over.

    — NAME BASE64(key id || token in DER)
    key id = SHA-256(NAME || 0x0A || 0xff || "rfc3161-timestamp/v1" || root certificate in DER), the first 4 bytes
"""

from datetime import datetime
from hashlib import sha256

from msgspec import Struct

from entrepot.store.database import Session
from entrepot.store.notes import check_name, to_base64
from entrepot.store.outbox import stamp

SIGNATURE_TYPE = b"\xff" + b"rfc3161-timestamp/v1"

_COLUMNS = ("size", "name", "key_id", "line", "stamped_at", "kept_at")


class Stamp(Struct, frozen=True):
    """An authority's line on the checkpoint of a size: the second of its time, and the line without its new line."""

    size: int
    name: str
    key_id: bytes
    stamped_at: int
    line: str


def key_id(name: str, root: bytes) -> bytes:
    """The four bytes before each token of an authority whose certificates lead to this root (DER)."""
    check_name(name)
    return sha256(name.encode() + b"\n" + SIGNATURE_TYPE + root).digest()[:4]


def stamped(size: int, name: str, root: bytes, token: bytes, at: int) -> Stamp:
    """A token, checked before, as the line that is kept."""
    own = key_id(name, root)
    return Stamp(size, name, own, at, f"— {name} {to_base64(own + token)}")


def keep(session: Session, one: Stamp, now: datetime) -> None:
    """Keep a timestamp, inside the caller's transaction. The first of an authority on a size stays; a later one says no more."""
    where = "size = ? AND name = ? AND key_id = ?"
    if session.one(f"SELECT 1 FROM stamp WHERE {where}", one.size, one.name, one.key_id.hex()) is None:
        row = (one.size, one.name, one.key_id.hex(), one.line, one.stamped_at, stamp(now))
        session.insert("stamp", _COLUMNS, [row])


def lines(session: Session, size: int) -> str:
    """The lines on file for the checkpoint of a size, the earliest first."""
    rows = session.all("SELECT line FROM stamp WHERE size = ? ORDER BY stamped_at, name, key_id", size)
    return "".join(f"{line}\n" for (line,) in rows)


def last_of(session: Session, name: str, own: bytes) -> Stamp | None:
    """An authority's timestamp on the largest checkpoint that bears one."""
    row = session.one(
        "SELECT size, name, key_id, stamped_at, line FROM stamp WHERE name = ? AND key_id = ? ORDER BY size DESC LIMIT 1",
        name,
        own.hex(),
    )
    return None if row is None else Stamp(row[0], row[1], bytes.fromhex(row[2]), row[3], row[4])


def newest(session: Session) -> int | None:
    """The size of the largest checkpoint that bears a timestamp; None where none does."""
    row = session.one("SELECT max(size) FROM stamp")
    return None if row is None else row[0]
