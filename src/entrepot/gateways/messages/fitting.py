"""Fields of a declaration as a message's elements take them: a value that does not fit stays where it is, and is lost."""

import re
from datetime import date
from decimal import Decimal
from functools import cache

import pycountry

from entrepot.gateways.messages.taking import Taking, plain_number
from entrepot.kernel.money import Money

# What XML 1.0 cannot hold, and what a reader folds away: a value with these would not come back as it went.
_UNFIT = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]|^ | $|  ")


class Fitting:
    """The fields of a declaration by path. What is too long, too precise or in no code the format knows is told as lost, never
    cut short."""

    def __init__(self, take: Taking) -> None:
        self.take = take

    def text(self, path: str, longest: int, pattern: str = "") -> str:
        """Words or a code of at most so many characters, of a form if one is named."""
        value = self.take.look(path)
        if not isinstance(value, str) or not fits(value, longest) or (pattern and not re.fullmatch(pattern, value)):
            return ""
        return str(self.take(path))

    def country(self, path: str) -> str:
        """A country, alpha-2."""
        code = alpha_2(self.take.look(path))
        if code:
            self.take(path)
        return code

    def number(self, path: str, digits: int = 16, decimals: int = 6) -> str:
        """A number of at most so many digits, so many of them behind the point."""
        value = self.take.look(path, None)
        if not isinstance(value, (int, Decimal)) or not is_short(Decimal(value), digits, decimals):
            return ""
        self.take(path)
        return plain_number(value)

    def money(self, path: str, digits: int = 16, decimals: int = 3) -> Money | None:
        """An amount in its currency."""
        value = self.take.look(path, None)
        if not isinstance(value, Money) or not is_short(value.amount, digits, decimals):
            return None
        self.take(path)
        return value

    def day(self, path: str) -> date | None:
        """A day of this century, as the dates of messages are."""
        value = self.take.look(path, None)
        if not isinstance(value, date) or not 2000 <= value.year < 2100:
            return None
        self.take(path)
        return value


def fits(value: str, longest: int) -> bool:
    """Whether a text goes into an element of so many characters and comes back the same."""
    return 0 < len(value) <= longest and not _UNFIT.search(value)


def is_short(value: Decimal, digits: int, decimals: int) -> bool:
    """Whether a number that is not negative has at most so many digits in all and behind the point."""
    if not value.is_finite() or value < 0:
        return False
    _, figures, exponent = value.as_tuple()
    behind = max(0, -exponent) if isinstance(exponent, int) else digits + 1
    before = max(len(figures) + (exponent if isinstance(exponent, int) else 0), 0)
    return behind <= decimals and before + behind <= digits


def alpha_2(alpha_3: str) -> str:
    """The two-letter code of a country; nothing where it is none of ISO 3166."""
    return _alpha_2().get(alpha_3, "")


@cache
def _alpha_2() -> dict[str, str]:
    return {country.alpha_3: country.alpha_2 for country in pycountry.countries}
