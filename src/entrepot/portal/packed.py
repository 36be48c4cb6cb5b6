"""A packing list whose rows are not those of the invoice: each row goes to the line whose goods it names, and the rows of one line
are added up. Where no row names the goods of another line than the one of its own number, it stays as it was read.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from entrepot.gateways.extract import Extract, Stated
from entrepot.kernel.record import Record
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.answers import Doubt
from entrepot.kernel.vocabulary.goods import LINE, GoodsLine

_SUMMED = ("quantity", "packages", "net_kg", "gross_kg")
_NAMES = ("item_code", "description", "description_zh")


def as_packed(extract: Extract, record: Record) -> Extract:
    """A packing list's statements under the keys of the lines that other papers state; a row that fits none, or several, is unread."""
    rows = {one.key: one for one in extract.statements if one.topic == LINE.name}
    lines = _lines(record, extract.digest) if extract.kind == "packing_list" and rows else {}
    homes = {key: _home(row.value, lines) for key, row in rows.items()}
    if not any(home not in ("", key) for key, home in homes.items()):
        return extract
    groups: dict[str, list[Stated]] = {}
    for key, home in homes.items():
        if home:
            groups.setdefault(home, []).append(rows[key])
    unread = [
        Text(f"row {key} of the packing list fits no one line of the goods: {_called(row.value)!r}",
             f"装箱单第 {key} 行无法对应到唯一的商品项：“{_called(row.value)}”")
        for key, row in rows.items() if not homes[key]
    ]  # fmt: skip
    asked = {(doubt.key, doubt.field) for doubt in extract.doubtful if doubt.topic == LINE.name}
    others = [one for one in extract.statements if one.topic != LINE.name]
    packed = [_added(home, some, asked) for home, some in groups.items()]
    doubts = _moved(extract.doubtful, homes, groups)
    return msgspec.structs.replace(
        extract, statements=(*others, *packed), unread=(*extract.unread, *unread), doubtful=tuple(doubts)
    )


def _lines(record: Record, besides: str) -> dict[str, GoodsLine]:
    """The lines that other papers, or people, state with an amount or a quantity."""
    found = {}
    for key, standing in record.standing(LINE.name).items():
        value = standing.value if standing.value is not None else standing.agreed
        elsewhere = any(item.digest != besides for one in standing.statements for item in one.evidence)
        spoken = any(not one.evidence for one in standing.statements)
        if value is not None and (elsewhere or spoken) and (value.quantity is not None or value.amount is not None):
            found[key] = value
    return found


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _same(row: GoodsLine, line: GoodsLine) -> bool:
    """Whether a row and a line name the same goods: by their code, or in words of which one holds the other."""
    for name in _NAMES:
        one, other = _letters(getattr(row, name)), _letters(getattr(line, name))
        if one and other and (one == other or (name != "item_code" and (one in other or other in one))):
            return True
    return False


def _home(row: GoodsLine, lines: Mapping[str, GoodsLine]) -> str:
    """The one line that a row names the goods of; of several the one that is called the very same."""
    fits = [key for key, line in lines.items() if _same(row, line)]
    if len(fits) > 1:
        fits = [
            key
            for key in fits
            if any(_letters(getattr(row, n)) == _letters(getattr(lines[key], n)) != "" for n in _NAMES)
        ]
    return fits[0] if len(fits) == 1 else ""


def _called(row: GoodsLine) -> str:
    return next((name for name in (row.description, row.description_zh, row.item_code) if name), "")[:80]


def _added(home: str, rows: Sequence[Stated], asked: set[tuple[str, str]]) -> Stated:
    """The rows of one line as one: sums where each row has its number, else what all rows say alike."""
    fields: dict[str, Any] = {}
    places: dict[str, str] = {}
    for name in dict.fromkeys(name for row in rows for name in row.places if name != "key"):
        given = [getattr(row.value, name) for row in rows if name in row.places]
        if len(given) < len(rows) and (name in _SUMMED or any((row.key, name) in asked for row in rows)):
            continue
        units = {row.value.unit for row in rows}
        if name in _SUMMED and not (name == "quantity" and len(units) > 1):
            fields[name] = sum(given[1:], start=given[0])
        elif len(set(given)) == 1 and not (name in _SUMMED and len(rows) > 1):
            fields[name] = given[0]
        if name in fields:
            places[name] = "; ".join(dict.fromkeys(row.places[name] for row in rows if name in row.places))
    return Stated(LINE.name, home, GoodsLine(**fields), places)


def _moved(
    doubts: Sequence[Doubt], homes: Mapping[str, str], groups: Mapping[str, Sequence[Stated]]
) -> Iterator[Doubt]:
    """The doubts under the lines of their rows; where several rows make a line its sum is asked, with no value of its own."""
    seen: set[tuple[str, str]] = set()
    for doubt in doubts:
        home = homes.get(doubt.key, "") if doubt.topic == LINE.name else ""
        if not home:
            if doubt.topic != LINE.name:
                yield doubt
            continue
        value = doubt.value if len(groups[home]) == 1 else ""
        if (home, doubt.field) not in seen:
            seen.add((home, doubt.field))
            yield msgspec.structs.replace(doubt, key=home, value=value)
