"""The treatments of an offer: which are open, what is missing, which is best."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.kernel.law import TableSpec
from entrepot.modules.duty.rules.treatments import in_season
from tests.modules.duty.making_duty import (
    DAY,
    FACTS,
    LAW,
    ORIGINATING,
    PROVEN,
    changed,
    country_law,
    english,
    in_both_languages,
    offer,
    shape,
)

OPEN = {**ORIGINATING, **PROVEN}


def test_the_best_available_treatment_comes_first_with_what_it_saves() -> None:
    finding = offer({**FACTS, **OPEN})
    assert finding.status == "found"
    assert shape(finding) == [("pact", 10_000, True), ("wto", 30_000, True), ("general", 50_000, True)]
    assert (finding.value.best, finding.value.saving.minor, finding.value.possible_saving) == ("pact", 20_000, None)


def test_a_better_treatment_that_cannot_be_had_yet_is_a_possible_saving() -> None:
    finding = offer(FACTS)
    assert shape(finding) == [("wto", 30_000, True), ("general", 50_000, True), ("pact", 10_000, False)]
    assert (finding.value.best, finding.value.saving.minor, finding.value.possible_saving.minor) == ("wto", 0, 20_000)
    assert english(finding.value.treatments[2].missing) == [
        "a decision on origin under PACT", "a proof of origin under PACT: certificate of origin or declaration of origin",
    ]


def test_at_equal_duty_the_one_without_paper_is_best() -> None:
    finding = offer({**changed(code="111111112"), **OPEN})
    assert shape(finding) == [("general", 20_000, True), ("pact", 20_000, True)]


def test_a_bracketed_rate_is_left_out_and_the_working_says_so() -> None:
    finding = offer(changed(code="111111112"))
    assert "wto" not in [code for code, _, _ in shape(finding)]
    assert any("bound, but not applied" in step.formula for step in finding.working)


def test_the_temporary_rate_goes_in_the_place_of_the_general_even_where_it_is_higher() -> None:
    finding = offer(changed(code="222222222"))
    assert shape(finding) == [("temporary", 120_000, True), ("wto", 150_000, True)]


def test_treatments_are_open_by_origin_alone() -> None:
    assert shape(offer(changed(line={"origin": "VNM"}))) == [("general", 50_000, True)]
    unsaid = offer(changed(line={"origin": ""}))
    assert (unsaid.status, shape(unsaid)) == ("needs_review", [("general", 50_000, True)])
    decided = {"origin.decision/1": {"agreement": "PACT", "outcome": "originating", "origin": "CHN"}}
    assert offer({**changed(line={"origin": "VNM"}), **decided, **PROVEN}).value.best == "pact"


@pytest.mark.parametrize(
    ("decision", "missing"),
    [
        ({"agreement": "PACT", "outcome": "not_originating", "missing": [{"en": "a tariff shift", "zh": "税目改变"}]},
         ["origin: the goods do not originate under PACT", "a tariff shift"]),
        ({"agreement": "OTHER", "outcome": "originating"}, ["a decision on origin under PACT"]),
    ],
)
def test_without_origin_no_preference(decision: dict[str, Any], missing: list[str]) -> None:
    finding = offer({**FACTS, **PROVEN, "origin.decision/1": decision})
    assert english(finding.value.treatments[2].missing) == missing
    assert finding.value.best == "wto"


def test_goods_found_not_originating_are_no_possible_saving() -> None:
    decision = {"origin.decision/1": {"agreement": "PACT", "outcome": "not_originating"}}
    assert offer({**FACTS, **PROVEN, **decision}).value.possible_saving is None


def test_a_conditional_origin_makes_the_best_one_conditional_and_asks_a_person() -> None:
    decision = {
        "origin.decision/1": {
            "agreement": "PACT", "outcome": "conditional", "conditions": [{"en": "the rule is second-hand", "zh": "规则未核实"}],
        }
    }
    finding = offer({**FACTS, **PROVEN, **decision})
    assert (finding.status, finding.value.best, english(finding.reasons)) == ("needs_review", "pact", ["the rule is second-hand"])
    assert finding.value.treatments[0].conditional
    unproven = offer({**FACTS, **decision})
    assert (unproven.status, unproven.value.best) == ("found", "wto")


@pytest.mark.parametrize(
    ("proof", "word"),
    [
        ({"issued_on": date(2025, 6, 19)}, "validity ended on 2026-06-19"),
        ({"issued_on": date(2026, 6, 21)}, "after the entry"),
        ({"form": "approved_exporter_declaration"}, "not admitted"),
        ({"hs6": {"1": "999999"}}, "names HS 999999"),
        ({"quantities": {"1": "39"}}, "covers 39 of 40"),
        ({"lines": ["2"]}, "a proof of origin under PACT"),
        ({"agreement": "OTHER"}, "a proof of origin under PACT"),
    ],
)
def test_a_proof_that_does_not_bear_the_line_out_is_missing(proof: dict[str, Any], word: str) -> None:
    said = {"origin.proof/P1": {**PROVEN["origin.proof/P1"], **proof}}
    finding = offer({**FACTS, **ORIGINATING, **said})
    assert finding.value.best == "wto"
    assert word in finding.value.treatments[2].missing[0].en


@pytest.mark.parametrize("issued", [date(2025, 6, 20), DAY])
def test_a_proof_holds_from_its_day_for_twelve_months(issued: date) -> None:
    said = {"origin.proof/P1": {**PROVEN["origin.proof/P1"], "issued_on": issued}}
    assert offer({**FACTS, **ORIGINATING, **said}).value.best == "pact"


def test_one_good_proof_among_bad_ones_is_enough() -> None:
    old = {"origin.proof/P0": {**PROVEN["origin.proof/P1"], "issued_on": date(2020, 1, 1)}}
    assert offer({**FACTS, **OPEN, **old}).value.best == "pact"


def test_a_proof_with_another_criterion_is_a_condition() -> None:
    said = {"origin.proof/P1": {**PROVEN["origin.proof/P1"], "criterion": "RVC"}}
    finding = offer({**FACTS, **ORIGINATING, **said})
    assert (finding.status, english(finding.reasons)) == ("needs_review", ["the proof says criterion RVC, the decision WO"])


@pytest.mark.parametrize(
    ("plan", "best"),
    [
        ({"legs": [{"place": "CNSHA", "country": "CHN"}, {"place": "NPKTM", "country": "NPL"}]}, "pact"),
        ({"legs": [{"place": "KRPUS", "country": "KOR"}]}, "wto"),
        ({"legs": [{"place": "KRPUS", "country": "KOR", "customs_control": True, "operations": ["unloading"]}]}, "pact"),
        ({"legs": [{"place": "KRPUS", "country": "KOR"}], "through_bill": True}, "pact"),
        ({"legs": [{"place": "KRPUS", "country": "KOR", "operations": ["mixing"]}], "through_bill": True}, "wto"),
    ],
)
def test_direct_carriage_is_shown_by_the_route(plan: dict[str, Any], best: str) -> None:
    finding = offer({**FACTS, **OPEN, "transport.plan": plan})
    assert (finding.status, finding.value.best) == ("found", best)


def test_an_unknown_route_is_a_condition() -> None:
    facts = {**FACTS, **OPEN}
    del facts["transport.plan"]
    finding = offer(facts)
    assert (finding.status, finding.value.best) == ("needs_review", "pact")


def test_specific_duties_take_their_quantity_from_weight_or_traded_unit() -> None:
    finding = offer({**changed(code="333333333"), **OPEN})
    # 40 pieces × 2; the greater of 5 % and 9/kg × 1,000; 15/kg × 1,000
    assert shape(finding) == [("pact", 80, True), ("general", 15_000, True), ("wto", 50_000, True)]


def test_tonnes_are_kilograms_and_an_unknown_unit_is_missing_not_zero() -> None:
    facts = changed(code="333333333", line={"quantity": "2.5", "unit": "t"})
    facts["goods.line/1"].pop("net_kg")
    assert shape(offer(facts))[0] == ("general", 37_500, True)
    facts["goods.line/1"]["unit"] = "bushel"
    finding = offer(facts)
    assert finding.value.best == ""
    assert {one.duty for one in finding.value.treatments} == {None}
    assert finding.status == "needs_review"


def test_a_rate_known_only_as_text_has_no_duty_and_asks() -> None:
    finding = offer(changed(code="444444444"))
    assert shape(finding) == [("wto", 60_000, True), ("general", None, False)]
    assert finding.status == "needs_review"
    assert finding.value.treatments[1].rate == "by its kind"


def test_a_quota_rate_needs_a_quota() -> None:
    facts = {**changed(code="666666666"), **OPEN}
    finding = offer(facts)
    assert shape(finding) == [("pact", 250_000, True), ("general", 300_000, True), ("pact/in_quota", 0, False)]
    assert finding.value.possible_saving.minor == 250_000
    quota = {**changed(code="666666666", entry={"quota": True}), **OPEN}
    assert shape(offer(quota))[0] == ("pact", 0, True)


@pytest.mark.parametrize(
    ("season", "day", "inside"),
    [
        ("", date(2026, 1, 1), True),
        ("10-01..03-31", date(2026, 10, 1), True),
        ("10-01..03-31", date(2026, 3, 31), True),
        ("10-01..03-31", date(2026, 4, 1), False),
        ("11-01..02-29", date(2026, 2, 28), True),
        ("11-01..02-29", date(2028, 2, 29), True),
        ("03-01..10-31", date(2026, 2, 28), False),
    ],
)
def test_seasons_include_both_ends_and_may_run_over_the_new_year(season: str, day: date, inside: bool) -> None:
    assert in_season(season, day) is inside


@given(st.dates(date(2024, 1, 1), date(2032, 12, 31)))
def test_two_seasons_that_share_the_year_hold_on_every_day_exactly_once(day: date) -> None:
    for pair in (("10-01..03-31", "04-01..09-30"), ("11-01..02-29", "03-01..10-31"), ("12-01..05-31", "06-01..11-30")):
        assert [in_season(one, day) for one in pair].count(True) == 1


def test_a_seasonal_line_is_read_by_the_day_of_entry() -> None:
    assert shape(offer(changed(code="555555555"))) == [("general", 200_000, True)]
    winter = changed(code="555555555", entry={"day": date(2026, 12, 1)})
    assert shape(offer(winter)) == [("general", 400_000, True)]


def test_codes_may_be_written_with_points_and_a_wrong_one_is_told() -> None:
    assert offer(changed(code="1111.11-111")).value.code == "111111111"
    assert [problem.rule for problem in offer(changed(code="x")).problems] == ["D007"]
    unknown = offer(changed(code="111111119"))
    assert (unknown.status, unknown.value) == ("no_law", None)
    assert "111111111, 111111112" in unknown.reasons[0].en


def test_a_country_is_a_pack_and_one_without_a_pack_has_no_law() -> None:
    assert offer(changed(entry={"country": "KOR"})).status == "no_law"


def test_beyond_the_known_days_the_rate_is_for_review() -> None:
    finding = offer(changed(entry={"day": date(2027, 4, 1)}))
    assert (finding.status, finding.value.best) == ("needs_review", "wto")


def test_it_waits_for_terms_and_codes() -> None:
    for place, topic in (("trade.terms", "trade.terms"), ("import.line/1", "import.line"), ("import.entry", "import.entry")):
        facts = dict(FACTS)
        del facts[place]
        finding = offer(facts)
        assert (finding.status, [wait.topic for wait in finding.waits]) == ("waits", [topic])


def test_every_sentence_is_in_both_languages() -> None:
    for facts in (FACTS, {**FACTS, **OPEN}, changed(code="444444444"), changed(code="9"), changed(line={"amount": "JPY 0"})):
        assert in_both_languages(offer(facts))


@given(
    st.sampled_from(["111111111", "111111112", "222222222", "333333333", "444444444", "666666666", "777777777"]),
    st.booleans(), st.booleans(), st.booleans(), st.integers(1, 10**9),
)
def test_the_best_is_never_dearer_than_any_available_one(code: str, decided: bool, proven: bool, quota: bool, yen: int) -> None:
    facts = {**changed(code=code, entry={"quota": quota}, line={"amount": f"JPY {yen}"})}
    facts |= ORIGINATING if decided else {}
    facts |= PROVEN if proven else {}
    value = offer(facts).value
    open_ones = [one for one in value.treatments if one.available]
    assert value.best == open_ones[0].code
    assert all(open_ones[0].duty.minor <= one.duty.minor for one in open_ones)
    assert value.saving.minor >= 0
    assert value.possible_saving is None or value.possible_saving.minor > 0
    assert all(one.available == (not one.missing) for one in value.treatments)


@given(st.integers(1, 10**8), st.integers(1, 10**8))
def test_a_dearer_good_never_pays_less(first: int, second: int) -> None:
    low, high = sorted((first, second))
    duties = [shape(offer(changed(line={"amount": f"JPY {yen}"})))[0][1] for yen in (low, high)]
    assert duties[0] is not None
    assert duties[1] is not None
    assert duties[0] <= duties[1]


def test_the_law_of_a_made_country_is_enough() -> None:
    law = country_law("111111111 general 7%")
    assert shape(offer(FACTS, law)) == [("general", 70_000, True)]


def test_a_proof_may_write_its_subheading_with_points_or_to_eight_digits() -> None:
    for said, available in (("1111.11", True), ("11111190", True), ("222222", False)):
        proof = {"origin.proof/P1": {**PROVEN["origin.proof/P1"], "hs6": {"1": said}}}
        (pact,) = [one for one in offer({**FACTS, **ORIGINATING, **proof}).value.treatments if one.code == "pact"]
        assert pact.available is available


def test_a_criterion_is_compared_without_what_stands_beside_it() -> None:
    decided = {"origin.decision/1": {"agreement": "PACT", "outcome": "originating", "criterion": "CTC ACU DMI"}}
    for said, status in (("CTC", "found"), ("CTC, ACU", "found"), ("WO", "needs_review")):
        proof = {"origin.proof/P1": {**PROVEN["origin.proof/P1"], "criterion": said}}
        assert offer({**FACTS, **decided, **proof}).status == status


def test_the_origin_that_the_decision_names_needs_no_other_word() -> None:
    decided = {"origin.decision/1": {**ORIGINATING["origin.decision/1"], "origin": "CHN"}}
    finding = offer({**changed(line={"origin": ""}), **decided, **PROVEN})
    assert (finding.status, finding.value.best) == ("found", "pact")


def test_operations_on_the_way_are_read_in_the_agreements_own_words() -> None:
    table = (TableSpec(("operation",), {"allowed": "bool"}), [{"operation": "splitting", "allowed": "true"}])
    for operation, own, available in (
        ("Simple Splitting", True, True), ("splitting", False, False), ("Transhipment", False, True), ("storing", True, False),
    ):
        law = country_law(**{"PACT/direct_consignment": table}) if own else LAW
        leg = {"place": "KRPUS", "country": "KOR", "operations": [operation], "customs_control": True}
        facts = {**FACTS, **ORIGINATING, **PROVEN, "transport.plan": {"legs": [leg]}}
        (pact,) = [one for one in offer(facts, law).value.treatments if one.code == "pact"]
        assert pact.available is available, operation


def test_the_only_rate_that_is_open_but_not_computed_is_not_called_out_of_reach() -> None:
    finding = offer(changed(code="333333333", line={"net_kg": None, "origin": "RUS"}))
    assert (finding.status, finding.value.best) == ("needs_review", "")
    assert english(finding.reasons) == ["general is open, but not computed: the quantity in kg, which the rate needs"]


def test_a_condition_that_the_tariff_does_not_have_is_refused() -> None:
    facts = {**FACTS, "import.line/1": {"code": "666666666", "condition": "in quota"}}
    assert [problem.rule for problem in offer(facts).problems] == ["D008"]


def test_a_form_that_not_every_party_has_opened_is_a_condition() -> None:
    forms = [{"form": "certificate", "open": "true"}, {"form": "declaration", "open": "false"}]
    law = country_law(**{"PACT/proofs": (TableSpec(("form",), {"open": "bool"}), forms)})
    for form, status in (("certificate", "found"), ("declaration", "needs_review")):
        proof = {"origin.proof/P1": {**PROVEN["origin.proof/P1"], "form": form}}
        finding = offer({**FACTS, **ORIGINATING, **proof}, law)
        assert (finding.status, finding.value.best) == (status, "pact")


def test_a_back_to_back_proof_rests_on_the_original() -> None:
    proof = {"origin.proof/P1": {**PROVEN["origin.proof/P1"], "back_to_back": True}}
    finding = offer({**FACTS, **ORIGINATING, **proof})
    assert finding.status == "needs_review"
    assert "original proof" in finding.reasons[0].en
    assert offer({**FACTS, **ORIGINATING, **proof, "origin.proof/P2": PROVEN["origin.proof/P1"]}).status == "found"


def test_what_a_value_lacks_to_a_price_is_reckoned_on_the_value_not_on_its_cut_base() -> None:
    cut = (TableSpec(("name",), {"value": "decimal", "rounding": "text"}),
           [{"name": name, "value": step, "rounding": "down"} for name, step in (
               ("value_step", "1"), ("base_step", "1000"), ("duty_step", "1"))])  # fmt: skip
    law = country_law("777777771 general min(50%,_(JPY_1000_-_value)/kg)", **{"NP/limits": cut})
    finding = offer(changed(code="777777771", line={"amount": "JPY 999900", "net_kg": "1000"}), law)
    assert shape(finding) == [("general", 100, True)]


def test_origin_decided_for_other_goods_than_those_entered_opens_no_agreement() -> None:
    finding = offer({**changed(line={"hs": "222222"}), **OPEN})
    assert shape(finding)[-1] == ("pact", 10_000, False)
    assert english(finding.value.treatments[-1].missing) == [
        "one HS code for the goods: origin is decided for 222222, the entry names 111111"
    ]
    assert shape(offer({**changed(line={"hs": "11111199"}), **OPEN}))[0] == ("pact", 10_000, True)


@pytest.mark.parametrize("country", ["", "JP", "npl", "中国"])
def test_what_is_no_country_code_is_asked_for_and_not_called_unknown_law(country: str) -> None:
    finding = offer({**FACTS, "import.entry": {"country": country, "day": DAY}})
    assert finding.status == "no_law"
    assert "is no country: write the three letters" in finding.reasons[0].en


def test_digits_of_other_scripts_are_no_tariff_code() -> None:
    assert [problem.rule for problem in offer(changed(code="１１１１１１１１１")).problems] == ["D007"]


def test_papers_in_conflict_are_left_out_and_the_offer_says_so() -> None:
    proof = PROVEN["origin.proof/P1"]
    finding = offer({**FACTS, **ORIGINATING, "origin.proof/P1": [proof, {**proof, "issued_on": DAY}]})
    assert shape(finding)[-1] == ("pact", 10_000, False)
    assert finding.status == "needs_review"
    assert any("statements on origin.proof contradict each other" in text.en for text in finding.reasons)


def test_a_code_that_is_on_file_is_never_called_unknown_where_no_rate_is_open_to_the_origin() -> None:
    law = country_law(**{"NP/eligible": (TableSpec(("origin", "treatment")), [{"origin": "USA", "treatment": "wto"}])})
    finding = offer(FACTS, law)
    assert finding.status == "no_law"
    assert english(finding.reasons) == ["no rate of 111111111 on file or stated is open to goods of origin CHN"]
