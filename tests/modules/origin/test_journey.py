"""Minimal operations, and the way to the importing Party."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.kernel.vocabulary.trade import Leg
from entrepot.modules.origin.rules.journey import beyond_minimal, consigned, operation_word
from tests.making import law
from tests.modules.origin.origin_making import CARBON, OIL, asked, both, decided, english, outcome_of, weighed

MINIMAL = sorted(row.keys["operation"] for row in law("RCEP").tables["RCEP/minimal_operations"].everything())
KOREAN = {"origin": "KOR", "originating": True, "proof": "K-1"}


@pytest.mark.parametrize("said", ["mixing", "Simple Mixing", "simple-mixing", " simple_mixing "])
def test_an_operation_is_known_in_many_spellings(said: str) -> None:
    assert operation_word(said) == "mixing"


@pytest.mark.parametrize("operation", MINIMAL)
def test_each_minimal_operation_alone_gives_no_origin(operation: str) -> None:
    bill = {"materials": [OIL], "operations": [operation]}
    finding = decided(bill)
    assert (finding.status, finding.value.outcome) == ("found", "not_originating")
    assert outcome_of(weighed(bill), "minimal operations").passed is False


@given(st.lists(st.sampled_from(MINIMAL), min_size=1, max_size=6))
def test_any_combination_of_minimal_operations_is_minimal(operations: list[str]) -> None:
    assert beyond_minimal(operations, MINIMAL.__contains__) is False
    assert beyond_minimal([*operations, "chemical_reaction"], MINIMAL.__contains__) is True


def test_grinding_with_special_machines_is_said_so_and_counts() -> None:
    assert decided({"materials": [OIL], "operations": ["grinding"]}).value.outcome == "not_originating"
    assert decided({"materials": [OIL], "operations": ["special grinding"]}).value.outcome == "originating"


@pytest.mark.parametrize(
    ("operations", "beyond"),
    [
        (["assembling"], None),
        (["assembly", "packing"], None),
        (["simple assembly", "packing"], False),
        (["Simple assembling"], False),
        (["special assembling"], True),
        (["assembling", "welding"], True),
        (["packing", "without_like_materials", "sugar_within_40_weight", "grapes obtained"], False),
        (["from_yarn"], None),
    ],
)
def test_an_assembly_is_simple_only_where_it_is_said_to_be(operations: list[str], beyond: bool | None) -> None:
    assert beyond_minimal(operations, {"assembling", "packing"}.__contains__) is beyond
    assert beyond_minimal(["assembling"], MINIMAL.__contains__) is True  # an agreement that does not name it


def test_operations_not_stated_are_asked_for() -> None:
    """What only minimal operations might have made does not originate without more ado."""
    decision, margin = both({"materials": [OIL], "operations": []})
    assert margin is not None
    assert (decision.value.outcome, decision.value.criterion) == ("conditional", "CTC")
    assert "operations of making are not stated" in decision.value.conditions[0].en
    assert (asked(decision), asked(margin)) == ([], ["OR13"])


def test_originating_materials_may_be_handled_as_little_as_one_likes() -> None:
    local = {**OIL, "origin": "CHN", "originating": True, "proof": "s"}
    finding = decided({"materials": [local], "operations": ["packing"]})
    assert (finding.value.outcome, finding.value.criterion) == ("originating", "PE")


# -- direct consignment -------------------------------------------------------------------------------------------------


def by_way_of(find: Any = decided, **leg: Any) -> Any:
    legs = [
        {"place": "CNSHA", "country": "CHN"},
        {"place": "KRPUS", "country": "KOR", **leg},
        {"place": "JPOSA", "country": "JPN"},
    ]
    return find({"materials": [OIL], "operations": ["cracking"]}, facts={"transport.plan": {"legs": legs}})


def test_a_call_under_customs_control_for_logistics_keeps_origin() -> None:
    call = {"operations": ["unloading", "storing", "transhipment"], "customs_control": True}
    finding = by_way_of(**call)
    assert (finding.status, finding.value.outcome) == ("found", "originating")
    assert outcome_of(by_way_of(weighed, **call), "direct consignment").passed is True


def test_leaving_customs_control_loses_it() -> None:
    finding = by_way_of(customs_control=False)
    assert (finding.value.outcome, finding.value.criterion, finding.value.origin) == ("not_originating", "", "")
    assert "left customs control in KRPUS" in english(finding.value.missing)


def test_a_through_bill_shows_customs_control_unless_it_was_left() -> None:
    calls = {"place": "KRPUS", "country": "KOR", "operations": ["transhipment"]}
    for control, outcome in ((None, "originating"), (False, "not_originating")):
        leg = calls if control is None else {**calls, "customs_control": control}
        plan = {"transport.plan": {"legs": [leg], "bill_no": "B1", "through_bill": True}}
        finding = decided({"materials": [OIL], "operations": ["cracking"]}, facts=plan)
        assert finding.value.outcome == outcome


def test_what_is_not_known_of_a_call_is_a_condition() -> None:
    assert "stay under customs control in KRPUS" in english(by_way_of().value.conditions)
    finding = by_way_of(operations=["assembling"], customs_control=True)
    assert (finding.status, finding.value.outcome) == ("needs_review", "conditional")
    assert "'assembling' in KRPUS is no more than logistics" in english(finding.value.conditions)


def test_calls_in_the_two_parties_are_no_calls_on_the_way() -> None:
    legs = (Leg("CNYIC", "CHN", operations=("packing",)), Leg("CNSHA", "CHN"), Leg("JPOSA", "JPN"))
    assert consigned(legs, "CHN", "JPN", lambda word: None) is None


def test_an_operation_that_is_ruled_out_breaks_consignment() -> None:
    result = consigned(
        (Leg("KRPUS", "KOR", operations=("dyeing",), customs_control=True),), "CHN", "JPN", lambda w: False
    )
    assert result is not None
    assert result.test.passed is False


def test_the_journey_is_not_looked_at_where_the_goods_do_not_originate() -> None:
    legs = [{"place": "KRPUS", "country": "KOR"}]
    margin = weighed({"materials": [{**CARBON, "value": "CNY 900.00"}]}, facts={"transport.plan": {"legs": legs}})
    assert not [test for test in margin.value.tests if test.rule == "direct consignment"]
