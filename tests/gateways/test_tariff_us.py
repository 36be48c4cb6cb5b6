"""The importer of the US tariff: rate texts by hand, slips of the print, and the real edition where it is at hand."""

import csv
import gzip
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from entrepot.gateways.tariff_us import TariffError, edition_of, file_of, import_tariff, measures, read_schedule
from entrepot.gateways.tariff_us.rates import read_cell, read_rate, read_special
from entrepot.kernel.rates import charge, parse_duty

GOLDEN = {
    "Free": "free",
    "5.3%": "5.3%",
    "37.5¢/kg + 2%": "USD 0.375/kg + 2%",
    "$1.035/kg +13.6%": "USD 1.035/kg + 13.6%",
    "2.2¢/kg  +  33.5%": "USD 0.022/kg + 33.5%",
    "1¢/kg": "USD 0.01/kg",
    "39.7¢/t": "USD 0.397/1000 kg",
    "10.6¢/g": "USD 0.106/g",
    "6.6¢/liter": "USD 0.066/l",
    "4.5¢/ liter": "USD 0.045/l",
    "4.4¢/liter + 31.4¢/pf. liter": "USD 0.044/l + USD 0.314/pfl",
    "2.1¢/pf.liter": "USD 0.021/pfl",
    "52.5¢/bbl": "USD 0.525/bbl",
    "68¢/head": "USD 0.68/no",
    "40¢ each + 3%": "USD 0.4/no + 3%",
    "$1.61 each": "USD 1.61/no",
    "90¢/pr. + 37.5%": "USD 0.9/pair + 37.5%",
    "3.9¢/doz.": "USD 0.039/12 no",
    "6.5¢/gross<il></il>": "USD 0.065/144 no",
    "$1.34/1000": "USD 1.34/1000 no",
    "10¢/1,000 pins + 3.5%": "USD 0.1/1000 no + 3.5%",
    "20¢/thousand + 3.5%": "USD 0.2/1000 no + 3.5%",
    "14.5¢/m<sup>2 </sup>+ 0.4%": "USD 0.145/m2 + 0.4%",
    '$1.13/m<sup style="font-size: 9.75px;">3</sup>': "USD 1.13/m3",
    "0.3¢/line/ gross + 4.6%": "USD 0.003/linegross + 4.6%",
    "5.7¢/kg on drained weight +8%": "USD 0.057/drainedkg + 8%",
    "0.7¢/kg on copper content + 0.7¢/kg on lead content": "USD 0.007/copperkg + USD 0.007/leadkg",
    "8.8¢/kg on contents and container": "USD 0.088/packedkg",
    "36¢ each + 6.25% + 2.5¢/jewel": "USD 0.36/no + 6.25% + USD 0.025/jewel",
    "3.7% <u></u>": "3.7%",
    "6.5% on the entire set": "6.5%",
}
KEPT = {
    "See additional U.S. note 1": "refers to a note or to another provision",
    "The rate applicable to the natural juice in heading 2009": "is the rate of another line",
    "51¢ each + 6.25% on the case + 5.3% on the battery": "falls on parts that are valued apart",
    "2.5% on the value of the lead content": "falls on parts that are valued apart",
    "33 1/3%": "a fraction of a per cent without decimal form",
    "3.6606¢/kg less 0.020668¢/kg for each degree under 100 degrees but not less than 3.143854¢/kg": "follows the polarity of sugar",
    "37% /": "a form that is not known",
    "Free, under bond": "a form that is not known",
    "22¢/kg on drained weght + 45%": "a form that is not known",
}
PRINTED = [text for text in GOLDEN if "<" not in text and text != "Free"]


@pytest.mark.parametrize(("text", "duty"), GOLDEN.items())
def test_a_printed_rate_is_read_as_worked_out_by_hand(text: str, duty: str) -> None:
    assert read_rate(text) == duty


@pytest.mark.parametrize(("text", "reason"), KEPT.items())
def test_what_cannot_be_read_safely_stays_text_with_the_reason(text: str, reason: str) -> None:
    read = read_cell(text)
    assert (read.duty, read.reason) == ("", reason)
    assert read.text


def test_cents_are_hundredths_of_a_dollar() -> None:
    amount, _ = charge(parse_duty(read_rate("37.5¢/kg + 2%") or ""), Decimal(1000), "USD", {"kg": Decimal(200)})
    assert amount == Decimal("95")  # 75 + 20


def test_a_special_cell_gives_each_programme_its_own_rate() -> None:
    read = read_special("Free (A+, AU,BH)2.5% (JO) See 9913.02.05, 9913.02.10 (MA)")
    assert [(one.symbol, one.duty, one.text) for one in read] == [
        ("A+", "free", ""), ("AU", "free", ""), ("BH", "free", ""), ("JO", "2.5%", ""),
        ("MA", "", "See 9913.02.05, 9913.02.10"),
    ]  # fmt: skip


def test_slips_of_the_print_that_leave_no_doubt_are_passed_over() -> None:
    assert [one.symbol for one in read_special("Free(A+,AU,,BH,E IL,.OM,L,KR,L)")] == ["A+", "AU", "BH", "E", "IL", "OM", "L", "KR"]


def test_two_rates_for_one_programme_are_both_kept_as_text() -> None:
    read = {one.symbol: one for one in read_special("Free (AU,KR) 2% (KR)")}
    assert (read["KR"].duty, read["KR"].text) == ("", "free; 2%")
    assert read["AU"].duty == "free"


