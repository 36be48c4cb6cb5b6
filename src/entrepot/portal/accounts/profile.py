"""What an enterprise says of itself stands in its own dossier, like everything that is said."""

from typing import Any

from entrepot.channels.online import Voice
from entrepot.kernel.intake import Refusal
from entrepot.kernel.vocabulary.enterprise import ENTERPRISE_CARD, ENTERPRISE_DOSSIER
from entrepot.kernel.vocabulary.trade import OPENED
from entrepot.portal.desk import Desk, NoSuchDossier
from entrepot.portal.drafts import Draft
from entrepot.store.accounts.models import Organisation

FIELDS = ("name", "name_zh", "customs_code", "address", "address_zh", "phone", "email")


def own_dossier(code: str) -> str:
    """The id of an organisation's own dossier."""
    return ENTERPRISE_DOSSIER + code


def card_of(desk: Desk, voice: Voice) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What the organisation says of itself now, and the ids of the statements that say it; nothing where it said nothing yet."""
    try:
        reading = desk.read(own_dossier(voice.organisation), voice)
    except NoSuchDossier:
        return {}, ()
    for fact in reading.facts:
        if fact.topic == ENTERPRISE_CARD.name:
            return dict(fact.value or {}), tuple(said.id for said in fact.statements)
    return {}, ()


def say_card(desk: Desk, voice: Voice, organisation: Organisation, said: dict[str, str]) -> None:
    """Say it, in place of what was said before; the dossier is opened where it is not yet. Refusal with every problem."""
    now, statements = card_of(desk, voice)
    body: dict[str, Any] = {**now, **said, "country": organisation.country}
    if organisation.country == "CHN":
        body["uscc"] = organisation.code
    card = Draft(ENTERPRISE_CARD.name, {name: text for name, text in body.items() if text}, replaces=statements)
    _say_in_own(desk, voice, organisation, card)


def _say_in_own(desk: Desk, voice: Voice, organisation: Organisation, draft: Draft) -> None:
    dossier = own_dossier(organisation.code)
    try:
        desk.say(dossier, [draft], voice)
    except NoSuchDossier:
        opening = Draft(
            OPENED.name, {"kind": "enterprise", "reference": organisation.code, "title": str(organisation)[:200]}
        )
        desk.say(dossier, [opening, draft], voice)


__all__ = ["FIELDS", "Refusal", "card_of", "own_dossier", "say_card"]
