"""Arithmetic on legal days: pure functions of dates."""

from calendar import monthrange
from datetime import date, timedelta


def add_months(day: date, months: int) -> date:
    """The same day `months` later, clamped to the month's end (29 February + 36 months is 28 February)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def third_wednesday(year: int, month: int) -> date:
    """The third Wednesday of a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(2 - first.weekday()) % 7 + 14)


def customs_rate_day(declared_on: date) -> date:
    """The reference day of China's customs exchange rate: the third Wednesday of the month before the declaration.

    Source: GACC Order 272, Articles 13-14. Where that day is no inter-bank trading day the next trading day counts;
    which days trade is a question to the rate table, not to the calendar.
    """
    before = add_months(declared_on.replace(day=1), -1)
    return third_wednesday(before.year, before.month)


def following_30_april(day: date) -> date:
    """30 April of the year after `day`: the routine end of an export refund claim and of FX receipt."""
    return date(day.year + 1, 4, 30)
