"""What is said and found of cross-border e-commerce: the plan, orders with payments and waybills, the mode, the advice.

Buyers are told apart by a keyed digest of their identity number, which the door makes (`store/pseudonyms.py`); a number in
clear is no value of these topics and is refused as such.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta, Struct

from entrepot.kernel.money import Money
from entrepot.kernel.text import Text
from entrepot.kernel.topics import TRADERS, Posting, found, said, said_each
from entrepot.kernel.vocabulary.trade import SHIPPERS

Person = Annotated[str, Meta(pattern="^([0-9a-f]{64})?$")]
Aspect = Literal["tax", "time", "exchange", "proof", "form"]


class Warehouse(Struct, frozen=True, omit_defaults=True):
    """A warehouse abroad: where it is, who runs it, what proves that it may be used, and its filing where one is asked for."""

    name: str
    country: str
    operator: Literal["own", "platform", "third_party"] = "own"
    address: str = ""
    proof: str = ""
    filing: str = ""


class Plan(Struct, frozen=True, omit_defaults=True):
    """How the goods are to be sold. None and empty mean that it is not said. `order_first`: the consumer's order is there before
    the goods leave; `pilot_city` is of bonded retail import, `pilot_zone` of retail export; `invoices`: input tax is
    proven by special VAT invoices; `listed`: all goods are on the positive list of retail import; `value` is that of the
    consignment; `order_value` the dearest order in it."""

    flow: Literal["E", "I"]
    buyer: Literal["", "consumer", "business"] = ""
    platform: str = ""
    order_first: bool | None = None
    warehouse: Warehouse | None = None
    bonded: bool | None = None
    pilot_city: bool | None = None
    pilot_zone: bool | None = None
    market: str = ""
    value: Money | None = None
    order_value: Money | None = None
    invoices: bool | None = None
    listed: bool | None = None
    day: date | None = None


class PlatformOrder(Struct, frozen=True, omit_defaults=True):
    """An order as the platform has it (the key is its number). `total` is what the buyer owes with freight and insurance;
    `net_kg` the goods' weight. `year_limit` is the buyer's limit of the year that a retail import counts against;
    `indivisible`: one item that cannot be parted; `real_name`: the platform checked the buyer's identity."""

    buyer: Person
    total: Money
    ordered_on: date
    consignee: Person = ""
    net_kg: Decimal | None = None
    year_limit: Money | None = None
    indivisible: bool = False
    real_name: bool | None = None


class Payment(Struct, frozen=True, omit_defaults=True):
    """A payment (the key is the payment house's number): for which order, by whom, how much, when."""

    order: str
    payer: Person
    amount: Money
    paid_on: date


class Waybill(Struct, frozen=True, omit_defaults=True):
    """A parcel (the key is its waybill's number): of which order, to whom, how heavy."""

    order: str
    consignee: Person = ""
    gross_kg: Decimal | None = None


def order_postings(order: PlatformOrder) -> tuple[Posting, ...]:
    """A buyer's year is scarce: what one retail import takes of it no other can."""
    if order.year_limit is None or not order.buyer or order.total.currency != order.year_limit.currency:
        return ()
    resource = f"retail import of {order.buyer} in {order.ordered_on.year}"
    return (Posting(resource, order.total.currency, order.total.amount, order.year_limit.amount),)


class Mismatch(Struct, frozen=True, omit_defaults=True):
    """Where order, payment and waybill do not agree: a word for the reason, and what is wrong in words."""

    reason: str
    what: Text


class OrderMatch(Struct, frozen=True, omit_defaults=True):
    """An order with its payments and parcels by their numbers, and where they do not agree."""

    payments: tuple[str, ...] = ()
    waybills: tuple[str, ...] = ()
    mismatches: tuple[Mismatch, ...] = ()


class Matches(Struct, frozen=True, omit_defaults=True):
    """The orders of a dossier as matched, by number; and payments and parcels of orders that are not there."""

    orders: dict[str, OrderMatch]
    strays: tuple[Mismatch, ...] = ()
    agreeing: int = 0


