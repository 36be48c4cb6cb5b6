"""Titles over HTTP and at the keyboard: pages in both languages, the API, many at once, from a trade to its bill and back."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from entrepot.channels.online import Voice
from entrepot.gateways.credentials.data_integrity import with_proof
from entrepot.gateways.credentials.keys import SigningKey
from entrepot.portal import titles
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.portal.titles_export import verify_title
from entrepot.store.tokens import new_token
from tests.portal.test_titles import own_key
from tests.portal.title_stage import BANK, BUYER, CARRIER, SHIPPER, bill, issued, receipt, staged, voice
from tests.portal.web import client_of

FIRMS = (CARRIER, SHIPPER, BUYER, BANK)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = staged(tmp_path)
    yield desk
    desk.store.close()


@pytest.fixture
def tokens(desk: Desk) -> dict[str, str]:
    return {firm: new_token(desk.store, f"person of {firm}", firm) for firm in FIRMS}


def page_of(desk: Desk, token: str, language: str = "en") -> Client:
    client = client_of(desk)
    client.cookies["entrepot_token"] = token
    client.cookies["entrepot_language"] = language
    return client


def ask(client: Client, token: str, verb: str, path: str, body: Any = None) -> tuple[int, Any]:
    data = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
    answer = getattr(client, verb)(f"/api/v1/titles{path}", HTTP_AUTHORIZATION=f"Bearer {token}", **data)
    kind = answer.headers["Content-Type"]
    return answer.status_code, json.loads(answer.content) if "json" in kind else answer.content


def face() -> Any:
    from entrepot.modules.titles.rules.steps import plain

    return plain(bill())


def test_the_api_carries_a_title_from_issue_to_delivery(desk: Desk, tokens: dict[str, str]) -> None:
    client = client_of(desk)
    status, taken = ask(client, tokens[CARRIER], "post", "", {"to": SHIPPER, "document": face()})
    assert status == 201
    title = taken["title"]
    assert ask(client, tokens[SHIPPER], "post", f"/{title}/steps", {"action": "transfer", "to": BUYER})[0] == 201
    status, told = ask(client, tokens[BUYER], "get", f"/{title}")
    assert (status, told["control"]["holder"], len(told["steps"])) == (200, BUYER, 2)
    assert ask(client, tokens[BANK], "get", f"/{title}")[0] == 404
    assert ask(client, tokens[BANK], "post", f"/{title}/steps", {"action": "transfer", "to": BANK})[0] == 404
    status, refused = ask(client, tokens[SHIPPER], "post", f"/{title}/steps", {"action": "transfer", "to": BANK})
    assert status in (403, 409, 422)
    assert refused["problems"][0]["rule"] in {"TI003", "TI038", "TI005"}
    assert (
        ask(client, tokens[BUYER], "post", f"/{title}/steps", {"action": "surrender", "purpose": "delivery"})[0] == 201
    )
    assert ask(client, tokens[CARRIER], "post", f"/{title}/steps", {"action": "accept"})[0] == 201
    status, listed = ask(client, tokens[BUYER], "get", "")
    assert [(one["id"], one["state"]) for one in listed["titles"]] == [(title, "delivered")]
    status, told = ask(client, tokens[BUYER], "get", f"/{title}/file")
    assert verify_title(json.dumps(told).encode(), log=desk.store.log_key).accepted
    assert ask(client, tokens[BUYER], "get", f"/{title}/dcsa")[1]["lacking"]


def test_a_step_is_prepared_signed_at_home_and_handed_in(desk: Desk, tokens: dict[str, str]) -> None:
    key: SigningKey = own_key(desk, BANK)
    title = issued(desk, to=BANK)
    client = client_of(desk)
    status, told = ask(
        client, tokens[BANK], "post", f"/{title}/steps", {"action": "transfer", "to": BUYER, "prepare": True}
    )
    assert status == 200
    proof = told["step"].pop("proof")
    body = with_proof(told["step"], proof, key.sign(bytes.fromhex(told["signing_input"])))
    assert ask(client, tokens[BANK], "post", f"/{title}/steps", {"signed": body})[0] == 201
    assert ask(client, tokens[BANK], "post", f"/{title}/steps", {"signed": body})[0] == 200


def test_of_many_requests_at_once_one_moves_the_title(desk: Desk, tokens: dict[str, str]) -> None:
    title = issued(desk)
    client_of(desk)
    gate = threading.Barrier(8)
    statuses: list[tuple[int, Any]] = []
    settings: dict[str, Any] = {"HTTP_HOST": "localhost", "entrepot.desk": desk}

    def run(to: str) -> None:
        client = Client(**settings)
        gate.wait()
        statuses.append(ask(client, tokens[SHIPPER], "post", f"/{title}/steps", {"action": "transfer", "to": to}))

    threads = [threading.Thread(target=run, args=((BUYER, BANK)[place % 2],)) for place in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(status == 201 for status, _ in statuses) == [False] * 7 + [True]
    assert all(told["problems"][0]["what"]["zh"] for status, told in statuses if status != 201)
    assert titles.opened(desk, voice(CARRIER), title).control.number == 2


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_pages_show_and_do(desk: Desk, tokens: dict[str, str], language: str) -> None:
    title = issued(desk)
    shipper, buyer = page_of(desk, tokens[SHIPPER], language), page_of(desk, tokens[BUYER], language)
    words = {
        "en": ("Held by you", "What you may do now", "Sign and do"),
        "zh": ("由您持有", "当前可办事项", "签署并办理"),
    }[language]
    assert words[0] in shipper.get("/titles").content.decode()
    text = shipper.get(f"/titles/{title}").content.decode()
    assert words[1] in text
    assert words[2] in text
    assert buyer.get(f"/titles/{title}").status_code == 404
    bad = shipper.post(f"/titles/{title}/steps", {"action": "transfer", "to": "nobody"})
    assert bad.status_code == 422
    assert "nobody" in bad.content.decode()
    done = shipper.post(f"/titles/{title}/steps", {"action": "transfer", "to": BUYER})
    assert (done.status_code, done.headers["Location"]) == (302, f"/titles/{title}?done=1")
    past = shipper.get(f"/titles/{title}").content.decode()
    assert words[2] not in past
    assert buyer.get(f"/titles/{title}").status_code == 200
    statement = titles.statement_id(titles.opened(desk, voice(BUYER), title).chain.steps[0])
    assert buyer.get(f"/titles/{title}/receipts/{statement}").content.startswith(b"c2sp.org/tlog-proof")
    assert buyer.get(f"/titles/{title}/receipts/other").status_code == 404
    assert buyer.post(f"/titles/{title}/steps", {"action": "steal"}).status_code == 422


def test_a_receipt_is_split_on_the_page(desk: Desk, tokens: dict[str, str]) -> None:
    title = issued(desk, receipt(), BANK)
    assert page_of(desk, tokens[BANK]).post(f"/titles/{title}/steps", {"action": "surrender split"}).status_code == 302
    carrier = page_of(desk, tokens[CARRIER])
    for parts, status in (("1=600\n1=399", 422), ("1=600\nnonsense", 422), ("", 422), ("1=600\n1=400", 302)):
        assert carrier.post(f"/titles/{title}/steps", {"action": "split", "parts": parts}).status_code == status
    assert "split into" in carrier.get(f"/titles/{title}").content.decode()


def trade(desk: Desk) -> str:
    """A trade by sea of the shipper, with the line as its carrier and the buyer as importer."""
    drafts = [
        Draft("dossier.opened", {"kind": "trade", "reference": "PO-9"}),
        Draft("dossier.member", {"roles": ["carrier"]}, CARRIER),
        Draft("dossier.member", {"roles": ["importer"]}, BUYER),
        Draft("transport.plan", {"mode": "2", "conveyance": "EXAMPLE STAR", "voyage": "118N", "bill_no": "EXBL118",
                                 "bill_date": "2026-06-20", "loading_port": "CNSHA", "discharge_port": "JPOSA"}),
        Draft("goods.line", {"description": "Centrifugal pumps", "hs": "84137099", "quantity": "480", "unit": "piece"}, "1"),
        Draft("trade.party", {"name": "Example Gorges Co."}, "exporter"),
        Draft("trade.party", {"name": "Example Kansai K.K."}, "importer"),
    ]  # fmt: skip
    desk.say("TRADE-9", drafts, voice(SHIPPER))
    return "TRADE-9"


def test_a_bill_is_drafted_from_its_trade_and_both_name_each_other(desk: Desk, tokens: dict[str, str]) -> None:
    dossier = trade(desk)
    carrier = page_of(desk, tokens[CARRIER])
    assert f"/d/{dossier}/title" in carrier.get(f"/d/{dossier}").content.decode()
    assert "Centrifugal pumps" in carrier.get(f"/d/{dossier}/title").content.decode()
    answer = carrier.post(f"/d/{dossier}/title", {"form": "order", "to": SHIPPER, "law": "GBR"})
    assert answer.status_code == 302, answer.content.decode()
    title = answer.headers["Location"].split("/")[-1].partition("?")[0]
    shipper = page_of(desk, tokens[SHIPPER])
    assert f"/titles/{title}" in shipper.get(f"/d/{dossier}").content.decode()
    assert f"/titles/{title}" not in page_of(desk, tokens[BUYER]).get(f"/d/{dossier}").content.decode()  # not in it yet
    text = shipper.get(f"/titles/{title}").content.decode()
    assert f"/d/{dossier}" in text
    whole = titles.opened(desk, voice(SHIPPER), title)
    document = whole.documents[whole.control.content]
    assert (document.trade, document.shipper.organisation, str(document.goods[0].quantity)) == (dossier, SHIPPER, "480")
    titles.take(desk, voice(SHIPPER), title, "transfer", to=BANK)
    assert page_of(desk, tokens[BANK]).get(f"/titles/{title}").status_code == 200
    assert page_of(desk, tokens[BANK]).get(f"/d/{dossier}").status_code == 404  # the title shows nothing of the trade


def test_who_has_no_part_in_a_trade_issues_nothing_on_it(desk: Desk, tokens: dict[str, str]) -> None:
    dossier = trade(desk)
    client = client_of(desk)
    assert ask(client, tokens[BANK], "post", "", {"to": SHIPPER, "trade": dossier})[0] == 404
    assert ask(client, tokens[BUYER], "post", "", {"to": SHIPPER, "trade": dossier})[0] in (403, 422)
    assert desk.store.dossiers(BUYER, "title", named="title.seen") == []


def test_an_operator_sees_every_title_and_moves_none(desk: Desk) -> None:
    title = issued(desk)
    token = new_token(desk.store, "op", "operator", ("operator",))
    client = client_of(desk)
    assert ask(client, token, "get", f"/{title}")[0] == 200
    assert [one["id"] for one in ask(client, token, "get", "")[1]["titles"]] == [title]
    status, refused = ask(client, token, "post", f"/{title}/steps", {"action": "transfer", "to": BANK})
    assert (status, refused["problems"][0]["rule"]) in {(403, "TI038"), (422, "TI038")}
    assert isinstance(voice(CARRIER), Voice)
