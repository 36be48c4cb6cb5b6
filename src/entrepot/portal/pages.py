"""What pages share: who is reading, the page around the content, errors told as pages; and the small pages of every portal."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache, wraps
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from django.contrib.auth import logout
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.http import url_has_allowed_host_and_scheme

from entrepot.channels import online
from entrepot.channels.online import GRANTED, OFFICES, Voice
from entrepot.portal import navigation
from entrepot.portal.accounts.session import Unready, name_signed_in, voice_of_session
from entrepot.portal.api import LARGEST_PAPER, download
from entrepot.portal.compressing import small, takes_gzip
from entrepot.portal.counter.serving import MEANT, at_the_window, meant_for
from entrepot.portal.sandboxes import beside_of, heard_at
from entrepot.portal.setting import cookie, https
from entrepot.portal.web import TooMuch, Unproven, desk_of, status_of
from entrepot.store.database import StoreError

TOKEN, ROLE, LANGUAGE = (cookie(f"entrepot_{name}") for name in ("token", "role", "language"))
MEDIA = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
FOLDER = Path(__file__).parent / "static"
STATIC = {file.name: MEDIA[file.suffix] for file in sorted(FOLDER.iterdir()) if file.suffix in MEDIA}
YEAR = 31_536_000
View = Callable[..., HttpResponseBase]


def language_of(request: HttpRequest) -> str:
    """The reader's language: as chosen, else as the browser asks for."""
    chosen = request.COOKIES.get(LANGUAGE, "")
    if chosen in ("en", "zh"):
        return chosen
    first = request.headers.get("Accept-Language", "").strip().lower()
    return "zh" if first.startswith("zh") else "en"


def reader_of(request: HttpRequest) -> Voice:
    """Who is reading: the person signed in, or by the token signed in with, in a sandbox otherwise a visitor in a role. A clerk with a
    ticket in hand reads for the ticket's principal."""
    voice = _seen(request)
    if voice.mandate and request.method == "POST":
        meant_for(voice, request.POST.get(MEANT))
    return voice


def _seen(request: HttpRequest) -> Voice:
    return at_the_window(desk_of(request), _who(request))


def _who(request: HttpRequest) -> Voice:
    desk = desk_of(request)
    if (person := voice_of_session(request)) is not None:
        return heard_at(desk, person)
    voice = online.voice_of(desk.store, request.COOKIES[TOKEN]) if TOKEN in request.COOKIES else None
    if voice is not None:
        return voice
    if not desk.visitors:
        raise Unproven
    visitor = online.rehearsing(request.COOKIES.get(ROLE, "exporter"))
    return visitor if visitor.standing else online.rehearsing("exporter")


@cache
def _static(name: str) -> tuple[bytes, str]:
    data = (FOLDER / name).read_bytes()
    return data, sha256(data).hexdigest()[:12]


@cache
def _small(name: str) -> bytes:
    return small(_static(name)[0])


def static_address(name: str) -> str:
    """Where a style sheet or script of ours is; it changes with it."""
    return f"/static/{_static(name)[1]}/{name}"


def page(
    request: HttpRequest,
    template: str,
    status: int = 200,
    *,
    styles: Sequence[str] = (),
    scripts: Sequence[str] = (),
    **context: Any,
) -> HttpResponse:
    """A page in the reader's language, with what `styles` and `scripts` of the static folder it has beside those of every page."""
    context |= frame(request, context.get("voice"), styles=styles, scripts=scripts)
    return HttpResponse(render_to_string(template, context, request), status=status)


def frame(
    request: HttpRequest, voice: Voice | None, *, styles: Sequence[str] = (), scripts: Sequence[str] = ()
) -> dict[str, Any]:
    """What the page around the content needs: language, header, styles and scripts."""
    language = language_of(request)
    voice = voice or _reader(request)
    sandbox = desk_of(request).store.nature == "sandbox"
    signed_in = voice is not None and not voice.rehearsal
    return {
        "language": language,
        "html_language": "zh-Hans" if language == "zh" else "en",
        "other_language": "en" if language == "zh" else "zh",
        "sandbox": sandbox,
        "rehearses_at": other.address if (other := beside_of(request)) is not None and not sandbox else "",
        "signed_in": signed_in,
        "roles": sorted(GRANTED | OFFICES) if desk_of(request).visitors and not signed_in else [],
        "role": next(iter(voice.standing), "") if voice is not None and not signed_in else "",
        "style": static_address("style.css"),
        "script": static_address("why.js"),
        "live": static_address("live.js"),
        "styles": [static_address(name) for name in styles],
        "scripts": [static_address(name) for name in scripts],
        "here": request.get_full_path(),
        "reader": voice,
        "unready": "" if signed_in else name_signed_in(request),
        "ways": {part: navigation.ways(part, voice, request.path) for part in navigation.PARTS},
    }


def _reader(request: HttpRequest) -> Voice | None:
    """Who is reading a page that asked nobody: the head of a page that tells of an error, or of signing in."""
    with suppress(Unproven, Unready, StoreError, DatabaseError):
        return _seen(request)
    return None


def shown(view: View) -> View:
    """A page whose errors are told as pages."""

    @wraps(view)
    def guarded(request: HttpRequest, **where: str) -> HttpResponseBase:
        try:
            return view(request, **where)
        except Unready as step:
            return HttpResponseRedirect(step.where)
        except Unproven:
            return HttpResponseRedirect("/sign-in?" + urlencode({"next": request.get_full_path()}))
        except Exception as error:
            status, problems, _ = status_of(error)
            if problems:
                return page(
                    request, "refused.html", status, problems=problems, back=request.headers.get("Referer", "/")
                )
            return _told(request, status)

    return guarded


