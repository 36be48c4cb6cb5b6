"""The queue at a window, and who serves at it: tickets by day and counter, the shifts of clerks, and the cards of those who come.

A ticket is `waiting`, `called` (its number is shown), `serving`, `paused` or `ended`. A clerk has one at a time in hand, and one
shift open. Moments are UTC as the store writes them; days those of the counter's calendar.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Literal

import msgspec
from msgspec import Struct

from entrepot.kernel.vocabulary.enterprise import ENTERPRISE_CARD, ENTERPRISE_DOSSIER, EnterpriseCard
from entrepot.store.database import Row, Session, listed
from entrepot.store.outbox import stamp
from entrepot.store.sight import STANDS
from entrepot.store.store import Store

Need = Literal["trade", "mandate", "question", "correction", "other"]
Way = Literal["in_person", "telephone", "post"]
Outcome = Literal["done", "web", "papers", "answered", "left", ""]
NEEDS: tuple[Need, ...] = ("trade", "mandate", "question", "correction", "other")
WAYS: tuple[Way, ...] = ("in_person", "telephone", "post")
OUTCOMES: tuple[Outcome, ...] = ("done", "web", "papers", "answered")
LETTERS: dict[str, str] = {"trade": "A", "mandate": "B", "question": "C", "correction": "D", "other": "E"}
MOST_SAID = 2_000  # statements listed with one ticket
_IN_HAND = "state IN ('called', 'serving')"


class Ticket(Struct, frozen=True):
    """One who comes to the window: the number of the day, what for, by which way; by whom served, for which `principal` under which
    `mandate`, in which dossier last; the ids `said` once it is ended. `busy_s` are seconds in hand before `since`."""

    id: str
    counter: str
    day: str
    number: int
    need: str
    way: str
    state: str
    clerk: str
    place: str
    took_at: str
    called_at: str
    served_at: str
    ended_at: str
    busy_s: int
    since: str
    seq: int
    principal: str
    mandate: str
    dossier: str
    clerks: tuple[str, ...]
    said: tuple[str, ...]
    outcome: str
    note: str
    spoke: str
    consent: str

    @property
    def label(self) -> str:
        """The number as it is called and shown: a letter for the need, three digits."""
        return f"{LETTERS.get(self.need, 'E')}{self.number:03d}"

    @property
    def minutes(self) -> int:
        """Whole minutes in hand, as far as they were counted."""
        return self.busy_s // 60


_COLUMNS = tuple(info.name for info in msgspec.structs.fields(Ticket))
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM window_ticket"


class Shift(Struct, frozen=True):
    """A clerk's time at the window; `report` is what it came to, as JSON, once it is ended."""

    id: str
    counter: str
    clerk: str
    place: str
    began_at: str
    ended_at: str
    next_clerk: str
    seq: int
    report: bytes


_SHIFT = tuple(info.name for info in msgspec.structs.fields(Shift))
_SHIFTS = f"SELECT {', '.join(_SHIFT)} FROM window_shift"


class Made(Struct, frozen=True):
    """A statement that was made at the window, as it is listed: digests are SHA-256 of its canonical bytes."""

    id: str
    dossier: str
    topic: str
    key: str
    said_at: str
    digest: str
    by: str
    replaces: tuple[str, ...]
    withdraws: tuple[str, ...]


_MADE = "SELECT id, dossier, topic, key, said_at, digest, by_person, replaces, withdraws FROM submission"


# -- the queue --------------------------------------------------------------------------------------------------------


def take(store: Store, id: str, counter: str, day: date, need: Need, way: Way = "in_person") -> Ticket:
    """A ticket with the next number of the day; the same id again gives the same ticket."""
    now = stamp(store.clock())
    with store.database.session() as session, session.writing(alone=True):
        if (there := _one(session, f"{_SELECT} WHERE id = ?", id)) is not None:
            return there
        ask = "SELECT coalesce(max(number), 0) FROM window_ticket WHERE counter = ? AND day = ?"
        number = int((session.one(ask, counter, day.isoformat()) or (0,))[0]) + 1
        row = (
            id, counter, day.isoformat(), number, need, way, "waiting", "", "", now, "", "", "", 0, "", 0, "", "", "", "[]", "[]",
            "", "", "", "",
        )  # fmt: skip
        session.insert("window_ticket", _COLUMNS, [row])
        made = _one(session, f"{_SELECT} WHERE id = ?", id)
    assert made is not None
    return made


def ticket(store: Store, counter: str, id: str) -> Ticket | None:
    """A ticket of a counter."""
    with store.database.session() as session:
        return _one(session, f"{_SELECT} WHERE counter = ? AND id = ?", counter, id)


def in_hand(store: Store, counter: str, clerk: str) -> Ticket | None:
    """What a clerk has in hand just now."""
    with store.database.session() as session:
        return _in_hand(session, counter, clerk)


