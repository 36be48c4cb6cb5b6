"""Enterprises, brokers and counters that act for one another, on the small stage of the doors."""

from datetime import date
from typing import Any

from entrepot.channels.online import ADMINISTER, WORKING, Voice
from entrepot.channels.window import under
from entrepot.kernel.vocabulary.enterprise import EnterpriseMandate
from entrepot.portal.access import giving
from entrepot.portal.access.giving import MandateCard
from entrepot.portal.desk import Desk, NoSuchDossier
from entrepot.portal.drafts import Draft
from tests.portal.stage import LINE_ONE, OPENING

BOSS = Voice("ann", "acme", duties=WORKING | {ADMINISTER})
BEA = Voice("bea", "agency")
OPERATOR = Voice("olga", "operator", frozenset({"operator"}))
CLERK = Voice("cho", "desk-1", frozenset({"clerk"}), "window", counter="desk-1")
SIGNED = ("mandate.pdf", b"%PDF-1.7 signed by acme")


def mandate(agent: str = "agency", **fields: Any) -> EnterpriseMandate:
    return EnterpriseMandate(**{"agent": agent, "role": "broker", "signed_on": date(2026, 1, 1), **fields})


def give(desk: Desk, number: str = "1", voice: Voice = BOSS, **fields: Any) -> MandateCard:
    return giving.give(desk, voice, mandate(**fields), number)


def at_counter(number: str = "1", principal: str = "acme") -> Voice:
    return under(CLERK, number, principal)


def trade(desk: Desk, dossier: str = "D1", mode: str = "") -> None:
    particulars = [Draft("declaration.particulars", {"supervision_mode": mode})] if mode else []
    desk.say(dossier, [*OPENING, LINE_ONE, *particulars], BOSS)


def roles(desk: Desk, dossier: str, voice: Voice) -> tuple[str, ...]:
    try:
        return desk.read(dossier, voice).roles
    except NoSuchDossier:
        return ()


def listed(desk: Desk, voice: Voice) -> set[str]:
    return {card.id for card in desk.dossiers(voice).dossiers}
