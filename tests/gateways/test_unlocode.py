"""The importer of UN/LOCODE: both forms of the lists, editions folded into dated rows, and the committed table."""

import csv
import gzip
import tomllib
from datetime import date
from pathlib import Path

import pytest

from entrepot.gateways.unlocode import (
    COLUMNS,
    Selection,
    UnlocodeError,
    edition_of,
    fold,
    import_unlocode,
    read_places,
)
from tests.making import ROOT

PACK = ROOT / "packs" / "standards" / "unlocode"
PUBLISHED = """\
,"CN",,".CHINA",,,,,,,,
"+","CN","AAA","Ālpha","Alpha","42","1-3-----","RL","1101",,"3042N 11117E",
,"CN","BBB","Beta","Beta","31","AI","---4----","1101",,,"airport"
"=","CN",,"Old name = Beta","Old name = Beta",,,,,,,
,"CN","BBB","Second name","Second name","31","AI","1-------","1101",,"0130S 00005W",
"""
HEADED = (
    "country,code,name,name_ascii,subdivision,function,status,date,iata,lat,lon\n"
    "CN,AAA,Alpha,Alpha,42,1-------,RL,1101,,30.7000,111.2833\n"
    "CN,CCC,Gamma,Gamma,42,--3-----,RL,1101,,,\n"
    "JP,DDD,Delta,Delta,13,-2------,RL,1101,,35.0000,not a number\n"
)


def _files(folder: Path) -> tuple[Path, Path]:
    older, newer = folder / "list_2019-2.csv.gz", folder / "2024-2 UNLOCODE CodeListPart1.csv"
    older.write_bytes(gzip.compress(HEADED.encode()))
    newer.write_bytes(PUBLISHED.encode("utf-8"))
    return older, newer


def _rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "places.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_publishers_file_is_read_in_either_order_of_function_and_status(tmp_path: Path) -> None:
    alpha, beta, second = read_places(_files(tmp_path)[1])
    assert (alpha.name, alpha.plain, alpha.functions, alpha.lat, alpha.lon) == (
        *("Ālpha", "Alpha", "13", "30.7000"),
        "111.2833",
    )
    assert (beta.functions, beta.lat, beta.lon) == ("4", "", "")
    assert (second.lat, second.lon) == ("-1.5000", "-0.0833")


def test_an_older_file_in_another_encoding_is_read(tmp_path: Path) -> None:
    path = tmp_path / "2009-1.csv"
    path.write_bytes(',"DE","XYZ","Köln","Koln","NW","1-------","AI","0101",,"5056N 00657E",\n'.encode("cp1252"))
    assert next(iter(read_places(path))).name == "Köln"


def test_editions_fold_into_dated_rows(tmp_path: Path) -> None:
    said: list[str] = []
    older, newer = _files(tmp_path)
    assert import_unlocode([newer, older], tmp_path, said.append) == 5
    rows = _rows(tmp_path)
    assert tuple(rows[0]) == COLUMNS
    assert [(row["code"], row["name"], row["since"], row["until"]) for row in rows] == [
        ("CNAAA", "Alpha", "2019-07-01", "2024-06-30"),
        ("CNAAA", "Ālpha", "2024-07-01", ""),
        ("CNBBB", "Beta", "2024-07-01", ""),
        ("CNCCC", "Gamma", "2019-07-01", "2024-06-30"),
        ("JPDDD", "Delta", "2019-07-01", ""),  # the later edition does not cover Japan
    ]
    assert (rows[2]["functions"], rows[2]["other_names"]) == ("1|4", "Second name")
    assert [row["country"] for row in rows] == ["CHN"] * 4 + ["JPN"]
    assert rows[4]["lat"] == ""
    assert "5 rows of 4 places written" in said


def test_a_selection_takes_countries_by_function_and_subdivisions_whole(tmp_path: Path) -> None:
    older, _ = _files(tmp_path)
    import_unlocode([older], tmp_path, lambda _: None, Selection(frozenset({"CN"}), "1"))
    assert [row["code"] for row in _rows(tmp_path)] == ["CNAAA"]
    import_unlocode([older], tmp_path, lambda _: None, Selection(frozenset(), "", frozenset({"CN-42"})))
    assert [row["code"] for row in _rows(tmp_path)] == ["CNAAA", "CNCCC"]


def test_a_place_that_does_not_change_keeps_one_open_row() -> None:
    values = ("Alpha", "", "CHN", "42", "1", "", "")
    days = [date(2019, 7, 1), date(2020, 1, 1), date(2024, 7, 1)]
    rows = fold([(day, {"CNAAA": values}, {"CN"}) for day in days])
    assert [row[8:10] for row in rows] == [("2019-07-01", "")]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("list.csv", "x", "does not tell the edition"),
        ("2024-2.csv", "a,b,c\n", "at least 11"),
        ("2024-2.csv", ',"CN","AAA","A","A","42","XX","RL","1101",,,\n', "no function"),
        ("2024-2.csv", HEADED.splitlines()[0] + "\n", "no place found"),
    ],
)
def test_what_is_no_edition_is_refused(tmp_path: Path, name: str, text: str, message: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UnlocodeError, match=message):
        import_unlocode([path], tmp_path, lambda _: None)


def test_one_country_in_two_files_of_an_edition_is_refused(tmp_path: Path) -> None:
    older, _ = _files(tmp_path)
    again = tmp_path / "again_2019-2.csv.gz"
    again.write_bytes(older.read_bytes())
    with pytest.raises(UnlocodeError, match="in another file"):
        import_unlocode([older, again], tmp_path, lambda _: None)


def test_editions_begin_in_january_and_july() -> None:
    assert edition_of(Path("unlocode_2024-1.csv")) == date(2024, 1, 1)
    assert edition_of(Path("2024-2 UNLOCODE CodeListPart3.csv")) == date(2024, 7, 1)


def test_the_committed_table_is_what_the_importer_writes(shared_data: Path, tmp_path: Path) -> None:
    named = tomllib.loads((PACK / "pack.toml").read_text(encoding="utf-8"))["applies"]
    selection = Selection(frozenset(named["countries"]), named["functions"], frozenset(named["whole"]))
    folder = shared_data / "places"
    files = [folder / "unlocode_2019-2.csv.gz", folder / "unlocode_2024-2_GA-ZW.csv.gz"]
    import_unlocode(files, tmp_path, lambda _: None, selection)
    assert (tmp_path / "places.csv").read_bytes() == (PACK / "places.csv").read_bytes()
