"""Whose rate goods may claim where an importing Party differentiates (Art. 2.6)."""

from decimal import Decimal

import pytest

from entrepot.kernel.money import Money
from entrepot.kernel.vocabulary.goods import Material
from entrepot.modules.origin.facts import Making
from entrepot.modules.origin.rules.differentials import country_of_origin
from tests.modules.origin.origin_making import decided, english, made

DV = Decimal(20)


def shares(chinese: int, korean: int, foreign: int) -> Making:
    """FOB 1,000 with originating materials of China and Korea and foreign ones, in whole yuan."""
    return made(
        Material("a", "270799", Money(chinese * 100, "CNY"), "CHN", True),
        Material("b", "270799", Money(korean * 100, "CNY"), "KOR", True, "K-1"),
        Material("c", "270799", Money(foreign * 100, "CNY")),
        fob=Money(100000, "CNY"),
    )


@pytest.mark.parametrize(
    ("making", "acquired", "in_appendix", "country", "open_"),
    [
        (shares(100, 200, 600), True, None, "CHN", False),  # 20 % added: the same Party either way
        (shares(100, 201, 600), True, None, "CHN", True),  # 19.9 % added: it turns on the Appendix
        (shares(100, 201, 600), True, False, "CHN", False),
        (shares(100, 201, 600), True, True, "KOR", False),
        (shares(100, 500, 320), True, True, "KOR", False),  # W2.6: 18 % added, step 3
        (shares(300, 201, 600), True, None, "CHN", False),  # step 3 would name China too
        (shares(100, 500, 0), False, False, "KOR", False),  # only minimal operations on originating materials
        (shares(100, 500, 0), False, True, "CHN", False),  # para. 3 stands before para. 2
        (shares(100, 500, 0), False, None, "CHN", True),
        (shares(100, 500, 0), None, False, "CHN", True),
        (shares(200, 200, 600), True, True, "CHN", False),
        (shares(100, 100, 800), True, True, "CHN", True),  # two contribute alike
    ],
)
def test_the_steps(making: Making, acquired: bool | None, in_appendix: bool | None, country: str, open_: bool) -> None:
    found = country_of_origin(making, acquired, DV, in_appendix)
    assert (found.country, bool(found.conditions)) == (country, open_)


def test_without_the_fob_value_the_share_is_asked_for() -> None:
    making = made(Material("b", "270799", Money(100, "CNY"), "KOR", True, "K-1"), fob=None)
    found = country_of_origin(making, True, DV, True)
    assert "the value added in the exporting Party" in english(found.conditions)


KOREAN = {"name": "oil", "hs": "270799", "value": "CNY 500.00", "origin": "KOR", "originating": True, "proof": "K-1"}
FOREIGN = {"name": "feedstock", "hs": "270750", "value": "CNY 320.00"}


def test_w2_6_towards_japan_the_appendix_is_an_open_question() -> None:
    finding = decided({"materials": [KOREAN, FOREIGN], "operations": ["cracking"]})
    assert (finding.status, finding.value.outcome) == ("needs_review", "conditional")
    assert "may be KOR" in english(finding.value.conditions)
    assert any(row.table == "RCEP/differentials" for row in finding.law)


def test_towards_a_party_that_does_not_differentiate_it_is_none() -> None:
    finding = decided({"materials": [KOREAN, FOREIGN], "operations": ["cracking"]}, to="AUS")
    assert (finding.status, finding.value.origin) == ("found", "CHN")


def test_goods_only_repacked_from_another_party_s_materials_are_that_party_s() -> None:
    finding = decided({"materials": [{**KOREAN, "value": "CNY 900.00"}], "operations": ["packing"]})
    assert (finding.value.criterion, finding.value.origin) == ("PE", "KOR")


def test_the_value_added_stands_in_the_working() -> None:
    finding = decided({"materials": [KOREAN, FOREIGN], "operations": ["cracking"]})
    [step] = [step for step in finding.working if "added" in step.name.en]
    assert (step.exact, step.value, dict(step.inputs)) == ("18", "18.000 %", {"threshold": "20"})
