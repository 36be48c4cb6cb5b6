"""Bodies: topics of procurement. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Required, TypedDict

from entrepot_client.topic import Topic

if TYPE_CHECKING:
    from entrepot_client.topics.shared import ModeCheck, Money, Price, Text
    from entrepot_client.topics.shared_2 import Ruling_ModeCheck_


PROCUREMENT_CHECK: Topic[ModeCheck] = Topic("procurement.check")
"""What the rules of market procurement trade (M01-M15) say of the declaration. (市场采购规则)"""


class MarketLine(TypedDict, total=False):
    """A line of the declaration as it follows from the records. `merged`: the kinds of one chapter together,
    under the code of the most valuable of them. `quantity` None: the records do not give it in one unit,
    nor all their weights.
    """

    hs: Required[str]
    name: Required[str]
    records: Required[list[str]]
    value: Required[Money]
    kinds: int
    merged: bool
    name_zh: str
    quantity: str | None
    unit: str
    net_kg: str | None
    packages: int | None
    why: Text | None


class MarketLines(TypedDict, total=False):
    """The lines that the records make. `kinds` counts different goods codes; `simplified`: they are more than
    may all be declared singly, so that the simplified declaration is open. `left_out` are records that no
    line rests on.
    """

    lines: Required[list[MarketLine]]
    kinds: Required[int]
    simplified: Required[bool]
    total: Required[Money]
    left_out: dict[str, Text]


PROCUREMENT_LINES: Topic[MarketLines] = Topic("procurement.lines")
"""The lines that the records make: the most valuable kinds singly, the rest merged by chapter. (市场采购申报商品项)"""


class MarketRecord(TypedDict, total=False):
    """A transaction record of the market's platform (the key is its number there): one kind of goods that an
    operator bought from one stall. `total` is what was paid for `quantity` in `unit`; weight in kg.
    `photos` are SHA-256 digests. Sellers who are persons are named by their stall and no identity number is
    kept. `ip_recorded`: the brand's owner recorded it with customs (None: not known); `authorisation` is
    the owner's leave. Only a `locked` record can stand behind a line.
    """

    market: Required[str]
    stall: Required[str]
    seller: Required[str]
    buyer: Required[str]
    goods: Required[str]
    hs: Required[str]
    quantity: Required[str]
    unit: Required[str]
    total: Required[Money]
    bought_on: Required[str]
    status: Literal["draft", "locked", "used", "void"]
    goods_zh: str
    seller_uscc: str
    buyer_uscc: str
    buyer_customs_code: str
    agent: str
    brand: str
    authorisation: str
    ip_recorded: bool | None
    spec: str
    net_kg: str | None
    packages: int | None
    price: Price | None
    payment: str
    warehouse: str
    photos: list[str]
    locked_on: str | None
    container: str


PROCUREMENT_RECORD: Topic[MarketRecord] = Topic("procurement.record", keyed="record")
"""What an operator bought from a stall, as the market's platform recorded and locked it. (市场采购交易记录)"""


class SplitPart(TypedDict, total=False):
    """An export that belongs together with this one, and by what."""

    dossier: Required[str]
    declared_on: Required[str]
    value: Required[Money]
    shared: Required[list[Text]]


class Split(TypedDict, total=False):
    """This export with those that belong to it, in US dollars. `over`: together they pass the limit of one
    declaration; `looked` False: other exports could not be seen.
    """

    own: Required[Money]
    total: Required[Money]
    over: Required[bool]
    parts: list[SplitPart]
    looked: bool


PROCUREMENT_SPLIT: Topic[Split] = Topic("procurement.split")
"""Exports of one operator to one consignee in the same container or under the same bill within days, and
their sum. (拆分申报核查)
"""


class MarketExport(TypedDict, total=False):
    """Another market export of the same house: who exports, to whom, under which bill, in which containers,
    its amounts, and how many of its lines have none.
    """

    dossier: Required[str]
    operator: Required[str]
    consignee: Required[str]
    declared_on: Required[str]
    bill_no: str
    containers: list[str]
    amounts: list[Money]
    unpriced: int


