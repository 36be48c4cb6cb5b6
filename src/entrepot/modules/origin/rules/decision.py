"""The decision on a line under one agreement: WO, then PE, then the product rule; then what was done to the goods, their
journey, their Party.

What is found goes two ways: to the decision, which the buyer reads, and to the margin, which holds all that tells of the
materials - tests, amounts and the questions on the bill.
"""

from collections.abc import Mapping
from functools import partial
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from entrepot.kernel.findings import shown
from entrepot.kernel.money import Money
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.customs import Proof
from entrepot.kernel.vocabulary.decisions import OriginDecision
from entrepot.kernel.vocabulary.goods import BillOfMaterials, GoodsLine, Material
from entrepot.kernel.vocabulary.trade import Transport
from entrepot.modules.origin.facts import (
    AgreementMargin,
    Counted,
    Limits,
    Making,
    OriginCountry,
    Remedy,
    Result,
    RuleSet,
    RuleTest,
    Verdict,
)
from entrepot.modules.origin.rules import content
from entrepot.modules.origin.rules.advice import remedies
from entrepot.modules.origin.rules.agreement import Agreement
from entrepot.modules.origin.rules.asks import bill_asks, exceeds
from entrepot.modules.origin.rules.contradictions import CONFIRM
from entrepot.modules.origin.rules.differentials import country_of_origin
from entrepot.modules.origin.rules.intermediate import Rolled, intermediates
from entrepot.modules.origin.rules.journey import beyond_minimal, consigned, done, minimal_result, operation_word
from entrepot.modules.origin.rules.materials import digits, lacks_proof, sort_materials, sort_parts
from entrepot.modules.origin.rules.product import judge
from entrepot.modules.origin.rules.rulesets import rule_sets
from entrepot.modules.origin.rules.tell import Teller, numbers
from entrepot.modules.origin.rules.weigh import Ground, qualifies
from entrepot.modules.origin.rules.whole import exclusively_originating, wholly_obtained

Outcome = Literal["originating", "not_originating", "conditional"]
_ASSEMBLED = Text(
    "that the assembly was more than simple: that it took special skills or machines",
    "组装须超出简单组装：需要专门技能或专用设备",
)
_NOT_STATED = Text(
    "that more was done than minimal operations: the operations of making are not stated",
    "加工须超出微小加工或处理：尚未说明生产工序",
)
_INCOMPLETE = Text("the bill of materials is said to be incomplete", "物料清单声明为不完整")


class Stated(Struct, frozen=True):
    """What was said of one line: the goods, how and where they were made, their price, where and how they go. `doubts` are
    what a person must settle before any pass stands, under every agreement."""

    key: str
    line: GoodsLine
    bom: BillOfMaterials
    country: str
    destination: str
    fob: Money | None
    proofs: Mapping[str, Proof]
    transport: Transport | None
    alone: bool
    doubts: tuple[Text, ...] = ()


class Decided(Struct, frozen=True):
    """What was found under one agreement. `no_law`: nothing on file decides it; the gap is in what is missing."""

    law: Agreement
    decision: OriginDecision
    margin: AgreementMargin
    asks: tuple[Problem, ...]
    making: Making
    no_law: bool = False

    @property
    def rank(self) -> int:
        """How useful it is, the best first: an agreement without law never wins."""
        if self.no_law:
            return 4
        if self.decision.outcome == "conditional":
            return 1 if self.decision.criterion else 2
        return 0 if self.decision.outcome == "originating" else 3


def decide(law: Agreement, said: Stated) -> Decided:
    """The decision and the margin of one line under one agreement."""
    found = intermediates(said.bom.materials, partial(_intermediate, law, said))
    making = sort_materials(said.line, said.bom, said.country, said.fob, law, said.proofs, found)
    law.case.step(
        Text(f"Goods and materials under {law.name}", f"{law.name} 项下的货物与材料"),
        "materials by their number in the bill of materials",
        said.country,
        day=law.day,
        destination=said.destination or "not stated",
        FOB=said.fob or "not stated",
        originating=numbers(making.originating) or "none",
        non_originating=numbers(making.non_originating) or "none",
        disregarded=numbers(making.disregarded) or "none",
    )
    listed = law.has("minimal_operations")
    matter = _Matter(law, said, making, beyond_minimal(said.bom.operations, law.is_minimal) if listed else None)
    verdict, ground, sets = matter.verdict()
    if verdict.passed is False and making.open_parts and ground is not None:
        # Intermediate materials that cannot be decided on may yet originate, and the good by them.
        hopeful = sort_materials(said.line, said.bom, said.country, said.fob, law, said.proofs, found, True)
        if qualifies(sets, ground.varied(hopeful)) is not False:
            asked = Text("whether the intermediate materials originate", "中间材料是否原产")
            verdict = replace(verdict, passed=None, missing=(asked,))
    return matter.conclude(verdict, ground, sets)


