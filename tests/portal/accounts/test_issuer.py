"""Somebody else vouches: sign-in by OpenID Connect, with the platform itself as the issuer, end to end."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from wsgiref.simple_server import make_server

import pytest
from django.test import Client, override_settings

from entrepot.portal.accounts.oidc import read_issuers
from entrepot.portal.desk import Desk
from tests.portal.accounts.conftest import other, sign_in
from tests.portal.accounts.test_provider import agree
from tests.portal.browsing import Quiet

CALLBACK = "http://localhost/accounts/oidc/own/login/callback/"


@pytest.fixture
def vouching(accounts: Client, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A server that vouches for people, and our own settings that believe it."""
    from entrepot.portal.accounts.partners import new_client
    from entrepot.portal.wsgi import application_on

    server = make_server("127.0.0.1", 0, application_on(desk), handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setenv("ENTREPOT_ADDRESS", address)
    client_id, secret = new_client("ourselves", [CALLBACK])
    monkeypatch.setenv("OWN_SECRET", secret)
    file = tmp_path / "issuers.toml"
    file.write_text(
        f'[[issuer]]\nid = "own"\nname = "Own"\nissuer = "{address}"\nclient_id = "{client_id}"\nsecret_env = "OWN_SECRET"\n'
    )
    with override_settings(SOCIALACCOUNT_PROVIDERS={"openid_connect": {"APPS": read_issuers(str(file))}}):
        yield
    server.shutdown()
    thread.join()
    server.server_close()


def vouched_for(browser: Client, there: Client) -> str:
    """Go to the issuer, agree there, come back; where that leads."""
    away = urlsplit(browser.post("/accounts/oidc/own/login/").headers["Location"])
    assert parse_qs(away.query)["code_challenge_method"] == ["S256"]
    back = urlsplit(agree(there, f"{away.path}?{away.query}"))
    return browser.get(f"{back.path}?{back.query}").headers["Location"]


def test_whoever_is_vouched_for_chooses_a_name_once_and_is_known_after(
    accounts: Client, vouching: None, employ: Callable[..., None]
) -> None:
    from entrepot.store.accounts.models import Person

    employ("ann", "acme")
    there, here = other(accounts), other(accounts)
    sign_in(there, "ann")
    assert urlsplit(vouched_for(here, there)).path == "/accounts/3rdparty/signup/"
    assert (
        here.post(
            "/accounts/3rdparty/signup/", {"username": "ann", "email": "new@example.org", "name": "Ann"}
        ).status_code
        == 200
    )
    assert (
        here.post(
            "/accounts/3rdparty/signup/", {"username": "annie", "email": "new@example.org", "name": "Ann"}
        ).status_code
        == 302
    )
    assert here.get("/worklist").headers["Location"] == "/accounts/organisations"
    again = other(accounts)
    assert vouched_for(again, there) == "/"
    assert set(Person.objects.values_list("username", flat=True)) == {"ann", "annie"}


def test_an_answer_that_nobody_asked_for_signs_nobody_in(
    accounts: Client, vouching: None, employ: Callable[..., None]
) -> None:
    employ("ann", "acme")
    there, here, victim = other(accounts), other(accounts), other(accounts)
    sign_in(there, "ann")
    away = urlsplit(here.post("/accounts/oidc/own/login/").headers["Location"])
    back = urlsplit(agree(there, f"{away.path}?{away.query}"))
    answer = victim.get(f"{back.path}?{back.query}")
    assert "Location" not in answer.headers or "signup" not in answer.headers["Location"]
    assert victim.get("/enterprise").status_code == 302
