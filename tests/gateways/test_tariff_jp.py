"""The Japanese tariff: every kind of rate text, inheritance, folding, and the real editions where they are at hand."""

import csv
import gzip
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from entrepot.gateways.tariff_jp import (
    TREATMENTS,
    Report,
    TariffError,
    fold,
    import_tariff,
    read_cell,
    read_rate,
    read_season,
    vintages_in,
)
from entrepot.kernel.rates import charge, parse_duty

PACK = Path(__file__).resolve().parents[2] / "packs" / "jurisdictions" / "JP"
JUNE, JANUARY, APRIL = date(2025, 6, 1), date(2026, 1, 1), date(2026, 4, 1)


@pytest.mark.parametrize(
    ("text", "duty"),
    [
        ("無税", "free"),
        ("3.3%", "3.3%"),
        ("３．３％", "3.3%"),
        ("6.40円/l", "JPY 6.4/l"),
        ("4,000,000円/頭", "JPY 4000000/no"),
        ("170万円/頭", "JPY 1700000/no"),
        ("1.50円/枚", "JPY 1.5/no"),
        ("934円/kl", "JPY 934/1000 l"),
        ("930円/MT", "JPY 930/1000 kg"),
        ("25%＋1,411円/kg", "25% + JPY 1411/kg"),
        ("29.8%+\n915円/kg", "29.8% + JPY 915/kg"),
        ("25%又は60円/kgのうちいずれか高い税率", "max(25%, JPY 60/kg)"),
        ("60%又は4,800円/足のうちいずれか高い税率", "max(60%, JPY 4800/pair)"),
        ("5.6%又は4.4%＋1.52円/㎡のうちいずれか高い税率", "max(5.6%, 4.4% + JPY 1.52/m2)"),
        ("6%又は1.51円/本のうちいずれか高い税率", "max(6%, JPY 1.51/no)"),
        (
            "25.5%＋612円/kg又は31%＋210円/kgのうちいずれか低い税率",
            "min(25.5% + JPY 612/kg, 31% + JPY 210/kg)",
        ),
        (
            "21.3%又は156.80円/lのうちいずれか低い税率\nただしその税率が93円/lを下回る場合は93円/lとする",
            "max(min(21.3%, JPY 156.8/l), JPY 93/l)",
        ),
        (
            "9.3%又は7.19円/kgのうちいずれか高い税率（ただしその税率が50%を上回る場合は50%とする）",
            "min(max(9.3%, JPY 7.19/kg), 50%)",
        ),
        ("(73.70円−課税価格)/kg", "(JPY 73.7 - value)/kg"),
        ("401.65円/kg-課税価格/kg", "(JPY 401.65 - value)/kg"),
        (
            "（393円×1.004-課税価格）/kg又は43.50円/kgのうちいずれか低い税率",
            "min((JPY 394.572 - value)/kg, JPY 43.5/kg)",
        ),
        (
            "(577.15円/kg-課税価格/kg×0.6)又は4.3%のうちいずれか高い税率",
            "max((JPY 577.15 - 0.6 value)/kg, 4.3%)",
        ),
        (
            "(577.15円-課税価格×0.6)/kg又は4.3%のうちいずれか高い税率",
            "max((JPY 577.15 - 0.6 value)/kg, 4.3%)",
        ),
        (
            "0.8%又は（（500円-課税価格）×3/11）/kgのうちいずれか低い税率",
            "min(0.8%, 3/11 * (JPY 500 - value)/kg)",
        ),
        (
            "（（課税価格×（1.011-77.19/897.59）＋77.19円）-課税価格）/kg",
            "(JPY 77.19 - 67.31651/897.59 value)/kg",
        ),
    ],
)
def test_rate_text_becomes_a_duty(text: str, duty: str) -> None:
    assert read_rate(text) == (duty, True)


