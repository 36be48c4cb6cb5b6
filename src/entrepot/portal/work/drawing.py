"""A dossier's card: what of it waits for whom and by when, with what is needed to tell who may know. Drawn from its sheet, for everybody
at once, and kept until the dossier moves; who may see what of it is asked each time (`reach.py`).
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from entrepot.channels import mandates, online
from entrepot.kernel.access import Speaker
from entrepot.kernel.findings import Finding
from entrepot.kernel.record import Record
from entrepot.kernel.sheet import Sheet
from entrepot.kernel.text import Text
from entrepot.kernel.topics import EVERYONE, TRADERS
from entrepot.kernel.vocabulary.answers import PAPER_DOUBTS
from entrepot.kernel.vocabulary.customs import PARTICULARS
from entrepot.kernel.vocabulary.decisions import FORM
from entrepot.kernel.vocabulary.talk import OWN_DUE
from entrepot.kernel.vocabulary.trade import MEMBER, OPENED, PARTY, DossierOpened
from entrepot.portal.broker.worklist import NEXT, drawn
from entrepot.portal.desk import Desk
from entrepot.portal.work.dues import DUES
from entrepot.store.store import DossierCard

Kind = Literal["say", "settle", "mend", "stage", "doubt", "due", "own"]
MOST = 60  # items of one kind; a dossier that lacks more has one thing to begin with
ACTING: dict[str, Text] = {name: NEXT[name] for name in ("asked", "rejected", "inspected", "to_confirm", "ready")}
_LINE = re.compile(r"line/([^.]+)(?:\.(.+))?")


class Item(Struct, frozen=True, omit_defaults=True):
    """Something that waits: for whom (`who`, roles; `org`, one organisation alone), by when, and where it is done. It may be known to
    those who may read every topic of one of the ways in `seen`; empty: to all who are in the dossier."""

    kind: Kind
    topic: str
    text: Text
    who: tuple[str, ...] = ()
    key: str = ""
    field: str = ""
    due: date | None = None
    org: str = ""
    seen: tuple[tuple[str, ...], ...] = ()


class Card(Struct, frozen=True, omit_defaults=True):
    """What a dossier comes to. `members` are the roles of each organisation in it, `clients` those whose standing mandates open it,
    `mode` the supervision mode; `stage` is how far its declaration is, as far as those know who may read the topics of `seen`."""

    dossier: str
    kind: str
    reference: str = ""
    title: str = ""
    opened_on: str = ""
    members: dict[str, tuple[str, ...]] = {}
    clients: tuple[str, ...] = ()
    mode: str = ""
    flow: str = ""
    stage: str = "collecting"
    seen: tuple[str, ...] = ()
    digest: str = ""
    parties: dict[str, str] = {}
    items: tuple[Item, ...] = ()


def card_of(desk: Desk, record: Record) -> Card:
    """Draw the card; to be called while the record is held."""
    sheet, topics = desk.sheet(record), desk.registry.topics
    particulars = _value(record, PARTICULARS.name)
    stage, digest, seen = "", "", tuple[str, ...]()
    items: list[Item] = []
    if record.kind == "trade":
        work = drawn(desk, _bare(record), record, Speaker("", "", EVERYONE))
        form = sheet.finding(FORM.name)
        drafted = not work.number and work.stage in ("collecting", "blocked", "to_confirm", "ready")
        seen = _ways(topics, form) if drafted and form is not None else ()
        stage, digest = work.stage, work.digest
        if stage in ACTING:
            items.append(
                Item(
                    "stage",
                    FORM.name,
                    ACTING[stage],
                    tuple(sorted(TRADERS)),
                    due=work.due,
                    seen=(seen,) if seen else (),
                )
            )
    opened = record.standing(OPENED.name).get("")
    card = opened.value if opened is not None and isinstance(opened.value, DossierOpened) else None
    items += [*_waits(sheet), *_mistakes(desk, sheet), *_conflicts(desk, record), *_doubts(record), *_dues(desk, sheet)]
    return Card(
        record.dossier, record.kind, card.reference if card else "", card.title if card else "",
        opened.statements[0].heard_at[:10] if opened is not None else "",
        {name: tuple(sorted(online.memberships(record, name))) for name in record.standing(MEMBER.name)},
        tuple(sorted(mandates.clients(record))), mandates.mode_of(record), particulars.flow if particulars is not None else "",
        stage, seen, digest, _parties(record), tuple(items),
    )  # fmt: skip


def _bare(record: Record) -> DossierCard:
    return DossierCard(record.dossier, record.kind, "", "", "", "", 0, 0)


def _value(record: Record, topic: str) -> Any:
    standing = record.standing(topic).get("")
    return None if standing is None else standing.value if standing.value is not None else standing.agreed


def _parties(record: Record) -> dict[str, str]:
    values = ((key, one.value or one.agreed) for key, one in record.standing(PARTY.name).items())
    return {key: value.name_zh or value.name for key, value in values if value is not None}


def _ways(topics: Any, finding: Finding) -> tuple[str, ...]:
    """The topics that one must be able to read to know a finding: one for each set of readers."""
    own = topics[finding.topic]
    names = [own.name] if own.discloses else sorted({own.name, *(look.topic for look in finding.looks)})
    return tuple({topics[name].read: name for name in reversed(names) if name in topics}.values())


def _waits(sheet: Sheet) -> Iterator[Item]:
    """What people have to say, once for everything that is waited for."""
    topics, held = sheet.registry.topics, dict[tuple[str, str], tuple[Any, set[tuple[str, ...]]]]()
    for finding in sheet.findings():
        for wait in finding.waits:
            if wait.topic in topics and topics[wait.topic].kind == "said":
                held.setdefault((wait.topic, wait.key), (wait, set()))[1].add(_ways(topics, finding))
    for wait, ways in list(held.values())[:MOST]:
        yield Item("say", wait.topic, topics[wait.topic].label, wait.who, wait.key, seen=tuple(sorted(ways)))


def _mistakes(desk: Desk, sheet: Sheet) -> Iterator[Item]:
    """What is wrong and keeps an answer from standing, once for each place and rule."""
    topics, told = sheet.registry.topics, dict[tuple[str, str, Text], tuple[Finding, Any, set[tuple[str, ...]]]]()
    for finding in sheet.findings():
        for problem in finding.problems:
            if problem.severity == "E":
                place = (problem.rule, problem.where, problem.what)
                told.setdefault(place, (finding, problem, set()))[2].add(_ways(topics, finding))
    for finding, problem, ways in list(told.values())[:MOST]:
        topic, key, field = place_of(desk, problem.where) or (finding.topic, finding.key, "")
        said = topics[topic]
        who = tuple(sorted(said.say if said.kind == "said" else TRADERS))
        yield Item("mend", topic, problem.what, who, key, field, seen=tuple(sorted(ways)))


def place_of(desk: Desk, where: str) -> tuple[str, str, str] | None:
    """The topic, key and field of a problem's place; None where that is no statement's."""
    if (line := _LINE.fullmatch(where)) is not None:
        return "goods.line", line[1], line[2] or ""
    head, _, field = where.rpartition(".")
    if head == "header":
        return PARTICULARS.name, "", field
    for name, left in ((where, ""), (head, field)):
        topic, _, key = name.partition("/")
        known = desk.registry.topics.get(topic)
        if known is not None and known.kind == "said" and bool(known.keyed) == bool(key):
            return topic, key, left
    return None


def _conflicts(desk: Desk, record: Record) -> Iterator[Item]:
    """Statements that contradict each other: whoever may say one may settle it."""
    for name in list(record.spoken()):
        topic = desk.registry.topics.get(name)
        if topic is None or topic.base or not topic.say or "speaker" in topic.read or topic.opens:
            continue
        for key, standing in record.standing(name).items():
            for conflict in standing.conflicts[:3]:
                yield Item("settle", name, topic.label, tuple(sorted(topic.say)), key, conflict.field, seen=((name,),))


def _doubts(record: Record) -> Iterator[Item]:
    """Papers of which fields could not be read with certainty: for whoever handed them in."""
    for digest, standing in record.standing(PAPER_DOUBTS.name).items():
        for said in standing.statements:
            yield Item("doubt", PAPER_DOUBTS.name, PAPER_DOUBTS.label, ("speaker",), digest, org=said.for_)


def _dues(desk: Desk, sheet: Sheet) -> Iterator[Item]:
    """Days by which something is to be done, found, said by customs, or set by an organisation for itself."""
    record, topics = sheet.record, sheet.registry.topics
    told: dict[tuple[str, str, date], tuple[Item, set[tuple[str, ...]]]] = {}
    for finding in sheet.findings():
        for item in _due_of(record, finding.topic, finding.key, finding.effective):
            # Lines that fall due on one day are one thing to do.
            place = (item.topic, item.field, item.due or date.max)
            told.setdefault(place, (item, set()))[1].add(_ways(topics, finding))
    yield from (replace(item, seen=tuple(sorted(ways))) for item, ways in told.values())
    for name in ("customs.notice", "declaration.attachment"):
        for key, standing in record.standing(name).items():
            yield from (replace(item, seen=((name,),)) for item in _due_of(record, name, key, standing.value))
    for key, standing in record.standing(OWN_DUE.name).items():
        for said, value in zip(standing.statements, standing.values, strict=True):
            if not value.done:
                what = Text(value.what, value.what)
                yield Item("own", OWN_DUE.name, what, ("speaker",), key, due=value.on, org=said.for_)


def _due_of(record: Record, topic: str, key: str, value: Any) -> Iterator[Item]:
    """The last days that a value holds, of what was not done since."""
    for due in DUES.get(topic, ()):
        day = getattr(value, due.field, None)
        if isinstance(day, date) and not any(record.standing(name) for name in due.until):
            yield Item("due", topic, due.text, due.who, key, due.field, day)
