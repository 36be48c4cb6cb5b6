"""Invoices and packing lists as spreadsheets: any order of columns, two languages, several sheets, and what is wrong with them."""

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entrepot.gateways.extract import Extract
from entrepot.gateways.papers import Headings, headings_of, read_paper
from entrepot.gateways.spreadsheet.labels import split_field
from entrepot.kernel.intake import Refusal
from entrepot.kernel.law import Law
from entrepot.kernel.money import Money, Price
from entrepot.kernel.vocabulary.goods import GoodsLine
from entrepot.kernel.vocabulary.trade import Charge, Charges, Packing, Party, Terms
from entrepot.store.packs import load_law

TODAY = date(2026, 11, 22)
PACKS = Path(__file__).resolve().parents[2] / "packs"


@cache
def words() -> Headings:
    """The words of the pack itself."""
    return headings_of(load_law(PACKS, ["headings"]), TODAY)


Rows = Sequence[Sequence[Any]]


def book(**sheets: Rows) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        sheet = made.create_sheet(name.replace("_", " "))
        for row in rows:
            sheet.append(list(row))
    return saved(made)


def saved(made: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def read(data: bytes) -> Extract:
    return read_paper("paper", data, today=TODAY, headings=words())


def text(rows: Rows, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter).writerows(rows)
    return stream.getvalue().encode(encoding)


def facts(extract: Extract) -> dict[tuple[str, str], Any]:
    return {(stated.topic, stated.key): stated.value for stated in extract.statements}


def line(extract: Extract, key: str = "1") -> GoodsLine:
    value = facts(extract)["goods.line", key]
    assert isinstance(value, GoodsLine)
    return value


def place(extract: Extract, topic: str, key: str, field: str) -> str:
    (found,) = [s.places[field] for s in extract.statements if (s.topic, s.key) == (topic, key)]
    return found


def rules(extract: Extract) -> list[str]:
    return [problem.rule for problem in extract.problems]


INVOICE: Rows = (
    ("湖北化工有限公司 HUBEI CHEM CO., LTD.",),
    ("COMMERCIAL INVOICE 商业发票",),
    ("Invoice No.:", "HC-2026-001", "", "Date:", datetime(2026, 3, 20)),
    ("Seller 卖方: Hubei Chem Co., Ltd.\n12 River Road, Yichang", "", "", "合同号：SC-77"),
    ("Buyer:", "Osaka Kagaku KK", "", "Terms of Delivery", "CIF Osaka, Japan (Incoterms 2020)"),
    (),
    ("No.", "品名 Description of Goods", "HS Code", "数量 Quantity (MT)", "单价 Unit Price (USD/MT)", "Amount (USD)"),
    (1, "Phosphoric acid 85%", "2809.2011.00", 20.5, 515.1, 10559.55),
    (2, "食品级磷酸", "28092011", "1,000.0", "USD 10.00", "10,000.00"),
    ("TOTAL 合计", "", "", 1020.5, "", 20559.55),
    (),
    ("Country of Origin: China",),
    ("Payment: T/T 30 days",),
)
PACKING: Rows = (
    ("PACKING LIST",),
    (),
    ("G.W.(KGS)", "N.W.(KGS)", "品名", "件数", "No.", "Colour"),
    (21000, 20500, "Phosphoric acid 85%", "20 IBC", 1, "clear"),
    ("1,010,000", "1000 MT", None, "800 drums", 2),
    (1031000, 1020500, "Total:", 820),
)


def test_an_invoice_and_a_packing_list_in_one_workbook() -> None:
    extract = read(book(Sheet1=INVOICE, Packing_List=PACKING))
    assert (extract.kind, extract.format, extract.problems) == ("invoice+packing_list", "xlsx", ())
    assert facts(extract) == {
        ("trade.terms", ""): Terms(
            contract_no="SC-77",
            invoice_no="HC-2026-001",
            invoice_date=date(2026, 3, 20),
            incoterm="CIF",
            place="Osaka, Japan",
            currency="USD",
            total=Money(2055955, "USD"),
            payment="T/T 30 days",
        ),
        ("trade.party", "exporter"): Party(name="Hubei Chem Co., Ltd.", address="12 River Road, Yichang"),
        ("trade.party", "importer"): Party(name="Osaka Kagaku KK"),
        ("goods.line", "1"): GoodsLine(
            description="Phosphoric acid 85%",
            hs="2809201100",
            quantity=Decimal("20.5"),
            unit="MT",
            price=Price(Decimal("515.1"), "USD", "MT"),
            amount=Money(1055955, "USD"),
            net_kg=Decimal(20500),
            gross_kg=Decimal(21000),
            packages=20,
            package_type="IBC",
            origin="CHN",
        ),
        ("goods.line", "2"): GoodsLine(
            description_zh="食品级磷酸",
            hs="28092011",
            quantity=Decimal("1000.0"),
            unit="MT",
            price=Price(Decimal("10.00"), "USD", "MT"),
            amount=Money(1000000, "USD"),
            net_kg=Decimal(1000000),
            gross_kg=Decimal(1010000),
            packages=800,
            package_type="drums",
            origin="CHN",
        ),
        ("packing.totals", ""): Packing(packages=820, gross_kg=Decimal(1031000), net_kg=Decimal(1020500)),
    }
    assert place(extract, "goods.line", "1", "amount") == "Sheet1!F8"
    assert place(extract, "goods.line", "2", "net_kg") == "Packing List!B5"
    assert place(extract, "goods.line", "2", "origin") == "Sheet1!A12"
    assert place(extract, "trade.terms", "", "total") == "Sheet1!F10"
    assert [note.en for note in extract.unread] == ["Packing List!F3: the column 'Colour' was not read"]


def test_labels_with_their_values_beside_below_or_in_the_same_cell() -> None:
    rows = (
        ("买方", "", "卖方"),
        ("Osaka Kagaku KK", "", "宜昌化工有限公司"),
        ("箱号：CSQU3054383/CSQU 305438-4", "", "Port of Loading", "CNSHA"),
        ("Ocean freight", "USD 254.00", "保险费：USD 3.10"),
        ("Port of Discharge:", "Osaka"),
        ("Description", "Quantity"),
        ("tea", "5"),
        ("Handling", "USD 12.00"),
    )
    extract = read(text((*rows[:5], *rows[7:], *rows[5:7])))
    given = facts(extract)
    assert given["trade.party", "importer"] == Party(name="Osaka Kagaku KK")
    assert given["trade.party", "exporter"] == Party(name_zh="宜昌化工有限公司")
    assert given["transport.charges", ""] == Charges(
        Charge("3", Decimal("254.00"), "USD"), Charge("3", Decimal("3.10"), "USD")
    )
    assert {key for topic, key in given if topic == "transport.container"} == {"CSQU3054383", "CSQU3054384"}
    assert given["transport.plan", ""].loading_port == "CNSHA"
    assert rules(extract) == ["P017"]
    assert [note.en for note in extract.unread] == [
        "B5: the port 'Osaka' is not given by a UN/LOCODE",
        "B6: 'USD 12.00' stands beside no label that is known",
    ]


# -- order, encodings, forms ------------------------------------------------------------------------------------------

TABLE: Rows = (
    ("No.", "Description", "Quantity", "Unit", "Unit Price (USD)", "Amount (USD)", "N.W. (KGS)", "原产国"),
    (1, "tea", "10", "kg", "2.50", "25.00", "10", "CN"),
    (2, "mushrooms", "4", "box", "1.25", "5.00", "3.2", "中国"),
    (3, "oranges", "7", "kg", "1", "7.00", "7", "China"),
)


@settings(max_examples=40)
@given(st.permutations(range(8)), st.permutations([1, 2, 3]))
def test_the_order_of_columns_and_of_numbered_rows_does_not_matter(columns: list[int], rows: list[int]) -> None:
    turned = [[TABLE[row][column] for column in columns] for row in (0, *rows)]
    extract = read(text(turned))
    assert facts(extract) == facts(read(text(TABLE)))
    assert extract.problems == ()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_separators_and_encodings(delimiter: str, encoding: str) -> None:
    rows = (("品名", "数量", "单位"), ("磷酸 “食品级”", "1,000", "千克"))
    extract = read(text(rows, delimiter, encoding))
    assert line(extract) == GoodsLine(description_zh="磷酸 “食品级”", quantity=Decimal(1000), unit="千克")
    assert place(extract, "goods.line", "1", "quantity") == "B2"
    assert extract.format == "csv"


def test_a_decimal_comma_is_read_where_the_sheet_can_mean_nothing_else() -> None:
    rows = (("Description", "Quantity", "Amount (EUR)"), ("tea", "1.200", "1.234,50"), ("rice", "7", "3,20"))
    extract = read(text(rows, ";"))
    assert (line(extract).quantity, line(extract).amount) == (Decimal(1200), Money(123450, "EUR"))
    mixed = read(text((*rows, ("salt", "2", "4.50")), ";"))
    assert rules(mixed).count("P012") == 2  # read with points, the two amounts with commas are no numbers


def test_a_heading_of_two_rows_and_merged_cells() -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for row in (
        ("Description", "Quantity", "Weight", None, "Country of Origin"),
        (None, "(PCS)", "N.W. (KGS)", "G.W. (KGS)", None),
        ("drill", 5, 10, 11, "China"),
        (None, 6, 12, 13, None),
    ):
        sheet.append(row)
    for merged in ("C1:D1", "A1:A2", "A3:A4", "E3:E4"):
        sheet.merge_cells(merged)
    extract = read(saved(made))
    assert line(extract, "1") == GoodsLine(
        description="drill", quantity=Decimal(5), unit="PCS", net_kg=Decimal(10), gross_kg=Decimal(11), origin="CHN"
    )
    assert line(extract, "2") == GoodsLine(
        description="drill", quantity=Decimal(6), unit="PCS", net_kg=Decimal(12), gross_kg=Decimal(13), origin="CHN"
    )


def test_an_amount_merged_over_two_lines_is_asked_about_and_given_to_none() -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for row in (("Description", "Quantity", "Amount (USD)"), ("a", 1, 30), ("b", 2, None)):
        sheet.append(row)
    sheet.merge_cells("C2:C3")
    extract = read(saved(made))
    assert [line(extract, key).amount for key in ("1", "2")] == [None, None]
    assert "one merged cell for several lines" in extract.problems[0].what.en


# -- money and numbers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "money"),
    [
        ("USD 1,234.50", Money(123450, "USD")),
        ("1234.5美元", Money(123450, "USD")),
        ("US$1,234.50", Money(123450, "USD")),
        ("€ 12", Money(1200, "EUR")),
        ("JPY 1,234", Money(1234, "JPY")),
        ("RMB 10.00", Money(1000, "CNY")),
        ("１２.５０ USD", Money(1250, "USD")),
    ],
)
def test_amounts_with_their_currency(written: str, money: Money) -> None:
    assert line(read(text((("Description", "Amount"), ("tea", written))))).amount == money


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("$12", "no currency"),
        ("¥12", "no currency"),
        ("12", "no currency"),
        ("USD 1.005", "more decimals"),
        ("JPY 1.5", "more decimals"),
        ("USD -3", "negative"),
        ("(3) USD", "negative"),
        ("twelve 12", "not an amount"),
        ("USD 12 EUR", "two currencies"),
        ("XQX 12", "not an ISO 4217 currency"),
    ],
)
def test_an_amount_that_cannot_be_known_is_a_problem_and_not_a_guess(written: str, said: str) -> None:
    extract = read(text((("Description", "Quantity", "Amount"), ("tea", "5", written), ("rice", "6", "USD 7"))))
    assert line(extract, "1").amount is None
    assert (line(extract, "1").quantity, line(extract, "2").amount) == (Decimal(5), Money(700, "USD"))
    assert [(problem.rule, problem.where) for problem in extract.problems] == [("P012", "C2")]
    assert said in extract.problems[0].what.en


