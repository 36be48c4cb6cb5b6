"""The witness as a process: over HTTP, under bad clients, killed at the worst moment."""

import http.client
import random
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from entrepot.gateways.witnesses import Cosigned, LastSeen, Refused, UnreachableWitnessError, add_checkpoint
from entrepot_witness import server
from entrepot_witness.witness import BODY_LIMIT, Witness, make_witness
from tests.witness.making import ORIGIN, WITNESS, SmallLog, origin_hash
from tests.witness.processes import command, post, serving


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "w"
    make_witness(made, WITNESS, ["ed25519"])
    witness = Witness(made)
    witness.add_log(SmallLog().key)
    witness.close()
    return made


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    with serving(folder) as (_, address):
        yield address


def test_a_client_asks_and_is_told_what_it_needs_to_ask_again(address: str) -> None:
    log = SmallLog().grow(5)
    assert isinstance(add_checkpoint(address, 0, (), log.note()), Cosigned)
    log.grow(5)
    assert add_checkpoint(f"{address}/", 3, log.path(3), log.note()) == LastSeen(5)
    assert isinstance(add_checkpoint(address, 5, log.path(5), log.note()), Cosigned)
    refused = add_checkpoint(address, 10, (), log.fork(9).grow(1, "lie").note())
    assert isinstance(refused, Refused)
    assert refused.status == 422
    assert post(address, b"", f"/{origin_hash()}/checkpoint")[0] == 404  # it is a GET
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
    connection.request("GET", f"/{origin_hash()}/checkpoint")
    assert connection.getresponse().read().decode().startswith(log.note())
    connection.request("GET", "/../w/ed25519.key")  # the connection is kept
    assert connection.getresponse().status == 404
    connection.close()


