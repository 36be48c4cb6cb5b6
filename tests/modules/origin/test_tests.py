"""Every test of the language of product rules: what passes, what fails, what cannot be told."""

from typing import Any

import pytest

from tests.modules.origin.agreements_making import drawn, material, one, outcome, rules

BRITISH = {"origin": "GBR", "originating": True, "proof": "s"}
DOLLARS = {"name": "x", "hs": "270799", "value": "USD 1"}
YES, NO, OPEN = "originating", "not_originating", "conditional"


@pytest.mark.parametrize(
    ("rule", "bill", "found"),
    [
        ("ANY", {"materials": [material("280300", "900")]}, YES),
        ("ANY", {"materials": [material("", "900")]}, YES),
        ("ANY except from heading 2803", {"materials": [material("280300", "900")]}, NO),
        ("ANY except from heading 2803", {"materials": [material("", "900")]}, OPEN),
        ("CTH allow 20 EXW", {"materials": [material("280300", "200"), material("270799", "700")]}, YES),
        ("CTH allow 20 EXW", {"materials": [material("280300", "200.01"), material("270799", "700")]}, NO),
        ("CTH except from 2707 allow 20 EXW of 2707", {"materials": [material("270799", "200")]}, YES),
        ("CTH except from 2707 allow 20 EXW of 2707", {"materials": [material("270799", "200.01")]}, NO),
        # The allowance lets one material pass, the agreement's tolerance the other; not both the same.
        ("CTH except from 2707 allow 20 EXW of 2707", {"materials": [material("270799", "200"), material("280300", "100")]}, YES),
        ("CTH except from 2707 allow 20 EXW of 2707", {"materials": [material("270799", "200"), material("280300", "101")]}, NO),
        ("MaxNOM40 EXW", {"materials": [material("280300", "400")]}, YES),
        ("MaxNOM40 EXW", {"materials": [material("280300", "400.01")]}, NO),
        ("MaxNOM40 EXW of 2707", {"materials": [material("280300", "900"), material("270799", "50")]}, YES),
        ("MaxNOM40 EXW of 2707", {"materials": [material("27", "500")]}, OPEN),
        ("MaxNOM40 EXW of 2707", {"materials": [material("27", "400")]}, YES),
        ("MaxNOM20 weight of 1701", {"materials": [material("170199", "50", weight_kg="20")], "net_weight_kg": "100"}, YES),
        ("MaxNOM20 weight of 1701", {"materials": [material("170199", "50", weight_kg="20.1")], "net_weight_kg": "100"}, NO),
        ("MaxNOM20 weight of 1701", {"materials": [material("170199", "50")], "net_weight_kg": "100"}, OPEN),
        ("MaxMAT30 EXW of 1701", {"materials": [material("170199", "301", **BRITISH), material("270799", "1")]}, NO),
        ("MaxMAT30 EXW of 1701", {"materials": [material("170199", "300", **BRITISH), material("270799", "1")]}, YES),
        ("RVC55 EXW", {"materials": [material("280300", "450")]}, YES),
        ("RVC55 EXW", {"materials": [material("280300", "450.01")]}, NO),
        ("RVC40 build-down EXW", {"materials": [material("280300", "600")]}, YES),
        ("RVC30 build-up EXW", {"materials": [material("280300", "600"), material("270799", "300", **BRITISH)]}, YES),
        ("RVC30 build-up EXW", {"materials": [material("280300", "600"), material("270799", "299", **BRITISH)]}, NO),
        ("RVC60 focused EXW of 2803", {"materials": [material("280300", "400"), material("270799", "500")]}, YES),
        ("RVC60 focused EXW of 2803", {"materials": [material("280300", "401"), material("270799", "500")]}, NO),
        ("RVC60 focused EXW", {"materials": [material("280300", "401")]}, OPEN),
        ("RVC60 focused EXW", {"materials": [material("280300", "400")]}, YES),
        ("RVC30 net-cost", {"materials": [material("280300", "1")]}, OPEN),
        ("Obtained 04", {"materials": [material("040110", "200"), material("270799", "1")]}, NO),
        ("Obtained 04", {"materials": [material("040110", "100"), material("270799", "1")]}, OPEN),  # a tolerance, perhaps
        ("Obtained 04", {"materials": [material("040110", "200", **BRITISH), material("270799", "1")]}, OPEN),
        ("Obtained 04", {"materials": [material("040110", "200", wholly_obtained=True, **BRITISH), material("270799", "1")]}, YES),
        ("Originating 04", {"materials": [material("040110", "200", **BRITISH), material("270799", "1")]}, YES),
        ("Originating 04", {"materials": [material("040110", "200"), material("270799", "1")]}, NO),
        ("Only 2707", {"materials": [material("270799", "900")]}, YES),
        ("Only 2707", {"materials": [material("270799", "500"), material("280300", "200")]}, NO),
        ("Only 2707", {"materials": [material("270799", "500"), material("", "200")]}, OPEN),
        ("NOM within OM", {"materials": [material("280300", "300"), material("270799", "300", **BRITISH)]}, YES),
        ("NOM within OM", {"materials": [material("280300", "300.01"), material("270799", "300", **BRITISH)]}, NO),
        ("Process weaving", {"materials": [material("280300", "300")], "operations": ["weaving"]}, YES),
        ("Process weaving + making_up", {"materials": [material("280300", "300")], "operations": ["weaving"]}, OPEN),
        ("CR", {"materials": [material("280300", "300")], "operations": ["chemical reaction"]}, YES),
        ("CR", {"materials": [material("280300", "300")]}, OPEN),
        ("WO", {"materials": [material("280300", "300")]}, NO),
        ("CTH and MaxNOM40 EXW", {"materials": [material("270799", "400")]}, YES),
        ("CTH and MaxNOM40 EXW", {"materials": [material("270799", "401")]}, NO),
        ("CTH or MaxNOM40 EXW", {"materials": [material("270799", "401")]}, YES),
    ],
)  # fmt: skip
def test_a_test_comes_out(rule: str, bill: dict[str, Any], found: str) -> None:
    assert outcome(one(rules(rule)), bill) == found