@pytest.mark.parametrize("rows", [
    (("Currency: JPY",), ("Description", "Amount"), ("tea", "12")),
    (("Description", "Amount"), ("tea", "12"), ("Total", "12"), ("币种", "日元")),
    (("Description", "Currency", "Amount"), ("tea", "JPY", "12")),
    (("Description", "金额（日元）"), ("tea", "12")),
    (("Description", "Amount in JPY"), ("tea", "12")),
])  # fmt: skip
def test_a_currency_named_once_serves_the_amounts_that_name_none(rows: Rows) -> None:
    assert line(read(text(rows))).amount == Money(12, "JPY")


def test_a_currency_in_the_number_format_counts() -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for row in (("Description", "Amount"), ("tea", 12.5)):
        sheet.append(row)
    sheet["B2"].number_format = "[$USD] #,##0.00"
    assert line(read(saved(made))).amount == Money(1250, "USD")


@settings(max_examples=40)
@given(st.integers(0, 10**11))
def test_an_amount_that_excel_stores_as_a_float_comes_through_to_the_cent(minor: int) -> None:
    money = Money(minor, "USD")
    assert line(read(book(Invoice=(("Description", "Amount (USD)"), ("tea", float(money.amount)))))).amount == money


def test_the_dust_of_binary_arithmetic_is_brushed_off_and_said() -> None:
    data = book(Invoice=(("Description", "Quantity", "Amount (USD)"), ("tea", 7, 8)))
    for plain, dusty in ((b"<v>7</v>", b"<v>0.30000000000000004</v>"), (b"<v>8</v>", b"<v>3.3000000000000003</v>")):
        data = with_part(data, "xl/worksheets/sheet1.xml", plain, dusty)
    extract = read(data)
    assert (line(extract).quantity, line(extract).amount) == (Decimal("0.3"), Money(330, "USD"))
    assert rules(extract) == ["P022", "P022"]


