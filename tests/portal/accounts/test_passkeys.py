"""A passkey in a real browser: made, and signed in with; no password, no outside host."""

import re
import threading
from collections.abc import Callable, Iterator
from typing import Any
from wsgiref.simple_server import make_server

import pytest
from django.test import Client

from entrepot.portal.desk import Desk
from tests.portal.accounts.conftest import PASSWORD
from tests.portal.browsing import Quiet, browsing, program

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if program() is None:
        pytest.skip("no Chromium on this machine")
    with browsing() as browser:
        yield browser


@pytest.fixture(autouse=True)
def beside_playwright(monkeypatch: pytest.MonkeyPatch) -> None:
    """Playwright keeps a loop of its own in this thread, which Django takes for a reason not to ask the database."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.fixture
def address(accounts: Client, desk: Desk) -> Iterator[str]:
    """The portal under a name that browsers take for safe."""
    from entrepot.portal.wsgi import application_on

    server = make_server("127.0.0.1", 0, application_on(desk), handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_passkey_is_made_and_signs_in(browser: Any, address: str, employ: Callable[..., None]) -> None:
    employ("ann", "acme")
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if "Content Security" in message.text else None)
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }  # fmt: skip
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.goto(f"{address}/accounts/login/")
    page.fill("#id_login", "ann")
    page.fill("#id_password", PASSWORD)
    page.get_by_role("button", name="Sign In", exact=True).click()
    page.wait_for_url(re.compile(r"^[^?]*:\d+/$"))
    page.goto(f"{address}/accounts/2fa/webauthn/add/")
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url(re.compile("/webauthn/add/"))
    page.fill("#id_name", "my laptop")
    page.check("#id_passwordless")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(re.compile("/2fa/(recovery-codes|webauthn)/(?!add)"))
    context.clear_cookies()
    page.goto(f"{address}/accounts/login/?next=/enterprise")
    page.click("#passkey_login")
    page.wait_for_url(re.compile("^[^?]*/enterprise$"))
    assert "acme" in page.locator("h1").inner_text()
    assert faults == []
    context.close()
