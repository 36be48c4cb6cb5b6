"""A receiver of webhooks on this machine that does as it is told: answers, fails, hangs, says that it wants no more."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from entrepot.gateways.webhooks import NotSentError, Posted

Answer = Callable[[dict[str, Any], int], int]


class Receiver:
    """What came, in order: headers and events. `answer(event, attempt)` gives the status."""

    def __init__(self, answer: Answer = lambda event, attempt: 204, hang: float = 0.0) -> None:
        self.answer, self.hang = answer, hang
        self.came: list[tuple[Mapping[str, str], bytes]] = []
        self.kept: list[dict[str, Any]] = []
        self._attempts: dict[str, int] = {}
        self._lock = threading.Lock()

    def take(self, headers: Mapping[str, str], body: bytes) -> int:
        event = json.loads(body)
        with self._lock:
            self.came.append((headers, body))
            attempt = self._attempts[event["id"]] = self._attempts.get(event["id"], 0) + 1
        time.sleep(self.hang)
        status = self.answer(event, attempt)
        if 200 <= status < 300:
            with self._lock:
                self.kept.append(event)
        return status

    def post(self, url: str, body: bytes, headers: Mapping[str, str], loopback: bool) -> Posted:
        """As `webhooks.post`, without a network. A status below 100 is no answer at all."""
        status = self.take(headers, body)
        if status < 100:
            raise NotSentError("no answer in time", 1)
        return Posted(status, 1, "as told")


@contextmanager
def listening(receiver: Receiver) -> Iterator[str]:
    """The receiver behind an address of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = receiver.take(dict(self.headers.items()), body)
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
