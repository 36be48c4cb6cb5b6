"""The API: the same verbs over HTTP, errors as problems, bulk intake line by line, a description that holds together."""

import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any
from wsgiref.util import setup_testing_defaults

import msgspec
import pytest
from django.test import Client

from entrepot.portal.bulk import LONGEST_LINE, lines_of
from entrepot.portal.desk import Desk
from entrepot.portal.openapi import openapi
from entrepot.portal.setting import registry
from entrepot.portal.wsgi import application_on
from entrepot.store.database import StoreError
from entrepot.store.tokens import list_tokens, new_token, revoke_token
from tests.portal.stage import NOON, open_desk
from tests.portal.web import client_of

OPEN = {"dossier": "D1", "topic": "dossier.opened", "body": {"kind": "trade", "reference": "PO-1"}, "id": "open-1"}
LINE = {
    "dossier": "D1",
    "topic": "goods.line",
    "key": "1",
    "body": {"hs": "28092019", "amount": "USD 12360.00"},
    "id": "line-1",
}
TERMS = {
    "dossier": "D1",
    "topic": "trade.terms",
    "body": {"contract_no": "C-1", "payment": "T/T"},
    "id": "terms-1",
}


@pytest.fixture
def client(desk: Desk) -> Client:
    return client_of(desk)


@pytest.fixture
def ann(desk: Desk) -> dict[str, str]:
    return {"Authorization": f"Bearer {new_token(desk.store, 'ann', 'acme')}"}


def post(client: Client, data: Any, headers: dict[str, str], path: str = "submissions") -> Any:
    return client.post(f"/api/v1/{path}", data, content_type="application/json", headers=headers)


def rules(answer: Any) -> list[str]:
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code
    assert all(problem["what"]["en"] and problem["what"]["zh"] for problem in body.get("problems", []))
    return [problem["rule"] for problem in body.get("problems", [])]


def test_a_dossier_travels_through_every_verb(client: Client, ann: dict[str, str]) -> None:
    said = post(client, [OPEN, LINE, TERMS], ann)
    assert said.status_code == 201
    assert len(said.json()["said"]) == 4
    assert [card["id"] for card in client.get("/api/v1/dossiers", headers=ann).json()["dossiers"]] == ["D1"]
    sheet = client.get("/api/v1/dossiers/D1", headers=ann).json()
    total = next(found for found in sheet["findings"] if found["topic"] == "price.total")
    assert (total["status"], total["value"]["rate"]) == ("found", "0.033")
    why = client.get("/api/v1/dossiers/D1/why/price.total/1?field=rate", headers=ann).json()
    assert (why["value"], why["law"][0]["source"]) == ("0.033", "ZZ-2026")
    digest = next(found["digest"] for found in sheet["findings"] if found["topic"] == "declaration.form")
    sent = post(client, {"digest": digest}, ann, "dossiers/D1/send/declaration.form")
    assert (sent.status_code, sent.json()["status"]) == (200, "sent")
    receipt = client.get("/api/v1/dossiers/D1/receipts/line-1", headers=ann)
    assert receipt.content.startswith(b"c2sp.org/tlog-proof@v1")
    assert client.get("/api/v1/checkpoint").status_code == 200


def test_an_office_answers_through_the_same_door(client: Client, desk: Desk, ann: dict[str, str]) -> None:
    post(client, [OPEN], ann)
    customs = {"Authorization": f"Bearer {new_token(desk.store, 'system', 'customs-1', ('customs',), 'gateway')}"}
    release = {
        "dossier": "D1",
        "topic": "customs.release",
        "key": "9",
        "body": {"released_on": "2026-04-02", "exported_on": "2026-04-01"},
    }
    assert post(client, release, customs).status_code == 201
    fact = next(
        f for f in client.get("/api/v1/dossiers/D1", headers=ann).json()["facts"] if f["topic"] == "customs.release"
    )
    assert (fact["statements"][0]["authority"], fact["statements"][0]["channel"]) == ("gateway", "gateway")


def test_a_retry_is_answered_and_changes_nothing(client: Client, desk: Desk, ann: dict[str, str]) -> None:
    assert post(client, [OPEN, LINE], ann).status_code == 201
    desk.store.clock = lambda: NOON + timedelta(minutes=1)
    again = post(client, [OPEN, LINE], ann)
    assert (again.status_code, again.json()["said"], set(again.json()["already"])) == (200, [], {"open-1", "line-1"})
    other = post(client, {**LINE, "body": {"hs": "1"}}, ann)
    assert (other.status_code, rules(other)) == (409, ["S005"])


