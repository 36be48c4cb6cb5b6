"""The papers side by side: differences first, each paper's value with its place, in both languages."""

import json
from typing import Any

import pytest

from entrepot.kernel.text import Text
from entrepot.portal.consistency_page import columns_of, row_of
from entrepot.portal.desk import Desk
from tests.portal.web import client_of

SIDES = [
    {"value": "24700", "paper": "bill.pdf", "kind": "bill_of_lading", "place": "p. 1", "document": "ab" * 32},
    {"value": "24600", "paper": "packing.xlsx", "place": "E7", "document": "cd" * 32},
    {"value": "24600", "paper": "packing.xlsx", "place": "E6", "document": "cd" * 32},
]
WEIGHT: dict[str, Any] = {
    "field": "header.gross_kg",
    "label": {"en": "gross weight (kg)", "zh": "总毛重（千克）"},
    "outcome": "differ",
    "sides": SIDES,
    "severity": "E",
    "rule": "R075",
    "what": {"en": "gross weight (kg): bill.pdf says …", "zh": "…"},
    "fix": {"en": "correct it", "zh": "请更正"},
}


class NoFacts:
    facts = ()


def test_a_row_has_a_cell_for_every_paper_and_says_no_more_than_the_cells() -> None:
    columns = columns_of([WEIGHT, {"sides": [{"value": "x", "paper": "a.csv"}]}], NoFacts())  # type: ignore[arg-type]
    assert [column.name for column in columns] == ["packing.xlsx", "a.csv", "bill.pdf"]
    row = row_of(WEIGHT, columns)
    assert [(cell.value, cell.place) for cell in row.cells] == [
        ("24600 · 24600", "E7 · E6"),
        ("", ""),
        ("24700", "p. 1"),
    ]
    assert (row.severity, row.what, row.fix) == ("E", None, Text("correct it", "请更正"))
    told = row_of(WEIGHT | {"what": {"en": "the contract is later", "zh": "晚"}}, columns)
    assert told.what == Text("the contract is later", "晚")


@pytest.fixture
def compared(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A desk with the platform's own rooms, and two papers that differ."""
    from entrepot.channels.online import rehearsing
    from entrepot.portal import setting
    from entrepot.portal.drafts import Draft

    desk = setting.open_desk(f"sqlite:///{tmp_path / 'page.sqlite3'}", "sandbox")
    voice = rehearsing("exporter")
    desk.say("D9", [Draft("dossier.opened", {"kind": "trade", "reference": "EX-9"})], voice)
    invoice = {
        "kind": "invoice",
        "packing.totals": {"packages": 20, "gross_kg": "24600"},
        "trade.terms": {"incoterm": "FOB"},
    }
    for name, paper in (
        ("invoice.json", invoice),
        ("bill.json", {"kind": "bill_of_lading", "packing.totals": {"packages": 21}}),
    ):
        desk.take_paper("D9", name, json.dumps(paper).encode(), voice)
    yield desk
    desk.store.close()


def test_the_page_shows_both_papers_with_their_places_in_both_languages(compared: Desk) -> None:
    client = client_of(compared)
    for language, words in (
        ("en", ("Papers side by side", "correct or withdraw")),
        ("zh-CN", ("单证比对", "请更正或撤回")),
    ):
        answer = client.get("/d/D9/papers-agree", headers={"Accept-Language": language})
        body = answer.content.decode()
        assert answer.status_code == 200
        assert all(word in body for word in (*words, "invoice.json", "bill.json", "/packing.totals/packages", "R075"))
    sheet = client.get("/d/D9").content.decode()
    assert "/d/D9/papers-agree" in sheet
    assert "1 differences that block" in sheet


def test_a_dossier_without_papers_says_so(opened: Desk) -> None:
    body = client_of(opened).get("/d/D1/papers-agree").content.decode()
    assert "No papers were handed in" in body
