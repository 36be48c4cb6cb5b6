"""Subscriptions, and what was delivered to each.

A subscription looks at events up to its position; what it wants of them becomes deliveries. Of each dossier one delivery is
`waiting` and those after it are `behind`, so that a failing one holds back its own dossier and nothing else. A worker claims what
is due for the time of a lease; the number of the attempt is its token, as in the outbox.

    states of a subscription   active · paused (with a notice; it goes on where it stood) · ended
    states of a delivery       waiting · behind · delivered · withheld (may not be read any more) · unsure (a mail cut short)
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from msgspec import Struct

from entrepot.store.database import Database, Session, Statement, StoreError, listed
from entrepot.store.events import Position
from entrepot.store.keys import make_key, read_key
from entrepot.store.outbox import stamp
from entrepot.store.store import Store

Way = Literal["webhook", "mail", "feed"]
State = Literal["active", "paused", "ended"]
KEPT = timedelta(days=30)  # what was delivered is told for so long
_COLUMNS = (
    "id", "organisation", "person", "way", "address", "title", "filter", "voice", "language", "detail", "state", "notice", "place",
    "number", "generation", "old_until", "made_at", "due",
)  # fmt: skip
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM subscription"
_DELIVERY = (
    "subscription", "place", "number", "dossier", "event", "type", "state", "attempts", "due", "first_at", "last_at", "status",
    "took_ms", "answer",
)  # fmt: skip

_TOLD = (
    "UPDATE delivery SET state = ?, due = ?, last_at = ?, status = ?, took_ms = ?, answer = ? WHERE subscription = ?"
    " AND place = ? AND number = ? AND state = 'waiting' AND attempts = ? RETURNING dossier"
)
# The first of a dossier that is not through, where it is behind: in the words of the index.
_NEXT = (
    "UPDATE delivery SET state = 'waiting', due = ? WHERE subscription = ? AND dossier = ? AND state IN ('waiting', 'behind')"
    " AND state = 'behind' AND (place, number) = (SELECT d.place, d.number FROM delivery d WHERE d.subscription = ? AND d.dossier = ?"
    " AND d.state IN ('waiting', 'behind') ORDER BY d.place, d.number LIMIT 1) RETURNING dossier"
)


class Subscription(Struct, frozen=True):
    """Who wants to hear of what, how, and up to where it was looked. `filter` and `voice` are JSON of the portal's; `generation`
    counts the secrets, of which the one before holds `old_until`; `due` is when a digest is next to be sent; moments are UTC."""

    id: str
    organisation: str
    person: str
    way: Way
    address: str
    title: str
    filter: str
    voice: str
    language: str
    detail: str
    state: State
    notice: str
    place: int
    number: int
    generation: int
    old_until: str
    made_at: str
    due: str

    @property
    def position(self) -> Position:
        """Up to where it was looked."""
        return Position(self.place, self.number)


class Delivery(Struct, frozen=True):
    """One event for one subscription, and how its last attempt went."""

    subscription: str
    place: int
    number: int
    dossier: str
    event: str
    type: str
    state: str = "behind"
    attempts: int = 0
    due: str = ""
    first_at: str = ""
    last_at: str = ""
    status: int = 0
    took_ms: int = 0
    answer: str = ""

    @property
    def position(self) -> Position:
        """The event's place in the order of all."""
        return Position(self.place, self.number)


class Told(Struct, frozen=True):
    """How an attempt went: through (`delivered`, `withheld`, `unsure`), or `waiting` again until it is due."""

    delivery: Delivery
    state: Literal["delivered", "withheld", "unsure", "waiting"]
    status: int = 0
    took_ms: int = 0
    answer: str = ""
    due: datetime | None = None


def master_of(store: Store) -> bytes:
    """The installation's own secret, from which those of subscriptions follow: a file in the folder of keys, made on first use."""
    if store.keys is None:
        raise StoreError(
            "this process has no folder of keys: secrets of subscriptions cannot be told",
            "本进程没有密钥文件夹，无法生成订阅密钥",
        )
    path = store.keys / "push.key"
    if not path.exists():
        make_key(path)
    return read_key(path)


# -- subscriptions ----------------------------------------------------------------------------------------------------


def add(store: Store, subscription: Subscription) -> None:
    """Keep a new subscription."""
    row = tuple(getattr(subscription, name) for name in _COLUMNS)
    store.write(lambda session: session.insert("subscription", _COLUMNS, [row]))


def find(store: Store, id: str) -> Subscription | None:
    """A subscription by its id."""
    with store.database.session() as session:
        row = session.one(f"{_SELECT} WHERE id = ?", id)
    return None if row is None else Subscription(*row)


def of_organisation(store: Store, organisation: str) -> list[Subscription]:
    """An organisation's subscriptions, the newest first; those that ended come last."""
    with store.database.session() as session:
        rows = session.all(f"{_SELECT} WHERE organisation = ? ORDER BY made_at DESC, id", organisation)
    return sorted((Subscription(*row) for row in rows), key=lambda one: one.state == "ended")


