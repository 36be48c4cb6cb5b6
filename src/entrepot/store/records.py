"""Records in memory: the dossiers read last, each brought up to date by what was heard since, from whichever process."""

import threading
from collections import OrderedDict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec

from entrepot.kernel.record import Record
from entrepot.kernel.submissions import Evidence, Submission
from entrepot.kernel.topics import Topic
from entrepot.store.database import Database, Dialect, Row, Session, listed

KEPT = 512
KEPT_STATEMENTS = 200_000

COLUMNS = """
SELECT s.seq, s.id, s.dossier, s.topic, s.key, s.version, s.by_person, s.for_organisation, s.mandate, s.channel,
s.authority, s.said_at, s.heard_at, s.replaces, s.withdraws, b.data, b.evidence
FROM submission s LEFT JOIN body b ON b.seq = s.seq
"""
# Of many dossiers what is above a number of each: `[["D1", 17], …]`. CROSS JOIN holds SQLite to begin with that list.
_PAIRS: dict[Dialect, str] = {
    "sqlite": "json_each(?) p CROSS JOIN submission s"
    " ON s.dossier = json_extract(p.value, '$[0]') AND s.seq > json_extract(p.value, '$[1]')",
    "postgresql": "json_array_elements(?::json) AS p (v) JOIN submission s ON s.dossier = p.v ->> 0 AND s.seq > (p.v ->> 1)::bigint",
}
_SINCE = {
    dialect: COLUMNS.replace("FROM submission s", f"FROM {pairs}") + " ORDER BY s.seq"
    for dialect, pairs in _PAIRS.items()
}
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
        self._fresh = (
            threading.local()
        )  # `.names`: those that this thread has just brought up to date, all in one question
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

    @contextmanager
    def fresh(self, dossiers: Collection[str]) -> Iterator[None]:
        """Bring many records up to date in one question. Until the context ends they count as up to date in this thread."""
        with self._mutex:
            kept = {name: one for name in dossiers if (one := self._kept.get(name)) and one.record is not None}
        names = self._all_caught_up(kept) if kept else frozenset[str]()
        before = getattr(self._fresh, "names", frozenset[str]())
        self._fresh.names = names
        try:
            yield
        finally:
            self._fresh.names = before

    def _all_caught_up(self, kept: Mapping[str, _Kept]) -> frozenset[str]:
        since = listed([name, one.seq] for name, one in kept.items())
        with self._database.session() as session:
            rows, [(erased,)] = session.run(
                (_SINCE[self._database.dialect], (since,)), ("SELECT count(*) FROM erased", ())
            )
        news: dict[str, list[Row]] = {}
        for row in rows:
            news.setdefault(row[2], []).append(row)
        done = set()
        for name, one in kept.items():
            with one.lock:
                if one.record is not None and one.erased == erased:
                    self._add(one.record, one, [row for row in news.get(name, ()) if row[0] > one.seq])
                    done.add(name)
        return frozenset(done)

    def _caught_up(self, dossier: str, kept: _Kept) -> Record:
        if kept.record is not None and dossier in getattr(self._fresh, "names", ()):
            return kept.record
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
