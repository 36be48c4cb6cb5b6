"""The server: one worker with threads, the portal and the API on one desk; it ends gracefully on an interrupt."""

import os
import socket
import sys

from entrepot.portal.exits import NOT_OPEN

THREADS = 16  # a client that stalls in the middle of a body holds one of them
URL = "ENTREPOT_URL"


def serve(store: str = "", host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve until interrupted. This process only minds the worker, which opens the store and says where it is served."""
    _check_free(host, port)
    if "entrepot.portal.desk" in sys.modules and os.name == "posix":
        # Somebody has worked here before: start afresh, so that what that left in memory is let go.
        os.execv(
            sys.executable,
            [sys.executable, "-m", "entrepot", "serve", "--store", store, "--host", host, "--port", str(port)],
        )
    from granian import Granian
    from granian.constants import Interfaces
    from granian.errors import FatalError
    from granian.log import LogLevels

    if store:
        os.environ["ENTREPOT_DATABASE"] = store
    os.environ[URL] = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    try:
        Granian(
            "entrepot.portal.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=1,
            blocking_threads=THREADS,
            websockets=False,
            log_level=LogLevels.critical,
        ).serve()
    except FatalError:
        sys.exit(NOT_OPEN)
    except SystemExit as ended:  # the worker, which has said why, could not begin
        sys.exit(NOT_OPEN if ended.code else 0)


def _check_free(host: str, port: int) -> None:
    """One clear line where the address cannot be had. The server itself would share a port with another of its kind."""
    try:
        if not 0 < port < 1 << 16:
            raise OverflowError("a port is a number from 1 to 65535")
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            if os.name == "posix":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (OSError, OverflowError) as error:
        print(f"{host}:{port} cannot be listened on: {error}; name another with --port", file=sys.stderr)
        sys.exit(NOT_OPEN)
