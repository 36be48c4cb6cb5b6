"""Lines of goods as a table: what is typed in cells or pasted from a spreadsheet, against what stands, said all at once or not at all.

A cell holds a field as it is written in one: `USD 515/t`, `12,360.00 USD`. What a line says beside the table's columns stays.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from hashlib import sha256
from typing import Any

from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.kernel.access import Speaker
from entrepot.kernel.intake import Refusal
from entrepot.kernel.money import Money, Price
from entrepot.kernel.record import Record
from entrepot.kernel.sheet import natural
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.goods import LINE, GoodsLine
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft, problem
from entrepot.portal.entry.bodies import body_of
from entrepot.portal.entry.place import Place, drafts_of, place_in
from entrepot.portal.entry.posted import Tree, texts_of
from entrepot.portal.entry.shapes import shape_of
from entrepot.portal.ids import uuid7
from entrepot.portal.reading import visible_heads
from entrepot.portal.speaking import MOVED
from entrepot.portal.words import FIELDS

COLUMNS = (
    "description", "description_zh", "hs", "quantity", "unit", "price", "amount", "net_kg", "gross_kg", "packages",
    "package_type", "origin",
)  # fmt: skip
NUMBERS = frozenset({"quantity", "price", "amount", "net_kg", "gross_kg", "packages"})
ROWS, BLANK, MOST_PASTED, LONGEST_PASTE, LONGEST_CELL = 50, 5, 1_000, 1_000_000, 2_000
ATTEMPTS = 4


class Cell(Struct, frozen=True):
    """A cell: its column, what stands or was typed in it, and what is wrong with it."""

    column: str
    value: str = ""
    problems: tuple[Problem, ...] = ()


class Line(Struct, frozen=True):
    """A row of the table; `seen` names, in brief, the statements that it was drawn over."""

    key: str
    cells: tuple[Cell, ...]
    seen: str = ""
    problems: tuple[Problem, ...] = ()


class Filled(Struct, frozen=True):
    """A row as it was filled in: its key, its cells by column, and what it was drawn over."""

    key: str
    cells: dict[str, str]
    seen: str = ""


class Outcome(Struct, frozen=True):
    """What became of filled rows: how many lines were said; or what is wrong, by key."""

    said: int = 0
    wrong: dict[str, tuple[Problem, ...]] = {}
    problems: tuple[Problem, ...] = ()


def brief_seen(place: Place) -> str:
    """The statements at a place as a short mark; empty where there are none."""
    return sha256(place.seen.encode()).hexdigest()[:16] if place.seen else ""


def cells_of(value: GoodsLine | None) -> dict[str, str]:
    """A line's cells as they are written."""
    if value is None:
        return {}
    texts = texts_of(shape_of(GoodsLine), value)
    return {name: _cell(getattr(value, name), texts[name]) for name in COLUMNS}


def _cell(value: Any, text: Any) -> str:
    if isinstance(value, Money | Price):
        return str(value)
    return text if isinstance(text, str) else ""


def pasted(text: str, first: int) -> list[Filled]:
    """Rows out of a spreadsheet's text, filed from number `first` on; a row of headings says which column is which. Refusal
    where it is too much."""
    lines = [line for line in text[: LONGEST_PASTE + 1].replace("\r\n", "\n").split("\n") if line.strip()]
    if len(text) > LONGEST_PASTE or len(lines) > MOST_PASTED + 1:
        raise Refusal((problem(
            "FM06", "paste", f"more than {MOST_PASTED:,} rows", f"超过 {MOST_PASTED:,} 行",
            "paste them in parts, or hand the spreadsheet in as a paper", "请分批粘贴，或以表格文件提交",
        ),))  # fmt: skip
    names: Sequence[str] = COLUMNS
    if lines and (headed := _headings(lines[0])):
        names, lines = headed, lines[1:]
    return [
        Filled(
            str(number),
            {name: cell.strip()[:LONGEST_CELL] for name, cell in zip(names, line.split("\t"), strict=False) if name},
        )
        for number, line in enumerate(lines[:MOST_PASTED], first)
    ]


