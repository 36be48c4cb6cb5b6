"""Versions of the API, side by side, each with a published end: `/api/versions`, and headers on every answer.

The views speak the newest version alone. What a version changed is a `Change`: a pure function that makes a body of the version
before into one of its own (`up`), and one that makes its answer into one of the version before (`down`). A request of an older
version is carried up through every change since, and its answer down again. Only JSON is carried; what is a stream or a file stays.

A version that is to end is `deprecated_on` a day: its answers bear `Deprecation` (RFC 9745) and, with the last day on which it is
answered, `Sunset` (RFC 8594). Between the two lies at least a year. Afterwards it answers 410, with the way to its successor.
"""

import io
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from msgspec import Struct

from entrepot import __version__
from entrepot.kernel.text import Text
from entrepot.portal.drafts import decoded
from entrepot.portal.web import Response, body_of, desk_of, json_response, problem_response, status_of, told

NOTICE = timedelta(days=365)
LARGEST = 8 * 1024 * 1024
_ADDRESS = re.compile(r"/api/(v[1-9][0-9]?)/(.*)", re.DOTALL)
_JSON = ("application/json", "application/cloudevents-batch+json")
Carried = Callable[[Any], Any]


class Version(Struct, frozen=True, omit_defaults=True):
    """A version: answered since a day, deprecated on one, answered for the last time on one; `successor` is what to use instead."""

    name: str
    since: date
    deprecated_on: date | None = None
    ends_on: date | None = None
    successor: str = ""

    def state(self, day: date) -> str:
        """`current`, `deprecated` or `ended`."""
        if self.ends_on is not None and day > self.ends_on:
            return "ended"
        return "deprecated" if self.deprecated_on is not None and day >= self.deprecated_on else "current"


class Change(Struct, frozen=True):
    """What `version` did to one way of asking: the method, the path behind the version (`dossiers/{id}`), and how bodies of the
    version before become its own (`up`), and its answers those of the version before (`down`)."""

    version: str
    method: str
    place: str
    up: Carried | None = None
    down: Carried | None = None

    def meets(self, method: str, rest: str) -> bool:
        """Whether a request is of this kind."""
        pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(self.place))
        return method == self.method and re.fullmatch(pattern, rest) is not None


class Noted(Struct, frozen=True):
    """An entry of the API's changelog."""

    on: date
    version: str
    what: Text


class Card(Struct, frozen=True, omit_defaults=True):
    """A version as it is listed."""

    name: str
    state: str
    address: str
    since: date
    deprecated_on: date | None = None
    ends_on: date | None = None
    successor: str = ""


class VersionList(Struct, frozen=True):
    """The versions, the newest last; which edition of the platform answers; what changed when."""

    versions: tuple[Card, ...]
    edition: str
    changes: tuple[Noted, ...]


class Versions:
    """The versions of an API, oldest first, the last of which is spoken by the views whose addresses bear the name `written`."""

    def __init__(self, versions: Sequence[Version], changes: Sequence[Change] = (), written: str = "v1") -> None:
        self.versions, self.changes, self.written = tuple(versions), tuple(changes), written
        names = [one.name for one in versions]
        for one in versions:
            if (one.ends_on is not None) > (one.deprecated_on is not None):
                raise ValueError(f"{one.name} ends without having been deprecated")
            if one.ends_on and one.deprecated_on and one.ends_on < one.deprecated_on + NOTICE:
                raise ValueError(f"{one.name} ends less than a year after it was deprecated")
            if one.deprecated_on and one.successor not in names:
                raise ValueError(f"{one.name} has no successor")
        if unknown := {change.version for change in changes} - set(names[1:]):
            raise ValueError(f"changes of no version: {', '.join(sorted(unknown))}")

    def find(self, name: str) -> Version | None:
        """The version of this name."""
        return next((one for one in self.versions if one.name == name), None)

    def as_written(self, name: str, method: str, rest: str, day: date) -> Version | None:
        """The version of this name where it lives on a day and nothing has to be carried over for it to be answered."""
        version = self.find(name)
        carried = name != self.written or version is None or self.since(name, method, rest)
        return None if carried or version is None or version.state(day) == "ended" else version

    def since(self, name: str, method: str, rest: str) -> list[Change]:
        """What changed about a way of asking since a version, oldest first."""
        order = [one.name for one in self.versions]
        newer = order[order.index(name) + 1 :]
        met = [change for change in self.changes if change.version in newer and change.meets(method, rest)]
        return sorted(met, key=lambda change: order.index(change.version))


