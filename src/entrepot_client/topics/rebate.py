"""Bodies: topics of rebate. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Required, TypedDict

from entrepot_client.topic import Topic

if TYPE_CHECKING:
    from entrepot_client.topics.shared import Enterprise, Money, Problem, Text


class Claim(TypedDict, total=False):
    """The exporter claimed the refund on this day."""

    claimed_on: Required[str]
    batch: str


REBATE_CLAIM: Topic[Claim] = Topic("rebate.claim")
"""The day on which the exporter claimed the refund: filing documents are due from it. (退税申报)"""


REBATE_STANDING: Topic[Enterprise] = Topic("rebate.standing")
"""Production or trading, VAT status, refund category: as said in the trade, else as in the enterprise's
own dossier. (退税所依据的出口企业身份)
"""


class LineLots(TypedDict, total=False):
    """The purchase lots behind a line, first in first out, by their keys; and what is wrong with them."""

    lots: list[str]
    problems: list[Problem]


class Purchases(TypedDict, total=False):
    """The lots of the dossier by line."""

    lines: dict[str, LineLots]


REBATE_PURCHASES: Topic[Purchases] = Topic("rebate.purchases")
"""Which purchase lots stand behind which line, and whether their quantities agree with the invoices.
(商品项对应的进货)
"""


class Route(TypedDict, total=False):
    """The regime of a line, the rules that lead there in their order, the export date that selects the rate,
    and the refund rate of the library (a fraction) with its flag.
    """

    regime: Required[Literal["CREDIT_REFUND", "EXEMPT", "REFUND", "TAXED", "UNDECIDED"]]
    grounds: Required[list[Text]]
    exported_on: Required[str]
    rate: str | None
    flag: str


REBATE_ROUTE: Topic[Route] = Topic("rebate.route", keyed="line")
"""Refund, credit and refund, exempt or taxed, with the rules that lead there. (出口退（免）税方式)"""


class LotRefund(TypedDict, total=False):
    """One lot's part: the base used (without VAT), the rate refunded, the refund, and what goes to cost of
    sales.
    """

    lot: Required[str]
    base: Required[Money]
    rate: Required[str]
    refund: Required[Money]
    to_cost: Required[Money]


class Refund(TypedDict, total=False):
    """A line's refund. `refund` None means that no number may be shown; `to_cost` is the input tax moved to
    cost. `held_until` is the last day for the foreign exchange while none is on file.
    """

    regime: Required[Literal["CREDIT_REFUND", "EXEMPT", "REFUND", "TAXED", "UNDECIDED"]]
    refund: Money | None
    to_cost: Money | None
    base: Money | None
    rate: str | None
    lots: list[LotRefund]
    held_until: str | None


REBATE_REFUND: Topic[Refund] = Topic("rebate.refund", keyed="line")
"""What is refunded on a line and what goes to cost, lot by lot. (出口退税额)"""


class Deadlines(TypedDict, total=False):
    """The days that count: routine end of claiming, receipt of foreign exchange, the absolute limit, and -
    once claimed - putting documents on file and keeping them.
    """

    exported_on: Required[str]
    claim_routine_end: Required[str]
    fx_deadline: Required[str]
    absolute_limit: Required[str]
    filing_due: str | None
    retain_until: str | None


REBATE_DEADLINES: Topic[Deadlines] = Topic("rebate.deadlines")
"""The days by which to claim, to collect the foreign exchange, to file and to keep the documents. (退税期限)"""


class RefundTotal(TypedDict, total=False):
    """The whole dossier: sums of the lines' rounded amounts, and how many lines fall under each regime."""

    refund: Required[Money]
    to_cost: Required[Money]
    regimes: Required[dict[str, int]]


REBATE_TOTAL: Topic[RefundTotal] = Topic("rebate.total")
"""The refund of all lines together, once every line has its answer. (退税合计)"""


class Ruling_Enterprise_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: Enterprise | None


REBATE_STANDING_RULING: Topic[Ruling_Enterprise_] = Topic("rebate.standing.ruling")
"""a person's ruling of `rebate.standing`, made by the kernel. (退税所依据的出口企业身份：人工裁定)"""


class Ruling_Purchases_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: Purchases | None


REBATE_PURCHASES_RULING: Topic[Ruling_Purchases_] = Topic("rebate.purchases.ruling")
"""a person's ruling of `rebate.purchases`, made by the kernel. (商品项对应的进货：人工裁定)"""


class Ruling_Route_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: Route | None


REBATE_ROUTE_RULING: Topic[Ruling_Route_] = Topic("rebate.route.ruling", keyed="line")
"""a person's ruling of `rebate.route`, made by the kernel. (出口退（免）税方式：人工裁定)"""


class Ruling_Refund_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: Refund | None


REBATE_REFUND_RULING: Topic[Ruling_Refund_] = Topic("rebate.refund.ruling", keyed="line")
"""a person's ruling of `rebate.refund`, made by the kernel. (出口退税额：人工裁定)"""


class Ruling_Deadlines_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: Deadlines | None


REBATE_DEADLINES_RULING: Topic[Ruling_Deadlines_] = Topic("rebate.deadlines.ruling")
"""a person's ruling of `rebate.deadlines`, made by the kernel. (退税期限：人工裁定)"""


class Ruling_RefundTotal_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: RefundTotal | None


REBATE_TOTAL_RULING: Topic[Ruling_RefundTotal_] = Topic("rebate.total.ruling")
"""a person's ruling of `rebate.total`, made by the kernel. (退税合计：人工裁定)"""
