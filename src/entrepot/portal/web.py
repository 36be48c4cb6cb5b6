"""What pages and API share: the guard at the door, who is asking, how much may be sent, and how errors look."""

import errno
import logging
import math
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec
from django.conf import settings
from django.core.exceptions import DisallowedHost, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.response import HttpResponseBase

from entrepot.channels import online, window
from entrepot.channels.online import Voice
from entrepot.kernel.intake import Refusal
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.why import NoSuchPlace
from entrepot.portal import journal, metrics
from entrepot.portal.audit.visiting import at_the_door
from entrepot.portal.desk import Desk, NoSuchDossier
from entrepot.portal.limits import LIMITS, Limits, address_of
from entrepot.store.database import StoreError

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = (
    ("Content-Security-Policy", POLICY),
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
Response = TypeVar("Response", bound=HttpResponseBase)
ORGANISATION = "entrepot.organisation"  # in the environment: whose request it is
WITHOUT_END = 1 << 62  # the length of a body that is sent in chunks and names none
LARGEST_FORM = 51 * 1024 * 1024  # a paper, and the form around it
# Rules that tell of a missing right, of a record that moved, of too much: their statuses; all other problems are 422.
_DENIED = frozenset(
    {
        "D006",
        "D007",
        "D008",
        "D009",
        "D011",
        "D019",
        "D021",
        "D022",
        "D030",
        "D035",
        "IS01",
        "PU01",
        "PU02",
        "TI038",
        "TI041",
        "E901",
    }
    | {"AC01", "AC02", "AC03", "AC05", "AC08", "AD01", "AD04", "OF01"}
)
_MOVED = frozenset({"S005", "S006", "S014", "D033", "IS03", "TI039", "TI044", "TI045"})
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES})  # what the operator mends, not the caller
_TITLES = {
    400: Text("The request could not be read", "无法读取请求"),
    401: Text("Who is asking?", "须提供身份凭证"),
    403: Text("You may not do this", "无权执行此操作"),
    404: Text("There is nothing here for you", "没有可供您查看的内容"),
    405: Text("This is not done here", "不支持此方法"),
    409: Text("Something moved, or the id is taken", "内容已变动或编号已被占用"),
    410: Text("This version of the API has ended", "该接口版本已停用"),
    413: Text("This is too much at once", "内容过大"),
    429: Text("Too many requests; come again later", "请求过于频繁，请稍后再试"),
    422: Text("What was said cannot stand", "所述内容不能成立"),
    500: Text("Something broke on our side", "平台内部错误"),
    503: Text("The store cannot be reached", "暂时无法访问存储"),
}


class Unproven(Exception):
    """Nobody proven is asking."""


class TooMuch(Exception):
    """The body is longer than its bound, in bytes."""

    def __init__(self, bound: int) -> None:
        super().__init__(f"more than {bound:,} bytes")
        self.bound = bound


class Request(WSGIRequest):
    """A request whose content type, where nobody can read it, is none: nothing is answered before a request is there."""

    def __init__(self, environ: dict[str, Any]) -> None:
        try:
            super().__init__(environ)
        except ValueError:
            environ["CONTENT_TYPE"] = ""
            super().__init__(environ)


def desk_of(request: HttpRequest) -> Desk:
    """The desk that this server works at."""
    desk: Desk = request.META["entrepot.desk"]
    return desk


def rehearsal_of(request: HttpRequest) -> bool:
    """Whether what is answered comes from a sandbox."""
    desk: Desk | None = request.META.get("entrepot.desk")
    return desk is not None and desk.store.nature == "sandbox"


def token_in(request: HttpRequest) -> str:
    """The bearer token of a request, proven or not; empty where it has none."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""


def voice_of(request: HttpRequest, proven: Mapping[str, Voice] | None = None) -> Voice:
    """Who is asking: by bearer token, or in a sandbox by `Entrepot-As: ROLE`; under a mandate by `Entrepot-Mandate` and
    `Entrepot-For`. `proven` are the voices of the tokens of many requests, where they were looked up together. Raises Unproven."""
    desk, headers, secret = desk_of(request), request.headers, token_in(request)
    if secret:
        voice = online.voice_of(desk.store, secret) if proven is None else proven.get(secret)
        if voice is None:
            raise Unproven
        mandate = headers.get("Entrepot-Mandate", "")
        return heard(request, window.under(voice, mandate, headers.get("Entrepot-For", "")) if mandate else voice)
    role = headers.get("Entrepot-As", "")
    if role and desk.visitors:
        voice = online.rehearsing(role, headers.get("Entrepot-For", ""))
        if voice.standing:
            return heard(request, voice)
    raise Unproven


def body_of(request: HttpRequest, bound: int) -> bytes:
    """The request's body; TooMuch where it is longer than the bound, without reading it whole."""
    declared = request.META.get("CONTENT_LENGTH") or "0"
    if declared.isdecimal() and bound < int(declared) < WITHOUT_END:
        raise TooMuch(bound)
    body: bytes = request.read(bound + 1)
    if len(body) > bound:
        raise TooMuch(bound)
    return body


def _check_form(request: HttpRequest) -> None:
    """TooMuch for a form larger than any paper, before a byte of it is read; the API's views bound what they read."""
    declared = request.META.get("CONTENT_LENGTH") or "0"
    if not request.path.startswith("/api/") and declared.isdecimal() and int(declared) > LARGEST_FORM:
        raise TooMuch(LARGEST_FORM)


