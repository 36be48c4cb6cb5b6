"""Building a WCO message from a declaration: elements only where they have content, values only where they fit."""

import re
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import pycountry
from lxml import etree

from entrepot.gateways.messages.taking import Taking, plain_number
from entrepot.gateways.messages.wco.names import DECLARATION, DECLARATION_TYPES
from entrepot.kernel.money import Money

Elements = list[etree._Element]
"""No element, or one, or several: what branches are put together from."""

# What XML 1.0 cannot hold, and what a reader folds away: a value with these would not come back as it went.
_UNFIT = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]|^ | $|  ")


def leaf(name: str, text: str, **attributes: str) -> Elements:
    """An element with a text, where there is one."""
    if not text:
        return []
    element = etree.Element(f"{{{DECLARATION}}}{name}")
    element.text = text
    for key, value in attributes.items():
        if value:
            element.set(key, value)
    return [element]


def branch(name: str, *parts: Elements) -> Elements:
    """An element with elements in it, where there are any."""
    inner = [element for part in parts for element in part]
    if not inner:
        return []
    element = etree.Element(f"{{{DECLARATION}}}{name}")
    element.extend(inner)
    return [element]


def day(name: str, value: date | None) -> Elements:
    """A day as date and time elements hold it (format 102: CCYYMMDD)."""
    if value is None:
        return []
    element = etree.Element(f"{{{DECLARATION}}}{name}")
    text = etree.SubElement(element, f"{{{DECLARATION_TYPES}}}DateTimeString")
    text.text = f"{value:%Y%m%d}"
    text.set("formatCode", "102")
    return [element]


class Fitting:
    """The fields of a declaration as the model's elements take them. A value that does not fit stays where it is: it is lost,
    and told as such, never cut short."""

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

    def money(self, name: str, path: str) -> Elements:
        """An amount in its currency."""
        value: Any = self.take.look(path, None)
        if not isinstance(value, Money) or not is_short(value.amount, 16, 3):
            return []
        self.take(path)
        return leaf(name, plain_number(value.amount), currencyID=value.currency)

    def day(self, name: str, path: str) -> Elements:
        """A day of this century, as the model's dates are."""
        value = self.take.look(path, None)
        if not isinstance(value, date) or not 2000 <= value.year < 2100:
            return []
        return day(name, self.take(path))


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
