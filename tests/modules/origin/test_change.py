"""Change of classification, and de minimis."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entrepot.modules.origin.facts import ChangeTest, CodeRange
from entrepot.modules.origin.rules.change import changes, excludes
from entrepot.modules.origin.rules.grammar import parse_rule
from tests.modules.origin.origin_making import CARBON, OIL, both, decided, english, outcome_of, weighed


@pytest.mark.parametrize(
    ("rule", "material", "changed"),
    [
        ("CC", "270799", True),
        ("CC", "280410", False),
        ("CTH", "280410", True),
        ("CTH", "280300", False),
        ("CTSH", "280300", False),
        ("CTSH", "280390", True),
        ("CTH", "28", None),
        ("CTH", "27", True),
        ("CC", "", None),
        ("CC except from chapter 27", "270799", False),
        ("CC except from heading 2708", "270799", True),
        ("CC except from heading 2708", "27", None),
        ("CC except from headings 2701 to 2708", "270799", False),
    ],
)
def test_a_material_changes_or_not(rule: str, material: str, changed: bool | None) -> None:
    [[test]] = parse_rule(rule).alternatives
    assert isinstance(test, ChangeTest)
    assert changes("280300", material, test) is changed


def test_an_excluded_range_includes_both_ends() -> None:
    place = CodeRange("5106", "5113")
    assert [excludes(place, code) for code in ("510500", "510610", "511390", "511400", "51", "52")] == [
        False, True, True, False, None, False,
    ]  # fmt: skip


def test_w2_5_what_does_not_change_may_be_a_tenth_of_the_value() -> None:
    bill = {"fob": "CNY 10000.00", "materials": [{**CARBON, "value": "CNY 980.00"}, {**OIL, "value": "CNY 4700.00"}]}
    finding = decided(bill)
    assert (finding.status, finding.value.outcome, finding.value.criterion) == ("found", "originating", "CTC DMI")
    assert outcome_of(weighed(bill), "CTH").percent == Decimal("9.8")
    assert outcome_of(weighed(bill), "RVC40").percent == Decimal("43.2")


@pytest.mark.parametrize(("value", "passed"), [("CNY 100.00", True), ("CNY 100.01", False)])
def test_a_tenth_itself_is_let_pass(value: str, passed: bool) -> None:
    margin = weighed({"materials": [{**CARBON, "value": value}, {**OIL, "value": "CNY 850.00"}]})
    assert outcome_of(margin, "CTH").passed is passed
    assert passed or outcome_of(margin, "CTH").percent == Decimal("10.001")


def test_deductions_do_not_help_de_minimis() -> None:
    margin = weighed({"materials": [{**CARBON, "value": "CNY 110.00", "deductible": "CNY 20.00"}]})
    assert outcome_of(margin, "CTH").passed is False


@pytest.mark.parametrize(("weight", "outcome"), [("10", "conditional"), ("10.1", "not_originating")])
def test_textiles_may_count_by_weight_instead(weight: str, outcome: str) -> None:
    yarn = {"name": "lace", "hs": "621790", "value": "CNY 300.00", "weight_kg": weight}
    bill = {"net_weight_kg": "100", "materials": [yarn]}
    assert decided(bill, hs="62046200").value.outcome == outcome  # the rule of chapter 62 is known at second hand
    assert outcome_of(weighed(bill, hs="62046200"), "CC").passed is (outcome == "conditional")


def test_weight_counts_for_no_other_goods() -> None:
    margin = weighed(
        {"net_weight_kg": "100", "materials": [{**CARBON, "weight_kg": "1"}, {**OIL, "value": "CNY 400.00"}]}
    )
    assert outcome_of(margin, "CTH").passed is False


def test_a_missing_code_is_asked_for_by_its_number() -> None:
    bill = {"materials": [OIL, {**CARBON, "hs": "", "value": "CNY 500.00"}]}
    finding = decided(bill)
    assert (finding.status, finding.value.outcome) == ("needs_review", "conditional")
    assert "cannot be told from the bill of materials" in english(finding.value.missing)
    assert "the HS code of materials no. 2" in english(weighed(bill).value.changes)


def test_a_missing_code_within_de_minimis_does_not_matter() -> None:
    finding = decided({"materials": [OIL, {**CARBON, "hs": "", "value": "CNY 50.00"}]})
    assert finding.value.outcome == "originating"


def test_retail_packing_and_accessories_need_not_change() -> None:
    extras = [{**CARBON, "role": role} for role in ("packing", "accessory", "transport_packing", "indirect")]
    margin = weighed({"materials": [{**OIL, "value": "CNY 300.00"}, *extras]})
    assert outcome_of(margin, "CTH").passed is True


codes = st.sampled_from(["2707", "270799", "280300", "280410", "3105", "0709"])
materials = st.lists(
    st.fixed_dictionaries(
        {
            "hs": codes,
            "value": st.integers(1, 40000).map(lambda fen: f"CNY {fen // 100}.{fen % 100:02}"),
            "origin": st.sampled_from(["CHN", "KOR", "USA", ""]),
            "originating": st.booleans(),
            "proof": st.sampled_from(["", "P-1"]),
            "role": st.sampled_from(["material", "packing", "accessory"]),
        }
    ).map(lambda material: {"name": "m", **material}),
    min_size=1,
    max_size=5,
).map(lambda bill: [{**bill[0], "role": "material"}, *bill[1:]])


def outcome(bom: dict[str, Any]) -> tuple[str, str, tuple[tuple[str, bool | None, Decimal | None], ...]]:
    decision, margin = both(bom)
    assert margin is not None
    tests = tuple((t.rule, t.passed, t.percent) for t in margin.value.tests)
    return decision.value.outcome, decision.value.criterion, tests


@settings(max_examples=40)
@given(materials, st.randoms(use_true_random=False))
def test_the_order_of_materials_does_not_matter(bill: list[dict[str, Any]], chance: Any) -> None:
    mixed = list(bill)
    chance.shuffle(mixed)
    assert outcome({"materials": mixed}) == outcome({"materials": bill})


@settings(max_examples=40)
@given(materials)
def test_more_originating_material_moves_neither_the_change_nor_the_build_down_value(
    bill: list[dict[str, Any]],
) -> None:
    local = {"name": "more", "hs": "280300", "value": "CNY 90.00", "origin": "CHN", "originating": True}
    before, after = weighed({"materials": bill}), weighed({"materials": [*bill, local]})
    for rule in ("CTH", "RVC40"):
        old = [test for test in before.value.tests if test.rule == rule]
        new = [test for test in after.value.tests if test.rule == rule]
        assert [(t.passed, t.percent) for t in new] == [(t.passed, t.percent) for t in old]


@settings(max_examples=40)
@given(materials, st.integers(0, 4), st.integers(1, 90000))
def test_more_non_originating_value_never_turns_a_failure_into_a_pass(
    bill: list[dict[str, Any]], place: int, fen: int
) -> None:
    foreign = [{**material, "originating": False} for material in bill]
    dearer = list(foreign)
    raised = dearer[place % len(dearer)]
    amount = Decimal(raised["value"].split()[1]) + Decimal(fen).scaleb(-2)
    dearer[place % len(dearer)] = {**raised, "value": f"CNY {amount}"}
    (before, _, old), (after, _, new) = outcome({"materials": foreign}), outcome({"materials": dearer})
    assert {rule for rule, passed, _ in new if passed} <= {rule for rule, passed, _ in old if passed}
    assert not (before == "not_originating" and after != "not_originating")


@settings(max_examples=40)
@given(materials)
def test_a_proof_never_takes_origin_away(bill: list[dict[str, Any]]) -> None:
    rank = {"not_originating": 0, "conditional": 1, "originating": 2}
    proven = [{**material, "proof": "P-1"} for material in bill]
    before, after = decided({"materials": bill}).value, decided({"materials": proven}).value
    assert bool(after.criterion) >= bool(before.criterion)
    assert after.criterion or rank[after.outcome] >= rank[before.outcome]
