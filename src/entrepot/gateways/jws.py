"""Signed JSON in its compact form (JWS, RFC 7515), strictly: one spelling, one list of algorithms, keys only from outside the text.

Signed and checked with the keys of `credentials/keys.py`, so that no secret leaves the object that holds it. Ed25519 is written
`Ed25519` (RFC 9864) and read as the older `EdDSA` (RFC 8037) too; P-256 is `ES256` (RFC 7518).
"""

import json
from collections.abc import Mapping
from typing import Any, Protocol

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey, EllipticCurvePublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from msgspec import Struct

from entrepot.gateways.credentials.keys import Algorithm, NotAKey, PublicKey, public_key
from entrepot.gateways.credentials.reading import Unfit, base64url, from_base64url, read_object

MAX_JWS = 1 << 20  # characters

_WRITTEN: dict[Algorithm, str] = {"Ed25519": "Ed25519", "P-256": "ES256"}
_READ: dict[str, Algorithm] = {"Ed25519": "Ed25519", "EdDSA": "Ed25519", "ES256": "P-256"}
_COORDINATE = 32  # bytes of P-256


class Signs(Protocol):
    """A key that signs: `credentials.keys.SigningKey`, or one that is held elsewhere."""

    @property
    def key(self) -> PublicKey:
        """Its public half."""

    def sign(self, data: bytes) -> bytes:
        """The signature, 64 bytes; of P-256 R and S (ES256)."""


class Jws(Struct, frozen=True):
    """What a JWS says, its signature not yet checked."""

    header: Mapping[str, Any]
    payload: Mapping[str, Any]
    signed: bytes
    signature: bytes

    def signed_by(self, key: PublicKey) -> bool:
        """Whether the key signed it, with the algorithm that the header names."""
        return _READ[self.header["alg"]] == key.algorithm and key.signed(self.signature, self.signed)


def sign_jws(payload: Mapping[str, Any], key: Signs, **header: str) -> str:
    """The payload signed, in compact form. `header` names what stands beside `alg` (`typ`, `kid`)."""
    parts = {"alg": _WRITTEN[key.key.algorithm], **header}, payload
    signed = ".".join(base64url(json_bytes(part)) for part in parts)
    return f"{signed}.{base64url(key.sign(signed.encode()))}"


def read_jws(text: str) -> Jws:
    """A JWS from its compact form. Raises Unfit, also for `none`, for algorithms that are not read and for critical extensions."""
    if len(text) > MAX_JWS:
        raise Unfit(f"signed JSON of more than {MAX_JWS:,} characters", f"已签署 JSON 超过 {MAX_JWS:,} 个字符")
    parts = text.split(".")
    if len(parts) != 3:
        raise Unfit("signed JSON has three parts with a point between", "已签署 JSON 须为以点分隔的三部分")
    try:
        head, body, signature = map(from_base64url, parts)
    except ValueError as error:
        raise Unfit(f"a part of the signed JSON is {error}", "已签署 JSON 的一部分不是规范的 base64url") from error
    header = read_object(head)
    if not isinstance(header.get("alg"), str) or header["alg"] not in _READ:
        named = str(header.get("alg"))[:40]
        raise Unfit(f"the algorithm {named!a} is not accepted", f"不接受签名算法 {named!a}")
    if "crit" in header or "b64" in header:
        raise Unfit("the header demands extensions that are not known here", "头部要求本系统不支持的扩展")
    return Jws(header, read_object(body), text.rpartition(".")[0].encode(), signature)


def json_bytes(value: object) -> bytes:
    """A value as JSON in UTF-8; ValueError for NaN and infinities."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def to_jwk(key: PublicKey) -> dict[str, str]:
    """A public key as JWK (RFC 7517)."""
    if key.algorithm == "Ed25519":
        return {"kty": "OKP", "crv": "Ed25519", "x": base64url(key.raw)}
    point = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), key.raw)
    whole = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    x, y = base64url(whole[1 : 1 + _COORDINATE]), base64url(whole[1 + _COORDINATE :])
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


def from_jwk(jwk: object) -> PublicKey:
    """The public key of a JWK; NotAKey for other kinds, for secret ones, and for points off the curve."""
    if not isinstance(jwk, Mapping):
        raise NotAKey("a JWK is an object")
    kind = jwk.get("kty"), jwk.get("crv")
    names = ("x",) if kind == ("OKP", "Ed25519") else ("x", "y") if kind == ("EC", "P-256") else ()
    if not names or "d" in jwk or not all(isinstance(jwk.get(name), str) for name in names):
        raise NotAKey("a JWK that is no public key of Ed25519 or P-256")
    try:
        coordinates = [from_base64url(jwk[name]) for name in names]
        if any(len(one) != _COORDINATE for one in coordinates):
            raise ValueError("a coordinate has 32 bytes")
        if len(coordinates) == 1:
            return public_key("Ed25519", coordinates[0])
        x, y = (int.from_bytes(one, "big") for one in coordinates)
        point = EllipticCurvePublicNumbers(x, y, SECP256R1()).public_key()
    except ValueError as error:
        raise NotAKey(f"the JWK holds no key: {error}") from error
    return public_key("P-256", point.public_bytes(Encoding.X962, PublicFormat.CompressedPoint))
