"""Clearance: what the rooms around the declaration find and it builds on, and what customs answers once it is filed."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Literal

from msgspec import Struct

from entrepot.kernel.money import Price
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.topics import TRADERS, found, found_each, said, said_each, view
from entrepot.kernel.vocabulary.customs import Enterprise, Particulars
from entrepot.kernel.vocabulary.goods import GoodsLine
from entrepot.kernel.vocabulary.trade import SHIPPERS, Party, Transport


class Elements(Struct, frozen=True, omit_defaults=True):
    """The declaration elements of a line, by the element's code in the table of its heading (`CN/elements`)."""

    values: dict[str, str]


class WithdrawalRequest(Struct, frozen=True, omit_defaults=True):
    """The declarant wants a filed declaration back: `withdraw` it to file anew, or `cancel` the trade's clearance.
    `declaration` is its 18-digit number, empty while customs has given none."""

    kind: Literal["withdraw", "cancel"]
    asked_on: date
    reason: str
    declaration: str = ""


class Cancellation(Struct, frozen=True, omit_defaults=True):
    """A request to customs to give up a declaration: its number, or the id of the message that carried it."""

    kind: Literal["withdraw", "cancel"]
    reason: str
    asked_on: date
    declaration: str = ""
    message: str = ""


class Decided(Struct, frozen=True, omit_defaults=True):
    """Customs decided on a request about a declaration (the key is its number): allowed or not, when and why."""

    decided_on: date
    allowed: bool
    reason: str = ""
    message: str = ""
    sandbox: bool = False


class Notice(Struct, frozen=True, omit_defaults=True):
    """Customs tells something about a declaration (the key is the notice's own number) that is no question and no decision:
    goods to be inspected, tax to be paid, papers to be shown."""

    received_on: date
    kind: Literal["inspection", "tax", "papers", "other"]
    text: str
    declaration: str = ""
    due_by: date | None = None
    sandbox: bool = False


class Requirement(Struct, frozen=True, omit_defaults=True):
    """What one control asks of a line: `code` is the control code of customs, or a word of ours where customs has none
    (`dangerous_package`); `issuer` gives the paper, `by` is the last day to hold it. `held` names the paper at hand in
    `paper`; `unknown`: nobody can say from what is on file; `banned`: no paper opens it."""

    code: str
    name: Text
    status: Literal["required", "held", "stated_not_controlled", "unknown", "banned"]
    why: Text
    issuer: Text | None = None
    by: date | None = None
    paper: str = ""
    steps: tuple[Text, ...] = ()


class LineControls(Struct, frozen=True, omit_defaults=True):
    """The licences and controls of a line. `codes` are the control codes of its flow; unless `known`, that none is listed
    does not mean that the goods are free."""

    known: bool
    codes: tuple[str, ...] = ()
    requirements: tuple[Requirement, ...] = ()


class Side(Struct, frozen=True, omit_defaults=True):
    """What one paper says of a field: its name, kind, digest and the place in it; or who said it without a paper."""

    value: str
    paper: str
    kind: str = ""
    place: str = ""
    document: str = ""


class Comparison(Struct, frozen=True, omit_defaults=True):
    """One thing that papers of the shipment say: `field` is its path on the declaration. `near` is within the tolerance on
    file. Where they differ, `severity` E blocks and W asks, `rule` is the rule it falls under. The first of the `sides` is the
    paper that leads: where nothing blocks, its value stands. What is near without a severity is the same, written otherwise."""

    field: str
    label: Text
    outcome: Literal["agree", "near", "differ"]
    sides: tuple[Side, ...]
    severity: Literal["", "E", "W"] = ""
    rule: str = ""
    what: Text | None = None
    fix: Text | None = None


class Consistency(Struct, frozen=True, omit_defaults=True):
    """How far the papers of a shipment agree: every field that more than one of them names, the gravest first. `unlisted` counts
    what agrees besides, in a dossier too long to list it."""

    comparisons: tuple[Comparison, ...]
    unlisted: int = 0


class PurchaseChain(Struct, frozen=True, omit_defaults=True):
    """Whether the purchase documents lead to this declaration: goods, units, quantities and names, never an amount.
    `owner_named` None: no purchase document to look at."""

    owner_named: bool | None = None
    problems: tuple[Problem, ...] = ()