class Turn(Struct, frozen=True, omit_defaults=True):
    """What would lead elsewhere: the change, and the mode it leads to."""

    change: Text
    mode: str


class ModeRoute(Struct, frozen=True, omit_defaults=True):
    """The mode of a plan by customs code, why, and what would change it. `mode` is empty where what was said leaves several
    open: `open` names them. `path` says whether retail goods go on lists or on a declaration; `digits` how many of the goods
    code a simplified list carries (None: not on file)."""

    mode: str
    name: Text
    reasons: tuple[Text, ...]
    turns: tuple[Turn, ...] = ()
    open: tuple[str, ...] = ()
    path: Literal["", "list", "declaration"] = ""
    digits: int | None = None


class AdvisedAspect(Struct, frozen=True, omit_defaults=True):
    """What a mode means for tax, time, foreign exchange, proof or form. `text` None: nothing is on file. `source` and
    `evidence` are those of the row."""

    aspect: Aspect
    text: Text | None = None
    source: str = ""
    evidence: str = ""


class AdvisedMode(Struct, frozen=True, omit_defaults=True):
    """A mode as this trade could use it: open now, open once what is `missing` is there, or closed; `unsaid` are facts on
    which it depends and that nobody said."""

    mode: str
    name: Text
    state: Literal["open", "nearly", "closed"]
    aspects: tuple[AdvisedAspect, ...]
    missing: tuple[Text, ...] = ()
    unsaid: tuple[Text, ...] = ()


class Advice(Struct, frozen=True, omit_defaults=True):
    """The modes of the trade's direction side by side; `route` is the one that the plan leads to. `rates` are the refund rates
    of the goods by line, where they are on file."""

    modes: tuple[AdvisedMode, ...]
    route: str = ""
    rates: dict[str, Decimal] = {}


HOLDERS = frozenset({"exporter", "importer", "broker", "clerk", "customs", "operator", "auditor"})

PLAN = said(
    "ecommerce.plan",
    Plan,
    say=TRADERS | {"importer"},
    read=SHIPPERS,
    label=Text("plan of sale", "销售方案"),
    doc="How goods are sold across the border: to whom, through what, from where; it decides the customs mode.",
)
ORDER = said_each(
    "ecommerce.order",
    PlatformOrder,
    "order",
    takes=order_postings,
    say=TRADERS | {"importer"},
    read=HOLDERS,
    label=Text("order", "订单"),
    doc="An order as the platform has it; the buyer is a digest, never a number or a name.",
)
PAYMENT = said_each(
    "ecommerce.payment",
    Payment,
    "payment",
    say=TRADERS | {"importer", "bank"},
    read=HOLDERS | {"bank"},
    label=Text("payment of an order", "支付单"),
    doc="A payment as the payment house has it.",
)
WAYBILL = said_each(
    "ecommerce.waybill",
    Waybill,
    "waybill",
    say=TRADERS | {"importer", "carrier"},
    read=HOLDERS | {"carrier"},
    label=Text("waybill of an order", "物流运单"),
    doc="A parcel as the carrier has it.",
)
MATCHES = found(
    "ecommerce.match",
    Matches,
    read=HOLDERS,
    discloses="It names orders, payments and parcels by number, tells no amount and no person.",
    label=Text("order, payment and waybill", "三单比对"),
    doc="Whether order, payment and waybill agree, order by order, with the reason where they do not.",
)
ROUTE = found(
    "ecommerce.route",
    ModeRoute,
    read=SHIPPERS,
    label=Text("mode of the trade", "适用监管方式"),
    doc="Which customs mode the plan of sale leads to, why, and what would change it.",
)
ADVICE = found(
    "ecommerce.advice",
    Advice,
    read=SHIPPERS,
    label=Text("modes compared", "监管方式比较"),
    doc="The modes open to this trade by tax, time, foreign exchange and proof, and what is missing for the others.",
)
