"""Several agreements on one line: which are in force, which one is the decision, what is said where a pack lacks a table."""

from datetime import date
from typing import Any

import pytest

from entrepot.kernel.findings import Finding
from tests import making
from tests.modules.origin.agreements_making import DAY, drawn, law, material, one, outcome, rules, tables

BOTH = {"GBR": "", "JPN": "", "VNM": ""}
FOREIGN = {"materials": [material("280300", "700")]}
NEAR = {"materials": [material("280300", "500")]}


def named(found: dict[str, Finding]) -> list[tuple[str, str]]:
    """The decisions as they are ranked."""
    every = found["origin.agreements"].value
    return [(one.agreement, one.outcome) for one in every.decisions]


def two(first: str, second: str, **changed: Any) -> Any:
    """Two agreements between the United Kingdom and Japan, with one rule each."""
    return law(("AA", tables("AA", BOTH, [rules(first)])), ("BB", tables("BB", BOTH, [rules(second)], **changed)))


def test_every_agreement_in_force_between_the_two_is_decided_and_the_best_is_the_decision() -> None:
    found = drawn(two("RVC60 EXW", "RVC50 EXW"), NEAR)
    assert named(found) == [("BB", "originating"), ("AA", "not_originating")]
    assert found["origin.decision"].value.agreement == "BB"
    margins = found["origin.margin"].value.agreements
    assert [test.percent for test in margins["AA"].tests if test.rule.startswith("RVC")] == [50]
    assert margins["BB"].tests == found["origin.margin"].value.tests


def test_agreements_that_are_worth_as_much_keep_their_order_but_for_rcep() -> None:
    beside = making.law("RCEP")
    where = law(("AA", tables("AA", {"VNM": "", "JPN": ""}, [rules("CTH or RVC40")])), beside=beside)
    bill = {"fob": "GBP 1000.00", "materials": [material("270799", "300")]}
    found = drawn(where, bill, country="VNM")
    assert named(found) == [("RCEP", "originating"), ("AA", "originating")]


def test_a_proof_names_the_agreement() -> None:
    proof = {"agreement": "AA", "form": "declaration", "issued_on": DAY}
    found = drawn(two("RVC60 EXW", "RVC50 EXW"), NEAR, facts={"origin.proof/P": proof})
    assert found["origin.decision"].value.agreement == "AA"
    assert named(found)[0] == ("BB", "originating")
    other = drawn(two("RVC60 EXW", "RVC50 EXW"), NEAR, facts={"origin.proof/P": {**proof, "agreement": "ZZ"}})
    assert other["origin.decision"].value.agreement == "BB"


def test_an_agreement_without_law_never_wins() -> None:
    where = law(("AA", tables("AA", BOTH, [])), ("BB", tables("BB", BOTH, [rules("RVC60 EXW")])))
    found = drawn(where, NEAR)
    assert found["origin.decision"].value.agreement == "BB"
    [last] = [one for one in found["origin.agreements"].value.decisions if one.agreement == "AA"]
    assert (last.outcome, last.criterion) == ("conditional", "")
    assert "no product rule is on file" in last.missing[1].en
    assert outcome(law(("AA", tables("AA", BOTH, []))), NEAR) == "no_law"


def test_a_decision_rests_on_the_rows_of_its_own_agreement() -> None:
    doubtful = [{"country": "*", "kind": "k", "condition_en": "", "condition_zh": "", "evidence": "unverified"}]
    korean = {**material("270799", "10"), "origin": "VNM", "originating": True, "proof": "x"}
    found = drawn(
        two("RVC50 EXW", "RVC60 EXW", cumulation=doubtful), {"materials": [korean, material("280300", "500")]}
    )
    assert found["origin.decision"].value.agreement == "AA"
    assert not [
        row for row in found["origin.decision"].law if row.table.startswith("BB/") and row.evidence == "unverified"
    ]
    assert [
        row for row in found["origin.agreements"].law if row.table.startswith("BB/") and row.evidence == "unverified"
    ]
    assert found["origin.agreements"].status == "needs_review"


def test_a_scheme_for_one_direction_is_no_agreement_for_the_other() -> None:
    where = law(("GSP", tables("GSP", {"GBR": "import", "VNM": "export"}, [rules("CTH")])))
    bill = {"materials": [material("270799", "500")]}
    assert outcome(where, bill, country="VNM", to="GBR") == "originating"
    assert outcome(where, bill, country="GBR", to="VNM") == "not_applicable"


def test_rules_for_one_direction_of_the_united_kingdom_s_trade_are_left_out_in_the_other() -> None:
    where = law(("AA", tables("AA", BOTH, [rules("CTH", **{"import": "false"})])))
    bill = {"materials": [material("270799", "500")]}
    assert outcome(where, bill, country="GBR", to="JPN") == "originating"
    assert outcome(where, bill, country="JPN", to="GBR") == "no_law"


def test_without_a_destination_the_agreements_of_the_country_of_making_are_decided() -> None:
    found = drawn(two("RVC60 EXW", "RVC50 EXW"), NEAR, to="")
    assert named(found)[0] == ("BB", "originating")
    assert [problem.rule for problem in found["origin.decision"].problems] == ["OR15"]


def test_between_countries_that_no_agreement_joins_the_question_does_not_arise() -> None:
    found = drawn(one(rules("CTH")), NEAR, country="USA")
    assert (found["origin.decision"].status, found["origin.agreements"].status) == ("not_applicable", "not_applicable")


