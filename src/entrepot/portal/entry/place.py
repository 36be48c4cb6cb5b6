"""A place in a dossier - a topic and its key - as whoever fills in its form needs it: what stands, whose words it is, what they may
replace, and the statements that a filled-in form comes to.

What papers say stays with its paper: where a topic takes parts, a form says only what it changes, and takes the changed fields
out of the organisation's own earlier statements. Nobody's words are replaced but one's own.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.kernel.access import Speaker, may_read_statement, may_replace, may_say
from entrepot.kernel.intake import convert
from entrepot.kernel.record import Record
from entrepot.kernel.submissions import Evidence, Submission
from entrepot.kernel.topics import Topic
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.portal.reading import visible_heads

Stated = tuple[Submission, Any]


class Place(Struct, frozen=True):
    """What a speaker sees at a topic and key. `stated` are the statements with their values, `own` those of them that the speaker
    may replace; `value` is what they come to, a contradiction left out; `disputed` are its fields (`` for the whole). `seen` names
    the statements, `heads` all that the speaker sees of the dossier; `said` are the ids that its organisation ever said here."""

    topic: Any
    key: str
    stated: tuple[Stated, ...]
    own: tuple[Stated, ...]
    value: Any
    disputed: tuple[str, ...]
    seen: str
    heads: tuple[str, ...]
    may_say: bool
    said: frozenset[str] = frozenset()

    @property
    def others(self) -> tuple[Stated, ...]:
        mine = {one.id for one, _ in self.own}
        return tuple(pair for pair in self.stated if pair[0].id not in mine)


def place_of(desk: Desk, dossier: str, topic: Topic[Any], key: str, voice: Voice) -> Place:
    """The place as the voice may see it; NoSuchDossier where it has no role."""
    with desk.known(dossier, voice) as (record, speaker):
        said = (
            one for one in record.submissions.values() if one.topic == topic.name and one.for_ == speaker.organisation
        )
        heads = visible_heads(desk.registry.topics, record, speaker)
        place = place_in(record, speaker, topic, key, heads)
        return msgspec.structs.replace(place, said=frozenset(one.id for one in said))


def place_in(record: Record, speaker: Speaker, topic: Topic[Any], key: str, heads: tuple[str, ...] = ()) -> Place:
    """As `place_of`, of a record that is held, for one place of many: the heads are the caller's, what was said before is left out."""
    standing = record.standing(topic.name).get(key)
    pairs = () if standing is None else tuple(zip(standing.statements, standing.values, strict=True))
    stated = tuple(pair for pair in pairs if may_read_statement(topic, pair[0], speaker, record))
    whole = standing is not None and len(stated) == len(pairs)
    own = tuple(pair for pair in stated if pair[0].for_ == speaker.organisation and may_replace(pair[0], speaker))
    disputed = tuple(one.field for one in standing.conflicts) if standing is not None and whole else ()
    value = standing.value if standing is not None and whole else None
    if value is None and standing is not None:
        value = _undisputed(topic, own if not (whole and topic.merges) else stated, set(disputed))
    return Place(
        topic,
        key,
        stated,
        own,
        value,
        disputed,
        ",".join(sorted(one.id for one, _ in stated)),
        heads,
        may_say(topic, speaker),
    )


def _undisputed(topic: Topic[Any], stated: Sequence[Stated], disputed: set[str]) -> Any:
    """What statements say together apart from what they contradict each other in; None where that is nothing whole."""
    if not stated:
        return None
    if not topic.merges or "" in disputed:
        return stated[0][1] if len({msgspec.json.encode(value) for _, value in stated}) == 1 else None
    fields: dict[str, Any] = {}
    for _, value in stated:
        fields |= {name: given for name, given in _given(value).items() if name not in disputed}
    return topic.type(**fields)


def _given(value: Any) -> dict[str, Any]:
    """The fields of a value that say something."""
    return {
        info.name: getattr(value, info.name)
        for info in msgspec.structs.fields(type(value))
        if info.required or getattr(value, info.name) != _left_out(info)
    }


def _left_out(info: msgspec.structs.FieldInfo) -> Any:
    return info.default if info.default_factory is msgspec.NODEFAULT else info.default_factory()


def drafts_of(place: Place, body: Mapping[str, Any], id: str) -> list[Draft]:
    """The statements that a filled-in form comes to, the first of them under the form's id; none where it changes nothing."""
    topic: Topic[Any] = place.topic
    new = convert(dict(body), topic.type)
    if topic.merges:
        made = list(_in_parts(place, new))
    elif len(place.own) == 1 and place.own[0][1] == new and not place.others:
        made = []
    else:
        made = [Draft(topic.name, _plain(new), place.key, replaces=tuple(one.id for one, _ in place.own))]
    return [msgspec.structs.replace(draft, id=id) if at == 0 else draft for at, draft in enumerate(made)]


def _in_parts(place: Place, new: Any) -> Iterator[Draft]:
    """Where a topic takes parts: what is new or changed as a statement of its own, and one's earlier ones without it. No field of
    such a topic is required, so every part stands by itself."""
    topic: Topic[Any] = place.topic
    before = _given(place.value) if place.value is not None else {}
    after = _given(new)
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    says, emptied, kept = set(changed), [], []
    for one, value in place.own:
        given = _given(value)
        gone = {name for name in changed & given.keys() if given[name] != after.get(name)}
        says -= given.keys() - gone  # that stands already, in our own words
        rest = {name: given[name] for name in given.keys() - gone}
        if gone and rest:
            kept.append(_without(topic, one, rest, gone))
        elif gone:
            emptied.append(one.id)
    if new_words := {name: after[name] for name in after if name in says}:
        yield Draft(topic.name, _plain(topic.type(**new_words)), place.key, replaces=tuple(emptied))
    elif emptied:
        yield Draft(topic.name, key=place.key, withdraws=tuple(emptied))
    yield from kept


def _without(topic: Topic[Any], one: Submission, rest: dict[str, Any], gone: set[str]) -> Draft:
    """A statement without some of its fields; what is left keeps its footing and its places on the papers."""
    evidence = tuple(
        Evidence(item.digest, item.name, {name: at for name, at in item.places.items() if name not in gone})
        for item in one.evidence
    )
    footing = "transcript" if one.authority == "transcript" else ""
    return Draft(
        topic.name, _plain(topic.type(**rest)), one.key, authority=footing, evidence=evidence, replaces=(one.id,)
    )


def _plain(value: Any) -> dict[str, Any]:
    body: dict[str, Any] = msgspec.to_builtins(value, str_keys=True)
    return body
