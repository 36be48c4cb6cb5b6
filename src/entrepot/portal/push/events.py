"""Events: what happened, as far as a voice may read it, in the order of the log, as CloudEvents 1.0 in structured JSON.

    events_for(desk, voice, after, limit, Filter(topics=("customs.*",)))      the next events and the position up to which was looked
    event_at(desk, voice, position)                                           one event; None where there is none for this voice

Whether a voice may read an event is asked of each anew, by the same rules as for the sheet: what it may not read is not there.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from secrets import token_hex
from typing import Any
from urllib.parse import quote

import msgspec
from msgspec import UNSET, Struct, UnsetType

from entrepot.channels.online import OFFICES, Voice
from entrepot.kernel.access import Speaker, may_read_statement, may_read_topic
from entrepot.kernel.record import Record
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.talk import ASSIGNED, COMMENT, NOTE
from entrepot.portal import setting
from entrepot.portal.desk import Desk, NoSuchDossier
from entrepot.store import events as stored
from entrepot.store.events import START, Moved, Position, Spoken, Wanted
from entrepot.store.mandates import given_to
from entrepot.store.outbox import stamp

TYPE = "entrepot."
MOST = 500  # events in one answer
MOST_BYTES = 4 * 1024 * 1024
MOST_ROUNDS = 25  # of looking, in one answer: each at as many places as `stored.WINDOW`


class Filter(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Which events are wanted: `topics` are patterns with `*` (`customs.*`, `found.rebate.*`), `dossiers` ids, `kinds` those of
    dossiers (trade, enterprise …), `roles` those that one has in the dossier. What is empty asks for all. `found`: findings too.
    `named`: only what names the person who asks - a mention in a comment or note, an assignment."""

    topics: tuple[str, ...] = ()
    dossiers: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    found: bool = True
    named: bool = False

    def takes(self, event: Spoken | Moved) -> bool:
        """Whether an event is wanted, by all but the roles."""
        if self.kinds and event.kind not in self.kinds:
            return False
        if isinstance(event, Moved) and not self.found:
            return False
        topic = event.topic if isinstance(event, Moved) else event.submission.topic
        return not self.topics or any(
            _matches(pattern, name) for pattern in self.topics for name in (topic, f"{verb_of(event)}.{topic}")
        )


NO_FILTER = Filter()


class EventData(Struct, frozen=True, omit_defaults=True, rename={"for_": "for"}):
    """What an event tells. Of a statement: who said what, with its body; of a finding: its status, the one before, and the digest of
    its value, which is read from the sheet. `position` is the cursor behind which to ask for more."""

    dossier: str
    topic: str
    position: str
    key: str = ""
    version: int = 0
    body: msgspec.Raw | UnsetType = UNSET
    erased: bool = False
    by: str = ""
    for_: str = ""
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


class Event(Struct, frozen=True, omit_defaults=True):
    """A CloudEvent 1.0 (structured mode). `sequence` sorts as text in the order of events of this source; `rehearsal` is there where
    it happened in a sandbox."""

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

    @property
    def position(self) -> Position:
        """Where it stands."""
        return Position.parse(self.data.position) or START


class Events(Struct, frozen=True):
    """Events in order, and the position up to which was looked: nothing between the last of them and it is for this voice."""

    events: tuple[Event, ...]
    upto: Position


def events_for(desk: Desk, voice: Voice, after: Position = START, limit: int = 100, only: Filter = NO_FILTER) -> Events:
    """The next events that a voice may read and wants. Fewer than `limit` need not mean that there are no more: ask again from `upto`
    until it moves no more."""
    desk.admit(voice)
    wanted, found, size = _wanted(desk, voice, only), list[Event](), 0
    for _ in range(MOST_ROUNDS):
        with desk.store.database.session() as session:
            happened, upto = stored.happened(desk.store.database, session, after, wanted)
        for one in readable(desk, voice, [one for one in happened if only.takes(one)], only):
            found.append(event_of(desk, one))
            size += len(one.submission.body) if isinstance(one, Spoken) else 100
            if len(found) >= min(limit, MOST) or size > MOST_BYTES:
                return Events(tuple(found), one.position)
        if upto == after:
            break
        after = upto
    return Events(tuple(found), after)


def event_at(desk: Desk, voice: Voice, position: Position, only: Filter = NO_FILTER) -> Event | None:
    """The event at a position, as far as the voice may read it now; None where there is none for it."""
    with desk.store.database.session() as session:
        one = stored.event_at(session, position)
    return event_of(desk, one) if one is not None and readable(desk, voice, [one], only) else None


def last_position(desk: Desk) -> Position:
    """The position of the last event of all."""
    with desk.store.database.session() as session:
        return stored.last(session)


def readable(desk: Desk, voice: Voice, events: Sequence[Spoken | Moved], only: Filter) -> list[Spoken | Moved]:
    """Those events that a voice may read now, by the rules of the sheet, in their order; each dossier is opened once."""
    found = list[Spoken | Moved]()
    for dossier in dict.fromkeys(dossier_of(one) for one in events):
        try:
            with desk.known(dossier, voice) as (record, speaker):
                if only.roles and not speaker.roles.intersection(only.roles):
                    continue
                own = [one for one in events if dossier_of(one) == dossier]
                found += [one for one in own if may_read(desk.registry.topics, one, speaker, record)]
        except NoSuchDossier:
            continue
    if only.named:
        found = [one for one in found if voice.person in named_in(one)]
    return sorted(found, key=lambda one: one.position)


