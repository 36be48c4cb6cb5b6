"""Serving at the window: whom a clerk speaks for by the ticket in hand, how those who come are found and taken in, and what is said
of it all when the ticket is ended.

The voice of a clerk with a ticket in hand is that of its principal's counter, under the mandate that the ticket names, at every page
and form; the desk looks at that mandate each time, as it does at any door.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date

import msgspec
from msgspec import Struct

from entrepot.channels import mandates as standing
from entrepot.channels import window as channel
from entrepot.channels.online import Voice
from entrepot.gateways.bounds import check_kept
from entrepot.kernel.intake import Refusal
from entrepot.kernel.submissions import Evidence
from entrepot.kernel.text import Problem
from entrepot.kernel.vocabulary.answers import Paper
from entrepot.kernel.vocabulary.enterprise import (
    ENTERPRISE_CARD,
    ENTERPRISE_DOSSIER,
    EnterpriseCard,
    EnterpriseMandate,
)
from entrepot.kernel.vocabulary.trade import MANDATE, Mandate
from entrepot.kernel.vocabulary.window import WINDOW_SERVED, WindowServed
from entrepot.portal import speaking
from entrepot.portal.access import giving
from entrepot.portal.accounts.codes import code_problems, customs_code_problems, organisation_code
from entrepot.portal.desk import Desk, NoSuchDossier
from entrepot.portal.drafts import Draft, problem
from entrepot.portal.ids import derived
from entrepot.store import mandates, window
from entrepot.store.intake import Content
from entrepot.store.mandates import Given
from entrepot.store.window import Made, Outcome, Ticket

MOST_FOUND = 20
FOREIGN = re.compile(r"([A-Z]{3})-(.+)")
MEANT = "speaks_for"  # in a form that was filled in at a window: for whom
File = tuple[str, bytes]


class Known(Struct, frozen=True):
    """An enterprise that this counter acts for: its code and names, and the number of the mandate that reaches furthest."""

    code: str
    name: str
    customs_code: str
    number: str
    until: date | None
    general: bool


class Looked(Struct, frozen=True):
    """What was found for some words: enterprises with a mandate; a `code` that none of them bears, to be taken in; what is wrong
    with it."""

    known: tuple[Known, ...] = ()
    code: str = ""
    problems: tuple[Problem, ...] = ()


def is_clerk(voice: Voice) -> bool:
    """Whether somebody serves at a window."""
    return "clerk" in voice.standing


def counter_of(voice: Voice) -> str:
    """The organisation whose window it is."""
    return voice.counter or voice.organisation


def itself(voice: Voice) -> Voice:
    """A clerk for its own counter, whatever is in hand."""
    return msgspec.structs.replace(voice, organisation=counter_of(voice), mandate="")


def at_the_window(desk: Desk, voice: Voice) -> Voice:
    """The voice of somebody who reads or says something: with a ticket in hand it is for the ticket's principal."""
    if voice.mandate or not is_clerk(voice):
        return voice
    one = window.in_hand(desk.store, counter_of(voice), voice.person)
    return voice if one is None else for_ticket(voice, one)


def meant_for(voice: Voice, organisation: str | None) -> None:
    """Refusal where a form was filled in for another than the one in hand: a second window of the browser, a page gone back to."""
    if organisation not in (None, voice.organisation):
        raise Refusal(
            (problem("CW07", MEANT, f"this was filled in for {organisation[:100]}; {voice.organisation} is served now",
                     f"此表为 {organisation[:100]} 填写，当前办理的是 {voice.organisation}",
                     "take that number up again, or fill it in anew", "请重新受理原号码，或重新填写"),)
        )  # fmt: skip


def for_ticket(voice: Voice, one: Ticket) -> Voice:
    """The clerk's voice for a ticket's principal, once that is known."""
    return channel.under(itself(voice), one.mandate, one.principal) if one.principal else itself(voice)


# -- who comes --------------------------------------------------------------------------------------------------------


