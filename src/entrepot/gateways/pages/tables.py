"""Tables of goods on pages: a head, what stands under each of its words, rows that take several lines, and pages that go on."""

import itertools
import re
from collections.abc import Iterator, Sequence
from statistics import median
from typing import NamedTuple

from entrepot.gateways.pages.segments import Line, Segment, height_of, line_box
from entrepot.gateways.pages.words import Box, Page, Word, around, joined, said
from entrepot.gateways.spreadsheet.headings import Column, Headings
from entrepot.gateways.spreadsheet.tables import tells

_HEAD_LINES = 6  # on forms a head says at length what goes into its column
_DESCRIPTION = "goods.line.description"
_NUMBERS = frozenset(f"goods.line.{name}" for name in ("quantity", "price", "amount", "net_kg", "gross_kg", "packages"))
_NUMBER = re.compile(r"[^\d]{0,4}\d[\d,.' ]*")
_BOX_NUMBER = re.compile(r"\d{1,2}[.、]")  # of a form, alone above its head
_CODE = re.compile(r"(?:H\.?S\.?\s*(?:CODE|NO\.?|编码)|商品编码|税则号列)\s*[:：]?\s*([\d.]{6,13})\s*$", re.IGNORECASE)
_FOOT = re.compile(r"[-–\s]*(page|第)?\s*\d{1,4}\s*(页)?[,，]?\s*((of|/|共)\s*\d{1,4}\s*(页)?)?[-–\s]*", re.IGNORECASE)


class Under(NamedTuple):
    """A column: where its head stands, its words, and what it means (None where that is not known)."""

    box: Box
    text: str
    column: Column | None


class Piece(NamedTuple):
    """What stands in one cell."""

    text: str
    page: Page
    words: tuple[Word, ...]


Row = dict[int, Piece]


class Sheet:
    """A table as it was found: its head by column, and the rows under it, totals among them. `open` until a total ends it."""

    def __init__(self, head: Row, columns: list[Under]) -> None:
        self.head, self.columns, self.open = head, columns, True
        self.rows: list[Row] = []

    @property
    def fields(self) -> set[str]:
        return {one.column.field for one in self.columns if one.column}


def read_sheets(pages: Sequence[tuple[Page, list[Line]]], headings: Headings) -> tuple[list[Sheet], list[list[Line]]]:
    """The tables of consecutive pages, and the lines of each page that belong to none."""
    sheets: list[Sheet] = []
    rest: list[list[Line]] = []
    for page, lines in pages:
        left: list[Line] = []
        at = 0
        if sheets and sheets[-1].open and not any(_head(page, lines, one, headings) for one in range(len(lines))):
            start = next((one for one, line in enumerate(lines[:15]) if _counts(sheets[-1], line) > 1), None)
            if start is not None:
                left, at = lines[:start], _fill(sheets[-1], page, lines, start, headings)
        while at < len(lines):
            head = _head(page, lines, at, headings)
            if head is None:
                left.append(lines[at])
                at += 1
                continue
            sheet, taken = head
            if sheets and sheets[-1].open and sheet.fields == sheets[-1].fields:
                sheets[-1].columns = sheet.columns
            else:
                sheets.append(sheet)
            at = _fill(sheets[-1], page, lines, at + taken, headings)
            if not sheets[-1].rows and (torn := _torn(page, lines, at, sheets[-1], headings)):
                sheets.pop()
                left += lines[at : at + torn]
                at += torn
        rest.append([line for line in left if not _is_foot(line)])
    for sheet in sheets:
        _part_codes(sheet)
    return sheets, rest


def _part_codes(sheet: Sheet) -> None:
    """Goods codes that stand under the description, each with its label, put under a head of their own."""
    at = next((n for n, one in enumerate(sheet.columns, 1) if one.column and one.column.field == _DESCRIPTION), None)
    if at is None or "goods.line.hs" in sheet.fields:
        return
    number = len(sheet.columns) + 1
    for row in sheet.rows:
        match = _CODE.search(row[at].text) if at in row else None
        if match is None or not match.start():
            continue
        code = match[1].strip(".")
        words = tuple(word for word in row[at].words if code in word.text) or row[at].words[-1:]
        rest = tuple(word for word in row[at].words if word not in words)
        row[at], row[number] = (
            row[at]._replace(text=row[at].text[: match.start()].strip(" ;,"), words=rest or words),
            Piece(code, row[at].page, words),
        )
        sheet.head[number] = sheet.head[at]._replace(text="HS Code")


def _is_foot(line: Line) -> bool:
    return len(line) == 1 and bool(_FOOT.fullmatch(line[0].text))


# --- the head --------------------------------------------------------------------------------------------------------