def _told(request: HttpRequest, status: int) -> HttpResponse:
    name = "not_here" if status == 404 else "broken"
    return page(request, "told.html", status, heading=name, more=f"{name}_more")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _told(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    return _told(request, 500)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that did not come from our page."""
    return page(request, "told.html", 403, heading="forged", more="forged_more")


def hand_in(request: HttpRequest, id: str) -> HttpResponseBase:
    """A paper from the form."""
    voice = reader_of(request)
    upload = request.FILES.get("paper")
    if upload is None:
        return HttpResponseRedirect(f"/d/{quote(id)}")
    if upload.size is None or upload.size > LARGEST_PAPER:
        raise TooMuch(LARGEST_PAPER)
    taken = desk_of(request).hand_in(id, str(upload.name)[:200], upload.read(), voice)
    if taken.doubtful or taken.reading:  # what is asked is answered best while the paper is at hand
        return HttpResponseRedirect(f"/d/{quote(id)}/papers/{taken.digest}/read")
    return HttpResponseRedirect(f"/d/{quote(id)}?done=taken")


def send(request: HttpRequest, id: str, topic: str) -> HttpResponseBase:
    """A finding to its office, from the form."""
    voice = reader_of(request)
    desk_of(request).send(
        id, topic, request.POST.get("digest", ""), voice, request.POST.get("confirm", "").strip()[:1000]
    )
    return HttpResponseRedirect(f"/d/{quote(id)}?done=sent")


def document(request: HttpRequest, id: str, digest: str) -> HttpResponseBase:
    return download(*desk_of(request).document(id, digest, reader_of(request)))


def receipt(request: HttpRequest, id: str, submission: str) -> HttpResponseBase:
    text = desk_of(request).receipt(id, submission, reader_of(request))
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="receipt-{submission}.txt"'
    return response


def sign_in(request: HttpRequest) -> HttpResponseBase:
    """By token; kept in a cookie that no script can read and no other site can use."""
    after = _inside(request, request.POST.get("next") or request.GET.get("next") or "/")
    if request.method != "POST" and request.GET.get("by") != "token":
        return HttpResponseRedirect("/accounts/login/?" + urlencode({"next": after}))
    if request.method != "POST":
        return page(request, "sign_in.html", after=after, bad=False)
    secret = request.POST.get("token", "").strip()
    if online.voice_of(desk_of(request).store, secret) is None:
        return page(request, "sign_in.html", 403, after=after, bad=True)
    response = HttpResponseRedirect(after)
    _keep(request, response, TOKEN, secret)
    return response


def sign_out(request: HttpRequest) -> HttpResponseBase:
    """Out of the session, and of the token too."""
    logout(request)
    response = HttpResponseRedirect("/")
    response.delete_cookie(TOKEN, samesite="Strict")
    response["Clear-Site-Data"] = '"storage"'  # what forms keep on this device
    return response


def look_as(request: HttpRequest) -> HttpResponseBase:
    """In a sandbox: the role in which a visitor looks."""
    response = HttpResponseRedirect(_inside(request, request.POST.get("next") or "/"))
    role = request.POST.get("role", "")
    if role in GRANTED | OFFICES:
        _keep(request, response, ROLE, role)
    return response


def choose_language(request: HttpRequest) -> HttpResponseBase:
    response = HttpResponseRedirect(_inside(request, request.POST.get("next") or "/"))
    if request.POST.get("language") in ("en", "zh"):
        _keep(request, response, LANGUAGE, request.POST["language"])
    return response


def static(request: HttpRequest, digest: str, name: str) -> HttpResponseBase:
    """A style sheet or script of ours; its address changes with it, so it may be kept."""
    if name not in STATIC:
        return not_found(request)
    data, _ = _static(name)
    less = takes_gzip(request)
    response = HttpResponse(_small(name) if less else data, content_type=STATIC[name])
    if less:
        response["Content-Encoding"] = "gzip"
    response["Vary"] = "Accept-Encoding"
    response["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return response


def _keep(request: HttpRequest, response: HttpResponse, name: str, text: str) -> None:
    response.set_cookie(
        name, text, max_age=YEAR, httponly=True, samesite="Strict", secure=https() or request.is_secure()
    )


def _inside(request: HttpRequest, address: str) -> str:
    """An address of ours, never another site's."""
    return address if address.startswith("/") and url_has_allowed_host_and_scheme(address, None) else "/"


def only(view: View, *methods: str) -> View:
    """The view for these methods, 405 otherwise."""

    @wraps(view)
    def chosen(request: HttpRequest, **where: str) -> HttpResponseBase:
        if request.method not in methods:
            response = _told(request, 405)
            response["Allow"] = ", ".join(methods)
            return response
        return shown(view)(request, **where)

    return chosen


READ, DO = ("GET", "HEAD"), ("POST",)
URLS: list[URLPattern] = [
    path("d/<str:id>/papers/<str:digest>", only(document, *READ)),
    path("d/<str:id>/receipts/<str:submission>", only(receipt, *READ)),
    path("d/<str:id>/send/<str:topic>", only(send, *DO)),
    path("sign-in", only(sign_in, *READ, *DO)),
    path("sign-out", only(sign_out, *DO)),
    path("look-as", only(look_as, *DO)),
    path("language", only(choose_language, *DO)),
    path("static/<str:digest>/<str:name>", only(static, *READ)),
]