def active(session: Session) -> list[Subscription]:
    """All that are active."""
    return [Subscription(*row) for row in session.all(f"{_SELECT} WHERE state = 'active' ORDER BY id")]


def change(store: Store, id: str, **columns: Any) -> Subscription:
    """Change columns of a subscription; gives it as it is then."""
    sets = ", ".join(f"{name} = ?" for name in columns)
    sql = f"UPDATE subscription SET {sets} WHERE id = ? RETURNING {', '.join(_COLUMNS)}"
    rows = store.write(lambda session: session.all(sql, *columns.values(), id))
    return Subscription(*rows[0])


def stop(store: Store, id: str, state: State, notice: str = "") -> bool:
    """Pause or end a subscription that is active; False where it is not (any more)."""
    sql = "UPDATE subscription SET state = ?, notice = ? WHERE id = ? AND state = 'active' RETURNING id"
    return bool(store.write(lambda session: session.all(sql, state, notice, id)))


def bounced(store: Store, address: str, notice: str) -> int:
    """Pause every subscription by mail to an address; gives how many."""
    sql = (
        "UPDATE subscription SET state = 'paused', notice = ? WHERE way = 'mail' AND lower(address) = lower(?)"
        " AND state = 'active' RETURNING id"
    )
    return len(store.write(lambda session: session.all(sql, notice, address)))


# -- from events to deliveries ----------------------------------------------------------------------------------------


def advance(
    session: Session,
    subscription: Subscription,
    upto: Position,
    events: Iterable[Delivery],
    now: datetime,
    due: str | None = None,
) -> bool:
    """Take a subscription on to a position, with the deliveries that come of it; False, with nothing done, where another process was
    faster. What was delivered before, and comes again, is delivered again."""
    sql = (
        "UPDATE subscription SET place = ?, number = ?, due = ? WHERE id = ? AND place = ? AND number = ?"
        " AND state = 'active' RETURNING id"
    )
    old = subscription.position
    if not session.all(
        sql, upto.place, upto.number, subscription.due if due is None else due, subscription.id, old.place, old.number
    ):
        return False
    rows = list(events)
    if not rows:
        return True
    gone = "DELETE FROM delivery WHERE subscription = ? AND (place > ? OR (place = ? AND number > ?)) AND place <= ?"
    session.run((gone, (subscription.id, old.place, old.place, old.number, upto.place)))
    session.insert("delivery", _DELIVERY, [tuple(getattr(one, name) for name in _DELIVERY) for one in rows])
    for dossier in dict.fromkeys(one.dossier for one in rows):
        _begin(session, subscription.id, dossier, now)
    return True


def _begin(session: Session, subscription: str, dossier: str, now: datetime) -> None:
    """Of what is not through of a dossier the first is waiting, and nothing else."""
    rows = session.all(
        "SELECT place, number, state FROM delivery WHERE subscription = ? AND dossier = ? AND state IN ('waiting', 'behind')"
        " ORDER BY place, number LIMIT 2",
        subscription, dossier,
    )  # fmt: skip
    if rows and rows[0][2] == "behind":
        key = (subscription, rows[0][0], rows[0][1])
        session.run(
            (
                "UPDATE delivery SET state = 'behind', due = '' WHERE subscription = ? AND dossier = ?"
                " AND state IN ('waiting', 'behind') AND state = 'waiting'",  # in the words of the index
                (subscription, dossier),
            ),
            (
                "UPDATE delivery SET state = 'waiting', due = ? WHERE subscription = ? AND place = ? AND number = ?",
                (stamp(now), *key),
            ),
        )


def claim(
    session: Session,
    count: int,
    each: int,
    lease: timedelta,
    now: datetime,
    but: Sequence[str] | str,
    way: Way = "webhook",
) -> list[Delivery]:
    """Take up to `count` deliveries that are due, up to `each` of a subscription: of all `but` those listed, or of the one named. Who
    does not tell within the lease how it went loses them to the next claim."""
    at = stamp(now)
    ids = (but,) if isinstance(but, str) else tuple(but)
    marks = ", ".join("?" * len(ids))
    which = "" if not ids else f" AND s.id {'=' if isinstance(but, str) else 'NOT IN'} ({marks})"
    wanted = (
        "SELECT subscription, place, number FROM (SELECT d.subscription, d.place, d.number, d.due, row_number() OVER"
        " (PARTITION BY d.subscription ORDER BY d.due, d.place, d.number) AS turn FROM delivery d"
        " JOIN subscription s ON s.id = d.subscription WHERE d.state = 'waiting' AND d.due <= ? AND s.state = 'active'"
        f" AND s.way = ?{which}) AS turns WHERE turn <= ? ORDER BY due LIMIT ?"
    )
    rows = session.all(
        "UPDATE delivery SET attempts = attempts + 1, due = ?, last_at = ?, first_at = CASE first_at WHEN '' THEN ? ELSE first_at END"
        f" WHERE (subscription, place, number) IN ({wanted}) AND state = 'waiting' AND due <= ?"
        f" RETURNING {', '.join(_DELIVERY)}",
        stamp(now + lease), at, at, at, way, *ids, each, count, at,
    )  # fmt: skip
    return [Delivery(*row) for row in rows]


