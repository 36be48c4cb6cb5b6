"""Values of the WCO Data Model as elements."""

from datetime import date

from entrepot.gateways.messages.markup import leaf
from entrepot.gateways.messages.taking import plain_number
from entrepot.kernel.money import Money


def amount(name: str, value: Money | None) -> str:
    """An amount in its currency."""
    return "" if value is None else leaf(name, plain_number(value.amount), currencyID=value.currency)


def day(name: str, value: date | None) -> str:
    """A day as date and time elements hold it (format 102: CCYYMMDD)."""
    if value is None:
        return ""
    return f'<{name}><ds:DateTimeString formatCode="102">{value:%Y%m%d}</ds:DateTimeString></{name}>'
