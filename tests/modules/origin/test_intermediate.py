"""Intermediate materials: those that originate count wholly, of the others the parts count."""

from typing import Any

import pytest

from tests.modules.origin.agreements_making import drawn, material, one, outcome, rules

YES, NO, OPEN = "originating", "not_originating", "conditional"


def bill(part_value: str, part: str = "270799", whole: str = "280410", **more: Any) -> dict[str, Any]:
    """An intermediate worth GBP 600 with one foreign part, and another foreign material of GBP 100."""
    return {
        "materials": [
            {**material(whole, "600"), "no": "A", **more},
            {**material(part, part_value), "part_of": "A"},
            material("270799", "100"),
        ]
    }


WHERE = one(rules("RVC60 EXW", code="2803"), rules("RVC40 EXW", code="2804"))


def test_one_that_originates_by_its_own_rule_counts_wholly() -> None:
    found = drawn(WHERE, bill("360"))  # 40 % of the intermediate's 600 is its own
    assert found["origin.decision"].value.outcome == YES
    test = next(test for test in found["origin.margin"].value.tests if test.rule.startswith("RVC60"))
    assert test.percent == 90


def test_of_one_that_does_not_the_parts_count() -> None:
    found = drawn(WHERE, bill("360.01"))
    assert found["origin.decision"].value.outcome == NO
    test = next(test for test in found["origin.margin"].value.tests if test.rule.startswith("RVC60"))
    assert str(test.percent) == "53.999"
    assert outcome(one(rules("RVC50 EXW", code="2803"), rules("RVC60 EXW", code="2804")), bill("400")) == YES


def test_one_that_cannot_be_decided_leaves_a_failure_open() -> None:
    where = one(rules("RVC60 EXW", code="2803"), rules("=as described", code="2804"))
    found = drawn(where, bill("400"))
    assert found["origin.decision"].value.outcome == OPEN
    assert found["origin.decision"].value.missing[0].en == "whether the intermediate materials originate"
    assert outcome(where, bill("290")) == YES, "its parts may count all the same"


def test_one_that_passes_by_a_quota_alone_does_not_surely_originate() -> None:
    quota = rules("RVC40 EXW", code="2804", subdivision="Gases within the annual quota")
    where = one(rules("RVC60 EXW", code="2803"), quota)
    found = drawn(where, bill("360"))["origin.decision"]
    assert (found.status, found.value.outcome) == ("needs_review", OPEN)
    assert found.value.missing[0].en == "whether the intermediate materials originate"
    assert outcome(where, bill("360.01")) == NO, "not even within the quota"
    assert outcome(where, bill("290")) == YES, "its parts may count all the same"
    british = bill("590")
    british["materials"][1] |= {"origin": "GBR", "originating": True}
    assert outcome(where, british) == YES, "of originating parts it needs no rule"


def test_one_whose_parts_count_on_a_condition_does_not_surely_originate() -> None:
    row = {"country": "JPN", "kind": "extended", "condition_en": "once notified", "condition_zh": "经通知后"}
    japanese = bill("590")
    japanese["materials"][1] |= {"origin": "JPN", "originating": True, "proof": "J"}
    plain, notified = rules("RVC60 EXW", code="2803"), {**row, "worked": "false"}
    free = {**row, "condition_en": "", "condition_zh": ""}
    assert outcome(one(plain, cumulation=[free]), japanese) == YES
    found = drawn(one(plain, cumulation=[notified]), japanese)["origin.decision"].value
    assert (found.outcome, [text.en for text in found.conditions]) == (OPEN, ["once notified"])


def test_an_intermediate_of_originating_parts_originates() -> None:
    parts = bill("590")
    parts["materials"][1] |= {"origin": "GBR", "originating": True}
    assert outcome(one(rules("RVC60 EXW", code="2803")), parts) == YES


def test_intermediates_of_intermediates() -> None:
    nested = {
        "materials": [
            {**material("280410", "600"), "no": "A"},
            {**material("280410", "500"), "no": "B", "part_of": "A"},
            {**material("270799", "300"), "part_of": "B"},
        ]
    }
    assert outcome(WHERE, nested) == YES
    nested["materials"][2]["value"] = "GBP 301"  # B keeps less than 40 %, but A does not
    assert outcome(WHERE, nested) == YES
    nested["materials"][2]["value"] = "GBP 420"
    assert outcome(WHERE, nested) == NO


@pytest.mark.parametrize(
    ("materials", "told"),
    [
        ([{**material("270799", "1"), "part_of": "Z"}], ["OR32"]),
        ([{**material("270799", "1"), "no": "A", "part_of": "A"}], ["OR33"]),
        (
            [
                {**material("270799", "1"), "no": "A", "part_of": "B"},
                {**material("270799", "1"), "no": "B", "part_of": "A"},
            ],
            ["OR33", "OR33"],
        ),
        ([{**material("270799", "1"), "no": "A"}, {**material("270799", "1.01"), "part_of": "A"}], ["OR34"]),
        ([{**material("270799", "1"), "no": "A"}, {**material("270799", "1"), "no": "A"}], ["OR31", "OR31"]),
        (
            [{**material("27079", "1"), "no": "A", "part_of": "A"}, {**material("270799", "-1"), "part_of": "Z"}],
            ["OR04", "OR05", "OR32", "OR33"],
        ),
    ],
)
def test_what_cannot_stand_is_told_all_at_once(materials: list[dict[str, Any]], told: list[str]) -> None:
    found = drawn(WHERE, {"materials": materials})
    assert sorted(problem.rule for problem in found["origin.margin"].problems) == told
    assert found["origin.decision"].status == "refused"
    assert not found["origin.decision"].problems, "faults of the bill are its owner's to see"


def test_a_chain_without_end_is_refused() -> None:
    chain = [{**material("270799", "1"), "no": str(n), "part_of": str(n - 1) if n else ""} for n in range(2000)]
    found = drawn(WHERE, {"materials": chain})
    assert found["origin.decision"].status == "refused"
