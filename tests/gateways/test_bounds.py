"""Hostile files are refused with a reason, before they cost time or memory."""

import io
import zipfile
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.gateways import bounds
from entrepot.gateways.papers import Headings, read_paper, read_stream
from entrepot.kernel.intake import Refusal

TODAY = date(2026, 11, 22)
HEADINGS = Headings(
    {"Description": "goods.line.description", "Quantity": "goods.line.quantity"},
    {"Invoice No": "trade.terms.invoice_no"},
)
INVOICE = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
BASIC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"


def refused(data: bytes) -> str:
    """The rules under which a file is refused, and its first words in both languages."""
    with pytest.raises(Refusal) as caught:
        read_paper("paper", data, today=TODAY, headings=HEADINGS)
    for problem in caught.value.problems:
        assert problem.where
        assert problem.what.en
        assert problem.what.zh
        assert problem.fix.en
        assert problem.fix.zh
    return caught.value.problems[0].sentence()


def invoice(inside: str, head: str = "") -> bytes:
    return f'<?xml version="1.0"?>{head}<Invoice xmlns="{INVOICE}" xmlns:cbc="{BASIC}">{inside}</Invoice>'.encode()


# -- size -------------------------------------------------------------------------------------------------------------


class Endless(io.RawIOBase):
    """A stream of spaces that counts what was read from it and never ends."""

    given = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        assert size >= 0, "an unbounded read of an endless stream"
        self.given += size
        return b" <" * (size // 2) + b" " * (size % 2)


def test_a_file_of_100_mb_is_refused_after_the_bound_and_not_read_whole() -> None:
    stream = Endless()
    with pytest.raises(Refusal, match="larger than 20 MB"):
        read_stream("big.xml", stream, today=TODAY)  # type: ignore[arg-type]
    assert stream.given == bounds.MAX_BYTES + 1


@pytest.mark.parametrize("data", [b"", b"  \n"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    assert "P001" in refused(data)


# -- XML --------------------------------------------------------------------------------------------------------------

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMBS = {
    "billion laughs": invoice("<cbc:ID>&l9;</cbc:ID>", f'<!DOCTYPE Invoice [<!ENTITY l0 "ha">{LAUGHS}]>'),
    "quadratic blow-up": invoice(
        f"<cbc:ID>{'&a;' * 5000}</cbc:ID>", f'<!DOCTYPE Invoice [<!ENTITY a "{"a" * 50_000}">]>'
    ),
    "external entity": invoice("<cbc:ID>&x;</cbc:ID>", '<!DOCTYPE Invoice [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
    "parameter entity": invoice("", '<!DOCTYPE Invoice [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd"> %x;]>'),
    "outside DTD": invoice("", '<!DOCTYPE Invoice SYSTEM "http://127.0.0.1:9/x.dtd">'),
    "DTD behind a comment": invoice("", "<!-- > --><!DOCTYPE Invoice []>"),
    "DTD behind an instruction": invoice("", "<?x a>b?><!DOCTYPE Invoice []>"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_document_type_declaration_is_refused_unread(name: str) -> None:
    assert "document type declaration" in refused(BOMBS[name])


def test_an_encoding_that_could_hide_a_declaration_is_refused() -> None:
    assert "encoding" in refused(BOMBS["external entity"].decode().encode("utf-16"))
    assert "utf-7" in refused(invoice("").replace(b'version="1.0"', b'version="1.0" encoding="utf-7"')).lower()


def test_an_entity_that_nobody_declared_is_malformed() -> None:
    assert "not well-formed" in refused(invoice("<cbc:ID>&x;</cbc:ID>"))


def test_deep_nesting_is_refused_at_the_bound() -> None:
    assert "levels deep" in refused(invoice("<cbc:A>" * 70 + "</cbc:A>" * 70))
    assert "levels deep" in refused(invoice("<cbc:A>" * 100_000))


def test_too_many_elements_are_refused() -> None:
    assert "more than 200,000 elements" in refused(invoice("<cbc:A/>" * 200_001))


def test_a_wide_document_within_the_bounds_is_read() -> None:
    lines = "".join(f"<cbc:Note>{number}</cbc:Note>" for number in range(50_000))
    extract = read_paper("wide", invoice(f"<cbc:ID>A-1</cbc:ID>{lines}"), today=TODAY)
    assert [stated.value.invoice_no for stated in extract.statements] == ["A-1"]


# -- JSON -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"[" * 100_000, "deep"),
        (b'{"a":' * 80 + b"1" + b"}" * 80, "levels deep"),
        (b"[" + b"1," * 1_000_001 + b"1]", "more than 1,000,000 values"),
        (b'{"trade.terms": {}, "trade.terms": {}}', "stands twice"),
        (b'{"goods.line/1": {"quantity": NaN}}', "not a number"),
        (b'{"goods.line/1": {"quantity": 1e999999999}}', "20 digits"),
        (b'{"goods.line/1": {"quantity": ' + b"9" * 5000 + b"}}", "20 digits"),
        (b'{"trade.terms": ', "not readable as JSON"),
        (b'{"trade.terms": "\xff\xfe"}', "not readable as JSON"),
    ],
)
def test_hostile_json_is_refused(data: bytes, said: str) -> None:
    assert said in refused(data)


# -- archives ---------------------------------------------------------------------------------------------------------


def zipped(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return stream.getvalue()


def workbook() -> dict[str, bytes]:
    """The parts of a small real workbook."""
    stream = io.BytesIO()
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["Description", "Quantity"])
    book.active.append(["tea", 5])
    book.save(stream)
    with zipfile.ZipFile(stream) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_small_workbook_itself_is_read() -> None:
    assert read_paper("x", zipped(workbook()), today=TODAY, headings=HEADINGS).kind == "packing_list"


def test_a_zip_bomb_is_refused_by_what_it_would_expand_to() -> None:
    data = zipped({"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": b" " * (60 << 20)})
    assert len(data) < 100_000
    assert "expands to" in refused(data)


def test_an_archive_of_thousands_of_parts_is_refused() -> None:
    assert "parts in the archive" in refused(zipped({f"xl/{number}": b"" for number in range(1_001)}))


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "[Content_Types].xml"])
def test_a_bomb_in_a_part_of_a_workbook_is_refused(part: str) -> None:
    assert "document type declaration" in refused(zipped(workbook() | {part: BOMBS["billion laughs"]}))


def sheet_with(inside: str) -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return zipped(workbook() | {"xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}">{inside}</worksheet>'.encode()})


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        ('<sheetData><row r="1"><c r="XFD1"><v>1</v></c></row></sheetData>', "columns"),
        ('<sheetData><row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>', "rows"),
        (f"<sheetData>{'<row><c><v>1</v></c></row>' * 20_001}</sheetData>", "rows"),
    ],
)
def test_a_sheet_beyond_the_bounds_is_refused(inside: str, said: str) -> None:
    assert said in refused(sheet_with(inside))


def test_what_a_sheet_says_of_its_size_and_merges_is_not_believed() -> None:
    inside = (
        '<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Invoice No: A-1</t></is></c></row>'
        '</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    )
    extract = read_paper("x", sheet_with(inside), today=TODAY, headings=HEADINGS)
    assert extract.statements[0].value.invoice_no == "A-1"


def test_an_archive_that_is_no_workbook_is_refused() -> None:
    assert "not an Excel workbook" in refused(zipped({"a.txt": b"a"}))


def test_a_damaged_workbook_is_refused() -> None:
    whole = zipped(workbook())
    assert refused(whole[: len(whole) // 2])
    assert refused(zipped(workbook() | {"xl/styles.xml": b"<broken"}))


# -- text -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data", [b"Description,Quantity\ntea\x00,5\n", b"\x00\x01\x02\x03", b"%PDF-1.7 x", b"\xd0\xcf\x11\xe0abc"]
)
def test_what_is_not_text_is_refused(data: bytes) -> None:
    assert refused(data)


@pytest.mark.parametrize(
    "data",
    [
        b"Description,Quantity\n" + b"tea,5\n" * 20_001,
        b"Description,Quantity\n" + b"," * 300 + b"\n",
        b'Description,Quantity\n"' + b"a" * 200_000 + b'",5\n',
    ],
)
def test_a_csv_beyond_the_bounds_is_refused(data: bytes) -> None:
    assert refused(data)


def outcome(data: bytes) -> str:
    """Whether a file is read, or why it is refused; anything else that is raised fails the test."""
    try:
        return read_paper("x", data, today=TODAY, headings=HEADINGS).kind
    except Refusal as refusal:
        return refusal.problems[0].sentence()


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"<", b"{", b"[", b"\xef\xbb\xbf", b"Description,Quantity\n", b"%", b"\xff\xfe"]),
)
def test_no_bytes_raise_anything_but_a_reasoned_refusal(data: bytes, start: bytes) -> None:
    said = outcome(start + data)
    assert said
    assert "the file is damaged (" not in said, "a parser was surprised: the guard before it has a gap"


@given(st.binary(max_size=300))
def test_no_archive_raises_anything_but_a_refusal(data: bytes) -> None:
    assert outcome(b"PK\x03\x04" + data)


@given(st.integers(0, 20_000), st.integers(0, 255))
def test_a_workbook_with_one_byte_changed_is_read_or_refused(place: int, byte: int) -> None:
    data = bytearray(WHOLE)
    data[place % len(data)] = byte
    assert outcome(bytes(data))


MARKUP = st.lists(
    st.sampled_from(
        [
            "<cbc:ID>",
            "</cbc:ID>",
            "<cac:Item/>",
            "A-1",
            "&lt;",
            "&amp",
            "<!--",
            "-->",
            "<![CDATA[",
            "]]>",
            "<?x?>",
            "1e5",
            "&#0;",
        ]
    ),
    max_size=12,
)


@given(MARKUP)
def test_no_markup_raises_anything_but_a_reasoned_refusal(parts: list[str]) -> None:
    assert "the file is damaged (" not in outcome(invoice("".join(parts)))


@given(st.text(max_size=200))
def test_no_text_raises_anything_but_a_reasoned_refusal(text: str) -> None:
    assert "the file is damaged (" not in outcome(b"Description,Quantity\n" + text.encode(errors="ignore"))


WHOLE = zipped(workbook())


# -- single values ----------------------------------------------------------------------------------------------------


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12))
def test_a_number_keeps_every_digit(value: Decimal) -> None:
    assert bounds.plain_decimal(f"{value:f}") == value


@pytest.mark.parametrize("text", ["", ".", "1e", "0x10", "1_000", "１２", "nan", "Infinity", "1e31", "9" * 21, "1 2"])
def test_what_is_no_plain_number_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"number|digits"):
        bounds.plain_decimal(text)


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "=cmd|' /C calc'!A0"]
)
def test_a_cell_that_would_run_is_made_text(text: str) -> None:
    assert bounds.safe_cell(text) == f"'{text}"


@given(st.text())
def test_a_safe_cell_loses_nothing_and_never_starts_a_formula(text: str) -> None:
    safe = bounds.safe_cell(text)
    assert safe in (text, f"'{text}")
    assert not safe.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_text_is_kept_without_control_characters_and_bounded() -> None:
    assert bounds.clean_text(" a\x00\x1b b \n c\ud800") == "a b c"
    assert bounds.clean_text("Seller\n  12 Road ", single_line=False) == "Seller\n12 Road"
    assert len(bounds.clean_text("x" * 99_999)) == bounds.MAX_TEXT
