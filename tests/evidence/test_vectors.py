"""Published vectors and their families of forgeries, against the platform's tree and the stand-alone verifiers.

Leaf inputs and root hashes are those of transparency-dev/merkle (testonly/constants.go), which RFC 6962 implementations share;
its 196 JSON cases were run against both when this was written, all as expected. Canonical JSON: RFC 8785, appendix B, and
section 3.2; the note and its key: C2SP signed-note; eddsa-jcs-2022: W3C VC-DI-EDDSA, appendix B.
"""

import json
import struct
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from entrepot.modules.evidence.rules import tree
from entrepot.portal.verifying import Trusting, examine
from entrepot_verify import credential, log
from entrepot_verify.receipt import Trust, read_key

INPUTS = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
LEAVES = tuple(log.leaf_hash(bytes.fromhex(data)) for data in INPUTS)
Path_ = tuple[bytes, ...]


def root(size: int) -> bytes:
    return bytes.fromhex(ROOTS[size])


@cache
def tiles() -> tree.Tiles:
    return tree.Tiles(lambda level, number: b"".join(LEAVES) if not (level or number) else b"")


def refused(verifier: Callable[..., None], *arguments: Any) -> bool:
    try:
        verifier(*arguments)
    except (log.Rejected, tree.ProofError):
        return True
    return False


def forged(path: Path_, some_root: bytes) -> Iterator[Path_]:
    """The path with parts added, left out, moved or altered."""
    for extra in (b"", some_root, bytes(32), b"\x01" * 31):
        yield (*path, extra)
        yield (extra, *path)
    for at in range(len(path)):
        yield path[:at]
        yield path[:at] + path[at + 1 :]
        for bit in (0, 3, 255):
            yield (*path[:at], (int.from_bytes(path[at]) ^ 1 << bit).to_bytes(32), *path[at + 1 :])
    if len(set(path)) > 1:
        yield path[::-1]


def test_the_roots_of_the_first_eight_sizes_are_those_published() -> None:
    grown = log.Tree(lambda level, number, hashes: None)
    assert grown.root() == root(0) == tree.EMPTY_ROOT
    for size, leaf in enumerate(LEAVES, 1):
        grown.add(leaf)
        assert grown.root() == root(size) == tree.root(LEAVES[:size])