API = Versions((Version("v1", date(2026, 11, 22)),))
NOTES: tuple[Noted, ...] = (
    Noted(date(2026, 11, 22), "v1", Text("The first version.", "首个版本。")),
    Noted(
        date(2026, 11, 22), "v1",
        Text("Every list takes limit and cursor; the next page is in the header Link.", "所有列表支持 limit 与 cursor；下一页见 Link 头。"),
    ),
)  # fmt: skip


def versioned(
    get_response: Callable[[HttpRequest], HttpResponseBase], api: Versions | None = None
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Answer a request in the version that it names, and say how long that one lives."""

    def answered(request: HttpRequest) -> HttpResponseBase:
        known = api or API
        asked = _ADDRESS.fullmatch(request.path_info)
        version = known.find(asked[1]) if asked else None
        if asked is None or version is None:
            return get_response(request)
        if version.ends_on is not None and version.state(desk_of(request).today()) == "ended":
            response: HttpResponseBase = problem_response(410, detail=f"{version.name} ended; use {version.successor}")
        else:
            response = _carried(request, get_response, known, version.name, asked[2])
        return marked(response, version)

    return answered


def _carried(
    request: HttpRequest, get_response: Callable[..., HttpResponseBase], known: Versions, name: str, rest: str
) -> HttpResponseBase:
    request.path_info = f"/api/{known.written}/{rest}"
    changes = known.since(name, request.method or "", rest)
    if any(change.up for change in changes) and request.content_type == "application/json":
        try:
            body = decoded(body_of(request, LARGEST))
        except Exception as error:
            return problem_response(*status_of(error))
        with suppress(
            LookupError, TypeError, ValueError, AttributeError
        ):  # what nobody can carry the view refuses in its own words
            for change in changes:
                body = change.up(body) if change.up else body
        data, itself = msgspec.json.encode(body), _any(request)
        itself._stream, itself.META["CONTENT_LENGTH"] = io.BytesIO(data), str(len(data))
    response = get_response(request)
    downs = [change.down for change in reversed(changes) if change.down]
    kind = response.get("Content-Type", "").partition(";")[0]
    if downs and response.status_code < 300 and kind in _JSON and isinstance(response, HttpResponse):
        body = msgspec.json.decode(response.content)
        for down in downs:
            body = down(body)
        response.content = msgspec.json.encode(body)
    return response


def _any(value: Any) -> Any:
    return value


def marked(response: Response, version: Version) -> Response:
    """The answer with how long its version lives."""
    response["Entrepot-Version"] = __version__
    if version.deprecated_on is None:
        return response
    response["Deprecation"] = f"@{int(_moment(version.deprecated_on).timestamp())}"
    links = [response["Link"]] if response.has_header("Link") else []
    links += [
        f'</api/{version.successor}/openapi.json>; rel="successor-version"',
        '</api/versions>; rel="deprecation"; type="application/json"',
    ]
    if version.ends_on is not None:
        response["Sunset"] = format_datetime(_moment(version.ends_on + timedelta(days=1)), usegmt=True)
        links.append('</api/versions>; rel="sunset"; type="application/json"')
    response["Link"] = ", ".join(links)
    return response


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def listed(day: date, known: Versions | None = None) -> VersionList:
    """The versions on a day."""
    cards = [
        Card(one.name, one.state(day), f"/api/{one.name}/", one.since, one.deprecated_on, one.ends_on, one.successor)
        for one in (known or API).versions
    ]
    return VersionList(tuple(cards), __version__, NOTES)


def versions(request: HttpRequest) -> HttpResponseBase:
    """The versions of the API, for anybody."""
    return json_response(listed(desk_of(request).today()))


URLS: list[URLPattern] = [path("api/versions", told(versions, "GET", "HEAD"))]
