"""COSE receipts of the log: what is written, what is read, and every way in which one may be wrong."""

import hashlib

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from entrepot.gateways.cose import (
    consistency_receipt,
    grown_root,
    inclusion_receipt,
    protected_header,
    read_cose_receipt,
    root_of_path,
    signed_bytes,
    verify_cose_consistency,
    verify_cose_receipt,
)
from entrepot.gateways.credentials.keys import PublicKey, SigningKey
from entrepot.gateways.credentials.reading import Unfit
from entrepot.gateways.verdict import Verdict
from entrepot.modules.evidence.rules import tree
from entrepot.store.notes import Signer

KEY = SigningKey.from_seed(bytes(range(32)))
ENTRIES = [b"entry %d" % number for number in range(20)]
HEADER = protected_header(b"log.example/a+530d903a", "log.example/a")

# The sample receipt of inclusion beside the draft of RFC 9942 (cose-wg/draft-ietf-cose-merkle-tree-proofs, examples).
SAMPLE = bytes.fromhex(
    "d2845840a40126044a746573742d6b65792d3119018b010fa101782868747470733a2f2f7472616e73706172656e63792d736572766963652e6578616d70"
    "6c652e636f6da119018ca12081586a83050383"
    "58203d06455dd33da4e9bbd8090677a2d0955e6dffe4b92069605a468920d1198095"
    "582033a5211719e06238a191c7244a7633187da2c9aaa5bc6dec54e2cbb498255434"
    "58204d75742d9ea02f7767dcd554a7878ff22cdb208be9f3d35f7aa7700b57e741c0"
    "f6584034e81008fb0e4e521657668745450df608d0e5c015dffc5d607dd78236c2908f4e2b643817d9191d0abd7c074aff2b1bfda519ab3fab210ff2e0a1de275de6a7"
)


def hashes(count: int) -> list[bytes]:
    return [tree.leaf_hash(entry) for entry in ENTRIES[:count]]


def reader(count: int) -> tree.ReadHash:
    leaves = [
        hashlib.sha256(b"\x00%d" % number).digest() if number >= 20 else hashes(20)[number] for number in range(count)
    ]
    return tree.Tiles(lambda level, number: b"".join(leaves[number * 256 : number * 256 + 256]) if level == 0 else b"")


def receipt(index: int = 3, size: int = 20, header: bytes = HEADER) -> bytes:
    path = tree.inclusion_path(index, size, reader(size))
    return inclusion_receipt(header, KEY.sign(signed_bytes(header, tree.root(hashes(size)))), index, size, path)


def grown(size1: int = 7, size2: int = 20) -> bytes:
    path = tree.consistency_path(size1, size2, reader(size2))
    return consistency_receipt(HEADER, KEY.sign(signed_bytes(HEADER, tree.root(hashes(size2)))), size1, size2, path)


def failed(verdict: Verdict) -> str:
    [check] = verdict.checks
    assert check.result == "fails"
    assert not verdict.accepted
    assert not verdict.says
    return check.reason.en


def test_a_receipt_is_the_structure_of_rfc_9942_as_another_decoder_reads_it() -> None:
    whole = cbor2.loads(receipt())
    protected, unprotected, payload, signature = whole.value
    assert whole.tag == 18
    assert payload is None
    assert len(signature) == 64
    assert cbor2.loads(protected) == {1: -19, 4: b"log.example/a+530d903a", 15: {1: "log.example/a"}, 395: 1}
    [proof] = unprotected[396][-1]
    size, index, path = cbor2.loads(proof)
    assert (size, index, list(unprotected)) == (20, 3, [396])
    assert tree.root_of_path(tree.leaf_hash(ENTRIES[3]), index, size, path) == tree.root(hashes(20))


def test_a_receipt_proves_its_entry_and_no_other() -> None:
    verdict = verify_cose_receipt(receipt(), ENTRIES[3], KEY.key)
    assert verdict.accepted
    assert verdict.issuer == "log.example/a"
    assert verdict.says == {"root": tree.root(hashes(20)).hex(), "log": "log.example/a"}
    assert "did not sign the root" in failed(verify_cose_receipt(receipt(), ENTRIES[4], KEY.key))


def test_the_only_leaf_of_a_log_has_an_empty_path() -> None:
    assert verify_cose_receipt(receipt(0, 1), ENTRIES[0], KEY.key).accepted


def test_another_key_and_another_kind_of_key_are_refused() -> None:
    other = SigningKey.from_seed(bytes(32))
    assert "did not sign" in failed(verify_cose_receipt(receipt(), ENTRIES[3], other.key))
    p256 = generate_private_key(SECP256R1()).public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    assert "did not sign" in failed(verify_cose_receipt(receipt(), ENTRIES[3], PublicKey("P-256", p256)))