def _headings(line: str) -> list[str]:
    """The columns that a row of headings names; nothing where it names hardly any."""
    known = {name: name for name in COLUMNS}
    for name in COLUMNS:
        known |= {FIELDS[name].en.casefold(): name, FIELDS[name].zh.casefold(): name}
    named = [known.get(word.strip().casefold(), "") for word in line.split("\t")]
    return named if sum(map(bool, named)) * 2 > len(named) else []


def say_rows(desk: Desk, dossier: str, rows: Sequence[Filled], voice: Voice) -> Outcome:
    """Say every row that changes something, in one breath; nothing is said where one of them is wrong."""
    for _ in range(ATTEMPTS):
        with desk.known(dossier, voice) as (record, speaker):
            places = {row.key: place_in(record, speaker, LINE, row.key) for row in rows}
            heads = visible_heads(desk.registry.topics, record, speaker)
        drafts: list[Draft] = []
        wrong: dict[str, tuple[Problem, ...]] = {}
        for row in rows:
            made, problems = _drafts(desk, places[row.key], row)
            drafts += made
            if problems:
                wrong[row.key] = problems
        if wrong:
            return Outcome(0, wrong)
        if not drafts:
            return Outcome()
        try:
            desk.say(dossier, drafts, voice, expects=heads)
        except Refusal as refusal:
            if {one.rule for one in refusal.problems} != {MOVED}:
                return Outcome(0, {}, refusal.problems)
            continue
        return Outcome(len({draft.key for draft in drafts}))
    return Outcome(0, {}, (_moved(),))


def _drafts(desk: Desk, place: Place, row: Filled) -> tuple[list[Draft], tuple[Problem, ...]]:
    """What a row changes of its line; with its problems, their places the columns'."""
    before = cells_of(place.value)
    changed = {name: text for name, text in row.cells.items() if text != before.get(name, "")}
    if not changed:
        return [], ()
    tree: Tree = dict(texts_of(shape_of(GoodsLine), place.value)) if place.value is not None else {}
    for name, text in changed.items():
        tree[name] = {"amount": text} if name in ("price", "amount") else text
    body, problems = body_of(LINE, tree)
    if problems:
        return [], problems
    drafts = drafts_of(place, body, uuid7(desk.store.clock()))
    if drafts and brief_seen(place) != row.seen:
        return [], (_moved(),)
    return drafts, ()


def _moved() -> Problem:
    return problem(
        "FM07", "row", "somebody else said something of this line meanwhile", "该商品项在此期间有新的陈述",
        "compare it with what stands, and say it again", "请与当前内容对照后再次提交",
    )  # fmt: skip


def lines_in(record: Record, speaker: Speaker) -> Iterator[Place]:
    """The lines that stand, in the order of their numbers."""
    for key in sorted(record.standing(LINE.name), key=natural):
        yield place_in(record, speaker, LINE, key)


def totals(places: Sequence[Place]) -> Mapping[str, str]:
    """The sums of the columns over all lines, each unit and currency by itself."""
    sums: dict[str, dict[str, Decimal]] = {
        name: {} for name in ("quantity", "amount", "net_kg", "gross_kg", "packages")
    }
    for place in places:
        line = place.value
        if not isinstance(line, GoodsLine):
            continue
        if line.amount is not None:
            _add(sums["amount"], line.amount.currency, line.amount.amount)
        for name, unit in (("quantity", line.unit), ("net_kg", "kg"), ("gross_kg", "kg"), ("packages", "")):
            if (value := getattr(line, name)) is not None:
                _add(sums[name], unit, Decimal(value))
    return {name: " + ".join(f"{value:,f} {unit}".strip() for unit, value in by.items()) for name, by in sums.items()}


def _add(sums: dict[str, Decimal], unit: str, value: Decimal) -> None:
    sums[unit] = sums.get(unit, Decimal(0)) + value


def label(column: str) -> Text:
    """A column's heading."""
    return FIELDS[column]
