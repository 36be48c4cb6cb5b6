"""The values that the rules of duty hand to each other, and the topics of this room alone; what others build on is
`duty.offer` and `duty.bill` of the shared vocabulary."""

from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from entrepot.kernel.law import Row
from entrepot.kernel.money import Money
from entrepot.kernel.text import Text
from entrepot.kernel.topics import TRADERS, found_each, said_each
from entrepot.kernel.vocabulary.customs import StatedRates
from entrepot.kernel.vocabulary.decisions import BillTax, Surcharge
from entrepot.kernel.vocabulary.goods import GoodsLine
from entrepot.kernel.vocabulary.trade import SHIPPERS


class Component(Struct, frozen=True):
    """A part of the customs value: what it is, how much in which currency (main units, unrounded), and the exchange
    rate (destination currency per unit) it is multiplied by."""

    name: Text
    amount: Decimal
    currency: str
    rate: Decimal

    def __str__(self) -> str:
        return f"{self.currency} {self.amount:f} × {self.rate:f}"


class CustomsValue(Struct, frozen=True):
    """A line's value at the destination: `exact` and rounded, with the conditions it rests on."""

    exact: Decimal
    money: Money
    conditions: tuple[Text, ...] = ()


class Option(Struct, frozen=True):
    """A rate that the tariff shows for these goods on that day: the treatment's row, the rate's row, the treatment's name and
    the rate in words, whether it is a tariff-quota rate that the entry does not ask for, and what it rests on beside the law."""

    treatment: Row
    rate: Row
    name: Text
    text: str
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


class OrderItem(Struct, frozen=True, omit_defaults=True):
    """A good of a consumer's order: its code and its price with freight and insurance in the destination's currency. Rates
    that are stated go before those on file: duty and consumption tax in the grammar of `kernel.rates`, VAT as a fraction.
    `listed`: it is on the positive list of retail imports."""

    name: str
    code: str
    value: Money
    duty: str = ""
    consumption_tax: str = ""
    vat: Decimal | None = None
    listed: bool | None = None


class Order(Struct, frozen=True, omit_defaults=True):
    """A consumer's order that enters as a retail import (the key is its number). `spent` is what the buyer bought so before
    it in the calendar year; `indivisible`: one item that cannot be parted."""

    country: str
    day: date
    mode: Literal["1210", "1239", "9610"]
    items: tuple[OrderItem, ...]
    spent: Money | None = None
    indivisible: bool = False


class OrderTax(Struct, frozen=True, omit_defaults=True):
    """The taxes of a consumer's order: at the reduced rates, in full for a single item above the limit, or none here because
    the order is general trade. `spent` is the buyer's year with this order."""

    status: Literal["reduced", "full_rate_single_item", "general_trade"]
    value: Money
    duty: Money | None = None
    consumption_tax: Money | None = None
    vat: Money | None = None
    total: Money | None = None
    spent: Money | None = None


class ParcelItem(Struct, frozen=True, omit_defaults=True):
    """An article in a parcel: its kind (a word of the table of parcel rates) and its value in the destination's currency."""

    name: str
    kind: str
    value: Money


class Parcel(Struct, frozen=True, omit_defaults=True):
    """A parcel of articles for personal use (the key is its number), from a country (alpha-3); `indivisible`: one article
    that cannot be parted."""

    country: str
    day: date
    sent_from: str
    items: tuple[ParcelItem, ...]
    indivisible: bool = False


class ParcelTax(Struct, frozen=True, omit_defaults=True):
    """The import tax of a parcel; above the value limit it goes back or enters as general trade, and no tax is given."""

    status: Literal["taxed", "exempt", "over_limit"]
    value: Money
    computed: Money | None = None
    payable: Money | None = None


class ExportRates(Struct, frozen=True, omit_defaults=True):
    """Export duty of a line as read from the tariff book on a day: the statutory rate and the provisional one that goes
    before it, in the grammar of `kernel.rates`; empty where the rate on file is meant. `rates` of exchange: yuan per unit."""

    source: str
    day: date
    duty: str = ""
    provisional: str = ""
    rates: dict[str, Decimal] = {}


class ExportDuty(Struct, frozen=True, omit_defaults=True):
    """Export duty on a line: its FOB value, the base without the duty that the price contains, the rate and the duty."""

    code: str
    value: Money
    base: Money
    rate: str
    duty: Money


ORDER = said_each(
    "import.order",
    Order,
    "order",
    say=TRADERS | {"importer"},
    read=SHIPPERS,
    label=Text("consumer's order", "跨境电商零售进口订单"),
    doc="An order that enters as a cross-border e-commerce retail import.",
)
PARCEL = said_each(
    "import.parcel",
    Parcel,
    "parcel",
    say=TRADERS | {"importer", "carrier"},
    read=SHIPPERS,
    label=Text("parcel", "进境邮件"),
    doc="A parcel of articles for personal use.",
)
EXPORT_RATES = said_each(
    "export.rates",
    ExportRates,
    "line",
    say=TRADERS,
    read=SHIPPERS,
    label=Text("export duty of a line", "出口关税税率"),
    doc="The export duty rates of a line as read from the tariff book; said, they ask for the export duty.",
)
ORDER_TAX = found_each(
    "duty.order",
    OrderTax,
    "order",
    read=SHIPPERS,
    label=Text("tax of a consumer's order", "跨境电商零售进口税"),
    doc="The taxes of a retail import: reduced, in full, or general trade.",
)
PARCEL_TAX = found_each(
    "duty.parcel",
    ParcelTax,
    "parcel",
    read=SHIPPERS,
    label=Text("tax of a parcel", "进境物品进口税"),
    doc="The import tax of a parcel of articles for personal use.",
)
EXPORT_DUTY = found_each(
    "duty.export",
    ExportDuty,
    "line",
    read=SHIPPERS,
    label=Text("export duty", "出口关税"),
    doc="The export duty on a line, where the tariff has one.",
)