def test_a_receipt_signed_with_p_256_is_read() -> None:
    secret = generate_private_key(SECP256R1())
    header = cbor2.dumps({1: -7, 395: 1})
    r, s = decode_dss_signature(secret.sign(signed_bytes(header, tree.root(hashes(20))), ECDSA(SHA256())))
    data = inclusion_receipt(header, r.to_bytes(32) + s.to_bytes(32), 3, 20, tree.inclusion_path(3, 20, reader(20)))
    raw = secret.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    assert verify_cose_receipt(data, ENTRIES[3], PublicKey("P-256", raw)).accepted


def test_a_header_that_names_another_algorithm_than_the_key_s_is_refused() -> None:
    secret = generate_private_key(SECP256R1())
    r, s = decode_dss_signature(secret.sign(signed_bytes(HEADER, tree.root(hashes(20))), ECDSA(SHA256())))
    data = inclusion_receipt(HEADER, r.to_bytes(32) + s.to_bytes(32), 3, 20, tree.inclusion_path(3, 20, reader(20)))
    raw = secret.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    assert "did not sign" in failed(verify_cose_receipt(data, ENTRIES[3], PublicKey("P-256", raw)))


def test_growth_is_proven_from_the_root_given_and_from_no_other() -> None:
    verdict = verify_cose_consistency(grown(), tree.root(hashes(7)), KEY.key)
    assert verdict.accepted
    assert verdict.checks[-1].reason.en == "old_size 7, size 20: no part of what is signed"
    assert "from the root given" in failed(verify_cose_consistency(grown(), tree.root(hashes(8)), KEY.key))
    assert verify_cose_consistency(grown(8, 8), tree.root(hashes(8)), KEY.key).accepted


def test_a_receipt_of_one_kind_is_not_taken_for_the_other() -> None:
    assert "not of an entry" in failed(verify_cose_receipt(grown(), ENTRIES[3], KEY.key))
    assert "not of growth" in failed(verify_cose_consistency(receipt(), tree.root(hashes(7)), KEY.key))


def test_a_signature_of_a_root_is_never_that_of_a_note() -> None:
    signer = Signer("log.example/a", bytes(range(32)))
    assert signer.sign_root(HEADER, bytes(32)) == KEY.sign(signed_bytes(HEADER, bytes(32)))
    with pytest.raises(UnicodeDecodeError):  # so no note, which is UTF-8, can be what was signed
        signed_bytes(HEADER, bytes(32))[:1].decode()


def test_the_published_sample_is_read() -> None:
    read = read_cose_receipt(SAMPLE)
    assert (read.algorithm, read.key_id, read.issuer) == (-7, b"test-key-1", "https://transparency-service.example.com")
    assert (read.grown, read.sizes, len(read.path)) == (False, (5, 3), 3)


@given(st.integers(1, 20).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size - 1))))
def test_the_root_by_a_path_is_that_of_the_tree(place: tuple[int, int]) -> None:
    size, index = place
    path = tree.inclusion_path(index, size, reader(size))
    assert root_of_path(hashes(20)[index], index, size, path) == tree.root(hashes(size))
    for wrong in (path[:-1], (*path, bytes(32))):
        if wrong != path:
            with pytest.raises(Unfit):
                root_of_path(hashes(20)[index], index, size, wrong)
    with pytest.raises(Unfit):
        root_of_path(hashes(20)[index], size, size, path)


@given(st.integers(1, 20).flatmap(lambda size: st.tuples(st.integers(1, size), st.just(size))))
def test_the_root_of_a_grown_tree_is_that_of_the_tree(sizes: tuple[int, int]) -> None:
    first, second = sizes
    path = tree.consistency_path(first, second, reader(second))
    assert grown_root(first, second, path, tree.root(hashes(first))) == tree.root(hashes(second))
    for wrong in (path[:-1], (*path, bytes(32))):
        if wrong != path:
            with pytest.raises(Unfit):
                grown_root(first, second, wrong, tree.root(hashes(first)))


def test_growth_from_an_empty_or_to_a_smaller_tree_is_refused() -> None:
    for sizes in ((0, 5), (5, 4)):
        with pytest.raises(Unfit, match="no proof leads"):
            grown_root(*sizes, (), bytes(32))


def altered(protected: object = None, unprotected: object = None, payload: object = None, tag: int = 18) -> bytes:
    parts = list(cbor2.loads(receipt()).value)
    if protected is not None:
        parts[0] = protected if isinstance(protected, bytes) else cbor2.dumps(protected)
    if unprotected is not None:
        parts[1] = unprotected
    parts[2] = payload
    return cbor2.dumps(cbor2.CBORTag(tag, parts))


