"""Titles as their parties see them: which are held, owed or were held, how far each may look back, what may be done now."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from entrepot.channels.online import OFFICES, Voice
from entrepot.kernel.intake import Refusal, convert
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.titles import (
    DOCUMENT,
    TITLE_ISSUED,
    Action,
    TitleDocument,
    TitleIssued,
    TitleParty,
    TitleStep,
)
from entrepot.kernel.vocabulary.trade import MEMBER
from entrepot.kernel.why import NoSuchPlace
from entrepot.modules.titles.facts import DRAFT, EFFECT, Control
from entrepot.modules.titles.rules.chain import folded
from entrepot.modules.titles.rules.control import objections
from entrepot.modules.titles.rules.steps import digest_of, plain
from entrepot.portal import titles
from entrepot.portal.drafts import problem
from entrepot.portal.ids import derived
from entrepot.portal.issuing_keys import key_for, statement, submit
from entrepot.portal.titles import StepTaken, statement_id, title_in

if TYPE_CHECKING:
    from entrepot.portal.desk import Desk

PAGE = 50
LONGEST_FIELD = 2_000
# What a party may be offered, in the order of a title's life; `purpose` where the action is a surrender.
OFFERED: tuple[tuple[Action, str], ...] = (
    ("endorse", ""), ("endorse_blank", ""), ("transfer", ""), ("surrender", "delivery"), ("surrender", "amendment"),
    ("surrender", "paper"), ("surrender", "split"), ("accept", ""), ("amend", ""), ("to_paper", ""), ("split", ""), ("refuse", ""),
    ("from_paper", ""), ("void", ""),
)  # fmt: skip


class Possible(Struct, frozen=True):
    """Something that one may do with a title now, or why not."""

    action: Action
    purpose: str
    reasons: tuple[Text, ...] = ()

    @property
    def open(self) -> bool:
        return not self.reasons


class Shown(Struct, frozen=True):
    """A step as it is shown: with its digest and the id of its statement, by which its receipt is asked for."""

    step: TitleStep
    digest: str
    statement: str


class TitleReading(Struct, frozen=True):
    """A title as one party may see it. Whoever gave it up sees it as it was then (`past`), and nothing of what came later.
    `effect` is what its law says of electronic titles: the status of that finding, its value and its reasons."""

    id: str
    organisation: str
    past: bool
    control: Control
    document: TitleDocument
    steps: tuple[Shown, ...]
    possible: tuple[Possible, ...]
    effect: str = ""
    effect_value: dict[str, Any] = {}
    effect_reasons: tuple[Text, ...] = ()


class TitleCard(Struct, frozen=True):
    """A title in a list. `part` is the organisation's: holder, entitled, issuer, past, or asked where it surrendered and waits."""

    id: str
    part: str
    kind: str
    number: str
    state: str
    holder: str
    issuer: str
    steps: int


class TitlePage(Struct, frozen=True):
    """A page of titles; `next` is the cursor of the page that follows, absent on the last."""

    titles: tuple[TitleCard, ...]
    next: int | None = None
    key: str = ""


def read(desk: "Desk", voice: Voice, title: str) -> TitleReading:
    """The title as the voice may see it; NoSuchDossier for whoever never was in it."""
    whole = titles.opened(desk, voice, title)
    steps = whole.chain.steps[: whole.seen]
    past = whole.seen < whole.control.number
    control = folded({str(one.number): one for one in steps}, whole.documents, title).control if past else whole.control
    assert control is not None
    possible = () if past else tuple(
        Possible(action, purpose, tuple(one.what for one in objections(control, action, voice.organisation, purpose)))
        for action, purpose in OFFERED
    )  # fmt: skip
    shown = tuple(Shown(one, digest_of(one), statement_id(one)) for one in steps)
    reading = TitleReading(title, voice.organisation, past, control, whole.documents[control.content], shown, possible)
    with desk.store.holding(title) as record:
        finding = desk.sheet(record).finding(EFFECT.name)
    if finding is None or past:  # it is drawn from the document as it stands now
        return reading
    value = msgspec.to_builtins(finding.value) if finding.value is not None else {}
    return msgspec.structs.replace(
        reading, effect=finding.status, effect_value=value, effect_reasons=tuple(finding.reasons)
    )


