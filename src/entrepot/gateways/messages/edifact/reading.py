"""What the readers of EDIFACT messages share: stating from a component of a segment, and what was left."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from entrepot.gateways.extract import Found
from entrepot.gateways.messages.edifact.syntax import Message, Segment
from entrepot.gateways.messages.state import as_number, as_text, leave, misread, state
from entrepot.gateways.paper_values import country_code
from entrepot.kernel.topics import Topic

# Segments and elements that carry the message and say nothing of the trade.
_CARRIERS = frozenset({"UNH", "UNT", "UNS"})


def number(raw: str) -> Decimal:
    """A number that may not be negative; the decimal mark may be a comma."""
    return as_number(raw.replace(",", ".") if raw.count(",") == 1 and "." not in raw else raw)


def country(raw: str) -> str:
    """A country by its code, as alpha-3."""
    return country_code(raw)


class Reading:
    """A message while it is read. A component that gave a fact is marked used; the others are listed at the end."""

    def __init__(self, message: Message, today: date) -> None:
        self.message, self.found = message, Found(today)

    def put(
        self,
        topic: Topic[Any],
        key: str,
        field: str,
        segment: Segment,
        at: tuple[int, int],
        value: Callable[[str], Any] = as_text,
        *also: tuple[int, int],
    ) -> bool:
        """State a field from a component; `also` are the components that say how it is meant."""
        raw = segment.get(*at)
        if not state(self.found, topic, key, field, raw, segment.place(*at), value):
            return False
        segment.used.update((at, *also))
        return True

    def words(self, segment: Segment, element: int, raw: str) -> str:
        """A text put together from several components; empty, with a problem, where it is longer than a field may be."""
        try:
            return as_text(raw)
        except ValueError as error:
            self.misread(segment, element, str(error))
            return ""

    def joined(self, segment: Segment, element: int, topic: Topic[Any], key: str, field: str, sep: str = "") -> bool:
        """State a text that stands in the components of one element."""
        parts = segment.elements[element - 1] if element <= len(segment.elements) else ()
        text = sep.join(part for part in parts if part)
        if not state(self.found, topic, key, field, text, segment.place(element)):
            return False
        segment.used.update((element, component) for component in range(1, len(parts) + 1))
        return True

    def misread(self, segment: Segment, element: int, why: str) -> None:
        """Note a value that cannot be what its place asks for."""
        misread(self.found, segment.place(element), why)

    def leave_unused(self) -> None:
        """Note what gave no statement: the components left of each segment, with their places and values."""
        for segment in self.message.segments:
            if segment.tag in _CARRIERS:
                continue
            left = [
                f"{element}.{component} {text}"
                for element, component, text in segment.leaves()
                if (element, component) not in segment.used
            ]
            if left:
                leave(self.found, segment.place(), "; ".join(left))
