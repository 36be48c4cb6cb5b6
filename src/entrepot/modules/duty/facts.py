"""The values that the rules of duty hand to each other, and the topics of this room alone; what others build on is
`duty.offer` and `duty.bill` of the shared vocabulary."""

from decimal import Decimal

from msgspec import Struct

from entrepot.kernel.law import Row
from entrepot.kernel.money import Money
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.customs import StatedRates
from entrepot.kernel.vocabulary.decisions import BillTax, Surcharge
from entrepot.kernel.vocabulary.goods import GoodsLine


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
    """A rate that the tariff shows for these goods on that day: the treatment's row, the rate's row, whether it is a
    tariff-quota rate that the entry does not ask for, and what it rests on beside the law."""

    treatment: Row
    rate: Row
    quota_missing: bool = False
    told: tuple[Text, ...] = ()


class Standing(Struct, frozen=True):
    """How far the goods are from having a treatment: what is missing, what it rests on, and whether it is out of reach
    (found not originating) rather than not yet proven."""

    missing: tuple[Text, ...] = ()
    conditions: tuple[Text, ...] = ()
    closed: bool = False


class Dutiable(Struct, frozen=True):
    """A line as taxes are reckoned on it: its value, the treatment it is entered under with the duty and the trade measures
    that this costs (None: not known), and what was stated of its taxes."""

    key: str
    code: str
    line: GoodsLine
    value: Money
    treatment: str
    duty: Money | None
    measures: tuple[Surcharge, ...] = ()
    stated: StatedRates | None = None


class Assessed(Struct, frozen=True):
    """Every tax of an entry, their total (None where one is not known), and what it rests on."""

    taxes: tuple[BillTax, ...]
    total: Money | None
    conditions: tuple[Text, ...] = ()
