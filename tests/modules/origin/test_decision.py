"""The decision on a line, whole."""

from datetime import date
from typing import Any

import pytest

from entrepot.modules.origin.module import MODULE
from entrepot.modules.origin.rules import rulesets
from entrepot.modules.origin.rules.grammar import parse_rule
from tests.making import law, sheet
from tests.modules.origin.agreements_making import drawn, material, one, rules
from tests.modules.origin.origin_making import CARBON, OIL, asked, both, decided, english, outcome_of, weighed

LOCAL = {"origin": "CHN", "originating": True, "proof": "supplier 1"}
KOREAN = {"origin": "KOR", "originating": True, "proof": "K-1"}


# -- whether the question arises ----------------------------------------------------------------------------------------


def test_a_destination_outside_the_agreement_does_not_arise_and_needs_no_bill() -> None:
    finding = decided(None, to="USA")
    assert finding.status == "not_applicable"
    assert "USA is not a Party" in english(finding.reasons)


def test_before_a_party_is_in_force_it_is_none() -> None:
    assert decided({"materials": [OIL]}, to="KOR", day=date(2022, 1, 31)).status == "not_applicable"
    assert decided({"materials": [OIL]}, to="KOR", day=date(2022, 2, 1)).status == "found"


def test_goods_that_stay_in_the_country_do_not_arise() -> None:
    assert decided({"producer_country": "JPN", "materials": [OIL]}).status == "not_applicable"


def test_without_a_bill_of_materials_the_decision_waits_for_it() -> None:
    finding = decided(None)
    assert finding.status == "waits"
    assert [(wait.topic, wait.key) for wait in finding.waits] == [("goods.bom", "1")]


def test_without_a_destination_the_goods_are_decided_on_and_it_is_asked_for() -> None:
    finding = decided({"materials": [OIL], "operations": ["cracking"]}, to="")
    assert (finding.status, finding.value.outcome) == ("found", "originating")
    assert asked(finding) == ["OR15"]


def test_without_the_agreement_on_file_there_is_no_law() -> None:
    finding = sheet([MODULE], {"goods.line/1": {"hs": "280300"}}, date(2026, 6, 20)).finding("origin.decision", "1")
    assert finding is not None
    assert finding.status == "no_law"


def test_goods_made_outside_the_parties_do_not_originate() -> None:
    finding = decided({"producer_country": "USA", "materials": [OIL]})
    assert finding.value.outcome == "not_originating"
    assert "USA is not a Party" in english(finding.value.missing)


def test_where_the_goods_were_made_is_asked_for() -> None:
    finding = decided({"producer_country": "", "materials": [OIL]})
    assert finding.value.outcome == "conditional"
    assert "the country where the goods were made" in english(finding.value.missing)


@pytest.mark.parametrize(
    "facts", [{"line": {"origin": "CHN"}}, {"facts": {"trade.party/producer": {"country": "CHN"}}}]
)
def test_the_producer_s_country_may_be_said_elsewhere(facts: dict[str, Any]) -> None:
    assert decided({"producer_country": "", "materials": [OIL]}, **facts).value.outcome == "originating"


# -- wholly obtained, and made of originating materials -------------------------------------------------------------------


@pytest.mark.parametrize(
    "basis", [*(row.keys["basis"] for row in law("RCEP").tables["RCEP/wholly_obtained"].everything())]
)
def test_each_basis_of_the_article_makes_goods_wholly_obtained(basis: str) -> None:
    finding, margin = both({"wholly_obtained": basis, "fob": None}, hs="25102000")
    assert margin is not None
    assert (finding.status, finding.value.criterion, asked(finding), asked(margin)) == ("found", "WO", [], [])


def test_an_unknown_basis_is_none() -> None:
    bill = {"wholly_obtained": "bought cheaply"}
    assert decided(bill).value.outcome == "conditional"
    assert "OR11" in asked(weighed(bill))


