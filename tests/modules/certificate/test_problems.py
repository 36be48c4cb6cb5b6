"""What stands against a certificate: all of it at once, in both languages, and nothing guessed."""

import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.modules.certificate.module import MODULE
from tests.making import law, sheet
from tests.modules.certificate.making_certificate import (
    ACID,
    DAY,
    FACTS,
    ORIGINATING,
    box,
    certificate,
    changed,
    decided,
    draft,
    rules,
)

PROOF: dict[str, Any] = {
    "agreement": "RCEP", "form": "certificate", "issued_on": "2026-01-10", "criterion": "CTC", "lines": ["1"], "quantities": {"1": "50000"},
}  # fmt: skip
BACK: dict[str, Any] = {"original": "VN-1", "original_origin": "VNM"}


def with_lines(count: int) -> dict[str, Any]:
    facts = changed()
    for number in range(1, count + 1):
        facts |= {f"goods.line/{number}": ACID, **decided(str(number))}
    return facts


def test_nothing_is_drafted_and_nobody_waits_where_no_certificate_is_asked_for() -> None:
    drawn = sheet([MODULE], changed(request=None), DAY, law("certificates", "RCEP"))
    assert drawn.finding("certificate.draft") is None


def test_every_problem_is_told_at_once_and_in_both_languages() -> None:
    line = {"description": "", "hs": "28", "quantity": None, "gross_kg": None}
    finding = draft(changed(exporter=None, importer=None, terms=None, transport=None, line=line, entry=None))
    wheres = {problem.where for problem in finding.problems}
    assert {
        "trade.party/exporter", "trade.party/importer", "trade.terms.invoice_no", "goods.line/1.description", "goods.line/1.hs",
        "goods.line/1.quantity", "trade.party/importer.country", "transport.plan.loading_on",
    } == wheres  # fmt: skip
    assert finding.status == "refused"
    assert all(text.en and text.zh for problem in finding.problems for text in (problem.what, problem.fix))
    assert certificate(finding).lines[0].boxes, "what is known stands there all the same"


def test_a_line_that_does_not_originate_is_left_out_unless_it_was_asked_for() -> None:
    facts = {**with_lines(2), **decided("2", outcome="not_originating", criterion="")}
    finding = draft(facts)
    assert (finding.status, [line.line for line in certificate(finding).lines]) == ("found", ["1"])
    assert rules(finding, "W") == ["CO03"]
    asked = {**facts, "certificate.request": {**FACTS["certificate.request"], "lines": ["1", "2", "7"]}}
    assert rules(draft(asked)) == ["CO03", "CO02"]


def test_without_a_line_that_originates_there_is_no_certificate() -> None:
    assert "CO04" in rules(draft({**changed(), **decided(outcome="not_originating", criterion="")}))


def test_what_a_decision_rests_on_the_certificate_rests_on() -> None:
    text = {"en": "that the producer confirms", "zh": "须生产商确认"}
    finding = draft({**changed(), **decided(outcome="conditional", conditions=[text])})
    assert (finding.status, [reason.en for reason in finding.reasons]) == ("needs_review", ["line 1: that the producer confirms"])


@pytest.mark.parametrize(
    ("rule", "criterion", "admissible"),
    [
        ("CTH or RVC40", "CTC", True), ("CTH or RVC40", "RVC", True), ("WO or CC", "RVC", False), ("RVC40", "CTC", False),
        ("CTH", "CR", False), ("CTH or CR", "CR", True), ("WO", "WO", True), ("CTH", "PE", True), ("CTH", "CTC DMI", True),
        ("RVC40", "RVC DMI", False), ("RVC40", "RVC ACU", True), ("CTH", "XYZ", False), ("CTH", "ACU", False),
    ],
)  # fmt: skip
def test_a_criterion_is_admissible_where_the_rule_can_be_met_by_it(rule: str, criterion: str, admissible: bool) -> None:
    found = "CTC" if "C" in rule else "RVC"
    request = {"criteria": {"1": criterion}, "fob": {"1": "USD 22000.00"}}
    finding = draft({**changed(request=request), **decided(criterion=found, rule=rule)})
    assert ("CO05" not in rules(finding)) == admissible, finding.problems


def test_another_criterion_than_the_one_found_is_the_exporters_word_and_needs_review() -> None:
    finding = draft(changed(request={"criteria": {"1": "RVC"}, "fob": {"1": "USD 22000.00"}}))
    assert finding.status == "needs_review"
    assert "exporter's word" in finding.reasons[0].en


