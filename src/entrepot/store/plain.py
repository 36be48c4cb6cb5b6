"""The plain case on PostgreSQL in one round trip: statements that only add to dossiers which are open.

Nothing taken, replaced, withdrawn or expected, under no mandate, no documents and no tasks: then the database can tell by itself whether
they may stand, and a lone speaker waits for one answer instead of two. Whatever is not plain, or fails here, goes the general way.
"""

from collections.abc import Sequence
from datetime import datetime

from entrepot.store.database import ContentionError, Session, listed
from entrepot.store.group import submission_row
from entrepot.store.intake import Batch, Outcome, Ready
from entrepot.store.outbox import stamp
from entrepot.store.schema import SUBMISSION


def hear(session: Session, batches: Sequence[Batch], now: datetime) -> list[Outcome] | None:
    """Write the batches and give their outcomes; None, with nothing written, where this is not the plain case."""
    if session.dialect != "postgresql" or not all(_plain(batch) for batch in batches):
        return None
    heard_at, dossiers = stamp(now), {batch.dossier for batch in batches}
    rows = [_row(one, heard_at) for batch in batches for one in batch.ready]
    try:
        [(heard,)] = session.at_once("SELECT hear(?, ?)", listed(dossiers), listed(rows))
    except ContentionError:  # most often a statement that is on file already
        return None
    return [Outcome(b.dossier, tuple(one.submission.id for one in b.ready)) for b in batches] if heard else None


def _plain(batch: Batch) -> bool:
    if batch.contents or batch.tasks:
        return False
    return not any(
        one.takes or one.final or one.opened is not None or s.replaces or s.withdraws or s.expects is not None or s.under
        for one in batch.ready
        for s in (one.submission,)
    )


def _row(one: Ready, heard_at: str) -> dict[str, object]:
    row: dict[str, object] = dict(zip(SUBMISSION, submission_row(0, one, heard_at), strict=True))
    row["data"] = rf"\x{bytes(one.submission.body).hex()}"
    row["evidence"] = one.evidence
    row["salt"] = rf"\x{one.salt.hex()}"
    row["entry"] = rf"\x{one.entry.hex()}"
    return row
