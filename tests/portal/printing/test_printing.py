"""Prints and spreadsheets of a dossier: what is on them, who gets them, and that a workbook that comes back says the same."""

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from entrepot.channels.online import Voice
from entrepot.gateways.papers import headings_of, read_paper
from entrepot.kernel.intake import Refusal
from entrepot.kernel.vocabulary.goods import GoodsLine
from entrepot.kernel.vocabulary.trade import Packing, Party, Terms, Transport
from entrepot.kernel.why import NoSuchPlace
from entrepot.portal import setting
from entrepot.portal.desk import Desk, NoSuchDossier
from entrepot.portal.drafts import Draft
from entrepot.portal.printing.papers import PRINTS, print_paper, printables
from entrepot.portal.printing.workbooks import Filled, filled_from, workbook
from entrepot.store.store import Store
from tests.making import law
from tests.portal.stage import NOON
from tests.portal.web import client_of

ASKED = {"Entrepot-As": "exporter"}
ANN, EVE = Voice("ann", "acme"), Voice("eve", "elsewhere")
SAID: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("dossier.opened", "", {"kind": "trade", "reference": "PO-1"}),
    ("trade.party", "exporter", {"name": "Yichang Acid Co., Ltd.", "name_zh": "宜昌酸业有限公司", "country": "CHN"}),
    ("trade.party", "importer", {"name": "Osaka Kagaku K.K.", "country": "JPN"}),
    ("trade.terms", "", {
        "invoice_no": "INV-7", "contract_no": "C-7", "invoice_date": "2026-04-10", "contract_date": "2026-03-02",
        "incoterm": "CIF", "place": "Osaka", "currency": "USD", "total": "USD 12360.00", "payment": "T/T",
    }),
    ("goods.line", "1", {
        "description": "phosphoric acid", "hs": "28092019", "quantity": "24", "unit": "t", "amount": "USD 12360.00",
        "price": "USD 515.00/t", "packages": 20, "net_kg": "24000", "gross_kg": "25000", "origin": "CHN",
    }),
    ("packing.totals", "", {"packages": 20, "gross_kg": "25000", "net_kg": "24000", "marks": "N/M"}),
    ("transport.plan", "", {"mode": "2", "loading_port": "CNSHA", "discharge_port": "JPOSA", "destination_country": "JPN"}),
)  # fmt: skip


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder: Path = tmp_path_factory.mktemp("printing")
    registry = setting.registry()
    url = f"sqlite:///{folder / 'store.sqlite3'}"
    with Store.open(url, registry, nature="sandbox", keys=folder / "keys", clock=lambda: NOON) as store:
        desk = Desk(store, law("CN", "headings", "units", "incoterms", "unlocode"), registry)
        desk.say("D1", [Draft(topic, body, key) for topic, key, body in SAID], ANN)
        yield desk


def text_of(data: bytes) -> str:
    with pypdfium2.PdfDocument(data) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


@pytest.mark.parametrize("name", ["invoice", "contract", "packing", "declaration"])
def test_a_print_says_what_the_dossier_says_and_that_nobody_signed_it(desk: Desk, name: str) -> None:
    printed = print_paper(desk, "D1", name, ANN)
    text = text_of(printed.data)
    assert "phosphoric acid" in text
    assert "not signed" in text
    assert "REHEARSAL" in text
    assert ("12360.00" in text or "12,360.00" in text) == (name != "packing")
    assert ("R053" in text) == (name == "declaration")
    assert printed.file == f"D1-{name}.pdf"


def test_what_cannot_be_printed_yet_tells_why(desk: Desk) -> None:
    lines = [Draft("dossier.opened", {"kind": "trade", "reference": "X"}), Draft("trade.terms", {"invoice_no": "X-1"})]
    desk.say("D2", lines, ANN)
    shown = {one.name: one for one in printables(desk, "D2", ANN)}
    assert shown["invoice"].status == "waits"
    with pytest.raises(Refusal):
        print_paper(desk, "D2", "invoice", ANN)
    with pytest.raises(NoSuchPlace):
        print_paper(desk, "D2", "packing", ANN)


