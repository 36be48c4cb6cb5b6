"""Answers of the API. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Literal

import msgspec
from msgspec import Struct

from entrepot_client.answers.part_1 import DocumentCard, Problem, Said, Text, Wait


class ToSign(Struct, frozen=True, kw_only=True):
    """What an organisation signs with a key of its own: the whole document with a proof that lacks its value,
    and the 64 bytes (hexadecimal) that the signature is over.
    """

    document: dict[str, Any]
    signing_input: str
    key: str


class Check(Struct, frozen=True, kw_only=True):
    """One thing that was looked at: what it is (`signature of the issuer`), how it came out, and why."""

    name: Text
    result: Literal["fails", "holds", "not checked"]
    reason: Text


class Verdict(Struct, frozen=True, kw_only=True):
    """All checks of one document: what kind it is, who issued it as far as that was proven, and what it says.
    It is accepted when nothing fails and something holds; what was `not checked` is told beside it and
    never counts as holding.
    """

    kind: Text
    checks: tuple[Check, ...]
    issuer: str = ""
    says: dict[str, Any] = msgspec.field(default_factory=dict)


class DocumentChecked(Struct, frozen=True, kw_only=True):
    """A document with every check made anew."""

    card: DocumentCard
    accepted: bool
    verdict: Verdict


class Presentation(Struct, frozen=True, kw_only=True):
    """A part of a document: its text, its SHA-256, the fields that it shows (`lineItems/0/description`), and
    what they say. It is `given` once it was said to whom; a preview is not.
    """

    document: str
    text: str
    digest: str
    fields: tuple[str, ...]
    says: dict[str, Any]
    to: str = ""
    given: bool = False


class KeepingDuty(Struct, frozen=True, kw_only=True):
    """A duty to keep things: what it covers (topics, beginnings of topics with a point, `paper:KIND`), until
    and including which day (None: what it runs from has not happened), under which law. Not `certain` where
    its text was not read.
    """

    duty: str
    name: Text
    covers: tuple[str, ...]
    law: str
    article: str = ""
    until: date | None = None
    certain: bool = True


class ErasureItem(Struct, frozen=True, kw_only=True):
    """One thing that would go: a statement or a paper, what it is on, who said it and when, in which other
    dossiers the paper lies, and the duties to keep that speak of it.
    """

    what: Literal["paper", "statement"]
    reference: str
    topic: str
    key: str = ""
    name: str = ""
    said_at: str = ""
    by: str = ""
    elsewhere: tuple[str, ...] = ()
    duties: tuple[KeepingDuty, ...] = ()


class ErasurePlan(Struct, frozen=True, kw_only=True):
    """What would be erased, what refuses it, what nobody is sure of, and where copies may lie. `digest`
    confirms all that was shown.
    """

    dossier: str
    items: tuple[ErasureItem, ...]
    digest: str
    refused: tuple[Problem, ...] = ()
    unsure: tuple[Problem, ...] = ()
    copies: tuple[ErasureItem, ...] = ()


class ErasureDeed(Struct, frozen=True, kw_only=True):
    """What was erased, and the statements that say so: their receipts prove it."""

    dossier: str
    erased: tuple[str, ...]
    said: tuple[str, ...]


class Filed(Struct, frozen=True, kw_only=True):
    """A finding that was sent: when, to whom, under which code and packs (name and digest), and whether drawn
    again it is the same.
    """

    topic: str
    key: str
    label: Text
    office: str
    sent_at: str
    digest: str
    code: str
    packs: dict[str, str]
    verdict: Literal["differs", "equal", "packs not kept"]
    again: str = ""
    missing: tuple[str, ...] = ()


class FiledAgain(Struct, frozen=True, kw_only=True):
    """What was sent of a dossier, drawn again with what was known and the packs of then."""

    filed: tuple[Filed, ...]


class Doubt(Struct, frozen=True, kw_only=True):
    """A field that a paper seems to say, to be confirmed or corrected by a person: topic, key and field, the
    value as read (in the short form in which it may be said; empty where nothing was), its place on the
    paper, why it is asked, and how sure the reading was (0 to 1; None where it is not a matter of reading).
    `choices` are values that it may be, each with its name.
    """

    topic: str
    key: str
    field: str
    value: str
    place: str
    why: Text
    confidence: Decimal | None = None
    choices: dict[str, str] = msgspec.field(default_factory=dict)


class Taken(Struct, frozen=True, kw_only=True):
    """What became of a paper: the statements read from it (topic/key), what was not read, what is wrong in it,
    and what was read without certainty and awaits an answer (see `Desk.answer`). With `reading` pending it
    is kept and will be read; nothing is said of it yet.
    """

    digest: str
    kind: str
    read: tuple[str, ...]
    unread: tuple[Text, ...]
    problems: tuple[Problem, ...]
    said: Said
    doubtful: tuple[Doubt, ...] = ()
    reading: str = ""


class FieldRead(Struct, frozen=True, kw_only=True):
    """A field that a paper says: its value in short form, where it stands, how sure its reading was (None: no
    matter of reading), whether a person transcribed it, and whether the reader's own organisation said it,
    and so may correct it.
    """

    topic: str
    key: str
    label: Text
    field: str
    value: str
    place: str
    confidence: Decimal | None = None
    transcribed: bool = False
    own: bool = False


class PaperRead(Struct, frozen=True, kw_only=True):
    """A paper as read: the fields that stand, the doubts that nobody has answered yet, and what was not read.
    While its `reading` is pending, `pages_read` of its `pages` are read as far as this process knows; where
    it failed, `problems` say why. `turned` tells by page by how many quarters to the left its picture
    stands upright.
    """

    digest: str
    name: str
    kind: str
    media_type: str
    fields: tuple[FieldRead, ...]
    doubts: tuple[Doubt, ...] = ()
    unread: tuple[str, ...] = ()
    reading: Literal["", "failed", "pending"] = ""
    pages_read: int = 0
    pages: int = 0
    problems: tuple[Problem, ...] = ()
    turned: dict[str, int] = msgspec.field(default_factory=dict)


class Parted(Struct, frozen=True, kw_only=True):
    """What became of a parting: the dossiers in which the trade is declared, and what could not go along."""

    dossiers: tuple[str, ...]
    left: tuple[Text, ...] = ()


class Printable(Struct, frozen=True, kw_only=True):
    """A document that can be printed if it is `ready`, or why it cannot: `name` is the word of its address."""

    name: str
    label: Text
    status: str
    ready: bool
    reasons: tuple[Text, ...] = ()
    problems: tuple[Problem, ...] = ()


class Despatched(Struct, frozen=True, kw_only=True):
    """What became of a sending: its message id, and whether the office has it (`sent`), will be tried again
    (`waiting`) or had this very value before (`already`). `answers` are the topics/keys that the office
    said at once.
    """

    message: str
    status: str
    answers: tuple[str, ...] = ()


class Step(Struct, frozen=True, kw_only=True):
    """One line of the working: enough to recompute it by hand."""

    name: Text
    formula: str
    inputs: tuple[tuple[Any, ...], ...] = ()
    exact: str = ""
    value: str = ""


class Cited(Struct, frozen=True, kw_only=True):
    """One row of law that was read: its table, keys and values, the days it holds, its source and how well it
    is evidenced.
    """

    table: str
    keys: dict[str, str]
    values: dict[str, Any]
    since: date
    source: str
    evidence: str
    until: date | None = None
    beyond: bool = False
    pack: Text | None = None
    publisher: str = ""


class Spoken(Struct, frozen=True, kw_only=True):
    """One statement behind a fact: who said it, for whom, through which channel, and where it stands in a
    paper. `places` maps a field to its place in the document (an XPath, a cell, a pointer).
    """

    id: str
    by: str
    organisation: str
    channel: str
    authority: str
    said_at: str
    mandate: str = ""
    document: str = ""
    digest: str = ""
    places: dict[str, str] = msgspec.field(default_factory=dict)


class Why(Struct, frozen=True, kw_only=True):
    """One knot of the tree. `kind`: a finding, a fact, a `conflict` of statements, `hidden` from the one who
    asks, `absent` (nobody said or found it), or `above` (told in full earlier in the tree). `more` counts
    keys left out.
    """

    kind: Literal["above", "absent", "conflict", "fact", "finding", "hidden"]
    topic: str
    key: str
    label: Text
    field: str = ""
    status: str = ""
    value: Any = None
    by: str = ""
    reasons: tuple[Text, ...] = ()
    problems: tuple[Problem, ...] = ()
    waits: tuple[Wait, ...] = ()
    working: tuple[Step, ...] = ()
    law: tuple[Cited, ...] = ()
    ruling: Any = None
    spoken: tuple[Spoken, ...] = ()
    sides: tuple[tuple[Any, ...], ...] = ()
    below: tuple[Why, ...] = ()
    more: int = 0


class EventData(Struct, frozen=True, kw_only=True):
    """What an event tells. Of a statement: who said what, with its body; of a finding: its status, the one
    before, and the digest of its value, which is read from the sheet. `position` is the cursor behind which
    to ask for more.
    """

    dossier: str
    topic: str
    position: str
    key: str = ""
    version: int = 0
    body: Any = None
    erased: bool = False
    by: str = ""
    for_: str = msgspec.field(default="", name="for")
    mandate: str = ""
    channel: str = ""
    authority: str = ""
    said_at: str = ""
    replaces: tuple[str, ...] = ()
    withdraws: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    status: str = ""
    was: str = ""
    digest: str = ""


class Event(Struct, frozen=True, kw_only=True):
    """A CloudEvent 1.0 (structured mode). `sequence` sorts as text in the order of events of this source;
    `rehearsal` is there where it happened in a sandbox.
    """

    specversion: str
    id: str
    source: str
    type: str
    subject: str
    time: str
    datacontenttype: str
    dataschema: str
    sequence: str
    data: EventData
    rehearsal: bool = False


class ExportCard(Struct, frozen=True, kw_only=True):
    """An export as its organisation sees it: `done` so many dossiers; when `ready`, its size in bytes, its
    SHA-256 and until when it can be fetched (UTC).
    """

    id: str
    kind: Literal["enterprise", "period"]
    state: str
    by: str
    made_at: str
    done: int = 0
    since: date | None = None
    until: date | None = None
    size: int = 0
    digest: str = ""
    ready_at: str = ""
    ends_at: str = ""
    notice: str = ""


class ExportList(Struct, frozen=True, kw_only=True):
    """Your organisation's exports, the last first."""

    exports: tuple[ExportCard, ...]
    next: str = ""


class Fee(Struct, frozen=True, kw_only=True):
    """What a service costs since a day, who charges it, per what. Without an `amount` it is not on file here -
    which is not nothing.
    """

    service: str
    name: Text
    payee: str
    per: Text
    note: Text
    since: date
    source: str
    evidence: str
    amount: Decimal | None = None
    currency: str = ""


class Measured(Struct, frozen=True, kw_only=True):
    """How long something took in the last 90 days, in seconds: the median, what 95 of 100 cases stayed within,
    and of how many cases. Under five cases the times are None.
    """

    cases: int
    median: Decimal | None
    p95: Decimal | None
