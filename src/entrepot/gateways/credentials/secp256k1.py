"""Who signed an Ethereum message: the address recovered from a signature over secp256k1 (SEC 1, section 4.1.6; EIP-191).

Only public values are computed with, so that plain integers do.
"""

import re
from typing import Any

from Crypto.Hash import keccak

_P = 2**256 - 2**32 - 977
_N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
_G = (
    0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
    0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
)
_SIGNATURE = re.compile(r"0x[0-9a-fA-F]{130}")

_Point = tuple[int, int] | None  # None is the point at infinity


def keccak256(data: bytes) -> bytes:
    """Keccak-256 as Ethereum uses it (not SHA3-256: the padding differs), 32 bytes."""
    return keccak.new(digest_bits=256, data=data).digest()


def signer_of(message: bytes, signature: Any) -> str | None:
    """The address (`0x…`, lower case) whose key signed the personal message; None when the signature is none.

    `signature` is `0x` and 65 bytes in hexadecimal: r, s and v (27 or 28, 0 or 1). Of the two forms of s only the lower counts.
    """
    if not isinstance(signature, str) or not _SIGNATURE.fullmatch(signature):
        return None
    data = bytes.fromhex(signature[2:])
    r, s, v = int.from_bytes(data[:32], "big"), int.from_bytes(data[32:64], "big"), data[64]
    v = v - 27 if v >= 27 else v
    if v not in (0, 1) or not 0 < r < _N or not 0 < s <= _N // 2:
        return None
    digest = keccak256(b"\x19Ethereum Signed Message:\n" + str(len(message)).encode() + message)
    square = (pow(r, 3, _P) + 7) % _P
    y = pow(square, (_P + 1) // 4, _P)
    if y * y % _P != square:
        return None
    inverse = pow(r, -1, _N)
    first = _times(int.from_bytes(digest, "big") * -inverse % _N, _G)
    key = _plus(first, _times(s * inverse % _N, (r, y if y & 1 == v else _P - y)))
    if key is None:
        return None
    return "0x" + keccak256(b"".join(part.to_bytes(32, "big") for part in key))[12:].hex()


def _plus(one: _Point, other: _Point) -> _Point:
    if one is None or other is None:
        return other if one is None else one
    if one[0] == other[0] and (one[1] + other[1]) % _P == 0:
        return None
    if one == other:
        slope = 3 * one[0] * one[0] * pow(2 * one[1], -1, _P) % _P
    else:
        slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, _P) % _P
    x = (slope * slope - one[0] - other[0]) % _P
    return x, (slope * (one[0] - x) - one[1]) % _P


def _times(factor: int, point: _Point) -> _Point:
    result: _Point = None
    while factor:
        if factor & 1:
            result = _plus(result, point)
        point, factor = _plus(point, point), factor >> 1
    return result
