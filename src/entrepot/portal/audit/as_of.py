"""What was known and found at a moment: a dossier's sheet drawn anew from what had been heard by then.

Who looks must have a role in the dossier now, and is shown what the roles it had then could read, by what it may read now: whoever
lost a role sees nothing of it, and nobody sees more of the past than was his. Rows of law are those in force on the day, as they are
on file today; a message that was sent keeps its own finding with the packs it rested on. What other dossiers showed at the time is
not drawn again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

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


class AsOf(Struct, frozen=True):
    """A sheet as of a moment (UTC), and what is not the same as it was then."""

    moment: datetime
    reading: Reading
    notes: tuple[Text, ...]


class Moved(Struct, frozen=True, omit_defaults=True):
    """What stood at one place of the sheet before and after: a fact or a finding; empty where there was none."""

    place: str
    label: Text
    before: str = ""
    after: str = ""


def read_as_of(desk: Desk, dossier: str, moment: datetime, voice: Voice) -> AsOf:
    """The sheet as it would have been read at the moment. NoSuchDossier for whoever has no role now, had none then, or where nothing
    had been said."""
    with drawn_as_of(desk, dossier, moment, voice) as (sheet, speaker):
        return AsOf(moment, reading(sheet, speaker, desk.store.nature), (LAW_OF_TODAY, NO_VIEWS))


@contextmanager
def drawn_as_of(desk: Desk, dossier: str, moment: datetime, voice: Voice) -> Iterator[tuple[Sheet, Speaker]]:
    """The sheet of a moment, and the voice with the roles that it had then and still has."""
    with desk.known(dossier, voice) as (_, now):
        pass
    try:
        record = record_as_of(desk.store.database, desk.registry.topics, dossier, moment)
    except UnknownDossierError:
        raise NoSuchDossier(dossier) from None
    then = desk.speaker(record, voice)[0]
    speaker = Speaker(now.person, now.organisation, now.roles & then.roles)
    if not speaker.roles:
        raise NoSuchDossier(dossier)
    day = day_of(desk, moment)
    sheet = Sheet(desk.registry, record, desk.law, day)
    yield sheet.assess(day, desk.law), speaker


def day_of(desk: Desk, moment: datetime) -> date:
    """The counting office's day at a moment."""
    return moment.astimezone(COUNTING_OFFICE).date()


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


def moved_between(before: Reading | None, after: Reading) -> list[Moved]:
    """What another moment's sheet says otherwise: facts first, then findings, in their order."""
    first = {} if before is None else _places(before)
    second = _places(after)
    names = list(dict.fromkeys([*second, *first]))
    moved = []
    for place in names:
        old, new = first.get(place), second.get(place)
        if old is None or new is None or old[1] != new[1]:
            label = (new or old or (Text("", ""), ""))[0]
            moved.append(Moved(place, label, old[1] if old else "", new[1] if new else ""))
    return moved


def _places(shown: Reading) -> dict[str, tuple[Text, str]]:
    facts = {_place("said", one): (one.label, str(one.value)) for one in shown.facts}
    return facts | {
        _place("found", one): (one.label, f"{one.status} {one.value or ''}".strip()) for one in shown.findings
    }


def _place(kind: str, one: Fact | Found) -> str:
    return f"{kind} {one.topic}/{one.key}" if one.key else f"{kind} {one.topic}"
