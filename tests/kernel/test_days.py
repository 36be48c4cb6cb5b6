"""Legal days: the customs exchange-rate day, claims and clamped months."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.kernel.days import add_months, customs_rate_day, following_30_april, third_wednesday


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        pytest.param(date(2026, 10, 3), date(2026, 9, 16), id="W1.1"),
        pytest.param(date(2026, 1, 5), date(2025, 12, 17), id="W1.2 over the new year"),
        pytest.param(date(2026, 11, 22), date(2026, 10, 21), id="W1.3"),
        pytest.param(date(2027, 3, 3), date(2027, 2, 17), id="W1.4"),
        pytest.param(date(2026, 10, 1), date(2026, 9, 16), id="first of a month"),
    ],
)
def test_the_customs_rate_day_is_the_third_wednesday_of_the_month_before(declared: date, expected: date) -> None:
    assert customs_rate_day(declared) == expected


@given(st.dates(date(2000, 2, 1), date(2100, 1, 1)))
def test_the_customs_rate_day_is_a_wednesday_between_the_15th_and_the_21st(declared: date) -> None:
    day = customs_rate_day(declared)
    assert day.weekday() == 2
    assert 15 <= day.day <= 21
    assert (day.replace(day=1) + timedelta(days=31)).replace(day=1) == declared.replace(day=1)
    assert third_wednesday(day.year, day.month) == day


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2024, 2, 29), 36, date(2027, 2, 28)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 6, 20), 36, date(2029, 6, 20)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ],
)
def test_months_are_clamped_to_their_end(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


def test_claims_run_to_30_april_of_the_next_year() -> None:
    assert following_30_april(date(2026, 1, 1)) == date(2027, 4, 30)
    assert following_30_april(date(2026, 12, 31)) == date(2027, 4, 30)
