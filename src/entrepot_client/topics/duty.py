"""Bodies: topics of duty. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Required, TypedDict

from entrepot_client.topic import Topic

if TYPE_CHECKING:
    from entrepot_client.topics.shared import Money, Text


class Surcharge(TypedDict, total=False):
    """A trade measure on top of the ordinary duty: which, of what kind, its rate and what it costs. `duty`
    None means that it is on file but cannot be computed.
    """

    measure: Required[str]
    kind: Required[str]
    name: Required[Text]
    rate: Required[str]
    duty: Required[Money | None]


class Treatment(TypedDict, total=False):
    """One way to enter the goods: the rate text, the duty it costs, and what is still missing to have it.
    `duty` None means that the rate is on file but cannot be computed from what was said; `missing` says
    why. It is `available` when nothing is missing, and `conditional` while it rests on the named
    `conditions`. `measures` are trade measures, paid on top of `duty`. `closed`: the goods do not
    originate, so that no paper opens it.
    """

    code: Required[str]
    name: Required[Text]
    rate: Required[str]
    duty: Required[Money | None]
    available: Required[bool]
    conditional: bool
    missing: list[Text]
    conditions: list[Text]
    measures: list[Surcharge]
    closed: bool


class DutyOffer(TypedDict, total=False):
    """What the buyer pays on a line on that day under every treatment, best available first. `saving` compares
    the best available with the best that needs no agreement.
    """

    country: Required[str]
    code: Required[str]
    day: Required[str]
    value: Required[Money]
    treatments: Required[list[Treatment]]
    best: str
    saving: Money | None
    possible_saving: Money | None


DUTY_OFFER: Topic[DutyOffer] = Topic("duty.offer", keyed="line")
"""What the buyer pays on a line at the destination under every treatment on that day, best first.
(目的国关税比较)
"""


class BillLine(TypedDict, total=False):
    """A line of the bill: its code, the treatment it is entered under, and its customs value."""

    code: Required[str]
    treatment: Required[str]
    rate: Required[str]
    value: Required[Money]


class BillTax(TypedDict, total=False):
    """One tax of an entry: `duty`, a kind of trade measure, or a tax at import; what it comes to line by line
    and in sum. `payable` is nothing where the sum is `waived`; where a line's amount is unknown, so is the
    sum.
    """

    tax: Required[str]
    name: Required[Text]
    lines: Required[dict[str, Money | None]]
    computed: Required[Money | None]
    payable: Required[Money | None]
    waived: bool


class DutyBill(TypedDict, total=False):
    """What the importer owes customs for the whole entry: every tax, the total, until when, and what being
    late costs. `rate_day` is the day whose exchange rates count where the country sets them so; `late_fee`
    is for a late declaration, `surcharge` for a late payment by tax, `per_day` for one more day of it,
    `interest` for duty deferred in bond; until `reclaim_by` what was paid too much may be claimed back, and
    what was paid too little be recovered.
    """

    country: Required[str]
    day: Required[str]
    value: Required[Money]
    lines: Required[dict[str, BillLine]]
    taxes: Required[list[BillTax]]
    total: Required[Money | None]
    rate_day: str | None
    declare_by: str | None
    pay_by: str | None
    per_day: Money | None
    late_fee: Money | None
    surcharge: dict[str, Money]
    interest: Money | None
    reclaim_by: str | None


DUTY_BILL: Topic[DutyBill] = Topic("duty.bill")
"""Every tax of the import entry by line and in sum, what is waived, when it is due and what being late
costs. (进口税费清单)
"""


class ExportDuty(TypedDict, total=False):
    """Export duty on a line: its FOB value, the base without the duty that the price contains, the rate and
    the duty.
    """

    code: Required[str]
    value: Required[Money]
    base: Required[Money]
    rate: Required[str]
    duty: Required[Money]


DUTY_EXPORT: Topic[ExportDuty] = Topic("duty.export", keyed="line")
"""The export duty on a line, where the tariff has one. (出口关税)"""


class OrderTax(TypedDict, total=False):
    """The taxes of a consumer's order: at the reduced rates, in full for a single item above the limit, or
    none here because the order is general trade. `spent` is the buyer's year with this order.
    """

    status: Required[Literal["full_rate_single_item", "general_trade", "reduced"]]
    value: Required[Money]
    duty: Money | None
    consumption_tax: Money | None
    vat: Money | None
    total: Money | None
    spent: Money | None


DUTY_ORDER: Topic[OrderTax] = Topic("duty.order", keyed="order")
"""The taxes of a retail import: reduced, in full, or general trade. (跨境电商零售进口税)"""


class ParcelTax(TypedDict, total=False):
    """The import tax of a parcel; above the value limit it goes back or enters as general trade, and no tax is
    given.
    """

    status: Required[Literal["exempt", "over_limit", "taxed"]]
    value: Required[Money]
    computed: Money | None
    payable: Money | None


DUTY_PARCEL: Topic[ParcelTax] = Topic("duty.parcel", keyed="parcel")
"""The import tax of a parcel of articles for personal use. (进境物品进口税)"""


class Ruling_DutyOffer_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: DutyOffer | None


DUTY_OFFER_RULING: Topic[Ruling_DutyOffer_] = Topic("duty.offer.ruling", keyed="line")
"""a person's ruling of `duty.offer`, made by the kernel. (目的国关税比较：人工裁定)"""


class Ruling_DutyBill_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: DutyBill | None


DUTY_BILL_RULING: Topic[Ruling_DutyBill_] = Topic("duty.bill.ruling")
"""a person's ruling of `duty.bill`, made by the kernel. (进口税费清单：人工裁定)"""


class Ruling_ExportDuty_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: ExportDuty | None


DUTY_EXPORT_RULING: Topic[Ruling_ExportDuty_] = Topic("duty.export.ruling", keyed="line")
"""a person's ruling of `duty.export`, made by the kernel. (出口关税：人工裁定)"""


class Ruling_OrderTax_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: OrderTax | None


DUTY_ORDER_RULING: Topic[Ruling_OrderTax_] = Topic("duty.order.ruling", keyed="order")
"""a person's ruling of `duty.order`, made by the kernel. (跨境电商零售进口税：人工裁定)"""


class Ruling_ParcelTax_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: ParcelTax | None


DUTY_PARCEL_RULING: Topic[Ruling_ParcelTax_] = Topic("duty.parcel.ruling", keyed="parcel")
"""a person's ruling of `duty.parcel`, made by the kernel. (进境物品进口税：人工裁定)"""