@pytest.mark.parametrize(
    ("rule", "bill", "found"),
    [
        ("MaxNOM40 EXW", {"fob": "GBP 1000.00", "materials": [material("280300", "401")]}, NO),  # the FOB value is more yet
        ("MaxNOM40 EXW", {"fob": "GBP 1000.00", "materials": [material("280300", "400")]}, OPEN),
        ("MaxNOM40 FOB", {"ex_works": "GBP 1000.00", "materials": [material("280300", "400")]}, YES),
        ("MaxNOM40 FOB", {"ex_works": "GBP 1000.00", "materials": [material("280300", "401")]}, OPEN),
        ("RVC60", {"ex_works": "GBP 1000.00", "materials": [material("280300", "400")]}, YES),
        ("MaxNOM40 EXW", {"materials": [material("280300", "400")]}, OPEN),
        ("MaxNOM40 EXW", {"ex_works": "GBP 1000.00", "materials": [material("280300", "401"), DOLLARS]}, NO),
        ("MaxNOM40 EXW", {"ex_works": "GBP 1000.00", "materials": [material("280300", "1"), DOLLARS]}, OPEN),
    ],
)  # fmt: skip
def test_what_is_known_may_settle_it(rule: str, bill: dict[str, Any], found: str) -> None:
    assert outcome(one(rules(rule)), {"ex_works": None, **bill}) == found


COVERED = [
    {"name": "obtained_tolerance", "value": "1", "unit": "yes"},
    {"name": "de_minimis_percent", "value": "10", "unit": "percent of the EXW price"},
]


