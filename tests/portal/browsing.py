"""A real browser and a server for it: Debian's Chromium by playwright, and the portal on a desk in threads of this process."""

import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from entrepot.portal.desk import Desk
from tests.portal.web import client_of, place_nobody

FLAGS = "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync --no-first-run --disable-quic"


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A page that was left closes its connections; that is no fault."""


def _elsewhere(work: Callable[[], None]) -> None:
    """Do it in a thread of its own: in the one where playwright works Django asks no database."""
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


@contextmanager
def served(desk: Desk) -> Iterator[str]:
    """The portal on a desk, at the address given, with accounts of nobody."""
    from entrepot.portal.wsgi import application_on

    client_of(desk)  # settles the environment that Django reads
    folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    _elsewhere(lambda: place_nobody(Path(folder.name)))
    server = make_server("127.0.0.1", 0, application_on(desk), server_class=Threads, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        folder.cleanup()


def program() -> str | None:
    """The browser on this machine, if there is one."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@contextmanager
def browsing() -> Iterator[Any]:
    """A browser without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=FLAGS.split())
        try:
            yield browser
        finally:
            browser.close()
