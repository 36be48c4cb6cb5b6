"""The doors of push: the feed over the API, the pages, the feed for readers, and one click that ends mails."""

import json
import re
import xml.etree.ElementTree as tree
from typing import Any

import pytest
from django.test import Client

from entrepot.channels.online import Voice
from entrepot.gateways.webhooks import token_of
from entrepot.portal.desk import Desk
from entrepot.portal.push import api, finder, subscribing
from entrepot.portal.push.subscribing import Asked, make
from entrepot.store import subscriptions as kept
from entrepot.store.tokens import new_token
from tests.portal.push.receiving import Receiver, listening
from tests.portal.stage import LINE_ONE, OPENING
from tests.portal.web import client_of

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def client(desk: Desk) -> Client:
    return client_of(desk)


@pytest.fixture
def ann(desk: Desk) -> dict[str, str]:
    return {"Authorization": f"Bearer {new_token(desk.store, 'ann', 'acme')}"}


@pytest.fixture
def opened(desk: Desk, acme: Voice) -> Desk:
    desk.say("D1", [*OPENING, LINE_ONE], acme)
    desk.store.integrate()
    return desk


def post(client: Client, path: str, data: Any, headers: dict[str, str]) -> Any:
    return client.post(f"/api/v1/{path}", data, content_type="application/json", headers=headers)


def follow(client: Client, headers: dict[str, str], address: str) -> list[dict[str, Any]]:
    """All that the feed gives, page by page."""
    found: list[dict[str, Any]] = []
    while True:
        answer = client.get(address, headers=headers)
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/cloudevents-batch+json")
        if not answer.json():
            return found
        found += answer.json()
        (link,) = re.findall(r'<http://[^/]+(/[^>]+)>; rel="next"', answer["Link"])
        address = link


def test_the_feed_is_followed_by_its_links_and_replayed_from_the_start(
    client: Client, opened: Desk, ann: dict[str, str]
) -> None:
    found = follow(client, ann, "/api/v1/events?limit=1")
    assert [event["data"]["position"] for event in found] == ["0", "1", "2", "3"]
    assert found == follow(client, ann, "/api/v1/events?after=start")
    assert [event["subject"] for event in follow(client, ann, "/api/v1/events?topic=goods.*&after=1")] == ["D1"]
    assert follow(client, ann, "/api/v1/events?topic=said.customs.*&limit=2") == []


def subscribing_voice(desk: Desk) -> Voice:
    from tests.portal.push.conftest import token_voice

    return token_voice(desk, "acme")


def test_a_stranger_and_nobody_get_nothing(client: Client, opened: Desk) -> None:
    eve = {"Authorization": f"Bearer {new_token(opened.store, 'eve', 'elsewhere')}"}
    answer = client.get("/api/v1/events", headers=eve)
    assert answer.json() == []
    assert client.get("/api/v1/events").status_code == 401


@pytest.mark.parametrize(
    "query", ["after=x", "after=-1", "limit=x", "wait=-1", "topic=a%20b", "role=king", "kind=boat", "dossier=%2F"]
)
def test_what_cannot_be_asked_is_refused(client: Client, opened: Desk, ann: dict[str, str], query: str) -> None:
    answer = client.get(f"/api/v1/events?{query}", headers=ann)
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["what"]["zh"]


def test_who_waits_hears_what_comes(opened: Desk, acme: Voice, monkeypatch: pytest.MonkeyPatch) -> None:
    from entrepot.portal.push.events import NO_FILTER, last_position

    after = last_position(opened)

    def meanwhile(_: float) -> None:
        opened.say("D1", [LINE_ONE], acme)
        opened.store.integrate()

    monkeypatch.setattr("entrepot.portal.push.api.time.sleep", meanwhile)
    found = api._waited(opened, lambda: acme, after, 10, NO_FILTER, 20)
    assert [event.type for event in found.events] == ["entrepot.said.goods.line"]


