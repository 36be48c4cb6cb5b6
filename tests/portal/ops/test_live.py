"""Live pages: told at once, told nothing that one may not read, told nothing more once one may not."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.http.response import HttpResponseBase

from entrepot.portal import live
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.portal.rsgi import NATIVE
from entrepot.store.tokens import list_tokens, new_token, revoke_token
from tests.portal.stage import ANN, BOB, OPENING
from tests.portal.web import client_of

BOUGHT = {
    "line": "1", "document": "special_vat_invoice", "number": "1", "supplier": "Huaxin", "quantity": "24", "invoiced_quantity": "24",
    "unit": "t", "base": "CNY 500000.00", "vat_rate": "0.13",
}  # fmt: skip
COST = Draft("goods.cost", BOUGHT, "1")


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LOOK_SECONDS", 0.01)


def events(data: bytes) -> list[tuple[str, dict[str, Any]]]:
    """The events of a stream: their names and data."""
    found = []
    for part in data.decode().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in part.splitlines() if not line.startswith(":"))
        if "event" in fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


def listener(answer: HttpResponseBase) -> live.Listener:
    held = answer.listener  # type: ignore[attr-defined]
    assert isinstance(held, live.Listener)
    return held


def heard(
    one: live.Listener, until: Callable[[], bool] = lambda: False, seconds: float = 2.0
) -> list[tuple[str, dict[str, Any]]]:
    """What a listener hears until there is something, or it ended, or for so long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not one.pending and not one.ended and not until():
        time.sleep(0.01)
    return events(one.take())


def test_without_streams_one_event_is_told_and_the_browser_comes_again(opened: Desk) -> None:
    opened.store.integrate()
    client = client_of(opened)
    first = client.get("/live?dossier=D1")
    assert first["Content-Type"] == "text/event-stream"
    assert b"retry: 5000" in first.content
    [(name, state)] = events(first.content)
    assert (name, state["dossier"]) == ("state", "D1")
    opened.say("D1", [Draft("goods.line", {"hs": "28092019"}, "2")], ANN)
    opened.store.integrate()
    [(name, again)] = events(client.get("/live?dossier=D1", headers={"Last-Event-ID": str(state["place"])}).content)
    assert (name, again["place"]) == ("changed", state["place"] + 1)


def test_nobody_hears_of_what_is_not_there_for_him(opened: Desk) -> None:
    assert client_of(opened).get("/live?dossier=D9").status_code == 404


def test_one_hears_of_what_one_may_read_and_of_nothing_else(opened: Desk) -> None:
    opened.store.integrate()
    tokens = {
        name: new_token(opened.store, name, organisation) for name, organisation in (("ann", "acme"), ("bob", "buyer"))
    }
    client = client_of(opened, **{NATIVE: True})
    ask = {name: {"Authorization": f"Bearer {token}"} for name, token in tokens.items()}
    of_ann, of_bob = (listener(client.get("/live?dossier=D1", headers=ask[name])) for name in ("ann", "bob"))
    all_of_bob = listener(client.get("/live", headers=ask["bob"]))
    opened.say("D1", [COST], ANN)  # which the importer may not read
    opened.say("D2", [OPENING[0]], ANN)  # where he has no role
    opened.store.integrate()
    [(name, told)] = heard(of_ann)
    assert (name, told["dossier"]) == ("changed", "D1")
    assert set(told) == {"dossier", "place"}
    assert heard(of_bob, seconds=0.1) == heard(all_of_bob, seconds=0.1) == []
    opened.say("D1", [Draft("goods.line", {"hs": "28092019"}, "2")], BOB)
    opened.store.integrate()
    assert heard(of_bob) == heard(all_of_bob) == heard(of_ann) != []


def test_a_revoked_token_hears_nothing_more(opened: Desk) -> None:
    opened.store.integrate()
    token = new_token(opened.store, "ann", "acme")
    held = listener(
        client_of(opened, **{NATIVE: True}).get("/live?dossier=D1", headers={"Authorization": f"Bearer {token}"})
    )
    revoke_token(opened.store, list_tokens(opened.store)[0].id)
    opened.say("D1", [COST], ANN)
    opened.store.integrate()
    assert heard(held) == []
    assert held.ended


def test_one_person_holds_so_many_streams(opened: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "MOST_OF_ONE", 2)
    client = client_of(opened, **{NATIVE: True})
    answers = [client.get("/live") for _ in range(3)]
    assert [answer.listener is not None for answer in answers] == [True, True, False]  # type: ignore[attr-defined]
    assert b"retry: 30000" in answers[2].content
    listener(answers[0]).end()
    assert listener(client.get("/live"))


def test_many_changes_are_told_as_one_for_each_dossier_and_too_many_as_one_for_all(
    opened: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = live.Listener(live.hub_of(opened), "", 0, lambda: ANN, "ann", "ann")
    for place in range(5):
        one.tell("D1", place)
    assert events(one.take()) == [("changed", {"dossier": "D1", "place": 4})]
    monkeypatch.setattr(live, "MOST_PENDING", 3)
    for place in range(4):
        one.tell(f"D{place}", place)
    assert events(one.take()) == [("changed", {"dossier": "", "place": 3})]


def test_a_name_with_a_line_break_begins_no_other_event() -> None:
    assert live.event("changed", "D1\nevent: forged", 3).count(b"\n") == 4
