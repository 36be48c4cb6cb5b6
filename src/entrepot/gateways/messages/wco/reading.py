"""Reading elements of a WCO message: each text is stated with its place, or stays to be listed."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from entrepot.gateways.extract import Found
from entrepot.gateways.messages.state import Documents, as_country, as_text, misread, state, state_equipment
from entrepot.gateways.messages.xml import leave_unused
from entrepot.gateways.ubl.tree import Node
from entrepot.kernel.topics import Topic

_OWN_CODE = re.compile("[A-Z]{2}")


class Reading:
    """A message while it is being read. An element that gave a fact is marked used; the rest is listed at the end."""

    def __init__(self, root: Node, today: date) -> None:
        self.root = root
        self.found = Found(today)
        self.documents = Documents()
        self._boxes: dict[str, str] = {}

    def say(
        self, topic: Topic[Any], key: str, field: str, node: Node | None, value: Callable[[str], Any] = as_text
    ) -> bool:
        """State a field from an element. What cannot be read is a problem at its place and stays listed."""
        if node is None or not state(self.found, topic, key, field, node.text, node.path, value):
            return False
        node.used = True
        return True

    def once(self, topic: Topic[Any], field: str, node: Node | None, value: Callable[[str], Any] = as_text) -> None:
        """State a field of a topic without keys, if nothing stated it yet or the same did."""
        if node is None or not node.text:
            return
        standing = self.found.get(topic, "", field)
        if standing is None:
            self.say(topic, "", field, node, value)
        elif _equal(standing, node.text, value):
            node.used = True

    def alike(
        self, topic: Topic[Any], field: str, nodes: Iterable[Node], value: Callable[[str], Any] = as_text
    ) -> None:
        """State once what every line says alike; where lines differ, none speaks for the whole and all stay listed."""
        said = [node for node in nodes if node.text]
        if said and len({node.text for node in said}) == 1:
            for node in said:
                self.once(topic, field, node, value)

    def country(self, topic: Topic[Any], key: str, field: str, node: Node | None) -> None:
        """State a country as alpha-3. Customs have two-letter codes of their own (`XI`, `EU`): those stay listed."""
        if node is not None and (not _OWN_CODE.fullmatch(node.text) or is_country(node.text)):
            self.say(topic, key, field, node, as_country)

    def box(self, node: Node | None) -> str:
        """State that a container is named; gives its key. One that is named again is judged once."""
        if node is None or not node.text:
            return ""
        if node.text not in self._boxes:
            self._boxes[node.text] = state_equipment(self.found, node.text, node.path)
        return self._boxes[node.text]

    def value(self, node: Node | None, value: Callable[[str], Any]) -> Any:
        """The value of an element; None where there is none, or with a problem where it cannot be read."""
        if node is None or not node.text:
            return None
        try:
            read = value(node.text)
        except ValueError as error:
            misread(self.found, node.path, str(error))
            return None
        node.used = True
        return read

    def done(self) -> Found:
        """What was found, once everything else is listed."""
        self.documents.state(self.found)
        leave_unused(self.found, self.root)
        return self.found


def raw(node: Node | None) -> str:
    """The text of an element, which is not used by that; nothing where there is none."""
    return "" if node is None else node.text


def use(*nodes: Node | None) -> None:
    """Mark elements that say how the message is built, or whose text stands within another statement."""
    for node in nodes:
        if node is not None:
            node.used = True


def is_country(code: str) -> bool:
    """Whether a code is a country of ISO 3166."""
    try:
        return bool(as_country(code))
    except ValueError:
        return False


def _equal(standing: object, text: str, value: Callable[[str], Any]) -> bool:
    try:
        return bool(standing == value(text))
    except ValueError:
        return False
