"""Signed documents through every door: API, pages, command line; and the status lists that anybody may have."""

import re
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.test import Client
from typer.testing import CliRunner

from entrepot.gateways.credentials.data_integrity import with_proof
from entrepot.gateways.credentials.keys import SigningKey
from entrepot.gateways.credentials.status_list import check_status
from entrepot.gateways.credentials.verifying import verify_credential
from entrepot.portal import cli, setting
from entrepot.portal.desk import Desk
from entrepot.portal.issuing import issue
from entrepot.portal.issuing_afterwards import bytes_of, change
from entrepot.portal.issuing_keys import keys_of, operator_key
from entrepot.portal.status_api import signed_list, source
from entrepot.store.tokens import new_token
from tests.portal.issuing_stage import Clock, amend, digest, issuing_desk, sold
from tests.portal.stage import ANN
from tests.portal.web import client_of

AT = "/api/v1/dossiers/D1/documents"
JSON = "application/json"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    desk = sold(issuing_desk(tmp_path, clock=clock))
    yield desk
    desk.store.close()


@pytest.fixture
def client(desk: Desk) -> Client:
    return client_of(desk)


def token(desk: Desk, person: str, organisation: str, *roles: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {new_token(desk.store, person, organisation, roles, 'online')}"}


def test_the_api_issues_lists_checks_and_hands_out(desk: Desk, client: Client) -> None:
    mine = token(desk, "ann", "acme")
    listed = client.get(AT, headers=mine).json()
    seen = next(one for one in listed["issuable"] if one["kind"] == "invoice")
    asked = {"place": seen["place"], "digest": seen["digest"]}
    made = client.post(AT, asked, JSON, headers=mine)
    assert (made.status_code, made.json()["status"]) == (201, "issued")
    assert client.post(AT, asked, JSON, headers=mine).status_code == 200
    at = f"{AT}/{made.json()['document']}"
    checked = client.get(at, headers=token(desk, "bob", "buyer")).json()
    assert (checked["accepted"], checked["card"]["state"]) == (True, "issued")
    for form, head in {
        "credential": b"{",
        "pdf": b"%PDF-",
        "receipt": b"c2sp.org/tlog-proof@v1",
        "sd_jwt": b"ey",
    }.items():
        answer = client.get(f"{at}/{form}", headers=mine)
        assert answer.content.startswith(head), form
        assert "attachment" in answer["Content-Disposition"]
    assert client.get(f"{at}/docx", headers=mine).status_code == 404
    shown = client.post(f"{at}/disclosures", {"preset": "bank", "to": "Bank"}, JSON, headers=mine)
    assert (shown.status_code, shown.json()["given"]) == (201, True)
    revoked = client.post(f"{at}/status", {"state": "revoked", "reason": "a slip"}, JSON, headers=mine)
    assert revoked.json()["state"] == "revoked"
    assert client.get(at, headers=mine).json()["accepted"] is False


def test_the_api_lists_by_pages_the_newest_first(desk: Desk, client: Client) -> None:
    mine = token(desk, "ann", "acme")
    made = []
    for one in client.get(AT, headers=mine).json()["issuable"]:
        answer = client.post(AT, {"place": one["place"], "digest": one["digest"]}, JSON, headers=mine)
        if answer.status_code == 201:
            made.append(answer.json()["document"])
    made = made[-2:]
    first = client.get(AT, {"limit": 1}, headers=mine).json()
    second = client.get(AT, {"limit": 1, "cursor": first["next"]}, headers=mine).json()
    assert [page["issued"][0]["document"] for page in (first, second)] == made[::-1]


def test_the_api_refuses_with_the_reason(desk: Desk, client: Client) -> None:
    mine, buyer, eve = token(desk, "ann", "acme"), token(desk, "bob", "buyer"), token(desk, "eve", "evil")
    asked = {"place": "documents.invoice", "digest": digest(desk)}
    assert client.post(AT, asked, JSON, headers=eve).status_code == 404
    assert client.post(AT, asked, JSON).status_code == 401
    denied = client.post(AT, asked, JSON, headers=buyer)
    assert (denied.status_code, "IS01" in {p["rule"] for p in denied.json()["problems"]}) == (403, True)
    moved = client.post(AT, {**asked, "digest": "0" * 64}, JSON, headers=mine)
    assert (moved.status_code, moved.json()["problems"][0]["rule"]) == (409, "IS03")
    malformed: list[Any] = [{}, {**asked, "more": 1}, {"place": 1, "digest": ""}, [], {**asked, "signed": "text"}]
    for bad in malformed:
        answer = client.post(AT, msgspec.json.encode(bad), JSON, headers=mine)
        assert answer.status_code == 422, bad
        assert answer.json()["problems"]
    assert client.post(AT, b"{", JSON, headers=mine).status_code == 400
    assert client.post(f"{AT}/x/status", {"state": "lost", "reason": "x"}, JSON, headers=mine).status_code == 422


def test_keys_through_the_api(desk: Desk, client: Client) -> None:
    buyer = token(desk, "bob", "buyer")
    assert client.get("/api/v1/keys").status_code == 401
    assert client.get("/api/v1/keys", headers=buyer).json()["keys"] == []
    made = client.post("/api/v1/keys", {"name": "Osaka Kagaku K.K."}, JSON, headers=buyer)
    assert (made.status_code, made.json()["value"]["custody"]) == (201, "platform")
    key = made.json()["key"]
    vouching = {"organisation": "buyer", "name": "Osaka Kagaku K.K.", "uscc": ""}
    assert client.post(f"/api/v1/keys/{key}/vouched", vouching, JSON, headers=buyer).status_code == 403
    olga = token(desk, "olga", "region", "operator")
    assert client.post(f"/api/v1/keys/{key}/vouched", vouching, JSON, headers=olga).json()["vouched"]["name"]
    assert (
        client.post(
            f"/api/v1/keys/{key}/revoked", {"reason": "lost"}, JSON, headers=token(desk, "eve", "evil")
        ).status_code
        == 403
    )
    assert (
        client.post(f"/api/v1/keys/{key}/revoked", {"reason": "lost"}, JSON, headers=buyer).json()["revoked"]["reason"]
        == "lost"
    )
    text = client.get(f"/api/v1/keys/{key}/challenge", headers=buyer).content.decode()
    assert text == f"entrepot key {desk.store.origin} buyer {key} {desk.today()}"


def test_a_status_list_is_for_anybody_signed_by_the_operator_and_follows_what_was_said(
    desk: Desk, client: Client, clock: Clock
) -> None:
    made = issue(desk, "D1", "documents.invoice", digest(desk), ANN)
    document = msgspec.json.decode(bytes_of(desk, "D1", made.document, "credential", ANN).data)
    answer = client.get("/status/revocation-1")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/vc+json")
    assert "public" in answer["Cache-Control"]
    operator = client.get("/status/operator").json()["id"]
    assert operator == operator_key(desk).did
    listed = verify_credential(answer.content, now=clock.now, trusted={operator: "operator"})
    assert listed.accepted
    assert client.get("/status/revocation-1").content == answer.content, "signed once while nothing moves"

    def standing() -> list[str]:
        found = check_status(document, lambda url: source(desk, url), now=clock.now, trusted={operator: "operator"})
        return [check.result for check in found]

    assert standing() == ["holds", "holds"]
    change(desk, "D1", made.document, "suspended", "a question", ANN)
    assert standing() == ["holds", "fails"]
    change(desk, "D1", made.document, "revoked", "a slip", ANN)
    assert standing() == ["fails", "holds"]
    clock.now += timedelta(hours=25)
    assert standing() == ["fails", "holds"], "a list is signed anew before it runs out"
    text = client.get("/status/suspension-1").content.decode()
    assert not re.search(f"{made.document}|Yichang|documents", text), "a list names nobody"


@pytest.mark.parametrize(
    "name", ["revocation-2", "revocation-0", "revocation-01", "refresh-1", "revocation-1.json", "x" * 300]
)
def test_there_is_no_other_list(desk: Desk, client: Client, name: str) -> None:
    issue(desk, "D1", "documents.invoice", digest(desk), ANN)
    assert client.get(f"/status/{name}").status_code == 404
    assert signed_list(desk, name) is None
    assert source(desk, "https://elsewhere.example/status/revocation-1") is None


def issued_by_page(client: Client, place: str = "documents.invoice") -> str:
    page = client.get("/d/D1/documents").content.decode()
    form = next(part for part in page.split("<form")[1:] if f'value="{place}"' in part)
    fields: dict[str, Any] = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    fields.pop("csrfmiddlewaretoken", None)
    answer = client.post("/d/D1/documents", {**fields, "confirm": "seen"})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"]).partition("?")[0]


def test_the_pages_issue_correct_show_and_disclose(desk: Desk, client: Client) -> None:
    assert "no key" in client.get("/d/D1/documents").content.decode()
    assert client.post("/keys", {"verb": "make", "name": "Yichang Acid Co., Ltd."}).status_code == 302
    at = issued_by_page(client)
    page = client.get(at).content.decode()
    assert "INV-7" in page
    assert "phosphoric acid" in page
    assert client.get(f"{at}/file/pdf").content.startswith(b"%PDF-")
    assert "12360" not in client.get(f"{at}?preset=buyer").content.decode().partition('id="h-part"')[2]
    given = client.post(f"{at}/disclose", {"preset": "buyer", "to": "Osaka Kagaku K.K."})
    assert given.content.count(b"~") > 3
    assert "Osaka Kagaku K.K." in client.get(at).content.decode().partition('id="h-part"')[2]
    amend(desk)
    later = issued_by_page(client)
    assert "replaced" in client.get(at).content.decode()
    assert client.post(f"{later}/status", {"state": "revoked", "reason": "a slip"}).status_code == 302
    assert "revoked" in client.get(later).content.decode()
    assert client.post(f"{later}/status", {"state": "gone", "reason": "x"}).status_code == 422
    client.cookies["entrepot_language"] = "zh"
    assert "签名文件" in client.get("/d/D1/documents").content.decode()
    assert "已撤销" in client.get(later).content.decode()


def test_keys_on_the_page_and_the_way_there_from_the_sheet(desk: Desk, client: Client) -> None:
    assert '/d/D1/documents"' in client.get("/d/D1").content.decode()
    client.post("/keys", {"verb": "make", "name": "Yichang Acid Co., Ltd."})
    (held,) = keys_of(desk, "sandbox-exporter")
    assert held.did in client.get("/keys").content.decode()
    assert (
        client.post(
            "/keys", {"verb": "vouch", "of": "sandbox-exporter", "key": held.key, "name": "x", "uscc": ""}
        ).status_code
        == 403
    )
    client.cookies["entrepot_role"] = "operator"
    answer = client.post(
        "/keys",
        {"verb": "vouch", "of": "sandbox-exporter", "key": held.key, "name": "Yichang", "uscc": "91420500MA4ABCDE0X"},
    )
    assert answer.status_code == 302
    assert "91420500MA4ABCDE0X" in client.get("/keys?of=sandbox-exporter").content.decode()
    client.cookies["entrepot_role"] = "exporter"
    assert client.post("/keys", {"verb": "revoke", "key": held.key, "reason": "lost"}).status_code == 302
    assert keys_of(desk, "sandbox-exporter")[0].revoked is not None
    assert "<code>entrepot key " in client.get(f"/keys?key={held.key}").content.decode()


def test_the_commands(installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = f"sqlite:///{tmp_path / 'cli.sqlite3'}"
    with_desk = setting.open_desk(store, "sandbox")
    sold(with_desk, key=False)
    with_desk.store.close()

    def run(*words: str, fails: bool = False) -> str:
        result = CliRunner().invoke(cli.app, [*words, "--store", store])
        assert (result.exit_code != 0) == fails, result.output
        return result.output

    run("issue", "D1", "invoice", fails=True)
    run("key", "make", "Yichang Acid Co., Ltd.")
    assert "not vouched for" in run("key", "list")
    out = run("issue", "D1", "invoice", "--out", str(tmp_path / "out"), "--confirm", "read line by line")
    document = re.search(r"issued: (\S+)", out)
    assert document is not None
    assert {path.suffix for path in (tmp_path / "out").iterdir()} == {".json", ".pdf", ".txt", ".sd-jwt"}
    assert "issued as" in run("documents", "D1")
    assert "grandTotal" in run("disclose", "D1", document[1], "--preset", "bank", "--to", "Bank")
    assert "suspended" in run("revoke", "D1", document[1], "--reason", "a question", "--suspend")
    assert "revoked" in run("revoke", "D1", document[1], "--reason", "a slip")
    run("issue", "D1", "nothing", fails=True)
    home = SigningKey.from_seed(bytes(range(32)))
    asked = run("key", "challenge", home.key.multikey).strip()
    run("key", "register", home.key.multikey, b64encode(home.sign(asked.encode())).decode(), "Yichang Acid Co., Ltd.")
    path = tmp_path / "to-sign.json"
    run("issue", "D1", "contract", "--prepare", str(path), "--confirm", "read line by line")
    to_sign = msgspec.json.decode(path.read_bytes())
    document, proof = to_sign["document"], to_sign["document"].pop("proof")
    signature = home.sign(bytes.fromhex(to_sign["signing_input"]))
    run("issue", "D1", "contract", "--signed", str(path), fails=True)
    path.write_bytes(msgspec.json.encode(with_proof(document, proof, signature)))
    assert "issued: " in run("issue", "D1", "contract", "--signed", str(path))