def test_the_sloping_gap_gives_what_its_printed_form_gives() -> None:
    # per kg at a value of 800: (800 x (1.011 - 77.19/897.59) + 77.19) - 800 = 808.8 - 68.7976... + 77.19 - 800
    printed = (Decimal(800) * (Decimal("1.011") - Decimal("77.19") / Decimal("897.59")) + Decimal("77.19")) - 800
    duty = parse_duty("(JPY 77.19 - 67.31651/897.59 value)/kg")
    amount, _ = charge(duty, Decimal(8000), "JPY", {"kg": Decimal(10)})
    assert abs(amount - 10 * printed) < Decimal("1e-20")


@pytest.mark.parametrize(
    ("text", "duty"),
    [
        ("(無税)", "free"),
        ("(無税）", "free"),
        ("（3.3%）", "3.3%"),
        ("(500円\n/kg)", "JPY 500/kg"),
        ("(35%＋466円/kg)", "35% + JPY 466/kg"),
        ("(8.5%＋290.70円/1,000本)", "8.5% + JPY 290.7/1000 no"),
        ("(50%又は12円/kgのうちいずれか高い税率)", "max(50%, JPY 12/kg)"),
    ],
)
def test_a_rate_in_brackets_is_bound_but_not_applied(text: str, duty: str) -> None:
    assert read_rate(text) == (duty, False)


@pytest.mark.parametrize(
    "text",
    [
        "●無税〜0.3%", "無税〜(6.5%)", "(無税)〜\n(12%)", "◎無税", "※1%", "*(55円/kg)", "2.7% ◆4", "◆11", "免税",
        "●2.4%又は非譲許", "(一部2%〜3.5%)", "●5.8%、29.8%＋915円/kg", "16%〜25%又は119円/kg ◆2",
        "1キログラムにつき部分肉に係る基準輸入価格と課税価格との差額", "（マレーシアに対する待遇）　3%",
        "さんま以外のもの　3.5%", "(401.65円/kg-課税価格/kg)", "3%又は4%", "10%又は20%のうちいずれか高い税率、5%",
        "（20,400.55円×1.042-課税価格）/頭又は9,754.00円/kgのうちいずれか低い税率",
        "1.4%又は11円/lのうちいずれか低い税率ただしその税率が6円/lを下回る場合は7円/l", "", "円/kg", "10円/箱",
    ],
)  # fmt: skip
def test_what_is_not_safe_to_read_is_not_read(text: str) -> None:
    assert read_rate(text) is None
    if text:
        (rate,) = read_cell(text)
        assert rate.duty == ""
        assert rate.text
        assert rate.reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("◎無税", "refers to a note by a mark"),
        ("無税〜(6.5%)", "a range of rates, or partly unbound"),
        ("（マレーシアに対する待遇）　3%\n（他の締約国に対する待遇）　2.7%", "differs by country of origin"),
        ("くらげ　3.8%\nその他のもの　4.8%", "differs by kind of goods within the line"),
        ("特恵輸入対象のもの　無税", "needs a certificate of preferential import"),
        ("免税", "a form that is not known"),
    ],
)
def test_text_that_is_kept_says_why(text: str, reason: str) -> None:
    (rate,) = read_cell(text)
    assert rate.reason == reason


def test_text_is_kept_on_one_line_as_published() -> None:
    (rate,) = read_cell("くらげ　3.8%\r\nその他のもの　4.8%")
    assert rate.text == "くらげ 3.8% / その他のもの 4.8%"


def test_a_bracketed_text_that_is_not_read_is_still_not_applied() -> None:
    assert [read_cell(text)[0].applied for text in ("*(55円/kg)", "(無税〜2.1%)", "(無税)〜(3%)")] == [
        False,
        False,
        True,
    ]


def test_quota_lines_become_conditions() -> None:
    cell = "関税割当数量以内のもの　35%＋39円/kg\n関税割当数量以外のもの　※1%"
    within, outside = read_cell(cell)
    assert (within.condition, within.duty, within.text) == ("in_quota", "35% + JPY 39/kg", "")
    assert (outside.condition, outside.duty, outside.text) == ("out_of_quota", "", "※1%")
    others = read_cell("関税割当数量以内のもの　無税\nその他のもの　10%")
    assert [(rate.condition, rate.duty) for rate in others] == [("in_quota", "free"), ("out_of_quota", "10%")]


