"""What one assessment knows of its papers: their kinds, which of them leads, where each says what, and the rows of law."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, NamedTuple

import msgspec

from entrepot.kernel.case import Case
from entrepot.kernel.law import Row
from entrepot.kernel.money import Money, Price
from entrepot.kernel.record import Standing
from entrepot.kernel.submissions import Submission
from entrepot.kernel.text import Text
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.answers import PAPER
from entrepot.kernel.vocabulary.clearance import Side
from entrepot.kernel.vocabulary.trade import Charge
from entrepot.modules.consistency.facts import Given, Spec

UNRANKED = 99
ZERO = Decimal(0)
_SIDES = {
    "E": {"exporter": "domestic_party", "importer": "overseas_party"},
    "I": {"importer": "domestic_party", "exporter": "overseas_party"},
}


class NotOnFile(Exception):
    """No row says on that day how a relation is looked at."""


class Origin(NamedTuple):
    """Who says a statement: the paper with its kind and digest, or a person or office; and where each field was read."""

    paper: str
    kind: str
    family: str
    document: str
    places: Mapping[str, str]


class Papers:
    """The statements of a case as papers. `day` is the day whose tolerances hold, `flow` E or I."""

    def __init__(self, case: Case, day: date, flow: str) -> None:
        self.case, self.day, self.flow = case, day, flow
        self._kinds = {digest: one.values[0].kind for digest, one in case.standing(PAPER).items()}
        self._specs: dict[tuple[str, str], Spec] = {}
        self.several: dict[tuple[Any, ...], Sequence[tuple[int, str, Spec, Sequence[int]]]] = {}
        self._origins: dict[str, Origin] = {}
        self._paper_kinds: dict[str, PaperKind] = {}
        self._led: dict[
            int, Sequence[tuple[Submission, Any]]
        ] = {}  # a standing stays as it is while its case is assessed
        self._ends: dict[str, tuple[Standing, Standing]] = {}
        self._ranks: dict[tuple[str, str], int] = {}
        self.factors: dict[tuple[str, str], Decimal | None] = {}

    # -- law ----------------------------------------------------------------------------------------------------------

    def field(self, topic: Topic[Any], field: str) -> Spec:
        """How a field is compared: strictly, where no row says how."""
        key = (topic.name, field)
        spec = self._specs.get(key)
        if spec is None:
            row = self.case.read("consistency/fields", self.day, topic=topic.name, field=field)
            spec = self._specs[key] = _strict(topic, field) if row is None else _spec(row)
        return spec

    def relation(self, name: str) -> Spec:
        """How a relation between things said apart is looked at; NotOnFile where no row says so."""
        key = ("", name)
        spec = self._specs.get(key)
        if spec is None:
            row = self.case.read("consistency/relations", self.day, name=name)
            if row is None:
                raise NotOnFile(name)
            spec = self._specs[key] = _spec(row)
        return spec

    def between(self, topic: Topic[Any], field: str, spec: Spec, one: Submission, other: Submission) -> Spec:
        """The field's row, with what holds between these two kinds of paper."""
        kinds = (self.origin(one).family, self.origin(other).family)
        for kind, beside in (kinds, kinds[::-1], (kinds[0], ""), (kinds[1], "")):
            row = self.case.read("consistency/pairs", self.day, topic=topic.name, field=field, kind=kind, other=beside)
            if row is not None:
                return msgspec.structs.replace(
                    spec,
                    severity=row["severity"],
                    near=row["near"],
                    percent=row["percent"] or spec.percent,
                    absolute=row["absolute"] or spec.absolute,
                )
        return spec

    def words(self, name: str) -> Mapping[str, tuple[str, ...]]:
        """Words of a list with what they mean, in small letters."""
        found: Mapping[str, tuple[str, ...]] = self.case.by_law(_words, self.day, name) if name else {}
        return found

    # -- who says it --------------------------------------------------------------------------------------------------

    def origin(self, statement: Submission) -> Origin:
        """Who says a statement: the paper it was read from, else the person or office."""
        found = self._origins.get(statement.id)
        if found is None:
            found = self._origins[statement.id] = self._origin(statement)
        return found

    def _origin(self, statement: Submission) -> Origin:
        if statement.evidence:
            item = statement.evidence[0]
            if len(statement.evidence) > 1:
                item = max(statement.evidence, key=lambda one: len(one.places))
            kind = self._kinds.get(item.digest, "")
            return Origin(item.name or item.digest[:12], kind, self.paper_kind(kind).family, item.digest, item.places)
        kind = {"own word": "own_word", "transcript": "transcript"}.get(statement.authority, "office")
        return Origin(statement.for_ or statement.by or statement.id, kind, kind, "", {})

    def paper_kind(self, kind: str) -> "PaperKind":
        """What is known of a kind of paper; of one that holds several (`invoice+packing_list`) what the first is."""
        if kind not in self._paper_kinds:
            self._paper_kinds[kind] = self._paper_kind(kind)
        return self._paper_kinds[kind]

    def _paper_kind(self, kind: str) -> "PaperKind":
        for part in kind.split("+"):
            row = self.case.read("consistency/papers", self.day, kind=part)
            if row is not None:
                return PaperKind(row["family"], Text(row["label_en"], row["label_zh"]), row["goods"], row["containers"])
        return PaperKind(kind, Text(kind.replace("_", " "), kind), False, False)

    def rank(self, topic: Topic[Any], statement: Submission) -> int:
        """The place of a statement's paper among those that speak on its topic: the lowest leads."""
        family = self.origin(statement).family
        rank = self._ranks.get((topic.name, family))
        if rank is None:
            row = self.case.read("consistency/leading", self.day, topic=topic.name, kind=family)
            rank = self._ranks[topic.name, family] = UNRANKED if row is None else row["rank"]
        return rank

    def led(self, topic: Topic[Any], standing: Standing) -> Sequence[tuple[Submission, Any]]:
        """The statements on one key with their values, the leading paper's first."""
        if len(standing.values) == 1:
            return ((standing.statements[0], standing.values[0]),)
        found = self._led.get(id(standing))
        if found is None:
            pairs = zip(standing.statements, standing.values, strict=True)
            found = self._led[id(standing)] = sorted(pairs, key=lambda pair: self.rank(topic, pair[0]))
        return found

    def all_given(self, topic: Topic[Any], standing: Standing, field: str) -> Iterator[Given]:
        """Every value that a statement gives for a field, the leading paper's first."""
        default = defaults(topic.type)[field]
        for statement, whole in self.led(topic, standing):
            value = getattr(whole, field)
            if value is not default and value != default:
                yield Given(value, whole, statement, field)

    def leading(self, topic: Topic[Any], standing: Standing, field: str) -> Given | None:
        """The value that leads on a field; None where nobody gives one."""
        default = defaults(topic.type)[field]
        for statement, whole in self.led(topic, standing):
            value = getattr(whole, field)
            if value is not default and value != default:
                return Given(value, whole, statement, field)
        return None

    def side(self, given: Given, value: str = "") -> Side:
        """One side of a comparison: the value as people write it, the paper and the place in it."""
        origin = self.origin(given.statement)
        place = origin.places.get(given.field) or origin.places.get("", "")
        return Side(value or written(given.value), origin.paper, origin.kind, place, origin.document)

    def ends(self, topic: Topic[Any]) -> tuple[Standing, Standing]:
        """What stands on the first and on the last key of a topic, line 2 before line 10."""
        found = self._ends.get(topic.name)
        if found is None:
            standing = self.case.standing(topic)
            shortest = min(map(len, standing))
            longest = max(map(len, standing))
            first = min(key for key in standing if len(key) == shortest)
            last = max(key for key in standing if len(key) == longest)
            found = self._ends[topic.name] = (standing[first], standing[last])
        return found

    def path(self, spec: Spec, key: str = "") -> str:
        """The path on the declaration that a row is about."""
        return _path(spec.path, key, self.flow)


