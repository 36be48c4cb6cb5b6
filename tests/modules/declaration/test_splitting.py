"""More lines than one declaration holds."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from entrepot.kernel.findings import Finding
from entrepot.kernel.money import Money
from entrepot.kernel.vocabulary.goods import GoodsLine
from entrepot.kernel.vocabulary.trade import Charge, Charges, Container
from entrepot.modules.declaration.module import MODULES
from entrepot.modules.declaration.rules.splitting import borne, parted, shared
from tests.making import law, sheet

DAY = date(2026, 4, 1)


def split(lines: int, **more: Any) -> Finding:
    facts: dict[str, Any] = {
        "trade.party/exporter": {"name": "Example Gorges Chemicals", "country": "CHN"},
        "declaration.particulars": {"flow": "E", "declared_on": "2026-04-01"},
        **{
            f"goods.line/{number}": {
                "description": f"part {number}", "quantity": "10", "unit": "kg", "amount": "USD 10.00", "net_kg": "10",
                "gross_kg": "11", "packages": 1,
            }
            for number in range(1, lines + 1)
        },
        **more,
    }  # fmt: skip
    finding = sheet(MODULES, facts, DAY, law=law("CN", "units", "incoterms", "hs", "unlocode")).finding(
        "declaration.split"
    )
    assert finding is not None
    return finding


def test_fifty_lines_need_no_split() -> None:
    assert split(50).status == "not_applicable"


def test_fifty_one_lines_make_two_parts() -> None:
    first, second = split(51).value.parts
    assert (len(first.lines), second.lines) == (50, ("51",))


def test_each_part_bears_the_sums_of_its_lines_and_its_share_of_the_freight() -> None:
    line = GoodsLine(amount=Money(1000, "USD"), net_kg=Decimal(10), gross_kg=Decimal(11), packages=1)
    lines = {str(number): line for number in range(1, 52)}
    freight = Charges(Charge("3", Decimal("100.00"), "USD"))
    first, second = borne([tuple(map(str, range(1, 51))), ("51",)], lines, freight)
    assert (first.total, second.total) == (Money(50000, "USD"), Money(1000, "USD"))
    assert (first.gross_kg, second.packages) == (Decimal(550), 1)
    assert first.freight is not None
    assert second.freight is not None
    assert (first.freight.value, second.freight.value) == (Decimal("98.04"), Decimal("1.96"))


def test_the_goods_of_one_container_stay_together() -> None:
    held = {"transport.container/CSQU3054383": {"lines": ["1", "60"]}}
    first, second = split(60, **held).value.parts
    assert {"1", "60"} <= set(first.lines)
    assert first.containers == ("CSQU3054383",)
    assert second.containers == ()


def test_what_a_line_does_not_say_is_unknown_for_its_part() -> None:
    (last,) = borne([("51",)], {"51": GoodsLine(description="part 51")}, Charges(Charge("3", Decimal(100), "USD")))
    assert (last.total, last.net_kg, last.packages, last.freight) == (None, None, None, None)


def test_lines_without_a_number_are_named() -> None:
    finding = split(51, **{"goods.line/acid": {"description": "acid"}})
    assert finding.status == "refused"
    assert "acid" in finding.problems[0].what.en


@given(
    st.integers(1, 200),
    st.lists(st.lists(st.integers(1, 200), min_size=1, max_size=80), max_size=5),
    st.integers(1, 60),
)
def test_parts_hold_every_line_once_and_none_too_many(lines: int, held: list[list[int]], most: int) -> None:
    keys = [str(number) for number in range(1, lines + 1)]
    containers = {f"C{n}": Container(lines=tuple(str(one) for one in those)) for n, those in enumerate(held)}
    parts = parted(keys, containers, most)
    assert sorted((key for part in parts for key in part), key=int) == keys
    assert all(0 < len(part) <= most for part in parts)


@given(
    st.decimals("0.01", "99999", places=2),
    st.lists(st.integers(0, 10**9), min_size=1, max_size=20).filter(any),
    st.sampled_from(["USD", "JPY"]),
)
def test_shares_of_a_charge_add_up_to_it(value: Decimal, weights: list[int], currency: str) -> None:
    whole = value if currency == "USD" else value.to_integral_value() + 1
    given_ = shared(Charge("3", whole, currency), [Money(weight, "USD") for weight in weights])
    assert sum((one.value for one in given_ if one is not None), Decimal(0)) == whole
    assert all(one is not None and one.value >= 0 for one in given_)


def test_a_rate_is_the_same_in_every_part() -> None:
    rate = Charge("1", Decimal("0.3"))
    assert shared(rate, [None, None]) == [rate, rate]
