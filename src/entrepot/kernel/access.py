"""Who may say and read what. Deny by default; the topic is the unit of secrecy."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from entrepot.kernel.findings import Finding
from entrepot.kernel.record import Record
from entrepot.kernel.submissions import Submission
from entrepot.kernel.topics import Topic


class Speaker(Struct, frozen=True):
    """A person acting for an organisation, with the roles which that organisation has in the dossier at hand."""

    person: str
    organisation: str
    roles: frozenset[str]


def may_say(topic: Topic[Any], speaker: Speaker) -> bool:
    """Whether the speaker may make statements on the topic."""
    return topic.kind == "said" and bool(topic.say & speaker.roles)


def may_replace(old: Submission, speaker: Speaker) -> bool:
    """One replaces or withdraws one's own organisation's words only; the operator may, for the record's sake, withdraw any."""
    return old.for_ == speaker.organisation or "operator" in speaker.roles


def may_read_topic(topic: Topic[Any], speaker: Speaker) -> bool:
    """Whether any statement or finding on the topic may be read for the speaker's roles alone."""
    return bool(topic.read & speaker.roles)


def may_read_statement(topic: Topic[Any], submission: Submission, speaker: Speaker, record: Record) -> bool:
    """Whether the speaker may read this statement. `speaker` and `named` in a topic's roles open it to its author and
    to organisations it names; a topic that `opens` with another stays sealed to all but its author until that is said."""
    own = submission.for_ != "" and submission.for_ == speaker.organisation
    if topic.opens and not own and not record.standing(topic.opens):
        return False
    if may_read_topic(topic, speaker):
        return True
    if "speaker" in topic.read and own:
        return True
    return (
        "named" in topic.read
        and speaker.organisation != ""
        and speaker.organisation in (submission.key, *_names(submission))
    )


def _names(submission: Submission) -> Iterable[str]:

    if not bytes(submission.body):  # erased by law: it names nobody any more
        return ()
    body = msgspec.json.decode(bytes(submission.body))
    return [value for value in body.values() if isinstance(value, str)] if isinstance(body, dict) else ()


def may_have_paper(
    topics: Mapping[str, Topic[Any]], digest: str, handed_in: Sequence[Submission], speaker: Speaker, record: Record
) -> bool:
    """Whether the speaker may have the bytes of a paper: whoever handed it in, and those who may read all that rests on it.

    A paper on which nothing rests that its giver said stays with its giver: nobody knows yet what is in it. What others
    rest on it opens it to nobody, and what no longer stands still tells of what is in it.
    """
    givers = {statement.for_ for statement in handed_in} - {""}
    if speaker.organisation in givers:
        return True
    received = {statement.topic for statement in handed_in}
    resting = [
        statement
        for statement in record.submissions.values()
        if statement.topic not in received and any(item.digest == digest for item in statement.evidence)
    ]
    return any(statement.for_ in givers for statement in resting) and all(
        statement.topic in topics and may_read_statement(topics[statement.topic], statement, speaker, record)
        for statement in resting
    )


def may_read_finding(topics: Mapping[str, Topic[Any]], finding: Finding, speaker: Speaker) -> bool:
    """A finding is read by those who may read its topic and all that it looked at, unless its topic discloses it."""
    topic = topics[finding.topic]
    if not may_read_topic(topic, speaker):
        return False
    return bool(topic.discloses) or all(may_read_topic(topics[look.topic], speaker) for look in finding.looks)