def _head(page: Page, lines: list[Line], at: int, headings: Headings) -> tuple[Sheet, int] | None:
    """The table that is headed from this line, and how many lines its head has."""
    best: tuple[tuple[int, int], int, list[tuple[Under, tuple[Segment, ...]]]] | None = None
    for taken in range(1, _HEAD_LINES + 1):
        block = lines[at : at + taken]
        if len(block) < taken or (taken > 1 and _far(block[-2], block[-1])):
            break
        made = _stacked(block, headings)
        known = [one.column for one, _ in made if one.column is not None]
        first = {id(part) for segment in block[0] for part in segment.words}
        heads = [parts for one, parts in made if one.column is not None]
        if taken > 1 and not any(id(word) in first for parts in heads for part in parts for word in part.words):
            continue  # what stands above the head is no part of it
        fields = [one.field for one in known if one.field != "ignored"]
        begun = sum(one.begun for one in known)  # a sentence that begins here goes on beneath
        score = (4 * len(known) - 2 * (len(made) - len(known)) - begun, taken if begun else 0)
        if len(set(fields)) == len(fields) and (best is None or score > best[0]):
            best = (score, taken, made)
    if best is None:
        return None
    _, taken, made = best
    known = [one.column for one, _ in made if one.column is not None]
    if len(known) < 2 or not tells(dict(enumerate(known))):
        return None
    ahead = _head_score(lines, at + 1, headings) if taken == 1 else 0
    if ahead > best[0][0]:
        return None
    head = {
        number: Piece(under.text, page, tuple(word for part in parts for word in part.words))
        for number, (under, parts) in enumerate(made, 1)
    }
    return Sheet(head, [under for under, _ in made]), taken


def _torn(page: Page, lines: list[Line], at: int, sheet: Sheet, headings: Headings) -> int:
    """How many lines the rest of a head has that was torn apart where a reader of pictures ran two columns together: right beneath
    it another one stands that knows less. What is under either is not known then."""
    below = _head(page, lines, at, headings) if at < len(lines) else None
    return below[1] if below is not None and len(below[0].fields) < len(sheet.fields) else 0


def _head_score(lines: list[Line], at: int, headings: Headings) -> int:
    made = _stacked(lines[at : at + 1], headings) if at < len(lines) else []
    known = sum(one.column is not None for one, _ in made)
    return 4 * known - 2 * (len(made) - known)


def _far(upper: Line, lower: Line) -> bool:
    return line_box(lower).y0 - line_box(upper).y1 > 0.9 * height_of(upper)


def _stacked(block: list[Line], headings: Headings) -> list[tuple[Under, tuple[Segment, ...]]]:
    """Segments above each other as one head, left to right."""
    stacks: list[list[Segment]] = []
    for line in block:
        for segment in (part for one in line for part in _heads_in(one, headings)):
            over = [stack for stack in stacks if _over(around(one.box for one in stack), segment.box)]
            if len(over) == 1:
                over[0].append(segment)
            else:
                stacks.append([segment])
    stacks.sort(key=lambda stack: min(one.box.x0 for one in stack))
    made = []
    for stack in stacks:
        text = joined([segment.text for segment in stack])
        numbers = any(_NUMBER.fullmatch(one.text) and not _BOX_NUMBER.fullmatch(one.text) for one in stack)
        column = None if numbers else headings.column(text)
        made.append((Under(around(segment.box for segment in stack), text, column), tuple(stack)))
    return made


def _over(one: Box, other: Box) -> bool:
    shared = min(one.x1, other.x1) - max(one.x0, other.x0)
    return shared > 0.3 * min(one.x1 - one.x0, other.x1 - other.x0)


def _heads_in(segment: Segment, headings: Headings) -> Iterator[Segment]:
    """A segment that runs two heads together, parted at its widest gap that leaves a known word on both sides."""
    if headings.column(segment.text) is None:
        gaps = sorted(
            range(1, len(segment.words)),
            key=lambda at: segment.words[at - 1].box.x1 - segment.words[at].box.x0,
        )
        for at in gaps:
            parts = segment.parted(at)
            if all(headings.column(part.text) for part in parts):
                for part in parts:
                    yield from _heads_in(part, headings)
                return
    yield segment


# --- the rows --------------------------------------------------------------------------------------------------------