def test_so_many_may_wait_and_the_others_are_answered_at_once(
    opened: Desk, acme: Voice, monkeypatch: pytest.MonkeyPatch
) -> None:
    from entrepot.portal.push.events import NO_FILTER, last_position

    monkeypatch.setattr("entrepot.portal.push.api.time.sleep", lambda _: pytest.fail("waited"))
    for _ in range(api.WAITING):
        assert api._waiting.acquire(blocking=False)
    try:
        assert api._waited(opened, lambda: acme, last_position(opened), 10, NO_FILTER, 20).events == ()
    finally:
        for _ in range(api.WAITING):
            api._waiting.release()


def test_a_subscription_over_the_api_from_its_making_to_its_end(
    client: Client, opened: Desk, ann: dict[str, str]
) -> None:
    receiver = Receiver()
    with listening(receiver) as address:
        made = post(client, "subscriptions", {"way": "webhook", "address": address, "title": "stock"}, ann)
        assert (made.status_code, made.json()["secret"][:6]) == (201, "whsec_")
        one = f"subscriptions/{made.json()['subscription']['id']}"
        assert "secret" not in client.get(f"/api/v1/{one}", headers=ann).json()
        tried = post(client, f"{one}/test", {}, ann).json()
        assert (tried["state"], tried["status"]) == ("delivered", 204)
    assert json.loads(receiver.came[0][1])["type"] == "entrepot.test"
    changed = client.patch(f"/api/v1/{one}", {"state": "paused"}, content_type="application/json", headers=ann)
    assert changed.json()["state"] == "paused"
    assert post(client, f"{one}/rotate", {}, ann).json()["secret"] != made.json()["secret"]
    assert post(client, f"{one}/replay", {"after": "start"}, ann).status_code == 200
    assert post(client, f"{one}/replay", {"event": "0"}, ann).status_code == 200
    listed = client.get(f"/api/v1/{one}/deliveries", headers=ann).json()["deliveries"]
    assert [card["position"] for card in listed] == ["0"]
    assert client.delete(f"/api/v1/{one}", headers=ann).json()["state"] == "ended"
    assert [card["state"] for card in client.get("/api/v1/subscriptions", headers=ann).json()["subscriptions"]] == [
        "ended"
    ]


@pytest.mark.parametrize("body", [b"", b"[]", b'{"way": "pigeon"}', b'{"way": "webhook", "colour": 1}', b"{", b"\xff"])
def test_a_request_that_is_none_is_refused(client: Client, opened: Desk, ann: dict[str, str], body: bytes) -> None:
    answer = client.post("/api/v1/subscriptions", body, content_type="application/json", headers=ann)
    assert (answer.status_code, answer.json()["problems"][0]["rule"]) == (422, "PU10")


def test_visitors_of_the_sandbox_are_told_to_sign_in(client: Client, opened: Desk) -> None:
    answer = post(client, "subscriptions", {"way": "feed"}, {"Entrepot-As": "exporter"})
    assert (answer.status_code, answer.json()["problems"][0]["rule"]) == (403, "PU01")
    assert b"/sign-in" in client.get("/subscriptions").content


# -- pages ------------------------------------------------------------------------------------------------------------


def signed_in(client: Client, desk: Desk, organisation: str = "acme") -> None:
    client.cookies["entrepot_token"] = new_token(desk.store, "ann", organisation)


def test_a_webhook_is_made_tried_paused_and_ended_on_pages(client: Client, opened: Desk) -> None:
    signed_in(client, opened)
    form = {"way": "webhook", "address": "http://127.0.0.1:9/", "what": ["customs", "talk"], "title": "our <system>"}
    made = client.post("/subscriptions", form)
    text = made.content.decode()
    assert "whsec_" in text
    assert "our &lt;system&gt;" in text
    assert "customs.* dossier.comment" in text
    (card,) = subscribing.mine(opened, subscribing_voice(opened))
    where = f"/subscriptions/{card.id}"
    assert "whsec_" not in client.get(where).content.decode()
    tried = client.post(where, {"action": "test"}).content.decode()
    assert "ConnectionRefusedError" in tried
    assert client.post(where, {"action": "pause"})["Location"] == where
    assert "Go on" in client.get(where).content.decode()
    assert "whsec_" in client.post(where, {"action": "rotate"}).content.decode()
    assert client.post(where, {"action": "replay", "after": "nowhere"}).status_code == 422
    assert client.post(where, {"action": "end"})["Location"] == "/subscriptions"
    assert client.get("/subscriptions").status_code == 200


