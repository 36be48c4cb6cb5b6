"""The WSGI application: Django with a desk in its environment."""

import atexit
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from typing import Any

from entrepot.portal import setting
from entrepot.portal.desk import Desk
from entrepot.portal.exits import NOT_OPEN, told
from entrepot.portal.sandboxes import SANDBOX, Beside, choosing, open_beside
from entrepot.portal.serving import URL
from entrepot.portal.setting import Here
from entrepot.store.database import Dialect, StoreError

PAUSE_SECONDS = 2.0
API = "/api/"
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def application_on(desk: Desk, beside: Beside | None = None) -> Application:
    """Django's application with this desk, and where one is beside it, the sandbox for its hosts; views find theirs in the request's
    environment."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "entrepot.portal.settings"
    import django
    from django.core.handlers.exception import convert_exception_to_response
    from django.core.handlers.wsgi import WSGIHandler

    from entrepot.portal.versions import versioned
    from entrepot.portal.web import WITHOUT_END, Request, guard

    django.setup(set_prefix=False)

    class Handler(WSGIHandler):
        """What pages need beyond the guard - sessions, forgery tokens, languages - steps aside for the API: its machines bring
        their proof with every request."""

        request_class = Request

        def load_middleware(self, is_async: bool = False) -> None:
            super().load_middleware(is_async)
            itself: Any = self
            pages = itself._middleware_chain
            told: Any = convert_exception_to_response(itself._get_response)
            machines = guard(versioned(told))
            self._middleware_chain = lambda request: (machines if request.path_info.startswith(API) else pages)(request)

    return _Application(Handler(), choosing(desk, beside), WITHOUT_END, desk.store.database.dialect)


class _Application:
    """As WSGI has it, and beside it `together`: what the server may hand over many at once, by the same choice of desk."""

    def __init__(
        self, handler: Application, chosen: Callable[[dict[str, Any]], Here], without_end: int, dialect: Dialect
    ) -> None:
        from entrepot.portal.together import Together  # Django's settings must be there first

        self._handler, self._chosen, self._without_end = handler, chosen, str(without_end)
        self.together = Together(chosen, dialect)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        here = self._chosen(environ)
        if environ.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked" and not environ.get("CONTENT_LENGTH"):
            # Without a length Django takes a body for empty; the server ends the stream where the chunks end.
            environ["CONTENT_LENGTH"] = self._without_end
        with setting.working(here):
            return self._handler(environ, start_response)


def _work_off(work: Callable[[], int], stopping: threading.Event, here: Here) -> None:
    """Do what the outbox holds, again and again, until the process ends."""
    while not stopping.wait(PAUSE_SECONDS):
        try:
            with setting.working(here):
                work()
        except Exception:  # the database may be away for a while: what is due stays due
            logging.getLogger(__name__).exception("the outbox could not be worked off")


def _works(desk: Desk, stopping: threading.Event) -> dict[str, Callable[[], int]]:
    """What is done behind for a desk, by name."""
    from entrepot.portal.audit.works import works as works_of_audit
    from entrepot.portal.push.works import works as works_of_push
    from entrepot.portal.work.works import works as works_of_work

    # Messages leave while a scan is being read, which takes minutes.
    works: dict[str, Callable[[], int]] = {
        "courier": desk.deliver,
        "reader": partial(desk.read_waiting, stopping.is_set),
    }
    if desk.witnessing is not None:
        works |= desk.witnessing.works()
    if desk.timestamping is not None:
        works |= desk.timestamping.works()
    works |= works_of_audit(desk, stopping.is_set)
    return works | works_of_push(desk, stopping.is_set) | works_of_work(desk, stopping.is_set)


def opened() -> tuple[Application, Callable[[], None]]:
    """The application on this installation's store with its work behind, and what ends both: what is under way is finished, the
    outbox let go of, the log brought up to the last statement. A fault ends the worker with one clear line."""
    try:
        desk = setting.open_desk()
        beside = open_beside(desk)
        application = application_on(desk, beside)
        from entrepot.portal.accounts.migrate import migrate_accounts

        migrate_accounts()
    except Exception as error:
        if told(error) is None:
            raise
        sys.exit(NOT_OPEN)
    stopping = threading.Event()
    served = {"": (desk, Here("", desk.store.nature == SANDBOX))}
    if beside is not None:
        served[f"{SANDBOX}-"] = (beside.desk, Here(beside.address, True))
    threads = [
        threading.Thread(target=_work_off, args=(work, stopping, here), name=f"entrepot-{which}{name}", daemon=True)
        for which, (one, here) in served.items()
        for name, work in _works(one, stopping).items()
    ]

    def close() -> None:
        stopping.set()
        for thread in threads:
            thread.join()
        for one, _ in served.values():
            with suppress(StoreError):  # the next to start brings the log up to the last statement
                one.store.integrate()
            one.store.close()

    for one, _ in served.values():
        one.store.start_log()
    for thread in threads:
        thread.start()
    if address := os.environ.get(URL):
        other = "" if beside is None else f", sandbox: {beside.address}"
        print(f"Entrepôt, {desk.store.nature} store: {address}{other}  (end with Ctrl-C)", flush=True)
    return application, close


def __getattr__(name: str) -> Application:
    """`application`, for any WSGI server, opens the store when it is asked for, not when this file is imported."""
    if name != "application":
        raise AttributeError(name)
    globals()[name], close = opened()
    atexit.register(close)
    made: Application = globals()[name]
    return made
