"""Building UBL elements: aggregates only where they have content."""

from lxml import etree

from entrepot.gateways.messages.taking import plain_number
from entrepot.gateways.ubl.tree import NAMESPACE
from entrepot.kernel.money import Money

Elements = list[etree._Element]
"""No element, or one, or several: what aggregates are put together from."""
AGGREGATE = f"{NAMESPACE}CommonAggregateComponents-2"
BASIC = f"{NAMESPACE}CommonBasicComponents-2"


def basic(name: str, text: str, **attributes: str) -> Elements:
    """A basic component with its text, where there is one."""
    if not text:
        return []
    element = etree.Element(f"{{{BASIC}}}{name}")
    element.text = text
    for key, value in attributes.items():
        if value:
            element.set(key, value)
    return [element]


def aggregate(name: str, *parts: Elements) -> Elements:
    """An aggregate with what is in it, where there is anything."""
    return required(name, *parts) if any(parts) else []


def required(name: str, *parts: Elements) -> Elements:
    """An aggregate that its document may not be without."""
    element = etree.Element(f"{{{AGGREGATE}}}{name}")
    for part in parts:
        element.extend(part)
    return [element]


def amount(name: str, value: Money | None) -> Elements:
    """An amount in its currency."""
    return [] if value is None else basic(name, plain_number(value.amount), currencyID=value.currency)


def document(root: str, *parts: Elements) -> bytes:
    """A whole UBL document."""
    spaces = f'xmlns="{NAMESPACE}{root}-2" xmlns:cac="{AGGREGATE}" xmlns:cbc="{BASIC}"'
    made = etree.fromstring(f"<{root} {spaces}/>")
    for part in parts:
        made.extend(part)
    return etree.tostring(made, xml_declaration=True, encoding="UTF-8")