class ListEdition(Struct, frozen=True, omit_defaults=True):
    """A list that was screened against, by its pack, and the day of its edition."""

    pack: str
    title: Text
    published: date
    entries: int = 0


class Hit(Struct, frozen=True, omit_defaults=True):
    """A name of the dossier that looks like an entry of a list. `subject` is the fact's path (`trade.party/importer`), `score`
    from 0 to 1 with its `reasons` in words. A `foreign` list informs and never blocks by itself. `until`: how long a
    decision that it is not them holds."""

    id: str
    subject: str
    said: str
    pack: str
    entry: str
    listed: str
    score: Decimal
    reasons: tuple[Text, ...]
    state: Literal["open", "cleared", "confirmed"] = "open"
    foreign: bool = False
    decided_by: str = ""
    until: date | None = None


class Screening(Struct, frozen=True, omit_defaults=True):
    """Parties, vessels and goods against the lists on file. `screened` are the paths that were looked at."""

    hits: tuple[Hit, ...]
    screened: tuple[str, ...] = ()
    lists: tuple[ListEdition, ...] = ()


class Alerts(Struct, frozen=True, omit_defaults=True):
    """How many alerts of the screening wait for a decision: no name, so that whoever it is about is not told. `unscreened` counts
    the lists that would hold a declaration back and that are not on file, or out of date."""

    open: int = 0
    confirmed: int = 0
    unscreened: int = 0


class ModeCheck(Struct, frozen=True, omit_defaults=True):
    """What the rules of a trade mode say of this declaration, and what they could not check."""

    problems: tuple[Problem, ...] = ()
    unchecked: tuple[Text, ...] = ()


class EarlierLine(Struct, frozen=True, omit_defaults=True):
    """A line that customs took in. `called` is every way in which the goods were named: item code, description, name."""

    no: int
    called: tuple[str, ...] = ()
    hs10: str = ""
    name: str = ""
    elements: tuple[str, ...] = ()
    ciq: str = ""
    attributes: tuple[str, ...] = ()
    origin: str = ""
    unit: str = ""
    unit_price: Price | None = None
    dangerous: bool | None = None
    un_number: str = ""


class EarlierDeclaration(Struct, frozen=True, omit_defaults=True):
    """A declaration of the same enterprise that customs took in, under its number: what stood on it."""

    number: str
    accepted_on: date
    dossier: str
    flow: str
    overseas: Party
    owner: Party
    declarant: Party
    particulars: Particulars
    transport: Transport
    trade_term: str = ""
    package_type: str = ""
    lines: tuple[EarlierLine, ...] = ()
    sandbox: bool = False


class History(Struct, frozen=True, dict=True):
    """What an enterprise declared and customs took in, newest first."""

    declarations: tuple[EarlierDeclaration, ...] = ()

    @cached_property
    def goods(self) -> Mapping[str, tuple[tuple[EarlierDeclaration, EarlierLine], ...]]:
        """The lines by each way in which the goods were named (`named`), newest first."""
        found: dict[str, list[tuple[EarlierDeclaration, EarlierLine]]] = {}
        for declaration in self.declarations:
            for line in declaration.lines:
                for name in dict.fromkeys(map(named, line.called)):
                    if name:
                        found.setdefault(name, []).append((declaration, line))
        return {name: tuple(lines) for name, lines in found.items()}


class Profile(Struct, frozen=True):
    """What an enterprise says of itself in the dossier that it keeps of itself: its parties by their part (exporter, owner,
    declarant …), its standing, and what it usually chooses for a declaration. `dossier` names that dossier."""

    dossier: str
    parties: dict[str, Party] = {}
    standing: Enterprise | None = None
    particulars: Particulars | None = None
    transport: Transport | None = None


def named(text: str) -> str:
    """A name of goods as it is compared: without case, and with single spaces. Every sign counts: 1.5 mm is not 15 mm."""
    return " ".join(text.casefold().split())


_ASKERS = frozenset({"exporter", "broker", "clerk", "operator", "auditor"})

