"""PDF papers: their words in their places, tables over pages, attached invoice data, and files that mean harm."""

import io
import re
import zlib
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import pypdfium2 as pdfium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entrepot.gateways import pdf, scans
from entrepot.gateways.extract import Extract
from entrepot.gateways.pages.words import Box, Page, place_of, spots_of
from entrepot.gateways.paper_pictures import page_picture, page_sizes
from entrepot.gateways.papers import Headings, headings_of, read_paper
from entrepot.kernel.intake import Refusal
from entrepot.kernel.text import Problem
from entrepot.portal.bench_papers import compared, stated
from entrepot.portal.bench_papers_layouts import (
    LAYOUTS,
    Layout,
    bill_of_lading,
    grid_invoice,
    long_invoice,
    vat_invoice,
)
from entrepot.store.packs import load_law
from tests.gateways.test_cii import INVOICE as CII

TODAY = date(2026, 11, 22)
PACKS = Path(__file__).resolve().parents[2] / "packs"


@cache
def words() -> Headings:
    return headings_of(load_law(PACKS, ["headings"]), TODAY)


def read(data: bytes) -> Extract:
    return read_paper("paper.pdf", data, today=TODAY, headings=words())


def saved(document: Any, version: int = 17) -> bytes:
    stream = io.BytesIO()
    document.save(stream, version=version)
    return stream.getvalue()


@pytest.mark.parametrize("layout", LAYOUTS[:7], ids=lambda one: getattr(one, "__name__", "stamped"))
@pytest.mark.parametrize("seed", [11, 12])
def test_every_field_of_every_layout_is_read_as_it_stands(layout: Layout, seed: int) -> None:
    paper = layout(seed)
    extract = read(paper.pdf)
    assert stated(extract) == paper.truth
    assert (extract.format, extract.doubtful, extract.problems) == ("PDF", (), ())


def test_a_seal_over_figures_is_not_read_into_them() -> None:
    paper = grid_invoice(11, stamped=True)
    count = compared(paper.truth, read(paper.pdf))
    assert (count.wrong, count.missed) == (0, 0)
    assert count.doubtful <= 1


def test_every_field_is_where_its_place_says() -> None:
    paper = bill_of_lading(3)
    extract = read(paper.pdf)
    (packing,) = [one for one in extract.statements if one.topic == "packing.totals"]
    (spot,) = spots_of(packing.places["gross_kg"])
    with pdf.opened(paper.pdf) as document:
        page = pdf.read_page(document, 1)
    assert page is not None
    inside = [
        word.text
        for word in page.words
        if spot.box.x0 - 0.002 <= word.box.x0 / page.width and word.box.x1 / page.width <= spot.box.x1 + 0.002
        and abs(word.box.middle / page.height - spot.box.middle) < 0.005
    ]  # fmt: skip
    assert inside == [f"{packing.value.gross_kg:,}"]


def test_a_transport_document_speaks_of_the_shipment_and_not_of_its_lines() -> None:
    assert "goods.line" not in {one.topic for one in read(bill_of_lading(3).pdf).statements}


def test_a_vat_invoice_is_purchase_cost_of_which_a_person_says_the_line() -> None:
    paper = vat_invoice(3)
    extract = read(paper.pdf)
    assert (extract.kind, extract.statements) == ("vat_invoice", ())
    assert {(one.topic, one.key, one.field): one.value for one in extract.doubtful} == paper.truth


def test_the_lines_of_a_table_know_the_page_they_stand_on() -> None:
    extract = read(long_invoice(11).pdf)
    pages = {s.key: spots_of(s.places["amount"])[0].page for s in extract.statements if s.topic == "goods.line"}
    assert (pages["1"], pages["26"], pages["60"]) == (1, 2, 3)


@given(st.integers(1, 9999), st.lists(st.integers(0, 1000), min_size=4, max_size=4))
def test_a_place_is_read_back_as_it_was_written(number: int, edges: list[int]) -> None:
    x0, x1 = sorted(edges[:2])
    y0, y1 = sorted(edges[2:])
    box = Box(x0 / 1000, y0 / 1000, x1 / 1000, y1 / 1000)
    written = place_of(Page(number, 1.0, 1.0, ()), box)
    assert [(spot.page, *spot.box) for spot in spots_of(f"x; {written}")] == [(number, *box)]
    assert spots_of("Invoice!C9") == spots_of("/Invoice/cbc:ID") == []


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_page_that_says_it_is_turned_reads_the_same(turned: int) -> None:
    paper = grid_invoice(5)
    document = pdfium.PdfDocument(paper.pdf)
    # a page drawn upright and stored sideways, as scanners and printers do
    page = document[0]
    width, height = page.get_size()
    matrix = {
        90: pdfium.PdfMatrix(0, 1, -1, 0, height, 0),
        180: pdfium.PdfMatrix(-1, 0, 0, -1, width, height),
        270: pdfium.PdfMatrix(0, -1, 1, 0, 0, width),
    }[turned]
    for one in page.get_objects(max_depth=1):
        one.transform(matrix)
    if turned != 180:
        page.set_mediabox(0, 0, height, width)
        page.set_cropbox(0, 0, height, width)
    page.set_rotation(turned)
    page.gen_content()
    assert stated(read(saved(document))) == paper.truth


def attached(name: str, data: bytes) -> bytes:
    document = pdfium.PdfDocument(grid_invoice(5).pdf)
    document.new_attachment(name).set_data(data)
    return saved(document)


