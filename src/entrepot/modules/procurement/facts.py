"""What is said and found in market procurement trade: registrations, transaction records, what stands behind a line, the trace."""

from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from entrepot.kernel.money import Money, Price
from entrepot.kernel.text import Text
from entrepot.kernel.topics import TRADERS, Posting, found, said_each, view

Standing = Literal["trader", "stall", "agent", "broker", "warehouse", "market_operator"]


class Registration(Struct, frozen=True, omit_defaults=True):
    """An entry in the register of a market's platform (the key is its number there). `trader` is the foreign-trade operator.
    It counts from `registered_on` to `valid_until`, and no longer than to the day before `suspended_on`."""

    market: str
    standing: Standing
    name: str
    registered_on: date
    name_zh: str = ""
    uscc: str = ""
    customs_code: str = ""
    valid_until: date | None = None
    suspended_on: date | None = None

    def active(self, day: date) -> bool:
        """Whether it counts on a day."""
        ended = self.valid_until is not None and day > self.valid_until
        return (
            self.registered_on <= day and not ended and not (self.suspended_on is not None and day >= self.suspended_on)
        )


class MarketRecord(Struct, frozen=True, omit_defaults=True):
    """A transaction record of the market's platform (the key is its number there): one kind of goods that an operator bought
    from one stall. `total` is what was paid for `quantity` in `unit`; weight in kg. `photos` are SHA-256 digests. Sellers who
    are persons are named by their stall and no identity number is kept. `ip_recorded`: the brand's owner recorded it with
    customs (None: not known); `authorisation` is the owner's leave. Only a `locked` record can stand behind a line."""

    market: str
    stall: str
    seller: str
    buyer: str
    goods: str
    hs: str
    quantity: Decimal
    unit: str
    total: Money
    bought_on: date
    status: Literal["draft", "locked", "used", "void"] = "draft"
    goods_zh: str = ""
    seller_uscc: str = ""
    buyer_uscc: str = ""
    buyer_customs_code: str = ""
    agent: str = ""
    brand: str = ""
    authorisation: str = ""
    ip_recorded: bool | None = None
    spec: str = ""
    net_kg: Decimal | None = None
    packages: int | None = None
    price: Price | None = None
    payment: str = ""
    warehouse: str = ""
    photos: tuple[str, ...] = ()
    locked_on: date | None = None
    container: str = ""

    @property
    def counts(self) -> bool:
        """Whether goods may be exported on it."""
        return self.status in ("locked", "used")


class Share(Struct, frozen=True, omit_defaults=True):
    """What a line takes of a record: `quantity` of the `recorded` quantity, both in the record's `unit`."""

    record: str
    market: str
    quantity: Decimal
    recorded: Decimal
    unit: str


class LineRecords(Struct, frozen=True, omit_defaults=True):
    """The transaction records behind a line of goods."""

    records: tuple[Share, ...]


def record_postings(line: LineRecords) -> tuple[Posting, ...]:
    """A record is scarce: it stands behind one line of one export, and no more goods go out on it than it holds."""
    return tuple(
        posting
        for share in line.records
        for posting in (
            Posting(f"market record {share.market} {share.record}", "record", Decimal(1), Decimal(1)),
            Posting(f"market record {share.market} {share.record}", share.unit, share.quantity, share.recorded),
        )
    )


class Settlement(Struct, frozen=True, omit_defaults=True):
    """For which records foreign exchange came in (the key is the bank's reference of `bank.receipt`), and how: into the
    operator's or stallholder's own account, through an agent, or in renminbi."""

    records: tuple[str, ...]
    mode: Literal["own_account", "agent", "rmb"] = "own_account"
    recipient: str = ""


class MarketLine(Struct, frozen=True, omit_defaults=True):
    """A line of the declaration as it follows from the records. `merged`: the kinds of one chapter together, under the code of
    the most valuable of them. `quantity` None: the records do not give it in one unit, nor all their weights."""

    hs: str
    name: str
    records: tuple[str, ...]
    value: Money
    kinds: int = 1
    merged: bool = False
    name_zh: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    net_kg: Decimal | None = None
    packages: int | None = None
    why: Text | None = None


class MarketLines(Struct, frozen=True, omit_defaults=True):
    """The lines that the records make. `kinds` counts different goods codes; `simplified`: they are more than may all be
    declared singly, so that the simplified declaration is open. `left_out` are records that no line rests on."""

    lines: tuple[MarketLine, ...]
    kinds: int
    simplified: bool
    total: Money
    left_out: dict[str, Text] = {}


