"""The ways in for one line, ranked, from what the duty room offers and the origin room decides; nothing is worked out anew."""

from collections.abc import Sequence
from typing import NamedTuple

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, found
from entrepot.kernel.law import PackCard, Row
from entrepot.kernel.money import Money
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.customs import STATED_RATES
from entrepot.kernel.vocabulary.decisions import AGREEMENTS, OFFER, DutyOffer, OriginDecision, Treatment
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.modules.preference.facts import Document, LineChoice, State, Way
from entrepot.modules.preference.rules.advice import line_advice
from entrepot.modules.preference.rules.documents import documents

_ORDER = {"now": 0, "nearly": 1, "closed": 2}
_UNKNOWN = 1 << 62


class Standing(NamedTuple):
    """What a line's ways in are asked of: the case, the offer, the decisions by agreement, and the destination's pack."""

    case: Case
    offer: DutyOffer
    decisions: dict[str, OriginDecision]
    pack: str
    made_in: str


def assess_line(case: Case) -> Answer:
    """Every way in that the tariff shows, the best first, and in one sentence what to do."""
    offer = case.own(OFFER)
    every, line = case.at(AGREEMENTS), case.own(LINE)
    decisions = {one.agreement: one for one in every.decisions} if every is not None else {}
    card = _destination(case.packs("jurisdictions", alpha3=offer.country), offer.country)
    standing = Standing(case, offer, decisions, "" if card is None else card.name, line.origin)
    entries = [_entry(standing, treatment) for treatment in offer.treatments]
    without = min(
        (one.cost.minor for one in entries if one.state == "now" and not one.agreement and one.cost is not None), default=None
    )  # fmt: skip
    ways = [_way(standing, one, without) for one in entries]
    ways += _unpriced(standing, {one.agreement for one in entries})
    ways.sort(key=_rank)
    best = ways[0] if ways and ways[0].state == "now" else None
    better = next((way for way in ways if way.state == "nearly" and _beats(way, best)), None)
    possible = None
    if better is not None and better.cost is not None and best is not None and best.cost is not None:
        possible = best.cost - better.cost
    advice = line_advice(ways, best, better, possible, offer.day)
    return found(
        LineChoice(
            offer.country, offer.code, offer.day, advice, tuple(ways), "" if best is None else best.code,
            "" if better is None else better.code, possible,
        )
    )  # fmt: skip


def _destination(cards: Sequence[PackCard], country: str) -> PackCard | None:
    return next((card for card in cards if card.applies.get("alpha3") == country), None)


class Entered(NamedTuple):
    """A treatment of the offer, the row of law that describes it, and the agreement and decision it rests on."""

    treatment: Treatment
    row: Row | None
    agreement: str
    decision: OriginDecision | None
    cost: Money | None
    state: State


def _entry(standing: Standing, treatment: Treatment) -> Entered:
    """A treatment that the declarant stated and no pack knows is an agreement's."""
    case, code = standing.case, treatment.code.partition("/")[0]
    row = case.read(f"{standing.pack}/treatments", standing.offer.day, treatment=code) if standing.pack else None
    agreement = _stated_agreement(case, code) if row is None else str(row["agreement"]) if row["preferential"] else ""
    decision = standing.decisions.get(agreement)
    return Entered(treatment, row, agreement, decision, cost_of(treatment), _state(treatment, decision))


def _way(standing: Standing, entry: Entered, without: int | None) -> Way:
    """A way in with its papers, and what it saves against the best that needs no agreement."""
    treatment, row, agreement, decision, cost, state = entry
    papers: tuple[Document, ...] = ()
    if agreement or "/" in treatment.code:
        made_in = decision.origin if decision is not None and decision.origin else standing.made_in
        ends = frozenset((made_in, standing.made_in, standing.offer.country))
        papers = tuple(documents(standing.case, row, agreement, made_in, ends, "/" in treatment.code, standing.offer.day))
    saving = None
    if agreement and cost is not None and without is not None:
        saving = Money(without - cost.minor, cost.currency)
    return Way(
        treatment.code, treatment.name, treatment.rate, cost, state, agreement, saving, papers, treatment.conditions,
        treatment.missing, _measures(treatment) if treatment.measures else (),
    )  # fmt: skip


def _measures(treatment: Treatment) -> tuple[Text, ...]:
    """The trade measures that cost something, or whose cost is not known, with their rates."""
    return tuple(
        Text(f"{one.name.en} {one.rate}".strip(), f"{one.name.zh} {one.rate}".strip())
        for one in treatment.measures
        if one.duty is None or one.duty.minor
    )


def _unpriced(standing: Standing, offered: set[str]) -> list[Way]:
    """Agreements under which the goods may originate while the tariff on file shows no rate of theirs for this code."""
    names = [one.agreement for one in standing.decisions.values() if one.outcome != "not_originating" and one.agreement not in offered]
    if not names:
        return []
    titles = {card.name: Text(card.title["en"], card.title["zh"]) for card in standing.case.packs("agreements")}
    code = standing.offer.code
    no_rate = Text(f"no rate for {code} is on file", f"未录入税号 {code} 的税率")
    return [Way(name, titles.get(name, Text(name, name)), "", None, "nearly", name, missing=(no_rate,)) for name in names]


def _stated_agreement(case: Case, code: str) -> str:
    stated = case.at(STATED_RATES)
    return next((one.agreement for one in stated.rates if one.treatment == code), "") if stated is not None else ""


def _state(treatment: Treatment, decision: OriginDecision | None) -> State:
    if treatment.available:
        return "now"
    return "closed" if decision is not None and decision.outcome == "not_originating" else "nearly"


def cost_of(treatment: Treatment) -> Money | None:
    """Duty and trade measures; None where one of them is not known."""
    if not treatment.measures:
        return treatment.duty
    parts = [treatment.duty, *(one.duty for one in treatment.measures)]
    known = [part for part in parts if part is not None]
    return Money(sum(part.minor for part in known), known[0].currency) if known and len(known) == len(parts) else None


def _rank(way: Way) -> tuple[int, int, int, int]:
    """Those to be had now, by cost, then by papers, then without an agreement first; what is nearly there also by what is missing."""
    cost = _UNKNOWN if way.cost is None else way.cost.minor
    return _ORDER[way.state], cost, len(way.documents) + len(way.missing), bool(way.agreement)


def _beats(way: Way, best: Way | None) -> bool:
    """Whether a way that is nearly there would cost less than the best to be had now."""
    if way.cost is None:
        return False
    return best is None or (best.cost is not None and way.cost.minor < best.cost.minor)


