"""Certificates of origin: the boxes of two forms become a proof of origin, the goods it covers, and the invoice it names."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from entrepot.gateways.extract import Extract, Found
from entrepot.gateways.pages import Page, Word, read_pages
from entrepot.gateways.pages.words import SURE, Box
from entrepot.gateways.papers import Headings, headings_of, read_paper
from entrepot.portal.bench_papers import Count, compared
from entrepot.portal.bench_papers_layouts import Layout
from entrepot.portal.bench_papers_origin import form_e, rcep_certificate
from entrepot.store.packs import load_law

TODAY = date(2026, 11, 22)
PACKS = Path(__file__).resolve().parents[2] / "packs"


@cache
def words() -> Headings:
    return headings_of(load_law(PACKS, ["headings", "unlocode"]), TODAY)


@pytest.mark.parametrize("layout", [rcep_certificate, form_e])
def test_a_form_is_read_box_by_box(layout: Layout) -> None:
    for seed in (3, 4):
        drawn = layout(seed)
        extract = read_paper("certificate.pdf", drawn.pdf, today=TODAY, headings=words())
        assert extract.kind == "certificate_of_origin"
        assert compared(drawn.truth, extract) == Count(right=len(drawn.truth))


LINES = (
    "CERTIFICATE OF ORIGIN", "FORM E", "Reference No.: E1", "Seller: Hubei Donghu",
    "5. Item number|7. Number and type of packages, description of products|8. Origin criteria|"
    "9. Gross weight or net weight or other quantity|10. Number, date of invoices",
    "1|20 drums of Phosphoric acid|CTH|5,000 KGS|INV-7 2026-03-20",
    "2|4 bags of Green tea|CTH|300 PCS|INV-7 2026-03-20",
    "11. Declaration by the exporter|12. Certification",
    "Wuhan, 2026-03-21|Wuhan, 2026-03-22",
)  # fmt: skip


def page(lines: Sequence[str], weak: str = "") -> Page:
    """Lines of cells that stand beneath each other; the word `weak` was read badly."""
    made: list[Word] = []
    for row, line in enumerate(lines):
        for column, text in enumerate(line.split("|")):
            x = 20.0 + 420 * column
            for part in text.split():
                sure = Decimal("0.5") if part == weak else SURE
                made.append(Word(part, Box(x, 20 + 20 * row, x + 5 * len(part), 30 + 20 * row), sure))
                x += 5 * len(part) + 3
    return Page(1, 2200.0, 842.0, tuple(made), read=True)


def read(lines: Sequence[str], weak: str = "") -> tuple[dict[str, dict[str, object]], Extract]:
    kind, found = read_pages([page(lines, weak)], Found(TODAY, asks=True), words())
    made = found.statements()
    said = {f"{one.topic}/{one.key}": {name: getattr(one.value, name, one.key) for name in one.places} for one in made}
    return said, Extract("", kind, "", "", "", 0, made, tuple(found.unread), tuple(found.problems), tuple(found.doubts))


def changed(old: str, new: str) -> list[str]:
    return [line.replace(old, new) for line in LINES]


def test_the_proof_names_agreement_criterion_lines_and_the_day_of_the_certification() -> None:
    said, extract = read(LINES)
    proof = said["origin.proof/E1"]
    assert extract.doubtful == ()
    assert (proof["agreement"], proof["criterion"], proof["lines"]) == ("ACFTA", "CTH", ("1", "2"))
    assert proof["issued_on"] == date(2026, 3, 22)
    assert proof["quantities"] == {"1": Decimal(5000), "2": Decimal(300)}
    assert said["trade.terms/"] == {"invoice_no": "INV-7", "invoice_date": date(2026, 3, 20)}
    assert (said["goods.line/1"]["description"], said["goods.line/1"]["packages"]) == ("Phosphoric acid", 20)
    assert "quantity" not in said["goods.line/1"]  # a weight that may be gross is no quantity of the line
    assert said["goods.line/2"]["quantity"] == Decimal(300)


def test_one_day_for_two_signatures_is_asked_and_the_proof_waits_for_it() -> None:
    said, extract = read(changed("|Wuhan, 2026-03-22", ""))
    assert "origin.proof/E1" not in said
    (day,) = [doubt for doubt in extract.doubtful if doubt.field == "issued_on"]
    assert (day.value, list(day.choices)) == ("2026-03-21", ["2026-03-21"])
    assert {doubt.field for doubt in extract.doubtful if doubt.topic == "origin.proof"} >= {
        "agreement",
        "form",
        "lines",
    }


def test_a_number_read_weakly_is_asked_with_all_that_it_holds() -> None:
    said, extract = read(LINES, "E1")
    assert "origin.proof/E1" not in said
    asked = {doubt.field for doubt in extract.doubtful}
    assert asked >= {"key", "agreement", "form", "issued_on", "criterion"}


def test_lines_under_several_criteria_or_invoices_state_none_for_all() -> None:
    said, extract = read([line.replace("CTH|300", "WO|300").replace("PCS|INV-7", "PCS|INV-8") for line in LINES])
    assert "criterion" not in said["origin.proof/E1"]
    assert "invoice_no" not in said.get("trade.terms/", {})
    assert sum("several" in text.en for text in extract.unread) == 2


def test_a_certificate_under_no_agreement_is_no_proof_of_preference() -> None:
    said, extract = read(changed("FORM E", "No fee"))
    assert not any(at.startswith("origin.proof") for at in said)
    assert said["goods.line/2"]["description"] == "Green tea"
    assert any("no proof of origin" in text.en for text in extract.unread)


def test_a_head_torn_apart_in_a_picture_heads_nothing() -> None:
    torn = [*LINES[:4], "Item number|HS Code|Quantity and value", "packages|goods", "1|7 N/M|0902.10", *LINES[-2:]]
    said, _ = read(torn)
    assert not any(at.startswith("goods.line") for at in said)


def test_what_stands_above_a_head_is_no_part_of_it() -> None:
    above = ["Contract No.: S1|Date: 2026-02-15", "The Seller: Hubei Donghu", "The undersigned agree|on what follows"]
    said, _ = read([*above, "Commodity|Quantity (SET)|Unit Price (EUR)|Total Amount (EUR)", "Green tea|3|7.00|21.00"])
    assert said["goods.line/1"]["quantity"] == Decimal(3)
    assert said["trade.terms/"]["contract_no"] == "S1"
