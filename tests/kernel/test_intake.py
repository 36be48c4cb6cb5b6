"""Words from outside: typed strictly, every problem at once, nothing through a binary float."""

from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.kernel.intake import Refusal, convert
from entrepot.kernel.money import Money, Price, minor_digits, money, money_from_text, price_from_text, round_to
from entrepot.kernel.vocabulary.goods import GoodsLine, PurchaseLot
from entrepot.kernel.vocabulary.trade import Terms


def problems(data: Any, type: Any = GoodsLine) -> list[str]:
    with pytest.raises(Refusal) as refusal:
        convert(data, type)
    for problem in refusal.value.problems:
        assert problem.what.en, problem
        assert problem.what.zh, problem
        assert problem.fix.en, problem
        assert problem.fix.zh, problem
    return [f"{problem.rule} {problem.where}" for problem in refusal.value.problems]


def test_short_forms_become_money_and_prices() -> None:
    line = convert({"amount": "USD 12,360.00", "price": "USD 515.00/t"}, GoodsLine)
    assert line.amount == Money(1236000, "USD")
    assert line.price == Price(Decimal("515.00"), "USD", "t")


def test_every_problem_is_told_at_once() -> None:
    assert problems({"weight": 1, "quantity": 2.5, "amount": "USD 1.005", "net_kg": True, "hs": 7}) == [
        "K002 weight",
        "K001 quantity",
        "K001 amount",
        "K001 net_kg",
        "K001 hs",
    ]


def test_missing_fields_and_wrong_choices_are_told() -> None:
    assert "K003 supplier" in problems({"line": "1", "document": "special_vat_invoice"}, PurchaseLot)
    assert problems({"invoice_date": "2026-02-30"}, Terms) == ["K001 invoice_date"]


def test_nesting_without_end_is_refused() -> None:
    deep: Any = "x"
    for _ in range(100):
        deep = [deep]
    with pytest.raises(Refusal):
        convert({"elements": deep}, GoodsLine)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.text(), x),
        max_leaves=12,
    )
)
def test_nothing_but_a_refusal_comes_of_nonsense(data: Any) -> None:
    with suppress(Refusal):
        assert isinstance(convert(data, GoodsLine), GoodsLine)


@given(st.integers(-(10**15), 10**15), st.sampled_from(["USD", "JPY", "KWD", "CNY"]))
def test_money_as_text_is_money_again(minor: int, currency: str) -> None:
    amount = Money(minor, currency)
    assert str(amount) == f"{currency} {amount.amount:,.{minor_digits(currency)}f}"
    assert money_from_text(str(amount)) == amount
    assert money(amount.amount, currency) == amount


@pytest.mark.parametrize("text", ["12", "USD", "USD 1 2", "US 1", "USD 1.001", "JPY 1.5", "USD NaN", "USD inf", "1e3"])
def test_no_amount_no_money(text: str) -> None:
    with pytest.raises(ValueError, match=r"write it|more decimals"):
        money_from_text(text)


def test_prices_per_more_than_one() -> None:
    assert price_from_text("JPY 30 per 100 kg") == Price(Decimal(30), "JPY", "kg", Decimal(100))


@pytest.mark.parametrize(
    ("rounding", "expected"), [("half_up", "0.13"), ("half_even", "0.12"), ("down", "0.12"), ("up", "0.13")]
)
def test_roundings_are_named(rounding: Any, expected: str) -> None:
    assert round_to(Decimal("0.125"), 2, rounding) == Decimal(expected)


def test_minor_units_follow_the_currency() -> None:
    assert [minor_digits(c) for c in ("CNY", "JPY", "KWD")] == [2, 0, 3]
    with pytest.raises(ValueError, match="convert"):
        Money(1, "USD") + Money(1, "CNY")


@pytest.mark.parametrize(
    "text", ["USD 12,50", "USD 1,2,3", "USD 1_000", "USD ٣٤", "USD １２", "USD ,5", "ÄÖÜ 5", "USD 12.360,00"]
)
def test_an_amount_is_written_in_one_way_that_nobody_reads_otherwise(text: str) -> None:
    assert problems({"amount": text}) == ["K001 amount"]
    assert problems({"price": f"{text}/kg"}) == ["K001 price"]


@pytest.mark.parametrize("text", ["1_000", "１２", "٣٤", " 1", "1\n"])
def test_a_number_is_written_in_plain_digits(text: str) -> None:
    assert problems({"quantity": text}) == ["K001 quantity"]


@pytest.mark.parametrize(
    "text",
    ["USD 1234", "USD 1,234", "usd 1,234.5", "1234 USD", "USD 1,234,567.00", "USD .5", "USD 1e3", "USD -1,234.00"],
)
def test_the_usual_ways_of_writing_an_amount_are_read(text: str) -> None:
    assert money_from_text(text).currency == "USD"
