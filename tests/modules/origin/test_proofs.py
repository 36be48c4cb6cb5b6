"""Proofs of origin beside the decision."""

from datetime import date
from typing import Any

import pytest

from tests.modules.origin.origin_making import OIL, asked, decided, english

GOOD = {
    "agreement": "RCEP",
    "form": "certificate",
    "issued_on": date(2026, 6, 1),
    "criterion": "CTC",
    "lines": ["1"],
    "hs6": {"1": "280300"},
    "quantities": {"1": "10"},
}


def with_proof(**changed: Any) -> Any:
    return decided(
        {"materials": [OIL], "operations": ["cracking"]},
        line={"quantity": "10", "unit": "t"},
        facts={"origin.proof/P-1": {**GOOD, **changed}},
    )


def test_a_proof_that_says_what_was_found_raises_no_question() -> None:
    finding = with_proof()
    assert (finding.status, asked(finding)) == ("found", [])


@pytest.mark.parametrize(
    ("changed", "question"),
    [
        ({"hs6": {"1": "280410"}}, "OR21"),
        ({"quantities": {"1": "9.99"}}, "OR22"),
        ({"criterion": "WO"}, "OR23"),
        ({"issued_on": date(2025, 6, 19)}, "OR24"),
        ({"issued_on": date(2026, 6, 21)}, "OR24"),
        ({"form": "declaration"}, "OR25"),
    ],
)
def test_each_fault_of_a_proof_is_asked_about_and_takes_no_origin_away(changed: dict[str, Any], question: str) -> None:
    finding = with_proof(**changed)
    assert (asked(finding), finding.value.outcome) == ([question], "originating")
    [problem] = finding.problems
    assert problem.severity == "W"
    assert problem.what.zh
    assert problem.fix.zh


def test_a_proof_holds_for_a_year_to_the_day() -> None:
    assert asked(with_proof(issued_on=date(2025, 6, 20))) == []


@pytest.mark.parametrize(
    "changed", [{"criterion": "CTC, DMI"}, {"criterion": ""}, {"form": "approved_exporter_declaration"}]
)
def test_what_is_no_fault_is_not_asked_about(changed: dict[str, Any]) -> None:
    assert asked(with_proof(**changed)) == []


@pytest.mark.parametrize("changed", [{"lines": ["2"]}, {"agreement": "ACFTA"}])
def test_a_proof_for_other_goods_or_another_agreement_is_not_looked_at(changed: dict[str, Any]) -> None:
    assert asked(with_proof(criterion="WO", **changed)) == []


def test_a_proof_of_a_material_is_none_of_the_goods() -> None:
    korean = {**OIL, "origin": "KOR", "originating": True, "proof": "P-1"}
    finding = decided(
        {"materials": [korean, {**OIL, "value": "CNY 10.00"}], "operations": ["cracking"]},
        facts={"origin.proof/P-1": {**GOOD, "hs6": {"1": "270799"}, "criterion": "WO"}},
    )
    assert (finding.value.criterion, asked(finding)) == ("CTC ACU", [])
    assert not finding.value.missing, english(finding.value.missing)