@pytest.mark.parametrize(
    ("body", "status", "rule"),
    [
        (b"{", 400, "D002"),
        (b"\xff", 400, "D002"),
        (b"[" * 100_000, 400, "D002"),
        (b'{"dossier": "D9", "dossier": "D1", "topic": "goods.line", "key": "1", "body": {}}', 400, "D002"),
        (b'{"dossier": "D1", "topic": "goods.line", "key": "1", "body": {"hs": "28", "hs": "29"}}', 400, "D002"),
        (
            b'{"dossier": "D1", "topic": "goods.line", "key": "1", "body": {"packages": ' + b"9" * 9000 + b"}}",
            400,
            "D002",
        ),
        (b'{"dossier": ["D1"], "topic": "goods.line", "key": "1", "body": {}}', 422, "D040"),
        (b"[]", 422, "D001"),
        (b"3", 422, "K001"),
        (b'{"dossier": "D1", "topic": "goods.line", "key": "1", "body": {"net_kg": 1.5}}', 422, "K001"),
        (b'{"dossier": "D1", "topic": "goods.line", "key": "1", "body": {}, "colour": 1}', 422, "K002"),
        (b'{"dossier": "D1", "topic": "no.such", "body": {}}', 422, "D014"),
        (
            b'{"dossier": "D1", "topic": "carrier.event", "key": "1", "body": {"event": "loaded", "day": "2026-04-01"}}',
            403,
            "D019",
        ),
        (b'{"dossier": "D1", "topic": "goods.line", "key": "1", "body": {}, "expects": "x"}', 422, "D041"),
        (b'{"dossier": "D1", "topic": "goods.line", "key": "1", "body": {}, "expects": ["x"]}', 409, "S006"),
    ],
)
def test_what_cannot_stand_is_told_as_a_problem(
    client: Client, ann: dict[str, str], body: bytes, status: int, rule: str
) -> None:
    post(client, [OPEN], ann)
    answer = client.post("/api/v1/submissions", body, content_type="application/json", headers=ann)
    assert (answer.status_code, rules(answer)[0]) == (status, rule)


def test_one_call_speaks_of_one_dossier(client: Client, ann: dict[str, str]) -> None:
    assert rules(post(client, [OPEN, {**LINE, "dossier": "D2"}], ann)) == ["D040"]


def test_nobody_is_heard_without_a_token_that_holds(client: Client, desk: Desk, ann: dict[str, str]) -> None:
    post(client, [OPEN], ann)
    ended = new_token(desk.store, "old", "acme", ends=NOON - timedelta(days=1))
    for headers in (
        {},
        {"Authorization": "Bearer no"},
        {"Authorization": "Basic x"},
        {"Authorization": f"Bearer {ended}"},
    ):
        answer = client.get("/api/v1/dossiers/D1", headers=headers)
        assert (answer.status_code, answer["WWW-Authenticate"][:6]) == (401, "Bearer")
    revoke_token(desk.store, next(card.id for card in list_tokens(desk.store) if card.person == "ann"))
    assert client.get("/api/v1/dossiers/D1", headers=ann).status_code == 401


def test_what_one_may_not_see_looks_like_what_is_not_there(client: Client, desk: Desk, ann: dict[str, str]) -> None:
    post(client, [OPEN], ann)
    eve = {"Authorization": f"Bearer {new_token(desk.store, 'eve', 'elsewhere')}"}
    for path in ("", "/why/trade.terms", "/receipts/open-1", "/papers/" + "0" * 64):
        there = client.get(f"/api/v1/dossiers/D1{path}", headers=eve)
        absent = client.get(f"/api/v1/dossiers/D2{path}", headers=eve)
        assert (there.status_code, there.content) == (absent.status_code, absent.content) == (404, there.content)


def test_a_rehearsal_needs_a_sandbox(client: Client, desk: Desk, ann: dict[str, str], tmp_path: Any) -> None:
    post(client, [OPEN], ann)
    auditor = {"Entrepot-As": "auditor"}
    assert client.get("/api/v1/dossiers/D1", headers=auditor).json()["roles"] == ["auditor"]
    live = open_desk(tmp_path / "live", "live")
    try:
        assert client_of(live).get("/api/v1/dossiers", headers=auditor).status_code == 401
    finally:
        live.store.close()


def test_methods_hosts_and_sizes_are_bounded(client: Client, ann: dict[str, str]) -> None:
    wrong = client.get("/api/v1/submissions", headers=ann)
    assert (wrong.status_code, wrong["Allow"]) == (405, "POST")
    assert client.get("/health", headers={"Host": "evil.example"}).status_code == 400
    big = client.post("/api/v1/submissions", b" " * (8 * 1024 * 1024 + 1), content_type="application/json", headers=ann)
    assert big.status_code == 413
    assert client.get("/api/v1/nothing", headers=ann).status_code == 404
    assert rules(client.get("/api/v1/dossiers?limit=many", headers=ann)) == ["D044"]


