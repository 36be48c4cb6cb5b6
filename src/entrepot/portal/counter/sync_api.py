"""Handing over over HTTP: `/api/v1/sync/…` for counters with their window token, `/log/counters` for anybody."""

from typing import Any, TypeVar

import msgspec
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from entrepot.channels.online import Voice
from entrepot.kernel.intake import Refusal
from entrepot.portal.counter import sync_portal
from entrepot.portal.counter.sync_wire import LARGEST, SHAPES, SyncHello, SyncLater, SyncPaper, SyncUp
from entrepot.portal.drafts import decoded, problem
from entrepot.portal.web import body_of, desk_of, json_response, told, voice_of
from entrepot.store import sync
from entrepot.store.intake import MAX_CONTENT

__all__ = ["SHAPES", "URLS", "paths"]
T = TypeVar("T")
_DIGITS = 18


def _asked(request: HttpRequest, type: type[T]) -> T:
    data = body_of(request, LARGEST)
    decoded(data)  # one name once
    try:
        return msgspec.json.decode(data, type=type)
    except msgspec.MsgspecError as error:
        raise Refusal(
            (problem("SY30", "body", f"not what is asked here: {error}", "格式不符", "use the same version", "请使用相同版本"),)
        ) from None  # fmt: skip


def _number(request: HttpRequest, name: str, default: int) -> int:
    text = request.GET.get(name, str(default))
    plain = text.removeprefix("-")
    if not (
        plain.isascii() and plain.isdecimal() and len(plain) < _DIGITS and str(int(text)) == text and int(text) >= -1
    ):
        raise Refusal(
            (
                problem(
                    "SY31",
                    name,
                    f"{text[:40]!r} is no place",
                    f"{text[:40]!r} 不是有效位置",
                    "give a whole number",
                    "请填写整数",
                ),
            )
        )
    return int(text)


def _counters(request: HttpRequest) -> Voice:
    return sync_portal.admitted(voice_of(request))


def _whole(response: HttpResponse) -> HttpResponse:
    """With its length told: what breaks off on its way is not taken for all of it."""
    response["Content-Length"] = str(len(response.content))
    return response


def _answer(value: Any) -> HttpResponse:
    return _whole(json_response(value))


def hello(request: HttpRequest) -> HttpResponseBase:
    """Enter the counter, or find it again."""
    return _answer(sync_portal.welcome(desk_of(request), _counters(request), _asked(request, SyncHello)))


def up(request: HttpRequest) -> HttpResponseBase:
    """Hand statements in."""
    return _answer(sync_portal.take(desk_of(request), _counters(request), _asked(request, SyncUp)))


def later(request: HttpRequest) -> HttpResponseBase:
    """Have what was prepared said."""
    voice, asked = _counters(request), _asked(request, SyncLater)
    sync_portal.known_counter(desk_of(request), voice, asked.origin)
    return _answer(sync_portal.say_later(desk_of(request), voice, asked.entries))


def dossiers(request: HttpRequest) -> HttpResponseBase:
    """What the counter may read."""
    cursor = _number(request, "cursor", -1)
    return _answer(sync_portal.dossiers(desk_of(request), _counters(request), cursor if cursor >= 0 else None))


def down(request: HttpRequest, id: str) -> HttpResponseBase:
    """The next statements of a dossier."""
    voice, origin = _counters(request), request.GET.get("origin", "")
    if origin:
        sync_portal.known_counter(desk_of(request), voice, origin)
    after, held, seen = _number(request, "after", -1), _number(request, "held", 0), _number(request, "seen", 0)
    return _answer(sync_portal.down(desk_of(request), voice, id, after, held, origin, seen))


def erased(request: HttpRequest) -> HttpResponseBase:
    """What the law had erased where the counter had a part."""
    voice, origin = _counters(request), request.GET.get("origin", "")
    sync_portal.known_counter(desk_of(request), voice, origin)
    after, seen = _number(request, "after", 0), _number(request, "seen", 0)
    return _answer(sync_portal.erased(desk_of(request), origin, after, seen))


def pack(request: HttpRequest, digest: str) -> HttpResponseBase:
    """A part of a pack."""
    _counters(request)
    data = sync_portal.pack_part(desk_of(request), digest, max(_number(request, "start", 0), 0))
    return _whole(HttpResponse(data, content_type="application/octet-stream"))


def paper(request: HttpRequest, id: str, digest: str) -> HttpResponseBase:
    """A part of a paper."""
    start = max(_number(request, "start", 0), 0)
    data = sync_portal.paper_part(desk_of(request), _counters(request), id, digest, start)
    return _whole(HttpResponse(data, content_type="application/octet-stream"))


