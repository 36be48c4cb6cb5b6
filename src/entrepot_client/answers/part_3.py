"""Answers of the API. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from entrepot_client.answers.part_1 import Problem, Text
from entrepot_client.answers.part_2 import Fee, Measured


class Level(Struct, frozen=True, kw_only=True):
    """How long a service takes: within how many hours for which share it is promised (None: no promise), and
    what was measured.
    """

    service: str
    name: Text
    measures: Text
    since: date
    source: str
    evidence: str
    promised_hours: Decimal | None = None
    share: Decimal | None = None
    measured: Measured | None = None


class Services(Struct, frozen=True, kw_only=True):
    """What is published of this installation on a day."""

    day: date
    fees: tuple[Fee, ...]
    levels: tuple[Level, ...]


class OrganisationKey(Struct, frozen=True, kw_only=True):
    """A public key of an organisation (the key of the topic is its multikey, `z6Mk…`, Ed25519). `use` is what
    it may sign; `custody` who keeps the secret half: the organisation itself (`own`) or the platform. Good
    from `since` until `until`, both days inclusive. A key in own custody was proven: `proof` is its
    signature of `challenge`, both in base64.
    """

    organisation: str
    name: str
    use: tuple[Literal["documents", "pdf", "titles"], ...]
    custody: Literal["own", "platform"]
    since: date
    until: date | None = None
    uscc: str = ""
    certificate: str = ""
    challenge: str = ""
    proof: str = ""


class KeyVouched(Struct, frozen=True, kw_only=True):
    """The operator looked at who an organisation is and vouches for its key (the key is the multikey): under
    which name, unified social credit code and proof of identity, and the SHA-256 of the identity anchor, a
    credential that the operator signed.
    """

    organisation: str
    name: str
    anchor: str
    operator: str
    on: date
    uscc: str = ""
    seen: str = ""


class KeyRevoked(Struct, frozen=True, kw_only=True):
    """A key signs no more (the key is the multikey). What it had signed before this stood in the log stands,
    what came later does not; from `compromised_on`, where somebody else had it, nothing signed with it
    counts.
    """

    reason: str
    on: date
    compromised_on: date | None = None


class KeyHeld(Struct, frozen=True, kw_only=True):
    """A key of an organisation with all that was said of it: the dossier it stands in, and the ids of the
    statements.
    """

    key: str
    dossier: str
    said: str
    value: OrganisationKey
    vouched: KeyVouched | None = None
    revoked: KeyRevoked | None = None
    revoked_by: str = ""


class OwnKeys(Struct, frozen=True, kw_only=True):
    """The keys of the organisation that asks, and the operator's identifier, which vouches for them; `next` is
    the cursor of more.
    """

    organisation: str
    keys: tuple[KeyHeld, ...]
    operator: str
    next: str = ""


class MandateCard(Struct, frozen=True, kw_only=True):
    """A standing mandate as it is listed. `state` is `running`, `later` (it begins on `signed_on`), `ended`,
    `revoked`, or `waiting`: the principal is not admitted, and nobody acts for it yet. `statement` is the
    id of what was said.
    """

    principal: str
    agent: str
    number: str
    role: Literal["broker", "clerk"]
    state: Literal["ended", "later", "revoked", "running", "waiting"]
    signed_on: date
    statement: str
    valid_until: date | None = None
    dossiers: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    may_send: bool = False
    principal_name: str = ""
    agent_name: str = ""
    revoked: str = ""
    by: str = ""
    transcribed: bool = False


class Mandates(Struct, frozen=True, kw_only=True):
    """The mandates that an organisation gave, and those it holds of others; `next` is the cursor of more,
    given ones first.
    """

    given: tuple[MandateCard, ...]
    received: tuple[MandateCard, ...]
    next: str = ""


class OperatorSaid(Struct, frozen=True, kw_only=True):
    """How an organisation stands after the operator's word."""

    organisation: str
    state: str


