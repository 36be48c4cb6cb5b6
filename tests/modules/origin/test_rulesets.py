"""Rules in sets: which of them are meant for a good, how they join, and what is left to a person."""

from decimal import Decimal

import pytest

from entrepot.kernel.vocabulary.goods import BillOfMaterials
from entrepot.modules.origin.facts import Limits, RuleSet, SetRule
from entrepot.modules.origin.rules.grammar import parse_rule
from entrepot.modules.origin.rules.weigh import Ground, joined, set_met
from tests.modules.origin.agreements_making import drawn, material, one, outcome, rules
from tests.modules.origin.origin_making import made

YES, NO, OPEN = "originating", "not_originating", "conditional"
HALF = {"materials": [material("280300", "500")]}


def test_the_narrowest_set_decides() -> None:
    where = one(rules("RVC60 EXW", code="28"), rules("RVC50 EXW", code="2803"))
    assert outcome(where, HALF) == YES
    assert drawn(where, HALF)["origin.decision"].value.rule == "RVC50 EXW"
    assert outcome(where, HALF, hs="28041000") == NO


def test_described_goods_and_the_rest_of_the_range() -> None:
    """The narrow set is for activated carbon; whether the good is that is not for the rules to say."""
    narrow = rules("RVC50 EXW", code="2803", subdivision="Activated carbon")
    alike = one(rules("RVC40 EXW", code="28"), narrow)
    assert drawn(alike, HALF)["origin.decision"].value.outcome == YES
    apart = drawn(one(rules("RVC60 EXW", code="28"), narrow), HALF)["origin.decision"]
    assert (apart.status, apart.value.outcome) == ("needs_review", OPEN)
    assert "“Activated carbon”; “28”" in apart.value.missing[0].en
    assert (
        outcome(
            one(rules("RVC70 EXW", code="28"), rules("RVC60 EXW", code="2803", subdivision="Activated carbon")), HALF
        )
        == NO
    )


def test_a_pass_by_rules_for_a_quota_alone_rests_on_the_quota() -> None:
    narrow = rules("RVC50 EXW", code="2803", subdivision="Carbon within the annual quota")
    alone = drawn(one(narrow), HALF)["origin.decision"]
    assert (alone.status, alone.value.outcome) == ("needs_review", OPEN)
    assert alone.value.criterion == "RVC"
    assert "“Carbon within the annual quota”" in alone.value.conditions[0].en
    assert outcome(one(rules("RVC40 EXW", code="28"), narrow), HALF) == YES
    assert outcome(one(rules("RVC60 EXW", code="2803", subdivision="Within the quota")), HALF) == NO


def test_a_build_up_whose_formula_is_not_on_file_is_not_failed_on_materials_alone() -> None:
    """Costs might count; more than the price leaves after foreign materials they cannot be."""
    where = one(rules("RVC30 build-up EXW"), limits=[{"name": "proof_months", "value": "12", "unit": "months"}])
    british = material("270799", "299", origin="GBR", originating=True, proof="s")
    assert outcome(where, {"materials": [material("280300", "600"), british]}) == OPEN
    assert outcome(where, {"materials": [material("280300", "700.01")]}) == NO


def test_the_margin_of_what_is_built_up_alone_is_of_originating_value() -> None:
    """29.9 % of the price, though only 60 % of it is foreign: a pound of originating value is wanting."""
    british = material("270799", "299", origin="GBR", originating=True, proof="s")
    found = drawn(one(rules("RVC30 build-up EXW")), {"materials": [material("280300", "600"), british]})
    (test,) = [test for test in found["origin.margin"].value.tests if test.rule.startswith("RVC")]
    assert (test.passed, test.percent, str(test.short)) == (False, Decimal("29.9"), "GBP 1.00")
    assert [text.en for text in found["origin.margin"].value.changes] == ["originating value must rise by GBP 1.00"]


def test_a_set_beyond_six_digits_is_for_part_of_the_goods() -> None:
    narrow = rules("RVC50 EXW", code="28030010")
    assert outcome(one(rules("RVC60 EXW", code="28"), narrow), HALF) == OPEN
    assert outcome(one(rules("RVC40 EXW", code="28"), narrow), HALF) == YES


