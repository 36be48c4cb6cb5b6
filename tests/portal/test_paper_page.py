"""A paper beside what was read from it: doubts are asked, confirmed as transcripts, and shown to nobody who may not have the paper."""

from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from typer.testing import CliRunner

from entrepot.channels.online import rehearsing
from entrepot.gateways.extract import Extract
from entrepot.gateways.pages.words import Box
from entrepot.gateways.paper_pictures import page_picture
from entrepot.gateways.papers import Headings, headings_of, read_paper
from entrepot.kernel.intake import Refusal
from entrepot.kernel.why import NoSuchPlace
from entrepot.portal import cli, handing_in, paper_page, setting
from entrepot.portal.bench_papers import as_file
from entrepot.portal.bench_papers_drawn import Canvas
from entrepot.portal.desk import Desk, Taken
from entrepot.portal.doubting import PaperRead
from entrepot.store.packs import load_law
from tests.portal.stage import ANN, BOB, DAY
from tests.portal.web import client_of

PACKS = Path(__file__).resolve().parents[2] / "packs"


@cache
def words() -> Headings:
    return headings_of(load_law(PACKS, ["headings"]), DAY)


@cache
def doubtful_invoice() -> bytes:
    """An invoice on which 3 x 7.00 is said to be 23.00."""
    canvas = Canvas()
    canvas.write(297, 60, "COMMERCIAL INVOICE", 15, bold=True, side="middle")
    canvas.write(50, 95, "Invoice No.: HC-77")
    canvas.write(300, 95, "Date: 2026-03-20")
    for y, row in (
        (130, ("No.", "Description of Goods", "Quantity (PCS)", "Unit Price (USD)", "Amount (USD)")),
        (150, ("7", "Bamboo flooring", "3", "7.00", "23.00")),
    ):
        for x, text in zip((50, 90, 250, 350, 450), row, strict=True):
            canvas.write(x, y, text)
    return canvas.done()


@pytest.fixture
def taken(opened: Desk, monkeypatch: pytest.MonkeyPatch) -> Taken:
    def read(name: str, data: bytes, **settings: Any) -> Extract:
        return read_paper(name, data, **(settings | {"headings": words()}))

    monkeypatch.setattr(handing_in, "read_paper", read)
    return opened.take_paper("D1", "invoice.pdf", doubtful_invoice(), ANN)


def line(desk: Desk, key: str = "7") -> dict[str, Any]:
    (fact,) = [fact for fact in desk.read("D1", ANN).facts if (fact.topic, fact.key) == ("goods.line", key)]
    value: dict[str, Any] = fact.value
    return value


def test_what_fails_its_own_check_is_asked_and_not_said(opened: Desk, taken: Taken) -> None:
    assert {(one.key, one.field, one.value) for one in taken.doubtful} == {
        ("7", "quantity", "3"),
        ("7", "price", "USD 7.00/PCS"),
        ("7", "amount", "USD 23.00"),
    }
    assert line(opened) == {"description": "Bamboo flooring", "unit": "PCS"} | {
        k: v for k, v in line(opened).items() if k not in ("description", "unit") and v
    }
    assert not line(opened).get("amount")
    (paper,) = [fact for fact in opened.read("D1", ANN).facts if fact.topic == "paper.received"]
    assert paper.value["doubts"] == 3


def test_an_answer_is_a_transcript_of_the_paper_at_its_place(opened: Desk, taken: Taken) -> None:
    answers = {"goods.line/7": {"quantity": "3", "price": "USD 7.00/PCS", "amount": "USD 21.00"}}
    opened.answer("D1", taken.digest, answers, ANN)
    assert line(opened)["amount"] == {"minor": 2100, "currency": "USD"}
    tree = opened.why("D1", "goods.line/7", ANN, "amount")
    (said,) = [one for one in tree.spoken if one.authority == "transcript"]
    assert (said.digest, said.places["amount"][:6]) == (taken.digest, "page 1")
    read = opened.paper("D1", taken.digest, ANN)
    assert read.doubts == ()
    assert {(f.field, f.value) for f in read.fields if f.transcribed} >= {("amount", "USD 21.00"), ("quantity", "3")}


