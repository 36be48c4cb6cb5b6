"""The days that a voice has to keep: deadlines found, set by customs, and set by its own organisation; as list, month, calendar feed."""

from calendar import Calendar
from collections.abc import Iterable
from datetime import date, timedelta

from msgspec import Struct

from entrepot.kernel.law import Law
from entrepot.kernel.text import Text
from entrepot.portal.work.drawing import Item
from entrepot.portal.work.ics import Event
from entrepot.portal.work.mine import Seen, address_of

FARTHEST = 92  # days for which working days are counted
_SATURDAY = 5
_WEEK = tuple(
    Text(en, zh) for en, zh in zip(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), "一二三四五六日", strict=True)
)


class Entry(Struct, frozen=True):
    """A day to keep: what is to be done, in which dossier, where, and who sees to the dossier. `name` stays when the day moves."""

    on: date
    text: Text
    dossier: str
    title: str
    address: str
    person: str
    own: bool
    name: str


class Day(Struct, frozen=True):
    """A day of a month: `inside` it, or of the weeks around it; `off`: no working day (None: not known)."""

    on: date
    inside: bool
    off: bool | None
    entries: tuple[Entry, ...]

    @property
    def name(self) -> Text:
        """The day of the week."""
        return _WEEK[self.on.weekday()]


def entries(dossiers: Iterable[Seen], person: str | None = None) -> list[Entry]:
    """The days to keep, the first first; of one person those of the dossiers that are his or nobody's to see to."""
    found = [
        Entry(item.due, item.text, one.card.dossier, one.card.title or one.card.reference or one.card.dossier,
              address_of(one.card.dossier, item), one.person, item.kind == "own", _name(one.card.dossier, item))
        for one in dossiers
        if person is None or one.person in ("", person)
        for item in one.mine()
        if item.due is not None
    ]  # fmt: skip
    return sorted(found, key=lambda entry: (entry.on, entry.title, entry.name))


def _name(dossier: str, item: Item) -> str:
    return "|".join((dossier, item.kind, item.topic, item.key, item.field))


def event_of(entry: Entry, language: str, base: str) -> Event:
    """An entry as an event of a calendar."""
    text = entry.text.in_language(language)
    return Event(
        entry.name, entry.on, f"{text} · {entry.title}", f"{entry.dossier} {entry.person}".strip(), base + entry.address
    )


def month(law: Law, year: int, number: int, found: Iterable[Entry]) -> list[list[Day]]:
    """The weeks of a month, Monday first, with the entries of each day."""
    there: dict[date, list[Entry]] = {}
    for entry in found:
        there.setdefault(entry.on, []).append(entry)
    return [
        [Day(on, on.month == number, off(law, on), tuple(there.get(on, ()))) for on in week]
        for week in Calendar().monthdatescalendar(year, number)
    ]


def off(law: Law, on: date) -> bool | None:
    """Whether offices in China rest on a day, by the calendar of holidays; None where its year is not on file."""
    if law.read("CN/calendar", on, {"date": str(on.year)}) is None:
        return None
    row = law.read("CN/calendar", on, {"date": on.isoformat()})
    return on.weekday() >= _SATURDAY if row is None else row["kind"] == "holiday"


def working_days(law: Law, today: date, due: date) -> int | None:
    """How many working days are left after today, the last one included; None where that is not known or far away."""
    if not today <= due <= today + timedelta(days=FARTHEST):
        return None
    days = [off(law, today + timedelta(days=number)) for number in range(1, (due - today).days + 1)]
    return None if None in days else days.count(False)