@pytest.mark.parametrize("text", ["Free (A+,AU", "Free A+,AU)", "Free (a+)", "(AU) Free", "Free (AU) 2%", "Free ()"])
def test_a_list_of_programmes_that_is_not_one_leaves_its_cell_unread(text: str) -> None:
    assert [(one.symbol, one.duty) for one in read_special(text)] == [("", "")]


@given(st.sampled_from(PRINTED), st.sampled_from("#?x;=-9/("), st.data())
def test_a_stray_sign_in_a_rate_leaves_it_unread_or_gives_another_rate(text: str, stray: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    assume(not (stray == "/" and text[at:].lstrip().startswith("each")))  # "a dollar / each" says the same
    changed = read_rate(text[:at] + stray + text[at:])
    assert changed is None or changed != read_rate(text)


@given(st.sampled_from(PRINTED), st.data())
def test_a_lost_figure_or_sign_of_money_leaves_a_rate_unread_or_gives_another(text: str, data: st.DataObject) -> None:
    at = data.draw(st.sampled_from([place for place, sign in enumerate(text) if sign in "123456789¢$%"]))
    changed = read_rate(text[:at] + text[at + 1 :])
    assert changed is None or changed != read_rate(text)


@given(st.text(alphabet="Free 0123456789.%¢$/+()kgeachliter,A*", max_size=60))
def test_whatever_is_printed_is_a_duty_of_the_grammar_or_text(text: str) -> None:
    for read in (read_cell(text), *read_special(text)):
        assert bool(read.duty) != bool(read.reason)
        if read.duty:
            parse_duty(read.duty)


def row(digits: str, general: str = "", special: str = "", column2: str = "") -> dict[str, str]:
    return {"hts": digits, "digits": digits, "general": general, "special": special, "column2": column2}


def test_rates_stand_under_eight_digits_and_statistical_lines_inherit_them() -> None:
    schedule = read_schedule(
        [row("01012900", "Free", "", "20%"), row("0101290010"), row("0101300000", "6.8%", "Free (AU)", "15%")]
    )
    assert schedule.treatments == {
        "ntr": {"01012900": ("free", ""), "01013000": ("6.8%", "")},
        "column2": {"01012900": ("20%", ""), "01013000": ("15%", "")},
        "AU": {"01013000": ("free", "")},
    }
    assert schedule.cells == {True: 5}


@pytest.mark.parametrize("rows", [[row("010129", "Free")], [row("01012900", "Free"), row("0101290010", "2%")]])
def test_a_rate_without_a_tariff_line_or_with_two_is_refused(rows: list[Mapping[str, str]]) -> None:
    with pytest.raises(TariffError):
        read_schedule(rows)


def listed(name: str, code: str, swept: str = "0") -> dict[str, str]:
    return {"list": name, "hts8": code, "chapter_98_99": swept}


ADDED = {"99038801": "25%", "99038802": "25%", "99038803": "25%", "99038815": "7.5%"}


def test_a_list_adds_what_the_edition_states_since_the_day_its_rate_holds() -> None:
    lists = [listed("1", "84011000"), listed("4A", "01012100"), listed("4B", "01012900"), listed("1", "99038801", "1")]
    rows = measures(lists, [], ADDED, date(2024, 11, 1))
    assert [(one[0], one[1], one[2], one[4], one[11]) for one in rows] == [
        ("01012100", "CHN", "section_301_list_4a", "7.5%", "2024-11-01"),
        ("84011000", "CHN", "section_301_list_1", "25%", "2018-07-06"),
    ]


def test_an_excluded_statistical_code_bears_the_duty_and_says_so_and_a_code_on_two_lists_is_left_open() -> None:
    exclusion = {"list": "1", "hts10": "8401100010", "granted": "2019-03-25"}
    rows = measures([listed("1", "84011000"), listed("3", "84729050"), listed("4A", "84729050")], [exclusion], ADDED, date(2024, 11, 1))
    told = {(one[0], one[2]): (one[4], one[8]) for one in rows}
    assert told["8401100010", "section_301_list_1"][0] == "25%"
    assert "2019-03-25" in told["8401100010", "section_301_list_1"][1]
    assert told["84729050", "section_301_list_3"] == ("", "25% on a part of this line")


def test_a_list_whose_rate_the_edition_does_not_state_is_refused() -> None:
    with pytest.raises(TariffError, match="99038802"):
        measures([listed("1", "84011000")], [], {"99038801": "25%"}, date(2024, 11, 1))


def test_an_edition_is_dated_by_its_name() -> None:
    assert edition_of(Path("us_hts_2024-11.csv.gz")) == date(2024, 11, 1)
    with pytest.raises(TariffError):
        edition_of(Path("hts.csv"))
    assert (file_of("A+"), file_of("E*")) == ("tariff/A_plus.csv", "tariff/E_star.csv")


def test_the_real_edition_is_read_to_more_than_98_per_cent_and_a_second_time_alike(shared_data: Path, tmp_path: Path) -> None:
    report = import_tariff(shared_data / "tariff-us", tmp_path, lambda _: None)
    assert report.lines == 11_414
    assert Decimal(report.cells_read) / report.cells > Decimal("0.98")
    assert Decimal(report.rates_read) / report.rates > Decimal("0.99")
    committed = Path(__file__).parents[2] / "packs" / "jurisdictions" / "US"
    for name in ("tariff/ntr.csv", "tariff/A_plus.csv", "measures/section_301.csv"):
        assert (tmp_path / name).read_bytes() == (committed / name).read_bytes()


def test_a_table_of_another_form_is_refused(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "us_hts_2024-11.csv.gz", "wt", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow(["hts", "general"])
    with pytest.raises(TariffError, match="digits, special, column2"):
        import_tariff(tmp_path, tmp_path / "out", lambda _: None)