def test_the_list_is_paged_by_a_cursor(client: Client, ann: dict[str, str]) -> None:
    for number in range(5):
        post(client, [{**OPEN, "dossier": f"D{number}", "id": f"open-{number}"}], ann)
    seen, cursor = [], ""
    while True:
        page = client.get(f"/api/v1/dossiers?limit=2&cursor={cursor}", headers=ann).json()
        seen += [card["id"] for card in page["dossiers"]]
        cursor = page.get("next") or ""
        if not cursor:
            break
    assert seen == ["D4", "D3", "D2", "D1", "D0"]


# -- bulk -------------------------------------------------------------------------------------------------------------


def test_a_bad_line_never_stops_the_others(client: Client, desk: Desk, ann: dict[str, str]) -> None:
    good = [
        OPEN,
        LINE,
        {**OPEN, "dossier": "D2", "id": "open-2"},
        TERMS,
        {**LINE, "dossier": "D2", "id": "line-2"},
        LINE,
    ]
    texts = [msgspec.json.encode(one) for one in good]
    texts[2:2] = [
        b"{",
        b"",
        b'{"topic": "goods.line"}',
        b'{"dossier": "D1", "topic": "goods.line", "key": "1", "body": {"hs": 1}}',
    ]
    texts.append(b"x" * (LONGEST_LINE + 10))
    texts.append(b'{"dossier": "D9", "topic": "goods.line", "key": "1", "body": {}}')
    answer = client.post("/api/v1/bulk", b"\n".join(texts), content_type="application/x-ndjson", headers=ann)
    results = [msgspec.json.decode(line) for line in b"".join(answer).splitlines()]
    told = {one["line"]: (one["status"], [p["rule"] for p in one.get("problems", [])]) for one in results}
    assert told == {
        1: ("said", []), 2: ("said", []), 3: ("refused", ["D002"]), 5: ("refused", ["B002"]), 6: ("refused", ["K001"]),
        7: ("said", []), 8: ("said", []), 9: ("said", []), 10: ("already", []), 11: ("refused", ["B001"]), 12: ("refused", ["D013"]),
    }  # fmt: skip
    assert {fact.topic for fact in desk.read("D2", voice_of(desk, ann)).facts} == {
        "dossier.opened",
        "dossier.member",
        "goods.line",
    }


def voice_of(desk: Desk, headers: dict[str, str]) -> Any:
    from entrepot.channels import online

    return online.voice_of(desk.store, headers["Authorization"].partition(" ")[2])


def test_a_stream_tells_nobody_which_dossiers_there_are(client: Client, desk: Desk, ann: dict[str, str]) -> None:
    post(client, [OPEN], ann)
    eve = {"Authorization": f"Bearer {new_token(desk.store, 'eve', 'elsewhere')}"}
    answers = []
    for dossier in ("D1", "D7"):
        line = msgspec.json.encode({**LINE, "dossier": dossier})
        answer = client.post("/api/v1/bulk", line, content_type="application/x-ndjson", headers=eve)
        answers.append(b"".join(answer).replace(dossier.encode(), b"D"))
    assert answers[0] == answers[1]


def test_the_same_stream_twice_says_nothing_new(client: Client, ann: dict[str, str]) -> None:
    stream = b"\n".join(msgspec.json.encode(one) for one in (OPEN, LINE, TERMS))
    for expected in ("said", "already"):
        answer = client.post("/api/v1/bulk", stream, content_type="application/x-ndjson", headers=ann)
        assert {msgspec.json.decode(line)["status"] for line in b"".join(answer).splitlines()} == {expected}


def test_what_the_store_refuses_leaves_the_rest_of_its_group(client: Client, ann: dict[str, str]) -> None:
    cost = {"line": "1", "document": "special_vat_invoice", "number": "7", "supplier": "s", "base": "CNY 9.00", "vat_rate": "0.13",
            "quantity": "2", "invoiced_quantity": "3", "unit": "t"}  # fmt: skip
    lots = [{"dossier": "D1", "topic": "goods.cost", "key": str(n), "body": cost} for n in (1, 2)]
    stream = b"\n".join(msgspec.json.encode(one) for one in (OPEN, *lots, TERMS))
    answer = client.post("/api/v1/bulk", stream, content_type="application/x-ndjson", headers=ann)
    results = [msgspec.json.decode(line) for line in b"".join(answer).splitlines()]
    assert [one["status"] for one in results] == ["said", "said", "refused", "said"]
    assert results[2]["problems"][0]["rule"] == "S009"


def test_a_store_that_goes_away_ends_the_stream_with_a_problem(
    client: Client, desk: Desk, ann: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: Any) -> None:
        raise StoreError("gone", "不可用")

    monkeypatch.setattr(desk, "say_many", gone)
    answer = client.post("/api/v1/bulk", msgspec.json.encode(OPEN), content_type="application/x-ndjson", headers=ann)
    (last,) = [msgspec.json.decode(line) for line in b"".join(answer).splitlines()]
    assert (last["line"], last["problems"][0]["rule"]) == (0, "B003")


