"""Labels on a page with the values that belong to them: beside, beneath, or over several lines beneath."""

import re
from collections.abc import Iterator, Sequence

from entrepot.gateways.pages.segments import Line, Segment
from entrepot.gateways.pages.words import Box, Page, Word, said
from entrepot.gateways.spreadsheet.headings import Headings

_PARTY_LINES = 6
# Titles, and the heads of boxes that hold sentences: they have no value.
_HEADS = ("kind.", "table.", "agreement.", "certificate.issue", "certificate.declared", "certificate.end")
_PARTY_TO = "trade.party/importer.name"
_OPEN, _CLOSES = re.compile(r"[(（][^()（）]*$"), re.compile(r"^[^()（）]*[)）]\s*$")
_BESIDE = 0.34  # of the page's width: how far right of its label a value may stand


class Labelled:
    """A label and its value, or a text without label: what goes into one cell, and the words of each line of the value."""

    def __init__(self, page: Page, text: str, lines: Sequence[Sequence[Word]]) -> None:
        self.page, self.text, self.lines = page, text, tuple(map(tuple, lines))


def read_labels(page: Page, lines: list[Line], headings: Headings) -> Iterator[Labelled]:
    """Every segment outside the tables, each once, top to bottom: labels with their values, other texts by themselves."""
    segments = [segment for line in lines for segment in line]
    used: set[int] = set()
    finder = _Finder(page, segments, headings, used)
    labels = [(at, segment, *label) for at, segment in enumerate(segments) if (label := finder.label(segment))]
    for at, _, _, words in labels:  # those that carry their value first: nobody else may take it
        if words:
            used.add(at)
    made: list[tuple[int, Labelled]] = []
    for at, segment, field, words in labels:
        if field.startswith(_HEADS) and not words:
            continue
        head = segment.text
        if words:
            colon = re.search(r"[:：]", head)
            head = head[: colon.start()] if colon else said(segment.words[: len(segment.words) - len(words)])
        value = [words] if words else []
        if not words and (found := finder.value(finder.end(at))) is not None:
            used.update((at, found))
            value = [segments[found].words]
        if field == _PARTY_TO and any(
            other == "transport.plan.loading_port" and abs(one.box.middle - segment.box.middle) < 0.5 * one.box.height
            for _, one, other, _ in labels
        ):
            field, head = (
                "transport.plan.discharge_port",
                "Port of Discharge",
            )  # `From Shanghai To Hamburg`, on one line
        if value and field.startswith("trade.party/") and field.endswith(".name"):
            value += finder.further(at if words else found or at, value[0])
        if value:
            text = "\n".join(said(part) for part in value)
            made.append((at, Labelled(page, f"{_OPEN.sub('', head).rstrip(' :：')}: {text}", value)))
    made += [(at, Labelled(page, one.text, [one.words])) for at, one in enumerate(segments) if at not in used]
    yield from (one for _, one in sorted(made, key=lambda pair: pair[0]))


