"""The platform as an OpenID provider: the code flow with PKCE, from the partner's side, to the identity token proven."""

import re
from base64 import urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client
from joserfc import jwt
from joserfc.jwk import KeySet

from entrepot.kernel.intake import Refusal
from tests.portal.accounts.conftest import other, sign_in

Employ = Callable[..., None]
BACK = "https://bank.example/back"
VERIFIER = "a-verifier-that-is-long-enough-for-its-purpose-0123456789"
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


def asking(client_id: str, **changed: str) -> str:
    wanted = {
        "client_id": client_id, "response_type": "code", "scope": "openid profile organisation", "redirect_uri": BACK,
        "state": "s1", "nonce": "n1", "code_challenge": CHALLENGE, "code_challenge_method": "S256",
    }  # fmt: skip
    return "/identity/o/authorize?" + urlencode(wanted | changed)


def partner() -> tuple[str, str]:
    from entrepot.portal.accounts.partners import new_client

    return new_client("Harbour Bank", [BACK])


def agree(client: Client, asked: str, answer: str = "grant") -> str:
    """Agree on the page; where the browser is sent back to."""
    page = client.get(asked).content.decode()
    hidden = {
        name: unescape(text) for name, text in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    }
    scopes = re.findall(r'name="scopes" value="(\w+)"', page)
    return str(client.post("/identity/o/authorize", {**hidden, "scopes": scopes, "action": answer}).headers["Location"])


def granted(client: Client, client_id: str, answer: str = "grant") -> dict[str, list[str]]:
    """Ask, agree on the page, and give what the browser brings back to the partner."""
    back = agree(client, asking(client_id), answer)
    assert back.startswith(BACK)
    return parse_qs(urlsplit(back).query)


def exchange(machine: Client, code: str, client: tuple[str, str], verifier: str = VERIFIER) -> dict[str, str]:
    form = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "client_id": client[0],
        "client_secret": client[1], "code_verifier": verifier,
    }  # fmt: skip
    told: dict[str, str] = machine.post("/identity/o/api/token", form).json()
    return told


def test_a_partner_learns_who_signed_in_and_for_whom(accounts: Client, employ: Employ) -> None:
    employ("ann", "91310000775785552L", "read", "say")
    employ("ann", "JPN-1234", state="suspended")
    client = partner()
    assert accounts.get(asking(client[0])).headers["Location"].startswith("/accounts/login/?next=")
    sign_in(accounts, "ann")
    back = granted(accounts, client[0])
    assert back["state"] == ["s1"]
    machine = other(accounts)
    told = exchange(machine, back["code"][0], client)
    keys = KeySet.import_key_set(machine.get("/.well-known/jwks.json").json())
    claims = jwt.decode(told["id_token"], keys, algorithms=["RS256"]).claims
    card = machine.get("/.well-known/openid-configuration").json()
    assert (claims["iss"], claims["aud"], claims["nonce"], claims["sub"]) == (card["issuer"], client[0], "n1", "ann")
    [organisation] = claims["organisations"]
    assert (organisation["code"], organisation["duties"]) == ("91310000775785552L", ["read", "say"])
    bearer = {"Authorization": f"Bearer {told['access_token']}"}
    assert machine.get("/identity/o/api/userinfo", headers=bearer).json()["sub"] == "ann"
    assert machine.get("/api/v1/dossiers", headers=bearer).status_code == 401  # it tells who one is, and opens nothing
    assert "error" in exchange(machine, back["code"][0], client)  # a code works once


def test_what_was_not_agreed_to_or_not_proven_gives_nothing(accounts: Client, employ: Employ) -> None:
    employ("ann", "91310000775785552L")
    client = partner()
    sign_in(accounts, "ann")
    assert granted(accounts, client[0], "cancel")["error"] == ["access_denied"]
    code = granted(accounts, client[0])["code"][0]
    machine = other(accounts)
    assert "error" in exchange(machine, code, (client[0], "wrong"))
    assert "error" in exchange(machine, code, client, "another-verifier-that-is-long-enough-for-its-purpose-0000")
    for changed in ({"redirect_uri": "https://evil.example/"}, {"client_id": "unknown"}):
        asked = asking(**{"client_id": client[0]} | changed)
        assert "Location" not in accounts.get(asked).headers  # told on our page, sent nowhere


@pytest.mark.parametrize(
    "address", ["http://bank.example/", "https://*.example/", "javascript:alert(1)", "https://bank.example/#x", ""]
)
def test_a_partner_is_sent_people_over_https_alone(accounts: Client, address: str) -> None:
    from entrepot.portal.accounts.partners import new_client

    with pytest.raises(Refusal):
        new_client("x", [address])


def test_the_consent_page_lets_its_form_lead_to_the_partner_and_nobody_else(accounts: Client, employ: Employ) -> None:
    employ("ann", "acme")
    client = partner()
    sign_in(accounts, "ann")
    policy = accounts.get(asking(client[0])).headers["Content-Security-Policy"]
    assert "form-action 'self' https://bank.example;" in policy
    assert "form-action 'self';" in accounts.get("/enterprise").headers["Content-Security-Policy"]
