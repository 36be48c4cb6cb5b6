"""The cosignatures of witnesses on file: kept once they were checked, told with the checkpoints that are handed out.

Nothing here asks a witness for anything: see `portal/witnessing.py`. What is still to be asked follows from these tables alone: the
newest checkpoint, and the witnesses that have no line on it.
"""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from entrepot.store.database import Session
from entrepot.store.notes import Checkpoint, Signature, split_note, to_base64
from entrepot.store.outbox import stamp
from entrepot.store.policy import Policy
from entrepot.store.witness_keys import WitnessKey

LOOKED_BACK = (100, 10_000)  # cosignatures looked through for the newest quorum: first the last few


class Cosignature(Struct, frozen=True):
    """One witness's line on the checkpoint of a size: the second at which it signed, and the line without its new line."""

    size: int
    name: str
    key_id: bytes
    signed_at: int
    line: str


def checked(key: WitnessKey, checkpoint: Checkpoint, line: Signature) -> Cosignature:
    """A signature line as the cosignature that it says it is; NoteError where the key did not sign this checkpoint."""
    signed_at = key.signed_at(checkpoint, line)
    text = f"— {line.name} {to_base64(line.key_id + line.signature)}"
    return Cosignature(checkpoint.size, key.name, key.key_id, signed_at, text)


def keep(session: Session, cosignatures: Sequence[Cosignature], now: datetime) -> None:
    """Keep cosignatures, inside the caller's transaction. The first of a key on a size stays; a later one says no more."""
    for one in cosignatures:
        where = "size = ? AND name = ? AND key_id = ?"
        if session.one(f"SELECT 1 FROM cosignature WHERE {where}", one.size, one.name, one.key_id.hex()) is None:
            row = (one.size, one.name, one.key_id.hex(), one.line, one.signed_at, stamp(now))
            session.insert("cosignature", ("size", "name", "key_id", "line", "signed_at", "kept_at"), [row])


def cosigned(session: Session, size: int, note: str) -> str:
    """The checkpoint of that size with the lines of its witnesses below those it bears already."""
    lines = [one.line for one in on_size(session, size)]
    if not lines:
        return note
    there = set(split_note(note)[1])
    return note + "".join(f"{line}\n" for line in lines if _signature(line) not in there)


def on_size(session: Session, size: int) -> list[Cosignature]:
    """The cosignatures on file for the checkpoint of a size, the earliest first."""
    rows = session.all(
        "SELECT size, name, key_id, signed_at, line FROM cosignature WHERE size = ? ORDER BY signed_at, name, key_id",
        size,
    )
    return [_read(*row) for row in rows]


def last_of(session: Session, key: WitnessKey) -> Cosignature | None:
    """A witness's cosignature on the largest checkpoint that it signed."""
    row = session.one(
        "SELECT size, name, key_id, signed_at, line FROM cosignature WHERE name = ? AND key_id = ? ORDER BY size DESC LIMIT 1",
        key.name,
        key.key_id.hex(),
    )
    return None if row is None else _read(*row)


def newest_with_quorum(session: Session, policy: Policy) -> int | None:
    """The size of the newest checkpoint that the quorum signed; None where there is none of late."""
    if policy.met(()):
        row = session.one("SELECT max(size) FROM checkpoint")
        return None if row is None else row[0]
    for most in LOOKED_BACK:
        rows = session.all("SELECT size, name, key_id FROM cosignature ORDER BY size DESC LIMIT ?", most)
        keys: dict[int, set[tuple[str, bytes]]] = {}
        for size, name, key_id in rows:
            keys.setdefault(size, set()).add((name, bytes.fromhex(key_id)))
        if (found := next((size for size, signed in keys.items() if policy.met(signed)), None)) is not None:
            return found
    return None


def _read(size: int, name: str, key_id: str, signed_at: int, line: str) -> Cosignature:
    return Cosignature(size, name, bytes.fromhex(key_id), signed_at, line)


def _signature(line: str) -> Signature:
    return split_note(f"x\n\n{line}\n")[1][0]
