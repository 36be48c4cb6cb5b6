"""Asking an authority over HTTP: what is sent, and which answers are not taken."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest

from entrepot.gateways.posting import ANSWER_LIMIT
from entrepot.gateways.timestamps import NoTimestampError, ask

REPLY = "application/timestamp-reply"


class Handler(BaseHTTPRequestHandler):
    """Answers as the path says, and keeps what it was asked."""

    asked: ClassVar[list[tuple[str, str, bytes]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append((self.path, self.headers["Content-Type"], body))
        name = self.path.strip("/").partition("?")[0]
        status = {"moved": 302, "broken": 500}.get(name, 200)
        data = bytes(ANSWER_LIMIT + 1) if name == "huge" else b"token"
        self.send_response(status)
        self.send_header("Content-Type", "text/html" if name == "page" else f"{REPLY}; charset=binary")
        self.send_header("Location", "/")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_request_is_posted_as_rfc_3161_says(address: str) -> None:
    assert ask(f"{address}/tsa?policy=1", b"query") == b"token"
    assert Handler.asked[-1] == ("/tsa?policy=1", "application/timestamp-query", b"query")
    assert ask(address, b"query") == b"token"
    assert Handler.asked[-1][0] == "/"


@pytest.mark.parametrize(("path", "reason"), [
    ("moved", "status 302"), ("broken", "status 500"), ("page", "text/html"), ("huge", "more than 65,536 bytes"),
])  # fmt: skip
def test_other_answers_are_not_taken(address: str, path: str, reason: str) -> None:
    before = len(Handler.asked)
    with pytest.raises(NoTimestampError, match=reason):
        ask(f"{address}/{path}", b"query")
    assert len(Handler.asked) == before + 1  # followed nowhere


@pytest.mark.parametrize(
    "url", ["http://tsa.example/", "ftp://127.0.0.1/", "file:///etc/hosts", "http://127.0.0.1.example/", "x"]
)
def test_an_authority_elsewhere_is_reached_by_https_alone(url: str) -> None:
    with pytest.raises(NoTimestampError, match="https"):
        ask(url, b"query")


def test_an_authority_that_is_not_there_is_told() -> None:
    with pytest.raises(NoTimestampError, match="ConnectionRefusedError"):
        ask("http://127.0.0.1:9/", b"query")
