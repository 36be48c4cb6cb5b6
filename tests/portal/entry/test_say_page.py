"""Saying by a form, without script: said once, never over newer words, one's own words alone replaced, papers' words kept."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.test import Client

from entrepot.channels.online import Voice
from entrepot.kernel.submissions import Evidence
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.portal.entry.speak_here import speak
from entrepot.portal.ids import uuid7
from entrepot.portal.sheet_page import TALK
from tests.portal.entry.filled import filled
from tests.portal.stage import ANN, BOB, NOON
from tests.portal.web import client_of

TERMS = "/d/D1/say/trade.terms"


@pytest.fixture
def client(opened: Desk) -> Client:
    """The exporter's browser: a visitor in the role of acme's."""
    client = client_of(opened)
    from entrepot.store.tokens import new_token

    client.cookies["entrepot_token"] = new_token(opened.store, "ann", "acme")
    return client


def form(client: Client, address: str) -> dict[str, str]:
    """All that the form of a page would send as it stands."""
    response = client.get(address)
    assert response.status_code == 200
    return filled(response.content.decode(), "seen")


def stands(desk: Desk, topic: str, key: str = "", voice: Voice = ANN) -> Any:
    fact = next((f for f in desk.read("D1", voice).facts if (f.topic, f.key) == (topic, key)), None)
    return fact.value if fact is not None else None


def test_a_form_is_said_and_said_once_however_often_it_is_sent(client: Client, opened: Desk) -> None:
    sent = form(client, TERMS) | {"f.invoice_no": "INV-1", "f.total.amount": "１２,360.00", "f.total.currency": "USD"}
    first, again = client.post(TERMS, sent), client.post(TERMS, sent)
    assert (first.status_code, first["Location"]) == (302, "/d/D1/say?done=said")
    assert again["Location"] == "/d/D1/say?done=already"
    (fact,) = [f for f in opened.read("D1", ANN).facts if f.topic == "trade.terms"]
    assert len(fact.statements) == 1
    assert fact.statements[0].id == sent["id"]
    assert fact.value["total"] == {"minor": 1236000, "currency": "USD"}
    assert b"<form" in client.get(f"{first['Location']}").content


def test_a_form_sent_again_with_other_words_is_a_correction_that_is_asked_for(client: Client, opened: Desk) -> None:
    sent = form(client, TERMS) | {"f.invoice_no": "INV-1"}
    client.post(TERMS, sent)
    answer = client.post(TERMS, sent | {"f.invoice_no": "INV-2"})
    assert answer.status_code == 409
    assert b"INV-2" in answer.content
    assert b"INV-1" in answer.content
    assert stands(opened, "trade.terms")["invoice_no"] == "INV-1"
    anew = filled(answer.content.decode(), "seen")
    assert client.post(TERMS, anew)["Location"].endswith("done=said")
    assert stands(opened, "trade.terms")["invoice_no"] == "INV-2"


def test_whoever_speaks_meanwhile_is_shown_and_nothing_typed_is_lost(client: Client, opened: Desk) -> None:
    sent = form(client, TERMS) | {"f.invoice_no": "MINE"}
    opened.say("D1", [Draft("trade.terms", {"invoice_no": "THEIRS"})], BOB)
    answer = client.post(TERMS, sent)
    assert answer.status_code == 409
    assert b"THEIRS" in answer.content
    assert b'value="MINE"' in answer.content
    assert stands(opened, "trade.terms")["invoice_no"] == "THEIRS"


def test_what_moves_elsewhere_in_the_dossier_is_no_matter(client: Client, opened: Desk) -> None:
    sent = form(client, TERMS) | {"f.invoice_no": "INV-1"}
    opened.say("D1", [Draft("packing.totals", {"packages": 3})], ANN)
    assert client.post(TERMS, sent)["Location"].endswith("done=said")


def test_what_is_wrong_is_told_beside_the_field_and_nothing_is_said(client: Client, opened: Desk) -> None:
    sent = form(client, TERMS) | {"f.total.amount": "a lot", "f.invoice_date": "06/07/2026", "f.payment": "T/T"}
    answer = client.post(TERMS, sent)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert stands(opened, "trade.terms") is None
    assert 'href="#f-invoice_date"' in text
    assert 'id="f-invoice_date-wrong"' in text
    assert all(f'value="{typed}"' in text for typed in ("a lot", "06/07/2026", "T/T"))
    assert f'value="{sent["id"]}"' in text


def test_an_unchanged_form_says_nothing(client: Client, opened: Desk) -> None:
    before = opened.read("D1", ANN).heads
    assert client.post("/d/D1/say/goods.line/1", form(client, "/d/D1/say/goods.line/1"))["Location"].endswith(
        "done=nothing"
    )
    assert opened.read("D1", ANN).heads == before


def test_what_a_paper_says_stays_with_its_paper(client: Client, opened: Desk) -> None:
    paper = Evidence("ab" * 32, "invoice.pdf", {"invoice_no": "page 1", "payment": "page 2"})
    opened.say("D1", [Draft("trade.terms", {"invoice_no": "1NV", "payment": "T/T"}, evidence=(paper,))], ANN)
    client.post(TERMS, form(client, TERMS) | {"f.invoice_no": "INV"})
    with opened.store.holding("D1") as record:
        standing = record.standing("trade.terms")[""]
    by = {
        value.invoice_no or value.payment: one.evidence
        for one, value in zip(standing.statements, standing.values, strict=True)
    }
    assert by == {"INV": (), "T/T": (Evidence("ab" * 32, "invoice.pdf", {"payment": "page 2"}),)}
    assert (standing.value.invoice_no, standing.value.payment, standing.conflicts) == ("INV", "T/T", ())


def test_a_field_cleared_is_said_no_longer(client: Client, opened: Desk) -> None:
    opened.say("D1", [Draft("trade.terms", {"invoice_no": "INV", "payment": "T/T"})], ANN)
    client.post(TERMS, form(client, TERMS) | {"f.payment": ""})
    assert stands(opened, "trade.terms")["invoice_no"] == "INV"
    assert not stands(opened, "trade.terms").get("payment")
    client.post(TERMS, form(client, TERMS) | {"f.invoice_no": ""})
    assert stands(opened, "trade.terms") is None


def test_others_words_are_not_replaced_and_the_contradiction_is_shown_with_both(client: Client, opened: Desk) -> None:
    opened.say("D1", [Draft("trade.terms", {"invoice_no": "BOBS", "payment": "L/C"})], BOB)
    client.post(TERMS, form(client, TERMS) | {"f.invoice_no": "ANNS"})
    (fact,) = [f for f in opened.read("D1", ANN).facts if f.topic == "trade.terms"]
    assert [one.field for one in fact.conflicts] == ["invoice_no"]
    assert len(fact.statements) == 2
    text = client.get(TERMS).content.decode()
    assert "BOBS" in text
    assert "ANNS" in text
    assert "?take=" in text
    bobs = next(one.id for one in fact.statements if one.organisation == "buyer")
    client.post(TERMS, form(client, f"{TERMS}?take={bobs}") | {})
    (fact,) = [f for f in opened.read("D1", ANN).facts if f.topic == "trade.terms"]
    assert fact.conflicts == ()
    assert fact.value["invoice_no"] == "BOBS"


def test_own_words_are_taken_back(client: Client, opened: Desk) -> None:
    client.post(TERMS, form(client, TERMS) | {"f.invoice_no": "INV"})
    answer = client.post(TERMS, {"do": "withdraw", "reason": "a slip", "id": uuid7(NOON)})
    assert answer["Location"].endswith("done=withdrawn")
    assert stands(opened, "trade.terms") is None


def test_rows_are_added_and_removed_without_script(client: Client) -> None:
    address = "/d/D1/say/transport.plan"
    sent = form(client, address) | {"f.legs.1.place": "Shanghai", "f.legs.1.country": "CHN"}
    more = client.post(address, sent | {"more": "f.legs"})
    assert b'name="f.legs.2.place"' in more.content
    assert b'value="Shanghai"' in more.content
    less = client.post(address, sent | {"less": "f.legs.1"})
    assert b'value="Shanghai"' not in less.content
    assert less.status_code == 200


def test_a_keyed_topic_is_filed_under_its_number(client: Client, opened: Desk) -> None:
    address = "/d/D1/say/goods.line"
    assert 'name="key" value="2"' in client.get(address).content.decode()
    sent = {"f.description": "phosphoric acid", "id": uuid7(NOON), "seen": ""}
    nameless = client.post(address, sent)
    assert nameless.status_code == 422
    assert client.post(address, sent | {"key": "2"})["Location"].endswith("done=said")
    assert stands(opened, "goods.line", "2")["description"] == "phosphoric acid"


def test_who_may_not_say_a_topic_finds_no_form_of_it(opened: Desk) -> None:
    carrier = client_of(opened)
    opened.say("D1", [Draft("dossier.member", {"roles": ["carrier"]}, "ship")], ANN)
    from entrepot.store.tokens import new_token

    carrier.cookies["entrepot_token"] = new_token(opened.store, "sam", "ship")
    assert carrier.get("/d/D1/say/goods.cost").status_code == 404
    assert carrier.get("/d/D1/say/transport.plan").status_code == 200
    listed = carrier.get("/d/D1/say").content.decode()
    assert "/say/transport.plan" in listed
    assert "/say/goods.cost" not in listed
    answer = carrier.post("/d/D1/say/goods.cost/1", {"f.line": "1", "id": uuid7(NOON), "seen": ""})
    assert answer.status_code in (404, 422)
    assert stands(opened, "goods.cost", "1") is None


def test_a_stranger_finds_nothing_and_unknown_topics_are_none(client: Client, opened: Desk) -> None:
    assert client.get("/d/D2/say").status_code == 404
    assert client.get("/d/D1/say/no.topic").status_code == 404
    assert client.get("/d/D1/say/price.total/1").status_code == 404
    assert client.get("/d/D1/say/paper.received/1").status_code == 404


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_form_and_list_draws_in_both_languages(client: Client, opened: Desk, language: str) -> None:
    client.cookies["entrepot_language"] = language
    reading = client.get("/d/D1/say")
    assert reading.status_code == 200
    links = {part.split('"', 1)[0] for part in reading.content.decode().split('href="/d/D1/say/')[1:]}
    assert len(links) > 10
    for link in links:
        assert client.get(f"/d/D1/say/{link}").status_code == 200, link


def test_lists_of_codes_are_searched_by_name_in_either_language(client: Client) -> None:
    assert client.get("/lists/currency?q=us&as=json").json()[0][0] == "USD"
    assert client.get("/lists/currency").status_code == 200
    assert client.get("/lists/secrets").status_code == 404


def test_a_reason_is_told_to_no_more_than_read_of_the_matter(client: Client, opened: Desk) -> None:
    cost = {
        "line": "1", "document": "none", "number": "1", "supplier": "S", "base": "CNY 1.00", "vat_rate": "0.13", "quantity": "1",
        "invoiced_quantity": "1", "unit": "t",
    }  # fmt: skip
    opened.say("D1", [Draft("goods.cost", cost, "1")], ANN)
    client.post("/d/D1/say/goods.cost/1", {"do": "withdraw", "reason": "the supplier was another", "id": uuid7(NOON)})
    told = {
        voice.person: [f.value["text"] for f in opened.read("D1", voice).facts if f.topic in TALK]
        for voice in (ANN, BOB)
    }
    assert told == {"ann": ["the supplier was another"], "bob": []}


def test_a_person_without_the_duty_to_say_sees_what_stands_and_no_form(
    opened: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    import msgspec

    from entrepot.portal.entry import say_page

    reading = msgspec.structs.replace(ANN, duties=frozenset({"read"}))
    monkeypatch.setattr(say_page, "reader_of", lambda request: reading)
    client = client_of(opened)
    assert b'<form method="post" action="/d/D1/say' not in client.get("/d/D1/say/goods.line/1").content
    assert client.get("/d/D1/say/trade.terms").status_code == 404


def test_a_form_of_more_fields_than_any_of_ours_is_refused(client: Client) -> None:
    flood = {f"f.legs.{place}.place": "X" for place in range(6_000)}
    assert client.post("/d/D1/say/transport.plan", flood).status_code in (400, 413, 422)


def test_what_is_not_a_form_of_ours_is_refused_with_the_reason(client: Client, opened: Desk) -> None:
    sent = form(client, TERMS) | {"f.secret": "1", "f.total.minor": "5"}
    answer = client.post(TERMS, sent)
    assert answer.status_code == 422
    assert b"no field" in answer.content
    assert stands(opened, "trade.terms") is None


def test_a_form_sent_by_many_hands_at_once_is_said_once(opened: Desk) -> None:
    topic, id = opened.registry.topics["trade.terms"], uuid7(NOON)
    with ThreadPoolExecutor(8) as hands:
        made = list(
            hands.map(lambda _: speak(opened, "D1", topic, "", {"invoice_no": "X"}, ANN, id=id, seen=""), range(8))
        )
    assert {one.outcome for one in made} <= {"said", "already"}
    (fact,) = [f for f in opened.read("D1", ANN).facts if f.topic == "trade.terms"]
    assert len(fact.statements) == 1