@pytest.mark.parametrize(
    ("written", "price"),
    [
        ("USD 515.00/MT", Price(Decimal("515.00"), "USD", "MT")),
        ("515美元/吨", Price(Decimal(515), "USD", "吨")),
        ("USD 12 per 100 kg", Price(Decimal(12), "USD", "kg", Decimal(100))),
        ("USD 0.00125", Price(Decimal("0.00125"), "USD", "pcs")),
    ],
)
def test_prices_keep_their_unit_and_every_decimal(written: str, price: Price) -> None:
    assert line(read(text((("Description", "Quantity", "Unit Price"), ("tea", "5 pcs", written))))).price == price


def test_weights_are_kg_whatever_their_unit_and_a_missing_unit_is_said_once() -> None:
    rows = (
        ("Description", "Net Weight", "Gross Weight (MT)"),
        ("tea", "5", "0.006"),
        ("rice", "7", "0.008"),
        ("salt", "500 g", "0.001"),
    )
    extract = read(text(rows))
    assert [line(extract, key).net_kg for key in "123"] == [Decimal(5), Decimal(7), Decimal("0.5")]
    assert [line(extract, key).gross_kg for key in "123"] == [Decimal(6), Decimal(8), Decimal(1)]
    assert rules(extract) == ["P018"]


