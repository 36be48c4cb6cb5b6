"""What the operator looks at: work that does not get on, how long things took, how large the store is. Counts, kinds and moments;
of what was said in a dossier nothing leaves here, not even the dossier's name."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec import Struct

from entrepot.store.database import listed
from entrepot.store.outbox import stamp
from entrepot.store.store import Store

MOST_EVENTS = 500_000  # looked through at once for how long things took
_STUCK = (
    "SELECT id, kind, state, attempts, due, error FROM outbox WHERE state = 'given up' OR (state = 'waiting' AND error <> '')"
    " ORDER BY state, due, id LIMIT ?"
)


class Stuck(Struct, frozen=True):
    """A piece of work that failed at least once: its state is `waiting` (until `due`, UTC) or `given up`. `reason` is the first words
    of what kept it."""

    id: str
    kind: str
    state: str
    attempts: int
    due: str
    reason: str


class Event(Struct, frozen=True):
    """That something was heard, for measuring: `thread` tells what belongs together and means nothing else; `at` is UTC."""

    thread: str
    topic: str
    key: str
    at: datetime


class Size(Struct, frozen=True):
    """What a store takes up, in bytes, and how much it holds."""

    database: int
    statements: int
    dossiers: int
    papers: int
    paper_bytes: int


def stuck(store: Store, most: int = 200) -> list[Stuck]:
    """Work that was given up, and work that failed and waits to be tried again."""
    with store.database.session() as session:
        rows = session.all(_STUCK, most)
    return [Stuck(id_, kind, state, tries, due, error[:200]) for id_, kind, state, tries, due, error in rows]


def at_once(store: Store, task: str) -> str:
    """Let work that failed and waits be tried now; gives its kind, or nothing where no such work waits. What was given up stays so:
    those whom it concerns were told, and do it again from their side, so that nothing goes out twice."""
    sql = "UPDATE outbox SET due = ? WHERE id = ? AND state = 'waiting' AND error <> '' RETURNING kind"
    with store.database.session() as session:
        rows = session.at_once(sql, stamp(store.clock()), task)
    return str(rows[0][0]) if rows else ""


def heard(store: Store, topics: tuple[str, ...], within: timedelta) -> Iterator[Event]:
    """When statements on these topics were heard, the oldest first, of no more than the latest half a million."""
    among, since = store.database.among("s.topic"), stamp(store.clock() - within)
    sql = (
        f"SELECT d.opened, s.topic, s.key, s.heard_at FROM submission s JOIN dossier d ON d.id = s.dossier WHERE {among}"
        " AND s.heard_at >= ? AND s.withdraws = '[]' ORDER BY s.seq DESC LIMIT ?"
    )
    with store.database.session() as session:
        rows = session.all(sql, listed(topics), since, MOST_EVENTS)
    return (Event(str(thread), topic, key, datetime.fromisoformat(at)) for thread, topic, key, at in reversed(rows))


def delivered(store: Store, within: timedelta) -> list[float]:
    """How many seconds each delivery took from its first attempt until the receiver took it."""
    sql = (
        "SELECT first_at, last_at FROM delivery WHERE state = 'delivered' AND first_at >= ? AND first_at <> '' LIMIT ?"
    )
    with store.database.session() as session:
        rows = session.all(sql, stamp(store.clock() - within), MOST_EVENTS)
    return [(datetime.fromisoformat(last) - datetime.fromisoformat(first)).total_seconds() for first, last in rows]


def last_heard(store: Store, topics: tuple[str, ...]) -> dict[str, tuple[int, str]]:
    """For each of the topics that anything was ever said on: how often, and when last."""
    sql = f"SELECT topic, count(*), max(heard_at) FROM submission WHERE {store.database.among('topic')} GROUP BY topic"
    with store.database.session() as session:
        return {topic: (int(count), last) for topic, count, last in session.all(sql, listed(topics))}


def subscribed(store: Store) -> dict[tuple[str, str], int]:
    """How many subscriptions there are, by way and state."""
    with store.database.session() as session:
        rows = session.all("SELECT way, state, count(*) FROM subscription GROUP BY way, state ORDER BY way, state")
    return {(way, state): int(count) for way, state, count in rows}


def size(store: Store) -> Size:
    """How large the store is."""
    pages = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    whole = "SELECT pg_database_size(current_database())" if store.database.dialect == "postgresql" else pages
    with store.database.session() as session:
        [(taken,)] = session.all(whole)
        [(statements,)] = session.all("SELECT coalesce(max(seq), 0) FROM submission")
        [(dossiers,)] = session.all("SELECT count(*) FROM dossier")
        [(papers, held)] = session.all("SELECT count(*), coalesce(sum(size), 0) FROM content")
    return Size(int(taken), int(statements), int(dossiers), int(papers), int(held))
