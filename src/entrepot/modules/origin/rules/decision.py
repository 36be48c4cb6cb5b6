"""The decision on a line: WO, then PE, then the product rule; then what was done to the goods, their journey, their Party.

What is found goes two ways: to the decision, which the buyer reads, and to the margin, which holds all that tells of the
materials - tests, amounts and the questions on the bill.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from msgspec.structs import replace

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, found, needs_review, no_law, not_applicable, refused, shown
from entrepot.kernel.money import Money, money
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.customs import ENTRY, PROOF
from entrepot.kernel.vocabulary.decisions import ORIGIN, OriginDecision
from entrepot.kernel.vocabulary.goods import BOM, LINE, BillOfMaterials, GoodsLine
from entrepot.kernel.vocabulary.trade import PARTY, TERMS, TRANSPORT
from entrepot.modules.origin.facts import (
    MARGIN,
    Counted,
    Making,
    OriginCountry,
    OriginMargin,
    Result,
    RuleTest,
    Verdict,
)
from entrepot.modules.origin.rules import content
from entrepot.modules.origin.rules.agreement import Agreement, NoRow
from entrepot.modules.origin.rules.differentials import country_of_origin
from entrepot.modules.origin.rules.grammar import RuleError, parse_rule
from entrepot.modules.origin.rules.journey import beyond_minimal, consigned, minimal_result, operation_word
from entrepot.modules.origin.rules.materials import bill_faults, lacks_proof, line_faults, numbers, sort_materials
from entrepot.modules.origin.rules.product import judge
from entrepot.modules.origin.rules.proofs import proof_questions
from entrepot.modules.origin.rules.value import COSTS
from entrepot.modules.origin.rules.whole import exclusively_originating, wholly_obtained

Answers = Mapping[Topic[Any], Answer]
Outcome = Literal["originating", "not_originating", "conditional"]
AGREEMENT = "RCEP"
_INCOMPLETE = Text("the bill of materials is said to be incomplete", "物料清单声明为不完整")
_CANNOT_STAND = Text("the goods code or the bill of materials cannot stand as stated", "商品编码或物料清单有误，须先更正")


def assess(case: Case) -> Answer | Answers:
    """The origin decision of one line, and its margin where the bill of materials was weighed."""
    if not case.knows("RCEP/parties"):
        return no_law(Text("the Agreement is not on file", "未录入该协定"))
    line = case.own(LINE)
    day, destination = _when_and_where(case)
    law = Agreement(case, day)
    if destination and not law.is_party(destination):
        return not_applicable(
            Text(f"{destination} is not a Party to RCEP on {day}", f"{destination} 在 {day} 不是RCEP缔约方")
        )
    bom = case.own(BOM)
    fob = _fob(case, line, bom)
    wrong_line, wrong_bill = line_faults(case.key, line), bill_faults(case.key, bom, fob)
    if wrong_line or wrong_bill:
        return {ORIGIN: refused(wrong_line, _CANNOT_STAND), MARGIN: refused(wrong_bill, _CANNOT_STAND)}
    country = _made_in(case, line, bom)
    if country and country == destination:
        return not_applicable(Text("made in the country it goes to", "货物产于目的国"))
    if not country:
        missing = Text("the country where the goods were made", "货物的生产国")
        return needs_review(OriginDecision(AGREEMENT, "conditional", missing=(missing,)), missing)
    if not law.is_party(country):
        made = Text(f"{country} is not a Party to RCEP on {day}", f"{country} 在 {day} 不是RCEP缔约方")
        return found(OriginDecision(AGREEMENT, "not_originating", missing=(made,)), reasons=(made,))
    making = sort_materials(line, bom, country, fob, law.is_party, case.get(PROOF) or {})
    case.step(
        Text("Goods and materials", "货物与材料"),
        "materials by their number in the bill of materials",
        country,
        day=day,
        destination=destination or "not stated",
        FOB=fob or "not stated",
        originating=numbers(bom.materials, making.originating) or "none",
        non_originating=numbers(bom.materials, making.non_originating) or "none",
        disregarded=numbers(bom.materials, making.disregarded) or "none",
    )
    try:
        return _decide(_Matter(case, law, line, bom, making, destination))
    except NoRow as gap:
        return no_law(gap.what)


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


@dataclass(frozen=True, slots=True)
class _Matter:
    """What is decided on: one line, how it was made, and the law of the day."""

    case: Case
    law: Agreement
    line: GoodsLine
    bom: BillOfMaterials
    making: Making
    destination: str

    def numbers(self, items: Iterable[Counted]) -> str:
        return numbers(self.bom.materials, items)


def _decide(matter: _Matter) -> Answers:
    """WO and PE hold whatever the product rule says, and need none on file; else the product rule decides."""
    bom, making = matter.bom, matter.making
    basis = matter.law.basis(operation_word(bom.wholly_obtained)) if bom.wholly_obtained else None
    wo = wholly_obtained(making, basis, matter.numbers)
    pe = exclusively_originating(making, matter.numbers)
    beyond = beyond_minimal(bom.operations, matter.law.is_minimal)
    verdict: Verdict | Answers
    if wo.passed:
        verdict = Verdict(True, "WO", (wo,))
    elif pe.passed:
        verdict = Verdict(True, "PE", (wo, pe))
    elif pe.passed is None:
        asked = Text("the materials, or the basis of being wholly obtained", "材料清单，或完全获得的依据")
        verdict = Verdict(None, "", (wo, pe), (asked,))
    else:
        verdict = _by_product_rule(matter, wo, pe, beyond)
    if not isinstance(verdict, Verdict):
        return verdict
    if verdict.passed and verdict.criterion != "WO" and not bom.complete:
        verdict = replace(verdict, conditions=(*verdict.conditions, _INCOMPLETE))
    return _conclude(matter, verdict, beyond)


def _by_product_rule(matter: _Matter, wo: RuleTest, pe: RuleTest, beyond: bool | None) -> Verdict | Answers:
    """Non-originating materials: they must have been worked on enough, and the product rule be met."""
    making, worked = matter.making, minimal_result(beyond)
    first = (wo, pe) if worked is None else (wo, pe, worked.test)
    if worked is not None and not worked.test.passed:
        return Verdict(False, "", first, worked.nearly)
    if not making.hs:
        return Verdict(None, "", first, (Text("the HS code of the good to six digits", "商品的六位HS编码"),))
    row = matter.law.product_rule(making.hs)
    if row is None:
        gap = Text(
            f"no product rule is on file for heading {making.hs[:4]} ({making.hs[:6]})",
            f"品目 {making.hs[:4]}（{making.hs[:6]}）的产品特定规则未录入",
        )
        mixed = Text("not all materials originate", "并非全部材料均为原产")
        return {ORIGIN: no_law(mixed, gap), MARGIN: found(OriginMargin(first, _proofs_wanting(matter)))}
    matter.case.step(
        Text("Product rule", "产品特定原产地规则"),
        "the longest code on file that fits the goods; codes of good and materials are compared as stated",
        row["rule"],
        None,
        rule_for=row.keys["hs"],
        rule_edition=row["rule_edition"],
        goods=making.hs,
        evidence=row.evidence,
        note=row["note"] or "none",
    )
    try:
        rule = parse_rule(row["rule"])
    except RuleError as error:
        text = Text(
            f"the product rule {row['rule']!r} must be read by a person: {error}",
            f"产品规则 {row['rule']!r} 须人工解读",
        )
        return Verdict(None, "", first, (text,), rule=row["rule"])
    verdict = judge(matter.case, rule, making, matter.law.limits(), matter.bom, wo, matter.numbers)
    conditions = verdict.conditions
    if row.evidence == "unverified":
        conditions = (
            *conditions,
            Text(
                f"the product rule {row['rule']} for {row.keys['hs']} is known at second hand only: confirm it in Annex 3A",
                f"品目 {row.keys['hs']} 的产品规则 {row['rule']} 仅为间接获知，须对照附件三A核实",
            ),
        )
    return replace(verdict, tests=(*first, *verdict.tests), conditions=conditions, rule=row["rule"])


def _conclude(matter: _Matter, verdict: Verdict, beyond: bool | None) -> Answers:
    """The verdict on the goods, and whether their journey and their Party leave it standing."""
    tests, conditions, missing = verdict.tests, verdict.conditions, verdict.missing
    changes = verdict.changes or verdict.missing
    passed, origin = verdict.passed, ""
    if passed is not True:
        changes += _proofs_wanting(matter)
    if passed is not False:
        journey = _journey(matter)
        if journey is not None:
            tests += (journey.test,)
            conditions += journey.conditions
            missing += journey.nearly
            changes += journey.nearly
            if journey.test.passed is False:
                passed = False
    if passed:
        party = _country_of_origin(matter, verdict, beyond)
        origin = party.country
        conditions += party.conditions
    outcome: Outcome = "not_originating" if passed is False else "conditional"
    if passed and not conditions:
        outcome = "originating"
    decision = OriginDecision(
        AGREEMENT,
        outcome,
        verdict.criterion if passed else "",
        verdict.rule,
        conditions,
        missing,
        origin,
    )
    asks = tuple(_asks(matter, verdict, passed))
    margin = found(OriginMargin(tests, changes), asks=tuple(_bill_asks(matter, verdict, beyond)))
    if outcome == "conditional":
        return {ORIGIN: needs_review(decision, *conditions, *missing, asks=asks), MARGIN: margin}
    return {ORIGIN: found(decision, asks=asks), MARGIN: margin}


def _journey(matter: _Matter) -> Result | None:
    transport = matter.case.get(TRANSPORT)
    if transport is None or not matter.destination:
        return None
    way = matter.law.may_be_done_on_the_way
    return consigned(transport.legs, matter.making.country, matter.destination, way, transport.through_bill)


def _country_of_origin(matter: _Matter, verdict: Verdict, beyond: bool | None) -> OriginCountry:
    """Whose rate may be claimed; the importing Party's differentials are looked up only where they make a difference."""
    acquired = beyond if verdict.criterion == "PE" else True
    if verdict.criterion == "WO":
        return OriginCountry(matter.making.country)
    percent = matter.law.limit("dv_percent")
    share = content.domestic_share(matter.making)
    if share is not None:
        added = content.share(*share)
        matter.case.step(
            Text("Value added in the exporting Party", "出口方增值"),
            "(FOB − materials not originating there) / FOB × 100",
            f"{shown(content.at_least_shown(added))} %",
            added,
            threshold=percent,
        )
    party = country_of_origin(matter.making, acquired, percent, None)
    if party.conditions and matter.destination and matter.law.differentiates(matter.destination) is None:
        return country_of_origin(matter.making, acquired, percent, False)
    return party


