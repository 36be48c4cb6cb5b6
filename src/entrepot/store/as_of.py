"""A dossier as it had been heard by a moment. What was heard later is not there; what was erased since carries no value any more."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from entrepot.kernel.record import Record
from entrepot.kernel.topics import Topic
from entrepot.store.database import Database
from entrepot.store.outbox import stamp
from entrepot.store.records import COLUMNS, UnknownDossierError, submission_of


def record_as_of(
    database: Database, topics: Mapping[str, Topic[Any]], dossier: str, moment: datetime, upto: int | None = None
) -> Record:
    """The record folded from what the store had heard by `moment`, that moment included; where `upto` is given, from so many
    statements as there were, whatever the clocks said. It is the caller's own and never grows. UnknownDossierError where nothing had
    been heard of the dossier by then."""
    with database.session() as session:
        if upto is None:
            rows = session.all(
                f"{COLUMNS} WHERE s.dossier = ? AND s.heard_at <= ? ORDER BY s.seq", dossier, stamp(moment)
            )
        else:
            rows = session.all(f"{COLUMNS} WHERE s.dossier = ? ORDER BY s.seq LIMIT ?", dossier, upto)
        kind = session.one("SELECT kind FROM dossier WHERE id = ?", dossier)
    if kind is None or not rows:
        raise UnknownDossierError(dossier)
    return Record(dossier, kind[0], topics, map(submission_of, rows))


def moments(database: Database, dossier: str) -> list[datetime]:
    """When the store heard something of a dossier, the earliest first, each moment once."""
    with database.session() as session:
        rows = session.all("SELECT DISTINCT heard_at FROM submission WHERE dossier = ? ORDER BY heard_at", dossier)
    return [datetime.fromisoformat(heard) for (heard,) in rows]
