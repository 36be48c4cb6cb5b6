"""Days, numbers, money, weights and countries as people write them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.gateways import paper_values as values
from entrepot.gateways.paper_values import written_date, written_number
from entrepot.kernel.money import Money


@pytest.mark.parametrize(
    "written",
    [
        "2026-06-20", "2026/6/20", "2026.06.20", "20260620", "2026年6月20日", "二〇二六年六月二十日", "20 June 2026",
        "June 20, 2026", "20-Jun-2026", "20/06/2026", "06/20/2026", "2026-06-20T10:00:00",
    ],
)  # fmt: skip
def test_days_as_people_write_them(written: str) -> None:
    assert written_date(written) == date(2026, 6, 20)


@pytest.mark.parametrize(
    "written", ["06/07/2026", "2026-02-30", "2026年13月1日", "soon", "", "20 Foo 2026", "二〇二六年十三月一日"]
)
def test_a_day_that_is_none_or_could_be_two_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        written_date(written)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=0, max_value=10**9), st.booleans())
def test_a_number_with_thousands_marks_is_the_same_number(value: Decimal, comma: bool) -> None:
    written = f"{value:,.2f}"
    if comma:
        written = written.translate(str.maketrans(",.", ".,"))
    assert written_number(written, comma) == value


@pytest.mark.parametrize("written", ["12,50", "1,2345", "1.2.3", "1,23,456", "", "12 kg", "--1", "١٢"])
def test_what_could_be_two_numbers_or_none_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        written_number(written)


@pytest.mark.parametrize(
    ("written", "number"),
    [("1 234.50", "1234.50"), ("1\u00a0234", "1234"), ("1’234", "1234"), ("(5)", "-5"), ("１２．５", "12.5")],
)
def test_marks_between_thousands_and_negative_brackets(written: str, number: str) -> None:
    assert written_number(written) == Decimal(number)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("CN", "CHN"),
        ("China", "CHN"),
        ("中国", "CHN"),
        ("P.R. China", "CHN"),
        ("日本", "JPN"),
        ("Viet Nam", "VNM"),
        ("越南", "VNM"),
    ],
)
def test_countries_by_code_and_name(written: str, code: str) -> None:
    assert values.country_code(written) == code


def test_money_is_exact_or_none() -> None:
    assert values.exact_money(Decimal("1.50"), "USD") == Money(150, "USD")
    assert values.exact_money(Decimal("1.500"), "KWD") == Money(1500, "KWD")
    with pytest.raises(ValueError, match="more decimals"):
        values.exact_money(Decimal("1.5"), "JPY")


@pytest.mark.parametrize(
    ("amount", "unit", "kg"),
    [
        ("1", "MT", "1000"),
        ("2", "KGS", "2"),
        ("3", "lb", "1.36077711"),
        ("500", "克", "0.5"),
        ("774.14400", "KGM", "774.144"),
    ],
)
def test_weights_are_converted_exactly(amount: str, unit: str, kg: str) -> None:
    assert str(values.in_kg(Decimal(amount), unit)) == kg


def test_a_unit_that_is_no_known_weight_is_refused() -> None:
    with pytest.raises(ValueError, match="unit of weight"):
        values.in_kg(Decimal(1), "bags")


@pytest.mark.parametrize("sign", ["$", "¥", "元", "￥"])
def test_a_sign_that_several_currencies_share_names_none(sign: str) -> None:
    with pytest.raises(ValueError, match="sign of several"):
        values.currency_code(sign)


def test_goods_codes_have_six_eight_or_ten_digits() -> None:
    assert [values.hs_code(text) for text in ("2809.20", "2809 2011", "2809.20.11.00")] == [
        "280920",
        "28092011",
        "2809201100",
    ]
    for wrong in ("2809", "28092", "2809201", "28A920", ""):
        with pytest.raises(ValueError, match="goods code"):
            values.hs_code(wrong)
