"""The case: all that one assessment may see. Every look is recorded; a look that was not declared fails."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct

from entrepot.kernel.findings import KEYS, Finding, Status, Worked
from entrepot.kernel.footing import Footing
from entrepot.kernel.law import ByLaw, Law, PackCard, Row
from entrepot.kernel.text import Text
from entrepot.kernel.topics import Topic

if TYPE_CHECKING:
    from entrepot.kernel.module import Module
    from entrepot.kernel.record import Standing
    from entrepot.kernel.sheet import Column, Sheet

V = TypeVar("V")
T = TypeVar("T")
_NOTHING: frozenset[str] = frozenset()


class Undeclared(Exception):
    """A module looked at a topic that its label does not name."""


class Unmet(Exception):
    """A value was asked for that is not there: the module waits for it."""

    def __init__(self, topic: Topic[Any], key: str) -> None:
        super().__init__(f"{topic.name}/{key}" if key else topic.name)
        self.topic, self.key = topic, key


class OverBudget(Exception):
    """An assessment looked and worked more often than its label allows."""


class Source(Struct, frozen=True):
    """Where a value comes from: the statement, who said it, and the place in a document if one is known."""

    submission: str
    by: str
    organisation: str
    authority: str
    document: str = ""
    place: str = ""

    def __str__(self) -> str:
        if self.document:
            return f"{self.document} {self.place}".strip()
        return self.organisation or self.by or self.submission


class Case:
    """What `assess` is given. `key` is the key being assessed, empty for a module without `each`."""

    __slots__ = ("key", "_sheet", "_module", "_allowed", "looks", "tables", "law_rows", "steps", "day_read", "_left", "_whole")

    def __init__(self, sheet: "Sheet", module: "Module", key: str, allowed: frozenset[str]) -> None:
        self.key, self._sheet, self._module, self._allowed = key, sheet, module, allowed
        self.looks: dict[tuple[str, str | None], Column] = {}
        self.tables: set[str] = set()
        self.law_rows: dict[int, Row] = {}
        self.steps: list[Worked] = []
        self.day_read = False
        self._left = module.budget
        self._whole: Case | None = None

    def apart(self) -> "Case":
        """This case with law and working of its own, for one of several answers that rest on different rows: what it reads
        is read by the whole too. Give it as the answer's `of`."""
        part = Case(self._sheet, self._module, self.key, self._allowed)
        part.looks, part.tables, part._whole = self.looks, self.tables, self
        return part

    # -- facts and findings ---------------------------------------------------------------------------------------

    def __getitem__(self, topic: Topic[V]) -> V:
        """The topic's value, or the mapping of all its keys; the module waits where it is not there."""
        value = self.get(topic)
        if value is None:
            raise Unmet(topic, "")
        return value

    def get(self, topic: Topic[V]) -> V | None:
        """The topic's value, or None; for a keyed topic the mapping of its keys (empty: None). A conflict counts as absent."""
        column = self._look(topic, None)
        if topic.keyed:
            return column.values or None  # V is the mapping of a keyed topic
        return column.values.get("")  # type: ignore[no-any-return]

    def at(self, topic: Topic[Mapping[str, T]], key: str | None = None) -> T | None:
        """The value of a keyed topic at one key: the case's own unless another is given."""
        wanted = self.key if key is None else key
        return self._look(topic, wanted).values.get(wanted)  # type: ignore[no-any-return]

    def keys(self, topic: Topic[Mapping[str, Any]]) -> frozenset[str]:
        """The keys of a keyed topic on which there is anything, contradictions too; it moves only where a key comes or goes."""
        column = self._look(topic, KEYS)
        return frozenset((*column.values, *column.conflicts))

    def own(self, topic: Topic[Mapping[str, T]]) -> T:
        """The value of a keyed topic at the case's key; the module waits where it is not there."""
        value: T | None = self._look(topic, self.key).values.get(self.key)
        if value is None:
            raise Unmet(topic, self.key)
        return value

    def status(self, topic: Topic[Any], key: str = "") -> Status | None:
        """How the finding on a topic and key stands, answer or not; None where no module spoke."""
        finding: Finding | None = self._look(topic, key if topic.keyed else None).findings.get(key)
        return None if finding is None else finding.status

    def fresh(self, topic: Topic[V]) -> V | None:
        """What would be sent now, where `case[topic]` gives what was sent last."""
        column = self._look(topic, None)
        return column.fresh.get("", column.values.get(""))  # type: ignore[no-any-return]

    def conflicts(self, topic: Topic[Any]) -> Mapping[str, Any]:
        """The keys of a said topic on which statements contradict each other, with their Conflicts."""
        conflicts: Mapping[str, Any] = self._look(topic, None).conflicts
        return conflicts

    def agreed(self, topic: Topic[Any], key: str = "") -> Any:
        """The fields that nobody disputes of a value in conflict, so that the rest of it can still be shown; else None."""
        self._look(topic, key if topic.keyed else None)
        return self._sheet.agreed(topic, key)

    def standing(self, topic: Topic[Any]) -> "Mapping[str, Standing]":
        """What stands on a said topic, by key: each statement with its own value and its evidence, before they are united."""
        self._look(topic, None)
        return self._sheet.record.standing(topic.name)

    def source(self, topic: Topic[Any], field: str = "", key: str = "") -> Source | None:
        """Where a field of a said topic comes from: the statement and, if a paper was read, the place in it."""
        self._look(topic, key if topic.keyed else None)
        return self._sheet.source(topic, field, key)

    def sources(self, topic: Topic[Any], fields: Iterable[str], key: str = "") -> dict[str, Source]:
        """Where each of these fields of a said topic comes from, at one look."""
        self._look(topic, key if topic.keyed else None)
        return self._sheet.sources(topic, fields, key)

    def footing(self, topic: Topic[Any]) -> Footing:
        """What the statements that stand on a said topic rest on: papers, offices, transcripts, own word alone."""
        self._look(topic, None)
        return self._sheet.record.footing(topic.name)

    # -- law ------------------------------------------------------------------------------------------------------

    def read(self, table: str, day: date, **keys: str) -> Row | None:
        """The one row of a table that holds on `day`; None is an answer too: nothing is on file."""
        self._left -= 1
        self.tables.add(table)
        row = self._sheet.law.read(table, day, keys)
        if row is not None:
            self.law_rows[id(row)] = row
            if self._whole is not None:
                self._whole.law_rows[id(row)] = row
        return row

    def rows(self, table: str, day: date, **keys: str) -> tuple[Row, ...]:
        """All rows that hold together on `day`; key columns left out may be anything."""
        self.tables.add(table)
        rows = self._sheet.law.rows(table, day, keys)
        self._spend(1 + len(rows))
        for row in rows:
            self.law_rows[id(row)] = row
            if self._whole is not None:
                self._whole.law_rows[id(row)] = row
        return rows

    def knows(self, table: str) -> bool:
        """Whether such a table is on file at all."""
        self.tables.add(table)
        return table in self._sheet.law.tables

    def codes(self, table: str, prefix: str) -> tuple[str, ...]:
        """The goods codes of a table that begin so, whatever their days: what a person may have meant."""
        self.tables.add(table)
        self._spend(1)
        return self._sheet.law.codes(table, prefix)

    def made(self, make: Callable[[Law], T], *tables: str) -> T:
        """What `make` builds out of whole tables of law, such as an index: built once for all cases. The tables count as read,
        their rows do not: an answer rests on those that are read by key afterwards."""
        self.tables.update(tables)
        self._spend(1)
        return self._sheet.law.made(make)

    def packs(self, kind: str, **naming: str) -> tuple[PackCard, ...]:
        """The cards of all packs of a kind (`industries`, `carriers`, `regions` …); with `naming`, those whose `applies` list
        the value, or say nothing of it."""
        self._spend(1)
        self.tables.add("")
        return self._sheet.law.cards(kind, naming)

    @property
    def today(self) -> date:
        """The day of asking. What reads it is good for that day only; deadlines are found as dates instead."""
        (self._whole or self).day_read = True
        return self._sheet.today

    @property
    def kind(self) -> str:
        """The dossier's kind."""
        return self._sheet.record.kind

    def by_law(self, make: Callable[..., T], *asked: Hashable) -> T:
        """What `make(case, *asked)` finds in the law alone. It is worked out once and kept with its rows and its working: lines
        of goods ask the same over and over. The case that `make` is given sees no fact, no key and no day of asking."""
        law = self._sheet.law
        found: ByLaw | None = law.kept((make, *asked))
        if found is not None:
            self._rest_on(found.rows, found.tables, found.steps, found.spent)
            value: T = found.value
            return value
        part = Case(self._sheet, self._module, "", _NOTHING)
        try:
            value = make(part, *asked)
        finally:  # what was read counts also where nothing came of it
            spent = self._module.budget - part._left
            self._rest_on(part.law_rows, part.tables, part.steps, spent)
        if part.day_read:
            raise Undeclared(f"{self._module.name} asks for the day where it reads the law alone")
        law.keep((make, *asked), ByLaw(value, part.law_rows, part.tables, part.steps, spent))
        return value

    def _rest_on(self, rows: dict[int, Row], tables: set[str], steps: list[Worked], spent: int) -> None:
        self._spend(spent)
        self.tables |= tables
        self.law_rows |= rows
        self.steps += steps
        if self._whole is not None:
            self._whole.law_rows |= rows
            self._whole.steps += steps

    # -- working --------------------------------------------------------------------------------------------------

    def step(self, name: Text, formula: str, value: object, exact: Decimal | None = None, **inputs: object) -> None:
        """Write down one line of the working."""
        self._left -= 1
        self.steps.append((name, formula, inputs, exact, value))
        if self._whole is not None:
            self._whole.steps.append(self.steps[-1])

    def _spend(self, units: int) -> None:
        self._left -= units
        if self._left < 0:
            raise OverBudget(f"more than {self._module.budget} looks and steps")

    def _look(self, topic: Topic[Any], key: str | None) -> Any:
        self._left -= 1
        if self._left < 0:
            self._spend(0)
        look = (topic.name, key)
        column = self.looks.get(look)
        if column is None:
            name = topic.name
            if name not in self._allowed:
                raise Undeclared(f"{self._module.name} reads {name} without declaring it")
            column = self.looks[look] = self._sheet.columns.get(name) or self._sheet.column(name)
        return column