PATH = [bytes(32)]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "cut short"),
        (receipt()[:-1], "cut short"),
        (receipt() + b"\x00", "bytes follow"),
        (bytes(70_000), "more than 64 KB"),
        (b"\x84" + receipt()[2:], "no COSE_Sign1"),
        (altered(tag=17), "a kind of value"),
        (b"\xd2" + b"\x81" * 60 + b"\x00", "levels deep"),
        (b"\xd2\x9a\xff\xff\xff\xff", "cut short"),
        (b"\xd2\x9f\xff", "left open"),
        (b"\xd2\x5f\x41\x00\xff", "left open"),
        (b"\xd2\x98\x04" + receipt()[2:], "shortest form"),
        (b"\xd2\xfb" + bytes(8), "left open, or a value"),
        (b"\xd2\x61\xff", "not UTF-8"),
        (altered(protected=b"\xa3\x01\x32\x01\x32\x19\x01\x8b\x01"), "twice"),
        (altered(protected=b"\xa1\xf5\x01"), "a label"),
        (altered(protected=b"\x80"), "not of their kind"),
        (altered(protected={395: 1}), "algorithm"),
        (altered(protected={1: -35, 395: 1}), "algorithm"),
        (altered(protected={1: True, 395: 1}), "algorithm"),
        (altered(protected={1: -19}), "RFC 9162"),
        (altered(protected={1: -19, 395: 2}), "RFC 9162"),
        (altered(protected={1: -19, 395: True}), "RFC 9162"),
        (altered(protected={1: -19, 2: [395], 395: 1}), "extensions"),
        (altered(protected={1: -19, 4: "a", 395: 1}), "key id"),
        (altered(protected={1: -19, 15: {1: 5}, 395: 1}), "issuer"),
        (altered(payload=bytes(32)), "attached"),
        (altered(unprotected={1: -19, 396: {}}), "both protected"),
        (altered(unprotected={}), "no proof"),
        (altered(unprotected={396: {-1: [], -2: []}}), "no proof"),
        (altered(unprotected={396: {-3: [b"\x80"]}}), "no proof"),
        (altered(unprotected={396: {-1: []}}), "exactly one"),
        (altered(unprotected={396: {-1: [cbor2.dumps([9, 8, PATH])] * 2}}), "exactly one"),
        (altered(unprotected={396: {-1: [cbor2.dumps([9, 8])]}}), "two numbers"),
        (altered(unprotected={396: {-1: [cbor2.dumps([9, -8, PATH])]}}), "no sizes"),
        (altered(unprotected={396: {-1: [cbor2.dumps([2**63, 8, PATH])]}}), "no sizes"),
        (altered(unprotected={396: {-1: [cbor2.dumps([True, False, PATH])]}}), "no sizes"),
        (altered(unprotected={396: {-1: [cbor2.dumps([9, 8, [bytes(31)]])]}}), "32 bytes"),
        (altered(unprotected={396: {-1: [cbor2.dumps([9, 8, PATH * 65])]}}), "32 bytes"),
        (altered(unprotected={396: {-1: [cbor2.dumps([9, 9, PATH])]}}), "no entry 9"),
    ],
)
def test_what_is_malformed_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    assert reason in failed(verify_cose_receipt(data, ENTRIES[3], KEY.key))


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_receipt_with_one_byte_altered_proves_nothing_else(place: int, change: int) -> None:
    data = bytearray(receipt())
    data[place % len(data)] ^= change
    verdict = verify_cose_receipt(bytes(data), ENTRIES[3], KEY.key)
    assert not verdict.accepted or verdict.says == verify_cose_receipt(receipt(), ENTRIES[3], KEY.key).says


def test_size_and_place_are_told_as_what_nobody_signed() -> None:
    path = tree.inclusion_path(2, 3, reader(3))
    signature = KEY.sign(signed_bytes(HEADER, tree.root(hashes(3))))
    for index, size in ((2, 3), (1, 2)):  # the root of three leaves is reached from both
        verdict = verify_cose_receipt(inclusion_receipt(HEADER, signature, index, size, path), ENTRIES[2], KEY.key)
        assert (verdict.accepted, verdict.says["root"]) == (True, tree.root(hashes(3)).hex())
        assert verdict.checks[-1].result == "not checked"
        assert f"size {size}, index {index}" in verdict.checks[-1].reason.en


@given(st.binary(max_size=200))
def test_bytes_of_any_kind_are_refused_without_an_error(data: bytes) -> None:
    assert not verify_cose_receipt(data, ENTRIES[3], KEY.key).accepted
    assert not verify_cose_receipt(b"\xd2\x84" + data, ENTRIES[3], KEY.key).accepted
