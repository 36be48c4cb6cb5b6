"""A portal in a process of its own, to be killed: `python -m tests.portal.counter.sync_keeper FOLDER PORT`."""

import sys
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

from tests.portal.counter.sync_stage import Portal
from tests.portal.web import client_of


class Quiet(WSGIRequestHandler):
    """Says nothing of each request."""

    def log_message(self, *_: object) -> None:
        return


def main(folder: str, port: str) -> None:
    """Serve until killed."""
    from entrepot.portal.wsgi import application_on

    portal = Portal(Path(folder))
    client_of(portal.desk)  # its settings
    server = make_server("127.0.0.1", int(port), application_on(portal.desk), handler_class=Quiet)
    print("ready", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