@pytest.mark.parametrize(
    "cell",
    [
        "その他のもの　10%",
        "関税割当数量以内のもの（チリに対する待遇）　無税\nその他のもの　10%",
        "関税割当数量以内のもの　25%\n関税割当数量以内のもの（チリに対する待遇）　無税\n"
        "関税割当数量以外のもの　119円/kg",
        "プロセスチーズの原料として使用するもので、関税割当数量以内のもの　無税",
    ],
)
def test_a_quota_with_further_conditions_is_kept_as_text(cell: str) -> None:
    (rate,) = read_cell(cell)
    assert (rate.condition, rate.duty) == ("", "")


@pytest.mark.parametrize(
    ("text", "season"),
    [
        ("(1)毎年4月1日から同年9月30日までに輸入されるもの", "04-01..09-30"),
        ("(2)毎年10月1日から翌年3月31日までに輸入されるもの", "10-01..03-31"),
        ("毎年１１月１日から翌年２月末日までに輸入されるもの", "11-01..02-29"),
    ],
)
def test_seasons(text: str, season: str) -> None:
    found = read_season(text)
    assert found is not None
    assert found[0] == season


def test_a_cell_may_narrow_the_season_of_its_line_but_not_leave_it() -> None:
    cell = "毎年4月1日から同年8月31日までに輸入されるもの　無税"
    (rate,) = read_cell(cell, "04-01..09-30")
    assert (rate.season, rate.duty) == ("04-01..08-31", "free")
    (rate,) = read_cell(cell)
    assert (rate.season, rate.duty) == ("04-01..08-31", "free")
    (rate,) = read_cell(cell, "05-01..09-30")
    assert (rate.season, rate.duty) == ("05-01..09-30", "")


def write_table(path: Path, rows: list[dict[str, str]]) -> Path:
    columns = ["line", "parent_line", "code9", "description_ja", "unit1", "unit2", "other_law", *TREATMENTS]
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


HEADING = {"line": "1", "general": "5%", "wto": "(7%)"}
BRANCH = {"line": "2", "parent_line": "1", "wto": "4%"}


def test_an_empty_cell_takes_the_nearest_one_above(tmp_path: Path) -> None:
    leaves = [
        {"line": "3", "parent_line": "2", "code9": "010101100", "unit2": "KG\n(I.I.)", "other_law": "AN|PM"},
        {"line": "4", "parent_line": "2", "code9": "010101200", "general": "無税"},
        {"line": "5", "parent_line": "1", "code9": "010102000"},
    ]
    source = write_table(tmp_path / "t.csv.gz", [HEADING, BRANCH, *leaves])
    report = import_tariff([(JUNE, source)], tmp_path, lambda _: None)
    wto = [(row["code"], row["duty"], row["applied"]) for row in rows_of(tmp_path / "tariff" / "wto.csv")]
    general = [(row["code"], row["duty"]) for row in rows_of(tmp_path / "tariff" / "general.csv")]
    assert wto == [("010101100", "4%", "true"), ("010101200", "4%", "true"), ("010102000", "7%", "false")]
    assert general == [("010101100", "5%"), ("010101200", "free"), ("010102000", "5%")]
    assert rows_of(tmp_path / "tariff" / "gsp.csv") == []
    assert (report.rows, report.cells, report.parsed, report.line_rows) == (6, 6, 6, 3)
    (first, _, _) = rows_of(tmp_path / "lines.csv")
    assert (first["unit2"], first["hs6"], first["other_law"]) == ("KG (I.I.)", "010101", "AN|PM")