# -- afterwards, by another, on the strength of another ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("applied", "retroactive", "faults"),
    [("2026-06-15", False, []), ("2026-06-16", True, []), ("2027-06-15", True, []), ("2027-06-16", True, ["CO11"])],
)
def test_issued_retroactively_after_the_shipment_and_within_twelve_months(applied: str, retroactive: bool, faults: list[str]) -> None:
    finding = draft(changed(request={"applied_on": applied}))
    assert (certificate(finding).retroactive, rules(finding)) == (retroactive, faults)
    assert ("ISSUED RETROACTIVELY" in box(finding, "ticks").value) == retroactive


def test_a_third_party_that_invoices_stands_on_the_form_with_its_country() -> None:
    trader = {"name": "Example Trading Pte. (fictitious)", "country": "SGP"}
    finding = draft({**changed(), "trade.party/invoicer": trader})
    assert (finding.status, box(finding, "ticks").value) == ("found", "THIRD-PARTY INVOICING")
    assert box(finding, "third_party").value == "Example Trading Pte. (fictitious), Singapore"
    assert rules(draft({**changed(), "trade.party/invoicer": {"name": "Example Trading Pte. (fictitious)"}})) == ["CO12"]
    same = {"name": FACTS["trade.party/exporter"]["name"], "country": "CHN"}
    assert not certificate(draft({**changed(), "trade.party/invoicer": same})).third_party


def test_an_exporter_outside_the_agreement_gets_no_certificate() -> None:
    assert rules(draft(changed(exporter={"country": "USA"}))) == ["CO08"]
    assert rules(draft(changed(importer={"country": "USA"})), "W") == ["CO08"]


def test_a_back_to_back_certificate_rests_on_the_original_and_needs_review() -> None:
    finding = draft({**changed(request=BACK), "origin.proof/VN-1": PROOF})
    drawn = certificate(finding)
    assert (finding.status, str(drawn.valid_until), drawn.lines[0].origin) == ("needs_review", "2027-01-10", "VNM")
    assert box(finding, "original").value == "VN-1, 2026-01-10, Viet Nam"
    assert "BACK-TO-BACK" in box(finding, "ticks").value


@pytest.mark.parametrize(
    ("request_", "proof", "rule"),
    [
        ({"original": "VN-9"}, {}, "CO13"), ({}, {"agreement": "ACFTA"}, "CO13"), ({"applied_on": "2027-01-11"}, {}, "CO14"),
        ({"applied_on": "2026-01-09"}, {}, "CO14"), ({"original_origin": ""}, {}, "CO15"), ({}, {"quantities": {"1": "23999"}}, "CO16"),
        ({}, {"lines": ["2"]}, "CO04"),
    ],
)  # fmt: skip
def test_an_original_that_does_not_carry_a_back_to_back_proof(request_: dict[str, Any], proof: dict[str, Any], rule: str) -> None:
    finding = draft({**changed(request={**BACK, **request_}), "origin.proof/VN-1": {**PROOF, **proof}})
    assert rule in rules(finding), finding.problems


def test_parts_that_left_before_count_against_the_original() -> None:
    facts = {**changed(request=BACK), "origin.proof/VN-1": PROOF}
    earlier = {**PROOF, "original": "VN-1", "back_to_back": True}
    fits = {**earlier, "quantities": {"1": "26000"}}
    too_much = {**earlier, "quantities": {"1": "26001"}}
    assert "CO16" not in rules(draft({**facts, "origin.proof/B-1": fits}))
    assert "CO16" in rules(draft({**facts, "origin.proof/B-1": too_much}))


# -- origin, codes, sheets --------------------------------------------------------------------------------------------


def test_a_mark_stands_beside_the_country_and_is_asked_about_where_nothing_is_open() -> None:
    facts = changed(request={"marks": {"1": "**"}})
    finding = draft(facts)
    assert (box(finding, "origin", 1).value, rules(finding, "W")) == ("China **", ["CO18"])
    open_ = decided(fallbacks=[{"en": "the highest rate of any Party, marked **", "zh": "任一缔约方最高税率，标记 **"}])
    assert rules(draft({**facts, **open_}), "W") == []


def test_a_code_that_differs_at_the_destination_is_asked_about() -> None:
    assert rules(draft({**changed(), "import.line/1": {"code": "280920000"}}), "W") == []
    assert rules(draft({**changed(), "import.line/1": {"code": "280910000"}}), "W") == ["CO17"]


@pytest.mark.parametrize(("count", "sheets"), [(1, 1), (2, 1), (20, 1), (21, 2), (41, 3)])
def test_more_than_twenty_lines_are_continued_on_further_sheets(count: int, sheets: int) -> None:
    drawn = certificate(draft(with_lines(count)))
    assert (drawn.sheets, [line.no for line in drawn.lines]) == (sheets, list(range(1, count + 1)))
    assert drawn.lines[-1].sheet == sheets


