"""Where people sign in, and what an enterprise sees of its accounts."""

from functools import cache
from pathlib import Path

import allauth
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, include, is_valid_path, path

from entrepot.portal.accounts import enterprise_page, mine_page
from entrepot.portal.pages import MEDIA, READ, not_found, only

# The scripts of allauth's pages. They lie in its package.
SCRIPTS = (
    "account/js/account.js",
    "account/js/onload.js",
    "mfa/js/recovery_codes.js",
    "mfa/js/webauthn-json.js",
    "mfa/js/webauthn.js",
)


@cache
def _script(name: str) -> bytes:
    return (Path(allauth.__file__).parent / name.partition("/")[0] / "static" / name).read_bytes()


def script(request: HttpRequest, name: str) -> HttpResponseBase:
    """A script of allauth's."""
    if name not in SCRIPTS:
        return not_found(request)
    response = HttpResponse(_script(name), content_type=MEDIA[".js"])
    response["Cache-Control"] = "public, max-age=3600"
    return response


def with_slash(request: HttpRequest, name: str) -> HttpResponseBase:
    """allauth's pages end in a slash; people who type their addresses leave it out."""
    address = f"/accounts/{name}/"
    return HttpResponseRedirect(address) if is_valid_path(address) else not_found(request)


URLS: list[URLPattern | URLResolver] = [
    path("accounts/static/<path:name>", only(script, *READ)),
    *mine_page.URLS,
    *enterprise_page.URLS,
    path("accounts/", include("allauth.urls")),
    path("accounts/<str:name>", only(with_slash, *READ)),
    path("", include("allauth.idp.urls")),
]