def test_the_data_attached_to_a_pdf_come_before_its_picture() -> None:
    extract = read(attached("factur-x.xml", CII.encode()))
    assert (extract.format, extract.kind) == ("PDF with CII XML", "invoice")
    (terms,) = [one for one in extract.statements if one.topic == "trade.terms"]
    assert terms.value.invoice_no == "HC-7"
    assert terms.places["invoice_no"].startswith("/rsm:")
    assert "factur-x.xml" in extract.unread[-1].en


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("evil.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'),
        ("other.xml", b"<other/>"),
        ("run.exe", b"MZ"),
        ("x.xml", b"<a>"),
    ],
)
def test_an_attachment_that_is_no_invoice_leaves_the_pages(name: str, data: bytes) -> None:
    extract = read(attached(name, data))
    assert extract.format == "PDF"
    assert stated(extract) == grid_invoice(5).truth
    assert [name in text.en for text in extract.unread] == ([True] if name.endswith(".xml") else [])


# --- files that mean harm, or are damaged ----------------------------------------------------------------------------


def made(pages: int = 1, box: str = "0 0 595 842", stream: bytes = b"", filters: str = "", extra: str = "") -> bytes:
    """A PDF written by hand; readers repair its missing table of references."""
    parts = [b"%PDF-1.7\n"]
    kids = " ".join(f"{number} 0 R" for number in range(10, 10 + pages))
    parts.append(b"1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n")
    parts.append(f"2 0 obj <</Type/Pages/Count {pages}/Kids[{kids}]>> endobj\n".encode())
    parts.append(f"3 0 obj <</Length {len(stream)}{filters}>> stream\n".encode() + stream + b"\nendstream endobj\n")
    page = f"<</Type/Page/Parent 2 0 R/MediaBox[{box}]/Contents 3 0 R/Resources<<{extra}>>>>"
    parts += [f"{number} 0 obj {page} endobj\n".encode() for number in range(10, 10 + pages)]
    parts.append(b"trailer <</Root 1 0 R>>\n%%EOF")
    return b"".join(parts)


def locked() -> bytes:
    import importlib

    canvas = importlib.import_module("reportlab.pdfgen.canvas")
    encryption = importlib.import_module("reportlab.lib.pdfencrypt").StandardEncryption("secret", canPrint=0)
    stream = io.BytesIO()
    drawing = canvas.Canvas(stream, encrypt=encryption)
    drawing.drawString(100, 700, "COMMERCIAL INVOICE")
    drawing.save()
    return stream.getvalue()


def bomb(layers: int) -> bytes:
    data = b"0" * (3 << 20)
    for _ in range(layers):
        data = zlib.compress(data, 9)
    return made(stream=data, filters="/Filter[" + "/FlateDecode" * layers + "]")


@pytest.mark.parametrize(
    ("make", "rule"),
    [
        (lambda: b"%PDF-1.7\n" + b"\0" * 100, "P006"),
        (lambda: b"%PDF-1.7", "P006"),
        (lambda: grid_invoice(5).pdf[:700], "P006"),
        (locked, "P040"),
        (lambda: made(pages=10_000), "P003"),
        (lambda: made(box="0 0 9000000 9000000"), "P003"),
        (lambda: made(box="0 0 1 1"), "P003"),
        (lambda: bomb(1), "P004"),
        (lambda: bomb(2), "P004"),
    ],
)  # fmt: skip
def test_a_damaged_or_hostile_file_is_refused_with_its_bound(
    make: Callable[[], bytes], rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "MAX_STREAMS", 2 << 20)
    with pytest.raises(Refusal) as refusal:
        read(make())
    (problem,) = refusal.value.problems
    assert problem.rule == rule
    assert problem.what.zh
    assert problem.fix.en


def test_a_page_of_more_objects_than_any_paper_is_refused() -> None:
    with pytest.raises(Refusal) as refusal:
        read(made(stream=b"0 0 1 1 re f\n" * 50_001))
    assert "50,000 drawn objects" in refusal.value.problems[0].what.en


def test_nothing_in_a_file_is_run() -> None:
    script = b"1 0 obj <</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.launchURL('http://x'))>>>> endobj\n"
    font = "/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"
    data = made(stream=b"BT /F 12 Tf 100 700 Td (Invoice No.: HC-2026-001  Date: 2026-03-20) Tj ET", extra=font)
    catalogue = re.compile(rb"1 0 obj <</Type/Catalog.*?endobj\n", re.DOTALL)
    with_script = catalogue.sub(lambda _: script, data)
    assert with_script != data
    assert stated(read(with_script)) == stated(read(data)) != {}


@settings(max_examples=60)
@given(st.data())
def test_a_broken_file_is_read_or_refused_and_never_a_crash(data: st.DataObject) -> None:
    paper = bytearray(bill_of_lading(3).pdf)
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(paper) - 1))
        if data.draw(st.booleans()):
            paper[at] = data.draw(st.integers(0, 255))
        else:
            del paper[at : at + data.draw(st.integers(1, 200))]
    # a page that lost its text would be read off its picture: that is another test's matter
    with mock.patch.object(scans, "read_picture", lambda image, number: Page(number, 1.0, 1.0, ())):
        refused = refusal_of(bytes(paper))
    assert all(problem.what.zh for problem in refused)


def refusal_of(data: bytes) -> tuple[Problem, ...]:
    """The problems for which a paper is refused; none where it is read."""
    try:
        read(data)
    except Refusal as refusal:
        return refusal.problems
    return ()


def test_pages_to_look_at_are_bounded() -> None:
    paper = long_invoice(11).pdf
    assert page_sizes(paper) == [(595, 842)] * 3
    assert page_picture(paper, 3).width <= 1400
    with pytest.raises(Refusal):
        page_picture(paper, 4)
    assert page_sizes(b"%PDF-1.7 broken") == page_sizes(b"name,qty") == []


def test_an_empty_canvas_is_a_picture_and_no_text() -> None:
    with pdf.opened(made()) as document:
        assert pdf.read_page(document, 1) is None