class MarketExports(TypedDict, total=False):
    """The market exports that the enterprise which opened this dossier has opened besides; `cut`: there are
    more.
    """

    exports: list[MarketExport]
    cut: bool


PROCUREMENT_EXPORTS: Topic[MarketExports] = Topic("procurement.exports")
"""The operator's other market exports, opened by itself, or by the same broker or counter for it; never
another's. (本单位其他市场采购出口)
"""


class TraceRow(TypedDict, total=False):
    """One thread from a container to a receipt; what is empty is missing."""

    container: Required[str]
    line: Required[str]
    record: Required[str]
    stall: str
    seller: str
    buyer: str
    goods: str
    quantity: str | None
    unit: str
    value: Money | None
    receipts: list[str]


class Trace(TypedDict, total=False):
    """Every container line back to its stall and on to its receipt; `gaps` say where the thread breaks."""

    rows: Required[list[TraceRow]]
    gaps: list[Text]


PROCUREMENT_TRACE: Topic[Trace] = Topic("procurement.trace")
"""From each container to line, record, stall and receipt, with every gap named. (市场采购货物追溯)"""


class Share(TypedDict, total=False):
    """What a line takes of a record: `quantity` of the `recorded` quantity, both in the record's `unit`."""

    record: Required[str]
    market: Required[str]
    quantity: Required[str]
    recorded: Required[str]
    unit: Required[str]


class LineRecords(TypedDict, total=False):
    """The transaction records behind a line of goods."""

    records: Required[list[Share]]


PROCUREMENT_SOURCE: Topic[LineRecords] = Topic("procurement.source", keyed="line")
"""The transaction records that a line of goods rests on; a record is used once, and never beyond its
quantity. (商品项对应的交易记录)
"""


class Settlement(TypedDict, total=False):
    """For which records foreign exchange came in (the key is the bank's reference of `bank.receipt`), and how:
    into the operator's or stallholder's own account, through an agent, or in renminbi.
    """

    records: Required[list[str]]
    mode: Literal["agent", "own_account", "rmb"]
    recipient: str


PROCUREMENT_SETTLEMENT: Topic[Settlement] = Topic("procurement.settlement", keyed="receipt")
"""For which transaction records the foreign exchange of a receipt came in, and into whose account.
(收汇对应的交易记录)
"""


class Registration(TypedDict, total=False):
    """An entry in the register of a market's platform (the key is its number there). `trader` is the foreign-
    trade operator. It counts from `registered_on` to `valid_until`, and no longer than to the day before
    `suspended_on`.
    """

    market: Required[str]
    standing: Required[Literal["agent", "broker", "market_operator", "stall", "trader", "warehouse"]]
    name: Required[str]
    registered_on: Required[str]
    name_zh: str
    uscc: str
    customs_code: str
    valid_until: str | None
    suspended_on: str | None


PROCUREMENT_REGISTRATION: Topic[Registration] = Topic("procurement.registration", keyed="registration")
"""An entry of the market's register: operator, stall, agent, broker, warehouse, and for how long it
counts. (市场采购备案)
"""


PROCUREMENT_CHECK_RULING: Topic[Ruling_ModeCheck_] = Topic("procurement.check.ruling")
"""a person's ruling of `procurement.check`, made by the kernel. (市场采购规则：人工裁定)"""


class Ruling_MarketLines_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: MarketLines | None


PROCUREMENT_LINES_RULING: Topic[Ruling_MarketLines_] = Topic("procurement.lines.ruling")
"""a person's ruling of `procurement.lines`, made by the kernel. (市场采购申报商品项：人工裁定)"""


class Ruling_Split_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: Split | None


PROCUREMENT_SPLIT_RULING: Topic[Ruling_Split_] = Topic("procurement.split.ruling")
"""a person's ruling of `procurement.split`, made by the kernel. (拆分申报核查：人工裁定)"""


class Ruling_Trace_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: Trace | None


PROCUREMENT_TRACE_RULING: Topic[Ruling_Trace_] = Topic("procurement.trace.ruling")
"""a person's ruling of `procurement.trace`, made by the kernel. (市场采购货物追溯：人工裁定)"""
