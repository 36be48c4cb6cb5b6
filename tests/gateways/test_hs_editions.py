"""The correlation tables folded into moves, both ways."""

import gzip
from pathlib import Path

import pytest

from entrepot.gateways.hs_editions import EditionsError, Pair, import_editions, moves, read_pairs, standing
from tests.making import ROOT

PAIRS = [
    Pair("010101", "010101", True),
    Pair("010201", "010200", True),
    Pair("010202", "010200", True),
    Pair("010301", "010301", True),
    Pair("010301", "010399", False),
]


def test_only_codes_that_changed_have_a_row() -> None:
    rows = {(row[0], row[1]): row[3:5] for row in moves(PAIRS, "HS 2017")}
    assert rows == {
        ("010201", "HS 2022"): ("010200", "010200"),
        ("010202", "HS 2022"): ("010200", "010200"),
        ("010301", "HS 2022"): ("010301|010399", "010301"),
        ("010200", "HS 2017"): ("010201|010202", ""),
        ("010399", "HS 2017"): ("010301", ""),
    }


def test_each_code_knows_its_editions_and_its_first_day() -> None:
    rows = {row[0]: row[1:3] for row in standing({"HS 2017": PAIRS})}
    assert rows["010101"] == ("HS 2022|HS 2017", "2017-01-01")
    assert rows["010201"] == ("HS 2022", "2022-01-01")
    assert rows["010200"] == ("HS 2017", "2017-01-01")


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "hs2022,hs2017,is_conversion\n01,0101,1\n"])
def test_other_files_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.csv.gz"
    path.write_bytes(gzip.compress(text.encode()))
    if text:
        with pytest.raises(EditionsError):
            read_pairs(path, "HS 2017")
    path.write_bytes(b"not gzip")
    with pytest.raises(EditionsError):
        read_pairs(path, "HS 2017")


def test_the_pack_is_what_the_published_tables_give(tmp_path: Path, shared_data: Path) -> None:
    import_editions(shared_data / "hs", tmp_path, lambda _: None)
    for name in ("moves.csv", "editions.csv"):
        assert (tmp_path / name).read_bytes() == (ROOT / "packs/standards/hs" / name).read_bytes()
