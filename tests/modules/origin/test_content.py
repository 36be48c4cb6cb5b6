"""Value content: the worked examples, exact thresholds, and what can never happen."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from entrepot.kernel.money import Money
from entrepot.kernel.vocabulary.goods import Material
from entrepot.modules.origin.rules import content
from tests.modules.origin.origin_making import made

amounts = st.decimals("0.01", "9999999", places=2)


def test_w2_1_build_down() -> None:
    assert content.build_down(Decimal(1000), Decimal(550)) == 45


def test_w2_2_build_up() -> None:
    parts = [Decimal(part) for part in (300, 60, 40, 50, 20)]
    assert content.build_up(Decimal(1000), *parts) == 47


def test_w2_3_a_hair_below_the_threshold_fails_and_is_never_shown_as_reaching_it() -> None:
    fob, vnm = Decimal(1000), Decimal("600.01")
    assert not content.reaches(fob - vnm, fob, Decimal(40))
    assert content.at_least_shown(content.build_down(fob, vnm)) == Decimal("39.999")
    assert content.at_least_shown(Decimal("39.99999")) == Decimal("39.999")
    assert content.at_most_shown(Decimal("10.00001")) == Decimal("10.001")


def test_w2_6_value_added_in_the_exporting_party() -> None:
    making = made(
        Material("oil", "270799", Money(50000, "CNY"), "KOR", True, "K-1"),
        Material("feedstock", "270750", Money(32000, "CNY")),
        fob=Money(100000, "CNY"),
    )
    share = content.domestic_share(making)
    assert share is not None
    assert content.share(*share) == 18
    assert not content.reaches(*share, Decimal(20))


@pytest.mark.parametrize(("vnm", "reached"), [("600.00", True), ("600.01", False), ("599.99", True)])
def test_the_threshold_itself_is_enough(vnm: str, reached: bool) -> None:
    assert content.reaches(1000 - Decimal(vnm), Decimal(1000), Decimal(40)) is reached


@given(amounts, amounts)
def test_what_falls_short_is_exactly_what_must_go(fob: Decimal, vnm: Decimal) -> None:
    less = content.shortfall(fob, vnm, Decimal(40), "CNY")
    assert content.reaches(fob - (vnm - less), fob, Decimal(40))
    assert less == 0 or not content.reaches(fob - (vnm - less + Decimal("0.01")), fob, Decimal(40))


@given(amounts, amounts)
def test_what_stands_above_de_minimis_is_exactly_what_must_go(fob: Decimal, part: Decimal) -> None:
    over = content.excess(part, fob, Decimal(10), "CNY")
    assert content.within(part - over, fob, Decimal(10))
    assert over == 0 or not content.within(part - over + Decimal("0.01"), fob, Decimal(10))


@given(amounts, amounts, amounts)
def test_more_non_originating_value_never_raises_the_content(fob: Decimal, vnm: Decimal, more: Decimal) -> None:
    assert content.build_down(fob, vnm + more) <= content.build_down(fob, vnm)


@given(amounts, amounts)
def test_a_share_as_shown_never_crosses_its_threshold(fob: Decimal, vnm: Decimal) -> None:
    assume(vnm <= fob)
    shown = content.at_least_shown(content.build_down(fob, vnm))
    assert (shown >= 40) == content.reaches(fob - vnm, fob, Decimal(40))
    part = content.at_most_shown(content.share(vnm, fob))
    assert (part <= 10) == content.within(vnm, fob, Decimal(10))


@given(amounts, amounts)
def test_both_formulas_agree_where_the_parts_make_up_the_whole(vnm: Decimal, vom: Decimal) -> None:
    costs = [Decimal(cost) for cost in ("12.34", "5.00", "7.77", "0.10")]
    fob = sum(costs, vnm + vom)
    assert content.build_down(fob, vnm) == content.build_up(fob, vom, *costs)


def test_only_proven_deductions_of_non_originating_materials_count_w2_4() -> None:
    bare = Material("feedstock", "280300", Money(6450000, "CNY"))
    proven = Material("feedstock", "280300", Money(6450000, "CNY"), deductible=Money(250000, "CNY"))
    local = Material("oil", "270799", Money(6450000, "CNY"), "CHN", True, deductible=Money(250000, "CNY"))
    fob = Money(10000000, "CNY")
    assert content.total(made(bare, fob=fob).non_originating) == 64500
    assert content.total(made(proven, fob=fob).non_originating) == 62000
    assert content.total(made(local, fob=fob).originating) == 64500
    assert content.gross_total(made(proven, fob=fob).non_originating) == 64500