# -- totals -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("total", "found"), [("30.00", []), ("31.00", ["P015"])])
def test_a_total_is_checked_against_the_lines(total: str, found: list[str]) -> None:
    rows = (("Description", "Quantity", "Amount (USD)"), ("a", "1", "10"), ("b", "2", "20"), ("合计", "3", total))
    extract = read(text(rows))
    assert rules(extract) == found
    assert [problem.where for problem in extract.problems] == ["C4"][: len(found)]


def test_subtotals_are_checked_and_are_no_lines() -> None:
    rows = (
        ("Description", "Quantity", "Amount (USD)"),
        ("a", "1", "10"), ("b", "2", "20"), ("Subtotal", "3", "30"),
        ("c", "4", "5"), ("Sub-total", "4", "6"), ("GRAND TOTAL", "7", "35"),
    )  # fmt: skip
    extract = read(text(rows))
    assert [stated.key for stated in extract.statements if stated.topic == "goods.line"] == ["1", "2", "3"]
    assert [problem.where for problem in extract.problems] == ["C6"]
    assert facts(extract)["trade.terms", ""].total == Money(3500, "USD")


def test_what_stands_between_or_below_the_lines_is_mentioned() -> None:
    rows = (
        ("Description", "Quantity", "Amount (USD)"),
        ("a", "1", "10"), ("made of steel", "", ""), ("Total", "1", "10"), ("b", "2", "20"),
    )  # fmt: skip
    extract = read(text(rows))
    assert [note.en for note in extract.unread] == [
        "A3: 'made of steel' belongs to no line",
        "A5: 'b 2 20' belongs to no line",
    ]


# -- formulas, hidden sheets, macros ----------------------------------------------------------------------------------


def test_a_formula_is_never_computed_and_said_to_be_one() -> None:
    extract = read(book(Invoice=(("Description", "Quantity", "Amount (USD)"), ("tea", 5, "=B2*2"))))
    assert line(extract).amount is None
    assert [(problem.rule, problem.where) for problem in extract.problems] == [("P020", "Invoice!C2")]


def test_the_stored_result_of_a_formula_is_read_and_marked() -> None:
    data = book(Invoice=(("Description", "Quantity", "Amount (USD)"), ("tea", 5, "=B2*2.5")))
    extract = read(with_part(data, "xl/worksheets/sheet1.xml", b"<f>B2*2.5</f><v></v>", b"<f>B2*2.5</f><v>12.5</v>"))
    assert line(extract).amount == Money(1250, "USD")
    assert place(extract, "goods.line", "1", "amount") == "Invoice!C2 (formula)"
    assert [(problem.rule, problem.severity) for problem in extract.problems] == [("P020", "W")]


