"""What was read from a paper, beside the paper: the fields with their places, the doubts, and a person's answers to them.

Whoever confirms or corrects a field from the picture transcribes the document: it is said with the authority `transcript`, on the
evidence of the paper, at the place where it stands.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.gateways.extract import as_text
from entrepot.kernel.access import Speaker, may_have_paper, may_read_statement, may_read_topic
from entrepot.kernel.intake import Refusal, convert
from entrepot.kernel.record import Record
from entrepot.kernel.submissions import Evidence
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.answers import PAPER, PAPER_DOUBTS, Doubt, Doubts
from entrepot.kernel.why import NoSuchPlace
from entrepot.portal.drafts import Draft, problem
from entrepot.portal.speaking import Topics

if TYPE_CHECKING:
    from entrepot.portal.desk import Desk, Said

Answers = Mapping[
    str, Mapping[str, str | None]
]  # topic/key -> field -> the value in its short form; None: it is not there


class FieldRead(Struct, frozen=True, omit_defaults=True):
    """A field that a paper says: its value in short form, where it stands, how sure its reading was (None: no matter of reading),
    and whether a person transcribed it."""

    topic: str
    key: str
    label: Text
    field: str
    value: str
    place: str
    confidence: Decimal | None = None
    transcribed: bool = False


class PaperRead(Struct, frozen=True, omit_defaults=True):
    """A paper as read: the fields that stand, the doubts that nobody has answered yet, and what was not read."""

    digest: str
    name: str
    kind: str
    media_type: str
    fields: tuple[FieldRead, ...]
    doubts: tuple[Doubt, ...] = ()
    unread: tuple[str, ...] = ()


def paper_read(desk: "Desk", dossier: str, digest: str, voice: Voice) -> PaperRead:
    """What was read from a paper, for those who may have the paper itself. Raises NoSuchPlace for all others."""
    with desk.known(dossier, voice) as (record, speaker):
        topics = desk.registry.topics
        standing = record.standing(PAPER.name).get(digest)
        if standing is None or not may_have_paper(topics, digest, standing.statements, speaker, record):
            raise NoSuchPlace(digest)
        if not all(may_read_statement(PAPER, one, speaker, record) for one in standing.statements):
            raise NoSuchPlace(digest)
        paper = standing.value or standing.values[0]
        doubts, confidence = _doubts(topics, record, speaker, digest)
        return PaperRead(
            digest,
            paper.name,
            paper.kind,
            paper.media_type,
            tuple(_fields(topics, record, speaker, digest, confidence)),
            doubts,
            paper.unread,
        )


def answer(desk: "Desk", dossier: str, digest: str, answers: Answers, voice: Voice) -> "Said":
    """Say what a person reads in the picture where the reading was in doubt; a field answered with None is not on the paper and
    is asked no more. Refusal with every problem; nothing is said then."""
    read = paper_read(desk, dossier, digest, voice)
    open_ = {(_at(one), one.field): one for one in read.doubts}
    problems = [
        problem(
            "D046", f"{at}.{field}", "nothing is asked about this field", "该字段没有待确认事项",
            "answer a field that the paper's page lists as doubtful", "请回答单证页面所列的待确认字段",
        )
        for at, fields in answers.items() for field in fields if (at, field) not in open_
    ]  # fmt: skip
    drafts: list[Draft] = []
    for at, fields in answers.items():
        try:
            drafts += _drafts(desk.registry.topics, read, at, fields, open_)
        except Refusal as refusal:
            problems += refusal.problems
    if problems:
        raise Refusal(tuple(dict.fromkeys(problems)))
    gone = {f"{at}.{field}" for at, fields in answers.items() for field, text in fields.items() if text is None}
    if gone:
        drafts.append(_absent(desk, dossier, digest, gone, voice))
    if not drafts:
        raise Refusal((problem("D001", "answers", "nothing was said", "没有任何陈述", "answer a field", "请回答字段"),))
    return desk.say(dossier, drafts, voice)


def _at(doubt: Doubt) -> str:
    return f"{doubt.topic}/{doubt.key}" if doubt.key else doubt.topic


def _doubts(
    topics: Topics, record: Record, speaker: Speaker, digest: str
) -> tuple[tuple[Doubt, ...], dict[str, Decimal]]:
    """The doubts about a paper that nobody has answered and the speaker may read of, and how sure the rest was by place."""
    standing = record.standing(PAPER_DOUBTS.name).get(digest)
    values: Sequence[Doubts] = standing.values if standing is not None else ()
    said = {
        (one.topic, key, field)
        for one, key, evidence in _resting(record, digest)
        if one.authority == "transcript"
        for field in evidence.places
    }
    absent = {place for value in values for place in value.absent}
    keys = {(topic, field) for topic, _, field in said if field == "key"}
    doubts = {
        (doubt.topic, doubt.key, doubt.field, doubt.place, doubt.value): doubt
        for value in values
        for doubt in value.doubts
        if doubt.topic in topics
        and may_read_topic(topics[doubt.topic], speaker)
        and (doubt.topic, doubt.key, doubt.field) not in said
        and f"{_at(doubt)}.{doubt.field}" not in absent
        and (doubt.topic, doubt.field) not in keys
    }
    return tuple(doubts.values()), {place: sure for value in values for place, sure in value.confidence.items()}


def _resting(record: Record, digest: str) -> Iterator[tuple[Any, str, Evidence]]:
    """The statements that stand on the evidence of a paper, each with its key and that evidence."""
    heads = set(record.heads())
    for id, one in record.submissions.items():
        if id in heads:
            for evidence in one.evidence:
                if evidence.digest == digest and one.topic != PAPER.name:
                    yield one, one.key, evidence


def _fields(
    topics: Topics, record: Record, speaker: Speaker, digest: str, confidence: Mapping[str, Decimal]
) -> Iterator[FieldRead]:
    for one, key, evidence in _resting(record, digest):
        topic = topics.get(one.topic)
        if topic is None or not may_read_statement(topic, one, speaker, record):
            continue
        standing = record.standing(one.topic)[key]
        value = next((v for s, v in zip(standing.statements, standing.values, strict=True) if s.id == one.id), None)
        for field, place in evidence.places.items():
            shown = key if field == "key" else as_text(getattr(value, field, ""))
            sure = [confidence[part] for part in place.split("; ") if part in confidence]
            yield FieldRead(
                one.topic, key, topic.label, field, shown, place, min(sure, default=None), one.authority == "transcript"
            )


def _drafts(
    topics: Topics, read: PaperRead, at: str, fields: Mapping[str, str | None], open_: Mapping[tuple[str, str], Doubt]
) -> Iterator[Draft]:
    """One statement for what was answered about one topic and key."""
    given = {field: text.strip() for field, text in fields.items() if text is not None and (at, field) in open_}
    if not given:
        return
    name, _, key = at.partition("/")
    topic = topics[name]
    places = {field: open_[at, field].place for field in given}
    key = given.pop("key", key)
    body: dict[str, Any] = {}
    problems: list[Problem] = []
    for field, text in given.items():
        try:
            body[field] = typed_answer(topic.type, field, text, f"{at}.{field}")
        except Refusal as refusal:
            problems += refusal.problems
    if problems:
        raise Refusal(tuple(problems))
    yield Draft(name, body, key, authority="transcript", evidence=(Evidence(read.digest, read.name, places),))


def typed_answer(type: Any, field: str, text: str, where: str) -> Any:
    """A value that a person typed, as plain JSON for a field of a type: as text, else as the JSON that the text is."""
    wanted = next(one for one in msgspec.structs.fields(type) if one.name == field).type
    try:
        convert(text, wanted, where)
    except Refusal as refusal:
        try:
            value = msgspec.json.decode(text)
            convert(value, wanted, where)
        except (msgspec.DecodeError, Refusal):
            raise refusal from None
        return value
    return text


def _absent(desk: "Desk", dossier: str, digest: str, gone: set[str], voice: Voice) -> Draft:
    """That a paper has no such fields, with those that the same organisation said so of before."""
    with desk.known(dossier, voice) as (record, speaker):
        standing = record.standing(PAPER_DOUBTS.name)[digest]
        own = [
            (one.id, value)
            for one, value in zip(standing.statements, standing.values, strict=True)
            if one.for_ == speaker.organisation and not value.doubts
        ]
    absent = sorted(gone.union(*(value.absent for _, value in own)))
    return Draft(PAPER_DOUBTS.name, {"absent": absent}, digest, replaces=tuple(id for id, _ in own))