def dossier_of(event: Spoken | Moved) -> str:
    """The dossier in which it happened."""
    return event.dossier if isinstance(event, Moved) else event.submission.dossier


def may_read(topics: Mapping[str, Topic[Any]], event: Spoken | Moved, speaker: Speaker, record: Record) -> bool:
    """Whether a speaker may read an event: a statement as on the sheet; a finding by its topic and all that it looked at."""
    if isinstance(event, Spoken):
        topic = topics.get(event.submission.topic)
        return topic is not None and may_read_statement(topic, event.submission, speaker, record)
    topic = topics.get(event.topic)
    if topic is None or not may_read_topic(topic, speaker):
        return False
    return bool(topic.discloses) or all(
        look in topics and may_read_topic(topics[look], speaker) for look in event.looks
    )


class _Naming(Struct, frozen=True):
    mentions: tuple[str, ...] = ()
    person: str = ""


NAMING = (COMMENT.name, NOTE.name, ASSIGNED.name)


def named_in(event: Spoken | Moved) -> frozenset[str]:
    """The persons whom a comment, a note or an assignment names, other than its speaker."""
    if isinstance(event, Moved) or event.submission.topic not in NAMING or event.erased or event.submission.withdraws:
        return frozenset()
    try:
        body = msgspec.json.decode(bytes(event.submission.body), type=_Naming)
    except msgspec.MsgspecError:  # of another version
        return frozenset()
    return frozenset({*body.mentions, body.person}) - {"", event.submission.by}


def verb_of(event: Spoken | Moved) -> str:
    """What happened: `said`, `withdrawn` or `found`."""
    if isinstance(event, Moved):
        return "found"
    return "withdrawn" if event.submission.withdraws else "said"


def event_of(desk: Desk, event: Spoken | Moved) -> Event:
    """An event as it is told to whoever may read it."""
    at, position = event.position, str(event.position)
    if isinstance(event, Moved):
        data = EventData(
            event.dossier, event.topic, position, event.key, status=event.status, was=event.was, digest=event.digest
        )
        id, time = f"{desk.store.origin.rpartition('/')[2]}-{position}", event.found_at
    else:
        s = event.submission
        body = UNSET if event.erased or s.withdraws else s.body
        data = EventData(
            s.dossier, s.topic, position, s.key, s.version, body, event.erased, s.by, s.for_, s.mandate, s.channel, s.authority,
            s.said_at, s.replaces, s.withdraws, tuple(one.digest for one in s.evidence),
        )  # fmt: skip
        id, time = s.id, s.heard_at
    base = setting.address()
    return Event(
        "1.0", id, base, f"{TYPE}{verb_of(event)}.{data.topic}", data.dossier, time, "application/json",
        f"{base}/api/v1/topics/{quote(data.topic)}", f"{at.place:015d}.{at.number:09d}", data,
        desk.store.nature == "sandbox",
    )  # fmt: skip


def trial(organisation: str, now: datetime, rehearsal: bool = False) -> Event:
    """An event of the type `entrepot.test`, by which a receiver is tried out. Its position is none of the order's."""
    base, name = setting.address(), f"test_{token_hex(8)}"
    data = EventData("", "test", "", for_=organisation)
    return Event(
        "1.0",
        name,
        base,
        f"{TYPE}test",
        "test",
        stamp(now),
        "application/json",
        f"{base}/api/v1/openapi.json",
        "",
        data,
        rehearsal,
    )


def page_address(event: Event) -> str:
    """The page of the event's dossier."""
    return f"{event.source}/d/{quote(event.subject)}"


def label_of(topics: Callable[[str], Topic[Any] | None], event: Event, language: str) -> str:
    """What the event is about, in words that tell nothing of what was said; in both languages where none is named."""
    topic = topics(event.data.topic)
    if topic is None:
        return event.data.topic
    return topic.label.in_language(language) if language else f"{topic.label.zh} / {topic.label.en}"


def _wanted(desk: Desk, voice: Voice, only: Filter) -> Wanted:
    everywhere = voice.rehearsal or bool(voice.standing & OFFICES)
    topics = None
    if only.topics:
        names = desk.registry.topics
        topics = tuple(name for name in names if any(_may_match(pattern, name) for pattern in only.topics))
    return Wanted(None if everywhere else parties(desk, voice), only.dossiers or None, topics)


def parties(desk: Desk, voice: Voice) -> tuple[str, ...]:
    """The organisations in whose dossiers a voice may have a part: its own, and those that gave it a standing mandate; which part, and
    whether, is decided in each."""
    own = {voice.counter or voice.organisation, voice.organisation} - {""}
    given = [one.principal for agent in own for one in given_to(desk.store.database, agent)]
    return tuple(sorted(own.union(given)))


def _may_match(pattern: str, topic: str) -> bool:
    return any(
        _matches(pattern, name) for name in (topic, *(f"{verb}.{topic}" for verb in ("said", "withdrawn", "found")))
    )


PATTERN = re.compile(r"[a-z0-9_.*]{1,100}")


def _matches(pattern: str, name: str) -> bool:
    """Whether a name is of a pattern, in which `*` stands for anything. In linear time, whatever the pattern."""
    first, *others = pattern.split("*")
    if not others:
        return pattern == name
    *inner, end = others
    if not name.startswith(first) or len(name) < len(first) + len(end) or not name.endswith(end):
        return False
    return _in_turn(name[len(first) : len(name) - len(end)], inner)


def _in_turn(text: str, parts: Sequence[str] | Iterable[str]) -> bool:
    at = 0
    for part in parts:
        found = text.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return True
