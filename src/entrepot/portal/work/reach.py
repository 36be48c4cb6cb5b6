"""Who may see what of many dossiers: the roles of a voice by a card, as the desk would have them by the record (`channels/`)."""

from datetime import date
from functools import cached_property

from entrepot.channels.mandates import state_of
from entrepot.channels.online import GRANTED, LICENSED, OFFICES, OWNER, Voice
from entrepot.kernel.topics import TRADERS
from entrepot.kernel.vocabulary.enterprise import ENTERPRISE_DOSSIER
from entrepot.portal.desk import Desk, NoSuchDossier
from entrepot.portal.work.drawing import Card, Item
from entrepot.store import mandates
from entrepot.store.mandates import Given


class Reach:
    """What a voice reaches on a day. Standing mandates are looked up once, for all cards."""

    def __init__(self, desk: Desk, voice: Voice, today: date | None = None) -> None:
        self._desk, self.voice, self._today = desk, voice, today or desk.today()
        self._known: dict[tuple[tuple[str, ...], frozenset[str]], bool] = {}
        self.everywhere = voice.rehearsal or bool(voice.standing & OFFICES)

    @cached_property
    def given(self) -> list[Given]:
        """The standing mandates under which the voice acts today."""
        store = self._desk.store
        if self.voice.rehearsal or not self.voice.organisation:
            return []
        running = [one for one in mandates.given_to(store.database, self.voice.organisation) if one.runs(self._today)]
        admitted = {name for name in {one.principal for one in running} if state_of(store, name) == "admitted"}
        return [one for one in running if one.principal in admitted]

    @property
    def organisations(self) -> tuple[str, ...] | None:
        """In whose dossiers the voice may have a part; None: in all."""
        if self.everywhere:
            return None
        own = (self.voice.organisation, self.voice.counter, *(one.principal for one in self.given))
        return tuple(dict.fromkeys(one for one in own if one))

    def roles(self, card: Card) -> frozenset[str]:
        """The roles of the voice in a dossier, by a card that holds; none: the dossier is not there for it."""
        voice = self.voice
        if voice.rehearsal:
            return voice.standing
        if voice.mandate and voice.counter:  # under a mandate named for one dossier: the desk knows
            try:
                with self._desk.known(card.dossier, voice) as (_, speaker):
                    return speaker.roles
            except NoSuchDossier:
                return frozenset()
        member = frozenset(card.members.get(voice.organisation, ())) & GRANTED
        if card.kind == "enterprise" and card.dossier == ENTERPRISE_DOSSIER + voice.organisation:
            member |= OWNER
        roles = (member - LICENSED) | (member & LICENSED & voice.standing) | (voice.standing & OFFICES)
        return roles if roles & TRADERS else roles | self._granted(card)

    def _granted(self, card: Card) -> frozenset[str]:
        role = "clerk" if "clerk" in self.voice.standing else "broker"
        if card.kind != "trade" and role != "clerk":
            return frozenset()
        held = any(
            one.principal in card.clients and one.mandate.role == role and one.covers(card.dossier, card.mode)
            for one in self.given
        )
        return frozenset({role}) if held else frozenset()

    def may_know(self, item: Item, roles: frozenset[str]) -> bool:
        """Whether the voice may know of an item in a dossier in which it has these roles."""
        if item.org and item.org != self.voice.organisation:
            return False
        return not item.seen or any(self.reads(way, roles) for way in item.seen)

    def reads(self, names: tuple[str, ...], roles: frozenset[str]) -> bool:
        """Whether every one of these topics may be read in these roles."""
        known = self._known.get((names, roles))
        if known is None:
            topics = self._desk.registry.topics
            known = all(name in topics and bool(topics[name].read & roles) for name in names)
            self._known[names, roles] = known
        return known
