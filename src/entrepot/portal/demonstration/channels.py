"""What a demonstration of two channels needs on this machine: the portal served on loopback, a receiver of webhooks, an encrypted
counter. Each is there while it is used, and nothing of it is left running."""

import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from entrepot.portal.counter import sync_exchange
from entrepot.portal.counter.sync_desk import CounterDesk
from entrepot.portal.desk import Desk
from entrepot.portal.push.subscribing import LOOPBACK
from entrepot.store import sync, vault
from entrepot.store.store import Store

HERE = "127.0.0.1"
LARGEST = 1024 * 1024


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def _served(server: HTTPServer) -> Iterator[str]:
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://{HERE}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def portal(desk: Desk) -> Iterator[str]:
    """The whole portal on a desk, at the address given."""
    from entrepot.portal.wsgi import application_on

    with _served(make_server(HERE, 0, application_on(desk), handler_class=_Quiet)) as address:
        yield address


class Posted:
    """What a receiver was posted: the headers and the bytes."""

    def __init__(self) -> None:
        self.came: list[tuple[dict[str, str], bytes]] = []


@contextmanager
def receiver() -> Iterator[tuple[str, Posted]]:
    """A receiver of webhooks on this machine, which a sandbox may post to for as long as it listens."""
    posted = Posted()

    class Receiving(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            data = self.rfile.read(min(LARGEST, int(self.headers.get("Content-Length", "0"))))
            posted.came.append(({name.lower(): value for name, value in self.headers.items()}, data))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    with _set(LOOPBACK, "1"), _served(HTTPServer((HERE, 0), Receiving)) as address:
        yield f"{address}/events", posted


@contextmanager
def counter(folder: Path, desk: Desk, name: str) -> Iterator[CounterDesk]:
    """A counter in a folder of its own, encrypted under a passphrase that nobody keeps; it knows the law of a desk."""
    with _set(vault.PASSPHRASE, secrets.token_urlsafe(24)):
        vault.lock(folder)
        url = f"sqlcipher:///{folder / 'counter.db'}"
        with closing(Store.open(url, desk.registry, nature=desk.store.nature, keys=folder / "keys")) as store:
            sync.set_place(store, sync_exchange.NAME, name)
            yield CounterDesk(store, desk.law, desk.registry)


@contextmanager
def _set(name: str, value: str) -> Iterator[None]:
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
