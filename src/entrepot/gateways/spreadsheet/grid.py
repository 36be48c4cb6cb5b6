"""Papers as plain grids of values, each with its place; comma-separated files as such."""

import csv
import re
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any

from entrepot.gateways import bounds
from entrepot.gateways.extract import Found, refusal
from entrepot.kernel.intake import Refusal
from entrepot.kernel.text import Text


class Cell:
    """A value (text, exact number or day), where it stands, and how far it may be trusted.

    `formula`: it was computed. `covered`: it is repeated here because a merged cell covers this one. `tall`: it is merged
    over several rows. `currency`: what its number format shows beside it. `lines`: the place of each line of its text, where
    they have places of their own.
    """

    __slots__ = ("covered", "currency", "formula", "lines", "place", "tall", "value")

    def __init__(
        self,
        value: str | Decimal | date,
        place: str,
        formula: bool = False,
        currency: str = "",
        lines: tuple[str, ...] = (),
    ) -> None:
        self.value, self.place, self.formula, self.currency, self.lines = value, place, formula, currency, lines
        self.covered = self.tall = False

    @property
    def text(self) -> str:
        """Its text; empty for a number or a day."""
        return self.value if isinstance(self.value, str) else ""


class Grid:
    """A sheet: its rows that have anything, by number from 1; cells by column from 1. `decimal_comma`: 1.234,50 is meant."""

    def __init__(self, name: str, decimal_comma: bool = False) -> None:
        self.name, self.decimal_comma = name, decimal_comma
        self.rows: dict[int, dict[int, Cell]] = {}

    def put(self, row: int, column: int, cell: Cell) -> None:
        self.rows.setdefault(row, {})[column] = cell


def no_value(found: Found, place: str, formula: bool, error: bool) -> None:
    """Tell of a cell that is computed, and of whose result nothing is known."""
    if formula or error:
        what = (
            ("the formula has no stored result", "公式没有存储结果")
            if not error
            else ("the cell shows an error", "单元格显示错误")
        )
        found.problem("P020", place, Text(*what), Text("paste the value instead of the formula", "请粘贴数值代替公式"))


def read_csv(data: bytes, known: Any, found: Found) -> Grid:
    """A comma-, semicolon- or tab-separated file in UTF-8 or GB18030. `known(text)` says whether a word is a heading."""
    text = _decoded(data)
    best: list[list[str]] = []
    score = (-1, -1)
    for delimiter in (",", ";", "\t"):
        rows = _split(text, delimiter)
        head = max((sum(known(word) for word in row) for row in rows[:100]), default=0)
        if (head, max(map(len, rows), default=0)) > score:
            best, score = rows, (head, max(map(len, rows), default=0))
    grid = Grid("csv", comma_is_decimal(best))
    for row, words in enumerate(best, 1):
        for column, word in enumerate(words, 1):
            value = bounds.clean_text(word, single_line=False)
            place = f"{_letters(column)}{row}"
            if value.startswith("="):
                no_value(found, place, formula=True, error=False)
            elif value:
                grid.put(row, column, Cell(value, place))
    return grid


def _letters(column: int) -> str:
    """A column as spreadsheets name it: 1 is A, 27 is AA."""
    name = ""
    while column:
        column, place = divmod(column - 1, 26)
        name = chr(ord("A") + place) + name
    return name


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text and sum(letter < " " and letter not in "\t\r\n" for letter in text) == 0:
            return text
    raise refusal(
        "P006", "file", Text("the file is neither text nor a format that is read", "文件既非文本，也非可读取的格式"),
        Text("send UBL, xlsx, csv (UTF-8 or GB18030) or JSON", "请提交 UBL、xlsx、csv（UTF-8 或 GB18030）或 JSON"),
    )  # fmt: skip


def _split(text: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    cells = 0
    try:
        for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter):
            rows.append(row)
            cells += len(row)
            if len(rows) > bounds.MAX_ROWS or cells > bounds.MAX_CELLS or len(row) > bounds.MAX_COLUMNS:
                raise bounds.too_many(
                    f"line {len(rows)}", "rows, columns or cells", "行、列或单元格数", bounds.MAX_ROWS
                )
    except csv.Error as error:
        raise refusal(
            "P006", f"line {len(rows) + 1}", Text(f"not readable as csv: {error}", f"无法按 csv 读取：{error}"),
            Text("save the sheet again as CSV UTF-8", "请重新另存为 CSV UTF-8"),
        ) from error  # fmt: skip
    except Refusal:
        if delimiter == ",":
            raise
        return []
    return rows


def comma_is_decimal(rows: list[list[str]]) -> bool:
    """Whether some number can only be meant with a decimal comma (12,50 or 1.234,5) and none only with a point."""
    words = [word.strip() for row in rows for word in row if word.strip()[-1:].isdigit()]
    comma = any(re.fullmatch(r"[+-]?(\d{1,3}(\.\d{3})+|\d+),(\d{1,2}|\d{4,})", word) for word in words)
    point = any(re.fullmatch(r"[+-]?(\d{1,3}(,\d{3})+|\d+)\.(\d{1,2}|\d{4,})", word) for word in words)
    return comma and not point
