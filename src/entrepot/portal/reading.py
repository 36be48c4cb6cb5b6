"""A reading: the sheet as one speaker may see it, in plain values that every door can show."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct

from entrepot.kernel.access import Speaker, may_read_finding, may_read_statement, may_read_topic
from entrepot.kernel.findings import Finding, Wait
from entrepot.kernel.record import Record
from entrepot.kernel.sheet import Sheet, natural, value_digest
from entrepot.kernel.submissions import Evidence
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.trade import OPENED, DossierOpened
from entrepot.kernel.why import builtins


class Statement(Struct, frozen=True, omit_defaults=True):
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


class Disagreement(Struct, frozen=True, omit_defaults=True):
    """A field on which statements contradict each other: each value with the statement that holds it."""

    field: str
    sides: tuple[tuple[str, str], ...]


class Fact(Struct, frozen=True, omit_defaults=True):
    """What stands on one key of a topic. Under a conflict `value` holds the fields that nobody disputes."""

    topic: str
    key: str
    label: Text
    value: Any
    statements: tuple[Statement, ...]
    conflicts: tuple[Disagreement, ...] = ()


class Found(Struct, frozen=True, omit_defaults=True):
    """What a module answered, without its working (ask `why` for that). `digest` names the value for sending and rulings."""

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


class Reading(Struct, frozen=True):
    """A dossier's sheet for one speaker on one day. `hidden` names what is on the sheet and rests on things the speaker may not see.

    `heads` are the ids of the statements seen: give them back as `expects` to be refused when something moved meanwhile.
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


class _Heads:
    """The heads that one speaker may read in a record, brought up to date by what was added since."""

    __slots__ = ("added", "gone", "ids")

    def __init__(self) -> None:
        self.added = self.gone = 0
        self.ids: list[str] = []


KEPT_SPEAKERS = 32  # of one record


def visible_heads(topics: Mapping[str, Topic[Any]], record: Record, speaker: Speaker) -> tuple[str, ...]:
    """The ids of the standing statements that the speaker may read, sorted. Call it only while the record is held."""
    whose = (visible_heads, speaker.organisation, speaker.roles)
    seen = record.kept.get(whose)
    if seen is None or _unseals(topics, record, seen):
        if len(record.kept) >= KEPT_SPEAKERS:
            record.kept.clear()
        seen = record.kept[whose] = _Heads()
    for said in record.order[seen.added :]:
        topic = topics.get(said.topic)
        if topic is not None and record.stands(said) and may_read_statement(topic, said, speaker, record):
            insort(seen.ids, said.id)
    for gone in record.gone[seen.gone :]:
        at = bisect_left(seen.ids, gone)
        if at < len(seen.ids) and seen.ids[at] == gone:
            del seen.ids[at]
    seen.added, seen.gone = len(record.order), len(record.gone)
    return tuple(seen.ids)


def _unseals(topics: Mapping[str, Topic[Any]], record: Record, seen: _Heads) -> bool:
    """Whether something was said since that opens what was sealed until then, or seals it again."""
    gone = [record.submissions[id] for id in record.gone[seen.gone :] if id in record.submissions]
    moved = {said.topic for said in (*record.order[seen.added :], *gone)}
    return bool(moved & {topic.opens for topic in topics.values() if topic.opens}) if moved else False


def reading(sheet: Sheet, speaker: Speaker, nature: str) -> Reading:
    """The drawn sheet as the speaker may see it."""
    record = sheet.record
    opened = record.standing(OPENED.name).get("")
    card = opened.value if opened is not None and isinstance(opened.value, DossierOpened) else None
    findings, hidden = _findings(sheet, speaker)
    return Reading(
        record.dossier,
        record.kind,
        card.reference if card else "",
        card.title if card else "",
        nature,
        sheet.today,
        sheet.law.digest,
        tuple(sorted(speaker.roles)),
        visible_heads(sheet.registry.topics, record, speaker),
        tuple(_facts(sheet, speaker)),
        findings,
        hidden,
    )


def _facts(sheet: Sheet, speaker: Speaker) -> Iterable[Fact]:
    for name, topic in sheet.registry.topics.items():
        if topic.kind != "said":
            continue
        standing = sheet.record.standing(name)
        for key in sorted(standing, key=natural):
            here = standing[key]
            seen = [s for s in here.statements if may_read_statement(topic, s, speaker, sheet.record)]
            if not seen:
                continue
            whole = len(seen) == len(here.statements)
            conflicts = tuple(
                Disagreement(conflict.field, tuple((said, statement.id) for said, statement in conflict.sides))
                for conflict in here.conflicts
                if whole
            )
            value = (here.agreed if here.conflicts else here.value) if whole else None
            yield Fact(name, key, topic.label, builtins(value), tuple(statement(s) for s in seen), conflicts)


def statement(said: Any) -> Statement:
    """A submission without its body."""
    return Statement(
        said.id,
        said.by,
        said.for_,
        said.channel,
        said.authority,
        said.said_at,
        said.heard_at,
        said.mandate,
        said.evidence,
    )


def _findings(sheet: Sheet, speaker: Speaker) -> tuple[tuple[Found, ...], tuple[Text, ...]]:
    topics = sheet.registry.topics
    seen: list[Found] = []
    hidden: dict[str, Text] = {}
    for finding in sheet.findings():
        if may_read_finding(topics, finding, speaker):
            seen.append(_found(sheet, finding))
        elif may_read_topic(topics[finding.topic], speaker):
            hidden[finding.topic] = topics[finding.topic].label
    return tuple(seen), tuple(hidden.values())


def _found(sheet: Sheet, finding: Finding) -> Found:
    topic = sheet.registry.topics[finding.topic]
    return Found(
        finding.topic,
        finding.key,
        topic.label,
        finding.status,
        finding.by,
        builtins(finding.effective),
        value_digest(finding.effective) if finding.effective is not None else "",
        finding.reasons,
        finding.problems,
        finding.waits,
        topic.sends,
        msgspec.to_builtins(finding.ruling, str_keys=True) if finding.ruling is not None else None,
    )


class Waiting(Struct, frozen=True):
    """Something that is waited for: what, from whom (roles, or the module that will find it), and which findings wait for it."""

    topic: str
    key: str
    who: tuple[str, ...]
    why: Text
    holds_up: tuple[str, ...]


def waiting(reading: Reading) -> tuple[Waiting, ...]:
    """What waits for whom, one entry per thing waited for; what only waits for another finding comes after what waits for people."""
    held: dict[tuple[str, str], tuple[Wait, list[str]]] = {}
    for found in reading.findings:
        for wait in found.waits:
            place = f"{found.topic}/{found.key}" if found.key else found.topic
            held.setdefault((wait.topic, wait.key), (wait, []))[1].append(place)
    given = {found.topic for found in reading.findings}
    entries = [Waiting(w.topic, w.key, w.who, w.why, tuple(places)) for w, places in held.values()]
    return tuple(sorted(entries, key=lambda entry: (entry.topic in given, entry.topic, natural(entry.key))))


def problems_of(reading: Reading) -> tuple[tuple[Problem, Found], ...]:
    """Every problem once, with the first finding that told it: a line's problem is told by the form too."""
    first: dict[tuple[str, str, Text], tuple[Problem, Found]] = {}
    for found in reading.findings:
        for problem in found.problems:
            first.setdefault((problem.rule, problem.where, problem.what), (problem, found))
    return tuple(first.values())