def acted_for(desk: Desk, clerk: Voice) -> dict[str, list[Given]]:
    """The mandates that the counter holds today, by principal, those that reach furthest first."""
    found: dict[str, list[Given]] = {}
    for one in mandates.given_to(desk.store.database, counter_of(clerk)):
        if one.mandate.role == "clerk" and one.runs(desk.today()):
            found.setdefault(one.principal, []).append(one)
    for given in found.values():
        given.sort(key=lambda one: (not one.general, not one.mandate.may_send, one.number))
    return found


def look(desk: Desk, clerk: Voice, words: str) -> Looked:
    """Enterprises by code, name or customs code. Only those that gave this counter a mandate are told; of any other code it is said
    no more than whether it can be one."""
    given = acted_for(desk, clerk)
    cards = window.cards_of(desk.store, given)
    parts = [_plain(part) for part in words.split()]
    found = []
    for code, numbers in sorted(given.items()):
        card = cards.get(code, EnterpriseCard())
        told = _plain(" ".join((code, card.name, card.name_zh, card.customs_code, card.uscc)))
        if parts and all(part in told for part in parts):
            first = numbers[0]
            name = card.name_zh or card.name
            found.append(Known(code, name, card.customs_code, first.number, first.mandate.valid_until, first.general))
    if found:
        return Looked(tuple(found[:MOST_FOUND]))
    code = words.strip().upper()
    if len(code) == 18 and code.isalnum() and code.isascii():
        return Looked(code=code, problems=code_problems("CHN", code))
    if abroad := FOREIGN.fullmatch(code):
        return Looked(code=code, problems=code_problems(abroad[1], abroad[2]))
    return Looked()


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace("-", "")


def mandate_for(desk: Desk, clerk: Voice, dossier: str) -> tuple[str, str]:
    """For whom, and under which number, the counter may speak in a dossier today; NoSuchDossier where it may not."""
    counter, today = counter_of(clerk), desk.today()
    with desk.known(dossier, itself(clerk)) as (record, _):
        for one in standing.agents_in(desk.store, record, today):
            if (one.mandate.agent, one.mandate.role) == (counter, "clerk"):
                return one.principal, one.number
        for number, said in sorted(record.standing(MANDATE.name).items()):
            told = said.value
            if isinstance(told, Mandate) and told.counter == counter:
                voice = channel.under(itself(clerk), number, told.principal)
                if not channel.mandate_problems(voice, (told,), today):
                    return told.principal, number
    raise NoSuchDossier(dossier)


class Taking(Struct, frozen=True):
    """An enterprise as it is taken in off its papers: its card, and the mandate that it signed."""

    country: str
    number: str  # in the register of its country
    card: EnterpriseCard
    signed_on: date
    valid_until: date | None = None
    mandate: str = ""
    may_send: bool = False
    dossiers: tuple[str, ...] = ()
    signed: File | None = None
    licence: File | None = None

    @property
    def code(self) -> str:
        return organisation_code(self.country, self.number)


def take_in(desk: Desk, clerk: Voice, asked: Taking) -> tuple[str, str]:
    """Put a signed mandate on record, and with it what the licence says of the enterprise; gives its code and the mandate's number."""
    wrong = [*code_problems(asked.country, asked.number), *customs_code_problems(asked.card.customs_code)]
    if asked.signed is None:
        wrong.append(
            problem("CW02", "signed", "the signed mandate is not attached", "未附已签署的委托书",
                    "scan or photograph it; a form to sign can be printed", "请扫描或拍摄；可打印空白委托书供签署")
        )  # fmt: skip
    if wrong:
        raise Refusal(tuple(wrong))
    counter = counter_of(clerk)
    mandate = EnterpriseMandate(
        counter, "clerk", asked.signed_on, asked.valid_until, asked.dossiers, may_send=asked.may_send
    )
    taken = [g.number for g in mandates.given_by(desk.store.database, asked.code) if g.mandate.agent == counter]
    number = asked.mandate or giving.next_number(mandate, taken)
    more, contents = _card(asked)
    voice = channel.under(itself(clerk), number, asked.code)
    made = giving.give(desk, voice, mandate, number, paper=asked.signed, more=more, more_contents=contents)
    return asked.code, made.number