def test_foreign_material_contradicts_wholly_obtained() -> None:
    bill = {"wholly_obtained": "harvested", "materials": [CARBON]}
    assert outcome_of(weighed(bill), "WO").passed is False
    assert decided(bill).value.criterion != "WO"


def test_foreign_packing_and_fertiliser_do_not_contradict_it() -> None:
    extras = [{**OIL, "role": role} for role in ("packing", "transport_packing", "indirect")]
    assert decided({"wholly_obtained": "harvested", "materials": extras}, hs="08051000").value.criterion == "WO"


def test_goods_of_originating_materials_need_no_product_rule() -> None:
    finding = decided({"materials": [{**OIL, **LOCAL}], "operations": ["boiling"]}, hs="20039010")
    assert (finding.status, finding.value.criterion, finding.value.rule) == ("found", "PE", "")
    assert not any(row.table == "RCEP/product_rules" for row in finding.law)


def test_costs_that_leave_much_of_the_price_open_are_asked_about() -> None:
    costs = dict.fromkeys(("labour", "overhead", "profit", "other_cost"), "CNY 50.00")
    margin = weighed({"materials": [{**OIL, **LOCAL}], "operations": ["boiling"], **costs})
    assert asked(margin) == ["OR14"]
    assert "CNY 500.00" in margin.problems[0].what.en


def test_nothing_stated_is_not_exclusively_originating() -> None:
    for materials in ([], [{**CARBON, "role": "accessory"}], [{**OIL, **LOCAL, "role": "packing"}]):
        assert decided({"materials": materials}).value.outcome == "conditional"
        assert outcome_of(weighed({"materials": materials}), "PE").passed is None


def test_an_incomplete_bill_leaves_it_conditional() -> None:
    for materials in ([{**OIL, **LOCAL}], [OIL]):
        finding = decided({"materials": materials, "complete": False})
        assert (finding.status, finding.value.outcome) == ("needs_review", "conditional")
        assert "incomplete" in english(finding.value.conditions)


# -- the product rule ---------------------------------------------------------------------------------------------------


def test_every_alternative_is_reported() -> None:
    margin = weighed({"materials": [OIL]})
    assert [test.rule for test in margin.value.tests] == ["WO", "PE", "minimal operations", "CTH", "RVC40"]
    assert (decided({"materials": [OIL]}).value.criterion, outcome_of(margin, "RVC40").percent) == ("CTC", 70)


def test_without_a_rule_on_file_there_is_no_law_and_the_heading_is_named() -> None:
    finding = decided({"materials": [OIL]}, hs="20039010")
    assert finding.status == "no_law"
    assert "heading 2003" in english(finding.reasons)


def test_a_rule_at_second_hand_is_a_named_condition() -> None:
    finding = decided({"materials": [OIL], "operations": ["reacting"]}, hs="31053000")
    assert (finding.status, finding.value.outcome, finding.value.criterion) == ("needs_review", "conditional", "CTC")
    assert "3105 is known at second hand" in english(finding.value.conditions)


def test_failing_a_rule_at_second_hand_is_still_failing_but_needs_a_person() -> None:
    finding = decided({"materials": [{**OIL, "hs": "310530", "value": "CNY 900.00"}]}, hs="31053000")
    assert (finding.status, finding.value.outcome) == ("needs_review", "not_originating")


def test_a_rule_that_is_not_understood_goes_to_a_person_with_its_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rulesets, "parse_rule", lambda text: parse_rule("no change required"))

    finding = decided({"materials": [OIL]})
    assert (finding.status, finding.value.outcome, finding.value.rule) == (
        "needs_review",
        "conditional",
        "CTH or RVC40",
    )
    assert "must be read by a person" in english(finding.value.missing)


def test_a_good_without_code_is_asked_for_it() -> None:
    assert "the HS code of the good" in english(decided({"materials": [OIL]}, hs="").value.missing)


