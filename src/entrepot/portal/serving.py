"""The server: one worker with threads, the portal and the API on one desk; it ends gracefully on an interrupt."""

import os

import typer

from entrepot.portal import setting

THREADS = 8


def serve(store: str = "", host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve until interrupted. The store is opened first, so that a fault is told before anything listens."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    if store:
        os.environ["ENTREPOT_DATABASE"] = store
    with setting.open_store() as opened:
        nature = opened.nature
    typer.echo(f"Entrepôt, {nature} store: http://{host}:{port}  (end with Ctrl-C)")
    Granian(
        "entrepot.portal.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve()
