"""Bodies: topics of ecommerce. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Required, TypedDict

from entrepot_client.topic import Topic

if TYPE_CHECKING:
    from entrepot_client.topics.shared import ModeCheck, Money, Text
    from entrepot_client.topics.shared_2 import Ruling_ModeCheck_


ECOMMERCE_CHECK: Topic[ModeCheck] = Topic("ecommerce.check")
"""What the rules of the e-commerce modes say: list limits, order, payment and logistics, the buyer's
quota. (跨境电商规则)
"""


class Turn(TypedDict, total=False):
    """What would lead elsewhere: the change, and the mode it leads to."""

    change: Required[Text]
    mode: Required[str]


class ModeRoute(TypedDict, total=False):
    """The mode of a plan by customs code, why, and what would change it. `mode` is empty where what was said
    leaves several open: `open` names them. `path` says whether retail goods go on lists or on a
    declaration; `digits` how many of the goods code a simplified list carries (None: not on file).
    """

    mode: Required[str]
    name: Required[Text]
    reasons: Required[list[Text]]
    turns: list[Turn]
    open: list[str]
    path: Literal["", "declaration", "list"]
    digits: int | None


ECOMMERCE_ROUTE: Topic[ModeRoute] = Topic("ecommerce.route")
"""Which customs mode the plan of sale leads to, why, and what would change it. (适用监管方式)"""


class Warehouse(TypedDict, total=False):
    """A warehouse abroad: where it is, who runs it, what proves that it may be used, and its filing where one
    is asked for.
    """

    name: Required[str]
    country: Required[str]
    operator: Literal["own", "platform", "third_party"]
    address: str
    proof: str
    filing: str


class Plan(TypedDict, total=False):
    """How the goods are to be sold. None and empty mean that it is not said. `order_first`: the consumer's
    order is there before the goods leave; `pilot_city` is of bonded retail import, `pilot_zone` of retail
    export; `invoices`: input tax is proven by special VAT invoices; `listed`: all goods are on the positive
    list of retail import; `value` is that of the consignment; `order_value` the dearest order in it.
    """

    flow: Required[Literal["E", "I"]]
    buyer: Literal["", "business", "consumer"]
    platform: str
    order_first: bool | None
    warehouse: Warehouse | None
    bonded: bool | None
    pilot_city: bool | None
    pilot_zone: bool | None
    market: str
    value: Money | None
    order_value: Money | None
    invoices: bool | None
    listed: bool | None
    day: str | None


ECOMMERCE_PLAN: Topic[Plan] = Topic("ecommerce.plan")
"""How goods are sold across the border: to whom, through what, from where; it decides the customs mode.
(销售方案)
"""


class Mismatch(TypedDict, total=False):
    """Where order, payment and waybill do not agree: a word for the reason, and what is wrong in words."""

    reason: Required[str]
    what: Required[Text]


class OrderMatch(TypedDict, total=False):
    """An order with its payments and parcels by their numbers, and where they do not agree."""

    payments: list[str]
    waybills: list[str]
    mismatches: list[Mismatch]


class FactsMatches(TypedDict, total=False):
    """The orders of a dossier as matched, by number; and payments and parcels of orders that are not there."""

    orders: Required[dict[str, OrderMatch]]
    strays: list[Mismatch]
    agreeing: int


ECOMMERCE_MATCH: Topic[FactsMatches] = Topic("ecommerce.match")
"""Whether order, payment and waybill agree, order by order, with the reason where they do not. (三单比对)"""


class PlatformOrder(TypedDict, total=False):
    """An order as the platform has it (the key is its number). `total` is what the buyer owes with freight and
    insurance; `net_kg` the goods' weight. `year_limit` is the buyer's limit of the year that a retail
    import counts against; `indivisible`: one item that cannot be parted; `real_name`: the platform checked
    the buyer's identity.
    """

    buyer: Required[str]
    total: Required[Money]
    ordered_on: Required[str]
    consignee: str
    net_kg: str | None
    year_limit: Money | None
    indivisible: bool
    real_name: bool | None


ECOMMERCE_ORDER: Topic[PlatformOrder] = Topic("ecommerce.order", keyed="order")
"""An order as the platform has it; the buyer is a digest, never a number or a name. (订单)"""


class Payment(TypedDict, total=False):
    """A payment (the key is the payment house's number): for which order, by whom, how much, when."""

    order: Required[str]
    payer: Required[str]
    amount: Required[Money]
    paid_on: Required[str]


ECOMMERCE_PAYMENT: Topic[Payment] = Topic("ecommerce.payment", keyed="payment")
"""A payment as the payment house has it. (支付单)"""


class Waybill(TypedDict, total=False):
    """A parcel (the key is its waybill's number): of which order, to whom, how heavy."""

    order: Required[str]
    consignee: str
    gross_kg: str | None


ECOMMERCE_WAYBILL: Topic[Waybill] = Topic("ecommerce.waybill", keyed="waybill")
"""A parcel as the carrier has it. (物流运单)"""


class AdvisedAspect(TypedDict, total=False):
    """What a mode means for tax, time, foreign exchange, proof or form. `text` None: nothing is on file.
    `source` and `evidence` are those of the row.
    """

    aspect: Required[Literal["exchange", "form", "proof", "tax", "time"]]
    text: Text | None
    source: str
    evidence: str


class AdvisedMode(TypedDict, total=False):
    """A mode as this trade could use it: open now, open once what is `missing` is there, or closed; `unsaid`
    are facts on which it depends and that nobody said.
    """

    mode: Required[str]
    name: Required[Text]
    state: Required[Literal["closed", "nearly", "open"]]
    aspects: Required[list[AdvisedAspect]]
    missing: list[Text]
    unsaid: list[Text]


class Advice(TypedDict, total=False):
    """The modes of the trade's direction side by side; `route` is the one that the plan leads to. `rates` are
    the refund rates of the goods by line, where they are on file.
    """

    modes: Required[list[AdvisedMode]]
    route: str
    rates: dict[str, str]


ECOMMERCE_ADVICE: Topic[Advice] = Topic("ecommerce.advice")
"""The modes open to this trade by tax, time, foreign exchange and proof, and what is missing for the
others. (监管方式比较)
"""


ECOMMERCE_CHECK_RULING: Topic[Ruling_ModeCheck_] = Topic("ecommerce.check.ruling")
"""a person's ruling of `ecommerce.check`, made by the kernel. (跨境电商规则：人工裁定)"""


class Ruling_ModeRoute_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: ModeRoute | None


ECOMMERCE_ROUTE_RULING: Topic[Ruling_ModeRoute_] = Topic("ecommerce.route.ruling")
"""a person's ruling of `ecommerce.route`, made by the kernel. (适用监管方式：人工裁定)"""


class Ruling_Matches_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: FactsMatches | None


ECOMMERCE_MATCH_RULING: Topic[Ruling_Matches_] = Topic("ecommerce.match.ruling")
"""a person's ruling of `ecommerce.match`, made by the kernel. (三单比对：人工裁定)"""


class Ruling_Advice_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: Advice | None


ECOMMERCE_ADVICE_RULING: Topic[Ruling_Advice_] = Topic("ecommerce.advice.ruling")
"""a person's ruling of `ecommerce.advice`, made by the kernel. (监管方式比较：人工裁定)"""
