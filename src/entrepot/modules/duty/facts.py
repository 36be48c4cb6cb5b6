"""The values that the rules of duty hand to each other; what they find is `duty.offer` of the shared vocabulary."""

from decimal import Decimal

from msgspec import Struct

from entrepot.kernel.law import Row
from entrepot.kernel.money import Money
from entrepot.kernel.text import Text


class Component(Struct, frozen=True):
    """A part of the customs value: what it is, how much in which currency (main units, unrounded), and the exchange
    rate (destination currency per unit) it is multiplied by."""

    name: Text
    amount: Decimal
    currency: str
    rate: Decimal


class CustomsValue(Struct, frozen=True):
    """A line's value at the destination: `exact` and rounded, with the conditions it rests on."""

    exact: Decimal
    money: Money
    conditions: tuple[Text, ...] = ()


class Option(Struct, frozen=True):
    """A rate that the tariff shows for these goods on that day: the treatment's row, the rate's row, and whether it is
    a tariff-quota rate that the entry does not ask for."""

    treatment: Row
    rate: Row
    quota_missing: bool = False


class Standing(Struct, frozen=True):
    """How far the goods are from having a treatment: what is missing, what it rests on, and whether it is out of reach
    (found not originating) rather than not yet proven."""

    missing: tuple[Text, ...] = ()
    conditions: tuple[Text, ...] = ()
    closed: bool = False