def test_editions_are_folded_into_dated_rows(tmp_path: Path) -> None:
    def edition(name: str, *rates: tuple[str, str]) -> Path:
        rows = [{"line": str(at), "code9": code, "rcep_china": rate} for at, (code, rate) in enumerate(rates, 1)]
        return write_table(tmp_path / f"{name}.csv.gz", rows)

    stays, steps, ends, pauses = "010101100", "010101200", "010101300", "010101400"
    import_tariff(
        [
            (JUNE, edition("a", (stays, "1%"), (steps, "1.8%"), (ends, "2%"), (pauses, "3%"))),
            (JANUARY, edition("b", (stays, "1.0%"), (steps, "1.8%"), (ends, "2%"), (pauses, ""))),
            (APRIL, edition("c", (stays, "1%"), (steps, "1.5%"), (pauses, "3%"))),
        ],
        tmp_path,
        lambda _: None,
    )
    rows = rows_of(tmp_path / "tariff" / "rcep_china.csv")
    assert [(row["code"], row["duty"], row["since"], row["until"], row["source"]) for row in rows] == [
        (stays, "1%", "2025-06-01", "", "JC-2025-06"),
        (steps, "1.8%", "2025-06-01", "2026-03-31", "JC-2025-06"),
        (steps, "1.5%", "2026-04-01", "", "JC-2026-04"),
        (ends, "2%", "2025-06-01", "2026-03-31", "JC-2025-06"),
        (pauses, "3%", "2025-06-01", "2025-12-31", "JC-2025-06"),
        (pauses, "3%", "2026-04-01", "", "JC-2026-04"),
    ]
    assert {row["evidence"] for row in rows} == {"secondary"}
    lines = {row["code"]: row["until"] for row in rows_of(tmp_path / "lines.csv")}
    assert lines == {stays: "", steps: "", ends: "2026-03-31", pauses: ""}


def test_folding_nothing_gives_nothing() -> None:
    assert fold([(JUNE, {}), (JANUARY, {})]) == []


