"""Rates that a declarant reads from the tariff book."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from entrepot.kernel.law import TableSpec
from entrepot.kernel.vocabulary.customs import StatedRates
from entrepot.modules.duty.rules.offer import cost_of
from entrepot.modules.duty.rules.stated import holds
from tests.modules.duty.making_duty import DAY, FACTS, ORIGINATING, PROVEN, changed, country_law, english, offer, shape

SPARE = country_law("999999999 general 9%")


def stated(*rates: tuple[str, str], **more: Any) -> dict[str, Any]:
    return {"import.rates/1": {"source": "book, p. 7", "rates": [{"treatment": t, "duty": d} for t, d in rates], **more}}


def test_a_stated_rate_stands_in_where_the_tariff_is_silent_and_says_so() -> None:
    finding = offer({**FACTS, **stated(("wto", "6.5%"))}, SPARE)
    assert (finding.status, shape(finding)) == ("needs_review", [("wto", 65_000, True)])
    assert "rates as stated from book, p. 7, not checked against law" in english(finding.reasons)


def test_a_country_without_a_tariff_is_answered_from_stated_rates() -> None:
    law = country_law()
    del law.tables["NP/tariff"]
    assert offer(FACTS, law).status == "no_law"
    assert shape(offer({**FACTS, **stated(("wto", "1%"))}, law)) == [("wto", 10_000, True)]


def test_the_rate_on_file_counts_and_another_one_stated_is_told() -> None:
    finding = offer({**FACTS, **stated(("wto", "4%"), ("general", "5%"))})
    assert shape(finding)[:2] == [("wto", 30_000, True), ("general", 50_000, True)]
    assert english(finding.reasons) == ["wto: the rate stated from book, p. 7 is another than the one on file"]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ({}, True), ({"until": DAY}, True), ({"since": DAY}, True),
        ({"until": date(2026, 6, 19)}, False), ({"since": date(2026, 6, 21)}, False),
    ],
)
def test_stated_rates_hold_from_their_first_day_to_their_last(days: dict[str, Any], expected: bool) -> None:
    assert holds(StatedRates("book", **days), DAY) is expected
    finding = offer({**FACTS, **stated(("wto", "1%"), **days)}, SPARE)
    assert finding.status == ("needs_review" if expected else "no_law")


def test_an_agreement_that_the_pack_does_not_know_rests_on_the_declarants_word() -> None:
    rates = {"import.rates/1": {"source": "book", "rates": [{"treatment": "new_pact", "duty": "free", "agreement": "PACT"}]}}
    finding = offer({**FACTS, **rates, **ORIGINATING, **PROVEN}, SPARE)
    assert shape(finding) == [("new_pact", 0, True)]
    assert any("is open to goods of this origin" in reason for reason in english(finding.reasons))


def test_a_treatment_that_is_not_open_to_the_origin_stays_shut() -> None:
    assert shape(offer({**changed(line={"origin": "RUS"}), **stated(("wto", "5%"), ("general", "40%"))}, SPARE)) == [
        ("general", 400_000, True)
    ]


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"source": " "}, "D016"),
        ({"rates": [{"treatment": "wto", "duty": "6,5%"}]}, "D017"),
        ({"measures": [{"measure": "m", "duty": "%"}]}, "D017"),
        ({"consumption_tax": "ten"}, "D017"),
        ({"vat": "13"}, "D017"),
        ({"rates": [{"treatment": "wto", "duty": "1%"}, {"treatment": "wto", "duty": "2%"}]}, "D018"),
        ({"rates": [{"treatment": "wot", "duty": "1%"}]}, "D022"),
    ],
)
def test_what_is_badly_stated_is_refused(fields: dict[str, Any], rule: str) -> None:
    finding = offer({**FACTS, "import.rates/1": {"source": "book", **fields}})
    assert (finding.status, [problem.rule for problem in finding.problems]) == ("refused", [rule])


RATES = st.lists(
    st.tuples(st.sampled_from(["general", "wto", "temporary", "pact"]), st.integers(0, 60)),
    min_size=1, max_size=4, unique_by=lambda one: one[0],
)


@given(RATES, st.randoms(use_true_random=False))
def test_the_order_in_which_rates_are_stated_does_not_matter(rates: list[tuple[str, int]], shuffle: Any) -> None:
    def found(order: list[tuple[str, int]]) -> Any:
        facts = {**FACTS, **ORIGINATING, **PROVEN, **stated(*((t, f"{n}%") for t, n in order))}
        return offer(facts, SPARE).value

    mixed = list(rates)
    shuffle.shuffle(mixed)
    assert found(rates) == found(mixed)


@given(RATES)
def test_the_best_treatment_is_never_dearer_than_another_that_can_be_had(rates: list[tuple[str, int]]) -> None:
    value = offer({**FACTS, **ORIGINATING, **PROVEN, **stated(*((t, f"{n}%") for t, n in rates))}, SPARE).value
    costs = {one.code: cost for one in value.treatments if one.available and (cost := cost_of(one)) is not None}
    if costs:
        assert costs[value.best].minor == min(cost.minor for cost in costs.values())


@given(st.integers(1, 10**8), st.integers(0, 10**8), st.sampled_from(["6.5%", "max(3%, JPY 20/kg)", "2% + JPY 3/kg", "free"]))
def test_duty_never_falls_as_the_value_rises(amount: int, more: int, rate: str) -> None:
    duties = []
    for one in (amount, amount + more):
        finding = offer({**changed(line={"amount": f"JPY {one}"}), **stated(("wto", rate))}, SPARE)
        duties.append(finding.value.treatments[0].duty.minor)
    assert duties[0] <= duties[1]


# -- trade measures ------------------------------------------------------------------------------------------------------

MEASURES = TableSpec(
    ("code", "origin", "measure", "company"),
    {"duty": "duty", "kind": "text", "name_en": "text", "name_zh": "text", "text": "text", "not_under": "list"},
    goods_code="code",
)


def measured(*rows: dict[str, str]) -> Any:
    blank = {"company": "", "kind": "anti_dumping", "name_en": "dumping", "name_zh": "反倾销", "text": "", "not_under": "", "duty": ""}
    return country_law(**{"NP/measures": (MEASURES, [{**blank, **row} for row in rows])})


def added(facts: dict[str, Any], law: Any) -> dict[str, list[tuple[str, int | None]]]:
    return {
        one.code: [(extra.measure, extra.duty.minor if extra.duty else None) for extra in one.measures]
        for one in offer(facts, law).value.treatments
    }


def test_measures_of_every_length_of_code_are_added_and_a_longer_row_replaces_a_shorter_one() -> None:
    law = measured(
        {"code": "1111", "origin": "CHN", "measure": "a", "duty": "10%"},
        {"code": "11111111", "origin": "CHN", "measure": "a", "duty": "2%"},
        {"code": "", "origin": "*", "measure": "b", "duty": "1%"},
        {"code": "1111", "origin": "RUS", "measure": "c", "duty": "50%"},
    )
    assert added(FACTS, law)["wto"] == [("b", 10_000), ("a", 20_000)]
    assert offer(FACTS, law).value.best == "wto"


def test_a_producer_has_its_own_rate_and_all_others_another() -> None:
    law = measured(
        {"code": "1111", "origin": "CHN", "measure": "a", "duty": "40%"},
        {"code": "1111", "origin": "CHN", "measure": "a", "company": "Example Works", "duty": "4%"},
    )
    assert added(FACTS, law)["wto"] == [("a", 400_000)]
    assert added({**FACTS, "trade.party/producer": {"name": "EXAMPLE WORKS"}}, law)["wto"] == [("a", 40_000)]


def test_a_measure_may_leave_a_treatment_out_and_change_which_is_best() -> None:
    law = measured({"code": "1111", "origin": "CHN", "measure": "a", "duty": "40%", "not_under": "pact|general"})
    assert offer(FACTS, law).value.best == "general"
    assert added(FACTS, law) == {"general": [], "pact": [], "wto": [("a", 400_000)]}


def test_a_measure_published_as_text_leaves_no_treatment_available() -> None:
    finding = offer(FACTS, measured({"code": "1111", "origin": "CHN", "measure": "a", "text": "by its kind"}))
    assert not any(one.available for one in finding.value.treatments)
    assert any("published as text" in text for text in english(finding.value.treatments[0].missing))


@given(st.integers(0, 90), st.integers(0, 90), st.integers(0, 90))
def test_unproven_origin_costs_the_general_rate_or_both_rates_together_whichever_is_more(
    mfn: int, general: int, extra: int
) -> None:
    law = country_law("999999999 general 9%")
    traits = {"currency": "JPY", "unproven_origin": "highest"}
    law.packs = (structs.replace(law.packs[0], traits=traits),)
    rates = stated(("wto", f"{mfn}%"), ("general", f"{general}%"), measures=[{"measure": "a", "duty": f"{extra}%"}])
    facts = {**FACTS, **rates}
    facts["import.line/1"] = {"code": "111111111", "origin_excluded": False}
    (wto,) = [one for one in offer(facts, law).value.treatments if one.code == "wto"]
    cost = cost_of(wto)
    assert cost is not None
    assert cost.minor == max(mfn + extra, general) * 10_000