@pytest.mark.parametrize(("fob", "criterion"), [("CNY 1000.00", "RVC"), (None, "")])
def test_the_fob_value_is_asked_for_where_the_rule_needs_it(fob: str | None, criterion: str) -> None:
    finding = decided({"fob": fob, "materials": [CARBON]})
    assert finding.value.criterion == criterion
    changes = weighed({"fob": fob, "materials": [CARBON]}).value.changes
    assert criterion or "the FOB value of the line" in english(changes)


def test_the_invoiced_amount_is_the_fob_value_of_goods_sold_fob() -> None:
    line, bill = {"amount": "CNY 1000.00"}, {"fob": None, "materials": [CARBON]}
    assert decided(bill, line=line, facts={"trade.terms": {"incoterm": "FOB"}}).value.criterion == "RVC"
    assert decided(bill, line=line, facts={"trade.terms": {"incoterm": "CIF"}}).value.criterion == ""


def test_values_in_several_currencies_are_not_added_up() -> None:
    bill = {"materials": [CARBON, {**CARBON, "value": "USD 1.00"}]}
    assert decided(bill).value.outcome == "conditional"
    assert "all values in the currency of the FOB value" in english(weighed(bill).value.changes)


def test_the_build_up_formula_may_carry_alone_but_not_on_parts_that_exceed_the_whole() -> None:
    costs = {"labour": "CNY 60.00", "overhead": "CNY 40.00", "profit": "CNY 50.00", "other_cost": "CNY 20.00"}
    local = {**OIL, **LOCAL, "value": "CNY 300.00"}
    bill = {"materials": [local, {**CARBON, "value": "CNY 610.00"}], **costs}
    passed = outcome_of(weighed(bill), "RVC40")
    assert passed.percent == 47
    assert "exceed the FOB value" in passed.detail.en
    finding = decided(bill)
    assert finding.value.outcome == "conditional"
    assert english(finding.value.conditions) == "the producer must confirm its costs and materials"


def test_the_build_up_formula_is_not_computed_on_costs_that_are_not_stated() -> None:
    margin = weighed({"materials": [{**OIL, **LOCAL, "value": "CNY 380.00"}, {**CARBON, "value": "CNY 610.00"}]})
    [step] = [step for step in margin.working if "build-up" in step.name.en]
    assert (step.value, dict(step.inputs)["missing"]) == ("not computed", "labour, overhead, profit, other_cost")
    assert outcome_of(margin, "RVC40").passed is False


def test_an_exact_failure_says_what_must_go() -> None:
    margin = weighed({"materials": [{**CARBON, "value": "CNY 600.01"}]})
    assert str(outcome_of(margin, "RVC40").percent) == "39.999"
    assert "(VNM) must fall by CNY 0.01" in english(margin.value.changes)


# -- cumulation ---------------------------------------------------------------------------------------------------------


def test_materials_of_another_party_with_proof_leave_the_value_and_the_change_alone() -> None:
    bill = {"materials": [{**CARBON, **KOREAN, "value": "CNY 450.00"}, OIL], "operations": ["x"]}
    finding = decided(bill)
    assert (finding.status, finding.value.criterion, finding.value.origin) == ("found", "CTC ACU", "CHN")
    assert outcome_of(weighed(bill), "RVC40").percent == 70


def test_without_proof_they_count_as_foreign_and_the_proof_is_named_as_missing() -> None:
    bill = {"materials": [OIL, {**CARBON, **KOREAN, "proof": "", "value": "CNY 700.00"}]}
    assert decided(bill).value.outcome == "not_originating"
    assert "a proof of origin for materials no. 2" in english(weighed(bill).value.changes)


@pytest.mark.parametrize("changed", [{"origin": "USA"}, {"origin": ""}, {"originating": False}])
def test_what_is_no_party_s_or_not_said_to_originate_is_not_cumulated(changed: dict[str, Any]) -> None:
    finding = decided({"materials": [{**CARBON, **KOREAN, **changed, "value": "CNY 700.00"}]})
    assert finding.value.outcome == "not_originating"


