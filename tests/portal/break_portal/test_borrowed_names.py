"""A token whose holder names a mandate that nobody gave, and with it whom it would like to be."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from entrepot.channels.online import Voice
from entrepot.portal.desk import Desk
from entrepot.portal.push.subscribing import Asked, make
from entrepot.store import subscriptions as kept
from entrepot.store.tokens import new_token
from tests.portal import title_stage
from tests.portal.push.conftest import token_voice
from tests.portal.stage import OPENING
from tests.portal.web import client_of

BORROWED = {"Entrepot-Mandate": "2026-001", "Entrepot-For": "acme"}
HOOK = {"way": "webhook", "address": "https://hooks.example/in", "filter": {}}


@pytest.fixture(params=[(), ("clerk",)], ids=["anybody", "clerk"])
def mallory(request: pytest.FixtureRequest, desk: Desk) -> dict[str, str]:
    """The headers of somebody with a token of its own, and a name that is not."""
    return {"Authorization": f"Bearer {new_token(desk.store, 'mal', 'mallory', request.param)}", **BORROWED}


@pytest.fixture
def acme(desk: Desk) -> Voice:
    voice = token_voice(desk, "acme")
    desk.say("D1", [*OPENING], voice)
    return voice


def call(client: Client, method: str, path: str, headers: dict[str, str], body: Any = None) -> Any:
    return client.generic(method, f"/api/v1/{path}", json.dumps(body or {}), "application/json", headers=headers)


def test_nobody_subscribes_in_a_borrowed_name(desk: Desk, acme: Voice, mallory: dict[str, str]) -> None:
    answer = call(client_of(desk), "POST", "subscriptions", mallory, HOOK)
    assert answer.status_code == 403
    assert kept.of_organisation(desk.store, "acme") == []


def test_nobody_sees_turns_or_ends_subscriptions_in_a_borrowed_name(
    desk: Desk, acme: Voice, mallory: dict[str, str]
) -> None:
    hook = make(desk, acme, Asked("webhook", "https://hooks.example/in")).subscription.id
    feed = make(desk, acme, Asked("feed")).subscription.id
    client = client_of(desk)
    assert call(client, "GET", "subscriptions", mallory).json() == {"subscriptions": []}
    for method, path in (
        ("GET", hook), ("PATCH", hook), ("DELETE", hook), ("POST", f"{hook}/rotate"), ("POST", f"{feed}/rotate"),
        ("POST", f"{hook}/replay"), ("POST", f"{hook}/test"), ("GET", f"{hook}/deliveries"),
    ):  # fmt: skip
        assert call(client, method, f"subscriptions/{path}", mallory).status_code == 404, (method, path)
    assert [one.generation for one in kept.of_organisation(desk.store, "acme")] == [1, 1]


def test_nobody_sees_titles_in_a_borrowed_name(tmp_path: Path) -> None:
    desk = title_stage.staged(tmp_path)
    title = title_stage.issued(desk)
    bearer = f"Bearer {new_token(desk.store, 'mal', 'mallory', ('clerk',))}"
    headers = {"Authorization": bearer, "Entrepot-Mandate": "1", "Entrepot-For": title_stage.SHIPPER}
    client = client_of(desk)
    assert call(client, "GET", "titles", headers).json()["titles"] == []
    assert call(client, "GET", f"titles/{title}", headers).status_code == 404
    prepare = {"action": "surrender", "purpose": "delivery", "prepare": True}
    assert call(client, "POST", f"titles/{title}/steps", headers, prepare).status_code == 404
    desk.store.close()


def test_only_a_counter_names_a_mandate(desk: Desk, acme: Voice) -> None:
    headers = {"Authorization": f"Bearer {new_token(desk.store, 'mal', 'mallory')}", **BORROWED}
    client = client_of(desk)
    for path in ("dossiers", "dossiers/D1", "work", "search?q=PO-1", "events", "mandates"):
        assert b"D1" not in call(client, "GET", path, headers).content, path


def test_nobody_sees_keys_in_a_borrowed_name(tmp_path: Path) -> None:
    desk = title_stage.staged(tmp_path)
    bearer = f"Bearer {new_token(desk.store, 'mal', 'mallory', ('clerk',))}"
    headers = {"Authorization": bearer, "Entrepot-Mandate": "1", "Entrepot-For": title_stage.SHIPPER}
    told = call(client_of(desk), "GET", "keys", headers).json()
    assert (told["organisation"], told["keys"]) == ("mallory", [])
    desk.store.close()