def _card(asked: Taking) -> tuple[list[Draft], list[Content]]:
    """The card as read off the licence, with the licence where it was attached."""
    body = {name: value for name, value in msgspec.to_builtins(asked.card).items() if value}
    if not body:
        return [], []
    if asked.licence is None:
        return [Draft(ENTERPRISE_CARD.name, body, authority="transcript")], []
    name, data = asked.licence
    check_kept(data)
    content = Content(data)
    paper = Paper(name, "licence", content.media_type, len(data))
    cited = (Evidence(content.digest, name),)
    return (
        [speaking.paper_draft(content.digest, name, paper), Draft(ENTERPRISE_CARD.name, body, authority="transcript", evidence=cited)],
        [content],
    )  # fmt: skip


def opening_mandate(desk: Desk, voice: Voice, dossier: str) -> list[Draft]:
    """What a clerk says besides where a dossier is opened: where the standing mandate does not hold there by itself (its giver waits
    to be admitted, or listed dossiers), the dossier gets the mandate on paper for its own."""
    if not voice.mandate or not voice.counter or standing.acting(desk.store, None, voice, desk.today(), dossier).grant:
        return []
    for one in mandates.given_by(desk.store.database, voice.organisation):
        if (one.mandate.agent, one.number, one.mandate.role) == (voice.counter, voice.mandate, "clerk"):
            body = Mandate(one.principal, voice.counter, one.mandate.signed_on, one.mandate.valid_until)
            return [Draft(MANDATE.name, msgspec.to_builtins(body), one.number)] if one.general else []
    return []


# -- what came of it --------------------------------------------------------------------------------------------------


def corrections(made: Sequence[Made]) -> list[Made]:
    """Those that put something in the place of what was said before this ticket, or took it back."""
    ids = {one.id for one in made}
    return [one for one in made if not one.topic.startswith("enterprise.") and {*one.replaces, *one.withdraws} - ids]


def end(desk: Desk, clerk: Voice, one: Ticket, outcome: Outcome, note: str = "", reason: str = "") -> Ticket:
    """End a ticket: what was done is said in every dossier that it touched, so that the principal sees it too. Who corrected what
    stood before gives the `reason`."""
    made = window.made_at(desk.store, one)
    if corrections(made) and not reason:
        raise Refusal(
            (problem("CW03", "reason", "earlier statements were corrected", "更正了此前的陈述",
                     "say why, in the words of whoever asked for it", "请填写更正原因"),)
        )  # fmt: skip
    if one.principal and outcome != "left" and outcome != "":
        touched: dict[str, list[str]] = {one.dossier: []} if one.dossier else {}
        for word in made:
            touched.setdefault(word.dossier, []).append(word.id)
        for dossier, said in touched.items():
            _say_served(desk, clerk, one, dossier, WindowServed(
                counter_of(clerk), one.label, _way(one), outcome, tuple(said), one.spoke, one.consent, reason, note
            ))  # fmt: skip
    return window.end(desk.store, one, outcome, [word.id for word in made], note)


def _say_served(desk: Desk, clerk: Voice, one: Ticket, dossier: str, served: WindowServed) -> None:
    draft = Draft(WINDOW_SERVED.name, msgspec.to_builtins(served), one.id)
    try:
        desk.say(dossier, [draft], for_ticket(clerk, one), origin=derived(one.id, dossier))
    except NoSuchDossier:
        if not dossier.startswith(ENTERPRISE_DOSSIER):  # its own is closed to the counter until it is admitted
            raise


def _way(one: Ticket) -> window.Way:
    return "telephone" if one.way == "telephone" else "post" if one.way == "post" else "in_person"
