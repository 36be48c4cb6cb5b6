"""The dossiers of a voice, page by page: those that name its organisation, and those that standing mandates open to it. What the cards
count is what the voice may read: a note of others does not show in a number either."""

from typing import TYPE_CHECKING

import msgspec

from entrepot.channels.online import OFFICES, Voice
from entrepot.store import mandates
from entrepot.store.records import UnknownDossierError
from entrepot.store.store import DossierCard
from entrepot.store.tallies import tallies

if TYPE_CHECKING:
    from entrepot.portal.desk import Desk

LOOKED_AT = 1_000  # cards that one page looks through at most; the cursor goes on from there


def listed_for(
    desk: "Desk", voice: Voice, before: int | None, limit: int
) -> tuple[tuple[DossierCard, ...], int | None]:
    """A page of cards and the cursor of the next; there is one only where something is left to be seen."""
    everywhere = voice.rehearsal or bool(voice.standing & OFFICES)
    whose = None if everywhere else voice.counter or voice.organisation
    acted_for, also = ([], []) if whose is None else _acted_for(desk, voice, whose)
    shown: list[tuple[DossierCard, frozenset[str], str]] = []
    looked, more = 0, True
    while more and len(shown) <= limit and looked < LOOKED_AT:
        cards = desk.store.dossiers(whose, before=before, limit=limit + 1, acted_for=acted_for, also=also)
        more = len(cards) == limit + 1
        for card in cards:
            looked, before = looked + 1, card.position
            roles, organisation = (voice.standing, voice.organisation) if everywhere else _part(desk, card.id, voice)
            if roles:
                shown.append((card, roles, organisation))
    rest = len(shown) > limit
    page = shown[:limit]
    cursor = page[-1][0].position if rest else before if more and looked else None
    return _counted(desk, page), cursor


def _acted_for(desk: "Desk", voice: Voice, agent: str) -> tuple[list[str], list[str]]:
    """Whose dossiers an agent may look through, and which besides."""
    roles = {"clerk"} if "clerk" in voice.standing else {"broker"}
    today = desk.today()
    given = [
        one for one in mandates.given_to(desk.store.database, agent) if one.runs(today) and one.mandate.role in roles
    ]
    wide = {one.principal for one in given if one.general or one.mandate.modes}
    also = {dossier for one in given if one.principal not in wide for dossier in one.mandate.dossiers}
    return sorted(wide), sorted(also)


def _part(desk: "Desk", dossier: str, voice: Voice) -> tuple[frozenset[str], str]:
    """The roles that the voice has in a dossier, and for whom."""
    try:
        with desk.store.holding(dossier) as record:
            speaker, _ = desk.speaker(record, voice)
            return speaker.roles, speaker.organisation
    except UnknownDossierError:
        return frozenset(), ""


def _counted(desk: "Desk", page: list[tuple[DossierCard, frozenset[str], str]]) -> tuple[DossierCard, ...]:
    """The cards with what their reader may count: statements on topics of its roles that are not sealed, and its own."""
    organisations = {organisation for _, _, organisation in page}
    told: dict[str, tuple[int, str]] = {}
    for organisation in organisations:
        here = {card.id: roles for card, roles, whose in page if whose == organisation}
        for one in tallies(desk.store.database, list(here), organisation):
            said, last = told.get(one.dossier, (0, ""))
            topic = desk.registry.topics.get(one.topic)
            if topic is None:
                continue
            if topic.read & here[one.dossier] and not topic.opens:
                told[one.dossier] = said + one.count, max(last, one.heard_at)
            elif "speaker" in topic.read or topic.read & here[one.dossier]:
                told[one.dossier] = said + one.own, max(last, one.own_heard_at)
    return tuple(
        msgspec.structs.replace(
            card, said=told.get(card.id, (0, ""))[0], heard_at=told.get(card.id, (0, card.opened_at))[1]
        )
        for card, _, _ in page
    )
