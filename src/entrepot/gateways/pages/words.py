"""Words on a page, each in its box, and the one written form of such a place: `page 2 [0.120 0.300 0.450 0.330]`."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

SURE = Decimal(1)
_PLACE = re.compile(r"page (\d{1,4}) \[([01]\.\d{3}) ([01]\.\d{3}) ([01]\.\d{3}) ([01]\.\d{3})\]")
_CJK = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")


class Box(NamedTuple):
    """A rectangle: left, top, right, bottom; from the upper left corner of the page."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    @property
    def middle(self) -> float:
        """The height at which it stands."""
        return (self.y0 + self.y1) / 2


class Spot(NamedTuple):
    """A place on a paper: the page from 1, and the box in fractions of its width and height."""

    page: int
    box: Box


class Word(NamedTuple):
    """A word where it stands (in the page's own units), how sure its reading is (0 to 1), and whether a space goes before it."""

    text: str
    box: Box
    confidence: Decimal = SURE
    spaced: bool = True


class Page(NamedTuple):
    """A page: its number from 1, its size, its words, and the lines ruled on it, all in one unit (points or pixels).

    `across` are horizontal rules, `down` vertical ones; `read` says that the words were recognised in a picture and not taken
    from the file itself. Where a picture was turned to be read, `origin` (a, b, c, d, e, f) leads a point (x, y) of the page back
    to the paper as it was handed in: (ax + by + c, dx + ey + f), in fractions of its width and height.
    """

    number: int
    width: float
    height: float
    words: Sequence[Word]
    across: Sequence[Box] = ()
    down: Sequence[Box] = ()
    read: bool = False
    origin: tuple[float, float, float, float, float, float] | None = None


def around(boxes: Iterable[Box]) -> Box:
    """The smallest box around some."""
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return Box(min(x0), min(y0), max(x1), max(y1))


def meet(one: Box, other: Box) -> bool:
    """Whether two boxes share a good part of the smaller one."""
    wide, high = min(one.x1, other.x1) - max(one.x0, other.x0), min(one.y1, other.y1) - max(one.y0, other.y0)
    least = min((one.x1 - one.x0) * one.height, (other.x1 - other.x0) * other.height)
    return wide > 0 and high > 0 and wide * high > 0.1 * least


def place_of(page: Page, box: Box) -> str:
    """The written form of a place."""
    if page.origin is None:
        parts = (box.x0 / page.width, box.y0 / page.height, box.x1 / page.width, box.y1 / page.height)
    else:
        a, b, c, d, e, f = page.origin
        corners = [(x, y) for x in (box.x0, box.x1) for y in (box.y0, box.y1)]
        across, down = [a * x + b * y + c for x, y in corners], [d * x + e * y + f for x, y in corners]
        parts = (min(across), min(down), max(across), max(down))
    return f"page {page.number} [{' '.join(f'{min(max(part, 0), 1):.3f}' for part in parts)}]"


def quarters_of(page: Page) -> int:
    """By how many quarters to the left the paper as it was handed in was turned to be read."""
    if page.origin is None:
        return 0
    across, down = page.origin[0], page.origin[3]  # where to the right of the page leads on the paper
    return (0 if across > 0 else 2) if abs(across) >= abs(down) else (1 if down > 0 else 3)


def spots_of(place: str) -> list[Spot]:
    """The places on pages that a written place names; none where it names cells or elements."""
    return [Spot(int(page), Box(*map(float, box))) for page, *box in _PLACE.findall(place)]


def said(words: Sequence[Word]) -> str:
    """Words in a row as text; none of the spaces that Chinese headings are stretched with."""
    text = ""
    for word in words:
        text = joined([text, word.text]) if word.spaced and text else text + word.text
    return text


def joined(parts: Sequence[str]) -> str:
    """Lines of one text as one line: no space goes between Chinese characters."""
    text = ""
    for part in parts:
        close = not text or (_CJK.match(text[-1]) and _CJK.match(part[:1]))
        text += part if close else f" {part}"
    return text
