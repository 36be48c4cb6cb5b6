"""Rows of CSV files: encodings, broken quotes, surplus cells - a bad record is told with its line and takes no other with it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from entrepot.gateways.csv_rows import MOST_LINES, Bad, csv_records, csv_rows
from entrepot.kernel.intake import Refusal


def written(folder: Path, data: bytes) -> Path:
    path = folder / "list.csv"
    path.write_bytes(data)
    return path


def rows(path: Path) -> list[object]:
    return [row.line if isinstance(row, Bad) else row for row in csv_rows(path)]


def test_utf_8_with_a_mark_and_gb_18030_are_read(tmp_path: Path) -> None:
    text = "名称,国家\n港光矿业,COD\n"
    expected = [(1, ["名称", "国家"]), (2, ["港光矿业", "COD"])]
    assert rows(written(tmp_path, text.encode("utf-8-sig"))) == expected
    assert rows(written(tmp_path, text.encode("gb18030"))) == expected


@pytest.mark.parametrize("place", [1, 2, 4])
def test_a_line_in_another_encoding_is_bad_and_does_not_turn_the_others(tmp_path: Path, place: int) -> None:
    lines = [f"港光矿业{number}".encode() for number in range(4)]
    lines.insert(place - 1, "海豚航运".encode("gb18030"))
    found = rows(written(tmp_path, b"name\n" + b"\n".join(lines)))
    assert found[place] == place + 1
    assert [cells[0] for _, cells in (row for row in found[1:] if isinstance(row, tuple))] == [
        f"港光矿业{number}" for number in range(4)
    ]


def test_a_quote_that_is_never_closed_takes_no_other_record_with_it(tmp_path: Path) -> None:
    good = [f"firm {number},CHN" for number in range(3 * MOST_LINES)]
    for place in (0, 7, len(good)):
        lines = [*good[:place], '"open,CHN', *good[place:]]
        found = rows(written(tmp_path, "\n".join(["name,country", *lines, ""]).encode()))
        assert [row for row in found if isinstance(row, int)] == [place + 2]
        assert [",".join(row[1]) for row in found[1:] if isinstance(row, tuple)] == good


def test_a_record_of_several_lines_is_one(tmp_path: Path) -> None:
    assert rows(written(tmp_path, b'name,country\n"two\nlines",CHN\none,JPN\n'))[1:] == [
        (2, ["two\nlines", "CHN"]),
        (4, ["one", "JPN"]),
    ]


def test_a_comma_without_quotes_cuts_no_name(tmp_path: Path) -> None:
    heads, records = csv_records(written(tmp_path, b'name\nSmith, John\n"Smith, John"\nplain,\n\n'))
    first, *others = records
    assert heads == ["name"]
    assert isinstance(first, Bad)
    assert (first.line, others) == (2, [(3, {"name": "Smith, John"}), (4, {"name": "plain"})])


@pytest.mark.parametrize("data", [b"", b"\n", b"\xff\xfe\n", b",,\n"])
def test_a_file_without_headings_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(Refusal):
        csv_records(written(tmp_path, data))


@given(some.binary(max_size=400))
def test_whatever_a_file_holds_every_row_is_read_or_told(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = written(tmp_path_factory.mktemp("any"), data)
    numbers = [row.line if isinstance(row, Bad) else row[0] for row in csv_rows(path)]
    assert numbers == sorted(set(numbers))