def test_strangers_print_nothing(desk: Desk) -> None:
    for name in PRINTS:
        with pytest.raises(NoSuchDossier):
            print_paper(desk, "D1", name, EVE)
    with pytest.raises(NoSuchDossier):
        filled_from(desk, "D1", EVE)


def stated(data: bytes) -> dict[str, Any]:
    headings = headings_of(law("CN", "headings", "units", "incoterms", "unlocode"), date(2026, 4, 10))
    extract = read_paper("x.xlsx", data, today=date(2026, 4, 10), headings=headings)
    return {
        f"{one.topic}/{one.key}" if one.key else one.topic: msgspec.to_builtins(one.value, str_keys=True)
        for one in extract.statements
    }


def test_a_workbook_that_comes_back_says_the_same(desk: Desk) -> None:
    said = stated(workbook(filled_from(desk, "D1", ANN)))
    told = {f"{topic}/{key}" if key else topic: body for topic, key, body in SAID}
    line = said["goods.line/1"]
    for field in ("description", "hs", "unit", "origin", "packages"):
        assert line[field] == told["goods.line/1"][field], field
    assert (line["amount"]["minor"], line["amount"]["currency"]) == (1236000, "USD")
    assert said["trade.terms"]["invoice_no"] == "INV-7"
    assert said["trade.terms"]["contract_no"] == "C-7"
    assert said["trade.terms"]["incoterm"] == "CIF"
    assert said["trade.party/importer"]["name"] == "Osaka Kagaku K.K."
    assert said["packing.totals"]["packages"] == 20


def test_an_empty_workbook_says_nothing_and_is_told_so() -> None:
    with pytest.raises(Refusal) as refused:
        stated(workbook())
    assert {one.rule for one in refused.value.problems} == {"P008"}


names = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=20)


@given(names, names, st.sampled_from("=+-@"))
def test_no_text_becomes_a_formula(name: str, goods: str, sign: str) -> None:
    filled = Filled(
        Terms(invoice_no=f"{sign}1+1"), Party(name=f"{sign}{name}"), Party(), Transport(), Packing(),
        {"1": GoodsLine(description=f"{sign}{goods}")},
    )  # fmt: skip
    book = load_workbook(BytesIO(workbook(filled)))
    for sheet in book:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" for cell in row)


def test_by_page_it_is_the_same(desk: Desk) -> None:
    client = client_of(desk)
    client.cookies["entrepot_role"] = "exporter"
    assert "/d/D1/print/invoice.pdf" in client.get("/d/D1/print").content.decode()
    answer = client.get("/d/D1/print/packing.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert "phosphoric acid" in text_of(answer.content)
    book = client.get("/d/D1/print/spreadsheet.xlsx").content
    assert load_workbook(BytesIO(book)).sheetnames == ["Invoice", "Packing list"]
    assert client.get("/templates").status_code == 200
    assert client.get("/templates/trade.xlsx").content[:2] == b"PK"
    assert client.get("/d/D1/print/nothing.pdf").status_code == 404


def test_through_the_api_it_is_the_same(desk: Desk) -> None:
    client = client_of(desk)
    listed = client.get("/api/v1/dossiers/D1/prints", headers=ASKED).json()
    assert {one["name"] for one in listed if one["ready"]} >= {"invoice", "contract", "packing", "declaration"}
    assert client.get("/api/v1/dossiers/D1/prints/packing", headers=ASKED).content[:5] == b"%PDF-"
    assert client.get("/api/v1/dossiers/D1/spreadsheet", headers=ASKED).content[:2] == b"PK"
    assert client.get("/api/v1/dossiers/D1/prints/packing").status_code == 401
    assert client.get("/api/v1/dossiers/D1/prints/nothing", headers=ASKED).status_code == 404
