"""What the rebate room finds: the lots behind each line, the regime, the amounts, the deadlines and the total."""

from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from entrepot.kernel.money import Money
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.topics import found, found_each
from entrepot.kernel.vocabulary.customs import Enterprise

Regime = Literal["REFUND", "CREDIT_REFUND", "EXEMPT", "TAXED", "UNDECIDED"]

REGIMES: dict[str, Text] = {
    "REFUND": Text("exempt with refund of input tax (trading company)", "免退税"),
    "CREDIT_REFUND": Text("exempt, credited and refunded (production enterprise)", "免抵退税"),
    "EXEMPT": Text("exempt, input tax to cost", "免税"),
    "TAXED": Text("taxed like a domestic sale", "视同内销征税"),
    "UNDECIDED": Text("not decided", "待定"),
}


class LineLots(Struct, frozen=True, omit_defaults=True):
    """The purchase lots behind a line, first in first out, by their keys; and what is wrong with them."""

    lots: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


class Purchases(Struct, frozen=True, omit_defaults=True):
    """The lots of the dossier by line."""

    lines: dict[str, LineLots] = {}


class Route(Struct, frozen=True, omit_defaults=True):
    """The regime of a line, the rules that lead there in their order, the export date that selects the rate, and the
    refund rate of the library (a fraction) with its flag."""

    regime: Regime
    grounds: tuple[Text, ...]
    exported_on: date
    rate: Decimal | None = None
    flag: str = ""


class LotRefund(Struct, frozen=True, omit_defaults=True):
    """One lot's part: the base used (without VAT), the rate refunded, the refund, and what goes to cost of sales."""

    lot: str
    base: Money
    rate: Decimal
    refund: Money
    to_cost: Money


class Refund(Struct, frozen=True, omit_defaults=True):
    """A line's refund. `refund` None means that no number may be shown; `to_cost` is the input tax moved to cost.
    `held_until` is the last day for the foreign exchange while none is on file."""

    regime: Regime
    refund: Money | None = None
    to_cost: Money | None = None
    base: Money | None = None
    rate: Decimal | None = None
    lots: tuple[LotRefund, ...] = ()
    held_until: date | None = None


class Deadlines(Struct, frozen=True, omit_defaults=True):
    """The days that count: routine end of claiming, receipt of foreign exchange, the absolute limit, and - once claimed -
    putting documents on file and keeping them."""

    exported_on: date
    claim_routine_end: date
    fx_deadline: date
    absolute_limit: date
    filing_due: date | None = None
    retain_until: date | None = None


class RefundTotal(Struct, frozen=True, omit_defaults=True):
    """The whole dossier: sums of the lines' rounded amounts, and how many lines fall under each regime."""

    refund: Money
    to_cost: Money
    regimes: dict[str, int]


INSIDERS = frozenset({"exporter", "clerk", "tax"})

STANDING = found(
    "rebate.standing", Enterprise, read=INSIDERS,
    label=Text("exporter's standing for the refund", "退税所依据的出口企业身份"),
    discloses="The enterprise says it of itself to the office that refunds; nothing else of its own dossier is told.",
    doc="Production or trading, VAT status, refund category: as said in the trade, else as in the enterprise's own dossier.",
)
PURCHASES = found(
    "rebate.purchases", Purchases, read=INSIDERS,
    label=Text("purchases behind the lines", "商品项对应的进货"),
    doc="Which purchase lots stand behind which line, and whether their quantities agree with the invoices.",
)
ROUTE = found_each(
    "rebate.route", Route, "line", read=INSIDERS,
    label=Text("refund regime", "出口退（免）税方式"),
    doc="Refund, credit and refund, exempt or taxed, with the rules that lead there.",
)
REFUND = found_each(
    "rebate.refund", Refund, "line", read=INSIDERS,
    label=Text("export refund", "出口退税额"),
    doc="What is refunded on a line and what goes to cost, lot by lot.",
)
DEADLINES = found(
    "rebate.deadlines", Deadlines, read=INSIDERS,
    label=Text("refund deadlines", "退税期限"),
    doc="The days by which to claim, to collect the foreign exchange, to file and to keep the documents.",
)
TOTAL = found(
    "rebate.total", RefundTotal, read=INSIDERS,
    label=Text("total refund", "退税合计"),
    doc="The refund of all lines together, once every line has its answer.",
)
