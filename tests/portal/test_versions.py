"""Versions of the API: two side by side, a published end, and nothing that was promised taken away unseen."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import httpx
import pytest

from entrepot.portal import versions
from entrepot.portal.api_outline import broken, promises
from entrepot.portal.desk import Desk
from entrepot.portal.openapi import plain
from entrepot.portal.setting import registry
from entrepot.portal.versions import Change, Version, Versions
from entrepot.store.tokens import new_token
from tests.conftest import ROOT
from tests.portal.web import client_of


def _renamed(before: str, after: str) -> Any:
    def carried(body: dict[str, Any]) -> dict[str, Any]:
        return {after if name == before else name: value for name, value in body.items()}

    return carried


# v1 said `dossier` in what is said; v2 says `record`. The views here speak v2, as those of any newest version do.
TWO = Versions(
    (Version("v1", date(2025, 1, 1), date(2026, 1, 1), date(2027, 6, 30), "v2"), Version("v2", date(2026, 1, 1))),
    (
        Change("v2", "POST", "submissions", up=_renamed("record", "dossier"), down=_renamed("dossier", "record")),
        Change("v2", "GET", "dossiers/{id}", down=_renamed("dossier", "record")),
    ),
)
OPEN = {"topic": "dossier.opened", "body": {"kind": "trade", "reference": "PO-1"}}


@pytest.fixture
def two(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    monkeypatch.setattr(versions, "API", TWO)
    client_of(desk)  # settings
    from entrepot.portal.wsgi import application_on

    token = new_token(desk.store, "ann", "acme")
    transport = httpx.WSGITransport(application_on(desk))
    with httpx.Client(
        base_url="http://localhost", transport=transport, headers={"Authorization": f"Bearer {token}"}
    ) as client:
        yield client


def test_two_versions_answer_side_by_side(two: httpx.Client) -> None:
    old = two.post("/api/v1/submissions", json={"record": "D1", **OPEN})
    new = two.post("/api/v2/submissions", json={"dossier": "D2", **OPEN})
    assert (old.status_code, new.status_code) == (201, 201), old.text
    assert (old.json()["record"], new.json()["dossier"]) == ("D1", "D2")
    assert "dossier" not in old.json()
    assert two.get("/api/v1/dossiers/D2").json()["record"] == "D2"
    assert two.get("/api/v2/dossiers/D1").json()["dossier"] == "D1"
    assert two.post("/api/v2/submissions", json={"record": "D3", **OPEN}).status_code == 422


def test_what_did_not_change_is_the_same_in_both(two: httpx.Client) -> None:
    two.post("/api/v2/submissions", json={"dossier": "D1", **OPEN})
    assert two.get("/api/v1/dossiers").json() == two.get("/api/v2/dossiers").json()
    page = two.get("/api/v1/topics?limit=1")
    assert "</api/v1/topics?limit=1&cursor=" in page.headers["Link"]


def test_a_version_that_is_to_end_says_so_on_every_answer(two: httpx.Client) -> None:
    for answer in (two.get("/api/v1/dossiers"), two.get("/api/v1/dossiers/none")):
        assert answer.headers["Deprecation"] == "@1767225600"
        assert answer.headers["Sunset"] == "Thu, 01 Jul 2027 00:00:00 GMT"
        for relation in ("successor-version", "deprecation", "sunset"):
            assert f'rel="{relation}"' in answer.headers["Link"]
        assert answer.headers["Entrepot-Version"]
    current = two.get("/api/v2/dossiers")
    assert not {"Deprecation", "Sunset"} & set(current.headers)


def test_a_version_that_ended_tells_what_to_use(two: httpx.Client, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "today", lambda: date(2027, 6, 30))
    assert two.get("/api/v1/dossiers").status_code == 200
    monkeypatch.setattr(desk, "today", lambda: date(2027, 7, 1))
    gone = two.get("/api/v1/dossiers")
    assert (gone.status_code, gone.headers["Content-Type"]) == (410, "application/problem+json")
    assert "v2" in gone.json()["detail"]
    assert two.get("/api/v2/dossiers").status_code == 200


def test_a_body_that_cannot_be_carried_is_refused(two: httpx.Client) -> None:
    json_headers = {"Content-Type": "application/json"}
    for body in (b"{", b"[]", b'"x"', b'{"a":1,"a":2}'):
        answer = two.post("/api/v1/submissions", content=body, headers=json_headers)
        assert 400 <= answer.status_code < 500, body


def test_the_versions_are_published(two: httpx.Client, desk: Desk) -> None:
    told = two.get("/api/versions", headers={"Authorization": ""}).json()
    assert [one["name"] for one in told["versions"]] == ["v1"] or [one["state"] for one in told["versions"]]
    cards = versions.listed(date(2026, 4, 1), TWO).versions
    assert [(one.name, one.state, one.ends_on) for one in cards] == [
        ("v1", "deprecated", date(2027, 6, 30)),
        ("v2", "current", None),
    ]
    assert versions.listed(date(2027, 7, 1), TWO).versions[0].state == "ended"


@pytest.mark.parametrize(
    "made",
    [
        lambda: Versions((Version("v1", date(2025, 1, 1), None, date(2027, 1, 1), "v2"), Version("v2", date(2026, 1, 1)))),
        lambda: Versions((Version("v1", date(2025, 1, 1), date(2026, 1, 1), date(2026, 12, 1), "v2"), Version("v2", date(2026, 1, 1)))),
        lambda: Versions((Version("v1", date(2025, 1, 1), date(2026, 1, 1)),)),
        lambda: Versions((Version("v1", date(2025, 1, 1)),), (Change("v1", "GET", "x"),)),
    ],
)  # fmt: skip
def test_no_version_ends_in_haste(made: Any) -> None:
    with pytest.raises(ValueError, match=r"ends|successor|changes"):
        made()


# -- promises ---------------------------------------------------------------------------------------------------------


def test_nothing_that_was_promised_is_taken_away() -> None:
    before = (ROOT / "docs" / "api-v1.txt").read_text(encoding="utf-8").splitlines()
    assert broken(before, promises(plain(registry()))) == []


def described(schema: dict[str, Any], query: tuple[str, ...] = (), required: bool = False) -> dict[str, Any]:
    told = {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Told"}}}}}
    parameters = [{"name": name, "in": "query", "required": required, "schema": {}} for name in query]
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Told"}}}}
    paths = {"/api/v1/x": {"post": {"responses": told, "parameters": parameters, "requestBody": body}}}
    return {"paths": paths, "components": {"schemas": {"Told": schema}}}


BEFORE: dict[str, Any] = {
    "type": "object",
    "properties": {"a": {"type": "string"}, "b": {"type": "integer"}},
    "required": ["a"],
}


@pytest.mark.parametrize(
    ("after", "faults"),
    [
        (described(BEFORE, ("limit",)), 0),
        (described(BEFORE | {"properties": BEFORE["properties"] | {"c": {"type": "string"}}}, ("limit", "more")), 0),
        (described(BEFORE), 1),
        (described(BEFORE, ("limit", "must"), True), 3),
        (described(BEFORE | {"properties": {"a": {"type": "string"}}}, ("limit",)), 2),
        (described(BEFORE | {"properties": BEFORE["properties"] | {"b": {"type": "string"}}}, ("limit",)), 2),
        (described(BEFORE | {"required": ["a", "b"]}, ("limit",)), 1),
        ({"paths": {}, "components": {"schemas": {}}}, 8),
    ],
)
def test_what_breaks_a_promise_is_seen(after: dict[str, Any], faults: int) -> None:
    before = promises(described(BEFORE, ("limit",)))
    assert len(broken(before, promises(after))) == faults, json.dumps(broken(before, promises(after)), indent=1)
