"""Mandates that stand across dossiers: given, listed, revoked. Every door calls these; they say and read in the enterprise's own
dossier, which is opened where it is not there yet."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Literal

import msgspec
from msgspec import Struct

from entrepot.channels.mandates import state_of
from entrepot.channels.online import Voice
from entrepot.gateways.bounds import check_kept
from entrepot.kernel.intake import Refusal
from entrepot.kernel.submissions import Evidence
from entrepot.kernel.text import Problem
from entrepot.kernel.vocabulary.answers import Paper
from entrepot.kernel.vocabulary.enterprise import (
    ENTERPRISE_ADMITTED,
    ENTERPRISE_CARD,
    ENTERPRISE_DOSSIER,
    ENTERPRISE_MANDATE,
    ENTERPRISE_RULES,
    EnterpriseCard,
    EnterpriseMandate,
)
from entrepot.kernel.vocabulary.trade import OPENED
from entrepot.kernel.why import NoSuchPlace
from entrepot.portal import speaking
from entrepot.portal.drafts import Draft, problem
from entrepot.store import mandates
from entrepot.store.intake import Content
from entrepot.store.mandates import Given
from entrepot.store.records import UnknownDossierError

if TYPE_CHECKING:
    from entrepot.portal.desk import Desk, Said

State = Literal["running", "later", "ended", "revoked", "waiting"]
LONGEST = 1000


class MandateCard(Struct, frozen=True, omit_defaults=True):
    """A standing mandate as it is listed. `state` is `running`, `later` (it begins on `signed_on`), `ended`, `revoked`, or `waiting`:
    the principal is not admitted, and nobody acts for it yet. `statement` is the id of what was said."""

    principal: str
    agent: str
    number: str
    role: Literal["broker", "clerk"]
    state: State
    signed_on: date
    statement: str
    valid_until: date | None = None
    dossiers: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    may_send: bool = False
    principal_name: str = ""
    agent_name: str = ""
    revoked: str = ""
    by: str = ""
    transcribed: bool = False


class Mandates(Struct, frozen=True, omit_defaults=True):
    """The mandates that an organisation gave, and those it holds of others; `next` is the cursor of more, given ones first."""

    given: tuple[MandateCard, ...]
    received: tuple[MandateCard, ...]
    next: str = ""


def own_dossier(organisation: str) -> str:
    """The id of the dossier that an organisation keeps of itself."""
    return ENTERPRISE_DOSSIER + organisation


def listed(desk: "Desk", voice: Voice) -> Mandates:
    """What the voice's organisation gave and holds. A clerk under a mandate sees what its principal gave."""
    desk.admit(voice, "read")
    holder = voice.counter or voice.organisation
    given: list[Given] = []
    if voice.organisation and _may_see(desk, voice):
        given = mandates.given_by(desk.store.database, voice.organisation)
    received = mandates.given_to(desk.store.database, holder)
    return Mandates(tuple(_card(desk, one) for one in given), tuple(_card(desk, one) for one in received))


def card_of(desk: "Desk", voice: Voice, agent: str, number: str, principal: str = "") -> MandateCard:
    """One mandate that the voice's organisation gave or holds; NoSuchPlace alike for all others."""
    seen = listed(desk, voice)
    for one in (*seen.given, *seen.received):
        if (one.agent, one.number) == (agent, number) and principal in ("", one.principal):
            return one
    raise NoSuchPlace(f"{agent}/{number}")


def give(
    desk: "Desk",
    voice: Voice,
    mandate: EnterpriseMandate,
    number: str = "",
    *,
    paper: tuple[str, bytes] | None = None,
    instead: bool = False,
    more: Sequence[Draft] = (),
    more_contents: Sequence[Content] = (),
) -> MandateCard:
    """Give a mandate in the name of the voice's organisation; `paper` (name, bytes) is the signed one, without which a clerk gives
    none. A number that runs already is refused, unless this comes `instead`. Without a number the next one free is taken. `more` is said
    in the same breath, with its papers."""
    organisation = voice.organisation
    before = {(one.mandate.agent, one.number): one for one in mandates.given_by(desk.store.database, organisation)}
    number = number or next_number(mandate, [taken for agent, taken in before if agent == mandate.agent])
    there = before.get((mandate.agent, number))
    if there is not None and there.runs(desk.today()) and not instead:
        raise Refusal((_taken(mandate.agent, number),))
    drafts, contents, evidence = _opening(desk, organisation), list[Content](), tuple[Evidence, ...]()
    if paper is not None:
        check_kept(paper[1])
        content = Content(paper[1])
        card = Paper(paper[0], "mandate", content.media_type, len(content.data))
        drafts.append(speaking.paper_draft(content.digest, paper[0], card))
        contents.append(content)
        evidence = (Evidence(content.digest, paper[0]),)
    body = msgspec.to_builtins(mandate)
    replaces = _standing_ids(desk, organisation, f"{mandate.agent}/{number}")
    key = f"{mandate.agent}/{number}"
    drafts.append(Draft(ENTERPRISE_MANDATE.name, body, key, evidence=evidence, replaces=replaces))
    desk.say(own_dossier(organisation), [*drafts, *more], voice, contents=[*contents, *more_contents])
    return _found(desk, organisation, mandate.agent, number)