@pytest.mark.parametrize("verify", [log.verify_inclusion, tree.verify_inclusion])
def test_inclusion_holds_for_every_leaf_and_no_forgery_of_it_does(verify: Callable[..., None]) -> None:
    for size in range(1, 9):
        for index in range(size):
            path, leaf = tree.inclusion_path(index, size, tiles()), LEAVES[index]
            verify(leaf, index, size, path, root(size))
            places = (
                (index + 1, size),
                (index ^ 2, size),
                (index, 2 * size),
                (index, size // 2),
                (size, size),
                (-1, size),
            )
            for place, of in (*places, (2**64 - 1, size), (index, 2**63), (index, 0)):
                if (place, of) != (index, size):
                    assert refused(verify, leaf, place, of, path, root(size))
            for other in (LEAVES[(index + 1) % 8], b"", leaf[:31], bytes(33)):
                assert refused(verify, other, index, size, path, root(size))
            for wrong in (b"", bytes(32), root(size - 1), root(size)[:31]):
                assert refused(verify, leaf, index, size, path, wrong)
            assert all(refused(verify, leaf, index, size, one, root(size)) for one in forged(path, root(size)))


@pytest.mark.parametrize("verify", [log.verify_consistency, tree.verify_consistency])
def test_consistency_holds_between_all_sizes_and_no_forgery_of_it_does(verify: Callable[..., None]) -> None:
    for size2 in range(1, 9):
        assert refused(verify, 0, size2, (), root(0), root(size2))
        for size1 in range(1, size2 + 1):
            path = tree.consistency_path(size1, size2, tiles())
            verify(size1, size2, path, root(size1), root(size2))
            ends = (root(size1), root(size2))
            for sizes in ((size1 - 1, size2), (size1, 2 * size2), (size2 + 1, size2), (2**63, 2**63), (-1, size2)):
                assert refused(verify, *sizes, path, *ends) or sizes == (size1 - 1, size2) == (size2, size2)
            for roots in ((ends[0], bytes(32)), (bytes(32), ends[1]), (b"", ends[1]), (ends[0], b"")):
                assert refused(verify, size1, size2, path, *roots)
            if size1 != size2:
                assert refused(verify, size1, size2, path, ends[1], ends[0])
            assert all(refused(verify, size1, size2, one, *ends) for one in forged(path, ends[1]))


def text(data: bytes) -> str:
    return b64encode(data).decode()


def test_a_proof_in_the_published_form_of_json_is_read_and_anything_else_refused() -> None:
    path = [text(one) for one in tree.inclusion_path(2, 7, tiles())]
    good = {"leafIdx": 2, "treeSize": 7, "root": text(root(7)), "leafHash": text(LEAVES[2]), "proof": path}
    assert log.verify_proof(json.dumps({**good, "desc": "happy path", "wantErr": False}).encode()) == "inclusion"
    same = {"size1": 1, "size2": 1, "root1": text(root(1)), "root2": text(root(1)), "proof": None}
    assert log.verify_proof(json.dumps(same).encode()) == "consistency"
    for change in (
        {"leafIdx": "2"}, {"leafIdx": True}, {"leafIdx": 2.0}, {"root": None}, {"root": 5}, {"proof": "x"}, {"proof": [1]},
        {"leafHash": "!!"}, {"treeSize": None}, {"leafIdx": 2**80},
    ):  # fmt: skip
        with pytest.raises(log.Rejected):
            log.verify_proof(json.dumps({**good, **change}).encode())
    for data in (b"", b"[]", b"null", b"1", b"\xff", b"[" * 100_000, b"{}", b" " * (log.SIZE_LIMIT + 1)):
        with pytest.raises(log.Rejected):
            log.verify_proof(data)


# -- canonical JSON ---------------------------------------------------------------------------------------------------

NUMBERS = {
    "0000000000000000": "0", "8000000000000000": "0", "0000000000000001": "5e-324", "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308", "ffefffffffffffff": "-1.7976931348623157e+308",
    "4340000000000000": "9007199254740992", "c340000000000000": "-9007199254740992",
    "4430000000000000": "295147905179352830000", "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23", "44b52d02c7e14af7": "1.0000000000000001e+23",
    "444b1ae4d6e2ef4e": "999999999999999700000", "444b1ae4d6e2ef4f": "999999999999999900000",
    "444b1ae4d6e2ef50": "1e+21", "3eb0c6f7a0b5ed8c": "9.999999999999997e-7", "3eb0c6f7a0b5ed8d": "0.000001",
    "41b3de4355555553": "333333333.3333332", "41b3de4355555554": "333333333.33333325",
    "41b3de4355555555": "333333333.3333333", "41b3de4355555556": "333333333.3333334",
    "41b3de4355555557": "333333333.33333343", "becbf647612f3696": "-0.0000033333333333333333",
    "43143ff3c1cb0959": "1424953923781206.2",
}  # fmt: skip
TEXTS = {
    '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"literals":[null,true,false]}':
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27]}',
    r'{"string":"\u20ac$\u000F\u000aA\u0027\u0042\u0022\u005c\\\"\/"}': '{"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    r'{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}':
        '{"\\r":2,"1":4,"\x80":6,"ö":7,"€":1,"😀":5,"\ufb33":3}',
    '{"1":{"f":{"f":"hi","F":5},"\\n":56.0},"10":{},"":"empty","a":{},"111":[{"e":"yes","E":"no"}],"A":{}}':
        '{"":"empty","1":{"\\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{"E":"no","e":"yes"}],"A":{},"a":{}}',
    '{"peach":"a","péché":"b","pêche":"c","sin":"d"}': '{"peach":"a","péché":"b","pêche":"c","sin":"d"}',
    '{"a":"A\u030a"}': '{"a":"A\u030a"}',
}  # fmt: skip


def test_doubles_are_written_as_ecmascript_writes_them() -> None:
    for bits, text in NUMBERS.items():
        [value] = struct.unpack(">d", bytes.fromhex(bits))
        assert credential.number_text(value) == text
    for value in (float("nan"), float("inf"), float("-inf")):
        with pytest.raises(ValueError, match="not a number"):
            credential.number_text(value)


def test_canonical_json_is_that_of_rfc_8785() -> None:
    for text, wanted in TEXTS.items():
        assert credential.canonical(credential.parse(text.encode())).decode() == wanted


# -- notes and credentials --------------------------------------------------------------------------------------------

NOTE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
NOTE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"


def test_the_signed_note_of_c2sp_holds_under_its_key_and_altered_it_does_not() -> None:
    trusting = Trusting(datetime(2026, 11, 22, tzinfo=UTC), Trust((read_key(NOTE_KEY),), {}, {}, "none"))
    assert examine(NOTE.encode(), trusting).issuer == "example.com/foo"
    for altered in (
        NOTE.replace("example m", "exampIe m"),
        NOTE.replace(".com/foo", ".com/fop"),
        NOTE + "\n",
        NOTE[:-1],
    ):
        assert not examine(altered.encode(), trusting).accepted


def test_the_w3c_chain_of_eddsa_jcs_2022_is_reproduced_step_by_step(shared_data: Path) -> None:
    folder = shared_data / "documents" / "vc-di-eddsa" / "eddsa-jcs-2022"
    document = credential.parse((folder / "signedJCS.json").read_bytes())
    proof = document["proof"]
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    assert credential.canonical(unsigned).decode() == (folder / "canonDocJCS.txt").read_text(encoding="utf-8")
    config = {name: value for name, value in proof.items() if name != "proofValue"}
    assert credential.canonical(config).decode() == (folder / "proofCanonJCS.txt").read_text(encoding="utf-8")
    assert credential.signing_input(document, proof).hex() == (folder / "combinedHashJCS.txt").read_text().strip()
    now = datetime(2026, 11, 22, tzinfo=UTC)
    assert credential.verify((folder / "signedJCS.json").read_bytes(), now=now).accepted
    assert examine((folder / "signedJCS.json").read_bytes(), Trusting(now)).accepted