def open_tickets(store: Store, counter: str) -> list[Ticket]:
    """All that is not ended, in the order in which people came; of any day, so that nobody is forgotten overnight."""
    with store.database.session() as session:
        rows = session.all(f"{_SELECT} WHERE counter = ? AND state <> 'ended' ORDER BY took_at, number", counter)
    return [_ticket(row) for row in rows]


def call_next(store: Store, counter: str, clerk: str, place: str, day: date) -> Ticket | None:
    """Take the one who waits longest today into hand; what the clerk has in hand stays. None where nobody waits."""
    with store.database.session() as session, session.writing(alone=True):
        if (there := _in_hand(session, counter, clerk)) is not None:
            return there
        ask = f"{_SELECT} WHERE counter = ? AND state = 'waiting' AND day = ? ORDER BY number LIMIT 1"
        found = _one(session, ask, counter, day.isoformat())
        return found and _taken(session, found, clerk, place, stamp(store.clock()))


def resume(store: Store, counter: str, id: str, clerk: str, place: str) -> Ticket | None:
    """Take a ticket that waits or is paused into hand, whoever had it; None where somebody else has it or it is ended."""
    with store.database.session() as session, session.writing(alone=True):
        if (there := _in_hand(session, counter, clerk)) is not None:
            return there if there.id == id else None
        found = _one(session, f"{_SELECT} WHERE counter = ? AND id = ? AND state IN ('waiting', 'paused')", counter, id)
        return found and _taken(session, found, clerk, place, stamp(store.clock()))


def _taken(session: Session, one: Ticket, clerk: str, place: str, now: str) -> Ticket:
    seq = one.seq if one.called_at else int((session.one("SELECT coalesce(max(seq), 0) FROM submission") or (0,))[0])
    clerks = one.clerks if clerk in one.clerks else (*one.clerks, clerk)
    state = "serving" if one.served_at else "called"
    return _set(
        session, one, state=state, clerk=clerk, place=place, called_at=one.called_at or now, since=now, seq=seq, clerks=clerks
    )  # fmt: skip


def begin(store: Store, one: Ticket, **fields: str) -> Ticket:
    """The one who was called is here; `principal`, `mandate`, `dossier`, `spoke`, `consent` as far as they are known by now."""
    now = stamp(store.clock())

    def work(session: Session) -> Ticket:
        return _set(session, one, state="serving", served_at=one.served_at or now, **fields)

    return store.write(work)


def pause(store: Store, one: Ticket) -> Ticket:
    """Lay a ticket aside: any clerk may take it up."""
    busy = one.busy_s + _seconds(one.since, store.clock())
    return store.write(lambda session: _set(session, one, state="paused", clerk="", since="", busy_s=busy))


def end(store: Store, one: Ticket, outcome: Outcome, said: Sequence[str], note: str) -> Ticket:
    """End a ticket with what came of it."""
    now = store.clock()
    busy = one.busy_s + (_seconds(one.since, now) if one.served_at else 0)
    return store.write(
        lambda session: _set(
            session, one, state="ended", ended_at=stamp(now), since="", busy_s=busy, outcome=outcome, said=tuple(said), note=note
        )
    )  # fmt: skip


def tickets(
    store: Store, counter: str, day: str = "", principals: Iterable[str] | None = None, limit: int = 200
) -> list[Ticket]:
    """The tickets of a counter, the last first: of a day, of some principals."""
    which, values = ["counter = ?"], [counter]
    if day:
        which.append("day = ?")
        values.append(day)
    if principals is not None:
        which.append(store.database.among("principal"))
        values.append(listed(principals))
    sql = f"{_SELECT} WHERE {' AND '.join(which)} ORDER BY day DESC, number DESC LIMIT {int(limit)}"
    with store.database.session() as session:
        return [_ticket(row) for row in session.all(sql, *values)]


def made_at(store: Store, one: Ticket) -> list[Made]:
    """The statements that a ticket's clerks made for its principal since it was called; those kept with it once it is ended."""
    if one.state == "ended":
        return made_of(store, one.said)
    if not one.principal or not one.called_at:
        return []
    sql = (
        f"{_MADE} WHERE seq > ? AND for_organisation = ? AND channel = 'window' AND {store.database.among('by_person')}"
        f" ORDER BY seq LIMIT {MOST_SAID}"
    )
    with store.database.session() as session:
        return _made(session.all(sql, one.seq, one.principal, listed(one.clerks)))


def made_of(store: Store, ids: Iterable[str]) -> list[Made]:
    """Statements by their ids, in the order in which they were heard."""
    with store.database.session() as session:
        return _made(session.all(f"{_MADE} WHERE {store.database.among('id')} ORDER BY seq", listed(ids)))


