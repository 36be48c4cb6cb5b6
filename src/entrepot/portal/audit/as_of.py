"""What was known and found at a moment: a dossier's sheet drawn anew from what had been heard by then.

Who looks must have a role in the dossier now, and is shown what the roles it had then could read, by what it may read now: whoever
lost a role sees nothing of it, and nobody sees more of the past than was his. Rows of law are those in force on the day, as they are
on file today; a message that was sent is drawn again with the very packs it rested on (filed.py). What other dossiers showed at the
time is not drawn again.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.kernel.access import Speaker, may_read_statement
from entrepot.kernel.sheet import Sheet
from entrepot.kernel.text import Text
from entrepot.portal.desk import COUNTING_OFFICE, Desk, NoSuchDossier
from entrepot.portal.reading import Fact, Found, Reading, reading
from entrepot.store.as_of import moments, record_as_of
from entrepot.store.outbox import stamp
from entrepot.store.records import UnknownDossierError

LAW_OF_TODAY = Text(
    "The rows of law are those in force on that day, as they are on file today.",
    "所用规定为当日有效条款，以今日存档内容为准。",
)
NO_VIEWS = Text("What earlier dossiers showed at the time is not drawn again.", "当时其他案卷所提供的内容不再重现。")
Place = tuple[str, str]  # a topic and a key


class AsOf(Struct, frozen=True):
    """A sheet as of a moment (UTC), what is not the same as it was then, and what each finding looked at."""

    moment: datetime
    reading: Reading
    notes: tuple[Text, ...]
    looks: Mapping[Place, frozenset[Place]] = {}


class Moved(Struct, frozen=True, omit_defaults=True):
    """What stood at one place of the sheet before and after, a fact or a finding with its status; empty where there was none.
    `because` names what moved among what a finding looked at; where nothing did, the day or a row of law made it another."""

    place: str
    kind: str
    topic: str
    key: str
    label: Text
    was: str = ""
    before: Any = None
    now: str = ""
    after: Any = None
    because: tuple[Text, ...] = ()


def read_as_of(desk: Desk, dossier: str, moment: datetime, voice: Voice, upto: int | None = None) -> AsOf:
    """The sheet as it would have been read at the moment; where `upto` is given, when there were so many statements. NoSuchDossier
    for whoever has no role now, had none then, or where nothing had been said."""
    with drawn_as_of(desk, dossier, moment, voice, upto) as (sheet, speaker):
        return AsOf(moment, reading(sheet, speaker, desk.store.nature), (LAW_OF_TODAY, NO_VIEWS), looks_of(sheet))


@contextmanager
def drawn_as_of(
    desk: Desk, dossier: str, moment: datetime, voice: Voice, upto: int | None = None
) -> Iterator[tuple[Sheet, Speaker]]:
    """The sheet of a moment, and the voice with the roles that it had then and still has."""
    with desk.known(dossier, voice) as (_, now):
        pass
    try:
        record = record_as_of(desk.store.database, desk.registry.topics, dossier, moment, upto)
    except UnknownDossierError:
        raise NoSuchDossier(dossier) from None
    then = desk.speaker(record, voice)[0]
    speaker = Speaker(now.person, now.organisation, now.roles & then.roles)
    if not speaker.roles:
        raise NoSuchDossier(dossier)
    day = day_of(moment)
    sheet = Sheet(desk.registry, record, desk.law, day)
    yield sheet.assess(day, desk.law), speaker


def day_of(moment: datetime) -> date:
    """The counting office's day at a moment."""
    return moment.astimezone(COUNTING_OFFICE).date()


def looks_of(sheet: Sheet) -> dict[Place, frozenset[Place]]:
    """What each finding of a sheet looked at."""
    return {(one.topic, one.key): frozenset((look.topic, look.key) for look in one.looks) for one in sheet.findings()}


def moments_of(desk: Desk, dossier: str, voice: Voice) -> list[datetime]:
    """When something was heard that the voice may read, the earliest first."""
    with desk.known(dossier, voice) as (record, speaker):
        seen = {
            said.heard_at
            for said in record.submissions.values()
            if (topic := desk.registry.topics.get(said.topic)) is not None
            and may_read_statement(topic, said, speaker, record)
        }
    return [moment for moment in moments(desk.store.database, dossier) if stamp(moment) in seen]


def moved_between(
    before: Reading | None, after: Reading, looks: Mapping[Place, frozenset[Place]] | None = None
) -> list[Moved]:
    """What another moment's sheet says otherwise: facts first, then findings, in their order. `looks` are those of the later one."""
    first = {} if before is None else _places(before)
    second = _places(after)
    names = list(dict.fromkeys([*second, *first]))
    moved = [name for name in names if _told(first.get(name)) != _told(second.get(name))]
    labels = {(topic, key): (second.get(name) or first[name]).label for name in moved for _, topic, key in (name,)}
    return [_moved(name, first.get(name), second.get(name), labels, looks or {}) for name in moved]


def _moved(
    name: tuple[str, str, str], old: Fact | Found | None, new: Fact | Found | None, labels: Mapping[Place, Text],
    looks: Mapping[Place, frozenset[Place]],
) -> Moved:  # fmt: skip
    kind, topic, key = name
    one = new or old
    assert one is not None
    looked = looks.get((topic, key), frozenset()) if kind == "found" else frozenset()
    because = {
        label.en: _with_key(label, at)
        for (other, at), label in labels.items()
        if (other, at) != (topic, key) and ((other, at) in looked or (other, "*") in looked or (other, "") in looked)
    }
    place = f"{kind} {topic}/{key}" if key else f"{kind} {topic}"
    was, now = (one.status if isinstance(one, Found) else "" for one in (old, new))
    before, after = (None if one is None else one.value for one in (old, new))
    return Moved(place, kind, topic, key, one.label, was, before, now, after, tuple(because.values()))


def _with_key(label: Text, key: str) -> Text:
    return Text(f"{label.en} {key}", f"{label.zh} {key}") if key and len(key) < 40 else label


def _places(shown: Reading) -> dict[tuple[str, str, str], Fact | Found]:
    facts: dict[tuple[str, str, str], Fact | Found] = {("said", one.topic, one.key): one for one in shown.facts}
    return facts | {("found", one.topic, one.key): one for one in shown.findings}


def _told(one: Fact | Found | None) -> Any:
    """What stands at a place, to be compared."""
    if one is None:
        return None
    return (one.status, one.value) if isinstance(one, Found) else (one.value, len(one.conflicts))