def _intermediate(law: Agreement, said: Stated, whole: Material, parts: list[Rolled]) -> bool | None:
    """Whether an intermediate material originates, by its parts or by its own product rule. By rules that rest on conditions
    (a quota, a rule known at second hand) or parts that count on conditions it cannot be told."""
    making = sort_parts(whole, parts, said.country, law, said.proofs)
    sets = rule_sets(law, digits(whole.hs), said.country, said.destination)
    empty = BillOfMaterials(said.country)
    outcome = qualifies(sets, Ground(making, law.limits(making.hs), empty, False))
    bound = not exclusively_originating(making).passed and any(one.conditions for one in sets)
    if outcome and (bound or any(_cumulation(law, item, True) for item in making.originating if item.cumulated)):
        outcome = None
    law.case.step(
        Text(f"Intermediate material: {whole.name}", f"中间材料：{whole.name}"),
        "by its parts, or by the product rule of its own code; its value stands for its price",
        {True: "originates", False: "does not originate: its parts count", None: "cannot be told: its parts count"}[
            outcome
        ],
        None,
        rule=" | ".join(one.text for one in sets) or "none on file",
        originating=numbers(making.originating) or "none",
        non_originating=numbers(making.non_originating) or "none",
    )
    return outcome


def _cumulation(law: Agreement, item: Counted, beyond: bool | None) -> Text | None:
    """What the agreement asks before a material counts by its origin in another country, its proof apart; None where it asks
    nothing, or only for more than minimal operations and these are stated."""
    row = law.may_cumulate(item.material.origin)
    if row is None or not row["condition_en"] or (beyond and row.values.get("worked")):
        return None
    return Text(row["condition_en"], row["condition_zh"])


