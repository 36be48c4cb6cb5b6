"""Titles: transport documents and warehouse receipts that give a right to goods, and the steps by which that right moves.

UNCITRAL Model Law on Electronic Transferable Records (2017): Art. 10(1)(b)(ii) and 11 exclusive control, 15 endorsement,
16 amendment, 17 and 18 change of medium. A title is a dossier of its own; its steps are final and each signed by whoever took it.
"""

from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from entrepot.kernel.text import Text, Words
from entrepot.kernel.topics import Posting, said_each
from entrepot.kernel.vocabulary.trade import SHIPPERS

Action = Literal[
    "issue", "endorse", "endorse_blank", "transfer", "surrender", "refuse", "accept", "amend", "to_paper", "from_paper",
    "split", "void",
]  # fmt: skip
Purpose = Literal["", "delivery", "amendment", "paper", "split"]


class TitleParty(Struct, frozen=True, omit_defaults=True):
    """Somebody named on a title. `organisation` is its id on the platform, empty where it has none; `country` ISO 3166 alpha-2;
    `contact` a telephone number or an address for messages."""

    name: Words
    organisation: str = ""
    street: Words = ""
    city: Words = ""
    country: str = ""
    code: str = ""
    contact: str = ""


class TitleGoods(Struct, frozen=True, omit_defaults=True):
    """Goods of a title: `line` is their number on it; `quantity` in `unit` is what a split divides. `containers` are ISO 6346
    numbers, `gross_kg` kilograms, `hs` six or more digits."""

    line: str
    description: Words
    quantity: Decimal
    unit: str
    hs: str = ""
    packages: int | None = None
    package_type: str = ""
    gross_kg: Decimal | None = None
    marks: Words = ""
    containers: tuple[str, ...] = ()


class TitleContainer(Struct, frozen=True, omit_defaults=True):
    """A container on a title: ISO 6346 number, size and type code (ISO 6346, `22G1`), seals."""

    number: str
    size_type: str = ""
    seals: tuple[str, ...] = ()
    shipper_owned: bool = False


class TitleDocument(Struct, frozen=True, omit_defaults=True):
    """What stands on the face of a title; the topic's key is the SHA-256 of its canonical form.

    `form`: to the order of `order_of` (where that is empty, of the shipper); to bearer; or straight, to the consignee alone.
    `issuer` is the carrier, or the warehouse that holds the goods. `law` is the country (ISO 3166 alpha-3) whose law rules the
    title. `loading_port`, `discharge_port` are UN/LOCODEs; `freight` is `prepaid` or `collect`; `carrier_code` with its list
    (SMDG, NMFTA). `trade` is the dossier that it was drafted from, `part_of` the title that it was split from, `replaces_paper`
    the number of the paper title that it took the place of when it was issued.
    """

    kind: Literal["bill_of_lading", "warehouse_receipt"]
    form: Literal["order", "bearer", "straight"]
    number: str
    issuer: TitleParty
    shipper: TitleParty
    goods: tuple[TitleGoods, ...]
    issued_on: date | None = None
    consignee: TitleParty | None = None
    notify: TitleParty | None = None
    order_of: str = ""
    issued_at: Words = ""
    law: str = ""
    loading_port: str = ""
    discharge_port: str = ""
    receipt_place: Words = ""
    delivery_place: Words = ""
    vessel: Words = ""
    voyage: str = ""
    departs_on: date | None = None
    arrives_on: date | None = None
    on_board: date | None = None
    freight: Literal["", "prepaid", "collect"] = ""
    booking: str = ""
    carrier_code: str = ""
    carrier_list: Literal["", "SMDG", "NMFTA"] = ""
    containers: tuple[TitleContainer, ...] = ()
    stored_at: Words = ""
    terms: str = ""
    trade: str = ""
    part_of: str = ""
    replaces_paper: str = ""


class TitlePart(Struct, frozen=True, omit_defaults=True):
    """A part into which a title is split: the new title's id, the digest of its document, and how much of each line it has."""

    title: str
    content: str
    goods: dict[str, Decimal]


class StepProof(Struct, frozen=True, omit_defaults=True, rename="camel"):
    """The signature under a step: W3C Data Integrity, suite eddsa-jcs-2022, over the step without it."""

    type: Literal["DataIntegrityProof"]
    cryptosuite: Literal["eddsa-jcs-2022"]
    created: str
    verification_method: str
    proof_purpose: Literal["assertionMethod"]
    proof_value: str


class TitleStep(Struct, frozen=True, omit_defaults=True):
    """One step in the life of a title; the key of the topic is its number, from 1. `by` took it, `at` (UTC, ISO 8601).

    `previous` is the digest of the signed step before it, empty for the first; `content` that of the document as it stands
    after this step. `to` and `to_key` (a `did:key`) say who has control from here on. `onward` lets the endorsee endorse further.
    `purpose` is that of a surrender; `paper` the number of the paper title; `parent` and `parent_step` name the title and the
    step of the split that this one came from.
    """

    title: str
    number: int
    action: Action
    by: str
    at: str
    content: str
    previous: str = ""
    to: str = ""
    to_key: str = ""
    onward: bool = True
    purpose: Purpose = ""
    paper: str = ""
    parts: tuple[TitlePart, ...] = ()
    parent: str = ""
    parent_step: str = ""
    reason: Words = ""
    proof: StepProof | None = None


class TitleSeen(Struct, frozen=True, omit_defaults=True):
    """That an organisation (the key) came into a title, by the step of this number."""

    step: int


class TitleIssued(Struct, frozen=True, omit_defaults=True):
    """In a trade: the title (the key) issued on its goods, its kind, number, and the digest of its document."""

    kind: Literal["bill_of_lading", "warehouse_receipt"]
    number: str
    content: str
    issuer: str


def one_control(step: TitleStep) -> tuple[Posting, ...]:
    """What makes exclusive control true by construction (MLETR Art. 10(1)(b)(ii)): every state of a title can be left once."""
    state = step.previous or "nothing"
    return (Posting(f"title {step.title} after {state}", "step", Decimal(1), Decimal(1)),)


_PLATFORM = frozenset({"platform"})
# Nobody is a member of a title's dossier: who may see how much of it follows from its steps, and its door tells.
_KEEPERS = frozenset({"operator", "auditor", "platform"})

DOCUMENT = said_each(
    "title.document",
    TitleDocument,
    "document",
    say=_PLATFORM,
    read=_KEEPERS,
    final=True,
    label=Text("document of title", "权利凭证正文"),
    doc="What stands on the face of a bill of lading or a warehouse receipt.",
)
STEP = said_each(
    "title.step",
    TitleStep,
    "step",
    say=_PLATFORM,
    read=_KEEPERS,
    takes=one_control,
    final=True,
    label=Text("step of a title", "权利凭证流转"),
    doc="One signed step of a title: issued, endorsed, transferred, surrendered and so on. It is never taken back.",
)
SEEN = said_each(
    "title.seen",
    TitleSeen,
    "organisation",
    say=_PLATFORM,
    read=_KEEPERS,
    label=Text("came into the title", "曾持有方"),
    doc="Since which step an organisation has been in a title.",
)
TITLE_ISSUED = said_each(
    "title.issued",
    TitleIssued,
    "title",
    say=_PLATFORM,
    read=SHIPPERS | {"bank"},
    label=Text("title issued", "已签发权利凭证"),
    doc="A bill of lading or warehouse receipt was issued on the goods of this trade.",
)
