"""Origin of one line under every agreement in force between the country of making and the destination."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, Status, found, needs_review, no_law, not_applicable, refused
from entrepot.kernel.law import PackCard
from entrepot.kernel.money import Money
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.certificates import REQUEST, CertificateRequest
from entrepot.kernel.vocabulary.customs import ENTRY, PROOF, Proof
from entrepot.kernel.vocabulary.decisions import AGREEMENTS, ORIGIN, OriginDecision, OriginDecisions
from entrepot.kernel.vocabulary.goods import BOM, LINE, BillOfMaterials, GoodsLine
from entrepot.kernel.vocabulary.trade import PARTY, TERMS, TRANSPORT
from entrepot.modules.origin.facts import MARGIN, OriginMargin
from entrepot.modules.origin.rules.agreement import Agreement
from entrepot.modules.origin.rules.asks import ask, line_asks, materials_asks, price_asks
from entrepot.modules.origin.rules.contradictions import contradictions, is_country
from entrepot.modules.origin.rules.decision import Decided, Stated, decide
from entrepot.modules.origin.rules.materials import bill_faults, line_faults
from entrepot.modules.origin.rules.proofs import misnamed, proof_asks, third_party, waived

Answers = Mapping[Topic[Any], Answer]
FIRST = "RCEP"
"""The agreement that goes before others that are worth as much."""
_CANNOT_STAND = Text(
    "the goods code or the bill of materials cannot stand as stated", "商品编码或物料清单有误，须先更正"
)


def assess(case: Case) -> Answer | Answers:
    """The origin decisions of one line, and their margins where the bill of materials was weighed."""
    line = case.own(LINE)
    day, destination = _when_and_where(case)
    # A quick look at the cards before any table of Parties is asked.
    cards = case.packs("agreements", countries=destination) if destination else case.packs("agreements")
    if not cards and not case.packs("agreements"):
        return _both(no_law(Text("no agreement is on file", "未录入任何协定")))
    ordered = sorted(cards, key=_first)
    known = (Agreement(case, card, day) for card in ordered)
    leading = next((law for law in known if not destination or law.imports(destination)), None)
    if leading is None and not is_country(destination):
        return _both(not_applicable(Text("the destination is no country of three letters, as JPN", "目的国不是三位字母国别代码（如 JPN）")))
    if leading is None:
        text = Text(
            f"{destination} is not a Party to any agreement on file on {day}",
            f"{destination} 在 {day} 不是已录入协定的缔约方",
        )
        return _both(not_applicable(text))
    bom = case.own(BOM)
    fob = _fob(case, line, bom)
    wrong_line, wrong_bill = line_faults(case.key, line), bill_faults(case.key, bom, fob)
    if wrong_line or wrong_bill:
        told = refused(wrong_line, _CANNOT_STAND)
        return {ORIGIN: told, AGREEMENTS: told, MARGIN: refused(wrong_bill, _CANNOT_STAND)}
    country = _made_in(case, line, bom)
    if country and country == destination:
        return _both(not_applicable(Text("made in the country it goes to", "货物产于目的国")))
    if not is_country(country):
        missing = Text("the country where the goods were made", "货物的生产国")
        if country:
            missing = Text("the country where the goods were made, in three letters as CHN", "货物的生产国，填三位字母代码，如 CHN")
        return _alone(OriginDecision(leading.name, "conditional", missing=(missing,)), leading, missing)
    named = [card for card in ordered if country in card.applies.get("countries", (country,))]
    laws = [leading if card is leading.card else Agreement(case, card, day) for card in named]
    laws = [law for law in laws if law.joins(country, destination)]
    if not laws:
        return _no_agreement(leading, country, destination, day)
    proofs = case.get(PROOF) or {}
    said = Stated(
        case.key, line, bom, country, destination, fob, proofs, case.get(TRANSPORT), len(laws) == 1,
        tuple(contradictions(case, line, bom, country)),
    )  # fmt: skip
    return _answers(case, said, [decide(law, said) for law in laws])


def _first(card: PackCard) -> bool:
    return card.name != FIRST


def _both(answer: Answer) -> Answers:
    return {ORIGIN: answer, AGREEMENTS: answer}


def _alone(decision: OriginDecision, law: Agreement, *reasons: Text) -> Answers:
    """A decision before anything was weighed."""
    status: Status = "needs_review" if decision.outcome == "conditional" else "found"
    every = OriginDecisions((decision,))
    return {
        ORIGIN: Answer(status, decision, reasons, of=law.case),
        AGREEMENTS: Answer(status, every, reasons, of=law.case),
    }


def _no_agreement(leading: Agreement, country: str, destination: str, day: date) -> Answers:
    """No agreement joins the two: goods that a Party of the leading one buys do not originate under it."""
    if leading.name == FIRST or not destination:
        text = Text(
            f"{country} is not a Party to {leading.name} on {day}", f"{country} 在 {day} 不是 {leading.name} 缔约方"
        )
        return _alone(OriginDecision(leading.name, "not_originating", missing=(text,)), leading, text)
    none = Text(
        f"no agreement on file is in force between {country} and {destination} on {day}",
        f"{day} 在 {country} 与 {destination} 之间没有已录入的有效协定",
    )
    return _both(not_applicable(none))


def _when_and_where(case: Case) -> tuple[date, str]:
    """The day of import and the importing country as far as they are known; before a plan is made, today."""
    entry, transport = case.get(ENTRY), case.get(TRANSPORT)
    destination = entry.country if entry is not None else ""
    if transport is not None:
        destination = destination or transport.destination_country
    if entry is not None:
        return entry.day, destination
    if transport is not None and (planned := transport.arrival_on or transport.loading_on or transport.bill_date):
        return planned, destination
    return case.today, destination


def _fob(case: Case, line: GoodsLine, bom: BillOfMaterials) -> Money | None:
    """The line's FOB value: as its producer states it, or the invoiced amount where goods are sold FOB."""
    if bom.fob is not None:
        return bom.fob
    terms = case.get(TERMS)
    return line.amount if terms is not None and terms.incoterm == "FOB" else None


