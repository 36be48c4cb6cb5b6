"""A counter's line to the portal: what breaks off on its way is asked for again, and never taken for an answer."""

import socket
import threading
from collections.abc import Iterator

import pytest

from entrepot.gateways import sync_client
from entrepot.gateways.sync_client import Answered, Portal, Unreachable

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\nConnection: close\r\n\r\n"
CHUNKS = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync_client, "FIRST_PAUSE", 0.001)


@pytest.fixture
def answers() -> Iterator[tuple[list[bytes], str]]:
    """Answers that are given one after the other, byte for byte as they stand, and the address at which they are."""
    waiting = list[bytes]()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(65536)
                    connection.sendall(waiting.pop(0))

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield waiting, f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
    thread.join(10)


@pytest.mark.parametrize("broken", [HEAD, HEAD + b'{"a":1', CHUNKS, CHUNKS + b'b\r\n{"a":1'])
def test_an_answer_that_breaks_off_is_asked_for_again(answers: tuple[list[bytes], str], broken: bytes) -> None:
    waiting, address = answers
    waiting += [broken, HEAD + b'{"a":12345}']
    assert Portal(address, "t")("GET", "/x", None) == Answered(200, b'{"a":12345}')


def test_answers_that_all_break_off_are_none(answers: tuple[list[bytes], str]) -> None:
    waiting, address = answers
    waiting += [HEAD + b'{"a":1'] * sync_client.ATTEMPTS
    with pytest.raises(Unreachable, match="IncompleteRead"):
        Portal(address, "t")("GET", "/x", None)


@pytest.mark.parametrize("address", ["http://portal.example", "ftp://portal.example", "portal.example", "https://"])
def test_words_go_to_no_portal_in_the_open(address: str) -> None:
    with pytest.raises(Unreachable, match="https"):
        Portal(address, "t")