def test_a_party_is_one_from_its_first_day() -> None:
    parties = [{"country": "GBR", "direction": ""}, {"country": "JPN", "direction": "", "since": "2026-06-21"}]
    pack = {**tables("AA", BOTH, [rules("CTH")])}
    pack["AA/parties"] = (pack["AA/parties"][0], parties)
    assert outcome(law(("AA", pack)), NEAR) == "not_applicable"
    assert date(2026, 6, 20) == DAY


# -- what a pack lacks ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lacking", "bill", "facts", "told"),
    [
        ("minimal_operations", NEAR, {}, "its list is not on file"),
        (
            "wholly_obtained",
            {"wholly_obtained": "harvested"},
            {},
            "what counts as wholly obtained under GB-JPN is not on file",
        ),
        (
            "direct_consignment",
            NEAR,
            {"transport.plan": {"legs": [{"place": "KRPUS", "country": "KOR", "customs_control": True}]}},
            "what GB-JPN lets be done on the way is not on file",
        ),
    ],
)
def test_what_is_not_on_file_is_said_and_not_assumed(
    lacking: str, bill: dict[str, Any], facts: dict[str, Any], told: str
) -> None:
    assert outcome(one(rules("RVC50 EXW")), {**NEAR, "wholly_obtained": ""}) == "originating"
    decision = drawn(one(rules("RVC50 EXW"), **{lacking: []}), bill, facts=facts)["origin.decision"]
    assert decision.value.outcome == "conditional"
    assert told in " | ".join(text.en for text in decision.reasons)


def test_forms_and_validity_of_proofs_that_are_not_on_file_are_asked_about() -> None:
    proof = {"agreement": "GB-JPN", "form": "declaration", "issued_on": DAY}
    where = one(rules("RVC50 EXW"), proofs=[], limits=[])
    found = drawn(where, NEAR, facts={"origin.proof/P": proof})["origin.decision"]
    assert [problem.rule for problem in found.problems] == ["OR24", "OR25"]
    assert all("not on file" in problem.what.en for problem in found.problems)


# -- cumulation -----------------------------------------------------------------------------------------------------------

JAPANESE = {"origin": "JPN", "originating": True, "proof": "J"}


def test_cumulation_is_as_the_agreement_has_it() -> None:
    bill = {"materials": [material("280300", "700", **JAPANESE), material("270799", "100")]}
    found = drawn(one(rules("RVC50 EXW")), bill)["origin.decision"].value
    assert (found.outcome, found.criterion) == ("originating", "RVC ACU")
    assert outcome(one(rules("RVC50 EXW"), cumulation=[]), bill) == "not_originating"
    row = {"country": "JPN", "kind": "extended", "condition_en": "once notified", "condition_zh": "经通知后"}
    conditional = drawn(one(rules("RVC50 EXW"), cumulation=[row]), bill)["origin.decision"].value
    assert [text.en for text in conditional.conditions] == ["once notified"]
    third = {"materials": [material("280300", "700", **{**JAPANESE, "origin": "VNM"}), material("270799", "100")]}
    listed = [{**row, "country": "VNM", "condition_en": "", "condition_zh": ""}]
    assert outcome(one(rules("RVC50 EXW")), third) == "not_originating"
    assert outcome(one(rules("RVC50 EXW"), cumulation=listed), third) == "originating"


def test_cumulation_that_asks_for_work_alone_is_met_by_more_than_minimal_operations() -> None:
    row = {
        "country": "JPN",
        "kind": "bilateral",
        "condition_en": "worked on",
        "condition_zh": "经加工",
        "worked": "true",
    }
    bill = {"materials": [material("280300", "700", **JAPANESE), material("270799", "100")]}
    where = one(rules("RVC50 EXW"), cumulation=[row])
    assert outcome(where, bill) == "originating"
    unsaid = drawn(where, {**bill, "operations": []})["origin.decision"].value
    assert (unsaid.outcome, [text.en for text in unsaid.conditions[1:]]) == ("conditional", ["worked on"])
    assert "operations of making are not stated" in unsaid.conditions[0].en
    other = one(rules("RVC50 EXW"), cumulation=[{**row, "worked": "false"}])
    assert outcome(other, bill) == "conditional", "work does not meet what else is asked"


def test_with_several_agreements_a_proof_that_is_not_on_file_is_a_condition() -> None:
    bill = {"materials": [material("280300", "700", **JAPANESE), material("270799", "100")]}
    found = drawn(two("RVC50 EXW", "RVC50 EXW"), bill)["origin.decision"].value
    assert [text.en for text in found.conditions] == ["that the proofs of cumulated materials are made out under AA"]
    proof = {"agreement": "BB", "form": "declaration", "issued_on": DAY, "lines": ["9"]}
    settled = drawn(two("RVC50 EXW", "RVC50 EXW"), bill, facts={"origin.proof/J": proof})
    assert named(settled) == [("BB", "originating"), ("AA", "not_originating")]


def test_a_certificate_that_is_asked_for_names_the_agreement() -> None:
    asked = {"applied_on": DAY, "agreement": "AA"}
    where = two("RVC60 EXW", "RVC50 EXW")
    found = drawn(where, NEAR, facts={"certificate.request": asked})
    assert found["origin.decision"].value.agreement == "AA"
    proof = {"agreement": "BB", "form": "declaration", "issued_on": DAY}
    assert (
        drawn(where, NEAR, facts={"certificate.request": asked, "origin.proof/P": proof})[
            "origin.decision"
        ].value.agreement
        == "BB"
    )
