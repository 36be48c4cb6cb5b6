"""Every address that is served: its headers, and that no form of another site is heard."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver

from entrepot.portal.desk import Desk
from tests.portal.web import client_of, place_nobody

SAFE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def addresses() -> list[str]:
    """One address for every pattern, its parts filled in."""
    from entrepot.portal.urls import urlpatterns

    found = list[str]()

    def walk(patterns: list[URLPattern | URLResolver], before: str) -> None:
        for one in patterns:
            text = before + str(one.pattern)
            if isinstance(one, URLResolver):
                walk(one.url_patterns, text)
            else:
                found.append("/" + filled(text))

    walk(list(urlpatterns), "")
    return sorted(set(found))


def filled(pattern: str) -> str:
    """A pattern with its parts filled in: `d/<str:id>` and the regular expressions of a library."""
    pattern = pattern.replace("^", "").replace("\\Z", "").replace("$", "")
    pattern = re.sub(r"\(\?P<\w+>[^)]*\)", "1", pattern)
    pattern = re.sub(r"<uuid:\w+>", "00000000-0000-7000-8000-000000000000", pattern)
    return re.sub(r"<int:\w+>", "1", re.sub(r"<(?:\w+:)?\w+>", "D1", pattern))


@pytest.fixture
def whole(opened: Desk, tmp_path: Path) -> Desk:
    """The desk, and an accounts' database beside it."""
    client_of(opened)
    place_nobody(tmp_path)
    return opened


def test_every_answer_bears_the_headers_of_safety(whole: Desk) -> None:
    client: Client = client_of(whole)
    listed = addresses()
    assert len(listed) > 60
    for address in listed:
        answer = client.get(address)
        assert answer.status_code < 500 or address == "/readyz", address  # not ready: the stage has no packs
        policy = answer["Content-Security-Policy"]
        assert "unsafe" not in policy, address
        assert "'none'" in policy or policy == "sandbox", address
        assert {name: answer.headers.get(name) for name in SAFE} == SAFE, address
        assert answer["Referrer-Policy"], address
        assert answer["X-Request-ID"], address
        if not address.startswith(("/static/", "/accounts/static/")):
            assert "public" not in answer["Cache-Control"] or answer.status_code in (200, 404), address
        if "attachment" not in answer.get("Content-Disposition", ""):
            assert "<script>" not in answer.getvalue().decode(errors="replace"), address


def test_no_form_of_another_site_is_heard_but_by_what_asks_for_a_token(whole: Desk) -> None:
    client = client_of(whole)
    made: Callable[..., Client] = Client
    strict = made(enforce_csrf_checks=True, **{"HTTP_HOST": "localhost", "entrepot.desk": whole})
    for address in addresses():
        answer = strict.post(address, {"next": "/", "language": "zh"})
        assert answer.status_code < 500, address
        if address.startswith("/api/"):
            # Whoever brings no proof is not heard; what is for anybody changes nothing.
            assert answer.status_code in (400, 401, 403, 404, 405, 413, 422) or _harmless(client, address), address
        else:
            assert answer.status_code in (403, 404, 405) or _of_machines(address), (address, answer.status_code)


def _harmless(client: Client, address: str) -> bool:
    return client.post(address).status_code < 400 and client.get(address).status_code in (200, 405)


def _of_machines(address: str) -> bool:
    """The platform as OpenID provider: what other systems call with a proof of their own."""
    return address.startswith("/identity/o/") or "/.well-known/" in address
