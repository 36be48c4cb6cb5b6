"""Guided entry, without script: a trade begun once, its papers, the questions left, the check - and found again at any step."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from entrepot.channels.online import WORKING, Voice
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.portal.entry.begin import WAYS, may_begin, new_number
from entrepot.store.tokens import new_token
from tests.portal.entry.filled import filled
from tests.portal.stage import ANN, DAY
from tests.portal.test_papers import INVOICE
from tests.portal.web import client_of

GOODS = {
    "goods": "磷酸 85%，食品级",
    "country": "日本",
    "partner": "Tokyo Foods K.K.",
    "reference": "PO-88",
    "hs": "2809.20",
}


@pytest.fixture
def client(desk: Desk) -> Client:
    client = client_of(desk)
    client.cookies["entrepot_token"] = new_token(desk.store, "ann", "acme")
    return client


def begun(client: Client, way: str = "export", **fields: str) -> tuple[dict[str, str], str]:
    sent = filled(client.get(f"/new/{way}").content.decode(), "goods") | GOODS | fields
    answer = client.post(f"/new/{way}", sent)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return sent, answer["Location"]


@pytest.mark.parametrize("way", WAYS)
def test_each_way_opens_a_trade_at_its_first_answer(client: Client, desk: Desk, way: str) -> None:
    sent, onward = begun(client, way, client_name="宜昌化工有限公司")
    reading = desk.read(sent["dossier"], ANN)
    assert onward == f"/new/{sent['dossier']}/{'questions' if way == 'price' else 'papers'}"
    said = {f"{fact.topic}/{fact.key}": fact.value for fact in reading.facts}
    assert said["goods.line/1"]["description_zh"] == GOODS["goods"]
    assert said["goods.line/1"]["hs"] == "280920"
    assert said["transport.plan/"]["trade_country"] == "JPN"
    assert (
        reading.roles
        == {"export": ("exporter",), "price": ("exporter",), "import": ("broker", "importer"), "client": ("broker",)}[way]
    )


def test_a_first_step_sent_twice_opens_one_trade(client: Client, desk: Desk) -> None:
    sent, onward = begun(client)
    heads = desk.read(sent["dossier"], ANN).heads
    assert client.post("/new/export", sent)["Location"] == onward
    assert desk.read(sent["dossier"], ANN).heads == heads


def test_what_is_missing_or_unreadable_is_told_and_nothing_is_opened(client: Client, desk: Desk) -> None:
    sent = filled(client.get("/new/export").content.decode(), "goods") | {"country": "Atlantis", "amount": "lots"}
    answer = client.post("/new/export", sent)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert all(f'href="#{name}"' in text for name in ("goods", "country", "amount"))
    assert 'value="Atlantis"' in text
    assert desk.dossiers(ANN).dossiers == ()


def test_candidates_for_the_code_are_shown_before_anything_is_opened(client: Client, desk: Desk) -> None:
    sent = filled(client.get("/new/export").content.decode(), "goods") | {"goods": "phosphoric acid", "classify": "1"}
    assert client.post("/new/export", sent).status_code == 200
    assert desk.dossiers(ANN).dossiers == ()


def test_every_step_is_a_page_and_the_trade_is_found_again(client: Client) -> None:
    sent, _ = begun(client)
    for step in ("papers", "questions", "check"):
        page = client.get(f"/new/{sent['dossier']}/{step}")
        assert page.status_code == 200, step
        assert b'aria-current="step"' in page.content
    assert sent["dossier"].encode() in client.get("/new").content


def test_several_papers_are_handed_in_and_a_bad_one_keeps_no_other_back(client: Client, desk: Desk) -> None:
    sent, _ = begun(client)
    files = [
        SimpleUploadedFile("invoice.json", INVOICE),
        SimpleUploadedFile("empty.pdf", b" "),
    ]
    answer = client.post(f"/new/{sent['dossier']}/papers", {"papers": files})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "empty.pdf" in text
    assert [fact.value["name"] for fact in desk.read(sent["dossier"], ANN).facts if fact.topic == "paper.received"] == [
        "invoice.json"
    ]


def test_the_first_question_is_answered_in_place_and_leads_back(client: Client, desk: Desk) -> None:
    sent, _ = begun(client)
    page = client.get(f"/new/{sent['dossier']}/questions").content.decode()
    asked = filled(page, "seen")
    assert asked["next"] == f"/new/{sent['dossier']}/questions"
    action = page.split('class="entry" data-entry', 1)[0].rsplit('action="', 1)[1].split('"', 1)[0]
    assert action.startswith(f"/d/{sent['dossier']}/say/")


def test_no_answer_leads_to_another_site(client: Client) -> None:
    sent, _ = begun(client)
    address = f"/d/{sent['dossier']}/say/trade.terms"
    for after in ("https://elsewhere.example/x", "//elsewhere.example", "javascript:alert(1)"):
        form = filled(client.get(address).content.decode(), "seen") | {"f.invoice_no": after[-5:], "next": after}
        assert client.post(address, form)["Location"].startswith(f"/d/{sent['dossier']}/say")


def test_offices_begin_no_trades() -> None:
    assert may_begin(ANN)
    assert not may_begin(Voice("kim", "customs", frozenset({"customs"})))


def test_numbers_do_not_meet() -> None:
    numbers = {new_number("export", DAY) for _ in range(50)}
    assert len(numbers) > 45
    assert all(number.startswith("EX-20260401-") for number in numbers)


def test_strangers_find_no_step(client: Client, desk: Desk) -> None:
    sent, _ = begun(client)
    other = client_of(desk)
    other.cookies["entrepot_token"] = new_token(desk.store, "eve", "else")
    for step in ("papers", "questions", "check"):
        assert other.get(f"/new/{sent['dossier']}/{step}").status_code == 404
    assert client.get("/new/nothing").status_code == 404


@pytest.mark.parametrize("way", WAYS)
def test_who_begins_a_trade_stands_in_it_as_its_own_card_has_it(client: Client, desk: Desk, way: str) -> None:
    card = {"name_zh": "宜昌酸业有限公司", "uscc": "91350100M000100Y43", "customs_code": "4205960ABC", "phone": "1"}
    opened = Draft("dossier.opened", {"kind": "enterprise", "reference": "acme"})
    head = Voice("ann", "acme", duties=WORKING | {"administer"})
    desk.say("enterprise:acme", [opened, Draft("enterprise.card", card)], head)
    sent, _ = begun(client, way, client_name="宜昌化工有限公司")
    said = {f"{fact.topic}/{fact.key}": fact.value for fact in desk.read(sent["dossier"], ANN).facts}
    part = {"import": "importer", "client": "declarant"}.get(way, "exporter")
    assert said[f"trade.party/{part}"] == {name: text for name, text in card.items() if name != "phone"}
