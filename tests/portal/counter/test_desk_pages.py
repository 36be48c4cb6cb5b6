"""The window's pages: numbers, who comes, a trade entered off paper, the receipt, the shift; nobody else sees any of it."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from entrepot.channels.online import Voice
from entrepot.kernel.checkdigits import uscc_check
from entrepot.portal.desk import Desk
from entrepot.store import window
from entrepot.store.tokens import new_token
from entrepot_verify.receipt import verify
from tests.portal.entry.filled import filled
from tests.portal.web import client_of

HALL = "hall"
STEM = "91420500MA4HALL7K"
FIRM = STEM + (uscc_check(STEM + "0") or "")
SCAN = b"%PDF-1.7 a signed mandate"


def clerk(desk: Desk, name: str = "wang.li", hall: str = HALL) -> Client:
    """A clerk's browser."""
    client = client_of(desk)
    client.cookies["entrepot_token"] = new_token(desk.store, name, hall, ("clerk",), "window")
    return client


@pytest.fixture
def wang(desk: Desk) -> Client:
    return clerk(desk)


def number(client: Client, need: str = "trade", **more: str) -> None:
    """Give a number, and call it."""
    assert client.post("/counter/tickets", {"need": need, **more}).status_code == 302
    client.post("/counter/next")


def scan(name: str = "mandate.pdf", data: bytes = SCAN) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "application/pdf")


def taken_in(client: Client, **more: Any) -> Any:
    """Take the firm in off its papers."""
    return client.post(
        "/counter/serve/register",
        {
            "country": "CHN", "number": FIRM, "name_zh": "宜昌磷化有限公司", "signed_on": "2026-03-01", "signed": scan(),
            "licence": scan("licence.pdf", b"%PDF-1.7 a licence"), **more,
        },
    )  # fmt: skip


def trade(client: Client, **more: str) -> str:
    """Open a trade with the one form; gives the dossier."""
    form = filled(client.get("/counter/serve").content.decode(), "goods")
    sent = (
        form
        | {"goods": "磷酸", "country": "日本", "quantity": "24", "unit": "t", "amount": "USD 12360", "hs": "28092019"}
        | more
    )
    answer = client.post("/counter/serve/trade", sent)
    assert answer.status_code == 302, answer.content.decode()
    return sent["dossier"]


def served(desk: Desk) -> window.Ticket:
    one = window.in_hand(desk.store, HALL, "wang.li")
    assert one is not None
    return one


def test_a_trade_is_taken_in_off_paper_and_the_receipt_proves_it(desk: Desk, wang: Client) -> None:
    number(wang)
    assert "cw-find" in wang.get("/counter/serve").content.decode()
    assert taken_in(wang).status_code == 302
    dossier = trade(wang)
    page = wang.get("/counter/serve").content.decode()
    assert dossier in page
    assert "宜昌磷化有限公司" in page
    one = served(desk)
    assert (one.principal, one.mandate, one.dossier) == (FIRM, "2026-001", dossier)
    owner = Voice("boss", FIRM)
    reading = desk.read(dossier, owner)
    said = {fact.topic: fact for fact in reading.facts}
    assert said["goods.line"].value["hs"] == "28092019"
    assert {one.channel for one in said["goods.line"].statements} == {"window"}
    assert {one.mandate for one in said["goods.line"].statements} == {"2026-001"}
    receipt = wang.get(f"/counter/tickets/{one.id}/receipt").content.decode()
    made = window.made_at(desk.store, one)
    assert made
    assert all(word.id in receipt and word.digest in receipt for word in made)
    proofs = wang.get(f"/counter/tickets/{one.id}/proofs").content.decode()
    first = proofs.split("\n\nc2sp.org")[0]
    proven = verify(first.encode(), desk.store.log_key or "").statement
    assert proven is not None
    assert proven["dossier"].endswith(FIRM)