def test_lines_stand_in_the_order_of_their_numbers() -> None:
    assert [line.line for line in certificate(draft(with_lines(11))).lines] == [str(number) for number in range(1, 12)]


def test_one_certificate_is_of_one_agreement() -> None:
    facts = {**changed(request={"agreement": None}), "goods.line/2": ACID, **decided("2", "ACFTA")}
    assert rules(draft(facts)) == ["CO01"]
    assert draft({**changed(request={"agreement": None})}).status == "found"


def test_a_form_that_is_not_on_file_is_named() -> None:
    finding = draft({**changed(request={"agreement": "ACFTA", "form": "declaration"}), **decided("1", "ACFTA")})
    assert (finding.status, finding.reasons[0].en) == ("no_law", "no form for a declaration under ACFTA is on file")


def test_an_approved_exporter_names_its_code_and_any_declaration_its_number() -> None:
    finding = draft(changed(request={"form": "approved_exporter_declaration"}))
    assert {problem.where for problem in finding.problems} == {"certificate.request.authorisation", "certificate.request.reference"}
    assert draft(changed(request={"form": "approved_exporter_declaration", "authorisation": "AE1", "reference": "D1"})).status == "found"


def test_an_approved_exporter_is_asked_for_its_number_where_others_may_leave_it_out() -> None:
    facts = {**changed(request={"agreement": "GB-VIETNAM", "form": "declaration"}), **decided("1", "GB-VIETNAM")}
    assert draft(facts).status == "needs_review"
    asked = {**facts, "certificate.request": {**facts["certificate.request"], "form": "approved_exporter_declaration"}}
    assert [problem.where for problem in draft(asked).problems] == ["certificate.request.authorisation"]


@pytest.mark.parametrize("period", [("2026-01-01", None), ("2026-02-01", "2026-01-01"), ("2026-01-01", "2027-01-02")])
def test_a_period_has_two_ends_and_at_most_a_year(period: tuple[str, str | None]) -> None:
    request = {"agreement": "CPTPP", "form": "declaration", "period_from": period[0], "period_until": period[1]}
    assert rules(draft({**changed(request=request), **decided("1", "CPTPP")})) == ["CO22"]


@given(st.dictionaries(st.sampled_from(["exporter", "importer", "terms", "transport", "packing", "entry", "producer"]), st.none()))
def test_taking_facts_away_never_turns_a_problem_into_a_certificate(gone: dict[str, None]) -> None:
    finding = draft(changed(**gone))
    assert finding.status in ("found", "refused")
    if finding.status == "found":
        assert not {"exporter", "importer", "terms"} & gone.keys()


@given(st.text(max_size=12), st.text(max_size=8))
def test_odd_codes_and_criteria_never_break_the_room(hs: str, criterion: str) -> None:
    finding = draft({**changed(line={"hs": hs}, request={"criteria": {"1": criterion}}), **ORIGINATING})
    assert finding.status in ("found", "refused", "needs_review")
    digits = "".join(sign for sign in hs if sign in string.digits)
    assert len(digits) >= 6 or "CO06" in rules(finding)


@pytest.mark.parametrize("fob", ["USD 0.00", "USD 22800.01", "USD 99999999.00"])
def test_an_fob_value_that_the_invoice_cannot_hold_is_refused(fob: str) -> None:
    facts = {**changed(request={"fob": {"1": fob}}), **decided("1", criterion="RVC")}
    assert "CO26" in rules(draft(facts))
    assert "CO26" not in rules(draft({**facts, **changed(request={"fob": {"1": "USD 22800.00"}}), **decided("1", criterion="RVC")}))


@pytest.mark.parametrize("said", [{"criteria": {"9": "WO"}}, {"marks": {"9": "*"}}, {"fob": {"9": "USD 5.00"}}])
def test_what_is_said_of_a_line_that_does_not_stand_on_it_is_told(said: dict[str, Any]) -> None:
    finding = draft(changed(request=said))
    assert rules(finding, "W") == ["CO27"]
    assert finding.status == "found"


def test_without_an_invoice_total_the_sum_of_the_lines_shares_out_the_freight() -> None:
    charges = {"freight": {"mark": "3", "value": "800", "currency": "USD"}, "insurance": {"mark": "3", "value": "50", "currency": "USD"}}
    facts = {**changed(terms={"incoterm": "CIF", "total": None}), **decided("1", criterion="RVC"), "transport.charges": charges}
    assert box(draft(facts), "fob", 1).value == "USD 21,950.00"
