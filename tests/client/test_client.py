"""The client against a portal: what is said, read and followed; what breaks is tried again without being heard twice."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from entrepot_client import ApiError, AsyncClient, Client, Unreachable, new_id
from entrepot_client.receipts import Rejected
from entrepot_client.topics import CUSTOMS_RELEASE, DOSSIER_OPENED, GOODS_LINE, TRADE_TERMS
from tests.client.conftest import Portal


def answering(*answers: httpx.Response | Exception) -> tuple[Client, list[httpx.Request]]:
    """A client whose requests are answered so, one after the other; it waits for nothing."""
    left, asked = list(answers), list[httpx.Request]()

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        answer = left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    client = Client("http://portal", "secret", transport=httpx.MockTransport(handle))
    waits: list[float] = []
    client.sleep = waits.append
    client.__dict__["waits"] = waits
    return client, asked


def said(*ids: str) -> httpx.Response:
    return httpx.Response(200, json={"dossier": "D", "said": ids, "already": [], "heads": []})


def test_what_is_said_twice_is_heard_once(client: Client) -> None:
    statement = DOSSIER_OPENED.says({"kind": "trade", "reference": "T-1"})
    first = client.say("T-1", [statement])
    assert client.say("T-1", [statement]).already == (statement["id"],)
    assert statement["id"] in first.said


def test_a_topic_checks_its_key_before_anything_is_sent() -> None:
    with pytest.raises(ValueError, match="key of a line"):
        GOODS_LINE.says({"hs": "28092019"})
    with pytest.raises(ValueError, match="no key"):
        TRADE_TERMS.says({}, key="1")


def test_a_line_is_taken_back(client: Client) -> None:
    line = GOODS_LINE.says({"hs": "28092019"}, key="1")
    client.say("T-2", [DOSSIER_OPENED.says({"kind": "trade", "reference": "T-2"}), line])
    client.say("T-2", [GOODS_LINE.takes_back(line["id"], key="1")])
    assert "goods.line" not in {fact.topic for fact in client.read("T-2").facts}


def test_every_problem_is_told_in_both_languages(client: Client) -> None:
    with pytest.raises(ApiError) as refused:
        client.say("D1", [GOODS_LINE.says({"amount": "USD -1", "net_kg": "-2"}, key="1")])
    error = refused.value
    assert (error.status, error.rules) == (422, ("D005", "D005"))
    assert "below zero" in error.told("en")
    assert "小于零" in error.told("zh")
    with pytest.raises(ApiError) as nothing:
        client.read("nowhere")
    assert nothing.value.status == 404


def test_a_wrong_token_is_told(portal: Portal) -> None:
    with Client(portal.address, "wrong") as stranger, pytest.raises(ApiError) as refused:
        next(stranger.dossiers())
    assert refused.value.status == 401


def test_a_role_is_rehearsed_in_a_sandbox(portal: Portal) -> None:
    with Client(portal.address, rehearse="customs") as customs:
        customs.say("D1", [CUSTOMS_RELEASE.says({"released_on": "2026-04-02"}, key="9")])
        assert customs.read("D1").roles == ("customs",)


def test_lists_go_on_to_their_end(client: Client, portal: Portal) -> None:
    names = [f"LIST300{number}" for number in range(5)]
    for name in names:
        client.say(name, [DOSSIER_OPENED.says({"kind": "trade", "reference": name})])
    assert set(names) <= {card.id for card in client.dossiers()}
    assert client.mandates().given == ()
    assert list(client.titles()) == []
    portal.desk.store.integrate()  # words are found in what stands in the log
    assert [found.dossier for found in client.search("LIST3003")] == ["LIST3003"]
    assert len(client.topics()) > 20


def test_a_receipt_is_proven_with_the_logs_key(client: Client, portal: Portal) -> None:
    ids = client.say("T-3", [DOSSIER_OPENED.says({"kind": "trade", "reference": "T-3"})]).said
    key = portal.desk.store.log_key
    proof = client.proof("T-3", ids[0], key)
    assert (proof.statement or {})["id"] == ids[0]
    forged = key.replace(key[-2], "A" if key[-2] != "A" else "B")
    with pytest.raises((Rejected, ValueError)):
        client.proof("T-3", ids[0], forged)


def test_the_receipt_of_another_statement_is_refused(client: Client, portal: Portal) -> None:
    from entrepot_client.receipts import proven

    first, other = (
        client.say(f"T-4{n}", [DOSSIER_OPENED.says({"kind": "trade", "reference": "T"})]).said[0] for n in "ab"
    )
    with pytest.raises(Rejected, match="another statement"):
        proven(client.receipt("T-4a", first), portal.desk.store.log_key, other)


def test_events_go_on_from_where_they_were_kept(client: Client) -> None:
    start = client.events(limit=500).after
    statement = DOSSIER_OPENED.says({"kind": "trade", "reference": "T-5"})
    client.say("T-5", [statement])
    page = client.events(start, wait=10, only={"dossier": ["T-5"], "topic": ["dossier.opened"]})
    assert [event.id for event in page.events] == [statement["id"]]
    assert client.events(page.after, only={"dossier": ["T-5"], "topic": ["dossier.opened"]}).events == ()
    followed = client.follow(start, only={"dossier": ["T-5"]})
    assert next(followed).data.dossier == "T-5"


def test_a_broken_connection_is_tried_again_under_the_same_ids() -> None:
    client, asked = answering(httpx.ConnectError("down"), httpx.ReadError("gone"), said("a"))
    client.say("D", [TRADE_TERMS.says({"payment": "T/T"})])
    bodies = [json.loads(request.content) for request in asked]
    assert len(bodies) == 3
    assert bodies[0] == bodies[1] == bodies[2]
    waits = client.__dict__["waits"]
    assert len(waits) == 2
    assert 0 < waits[0] < waits[1] * 3


def test_what_may_have_been_done_is_not_done_twice() -> None:
    client, asked = answering(httpx.ReadError("gone"))
    with pytest.raises(Unreachable):
        client.give_mandate("agent")
    assert len(asked) == 1


def test_a_rate_limit_is_waited_out() -> None:
    client, asked = answering(httpx.Response(429, headers={"Retry-After": "7"}), httpx.Response(503), said("a"))
    client.say("D", [TRADE_TERMS.says({})])
    assert client.__dict__["waits"][0] >= 7
    assert len(asked) == 3


def test_attempts_have_an_end() -> None:
    client, asked = answering(*[httpx.Response(429)] * 5)
    with pytest.raises(ApiError) as limited:
        client.read("D")
    assert (limited.value.status, len(asked)) == (429, 5)


def test_an_answer_of_a_proxy_is_told_by_its_status() -> None:
    client, _ = answering(httpx.Response(400, text="<html>no</html>"))
    with pytest.raises(ApiError) as refused:
        client.read("D")
    assert (refused.value.status, refused.value.problems) == (400, ())


def results(request: httpx.Request, upto: int, tail: bytes = b"") -> httpx.Response:
    lines = request.content.splitlines()[:upto]
    told = [json.dumps({"line": n, "status": "said", "id": json.loads(one)["id"]}) for n, one in enumerate(lines, 1)]
    return httpx.Response(200, content="\n".join(told).encode() + b"\n" + tail)


def test_a_stream_that_breaks_off_goes_on_with_what_has_no_result() -> None:
    asked: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return results(request, 4, b'{"line": 5, "sta') if len(asked) == 1 else results(request, 99)

    client = Client("http://portal", transport=httpx.MockTransport(handle))
    client.sleep = lambda _: None
    statements = [("D", GOODS_LINE.says({}, key=str(number))) for number in range(10)]
    told = list(client.say_many(iter(statements)))
    assert [line.line for line in told] == list(range(1, 11))
    assert [line.id for line in told] == [statement["id"] for _, statement in statements]
    assert [len(request.content.splitlines()) for request in asked] == [10, 6]


def test_many_statements_are_said_and_bad_ones_told(client: Client) -> None:
    def stream() -> Iterator[tuple[str, Any]]:
        yield "M-1", DOSSIER_OPENED.says({"kind": "trade", "reference": "M-1"})
        for number in range(1, 2_100):
            yield "M-1", GOODS_LINE.says({"net_kg": "1" if number != 1_500 else "-1"}, key=str(number))

    told = list(client.say_many(stream()))
    assert [line.line for line in told] == list(range(1, 2_101))
    assert [line.line for line in told if line.status != "said"] == [1_501]


def test_the_other_client_awaits_the_same(portal: Portal) -> None:
    async def tried() -> tuple[Any, ...]:
        async with AsyncClient(portal.address, portal.token) as client:
            said = await client.say("A-1", [DOSSIER_OPENED.says({"kind": "trade", "reference": "A-1"})])
            cards = [card.id async for card in client.dossiers()]
            lines = [line.status async for line in client.say_many([("A-1", GOODS_LINE.says({}, key="1"))])]
            sheet = await client.read("A-1")
            event = await anext(client.follow(only={"dossier": ["A-1"]}))
            return said.said, cards, lines, sheet.reference, event.subject

    said, cards, lines, reference, subject = asyncio.run(tried())
    assert said
    assert "A-1" in cards
    assert (lines, reference, subject) == (["said"], "A-1", "A-1")


def test_ids_are_uuid7_in_order() -> None:
    ids = [new_id() for _ in range(5_000)]
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)
    assert all(one[14] == "7" and one[19] in "89ab" for one in ids)
