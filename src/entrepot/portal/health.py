"""Is the server alive (`/healthz`), is it fit to be sent requests (`/readyz`), and what does it measure (`/metrics`)."""

import shutil
from collections.abc import Callable, Mapping

from django.db import DatabaseError, connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from entrepot.portal import setting
from entrepot.portal.desk import Desk
from entrepot.portal.metrics import metrics
from entrepot.portal.sandboxes import beside_of
from entrepot.portal.web import desk_of, json_response, told
from entrepot.store.database import StoreError

LONGEST_LAG_SECONDS = 60.0  # of the log behind what was said
LEAST_FREE = 512 * 1024 * 1024
ENDING = "entrepot.ending"  # in the environment: this worker takes nothing more in


class Unfit(Exception):
    """Why the server should not be sent requests now, in words for anybody."""


def _store(desk: Desk) -> None:
    try:
        queues = desk.store.queues()
    except StoreError as error:
        raise Unfit("the store does not answer") from error
    if queues.step != queues.known_step:
        raise Unfit(f"the store is at step {queues.step}, this version knows {queues.known_step}")


def _log(desk: Desk) -> None:
    try:
        queues = desk.store.queues()
    except StoreError as error:
        raise Unfit("the store does not answer") from error
    if queues.lag > LONGEST_LAG_SECONDS:
        raise Unfit(f"statements wait for {queues.lag:.0f} s to come into the log")


def _packs(desk: Desk) -> None:
    if not desk.law.packs:
        raise Unfit("no pack of law is loaded")


def _disk(desk: Desk) -> None:
    folder = setting.home()
    free = shutil.disk_usage(folder if folder.exists() else ".").free
    if free < LEAST_FREE:
        raise Unfit(f"{free // (1024 * 1024)} MiB are free on the disk")


def _accounts(desk: Desk) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        raise Unfit("the accounts' database does not answer") from error


OF_A_STORE: dict[str, Callable[[Desk], None]] = {"store": _store, "log": _log}
CHECKS: dict[str, Callable[[Desk], None]] = {**OF_A_STORE, "packs": _packs, "disk": _disk, "accounts": _accounts}


def figures(request: HttpRequest) -> HttpResponseBase:
    """What is measured, and how each check stands."""
    desk, sandbox = desk_of(request), _sandbox_of(request)
    stores: dict[str, Desk] = {desk.store.nature: desk} if sandbox is None else {"live": desk, "sandbox": sandbox}
    return metrics(request, stores, lambda: looked(desk))


def healthz(request: HttpRequest) -> HttpResponseBase:
    """The process answers; nothing else is looked at."""
    return json_response({"status": "ok"})


def looked(desk: Desk, checks: Mapping[str, Callable[[Desk], None]] = CHECKS) -> dict[str, str]:
    """Every check with its answer: `ok`, or what is wrong."""
    found = dict[str, str]()
    for name, check in checks.items():
        try:
            check(desk)
            found[name] = "ok"
        except Unfit as error:
            found[name] = str(error)
    return found


def _sandbox_of(request: HttpRequest) -> Desk | None:
    """The desk of the sandbox, where one is served beside the live store that was asked; else None."""
    other = beside_of(request)
    return None if other is None or other.desk is desk_of(request) else other.desk


def readyz(request: HttpRequest) -> HttpResponseBase:
    """Every check with its answer; 503 where one fails, or where this worker is about to end. What is wrong with a sandbox beside is
    told, and takes the live store from nobody: the sandbox is asked under its own host."""
    found = looked(desk_of(request))
    if request.META.get(ENDING):
        found["server"] = "this worker is about to end"
    fit = all(answer == "ok" for answer in found.values())
    if (sandbox := _sandbox_of(request)) is not None:
        found |= {f"sandbox {name}": answer for name, answer in looked(sandbox, OF_A_STORE).items()}
    return json_response({"status": "ok" if fit else "unfit", "checks": found}, 200 if fit else 503)


URLS: list[URLPattern] = [
    path("healthz", told(healthz, "GET", "HEAD")),
    path("readyz", told(readyz, "GET", "HEAD")),
    path("metrics", told(figures, "GET", "HEAD")),
]
