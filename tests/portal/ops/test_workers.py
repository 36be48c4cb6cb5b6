"""Two workers on one PostgreSQL, under load: nothing is lost, nothing goes out twice, and one of them at a time writes the log."""

import http.server
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest

from entrepot.channels.online import voice_of
from entrepot.kernel.law import Law
from entrepot.portal import setting
from entrepot.portal.desk import Desk
from entrepot.portal.push.subscribing import LOOPBACK, Asked, make
from entrepot.store.store import Store
from entrepot.store.tokens import new_token
from tests.portal.ops.test_serving import Running, loaded, statement

DOSSIERS, SECONDS = 4, 6.0


@contextmanager
def receiving(heard: list[dict[str, Any]]) -> Iterator[str]:
    """A receiver of webhooks, which notes what comes in the order in which it comes."""

    class Receiver(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(msgspec.json.decode(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def subscribed(url: str, home: Path, address: str) -> None:
    """A store with a subscription to all that the exporter of the sandbox may read."""
    registry = setting.registry()
    with Store.open(url, registry, nature="sandbox", keys=home / "keys") as store:
        voice = voice_of(store, new_token(store, "ann", "sandbox-exporter"))
        assert voice is not None
        make(Desk(store, Law([], {}), registry), voice, Asked("webhook", address, after="start"))


@pytest.mark.full
@pytest.mark.postgres
def test_two_workers_lose_nothing_and_send_nothing_twice(
    fresh_postgres_url: str, installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "packs").symlink_to(installed / "packs")
    monkeypatch.setenv(LOOPBACK, "1")
    heard, said, failed, stop = list[dict[str, Any]](), list[str](), list[str](), threading.Event()
    with receiving(heard) as address:
        subscribed(fresh_postgres_url, tmp_path, address)
        server = Running(tmp_path, "--workers", "2", "--store", fresh_postgres_url)
        try:
            for number in range(DOSSIERS):
                body = {"kind": "trade", "reference": "S"}
                opening = statement(dossier=f"S{number}", topic="dossier.opened", key="", body=body)
                assert server.ask("POST", "/api/v1/submissions", opening)[0] == 201
            assert len(server.workers()) == 2
            speakers = [
                threading.Thread(target=loaded, args=(server, stop, said, failed, f"S{number % DOSSIERS}"))
                for number in range(8)
            ]
            for speaker in speakers:
                speaker.start()
            time.sleep(SECONDS)
            stop.set()
            for speaker in speakers:
                speaker.join()
            end = time.monotonic() + 60
            while time.monotonic() < end and not set(said) <= {event["id"] for event in heard}:
                time.sleep(0.2)
            time.sleep(3)  # for what would come twice
        finally:
            assert server.end() == 0
    assert not failed, failed[:5]
    assert len(said) > 100
    came = [event["id"] for event in heard]
    assert sorted(came) == sorted(set(came))
    assert set(said) <= set(came)
    with psycopg.connect(fresh_postgres_url) as connection:
        rows = connection.execute(
            "SELECT p.place, s.id, s.dossier FROM placed p JOIN submission s ON s.seq = p.seq ORDER BY place"
        )
        placed = rows.fetchall()
    assert [place for place, _, _ in placed] == list(range(len(placed)))  # one log, without a gap
    assert set(said) <= {name for _, name, _ in placed}
    for number in range(DOSSIERS):  # of one dossier they come in the order of the log
        told = [name for name in came if name in (of := {n for _, n, d in placed if d == f"S{number}"})]
        assert told == [name for _, name, _ in placed if name in of and name in set(came)]
