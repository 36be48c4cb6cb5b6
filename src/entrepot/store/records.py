"""Records in memory: the dossiers read last, each brought up to date by what was heard since, from whichever process."""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec

from entrepot.kernel.record import Record
from entrepot.kernel.submissions import Evidence, Submission
from entrepot.kernel.topics import Topic
from entrepot.store.database import Database, Row, Session

KEPT = 512
KEPT_STATEMENTS = 200_000

COLUMNS = """
SELECT s.seq, s.id, s.dossier, s.topic, s.key, s.version, s.by_person, s.for_organisation, s.mandate, s.channel,
s.authority, s.said_at, s.heard_at, s.replaces, s.withdraws, b.data, b.evidence
FROM submission s LEFT JOIN body b ON b.seq = s.seq
"""
_ids = msgspec.json.Decoder(tuple[str, ...])
_evidence = msgspec.json.Decoder(tuple[Evidence, ...])


class UnknownDossierError(KeyError):
    """There is no dossier with this id."""


def submission_of(row: Row) -> Submission:
    """A statement from its columns in the order of `COLUMNS`."""
    (
        _,
        id,
        dossier,
        topic,
        key,
        version,
        by,
        for_,
        mandate,
        channel,
        authority,
        said_at,
        heard_at,
        replaces,
        withdraws,
        data,
        evidence,
    ) = row
    return Submission(
        id, dossier, topic, msgspec.Raw(data or b""), key, version, by, for_, mandate, channel, authority, said_at, heard_at,
        _evidence.decode(evidence) if evidence and evidence != "[]" else (),
        _ids.decode(replaces) if replaces != "[]" else (),
        _ids.decode(withdraws) if withdraws != "[]" else (),
    )  # fmt: skip


def read_submission(session: Session, submission_id: str) -> Submission | None:
    """One statement by its id."""
    row = session.one(f"{COLUMNS} WHERE s.id = ?", submission_id)
    return None if row is None else submission_of(row)


class _Kept:
    __slots__ = ("erased", "lock", "record", "seq")

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.record: Record | None = None
        self.seq = self.erased = 0


class Records:
    """The records read last. Within a dossier numbers rise in the order of commits, so what is new is what is above the last."""

    def __init__(self, database: Database, topics: Mapping[str, Topic[Any]]) -> None:
        self._database, self._topics = database, topics
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._mutex = threading.Lock()
        self._added = 0  # statements, since it was last looked how many there are in all

    def get(self, dossier: str) -> Record:
        """The record, up to date."""
        with self.holding(dossier) as record:
            return record

    @contextmanager
    def holding(self, dossier: str) -> Iterator[Record]:
        """The record, up to date, with no other thread moving it meanwhile."""
        with self._mutex:
            kept = self._kept.setdefault(dossier, _Kept())
            self._kept.move_to_end(dossier)
        with kept.lock:
            yield self._caught_up(dossier, kept)

    def _caught_up(self, dossier: str, kept: _Kept) -> Record:
        news = (f"{COLUMNS} WHERE s.dossier = ? AND s.seq > ? ORDER BY s.seq", (dossier, kept.seq))
        with self._database.session() as session:
            rows, [(erased,)] = session.run(news, ("SELECT count(*) FROM erased", ()))
            if kept.record is None or erased != kept.erased:
                # Something was erased by law: what lies in memory goes too.
                kept.erased, kept.seq, kept.record = erased, 0, None
                rows = session.all(f"{COLUMNS} WHERE s.dossier = ? ORDER BY s.seq", dossier)
                kind = session.one("SELECT kind FROM dossier WHERE id = ?", dossier)
                if kind is None:
                    with self._mutex:
                        self._kept.pop(dossier, None)
                    raise UnknownDossierError(dossier)
                kept.record = Record(dossier, kind[0], self._topics)
        self._add(kept.record, kept, rows)
        return kept.record

    def _add(self, record: Record, kept: _Kept, rows: Sequence[Row]) -> None:
        for row in rows:
            record.add(submission_of(row))
        if rows:
            kept.seq = rows[-1][0]
            self._added += len(rows)
            self._trim()

    def _trim(self) -> None:
        """Let the records go that were read longest ago, beyond so many dossiers or statements."""
        with self._mutex:
            if len(self._kept) <= KEPT and self._added < KEPT_STATEMENTS // 200:
                return
            self._added = 0
            held = sum(len(kept.record.submissions) for kept in self._kept.values() if kept.record)
            while len(self._kept) > KEPT or (held > KEPT_STATEMENTS and len(self._kept) > 1):
                _, oldest = self._kept.popitem(last=False)
                held -= len(oldest.record.submissions) if oldest.record else 0
