"""Who read what: kept append-only, without making whoever reads wait.

A read is noted in memory and written by a thread of its own within a second, with all that came meanwhile, and when the store is
closed. When power fails, what was noted in the last second is lost. What must not be lost (papers, exports) is written before it is
handed out: `flush`. The same read by the same reader within one writing is one row with how many `times`.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from msgspec import Struct

from entrepot.store.database import Database, Session
from entrepot.store.outbox import stamp

PAUSE_SECONDS = 0.5
MOST_WAITING = 20_000  # different reads in memory; beyond, whoever reads waits until they are written
FORGOTTEN_AT_ONCE = 5_000
COLUMNS = (
    "at",
    "person",
    "organisation",
    "mandate",
    "roles",
    "dossier",
    "seen",
    "personal",
    "door",
    "address",
    "times",
)
Wrote = TypeVar("Wrote")
Write = Callable[[Callable[[Session], Any]], Any]


class Seen(Struct, frozen=True):
    """What was read by whom: the roles and the mandate it was read by, how many statements of the dossier (none for what is no
    dossier) there were, which topics with personal data were among what could be read, through which door, from which address."""

    person: str
    organisation: str
    mandate: str
    roles: str
    dossier: str
    seen: int
    personal: str
    door: str
    address: str


class Read(Struct, frozen=True):
    """A row of the list, `at` the time (UTC) of the first of so many `times`."""

    number: int
    at: str
    what: Seen
    times: int


class Reads:
    """Takes reads note of and writes them behind."""

    def __init__(self, write: Write, clock: Callable[[], datetime]) -> None:
        self._write, self._clock = write, clock
        self._waiting: dict[Seen, list[Any]] = {}
        self._mutex, self._writing = threading.Lock(), threading.Lock()
        self._noted, self._closing = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    def note(self, what: Seen) -> None:
        """Somebody reads something. Where too much waits to be written, it is written first; StoreError where it cannot be."""
        with self._mutex:
            there = self._waiting.get(what)
            if there is not None:
                there[1] += 1
                return
            self._waiting[what] = [stamp(self._clock()), 1]
            full = len(self._waiting) > MOST_WAITING
            if self._thread is None and not self._closing.is_set():
                self._thread = threading.Thread(target=self._run, name="entrepot-reads", daemon=True)
                self._thread.start()
        self._noted.set()
        if full:
            self.flush()

    def flush(self) -> None:
        """Write what waits, now."""
        with self._writing:
            with self._mutex:
                taken, self._waiting = self._waiting, {}
            if not taken:
                return
            rows = [
                (at, *(getattr(what, name) for name in COLUMNS[1:-1]), times) for what, (at, times) in taken.items()
            ]
            try:
                self._write(lambda session: session.insert("read_audit", COLUMNS, rows))
            except BaseException:
                self._give_back(taken)
                raise

    def _give_back(self, taken: dict[Seen, list[Any]]) -> None:
        with self._mutex:
            for what, (_, times) in self._waiting.items():
                if what in taken:
                    taken[what][1] += times
            self._waiting = {**self._waiting, **taken}

    def close(self) -> None:
        """Write what waits, and no more by itself."""
        self._closing.set()
        self._noted.set()
        if self._thread is not None:
            self._thread.join()
        try:
            self.flush()
        except Exception:
            logging.getLogger("entrepot").exception("reads could not be written down")

    def _run(self) -> None:
        while not self._closing.is_set():
            self._noted.wait()
            self._noted.clear()
            self._closing.wait(PAUSE_SECONDS)
            try:
                self.flush()
            except Exception:  # the database may be away for a while: what waits goes on waiting
                logging.getLogger("entrepot").exception("reads could not be written down")
                self._noted.set()


def reads(
    database: Database, *, dossier: str = "", organisation: str = "", person: str = "", personal: bool = False, since: str = "",
    until: str = "", before: int = 0, limit: int = 100,
) -> list[Read]:  # fmt: skip
    """Reads, the last first: of a dossier, by an organisation or person, of personal data, between two times (UTC, the second not
    included), `before` a number."""
    asked: list[tuple[str, object]] = [("number < ?", before or 2**62)]
    asked += [
        (f"{name} = ?", value)
        for name, value in (("dossier", dossier), ("organisation", organisation), ("person", person))
        if value
    ]
    asked += [("personal <> ?", "")] if personal else []
    asked += [("at >= ?", since)] if since else []
    asked += [("at < ?", until)] if until else []
    where = " AND ".join(condition for condition, _ in asked)
    with database.session() as session:
        rows = session.all(
            f"SELECT number, {', '.join(COLUMNS)} FROM read_audit WHERE {where} ORDER BY number DESC LIMIT ?",
            *(value for _, value in asked), max(0, min(limit, 1_000)),
        )  # fmt: skip
    return [Read(int(number), at, Seen(*what), int(times)) for number, at, *what, times in rows]


def of_person(database: Database, person: str, organisation: str, before: int = 0, limit: int = 100) -> list[Read]:
    """Reads by other organisations of personal data in dossiers in which a person spoke for an organisation, the last first."""
    with database.session() as session:
        rows = session.all(
            f"SELECT number, {', '.join(COLUMNS)} FROM read_audit WHERE number < ? AND organisation <> ? AND dossier IN"
            " (SELECT dossier FROM submission WHERE by_person = ? AND for_organisation = ?) ORDER BY number DESC LIMIT ?",
            before or 2**62, organisation, person, organisation, max(0, min(limit, 1_000)),
        )  # fmt: skip
    return [Read(int(number), at, Seen(*what), int(times)) for number, at, *what, times in rows]


def read(database: Database, number: int) -> Read | None:
    """One row of the list."""
    found = reads(database, before=number + 1, limit=1)
    return found[0] if found and found[0].number == number else None


def reads_before(database: Database, moment: datetime) -> bool:
    """Whether there are reads from before a time."""
    with database.session() as session:
        return session.one("SELECT 1 FROM read_audit WHERE at < ? LIMIT 1", stamp(moment)) is not None


def forget(write: Write, upto: datetime, by: str, now: datetime) -> int:
    """Let go of reads before a time, which is written down before: how many there were."""
    write(
        lambda session: session.insert("read_forgotten", ("upto", "by_person", "at"), [(stamp(upto), by, stamp(now))])
    )
    gone = 0

    def step(session: Session) -> int:
        last = session.one(
            "SELECT number FROM read_audit WHERE at < ? ORDER BY number LIMIT 1 OFFSET ?",
            stamp(upto),
            FORGOTTEN_AT_ONCE - 1,
        )
        bound = last[0] if last else 2**62
        [(count,)] = session.all("SELECT count(*) FROM read_audit WHERE at < ? AND number <= ?", stamp(upto), bound)
        session.run(("DELETE FROM read_audit WHERE at < ? AND number <= ?", (stamp(upto), bound)))
        return int(count)

    while count := int(write(step)):
        gone += count
    return gone
