"""Law as data: dated, sourced rows in tables, read for one day.

A table is compiled once (`compile_table`) and looked up by its key columns. At most one key column is a goods code and
matches by its longest prefix that holds on the day; all others match exactly. A read gives the row, or None: unknown is not zero.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from hashlib import sha256
from typing import Any, Literal, Protocol, TypeVar

import msgspec
from msgspec import Struct

from entrepot.kernel.rates import parse_duty
from entrepot.kernel.text import Text

Evidence = Literal["primary", "secondary", "convention", "unverified"]
EVIDENCE: tuple[str, ...] = ("primary", "secondary", "convention", "unverified")
_ALWAYS = date.max
ANSWERS_KEPT = 20_000
_UNASKED: Any = object()
T = TypeVar("T")


class LawError(Exception):
    """A pack that does not load: every fault found, one line each."""


class Row(Struct, frozen=True, omit_defaults=True):
    """One row of law: keys and values, the days it holds, where it comes from, and how well it is evidenced."""

    table: str
    keys: dict[str, str]
    values: dict[str, Any]
    since: date
    until: date | None
    source: str
    evidence: Evidence
    beyond: bool = False

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def cited(self) -> str:
        """The row as a person cites it: table, keys, days, source, grade."""
        keys = " ".join(value for value in self.keys.values() if value)
        until = f" to {self.until}" if self.until else " on"
        return f"{self.table} {keys}: from {self.since}{until}; {self.source} [{self.evidence}]"


class TableSpec(Struct, frozen=True, omit_defaults=True):
    """A table's label in `pack.toml`."""

    keys: tuple[str, ...]
    values: dict[str, str] = {}
    files: tuple[str, ...] = ()
    goods_code: str = ""
    edition: str = ""
    known_through: date | None = None
    package: str = ""


class PackCard(Struct, frozen=True, omit_defaults=True):
    """A pack's label: who published the facts, when they were checked, what the pack speaks about."""

    kind: str
    name: str
    title: dict[str, str]
    publisher: str
    official: bool
    licence: str
    checked_on: date
    applies: dict[str, Any] = {}
    traits: dict[str, Any] = {}
    sources: dict[str, str] = {}
    tables: dict[str, TableSpec] = {}
    digest: str = ""


class Table(Protocol):
    """What the law needs of a table, whether compiled from a pack or served by a package."""

    name: str
    spec: TableSpec

    @property
    def digest(self) -> str:
        """Of what the table is served from; read only, so that a big file need not be digested before it is asked for."""

    def candidates(self, keys: Mapping[str, str]) -> Sequence[Row]:
        """All rows for these keys (key columns left out may be anything), whatever their days."""

    def everything(self) -> Iterable[Row]:
        """All rows, for lists and coverage pages."""


