"""What was begun by somebody who then left, factors that are tried twice, and secrets on pages."""

import re
from collections.abc import Callable

from django.test import Client

from entrepot.portal.desk import Desk
from tests.portal.accounts.conftest import PASSWORD, other, sign_in
from tests.portal.accounts.test_signing_in import code_now
from tests.portal.stage import ANN
from tests.portal.test_handing_in import SCAN, Reader, reader

Employ = Callable[..., None]
__all__ = ["reader"]


def test_a_scan_says_nothing_for_whoever_left_before_it_was_read(
    accounts: Client, employ: Employ, opened: Desk, reader: Reader
) -> None:
    from entrepot.store.accounts.models import Employment

    employ("ann", "acme")
    opened.hand_in("D1", "scan.png", SCAN, ANN)
    Employment.objects.filter(person__username="ann").update(ended_at="2026-04-01T00:00:00Z")
    opened.read_waiting()
    told = {fact.topic for fact in opened.read("D1", type(ANN)("bob", "acme")).facts}
    assert "paper.unread" in told or any(topic.endswith("unread") for topic in told)


def test_a_scan_speaks_for_whoever_still_works_there(
    accounts: Client, employ: Employ, opened: Desk, reader: Reader
) -> None:
    employ("ann", "acme")
    opened.hand_in("D1", "scan.png", SCAN, ANN)
    opened.read_waiting()
    assert not any(fact.topic.endswith("unread") for fact in opened.read("D1", ANN).facts)


def test_no_code_of_an_authenticator_or_for_recovery_is_taken_twice(accounts: Client, employ: Employ) -> None:
    from django.core.cache import cache

    employ("ann", "acme")
    sign_in(accounts, "ann")
    accounts.post("/accounts/reauthenticate/", {"password": PASSWORD})
    [secret] = re.findall(r'value="([A-Z2-7]{32})"', accounts.get("/accounts/2fa/totp/activate/").content.decode())
    accounts.post("/accounts/2fa/totp/activate/", {"code": code_now(secret)})
    shown = accounts.get("/accounts/2fa/recovery-codes/").content.decode()
    accounts.post("/accounts/2fa/recovery-codes/generate/")
    shown += accounts.get("/accounts/2fa/recovery-codes/").content.decode()
    spare = re.findall(r"\b[0-9a-f]{8}\b", shown)[-1]
    cache.clear()
    for code in (code_now(secret), spare):
        tried = []
        for _ in range(2):
            elsewhere = other(accounts)
            sign_in(elsewhere, "ann")
            tried.append(elsewhere.post("/accounts/2fa/authenticate/", {"code": code}).status_code)
        assert tried == [302, 200]


def test_a_page_with_a_secret_is_not_compressed(accounts: Client, employ: Employ, desk: Desk) -> None:
    employ("ann", "acme", state="admitted")
    sign_in(accounts, "ann")
    accounts.defaults["HTTP_ACCEPT_ENCODING"] = "gzip"
    for path, data in (
        ("/enterprise/tokens/new", {"name": "system", "days": "30"}),
        ("/subscriptions", {"way": "feed", "title": "all"}),
        ("/calendar/feeds", {}),
    ):
        answer = accounts.post(path, data)
        assert answer.status_code == 200, path
        assert "Content-Encoding" not in answer.headers, path
    assert accounts.get("/enterprise/tokens").headers["Content-Encoding"] == "gzip"