def mine(desk: "Desk", voice: Voice, before: int | None = None, limit: int = PAGE) -> TitlePage:
    """The titles that the voice's organisation is or was in, the one issued last first; the operator and auditors see all."""
    desk.admit(voice, "read")
    if voice.mandate:  # titles are held under none
        return TitlePage(())
    everywhere = bool(voice.standing & OFFICES & {"operator", "auditor"})
    named = None if everywhere else voice.organisation
    cards = desk.store.dossiers(named, "title", before, limit, named="title.seen")
    shown = []
    for card in cards:
        with desk.store.holding(card.id) as record:
            title = title_in(record, voice.organisation, everywhere)
        if title.seen:
            shown.append(_card(title, voice.organisation))
    held = key_for(desk, voice.organisation, titles.USE)
    return TitlePage(tuple(shown), cards[-1].position if len(cards) == limit else None, held.did if held else "")


def _card(title: titles.Title, organisation: str) -> TitleCard:
    steps = title.chain.steps[: title.seen]
    past = title.seen < title.control.number
    control = folded({str(one.number): one for one in steps}, title.documents).control if past else title.control
    assert control is not None
    parts = {"asked": control.back, "holder": control.holder, "entitled": control.endorsee, "issuer": control.issuer}
    part = "past" if past else next((name for name, who in parts.items() if who == organisation), "past")
    number = title.documents[control.content].number
    return TitleCard(title.id, part, control.kind, number, control.state, control.holder, control.issuer, len(steps))


# -- from and to the trade ------------------------------------------------------------------------------------------------


def drafted(desk: "Desk", voice: Voice, trade: str) -> TitleDocument:
    """The bill of lading that a trade's dossier says, with the organisations that are in it and the voice's own as issuer."""
    with desk.known(trade, voice) as (record, speaker):
        finding = desk.sheet(record).finding(DRAFT.name)
        if finding is None or not isinstance(finding.value, TitleDocument) or not DRAFT.read & speaker.roles:
            raise NoSuchPlace(DRAFT.name)
        draft = finding.value
        members = {
            role: organisation
            for organisation, standing in sorted(record.standing(MEMBER.name).items())
            for value in standing.values
            for role in value.roles
        }

    def known(party: TitleParty, role: str) -> TitleParty:
        return msgspec.structs.replace(party, organisation=members.get(role, ""))

    issuer = msgspec.structs.replace(
        draft.issuer, name=draft.issuer.name or voice.organisation, organisation=voice.organisation
    )
    consignee = None if draft.consignee is None else known(draft.consignee, "importer")
    return msgspec.structs.replace(
        draft, issuer=issuer, shipper=known(draft.shipper, "exporter"), consignee=consignee, trade=trade
    )


FILLED_IN = (
    "number",
    "form",
    "order_of",
    "issued_on",
    "law",
    "loading_port",
    "discharge_port",
    "vessel",
    "voyage",
    "terms",
)


def completed(draft: TitleDocument, form: Mapping[str, str]) -> TitleDocument:
    """A draft with what a form fills in; Refusal with every problem. Codes of organisations are `shipper` and `consignee`."""
    body: dict[str, Any] = plain(draft)
    for name in FILLED_IN:
        if text := str(form.get(name, "")).strip()[:LONGEST_FIELD]:
            body[name] = text
    for name in ("shipper", "consignee"):
        if code := str(form.get(name, "")).strip()[:LONGEST_FIELD]:
            body.setdefault(name, {"name": code})["organisation"] = code
    if body.get("form") != "order":
        body.pop("order_of", None)
    document: TitleDocument = convert(body, TitleDocument, DOCUMENT.name)
    return document


def issue_in_trade(desk: "Desk", voice: Voice, document: TitleDocument, to: str, title: str = "") -> StepTaken:
    """Issue a title, and say so in the trade that it names, where the issuer has a part in it."""
    if not document.trade:
        return titles.issue(desk, voice, document, to, title)
    with desk.known(document.trade, voice) as (_, speaker):
        if not speaker.roles & {"carrier", "warehouse", "exporter", "operator"}:
            raise Refusal((_not_carrier(),))
    taken = titles.issue(desk, voice, document, to, title)
    link(desk, voice, document, taken)
    return taken


def link(desk: "Desk", voice: Voice, document: TitleDocument, taken: StepTaken) -> None:
    """Say in the trade that a title was issued on its goods; said again it is said once."""
    whole = titles.opened(desk, voice, taken.title)
    value = TitleIssued(document.kind, document.number, whole.chain.steps[0].content, document.issuer.organisation)
    id_ = derived(taken.statement, TITLE_ISSUED.name)
    submit(desk, [statement(desk, document.trade, TITLE_ISSUED, value, taken.title, voice, id_)])


def _not_carrier() -> Problem:
    return problem("TI041", "trade", "titles on the goods of a trade are issued by its carrier or warehouse",
                   "贸易项下的凭证由其承运人或仓库签发",
                   "ask the exporter to name you as carrier or warehouse", "请出口商将贵单位列为承运人或仓库")  # fmt: skip
