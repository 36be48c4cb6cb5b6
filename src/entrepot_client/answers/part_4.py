"""Answers of the API. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Literal

import msgspec
from msgspec import Struct

from entrepot_client.answers.part_1 import Problem, Text
from entrepot_client.answers.part_3 import SubscriptionCard


class SubscriptionList(Struct, frozen=True, kw_only=True):
    """An organisation's subscriptions, the newest first and those that ended last; `next` is the cursor of
    more.
    """

    subscriptions: tuple[SubscriptionCard, ...]
    next: str = ""


class Made(Struct, frozen=True, kw_only=True):
    """A subscription just made, or its secret just rotated: the `secret` is told this once."""

    subscription: SubscriptionCard
    secret: str = ""


class DeliveryCard(Struct, frozen=True, kw_only=True):
    """One delivery: which event, how its last attempt went, when it is tried again (`due`)."""

    position: str
    event: str
    type: str
    dossier: str
    state: str
    attempts: int
    first_at: str = ""
    last_at: str = ""
    due: str = ""
    status: int = 0
    took_ms: int = 0
    answer: str = ""


class DeliveryList(Struct, frozen=True, kw_only=True):
    """Deliveries, the latest event first; `next` is the cursor of those before."""

    deliveries: tuple[DeliveryCard, ...]
    next: str = ""


class TitleCard(Struct, frozen=True, kw_only=True):
    """A title in a list. `part` is the organisation's: holder, entitled, issuer, past, or asked where it
    surrendered and waits.
    """

    id: str
    part: str
    kind: str
    number: str
    state: str
    holder: str
    issuer: str
    steps: int


class TitlePage(Struct, frozen=True, kw_only=True):
    """A page of titles; `next` is the cursor of the page that follows, absent on the last."""

    titles: tuple[TitleCard, ...]
    next: int | None = None
    key: str = ""


class StepTaken(Struct, frozen=True, kw_only=True):
    """What became of a step: the title, the step's number and digest, the id of its statement, `said` now or
    `already`.
    """

    title: str
    step: int
    digest: str
    statement: str
    status: str


class Endorsement(Struct, frozen=True, kw_only=True):
    """An endorsement by the step of that number; `to` is empty in blank, `onward` lets the endorsee endorse
    further.
    """

    step: int
    by: str
    to: str = ""
    onward: bool = True


class TitlePart(Struct, frozen=True, kw_only=True):
    """A part into which a title is split: the new title's id, the digest of its document, and how much of each
    line it has.
    """

    title: str
    content: str
    goods: dict[str, Decimal]


class RefusedStep(Struct, frozen=True, kw_only=True):
    """A step on record that does not follow from those before it, and why; it changes nothing."""

    step: str
    action: str
    reasons: tuple[Text, ...]


class Control(Struct, frozen=True, kw_only=True):
    """A title as its steps leave it. `holder` has control (possession), with the key `holder_key`; `endorsee`
    alone may ask for the goods, or whoever holds where that is empty. `number` and `head` are the last step
    and its digest. While it is surrendered the issuer has control, and `back` is who gets it again where
    the surrender is refused. On `paper` of that number nobody has control of the electronic record any more
    (MLETR Art. 18(3)).
    """

    title: str
    kind: Literal["bill_of_lading", "warehouse_receipt"]
    form: Literal["bearer", "order", "straight"]
    state: Literal["circulating", "delivered", "on_paper", "split", "surrendered", "void"]
    issuer: str
    issuer_key: str
    content: str
    number: int
    head: str
    at: str
    holder: str = ""
    holder_key: str = ""
    endorsee: str = ""
    onward: bool = True
    shipper: str = ""
    endorsements: tuple[Endorsement, ...] = ()
    purpose: Literal["", "amendment", "delivery", "paper", "split"] = ""
    back: str = ""
    back_key: str = ""
    paper: str = ""
    parts: tuple[TitlePart, ...] = ()
    parent: str = ""
    refused: tuple[RefusedStep, ...] = ()


class TitleParty(Struct, frozen=True, kw_only=True):
    """Somebody named on a title. `organisation` is its id on the platform, empty where it has none; `country`
    ISO 3166 alpha-2; `contact` a telephone number or an address for messages.
    """

    name: str
    organisation: str = ""
    street: str = ""
    city: str = ""
    country: str = ""
    code: str = ""
    contact: str = ""


class TitleGoods(Struct, frozen=True, kw_only=True):
    """Goods of a title: `line` is their number on it; `quantity` in `unit` is what a split divides.
    `containers` are ISO 6346 numbers, `gross_kg` kilograms, `hs` six or more digits.
    """

    line: str
    description: str
    quantity: Decimal
    unit: str
    hs: str = ""
    packages: int | None = None
    package_type: str = ""
    gross_kg: Decimal | None = None
    marks: str = ""
    containers: tuple[str, ...] = ()


class TitleContainer(Struct, frozen=True, kw_only=True):
    """A container on a title: ISO 6346 number, size and type code (ISO 6346, `22G1`), seals."""

    number: str
    size_type: str = ""
    seals: tuple[str, ...] = ()
    shipper_owned: bool = False


class TitleDocument(Struct, frozen=True, kw_only=True):
    """What stands on the face of a title; the topic's key is the SHA-256 of its canonical form. `form`: to the
    order of `order_of` (where that is empty, of the shipper); to bearer; or straight, to the consignee
    alone. `issuer` is the carrier, or the warehouse that holds the goods. `law` is the country (ISO 3166
    alpha-3) whose law rules the title. `loading_port`, `discharge_port` are UN/LOCODEs; `freight` is
    `prepaid` or `collect`; `carrier_code` with its list (SMDG, NMFTA). `trade` is the dossier that it was
    drafted from, `part_of` the title that it was split from, `replaces_paper` the number of the paper title
    that it took the place of when it was issued.
    """

    kind: Literal["bill_of_lading", "warehouse_receipt"]
    form: Literal["bearer", "order", "straight"]
    number: str
    issuer: TitleParty
    shipper: TitleParty
    goods: tuple[TitleGoods, ...]
    issued_on: date | None = None
    consignee: TitleParty | None = None
    notify: TitleParty | None = None
    order_of: str = ""
    issued_at: str = ""
    law: str = ""
    loading_port: str = ""
    discharge_port: str = ""
    receipt_place: str = ""
    delivery_place: str = ""
    vessel: str = ""
    voyage: str = ""
    departs_on: date | None = None
    arrives_on: date | None = None
    on_board: date | None = None
    freight: Literal["", "collect", "prepaid"] = ""
    booking: str = ""
    carrier_code: str = ""
    carrier_list: Literal["", "NMFTA", "SMDG"] = ""
    containers: tuple[TitleContainer, ...] = ()
    stored_at: str = ""
    terms: str = ""
    trade: str = ""
    part_of: str = ""
    replaces_paper: str = ""


class StepProof(Struct, frozen=True, kw_only=True):
    """The signature under a step: W3C Data Integrity, suite eddsa-jcs-2022, over the step without it."""

    type: Literal["DataIntegrityProof"]
    cryptosuite: Literal["eddsa-jcs-2022"]
    created: str
    verificationMethod: str
    proofPurpose: Literal["assertionMethod"]
    proofValue: str


class TitleStep(Struct, frozen=True, kw_only=True):
    """One step in the life of a title; the key of the topic is its number, from 1. `by` took it, `at` (UTC,
    ISO 8601). `previous` is the digest of the signed step before it, empty for the first; `content` that of
    the document as it stands after this step. `to` and `to_key` (a `did:key`) say who has control from here
    on. `onward` lets the endorsee endorse further. `purpose` is that of a surrender; `paper` the number of
    the paper title; `parent` and `parent_step` name the title and the step of the split that this one came
    from.
    """

    title: str
    number: int
    action: Literal[
        "accept",
        "amend",
        "endorse",
        "endorse_blank",
        "from_paper",
        "issue",
        "refuse",
        "split",
        "surrender",
        "to_paper",
        "transfer",
        "void",
    ]
    by: str
    at: str
    content: str
    previous: str = ""
    to: str = ""
    to_key: str = ""
    onward: bool = True
    purpose: Literal["", "amendment", "delivery", "paper", "split"] = ""
    paper: str = ""
    parts: tuple[TitlePart, ...] = ()
    parent: str = ""
    parent_step: str = ""
    reason: str = ""
    proof: StepProof | None = None


class Shown(Struct, frozen=True, kw_only=True):
    """A step as it is shown: with its digest and the id of its statement, by which its receipt is asked for."""

    step: TitleStep
    digest: str
    statement: str


class Possible(Struct, frozen=True, kw_only=True):
    """Something that one may do with a title now, or why not."""

    action: Literal[
        "accept",
        "amend",
        "endorse",
        "endorse_blank",
        "from_paper",
        "issue",
        "refuse",
        "split",
        "surrender",
        "to_paper",
        "transfer",
        "void",
    ]
    purpose: str
    reasons: tuple[Text, ...] = ()


class TitleReading(Struct, frozen=True, kw_only=True):
    """A title as one party may see it. Whoever gave it up sees it as it was then (`past`), and nothing of what
    came later. `effect` is what its law says of electronic titles: the status of that finding, its value
    and its reasons.
    """

    id: str
    organisation: str
    past: bool
    control: Control
    document: TitleDocument
    steps: tuple[Shown, ...]
    possible: tuple[Possible, ...]
    effect: str = ""
    effect_value: dict[str, Any] = msgspec.field(default_factory=dict)
    effect_reasons: tuple[Text, ...] = ()


class Written(Struct, frozen=True, kw_only=True):
    """A message, what of the title has no place in it, and what it demands and the title does not say; it is
    sent only where nothing is lacking.
    """

    message: dict[str, Any]
    lost: tuple[Text, ...] = ()
    lacking: tuple[Problem, ...] = ()


class StepToSign(Struct, frozen=True, kw_only=True):
    """The step with a proof that lacks its value, and the 64 bytes (hexadecimal) that the signature is over."""

    step: dict[str, Any]
    signing_input: str


class TopicCard(Struct, frozen=True, kw_only=True):
    """A topic as a list shows it. `keyed` names what its keys are; `sends` the office a finding goes to."""

    name: str
    kind: str
    label: Text
    doc: str
    say: tuple[str, ...]
    read: tuple[str, ...]
    version: int
    keyed: str = ""
    merges: bool = False
    opens: str = ""
    sends: str = ""


class Item(Struct, frozen=True, kw_only=True):
    """Something that waits: for whom (`who`, roles; `org`, one organisation alone), by when, and where it is
    done. It may be known to those who may read every topic of one of the ways in `seen`; empty: to all who
    are in the dossier.
    """

    kind: Literal["doubt", "due", "mend", "own", "say", "settle", "stage"]
    topic: str
    text: Text
    who: tuple[str, ...] = ()
    key: str = ""
    field: str = ""
    due: date | None = None
    org: str = ""
    seen: tuple[tuple[str, ...], ...] = ()


class Row(Struct, frozen=True, kw_only=True):
    """What waits in a dossier: the act that comes first, how many more there are, by when, and where it is
    done.
    """

    dossier: str
    title: str
    stage: str
    person: str
    item: Item
    act: Text
    address: str
    when: Literal["later", "none", "overdue", "today", "week"]
    due: date | None = None
    more: int = 0


class Waits(Struct, frozen=True, kw_only=True):
    """What waits for you, one entry for each dossier, the most urgent first. `as_of` is when the oldest of it
    was worked out; `drawing`: dossiers that moved just now are left out until they are worked out; `next`
    is the cursor of the page that follows.
    """

    work: tuple[Row, ...]
    as_of: str
    drawing: bool
    next: str = ""
