"""What an amount is in another currency: by the rates that a country's customs sets, else by cross rates, which only indicate."""

from datetime import date
from decimal import Decimal

from msgspec import Struct

from entrepot.kernel.case import Case
from entrepot.kernel.money import Money

ONE = Decimal(1)


class Exchanged(Struct, frozen=True):
    """An amount in main units of the currency asked for, unrounded: thresholds are tested on it. `indicative`: a rate behind it
    is a cross rate of the European Central Bank, not the rate of customs."""

    amount: Decimal
    indicative: bool = False


def exchanged(case: Case, amount: Money, to: str, day: date, pack: str, home: str) -> Exchanged | None:
    """`amount` in the currency `to` on a day, by way of the `home` currency of the pack whose customs sets the rates; None
    where a rate is not on file."""
    if amount.currency == to:
        return Exchanged(amount.amount)
    rates = [_rate(case, currency, day, pack, home) for currency in (amount.currency, to)]
    given, wanted = rates
    if given is None or wanted is None:
        cross = [_per_euro(case, currency, day) for currency in (amount.currency, to)]
        if cross[0] is None or cross[1] is None:
            return None
        return Exchanged(amount.amount * cross[1] / cross[0], True)
    return Exchanged(amount.amount * given / wanted)


def _rate(case: Case, currency: str, day: date, pack: str, home: str) -> Decimal | None:
    if currency == home:
        return ONE
    row = case.read(f"{pack}/customs_rates", day, currency=currency)
    return None if row is None else Decimal(row["rate"])


def _per_euro(case: Case, currency: str, day: date) -> Decimal | None:
    if currency == "EUR":
        return ONE
    row = case.read("ecb/rates", day, currency=currency)
    return None if row is None else Decimal(row["rate"])
