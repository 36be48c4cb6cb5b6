"""Home, talk and the lists, by a browser without a window."""

from datetime import date
from typing import Any

import pytest

from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.portal.work.home import NEEDS
from entrepot.store.tokens import new_token
from tests.portal.stage import ANN, BOB
from tests.portal.web import client_of


def signed_in(desk: Desk, person: str, organisation: str) -> Any:
    client = client_of(desk)
    client.post("/sign-in", {"token": new_token(desk.store, person, organisation), "next": "/"})
    return client


def text(client: Any, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return str(answer.content.decode())


def test_whoever_is_not_known_sees_the_needs_and_how_to_get_in(opened: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of(opened)
    monkeypatch.setattr(opened.store, "nature", "live")
    page = text(client, "/")
    assert all(need.wish.en in page for need in NEEDS)
    assert "/sign-in?next=/new/export" in page
    assert 'href="/verify"' in page
    assert "/D1" not in page  # two letters alone may stand in a form's token by chance
    for address in ("/work", "/dossiers", "/search?q=a", "/calendar", "/d/D1/talk"):
        assert client.get(address).status_code == 302


def test_news_is_what_others_said_since_the_last_day(opened: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(opened, "ann", "acme")
    opened.store.integrate()
    assert "New since" not in text(client, "/")
    opened.say("D1", [Draft("dossier.comment", {"text": "hello"}, "c")], BOB)
    opened.say("D1", [Draft("dossier.note", {"text": "psst"}, "n")], BOB)
    opened.store.integrate()
    monkeypatch.setattr(opened, "today", lambda: date(2026, 4, 2))
    page = text(client, "/")
    assert "New since" in page
    assert "1 said: comment" in page


def test_talk_goes_to_all_and_a_note_to_ones_own(opened: Desk) -> None:
    ann, bob = signed_in(opened, "ann", "acme"), signed_in(opened, "bob", "buyer")
    assert ann.post("/d/D1/talk", {"do": "comment", "text": "for <all>", "about": "goods.line/1"}).status_code == 302
    assert ann.post("/d/D1/talk", {"do": "note", "text": "for us"}).status_code == 302
    page = text(bob, "/d/D1/talk")
    assert "for &lt;all&gt;" in page
    assert "for us" not in page
    assert "for us" in text(ann, "/d/D1/talk")
    assert text(client_of(opened), "/d/nothing/talk", 404)


@pytest.mark.parametrize(
    "form",
    [
        {"do": "comment", "text": "  "}, {"do": "comment", "text": "x" * 4001}, {"do": "comment", "text": "x", "about": "no.such"},
        {"do": "comment", "text": "x", "mentions": "stranger"}, {"do": "assign", "person": "stranger"},
        {"do": "due", "text": "x", "on": "?"},
        {"do": "due", "on": "2026-04-02"}, {"do": "done", "key": "none"}, {"do": "unsay", "key": "none"}, {}, {"do": "fly"},
    ],
)  # fmt: skip
def test_what_cannot_be_said_is_told_beside_the_form(opened: Desk, form: dict[str, str]) -> None:
    client = signed_in(opened, "ann", "acme")
    answer = client.post("/d/D1/talk", form)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()


def test_a_remark_is_ones_own_to_take_back_and_nobody_elses(opened: Desk) -> None:
    ann, bob = signed_in(opened, "ann", "acme"), signed_in(opened, "bob", "buyer")
    opened.say("D1", [Draft("dossier.comment", {"text": "hello there"}, "c")], ANN)
    assert bob.post("/d/D1/talk", {"do": "unsay", "key": "c"}).status_code == 422
    assert ann.post("/d/D1/talk", {"do": "unsay", "key": "c"}).status_code == 302
    assert "hello there" not in text(bob, "/d/D1/talk")


def test_a_form_sent_twice_says_it_once(opened: Desk) -> None:
    client = signed_in(opened, "ann", "acme")
    form = {"do": "comment", "text": "once", "id": "0190b7a0-0000-7000-8000-00000000abcd"}
    assert [client.post("/d/D1/talk", form).status_code for _ in range(2)] == [302, 302]
    assert text(client, "/d/D1/talk").count('<p class="words">once</p>') == 1


def test_a_day_of_ones_own_is_set_and_done(opened: Desk) -> None:
    client = signed_in(opened, "ann", "acme")
    client.post("/d/D1/talk", {"do": "due", "text": "book the vessel", "on": "2026-03-31"})
    assert "book the vessel" in text(client, "/work")
    (key,) = [one.key for one in opened.read("D1", ANN).facts if one.topic == "dossier.due"]
    client.post("/d/D1/talk", {"do": "done", "key": key})
    assert "book the vessel" not in text(client, "/work")


def test_the_list_is_filtered_and_sorted(desk: Desk) -> None:
    for name, title in (("A", "Tea"), ("B", "Acid")):
        desk.say(name, [Draft("dossier.opened", {"kind": "trade", "reference": name, "title": title})], ANN)
    desk.say("A", [Draft("trade.party", {"name": "Kansai Foods"}, "importer")], ANN)
    client = signed_in(desk, "ann", "acme")
    page = text(client, "/dossiers?order=title")
    assert page.index("Acid") < page.index("Tea")
    assert "Acid" not in text(client, "/dossiers?partner=kansai")
    assert "Tea" not in text(client, "/dossiers?since=2030-01-01")
    assert "Tea" not in text(client, "/dossiers?kind=enterprise")
    assert "Tea" not in text(signed_in(desk, "cay", "cargo"), "/dossiers")


def test_search_and_work_answer_over_http(opened: Desk) -> None:
    opened.store.integrate()
    client = client_of(opened)
    headers = {"Authorization": f"Bearer {new_token(opened.store, 'ann', 'acme')}"}
    assert client.get("/api/v1/search?q=po-1", headers=headers).json()["matches"][0]["dossier"] == "D1"
    assert client.get("/api/v1/work", headers=headers).json()["work"][0]["dossier"] == "D1"
    other = {"Authorization": f"Bearer {new_token(opened.store, 'cay', 'cargo')}"}
    assert client.get("/api/v1/search?q=po-1", headers=other).json()["matches"] == []
    assert client.get("/api/v1/search?q=po-1").status_code == 401
