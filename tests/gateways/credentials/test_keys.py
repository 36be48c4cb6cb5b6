"""Keys as text have one spelling, and what is no key is refused."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from entrepot.gateways.credentials.keys import (
    KeyOutOfReach,
    NotAKey,
    SigningKey,
    base58,
    did_key,
    from_base58,
    public_key,
    public_key_of,
    read_multikey,
)

# W3C CCG, did:key method: Ed25519 with its 32 bytes; RFC 8032 section 7.1, test 1: seed and public key.
NAMED = (
    "z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp",
    "3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29",
)
SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
P256 = "zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169"


def test_published_keys_are_read_and_written() -> None:
    name, raw = NAMED
    assert public_key_of(f"did:key:{name}").hex() == raw
    assert public_key_of(f"did:key:{name}#{name}").hex() == raw
    key = SigningKey.from_seed(SEED)
    assert key.public.hex() == PUBLIC
    assert key.did == key.key.did == f"did:key:{key.key.multikey}"
    assert key.verification_method == f"{key.did}#{key.key.multikey}"
    assert SEED.hex() not in repr(key)
    assert did_key(f"did:key:{P256}").algorithm == "P-256"
    assert read_multikey(P256).multikey == P256


@pytest.mark.parametrize(
    "text",
    [
        "did:key:",
        "did:key:6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp",
        f"did:key:{NAMED[0]}#",
        f"did:key:{NAMED[0]}#{P256}",
        f"did:key:{NAMED[0]}#{NAMED[0]}#{NAMED[0]}",
        f"did:key:{NAMED[0]} ",
        f"did:key:{NAMED[0]}?x=1",
        f"did:key:z1{NAMED[0][1:]}",
        f"did:key:{NAMED[0][:-1]}",
        f"did:key:{NAMED[0]}1",
        f"did:key:{NAMED[0].replace('z6Mk', 'z6Mk0')}",
        f"did:key:{P256}",  # no Ed25519
        "did:key:z" + base58(b"\xed\x01" + bytes(32)),  # y = 0: a point of order 4
        "did:key:z" + base58(b"\xed\x01" + (2**255 - 1).to_bytes(32, "little")),  # y beyond the field
        "did:key:z" + base58(b"\xed\x01" + bytes([1]) + bytes(31)),  # the neutral point
        "did:key:z" + "2" * 5000,
        "did:web:maker.example",
        "DID:KEY:" + NAMED[0],
        "",
    ],
)
def test_other_spellings_and_weak_keys_are_no_keys(text: str) -> None:
    with pytest.raises(NotAKey):
        public_key_of(text)


def test_keys_of_other_kinds_are_out_of_reach_and_points_off_the_curve_are_no_keys() -> None:
    with pytest.raises(KeyOutOfReach):
        read_multikey("z" + base58(b"\xe7\x01" + bytes(33)))  # secp256k1
    with pytest.raises(NotAKey, match="no point"):
        public_key("P-256", b"\x02" + b"\xff" * 32)
    with pytest.raises(NotAKey, match="32 bytes"):
        public_key("Ed25519", bytes(31))


def test_signatures_of_both_kinds_hold_for_their_key_and_text_alone() -> None:
    key = SigningKey.from_seed(SEED)
    assert key.key.signed(key.sign(b"bill"), b"bill")
    assert not key.key.signed(key.sign(b"bill"), b"Bill")
    assert not key.key.signed(key.sign(b"bill") + b"\0", b"bill")
    assert not key.key.signed(b"\xff" * 64, b"bill")
    private = generate_private_key(SECP256R1())
    point = private.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    r, s = decode_dss_signature(private.sign(b"bill", ECDSA(SHA256())))
    signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    assert public_key("P-256", point).signed(signature, b"bill")
    assert not public_key("P-256", point).signed(signature, b"Bill")
    assert not public_key("P-256", point).signed(bytes(64), b"bill")


@given(st.binary(max_size=80))
def test_base58_has_one_text_for_each_byte_string(data: bytes) -> None:
    assert from_base58(base58(data)) == data


@given(st.text("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", max_size=60))
def test_base58_has_one_byte_string_for_each_text(text: str) -> None:
    assert base58(from_base58(text)) == text