def _made_in(case: Case, line: GoodsLine, bom: BillOfMaterials) -> str:
    """Where the goods were made: as the producer states it, the producer's own country, or the line's stated origin."""
    if bom.producer_country:
        return bom.producer_country
    producer = (case.get(PARTY) or {}).get("producer")
    return (producer.country if producer is not None else "") or line.origin


def _answers(case: Case, said: Stated, decided: list[Decided]) -> Answers:
    """All decisions, the most useful first; the one that a proof names, else the best; and all margins."""
    best = sorted(decided, key=lambda one: (one.rank, one.law.name != FIRST))
    chosen = _chosen(said, best, case.get(REQUEST))
    asks = tuple(_asks(case, said, chosen))
    every = OriginDecisions(tuple(one.decision for one in best))
    margin = OriginMargin(
        chosen.margin.tests,
        chosen.margin.changes,
        chosen.margin.remedies,
        {one.law.name: one.margin for one in best},
    )
    questions = (
        *chosen.asks,
        *price_asks(case.key, said.line, said.bom, case.get(TERMS)),
        *materials_asks(case, said.bom, chosen.making, chosen.law),
    )
    status = best[0].decision
    reviewed = status.outcome == "conditional"
    reasons = (*status.conditions, *status.missing) if reviewed else ()
    return {
        ORIGIN: _told(chosen, asks, waived(case, chosen.law, said.destination)),
        AGREEMENTS: needs_review(every, *reasons) if reviewed else found(every),
        MARGIN: found(margin, asks=questions),
    }


def _told(chosen: Decided, asks: tuple[Problem, ...], notes: tuple[Text, ...]) -> Answer:
    decision = chosen.decision
    if chosen.no_law:
        return Answer("no_law", None, decision.missing, of=chosen.law.case)
    if decision.outcome == "conditional":
        return Answer(
            "needs_review", decision, (*decision.conditions, *decision.missing, *notes), asks, chosen.law.case
        )
    return Answer("found", decision, notes, asks, chosen.law.case)


def _chosen(said: Stated, best: list[Decided], asked: CertificateRequest | None) -> Decided:
    """The agreement that a proof for these goods is made out under, or that one is asked for; else the best."""
    materials = {item.proof for item in said.bom.materials}
    for number, proof in said.proofs.items():
        if _covers(number, proof, said.key, materials):
            for one in best:
                if one.law.name == proof.agreement:
                    return one
    return next((one for one in best if asked is not None and one.law.name == asked.agreement), best[0])


def _covers(number: str, proof: Proof, key: str, materials: set[str]) -> bool:
    return number not in materials and (not proof.lines or key in proof.lines)


def _asks(case: Case, said: Stated, chosen: Decided) -> Iterator[Problem]:
    """Questions on the journey and the proofs that leave the decision standing."""
    yield from line_asks(case, said.line.hs, chosen.law)
    if not said.destination:
        yield ask(
            "OR15",
            "transport.plan.destination_country",
            Text(
                "the destination is not stated: only a Party gives this treatment", "未说明目的国：仅缔约方给予该待遇"
            ),
            Text("state the destination country", "请填写目的国"),
        )
    yield from misnamed(said.proofs, [card.name for card in case.packs("agreements")]) if said.proofs else ()
    if chosen.decision.criterion:
        materials = {item.proof for item in said.bom.materials}
        covering = {n: p for n, p in said.proofs.items() if _covers(n, p, said.key, materials)}
        invoicer = (case.get(PARTY) or {}).get("invoicer")
        abroad = invoicer.country if invoicer is not None and invoicer.country != said.country else ""
        for number, proof in covering.items() if abroad else ():
            if proof.agreement == chosen.law.name and not proof.third_party_invoice:
                yield third_party(number, abroad)
        yield from proof_asks(chosen.law, said.key, said.line, said.proofs, covering, chosen.decision, said.transport)