def test_bad_clients_are_turned_away_and_the_next_is_served(address: str) -> None:
    log = SmallLog().grow(2)
    assert post(address, b"", headers=[("Content-Length", str(BODY_LIMIT + 1))])[0] == 413
    assert post(address, b"", headers=[("Content-Length", "9" * 30)])[0] == 411
    assert post(address, b"", headers=[("Content-Length", "-1")])[0] == 411
    assert post(address, b"0\r\n\r\n", headers=[("Transfer-Encoding", "chunked")])[0] == 411
    assert post(address, log.request(0), "/add-checkpoint/")[0] == 404
    host, port = urlsplit(address).netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=10) as half:
        half.sendall(b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 400\r\n\r\nold 0\n")
        half.shutdown(socket.SHUT_WR)
        assert half.recv(100).startswith(b"HTTP/1.1 400")
    idle = [socket.create_connection((host, int(port)), timeout=10) for _ in range(20)]
    assert post(address, log.request(0))[0] == 200
    for one in idle:
        one.close()


def test_a_client_that_drips_is_let_go(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "REQUEST_SECONDS", 0.2)
    witness = Witness(folder)
    made = server.Server(("127.0.0.1", 0), witness)
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    host, port = made.server_address[:2]
    with socket.create_connection((str(host), port), timeout=10) as drip:

        def dripping() -> None:
            for letter in b"POST /add-checkpoint HTTP/1.1\r\n" + b"X: y\r\n" * 2000:
                drip.sendall(bytes([letter]))
                threading.Event().wait(0.01)

        with pytest.raises(OSError, match=r"."):
            dripping()
    made.shutdown()
    thread.join()
    made.server_close()
    witness.close()


def test_an_answer_is_never_read_from_elsewhere_or_without_bounds() -> None:
    for url in (
        "http://example.org",
        "http://localhost.example.org",
        "ftp://localhost",
        "file:///etc/passwd",
        "localhost",
        "",
    ):
        with pytest.raises(UnreachableWitnessError, match="https"):
            add_checkpoint(url, 0, (), "")
    answers = {
        b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n" + b"x" * 90_000: "more than",
        b"HTTP/1.1 302 Found\r\nLocation: http://localhost/\r\n\r\n": "status 302",
        b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n": "status 500",
        b"HTTP/1.1 409 Conflict\r\nContent-Length: 2\r\n\r\n5\n": "",
        b"nonsense\r\n\r\n": "BadStatusLine",
    }
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as pool:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"

        def answer(data: bytes) -> None:
            client, _ = listener.accept()
            with client, suppress(OSError):
                asked = b""
                while not asked.endswith(b"note"):  # what is not read when a connection closes breaks it off
                    asked += client.recv(65_536)
                client.sendall(data)

        for data, reason in answers.items():
            pool.submit(answer, data)
            if reason:
                with pytest.raises(UnreachableWitnessError, match=reason):
                    add_checkpoint(url, 0, (), "note")
            else:  # a conflict that does not tell the size in the type it is told in
                assert isinstance(add_checkpoint(url, 0, (), "note"), Refused)


def test_many_at_once_lead_to_one_line_of_trees(address: str, folder: Path) -> None:
    honest = SmallLog().grow(40)
    lie = honest.fork(10).grow(30, "lie")
    bodies = [log.request(old, size) for log in (honest, lie) for size in range(1, 41, 3) for old in (0, size // 2)]
    with ThreadPoolExecutor(6) as pool:
        statuses = list(pool.map(lambda body: post(address, body)[0], bodies))
    assert statuses.count(200) >= 1
    assert set(statuses) <= {200, 409, 422}
    witness = Witness(folder)
    latest = witness.latest(ORIGIN)
    witness.close()
    assert latest is not None
    assert latest.root in (honest.root(latest.size), lie.root(latest.size))


def test_killed_between_state_and_answer_it_remembers_what_it_cosigned(folder: Path) -> None:
    log = SmallLog().grow(5)
    with serving(folder, dying=True) as (process, address):
        with pytest.raises((OSError, http.client.HTTPException)):
            post(address, log.request(0))
        assert process.wait(10) == -9
    lie = log.fork(2).grow(3, "lie")
    with serving(folder) as (_, address):
        assert post(address, lie.request(0)) == (409, "5\n")
        assert post(address, lie.request(5))[0] == 422
        assert post(address, log.request(5))[0] == 200
    shown = command("show", "--folder", str(folder))
    assert "FORK" in shown.stdout
    assert "5 leaves" in shown.stdout


@pytest.mark.full
def test_killed_at_any_moment_it_never_contradicts_itself(folder: Path) -> None:
    honest = SmallLog().grow(400)
    lie = honest.fork(100).grow(300, "lie")
    cosigned: list[tuple[int, bytes]] = []
    seen = 0
    for attempt in range(12):
        with serving(folder) as (process, address):
            threading.Timer(random.uniform(0.02, 0.4), process.kill).start()
            with suppress(OSError, http.client.HTTPException):
                for step in range(1000):
                    log = (honest, lie)[(attempt + step) % 2]
                    size = min(seen + 1, 400)
                    status, text = post(address, log.request(seen, size))
                    if status == 200:
                        cosigned.append((size, log.root(size)))
                        seen = size
                    elif status == 409:
                        seen = int(text)
    assert len(cosigned) > 20
    assert any(all(root == log.root(size) for size, root in cosigned) for log in (honest, lie))
    assert [size for size, _ in cosigned] == sorted(size for size, _ in cosigned)


def test_the_command_tells_what_is_wrong_in_one_line(tmp_path: Path, folder: Path) -> None:
    missing = command("serve", "--folder", str(tmp_path / "nothing"))
    assert (missing.returncode, missing.stderr.count("Traceback")) == (2, 0)
    assert "entrepot-witness init" in missing.stderr
    for key in ("nonsense", SmallLog().key[:-2], "a+b+c"):
        wrong = command("add-log", key, "--folder", str(folder))
        assert (wrong.returncode, wrong.stderr.count("Traceback")) == (2, 0)
    again = command("init", WITNESS, "--folder", str(folder))
    assert "already" in again.stderr
    shown = command("init", "witness.example.org/w2", "--folder", str(tmp_path / "w2"), "--kind", "ml-dsa-44")
    assert shown.stdout.startswith("witness witness.example.org/w2+")
