"""The server: one worker with threads, the portal and the API on one desk; it ends gracefully on an interrupt."""

import os
import sys

from entrepot.portal.exits import NOT_OPEN

THREADS = 4
URL = "ENTREPOT_URL"


def serve(store: str = "", host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve until interrupted. This process only minds the worker, which opens the store and says where it is served."""
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
    except (OSError, RuntimeError) as error:
        print(f"{host}:{port} cannot be listened on: {error}", file=sys.stderr)
        sys.exit(NOT_OPEN)
