"""Calendars that people subscribed to by a secret address, and who wants to be reminded of days; which reminders went out."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from secrets import token_hex, token_urlsafe

from msgspec import Struct

from entrepot.store.database import Session, listed
from entrepot.store.outbox import stamp
from entrepot.store.store import Store

_FEED = "SELECT id, person, organisation, voice, language, made_at FROM calendar_feed WHERE ended_at = ''"


class Feed(Struct, frozen=True):
    """A calendar that somebody subscribed to; `voice` is what is kept of who made it."""

    id: str
    person: str
    organisation: str
    voice: str
    language: str
    made_at: str


class Reminder(Struct, frozen=True):
    """Somebody who wants to be reminded so many `days` before, by mail."""

    person: str
    organisation: str
    days: int
    email: str
    language: str
    voice: str


def new_feed(store: Store, person: str, organisation: str, voice: str, language: str) -> str:
    """Make a calendar; its secret is given once and never kept."""
    secret = token_urlsafe(32)
    row = (_digest(secret), token_hex(8), person, organisation, voice, language, stamp(store.clock()), "")
    names = ("digest", "id", "person", "organisation", "voice", "language", "made_at", "ended_at")
    store.write(lambda session: session.insert("calendar_feed", names, [row]))
    return secret


def feed_of(store: Store, secret: str) -> Feed | None:
    """The calendar of a secret; None for any other text."""
    with store.database.session() as session:
        row = session.one(f"{_FEED} AND digest = ?", _digest(secret))
    return None if row is None else Feed(*row)


def feeds(store: Store, person: str, organisation: str) -> list[Feed]:
    """The calendars of a person in an organisation."""
    with store.database.session() as session:
        rows = session.all(f"{_FEED} AND person = ? AND organisation = ? ORDER BY made_at", person, organisation)
    return [Feed(*row) for row in rows]


def end_feed(store: Store, id: str, person: str, organisation: str) -> None:
    """End a calendar of one's own: its address gives nothing any more."""
    sql = "UPDATE calendar_feed SET ended_at = ? WHERE id = ? AND person = ? AND organisation = ?"
    store.write(lambda session: session.run((sql, (stamp(store.clock()), id, person, organisation))))


def _digest(secret: str) -> str:
    return sha256(secret.encode(errors="surrogatepass")).hexdigest()


_REMINDER = "SELECT person, organisation, days, email, language, voice FROM reminder"


def reminders(store: Store) -> list[Reminder]:
    """Everybody who wants to be reminded."""
    with store.database.session() as session:
        return [Reminder(*row) for row in session.all(f"{_REMINDER} ORDER BY person, organisation")]


def reminder_of(store: Store, person: str, organisation: str) -> Reminder | None:
    """How a person wants to be reminded."""
    with store.database.session() as session:
        row = session.one(f"{_REMINDER} WHERE person = ? AND organisation = ?", person, organisation)
    return None if row is None else Reminder(*row)


def remind(store: Store, wanted: Reminder | None, person: str, organisation: str) -> None:
    """Keep how a person wants to be reminded; None: not at all."""

    def work(session: Session) -> None:
        session.run(("DELETE FROM reminder WHERE person = ? AND organisation = ?", (person, organisation)))
        if wanted is not None:
            names = ("person", "organisation", "days", "email", "language", "voice")
            row = (wanted.person, wanted.organisation, wanted.days, wanted.email, wanted.language, wanted.voice)
            session.insert("reminder", names, [row])

    store.write(work)


def to_tell(store: Store, reminder: Reminder, days: Iterable[tuple[str, str]], now: datetime) -> set[tuple[str, str]]:
    """Of days (each by its name and date) those that the person was not reminded of yet: they count as told from now on, whichever
    process asks."""
    asked = sorted(set(days))

    def work(session: Session) -> set[tuple[str, str]]:
        among = store.database.among("what")
        sql = f"SELECT what, due FROM reminded WHERE person = ? AND organisation = ? AND {among}"
        told = session.all(sql, reminder.person, reminder.organisation, listed(what for what, _ in asked))
        new = [one for one in asked if one not in {(row[0], row[1]) for row in told}]
        rows = [(reminder.person, reminder.organisation, *one, stamp(now)[:10]) for one in new]
        if rows:
            session.insert("reminded", ("person", "organisation", "what", "due", "told_on"), rows)
        return set(new)

    return store.write(work) if asked else set()


def not_told(store: Store, reminder: Reminder, days: Iterable[tuple[str, str]]) -> None:
    """The mail could not be sent: its days are told another time."""
    statements = [
        ("DELETE FROM reminded WHERE person = ? AND organisation = ? AND what = ? AND due = ?",
         (reminder.person, reminder.organisation, *one))
        for one in days
    ]  # fmt: skip
    store.write(lambda session: session.run(*statements))
