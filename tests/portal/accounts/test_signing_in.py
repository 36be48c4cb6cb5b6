"""Signing in: what keeps others out."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

from entrepot.kernel.intake import Refusal
from entrepot.portal.desk import Desk
from tests.portal.accounts.conftest import PASSWORD, mails, other, sign_in
from tests.portal.stage import ANN, LINE_ONE, OPENING, open_desk

Employ = Callable[..., None]
SESSION = "entrepot_session"


def test_after_five_wrong_passwords_the_right_one_does_not_help_and_unlocking_does(
    accounts: Client, employ: Employ
) -> None:
    from django.core.cache import cache

    employ("ann", "acme")
    for _ in range(5):
        assert sign_in(accounts, "ann", "wrong") == 200
    assert sign_in(accounts, "ann") == 200
    assert SESSION not in accounts.cookies
    cache.clear()
    assert sign_in(accounts, "ann") == 302


def test_a_session_that_was_planted_is_not_the_one_signed_in(accounts: Client, employ: Employ) -> None:
    employ("ann", "acme")
    accounts.cookies[SESSION] = "planted0planted0planted0planted0"
    sign_in(accounts, "ann")
    before = accounts.cookies[SESSION].value
    assert before != "planted0planted0planted0planted0"
    accounts.post("/sign-out")
    sign_in(accounts, "ann")
    assert accounts.cookies[SESSION].value != before


def test_the_session_is_kept_from_scripts_and_ends_within_a_day(accounts: Client, employ: Employ) -> None:
    employ("ann", "acme")
    sign_in(accounts, "ann")
    cookie = accounts.cookies[SESSION]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert settings.SESSION_COOKIE_AGE <= 24 * 3600


@pytest.mark.parametrize(
    "address",
    ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example", "https:evil.example"],
)
def test_signing_in_leads_to_no_other_site(accounts: Client, employ: Employ, address: str) -> None:
    employ("ann", "acme")
    answer = accounts.post("/accounts/login/", {"login": "ann", "password": PASSWORD, "next": address})
    assert answer.headers["Location"] == "/"
    assert "evil" not in accounts.get("/sign-in", {"next": address}).headers["Location"]


def test_a_forgotten_password_tells_nobody_who_has_an_account(accounts: Client, employ: Employ) -> None:
    employ("ann", "acme")
    answers = []
    for email in ("ann@example.org", "nobody@example.org"):
        answer = accounts.post("/accounts/password/reset/", {"email": email})
        shown = accounts.get(answer.headers["Location"]).content.decode()
        answers.append(
            (answer.status_code, answer.headers["Location"], re.sub(r'name="csrf\S+ value="\w+"', "", shown))
        )
    assert answers[0] == answers[1]
    assert len(mails()) == 2


def test_a_reset_link_works_once_and_ends_other_sessions(accounts: Client, employ: Employ) -> None:
    employ("ann", "acme")
    elsewhere = other(accounts)
    sign_in(elsewhere, "ann")
    assert elsewhere.get("/enterprise").status_code == 200
    accounts.post("/accounts/password/reset/", {"email": "ann@example.org"})
    [link] = re.findall(r"https?://\S+/password/reset/key/\S+", mails()[-1])
    path = urlsplit(link).path
    form = accounts.get(path).headers["Location"]
    new = "five blue kettles"
    assert accounts.post(form, {"password1": new, "password2": new}).status_code == 302
    assert elsewhere.get("/enterprise").status_code == 302
    assert "already been used" in other(accounts).get(path).content.decode()
    assert sign_in(other(accounts), "ann") == 200
    assert sign_in(other(accounts), "ann", new) == 302


@pytest.mark.parametrize("password", ["short", "password123", "1234567890123", "newcomer99"])
def test_a_weak_password_is_not_taken(accounts: Client, password: str) -> None:
    from entrepot.store.accounts.models import Person

    accounts.post("/accounts/signup/", signing_up("newcomer", password))
    assert not Person.objects.exists()


def signing_up(username: str, password: str) -> dict[str, str]:
    return {
        "name": "Newcomer",
        "email": "new@example.org",
        "username": username,
        "password1": password,
        "password2": password,
    }


@pytest.mark.parametrize("username", ["operator", "visitor", "a", "with space", "Ünder", "x" * 41, "ann\n"])
def test_a_login_name_that_misleads_is_not_given(accounts: Client, username: str) -> None:
    from entrepot.store.accounts.models import Person

    accounts.post("/accounts/signup/", signing_up(username, PASSWORD))
    assert not Person.objects.filter(username=username).exists()


def test_whoever_registers_is_in_and_asked_for_an_organisation(accounts: Client) -> None:
    answer = accounts.post("/accounts/signup/", signing_up("Newcomer", PASSWORD))
    assert answer.status_code == 302
    assert accounts.get("/").headers["Location"] == "/accounts/organisations"
    from entrepot.store.accounts.models import Person

    person = Person.objects.get()
    assert (person.username, person.name) == ("newcomer", "Newcomer")


def test_signing_out_everywhere_ends_the_other_sessions(accounts: Client, employ: Employ) -> None:
    employ("ann", "acme")
    elsewhere = other(accounts)
    sign_in(elsewhere, "ann")
    sign_in(accounts, "ann")
    accounts.post("/accounts/sessions/")
    assert elsewhere.get("/enterprise").status_code == 302
    assert accounts.get("/enterprise").status_code == 200


def code_now(secret: str) -> str:
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


def test_with_an_authenticator_the_password_alone_lets_nobody_in(accounts: Client, employ: Employ) -> None:
    from allauth.mfa.models import Authenticator
    from django.core.cache import cache

    employ("ann", "acme")
    sign_in(accounts, "ann")
    assert accounts.get("/accounts/2fa/totp/activate/").headers["Location"].startswith("/accounts/reauthenticate/")
    accounts.post("/accounts/reauthenticate/", {"password": PASSWORD})
    [secret] = re.findall(r'value="([A-Z2-7]{32})"', accounts.get("/accounts/2fa/totp/activate/").content.decode())
    assert accounts.post("/accounts/2fa/totp/activate/", {"code": "000000"}).status_code == 200
    assert accounts.post("/accounts/2fa/totp/activate/", {"code": code_now(secret)}).status_code == 302
    kept = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in kept  # it lies in the database only sealed
    cache.clear()  # the code was used a moment ago, and no code is taken twice
    elsewhere = other(accounts)
    assert sign_in(elsewhere, "ann") == 302
    assert elsewhere.get("/enterprise").status_code == 302
    assert elsewhere.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert elsewhere.post("/accounts/2fa/authenticate/", {"code": code_now(secret)}).status_code == 302
    assert elsewhere.get("/enterprise").status_code == 200


@pytest.fixture
def live(accounts: Client, tmp_path: Path) -> Client:
    """A client of a live desk with the same accounts."""
    (tmp_path / "live").mkdir()
    client = other(accounts)
    client.defaults["entrepot.desk"] = open_desk(tmp_path / "live", "live")  # type: ignore[assignment]
    return client


@pytest.mark.parametrize("role", ["operator", "customs", "bank", "auditor", "tax", "certifier"])
def test_in_live_whoever_decides_over_others_acts_with_two_factors_alone(
    live: Client, employ: Employ, role: str
) -> None:
    employ("officer", "office", standing=(role,))
    sign_in(live, "officer")
    assert live.get("/").headers["Location"] == "/accounts/2fa/"
    assert live.get("/accounts/2fa/").status_code == 200


def test_in_live_an_organisation_not_admitted_sees_its_own_pages_alone(live: Client, employ: Employ) -> None:
    employ("ann", "91310000775785552L")
    sign_in(live, "ann")
    for address in ("/", "/d/D1", "/worklist"):
        assert live.get(address).headers["Location"] == "/enterprise"
    assert live.get("/enterprise").status_code == 200
    assert b"AU21" in live.post("/enterprise/tokens/new", {"name": "x", "days": "1"}).content


def test_people_of_a_suspended_organisation_read_alone_and_are_told_so(
    accounts: Client, employ: Employ, desk: Desk
) -> None:
    desk.say("D1", [*OPENING, LINE_ONE], ANN)
    employ("ann", "acme", state="suspended")
    sign_in(accounts, "ann")
    assert b"has suspended your organisation" in accounts.get("/enterprise").content
    assert accounts.get("/d/D1").status_code == 200
    assert b"AU21" in accounts.post("/enterprise/tokens/new", {"name": "x", "days": "1"}).content
    with pytest.raises(Refusal):
        desk.say("D1", [LINE_ONE], ANN)


def test_people_of_a_refused_organisation_see_its_own_pages_alone(accounts: Client, employ: Employ) -> None:
    employ("ann", "acme", state="refused")
    sign_in(accounts, "ann")
    assert accounts.get("/").headers["Location"] == "/enterprise"
    assert b"has not admitted" in accounts.get("/enterprise").content