def sides_of(field: str, values: Sequence[Any], who: Sequence[Origin]) -> tuple[Side, ...]:
    """The sides of a field whose values are alike, or nearly."""
    first = values[0]
    text = written(first)
    return tuple(
        [
            Side(
                text if value is first or value == first else written(value),
                paper,
                kind,
                places.get(field) or places.get("", ""),
                document,
            )
            for value, (paper, kind, _, document, places) in zip(values, who, strict=True)
        ]
    )


class PaperKind(NamedTuple):
    """A kind of paper: the family it belongs to, its name, and whether it names all goods and all containers."""

    family: str
    label: Text
    goods: bool
    containers: bool


@lru_cache(maxsize=65536)  # every drawing asks for the same paths again
def _path(path: str, key: str, flow: str) -> str:
    return path.replace("{party}", _SIDES[flow].get(key, key)).replace("{key}", key)


@cache
def defaults(type: Any) -> Mapping[str, Any]:
    """The fields of a value with what they are where nobody says them; None for one that must be said."""
    return {info.name: None if info.required else info.default for info in msgspec.structs.fields(type)}


@cache
def unsaid_of(type: Any) -> tuple[Any, ...]:
    """What the fields of a value are where nobody says them, in their order."""
    return tuple(defaults(type).values())


def _spec(row: Row) -> Spec:
    return Spec(
        row["path"],
        Text(row["label_en"], row["label_zh"]),
        row["measure"],
        row["list"],
        row["drop"] or (),
        row["severity"],
        row["near"],
        row["rule"],
        row["percent"] or ZERO,
        row["absolute"] or ZERO,
        row["alike"] or 0,
    )


def _strict(topic: Topic[Any], field: str) -> Spec:
    name = field.replace("_", " ")
    path = f"{topic.name}/{{key}}.{field}" if topic.keyed else f"{topic.name}.{field}"
    return Spec(path, Text(name, name), "exact", "", (), "E", "", "R075", ZERO, ZERO, 0)


def _words(case: Case, *asked: Hashable) -> Mapping[str, tuple[str, ...]]:
    day, name = asked
    assert isinstance(day, date)
    rows = case.rows("consistency/words", day, list=str(name))
    return {row.keys["word"].casefold(): row["means"] or () for row in rows}


def written(value: Any) -> str:
    """A value as people write it, and as the platform reads it: `24000`, `USD 515.00/t`, `2026-03-12`."""
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, Charge):
        return f"{value.currency} {written(value.value)} ({value.mark})".strip()
    if isinstance(value, Money | Price):
        return str(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {written(item)}" for key, item in value.items())
    if isinstance(value, tuple):
        return ", ".join([written(item) for item in value])
    if isinstance(value, msgspec.Struct):
        return " ".join(filter(None, (written(item) for item in msgspec.structs.astuple(value) if item)))
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