def _made(rows: Iterable[Row]) -> list[Made]:
    return [Made(r[0], r[1], r[2], r[3], r[4], r[5], r[6], _ids(r[7]), _ids(r[8])) for r in rows]


def _ids(text: str) -> tuple[str, ...]:
    return msgspec.json.decode(text, type=tuple[str, ...])


def _seconds(since: str, now: datetime) -> int:
    return max(0, int((now - datetime.fromisoformat(since)).total_seconds())) if since else 0


def _in_hand(session: Session, counter: str, clerk: str) -> Ticket | None:
    return _one(
        session, f"{_SELECT} WHERE counter = ? AND state <> 'ended' AND clerk = ? AND {_IN_HAND}", counter, clerk
    )


def _set(session: Session, one: Ticket, **fields: Any) -> Ticket:
    """Change a ticket, unless it was ended or another clerk took it up meanwhile."""
    values = [msgspec.json.encode(value).decode() if isinstance(value, tuple) else value for value in fields.values()]
    sets = ", ".join(f"{name} = ?" for name in fields)
    where = "id = ? AND clerk = ? AND state <> 'ended'"
    session.run((f"UPDATE window_ticket SET {sets} WHERE {where}", (*values, one.id, one.clerk)))
    return msgspec.structs.replace(one, **fields)


def _one(session: Session, sql: str, *values: object) -> Ticket | None:
    row = session.one(sql, *values)
    return None if row is None else _ticket(row)


def _ticket(row: Row) -> Ticket:
    values = dict(zip(_COLUMNS, row, strict=True))
    lists = {name: msgspec.json.decode(values[name], type=tuple[str, ...]) for name in ("clerks", "said")}
    return Ticket(**(values | lists))


# -- shifts -----------------------------------------------------------------------------------------------------------


def shift_of(store: Store, counter: str, clerk: str) -> Shift | None:
    """The shift that a clerk has open."""
    with store.database.session() as session:
        row = session.one(f"{_SHIFTS} WHERE counter = ? AND clerk = ? AND ended_at = ''", counter, clerk)
    return None if row is None else Shift(*row)


def begin_shift(store: Store, id: str, counter: str, clerk: str, place: str) -> Shift:
    """Begin a shift; where one is open it goes on."""
    now = stamp(store.clock())
    with store.database.session() as session, session.writing(alone=True):
        row = session.one(f"{_SHIFTS} WHERE counter = ? AND clerk = ? AND ended_at = ''", counter, clerk)
        if row is None:
            seq = int((session.one("SELECT coalesce(max(seq), 0) FROM submission") or (0,))[0])
            row = (id, counter, clerk, place, now, "", "", seq, b"")
            session.insert("window_shift", _SHIFT, [row])
    return Shift(*row)


def end_shift(store: Store, one: Shift, next_clerk: str, report: bytes, ended_at: str) -> None:
    """End a shift with its report."""
    sql = "UPDATE window_shift SET ended_at = ?, next_clerk = ?, report = ? WHERE id = ? AND ended_at = ''"
    store.write(lambda session: session.run((sql, (ended_at, next_clerk, report, one.id))))


def shift(store: Store, counter: str, id: str) -> Shift | None:
    """A shift of a counter."""
    with store.database.session() as session:
        row = session.one(f"{_SHIFTS} WHERE counter = ? AND id = ?", counter, id)
    return None if row is None else Shift(*row)


def shifts(store: Store, counter: str, limit: int = 50) -> list[Shift]:
    """The shifts of a counter, the last first."""
    with store.database.session() as session:
        rows = session.all(f"{_SHIFTS} WHERE counter = ? ORDER BY began_at DESC LIMIT {int(limit)}", counter)
    return [Shift(*row) for row in rows]


def said_since(store: Store, seq: int, counter_clerk: str) -> int:
    """How many statements a clerk made at the window since a place in the store."""
    sql = "SELECT count(*) FROM submission WHERE seq > ? AND by_person = ? AND channel = 'window'"
    with store.database.session() as session:
        return int((session.one(sql, seq, counter_clerk) or (0,))[0])


# -- who comes --------------------------------------------------------------------------------------------------------


def cards_of(store: Store, principals: Iterable[str]) -> dict[str, EnterpriseCard]:
    """What enterprises say of themselves on their cards, by code; of several the last."""
    sql = (
        "SELECT s.dossier, b.data FROM submission s JOIN body b ON b.seq = s.seq"
        f" WHERE {store.database.among('s.dossier')} AND s.topic = '{ENTERPRISE_CARD.name}' AND {STANDS.format('s')} ORDER BY s.seq"
    )
    with store.database.session() as session:
        rows = session.all(sql, listed(ENTERPRISE_DOSSIER + one for one in principals))
    return {
        dossier.removeprefix(ENTERPRISE_DOSSIER): msgspec.json.decode(bytes(data), type=EnterpriseCard) for dossier, data in rows
    }  # fmt: skip