class _Matter(Struct, frozen=True):
    """One line under one agreement."""

    law: Agreement
    said: Stated
    making: Making
    beyond: bool | None  # whether more than minimal operations was done; None where that cannot be told

    def verdict(self) -> tuple[Verdict, Ground | None, tuple[RuleSet, ...]]:
        """WO and PE hold whatever the product rule says, and need none on file; else the product rule decides, on a ground
        whose limits are read only then."""
        bom, making, law = self.said.bom, self.making, self.law
        basis = law.basis(operation_word(bom.wholly_obtained)) if bom.wholly_obtained else None
        wo, pe = wholly_obtained(making, basis), exclusively_originating(making)
        ground: Ground | None = None
        verdict = Verdict(True, law.criterion("wholly_obtained"), (wo,))
        sets: tuple[RuleSet, ...] = ()
        if not wo.passed and pe.passed:
            verdict = Verdict(True, law.criterion("exclusively_originating"), (wo, pe))
        elif not wo.passed and pe.passed is None:
            asked = Text("the materials, or the basis of being wholly obtained", "材料清单，或完全获得的依据")
            verdict = Verdict(None, "", (wo, pe), (asked, *self._no_bases()))
        elif not wo.passed:
            verdict, ground, sets = self._by_product_rule(wo, pe, basis is not None)
        if verdict.passed and not wo.passed:
            doubts: tuple[Text, ...] = () if bom.complete else (_INCOMPLETE,)
            doubts += (CONFIRM,) if exceeds(making) else ()
            verdict = replace(
                verdict, conditions=tuple(dict.fromkeys((*verdict.conditions, *doubts, *self._cumulated())))
            )
        return verdict, ground, sets

    def _no_bases(self) -> tuple[Text, ...]:
        if not self.said.bom.wholly_obtained or self.law.has("wholly_obtained"):
            return ()
        return (
            Text(
                f"what counts as wholly obtained under {self.law.name} is not on file",
                f"{self.law.name} 的完全获得标准未录入",
            ),
        )

    def _by_product_rule(
        self, wo: RuleTest, pe: RuleTest, obtained: bool
    ) -> tuple[Verdict, Ground | None, tuple[RuleSet, ...]]:
        """Non-originating materials: they must have been worked on enough, and the product rule be met."""
        making, worked = self.making, minimal_result(self.beyond)
        first = (wo, pe) if worked is None else (wo, pe, worked.test)
        if worked is not None and not worked.test.passed:
            return Verdict(False, "", first, worked.nearly), None, ()
        if not making.hs:
            return (
                Verdict(None, "", first, (Text("the HS code of the good to six digits", "商品的六位HS编码"),)),
                None,
                (),
            )
        if not making.codes:
            asked = Text("an HS code of the good that is in the edition in force", "商品在现行版本税则目录中的HS编码")
            return Verdict(None, "", first, (asked,)), None, ()
        sets = rule_sets(self.law, making.hs, self.said.country, self.said.destination)
        if not sets:
            gap = Text(
                f"no product rule is on file for heading {making.hs[:4]} ({making.hs[:6]})",
                f"品目 {making.hs[:4]}（{making.hs[:6]}）的产品特定规则未录入",
            )
            mixed = Text("not all materials originate", "并非全部材料均为原产")
            ground = Ground(making, Limits(None, None), self.said.bom, False)
            return Verdict(None, "", first, (mixed, gap), no_law=True), ground, ()
        ground = Ground(making, self.law.limits(making.hs), self.said.bom, obtained)
        verdict = judge(self.law, Teller(self.law.case, ground, wo, self.law.word), sets)
        conditions = verdict.conditions
        if verdict.passed and not self.law.has("minimal_operations"):
            unlisted = Text(
                f"that more was done than {self.law.name} calls insufficient: its list is not on file",
                f"加工须超出 {self.law.name} 所列不充分加工：该清单未录入",
            )
            conditions = (*conditions, unlisted)
        elif verdict.passed and self.beyond is None:
            conditions = (*conditions, _ASSEMBLED if done(self.said.bom.operations) else _NOT_STATED)
        return replace(verdict, tests=(*first, *verdict.tests), conditions=conditions), ground, sets

    def _cumulated(self) -> tuple[Text, ...]:
        """What cumulation rests on: the agreement's own conditions, and which agreement a proof that is not on file is of."""
        found: list[Text] = []
        for item in self.making.originating:
            if not item.cumulated:
                continue
            condition = _cumulation(self.law, item, self.beyond)
            found += () if condition is None else (condition,)
            if not self.said.alone and item.material.proof not in self.said.proofs:
                found.append(
                    Text(
                        f"that the proofs of cumulated materials are made out under {self.law.name}",
                        f"累积材料的原产地证明须依 {self.law.name} 出具",
                    )
                )
        return tuple(dict.fromkeys(found))

    def conclude(self, verdict: Verdict, ground: Ground | None, sets: tuple[RuleSet, ...]) -> Decided:
        """The verdict on the goods, and whether their journey and their Party leave it standing."""
        tests, conditions, missing = verdict.tests, verdict.conditions, verdict.missing
        changes = verdict.changes or (() if verdict.no_law else verdict.missing)
        passed, party = verdict.passed, OriginCountry("")
        if passed is not True:
            changes += self._proofs_wanting()
        if passed is not False and not verdict.no_law:
            journey = self._journey()
            if journey is not None:
                tests += (journey.test,)
                conditions += journey.conditions
                missing += journey.nearly
                changes += journey.nearly
                if journey.test.passed is False:
                    passed = False
        if passed:
            party = self._country_of_origin(verdict)
            conditions += party.conditions
            conditions += tuple(one for one in self.said.doubts if one not in conditions)
        outcome: Outcome = "not_originating" if passed is False else "conditional"
        if passed and not conditions:
            outcome = "originating"
        decision = OriginDecision(
            self.law.name,
            outcome,
            verdict.criterion if passed else "",
            verdict.rule,
            conditions,
            missing,
            party.country,
            party.fallbacks,
        )
        margin = AgreementMargin(tests, changes, self._remedies(verdict, ground, sets))
        asks = tuple(bill_asks(self.law, self.said.key, self.said.bom, self.making, verdict, self.beyond))
        return Decided(self.law, decision, margin, asks, self.making, verdict.no_law)

    def _remedies(self, verdict: Verdict, ground: Ground | None, sets: tuple[RuleSet, ...]) -> tuple[Remedy, ...]:
        """Only where the goods themselves fall short, and not for want of work on them."""
        if verdict.passed or ground is None or self.beyond is False:
            return ()
        return remedies(ground, sets, lacks_proof(self.making, self.law), self.law.word)

    def _journey(self) -> Result | None:
        transport = self.said.transport
        if transport is None or not self.said.destination:
            return None
        way = self.law.may_be_done_on_the_way
        result = consigned(transport.legs, self.said.country, self.said.destination, way, transport.through_bill)
        if result is None or self.law.has("direct_consignment"):
            return result
        unknown = Text(
            f"what {self.law.name} lets be done on the way is not on file", f"{self.law.name} 的直接运输规则未录入"
        )
        return replace(result, conditions=(*result.conditions, unknown))

    def _country_of_origin(self, verdict: Verdict) -> OriginCountry:
        """Whose rate may be claimed; the importing Party's differentials are looked up only where they make a difference."""
        percent = self.law.limit("dv_percent") if self.law.has("differentials") else None
        if percent is None or verdict.criterion == self.law.criterion("wholly_obtained"):
            return OriginCountry(self.said.country)
        pe = verdict.criterion == self.law.criterion("exclusively_originating")
        acquired = self.beyond if pe else True
        share = content.domestic_share(self.making)
        if share is not None:
            added = content.share(*share)
            self.law.case.step(
                Text("Value added in the exporting Party", "出口方增值"),
                "(FOB − materials not originating there) / FOB × 100",
                f"{shown(content.at_least_shown(added))} %",
                added,
                threshold=percent,
            )
        party = country_of_origin(self.making, acquired, percent, None)
        if party.conditions and self.said.destination and self.law.differentiates(self.said.destination) is None:
            return country_of_origin(self.making, acquired, percent, False)
        return party

    def _proofs_wanting(self) -> tuple[Text, ...]:
        wanting = lacks_proof(self.making, self.law)
        if not wanting:
            return ()
        which = numbers(wanting)
        return (
            Text(
                f"a proof of origin for materials no. {which} would make them count as originating",
                f"第{which}号材料如有原产地证明，可计为原产材料",
            ),
        )
