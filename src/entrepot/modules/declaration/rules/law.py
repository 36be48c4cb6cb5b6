"""How the declaration's rules read the law: tables that are absent stop a rule, never pass it."""

from datetime import date
from decimal import Decimal

from entrepot.kernel.case import Case
from entrepot.kernel.law import Row
from entrepot.modules.declaration.rules.rule import NotOnFile

KG = "035"
"""Customs unit code of the kilogram."""


def row_of(case: Case, table: str, day: date, **keys: str) -> Row | None:
    """The row, or None where the table holds none for these keys; NotOnFile where the table itself is absent."""
    row = case.read(table, day, **keys)
    if row is None and not case.knows(table):
        raise NotOnFile(table)
    return row


def limit_of(case: Case, day: date, name: str) -> Decimal:
    """A threshold of the declaration's rules (`CN/limits`); NotOnFile where it is not there."""
    row = case.read("CN/limits", day, name=name)
    if row is None:
        raise NotOnFile(f"CN/limits: {name}")
    value: Decimal = row["value"]
    return value


def unit_of(case: Case, day: date, word: str) -> str | None:
    """The customs code of a unit written in words or as its code (`t`, `KGS`, `035`); None where it is not known."""
    if word.isdigit():
        return word if row_of(case, "units/units", day, code=word) is not None else None
    row = row_of(case, "units/words", day, word=word.strip().upper())
    return None if row is None else str(row["code"])


def factor_between(case: Case, day: date, unit: str, other: str) -> Decimal | None:
    """How many of `other` one `unit` is (t to kg: 1000); None where they do not measure the same.

    Counted things (pieces, sets, boxes) are never converted: whether a set is a piece is for people to say.
    """
    if unit == other:
        return Decimal(1)
    one, two = row_of(case, "units/units", day, code=unit), row_of(case, "units/units", day, code=other)
    if one is None or two is None or not one["factor"] or not two["factor"]:
        return None
    if one["kind"] == "count" or (one["kind"], one["base"]) != (two["kind"], two["base"]):
        return None
    share: Decimal = one["factor"] / two["factor"]
    return share