def test_what_is_wrong_with_a_form_is_told_and_what_was_typed_stays(client: Client, opened: Desk) -> None:
    signed_in(client, opened)
    answer = client.post(
        "/subscriptions",
        {"way": "webhook", "address": "http://inside.example/", "patterns": "No Pattern", "what": ["talk"]},
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="http://inside.example/"' in text
    assert 'value="No Pattern"' in text
    assert 'value="talk" checked' in text


def test_another_organisations_subscription_is_not_there(client: Client, opened: Desk, acme: Voice) -> None:
    card = make(opened, acme, Asked("feed")).subscription
    signed_in(client, opened, "elsewhere")
    assert client.get(f"/subscriptions/{card.id}").status_code == 404
    assert client.post(f"/subscriptions/{card.id}", {"action": "end"}).status_code == 404


def test_every_word_has_its_page_in_chinese(client: Client, opened: Desk, acme: Voice) -> None:
    card = make(opened, acme, Asked("webhook", "https://one.example/", language="zh")).subscription
    signed_in(client, opened)
    for where in ("/subscriptions", f"/subscriptions/{card.id}"):
        text = client.get(where, headers={"Accept-Language": "zh-CN"}).content.decode()
        assert 'lang="zh-Hans"' in text
        assert "订阅" in text


# -- the feed for readers ---------------------------------------------------------------------------------------------


def test_an_atom_feed_tells_what_happened_and_nothing_that_was_said(client: Client, opened: Desk, acme: Voice) -> None:
    card = make(opened, acme, Asked("feed", title="a <feed>")).subscription
    finder.look(opened)
    opened.say("D1", [LINE_ONE], acme)
    opened.store.integrate()
    finder.look(opened)
    address = card.feed.removeprefix("http://127.0.0.1:8000")
    answer = client.get(address)
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = tree.fromstring(answer.content)
    assert feed.findtext(f"{ATOM}title") == "a <feed>"
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) >= 6
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == len(entries)
    stamps = [entry.findtext(f"{ATOM}updated") for entry in entries]
    assert feed.findtext(f"{ATOM}updated") == stamps[0]
    assert b"12360" not in answer.content
    assert b"PO-1" not in answer.content


def test_a_feed_ends_with_its_address_and_no_other_opens_it(client: Client, opened: Desk, acme: Voice) -> None:
    card = make(opened, acme, Asked("feed")).subscription
    address = card.feed.removeprefix("http://127.0.0.1:8000")
    new = subscribing.rotate(opened, acme, card.id).subscription.feed.removeprefix("http://127.0.0.1:8000")
    assert (client.get(address).status_code, client.get(new).status_code) == (404, 200)
    subscribing.end(opened, acme, card.id)
    for key in (new.partition("key=")[2], "", "x", token_of(kept.master_of(opened.store), "unsubscribe", card.id)):
        assert client.get("/feed.atom", {"key": key}).status_code == 404


# -- the page of documentation ----------------------------------------------------------------------------------------


def test_the_receiver_in_the_documentation_takes_what_we_sign_and_nothing_else() -> None:
    import time

    from entrepot.gateways.webhooks import signed
    from tests.making import ROOT

    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs/push.md").read_text(encoding="utf-8"), re.DOTALL)
    made: dict[str, Any] = {}
    exec(code, made)
    verify, secret, now = made["verify"], "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", int(time.time())
    headers = signed("msg_1", now, b"{}", ["whsec_" + "A" * 32, secret])
    assert verify(secret, headers, b"{}")
    assert not verify(secret, headers, b"{} ")
    assert not verify(secret, {**headers, "webhook-id": "msg_2"}, b"{}")
    assert not verify("whsec_" + "B" * 32, headers, b"{}")
    for stamp in (str(now - 400), str(now + 400), "soon", "-1"):
        assert not verify(secret, {**headers, "webhook-timestamp": stamp}, b"{}")