ELEMENTS = said_each(
    "goods.elements",
    Elements,
    "line",
    say=TRADERS,
    read=SHIPPERS,
    label=Text("declaration elements", "申报要素"),
    doc="The declaration elements of a line by code, where the line does not give them in the customs order itself.",
)
CONTRACT_LINE = said_each(
    "contract.line",
    GoodsLine,
    "contract_line",
    say=TRADERS | {"importer"},
    read=SHIPPERS | {"bank"},
    label=Text("line of the contract", "合同商品项"),
    doc="Goods as the contract agrees them, which the shipment may send in part: compared with the lines sent, never declared.",
)
WITHDRAWAL = said(
    "declaration.withdrawal",
    WithdrawalRequest,
    say=TRADERS,
    read=SHIPPERS,
    label=Text("withdrawal wanted", "申请撤销报关单"),
    doc="The declarant wants a filed declaration withdrawn or cancelled, and why.",
)
CANCELLATION = found(
    "declaration.cancellation",
    Cancellation,
    read=SHIPPERS,
    sends="customs",
    label=Text("withdrawal of the declaration", "报关单撤销申请"),
    doc="The request to customs to withdraw or cancel the declaration that was filed.",
)
AMENDED = said_each(
    "customs.amendment",
    Decided,
    "declaration",
    say=TRADERS | {"customs"},
    read=SHIPPERS,
    label=Text("decision on an amendment", "海关改单决定"),
    doc="Customs took in or refused the amendment of a declaration.",
)
CANCELLED = said_each(
    "customs.cancellation",
    Decided,
    "declaration",
    say=TRADERS | {"customs"},
    read=SHIPPERS,
    label=Text("decision on a withdrawal", "海关撤单决定"),
    doc="Customs gave a declaration up, or refused to.",
)
NOTICE = said_each(
    "customs.notice",
    Notice,
    "notice",
    say=TRADERS | {"customs"},
    read=frozenset({"exporter", "importer", "broker", "clerk", "customs", "operator", "auditor"}),
    label=Text("notice from customs", "海关通知"),
    doc="Inspection ordered, tax due, papers wanted: what customs tells besides its decisions.",
)
CONTROLS = found_each(
    "licensing.line",
    LineControls,
    "line",
    read=SHIPPERS,
    label=Text("licences and controls", "许可与监管条件"),
    doc="Which licences, inspections and permits a line needs, from whom, by when, and which are at hand.",
)
CONSISTENCY = found(
    "consistency.papers",
    Consistency,
    read=SHIPPERS,
    label=Text("agreement of the papers", "单证一致性"),
    doc="What contract, invoice, packing list, bill, certificate and declaration say of the same thing, with both places.",
)
PURCHASE_CHAIN = found(
    "consistency.purchase",
    PurchaseChain,
    read=SHIPPERS,
    discloses="It says whether names, goods, units and quantities of the purchase documents fit, and no price.",
    label=Text("purchase documents against the declaration", "进货凭证与报关单"),
    doc="Whether the purchase documents lead to the goods declared and their owner: the refund depends on it.",
)
SCREENING = found(
    "screening.result",
    Screening,
    read=_ASKERS,
    label=Text("screening", "名单筛查"),
    doc="Names of the dossier that look like entries of sanctions and control lists, each with its score and reasons.",
)
ALERTS = found(
    "screening.alerts",
    Alerts,
    read=SHIPPERS,
    discloses="It says how many alerts are open and names nobody.",
    label=Text("open alerts of the screening", "筛查待处理警示"),
    doc="How many alerts of the screening are open: none may be when the declaration is filed.",
)
PROCUREMENT_CHECK = found(
    "procurement.check",
    ModeCheck,
    read=SHIPPERS,
    discloses="It says which rules are broken, lines and records by number: no price paid to a stall, no other export.",
    label=Text("rules of market procurement", "市场采购规则"),
    doc="What the rules of market procurement trade (M01-M15) say of the declaration.",
)
ECOMMERCE_CHECK = found(
    "ecommerce.check",
    ModeCheck,
    read=SHIPPERS,
    discloses="It names orders by their numbers, and never a buyer.",
    label=Text("rules of cross-border e-commerce", "跨境电商规则"),
    doc="What the rules of the e-commerce modes say: list limits, order, payment and logistics, the buyer's quota.",
)
PROFILE = view(
    "enterprise.profile",
    Profile,
    read=TRADERS,
    label=Text("the enterprise's own dossier", "本企业档案"),
    doc="What the enterprise says of itself in its own dossier; a broker is shown it where it is a member of that dossier.",
)
HISTORY = view(
    "enterprise.history",
    History,
    read=TRADERS,
    label=Text("own accepted declarations", "本企业已获海关接受的报关单"),
    doc="What was declared before for the enterprise and customs took in; to a broker only what it opened for the same client.",
)
