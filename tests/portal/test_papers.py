"""Papers in: what they say stands with its place, together or not at all, and once however often they come."""

from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from entrepot.channels.online import Voice
from entrepot.kernel.intake import Refusal
from entrepot.kernel.why import NoSuchPlace
from entrepot.portal.desk import Desk, NoSuchDossier
from tests.portal.stage import ANN, BOB
from tests.portal.web import client_of

INVOICE = b'{"trade.terms": {"invoice_no": "INV-7", "incoterm": "CIF"}, "goods.line/2": {"hs": "20039010", "amount": "USD 93.00"}}'
SECRET = b'{"goods.bom/1": {"producer_country": "CHN"}}'


def test_a_paper_says_what_it_says_with_the_place_of_every_field(opened: Desk) -> None:
    taken = opened.take_paper("D1", "invoice.json", INVOICE, ANN)
    assert set(taken.read) == {"trade.terms", "goods.line/2"}
    tree = opened.why("D1", "goods.line/2", ANN, "amount")
    assert (tree.spoken[0].document, tree.spoken[0].digest) == ("invoice.json", taken.digest)
    assert "amount" in tree.spoken[0].places
    name, content = opened.document("D1", taken.digest, BOB)
    assert (name, content.data) == ("invoice.json", INVOICE)
    receipt = next(fact for fact in opened.read("D1", ANN).facts if fact.topic == "paper.received")
    assert (receipt.key, receipt.value["size"]) == (taken.digest, len(INVOICE))


def test_the_same_paper_again_says_nothing_new(opened: Desk) -> None:
    first = opened.take_paper("D1", "invoice.json", INVOICE, ANN)
    heads = opened.read("D1", ANN).heads
    again = opened.take_paper("D1", "copy.json", INVOICE, ANN)
    assert first.said.said
    assert (again.said.said, opened.read("D1", ANN).heads) == ((), heads)


def test_what_the_speaker_may_not_say_is_not_said_by_a_paper_either(opened: Desk) -> None:
    with pytest.raises(Refusal) as refusal:
        opened.take_paper("D1", "bom.json", SECRET, BOB)
    assert "D019" in {problem.rule for problem in refusal.value.problems}
    assert opened.store.content(sha256(SECRET).hexdigest()) is None
    assert "paper.received" not in {fact.topic for fact in opened.read("D1", ANN).facts}


def test_papers_that_contradict_each_other_are_shown_and_not_settled(opened: Desk) -> None:
    opened.take_paper("D1", "invoice.json", INVOICE, ANN)
    opened.take_paper("D1", "packing.json", INVOICE.replace(b"USD 93.00", b"USD 94.00"), ANN)
    line = next(fact for fact in opened.read("D1", ANN).facts if (fact.topic, fact.key) == ("goods.line", "2"))
    assert [conflict.field for conflict in line.conflicts] == ["amount"]


@pytest.mark.parametrize("data", [b"\0\1\2 nothing", b"%PDF-1.7 scan", b"{", b'{"no.such": {}}'])
def test_what_cannot_be_read_is_refused_and_may_be_kept_as_evidence(opened: Desk, data: bytes) -> None:
    with pytest.raises(Refusal) as refusal:
        opened.take_paper("D1", "scan.pdf", data, ANN)
    assert all(problem.what.zh for problem in refusal.value.problems)
    kept = opened.keep_paper("D1", "scan.pdf", data, ANN)
    assert opened.document("D1", kept.digest, ANN)[1].data == data


def test_nothing_at_all_is_not_even_kept(opened: Desk) -> None:
    for door in (opened.take_paper, opened.keep_paper):
        with pytest.raises(Refusal) as refusal:
            door("D1", "scan.pdf", b" \n", ANN)
        assert [problem.rule for problem in refusal.value.problems] == ["P001"]


def test_papers_are_for_members(opened: Desk) -> None:
    taken = opened.take_paper("D1", "invoice.json", INVOICE, ANN)
    eve = Voice("eve", "elsewhere")
    with pytest.raises(NoSuchDossier):
        opened.take_paper("D1", "invoice.json", INVOICE, eve)
    with pytest.raises(NoSuchDossier):
        opened.document("D1", taken.digest, eve)
    with pytest.raises(NoSuchPlace):
        opened.document("D1", "0" * 64, ANN)


BYTES = "application/octet-stream"


def test_a_paper_comes_in_through_the_api_and_the_page(opened: Desk, tmp_path: Path) -> None:
    client = client_of(opened)
    exporter = {"Entrepot-As": "exporter"}
    answer = client.post(
        "/api/v1/dossiers/D1/papers?name=invoice.json",
        INVOICE,
        content_type=BYTES,
        headers=exporter,
    )
    assert answer.status_code == 201
    got = client.get(f"/api/v1/dossiers/D1/papers/{answer.json()['digest']}", headers=exporter)
    assert got.content == INVOICE
    assert got["Content-Disposition"].startswith("attachment")
    unreadable = client.post("/api/v1/dossiers/D1/papers?name=a.bin", b"\0\1", content_type=BYTES, headers=exporter)
    assert unreadable.status_code == 422
    kept = client.post(
        "/api/v1/dossiers/D1/papers?name=a.bin&keep=true",
        b"\0\1",
        content_type=BYTES,
        headers=exporter,
    )
    assert kept.status_code == 201
    assert client.post("/api/v1/dossiers/D1/papers", b"x", content_type=BYTES, headers=exporter).status_code == 422
    path = tmp_path / "second.json"
    path.write_bytes(msgspec.json.encode({"trade.terms": {"payment": "T/T"}}))
    with path.open("rb") as stream:
        sent = client.post("/d/D1/papers", {"paper": stream})
    assert sent["Location"] == "/d/D1?done=taken"
    assert "second.json" in client.get("/d/D1").content.decode()


CREDIT = b"""<CreditNote xmlns="urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"
  xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
  xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
  <cbc:ID>CN-1</cbc:ID><cbc:IssueDate>2026-04-01</cbc:IssueDate><cbc:DocumentCurrencyCode>USD</cbc:DocumentCurrencyCode>
  <cac:CreditNoteLine><cbc:ID>1</cbc:ID><cbc:CreditedQuantity unitCode="KGM">5</cbc:CreditedQuantity>
    <cbc:LineExtensionAmount currencyID="USD">10.00</cbc:LineExtensionAmount>
    <cac:Item><cbc:Description>returned tins</cbc:Description></cac:Item></cac:CreditNoteLine>
</CreditNote>"""


def test_a_credit_note_is_kept_and_its_lines_are_no_goods_of_the_shipment(opened: Desk) -> None:
    taken = opened.take_paper("D1", "credit.xml", CREDIT, ANN)
    assert (taken.kind, taken.read) == ("credit_note", ())
    assert "not said of this shipment" in taken.unread[0].en
    facts = {fact.topic for fact in opened.read("D1", ANN).facts if fact.key in ("1", taken.digest)}
    assert "paper.received" in facts
    assert not any(
        "returned tins" in str(fact.value) for fact in opened.read("D1", ANN).facts if fact.topic == "goods.line"
    )