def _proofs_wanting(matter: _Matter) -> tuple[Text, ...]:
    places = lacks_proof(matter.making, matter.law.is_party)
    if not places:
        return ()
    which = matter.numbers(matter.making.non_originating[place] for place in places)
    return (
        Text(
            f"a proof of origin for materials no. {which} would make them count as originating",
            f"第{which}号材料如有原产地证明，可计为原产材料",
        ),
    )


def _bill_asks(matter: _Matter, verdict: Verdict, beyond: bool | None) -> Iterator[Problem]:
    """Questions on the bill of materials that leave the decision standing."""
    making, place = matter.making, f"goods.bom/{matter.case.key}"
    if matter.bom.wholly_obtained and verdict.criterion != "WO":
        yield _ask(
            "OR11",
            f"{place}.wholly_obtained",
            Text("said to be wholly obtained, but not found to be", "声明为完全获得，但判定不成立"),
            Text("name a basis of Art. 3.3 and only originating materials", "请填写第3.3条所列依据，且仅列原产材料"),
        )
    unproven = [item for item in making.originating if not item.cumulated and not item.material.proof]
    if unproven and verdict.criterion != "WO":
        which = matter.numbers(unproven)
        yield _ask(
            "OR12",
            f"{place}.materials",
            Text(
                f"no supplier's statement is named for originating materials no. {which}",
                f"第{which}号原产材料未注明供应商声明",
            ),
            Text("keep it ready: customs may ask for three years", "请备查：海关三年内可要求提供"),
        )
    if beyond is None and verdict.criterion not in ("WO", ""):
        yield _ask(
            "OR13",
            f"{place}.operations",
            Text("the operations of making are not stated", "未说明生产工序"),
            Text("state them: minimal operations alone do not count", "请填写：仅有微小加工不能取得原产资格"),
        )
    if verdict.criterion == "PE" and (rest := _unexplained(matter)) is not None:
        yield _ask(
            "OR14",
            place,
            Text(
                f"materials and costs leave {rest} of the FOB value unexplained", f"材料与成本未能说明离岸价中的 {rest}"
            ),
            Text("check that no material is left out", "请核对是否遗漏材料"),
        )


