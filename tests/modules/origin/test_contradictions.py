"""Line, bill of materials and terms that contradict each other: no pass stands on one side of it alone."""

from typing import Any

import pytest

from tests.modules.origin.origin_making import CARBON, OIL, asked, both, decided, english

MADE = {"materials": [OIL], "operations": ["cracking"]}
CONFIRM = "the producer must confirm its costs and materials"


def test_a_pass_is_conditional_while_the_line_names_another_country_of_origin() -> None:
    assert decided(MADE, line={"origin": "CHN"}).value.outcome == "originating"
    finding = decided(MADE, line={"origin": "USA"})
    assert (finding.status, finding.value.outcome) == ("needs_review", "conditional")
    assert "the country of origin on the line is another" in english(finding.value.conditions)


@pytest.mark.parametrize("terms", [None, {"incoterm": "CIF"}, {"incoterm": "FOB"}, {"incoterm": "DDP"}])
def test_a_pass_is_conditional_while_the_fob_value_is_above_the_invoice(terms: dict[str, str] | None) -> None:
    """A foreign material of 90 % of the price would be within 10 % of an FOB value said a hundred times too high."""
    inflated = {"materials": [{**CARBON, "value": "CNY 900.00"}], "operations": ["cracking"], "fob": "CNY 100000.00"}
    facts = {} if terms is None else {"trade.terms": terms}
    decision, margin = both(inflated, line={"amount": "CNY 1000.00"}, facts=facts)
    assert decision.value.outcome == "conditional"
    assert CONFIRM in english(decision.value.conditions)
    assert margin is not None
    assert "OR35" in asked(margin)
    assert not [problem for problem in decision.problems if problem.rule == "OR35"]  # amounts are the producer's secret


def test_the_way_to_the_ship_may_make_the_fob_value_more_than_an_ex_works_invoice() -> None:
    decision, margin = both(MADE, line={"amount": "CNY 900.00"}, facts={"trade.terms": {"incoterm": "EXW"}})
    assert decision.value.outcome == "originating"
    assert margin is not None
    assert "OR35" not in asked(margin)


@pytest.mark.parametrize("country", ["VN", "chn", "中国", "<b>"])
def test_what_is_no_country_code_is_asked_for_and_is_no_reason_to_deny_origin(country: str) -> None:
    finding = decided({**MADE, "producer_country": country})
    assert (finding.status, finding.value.outcome) == ("needs_review", "conditional")
    assert "in three letters" in english(finding.value.missing)


def test_a_destination_that_is_no_country_code_is_told_as_such() -> None:
    finding = decided(MADE, to="JP")
    assert finding.status == "not_applicable"
    assert "no country of three letters" in english(finding.reasons)


@pytest.mark.parametrize("topic", ["transport.plan", "import.entry"])
def test_papers_in_conflict_are_not_passed_over_in_silence(topic: str) -> None:
    """A route that one paper tells and another denies is no direct route."""
    plan = {"destination_country": "JPN", "bill_no": "B1"}
    entry = {"country": "JPN", "day": "2026-06-20"}
    facts: dict[str, Any] = {"transport.plan": plan, "import.entry": entry}
    facts[topic] = [facts[topic], {**facts[topic], "bill_no": "B2"} if topic == "transport.plan" else {**entry, "country": "USA"}]
    finding = decided(MADE, facts=facts)
    assert (finding.status, finding.value.outcome) == ("needs_review", "conditional")
    assert f"statements on {topic} contradict each other" in english(finding.value.conditions)


@pytest.mark.parametrize("written", ["rcep", " Rcep "])
def test_a_proof_whose_agreement_is_written_otherwise_is_asked_about(written: str) -> None:
    proof = {"agreement": written, "form": "certificate", "issued_on": "2026-06-01"}
    assert "OR41" in asked(decided(MADE, facts={"origin.proof/P1": proof}))
    assert "OR41" not in asked(decided(MADE, facts={"origin.proof/P1": {**proof, "agreement": "RCEP"}}))


def test_a_back_to_back_proof_does_not_rest_on_itself() -> None:
    proof = {"agreement": "RCEP", "form": "certificate", "issued_on": "2026-06-01", "back_to_back": True, "original": "P1"}
    assert "OR28" in asked(decided(MADE, facts={"origin.proof/P1": proof}))
