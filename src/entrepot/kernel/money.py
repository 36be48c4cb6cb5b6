"""Money, prices, quantities and the named roundings. No binary float enters here."""

import re
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
    InvalidOperation,
)
from typing import Literal

from msgspec import Struct

Rounding = Literal["half_up", "half_even", "down", "up", "floor", "ceiling"]

ROUNDINGS: dict[str, str] = {
    "half_up": ROUND_HALF_UP,
    "half_even": ROUND_HALF_EVEN,
    "down": ROUND_DOWN,
    "up": ROUND_UP,
    "floor": ROUND_FLOOR,
    "ceiling": ROUND_CEILING,
}

# ISO 4217 minor units that are not two.
_DIGITS: dict[str, int] = {
    **dict.fromkeys(
        (
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ),
        0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
# Digits of this script, commas between thousands only: `12,50` is nobody's 1250, and `1_0` nobody's 10.
_NUMBER = re.compile(r"[+-]?(?:(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,9})?")
_CURRENCY = re.compile(r"[A-Za-z]{3}")
_STEPS = tuple(Decimal(1).scaleb(-digits) for digits in range(12))


def minor_digits(currency: str) -> int:
    """Decimal places of a currency's minor unit (ISO 4217): 2 for CNY and USD, 0 for JPY."""
    return _DIGITS.get(currency, 2)


def round_to(value: Decimal, digits: int, rounding: Rounding = "half_up") -> Decimal:
    """`value` with `digits` decimal places (0-11), by a named rounding."""
    return value.quantize(_STEPS[digits], ROUNDINGS[rounding])


class Money(Struct, frozen=True, order=False):
    """An amount in whole minor units (fen, cent, yen) of an ISO 4217 currency."""

    minor: int
    currency: str

    @property
    def amount(self) -> Decimal:
        """The amount in the currency's main unit."""
        return Decimal(self.minor) * _STEPS[_DIGITS.get(self.currency, 2)]

    def __str__(self) -> str:
        digits = _DIGITS.get(self.currency, 2)
        if not digits:
            return f"{self.currency} {self.minor:,}"
        whole, part = divmod(abs(self.minor), 10**digits)
        return f"{self.currency} {'-' if self.minor < 0 else ''}{whole:,}.{part:0{digits}}"

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency}: convert at a stated rate first")


class Price(Struct, frozen=True):
    """A unit price: `amount` of `currency` per `per` of `unit` (USD 515.00 per 1 t)."""

    amount: Decimal
    currency: str
    unit: str = ""
    per: Decimal = Decimal(1)

    def __str__(self) -> str:
        base = f"{self.currency} {self.amount}"
        return f"{base}/{'' if self.per == 1 else str(self.per) + ' '}{self.unit}" if self.unit else base


class Quantity(Struct, frozen=True):
    """A measured amount in a unit code."""

    amount: Decimal
    unit: str

    def __str__(self) -> str:
        return f"{self.amount:,f} {self.unit}"


def money(amount: Decimal, currency: str, rounding: Rounding = "half_up") -> Money:
    """`amount` in main units rounded to the currency's minor unit."""
    digits = minor_digits(currency)
    return Money(int(amount.scaleb(digits).quantize(_STEPS[0], ROUNDINGS[rounding])), currency)


def number_from_text(text: str) -> Decimal:
    """`12,360.00` as a Decimal; ValueError for other scripts' digits and for commas that part anything but thousands."""
    if _NUMBER.fullmatch(text) is None:
        raise ValueError(f"{text[:60]!r} is not a number: write it as 12360.00")
    return Decimal(text.replace(",", ""))


def money_from_text(text: str) -> Money:
    """`USD 12,360.00` or `12360 USD` as Money; ValueError where it is no such amount or has too many decimals."""
    words = text.split()
    if len(words) == 2 and _CURRENCY.fullmatch(words[1]):
        words.reverse()
    try:
        if len(words) != 2 or not _CURRENCY.fullmatch(words[0]):
            raise ValueError(text)
        currency, amount = words[0].upper(), number_from_text(words[1])
        exact = amount == round_to(amount, minor_digits(currency))
    except (ValueError, InvalidOperation) as error:  # no number, or one too large to be an amount (1e999)
        raise ValueError(f"{text[:60]!r} is not an amount: write it as 'USD 12360.00'") from error
    if not exact:
        raise ValueError(f"{text[:60]!r} has more decimals than {currency} has: round it first")
    return money(amount, currency)


def price_from_text(text: str) -> Price:
    """`USD 515.00/t` or `JPY 30 per 100 kg` as a Price."""
    head, _, tail = text.replace(" per ", "/").partition("/")
    words, parts = head.split(), tail.split()
    try:
        if len(words) == 2 and _CURRENCY.fullmatch(words[0]):
            per = number_from_text(parts[0]) if len(parts) == 2 else Decimal(1)
            return Price(number_from_text(words[1]), words[0].upper(), parts[-1] if parts else "", per)
    except ValueError:
        pass
    raise ValueError(f"{text[:60]!r} is not a unit price: write it as 'USD 515.00/t'")


def quantity_from_text(text: str) -> Quantity:
    """`24,000 kg` as a Quantity."""
    words = text.split()
    if len(words) == 2 and _NUMBER.fullmatch(words[0]):
        return Quantity(number_from_text(words[0]), words[1])
    raise ValueError(f"{text[:60]!r} is not a quantity: write it as '24000 kg'")


def lesser(first: Decimal, *others: Decimal) -> Decimal:
    """The smallest of the amounts."""
    return min(first, *others) if others else first


def greater(first: Decimal, *others: Decimal) -> Decimal:
    """The largest of the amounts."""
    return max(first, *others) if others else first