def _unexplained(matter: _Matter) -> Money | None:
    """What of the FOB value neither materials nor costs explain, where all of them are stated."""
    making = matter.making
    costs = [getattr(matter.bom, name) for name in COSTS]
    materials = content.total(making.inputs)
    if making.fob is None or materials is None or any(c is None or c.currency != making.currency for c in costs):
        return None
    rest = content.unexplained(making.fob, materials, [cost.amount for cost in costs])
    return money(rest, making.currency) if rest > 0 else None


def _asks(matter: _Matter, verdict: Verdict, passed: bool | None) -> Iterator[Problem]:
    """Questions on the journey and the proofs that leave the decision standing."""
    if not matter.destination:
        yield _ask(
            "OR15",
            "transport.plan.destination_country",
            Text(
                "the destination is not stated: only a Party gives this treatment", "未说明目的国：仅缔约方给予该待遇"
            ),
            Text("state the destination country", "请填写目的国"),
        )
    if passed:
        yield from _proof_asks(matter, verdict)


def _proof_asks(matter: _Matter, verdict: Verdict) -> Iterator[Problem]:
    """What is to be put right on the proofs that cover this line; proofs of materials are not among them."""
    key, materials = matter.case.key, {item.proof for item in matter.bom.materials}
    for number, proof in (matter.case.get(PROOF) or {}).items():
        if proof.agreement == AGREEMENT and number not in materials and (not proof.lines or key in proof.lines):
            met = frozenset(verdict.criterion.split()) - {"ACU", "DMI"}
            months = int(matter.law.limit("proof_months"))
            is_open = matter.law.form_is_open(proof.form)
            yield from proof_questions(number, proof, key, matter.line, met, matter.law.day, months, is_open)


def _ask(rule: str, where: str, what: Text, fix: Text) -> Problem:
    return Problem(rule, where, what, fix, severity="W")
