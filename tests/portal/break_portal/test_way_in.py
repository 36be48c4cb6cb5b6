"""What a stranger sends to the way in: bodies that never come, and names that no database may be asked for."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from entrepot.gateways.sandbox.customs import SandboxCustoms
from entrepot.portal import rsgi
from entrepot.portal.desk import Desk
from entrepot.portal.rsgi import Bridge
from entrepot.store.store import Store
from entrepot.store.tokens import new_token
from tests.portal.ops.test_bridge import Wire, echo, scope, served
from tests.portal.stage import ANN, NOON, OPENING, stage_law, stage_registry
from tests.portal.web import client_of


class Dripping(Wire):
    """A client that sends one byte, and the next just before anybody loses patience."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for _ in range(50):
            yield b"x"
            await asyncio.sleep(0.02)


def broken_off(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    """An application that tells how much of the body came."""
    read = environ["wsgi.input"]
    count = 0
    try:
        while read.read(1):
            count += 1
        start("200 OK", [])
    except OSError:
        start("400 Bad Request", [])
    return [str(count).encode()]


def test_a_long_body_that_only_drips_is_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rsgi, "WHOLE", 4)
    monkeypatch.setattr(rsgi, "STALL_SECONDS", 0.1)
    slow = served(broken_off, scope("POST", "/x", ("content-length", "50")), Dripping)
    assert slow.status == 400
    assert int(slow.body) < 40
    stream = served(broken_off, scope("POST", "/x", ("transfer-encoding", "chunked")), Dripping)
    assert (stream.status, stream.body) == (200, b"50")  # a system may have nothing to say for a while


def test_one_sender_does_not_hold_all_threads_for_long_bodies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rsgi, "WHOLE", 4)
    monkeypatch.setattr(rsgi, "STALL_SECONDS", 0.3)

    async def run() -> tuple[list[int], int]:
        bridge = Bridge(echo, threads=2, sender=lambda environ: environ["HTTP_X_FROM"])
        bridge.__rsgi_init__(asyncio.get_running_loop())

        def head(sender: str) -> Any:
            return scope("POST", "/x", ("content-length", "2000000"), ("x-from", sender))

        held = [Wire(b"a", stall=True) for _ in range(rsgi.STREAM_THREADS + 4)]
        tasks = [asyncio.ensure_future(bridge.__rsgi__(head("mallory"), one)) for one in held]
        await asyncio.sleep(0.05)
        ann = Wire(b"whole")
        await asyncio.wait_for(bridge.__rsgi__(head("ann"), ann), 0.2)
        refused = [one.status for one in held if one.status]
        await asyncio.gather(*tasks, return_exceptions=True)
        again = Wire(b"whole")
        await bridge.__rsgi__(head("mallory"), again)
        assert again.status == 201  # nothing is held against whoever is done
        return refused, ann.status

    refused, ann = asyncio.run(run())
    assert ann == 201
    assert refused == [503] * (rsgi.STREAM_THREADS + 4 - rsgi.LONG_OF_ONE)


@pytest.fixture
def client(url: str, tmp_path: Path) -> Client:
    store = Store.open(url, stage_registry(), nature="sandbox", keys=tmp_path / "keys", clock=lambda: NOON)
    desk = Desk(store, stage_law(), stage_registry(), offices=[SandboxCustoms()])
    desk.say("D1", OPENING, ANN)
    return client_of(desk, HTTP_AUTHORIZATION=f"Bearer {new_token(store, 'ann', 'acme')}")


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/subscriptions/%00", "/api/v1/titles/%00", "/api/v1/dossiers/%00", "/api/v1/dossiers/D1/receipts/%00", "/titles/a%00b",
        "/subscriptions/%00", "/d/D1/papers/%00", "/enterprise/mandates/a/%00",
    ],
)  # fmt: skip
def test_a_name_with_a_null_is_nothing(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404
