"""What an office must decide in a dossier: what was sent to it and has no answer yet, with the answers that it may give."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from msgspec import Struct

from entrepot.kernel.text import Text
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.answers import ACCEPTANCE, QUERY, RELEASE
from entrepot.kernel.vocabulary.clearance import AMENDED, CANCELLATION, CANCELLED, NOTICE
from entrepot.kernel.vocabulary.decisions import FORM
from entrepot.portal.reading import Fact, Reading


class Answer(Struct, frozen=True):
    """An answer that may be given, and the address of its form."""

    name: Text
    address: str


class Decision(Struct, frozen=True):
    """Something to decide: what it is about, since when (the day it was sent), what stands there, and the answers, the usual first."""

    about: Text
    number: str
    since: str
    place: str
    answers: tuple[Answer, ...]


def say_address(dossier: str, topic: str, key: str = "") -> str:
    """Where something is said by a form."""
    return f"/d/{quote(dossier, safe='')}/say/{topic}" + (f"/{quote(key)}" if key else "")


def decisions(reading: Reading, topics: Mapping[str, Topic[Any]]) -> tuple[Decision, ...]:
    """What waits for the reader's decision, as an office; empty for whoever is none."""
    sent = {
        name: facts
        for name, topic in topics.items()
        if topic.sends and topic.sends in reading.roles and (facts := _standing(reading, f"{name}.sent"))
    }
    return tuple(
        decision
        for name, facts in sent.items()
        for decision in (_declared(reading, topics) if name == FORM.name else _others(reading, topics, name, facts))
    )


def _standing(reading: Reading, topic: str) -> dict[str, Fact]:
    return {fact.key: fact for fact in reading.facts if fact.topic == topic}


def _answer(reading: Reading, topics: Mapping[str, Topic[Any]], topic: str, key: str = "") -> tuple[Answer, ...]:
    known = topics.get(topic)
    if known is None or not known.say & set(reading.roles):
        return ()
    return (Answer(known.label, say_address(reading.dossier, topic, key)),)


def _since(fact: Fact) -> str:
    return fact.statements[-1].said_at[:10]


def _declared(reading: Reading, topics: Mapping[str, Topic[Any]]) -> list[Decision]:
    """A declaration is accepted, asked about or sent back; then released; a later message is an amendment."""

    def answers(*wanted: tuple[str, str]) -> tuple[Answer, ...]:
        return tuple(one for topic, key in wanted for one in _answer(reading, topics, topic, key))

    accepted, released = _standing(reading, ACCEPTANCE.name), _standing(reading, RELEASE.name)
    decided, gone = _standing(reading, AMENDED.name), _standing(reading, CANCELLED.name)
    rejected = _standing(reading, f"{FORM.name}.rejected")
    open_ = {key: fact for key, fact in _standing(reading, f"{FORM.name}.sent").items() if key not in rejected}
    made: list[Decision] = []
    label = topics[FORM.name].label
    newest = max(open_, key=lambda key: open_[key].statements[-1].heard_at, default="")
    if newest and not accepted:
        given = answers((ACCEPTANCE.name, ""), (QUERY.name, ""), (f"{FORM.name}.rejected", newest))
        made.append(Decision(label, "", _since(open_[newest]), f"{FORM.name}.sent/{newest}", given))
    for number, fact in accepted.items():
        if number in released or number in gone:
            continue
        moved = newest and open_[newest].statements[-1].heard_at > fact.statements[-1].heard_at
        if moved and number not in decided:
            given = answers((AMENDED.name, number), (QUERY.name, number))
            made.append(Decision(label, number, _since(open_[newest]), f"{FORM.name}.sent/{newest}", given))
            continue
        given = answers((RELEASE.name, number), (QUERY.name, number), (NOTICE.name, ""))
        made.append(Decision(fact.label, number, _since(fact), f"{ACCEPTANCE.name}/{number}", given))
    return made


def _others(reading: Reading, topics: Mapping[str, Topic[Any]], name: str, sent: Mapping[str, Fact]) -> list[Decision]:
    """Of all else that is sent: the last message that was not sent back, while the office has said nothing since."""
    rejected = _standing(reading, f"{name}.rejected")
    open_ = [fact for key, fact in sent.items() if key not in rejected]
    if not open_:
        return []
    last = max(open_, key=lambda fact: fact.statements[-1].heard_at)
    replies = _REPLIES.get(name, ())
    replied = [fact for fact in reading.facts if fact.topic in replies]
    if any(fact.statements[-1].heard_at >= last.statements[-1].heard_at for fact in replied):
        return []
    given = (
        *(one for topic in replies for one in _answer(reading, topics, topic)),
        *_answer(reading, topics, f"{name}.rejected", last.key),
    )
    return [Decision(topics[name].label, "", _since(last), f"{name}.sent/{last.key}", given)]


_REPLIES: dict[str, tuple[str, ...]] = {
    CANCELLATION.name: (CANCELLED.name,),
    "certificate.draft": ("origin.proof",),
}
