"""Why: the tree under one answer - what was read, which law, the working - down to who said what, on which paper, at which place."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Literal

import msgspec
from msgspec import Struct

from entrepot.kernel.access import Speaker, may_read_finding, may_read_statement, may_read_topic
from entrepot.kernel.findings import Finding, Look, Step, Wait
from entrepot.kernel.law import Row
from entrepot.kernel.rates import write_duty
from entrepot.kernel.sheet import Sheet, natural
from entrepot.kernel.submissions import Submission
from entrepot.kernel.text import Problem, Text

MOST_KEYS = 50
DEEPEST = 24


class Spoken(Struct, frozen=True, omit_defaults=True):
    """One statement behind a fact: who said it, for whom, through which channel, and where it stands in a paper.

    `places` maps a field to its place in the document (an XPath, a cell, a pointer)."""

    id: str
    by: str
    organisation: str
    channel: str
    authority: str
    said_at: str
    mandate: str = ""
    document: str = ""
    digest: str = ""
    places: dict[str, str] = {}


class Cited(Struct, frozen=True, omit_defaults=True):
    """One row of law that was read: its table, keys and values, the days it holds, its source and how well it is evidenced."""

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


class Why(Struct, frozen=True, omit_defaults=True):
    """One knot of the tree. `kind`: a finding, a fact, a `conflict` of statements, `hidden` from the one who asks,
    `absent` (nobody said or found it), or `above` (told in full earlier in the tree). `more` counts keys left out."""

    kind: Literal["finding", "fact", "conflict", "hidden", "absent", "above"]
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
    sides: tuple[tuple[str, str], ...] = ()
    below: tuple["Why", ...] = ()
    more: int = 0


class NoSuchPlace(Exception):
    """There is no such topic, key or field on the sheet, or the one who asks may not know of it."""


def why(sheet: Sheet, speaker: Speaker, topic: str, key: str = "", field: str = "") -> Why:
    """The tree under a finding or a fact. Raises NoSuchPlace where there is nothing the speaker may see."""
    if topic not in sheet.registry.topics:
        raise NoSuchPlace(topic)
    knot = _Builder(sheet, speaker).knot(topic, key, field, 0)
    if knot.kind in ("hidden", "absent"):
        raise NoSuchPlace(f"{topic}/{key}" if key else topic)
    if field:
        knot = msgspec.structs.replace(knot, field=field, value=at_field(knot.value, field))
    return knot


def at_field(value: Any, field: str) -> Any:
    """The part of a value at a field path such as `treatments/2.duty`; NoSuchPlace where there is none. Lists count from 1."""
    for part in field.replace("/", ".").split("."):
        if isinstance(value, Mapping) and part in value:
            value = value[part]
        elif isinstance(value, list | tuple) and part.isdecimal() and 0 < int(part) <= len(value):
            value = value[int(part) - 1]
        else:
            raise NoSuchPlace(field)
    return value


class _Builder:
    """One walk over the sheet. What was told once is not told again further down."""

    def __init__(self, sheet: Sheet, speaker: Speaker) -> None:
        self.sheet, self.speaker = sheet, speaker
        self.topics = sheet.registry.topics
        self.told: set[tuple[str, str]] = set()

    def knot(self, name: str, key: str, field: str, depth: int) -> Why:
        topic = self.topics[name]
        if topic.kind == "said":
            return self._fact(name, key, field)
        if topic.kind == "view":  # what was used of it stands in the finding; the rest is not this dossier's
            return Why("fact" if may_read_topic(topic, self.speaker) else "hidden", name, key, topic.label)
        finding = self.sheet.finding(name, key)
        if finding is None or not may_read_topic(topic, self.speaker):
            return Why("absent" if finding is None else "hidden", name, key, topic.label)
        if not may_read_finding(self.topics, finding, self.speaker):
            return Why("hidden", name, key, topic.label)
        if (name, key) in self.told or depth >= DEEPEST:
            return Why("above", name, key, topic.label, status=finding.status)
        self.told.add((name, key))
        return self._finding(finding, depth)

    def _finding(self, finding: Finding, depth: int) -> Why:
        label = self.topics[finding.topic].label
        # The working and the law of a disclosed finding could tell what it rests on; they stay with those who may read that.
        open_to_all = all(may_read_topic(self.topics[look.topic], self.speaker) for look in finding.looks)
        below = [knot for look in _once(finding.looks) for knot in self._looked(look, depth + 1)]
        return Why(
            "finding",
            finding.topic,
            finding.key,
            label,
            status=finding.status,
            value=builtins(finding.effective),
            by=finding.by,
            reasons=finding.reasons,
            problems=finding.problems,
            waits=finding.waits,
            working=finding.working if open_to_all else (),
            law=tuple(self._cited(row) for row in finding.law) if open_to_all else (),
            ruling=builtins(finding.ruling),
            spoken=self._rulers(finding),
            below=tuple(below),
        )

    def _rulers(self, finding: Finding) -> tuple[Spoken, ...]:
        standing = self.sheet.record.standing(f"{finding.topic}.ruling").get(finding.key) if finding.ruling else None
        return () if standing is None else tuple(_spoken(statement, "") for statement in standing.statements)

    def _looked(self, look: Look, depth: int) -> Iterable[Why]:
        if look.key != "*":
            yield self.knot(look.topic, look.key, "", depth)
            return
        column = self.sheet.column(look.topic)
        keys = sorted({*column.values, *column.conflicts, *column.findings}, key=natural)
        label = self.topics[look.topic].label
        if not keys:
            if self.topics[look.topic].kind == "found":
                return
            yield Why("absent", look.topic, "", label)
            return
        if not may_read_topic(self.topics[look.topic], self.speaker):
            yield Why("hidden", look.topic, "", label)
            return
        for key in keys[:MOST_KEYS]:
            yield self.knot(look.topic, key, "", depth)
        if len(keys) > MOST_KEYS:
            yield Why("above", look.topic, "", label, more=len(keys) - MOST_KEYS)

    def _fact(self, name: str, key: str, field: str) -> Why:
        label = self.topics[name].label
        standing = self.sheet.record.standing(name).get(key)
        if standing is None:
            return Why("absent", name, key, label)
        if not all(self._may_read(name, statement) for statement in standing.statements):
            return Why("hidden", name, key, label)
        if (name, key) in self.told:
            return Why("above", name, key, label)
        self.told.add((name, key))
        head = field.replace("/", ".").partition(".")[0]
        statements = standing.statements
        if head in standing.sources:
            statements = (standing.sources[head],)
        spoken = tuple(_spoken(statement, head) for statement in statements)
        if standing.conflicts:
            sides = tuple((conflict.field, said) for conflict in standing.conflicts for said, _ in conflict.sides)
            value = builtins(standing.agreed)
            return Why("conflict", name, key, label, value=value, spoken=spoken, sides=sides)
        return Why("fact", name, key, label, value=builtins(standing.value), spoken=spoken)

    def _may_read(self, name: str, statement: Submission) -> bool:
        return may_read_statement(self.topics[name], statement, self.speaker, self.sheet.record)

    def _cited(self, row: Row) -> Cited:
        name = row.table.partition("/")[0]
        card = next((card for card in self.sheet.law.packs if card.name == name), None)
        return Cited(
            row.table,
            row.keys,
            self._law_values(row),
            row.since,
            row.source,
            row.evidence,
            row.until,
            row.beyond,
            Text(card.title.get("en", name), card.title.get("zh", name)) if card is not None else None,
            card.publisher if card is not None else "",
        )

    def _law_values(self, row: Row) -> dict[str, Any]:
        """A row's values as plain JSON knows them, duties in their own short words; empty ones are left out."""
        table = self.sheet.law.tables.get(row.table)
        kinds = {} if table is None else table.spec.values
        return {
            column: write_duty(value) if kinds.get(column) == "duty" else builtins(value)
            for column, value in row.values.items()
            if value is not None and value != "" and value != ()
        }


def _once(looks: Iterable[Look]) -> list[Look]:
    """Looks without repeats; one at a single key is told by the look at the whole topic."""
    whole = {look.topic for look in looks if look.key == "*"}
    return list(dict.fromkeys(look for look in looks if look.key == "*" or look.topic not in whole))


def _spoken(statement: Submission, field: str) -> Spoken:
    evidence = next((item for item in statement.evidence if not field or field in item.places), None)
    evidence = evidence or (statement.evidence[0] if statement.evidence else None)
    places = {} if evidence is None else evidence.places
    if field and field in places:
        places = {field: places[field]}
    return Spoken(
        statement.id,
        statement.by,
        statement.for_,
        statement.channel,
        statement.authority,
        statement.said_at,
        statement.mandate,
        "" if evidence is None else evidence.name,
        "" if evidence is None else evidence.digest,
        dict(places),
    )


def builtins(value: Any) -> Any:
    """A value as plain JSON knows it: decimals and days as text, structs as objects; absent stays None."""
    return None if value is None else msgspec.to_builtins(value, str_keys=True)