def paper_up(request: HttpRequest, digest: str) -> HttpResponseBase:
    """How much of a paper has arrived; and the next part of it."""
    voice, desk, origin = _counters(request), desk_of(request), request.GET.get("origin", "")
    sync_portal.known_counter(desk, voice, origin)
    if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
        raise Refusal(
            (
                problem(
                    "SY31",
                    "digest",
                    "not a SHA-256 in small hex digits",
                    "不是有效的 SHA-256 摘要",
                    "give the paper's digest",
                    "请提供单证摘要",
                ),
            )
        )
    if request.method == "GET":
        return _answer(SyncPaper(sync.arrived(desk.store, digest, origin)))
    start, size = max(_number(request, "start", 0), 0), max(_number(request, "size", 0), 0)
    if size > MAX_CONTENT:
        raise Refusal(
            (problem("S002", "size", "the paper is too large", "单证过大", "hand its parts in apart", "请拆分后提交"),)
        )
    data = body_of(request, sync.PART)
    return _answer(SyncPaper(sync.take_part(desk.store, digest, origin, start, size, data)))


def counters(request: HttpRequest) -> HttpResponseBase:
    """The keys of counters, vouched for by the log."""
    response = HttpResponse(sync_portal.vouched(desk_of(request)), content_type="text/plain; charset=utf-8")
    response["Access-Control-Allow-Origin"] = "*"
    return response


def paths(shapes: dict[str, Any], verb: Any, at: Any, body: Any) -> dict[str, Any]:
    """These doors as the API's description tells them; `verb`, `at` and `body` are its words."""
    place, origin = {"type": "integer", "minimum": -1}, at("origin", "query")
    part = {"type": "string", "contentEncoding": "binary"}
    v1, digest = "/api/v1/sync", at("digest", "path")
    return {
        f"{v1}/counter": {"post": verb("A counter enters, or is found again", shapes["SyncWelcome"], body=body(shapes["SyncHello"]))},
        f"{v1}/up": {"post": verb("Hand in what a counter heard, with proofs", shapes["SyncTaken"], body=body(shapes["SyncUp"]))},
        f"{v1}/later": {
            "post": verb("Have said what was prepared at a counter", {"type": "array", "items": shapes["HandedIn"]},
                         body=body(shapes["SyncLater"]))
        },
        f"{v1}/dossiers": {"get": verb("The dossiers that the counter may read", shapes["SyncDossiers"], at("cursor", "query", place))},
        f"{v1}/dossiers/{{id}}": {
            "get": verb("The next statements of a dossier, with proofs", shapes["SyncDown"], at("id", "path"), at("after", "query", place),
                        at("held", "query", place), origin, at("seen", "query", place))
        },
        f"{v1}/erased": {
            "get": verb("What the law had erased where the counter had a part, with proofs", shapes["SyncErased"], origin,
                        at("after", "query", place), at("seen", "query", place))
        },
        f"{v1}/packs/{{digest}}": {"get": verb("A part of a pack of the portal's law", part, digest, at("start", "query", place))},
        f"{v1}/dossiers/{{id}}/papers/{{digest}}": {
            "get": verb("A part of a paper that the counter may have", part, at("id", "path"), digest, at("start", "query", place))
        },
        f"{v1}/papers/{{digest}}": {
            "get": verb("How much of a paper has arrived", shapes["SyncPaper"], digest, origin),
            "post": verb("The next part of a paper", shapes["SyncPaper"], digest, origin, at("start", "query", place),
                         at("size", "query", place), body=body(part)),
        },
    }  # fmt: skip


URLS: list[URLPattern] = [
    path("api/v1/sync/counter", told(hello, "POST")),
    path("api/v1/sync/up", told(up, "POST")),
    path("api/v1/sync/later", told(later, "POST")),
    path("api/v1/sync/dossiers", told(dossiers, "GET")),
    path("api/v1/sync/dossiers/<str:id>", told(down, "GET")),
    path("api/v1/sync/dossiers/<str:id>/papers/<str:digest>", told(paper, "GET")),
    path("api/v1/sync/erased", told(erased, "GET")),
    path("api/v1/sync/packs/<str:digest>", told(pack, "GET")),
    path("api/v1/sync/papers/<str:digest>", told(paper_up, "GET", "POST")),
    path("log/counters", told(counters, "GET", "HEAD")),
]
