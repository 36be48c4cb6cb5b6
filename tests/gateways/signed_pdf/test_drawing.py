"""A printed document: every text stands on the page, embedded letters alone, pages that go on, nothing silently lost."""

import re
from typing import Any

import pypdfium2 as pdfium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfbase import pdfmetrics

from entrepot.gateways.signed_pdf import Column, PrintedDocument, Row, Section, Table, draw
from entrepot.gateways.signed_pdf.faces import MISSING, Face, printable
from entrepot.gateways.signed_pdf.folding import folded
from entrepot.gateways.signed_pdf.sheets import _FONT
from entrepot.kernel.text import Text
from tests.gateways.signed_pdf.made import drawn, invoice


def pages(data: bytes) -> list[str]:
    """The text of each page."""
    document = pdfium.PdfDocument(data)
    return [page.get_textpage().get_text_bounded() for page in document]


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_every_text_stands_on_the_page_in_both_languages() -> None:
    text = squeezed(pages(drawn())[0])
    for said in (
        "Commercial Invoice",
        "商业发票",
        "HC-2026-001",
        "湖北东湖化工有限公司",
        "Łódź Handel",
        "磷酸",
        "1,250.00",
    ):
        assert squeezed(said) in text
    assert invoice().digest in text
    assert "Page1of1" in text


def test_only_embedded_letters_are_used() -> None:
    data = drawn()
    assert set(re.findall(rb"/BaseFont /([A-Za-z0-9+-]+)", data)) == {b"AAAAAA+NotoSans-Regular"}
    assert data.count(b"/FontFile2") >= 1


def test_the_same_document_gives_the_same_bytes() -> None:
    assert draw(invoice(40)) == draw(invoice(40))


def test_each_document_has_letters_of_its_own_however_many_were_drawn_before() -> None:
    def of(title: str) -> bytes:
        return draw(PrintedDocument(Text(title, title), "1", "2026-01-01", "", "id"))

    of("ABC")
    drawn_after = of("XYZ 装箱单")
    known = pdfmetrics.getFont(_FONT).face.charToGlyph
    assert {ord(letter) for letter in "XYZ装箱单"} <= set(known)
    of("ABC")
    assert of("XYZ 装箱单") == drawn_after


def test_a_long_table_has_its_heads_and_its_page_on_every_page() -> None:
    shown = pages(draw(invoice(1000)))
    assert len(shown) > 10
    for number, text in enumerate(shown, 1):
        assert squeezed(f"Page {number} of {len(shown)}") in squeezed(text)
    numbers = [n for text in shown for n in re.findall(r"^(\d+) Phosphoric", text, re.MULTILINE)]
    assert numbers == [str(n) for n in range(1, 1001)]
    assert all("HScode" in squeezed(text) for text in shown if "Phosphoric" in text)


def test_a_cell_longer_than_a_page_goes_on_with_the_next() -> None:
    words = " ".join(f"w{n}" for n in range(6000))
    table = Table(Text("T", "表"), (Column(Text("A", "甲")), Column(Text("B", "乙"), "number")), ((words, "1"),))
    text = " ".join(pages(draw(invoice(tables=(table,)))))
    assert [int(n) for n in re.findall(r"\bw(\d+)\b", text)] == list(range(6000))


def test_a_long_value_of_a_section_goes_on_with_the_next_page() -> None:
    words = " ".join(f"w{n}" for n in range(4000))
    shown = pages(draw(invoice(sections=(Section(Text("S", "节"), (Row(Text("R", "行"), words),)),))))
    assert len(re.findall(r"\bw\d+\b", " ".join(shown))) == 4000


def test_numbers_too_wide_for_the_page_are_made_smaller_and_kept() -> None:
    columns = tuple(Column(Text(f"N{n}", "数"), "number") for n in range(12))
    line = tuple(f"{n:02}123,456,789,012.34" for n in range(12))
    text = squeezed(" ".join(pages(draw(invoice(tables=(Table(Text("T", "表"), columns, (line,)),))))))
    assert all(cell in text for cell in line)


def test_letters_that_no_font_has_are_shown_as_missing_and_a_note_tells_it() -> None:
    shown = pages(draw(invoice(number="ก-1")))[0]
    assert f"{MISSING}-1" in shown
    assert "cannot be printed" in shown
    assert "cannot be printed" not in pages(drawn())[0]


@pytest.mark.parametrize("hidden", ["\u202e", "\u2066", "\x00", "\x1b", "\ue000", "\ud800", "\u00ad"])
def test_letters_that_make_a_text_read_other_than_it_is_are_shown_as_missing(hidden: str) -> None:
    assert printable(f"12{hidden}50") == f"12{MISSING}50"


def test_letters_come_composed() -> None:
    assert printable("Lo\u0301dz\u0301") == "Lódź"


@pytest.mark.parametrize(
    "changed",
    [
        {"digest": "ab"},
        {"digest": "AB" * 32},
        {"document_id": "x" * 400},
        {"tables": (Table(Text("T", "表"), (Column(Text("A", "甲")),), (("1", "2"),)),)},
        {"tables": (Table(Text("T", "表"), (), ()),)},
        {"number": "x" * (5 << 20)},
    ],
)
def test_what_cannot_be_drawn_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"digest|cells|columns|MB"):
        draw(invoice(**changed))


def test_our_own_words_are_printed_whatever_the_document_says() -> None:
    """A document without Chinese: the letters of heads, notes and margins must be in its face all the same."""
    bare = invoice(title=Text("A", ""), issuer="", sections=(), tables=(), notes=(Text("n", ""),), how=Text("", ""))
    text = squeezed(pages(draw(bare))[0])
    for said in ("Notes备注", "No.编号", "Date日期", "Documentid文件标识", "第1页共1页", "签名内容SHA-256"):
        assert said in text
    assert MISSING not in text


def test_an_empty_table_and_no_sections_are_drawn() -> None:
    table = Table(Text("T", "表"), (Column(Text("A", "甲")),), ())
    assert "Commercial" in pages(draw(invoice(sections=(), tables=(table,), digest="")))[0]


@settings(max_examples=60)
@given(st.text("ab 中文，。-1", max_size=80), st.floats(12, 200))
def test_folding_loses_nothing_and_keeps_to_the_width(text: str, width: float) -> None:
    face = Face(text)
    lines = folded(face, text, width, 9)
    assert squeezed("".join(lines)) == squeezed(text)
    # a stop may hang over the edge rather than begin a line
    assert all(face.width(line.rstrip("，。"), 9) <= width or len(line.rstrip("，。")) == 1 for line in lines)