def _flag(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(f"{text!r} is not true or false")
    return text == "true"


_PARSERS: dict[str, Callable[[str], Any]] = {
    "text": str,
    "decimal": Decimal,
    "rate": Decimal,
    "integer": int,
    "date": date.fromisoformat,
    "bool": _flag,
    "list": lambda text: tuple(part for part in text.split("|") if part),
    "duty": parse_duty,
}


class PackTable:
    """A table compiled from rows. Groups stay encoded until first asked for, so that a big tariff loads at once."""

    def __init__(
        self, name: str, spec: TableSpec, groups: dict[str, msgspec.Raw], digest: str, sources: Mapping[str, str]
    ) -> None:
        self.name, self.spec, self.digest = name, spec, digest
        self._groups, self._sources = groups, sources
        self._decoded: dict[str, dict[tuple[str, ...], tuple[Row, ...]]] = {}
        self._rest = tuple(key for key in spec.keys if key != spec.goods_code)

    def candidates(self, keys: Mapping[str, str]) -> Sequence[Row]:
        """Rows under these keys; for a goods code, those of its longest prefix that has any. Keys left out may be anything."""
        if self.spec.goods_code and self.spec.goods_code not in keys:
            return [
                row for row in self.everything() if all(row.keys.get(name) == value for name, value in keys.items())
            ]
        code = keys[self.spec.goods_code] if self.spec.goods_code else ""
        whole = all(name in keys for name in self._rest)
        rest = tuple([keys[name] for name in self._rest]) if whole else ()
        for length in range(len(code), -1, -1):
            group = self._group(code[:length])
            rows = group.get(rest, ()) if whole else self._agreeing(group, keys)
            if rows:
                return rows
        return ()

    def _agreeing(self, group: dict[tuple[str, ...], tuple[Row, ...]], keys: Mapping[str, str]) -> Sequence[Row]:
        given = [(place, keys[name]) for place, name in enumerate(self._rest) if name in keys]
        return [
            row for rest, rows in group.items() if all(rest[place] == value for place, value in given) for row in rows
        ]

    def everything(self) -> Iterable[Row]:
        for code in self._groups:
            for rows in self._group(code).values():
                yield from rows

    def marks(self) -> Iterable[tuple[date, Evidence]]:
        """The first day and the grade of every row, for counting: nothing else of them is decoded, and nothing kept."""
        for raw in self._groups.values():
            for _, _, since, _, _, evidence in msgspec.msgpack.decode(raw):
                yield date.fromisoformat(since), evidence

    def codes(self) -> Iterable[str]:
        """The goods codes that the table knows."""
        return self._groups.keys()

    def _group(self, code: str) -> dict[tuple[str, ...], tuple[Row, ...]]:
        group = self._decoded.get(code)
        if group is None:
            raw = self._groups.get(code)
            group = {} if raw is None else self._decode(code, raw)
            if raw is not None:
                self._decoded[code] = group
        return group

    def _decode(self, code: str, raw: msgspec.Raw) -> dict[tuple[str, ...], tuple[Row, ...]]:
        group: dict[tuple[str, ...], list[Row]] = {}
        names, goods = tuple(self.spec.values.items()), self.spec.goods_code
        for rest, values, since, until, source, evidence in msgspec.msgpack.decode(raw):
            keys = dict(zip(self._rest, rest, strict=True))
            if goods:
                keys[goods] = code
            group.setdefault(tuple(rest), []).append(
                Row(
                    self.name,
                    keys,
                    {
                        name: _PARSERS[kind](text) if text else (None if kind != "text" else "")
                        for (name, kind), text in zip(names, values, strict=True)
                    },
                    date.fromisoformat(since),
                    date.fromisoformat(until) if until else None,
                    self._sources.get(source, source),
                    evidence,
                )
            )
        return {rest: tuple(rows) for rest, rows in group.items()}


class CompiledTable(Struct, frozen=True):
    """A table as it lies in the compiled file: encoded groups by goods code (or one group named '')."""

    digest: str
    groups: dict[str, msgspec.Raw]


def compile_table(name: str, spec: TableSpec, rows: Iterable[tuple[str, Mapping[str, str]]]) -> CompiledTable:
    """Check every row of a table and encode it. `rows` yields (place, columns); LawError lists every fault."""
    faults: list[str] = []
    groups: dict[str, list[tuple[list[str], list[str], str, str, str, str]]] = {}
    seen: dict[tuple[str, ...], list[tuple[date, date, str]]] = {}
    digest = sha256(msgspec.json.encode(spec, order="sorted"))
    rest_names = [key for key in spec.keys if key != spec.goods_code]
    named = (*spec.keys, *spec.values)
    parsed = [(column, kind) for column, kind in spec.values.items() if kind != "text"]
    for place, columns in rows:
        try:
            since, until = _check_row(named, parsed, columns)
        except ValueError as error:
            faults.append(f"{name} {place}: {error}")
            continue
        key = tuple(columns[column] for column in spec.keys)
        last = until or _ALWAYS
        for other_since, other_last, other_place in seen.setdefault(key, []):
            if since <= other_last and other_since <= last:
                faults.append(f"{name} {place}: keys {key} are already given for some of these days at {other_place}")
        seen[key].append((since, last, place))
        entry = (
            [columns[column] for column in rest_names],
            [columns.get(column, "") for column in spec.values],
            columns["since"],
            columns.get("until", ""),
            columns["source"],
            columns["evidence"],
        )
        groups.setdefault(columns[spec.goods_code] if spec.goods_code else "", []).append(entry)
        digest.update(repr(entry).encode() + repr(key).encode())
    if faults:
        raise LawError("\n".join(faults))
    return CompiledTable(
        digest.hexdigest(), {code: msgspec.Raw(msgspec.msgpack.encode(entries)) for code, entries in groups.items()}
    )


_day = lru_cache(maxsize=4096)(date.fromisoformat)  # a table has few days, and writes them on every row


def _check_row(
    named: Sequence[str], parsed: Sequence[tuple[str, str]], columns: Mapping[str, str]
) -> tuple[date, date | None]:
    """The days of a row that may load; ValueError says why it may not. `named` are the columns that every row has, `parsed`
    those of them that are more than text, each with its kind."""
    for column in named:
        if columns.get(column) is None:
            raise ValueError(f"column {column!r} is missing")
    for column in ("since", "source", "evidence"):
        if not columns.get(column):
            raise ValueError(f"no {column}: a row without it is not law")
    if columns["evidence"] not in EVIDENCE:
        raise ValueError(f"evidence {columns['evidence']!r} is none of {', '.join(EVIDENCE)}")
    for column, kind in parsed:
        if columns[column]:
            try:
                _PARSERS[kind](columns[column])
            except (ValueError, InvalidOperation, KeyError) as error:
                raise ValueError(f"{column} {columns[column]!r} is not a {kind}: {error}") from error
    since = _day(columns["since"])
    until = _day(columns["until"]) if columns.get("until") else None
    if until is not None and until < since:
        raise ValueError(f"ends {until} before it begins {since}")
    return since, until


def _doubt(row: Row) -> Text:
    if row.beyond:
        return Text(f"read beyond the days known: {row.cited()}", f"超出已知有效期：{row.cited()}")
    return Text(f"rests on an unverified row: {row.cited()}", f"依据的条目尚未核实：{row.cited()}")


class ByLaw(Struct, frozen=True):
    """What was worked out of the law alone: the value with the rows, tables and working it rests on, and what it cost."""

    value: Any
    rows: dict[int, Row]
    tables: set[str]
    steps: list[Any]
    spent: int


class Law:
    """All packs on hand. Reading is by table name (`JP/tariff`) and day."""

    def __init__(self, packs: Sequence[PackCard], tables: Mapping[str, Table]) -> None:
        self.packs, self.tables = tuple(packs), dict(tables)
        self._answers: dict[tuple[Any, ...], Any] = {}
        self._made: dict[Callable[[Law], Any], Any] = {}
        self._doubts: dict[int, tuple[Row, Text]] = {}
        self.digest = sha256("".join(f"{card.kind}/{card.name}={card.digest};" for card in packs).encode()).hexdigest()

    def read(self, table: str, day: date, keys: Mapping[str, str]) -> Row | None:
        """The one row that holds on `day`; None where the table, the keys or the day is not on file.

        A read beyond the table's `known_through` gives the last known row marked `beyond`: a yearly tariff does not run on by itself.
        """
        question = ("", table, day, *keys, *keys.values())
        answer: Row | None = self._answers.get(question, _UNASKED)
        if answer is not _UNASKED:
            return answer
        return self.keep(question, next(self._holding(table, day, keys), None))

    def rows(self, table: str, day: date, keys: Mapping[str, str]) -> tuple[Row, ...]:
        """All rows that hold on `day` and agree with the keys given; key columns left out may be anything."""
        question = ("*", table, day, *keys, *keys.values())
        if question in self._answers:
            answer: tuple[Row, ...] = self._answers[question]
            return answer
        return self.keep(question, tuple(self._holding(table, day, keys)))

    def cards(self, kind: str, naming: Mapping[str, str]) -> tuple[PackCard, ...]:
        """The cards of a kind whose `applies` list these values, or say nothing of them."""
        question = ("packs", kind, *naming, *naming.values())
        answer: tuple[PackCard, ...] | None = self._answers.get(question)
        if answer is not None:
            return answer
        wanted = naming.items()
        cards = [card for card in self.packs if card.kind == kind]
        return self.keep(
            question, tuple([c for c in cards if all(value in c.applies.get(name, (value,)) for name, value in wanted)])
        )

    def _holding(self, table: str, day: date, keys: Mapping[str, str]) -> Iterator[Row]:
        source = self.tables.get(table)
        if source is None:
            return
        known, goods = source.spec.known_through, source.spec.goods_code
        beyond = known is not None and day > known
        rows = source.candidates(keys)
        holding = [row for row in rows if row.since <= day and (row.until is None or day <= row.until)]
        while not holding and rows and goods in keys and rows[0].keys[goods]:
            # A code that has ended, or has not begun, falls back to the longest one that holds on the day.
            rows = source.candidates({**keys, goods: rows[0].keys[goods][:-1]})
            holding = [row for row in rows if row.since <= day and (row.until is None or day <= row.until)]
        for row in holding:
            yield msgspec.structs.replace(row, beyond=True) if beyond else row

    def kept(self, question: tuple[Any, ...]) -> Any:
        """What was kept under a question; None where nothing was."""
        return self._answers.get(question)

    def keep(self, question: tuple[Any, ...], answer: T) -> T:
        """Lines of one dossier ask the same over and over; what was answered is kept until there is too much of it."""
        if len(self._answers) >= ANSWERS_KEPT:
            self._answers.clear()
            self._doubts.clear()
        self._answers[question] = answer
        return answer

    def made(self, make: Callable[["Law"], T]) -> T:
        """What `make` builds out of whole tables, such as an index to search in: built once, and kept as long as the law."""
        if make not in self._made:
            self._made[make] = make(self)
        found: T = self._made[make]
        return found

    def doubts(self, rows: Iterable[Row]) -> list[Text]:
        """Why rows do not carry a finding by themselves, those that do not: unverified, or read beyond the days known."""
        found = []
        for row in rows:
            if row.evidence == "unverified" or row.beyond:
                kept = self._doubts.get(id(row))
                if kept is None or kept[0] is not row:
                    kept = self._doubts[id(row)] = (row, _doubt(row))
                found.append(kept[1])
        return found

    def codes(self, table: str, prefix: str) -> tuple[str, ...]:
        """The goods codes of a compiled table that begin with `prefix`, in order."""
        source = self.tables.get(table)
        return tuple(sorted(c for c in source.codes() if c.startswith(prefix))) if isinstance(source, PackTable) else ()