class Retried(Struct, frozen=True, kw_only=True):
    """Work that is tried again now, and of which kind it is."""

    id: str
    kind: str


class CheckCard(Struct, frozen=True, kw_only=True):
    """A check of /readyz and its answer, `ok` where all is well."""

    name: str
    answer: str


class Queue(Struct, frozen=True, kw_only=True):
    """Pieces of work of one kind in one state; `oldest` is the age in seconds of that due longest, 0 where
    none is due yet.
    """

    kind: str
    state: str
    count: int
    oldest: Decimal | None = None


class Stuck(Struct, frozen=True, kw_only=True):
    """A piece of work that failed at least once: its state is `waiting` (until `due`, UTC) or `given up`.
    `reason` is the first words of what kept it.
    """

    id: str
    kind: str
    state: str
    attempts: int
    due: str
    reason: str


class LogCard(Struct, frozen=True, kw_only=True):
    """The log: its name, how many statements its last checkpoint holds, when that was signed, how many wait;
    of each witness and each authority of time the size that it signed last.
    """

    origin: str
    size: int
    signed_at: str
    waiting: int
    witnesses: dict[str, int]
    authorities: dict[str, int]


class OfficeCard(Struct, frozen=True, kw_only=True):
    """The way to an office: its kind, how many messages went out and when last, how many were given up."""

    name: str
    way: str
    sandbox: bool
    sent: int
    last_sent: str
    unsent: int


class CounterCard(Struct, frozen=True, kw_only=True):
    """A counter: whose it is, when it handed over last, up to where, by how many seconds its clock was off,
    the key of its log.
    """

    name: str
    organisation: str
    origin: str
    seen_at: str
    size: int
    skew_s: int
    key: str


class Size(Struct, frozen=True, kw_only=True):
    """What a store takes up, in bytes, and how much it holds."""

    database: int
    statements: int
    dossiers: int
    papers: int
    paper_bytes: int


class BackupCard(Struct, frozen=True, kw_only=True):
    """The newest backup in the folder of backups: name, size in bytes, when it was written. It is proven by
    restoring it.
    """

    name: str
    size: int
    made_at: str


class Standing(Struct, frozen=True, kw_only=True):
    """How the installation stands."""

    version: str
    python: str
    nature: str
    database: str
    schema_step: int
    fit: bool
    checks: tuple[CheckCard, ...]
    queues: tuple[Queue, ...]
    stuck: tuple[Stuck, ...]
    subscriptions: dict[str, int]
    log: LogCard
    offices: tuple[OfficeCard, ...]
    counters: tuple[CounterCard, ...]
    size: Size
    disk_free: int
    backup: BackupCard | None = None


class LookedAt(Struct, frozen=True, kw_only=True):
    """A read: when first (UTC) and how many times at once, by whom, under which mandate and in which roles, of
    which dossier when it had `seen` statements, which topics with personal data could be read, through
    which door, from where.
    """

    number: int
    at: str
    organisation: str
    door: str
    times: int = 1
    person: str = ""
    mandate: str = ""
    roles: str = ""
    dossier: str = ""
    seen: int = 0
    personal: str = ""
    address: str = ""


class Looks(Struct, frozen=True, kw_only=True):
    """Reads, the last first; `next` asks for those before."""

    reads: tuple[LookedAt, ...]
    next: str = ""


class ListedName(Struct, frozen=True, kw_only=True):
    """An entry of a list that is like the name: the name that met, the entry's first name, and what the list
    says of it. `hit` is the id under which a decision on it is kept; `foreign` lists inform and refuse
    nothing.
    """

    hit: str
    pack: str
    entry: str
    listed: str
    name: str
    kind: str
    score: Decimal
    reasons: tuple[Text, ...]
    foreign: bool
    programme: str = ""
    listed_on: date | None = None
    countries: tuple[str, ...] = ()
    born: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    original: tuple[str, ...] = ()


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
