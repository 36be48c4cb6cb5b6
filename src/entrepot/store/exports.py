"""Exports that are being made or wait to be fetched, and what the log holds to prove what is in them.

The file itself lies in the folder of the installation; here stands who asked for what, how far it is, and until when it is kept.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from msgspec import Struct

from entrepot.kernel.canonical import canonical
from entrepot.kernel.submissions import Submission, statement
from entrepot.store.database import Session, listed
from entrepot.store.outbox import stamp
from entrepot.store.receipt import proof_text
from entrepot.store.store import Store

Kind = Literal["enterprise", "period"]
State = Literal["waiting", "ready", "failed", "ended"]
COLUMNS_KEPT = (
    "id", "kind", "person", "organisation", "voice", "asked", "state", "done", "size", "digest", "notice", "made_at", "ready_at",
    "ends_at", "due",
)  # fmt: skip
LEASE = timedelta(minutes=2)
PROVEN_AT_ONCE = 500


class Export(Struct, frozen=True):
    """One export: of which kind, by whom, what was `asked` (JSON), `done` so many dossiers or statements; once it is ready its size
    in bytes and SHA-256, and until when it can be fetched (UTC). `due`: when somebody may take it up (again)."""

    id: str
    kind: Kind
    person: str
    organisation: str
    voice: str
    asked: str
    state: State
    done: int
    size: int
    digest: str
    notice: str
    made_at: str
    ready_at: str
    ends_at: str
    due: str


def add(store: Store, one: Export) -> None:
    """Put an export on the list."""
    row = tuple(getattr(one, name) for name in COLUMNS_KEPT)
    store.write(lambda session: session.insert("export", COLUMNS_KEPT, [row]))


def find(store: Store, id: str) -> Export | None:
    """An export by its id."""
    found = _where(store, "id = ?", id)
    return found[0] if found else None


def of_organisation(store: Store, organisation: str, limit: int = 20) -> list[Export]:
    """An organisation's exports, the last first."""
    return _where(store, "organisation = ? ORDER BY made_at DESC LIMIT ?", organisation, limit)


def over(store: Store, now: datetime) -> list[Export]:
    """Exports whose file is kept no longer."""
    return _where(store, "state = 'ready' AND ends_at <= ?", stamp(now))


def take(store: Store, now: datetime) -> Export | None:
    """An export to be made, for the time of a lease; None where none waits."""

    def work(session: Session) -> str | None:
        row = session.one(
            "SELECT id FROM export WHERE state = 'waiting' AND due <= ? ORDER BY made_at LIMIT 1", stamp(now)
        )
        if row is None:
            return None
        [rows] = session.run(
            (
                "UPDATE export SET due = ? WHERE id = ? AND due <= ? RETURNING id",
                (stamp(now + LEASE), row[0], stamp(now)),
            )
        )
        return str(row[0]) if rows else None

    id = store.write(work)
    return None if id is None else find(store, id)


def change(store: Store, id: str, **columns: Any) -> None:
    """Other values in some columns."""
    sets = ", ".join(f"{name} = ?" for name in columns)
    store.write(lambda session: session.run((f"UPDATE export SET {sets} WHERE id = ?", (*columns.values(), id))))


def _where(store: Store, where: str, *parameters: object) -> list[Export]:
    with store.database.session() as session:
        rows = session.all(f"SELECT {', '.join(COLUMNS_KEPT)} FROM export WHERE {where}", *parameters)
    return [Export(*row) for row in rows]


def proofs(store: Store, said: Sequence[Submission], size: int) -> dict[str, str]:
    """The upper part of each statement's receipt, up to its checkpoint, in the tree of a size that was signed; of statements that the
    tree does not hold, or whose salt was erased, none."""
    found: dict[str, str] = {}
    with store.database.session() as session:
        for start in range(0, len(said), PROVEN_AT_ONCE):
            piece = {one.id: one for one in said[start : start + PROVEN_AT_ONCE]}
            rows = session.all(
                "SELECT s.id, p.place, b.salt FROM submission s JOIN placed p ON p.seq = s.seq JOIN body b ON b.seq = s.seq"
                f" WHERE {store.database.among('s.id')} AND p.place < ?",
                listed(list(piece)), size,
            )  # fmt: skip
            paths = store.paths([int(place) for _, place, _ in rows], size)
            for (id, place, salt), path in zip(rows, paths, strict=True):
                extra = {"salt": bytes(salt).hex(), "statement": statement(piece[id]), "type": "submission", "v": 1}
                found[id] = proof_text(int(place), path, "", canonical(extra)).rstrip("\n")
    return found


def dossiers_between(store: Store, since: datetime, until: datetime) -> list[str]:
    """The dossiers of which something was heard from one time up to another, that not included."""
    with store.database.session() as session:
        rows = session.all(
            "SELECT DISTINCT dossier FROM submission WHERE heard_at >= ? AND heard_at < ? ORDER BY dossier",
            stamp(since),
            stamp(until),
        )
    return [str(dossier) for (dossier,) in rows]


def checkpoints_around(store: Store, since: datetime, until: datetime) -> tuple[int, int]:
    """The sizes of the last checkpoint signed before a time (0: none was) and of the first signed at or after another, else the last."""
    with store.database.session() as session:
        [(first,)] = session.all("SELECT coalesce(max(size), 0) FROM checkpoint WHERE signed_at < ?", stamp(since))
        [(behind,)] = session.all("SELECT min(size) FROM checkpoint WHERE signed_at >= ?", stamp(until))
        [(last,)] = session.all("SELECT coalesce(max(size), 0) FROM checkpoint")
    return int(first), int(last if behind is None else behind)
