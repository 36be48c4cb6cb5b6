"""The packs as the operator looks at them: how many rows, since when, how well known, and what wants to be looked at again."""

from datetime import date
from weakref import WeakKeyDictionary

from msgspec import Struct

from entrepot.kernel.law import EVIDENCE, Law
from entrepot.kernel.text import Text
from entrepot.portal.coverage import surveyed

OLD_DAYS = 400  # a pack that nobody compared with its sources for longer


class TableCard(Struct, frozen=True):
    """A table: rows, the days on which the first and the last begin, the share of each grade in a hundred, and how far it is known."""

    name: str
    rows: int
    first: date | None
    last: date | None
    shares: dict[str, float]
    counts: dict[str, int]
    known_through: date | None
    beyond: bool


class PackShown(Struct, frozen=True):
    """A pack: who published it, under which licence, when it was compared last, whether that is long ago; its tables and sources."""

    name: str
    kind: str
    title: Text
    publisher: str
    licence: str
    checked_on: date
    old: bool
    rows: int
    unverified: int
    tables: tuple[TableCard, ...]
    sources: tuple[str, ...]


_kept: "WeakKeyDictionary[Law, tuple[date, list[PackShown]]]" = WeakKeyDictionary()


def packs(law: Law, today: date) -> list[PackShown]:
    """Every pack; counted once a day, for a tariff has tens of thousands of rows."""
    kept = _kept.get(law)
    if kept is None or kept[0] != today:
        kept = _kept[law] = (today, _packs(law, today))
    return kept[1]


def _packs(law: Law, today: date) -> list[PackShown]:
    found = []
    for card in sorted(law.packs, key=lambda one: (one.kind, one.name)):
        tables = tuple(
            _table(law, f"{card.name}/{name}", today)
            for name in sorted(card.tables)
            if f"{card.name}/{name}" in law.tables
        )
        found.append(
            PackShown(
                card.name, card.kind, Text(card.title.get("en", card.name), card.title.get("zh", card.name)), card.publisher, card.licence,
                card.checked_on, (today - card.checked_on).days > OLD_DAYS, sum(one.rows for one in tables),
                sum(one.counts.get("unverified", 0) for one in tables), tables, tuple(sorted(set(card.sources.values()))),
            )
        )  # fmt: skip
    return found


def _table(law: Law, name: str, today: date) -> TableCard:
    table = law.tables[name]
    found, known = surveyed(table), table.spec.known_through
    shares = {
        grade: round(100 * found.grades.get(grade, 0) / found.rows, 1) if found.rows else 0.0 for grade in EVIDENCE
    }
    return TableCard(
        name, found.rows, found.first, found.last, shares, found.grades, known, known is not None and known < today
    )