def test_a_proof_under_another_agreement_does_not_cumulate() -> None:
    other = {"agreement": "ACFTA", "form": "certificate", "issued_on": date(2026, 6, 1)}
    bill = {"materials": [{**CARBON, **KOREAN, "value": "CNY 700.00"}]}
    assert decided(bill, facts={"origin.proof/K-1": other}).value.outcome == "not_originating"
    assert decided(bill, facts={"origin.proof/K-1": {**other, "agreement": "RCEP"}}).value.criterion == "PE"


# -- what cannot stand, working -------------------------------------------------------------------------------------------


def test_all_that_cannot_stand_is_told_at_once() -> None:
    bad = [
        {**OIL, "hs": "27x", "value": "CNY -1.00", "weight_kg": "-1"},
        {**OIL, "deductible": "USD 1.00"},
        {**OIL, "deductible": "CNY 300.01"},
    ]
    decision, margin = both({"fob": "CNY 0.00", "labour": "CNY -1.00", "materials": bad}, hs="2803")
    assert margin is not None
    assert (decision.status, margin.status) == ("refused", "refused")
    assert asked(decision) == ["OR01"], "faults of the bill are its owner's to see"
    assert sorted(asked(margin)) == ["OR02", "OR03", "OR04", "OR05", "OR06", "OR06", "OR07"]
    told = (*decision.problems, *margin.problems)
    assert all(p.what.en and p.what.zh and p.fix.en and p.fix.zh and p.where for p in told)


def test_the_working_can_be_recomputed_by_hand() -> None:
    freight = {**CARBON, "value": "CNY 520.00", "deductible": "CNY 20.00"}
    finding = decided({"materials": [OIL, freight]})
    steps = {step.name.en: step for step in finding.working}
    assert dict(steps["VNM: carbon"].inputs) == {
        "stated": "CNY 520.00", "deductions": "CNY 20.00", "why": "not said to originate",
    }  # fmt: skip
    down = steps["Regional value content, build-down"]
    assert dict(down.inputs) == {"FOB": "1000.00", "VNM": "800.00", "threshold": "40"}
    assert down.exact == "20"
    rule = dict(steps["Product rule"].inputs)
    assert (rule["rule_for"], rule["rule_edition"], rule["goods"]) == ("2803", "HS 2012", "28030000")


def test_a_found_decision_rests_on_no_unverified_row() -> None:
    finding = decided({"materials": [{**CARBON, **KOREAN}, OIL], "operations": ["cracking"]})
    assert finding.status == "found"
    assert {row.evidence for row in finding.law} <= {"primary", "secondary"}


def test_wholly_obtained_is_in_one_party_a_material_of_another_makes_it_pe() -> None:
    foreign = {
        "name": "oranges",
        "hs": "080510",
        "value": "CNY 100.00",
        "origin": "VNM",
        "originating": True,
        "proof": "V-1",
    }
    own = {**foreign, "name": "oranges", "origin": "CHN", "value": "CNY 600.00"}
    bill = {"wholly_obtained": "from_these", "materials": [own, foreign], "operations": ["pressing"]}
    finding = decided(bill, hs="20091200")
    assert (finding.value.outcome, finding.value.criterion) == ("originating", "PE")
    assert decided({**bill, "materials": [own]}, hs="20091200").value.criterion == "WO"


def test_an_assembly_that_may_be_a_simple_one_is_a_condition() -> None:
    """Listed where the agreement names it; said to be simple it gives no origin."""
    listed = [{"operation": "assembling", "minimal": "true"}]
    where = one(rules("RVC40 EXW", code="28"), minimal_operations=listed)
    told = drawn(where, {"materials": [material("280300", "500")], "operations": ["assembling"]})["origin.decision"]
    assert (told.value.outcome, told.value.criterion) == ("conditional", "RVC")
    assert "more than simple" in told.value.conditions[0].en
    for operations, outcome in ((["simple assembling"], "not_originating"), (["assembling", "welding"], "originating")):
        bill = {"materials": [material("280300", "500")], "operations": operations}
        assert drawn(where, bill)["origin.decision"].value.outcome == outcome
