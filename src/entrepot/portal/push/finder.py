"""Findings that moved: the sheets of dossiers that were spoken of are drawn behind, where anybody subscribed to them.

What there is to do follows from the log: the dossiers spoken of behind the place up to which was looked. A dossier is drawn once for
however many statements came meanwhile; which of its findings moved since the last time is written into the order of events.
"""

from collections.abc import Iterable
from datetime import timedelta

from entrepot.channels.online import OFFICES
from entrepot.kernel.sheet import value_digest
from entrepot.portal.desk import Desk
from entrepot.portal.push.events import parties
from entrepot.portal.push.subscribing import filter_of
from entrepot.portal.push.voices import voice_now
from entrepot.store import events as stored
from entrepot.store.events import State
from entrepot.store.records import UnknownDossierError
from entrepot.store.subscriptions import Subscription, active

WATCH, LEASE = "findings", timedelta(minutes=5)
PLACES = 1_000  # looked at in one turn


def look(desk: Desk) -> int:
    """Draw what was spoken of since the last look and is of interest to somebody who subscribed; gives how many findings moved."""
    store, now = desk.store, desk.store.clock()
    with store.database.session() as session:
        subscriptions = active(session)
        row = session.one("SELECT place FROM watch WHERE name = ?", WATCH)
        if row is not None and row[0] >= stored.head(session):
            return 0
    since = store.write(lambda session: stored.take_watch(session, WATCH, LEASE, now))
    if since is None:
        return 0
    with store.database.session() as session:
        dossiers, upto = stored.spoken_of(session, since, PLACES)
        members = stored.members(store.database, session, dossiers) if dossiers else {}
    everywhere, organisations = _interested(desk, subscriptions) if dossiers else (False, set())
    moved = sum(
        draw(desk, dossier)
        for dossier in dossiers
        if everywhere or not organisations.isdisjoint(members.get(dossier, ()))
    )
    store.write(lambda session: stored.looked(session, WATCH, upto, store.clock()))
    return moved


def draw(desk: Desk, dossier: str) -> int:
    """Draw one dossier's sheet and write down what moved on it; gives how many findings did."""
    try:
        with desk.store.holding(dossier) as record:
            found = {
                (one.topic, one.key): State(
                    one.status,
                    value_digest(one.effective) if one.effective is not None else "",
                    tuple(sorted({look.topic for look in one.looks})),
                )
                for one in desk.sheet(record).findings()
            }
    except UnknownDossierError:
        return 0
    return desk.store.write(
        lambda session: stored.keep_moved(desk.store.database, session, dossier, found, desk.store.clock())
    )


def _interested(desk: Desk, subscriptions: Iterable[Subscription]) -> tuple[bool, set[str]]:
    """Whether anybody is to hear of findings everywhere, and the organisations in whose dossiers somebody is."""
    everywhere, found = False, set[str]()
    for one in subscriptions:
        if not filter_of(one).found:
            continue
        voice = voice_now(desk, one)
        if voice is not None:
            everywhere |= bool(voice.standing & OFFICES)
            found |= set(parties(desk, voice))
    return everywhere, found
