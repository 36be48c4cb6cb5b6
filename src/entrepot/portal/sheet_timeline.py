"""The timeline of a dossier: every statement and every sending in the order in which the store heard it, and what became of it."""

from typing import Any, Literal

import msgspec
from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.kernel.access import may_read_statement
from entrepot.kernel.record import Unreadable, decode
from entrepot.kernel.submissions import Submission
from entrepot.kernel.text import Text
from entrepot.kernel.topics import Topic
from entrepot.kernel.why import builtins
from entrepot.portal.desk import Desk
from entrepot.portal.reading import Statement, statement

State = Literal["stands", "replaced", "withdrawn", "withdraws"]


class Moment(Struct, frozen=True):
    """One statement: what it is about, what it says (None where it was erased or says nothing), and what became of it."""

    topic: str
    key: str
    label: Text
    said: Statement
    value: Any
    state: State
    sent: bool


class Timeline(Struct, frozen=True):
    """A page of moments, the last heard first; `before` asks for the older ones, `count` are all that the reader may see."""

    moments: tuple[Moment, ...]
    count: int
    before: int | None = None


def timeline(desk: Desk, dossier: str, voice: Voice, before: int | None = None, limit: int = 50) -> Timeline:
    """The moments of a dossier that a voice may see, those `before` a number (the first is 0) if one is given."""
    topics = desk.registry.topics
    with desk.known(dossier, voice) as (record, speaker):
        seen = [
            said
            for said in record.submissions.values()
            if (topic := topics.get(said.topic)) is not None and may_read_statement(topic, said, speaker, record)
        ]
        end = len(seen) if before is None else max(0, min(before, len(seen)))
        start = max(0, end - limit)
        replaced = {id for said in record.submissions.values() for id in said.replaces}
        withdrawn = {id for said in record.submissions.values() for id in said.withdraws}
        moments = tuple(_moment(topics[said.topic], said, replaced, withdrawn) for said in reversed(seen[start:end]))
    return Timeline(moments, len(seen), start or None)


def _moment(topic: Topic[Any], said: Submission, replaced: set[str], withdrawn: set[str]) -> Moment:
    state: State = "stands"
    if said.withdraws:
        state = "withdraws"
    elif said.id in withdrawn:
        state = "withdrawn"
    elif said.id in replaced:
        state = "replaced"
    value = None
    if not said.withdraws:
        try:
            value = builtins(decode(topic, bytes(said.body), said.version))
        except (msgspec.MsgspecError, Unreadable):
            value = None  # erased by law
    sent = topic.base != "" and topic.name.rpartition(".")[2] in ("sent", "sending", "unsent")
    return Moment(said.topic, said.key, topic.label, statement(said), value, state, sent)
