"""How much waits, and for how long: what is said but not in the log yet, what the outbox holds, what is to be pushed."""

from datetime import UTC, datetime

from msgspec import Struct

from entrepot.store.database import Session
from entrepot.store.schema import STEPS


class Queue(Struct, frozen=True):
    """Pieces of work of one kind in one state; `oldest` is the age in seconds of that due longest, 0 where none is due yet."""

    kind: str
    state: str
    count: int
    oldest: float = 0.0


class Queues(Struct, frozen=True):
    """What waits in a store: statements in its log and those not placed yet, with the age in seconds of the oldest of these; the
    outbox and deliveries by kind and state; the step of its schema, and that which this version knows."""

    placed: int
    unplaced: int
    lag: float
    outbox: tuple[Queue, ...]
    deliveries: tuple[Queue, ...]
    step: int
    known_step: int = len(STEPS)


def read_queues(session: Session, now: datetime) -> Queues:
    """What waits in the store of this session. Work that is done is not counted: it would be counted for ever."""
    [(placed, done)] = session.all("SELECT coalesce(max(place) + 1, 0), coalesce(max(seq), 0) FROM placed")
    [(unplaced, first)] = session.all("SELECT count(*), min(seq) FROM leaf WHERE seq > ?", done)
    heard = None if first is None else session.one("SELECT heard_at FROM submission WHERE seq = ?", first)
    waiting = session.all(
        "SELECT kind, count(*), min(due) FROM outbox WHERE state = 'waiting' GROUP BY kind ORDER BY kind"
    )
    given_up = session.all("SELECT kind, count(*) FROM outbox WHERE state = 'given up' GROUP BY kind ORDER BY kind")
    pushed = session.all(
        "SELECT state, count(*), min(due) FROM delivery WHERE state IN ('waiting', 'behind') GROUP BY state ORDER BY state"
    )
    [(step,)] = session.all("SELECT max(step) FROM schema_step")
    return Queues(
        placed,
        unplaced,
        0.0 if heard is None else _age(heard[0], now),
        (
            *(Queue(kind, "waiting", count, _age(due, now)) for kind, count, due in waiting),
            *(Queue(kind, "given up", count) for kind, count in given_up),
        ),
        tuple(Queue("push", state, count, _age(due, now)) for state, count, due in pushed),
        step,
    )


def _age(moment: str, now: datetime) -> float:
    if not moment:
        return 0.0
    return max(0.0, (now - datetime.fromisoformat(moment).astimezone(UTC)).total_seconds())
