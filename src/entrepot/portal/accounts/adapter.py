"""Where django-allauth asks how it is done here."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar, Literal
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.models import Client, PrivateKey
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db.models import Q
from django.http import HttpRequest

from entrepot.portal import setting
from entrepot.portal.accounts.admission import admissions
from entrepot.portal.accounts.frame import said
from entrepot.portal.accounts.oidc import signing_key
from entrepot.portal.accounts.session import employments_of
from entrepot.portal.web import desk_of
from entrepot.store.accounts.models import Person
from entrepot.store.keys import make_key, read_key

FACTORS_KEY = "accounts.key"
NONCE = 12


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in by password."""

    def clean_username(self, username: str, shallow: bool = False) -> str:
        """A login name is lower case, and it is never given twice: people are never deleted."""
        return str(super().clean_username(username.lower(), shallow))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Links lead to the installation's address, and it signs with that: whoever asked by another host chooses neither."""
        asked, ours = self.request.build_absolute_uri("/"), f"{setting.address()}/"
        context = {
            name: ours + value.removeprefix(asked) if isinstance(value, str) and value.startswith(asked) else value
            for name, value in context.items()
        }
        host = urlsplit(ours).netloc
        super().send_mail(template_prefix, email, {**context, "current_site": {"domain": host, "name": host}})

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Failures are counted for a person, by whichever name and host they are tried."""
        login = str(credentials.get("email") or credentials.get("username") or "").strip().lower()
        named = Person.objects.filter(Q(username=login) | Q(emailaddress__email__iexact=login))
        first: int | None = named.order_by("pk").values_list("pk", flat=True).first()
        return f"person:{first}" if first is not None else f"login:{login}"


class Vouched(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Sign-in by OpenID Connect."""

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Person:
        """With the name that the issuer tells."""
        person: Person = super().populate_user(request, sociallogin, data)
        person.name = str(data.get("name") or "")[:200]
        return person


class Factors(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors. Their secrets lie in the database only sealed (AES-256-GCM, under a key in the folder of keys)."""

    def encrypt(self, text: str) -> str:
        from secrets import token_bytes

        nonce = token_bytes(NONCE)
        return (nonce + AESGCM(_factors_key()).encrypt(nonce, text.encode(), b"factor")).hex()

    def decrypt(self, encrypted_text: str) -> str:
        sealed = bytes.fromhex(encrypted_text)
        return AESGCM(_factors_key()).decrypt(sealed[:NONCE], sealed[NONCE:], b"factor").decode()


def _factors_key() -> bytes:
    path: Path = setting.home() / "keys" / FACTORS_KEY
    if not path.exists():
        make_key(path)
    return read_key(path)


class Provider(DefaultOIDCAdapter):  # type: ignore[misc]
    """The platform as an OpenID provider for its partners. The subject is the login name, which is never given twice."""

    scope_display: ClassVar = {**DefaultOIDCAdapter.scope_display, "organisation": said("ac_scope_organisation")}

    def get_issuer(self) -> str:
        """One name whatever host the request came by."""
        return setting.address()

    def list_private_keys(self, **wanted: Any) -> list[PrivateKey]:
        return [PrivateKey(pem=signing_key(setting.home()))]

    def get_user_sub(self, client: Client, user: Person) -> str:
        return user.username

    def get_user_by_sub(self, client: Client, sub: str) -> Person | None:
        return Person.objects.filter(username=sub, is_active=True).first()

    def get_claims(
        self, purpose: Literal["id_token", "userinfo"], user: Person, client: Client, scopes: Iterable[str],
        email: str | None = None, **more: Any,
    ) -> dict[str, Any]:  # fmt: skip
        """With the scope `organisation`: for whom the person may act, with which duties and standing."""
        claims: dict[str, Any] = super().get_claims(purpose, user, client, scopes, email, **more)
        if "profile" in scopes and user.name:
            claims["name"] = user.name
        if "organisation" in scopes:
            held = employments_of(user)
            stand = admissions(desk_of(context.request).store, [one.organisation for one in held])
            claims["organisations"] = [
                {
                    "code": one.organisation.code,
                    "name": str(one.organisation),
                    "standing": sorted(one.organisation.standing),
                    "duties": sorted(one.duties),
                }
                for one in held
                if stand[one.organisation.code] == "admitted"
            ]
        return claims
