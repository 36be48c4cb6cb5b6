"""What services cost and how long they take: the rows of the packs, and beside every promise what the record says.

Fees and promises are law of the installation: dated rows with source and grade (tables named `fees` and `levels`, of the pack
`service` and of the operator's own). What is measured is counted over everybody's trades of the last 90 days, and not told under five
cases: of a few cases one could tell whose they are.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from msgspec import Struct

from entrepot.kernel.law import Law, Row
from entrepot.kernel.text import Text
from entrepot.store import operating
from entrepot.store.operating import Event
from entrepot.store.store import Store

if TYPE_CHECKING:
    from entrepot.portal.desk import Desk

DEFAULTS = "service"  # the pack whose rows count where the operator's own say nothing
WITHIN = timedelta(days=90)
FEWEST = 5
KEPT_SECONDS = 600
_SENT = ("declaration.form.sent", "declaration.cancellation.sent", "certificate.draft.sent")
_SENDING = tuple(name.replace(".sent", ".sending") for name in _SENT)
_REJECTED = tuple(name.replace(".sent", ".rejected") for name in _SENT)
_CUSTOMS = (
    "customs.acceptance",
    "customs.query",
    "customs.amendment",
    "customs.cancellation",
    "customs.release",
    "customs.notice",
)
_PAPER = ("paper.received",)
# What is measured: the first of these, until the first of those behind it; by dossier, or by dossier and key.
MEASURED: dict[str, tuple[tuple[str, ...], tuple[str, ...], bool]] = {
    "acceptance": (("declaration.form.sent",), ("customs.acceptance",), False),
    "release": (("customs.acceptance",), ("customs.release",), True),
    "answers": (_SENT, (*_CUSTOMS, "origin.proof", *_REJECTED), False),
    "messages": (_SENDING, _SENT, True),
    "papers": (_PAPER, _PAPER, True),
}
_lock = threading.Lock()
_kept: WeakKeyDictionary[Store, tuple[float, dict[str, "Measured"]]] = WeakKeyDictionary()


class Fee(Struct, frozen=True, omit_defaults=True):
    """What a service costs since a day, who charges it, per what. Without an `amount` it is not on file here - which is not nothing."""

    service: str
    name: Text
    payee: str
    per: Text
    note: Text
    since: date
    source: str
    evidence: str
    amount: Decimal | None = None
    currency: str = ""


class Measured(Struct, frozen=True):
    """How long something took in the last 90 days, in seconds: the median, what 95 of 100 cases stayed within, and of how many cases.
    Under five cases the times are None."""

    cases: int
    median: float | None
    p95: float | None


class Level(Struct, frozen=True, omit_defaults=True):
    """How long a service takes: within how many hours for which share it is promised (None: no promise), and what was measured."""

    service: str
    name: Text
    measures: Text
    since: date
    source: str
    evidence: str
    promised_hours: Decimal | None = None
    share: Decimal | None = None
    measured: Measured | None = None


class Services(Struct, frozen=True):
    """What is published of this installation on a day."""

    day: date
    fees: tuple[Fee, ...]
    levels: tuple[Level, ...]


def published(desk: "Desk") -> Services:
    """Fees and service levels as they hold today."""
    day, found = desk.today(), measured(desk.store)
    fees = tuple(_fee(row) for row in _rows(desk.law, "fees", day))
    levels = tuple(_level(row, found.get(row["measure"])) for row in _rows(desk.law, "levels", day))
    return Services(day, fees, levels)


def _rows(law: Law, table: str, day: date) -> list[Row]:
    """The rows that hold on a day, one a service: the operator's own before the defaults."""
    found: dict[str, Row] = {}
    named = sorted(
        (name for name in law.tables if name.endswith(f"/{table}")),
        key=lambda name: not name.startswith(f"{DEFAULTS}/"),
    )
    for name in named:
        for row in law.tables[name].everything():
            if "service" in row.keys and row.since <= day and (row.until is None or day <= row.until):
                found[row.keys["service"]] = row
    return list(found.values())


def _fee(row: Row) -> Fee:
    return Fee(
        row.keys["service"], _text(row, "name"), row["payee"], _text(row, "per"), _text(row, "note"), row.since, row.source, row.evidence,
        row["amount"], row["currency"] if row["amount"] is not None else "",
    )  # fmt: skip


def _level(row: Row, found: Measured | None) -> Level:
    return Level(
        row.keys["service"], _text(row, "name"), _text(row, "from"), row.since, row.source, row.evidence, row["promised_hours"],
        row["share"], found,
    )  # fmt: skip


def _text(row: Row, name: str) -> Text:
    return Text(row[f"{name}_en"], row[f"{name}_zh"])


# -- measured ---------------------------------------------------------------------------------------------------------


def measured(store: Store, clock: Callable[[], float] = time.monotonic) -> dict[str, Measured]:
    """What was measured of each service, counted anew every ten minutes."""
    with _lock:
        kept = _kept.get(store)
    if kept is not None and clock() < kept[0] + KEPT_SECONDS:
        return kept[1]
    topics = tuple(sorted({name for first, last, _ in MEASURED.values() for name in (*first, *last)}))
    events = list(operating.heard(store, topics, WITHIN))
    found = {name: told(took(events, *pair)) for name, pair in MEASURED.items()}
    found["deliveries"] = told(operating.delivered(store, WITHIN))
    with _lock:
        _kept[store] = (clock(), found)
    return found


def took(events: Iterable[Event], first: tuple[str, ...], last: tuple[str, ...], keyed: bool) -> Iterator[float]:
    """The seconds from each first event to the first last one behind it, of the same thread (and key)."""
    waiting: dict[tuple[str, str], Event] = {}
    for event in events:
        place = (event.thread, event.key if keyed else "")
        begun = waiting.get(place)
        if begun is not None and event.topic in last:
            yield (event.at - waiting.pop(place).at).total_seconds()
        elif begun is None and event.topic in first:
            waiting[place] = event


def told(seconds: Iterable[float]) -> Measured:
    """Median and 95th percentile (nearest rank) of some times; of fewer than five cases only how many."""
    ordered = sorted(seconds)
    count = len(ordered)
    if count < FEWEST:
        return Measured(count, None, None)
    return Measured(count, ordered[(count + 1) // 2 - 1], ordered[-(-count * 95 // 100) - 1])
