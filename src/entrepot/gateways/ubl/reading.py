"""Reading single elements of a UBL document: exact values, the place of each, and a note of what was used."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from entrepot.gateways import paper_values as values
from entrepot.gateways.bounds import plain_decimal
from entrepot.gateways.extract import Found
from entrepot.gateways.ubl.tree import Node
from entrepot.kernel.money import Money
from entrepot.kernel.text import Text
from entrepot.kernel.topics import Topic

T = TypeVar("T")


class Reading:
    """A document while it is being read. An element that gave a fact is marked used; the others are looked through at the end."""

    def __init__(self, root: Node, kind: str, today: date) -> None:
        self.root, self.kind = root, kind
        self.nodes = tuple(root.walk())
        self.lines: list[tuple[str, Node]] = []
        self.found = Found(today)

    def state(
        self, topic: Topic[Any], key: str, field: str, node: Node | None, value: Callable[[Node], T | None]
    ) -> bool:
        """State a field from an element; False where there is no element or its value cannot be read (then a problem says so)."""
        read = None if node is None else self.value(node, value)
        if node is None or read is None or read == "":
            return False
        self.found.set(topic, key, field, read, node.path)
        return True

    def value(self, node: Node, value: Callable[[Node], T | None]) -> T | None:
        """The value of an element, or None with a problem that names its place."""
        node.used = True
        try:
            return value(node)
        except ValueError as error:
            self.found.problem(
                "P012",
                node.path,
                Text(f"{node.name}: {error}", f"{node.name}：无法读取（{error}）"),
                Text("correct the value in the document, or enter it by hand", "请更正单证中的值，或手工录入"),
            )
            return None


def text(node: Node) -> str:
    """The text of an element."""
    return node.text


def number(node: Node) -> Decimal:
    """A number that may not be negative."""
    amount = plain_decimal(node.text)
    if amount < 0:
        raise ValueError(f"{node.text[:40]} is negative")
    return amount


def count(node: Node) -> int:
    """A whole number of things."""
    amount = number(node)
    if amount != amount.to_integral_value():
        raise ValueError(f"{node.text[:40]} is not a whole number")
    return int(amount)


def amount(node: Node) -> Money:
    """An amount with its currency, in whole minor units."""
    return values.exact_money(number(node), values.currency_code(node.attributes.get("currencyID", "")))


def day(node: Node) -> date:
    """A day; UBL's time zone suffix does not move it."""
    return values.written_date(node.text)


def country(node: Node) -> str:
    """A country as alpha-3."""
    return values.country_code(node.text)


def weight(node: Node) -> Decimal:
    """A weight in kg."""
    return values.in_kg(number(node), node.attributes.get("unitCode", ""))


def unit(node: Node) -> str:
    """The unit of a measure, as the paper has it."""
    return node.attributes.get("unitCode", "")


def yes_or_no(node: Node) -> bool:
    """An indicator."""
    if node.text not in ("true", "false", "1", "0"):
        raise ValueError(f"{node.text[:40]!r} is neither true nor false")
    return node.text in ("true", "1")
