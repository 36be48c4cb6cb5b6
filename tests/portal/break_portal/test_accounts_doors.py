"""Ways around the password, the lock, the second factor and the invitation."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client, override_settings

from entrepot.portal.desk import Desk
from entrepot.store.tokens import list_tokens
from tests.portal.accounts.conftest import PASSWORD, mails, other, sign_in
from tests.portal.accounts.test_enterprise import person
from tests.portal.stage import open_desk
from tests.portal.web import client_of

Employ = Callable[..., None]


@pytest.mark.parametrize("host", ["localhost:{}", "127.0.0.1:{}"])
def test_another_port_in_the_host_gives_no_more_guesses(accounts: Client, employ: Employ, host: str) -> None:
    employ("ann", "acme")
    for number in range(5):
        accounts.post("/accounts/login/", {"login": "ann", "password": "wrong"}, HTTP_HOST=host.format(9000 + number))
    assert sign_in(accounts, "ann") == 200
    assert settings.SESSION_COOKIE_NAME not in accounts.cookies


def test_the_name_and_the_address_of_a_person_are_one_to_the_lock(accounts: Client, employ: Employ) -> None:
    employ("ann", "acme")
    for login in ("ann", "ANN", "ann@example.org", "Ann@Example.org", "ann"):
        accounts.post("/accounts/login/", {"login": login, "password": "wrong"})
    for login in ("ann", "ann@example.org"):
        sign_in(accounts, login)
        assert settings.SESSION_COOKIE_NAME not in accounts.cookies


@pytest.mark.parametrize("host", ["localhost:6666", "127.0.0.1:6666"])
def test_links_in_mails_lead_to_the_installation_whatever_host_was_asked(
    accounts: Client, employ: Employ, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setenv("ENTREPOT_ADDRESS", "https://trade.example")
    employ("ann", "acme")
    accounts.post("/accounts/password/reset/", {"email": "ann@example.org"}, HTTP_HOST=host)
    accounts.post("/accounts/password/reset/", {"email": "nobody@example.org"}, HTTP_HOST=host)
    sign_in(accounts, "ann")
    accounts.post("/accounts/reauthenticate/", {"password": PASSWORD})
    accounts.post("/accounts/email/", {"action_add": "", "email": "ann2@example.org"}, HTTP_HOST=host)
    told = " ".join([*mails(), *(str(one.subject) for one in mail.outbox)])
    assert len(mails()) == 3
    assert "6666" not in told
    assert len(re.findall(r"https://trade\.example/accounts/", told)) == 3


def test_an_officer_without_a_second_factor_makes_no_token_and_lets_nobody_in(
    tmp_path: Path, accounts: Client, employ: Employ
) -> None:
    live = open_desk(tmp_path / "live", nature="live")
    browser = client_of(live)
    employ("otto", "customs-office", standing=("customs",))
    sign_in(browser, "otto")
    for path, data in (
        ("/enterprise/tokens/new", {"name": "system", "days": "30", "role": "customs"}),
        ("/enterprise/invitations", {"email": "eve@example.org", "duty": "administer"}),
    ):
        answer = browser.post(path, data)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/2fa/")
    assert list_tokens(live.store) == []
    assert mails() == []
    live.store.close()


def test_an_invitation_is_taken_up_by_nobody_who_only_says_that_the_address_is_his(
    accounts: Client, employ: Employ
) -> None:
    from allauth.account.models import EmailAddress

    from entrepot.store.accounts.models import Employment, Person

    employ("boss", "acme")
    person(employ, "eve")
    sign_in(accounts, "boss")
    accounts.post("/enterprise/invitations", {"email": "cat@example.org", "duty": "administer"})
    (link,) = re.findall(r"/accounts/invitations/\S+", mails()[0])[:1]
    eve = other(accounts)
    sign_in(eve, "eve")
    said = EmailAddress.objects.create(user=Person.objects.get(username="eve"), email="cat@example.org", verified=False)
    with override_settings(EMAIL_HOST="mail.example"):  # where mails go out, addresses are verified
        assert eve.post(link).status_code == 422
        assert not Employment.objects.filter(person__username="eve", ended_at=None).exists()
        EmailAddress.objects.filter(id=said.id).update(verified=True)
        assert eve.post(link).status_code == 302


@pytest.mark.parametrize("days", ["0000013650", "366", "000001" + "9" * 12, "1" + "0" * 5000, "-1", "٣٦٦"])
def test_no_token_lasts_longer_than_the_longest(accounts: Client, employ: Employ, desk: Desk, days: str) -> None:
    employ("ann", "acme", state="admitted")
    sign_in(accounts, "ann")
    assert accounts.post("/enterprise/tokens/new", {"name": "system", "days": days}).status_code == 422
    assert list_tokens(desk.store) == []
