"""The witness over HTTP (C2SP tlog-witness): `POST /add-checkpoint` and `GET /HASH/checkpoint`.

Loopback unless it is told otherwise; in front of it belongs a proxy that speaks TLS. What comes in is bounded in size, time and number.
"""

import logging
import re
import socket
import sqlite3
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from entrepot_witness.witness import BODY_LIMIT, Answer, Witness

STALL_SECONDS = 10  # without a byte
REQUEST_SECONDS = 30  # from the first byte of a request to its answer, and between two requests of a connection
CONNECTIONS = 64

_LENGTH = re.compile(r"0|[1-9][0-9]{0,9}")
_CHECKPOINT = re.compile(r"/([0-9a-f]{64})/checkpoint")


class Server(ThreadingHTTPServer):
    """The server of one witness. It listens once it is made, on `server_address`."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], witness: Witness) -> None:
        self.witness = witness
        self.due: dict[socket.socket, float] = {}
        self._room = threading.Semaphore(CONNECTIONS)
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        super().__init__(address, Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer in a thread; where there are too many already, whoever comes is let go at once."""
        if not self._room.acquire(blocking=False):
            self.shutdown_request(request)
            return
        self.due[request] = time.monotonic() + REQUEST_SECONDS
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """The thread of one connection."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.due.pop(request, None)
            self._room.release()

    def service_actions(self) -> None:
        """Let go of those who take too long; called twice a second."""
        now = time.monotonic()
        for request, due in list(self.due.items()):
            if due < now:
                try:
                    request.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""
        logging.getLogger(__name__).debug("a connection broke off", exc_info=True)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Server
    protocol_version = "HTTP/1.1"
    timeout = STALL_SECONDS
    wbufsize = 65_536  # an answer leaves in one piece, and at once
    disable_nagle_algorithm = True
    server_version, sys_version = "entrepot-witness", ""

    def do_POST(self) -> None:
        """add-checkpoint."""
        length = self.headers.get("Content-Length", "")
        if self.headers.get("Transfer-Encoding") is not None or not _LENGTH.fullmatch(length):
            return self._last(Answer(411, "a request says its Content-Length\n"))
        if int(length) > BODY_LIMIT:
            return self._last(Answer(413, f"a request has at most {BODY_LIMIT:,} bytes\n"))
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            return self._last(Answer(400, "the request was cut short\n"))
        if self.path != "/add-checkpoint":
            return self._answer(Answer(404, "there is POST /add-checkpoint\n"))
        try:
            self._answer(self.server.witness.add_checkpoint(body))
        except (sqlite3.Error, OSError):
            logging.getLogger(__name__).exception("a checkpoint could not be witnessed")
            self._last(Answer(503, "the state cannot be written; try again\n"))

    def do_GET(self) -> None:
        """What was cosigned last of a log."""
        asked = _CHECKPOINT.fullmatch(self.path)
        note = self.server.witness.checkpoint(asked[1]) if asked else None
        self._answer(Answer(404, "no checkpoint of such a log was cosigned\n") if note is None else Answer(200, note))

    def _last(self, answer: Answer) -> None:
        self.close_connection = True
        self._answer(answer)

    def _answer(self, answer: Answer) -> None:
        data = answer.body.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.media)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)
        self.server.due[self.connection] = time.monotonic() + REQUEST_SECONDS

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are not logged: their number is the log's affair."""
