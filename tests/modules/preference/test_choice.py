"""Which way in is the cheapest that the law allows, and what the others would take."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.kernel.money import Money
from tests.modules.preference.making_preference import choice, decisions, finding, offer, total, treatment, way

PROOF = "a proof of origin"


def yen(amount: int) -> Money:
    return Money(amount, "JPY")


def test_where_no_import_is_planned_there_is_nothing_and_nobody_waits() -> None:
    assert finding({"goods.line/1": {"hs": "111111"}}) is None
    assert finding({"goods.line/1": {"hs": "111111"}}, "preference.total") is None


def test_what_can_be_had_now_comes_first_by_cost_then_the_nearly_then_the_closed() -> None:
    facts = {
        **offer("1", treatment("general", 90), treatment("wto", 50), treatment("rcep", 10, (PROOF,)), treatment("gone", 0, ("origin",)),
                treatment("acfta", 5, (PROOF, "a route"))),
        **decisions("1", RCEP="originating", ACFTA="conditional", GONE="not_originating"),
    }  # fmt: skip
    made = choice(facts)
    assert [(one.code, one.state) for one in made.ways] == [
        ("wto", "now"), ("general", "now"), ("acfta", "nearly"), ("rcep", "nearly"), ("gone", "closed"),
    ]  # fmt: skip
    assert (made.best, made.better, made.possible) == ("wto", "acfta", yen(45))
    assert [(one.code, one.saving) for one in made.ways if one.saving] == [("acfta", yen(45)), ("rcep", yen(40)), ("gone", yen(50))]


def test_of_equals_the_one_that_takes_no_papers_wins() -> None:
    made = choice({**offer("1", treatment("rcep", 0), treatment("wto", 0)), **decisions("1", RCEP="originating")})
    assert [one.code for one in made.ways] == ["wto", "rcep"]
    assert way(made, "rcep").saving == yen(0)
    assert "No agreement would save anything." in made.advice.en


def test_trade_measures_count() -> None:
    measure = {"measure": "m", "kind": "safeguard", "name": {"en": "m", "zh": "m"}, "rate": "1%", "duty": {"minor": 100, "currency": "JPY"}}
    made = choice(offer("1", treatment("wto", 10, measures=[measure]), treatment("general", 60)))
    assert (made.best, way(made, "wto").cost) == ("general", yen(110))
    unknown = {**measure, "duty": None}
    made = choice(offer("1", treatment("wto", 10, measures=[unknown]), treatment("general", 60)))
    assert (made.best, way(made, "wto").cost) == ("general", None)


def test_the_advice_names_saving_paper_giver_and_day_in_both_languages() -> None:
    facts = {**offer("1", treatment("wto", 41200), treatment("rcep", 10000, (PROOF,))), **decisions("1", RCEP="originating")}
    advice = choice(facts).advice
    assert advice.en == (
        "Enter under WTO rate (5%, JPY 41,200): it takes no proof of origin. RCEP (5%, JPY 10,000) would save JPY 31,200: "
        "it takes a certificate of origin (GACC or CCPIT), in hand on 2027-03-01. Still open: a proof of origin."
    )
    assert "节省 JPY 31,200" in advice.zh
    assert "海关或贸促会" in advice.zh


def test_an_agreement_that_can_be_used_now_is_told_with_its_saving() -> None:
    facts = {**offer("1", treatment("wto", 41200), treatment("rcep", 10000)), **decisions("1", RCEP="originating")}
    assert choice(facts).advice.en == "Use RCEP (5%, JPY 10,000): it saves JPY 31,200, and what it takes is on file."


def test_an_agreement_that_shuts_the_goods_out_is_named_and_never_advised() -> None:
    facts = {**offer("1", treatment("wto", 50), treatment("rcep", 0, ("origin",))), **decisions("1", RCEP="not_originating")}
    made = choice(facts)
    assert (made.best, made.better, made.possible) == ("wto", "", None)
    assert made.advice.en.endswith("The goods do not originate under RCEP.")


def test_where_nothing_can_be_had_what_is_nearly_there_is_told() -> None:
    made = choice({**offer("1", treatment("rcep", 10, (PROOF,))), **decisions("1", RCEP="originating")})
    assert (made.best, made.better, made.possible) == ("", "rcep", None)
    assert made.advice.en.startswith("Nothing can be had as things stand. RCEP (5%, JPY 10) is nearly open")


def test_a_way_that_cannot_be_computed_is_never_the_best() -> None:
    made = choice(offer("1", treatment("wto", None, ("a quantity",)), treatment("general", 70)))
    assert (made.best, made.better) == ("general", "")


def test_an_agreement_without_a_rate_on_file_is_shown_and_not_advised() -> None:
    facts = {**offer("1", treatment("wto", 50)), **decisions("1", RCEP="originating", OTHER="conditional", GONE="not_originating")}
    made = choice(facts)
    assert [(one.agreement, one.cost, one.missing[0].en) for one in made.ways[1:]] == [
        ("RCEP", None, "no rate for 111111111 is on file"), ("OTHER", None, "no rate for 111111111 is on file"),
    ]  # fmt: skip
    assert made.better == ""


def test_a_call_elsewhere_asks_for_evidence_of_transit_and_a_quota_for_its_share() -> None:
    plan = {"legs": [{"place": "CNSHA", "country": "CHN"}, {"place": "SGSIN", "country": "SGP"}, {"place": "NP", "country": "NPL"}]}
    facts = {**offer("1", treatment("wto/in_quota", 0, ("a share",)), treatment("wto", 9), treatment("rcep", 1, (PROOF,))),
             **decisions("1", RCEP="originating"), "transport.plan": plan}  # fmt: skip
    made = choice(facts)
    assert [paper.kind for paper in way(made, "rcep").documents] == ["proof", "transit"]
    assert [paper.kind for paper in way(made, "wto/in_quota").documents] == ["quota"]
    assert way(made, "wto").documents == ()
    straight = {**facts, "transport.plan": {"legs": [plan["legs"][0], plan["legs"][2]]}}
    assert [paper.kind for paper in way(choice(straight), "rcep").documents] == ["proof"]


def test_a_treatment_that_the_declarant_states_is_its_agreements() -> None:
    stated = {"source": "tariff book, p. 1", "rates": [{"treatment": "new_pact", "duty": "1%", "agreement": "NEW"}]}
    made = choice({**offer("1", treatment("wto", 50), treatment("new_pact", 10, (PROOF,))), "import.rates/1": stated})
    assert (way(made, "new_pact").agreement, way(made, "new_pact").saving) == ("NEW", yen(40))
    assert "declaration" in way(made, "new_pact").documents[0].name.en


# -- the consignment --------------------------------------------------------------------------------------------------


def consignment() -> dict[str, Any]:
    return {
        **offer("1", treatment("wto", 100), treatment("rcep", 20, (PROOF,)), treatment("acfta", 60)),
        **offer("2", treatment("wto", 50), treatment("rcep", 10, (PROOF,))),
        **offer("10", treatment("wto", 30), treatment("rcep", 40, (PROOF,))),
        **decisions("1", RCEP="originating", ACFTA="originating"), **decisions("2", RCEP="originating"),
        **decisions("10", RCEP="originating"),
    }  # fmt: skip


def test_the_consignment_sums_each_line_by_its_best() -> None:
    made = total(consignment())
    assert (made.without, made.now, made.could) == (yen(180), yen(140), yen(60))
    assert [(one.agreement, one.state, one.lines, one.cost, one.saving) for one in made.agreements] == [
        ("ACFTA", "now", ("1",), yen(140), yen(40)), ("RCEP", "nearly", ("1", "2"), yen(60), yen(120)),
    ]  # fmt: skip
    assert [len(one.documents) for one in made.agreements] == [1, 1]
    assert made.advice.en == (
        "As things stand the consignment pays JPY 140, JPY 40 less than without agreements. RCEP on lines 1, 2 would save "
        "JPY 120 compared with no agreement: it takes a certificate of origin (GACC or CCPIT), in hand on 2027-03-01."
    )


def test_one_line_needs_no_total() -> None:
    assert finding(offer("1", treatment("wto", 1)), "preference.total") is None


def test_a_line_without_a_known_duty_leaves_the_sum_unknown() -> None:
    made = total({**offer("1", treatment("wto", 1)), **offer("2", treatment("wto", None, ("a quantity",)))})
    assert (made.without, made.now, made.could, made.agreements) == (None, None, None, ())
    assert made.advice.en.startswith("The duty of the whole consignment is not known yet.")


ANY = st.lists(
    st.tuples(st.sampled_from(["wto", "general", "rcep", "acfta", "gone"]), st.none() | st.integers(0, 200), st.booleans()),
    min_size=1, max_size=5, unique_by=lambda one: one[0],
)  # fmt: skip
OUTCOMES = st.fixed_dictionaries(
    dict.fromkeys(("RCEP", "ACFTA", "GONE"), st.sampled_from(["originating", "conditional", "not_originating"]))
)


@given(ANY, OUTCOMES)
def test_nothing_cheaper_can_be_had_than_the_best_and_the_order_of_the_offer_does_not_matter(
    entries: list[tuple[str, int | None, bool]], outcomes: dict[str, str]
) -> None:
    shown = [treatment(code, duty, () if open_ else (PROOF,)) for code, duty, open_ in entries]
    made = choice({**offer("1", *shown), **decisions("1", **outcomes)})
    again = choice({**offer("1", *reversed(shown)), **decisions("1", **outcomes)})
    assert (made.best, made.better) == (again.best, again.better) or len({duty for _, duty, _ in entries}) < len(entries)
    had = [one for one in made.ways if one.state == "now"]
    assert (made.best != "") == bool(had)
    known = [one.cost.minor for one in had if one.cost is not None]
    if known:
        assert way(made, made.best).cost == yen(min(known))
    if made.better:
        assert way(made, made.better).state == "nearly"
    assert made.advice.en
    assert made.advice.zh


@given(st.integers(0, 300), st.integers(0, 300))
@pytest.mark.parametrize("state", ["now", "nearly"])
def test_a_saving_is_the_difference_to_the_best_without_an_agreement(state: str, plain: int, cheap: int) -> None:
    shown = treatment("rcep", cheap, () if state == "now" else (PROOF,))
    made = choice({**offer("1", treatment("wto", plain), shown), **decisions("1", RCEP="originating")})
    assert way(made, "rcep").saving == yen(plain - cheap)
    assert way(made, made.best).cost == yen(min(plain, cheap) if state == "now" else plain)


def test_a_trade_measure_stands_in_the_advice_beside_the_rate_that_it_makes_dearer() -> None:
    name = {"en": "Section 301", "zh": "301条款"}
    extra = {"measure": "301", "kind": "section_301", "name": name, "rate": "25%", "duty": {"minor": 250, "currency": "JPY"}}
    marker = {**extra, "name": {"en": "review", "zh": "复审"}, "rate": "free", "duty": {"minor": 0, "currency": "JPY"}}
    made = choice(offer("1", treatment("wto", 0, measures=[extra, marker])))
    assert made.advice.en == "Enter under WTO rate (free and Section 301 25%, JPY 250): it takes no proof of origin."
    assert made.advice.zh == "按WTO rate申报（免税，另加301条款 25%，JPY 250），无需原产地证明。"