class _Finder:
    """Looks for the value of a label among the segments of a page that no other label has."""

    def __init__(self, page: Page, segments: list[Segment], headings: Headings, used: set[int]) -> None:
        self.page, self.segments, self.headings, self.used = page, segments, headings, used
        self.bare = {at for at, one in enumerate(segments) if self.label(one)}
        self.owed = {  # what stands right beside a label that has no value of its own
            beside
            for at in self.bare
            if (label := self.label(segments[at]))
            and not label[1]
            and (beside := self._beside(segments[at])) is not None
        }

    def label(self, segment: Segment) -> tuple[str, tuple[Word, ...]] | None:
        """The field of a segment that is or begins with a label, and the words behind the label."""
        whole = self.headings.label(segment.text)
        if whole is not None:
            if not whole[1]:
                return whole[0], ()
            return whole[0], _after_colon(segment.words)
        for at in range(min(5, len(segment.words) - 1), 0, -1):  # `Invoice No. A-1`, without its colon
            head = said(segment.words[:at])
            if (at > 1 or (len(head) > 3 and not head.isascii())) and any(
                c.isdigit() for c in segment.text[len(head) :]
            ):
                known = self.headings.label(head)
                if known is not None and not known[1] and not known[0].startswith(("kind.", "table.")):
                    return known[0], segment.words[at:]
        return None

    def value(self, at: int) -> int | None:
        """The segment that is a bare label's value: beneath it where it is closer there, or shares its box; else beside it."""
        label = self.segments[at]
        high = label.box.height
        beside, beneath = self._beside(label), self._beneath(label.box, label.box.x0, 1.3 * high)
        colon = label.text.rstrip().endswith((":", "："))
        if beside is not None and beneath is not None:
            gap = self.segments[beside].box.x0 - label.box.x1
            if self._ruled_off(label.box, self.segments[beside].box):
                # in a grid of boxes a small label stands over its value; in a table of two columns beside it
                return beneath if not self._ruled_under(label.box, self.segments[beneath].box) else beside
            return beside if colon or gap < 3 * high else beneath
        return beside if beside is not None else beneath

    def end(self, at: int) -> int:
        """The segment in which a label ends: where a bracket of it closes on the line beneath, that one."""
        label = self.segments[at]
        if not _OPEN.search(label.text):
            return at
        below = self._beneath(label.box, label.box.x0, 0.9 * label.box.height)
        if below is None or not _CLOSES.search(self.segments[below].text):
            return at
        self.used.add(below)
        return below

    def further(self, at: int, first: Sequence[Word]) -> list[tuple[Word, ...]]:
        """The lines under a party's name that belong to it."""
        lines: list[tuple[Word, ...]] = []
        box = Segment(self.page, first).box
        left = {box.x0, self.segments[at].box.x0}
        while len(lines) < _PARTY_LINES:
            below = [self._beneath(box, x0, 0.55 * box.height) for x0 in sorted(left, reverse=True)]
            found = next((one for one in below if one is not None and one not in self.owed), None)
            if found is None or self.segments[found].text.rstrip().endswith((":", "：")):  # a sentence begins
                return lines
            self.used.add(found)
            box = self.segments[found].box
            lines.append(self.segments[found].words)
        return lines

    def _free(self, at: int) -> bool:
        return at not in self.used and at not in self.bare

    def _beside(self, label: Segment) -> int | None:
        """The nearest segment to the right on the same line, unless a label stands there first."""
        right = [
            (one.box.x0, at)
            for at, one in enumerate(self.segments)
            if one.box.x0 >= label.box.x1 - 1 and abs(one.box.middle - label.box.middle) < 0.5 * label.box.height
        ]
        if not right:
            return None
        x0, at = min(right)
        return at if self._free(at) and x0 - label.box.x1 < _BESIDE * self.page.width else None

    def _beneath(self, box: Box, x0: float, reach: float) -> int | None:
        """The nearest segment below that begins at the same left edge, with no rule between."""
        below = [
            (one.box.y0, at)
            for at, one in enumerate(self.segments)
            if one.box.middle > box.y1 - 0.2 * box.height
            and one.box.y0 - box.y1 < reach
            and abs(one.box.x0 - x0) < 0.9 * box.height
        ]
        if not below:
            return None
        at = min(below)[1]
        return at if self._free(at) and not self._ruled_under(box, self.segments[at].box) else None

    def _ruled_off(self, left: Box, right: Box) -> bool:
        return any(
            left.x1 - 2 <= rule.x0 <= right.x0 + 2 and rule.y0 <= left.middle <= rule.y1 for rule in self.page.down
        )

    def _ruled_under(self, upper: Box, lower: Box) -> bool:
        return any(
            upper.middle < rule.middle < lower.middle and rule.x0 < upper.x1 and rule.x1 > upper.x0
            for rule in self.page.across
        )


def _after_colon(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words behind the first colon; a word that has it in the middle is parted, its box with it."""
    for at, word in enumerate(words):
        where = min((place for colon in ":：" if (place := word.text.find(colon)) >= 0), default=-1)
        if where < 0:
            continue
        rest = word.text[where + 1 :].strip()
        if not rest:
            return tuple(words[at + 1 :])
        share = (where + 1) / len(word.text)
        box = word.box._replace(x0=word.box.x0 + share * (word.box.x1 - word.box.x0))
        return (Word(rest, box, word.confidence, True), *words[at + 1 :])
    return tuple(words)