def _fill(sheet: Sheet, page: Page, lines: list[Line], start: int, headings: Headings) -> int:
    """Take the lines under a head until the table ends; gives the line after it."""
    body: list[Line] = []
    at = start
    while at < len(lines):
        line = lines[at]
        total = _total(line, headings)
        if not total and body and (_ends(line, headings) or _off(sheet, page, body, line)):
            break
        if not body and _ends(line, headings):
            break
        if _head(page, lines, at, headings) is not None:
            break
        body.append(line)
        at += 1
        if total == "table.total":
            sheet.open = False
            break
    edges = _edges(sheet.columns, page, body)
    for group in _grouped(sheet, page, body, edges, headings):
        row = _with_unit(_row(page, group, edges), sheet)
        if not any(headings.is_total(piece.text) == "table.carried" for piece in row.values()):
            sheet.rows.append(row)
    while at < len(lines) and not sheet.open and _total(lines[at], headings) == "table.total":
        at += 1  # the same total once more, in words
    return at


def _total(line: Line, headings: Headings) -> str:
    return next((kind for segment in line for kind in [_opens(segment, headings)] if kind), "")


def _opens(segment: Segment, headings: Headings) -> str:
    """Whether a segment opens a row of totals: as a whole, or with its first words."""
    for words in (len(segment.words), 2, 1):
        kind = headings.is_total(said(segment.words[:words]))
        if kind:
            return kind
    return ""


def _ends(line: Line, headings: Headings) -> bool:
    """Whether a line is no row: a label with its value opens it, or it numbers the page."""
    label = headings.label(line[0].text)
    labelled = label is not None and (
        bool(label[1]) or label[0].startswith("certificate.") or line[0].text.rstrip().endswith((":", "："))
    )
    return _is_foot(line) or (labelled and not _opens(line[0], headings))


def _off(sheet: Sheet, page: Page, body: list[Line], line: Line) -> bool:
    """Whether a line stands too far below the rows to be one of them."""
    gap = line_box(line).y0 - line_box(body[-1]).y1
    steps = [line_box(b).y0 - line_box(a).y0 for a, b in itertools.pairwise(body)]
    usual = max([*steps, 2.2 * height_of(body[-1])])
    ruled = any(line_box(body[-1]).y1 <= rule.y0 <= line_box(line).y0 + 2 for rule in page.across)
    return gap > usual * (2.5 if ruled else 1.2) and _counts(sheet, line) < 2


def _counts(sheet: Sheet, line: Line) -> int:
    """How many columns of numbers a line has a number under."""
    return sum(
        any(_NUMBER.match(segment.text) and _over(one.box, segment.box) for segment in line)
        for one in sheet.columns
        if one.column is not None and one.column.field in _NUMBERS
    )


def _edges(columns: list[Under], page: Page, body: list[Line]) -> list[float]:
    """Where one column ends and the next begins: on a ruled line; else between what stands under one head and under the next;
    where one text runs under both, where the fewest are cut."""
    boxes = [segment.box for line in body for segment in line]
    stacks = _stacks(boxes)
    homes = [_home(stack, columns) for stack in stacks]
    edges = []
    for at, (left, right) in enumerate(itertools.pairwise(columns)):
        low, high = (left.box.x0 + left.box.x1) / 2, (right.box.x0 + right.box.x1) / 2
        rules = [
            (rule.x0 + rule.x1) / 2
            for rule in page.down
            if low < (rule.x0 + rule.x1) / 2 < high and rule.y1 > left.box.middle
        ]
        ends = max([left.box.x1, *(x1 for (_, x1), home in zip(stacks, homes, strict=True) if home <= at)])
        begins = min([right.box.x0, *(x0 for (x0, _), home in zip(stacks, homes, strict=True) if home > at)])
        if rules:
            middle = (left.box.x1 + right.box.x0) / 2
            edges.append(min(rules, key=lambda x: abs(x - middle)))
        elif ends <= begins:
            edges.append((ends + begins) / 2)
        else:
            edges.append(_quietest(low, high, left.box.x1, right.box.x0, boxes))
    return edges


def _stacks(boxes: list[Box]) -> list[tuple[float, float]]:
    """The stretches from left to right that some box covers."""
    found: list[tuple[float, float]] = []
    for box in sorted(boxes):
        if found and box.x0 <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], box.x1))
        else:
            found.append((box.x0, box.x1))
    return found


def _home(stack: tuple[float, float], columns: list[Under]) -> int:
    """The head that a stretch stands under: the one it shares most with, else the nearest."""
    return max(
        range(len(columns)), key=lambda at: min(stack[1], columns[at].box.x1) - max(stack[0], columns[at].box.x0)
    )


def _quietest(low: float, high: float, ends: float, begins: float, boxes: list[Box]) -> float:
    """The middle of the stretch that the fewest boxes cross; of equals the one that meets the gap of the heads best."""
    marks = sorted({low, high, ends, begins, *(x for box in boxes for x in (box.x0, box.x1) if low < x < high)})
    best, found = (len(boxes) + 1, 0.0), (ends + begins) / 2
    for x0, x1 in itertools.pairwise(marks):
        middle = (x0 + x1) / 2
        if not low <= middle <= high or x1 - x0 < 1e-6:
            continue
        crossed = sum(box.x0 < middle < box.x1 for box in boxes)
        off = max(ends - middle, middle - begins, 0.0)
        if (crossed, off) < best:
            best, found = (crossed, off), middle
    return found


