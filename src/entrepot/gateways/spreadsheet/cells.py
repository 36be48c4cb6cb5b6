"""Single cells as exact values: numbers with a unit, amounts with a currency, prices per unit, days."""

import re
import unicodedata
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from entrepot.gateways import paper_values as values
from entrepot.gateways.spreadsheet.grid import Cell, Grid

_MEASURED = re.compile(r"^\s*([-+(]?[\d.,'’ \u00a0]*\d\)?)\s*(.*?)\s*$", re.DOTALL)
_CURRENCY = r"[A-Za-z]{3}|US\$|HK\$|CN¥|JP¥|[$€£¥￥]|美元|美金|人民币|日元|日圆|欧元|英镑|港币|港元|韩元|澳元|加元|元"
_MONEY = re.compile(rf"^({_CURRENCY})?\s*([-+(]?[\d.,'’ \u00a0]*\d\)?)\s*({_CURRENCY})?\s*(?:(?:/|per)\s*(.+))?$")
_UNREAD_SIGNS = ("$", "¥", "￥", "元")


class Measured(NamedTuple):
    """A number and the words beside it."""

    number: Decimal
    unit: str = ""


class Amount(NamedTuple):
    """A number, the currency written with it (empty where none), and what it is per."""

    number: Decimal
    currency: str = ""
    per: str = ""


def words(cell: Cell) -> str:
    """A cell as one line of text. A number that stands for a name or a code has no decimals."""
    value = cell.value
    if isinstance(value, date):
        return value.isoformat()
    return " ".join(value.split()) if isinstance(value, str) else f"{value:f}"


def measured(cell: Cell, grid: Grid) -> Measured:
    """`1,200 KGS`, `20 桶`, or a bare number; ValueError for what is no number or negative."""
    if isinstance(cell.value, Decimal):
        return Measured(_positive(cell.value))
    match = _MEASURED.match(unicodedata.normalize("NFKC", words(cell)))
    if isinstance(cell.value, date) or match is None:
        raise ValueError(f"{words(cell)[:40]!r} is not a number")
    return Measured(_positive(values.written_number(match[1], grid.decimal_comma)), match[2])


def amount(cell: Cell, grid: Grid) -> Amount:
    """`USD 1,234.50`, `515美元/吨`, or a bare number; a sign that several currencies share names none."""
    if isinstance(cell.value, Decimal):
        return Amount(_positive(cell.value), cell.currency)
    match = _MONEY.match(unicodedata.normalize("NFKC", words(cell)))
    if isinstance(cell.value, date) or match is None:
        raise ValueError(f"{words(cell)[:40]!r} is not an amount")
    signs = [sign for sign in (match[1], match[3]) if sign and sign not in _UNREAD_SIGNS]
    codes = {values.currency_code(sign) for sign in signs}
    if len(codes) > 1:
        raise ValueError(f"{words(cell)[:40]!r} names two currencies")
    number = _positive(values.written_number(match[2], grid.decimal_comma))
    return Amount(number, codes.pop() if codes else "", (match[4] or "").strip())


def day(cell: Cell) -> date:
    """A day, typed or written."""
    return cell.value if isinstance(cell.value, date) else values.written_date(words(cell))


def whole(number: Decimal) -> int:
    """A count; ValueError where it has a fraction."""
    if number != number.to_integral_value():
        raise ValueError(f"{number} is not a whole number")
    return int(number)


def _positive(number: Decimal) -> Decimal:
    if number < 0:
        raise ValueError(f"{number} is negative")
    return number