def test_a_field_stated_wrong_is_corrected_in_the_place_of_ones_own_words(opened: Desk, taken: Taken) -> None:
    (before,) = [f for f in opened.read("D1", ANN).facts if f.topic == "trade.terms"]
    opened.answer("D1", taken.digest, {"trade.terms": {"invoice_no": "HC-71"}}, ANN)
    (fact,) = [f for f in opened.read("D1", ANN).facts if f.topic == "trade.terms"]
    assert (fact.value["invoice_no"], fact.value["invoice_date"], fact.conflicts) == ("HC-71", "2026-03-20", ())
    assert {one.authority for one in fact.statements} == {"own word", "transcript"}
    assert before.statements[0].id not in {one.id for one in fact.statements}
    (one,) = [f for f in opened.paper("D1", taken.digest, ANN).fields if f.field == "invoice_no"]
    assert (one.value, one.transcribed, one.own, one.place[:6]) == ("HC-71", True, True, "page 1")
    opened.answer("D1", taken.digest, {"trade.terms": {"invoice_no": "HC-77"}}, ANN)  # one's own correction too
    (fact,) = [f for f in opened.read("D1", ANN).facts if f.topic == "trade.terms"]
    assert (fact.value["invoice_no"], len(fact.statements)) == ("HC-77", 2)


def test_a_stated_field_that_is_not_on_the_paper_is_taken_back(opened: Desk, taken: Taken) -> None:
    opened.answer("D1", taken.digest, {"trade.terms": {"invoice_no": None, "invoice_date": None}}, ANN)
    assert [f for f in opened.read("D1", ANN).facts if f.topic == "trade.terms"] == []
    opened.answer("D1", taken.digest, {"goods.line/7": {"description": None, "price": None}}, ANN)
    assert not line(opened).get("description")
    assert line(opened)["unit"] == "PCS"


LOT = b"""{"goods.cost/L1": {"line": "1", "document": "special_vat_invoice", "number": "12345678", "supplier": "Mill", "base": "CNY 100.00",
  "vat_rate": "0.13", "quantity": "5", "invoiced_quantity": "5", "unit": "t"}}"""


def test_a_value_that_comes_whole_is_said_whole_as_a_transcript(opened: Desk) -> None:
    digest = opened.take_paper("D1", "costs.json", LOT, ANN).digest
    opened.answer("D1", digest, {"goods.cost/L1": {"supplier": "Yichang Mill"}}, ANN)
    (fact,) = [f for f in opened.read("D1", ANN).facts if f.topic == "goods.cost"]
    assert (fact.value["supplier"], fact.value["number"], len(fact.statements)) == ("Yichang Mill", "12345678", 1)
    assert fact.statements[0].authority == "transcript"
    with pytest.raises(Refusal):  # a lot has a base: none without it
        opened.answer("D1", digest, {"goods.cost/L1": {"base": None}}, ANN)


def test_others_do_not_correct_what_they_did_not_say(opened: Desk, taken: Taken) -> None:
    assert not any(one.own for one in opened.paper("D1", taken.digest, BOB).fields)
    with pytest.raises(Refusal) as refusal:
        opened.answer("D1", taken.digest, {"trade.terms": {"invoice_no": "HC-71"}}, BOB)
    assert [problem.rule for problem in refusal.value.problems] == ["D046"]


