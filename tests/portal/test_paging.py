"""Lists by pages: bounded, stable while others come in, with a link to the next page."""

import re
from typing import Any

import pytest
from django.test import Client

from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.portal.openapi import openapi
from entrepot.portal.setting import registry
from entrepot.store.tokens import new_token
from tests.portal.stage import ANN
from tests.portal.web import client_of

# Lists that are bounded by what they are of, or page in a way of their own: the feed by `after`, counters by their places.
OF_THEIR_OWN = {"/api/v1/events"}


@pytest.fixture
def client(desk: Desk) -> Client:
    token = new_token(desk.store, "ann", "acme", ("administer",))
    return client_of(desk, HTTP_AUTHORIZATION=f"Bearer {token}")


def opened(desk: Desk, *names: str) -> None:
    for name in names:
        desk.say(name, [Draft("dossier.opened", {"kind": "trade", "reference": name})], ANN)


def walked(client: Client, address: str, list_: str = "") -> list[Any]:
    """Every entry, by the links."""
    found: list[Any] = []
    seen: set[str] = set()
    while address:
        assert address not in seen
        seen.add(address)
        answer = client.get(address)
        assert answer.status_code == 200, answer.content
        page = answer.json()
        found += page[list_] if list_ else page
        link = answer.headers.get("Link", "")
        match = re.fullmatch(r'<(.+)>; rel="next"', link)
        assert bool(match) == bool(link)
        if list_:
            assert bool(match) == bool(page.get("next"))
        address = match[1] if match else ""
    return found


def test_every_list_of_the_description_comes_by_pages() -> None:
    description = openapi(registry())
    schemas = description["components"]["schemas"]
    for path, verbs in description["paths"].items():
        if "get" not in verbs or path in OF_THEIR_OWN or "/sync/" in path:
            continue
        content = verbs["get"]["responses"]["200"]["content"].get("application/json", {})
        schema = content.get("schema", {})
        shape = schemas.get(schema.get("$ref", "").rpartition("/")[2], schema)
        asked = {one["name"] for one in verbs["get"].get("parameters", ())}
        if shape.get("type") == "array" or "next" in shape.get("properties", {}):
            assert {"limit", "cursor"} <= asked, path


def test_dossiers_are_walked_by_links_while_others_come_in(client: Client, desk: Desk) -> None:
    opened(desk, *(f"D{number}" for number in range(5)))
    first = client.get("/api/v1/dossiers?limit=2")
    opened(desk, "D9")
    rest = walked(client, re.fullmatch(r"<(.+)>; .*", first.headers["Link"])[1], "dossiers")  # type: ignore[index]
    assert [card["id"] for card in (*first.json()["dossiers"], *rest)] == ["D4", "D3", "D2", "D1", "D0"]


def test_work_is_walked_in_its_order_while_some_of_it_is_done(client: Client, desk: Desk) -> None:
    opened(desk, *(f"D{number}" for number in range(6)))
    whole = [row["dossier"] for row in walked(client, "/api/v1/work", "work")]
    assert len(whole) == 6
    assert [row["dossier"] for row in walked(client, "/api/v1/work?limit=1", "work")] == whole
    page = client.get("/api/v1/work?limit=3").json()
    opened(desk, "A0")  # it sorts before the cursor, and moves nothing
    client.get("/api/v1/work")
    rest = client.get("/api/v1/work", {"limit": 9, "cursor": page["next"]}).json()["work"]
    assert [row["dossier"] for row in (*page["work"], *rest)] == whole


def test_topics_prints_subscriptions_and_mandates_are_walked(client: Client, desk: Desk) -> None:
    opened(desk, "D1")
    every = [card["name"] for card in client.get("/api/v1/topics").json()]
    assert [card["name"] for card in walked(client, "/api/v1/topics?limit=7")] == every
    prints = [one["name"] for one in client.get("/api/v1/dossiers/D1/prints").json()]
    assert [one["name"] for one in walked(client, "/api/v1/dossiers/D1/prints?limit=1")] == prints
    ids = [
        client.post("/api/v1/subscriptions", {"way": "feed"}, "application/json").json()["subscription"]["id"]
        for _ in range(3)
    ]
    assert {one["id"] for one in walked(client, "/api/v1/subscriptions?limit=1", "subscriptions")} == set(ids)
    for agent in ("b1", "b2", "b3"):
        given = client.post("/api/v1/mandates", {"agent": agent}, "application/json")
        assert given.status_code == 201, given.content
    assert {one["agent"] for one in walked(client, "/api/v1/mandates?limit=1", "given")} == {"b1", "b2", "b3"}


@pytest.mark.parametrize(
    "list_", ["dossiers", "titles", "worklist", "work", "search", "subscriptions", "mandates", "keys", "topics"]
)
def test_what_is_no_page_is_refused(client: Client, list_: str) -> None:
    for asked in ("limit=many", "limit=-1", "limit=1.5", "cursor=%00", f"cursor={'9' * 2000}"):
        assert client.get(f"/api/v1/{list_}?{asked}").status_code == 422, (list_, asked)
    assert client.get(f"/api/v1/{list_}?limit=0").status_code == 200
    assert client.get(f"/api/v1/{list_}?limit=999999").status_code == 200
