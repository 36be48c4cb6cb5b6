"""Answers of the API. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from entrepot_client.answers.part_1 import Problem, Text
from entrepot_client.answers.part_2 import ListedName


class ListEdition(Struct, frozen=True, kw_only=True):
    """A list that was screened against, by its pack, and the day of its edition."""

    pack: str
    title: Text
    published: date
    entries: int = 0


class Screened(Struct, frozen=True, kw_only=True):
    """What was found for a name, the likeliest first. `stale` names the editions that are no longer current."""

    name: str
    found: tuple[ListedName, ...] = ()
    lists: tuple[ListEdition, ...] = ()
    stale: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    id: str = ""
    line: int = 0


class SearchingHit(Struct, frozen=True, kw_only=True):
    """Where a word was found: the topic, its key, the field, and the text."""

    topic: str
    key: str
    field: str
    text: str


class SearchingMatch(Struct, frozen=True, kw_only=True):
    """A dossier that was found, as far as the voice may know, with the places of the words."""

    dossier: str
    kind: str
    reference: str
    title: str
    hits: tuple[SearchingHit, ...]


class SearchingMatches(Struct, frozen=True, kw_only=True):
    """What was found, the dossier last spoken of in these words first. `next` is the cursor of what follows;
    `many`: the words are so common that not all was looked at; `behind`: the index is being brought up to
    date.
    """

    matches: tuple[SearchingMatch, ...]
    next: int | None = None
    many: bool = False
    behind: bool = False


class Outcome(Struct, frozen=True, kw_only=True):
    """What became of one declaration: `sent`, `waiting`, `already`, or `refused` with every problem."""

    dossier: str
    status: str
    message: str = ""
    problems: tuple[Problem, ...] = ()


class Filter(Struct, frozen=True, kw_only=True):
    """Which events are wanted: `topics` are patterns with `*` (`customs.*`, `found.rebate.*`), `dossiers` ids,
    `kinds` those of dossiers (trade, enterprise …), `roles` those that one has in the dossier. What is
    empty asks for all. `found`: findings too. `named`: only what names the person who asks - a mention in a
    comment or note, an assignment.
    """

    topics: tuple[str, ...] = ()
    dossiers: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    found: bool = True
    named: bool = False


class SubscriptionCard(Struct, frozen=True, kw_only=True):
    """A subscription as it is listed. `notice` says in English and Chinese why it stands still, `position` up
    to where it was looked, `public` is the key of its v1a signatures; `feed` the secret address of a feed,
    told to those who may see the subscription.
    """

    id: str
    way: str
    state: str
    made_at: str
    person: str
    position: str
    title: str = ""
    address: str = ""
    filter: Filter | None = None
    notice: tuple[str, ...] = ()
    every: str = ""
    tells: str = ""
    language: str = ""
    public: str = ""
    feed: str = ""
    waiting: int = 0
    delivered: int = 0
    old_until: str = ""


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