class TraceRow(Struct, frozen=True, omit_defaults=True):
    """One thread from a container to a receipt; what is empty is missing."""

    container: str
    line: str
    record: str
    stall: str = ""
    seller: str = ""
    buyer: str = ""
    goods: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    value: Money | None = None
    receipts: tuple[str, ...] = ()


class Trace(Struct, frozen=True, omit_defaults=True):
    """Every container line back to its stall and on to its receipt; `gaps` say where the thread breaks."""

    rows: tuple[TraceRow, ...]
    gaps: tuple[Text, ...] = ()


class MarketExport(Struct, frozen=True, omit_defaults=True):
    """Another market export of the same house: who exports, to whom, under which bill, in which containers, its amounts, and how
    many of its lines have none."""

    dossier: str
    operator: str
    consignee: str
    declared_on: date
    bill_no: str = ""
    containers: tuple[str, ...] = ()
    amounts: tuple[Money, ...] = ()
    unpriced: int = 0


class MarketExports(Struct, frozen=True, omit_defaults=True):
    """The market exports that the enterprise which opened this dossier has opened besides; `cut`: there are more."""

    exports: tuple[MarketExport, ...] = ()
    cut: bool = False


class SplitPart(Struct, frozen=True, omit_defaults=True):
    """An export that belongs together with this one, and by what."""

    dossier: str
    declared_on: date
    value: Money
    shared: tuple[Text, ...]


class Split(Struct, frozen=True, omit_defaults=True):
    """This export with those that belong to it, in US dollars. `over`: together they pass the limit of one declaration;
    `looked` False: other exports could not be seen."""

    own: Money
    total: Money
    over: bool
    parts: tuple[SplitPart, ...] = ()
    looked: bool = True


INSIDERS = frozenset({"exporter", "broker", "clerk", "customs", "tax", "operator", "auditor"})

REGISTRATION = said_each(
    "procurement.registration",
    Registration,
    "registration",
    say=TRADERS | {"operator"},
    read=INSIDERS,
    label=Text("registration at the market", "市场采购备案"),
    doc="An entry of the market's register: operator, stall, agent, broker, warehouse, and for how long it counts.",
)
RECORD = said_each(
    "procurement.record",
    MarketRecord,
    "record",
    say=TRADERS | {"operator"},
    read=INSIDERS,
    label=Text("transaction record", "市场采购交易记录"),
    doc="What an operator bought from a stall, as the market's platform recorded and locked it.",
)
LINE_RECORDS = said_each(
    "procurement.source",
    LineRecords,
    "line",
    takes=record_postings,
    say=TRADERS,
    read=INSIDERS,
    label=Text("records behind a line", "商品项对应的交易记录"),
    doc="The transaction records that a line of goods rests on; a record is used once, and never beyond its quantity.",
)
SETTLEMENT = said_each(
    "procurement.settlement",
    Settlement,
    "receipt",
    say=frozenset({"exporter", "clerk", "bank", "operator"}),
    read=frozenset({"exporter", "clerk", "bank", "tax", "operator", "auditor"}),
    label=Text("records that a receipt pays", "收汇对应的交易记录"),
    doc="For which transaction records the foreign exchange of a receipt came in, and into whose account.",
)
EXPORTS = view(
    "procurement.exports",
    MarketExports,
    read=frozenset({"exporter", "clerk"}),
    label=Text("own other market exports", "本单位其他市场采购出口"),
    doc="The operator's other market exports, opened by itself, or by the same broker or counter for it; never another's.",
)
LINES = found(
    "procurement.lines",
    MarketLines,
    read=INSIDERS,
    label=Text("lines of the market declaration", "市场采购申报商品项"),
    doc="The lines that the records make: the most valuable kinds singly, the rest merged by chapter.",
)
SPLIT = found(
    "procurement.split",
    Split,
    read=frozenset({"exporter", "clerk"}),
    label=Text("exports that belong together", "拆分申报核查"),
    doc="Exports of one operator to one consignee in the same container or under the same bill within days, and their sum.",
)
TRACE = found(
    "procurement.trace",
    Trace,
    read=frozenset({"exporter", "clerk", "tax", "operator", "auditor"}),
    label=Text("trace of the goods", "市场采购货物追溯"),
    doc="From each container to line, record, stall and receipt, with every gap named.",
)