def test_the_page_has_an_edit_beside_each_field(opened: Desk) -> None:
    client = client_of(opened)
    opened.hand_in(
        "D1", "terms.json", b'{"trade.terms": {"invoice_no": "INV-7", "payment": "T/T"}}', rehearsing("exporter")
    )
    (paper,) = [f for f in opened.read("D1", rehearsing("exporter")).facts if f.topic == "paper.received"]
    address = f"/d/D1/papers/{paper.key}"
    html = client.get(f"{address}/read").content.decode()
    assert html.count("?edit=trade.terms.") == 2
    assert 'name="field:' not in html
    assert 'href="#b-' not in html  # it has no picture whose boxes could be gone to
    html = client.get(f"{address}/read?edit=trade.terms.payment").content.decode()
    assert 'name="field:payment" value="T/T"' in html
    assert html.count('name="field:') == 1
    client.post(f"{address}/answer", {"at": "trade.terms", "field:payment": "L/C at sight"})
    assert "L/C at sight" in client.get(f"{address}/read").content.decode()


@given(st.integers(0, 3), *[st.integers(0, 1000)] * 4)
def test_turning_a_box_all_the_way_round_gives_it_back(turn: int, a: int, b: int, c: int, d: int) -> None:
    (x0, x1), (y0, y1) = sorted((a / 1000, b / 1000)), sorted((c / 1000, d / 1000))
    box = Box(x0, y0, x1, y1)
    again = paper_page._turned(paper_page._turned(box, turn), (4 - turn) % 4)
    assert all(abs(one - other) < 1e-9 for one, other in zip(box, again, strict=True))


def test_a_picture_that_was_turned_to_be_read_is_shown_turned_with_its_boxes(opened: Desk) -> None:
    image = Image.new("RGB", (200, 100), "white")
    image.putpixel((0, 0), (255, 0, 0))
    data = as_file([image])
    read = PaperRead("", "", "", "", (), turned={"1": 1})
    album = paper_page._Album(data, read, 0)
    assert (album.turns, album.sizes) == ([1], [(100, 200)])
    (spot,) = album.spots("page 1 [0.000 0.000 0.100 0.200]")
    assert tuple(round(part, 3) for part in spot.box) == (0.0, 0.9, 0.2, 1.0)  # what stood upper left stands lower left
    turned = page_picture(data, 1, 1)
    assert (turned.size, turned.getpixel((0, 199))) == ((100, 200), (255, 0, 0))
    assert paper_page._Album(data, read, 3).turns == [0]


def test_what_is_not_on_the_paper_is_asked_no_more(opened: Desk, taken: Taken) -> None:
    opened.answer("D1", taken.digest, {"goods.line/7": {"price": None, "quantity": "3"}}, ANN)
    assert [one.field for one in opened.paper("D1", taken.digest, ANN).doubts] == ["amount"]
    assert not line(opened).get("price")


@pytest.mark.parametrize(
    ("answers", "rule"),
    [
        ({"goods.line/7": {"amount": "twenty"}}, "K001"),
        ({"goods.line/7": {"brand": "stolen"}}, "D046"),
        ({"goods.line/7": {"amount": " "}}, "D050"),
        ({"goods.line/7": {"description": ""}}, "D050"),
        ({"goods.line/7": {"description": "Bamboo flooring"}}, "D001"),
        ({"trade.terms": {"invoice_date": "some day"}}, "K001"),
        ({"goods.cost/1": {"base": "USD 1.00"}}, "D046"),
        ({}, "D001"),
    ],
)
def test_answers_that_nobody_asked_for_or_that_are_no_values_are_refused(
    opened: Desk, taken: Taken, answers: dict[str, dict[str, str | None]], rule: str
) -> None:
    heads = opened.read("D1", ANN).heads
    with pytest.raises(Refusal) as refusal:
        opened.answer("D1", taken.digest, answers, ANN)
    assert rule in {problem.rule for problem in refusal.value.problems}
    assert opened.read("D1", ANN).heads == heads


def test_doubts_are_for_those_who_may_have_the_paper(opened: Desk, taken: Taken) -> None:
    assert opened.paper("D1", taken.digest, BOB).doubts != ()  # the importer may read all that rests on it
    assert "paper.doubts" not in {fact.topic for fact in opened.read("D1", BOB).facts}
    secret = opened.take_paper("D1", "making.json", b'{"goods.bom/1": {"producer_country": "CHN"}}', ANN)
    with pytest.raises(NoSuchPlace):
        opened.paper("D1", secret.digest, BOB)


