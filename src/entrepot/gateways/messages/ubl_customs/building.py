"""UBL components: basic ones with their text, aggregates where they have content."""

from entrepot.gateways.messages import markup
from entrepot.gateways.messages.taking import plain_number
from entrepot.gateways.ubl.tree import NAMESPACE
from entrepot.kernel.money import Money


def basic(name: str, text: str, **attributes: str) -> str:
    """A basic component with its text, where there is one."""
    return markup.leaf(f"cbc:{name}", text, **attributes)


def aggregate(name: str, *parts: str) -> str:
    """An aggregate with what is in it, where there is anything."""
    return markup.branch(f"cac:{name}", *parts)


def required(name: str, *parts: str) -> str:
    """An aggregate that its document may not be without."""
    return aggregate(name, *parts) or f"<cac:{name}/>"


def amount(name: str, value: Money | None) -> str:
    """An amount in its currency."""
    return "" if value is None else basic(name, plain_number(value.amount), currencyID=value.currency)


def document(root: str, *parts: str) -> bytes:
    """A whole UBL document."""
    spaces = (
        f'xmlns="{NAMESPACE}{root}-2" xmlns:cac="{NAMESPACE}CommonAggregateComponents-2" '
        f'xmlns:cbc="{NAMESPACE}CommonBasicComponents-2"'
    )
    return markup.document(root, spaces, *parts)
