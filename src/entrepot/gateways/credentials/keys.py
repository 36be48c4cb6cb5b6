"""Keys of issuers and holders as text: multikeys (`z6Mk…`) and `did:key` identifiers, one spelling each.

W3C Controlled Identifiers 1.0 (Multikey, base58-btc) and the did:key method. The platform signs with Ed25519; P-256 is read, so
that documents of others can be checked.
"""

from typing import Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from msgspec import Struct

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_DIGITS = {letter: value for value, letter in enumerate(_ALPHABET)}
_LONGEST = 1_000  # letters of base58: above any key or signature, RSA included; decoding costs the square of the length
_PREFIXES: dict[bytes, "Algorithm"] = {b"\xed\x01": "Ed25519", b"\x80\x24": "P-256"}  # multicodec, as a varint
_LENGTHS = {"Ed25519": 32, "P-256": 33}
_FIELD = 2**255 - 19
# y of the points of order 1, 2, 4 and 8 on the curve of Ed25519: for such a key anybody can make signatures that hold.
_ORDER_8 = 2707385501144840649318225287225658788936804267575313519463743609750303402022
_WEAK = {0, 1, _FIELD - 1, _ORDER_8, _FIELD - _ORDER_8}

Algorithm = Literal["Ed25519", "P-256"]


class NotAKey(ValueError):
    """A text that should name a public key does not, or not in its one spelling."""


class KeyOutOfReach(NotAKey):
    """A text names a key that cannot be had here: of a kind that is not read, or in a document that nobody gave."""


def base58(data: bytes) -> str:
    """Bytes in base58 with Bitcoin's alphabet."""
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = _ALPHABET[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def from_base58(text: str) -> bytes:
    """The bytes of a base58 text of at most 1,000 letters; ValueError for all else. Every byte string has one such text."""
    if len(text) > _LONGEST or not all(letter in _DIGITS for letter in text):
        raise ValueError("not a text in base58")
    number = 0
    for letter in text:
        number = number * 58 + _DIGITS[letter]
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


class PublicKey(Struct, frozen=True):
    """A public key: 32 bytes of Ed25519 (RFC 8032) or 33 bytes of P-256 (compressed point, SEC 1)."""

    algorithm: Algorithm
    raw: bytes

    @property
    def multikey(self) -> str:
        """The key in multibase: `z6Mk…` for Ed25519, `zDn…` for P-256."""
        prefix = next(prefix for prefix, algorithm in _PREFIXES.items() if algorithm == self.algorithm)
        return "z" + base58(prefix + self.raw)

    @property
    def did(self) -> str:
        """The identifier that is nothing but this key: `did:key:z6Mk…`."""
        return f"did:key:{self.multikey}"

    @property
    def verification_method(self) -> str:
        """The URL of the key in its own did:key document."""
        return f"{self.did}#{self.multikey}"

    def signed(self, signature: bytes, data: bytes) -> bool:
        """Whether the signature over `data` holds: 64 bytes, R and S; of P-256 over the SHA-256 (ES256)."""
        if len(signature) != 64:
            return False
        try:
            if self.algorithm == "Ed25519":
                Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, data)
            else:
                r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
                point = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), self.raw)
                point.verify(encode_dss_signature(r, s), data, ECDSA(SHA256()))
        except (InvalidSignature, ValueError):
            return False
        return True


def public_key(algorithm: Algorithm, raw: bytes) -> PublicKey:
    """A key from its bytes, when they are a point that a key may be; NotAKey otherwise."""
    if len(raw) != _LENGTHS[algorithm]:
        raise NotAKey(f"a key of {algorithm} has {_LENGTHS[algorithm]} bytes, not {len(raw)}")
    if algorithm == "Ed25519":
        y = int.from_bytes(raw, "little") & (2**255 - 1)
        if y >= _FIELD or y in _WEAK:
            raise NotAKey("the Ed25519 key is one for which anybody can sign")
    else:
        try:
            EllipticCurvePublicKey.from_encoded_point(SECP256R1(), raw)
        except ValueError as error:
            raise NotAKey("the P-256 key is no point of the curve") from error
    return PublicKey(algorithm, raw)


def read_multikey(text: str) -> PublicKey:
    """The key that a multibase text (`z` and base58-btc) names; NotAKey for other kinds of key and other spellings."""
    if not text.startswith("z"):
        raise NotAKey("a multikey begins with z (base58-btc)")
    try:
        data = from_base58(text[1:])
    except ValueError as error:
        raise NotAKey(f"the multikey is {error}") from error
    algorithm = _PREFIXES.get(data[:2])
    if algorithm is None:
        raise KeyOutOfReach("the key is of a kind that is not read (read are Ed25519 and P-256)")
    return public_key(algorithm, data[2:])


def did_key(did_or_url: str) -> PublicKey:
    """The key of a `did:key:z…` or of its only verification method `did:key:z…#z…`; NotAKey otherwise."""
    did, marked, fragment = did_or_url.partition("#")
    if not did.startswith("did:key:"):
        raise KeyOutOfReach("not a did:key")
    multikey = did.removeprefix("did:key:")
    if marked and fragment != multikey:
        raise NotAKey("the part after # is not the key of this did:key")
    return read_multikey(multikey)


def public_key_of(did_or_url: str) -> bytes:
    """The 32 bytes of the Ed25519 key that a did:key, or the URL of its verification method, names; NotAKey otherwise."""
    key = did_key(did_or_url)
    if key.algorithm != "Ed25519":
        raise NotAKey("not an Ed25519 key")
    return key.raw


class SigningKey:
    """An Ed25519 key that signs. Its seed never shows in a representation."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.key = PublicKey("Ed25519", private.public_key().public_bytes_raw())

    @classmethod
    def from_seed(cls, seed: bytes) -> "SigningKey":
        """The key of a seed of 32 random bytes; ValueError for another length."""
        return cls(Ed25519PrivateKey.from_private_bytes(seed))

    @property
    def public(self) -> bytes:
        """The public key, 32 bytes."""
        return self.key.raw

    @property
    def did(self) -> str:
        """`did:key:z6Mk…`."""
        return self.key.did

    @property
    def verification_method(self) -> str:
        """`did:key:z6Mk…#z6Mk…`, as it stands in a proof."""
        return self.key.verification_method

    def sign(self, data: bytes) -> bytes:
        """The signature over `data`, 64 bytes (RFC 8032)."""
        return self._private.sign(data)
