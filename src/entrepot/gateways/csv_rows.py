"""Rows of a CSV file of any length, one at a time and in bounded memory: UTF-8 or GB 18030, a broken record with its line.

A quote that is never closed would swallow what follows. Here no record spans more than twenty lines: where one does, or its
quotes do not fit, its first line is bad and the lines after it are read for themselves.
"""

import csv
from codecs import BOM_UTF8
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from entrepot.gateways.extract import refusal
from entrepot.kernel.text import Text

LONGEST = 65_536  # bytes of a line; a record has some hundred
MOST_LINES = 20
CHUNK = 1 << 16
LINE_TOO_LONG = Text(f"the line is longer than {LONGEST:,} characters", f"该行超过 {LONGEST:,} 个字符")
_MEND = Text("correct the line: quotes, encoding, line ends", "请更正该行的引号、编码或换行")
_QUOTE = Text("put what holds a comma into double quotes", "含逗号的内容请用双引号括起")
_SURPLUS = Text("there are more cells than headings", "该行的单元格多于表头")


class Bad(Struct, frozen=True):
    """A record that cannot be read: its line, what is wrong, how to mend it. The records after it are read all the same."""

    line: int
    what: Text
    fix: Text


def csv_rows(path: Path, delimiter: str = ",") -> Iterator[tuple[int, list[str]] | Bad]:
    """The rows of a file, each with the number of its first line, the first of them its headings; an empty line is a row without
    cells. A row with more cells than headings is bad: a comma parts there what belongs together."""
    with path.open("rb") as raw:
        lines = _Lines(raw, _encoding(raw))
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        columns = 0
        while True:
            start = lines.begin()
            try:
                cells = next(reader)
                columns = columns or len(cells)
                if len(cells) > columns and any(cell.strip() for cell in cells[columns:]):
                    yield Bad(start, _SURPLUS, _QUOTE)
                else:
                    yield start, cells
            except StopIteration:
                return
            except (csv.Error, UnicodeDecodeError) as error:
                what = Text(f"line {start}: {error}", f"第 {start} 行：无法读取")
                yield Bad(start, LINE_TOO_LONG if isinstance(error, _TooLong) else what, _MEND)
                lines.back_to_second()
                reader = csv.reader(lines, delimiter=delimiter, strict=True)


def csv_records(path: Path) -> tuple[list[str], Iterator[tuple[int, dict[str, str]] | Bad]]:
    """The headings of a file and its records by them; Refusal where it has none. Of two columns of one name the first counts."""
    rows = csv_rows(path)
    first = next(rows, None)
    if first is None or isinstance(first, Bad) or not any(name.strip() for name in first[1]):
        raise refusal(
            "P001", "file", Text("the file has no headings", "文件没有表头"), Text("begin with a row of headings", "首行请写表头")
        )  # fmt: skip
    heads = [name.strip() for name in first[1]]
    return heads, _records(heads, rows)


def _records(
    heads: list[str], rows: Iterator[tuple[int, list[str]] | Bad]
) -> Iterator[tuple[int, dict[str, str]] | Bad]:
    for row in rows:
        if isinstance(row, Bad):
            yield row
            continue
        line, cells = row
        if cells:
            given: dict[str, str] = {}
            for name, cell in zip(heads, cells, strict=False):
                given.setdefault(name, cell.strip())
            yield line, given


class _TooLong(csv.Error):
    """A line that is longer than any record."""


class _Lines:
    """The lines of a file as text, none of them longer than the bound, no more than twenty to a record. Lines may be handed out
    again."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._stream, self._encoding, self._number = stream, encoding, 0
        self._taken: list[tuple[int, bytes]] = []
        self._again: deque[tuple[int, bytes]] = deque()

    def begin(self) -> int:
        """A record begins: the number of its first line."""
        self._taken.clear()
        return self._again[0][0] if self._again else self._number + 1

    def back_to_second(self) -> None:
        """All lines of this record but its first are to be handed out again."""
        self._again.extendleft(reversed(self._taken[1:]))

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if len(self._taken) >= MOST_LINES:
            raise csv.Error("a quote is not closed")
        number, line = self._again.popleft() if self._again else (self._number + 1, self._stream.readline(LONGEST))
        if not line:
            raise StopIteration
        self._number = max(self._number, number)
        self._taken.append((number, line))
        if len(line) == LONGEST and not line.endswith(b"\n"):
            while (rest := self._stream.readline(CHUNK)) and not rest.endswith(b"\n"):
                pass
            raise _TooLong
        text = line.decode(self._encoding).replace("\0", " ")
        return text.removeprefix("\ufeff") if number == 1 else text


def _encoding(stream: BinaryIO) -> str:
    """GB 18030 where most lines of the beginning that are not plain ASCII are no UTF-8; a broken line does not turn the others
    into other words. The stream stands at its beginning again."""
    head = stream.read(CHUNK)
    stream.seek(0)
    whole = head if len(head) < CHUNK else head[: head.rfind(b"\n") + 1] or head[:-3]
    if head.startswith(BOM_UTF8):
        return "utf-8"
    telling = [line for line in whole.split(b"\n") if not line.isascii()]
    return "gb18030" if sum(map(_no_utf8, telling)) * 2 > len(telling) else "utf-8"


def _no_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return True
    return False
