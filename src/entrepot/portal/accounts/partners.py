"""Partners whose systems let people sign in through this platform: OpenID Connect clients, made by the operator alone."""

from secrets import token_urlsafe
from urllib.parse import urlsplit

from allauth.idp.oidc.models import Client
from django.contrib.auth.hashers import make_password

from entrepot.portal.accounts.employing import refuse
from entrepot.portal.accounts.oidc import origin

SCOPES = ("openid", "profile", "email", "organisation")


def new_client(name: str, redirects: list[str]) -> tuple[str, str]:
    """A client of the code flow with PKCE; its id and its secret, of which only the hash is kept."""
    for address in redirects:
        parts = urlsplit(address)
        local = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")
        if not (parts.scheme == "https" or local) or not parts.hostname or parts.fragment or "*" in address:
            raise refuse("AU23", "redirect", f"{address!r} is no address to send people back to", f"{address!r} 不是有效的回调地址",
                         "use https://…, whole and without a fragment", "请使用完整的 https:// 地址，不含片段")  # fmt: skip
    secret = token_urlsafe(32)
    made = Client(
        name=name[:100], secret=make_password(secret), response_types="code", grant_types="authorization_code"
    )
    made.set_redirect_uris(redirects)
    made.set_scopes(list(SCOPES))
    made.save()
    return str(made.id), secret


def sent_back_to() -> list[str]:
    """The origins that forms of ours may lead to in the end: those of the partners."""
    addresses = [address for one in Client.objects.all() for address in one.get_redirect_uris()]
    return sorted({origin(address) for address in addresses})
