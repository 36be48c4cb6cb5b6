"""What was read from a paper, beside the paper: the fields with their places, the doubts, and a person's answers to them.

Whoever confirms or corrects a field from the picture transcribes the document: it is said with the authority `transcript`, on the
evidence of the paper, at the place where it stands. A field that was stated wrong is corrected alike, in the place of what the
same organisation said.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import msgspec
from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.gateways.extract import as_text
from entrepot.kernel.access import Speaker, may_have_paper, may_read_statement, may_read_topic
from entrepot.kernel.intake import Refusal, convert
from entrepot.kernel.record import Record
from entrepot.kernel.submissions import Evidence, Submission
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.answers import PAPER, PAPER_DOUBTS, PAPER_UNREAD, Doubt, Doubts
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
    whether a person transcribed it, and whether the reader's own organisation said it, and so may correct it."""

    topic: str
    key: str
    label: Text
    field: str
    value: str
    place: str
    confidence: Decimal | None = None
    transcribed: bool = False
    own: bool = False


class PaperRead(Struct, frozen=True, omit_defaults=True):
    """A paper as read: the fields that stand, the doubts that nobody has answered yet, and what was not read. While its `reading` is
    pending, `pages_read` of its `pages` are read as far as this process knows; where it failed, `problems` say why. `turned` tells
    by page by how many quarters to the left its picture stands upright."""

    digest: str
    name: str
    kind: str
    media_type: str
    fields: tuple[FieldRead, ...]
    doubts: tuple[Doubt, ...] = ()
    unread: tuple[str, ...] = ()
    reading: Literal["", "pending", "failed"] = ""
    pages_read: int = 0
    pages: int = 0
    problems: tuple[Problem, ...] = ()
    turned: dict[str, int] = {}


class Stated(NamedTuple):
    """What an organisation's own statement on a paper says: the statement, its value, and what it rests on of the paper."""

    statement: Submission
    value: Any
    evidence: Evidence


def paper_read(desk: "Desk", dossier: str, digest: str, voice: Voice) -> PaperRead:
    """What was read from a paper, for those who may have the paper itself. Raises NoSuchPlace for all others."""
    with desk.known(dossier, voice) as (record, speaker):
        topics = desk.registry.topics
        standing = record.standing(PAPER.name).get(digest)
        if standing is None or not may_have_paper(topics, digest, standing.statements, speaker, record):
            raise NoSuchPlace(digest)
        if not all(may_read_statement(PAPER, one, speaker, record) for one in standing.statements):
            raise NoSuchPlace(digest)
        both = zip(standing.statements, standing.values, strict=True)
        paper = next((v for s, v in both if s.for_ == speaker.organisation), standing.value or standing.values[0])
        doubts, confidence = _doubts(topics, record, speaker, digest)
        problems = tuple(_unread(record, speaker, digest)) if paper.reading else ()
        done, pages = desk.pages_read.get(digest, (0, paper.pages))
        return PaperRead(
            digest, paper.name, paper.kind, paper.media_type, tuple(_fields(topics, record, speaker, digest, confidence)),
            doubts, paper.unread, "failed" if problems else paper.reading, done, pages, problems,
            paper.turned,
        )  # fmt: skip


def _unread(record: Record, speaker: Speaker, digest: str) -> Iterator[Problem]:
    """Why a paper that waits to be read was not."""
    waiting = {one.id for one in record.standing(PAPER.name)[digest].statements}
    for key, standing in record.standing(PAPER_UNREAD.name).items():
        if key in waiting and all(
            may_read_statement(PAPER_UNREAD, one, speaker, record) for one in standing.statements
        ):
            for value in standing.values:
                yield from value.problems


def answer(desk: "Desk", dossier: str, digest: str, answers: Answers, voice: Voice) -> "Said":
    """Say what a person reads in the picture: where the reading was in doubt, and where it was stated wrong by one's own
    organisation. A doubtful field answered with None is not on the paper and is asked no more; a stated one is taken back. Refusal
    with every problem; nothing is said then."""
    read = paper_read(desk, dossier, digest, voice)
    topics = desk.registry.topics
    open_ = {(_at(one), one.field): one for one in read.doubts}
    with desk.known(dossier, voice) as (record, speaker):
        stated = _stated(topics, record, speaker, digest)
    problems = list(_unanswerable(answers, open_.keys() | stated.keys()))
    drafts: list[Draft] = []
    for at, fields in answers.items():
        try:
            drafts += _drafts(topics, read, at, fields, open_)
            drafts += _corrections(topics, read, at, fields, {f: one for (to, f), one in stated.items() if to == at})
        except Refusal as refusal:
            problems += refusal.problems
    if problems:
        raise Refusal(tuple(dict.fromkeys(problems)))
    gone = {
        f"{at}.{field}" for at, fields in answers.items() for field, text in fields.items()
        if text is None and (at, field) in open_
    }  # fmt: skip
    if gone:
        drafts.append(_absent(desk, dossier, digest, gone, voice))
    if not drafts:
        raise Refusal((problem("D001", "answers", "nothing was said", "没有任何陈述", "answer a field", "请回答字段"),))
    return desk.say(dossier, drafts, voice)


