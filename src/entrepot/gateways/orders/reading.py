"""Rows out of a file, one at a time and in bounded memory: csv and lines of JSON of any length, a workbook, a JSON array."""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from msgspec import Struct

from entrepot.gateways import bounds
from entrepot.gateways.csv_rows import CHUNK, LINE_TOO_LONG, LONGEST, Bad, csv_rows
from entrepot.gateways.extract import Found, refusal
from entrepot.gateways.orders.columns import COLUMNS, NEEDED, Kind, places_of
from entrepot.gateways.spreadsheet.cells import words
from entrepot.kernel.text import Text


class Row(Struct, frozen=True):
    """A record as the file has it: its line (of a workbook its row) and its fields as text."""

    line: int
    fields: dict[str, str]


SPLIT_FILE = Text("write one record to a line", "请每行填写一条记录")


def read_rows(path: Path, kind: Kind) -> Iterator[Row | Bad]:
    """The records of a file by its ending: .csv, .ndjson or .jsonl, .json, .xlsx. Refusal where the file is none of them, or
    lacks a column without which no record can be read."""
    ending = path.suffix.lower()
    if ending == ".xlsx":
        with path.open("rb") as stream:
            return _tabled(kind, path.name, _workbook(bounds.read_bounded(stream)))
    if ending == ".json":
        with path.open("rb") as stream:
            return _array(kind, bounds.load_json(bounds.read_bounded(stream), str))
    if ending in (".ndjson", ".jsonl"):
        return _objects(kind, path)
    if ending in (".csv", ".txt", ".tsv"):
        return _tabled(kind, path.name, csv_rows(path, "\t" if ending == ".tsv" else ","))
    raise refusal(
        "P006", path.name, Text(f"{ending or 'no ending'}: not a file of records", f"不支持的文件类型 {ending}"),
        Text("send csv, xlsx, ndjson or json", "请提交 csv、xlsx、ndjson 或 json 文件"),
    )  # fmt: skip


def _tabled(kind: Kind, name: str, rows: Iterator[tuple[int, list[str]] | Bad]) -> Iterator[Row | Bad]:
    """Rows under headings as records; the headings are the first row."""
    first = next(rows, None)
    if first is None or isinstance(first, Bad):
        raise refusal(
            "P001",
            name,
            Text("the file has no headings", "文件没有表头"),
            Text("begin with a row of headings", "首行请写表头"),
        )
    places = places_of(kind, first[1])
    _must_have(kind, name, places)
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


def _must_have(kind: Kind, name: str, fields: Iterable[str]) -> None:
    missing = [field for field in NEEDED[kind] if field not in set(fields)]
    if missing:
        names = ", ".join(COLUMNS[kind][field][0] for field in missing)
        raise refusal(
            "P008", name, Text(f"no column for {names}", f"缺少列：{names}"),
            Text("add it, under one of the words that the documentation lists", "请补充该列"),
        )  # fmt: skip


def _workbook(data: bytes) -> Iterator[tuple[int, list[str]] | Bad]:
    """The rows of a workbook's first sheet."""
    from entrepot.gateways.spreadsheet.workbook import read_xlsx  # slow to load: only where there is a workbook

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
                yield _object(kind, number, json.loads(line, parse_float=str, parse_int=str, object_pairs_hook=_once))
            except (ValueError, RecursionError) as error:
                told = str(error)[:200]
                yield Bad(number, Text(f"not readable as JSON: {told}", f"无法按 JSON 读取：{told}"), SPLIT_FILE)


def _object(kind: Kind, line: int, value: Any) -> Row | Bad:
    if not isinstance(value, dict):
        return Bad(line, Text("not an object", "不是 JSON 对象"), SPLIT_FILE)
    names = list(value)
    places = places_of(kind, names)
    if inner := next((name for name in names if isinstance(value[name], dict | list)), None):
        what = Text(f"{inner[:60]!r} holds no plain value", f"{inner[:60]!r} 不是单一值")
        return Bad(line, what, Text("write one text or number to a name", "每个名称请填写一个文本或数字"))
    fields = {field: _plain(value[names[place]]) for field, place in places.items()}
    return Row(line, fields)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of which no name is said twice: nobody could say which of the two counts."""
    named = dict(pairs)
    if len(named) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"the name {next(name for name in names if names.count(name) > 1)[:60]!r} stands twice")
    return named


def _plain(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value).strip()