def test_the_same_set_under_several_prefixes_is_one() -> None:
    head, lines = rules("RVC50 EXW", code="2803", first="2803000000", last="2804999999")
    where = one((head, lines))
    assert outcome(where, HALF) == YES


@pytest.mark.parametrize(
    ("joint", "texts", "found"),
    [
        ("or", ("RVC60 EXW", "RVC50 EXW"), YES),
        ("and", ("RVC60 EXW", "RVC50 EXW"), NO),
        ("and", ("RVC40 EXW", "RVC50 EXW"), YES),
        ("unstated", ("RVC40 EXW", "RVC50 EXW"), YES),
        ("unstated", ("RVC60 EXW", "RVC50 EXW"), OPEN),
        ("unstated", ("RVC60 EXW", "RVC70 EXW"), NO),
        ("or", ("RVC50 EXW", "=Manufacture as described"), YES),
        ("or", ("RVC60 EXW", "=Manufacture as described"), OPEN),
        ("and", ("RVC60 EXW", "=Manufacture as described"), NO),
        ("and", ("RVC50 EXW", "=Manufacture as described"), OPEN),
    ],
)
def test_rules_join(joint: str, texts: tuple[str, ...], found: str) -> None:
    assert outcome(one(rules(*texts, joint=joint)), HALF) == found


@pytest.mark.parametrize(
    ("joints", "criterion"),
    [
        (("unstated", "or"), "CTC CR"),  # one of the last two is enough
        (("or", "unstated"), "CTC RVC"),
        (("unstated", "and"), "CTC CR RVC"),
        (("unstated", "unstated"), "CTC CR RVC"),
        (("and", "unstated"), "CTC CR RVC"),
        (("or", "or"), "CTC"),
    ],
)
def test_the_criterion_names_no_more_than_suffices_however_unstated_joints_are_read(
    joints: tuple[str, ...], criterion: str
) -> None:
    head, lines = rules("CTH", "CR", "RVC50 EXW")
    for line, joint in zip(lines, ("", *joints), strict=True):
        line["joint"] = joint
    bill = {"materials": [material("270799", "300")], "operations": ["chemical reaction"]}
    assert drawn(one((head, lines)), bill)["origin.decision"].value.criterion == criterion


def test_a_rule_kept_as_text_goes_to_a_person_with_its_text() -> None:
    finding = drawn(one(rules("=Manufacture from any grass")), HALF)["origin.decision"]
    assert (finding.status, finding.value.outcome, finding.value.rule) == (
        "needs_review",
        OPEN,
        "Manufacture from any grass",
    )
    assert finding.value.missing[0].en == "this product rule must be read by a person: Manufacture from any grass"


def test_a_text_that_is_no_rule_is_a_text() -> None:
    assert outcome(one(rules("CTH or")), HALF) == OPEN
    assert outcome(one(rules("CTH and and RVC10")), {"materials": [material("270799", "1")]}) == OPEN


def test_a_rule_for_other_goods_of_the_set_is_left_out() -> None:
    bill = {"materials": [material("270799", "500")]}
    assert outcome(one(rules("CTH", goods="2804-2806, 2810")), bill) == "no_law"
    assert outcome(one(rules("CTH", goods="2804-2806|2803")), bill) == YES


def test_joints_without_and_bind_looser() -> None:
    texts = ("CTH", "RVC60 EXW", "RVC50 EXW")
    made_of = [
        SetRule("", parse_rule(texts[0]), ""),
        SetRule("or", parse_rule(texts[1]), ""),
        SetRule("and", parse_rule(texts[2]), ""),
    ]
    assert joined(made_of, [False, True, False]) is False
    assert joined(made_of, [True, None, False]) is True
    assert joined(made_of, [False, True, None]) is None


def test_no_set_at_all_is_undecided() -> None:
    ground = Ground(made(), Limits(None, None), BillOfMaterials(), False)
    assert set_met(RuleSet("x", (SetRule("", None, "text"),)), ground) is None