def test_a_seasonal_code_stands_twice_under_its_seasons(tmp_path: Path) -> None:
    summer = {"line": "1", "code9": "080310100", "description_ja": "毎年4月1日から同年9月30日までに輸入されるもの"}
    winter = {"line": "2", "code9": "080310100", "description_ja": "毎年10月1日から翌年3月31日までに輸入されるもの"}
    source = write_table(tmp_path / "t.csv.gz", [summer | {"wto": "20%"}, winter | {"wto": "25%"}])
    import_tariff([(JUNE, source)], tmp_path, lambda _: None)
    rows = rows_of(tmp_path / "tariff" / "wto.csv")
    assert [(row["season"], row["duty"]) for row in rows] == [("04-01..09-30", "20%"), ("10-01..03-31", "25%")]
    assert len(rows_of(tmp_path / "lines.csv")) == 1


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{"line": "1", "code9": "0101"}], "no code of nine digits"),
        ([{"line": "1", "code9": "０１０１０１１００"}], "no code of nine digits"),
        ([{"line": "1", "parent_line": "9", "code9": "010101100"}], "does not precede"),
        ([{"line": str(n), "code9": "010101100", "wto": "1%"} for n in (1, 2)], "two lines for 010101100 wto"),
        ([{"line": str(n), "code9": "010101100", "unit2": unit} for n, unit in ((1, "KG"), (2, "NO"))], "disagree"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(tmp_path: Path, rows: list[dict[str, str]], message: str) -> None:
    source = write_table(tmp_path / "t.csv.gz", rows)
    with pytest.raises(TariffError, match=message):
        import_tariff([(JUNE, source)], tmp_path / "out", lambda _: None)
    assert not (tmp_path / "out").exists()


def test_other_tables_and_disordered_days_are_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("line,code9\n1,010101100\n", encoding="utf-8")
    with pytest.raises(TariffError, match="the columns parent_line, description_ja"):
        import_tariff([(JUNE, other)], tmp_path, lambda _: None)
    for vintages in ([], [(JANUARY, other), (JUNE, other)], [(JUNE, other), (JUNE, other)]):
        with pytest.raises(TariffError, match="in the order of their days"):
            import_tariff(vintages, tmp_path, lambda _: None)


def test_editions_are_found_by_the_names_of_their_files(tmp_path: Path) -> None:
    for name in ("tariff_jp_2026-04.csv.gz", "tariff_jp_2026-01.csv", "CARD.md", "notes_jp_2026-07.jsonl.gz"):
        (tmp_path / name).touch()
    assert [(day, path.name) for day, path in vintages_in(tmp_path)] == [
        (JANUARY, "tariff_jp_2026-01.csv"),
        (APRIL, "tariff_jp_2026-04.csv.gz"),
    ]


# --- the pack itself, and the real editions ---------------------------------------------------------------------------


def duties_on(treatment: str, code: str, day: str) -> dict[tuple[str, str], str]:
    return {
        (row["season"], row["condition"]): row["duty"]
        for row in rows_of(PACK / "tariff" / f"{treatment}.csv")
        if row["code"] == code and row["since"] <= day <= (row["until"] or "9999")
    }


def test_phosphoric_acid_steps_down_under_rcep_in_april_2026() -> None:
    acid, plain = "280920000", ("", "")
    for day in ("2025-06-01", "2026-03-31", "2026-04-01", "2026-11-22"):
        assert duties_on("general", acid, day) == {plain: "3.9%"}
        assert duties_on("wto", acid, day) == {plain: "3.3%"}
    for treatment in ("rcep_china", "rcep_korea"):
        assert duties_on(treatment, acid, "2026-03-31") == {plain: "1.8%"}
        assert duties_on(treatment, acid, "2026-04-01") == {plain: "1.5%"}
    assert duties_on("rcep_china", acid, "2025-05-31") == {}


def test_bananas_pay_by_the_season_they_arrive_in() -> None:
    summer, winter = "04-01..09-30", "10-01..03-31"
    assert duties_on("general", "080310100", "2026-07-01") == {(summer, ""): "40%", (winter, ""): "50%"}
    assert duties_on("wto", "080310100", "2026-07-01") == {(summer, ""): "20%", (winter, ""): "25%"}
    assert duties_on("epa_australia", "080310100", "2026-07-01") == {("04-01..08-31", ""): "free"}
    assert duties_on("epa_malaysia", "080310100", "2026-07-01") == {
        (summer, "in_quota"): "free",
        (summer, "out_of_quota"): "10%",
        (winter, "in_quota"): "free",
        (winter, "out_of_quota"): "20%",
    }


def test_every_row_of_the_pack_has_either_a_duty_or_a_text() -> None:
    for treatment in TREATMENTS:
        for row in rows_of(PACK / "tariff" / f"{treatment}.csv"):
            assert bool(row["duty"]) != bool(row["text"]), row


@pytest.fixture(scope="module")
def imported(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Report, list[str]]:
    folder = shared_data / "tariff-jp"
    if not folder.is_dir():
        pytest.skip("the shared data has no tariff-jp")
    out = tmp_path_factory.mktemp("JP")
    said: list[str] = []
    return out, import_tariff(vintages_in(folder), out, said.append), said


def test_importing_again_gives_the_committed_files_byte_for_byte(imported: tuple[Path, Report, list[str]]) -> None:
    out, _, _ = imported
    names = sorted(path.relative_to(out) for path in out.rglob("*.csv"))
    assert names == sorted(path.relative_to(PACK) for path in [*PACK.glob("tariff/*.csv"), PACK / "lines.csv"])
    assert [str(name) for name in names if (out / name).read_bytes() != (PACK / name).read_bytes()] == []


def test_more_than_99_in_100_rates_are_read(imported: tuple[Path, Report, list[str]]) -> None:
    _, report, said = imported
    assert Decimal(report.parsed) / report.cells > Decimal("0.99")
    assert report.cells == report.parsed + sum(count for _, count in report.reasons)
    assert dict(report.lines) == {"JC-2025-06": 9655, "JC-2026-01": 9642, "JC-2026-04": 9643, "JC-2026-07": 9646}
    unknown = dict(report.reasons)["a form that is not known"]
    assert unknown < 50, report.worst
    assert any(f"{report.parsed:,} of {report.cells:,} rates read" in line for line in said)
