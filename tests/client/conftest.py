"""A portal on the loopback interface for the client to speak to."""

import threading
from collections.abc import Iterator
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from msgspec import Struct

from entrepot.portal.desk import Desk
from entrepot.store.tokens import new_token
from entrepot_client import Client
from tests.portal.stage import ANN, LINE_ONE, OPENING, open_desk
from tests.portal.web import client_of


class Portal(Struct):
    """Where it is reached, its desk, and a token of acme's."""

    address: str
    desk: Desk
    token: str


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nothing: tests tell what matters."""


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    desk = open_desk(tmp_path_factory.mktemp("store"))
    client_of(desk)  # settings
    from entrepot.portal.wsgi import application_on

    server = make_server("127.0.0.1", 0, application_on(desk), _Server, _Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    desk.store.start_log()  # events come in the order of the log
    desk.say("D1", [*OPENING, LINE_ONE], ANN)
    yield Portal(f"http://localhost:{server.server_port}", desk, new_token(desk.store, "ann", "acme", ("administer",)))
    server.shutdown()
    server.server_close()
    desk.store.close()


@pytest.fixture
def client(portal: Portal) -> Iterator[Client]:
    with Client(portal.address, portal.token) as client:
        yield client
