"""The broker's pages and endpoints, as a browser and a program use them."""

from base64 import b64encode
from typing import Any

import pytest
from django.test import Client

from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.store.tokens import new_token
from tests.portal.stage import ANN, LINE_ONE, OPENING
from tests.portal.web import client_of

TERMS = Draft("trade.terms", {"contract_no": "C-1", "payment": "T/T"})
NUMBER = "422020260000000018"


@pytest.fixture
def client(desk: Desk) -> Client:
    desk.say("D1", [*OPENING, LINE_ONE, TERMS], ANN)
    desk.say("D2", [*OPENING, LINE_ONE], ANN)
    client = client_of(desk)
    client.cookies["entrepot_token"] = new_token(desk.store, "ann", "acme")
    return client


@pytest.fixture
def ann(desk: Desk) -> dict[str, str]:
    return {"Authorization": f"Bearer {new_token(desk.store, 'ann', 'acme')}"}


def post(client: Client, path: str, data: Any, headers: dict[str, str]) -> Any:
    return client.post(f"/api/v1/{path}", data, content_type="application/json", headers=headers)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_worklist_shows_every_trade_with_its_stage(client: Client, language: str) -> None:
    client.cookies["entrepot_language"] = language
    text = client.get("/worklist").content.decode()
    assert ("ready to send" if language == "en" else "可申报") in text
    assert ("papers missing" if language == "en" else "资料不全") in text
    assert text.count('name="chosen"') == 1


def test_a_stage_may_be_chosen(client: Client) -> None:
    text = client.get("/worklist?stage=collecting").content.decode()
    assert "/d/D2" in text
    assert "/d/D1" not in text


def test_ticked_declarations_are_sent_and_the_others_told(client: Client, desk: Desk) -> None:
    digest = next(found.digest for found in desk.read("D1", ANN).findings if found.topic == "declaration.form")
    answer = client.post("/worklist/send", {"chosen": [f"D1 {digest}", f"D2 {'0' * 64}"]})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "sent" in text
    assert "D032" in text
    assert any(fact.topic == "declaration.form.sent" for fact in desk.read("D1", ANN).facts)


def test_a_copy_is_made_from_the_sheet(client: Client, desk: Desk) -> None:
    assert client.post("/d/D1/copy", {"as": "D9"})["Location"] == "/d/D9"
    assert any(fact.topic == "goods.line" for fact in desk.read("D9", ANN).facts)


def test_an_answer_is_entered_with_its_document(client: Client, desk: Desk) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    paper = SimpleUploadedFile("screen.png", b"\x89PNG a screen")
    answer = client.post("/d/D1/answers", {"kind": "accepted", "number": NUMBER, "on": "2026-04-01", "paper": paper})
    assert (answer.status_code, answer["Location"]) == (302, "/d/D1")
    facts = {fact.topic for fact in desk.read("D1", ANN).facts}
    assert {"customs.acceptance", "paper.received"} <= facts


def test_what_is_wrong_with_an_answer_is_told_beside_what_was_filled_in(client: Client) -> None:
    answer = client.post("/d/D1/answers", {"kind": "asked", "number": "12", "on": "2026-04-31", "text": ""})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "2026-04-31" in text
    assert all(told in text for told in ("is no day", "is no declaration number", "what customs wrote is missing"))
    assert 'value="12"' in text


def test_a_withdrawal_is_asked_for_and_asked_again(client: Client, desk: Desk) -> None:
    client.post("/d/D1/withdraw", {"kind": "withdraw", "reason": "wrong mode"})
    client.post("/d/D1/withdraw", {"kind": "cancel", "reason": "no sale"})
    (fact,) = [fact for fact in desk.read("D1", ANN).facts if fact.topic == "declaration.withdrawal"]
    assert (fact.value["kind"], fact.conflicts) == ("cancel", ())


def test_the_endpoints_do_the_same(client: Client, desk: Desk, ann: dict[str, str]) -> None:
    listed = client.get("/api/v1/worklist?stage=ready", headers=ann).json()
    (one,) = listed["work"]
    sent = post(client, "send", {"chosen": [{"dossier": "D1", "digest": one["digest"]}]}, ann)
    assert [outcome["status"] for outcome in sent.json()] == ["sent"]
    assert post(client, "dossiers/D1/copy", {"as": "D8"}, ann).status_code == 201
    answer = {"kind": "asked", "on": "2026-04-02", "number": NUMBER, "text": "which grade?"}
    body = {"answer": answer, "name": "letter.pdf", "paper": b64encode(b"%PDF a letter").decode()}
    assert post(client, "dossiers/D1/answers", body, ann).status_code == 201
    assert post(client, "dossiers/D1/part", {}, ann).status_code == 422


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("send", {"chosen": [{"dossier": "D1"}]}),
        ("send", {"chosen": [{"dossier": "D1", "digest": "0"}] * 501}),
        ("dossiers/D1/copy", {"as": "no/name"}),
        ("dossiers/D1/answers", {"answer": {"kind": "shouted", "on": "2026-04-02"}}),
        ("dossiers/D1/answers", {"answer": {"kind": "asked", "on": "2026-04-02"}, "paper": "&&&"}),
        ("dossiers/D1/answers", []),
    ],
)
def test_bad_requests_are_told_as_problems(client: Client, ann: dict[str, str], path: str, body: Any) -> None:
    answer = post(client, path, body, ann)
    assert answer.status_code == 422
    assert answer.json()["problems"]


def test_an_unknown_stage_is_told(client: Client, ann: dict[str, str]) -> None:
    assert client.get("/api/v1/worklist?stage=lost", headers=ann).json()["problems"][0]["rule"] == "D070"


def test_a_kind_of_withdrawal_that_there_is_none_of_is_not_taken_for_another(client: Client, desk: Desk) -> None:
    assert client.post("/d/D1/withdraw", {"kind": "shred", "reason": "no sale"}).status_code == 422
    assert not [fact for fact in desk.read("D1", ANN).facts if fact.topic == "declaration.withdrawal"]


@pytest.mark.parametrize("cursor", ["-1", "x", "9" * 20, "１"])
def test_a_cursor_that_is_no_number_is_told(client: Client, ann: dict[str, str], cursor: str) -> None:
    answer = client.get("/api/v1/worklist", {"cursor": cursor}, headers=ann)
    assert [problem["where"] for problem in answer.json()["problems"]] == ["cursor"]
