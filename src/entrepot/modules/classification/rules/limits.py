"""Limits that a title names (not exceeding 10 kg, 100 to 200 g/m2, of a width of 600mm or more), as questions of how much.

A span is kept under its measure and unit (`weight kg`), its ends as Decimals: above the lower, up to the upper. Whether the
end itself is in or out is not told apart: somebody who stands exactly on it must read the nomenclature.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

from msgspec import Struct

from entrepot.kernel.text import Text

MEASURES: Mapping[str, Text] = {
    "thickness": Text("thickness", "厚度"),
    "width": Text("width", "宽度"),
    "length": Text("length", "长度"),
    "diameter": Text("diameter", "直径"),
    "capacity": Text("capacity", "容量"),
    "weight": Text("weight", "重量"),
    "power": Text("power", "功率"),
    "voltage": Text("voltage", "电压"),
    "age": Text("age", "年限"),
    "value": Text("value", "价值"),
}
_NAMED = re.compile(rf"\b(?:{'|'.join(MEASURES)})\b")
# What a unit is of whatever stands beside it, and where nothing does.
_ALONE = {
    "kva": "power",
    "kw": "power",
    "mw": "power",
    "w": "power",
    "v": "voltage",
    "volts": "voltage",
    "cc": "capacity",
}
_USUAL = {"kg": "weight", "g": "weight", "t": "weight", "tonnes": "weight", "g/m2": "weight", "l": "capacity",
          "litres": "capacity", "years": "age"}  # fmt: skip
_UNIT = r"(g/m2|kg|g|mm|cm2|cm|m2|metres|m|litres|l|cc|kw|mw|w|kva|kn|volts|v|tonnes|t|decitex|years|%)"
_NUMBER = r"(\d+(?:[.,]\d+)?)"
_LIMIT = re.compile(
    rf"(?:(not exceeding|not more than|not over|exceeding|more than|over|less than|not less than|at least)\s+)?{_NUMBER}"
    rf"\s?(?:{_UNIT}\b|%)?(?:\s+or\s+(more|less))?",
    re.ASCII | re.IGNORECASE,
)
# An amount that a description states: of a unit that measures one thing alone, or with what it measures behind it.
_STATED = re.compile(
    r"(\d+(?:\.\d+)?)\s?(?:(kva|kw|mw|w|volts|v|cc|gsm|g/m2|g/㎡)(?![a-z0-9])"
    r"|(mm|cm|m)\s(?:in\s)?(thick|wide|long|length|width|thickness|diameter)\b)",
    re.IGNORECASE,
)
_SAME = {"v": "volts", "gsm": "g/m2", "g/㎡": "g/m2", "thick": "thickness", "wide": "width", "long": "length"}
_UPPER = {"not exceeding", "not more than", "not over", "less than"}


class Span(Struct, frozen=True):
    """Above `low`, up to `high`; None where it is open."""

    low: Decimal | None = None
    high: Decimal | None = None


def spans_in(title: str) -> dict[str, Span]:
    """The limits in an English title by measure and unit; none for one that is named twice in different ways."""
    found: dict[str, Span] = {}
    unclear: set[str] = set()
    text = title.lower()
    for match in _LIMIT.finditer(text):
        word, number, unit, after = match.groups()
        amount = Decimal(number.replace(",", ""))
        unit = unit or _unit_after(text, match.end())
        upper = word in _UPPER or after == "less"
        lower = (word is not None and not upper) or after == "more"
        if not unit or unit == "%" or upper == lower:
            continue
        measure = _measure(text, match.start(), match.end(), unit)
        if not measure:
            continue
        name = f"{measure} {unit}"
        before = found.get(name, Span())
        if (before.high if upper else before.low) is not None:
            unclear.add(name)
        found[name] = Span(before.low, amount) if upper else Span(amount, before.high)
    return {name: span for name, span in found.items() if name not in unclear}


def amounts_in(description: str) -> dict[str, str]:
    """The amounts that a description states by measure and unit, each as the range from itself to itself; none that differ."""
    found: dict[str, set[Decimal]] = {}
    for number, alone, unit, of in _STATED.findall(description.lower()):
        unit = _SAME.get(alone or unit, alone or unit)
        measure = _SAME.get(of, of) or _ALONE.get(unit) or _USUAL[unit]
        found.setdefault(f"{measure} {unit}", set()).add(Decimal(number))
    return {name: f"{min(amounts):f}..{min(amounts):f}" for name, amounts in found.items() if len(amounts) == 1}


def _unit_after(text: str, at: int) -> str:
    """The unit of the next number, for `over 1000 but not over 1500cc`."""
    following = re.match(rf"\s*but (?:not )?\w+(?: than)? {_NUMBER}\s?{_UNIT}\b", text[at:], re.ASCII)
    return following[2] if following else ""


def _measure(text: str, start: int, end: int, unit: str) -> str:
    """The measure that a unit is of by itself, else the one named last before a number, else right behind it; "" if none is."""
    if unit in _ALONE:
        return _ALONE[unit]
    named = list(_NAMED.finditer(text, max(0, start - 60), start)) or list(_NAMED.finditer(text, end, end + 16))[:1]
    return named[-1][0] if named else _USUAL.get(unit, "")


def choices_of(spans: Sequence[Span]) -> tuple[str, ...]:
    """The ranges between all ends of some spans, as `low..high` with an open end left out."""
    ends = sorted({end for span in spans for end in (span.low, span.high) if end is not None})
    shown = ["", *(f"{end:f}" for end in ends), ""]
    return tuple(f"{low}..{high}" for low, high in pairwise(shown))


def fits(span: Span, value: str) -> bool:
    """Whether goods in the range `low..high` may be within a span, its ends included where the range is one amount; what is
    no range fits nothing."""
    low, dots, high = value.partition("..")
    if not dots:
        return False
    floor, ceiling = (Decimal(low) if low else None), (Decimal(high) if high else None)
    if floor is not None and floor == ceiling:
        return (span.low is None or span.low <= floor) and (span.high is None or floor <= span.high)
    below = span.high is not None and floor is not None and floor >= span.high
    above = span.low is not None and ceiling is not None and ceiling <= span.low
    return not (below or above)


def answer_text(name: str, value: str = "") -> Text:
    """A question of how much, or one range of its answers."""
    measure, _, unit = name.partition(" ")
    what = MEASURES[measure]
    if not value:
        return Text(f"What is the {what.en}, in {unit}?", f"{what.zh}是多少（{unit}）？")
    low, _, high = value.partition("..")
    if not low:
        return Text(f"up to {high} {unit}", f"不超过 {high} {unit}")
    if not high:
        return Text(f"over {low} {unit}", f"超过 {low} {unit}")
    return Text(f"over {low} up to {high} {unit}", f"超过 {low} 但不超过 {high} {unit}")
