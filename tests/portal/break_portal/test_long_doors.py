"""Doors that stay open for long: whoever is shut out meanwhile hears and says nothing more; and nobody takes them all."""

import json
import threading
import time
from collections.abc import Iterator

import pytest
from django.test import Client

from entrepot.channels.online import Voice
from entrepot.portal import bulk, live
from entrepot.portal.bulk import Line
from entrepot.portal.desk import Desk
from entrepot.portal.limits import LIMITS, Limit, Limits
from entrepot.portal.push import api as push_api
from entrepot.portal.rsgi import NATIVE
from entrepot.portal.web import Unproven
from entrepot.store.tokens import list_tokens, new_token, revoke_token
from tests.portal.stage import ANN, OPENING
from tests.portal.web import client_of


def revoke(desk: Desk) -> None:
    for card in list_tokens(desk.store):
        revoke_token(desk.store, card.id)


def test_a_token_that_is_revoked_ends_its_bulk_stream(opened: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from entrepot.channels.online import voice_of

    monkeypatch.setattr(bulk, "WINDOW_LINES", 1)
    secret = new_token(opened.store, "ann", "acme")

    def who() -> Voice:
        if (voice := voice_of(opened.store, secret)) is None:
            raise Unproven
        return voice

    def lines() -> Iterator[bytes]:
        for key in "23":
            yield json.dumps(
                {"dossier": "D1", "topic": "goods.line", "key": key, "body": {"quantity": "1", "unit": "t"}}
            ).encode()
            revoke(opened)

    results = list[Line]()
    with pytest.raises(Unproven):
        results.extend(bulk.bulk(opened, who, lines()))
    facts = opened.read("D1", ANN).facts
    assert {one.key for one in facts if one.topic == "goods.line"} == {"1", "2"}


def test_the_door_of_bulk_asks_again_before_each_window(opened: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "WINDOW_LINES", 1)
    said = bulk._said

    def then_revoked(desk: Desk, voice: Voice, window: list[bulk._Waiting]) -> Iterator[Line]:
        yield from said(desk, voice, window)
        revoke(desk)

    monkeypatch.setattr(bulk, "_said", then_revoked)
    secret = new_token(opened.store, "ann", "acme")
    line = {"dossier": "D1", "topic": "goods.line", "body": {"quantity": "1", "unit": "t"}}
    body = b"\n".join(json.dumps({**line, "key": key}).encode() for key in "234")
    answer = client_of(opened).post(
        "/api/v1/bulk", body, content_type="application/x-ndjson", headers={"Authorization": f"Bearer {secret}"}
    )
    told = [json.loads(one) for one in answer.getvalue().splitlines()]
    assert [one["status"] for one in told] == ["said", "refused"]
    assert told[1]["line"] == 0  # the stream ended here


def test_a_long_poll_tells_nothing_to_a_token_that_was_revoked_while_it_waited(
    opened: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push_api, "LOOK_SECONDS", 0.02)
    opened.store.integrate()
    headers = {"Authorization": f"Bearer {new_token(opened.store, 'ann', 'acme')}"}
    client = client_of(opened)
    after = client.get("/api/v1/events?limit=500", headers=headers).json()[-1]["data"]["position"]
    answers = []
    asking = threading.Thread(
        target=lambda: answers.append(client.get(f"/api/v1/events?after={after}&wait=5", headers=headers))
    )
    asking.start()
    time.sleep(0.1)
    revoke(opened)
    opened.say("D2", [*OPENING], ANN)
    opened.store.integrate()
    asking.join(10)
    assert answers[0].status_code == 401


def test_other_cookies_are_no_other_person_to_the_streams(opened: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "MOST_OF_ONE", 2)
    client = client_of(opened, **{NATIVE: True})
    secret = new_token(opened.store, "ann", "acme")
    held, held_ones = 0, list[live.Listener]()
    for number in range(4):
        client.cookies["junk"] = str(number)
        answer = client.get("/live", headers={"Authorization": f"Bearer {secret}"})
        if (listener := getattr(answer, "listener", None)) is not None:
            held += 1
            held_ones.append(listener)
    assert held == 2
    for one in held_ones:
        one.end()


class Hand:
    def __call__(self) -> float:
        return 0.0


def test_a_proof_that_is_invented_gives_no_bucket_of_its_own(opened: Desk) -> None:
    limits = Limits({"address": Limit(100, 100), "search": Limit(1, 3), "dear": Limit(1, 5)}, Hand())
    client: Client = client_of(opened, **{LIMITS: limits})
    secret = new_token(opened.store, "ann", "acme")
    headers = {"Authorization": f"Bearer {secret}"}
    answers = []
    for number in range(4):
        client.cookies["entrepot_token"] = client.cookies["entrepot_session"] = f"invented-{number}"
        answers.append(client.get("/api/v1/search?q=tea", headers=headers).status_code)
    assert answers == [200, 200, 200, 429]


def test_whoever_invents_a_new_proof_each_time_is_counted_by_the_address(opened: Desk) -> None:
    limits = Limits({"address": Limit(100, 100), "search": Limit(1, 3), "dear": Limit(1, 5)}, Hand())
    client: Client = client_of(opened, **{LIMITS: limits})
    answers = [
        client.get("/api/v1/search?q=tea", headers={"Authorization": f"x {n}", "Entrepot-As": "exporter"}).status_code
        for n in range(6)
    ]
    assert answers == [200] * 5 + [429]


@pytest.mark.parametrize("path", ["/feed.atom", "/calendar.ics"])
def test_secret_addresses_are_not_asked_without_end(opened: Desk, path: str) -> None:
    limits = Limits({"address": Limit(100, 100), "search": Limit(1, 3), "dear": Limit(1, 5)}, Hand())
    client: Client = client_of(opened, **{LIMITS: limits})
    answers = [client.get(path, {"key": f"guess-{n}"}).status_code for n in range(4)]
    assert answers == [404, 404, 404, 429]


def test_the_secrets_of_partners_are_not_guessed_without_end(opened: Desk) -> None:
    limits = Limits({"address": Limit(100, 100), "partner": Limit(1, 2)}, Hand())
    client: Client = client_of(opened, **{LIMITS: limits})
    answers = [client.post("/identity/o/api/token", {"client_id": "x"}).status_code for _ in range(3)]
    assert answers[-1] == 429
    assert 429 not in answers[:2]
