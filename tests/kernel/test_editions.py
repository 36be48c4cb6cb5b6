"""Editions of the Harmonized System: where codes went, and codes of the wrong edition."""

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as some

from entrepot.kernel.editions import EDITIONS, NEWEST, Moved, edition_on, moved
from entrepot.kernel.law import Row
from entrepot.kernel.text import Problem
from tests.making import law

DAY = date(2026, 11, 22)
CODES = sorted({row.keys["code"] for row in law("hs").tables["hs/editions"].everything()})


class Reader:
    """As much of a case as a move reads."""

    def read(self, table: str, day: date, **keys: str) -> Row | None:
        return law("hs").read(table, day, keys)


def go(code: str, edition: str, into: str) -> Moved | Problem:
    case: Any = Reader()
    return moved(case, code, edition, into, DAY)


def test_a_code_that_never_changed_is_itself() -> None:
    assert go("84133029", "HS 2022", "HS 2012") == Moved("841330", "HS 2022", "HS 2012", ("841330",), "841330")


def test_a_code_with_one_successor_is_that() -> None:
    went = go("293137", "HS 2017", "HS 2022")
    assert isinstance(went, Moved)
    assert (went.codes, went.certain) == (("293149",), True)


def test_a_code_that_was_split_keeps_all_its_heirs() -> None:
    went = go("030721", "HS 2022", "HS 2017")
    assert isinstance(went, Moved)
    assert (went.codes, went.conversion, went.certain) == (("030721", "030791"), "030721", False)
    assert "the goods decide" in went.told().en
    assert "须按货物确定" in went.told().zh


def test_two_older_editions_meet_in_the_newest() -> None:
    went = go("010110", "HS 2007", "HS 2012")
    assert isinstance(went, Moved)
    assert {"010121", "010130"} <= set(went.codes)


def test_a_code_of_another_edition_is_told_with_that_edition_and_its_heir() -> None:
    told = go("293137", "HS 2022", "HS 2012")
    assert isinstance(told, Problem)
    assert told.rule == "HS02"
    assert "HS 2017" in told.what.en
    assert "293149" in told.fix.en


def test_a_code_of_no_edition_is_told() -> None:
    for code in ("999999", "2", "", "abcdef", "8" * 100_000):
        told = go(code, "HS 2022", "HS 2012")
        assert isinstance(told, Problem)
        assert told.rule == "HS01"
        assert len(told.what.en) < 120


def test_the_edition_of_a_day() -> None:
    days = (date(2026, 1, 1), date(2021, 12, 31), date(2012, 1, 1), date(1999, 1, 1))
    assert [edition_on(day) for day in days] == ["HS 2022", "HS 2017", "HS 2012", "HS 2007"]


@given(some.sampled_from(CODES), some.sampled_from(sorted(EDITIONS)), some.sampled_from(sorted(EDITIONS)))
def test_every_move_ends_in_codes_that_stand_where_it_went(code: str, edition: str, into: str) -> None:
    went = go(code, edition, into)
    if isinstance(went, Problem):
        assert went.rule == "HS02"
        return
    assert went.codes
    for target in went.codes:
        row = law("hs").read("hs/editions", DAY, {"code": target})
        assert row is not None
        assert into in row["editions"]
    assert went.conversion in (*went.codes, "")


def test_codes_of_the_newest_edition_are_those_of_the_nomenclature() -> None:
    listed = {row.keys["code"] for row in law("hs").tables["hs/codes"].everything() if row["level"] == 6}
    standing = {row.keys["code"] for row in law("hs").tables["hs/editions"].everything() if NEWEST in row["editions"]}
    assert standing == listed
