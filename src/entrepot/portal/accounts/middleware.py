"""Sessions, people and languages for pages. The API, by whose door machines come, is passed by without a look."""

import os
from collections.abc import Callable

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation

from entrepot.portal.accounts.frame import THEIRS
from entrepot.portal.accounts.oidc import origin
from entrepot.portal.sandboxes import live_accounts, own_sessions

Get = Callable[[HttpRequest], HttpResponseBase]
PASSED_BY = ("/api/", "/static/", "/healthz", "/readyz", "/metrics")
DJANGO_LANGUAGE = {"en": "en", "zh": "zh-hans"}


def _speaking(get_response: Get) -> Get:
    """Django's own words in the reader's language."""
    from entrepot.portal.pages import language_of

    def speaking(request: HttpRequest) -> HttpResponseBase:
        with translation.override(DJANGO_LANGUAGE[language_of(request)]):
            response = get_response(request)
            render = getattr(response, "render", None)
            if render is not None and not getattr(response, "is_rendered", True):
                render()  # a page is written while its language still holds
            return response

    return speaking


def _leading_out(get_response: Get) -> Get:
    """Of the pages on which people sign in, forms may lead to a partner or to whoever vouches for them in the end; browsers look at
    where a form is redirected, too."""
    from entrepot.portal.accounts.oidc import issuers
    from entrepot.portal.accounts.partners import sent_back_to
    from entrepot.portal.web import POLICY

    def leading_out(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if request.path_info.startswith(THEIRS) and response.headers.get("Content-Type", "").startswith("text/html"):
            vouching = [origin(one.issuer) for one in issuers(os.environ.get("ENTREPOT_OIDC"))]
            allowed = " ".join(["form-action 'self'", *sent_back_to(), *vouching])
            response.headers["Content-Security-Policy"] = POLICY.replace("form-action 'self'", allowed)
        return response

    return leading_out


def people(get_response: Get) -> Get:
    """All that pages need of Django's middleware, one within the other. Nothing of it asks the database before somebody asks
    who is there."""
    inner: Get = MessageMiddleware(_leading_out(_speaking(live_accounts(get_response))))  # type: ignore[assignment]
    known: Get = AuthenticationMiddleware(inner)  # type: ignore[assignment]
    whole: Get = SessionMiddleware(own_sessions(known))  # type: ignore[assignment]

    def chosen(request: HttpRequest) -> HttpResponseBase:
        return get_response(request) if request.path_info.startswith(PASSED_BY) else whole(request)

    return chosen
