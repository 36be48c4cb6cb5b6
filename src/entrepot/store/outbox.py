"""The outbox: what is to be done after a statement is durable, kept in the same transaction and worked off by any process."""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from msgspec import Struct, field

from entrepot.store.database import Database, Session, listed

FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(hours=1)
MAX_ATTEMPTS = 20

_COLUMNS = ("id", "kind", "payload", "due", "state", "attempts", "error")


class Task(Struct, frozen=True):
    """Something to do. The same id is done once. `due` (UTC) defaults to now; `attempts` counts the claims so far."""

    kind: str
    payload: bytes
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    due: datetime | None = None
    attempts: int = 0


def stamp(moment: datetime) -> str:
    """A moment as the store writes it: UTC, ISO 8601, microseconds always, so that text sorts as time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def add(database: Database, session: Session, tasks: Sequence[Task], now: datetime) -> None:
    """Put tasks in, inside the caller's transaction; an id already there is left as it is."""
    unique = {task.id: task for task in tasks}
    there = {row[0] for row in session.all(f"SELECT id FROM outbox WHERE {database.among('id')}", listed(unique))}
    rows = [
        (t.id, t.kind, t.payload, stamp(t.due or now), "waiting", 0, "") for t in unique.values() if t.id not in there
    ]
    if rows:
        session.insert("outbox", _COLUMNS, rows)


def claim(
    database: Database, session: Session, count: int, lease: timedelta, now: datetime, kind: str = ""
) -> list[Task]:
    """Take up to `count` tasks that are due, of one kind where it is named. Whoever does not finish within the lease loses them to
    the next claim."""
    skip = "" if database.dialect == "sqlite" else " FOR UPDATE SKIP LOCKED"
    of_kind, named = (" AND kind = ?", (kind,)) if kind else ("", ())
    rows = session.all(
        "UPDATE outbox SET attempts = attempts + 1, due = ? WHERE id IN"
        f" (SELECT id FROM outbox WHERE state = 'waiting' AND due <= ?{of_kind} ORDER BY due, id LIMIT ?{skip})"
        " RETURNING id, kind, payload, attempts",
        stamp(now + lease), stamp(now), *named, count,
    )  # fmt: skip
    return [Task(kind, payload, task, now, attempts) for task, kind, payload, attempts in rows]


def done(session: Session, task: Task) -> bool:
    """Mark a claimed task done; False when its lease ran out and another took it."""
    return _set(session, task, "state = 'done', error = ''")


def hold(session: Session, task: Task, lease: timedelta, now: datetime) -> bool:
    """Keep a claimed task for another lease; False when its lease ran out and another took it."""
    return _set(session, task, "due = ?", stamp(now + lease))


def failed(session: Session, task: Task, reason: str, now: datetime) -> bool:
    """Give a claimed task back, to be tried again after a wait that doubles; after the last attempt it is given up."""
    wait = min(FIRST_WAIT * 2 ** min(task.attempts - 1, 30), LONGEST_WAIT)
    state = "given up" if task.attempts >= MAX_ATTEMPTS else "waiting"
    return _set(
        session, task, f"state = '{state}', due = ?, error = ?", stamp(now + wait), reason[:2000].replace("\0", "")
    )


def _set(session: Session, task: Task, sets: str, *parameters: str) -> bool:
    # The number of the attempt is the token: a worker that overslept its lease changes nothing.
    sql = f"UPDATE outbox SET {sets} WHERE id = ? AND state = 'waiting' AND attempts = ? RETURNING id"
    return bool(session.all(sql, *parameters, task.id, task.attempts))
