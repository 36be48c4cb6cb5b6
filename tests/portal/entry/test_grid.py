"""Lines of goods as a table: typed or pasted, totalled, told wrong by the cell, all said or none; what stands beside stays."""

from typing import Any

import pytest
from django.test import Client

from entrepot.kernel.intake import Refusal
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.portal.entry.grid import MOST_PASTED, pasted
from entrepot.store.tokens import new_token
from tests.portal.entry.filled import filled
from tests.portal.stage import ANN
from tests.portal.web import client_of

LINES = "/d/D1/lines"


@pytest.fixture
def client(opened: Desk) -> Client:
    client = client_of(opened)
    client.cookies["entrepot_token"] = new_token(opened.store, "ann", "acme")
    return client


def lines(desk: Desk) -> dict[str, Any]:
    return {fact.key: fact.value for fact in desk.read("D1", ANN).facts if fact.topic == "goods.line"}


def table(client: Client, address: str = LINES) -> dict[str, str]:
    return filled(client.get(address).content.decode(), "start")


def test_a_table_sent_as_it_stands_says_nothing(client: Client, opened: Desk) -> None:
    before = opened.read("D1", ANN).heads
    assert client.post(LINES, table(client))["Location"].startswith("/d/D1/lines?done=0")
    assert opened.read("D1", ANN).heads == before


def test_cells_are_corrected_and_new_rows_filed_after_the_last(client: Client, opened: Desk) -> None:
    opened.say("D1", [Draft("goods.line", {"marks": "N/M"}, "1")], ANN)
    sent = table(client) | {
        "c.1.quantity": "２５",
        "c.2.description": "sodium salt",
        "c.2.price": "USD 900/t",
        "c.2.origin": "中国",
    }
    assert client.post(LINES, sent)["Location"].startswith("/d/D1/lines?done=2")
    now = lines(opened)
    assert (str(now["1"]["quantity"]), now["1"]["marks"], now["1"]["hs"]) == ("25", "N/M", "28092019")
    assert (now["2"]["price"]["currency"], now["2"]["origin"]) == ("USD", "CHN")


def test_one_wrong_cell_keeps_all_from_being_said_and_is_told_where_it_is(client: Client, opened: Desk) -> None:
    sent = table(client) | {"c.1.quantity": "25", "c.2.description": "salt", "c.2.net_kg": "heavy"}
    answer = client.post(LINES, sent)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert text.count('aria-invalid="true"') == 1
    assert 'value="heavy"' in text
    assert str(lines(opened)["1"]["quantity"]) == "24"


def test_rows_are_pasted_from_a_spreadsheet_once_however_often(client: Client, opened: Desk) -> None:
    rows = "品名\tHS code\tquantity\tunit\tamount\n" + "\n".join(
        f"salt {n}\t2835.31\t{n}\tt\tUSD {n}00.00" for n in range(1, 61)
    )
    sent = table(client) | {"paste": rows}
    assert client.post(LINES, sent)["Location"].startswith("/d/D1/lines?done=60")
    assert client.post(LINES, sent)["Location"].startswith("/d/D1/lines?done=0")
    now = lines(opened)
    assert len(now) == 61
    assert (now["2"]["description"], now["61"]["amount"]["minor"]) == ("salt 1", 600000)
    page = client.get(f"{LINES}?page=2").content.decode()
    assert "1,854 t" in page
    assert 'value="salt 60"' in page


def test_what_is_wrong_with_pasted_rows_is_told_and_the_text_is_kept(client: Client, opened: Desk) -> None:
    answer = client.post(LINES, table(client) | {"paste": "salt\t\t2835.31\tmany\nacid\t\t28\t1"})
    assert answer.status_code == 422
    assert b"many" in answer.content
    assert len(lines(opened)) == 1


def test_a_row_that_somebody_changed_meanwhile_is_not_overwritten(client: Client, opened: Desk) -> None:
    sent = table(client) | {"c.1.quantity": "25"}
    opened.say("D1", [Draft("goods.line", {"marks": "N/M"}, "1")], ANN)
    assert client.post(LINES, sent).status_code == 422
    assert str(lines(opened)["1"]["quantity"]) == "24"


def test_too_many_rows_are_refused() -> None:
    with pytest.raises(Refusal):
        pasted("x\n" * (MOST_PASTED + 5), 1)
    with pytest.raises(Refusal):
        pasted("x" * 2_000_000, 1)
    assert len(pasted("x\n" * MOST_PASTED, 1)) == MOST_PASTED


def test_who_says_no_lines_has_no_table(opened: Desk) -> None:
    opened.say("D1", [Draft("dossier.member", {"roles": ["carrier"]}, "ship")], ANN)
    client = client_of(opened)
    client.cookies["entrepot_token"] = new_token(opened.store, "sam", "ship")
    assert client.get(LINES).status_code == 404
    assert client.post(LINES, {"paste": "salt"}).status_code in (403, 404, 422)
    assert len(lines(opened)) == 1
