"""Building a WCO message from a declaration: elements only where they have content, values only where they fit."""

import re
from datetime import date

from lxml import etree

from entrepot.gateways.messages.taking import plain_number
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


def amount(name: str, value: Money | None) -> Elements:
    """An amount in its currency."""
    return [] if value is None else leaf(name, plain_number(value.amount), currencyID=value.currency)


def day(name: str, value: date | None) -> Elements:
    """A day as date and time elements hold it (format 102: CCYYMMDD)."""
    if value is None:
        return []
    element = etree.Element(f"{{{DECLARATION}}}{name}")
    text = etree.SubElement(element, f"{{{DECLARATION_TYPES}}}DateTimeString")
    text.text = f"{value:%Y%m%d}"
    text.set("formatCode", "102")
    return [element]
