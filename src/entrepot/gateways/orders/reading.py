"""Rows out of a file, one at a time and in bounded memory: csv and lines of JSON of any length, a workbook, a JSON array."""

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from msgspec import Struct

from entrepot.gateways import bounds
from entrepot.gateways.extract import Found, refusal
from entrepot.gateways.orders.columns import COLUMNS, NEEDED, Kind, places_of
from entrepot.gateways.spreadsheet.cells import words
from entrepot.gateways.spreadsheet.grid import read_xlsx
from entrepot.kernel.text import Text

LONGEST = 65_536  # characters of a line; a record of an order has some hundred
CHUNK = 1 << 16


class Row(Struct, frozen=True):
    """A record as the file has it: its line (of a workbook its row) and its fields as text."""

    line: int
    fields: dict[str, str]


class Bad(Struct, frozen=True):
    """A record that cannot be read: its line, what is wrong, how to mend it. The records after it are read all the same."""

    line: int
    what: Text
    fix: Text


LINE_TOO_LONG = Text(f"the line is longer than {LONGEST:,} characters", f"该行超过 {LONGEST:,} 个字符")
SPLIT_FILE = Text("write one record to a line", "请每行填写一条记录")


def read_rows(path: Path, kind: Kind) -> Iterator[Row | Bad]:
    """The records of a file by its ending: .csv, .ndjson or .jsonl, .json, .xlsx. Refusal where the file is none of them, or
    lacks a column without which no record can be read."""
    ending = path.suffix.lower()
    if ending == ".xlsx":
        with path.open("rb") as stream:
            return _tabled(kind, _workbook(bounds.read_bounded(stream)))
    if ending == ".json":
        with path.open("rb") as stream:
            return _array(kind, bounds.load_json(bounds.read_bounded(stream), str))
    if ending in (".ndjson", ".jsonl"):
        return _objects(kind, path)
    if ending in (".csv", ".txt", ".tsv"):
        return _tabled(kind, _csv(path))
    raise refusal(
        "P006", path.name, Text(f"{ending or 'no ending'}: not a file of records", f"不支持的文件类型 {ending}"),
        Text("send csv, xlsx, ndjson or json", "请提交 csv、xlsx、ndjson 或 json 文件"),
    )  # fmt: skip


def _tabled(kind: Kind, rows: Iterator[tuple[int, list[str]] | Bad]) -> Iterator[Row | Bad]:
    """Rows under headings as records; the headings are the first row."""
    first = next(rows, None)
    if first is None or isinstance(first, Bad):
        raise refusal(
            "P001",
            "file",
            Text("the file has no headings", "文件没有表头"),
            Text("begin with a row of headings", "首行请写表头"),
        )
    places = places_of(kind, first[1])
    _must_have(kind, places)
    return _placed(list(places.items()), rows)


def _placed(places: list[tuple[str, int]], rows: Iterator[tuple[int, list[str]] | Bad]) -> Iterator[Row | Bad]:
    for row in rows:
        if isinstance(row, Bad):
            yield row
            continue
        line, cells = row
        width = len(cells)
        if width:
            yield Row(line, {field: cells[place].strip() for field, place in places if place < width})


def _must_have(kind: Kind, fields: Iterable[str]) -> None:
    missing = [field for field in NEEDED[kind] if field not in set(fields)]
    if missing:
        names = ", ".join(COLUMNS[kind][field][0] for field in missing)
        raise refusal(
            "P008", "file", Text(f"no column for {names}", f"缺少列：{names}"),
            Text("add it, under one of the words that the documentation lists", "请补充该列"),
        )  # fmt: skip


def _csv(path: Path) -> Iterator[tuple[int, list[str]] | Bad]:
    """The rows of a csv file in UTF-8 or GB 18030, with the number of their first line."""
    with path.open("rb") as raw:
        encoding = _encoding(raw)
        lines = _Lines(raw, encoding)
        reader = csv.reader(lines, delimiter="\t" if path.suffix.lower() == ".tsv" else ",", strict=True)
        while True:
            start = lines.number + 1
            try:
                yield start, next(reader)
            except StopIteration:
                return
            except (csv.Error, UnicodeDecodeError) as error:
                lost = f"lines {start} to {lines.number}" if lines.number > start else f"line {start}"
                zh = f"第 {start} 至 {lines.number} 行" if lines.number > start else f"第 {start} 行"
                what = LINE_TOO_LONG if isinstance(error, _TooLong) else Text(f"{lost}: {error}", f"{zh}：无法读取")
                yield Bad(
                    start, what, Text("correct the line: quotes, encoding, line ends", "请更正该行的引号、编码或换行")
                )
                reader = csv.reader(lines, delimiter="\t" if path.suffix.lower() == ".tsv" else ",", strict=True)


class _TooLong(csv.Error):
    """A line that is longer than any record."""


class _Lines:
    """The lines of a file as text, none of them longer than the bound; `number` counts those handed out."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._stream, self._encoding, self.number = stream, encoding, 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._stream.readline(LONGEST)
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) == LONGEST and not line.endswith(b"\n"):
            while (rest := self._stream.readline(CHUNK)) and not rest.endswith(b"\n"):
                pass
            raise _TooLong
        return line.decode(self._encoding).replace("\0", " ")


def _encoding(stream: BinaryIO) -> str:
    """UTF-8 where the beginning is such, else GB 18030; the stream stands at its beginning again."""
    head = stream.read(CHUNK)
    stream.seek(0)
    try:
        head[: head.rfind(b"\n") + 1 or len(head)].decode()
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _workbook(data: bytes) -> Iterator[tuple[int, list[str]] | Bad]:
    """The rows of a workbook's first sheet."""
    grids = read_xlsx(data, Found(date.max))
    for number, cells in sorted(grids[0].rows.items()) if grids else ():
        yield (
            number,
            [words(cells[column]) if column in cells else "" for column in range(1, max(cells, default=0) + 1)],
        )


def _array(kind: Kind, value: Any) -> Iterator[Row | Bad]:
    if not isinstance(value, list):
        raise refusal(
            "P005", "file", Text("no list of records", "不是记录列表"), Text("write [{…}, {…}]", "请写作 [{…}, {…}]")
        )
    return (_object(kind, place, one) for place, one in enumerate(value, 1))


def _objects(kind: Kind, path: Path) -> Iterator[Row | Bad]:
    """One JSON object to a line. Numbers keep their text, so that no amount passes a binary float."""
    with path.open("rb") as stream:
        number = 0
        while line := stream.readline(LONGEST):
            number += 1
            if len(line) == LONGEST and not line.endswith(b"\n"):
                while (rest := stream.readline(CHUNK)) and not rest.endswith(b"\n"):
                    pass
                yield Bad(number, LINE_TOO_LONG, SPLIT_FILE)
                continue
            if not line.strip():
                continue
            try:
                yield _object(kind, number, json.loads(line, parse_float=str, parse_int=str))
            except (ValueError, RecursionError, msgspec.DecodeError):
                yield Bad(number, Text("not readable as JSON", "无法按 JSON 读取"), SPLIT_FILE)


def _object(kind: Kind, line: int, value: Any) -> Row | Bad:
    if not isinstance(value, dict):
        return Bad(line, Text("not an object", "不是 JSON 对象"), SPLIT_FILE)
    names = list(value)
    places = places_of(kind, names)
    fields = {field: _plain(value[names[place]]) for field, place in places.items()}
    return Row(line, fields)


def _plain(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value).strip()