def test_lines_are_cut_without_holding_what_is_too_long() -> None:
    stream = BytesIO(b"a\r\n\n" + b"x" * (3 * LONGEST_LINE) + b"\nb")
    assert list(lines_of(stream.read)) == [b"a", b"", None, b"b"]


# -- description ------------------------------------------------------------------------------------------------------


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for item in node.values():
            yield from references(item)
    elif isinstance(node, list | tuple):
        for item in node:
            yield from references(item)


def test_every_reference_of_the_description_resolves() -> None:
    described = msgspec.json.decode(msgspec.json.encode(openapi(registry())))
    components = described["components"]
    mapped = components["schemas"]["Statement"]["discriminator"]["mapping"].values()
    for reference in {*references(described), *mapped}:
        kind, _, name = reference.removeprefix("#/components/").partition("/")
        assert name in components[kind], reference


def test_every_topic_is_described_with_its_roles() -> None:
    described = openapi(registry())["components"]["schemas"]
    for name, topic in registry().topics.items():
        assert (described[name]["x-say"], described[name]["x-read"]) == (sorted(topic.say), sorted(topic.read))
        if topic.say - {"platform"}:
            assert described[f"say.{name}"]["properties"]["topic"] == {"const": name}


def test_every_path_of_the_description_is_served_and_every_path_served_is_described(client: Client) -> None:
    from entrepot.portal.urls import urlpatterns

    described = openapi(registry())["paths"]
    served = {"/" + re.sub(r"<\w+:(\w+)>", r"{\1}", str(url.pattern)) for url in urlpatterns}
    served = {path for path in served if path.startswith(("/api/v1", "/health"))}
    assert set(described) == served
    for path, verbs in described.items():
        for verb, card in verbs.items():
            filled = path.replace("{id}", "D1").replace("{place}", "a.b").replace("{", "").replace("}", "")
            answer = getattr(client, verb)(filled, headers={})
            assert answer.status_code != 405
            assert (answer.status_code == 401) == (card.get("security") != []), path


def test_what_is_answered_has_the_status_and_the_media_type_of_the_description(
    client: Client, ann: dict[str, str]
) -> None:
    paths = openapi(registry())["paths"]
    statement = {"dossier": "D1", **OPEN}
    asked: list[tuple[str, str, str, Any]] = [
        ("post", "/api/v1/submissions", "submissions", statement), ("post", "/api/v1/submissions", "submissions", statement),
        ("post", "/api/v1/submissions", "submissions", LINE), ("post", "/api/v1/submissions", "submissions", TERMS),
        ("get", "/api/v1/dossiers/{id}/declaration.xml", "dossiers/D1/declaration.xml?format=wco", None),
        ("get", "/api/v1/worklist", "worklist?stage=ready", None), ("post", "/api/v1/dossiers/{id}/part", "dossiers/D1/part", {}),
        ("post", "/api/v1/dossiers/{id}/copy", "dossiers/D1/copy", {"as": "D7"}),
    ]  # fmt: skip
    for verb, path, place, body in asked:
        sent = {} if body is None else {"data": body, "content_type": "application/json"}
        answer = getattr(client, verb)(f"/api/v1/{place}", headers=ann, **sent)
        told = paths[path][verb]["responses"]
        told = told[str(answer.status_code)] if answer.status_code < 400 else told["default"]
        assert {answer["Content-Type"].partition(";")[0], "*/*"} & told["content"].keys(), (place, answer.status_code)


def test_every_topic_page_has_a_schema_and_an_example(client: Client) -> None:
    names = [card["name"] for card in client.get("/api/v1/topics").json()]
    assert "goods.line" in names
    for name in names:
        page = client.get(f"/api/v1/topics/{name}").json()
        assert {"schema", "example", "say", "read"} <= page.keys()
    assert client.get("/api/v1/topics/no.such").status_code == 404


def test_a_body_in_chunks_without_a_length_is_heard_whole(opened: Desk) -> None:
    line = b'{"dossier": "D1", "topic": "goods.line", "key": "%d", "body": {"hs": "280920"}}'
    body = b"\n".join(line % number for number in range(5, 8))
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST", "PATH_INFO": "/api/v1/bulk", "HTTP_HOST": "localhost", "HTTP_TRANSFER_ENCODING": "chunked",
        "HTTP_AUTHORIZATION": f"Bearer {new_token(opened.store, 'ann', 'acme')}", "wsgi.input": BytesIO(body),
    }  # fmt: skip
    setup_testing_defaults(environ)
    client_of(opened)  # settings
    answer = b"".join(application_on(opened)(environ, lambda status, headers: None))
    assert [msgspec.json.decode(one)["status"] for one in answer.splitlines()] == ["said"] * 3
