"""Erasing by law: what is deleted, and the statement that says so, in one transaction; and what a later restore must delete again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec
from msgspec import Struct

from entrepot.store import contents
from entrepot.store.database import Database, Session
from entrepot.store.group import Group
from entrepot.store.intake import Batch, Outcome

SAYS_SO = "record.erased"


class Erasure(Struct, frozen=True):
    """One deletion: a statement's body, evidence and salt (`body`, by id) or a document (`content`, by digest); why, and by whom."""

    what: Literal["body", "content"]
    reference: str
    reason: str
    by: str


class ErasedBefore(Struct, frozen=True):
    """A line of the list that goes with a backup: what was erased, in which dossier, and the body of the statement that said so."""

    what: Literal["body", "content"]
    reference: str
    dossier: str
    reason: str
    by: str
    erased_at: str
    said: msgspec.Raw


def erase(
    database: Database, session: Session, batches: Sequence[Batch], erasures: Sequence[Erasure], now: datetime
) -> list[Outcome]:
    """Say the batches, one for each dossier concerned, and delete, all or nothing; StoreError where there is nothing to delete."""
    with session.writing():
        group = Group(database, session, batches, now)
        outcomes = group.decide()
        if all(outcome.ok for outcome in outcomes) and any(outcome.said for outcome in outcomes):
            group.save()
            for one in erasures:
                contents.erase(session, one.what, one.reference, one.reason, one.by, now)
    if session.dialect == "sqlite":
        session.all("PRAGMA wal_checkpoint(TRUNCATE)")  # the write-ahead log still holds the old pages
    return outcomes


def entry_of(session: Session, submission_id: str) -> bytes | None:
    """What stands in the log for a statement; None where there is no such statement."""
    row = session.one("SELECT l.entry FROM leaf l JOIN submission s ON s.seq = l.seq WHERE s.id = ?", submission_id)
    return None if row is None else bytes(row[0])


def holders(session: Session, digest: str) -> list[str]:
    """The dossiers that a paper was handed in to."""
    rows = session.all(
        "SELECT DISTINCT dossier FROM submission WHERE topic = 'paper.received' AND key = ? ORDER BY dossier", digest
    )
    return [dossier for (dossier,) in rows]


def erased_so_far(session: Session) -> list[ErasedBefore]:
    """Everything that was erased, with the statement that said so, in the order of its erasing."""
    rows = session.all(
        "SELECT e.what, e.reference, s.dossier, e.reason, e.by_person, e.erased_at, b.data FROM erased e"
        " JOIN submission s ON s.key = e.reference AND s.topic = ? JOIN body b ON b.seq = s.seq ORDER BY e.number, s.seq",
        SAYS_SO,
    )
    return [
        ErasedBefore(what, reference, dossier, reason, by, erased_at, msgspec.Raw(bytes(said)))
        for what, reference, dossier, reason, by, erased_at, said in rows
    ]
