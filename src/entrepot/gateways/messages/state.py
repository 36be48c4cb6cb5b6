"""Stating the common parts of a customs message, so that all its readers state alike: exact values, each with its place."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from entrepot.gateways import paper_values as values
from entrepot.gateways.bounds import MAX_TEXT, clean_text, plain_decimal
from entrepot.gateways.containers import container_numbers, state_container
from entrepot.gateways.extract import Found
from entrepot.kernel.money import Money
from entrepot.kernel.text import Text
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.customs import ATTACHMENT
from entrepot.kernel.vocabulary.trade import CONTAINER, PARTY

T = TypeVar("T")
# UN/EDIFACT formats 102, 203, 204, 304: the day, then perhaps hours, minutes, seconds and a zone.
_COMPACT_DAY = re.compile(r"(\d{8})(?:\d{4}|\d{6})?(?:Z|[+-]\d\d(?::?\d\d)?|[A-Z]{3})?")

Place = tuple[str, str]
"""What stands somewhere, and where: raw text and place."""


def as_text(raw: str) -> str:
    """Words and codes as they stand, white space folded; what is longer than a field may be is no field's value."""
    if len(raw) > MAX_TEXT:
        raise ValueError(f"{raw[:40]!r}… has more than {MAX_TEXT:,} characters")
    return clean_text(raw)


def as_number(raw: str) -> Decimal:
    """A number that may not be negative, without trailing zeros."""
    number = plain_decimal(raw)
    if number < 0:
        raise ValueError(f"{raw[:40]} is negative")
    return values.plain(number)


def as_count(raw: str) -> int:
    """A whole number of things."""
    number = as_number(raw)
    if number != number.to_integral_value():
        raise ValueError(f"{raw[:40]} is not a whole number")
    return int(number)


def as_money(currency: str) -> Callable[[str], Money]:
    """An amount of a currency (ISO 4217 code or sign), in whole minor units."""
    return lambda raw: values.exact_money(as_number(raw), values.currency_code(currency))


def as_kg(unit: str = "KGM") -> Callable[[str], Decimal]:
    """A weight in kilograms from a unit."""
    return lambda raw: values.in_kg(as_number(raw), unit)


def as_day(raw: str) -> date:
    """A day, from the forms that messages use (20260620, 2026-06-20, with a time behind it or without)."""
    compact = _COMPACT_DAY.fullmatch(raw)
    return values.written_date(compact[1] if compact else raw)


def as_country(raw: str) -> str:
    """A country as alpha-3."""
    return values.country_code(raw)


def as_yes_or_no(raw: str) -> bool:
    """An indicator."""
    word = raw.upper()
    if word not in ("TRUE", "FALSE", "1", "0", "Y", "N"):
        raise ValueError(f"{raw[:40]!r} is neither yes nor no")
    return word in ("TRUE", "1", "Y")


def state(
    found: Found, topic: Topic[Any], key: str, field: str, raw: str, place: str, value: Callable[[str], Any] = as_text
) -> bool:
    """State a field from what stands at a place; False where nothing does, or it cannot be read: then a problem says so."""
    if not raw:
        return False
    try:
        read = value(raw)
    except ValueError as error:
        misread(found, place, str(error))
        return False
    if read is None or read == "":
        return False
    found.set(topic, key, field, read, place)
    return True


def state_party(found: Found, part: str, fields: Mapping[str, Place]) -> None:
    """State a party field by field: name, number, address … each with its place; `country` is made alpha-3, a Chinese
    name goes to `name_zh`."""
    for field, (raw, place) in fields.items():
        if field == "name" and values.is_chinese(raw):
            field = "name_zh"
        state(found, PARTY, part, field, raw, place, as_country if field == "country" else as_text)


def state_box(found: Found, raw: str, place: str) -> str:
    """State that a container is named; gives its number as key, or nothing where it is no container's number."""
    numbers = container_numbers(raw)
    if len(numbers) != 1:
        return ""
    state_container(found, numbers[0], place)
    return numbers[0]


def state_equipment(found: Found, raw: str, place: str) -> str:
    """State a piece of transport equipment that a declaration names in its place for containers; gives its key. A number that
    is no container's of ISO 6346 (a trailer's, an air unit's) stands as it is and is asked about."""
    key = state_box(found, raw, place)
    if key:
        return key
    key = "".join(letter for letter in raw.upper() if letter.isalnum() or letter == "-")
    if not key or len(key) > 17:
        return ""
    found.mention(CONTAINER, key, place)
    found.problem(
        "P017",
        place,
        Text(f"{key} is no container number of ISO 6346", f"{key} 不是 ISO 6346 集装箱号"),
        Text("compare the number with the equipment", "请核对箱号"),
        severity="W",
    )
    return key


class Documents:
    """The documents that go with a declaration, gathered while it is read: one code may stand for several numbers, and one
    number go with several lines."""

    def __init__(self) -> None:
        self._lines: dict[tuple[str, str], list[str]] = {}
        self._places: dict[tuple[str, str], list[str]] = {}
        self._days: dict[tuple[str, str], dict[str, tuple[date, str]]] = {}

    def add(self, code: str, number: str, place: str, line: str = "") -> tuple[str, str]:
        """Note a document, for a line or for the whole declaration; gives what to name it by in `day`."""
        at = (code, number)
        self._places.setdefault(at, []).append(place)
        lines = self._lines.setdefault(at, [])
        if line not in lines:
            lines.append(line)
        return at

    def day(self, document: tuple[str, str], field: str, day: date, place: str) -> None:
        """Note a day of a document: `issued_on` or `valid_until`."""
        self._days.setdefault(document, {}).setdefault(field, (day, place))

    def state(self, found: Found) -> None:
        """State them all. The first of a code is keyed by the code alone, the others `CODE.2`, `CODE.3`."""
        counts: dict[str, int] = {}
        for (code, number), lines in self._lines.items():
            counts[code] = counts.get(code, 0) + 1
            key = code if counts[code] == 1 else f"{code}.{counts[code]}"
            place = "; ".join(self._places[code, number][:20])
            found.set(ATTACHMENT, key, "number", number, place)
            if "" not in lines:
                found.set(ATTACHMENT, key, "lines", tuple(lines), place)
            for field, (day, at) in self._days.get((code, number), {}).items():
                found.set(ATTACHMENT, key, field, day, at)


def document_code(key: str) -> str:
    """The code of a document from the key it is stated under."""
    code, dot, number = key.rpartition(".")
    return code if dot and number.isdigit() else key


def misread(found: Found, place: str, why: str) -> None:
    """Note a value that cannot be what its field asks for."""
    found.problem(
        "P012",
        place,
        Text(f"{place.rpartition('/')[2]}: {why}", f"{place.rpartition('/')[2]}：无法读取（{why}）"),
        Text("correct the value in the message, or enter it by hand", "请更正报文中的值，或手工录入"),
    )


def leave(found: Found, place: str, value: str) -> None:
    """Note a value that no field of ours holds."""
    found.left(f"{place}: {value[:200]}", f"{place}：{value[:200]}")