def test_the_page_shows_the_picture_with_its_boxes_and_takes_the_answers(opened: Desk, taken: Taken) -> None:
    client = client_of(opened)
    address = f"/d/D1/papers/{taken.digest}"
    assert f"{address}/read" in client.get("/d/D1").content.decode()
    assert "To be confirmed 3" in client.get("/d/D1").content.decode()
    html = client.get(f"{address}/read").content.decode()
    assert html.index('id="h-doubts"') < html.index('id="h-read"')
    assert "quantity x unit price is not the amount" in html
    assert html.count("<rect") == len(opened.paper("D1", taken.digest, ANN).fields) + 3
    chinese = client.get(f"{address}/read", headers={"Accept-Language": "zh-CN"}).content.decode()
    assert "数量乘以单价不等于金额" in chinese
    picture = client.get(f"{address}/pages/1.png")
    assert (picture["Content-Type"], picture.content[:4]) == ("image/png", b"\x89PNG")
    assert client.get(f"{address}/pages/2.png").status_code == 422
    assert client.get(f"/d/D1/papers/{'0' * 64}/pages/1.png").status_code == 404
    form = {"at": "goods.line/7", "field:quantity": "3", "field:amount": "USD 23.00", "none:price": "on"}
    assert client.post(f"{address}/answer", form)["Location"] == f"{address}/read?done=answered"
    assert line(opened)["amount"] == {"minor": 2300, "currency": "USD"}
    assert client.get(f"{address}/read").content.decode().count('class="doubt"') == 0
    assert "To be confirmed" not in client.get("/d/D1").content.decode()


def test_who_hands_in_a_doubtful_paper_is_led_to_its_doubts(opened: Desk, taken: Taken, tmp_path: Path) -> None:
    path = tmp_path / "again.pdf"
    path.write_bytes(doubtful_invoice())
    with path.open("rb") as stream:
        sent = client_of(opened).post("/d/D1/papers", {"paper": stream})
    assert sent["Location"] == f"/d/D1/papers/{taken.digest}/read"


def test_the_api_tells_and_takes_the_same(opened: Desk, taken: Taken) -> None:
    client = client_of(opened)
    address, exporter = f"/api/v1/dossiers/D1/papers/{taken.digest}", {"Entrepot-As": "exporter"}
    read = client.get(f"{address}/read", headers=exporter).json()
    assert [one["field"] for one in read["doubts"]] == [one.field for one in taken.doubtful]
    for bad in (b"[]", b'{"goods.line/7": {"amount": 5}}'):
        assert (
            client.post(f"{address}/answers", bad, content_type="application/json", headers=exporter).status_code == 422
        )
    body = msgspec.json.encode({"goods.line/7": {"amount": "USD 23.00", "price": None}})
    assert client.post(f"{address}/answers", body, content_type="application/json", headers=exporter).status_code == 201
    assert line(opened)["amount"] == {"minor": 2300, "currency": "USD"}


def test_the_command_shows_the_doubts_and_takes_the_same(
    opened: Desk, taken: Taken, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ENTREPOT_HOME", str(tmp_path))
    monkeypatch.setattr(setting, "law", lambda: opened.law)
    monkeypatch.setattr(setting, "registry", lambda: opened.registry)
    store = ["--store", opened.store.database.url]
    shown = CliRunner().invoke(cli.app, ["answer", "D1", taken.digest[:12], *store])
    assert shown.exit_code == 0, shown.output
    assert "goods.line/7.amount" in shown.output
    said = CliRunner().invoke(
        cli.app,
        [
            "answer",
            "D1",
            taken.digest[:12],
            "goods.line/7.quantity",
            "goods.line/7.amount=USD 21.00",
            "goods.line/7.price=",
            *store,
        ],
    )
    assert said.exit_code == 0, said.output
    assert (line(opened)["amount"]["minor"], line(opened)["quantity"]) == (2100, "3")
    assert opened.paper("D1", taken.digest, ANN).doubts == ()
