"""The words of a page as lines, and the lines as segments: what stands together, apart from what stands beside it."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cached_property
from statistics import median

from entrepot.gateways.pages.words import Box, Page, Word, around, place_of, said
from entrepot.gateways.spreadsheet.headings import Headings

# A gap wider than this share of the line's height parts two segments: about two spaces.
GAP = 0.62
_LABEL_WORDS = 5


class Segment:
    """Words of one line that stand together."""

    def __init__(self, page: Page, words: Sequence[Word]) -> None:
        self.page, self.words = page, tuple(words)

    @cached_property
    def text(self) -> str:
        return said(self.words)

    @cached_property
    def box(self) -> Box:
        return around(word.box for word in self.words)

    @property
    def confidence(self) -> Decimal:
        return min(word.confidence for word in self.words)

    @property
    def place(self) -> str:
        return place_of(self.page, self.box)

    def parted(self, at: int) -> tuple["Segment", "Segment"]:
        return Segment(self.page, self.words[:at]), Segment(self.page, self.words[at:])


Line = list[Segment]


def lines_of(page: Page, headings: Headings) -> list[Line]:
    """The lines of a page, top to bottom, each as its segments from left to right."""
    return [list(_segments(page, words, headings)) for words in _rows(page.words)]


def line_box(line: Line) -> Box:
    """The box around a line."""
    return around(segment.box for segment in line)


def height_of(line: Line) -> float:
    """How high the words of a line are."""
    return median(word.box.height for segment in line for word in segment.words)


def _rows(words: Sequence[Word]) -> list[list[Word]]:
    """Words at one height, left to right. A word belongs to the line whose middle it meets best."""
    rows: list[list[Word]] = []
    middles: list[float] = []
    for word in sorted(words, key=lambda one: one.box.middle):
        near = [
            at
            for at in range(max(0, len(rows) - 3), len(rows))
            if abs(word.box.middle - middles[at]) < 0.45 * min(word.box.height, rows[at][0].box.height)
        ]
        if near:
            at = min(near, key=lambda one: abs(word.box.middle - middles[one]))
            rows[at].append(word)
            middles[at] = sum(one.box.middle for one in rows[at]) / len(rows[at])
        else:
            rows.append([word])
            middles.append(word.box.middle)
    return [sorted(row, key=lambda one: one.box.x0) for row in rows]


def _segments(page: Page, words: Sequence[Word], headings: Headings) -> Iterator[Segment]:
    """Parted where the gap is wide, where a ruled line stands between, and where another label begins."""
    high = median(word.box.height for word in words)
    start = 0
    for at in range(1, len(words) + 1):
        if at == len(words) or _apart(page, words[at - 1].box, words[at].box, high):
            yield from _by_labels(Segment(page, words[start:at]), headings)
            start = at


def _apart(page: Page, left: Box, right: Box, high: float) -> bool:
    if right.x0 - left.x1 > GAP * high:
        return True
    slack = 0.15 * high
    return any(
        left.x1 - slack <= (rule.x0 + rule.x1) / 2 <= right.x0 + slack and rule.y0 <= left.middle <= rule.y1
        for rule in page.down
    )


def _by_labels(segment: Segment, headings: Headings) -> Iterator[Segment]:
    """`Invoice No.: A-1 Date: 1 June 2026` is two: a label with its colon begins a segment, unless what is before it is but a
    label in the other language."""
    own = headings.label(segment.text)
    first = next((at for at, word in enumerate(segment.words) if any(colon in word.text for colon in ":：")), 0)
    for at in range(1 + (first if own and own[1] else 0), len(segment.words)):
        for end in range(at, min(at + _LABEL_WORDS, len(segment.words))):
            text = segment.words[end].text
            if not any(colon in text for colon in ":："):
                continue
            before, after = segment.parted(at)
            label = headings.label(said(segment.words[at : end + 1]))
            known = headings.label(before.text)
            if label and not label[0].startswith("table.") and (known is None or known[1]):
                yield before
                yield from _by_labels(after, headings)
                return
            break
    yield segment
