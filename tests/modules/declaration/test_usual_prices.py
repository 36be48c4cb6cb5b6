"""R043: a unit price beside the median of the enterprise's own declarations, which only the enterprise reads."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.kernel.findings import Finding
from entrepot.kernel.money import Price
from entrepot.kernel.topics import TRADERS
from entrepot.kernel.vocabulary.clearance import EarlierDeclaration, EarlierLine, History
from entrepot.kernel.vocabulary.customs import Particulars
from entrepot.kernel.vocabulary.trade import Party, Transport
from entrepot.modules.declaration.facts import PRICES
from entrepot.modules.declaration.rules.usual_prices import median
from tests.modules.declaration.paperwork import DAY, Facts, export, form, sheet

NAME = "Dicalcium phosphate, feed grade"


def declared(number: int, price: str, *, on: date = DAY - timedelta(days=10), **change: Any) -> EarlierDeclaration:
    line: dict[str, Any] = {
        "no": 1,
        "called": (NAME,),
        "hs10": "2835259000",
        "unit": "070",
        "unit_price": Price(Decimal(price), "USD", "t"),
    }
    flow = change.pop("flow", "E")
    party = Party("Osaka Sample Trading", country="JPN")
    return EarlierDeclaration(
        f"{number:018d}", on, f"d{number}", flow, party, Party(), Party(), Particulars(), Transport(),
        lines=(EarlierLine(**(line | change)),),
    )  # fmt: skip


def compared(*earlier: EarlierDeclaration, facts: Facts | None = None) -> Finding:
    given = {"enterprise.history": History(earlier)}
    finding = sheet(facts or export(), given=given).finding("declaration.prices")
    assert finding is not None
    return finding


@pytest.mark.parametrize(
    ("prices", "asks"),
    [
        (("515", "500", "530"), False),
        (("343.34", "100", "900"), False),
        (("343.33", "100", "900"), True),
        (("1030", "1000", "2000"), False),
        (("1030.01", "1000", "2000"), True),
        (("340", "346", "100", "900"), True),
    ],
)
def test_r043_a_price_more_than_half_off_the_own_median_is_asked_about(prices: tuple[str, ...], asks: bool) -> None:
    finding = compared(*(declared(number, price) for number, price in enumerate(prices)))
    assert [(p.rule, p.where, p.severity) for p in finding.problems] == [("R043", "line/1.unit_price", "W")] * asks
    assert finding.status == "found"


@pytest.mark.parametrize(("days", "count"), [(0, 3), (90, 3), (91, 0), (-1, 0)])
def test_r043_the_first_and_the_last_day_of_the_months_count(days: int, count: int) -> None:
    finding = compared(*(declared(number, "515", on=DAY - timedelta(days=days)) for number in range(3)))
    assert [one.count for one in finding.value.lines.values()] == ([count] if count else [])


def test_r043_tells_price_median_and_share() -> None:
    finding = compared(*(declared(number, "300") for number in range(3)))
    assert finding.problems[0].what.en == "unit price USD 515/t is 71.7 % off the 90-day median 300"
    assert (finding.value.lines["1"].count, finding.value.lines["1"].median) == (3, Decimal(300))
    facts = export()
    facts["declaration.statement/1"] = {"about": "price", "reason": "spot price rose"}
    assert compared(*(declared(number, "300") for number in range(3)), facts=facts).problems == ()


def test_r043_prices_by_another_unit_of_weight_are_converted() -> None:
    kilos = [declared(n, "0.3", unit_price=Price(Decimal("0.3"), "USD", "kg"), unit="035") for n in range(3)]
    assert compared(*kilos).value.lines["1"].median == 300


@pytest.mark.parametrize(
    "change",
    [
        {"on": DAY - timedelta(days=91)},
        {"flow": "I"},
        {"hs10": "2835251000"},
        {"called": ("something else",)},
        {"unit_price": Price(Decimal(300), "CNY", "t")},
        {"unit_price": Price(Decimal(300), "USD", "PCS")},
        {"unit_price": None},
    ],
)
def test_r043_what_is_not_alike_is_not_counted_and_too_few_are_told(change: dict[str, Any]) -> None:
    alike = [declared(number, "300") for number in range(2)]
    assert compared(*alike, declared(9, "300", on=DAY - timedelta(days=90))).problems != ()
    finding = compared(*alike, declared(9, "300", **change))
    assert finding.problems == ()
    assert [r.en for r in finding.reasons] == ["R043 not checked: too few own declarations in 90 days: 2 of 3"]


def test_r043_without_earlier_declarations_is_not_passed_in_silence() -> None:
    finding = sheet(export()).finding("declaration.prices")
    assert finding is not None
    assert [r.en for r in finding.reasons] == ["R043 not checked: the enterprise has no earlier declarations here"]


def test_r043_is_read_by_the_enterprise_alone() -> None:
    assert PRICES.read == TRADERS
    given = {"enterprise.history": History(tuple(declared(number, "300") for number in range(3)))}
    assert "R043" not in {problem.rule for problem in form(export(), given=given).problems}


@given(st.lists(st.decimals("0.01", "9999", places=2), min_size=1, max_size=9))
def test_half_of_the_values_lie_on_each_side_of_the_median(values: list[Decimal]) -> None:
    middle = median(values)
    assert sum(value <= middle for value in values) * 2 >= len(values)
    assert sum(value >= middle for value in values) * 2 >= len(values)