@pytest.mark.parametrize(
    ("bill", "found"),
    [
        ({"wholly_obtained": "harvested", "materials": [material("280300", "100")]}, YES),
        ({"wholly_obtained": "harvested", "materials": [material("280300", "100.01")]}, NO),
        ({"materials": [material("280300", "100"), material("270799", "500", **BRITISH)]}, YES),
        ({"materials": [material("280300", "100.01"), material("270799", "500", **BRITISH)]}, NO),
        ({"materials": [material("280300", "100")]}, OPEN),  # nothing is said of the rest
        ({"wholly_obtained": "unheard of", "materials": [material("280300", "100")]}, OPEN),
        ({"materials": [material("280300", "100.01")]}, NO),
        ({"wholly_obtained": "harvested", "materials": [material("280300", "1"), DOLLARS]}, OPEN),
        ({"wholly_obtained": "harvested", "materials": [material("280300", "60"), material("270799", "41")]}, NO),
    ],
)
def test_a_tolerance_may_cover_goods_that_must_be_wholly_obtained(bill: dict[str, Any], found: str) -> None:
    assert outcome(one(rules("WO"), limits=COVERED), bill) == found
    assert outcome(one(rules("WO")), bill) == NO, "only where the agreement says so"


def test_what_passes_by_that_tolerance_is_told_as_such() -> None:
    bill = {"wholly_obtained": "harvested", "materials": [material("280300", "100")]}
    found = drawn(one(rules("WO"), limits=COVERED), bill)
    assert found["origin.decision"].value.criterion == "WO DMI"
    whole, within = [test for test in found["origin.margin"].value.tests if test.rule == "WO"]
    assert (whole.passed, within.passed, within.percent) == (False, True, 10)
    above = {**bill, "materials": [material("280300", "100.01")]}
    [first, *_] = drawn(one(rules("WO"), limits=COVERED), above)["origin.margin"].value.remedies
    assert first.what.en == "material no. 1 cheaper by GBP 0.01"
    nothing_said = drawn(one(rules("WO"), limits=COVERED), {"materials": [material("280300", "100")]})
    assert nothing_said["origin.margin"].value.changes[0].en == "the basis on which the good is wholly obtained"


def test_deductions_count_only_where_the_agreement_is_known_to_allow_them() -> None:
    bill = {"materials": [material("280300", "450", deductible="GBP 100")]}
    allowed = [
        {"name": "vnm_deductions", "value": "1", "unit": "yes"},
        {"name": "proof_months", "value": "12", "unit": "m"},
    ]
    assert outcome(one(rules("RVC60 EXW")), bill) == NO
    assert outcome(one(rules("RVC60 EXW"), limits=allowed), bill) == YES
    assert outcome(one(rules("MaxNOM40 EXW"), limits=allowed), bill) == NO, "only in value content"


def test_without_a_tolerance_on_file_a_change_that_fails_is_undecided() -> None:
    bill = {"materials": [material("280300", "900")]}
    assert outcome(one(rules("CTH")), bill) == NO
    found = drawn(one(rules("CTH"), limits=[{"name": "proof_months", "value": "12", "unit": "m"}]), bill)
    assert found["origin.decision"].value.outcome == OPEN
    assert "not on file" in found["origin.margin"].value.changes[0].en


@pytest.mark.parametrize(("hs", "found"), [("190500", YES), ("280300", NO), ("611020", YES), ("611030", NO)])
def test_tolerances_go_by_the_chapter_of_the_good(hs: str, found: str) -> None:
    """By value 15 % in chapter 19, none elsewhere; by weight 8 % in chapter 61."""
    table = [
        {"code": "19", "by": "value", "base": "EXW", "percent": "15"},
        {"code": "", "by": "value", "base": "EXW", "percent": "0"},
        {"code": "61", "by": "weight", "base": "weight", "percent": "8"},
    ]
    weight = "8" if hs == "611020" else "8.1"
    bill = {"net_weight_kg": "100", "materials": [material(hs, "150", weight_kg=weight)]}
    assert outcome(one(rules("CTH", code=hs[:2]), tolerances=table), bill, hs=hs) == found


def test_a_tolerance_by_value_is_not_taken_to_hold_for_textiles() -> None:
    assert outcome(one(rules("CTH", code="61")), {"materials": [material("611020", "1")]}, hs="611020") == OPEN


def test_processes_are_asked_for_in_words_and_by_their_word() -> None:
    found = drawn(
        one(rules("Process weaving + making_up")), {"materials": [material("520512", "300")], "operations": ["weaving"]}
    )
    [change] = found["origin.margin"].value.changes
    assert change.en == "whether the good is made by: making up (operation 'making_up')"