def _grouped(
    sheet: Sheet, page: Page, body: list[Line], edges: list[float], headings: Headings
) -> Iterator[list[Line]]:
    """The lines of each row. Rules part rows where the table has them; else a line without numbers goes to the nearest that has."""
    anchors = [at for at, line in enumerate(body) if _total(line, headings) or _is_anchor(sheet, line, edges)]
    if not anchors:
        yield from ([line] for line in body)
        return
    homes: dict[int, list[Line]] = {at: [] for at in anchors}
    for at, line in enumerate(body):
        if at in homes:
            homes[at].append(line)
            continue
        home = _nearest(page, body, at, anchors)
        if home is not None:
            homes[home].append(line)
    yield from homes.values()


def _nearest(page: Page, body: list[Line], at: int, anchors: list[int]) -> int | None:
    box = line_box(body[at])
    choices = []
    for side in ([one for one in anchors if one < at][-1:], [one for one in anchors if one > at][:1]):
        for one in side:
            other = line_box(body[one])
            ruled = any(
                min(box.middle, other.middle) < rule.middle < max(box.middle, other.middle) for rule in page.across
            )
            away = abs(box.middle - other.middle) * (1 if one < at else 1.15)
            choices.append((ruled, away, one))
    choices.sort()
    if not choices:
        return None
    ruled, away, home = choices[0]
    steps = [line_box(b).middle - line_box(a).middle for a, b in itertools.pairwise(body)]
    return home if not ruled or away < 1.5 * median(steps) else None


def _is_anchor(sheet: Sheet, line: Line, edges: list[float]) -> bool:
    """Whether a line carries a row: a number stands under a column of numbers, or the row's own number does."""
    for segment in line:
        column = sheet.columns[_at(segment.box, edges)].column
        if column is not None and _NUMBER.match(segment.text) and column.field in _NUMBERS | {"line.no"}:
            return True
    return False


def _at(box: Box, edges: list[float]) -> int:
    """The column, from 0, that a box is most in."""
    bounds = [float("-inf"), *edges, float("inf")]
    shares = [min(box.x1, x1) - max(box.x0, x0) for x0, x1 in itertools.pairwise(bounds)]
    return max(range(len(shares)), key=lambda one: shares[one])


def _row(page: Page, group: list[Line], edges: list[float]) -> Row:
    """The cells of a row: each segment, or where an edge parts it each of its parts, in its column."""
    parts: dict[int, list[tuple[Word, ...]]] = {}
    for line in sorted(group, key=lambda one: line_box(one).middle):
        for segment in line:
            for number, words in _cut(segment, edges):
                parts.setdefault(number, []).append(words)
    return {
        number + 1: Piece(joined(_texts(some)), page, tuple(word for words in some for word in words))
        for number, some in sorted(parts.items())
    }


def _with_unit(row: Row, sheet: Sheet) -> Row:
    """A row whose quantity ran into the column of its unit, put right: `270 件` under Unit, and nothing under Quantity."""
    at = {one.column.field: number for number, one in enumerate(sheet.columns, 1) if one.column}
    quantity, unit = at.get("goods.line.quantity"), at.get("goods.line.unit")
    both = row.get(unit) if unit else None
    if both and quantity and quantity not in row and len(both.words) > 1 and _NUMBER.fullmatch(both.words[0].text):
        row[quantity] = Piece(both.words[0].text, both.page, both.words[:1])
        row[unit or 0] = Piece(said(both.words[1:]), both.page, both.words[1:])
    return row


def _texts(parts: list[tuple[Word, ...]]) -> list[str]:
    return [said(words) for words in parts]


def _cut(segment: Segment, edges: list[float]) -> Iterator[tuple[int, tuple[Word, ...]]]:
    """A segment parted at the edges that fall between its words; one that a word straddles goes whole where most of it is."""
    crossed = [edge for edge in edges if segment.box.x0 < edge < segment.box.x1]
    for edge in crossed:
        for word in segment.words:
            inside = min(edge - word.box.x0, word.box.x1 - edge)
            if inside > 0.3 * (word.box.x1 - word.box.x0):
                yield _at(segment.box, edges), segment.words
                return
    start = 0
    for at in range(1, len(segment.words) + 1):
        here = _at(segment.words[start].box, edges)
        if at == len(segment.words) or _at(segment.words[at].box, edges) != here:
            yield here, segment.words[start:at]
            start = at
