"""The verifying page: served at /verify, and as one file that works without any server, from a disk or a stick."""

from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from entrepot.portal.pages import language_of, static_address

STYLE = "verify.css"
SCRIPTS = ("verify_crypto.js", "verify_formats.js", "verify_credential.js", "verify_page.js")
_HERE = Path(__file__).parent


def served() -> str:
    """The page with its style and scripts from this server."""
    head = f'<link rel="stylesheet" href="{static_address(STYLE)}">'
    return _filled(head, "\n".join(f'<script src="{static_address(name)}"></script>' for name in SCRIPTS))


def alone() -> str:
    """The page as one file: it may run only its own script, and may not ask any network."""
    style, script = _text("static", STYLE), "\n".join(_text("static", name) for name in SCRIPTS)
    policy = f"default-src 'none'; img-src data:; style-src {_digest(style)}; script-src {_digest(script)}; form-action 'none'"
    head = f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n<style>{style}</style>'
    return _filled(head, f"<script>{script}</script>")


def _filled(head: str, scripts: str) -> str:
    """Both marks stand once in the template; scripts hold braces, so nothing else is filled in."""
    before, _, rest = _text("templates", "verify.html").partition("{{ head }}")
    between, _, after = rest.partition("{{ scripts }}")
    return "".join((before, head, between, scripts, after))


def _digest(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _text(folder: str, name: str) -> str:
    return (_HERE / folder / name).read_text(encoding="utf-8")


def verify(request: HttpRequest) -> HttpResponseBase:
    """The page in the reader's language; anybody may open it, since it tells nothing and sends nothing."""
    language = "zh-Hans" if language_of(request) == "zh" else "en"
    return HttpResponse(served().replace('<html lang="en">', f'<html lang="{language}" data-chosen>', 1))


def stand_alone(request: HttpRequest) -> HttpResponseBase:
    """The page as one file to keep."""
    response = HttpResponse(alone(), content_type="text/html; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="entrepot-verify.html"'
    return response


VIEWS: tuple[tuple[str, Callable[[HttpRequest], HttpResponseBase]], ...] = (
    ("verify", verify),
    ("verify/entrepot-verify.html", stand_alone),
)
URLS: list[URLPattern] = [path(route, view) for route, view in VIEWS]
