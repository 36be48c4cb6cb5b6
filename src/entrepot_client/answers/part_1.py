"""Answers of the API. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Literal

import msgspec
from msgspec import Struct


class Text(Struct, frozen=True, kw_only=True):
    """One sentence in both languages of the platform."""

    en: str
    zh: str


class Announced(Struct, frozen=True, kw_only=True):
    """What is announced, from a moment until another (UTC)."""

    id: int
    text: Text
    since: str
    until: str


class AnnouncedNow(Struct, frozen=True, kw_only=True):
    """What the operator tells everybody just now."""

    announcements: tuple[Announced, ...]


class Problem(Struct, frozen=True, kw_only=True):
    """One thing wrong with what was said: which rule, where, what, how to mend it. `severity` is `E` (blocks)
    or `W` (asks). `where` is a field path (`header.trade_term`, `line/2.qty1`); `documents` names the
    papers that carry the disagreeing or wrong value, with the place in each.
    """

    rule: str
    where: str
    what: Text
    fix: Text
    severity: str = "E"
    documents: tuple[str, ...] = ()


class Line(Struct, frozen=True, kw_only=True):
    """What became of a line (counted from 1): said, already on file, or refused with every problem."""

    line: int
    status: str
    id: str = ""
    problems: tuple[Problem, ...] = ()


class FactsMatch(Struct, frozen=True, kw_only=True):
    """Why a code is among the candidates: an earlier declaration of one's own (`memory`), a trade name
    (`term`), a wording of the nomenclature (`tariff`), a published search term (`uk`).
    """

    kind: str
    text: str
    source: Text


class Candidate(Struct, frozen=True, kw_only=True):
    """A code of six digits that may fit. `share` is its calibrated share of probability (0 to 1, 4 places);
    `declared` the enterprise's own longer code; `warnings` what a legal note says against it.
    """

    code: str
    share: Decimal
    title: Text
    chapter: Text
    heading: str = ""
    evidence: tuple[FactsMatch, ...] = ()
    declared: str = ""
    warnings: tuple[Text, ...] = ()


class Choice(Struct, frozen=True, kw_only=True):
    """One answer to a question: its value, and how it reads."""

    value: str
    label: Text


class Question(Struct, frozen=True, kw_only=True):
    """The one question that splits the candidates best; `gain` is what an answer tells, in bits (3 places)."""

    attribute: str
    ask: Text
    choices: tuple[Choice, ...]
    gain: Decimal


class DutyGap(Struct, frozen=True, kw_only=True):
    """What the leading two codes cost at the destination without any preference: by code the lowest and
    highest duty text over its national codes. `points` is the gap in percentage points where both are plain
    percentages.
    """

    country: str
    day: date
    rates: dict[str, tuple[str, ...]]
    points: Decimal | None = None
    note: Text | None = None


class Suggestion(Struct, frozen=True, kw_only=True):
    """Candidates for one description, best first, all of `edition`. `confidence` and `heading_confidence` say
    how sure the first is at six and at four digits. `refused` gives the reason for which no code is
    proposed (empty, no_letters, code, other_script, unknown_words, only_brand, vague); `cut` that only the
    beginning of a long text was read; `certain` that customs accepted these very words under the first
    code. `assumes` names what the first candidate takes for granted, where its neighbours differ and the
    text is silent.
    """

    text: str
    edition: str
    candidates: tuple[Candidate, ...] = ()
    confidence: Decimal = Decimal("0")
    heading_confidence: Decimal = Decimal("0")
    language: str = ""
    question: Question | None = None
    answers: dict[str, str] = msgspec.field(default_factory=dict)
    duty: DutyGap | None = None
    refused: Literal["", "code", "empty", "no_letters", "only_brand", "other_script", "unknown_words", "vague"] = ""
    cut: bool = False
    certain: bool = False
    assumes: tuple[Text, ...] = ()


class Classified(Struct, frozen=True, kw_only=True):
    """What was found: the status as on a sheet, the suggestion, why it needs review, and what is wrong with
    the text.
    """

    status: str
    suggestion: Suggestion | None = None
    reasons: tuple[Text, ...] = ()
    problems: tuple[Problem, ...] = ()
    id: str = ""
    line: int = 0


class DossierCard(Struct, frozen=True, kw_only=True):
    """A dossier in a list: how it was opened, how many statements it holds, when the last was heard (UTC).
    `position` pages the list: ask for what lies `before` the last card's position.
    """

    id: str
    kind: str
    reference: str
    title: str
    opened_at: str
    heard_at: str
    said: int
    position: int


class Page(Struct, frozen=True, kw_only=True):
    """A page of dossiers; `next` is the cursor of the page that follows, absent on the last."""

    dossiers: tuple[DossierCard, ...]
    next: int | None = None


class Evidence(Struct, frozen=True, kw_only=True):
    """A document that bears a statement out: its digest, its name, and where in it each field was read."""

    digest: str
    name: str = ""
    places: dict[str, str] = msgspec.field(default_factory=dict)


class ReadingStatement(Struct, frozen=True, kw_only=True):
    """Who said something, for whom, when, through which channel and on what footing."""

    id: str
    by: str
    organisation: str
    channel: str
    authority: str
    said_at: str
    heard_at: str
    mandate: str = ""
    evidence: tuple[Evidence, ...] = ()


class Disagreement(Struct, frozen=True, kw_only=True):
    """A field on which statements contradict each other: each value with the statement that holds it."""

    field: str
    sides: tuple[tuple[Any, ...], ...]


class Fact(Struct, frozen=True, kw_only=True):
    """What stands on one key of a topic. Under a conflict `value` holds the fields that nobody disputes."""

    topic: str
    key: str
    label: Text
    value: Any
    statements: tuple[ReadingStatement, ...]
    conflicts: tuple[Disagreement, ...] = ()


class Wait(Struct, frozen=True, kw_only=True):
    """What a module waits for: a topic, and the roles that can say it (or the module that will find it)."""

    topic: str
    key: str
    who: tuple[str, ...]
    why: Text


class Found(Struct, frozen=True, kw_only=True):
    """What a module answered, without its working (ask `why` for that). `digest` names the value for sending
    and rulings.
    """

    topic: str
    key: str
    label: Text
    status: str
    by: str
    value: Any = None
    digest: str = ""
    reasons: tuple[Text, ...] = ()
    problems: tuple[Problem, ...] = ()
    waits: tuple[Wait, ...] = ()
    sends: str = ""
    ruling: Any = None


class Reading(Struct, frozen=True, kw_only=True):
    """A dossier's sheet for one speaker on one day. `hidden` names what is on the sheet and rests on things
    the speaker may not see. `heads` are the ids of the statements seen: give them back as `expects` to be
    refused when something moved meanwhile.
    """

    dossier: str
    kind: str
    reference: str
    title: str
    nature: str
    day: date
    law: str
    roles: tuple[str, ...]
    heads: tuple[str, ...]
    facts: tuple[Fact, ...]
    findings: tuple[Found, ...]
    hidden: tuple[Text, ...] = ()


class Said(Struct, frozen=True, kw_only=True):
    """What became of a say: the ids now on file, those that were before, and the heads as the speaker may see
    them.
    """

    dossier: str
    said: tuple[str, ...]
    already: tuple[str, ...]
    heads: tuple[str, ...]
    prepared: tuple[str, ...] = ()


class Moved(Struct, frozen=True, kw_only=True):
    """What stood at one place of the sheet before and after, a fact or a finding with its status; empty where
    there was none. `because` names what moved among what a finding looked at; where nothing did, the day or
    a row of law made it another.
    """

    place: str
    kind: str
    topic: str
    key: str
    label: Text
    was: str = ""
    before: Any = None
    now: str = ""
    after: Any = None
    because: tuple[Text, ...] = ()


class ReadingAsOf(Struct, frozen=True, kw_only=True):
    """A sheet as of a moment (UTC), with what is not as it was then; `moved` is what stands otherwise than at
    another moment, where one was named.
    """

    moment: str
    reading: Reading
    notes: tuple[Text, ...]
    moved: tuple[Moved, ...] = ()


class Copied(Struct, frozen=True, kw_only=True):
    """What became of a copy: the new dossier, what was said in it, and the facts of the old one that are to be
    said anew.
    """

    dossier: str
    said: Said
    copied: tuple[str, ...]
    left: tuple[str, ...]


class Message(Struct, frozen=True, kw_only=True):
    """A form as a message: of which state, its text, and what the format has no place for."""

    format: str
    media_type: str
    state: str
    message: str
    lost: tuple[Text, ...] = ()


class Issuable(Struct, frozen=True, kw_only=True):
    """A document that the dossier holds: where, how it stands, the digest to name when issuing. `standing` is
    the voice's own document on it that counts, `same` whether it says what the dossier says now; `may`
    whether the voice may issue it.
    """

    kind: str
    place: str
    label: Text
    status: str
    digest: str
    may: bool
    settled: bool
    reasons: tuple[Text, ...] = ()
    problems: tuple[Problem, ...] = ()
    waits: tuple[Text, ...] = ()
    standing: str = ""
    same: bool = False


class DocumentIssued(Struct, frozen=True, kw_only=True):
    """A document was signed (the key is its id, a UUID). `kind` is contract, invoice, origin …; `of` the topic
    and key of the finding that it holds. `finding` is a keyed digest of the value: it says nothing to
    whoever does not have the document. Digests are SHA-256 of the bytes: the credential's, the selectively
    disclosable one's. `status_place` is its place on the status list of that number. `readers` are the
    roles that may have the bytes.
    """

    kind: str
    of: str
    finding: str
    issuer: str
    issuer_name: str
    credential: str
    issued_at: str
    status_list: int
    status_place: int
    readers: tuple[str, ...]
    sd_jwt: str = ""
    replaces: str = ""


class DocumentPrinted(Struct, frozen=True, kw_only=True):
    """The signed PDF of a document (the key is the document's id): SHA-256 of the PDF, and of the receipt of
    its issue, which the PDF holds together with the credential.
    """

    pdf: str
    receipt: str


class DocumentRevoked(Struct, frozen=True, kw_only=True):
    """A document no longer counts, is suspended, or counts again (the key is its id). The last word stands;
    what was revoked stays so. `replaced_by` is the id of the document in its place.
    """

    state: Literal["reinstated", "revoked", "suspended"]
    reason: str
    on: date
    replaced_by: str = ""


class DocumentCard(Struct, frozen=True, kw_only=True):
    """An issued document as a reader may know it. `state` is issued, suspended, revoked or replaced; `number`
    the document's own number (an invoice number) where the credential is on file; `log` the id of the
    statement that the receipt proves.
    """

    document: str
    value: DocumentIssued
    organisation: str
    state: str
    log: str
    number: str = ""
    erased: bool = False
    printed: DocumentPrinted | None = None
    reasons: tuple[DocumentRevoked, ...] = ()


class Documents(Struct, frozen=True, kw_only=True):
    """What can be issued in a dossier, and what was, the newest first; `next` is the cursor of those issued
    before.
    """

    issuable: tuple[Issuable, ...]
    issued: tuple[DocumentCard, ...]
    next: str = ""


class IssuedDocument(Struct, frozen=True, kw_only=True):
    """What became of an issue: the document's id, `issued` now or `already`, and the digest of its credential.
    `log` is the id of the statement that the receipt proves.
    """

    document: str
    status: str
    credential: str
    log: str