def with_part(data: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """A workbook with one part changed; a part that is not there is added."""
    import zipfile

    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(stream, "w") as target:
        parts = {entry: source.read(entry) for entry in source.namelist()}
        assert name not in parts or old in parts[name]
        parts[name] = parts.get(name, old).replace(old, new)
        for entry, part in parts.items():
            target.writestr(entry, part)
    return stream.getvalue()


def test_macros_and_outside_links_are_ignored_and_said() -> None:
    data = book(Invoice=(("Description", "Quantity"), ("tea", 5)))
    for part in ("xl/vbaProject.bin", "xl/externalLinks/externalLink1.xml"):
        extract = read(with_part(data, part, b"<x/>", b"<x/>"))
        assert rules(extract) == ["P021"]
        assert line(extract).quantity == Decimal(5)


def test_a_hidden_sheet_is_not_read_and_said() -> None:
    made = openpyxl.load_workbook(io.BytesIO(book(Invoice=(("Description", "Quantity"), ("tea", 5)), Old=TABLE)))
    made["Old"].sheet_state = "hidden"
    extract = read(saved(made))
    assert (rules(extract), len([s for s in extract.statements if s.topic == "goods.line"])) == (["P021"], 1)


@pytest.mark.parametrize("cell", ["=1+1", "=cmd|' /C calc'!A0", '=HYPERLINK("http://127.0.0.1")'])
def test_a_formula_in_a_csv_is_never_taken_for_words(cell: str) -> None:
    extract = read(text((("Description", "Quantity"), (cell, "5"))))
    assert (line(extract).description, rules(extract)) == ("", ["P020"])


def test_an_error_cell_is_a_problem() -> None:
    extract = read(book(Invoice=(("Description", "Quantity"), ("tea", "#REF!"), ("rice", 5))))
    assert [(problem.rule, problem.where) for problem in extract.problems] == [("P020", "Invoice!B2")]
    assert [note.en for note in extract.unread] == ["Invoice!A2: 'tea' belongs to no line"]


# -- conflicts, refusals, numbering -----------------------------------------------------------------------------------


def test_two_sheets_that_disagree_are_a_problem_naming_both_places() -> None:
    packing = (("No.", "Description", "Quantity"), (1, "tea", 6))
    extract = read(book(Invoice=(("No.", "Description", "Quantity"), (1, "TEA", 5)), Packing_List=packing))
    (problem,) = extract.problems
    assert (problem.rule, problem.documents) == ("P010", ("Invoice!C2", "Packing List!C2"))


def test_line_numbers_that_repeat_are_counted_anew_and_said() -> None:
    extract = read(text((("No.", "Description", "Quantity"), ("1", "a", "1"), ("1", "b", "2"))))
    assert [line(extract, key).description for key in ("1", "2")] == ["a", "b"]
    assert rules(extract) == ["P019"]


def test_a_sheet_without_a_known_word_is_refused_with_advice() -> None:
    with pytest.raises(Refusal, match="head the columns"):
        read(text((("foo", "bar"), ("1", "2"))))
    with pytest.raises(Refusal, match="no table of goods"):
        read_paper("x", text(TABLE), today=TODAY)  # no headings were given


# -- the pack ----------------------------------------------------------------------------------------------------------


def test_every_word_of_the_pack_names_a_field_that_exists() -> None:
    own = {"ignored", "line.no", "line.currency", "line.spec", "line.vat_rate", "lines.origin", "transport.container"}
    own |= {"party.name", "party.uscc", "line.criterion", "line.certified", "line.invoice"}
    for field in {*words().columns.values(), *words().labels.values()} - own:
        topic, _, name = split_field(field)
        if not field.startswith(("kind.", "table.", "paper.", "agreement.", "certificate.")):
            assert topic is not None, field
            assert name in topic.type.__struct_fields__, field


def test_a_colon_in_a_bracket_parts_no_label_from_its_value() -> None:
    assert words().label("COMMERCIAL INVOICE (made up: an example)") == ("kind.invoice", "")
    assert words().label("Invoice No. (ours): A-1") == ("trade.terms.invoice_no", "A-1")
    assert words().label("1. Goods Consigned from (Exporter's name,") == ("trade.party/exporter.name", "")


def test_without_the_pack_there_are_no_words() -> None:
    assert headings_of(Law([], {}), TODAY) == Headings()
