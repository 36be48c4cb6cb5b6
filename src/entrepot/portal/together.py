"""Statements by the API, many at once: the hottest way in.

Requests that come while others are being worked at are answered together (`Desk.say_together`): one question to the database for all
their tokens, one for all their records, one transaction for all they say. Each is told its own answer, the very one it would have got
alone; what is no plain request for `POST /api/v1/submissions` goes the ordinary way.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.urls import resolve

from entrepot.channels import online
from entrepot.channels.online import Voice
from entrepot.portal import api, journal, setting
from entrepot.portal.desk import COUNTING_OFFICE, Asking, Desk
from entrepot.portal.setting import Here
from entrepot.portal.versions import API, Version, marked
from entrepot.portal.web import Request, answered, bounded, desk_of, problem_response, status_of, token_in, voice_of
from entrepot.store.database import Dialect

ADDRESS = "/api/v1/submissions"


class Together:
    """Answers many requests at once; `chosen` puts the desk that a request is for into its environment, and gives where it works."""

    most = 128  # at once

    def __init__(self, chosen: Callable[[dict[str, Any]], Here], dialect: Dialect) -> None:
        self._chosen = chosen
        # Where a server keeps the store, others work while some wait for their commit; a file has one writer anyway.
        self.threads = 1 if dialect == "sqlite" else 2
        self._match = resolve(ADDRESS)

    @staticmethod
    def takes(environ: Mapping[str, Any]) -> bool:
        """Whether a request may be answered with others; its body has been read, whole."""
        return bool(environ["PATH_INFO"] == ADDRESS and environ["REQUEST_METHOD"] == "POST" and _version() is not None)

    def answers(self, environs: Sequence[dict[str, Any]]) -> list[HttpResponse]:
        """The answers, in order. A fault in one is told to that one."""
        began = time.perf_counter()
        requests, names, told = [], [], dict[int, HttpResponse]()
        places: dict[tuple[int, Here], list[int]] = {}
        for at, environ in enumerate(environs):
            here = self._chosen(environ)
            request = Request(environ)
            request.resolver_match = self._match
            requests.append(request)
            names.append(journal.request_id(environ.get("HTTP_X_REQUEST_ID", "")))
            if (refused := bounded(request)) is not None:
                told[at] = refused
            else:
                places.setdefault((id(environ["entrepot.desk"]), here), []).append(at)
        for (_, here), those in places.items():
            with setting.working(here):
                said = _said(desk_of(requests[those[0]]), [requests[at] for at in those])
            version = _version()
            told.update(
                (at, one if version is None else marked(one, version)) for at, one in zip(those, said, strict=True)
            )
        return [answered(requests[at], told[at], names[at], began) for at in range(len(requests))]


def _version() -> Version | None:
    """The version that is answered here, while it lives as it is written; any other goes the ordinary way."""
    return API.as_written("v1", "POST", "submissions", datetime.now(COUNTING_OFFICE).date())


def _said(desk: Desk, requests: Sequence[Request]) -> list[HttpResponse]:
    """Say what requests to one desk ask for."""
    told: dict[int, HttpResponse] = {}
    asked: dict[int, Asking] = {}
    try:
        proven = _proven(desk, requests)
    except Exception as error:
        return [problem_response(*status_of(error)) for _ in requests]
    for at, request in enumerate(requests):
        try:
            asked[at] = api.asking(request, voice_of(request, proven))
        except Exception as error:
            told[at] = problem_response(*status_of(error))
    try:
        results: Sequence[Any] = desk.say_together(list(asked.values()))
    except Exception as error:
        results = [error] * len(asked)
    for at, result in zip(asked, results, strict=True):
        failed = isinstance(result, Exception)
        told[at] = problem_response(*status_of(result)) if failed else api.told_said(result)
    return [told[at] for at in range(len(requests))]


def _proven(desk: Desk, requests: Sequence[Request]) -> dict[str, Voice]:
    return online.voices_of(desk.store, {secret for request in requests if (secret := token_in(request))})