def _unanswerable(answers: Answers, known: Set[tuple[str, str]]) -> Iterator[Problem]:
    for at, fields in answers.items():
        for field, text in fields.items():
            if (at, field) not in known:
                yield problem(
                    "D046", f"{at}.{field}", "the paper's page lists no such field that you may answer or correct",
                    "单证页面没有可由您回答或更正的该字段",
                    "answer a doubtful field, or correct one that your organisation stated", "请回答待确认字段，或更正本单位陈述的字段",
                )  # fmt: skip
            elif text is not None and not text.strip():
                yield problem(
                    "D050", f"{at}.{field}", "no value was given", "未填写内容",
                    "write what stands on the paper, or say that it is not on it", "请填写单证所载内容，或注明单证上没有",
                )  # fmt: skip


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
            own = one.for_ == speaker.organisation and (field == "key" or field in topic.type.__struct_fields__)
            yield FieldRead(
                one.topic,
                key,
                topic.label,
                field,
                shown,
                place,
                min(sure, default=None),
                one.authority == "transcript",
                own,
            )


def _stated(topics: Topics, record: Record, speaker: Speaker, digest: str) -> dict[tuple[str, str], Stated]:
    """What the speaker's organisation said on a paper, by topic/key and field; of several statements the person's own reading."""
    found: dict[tuple[str, str], Stated] = {}
    for one, key, evidence in sorted(_resting(record, digest), key=lambda some: some[0].authority == "transcript"):
        topic = topics.get(one.topic)
        if topic is None or one.for_ != speaker.organisation or topic is PAPER_DOUBTS:
            continue
        standing = record.standing(one.topic)[key]
        value = next((v for s, v in zip(standing.statements, standing.values, strict=True) if s.id == one.id), None)
        for field in evidence.places:
            if value is not None and (field == "key" or field in topic.type.__struct_fields__):
                found[f"{one.topic}/{key}" if key else one.topic, field] = Stated(one, value, evidence)
    return found


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
    body = _typed(topic, at, given)
    yield Draft(name, body, key, authority="transcript", evidence=(Evidence(read.digest, read.name, places),))


def _typed(topic: Topic[Any], at: str, given: Mapping[str, str]) -> dict[str, Any]:
    """What was typed, as plain JSON by field; Refusal with every value that is none."""
    body: dict[str, Any] = {}
    problems: list[Problem] = []
    for field, text in given.items():
        try:
            body[field] = typed_answer(topic.type, field, text, f"{at}.{field}")
        except Refusal as refusal:
            problems += refusal.problems
    if problems:
        raise Refusal(tuple(problems))
    return body


def _corrections(
    topics: Topics, read: PaperRead, at: str, fields: Mapping[str, str | None], stated: Mapping[str, Stated]
) -> Iterator[Draft]:
    """What takes the place of the statements that say a field otherwise than it stands on the paper."""
    topic = topics.get(at.partition("/")[0])
    by: dict[str, dict[str, str | None]] = {}
    for field, text in fields.items():
        if field in stated and topic is not None:
            one = stated[field]
            before = one.statement.key if field == "key" else as_text(getattr(one.value, field))
            if text is None or text.strip() != before:
                by.setdefault(one.statement.id, {})[field] = None if text is None else text.strip()
    for changed in by.values():
        assert topic is not None
        yield from _corrected(topic, read, at, stated[next(iter(changed))], changed)


def _corrected(
    topic: Topic[Any], read: PaperRead, at: str, one: Stated, changed: Mapping[str, str | None]
) -> Iterator[Draft]:
    """A statement said anew with other values. Where its topic takes parts, what was right stays as it was said, and the corrected
    fields alone are a transcript."""
    id, key = one.statement.id, one.statement.key
    body = msgspec.to_builtins(one.value, str_keys=True)
    right = _typed(topic, at, {field: text for field, text in changed.items() if text is not None and field != "key"})
    rest = {field: value for field, value in body.items() if field not in changed}
    whole = {info.name for info in msgspec.structs.fields(topic.type) if info.required} | {"key"}
    stays = rest or "key" in one.evidence.places
    if changed.get("key", key) is None or not (stays or right):
        yield Draft(topic.name, key=key, withdraws=(id,))
    elif one.statement.authority == "transcript" or not topic.merges or whole & changed.keys():
        others = tuple(item for item in one.statement.evidence if item.digest != read.digest)
        yield Draft(
            topic.name, rest | right, changed.get("key") or key, authority="transcript",
            evidence=(one.evidence, *others), replaces=(id,),
        )  # fmt: skip
    else:
        kept = tuple(
            msgspec.structs.replace(item, places={f: p for f, p in item.places.items() if f not in changed})
            for item in one.statement.evidence
        )
        if stays:
            yield Draft(topic.name, rest, key, evidence=kept, replaces=(id,))
        if right:
            read_anew = (Evidence(read.digest, read.name, {field: one.evidence.places[field] for field in right}),)
            yield Draft(
                topic.name, right, key, authority="transcript", evidence=read_anew, replaces=() if stays else (id,)
            )


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
