"""An accounts' database for each test, and people to put into it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from django.core import mail
from django.test import Client, override_settings

from entrepot.channels.online import Voice
from entrepot.portal.access import giving
from entrepot.portal.desk import Desk
from tests.portal.web import client_of, place_nobody

State = Literal["admitted", "suspended", "refused"]
OPERATOR = Voice("olga", "operator", frozenset({"operator"}))
PASSWORD = "nine green teapots"  # of everybody here


@pytest.fixture
def accounts(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """A client of the desk, with an empty accounts' database (SQLite) and a home folder of its own."""
    monkeypatch.setenv("ENTREPOT_HOME", str(tmp_path))
    client = client_of(desk)
    from django.db import connections

    place_nobody(tmp_path)
    setattr(mail, "outbox", [])  # noqa: B010 - where Django's own test runner would put it
    with override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],  # Argon2 is slow on purpose
        EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend",
    ):
        yield client
    connections["default"].close()


@pytest.fixture
def employ(accounts: Client, desk: Desk) -> Callable[..., None]:
    """Makes a person who may sign in, and employs it: `employ("ann", "acme", "read", "say")`. `state` is what the operator says."""
    from allauth.account.models import EmailAddress
    from django.contrib.auth.hashers import make_password

    from entrepot.store.accounts.models import DUTIES, Employment, Organisation, Person

    hashed = make_password(PASSWORD)

    def employ_(
        person: str, organisation: str, *duties: str, standing: tuple[str, ...] = (), state: State | None = None
    ) -> None:
        email = f"{person}@example.org"
        who, made = Person.objects.get_or_create(username=person, defaults={"email": email, "password": hashed})
        if made:
            EmailAddress.objects.create(user=who, email=email, verified=True, primary=True)
        where, _ = Organisation.objects.get_or_create(
            code=organisation, defaults={"name": organisation, "standing": list(standing)}
        )
        Employment.objects.create(person=who, organisation=where, duties=list(duties or DUTIES))
        if state is not None:
            giving.admit(desk, OPERATOR, organisation, state, "by the test")

    return employ_


def sign_in(client: Client, person: str, password: str = PASSWORD) -> int:
    """Sign in on the page; the status of the answer."""
    return client.post("/accounts/login/", {"login": person, "password": password}).status_code


def other(client: Client) -> Client:
    """Another browser at the same desk."""
    browser = Client()
    browser.defaults = dict(client.defaults)
    return browser


def mails() -> list[str]:
    """The texts of the mails sent so far, the oldest first."""
    return [str(one.body) for one in getattr(mail, "outbox", [])]
