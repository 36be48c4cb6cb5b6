"""Checksums and signatures of PINT 3.0: SHA-256 over canonical JSON (RFC 8785) or over a signed text; JWS in compact form (RFC 7515).

We sign with Ed25519 (`alg` EdDSA, RFC 8037). Signatures of others are read with a fixed list of algorithms and keys that the caller
trusts; a key that a message brings along is no key.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from entrepot.gateways.bounds import load_json
from entrepot.gateways.credentials.data_integrity import canonical_bytes
from entrepot.gateways.credentials.keys import SigningKey, public_key_of
from entrepot.kernel.canonical import canonical
from entrepot.kernel.intake import Refusal
from entrepot.kernel.text import Text

LARGEST_JWS = 1 << 20
# Asymmetric alone: with a shared secret whoever checks could have signed.
_KEYS: dict[str, type[OKPKey] | type[ECKey] | type[RSAKey]] = {
    "EdDSA": OKPKey, "Ed25519": OKPKey, "ES256": ECKey, "ES384": ECKey, "RS256": RSAKey, "PS256": RSAKey,
}  # fmt: skip
_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_HEADER = frozenset({"alg", "kid", "typ", "cty", "x5c", "x5t#S256"})
SMALLEST_RSA = 2048

TrustedKeys = Mapping[str, Mapping[str, Any]]  # key id -> public JWK (RFC 7517)


class BadSignature(ValueError):
    """A signed text that does not hold, with the reason in both languages."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.reason = Text(en, zh)


def checksum(value: object) -> str:
    """SHA-256 (hex) of a value's canonical JSON; ValueError for values that have none."""
    return sha256(canonical_bytes(value)).hexdigest()


def text_checksum(text: str) -> str:
    """SHA-256 (hex) of a signed text as it stands."""
    return sha256(text.encode()).hexdigest()


def plain_number(text: str) -> int | float:
    """A number of JSON as RFC 8785 takes it."""
    return int(text) if text.lstrip("-").isdigit() else float(text)


def public_jwk(did: str) -> dict[str, Any]:
    """The public JWK (RFC 8037) of a `did:key` of Ed25519."""
    return {"kty": "OKP", "crv": "Ed25519", "x": _base64url(public_key_of(did))}


def signed(payload: Mapping[str, Any], key: SigningKey) -> str:
    """A payload as JWS in compact form; the key id is the key's `did:key`."""
    header = canonical({"alg": "EdDSA", "kid": key.did})
    told = f"{_base64url(header)}.{_base64url(canonical_bytes(payload))}"
    return f"{told}.{_base64url(key.sign(told.encode()))}"


def opened(text: object, keys: TrustedKeys) -> tuple[dict[str, Any], str]:
    """The payload of a JWS signed with one of the keys, and the id of that key. Raises BadSignature."""
    if not isinstance(text, str) or len(text) > LARGEST_JWS or not _COMPACT.fullmatch(text):
        raise BadSignature("it is no JWS in compact form", "不是紧凑格式的 JWS")
    header = _object(text.partition(".")[0])
    algorithm, kid = header.get("alg"), header.get("kid", "")
    if unknown := sorted(header.keys() - _HEADER):
        raise BadSignature(
            f"its header has {unknown[0][:40]!r}, which is not read here", f"签名头含有不支持的 {unknown[0][:40]!r}"
        )
    if not isinstance(algorithm, str) or algorithm not in _KEYS:
        raise BadSignature(
            f"{str(algorithm)[:20]!r} is no algorithm accepted here", f"不接受签名算法 {str(algorithm)[:20]!r}"
        )
    jwk = keys.get(kid) if isinstance(kid, str) else None
    if jwk is None:
        raise BadSignature(
            f"the key {str(kid)[:100]!r} is not among those trusted", f"密钥 {str(kid)[:100]!r} 不在信任之列"
        )
    try:
        key = _KEYS[algorithm].import_key(dict(jwk))
        if isinstance(key, RSAKey) and key.raw_value.key_size < SMALLEST_RSA:
            raise BadSignature(f"an RSA key of less than {SMALLEST_RSA} bits", f"RSA 密钥不足 {SMALLEST_RSA} 位")
        payload = jws.deserialize_compact(text, key, algorithms=[algorithm]).payload
    except BadSignature:
        raise
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise BadSignature(f"its signature does not hold ({type(error).__name__})", "签名不成立") from None
    return _decoded(payload), str(kid)


def _object(part: str) -> dict[str, Any]:
    try:
        data = urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError:
        raise BadSignature("its header is not in base64url", "签名头不是 base64url") from None
    if _base64url(data) != part:
        raise BadSignature("its header is not in base64url", "签名头不是 base64url")
    return _decoded(data)


def _decoded(data: bytes) -> dict[str, Any]:
    try:
        value = load_json(data, plain_number)
    except Refusal as refusal:
        raise BadSignature(refusal.problems[0].what.en, refusal.problems[0].what.zh) from None
    if not isinstance(value, dict):
        raise BadSignature("what was signed is no object", "签名内容不是对象")
    return value


def _base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