def tell(session: Session, told: Sequence[Told], now: datetime) -> None:
    """Write down how attempts went, all in one round trip. Whoever overslept its lease changes nothing; what is through makes room
    for the next of its dossier."""
    statements: list[Statement] = []
    for one in told:
        key = (one.delivery.subscription, one.delivery.place, one.delivery.number)
        due = stamp(one.due) if one.due is not None else ""
        how = (one.state, due, stamp(now), one.status, one.took_ms, one.answer.replace("\0", ""))
        statements.append((_TOLD, (*how, *key, one.delivery.attempts)))
        if one.state != "waiting":
            lane = (one.delivery.subscription, one.delivery.dossier)
            statements.append((_NEXT, (stamp(now), *lane, *lane)))
    if statements:
        session.run(*statements)


def begun(session: Session, one: Delivery) -> None:
    """Forget how the attempt before went, as one begins whose end may never be known."""
    sql = "UPDATE delivery SET answer = '' WHERE subscription = ? AND place = ? AND number = ?"
    session.run((sql, (one.subscription, one.place, one.number)))


def is_due(session: Session, now: datetime) -> bool:
    """Whether anything is to be delivered now."""
    return session.one("SELECT 1 FROM delivery WHERE state = 'waiting' AND due <= ? LIMIT 1", stamp(now)) is not None


def deliveries(store: Store, id: str, count: int = 50, before: Position | None = None) -> list[Delivery]:
    """What was or is to be delivered to a subscription, the latest event first."""
    where, given = (
        ("", ())
        if before is None
        else (" AND (place < ? OR (place = ? AND number < ?))", (before.place, before.place, before.number))
    )
    sql = f"SELECT {', '.join(_DELIVERY)} FROM delivery WHERE subscription = ?{where} ORDER BY place DESC, number DESC LIMIT ?"
    with store.database.session() as session:
        return [Delivery(*row) for row in session.all(sql, id, *given, count)]


def counts(store: Store, ids: Iterable[str]) -> dict[str, dict[str, int]]:
    """How many deliveries of subscriptions are in which state."""
    found: dict[str, dict[str, int]] = {}
    sql = f"SELECT subscription, state, count(*) FROM delivery WHERE {store.database.among('subscription')} GROUP BY subscription, state"
    with store.database.session() as session:
        for id, state, number in session.all(sql, listed(ids)):
            found.setdefault(id, {})[state] = number
    return found


def oldest_failing(session: Session, before: datetime, way: Way = "webhook") -> list[tuple[str, str]]:
    """The active subscriptions with a delivery first tried before a moment and not through yet, with its last answer."""
    rows = session.all(
        "SELECT d.subscription, max(d.answer) FROM delivery d JOIN subscription s ON s.id = d.subscription WHERE d.state = 'waiting'"
        " AND d.first_at <> '' AND d.first_at < ? AND s.state = 'active' AND s.way = ? GROUP BY d.subscription",
        stamp(before), way,
    )  # fmt: skip
    return [(row[0], row[1]) for row in rows]


def again(session: Session, delivery: Delivery, now: datetime) -> None:
    """Have one event delivered again, as the first of its dossier."""
    _forget(session, delivery)
    session.insert("delivery", _DELIVERY, [tuple(getattr(delivery, name) for name in _DELIVERY)])
    _begin(session, delivery.subscription, delivery.dossier, now)


def _forget(session: Session, delivery: Delivery) -> None:
    sql = "DELETE FROM delivery WHERE subscription = ? AND place = ? AND number = ?"
    session.run((sql, (delivery.subscription, delivery.place, delivery.number)))


def rewind(session: Session, id: str, position: Position, now: datetime) -> None:
    """Take a subscription back behind a position: all that happened after it is looked at, and delivered, again. What was failing is
    tried at once, and its days are counted anew."""
    session.run(
        ("UPDATE subscription SET place = ?, number = ? WHERE id = ?", (position.place, position.number, id)),
        (
            "DELETE FROM delivery WHERE subscription = ? AND (place > ? OR (place = ? AND number > ?))",
            (id, position.place, position.place, position.number),
        ),
    )
    retry(session, id, now)


def retry(session: Session, id: str, now: datetime) -> None:
    """Try at once what waits, and count its days anew."""
    sql = "UPDATE delivery SET due = ?, first_at = '' WHERE subscription = ? AND state = 'waiting'"
    session.run((sql, (stamp(now), id)))


def sweep(database: Database, session: Session, now: datetime) -> None:
    """Forget what was delivered long ago."""
    sql = "DELETE FROM delivery WHERE state IN ('delivered', 'withheld', 'unsure') AND last_at < ?"
    session.run((sql, (stamp(now - KEPT),)))
