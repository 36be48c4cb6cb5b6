"""What comes back from outside: customs, bank, carrier, and the papers themselves."""

from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from entrepot.kernel.money import Money
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.topics import TRADERS, said, said_each
from entrepot.kernel.vocabulary.trade import SHIPPERS


class Paper(Struct, frozen=True, omit_defaults=True):
    """A paper handed in (the key is its SHA-256): its name, kind, size in bytes, what could not be read from it, and how many
    fields were read and not stated, because the reading is in doubt (`paper.doubts`). While it waits to be read off pictures
    its `reading` is pending, `pages` of them; what says that it was read takes the place of this. `turned` tells by page by how
    many quarters to the left a picture was turned to be read."""

    name: str
    kind: str
    media_type: str = ""
    size: int = 0
    unread: tuple[str, ...] = ()
    doubts: int = 0
    reading: Literal["", "pending"] = ""
    pages: int = 0
    turned: dict[str, int] = {}


class Unread(Struct, frozen=True, omit_defaults=True):
    """Why a paper that waited to be read was not (the key is the statement that handed it in): the paper's SHA-256, the
    organisation that handed it in, and every problem."""

    paper: str
    giver: str
    problems: tuple[Problem, ...]


class Doubt(Struct, frozen=True, omit_defaults=True):
    """A field that a paper seems to say, to be confirmed or corrected by a person: topic, key and field, the value as read (in
    the short form in which it may be said; empty where nothing was), its place on the paper, why it is asked, and how sure the
    reading was (0 to 1; None where it is not a matter of reading). `choices` are values that it may be, each with its name."""

    topic: str
    key: str
    field: str
    value: str
    place: str
    why: Text
    confidence: Decimal | None = None
    choices: dict[str, str] = {}


class Doubts(Struct, frozen=True, omit_defaults=True):
    """What was read from a paper (the key is its SHA-256) and awaits a person's eye, and how sure the reading of what was stated
    was, by place. `absent` names the fields (`goods.line/1.amount`) of which a person said that the paper has no such thing."""

    doubts: tuple[Doubt, ...] = ()
    confidence: dict[str, Decimal] = {}
    absent: tuple[str, ...] = ()


class Acceptance(Struct, frozen=True, omit_defaults=True):
    """Customs accepted a declaration (the key is its 18-digit number)."""

    accepted_on: date
    message: str = ""
    sandbox: bool = False


class Query(Struct, frozen=True, omit_defaults=True):
    """A question from customs about a declaration."""

    asked_on: date
    question: str
    field: str = ""


class Release(Struct, frozen=True, omit_defaults=True):
    """Customs released the goods: the export date is the one printed on the declaration and counts for the refund; None while
    customs has not told it."""

    released_on: date
    exported_on: date | None = None
    sandbox: bool = False


class Receipt(Struct, frozen=True, omit_defaults=True):
    """Foreign exchange received (the key is the bank's reference)."""

    amount: Money
    received_on: date
    payer: str = ""
    declaration: str = ""
    deemed: bool = False


class CarrierEvent(Struct, frozen=True, omit_defaults=True):
    """A carrier's event (the key is the carrier's own id of it)."""

    event: str
    day: date
    place: str = ""
    container: str = ""
    bill_no: str = ""


class Claim(Struct, frozen=True, omit_defaults=True):
    """The exporter claimed the refund on this day."""

    claimed_on: date
    batch: str = ""


PAPER = said_each(
    "paper.received",
    Paper,
    "paper",
    say=TRADERS | {"importer", "carrier", "bank", "customs", "platform"},
    read=SHIPPERS | {"bank"},
    label=Text("paper handed in", "收到的单证"),
    doc="A document that was handed in, by its digest; what was read from it stands under other topics with the place it was read at.",
)
PAPER_DOUBTS = said_each(
    "paper.doubts",
    Doubts,
    "paper",
    merges=True,
    say=TRADERS | {"importer", "carrier", "bank", "customs", "platform"},
    read=frozenset({"speaker"}),
    label=Text("doubts about a paper", "单证待确认内容"),
    doc="Fields that were read from a paper without certainty; for whoever handed it in, since they tell of what is in it.",
)
PAPER_UNREAD = said_each(
    "paper.unread",
    Unread,
    "statement",
    say=frozenset({"platform"}),
    read=frozenset({"named"}),
    label=Text("paper not read", "单证未能读取"),
    doc="Why a paper that was to be read after it was handed in was not; for whoever handed it in, since it may tell of what is in it.",
)
ACCEPTANCE = said_each(
    "customs.acceptance",
    Acceptance,
    "declaration",
    say=TRADERS | {"customs"},
    read=SHIPPERS,
    label=Text("declaration accepted", "海关接单"),
    doc="Customs took the declaration in under its number.",
)
QUERY = said_each(
    "customs.query",
    Query,
    "declaration",
    say=TRADERS | {"customs"},
    read=frozenset({"exporter", "broker", "clerk", "customs", "operator", "auditor"}),
    label=Text("question from customs", "海关质疑"),
    doc="Customs asks; the answer is a new statement.",
)
RELEASE = said_each(
    "customs.release",
    Release,
    "declaration",
    say=TRADERS | {"customs"},
    read=SHIPPERS | {"bank"},
    label=Text("customs release", "海关放行"),
    doc="Customs let the goods go; carries the export date that counts for the refund.",
)
BANK_RECEIPT = said_each(
    "bank.receipt",
    Receipt,
    "receipt",
    say=frozenset({"bank", "exporter", "clerk"}),
    read=frozenset({"exporter", "clerk", "bank", "tax", "auditor"}),
    label=Text("foreign exchange received", "收汇"),
    doc="A receipt of foreign exchange for this trade, by the bank's reference.",
)
CARRIER_EVENT = said_each(
    "carrier.event",
    CarrierEvent,
    "event",
    say=frozenset({"carrier", "warehouse", "clerk"}),
    read=SHIPPERS,
    label=Text("carrier's event", "承运事件"),
    doc="Loaded, departed, arrived, delivered: what the carrier reports.",
)
CLAIM = said(
    "rebate.claim",
    Claim,
    say=TRADERS | {"tax"},
    read=frozenset({"exporter", "clerk", "tax"}),
    label=Text("refund claimed", "退税申报"),
    doc="The day on which the exporter claimed the refund: filing documents are due from it.",
)
