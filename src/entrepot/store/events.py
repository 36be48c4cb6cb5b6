"""What happened, in one order: statements by their place in the log, and between them the findings that moved.

A finding that moved stands behind the last statement that was placed when it was written down: `Position(place, number)`, where a
statement has the number 0. It is written while nobody places leaves, so that no position appears before one that was read.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct

from entrepot.kernel.submissions import Submission
from entrepot.store.database import SEQUENCER_LOCK, Database, Session, listed
from entrepot.store.outbox import stamp
from entrepot.store.records import submission_of

WINDOW = 20_000  # places looked at in one question
ROWS = 200  # statements read in one question
QUIET = frozenset({"waits", "not_applicable"})  # as which a finding that was never anything else is no news

_SAID = """
SELECT p.place, s.id, s.dossier, s.topic, s.key, s.version, s.by_person, s.for_organisation, s.mandate, s.channel,
s.authority, s.said_at, s.heard_at, s.replaces, s.withdraws, b.data, b.evidence, d.kind FROM placed p
"""
_WITH = "JOIN dossier d ON d.id = s.dossier LEFT JOIN body b ON b.seq = s.seq WHERE"
# From the places on, of which few lie behind a position, and not from the dossiers, of which there may be many: CROSS JOIN holds SQLite
# to it. Of a few dossiers that are named the database may choose.
_ALONG_THE_LOG = f"{_SAID} CROSS JOIN submission s {_WITH} s.seq = p.seq AND"
_BY_DOSSIER = f"{_SAID} JOIN submission s ON s.seq = p.seq {_WITH}"
_MOVED = """
SELECT m.place, m.number, m.dossier, m.topic, m.key, m.status, m.was, m.digest, m.looks, m.found_at, d.kind
FROM finding_moved m JOIN dossier d ON d.id = m.dossier
"""
_POSITION = re.compile(r"(0|[1-9][0-9]{0,14})(?:\.([1-9][0-9]{0,8}))?")
_looks = msgspec.json.Decoder(tuple[str, ...])


class Position(Struct, frozen=True, order=True):
    """Where something stands in the order of events: a place in the log and, for a finding, the number behind it."""

    place: int = -1
    number: int = 0

    def __str__(self) -> str:
        return f"{self.place}.{self.number}" if self.number else str(self.place)

    @classmethod
    def parse(cls, text: str) -> "Position | None":
        """A position from its text; None for any other text."""
        match = _POSITION.fullmatch(text)
        return None if match is None else cls(int(match[1]), int(match[2] or 0))


START = Position()


class Spoken(Struct, frozen=True):
    """A statement at its place, with the kind of its dossier. `erased`: its body is no longer on file."""

    position: Position
    kind: str
    submission: Submission
    erased: bool = False


class Moved(Struct, frozen=True):
    """A finding whose status or value moved: to which, from which status (empty at first), and the topics that it looked at."""

    position: Position
    kind: str
    dossier: str
    topic: str
    key: str
    status: str
    was: str
    digest: str
    looks: tuple[str, ...]
    found_at: str


class Wanted(Struct, frozen=True):
    """Which events are asked for, as far as the database can tell: those of dossiers in which one of the `parties` is or was a
    member (None: of all), of these `dossiers`, on these `topics` (None: any)."""

    parties: tuple[str, ...] | None = None
    dossiers: tuple[str, ...] | None = None
    topics: tuple[str, ...] | None = None

    def clause(self, database: Database, table: str) -> tuple[str, list[str]]:
        """SQL about the columns `dossier` and `topic` of a table, with its parameters."""
        sql, given = "", []
        if self.parties is not None:
            named = database.among("k.key")
            member = f"FROM submission k WHERE k.topic = 'dossier.member' AND {named}"
            if database.dialect == "sqlite":  # asked of each row: the list of a broker's dossiers is long
                sql += f" AND EXISTS (SELECT 1 {member} AND k.dossier = {table}.dossier)"
            else:
                sql += f" AND {table}.dossier IN (SELECT k.dossier {member})"
            given.append(listed(self.parties))
        for column, values in (("dossier", self.dossiers), ("topic", self.topics)):
            if values is not None:
                sql += f" AND {database.among(f'{table}.{column}')}"
                given.append(listed(values))
        return sql, given


def head(session: Session) -> int:
    """The last place of the log; -1 while it is empty."""
    return int((session.one("SELECT coalesce(max(place), -1) FROM placed") or (-1,))[0])


def last(session: Session) -> Position:
    """The position of the last event."""
    place = head(session)
    row = session.one("SELECT coalesce(max(number), 0) FROM finding_moved WHERE place = ?", place)
    return Position(place, int(row[0]) if row else 0)


def happened(
    database: Database, session: Session, after: Position, wanted: Wanted, rows: int = ROWS
) -> tuple[list[Spoken | Moved], Position]:
    """What happened after a position, in order, and the position up to which was looked: ask again from there, until it moves no more."""
    known = last(session)  # before anything is read: what comes meanwhile comes behind
    upto = Position(min(after.place + WINDOW, known.place), 0)
    where, given = wanted.clause(database, "s")
    along = _ALONG_THE_LOG if wanted.dossiers is None else _BY_DOSSIER
    sql = f"{along} p.place > ? AND p.place <= ?{where} ORDER BY p.place LIMIT ?"
    said = [_spoken(row) for row in session.all(sql, after.place, upto.place, *given, rows)]
    if len(said) == rows:
        upto = Position(said[-1].position.place)
    where, given = wanted.clause(database, "m")
    sql = (
        f"{_MOVED} WHERE (m.place > ? OR (m.place = ? AND m.number > ?)) AND m.place <= ?{where}"
        " ORDER BY m.place, m.number LIMIT ?"
    )
    moved = [_moved(row) for row in session.all(sql, after.place, after.place, after.number, upto.place, *given, rows)]
    if len(moved) == rows:  # a place without its findings is read again from there
        upto = moved[-1].position
        said = [one for one in said if one.position < upto]
    elif upto.place == known.place:
        upto = max(upto, known, *(one.position for one in moved))
    elif moved and moved[-1].position > upto:
        upto = moved[-1].position
    return sorted([*said, *moved], key=lambda one: one.position), max(upto, after)


def event_at(session: Session, position: Position) -> Spoken | Moved | None:
    """What stands at a position."""
    if position.number:
        row = session.one(f"{_MOVED} WHERE m.place = ? AND m.number = ?", position.place, position.number)
        return None if row is None else _moved(row)
    row = session.one(f"{_ALONG_THE_LOG} p.place = ?", position.place)
    return None if row is None else _spoken(row)


def _spoken(row: Sequence[Any]) -> Spoken:
    return Spoken(Position(row[0]), row[-1], submission_of(tuple(row[:-1])), row[-3] is None)


def _moved(row: Sequence[Any]) -> Moved:
    place, number, dossier, topic, key, status, was, digest, looks, found_at, kind = row
    return Moved(
        Position(place, number), kind, dossier, topic, key, status, was, digest, _looks.decode(looks), found_at
    )


# -- findings that moved ----------------------------------------------------------------------------------------------


class State(Struct, frozen=True):
    """How a finding stands: its status, the digest of its value, and the topics that it looked at."""

    status: str
    digest: str
    looks: tuple[str, ...] = ()


def keep_moved(
    database: Database, session: Session, dossier: str, found: dict[tuple[str, str], State], now: datetime
) -> int:
    """Write down which of a dossier's findings, by topic and key, moved since the last time; gives how many. To be called within a
    transaction. One that is no longer there has the status `gone`."""
    if database.dialect == "postgresql":
        session.run((f"SELECT pg_advisory_xact_lock({SEQUENCER_LOCK})", ()))
    known = {
        (topic, key): State(status, digest, _looks.decode(looks))
        for topic, key, status, digest, looks in session.all(
            "SELECT topic, key, status, digest, looks FROM finding_moved WHERE dossier = ? ORDER BY place, number",
            dossier,
        )
    }
    gone = {
        name: State("gone", "", state.looks)
        for name, state in known.items()
        if name not in found and state.status != "gone"
    }
    moved = {
        name: state
        for name, state in (found | gone).items()
        if (_said_of(known[name]) != _said_of(state) if name in known else state.status not in QUIET)
    }
    if moved:
        at = last(session)
        session.insert("finding_moved", _MOVED_COLUMNS, list(_rows(dossier, moved, known, at, stamp(now))))
    return len(moved)


def _said_of(state: State) -> tuple[str, str]:
    return state.status, state.digest


_MOVED_COLUMNS = ("place", "number", "dossier", "topic", "key", "status", "was", "digest", "looks", "found_at")


def _rows(
    dossier: str, moved: dict[tuple[str, str], State], known: dict[tuple[str, str], State], at: Position, now: str
) -> Iterable[tuple[Any, ...]]:
    for number, ((topic, key), state) in enumerate(moved.items(), at.number + 1):
        before = known.get((topic, key))
        looks = listed(sorted(state.looks))
        yield (
            at.place,
            number,
            dossier,
            topic,
            key,
            state.status,
            before.status if before else "",
            state.digest,
            looks,
            now,
        )


def take_watch(session: Session, name: str, lease: timedelta, now: datetime) -> int | None:
    """Take the watch `name` for the time of a lease: the place up to which it looked. None where another process has it. A watch
    that never looked begins at the end of the log."""
    row = session.one("SELECT place, due FROM watch WHERE name = ?", name)
    if row is None:
        session.insert("watch", ("name", "place", "due"), [(name, head(session), stamp(now + lease))])
        return head(session)
    rows = session.all(
        "UPDATE watch SET due = ? WHERE name = ? AND due <= ? RETURNING place", stamp(now + lease), name, stamp(now)
    )
    return int(rows[0][0]) if rows else None


def looked(session: Session, name: str, place: int, now: datetime) -> None:
    """Give a watch back: it looked up to a place."""
    session.run(("UPDATE watch SET place = ?, due = ? WHERE name = ? AND place <= ?", (place, stamp(now), name, place)))


def spoken_of(session: Session, after: int, rows: int) -> tuple[list[str], int]:
    """The dossiers spoken of behind a place, and the place up to which was looked."""
    found = session.all(
        "SELECT p.place, s.dossier FROM placed p JOIN submission s ON s.seq = p.seq WHERE p.place > ? ORDER BY p.place LIMIT ?",
        after, rows,
    )  # fmt: skip
    return list(dict.fromkeys(row[1] for row in found)), int(found[-1][0]) if found else after


def members(database: Database, session: Session, dossiers: Collection[str]) -> dict[str, set[str]]:
    """The organisations that are or were members of dossiers."""
    found: dict[str, set[str]] = {}
    sql = f"SELECT dossier, key FROM submission WHERE topic = 'dossier.member' AND {database.among('dossier')}"
    for dossier, key in session.all(sql, listed(dossiers)):
        found.setdefault(dossier, set()).add(key)
    return found
