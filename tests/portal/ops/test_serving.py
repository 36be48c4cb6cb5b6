"""The server as it is run: it restarts, crashes and ends without losing what it acknowledged."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from entrepot.portal.exits import NOT_OPEN
from entrepot.portal.serving import DEATHS_SECONDS, MOST_DEATHS, pause_after
from entrepot.store.database import Database

SANDBOX = {"Entrepot-As": "exporter", "Content-Type": "application/json"}


class Running:
    """A server of ours on a port of its own, and the way to its workers."""

    def __init__(self, home: Path, *options: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.home = home
        environ = {**os.environ, "ENTREPOT_HOME": str(home), "ENTREPOT_LIMITS": "off"}
        environ.pop("ENTREPOT_DATABASE", None)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "entrepot", "serve", "--port", str(self.port), *options], env=environ,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.wait()

    def wait(self) -> None:
        for _ in range(600):
            try:
                assert self.ask("GET", "/healthz")[0] == 200
                return
            except OSError:
                assert self.process.poll() is None
                time.sleep(0.1)
        raise AssertionError("the server did not begin")

    def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, SANDBOX)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def raw(self, data: bytes) -> bytes:
        """What comes back for these bytes, until the server closes or falls silent."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=2) as wire:
            wire.sendall(data)
            heard = b""
            try:
                while piece := wire.recv(65_536):
                    heard += piece
            except TimeoutError:
                pass
        return heard

    def workers(self) -> list[int]:
        text = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in text.split()]

    def end(self) -> int:
        self.process.terminate()
        return self.process.wait(90)


@pytest.fixture
def running(installed: Path, tmp_path: Path) -> Iterator[Running]:
    (tmp_path / "packs").symlink_to(installed / "packs")
    server = Running(tmp_path)
    yield server
    if server.process.poll() is None:
        server.end()


def statement(**more: object) -> bytes:
    return msgspec.json.encode(
        {"dossier": "S1", "topic": "goods.line", "key": uuid.uuid4().hex, "body": {"hs": "28092019"}, **more}
    )


def loaded(server: Running, stop: threading.Event, said: list[str], failed: list[str], dossier: str = "S1") -> None:
    """Says statements, each on a connection of its own, until told to stop."""
    while not stop.is_set():
        try:
            status, body = server.ask("POST", "/api/v1/submissions", statement(dossier=dossier))
            if status == 201:
                said.extend(msgspec.json.decode(body)["said"])
            else:
                failed.append(f"{status} {body[:80]!r}")
        except OSError as error:
            failed.append(repr(error))


@pytest.mark.full
def test_restarts_lose_no_request_and_a_crash_no_statement(running: Running) -> None:
    opening = statement(topic="dossier.opened", key="", body={"kind": "trade", "reference": "S-1"})
    assert running.ask("POST", "/api/v1/submissions", opening)[0] == 201
    stop, said, failed = threading.Event(), list[str](), list[str]()
    speakers = [threading.Thread(target=loaded, args=(running, stop, said, failed)) for _ in range(6)]
    for speaker in speakers:
        speaker.start()
    for _ in range(3):
        before = running.workers()
        running.process.send_signal(signal.SIGHUP)
        for _ in range(400):
            time.sleep(0.1)
            now = running.workers()
            if len(now) == 1 and now != before:
                break
        assert now != before
    assert not failed, failed[:5]
    assert len(said) > 100
    for _ in range(2):  # right after a reload, and again: neither ends the server
        os.kill(running.workers()[0], signal.SIGKILL)
        time.sleep(1)
        running.wait()
    heard = len(said)
    time.sleep(1)
    assert len(said) > heard  # the rest go on
    stop.set()
    for speaker in speakers:
        speaker.join()
    assert len(failed) <= 2 * len(speakers)  # those that were under way when the worker was killed, and no other
    assert running.end() == 0
    with Database(f"sqlite:///{running.home / 'store.sqlite3'}").session() as session:
        kept = {name for (name,) in session.all("SELECT id FROM submission")}
        assert set(said) <= kept
        assert session.all("SELECT count(*) FROM leaf WHERE seq NOT IN (SELECT seq FROM placed)") == [(0,)]


def test_a_worker_that_dies_is_replaced_after_longer_and_longer_pauses() -> None:
    deaths = list[float]()
    pauses = list[float | None]()
    for _ in range(6):
        deaths.append(100.0 + 10 * len(deaths))
        pauses.append(pause_after(deaths))
    assert pauses == [0.0, 1.0, 2.0, 4.0, 8.0, None]
    # What died long ago tells nothing of today.
    assert pause_after([*deaths, deaths[-1] + DEATHS_SECONDS + 1]) == 0.0


@pytest.mark.full
def test_a_worker_that_will_not_live_ends_the_server_with_a_fault(running: Running) -> None:
    for _ in range(MOST_DEATHS + 1):
        for _ in range(200):
            if (workers := running.workers()) or running.process.poll() is not None:
                break
            time.sleep(0.1)
        os.kill(workers[0], signal.SIGKILL)
        while running.process.poll() is None and running.workers() == workers:
            time.sleep(0.05)
    assert running.process.wait(60) == NOT_OPEN


@pytest.mark.full
def test_what_comes_over_the_wire(running: Running) -> None:
    opening = statement(topic="dossier.opened", key="", body={"kind": "trade", "reference": "S-1"})
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(opening), opening)
    head = b"POST /api/v1/submissions HTTP/1.1\r\nHost: localhost\r\nEntrepot-As: exporter\r\n"
    assert b" 201 " in running.raw(head + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + chunked)
    # Two lengths, a length beside chunks: one reading alone is taken, and nothing is left over for the next request.
    assert b" 400 " in running.raw(head + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde")
    smuggled = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
    heard = running.raw(head + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled)
    assert heard.count(b"HTTP/1.1 ") == 1
    assert b" 400 " in running.raw(b"GET /health HTTP/1.1\r\nHost: localhost\r\nHost: other\r\n\r\n")
    assert b" 431 " in running.raw(b"GET /health HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 400_000 + b"\r\n\r\n")
    # Too long: told before a byte of it is sent.
    long = b"POST /d/S1/papers HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000000\r\nExpect: 100-continue\r\n\r\n"
    assert running.raw(long).startswith(b"HTTP/1.1 413 ")
    # One connection, two requests; a head without a body.
    twice = b"HEAD /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
    heard = running.raw(twice + twice)
    assert heard.count(b"HTTP/1.1 200 ") == 2
    assert b'"status"' not in heard
    # Bulk in chunks, answered line by line.
    lines = b"\n".join(statement() for _ in range(50))
    status, told = running.ask("POST", "/api/v1/bulk", lines)
    assert (status, told.count(b'"said"')) == (200, 50)
    # A live stream tells at once, and does not hold the server when it is to end.
    with socket.create_connection(("127.0.0.1", running.port), timeout=10) as wire:
        wire.sendall(b"GET /live?dossier=S1 HTTP/1.1\r\nHost: localhost\r\nEntrepot-As: exporter\r\n\r\n")
        heard = wire.recv(65_536)
        assert running.ask("POST", "/api/v1/submissions", statement())[0] == 201
        while b"event: changed" not in heard:
            piece = wire.recv(65_536)
            assert piece
            heard += piece
        began = time.monotonic()
        assert running.end() == 0
        assert time.monotonic() - began < 30
