"""Tables on sheets: how wide each column is, heads again on every page, lines that may run over a page's end."""

from collections.abc import Sequence

from entrepot.gateways.signed_pdf.printed import Column, Table
from entrepot.gateways.signed_pdf.sheets import (
    BOTTOM,
    GREY,
    INK,
    INNER,
    LEADING,
    LEFT,
    LINE,
    TOP,
    Colour,
    Sheets,
    height_of,
)

_SIZES = (8.0, 7.0, 6.0, 5.0)
_HEAD = 0.86  # the size of a head, in sizes of the table
_PAD = 4.0
_LEAST_TEXT = 54.0
_MAX_COLUMNS = 16


def draw_table(sheets: Sheets, table: Table) -> None:
    """A table from where the sheets stand; ValueError where a line has other cells than there are columns."""
    if not 0 < len(table.columns) <= _MAX_COLUMNS:
        raise ValueError(f"a table has between one and {_MAX_COLUMNS} columns")
    for line in (*table.lines, *table.totals):
        if len(line) != len(table.columns):
            raise ValueError(f"a line of {table.title.en!r} has {len(line)} cells for {len(table.columns)} columns")
    grid = _Grid(sheets, table)
    sheets.room(grid.head_height + 3 * grid.size * LEADING + 26)
    sheets.write(table.title.en, LEFT, sheets.y + 10, 10)
    sheets.write(table.title.zh, LEFT + sheets.face.width(table.title.en, 10) + 8, sheets.y + 10, 9, GREY)
    sheets.y += 18
    grid.head()
    sheets.at_top = grid.head
    for line in table.lines:
        grid.line(line)
    for line in table.totals:
        grid.line(line, total=True)
    sheets.at_top = None
    sheets.y += 14


class _Grid:
    """The columns of a table: their places and the size of its letters."""

    def __init__(self, sheets: Sheets, table: Table) -> None:
        self._sheets, self._table = sheets, table
        for self.size in _SIZES:
            self.widths = self._widths(self.size)
            if sum(self.widths) <= INNER + 0.01:
                break
        else:  # no size is small enough: every column gives the same part, and numbers are folded too
            scale = INNER / sum(self.widths)
            self.widths = [width * scale for width in self.widths]
        small = self.size * _HEAD
        self._heads = [
            [
                *sheets.fold(column.name.en, width - 2 * _PAD, small),
                *sheets.fold(column.name.zh, width - 2 * _PAD, small),
            ]
            for column, width in zip(table.columns, self.widths, strict=True)
        ]
        self.head_height = max(height_of(lines, small) for lines in self._heads) + 2 * _PAD

    def _widths(self, size: float) -> list[float]:
        """Numbers get what they need; codes and texts what they need where it is little, else a share of what is left."""
        face = self._sheets.face
        cells = list(zip(*self._table.lines, *self._table.totals, strict=True)) if self._table.lines else []
        needs, leasts = [], []
        for at, column in enumerate(self._table.columns):
            texts = cells[at] if cells else ()
            widest = max((face.width(part, size) for text in texts for part in text.split("\n")), default=0.0)
            head = max(face.width(word, size * _HEAD) for word in (*column.name.en.split(), column.name.zh[:6]))
            need = max(widest, head) + 2 * _PAD + 0.1
            needs.append(need)
            leasts.append(need if column.kind == "number" else min(need, max(_LEAST_TEXT, head + 2 * _PAD)))
        spare = INNER - sum(leasts)
        wish = sum(need - least for need, least in zip(needs, leasts, strict=True))
        if spare < 0 or not wish:
            return _stretched(leasts, self._table.columns, spare)
        part = min(1.0, spare / wish)
        widths = [least + (need - least) * part for need, least in zip(needs, leasts, strict=True)]
        return _stretched(widths, self._table.columns, INNER - sum(widths))

    def head(self) -> None:
        """The names of the columns on a tinted ground."""
        sheets, size = self._sheets, self.size * _HEAD
        sheets.shade(LEFT, sheets.y, INNER, self.head_height)
        self._cells(self._heads, sheets.y + _PAD, size, GREY)
        sheets.y += self.head_height
        sheets.rule(LEFT, LEFT + INNER, sheets.y)

    def line(self, cells: Sequence[str], total: bool = False) -> None:
        """One line of the table, on the next page where it does not fit, over several where it fits on none."""
        sheets = self._sheets
        folded = [
            sheets.fold(cell, width - 2 * _PAD, self.size) for cell, width in zip(cells, self.widths, strict=True)
        ]
        high = max(height_of(lines, self.size) for lines in folded) + 2 * _PAD
        if high > sheets.left_over and (high <= self._full_page() or sheets.left_over < 6 * self.size * LEADING):
            sheets.next_page()
        while any(folded):
            count = max(1, int((sheets.left_over - 2 * _PAD) / (self.size * LEADING)))
            now, folded = [lines[:count] for lines in folded], [lines[count:] for lines in folded]
            high = max(height_of(lines, self.size) for lines in now) + 2 * _PAD
            if total:
                sheets.shade(LEFT, sheets.y, INNER, high)
            self._cells(now, sheets.y + _PAD, self.size, INK)
            sheets.y += high
            sheets.rule(LEFT, LEFT + INNER, sheets.y, LINE, 0.9 if total else 0.35)
            if any(folded):
                sheets.next_page()

    def _full_page(self) -> float:
        return BOTTOM - TOP - self.head_height

    def _cells(self, cells: Sequence[Sequence[str]], y: float, size: float, colour: Colour) -> None:
        x = LEFT
        for column, width, lines in zip(self._table.columns, self.widths, cells, strict=True):
            number = column.kind == "number"
            self._sheets.write_lines(lines, x + width - _PAD if number else x + _PAD, y, size, colour, right=number)
            x += width


def _stretched(widths: Sequence[float], columns: Sequence[Column], spare: float) -> list[float]:
    """The widths with what is left over given to the text columns, to all where there is none."""
    takers = [column.kind == "text" for column in columns]
    if not any(takers):
        takers = [True] * len(columns)
    each = max(spare, 0.0) / sum(takers)
    return [width + each if taker else width for width, taker in zip(widths, takers, strict=True)]
