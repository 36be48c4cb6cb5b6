"""OpenID Connect both ways: who vouches for people here, and the key under which we vouch for them elsewhere."""

import os
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from msgspec import Struct

from entrepot.store.database import StoreError
from entrepot.store.keys import write_key

KEY = "openid.pem"


class Issuer(Struct, frozen=True, forbid_unknown_fields=True):
    """One who vouches for people: `[[issuer]]` in the file of ENTREPOT_OIDC. Its secret lies in a file or in the environment
    variable named, never in the file itself. `id` stands in the address it sends people back to:
    /accounts/oidc/ID/login/callback/."""

    id: str
    name: str
    issuer: str
    client_id: str
    secret_file: str = ""
    secret_env: str = ""


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    issuer: tuple[Issuer, ...]


def issuers(file: str | None) -> tuple[Issuer, ...]:
    """Those whom the file names; none without a file. StoreError where it cannot be read."""
    if not file:
        return ()
    try:
        with Path(file).open("rb") as opened:
            read = msgspec.convert(tomllib.load(opened), type=_File).issuer
        if len({one.id for one in read}) != len(read):
            raise ValueError("two issuers have one id")
        for one in read:
            parts = urlsplit(one.issuer)
            local = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")
            if not (parts.scheme == "https" or local) or not parts.hostname:
                raise ValueError(f"the issuer of {one.id} is reached by https:// alone")
            if not one.id.isascii() or not one.id.replace("-", "").isalnum():
                raise ValueError(f"the id {one.id!r} is not of letters, digits and hyphens")
    except (OSError, ValueError, msgspec.ValidationError) as error:
        raise StoreError(
            f"the file of ENTREPOT_OIDC cannot be read: {error}", f"无法读取 ENTREPOT_OIDC 所指文件：{error}"
        ) from error
    return read


def read_issuers(file: str | None) -> list[dict[str, Any]]:
    """Those whom the file names, as django-allauth wants them."""
    return [
        {
            "provider_id": one.id,
            "name": one.name,
            "client_id": one.client_id,
            "secret": _secret(one),
            "settings": {"server_url": one.issuer, "oauth_pkce_enabled": True},
        }
        for one in issuers(file)
    ]


def origin(address: str) -> str:
    """The origin of an address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _secret(one: Issuer) -> str:
    if one.secret_env:
        secret = os.environ.get(one.secret_env, "")
    else:
        try:
            secret = Path(one.secret_file).read_text().strip() if one.secret_file else ""
        except OSError as error:
            raise StoreError(
                f"the secret of issuer {one.id} cannot be read: {error}", f"无法读取 {one.id} 的密钥"
            ) from error
    if not secret:
        raise StoreError(
            f"the issuer {one.id} of ENTREPOT_OIDC has no secret: name secret_file or secret_env",
            f"ENTREPOT_OIDC 中的 {one.id} 没有密钥：请填写 secret_file 或 secret_env",
        )
    return secret


def signing_key(home: Path) -> str:
    """The RSA key under which identity tokens are signed, as PEM: a file among the keys, made on first use."""
    path = home / "keys" / KEY
    if not path.exists():
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        write_key(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path.read_text()