def json_response(value: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(msgspec.json.encode(value), content_type="application/json", status=status)


def problem_response(status: int, problems: Sequence[Problem] = (), detail: str = "") -> HttpResponse:
    """RFC 9457, with every problem in both languages."""
    title = _TITLES[status]
    body: dict[str, Any] = {"type": "about:blank", "title": title.en, "title_zh": title.zh, "status": status}
    if detail:
        body["detail"] = detail
    elif problems:
        body["detail"] = problems[0].what.en if len(problems) == 1 else f"{len(problems)} problems"
    if problems:
        body["problems"] = problems
    if status >= 500 and (request := journal.current_request()):  # what to name to the operator
        body["request"] = request
    response = HttpResponse(msgspec.json.encode(body), content_type="application/problem+json", status=status)
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="entrepot"'
    return response


def status_of(error: Exception) -> tuple[int, Sequence[Problem], str]:
    """The status, problems and detail by which an error is told."""
    match error:
        case Refusal(problems=problems):
            rules = {problem.rule for problem in problems}
            if rules == {"D002"}:
                return 400, problems, ""
            if rules <= _DENIED:
                return 403, problems, ""
            if rules <= _MOVED:
                return 409, problems, ""
            if rules == {"S012"}:  # it may be said again as it is
                return 503, problems, ""
            return (413 if rules == {"S002"} else 422), problems, ""
        case Unproven():
            return 401, (), "send a token: Authorization: Bearer …"
        case NoSuchDossier() | NoSuchPlace():
            return 404, (), ""
        case TooMuch() | RequestDataTooBig() | TooManyFieldsSent() | TooManyFilesSent():
            return 413, (), str(error)
        case UnreadablePostError():
            return 400, (), "the body broke off, or came too slowly"
        case DisallowedHost():
            return 400, (), "this server does not answer under that name"
        case StoreError():
            logging.getLogger("entrepot").error("%s", error)
            return 503, (), ""
        case OSError() if error.errno in _NO_ROOM:
            logging.getLogger("entrepot").error("nothing can be written: %s", error)
            return 503, (), ""
        case _:
            logging.getLogger("entrepot").exception("unforeseen", exc_info=error)
            return 500, (), ""


def told(view: Callable[..., HttpResponseBase], *methods: str) -> Callable[..., HttpResponseBase]:
    """An API view with its methods, whose errors are told as problems."""

    def guarded(request: HttpRequest, **path: str) -> HttpResponseBase:
        if request.method not in methods:
            response = problem_response(405)
            response["Allow"] = ", ".join(methods)
            return response
        try:
            return view(request, **path)
        except Exception as error:
            return problem_response(*status_of(error))

    guarded.csrf_exempt = True  # type: ignore[attr-defined]
    return guarded


def heard(request: HttpRequest, voice: Voice) -> Voice:
    """The voice, noted for the journal: whose request it is."""
    request.META[ORGANISATION] = voice.organisation
    return voice


def guard(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Outermost of all: an id for the request, its bounds, headers on every answer (nothing from other hosts, no inline script, no
    framing, nothing kept by caches), a line in the journal and a count."""

    def guarded(request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        name = journal.request_id(request.META.get("HTTP_X_REQUEST_ID", ""))
        with at_the_door(lambda: door_of(request), address_of(request)):
            response = bounded(request) or get_response(request)
        return answered(request, response, name, began)

    return guarded


def answered(request: HttpRequest, response: Response, name: str, began: float) -> Response:
    """The answer as it leaves: with its headers, and written down. `name` is the request's id; it `began` at that `perf_counter`."""
    headers = response.headers
    headers["X-Request-ID"] = name
    for header, value in _HEADERS:
        headers.setdefault(header, value)
    if settings.SECURE_HSTS_SECONDS and request.is_secure():
        headers.setdefault("Strict-Transport-Security", f"max-age={settings.SECURE_HSTS_SECONDS}")
    if rehearsal_of(request):
        headers["Entrepot-Rehearsal"] = "true"
    headers["X-Frame-Options"] = "DENY"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    route = door_of(request).partition(" ")[2]
    metrics.count(request.method or "", route, response.status_code, time.perf_counter() - began)
    journal.answered(request.method or "", route, response.status_code, began, request.META.get(ORGANISATION, ""))
    return response


def door_of(request: HttpRequest) -> str:
    """The method and the route of a request: `GET /d/<str:id>`."""
    match = request.resolver_match
    return f"{request.method} /{match.route}" if match is not None else f"{request.method} (none)"


def bounded(request: HttpRequest) -> HttpResponse | None:
    """The refusal of a request that is not to be looked at further."""
    try:
        request.get_host()
        _check_form(request)
        if "\0" in request.path_info:  # in no name of ours, and no question for a database
            raise NoSuchPlace(request.path_info)
    except (DisallowedHost, TooMuch, NoSuchPlace) as error:
        return problem_response(*status_of(error))
    limits: Limits | None = request.META.get(LIMITS)
    if limits is None or not (wait := limits.asked(request)):
        return None
    response = problem_response(429, detail=f"come again in {math.ceil(wait)} s")
    response["Retry-After"] = str(math.ceil(wait))
    return response