def revoke(desk: "Desk", voice: Voice, agent: str, number: str, reason: str) -> MandateCard:
    """End a mandate at once. It stays listed with the reason."""
    if not reason.strip() or len(reason) > LONGEST or not reason.isprintable():
        raise Refusal(
            (problem("AC14", "reason", f"give a reason in up to {LONGEST} letters", f"请说明理由（{LONGEST} 字以内）",
                     "say why", "请填写理由"),)
        )  # fmt: skip
    desk.admit(voice, "read")
    organisation = voice.organisation
    there = _given(desk, organisation, agent, number) if _may_see(desk, voice) else None
    if there is None:
        raise NoSuchPlace(f"{agent}/{number}")
    if not there.mandate.revoked:
        key = f"{agent}/{number}"
        body = msgspec.to_builtins(msgspec.structs.replace(there.mandate, revoked=reason.strip()))
        ends = Draft(ENTERPRISE_MANDATE.name, body, key, replaces=_standing_ids(desk, organisation, key))
        desk.say(own_dossier(organisation), [ends], voice)
    return _found(desk, organisation, agent, number)


def set_rules(desk: "Desk", voice: Voice, topics: Sequence[str]) -> "Said":
    """Say which topics leave only when two persons agree, in the place of what was said before."""
    organisation = voice.organisation
    replaces = _standing_ids(desk, organisation, "", ENTERPRISE_RULES.name)
    body = {"two_persons": sorted(set(topics))}
    drafts = [*_opening(desk, organisation), Draft(ENTERPRISE_RULES.name, body, replaces=replaces)]
    return desk.say(own_dossier(organisation), drafts, voice)


def admit(
    desk: "Desk", voice: Voice, organisation: str, state: Literal["admitted", "suspended", "refused"], reason: str
) -> "Said":
    """The operator's word on an organisation, in the place of what the operator said before."""
    replaces: tuple[str, ...] = ()
    with suppress(UnknownDossierError), desk.store.holding(own_dossier(organisation)) as record:
        standing = record.standing(ENTERPRISE_ADMITTED.name).get("")
        replaces = tuple(said.id for said in standing.statements) if standing is not None else ()
    word = Draft(ENTERPRISE_ADMITTED.name, {"state": state, "reason": reason}, replaces=replaces)
    return desk.say(own_dossier(organisation), [*_opening(desk, organisation), word], voice)


def next_number(mandate: EnterpriseMandate, taken: Sequence[str]) -> str:
    """A number for a mandate: its year and how many the agent has."""
    count = len(taken) + 1
    while (number := f"{mandate.signed_on.year}-{count:03d}") in taken:
        count += 1
    return number


def _card(desk: "Desk", one: Given) -> MandateCard:
    mandate, today = one.mandate, desk.today()
    state: State = "running"
    if mandate.revoked:
        state = "revoked"
    elif today < mandate.signed_on:
        state = "later"
    elif not one.runs(today):
        state = "ended"
    elif state_of(desk.store, one.principal) != "admitted":
        state = "waiting"
    return MandateCard(
        one.principal, mandate.agent, one.number, mandate.role, state, mandate.signed_on, one.id, mandate.valid_until,
        mandate.dossiers, mandate.modes, mandate.may_send, name_of(desk, one.principal), mandate.agent_name,
        mandate.revoked, one.by, one.authority == "transcript",
    )  # fmt: skip


def name_of(desk: "Desk", organisation: str) -> str:
    """What an organisation calls itself in its own dossier; empty where it says nothing."""
    try:
        with desk.store.holding(own_dossier(organisation)) as record:
            standing = record.standing(ENTERPRISE_CARD.name).get("")
    except UnknownDossierError:
        return ""
    card = standing.value if standing is not None else None
    return (card.name_zh or card.name) if isinstance(card, EnterpriseCard) else ""


def _may_see(desk: "Desk", voice: Voice) -> bool:
    """Whether the voice is its organisation itself, or a clerk whom the organisation lets in."""
    if not voice.counter or not voice.mandate:
        return True
    try:
        with desk.store.holding(own_dossier(voice.organisation)) as record:
            return bool(desk.speaker(record, voice)[0].roles)
    except UnknownDossierError:
        return False


def _opening(desk: "Desk", organisation: str) -> list[Draft]:
    try:
        with desk.store.holding(own_dossier(organisation)):
            return []
    except UnknownDossierError:
        return [Draft(OPENED.name, {"kind": "enterprise", "reference": organisation[:100]})]


def _standing_ids(desk: "Desk", organisation: str, key: str, topic: str = ENTERPRISE_MANDATE.name) -> tuple[str, ...]:
    try:
        with desk.store.holding(own_dossier(organisation)) as record:
            standing = record.standing(topic).get(key)
            return tuple(said.id for said in standing.statements if said.for_ == organisation) if standing else ()
    except UnknownDossierError:
        return ()


def _given(desk: "Desk", organisation: str, agent: str, number: str) -> Given | None:
    every = mandates.given_by(desk.store.database, organisation)
    return next((one for one in every if (one.mandate.agent, one.number) == (agent, number)), None)


def _found(desk: "Desk", organisation: str, agent: str, number: str) -> MandateCard:
    there = _given(desk, organisation, agent, number)
    if there is None:
        raise NoSuchPlace(f"{agent}/{number}")
    return _card(desk, there)


def _taken(agent: str, number: str) -> Problem:
    return problem(
        "AC15", "number", f"mandate {number[:60]} for {agent[:60]} runs already", f"{agent[:60]} 的委托 {number[:60]} 已在有效期内",
        "give it another number, change it, or revoke it first", "请更换编号、变更原委托，或先撤销",
    )  # fmt: skip
