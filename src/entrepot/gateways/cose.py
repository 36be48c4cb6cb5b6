"""Receipts of the log as COSE (RFC 9942), for readers of the SCITT architecture (RFC 9943): a signed root that leaves are proven under.

    18([ << {1: algorithm, 4: key id, 15: {1: issuer}, 395: 1} >>,      protected
         {396: {-1: [<< [size, index, [hash, …]] >>]}},                  not protected: the proof
         null, signature ])

395 = 1 is the tree of RFC 9162 with SHA-256. The payload, the root of the tree, is left out: it follows from the proof. A receipt of
growth bears `-2: [<< [size 1, size 2, [hash, …]] >>]` and is signed over the root of the larger tree. Ed25519 is written -19
(RFC 9864) and read as the older -8 too; P-256 with SHA-256 is read (-7, -9).
"""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any

import cbor2
from msgspec import Struct

from entrepot.gateways.credentials.keys import Algorithm, PublicKey
from entrepot.gateways.credentials.reading import Unfit
from entrepot.gateways.verdict import Verdict, fails, holds, not_checked
from entrepot.kernel.text import Text

MAX_RECEIPT = 64 << 10  # bytes
MAX_DEPTH = 8
MEDIA_TYPE = "application/cose"

_ALG, _CRIT, _KID, _CLAIMS, _VDS, _VDP = 1, 2, 4, 15, 395, 396
_ISSUER = 1
_SIGN1, _RFC9162_SHA256, _INCLUSION, _CONSISTENCY = 18, 1, -1, -2
_ED25519 = -19
_READ: dict[int, Algorithm] = {-19: "Ed25519", -8: "Ed25519", -7: "P-256", -9: "P-256"}
_HASH_BYTES, _MAX_PATH, _SIZE_LIMIT = 32, 63, 2**63
_LARGE = 24  # values of an initial byte from here on say how many bytes hold the number

_KIND = Text("COSE receipt of a log", "日志的 COSE 凭证")
_FORM, _PROOF, _SIGNATURE = Text("form", "格式"), Text("proof", "证明"), Text("signature of the log", "日志签名")
_SIZES = Text("sizes and place", "大小与位置")


class CoseReceipt(Struct, frozen=True):
    """A COSE receipt taken apart, nothing of it verified. `sizes` are size and index, or of a receipt of growth both sizes."""

    protected: bytes
    signature: bytes
    algorithm: int
    key_id: bytes
    issuer: str
    grown: bool
    sizes: tuple[int, int]
    path: tuple[bytes, ...]


# -- making -----------------------------------------------------------------------------------------------------------


def protected_header(key_id: bytes, issuer: str) -> bytes:
    """What is signed along with the root: the algorithm (Ed25519), which key of which log, and the kind of tree."""
    return _dumps({_ALG: _ED25519, _KID: key_id, _CLAIMS: {_ISSUER: issuer}, _VDS: _RFC9162_SHA256})


def signed_bytes(protected: bytes, root: bytes) -> bytes:
    """The bytes under the signature: the Sig_structure of RFC 9052, section 4.4."""
    return _dumps(["Signature1", protected, b"", root])


def inclusion_receipt(protected: bytes, signature: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The receipt of the leaf at `index` in a tree of `size` leaves, whose root was signed under the protected header."""
    return _receipt(protected, signature, _INCLUSION, [size, index, list(path)])


def consistency_receipt(protected: bytes, signature: bytes, size1: int, size2: int, path: Sequence[bytes]) -> bytes:
    """The receipt that the tree of `size1` leaves is the beginning of that of `size2`, whose root was signed."""
    return _receipt(protected, signature, _CONSISTENCY, [size1, size2, list(path)])


def _receipt(protected: bytes, signature: bytes, kind: int, proof: list[Any]) -> bytes:
    parts = [protected, {_VDP: {kind: [_dumps(proof)]}}, None, signature]
    return _dumps(cbor2.CBORTag(_SIGN1, parts))


def _dumps(value: object) -> bytes:
    return cbor2.dumps(value, canonical=True)


# -- checking ---------------------------------------------------------------------------------------------------------


def verify_cose_receipt(data: bytes, entry: bytes, key: PublicKey) -> Verdict:
    """Whether the receipt proves that the log of this key holds the entry (its bytes as they stand in the log)."""

    def root(receipt: CoseReceipt) -> bytes:
        if receipt.grown:
            raise Unfit("it is a receipt of growth, not of an entry", "这是增长凭证，不是条目凭证")
        return root_of_path(sha256(b"\x00" + entry).digest(), receipt.sizes[1], receipt.sizes[0], receipt.path)

    return _verdict(data, key, root)


def verify_cose_consistency(data: bytes, root1: bytes, key: PublicKey) -> Verdict:
    """Whether the receipt proves that the log of this key grew out of the tree with the root given."""

    def root(receipt: CoseReceipt) -> bytes:
        if not receipt.grown:
            raise Unfit("it is a receipt of an entry, not of growth", "这是条目凭证，不是增长凭证")
        return grown_root(*receipt.sizes, receipt.path, root1)

    return _verdict(data, key, root)


def _verdict(data: bytes, key: PublicKey, root_of: Callable[[CoseReceipt], bytes]) -> Verdict:
    step = _FORM
    try:
        receipt = read_cose_receipt(data)
        step = _PROOF
        root = root_of(receipt)
        step = _SIGNATURE
        if _READ[receipt.algorithm] != key.algorithm or not key.signed(
            receipt.signature, signed_bytes(receipt.protected, root)
        ):
            raise Unfit(
                "the key did not sign the root that the proof leads to: entry, proof or signature was altered, or it is of another log",
                "证明所得根哈希值未经该密钥签署：条目、证明或签名被改动，或属于另一日志",
            )
    except Unfit as error:
        return Verdict(_KIND, (fails(step, error.reason),))
    # The signature is over the root alone, and some paths lead to it from other sizes and places too (the last of 3 leaves has the
    # path of the last of 2): what the receipt tells of them nobody signed.
    names = ("old_size", "size") if receipt.grown else ("size", "index")
    told = ", ".join(f"{name} {number}" for name, number in zip(names, receipt.sizes, strict=True))
    says = {"root": root.hex(), "log": receipt.issuer}
    proven = Text("the proof leads to the root that was signed", "证明可到达已签署的根哈希值")
    return Verdict(
        _KIND,
        (
            holds(_PROOF, proven),
            holds(_SIGNATURE, Text("signed by the key given", "由所给密钥签署")),
            not_checked(_SIZES, Text(f"{told}: no part of what is signed", f"{told}：不在签署范围内")),
        ),
        receipt.issuer,
        says,
    )


def root_of_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root to which a proof of inclusion leads (RFC 9162, 2.1.3.2). Raises Unfit where it cannot be one."""
    if not 0 <= index < size:
        raise Unfit(f"there is no entry {index} in a log of {size}", f"大小为 {size} 的日志没有第 {index} 号条目")
    hashed, place, last = leaf, index, size - 1
    for sibling in path:
        if not last:
            raise Unfit("the path is too long", "路径过长")
        if place & 1 or place == last:
            hashed = _node(sibling, hashed)
            while not place & 1 and place:  # levels at the right edge that have no sibling
                place, last = place >> 1, last >> 1
        else:
            hashed = _node(hashed, sibling)
        place, last = place >> 1, last >> 1
    if last:
        raise Unfit("the path is too short", "路径过短")
    return hashed


def grown_root(size1: int, size2: int, path: Sequence[bytes], root1: bytes) -> bytes:
    """The root of the larger tree by a proof of consistency (RFC 9162, 2.1.4.2). Raises Unfit where it leads not from `root1`."""
    if not 0 < size1 <= size2:
        raise Unfit("no proof leads from that size to that", "大小不符")
    if size1 == size2:
        if path:
            raise Unfit("trees of one size need no path", "大小相同则不需路径")
        return root1
    steps = [root1, *path] if size1 & (size1 - 1) == 0 else list(path)
    if not steps:
        raise Unfit("the path is too short", "路径过短")
    place, last = size1 - 1, size2 - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = steps[0]
    for sibling in steps[1:]:
        if not last:
            raise Unfit("the path is too long", "路径过长")
        if place & 1 or place == last:
            old, new = _node(sibling, old), _node(sibling, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = _node(new, sibling)
        place, last = place >> 1, last >> 1
    if last:
        raise Unfit("the path is too short", "路径过短")
    if old != root1:
        raise Unfit("the path does not lead from the root given", "路径不能由所给根哈希值出发")
    return new


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


# -- reading ----------------------------------------------------------------------------------------------------------


def read_cose_receipt(data: bytes) -> CoseReceipt:
    """A receipt of RFC 9942 over RFC9162_SHA256 with one proof and its payload left out. Raises Unfit for all else."""
    if len(data) > MAX_RECEIPT:
        raise Unfit(f"a receipt of more than {MAX_RECEIPT >> 10} KB", f"凭证超过 {MAX_RECEIPT >> 10} KB")
    whole = _loads(data)
    parts = whole.value if isinstance(whole, cbor2.CBORTag) else None
    if not isinstance(parts, list) or len(parts) != 4 or not isinstance(parts[0], bytes):
        raise _malformed("it is no COSE_Sign1 (tag 18)")
    protected, unprotected, payload, signature = parts
    header = _loads(protected)
    if not isinstance(header, dict) or not isinstance(unprotected, dict) or not isinstance(signature, bytes):
        raise _malformed("its headers or its signature are not of their kind")
    if payload is not None:
        raise _malformed("its payload is attached, where the root is left out")
    if set(header) & set(unprotected):
        raise _malformed("a header stands both protected and unprotected")
    if _CRIT in header or _CRIT in unprotected:
        raise _malformed("it demands extensions that are not known here")
    algorithm, tree, key_id, claims = header.get(_ALG), header.get(_VDS), header.get(_KID, b""), header.get(_CLAIMS, {})
    if not _whole(tree) or tree != _RFC9162_SHA256:
        raise _malformed("its tree is not that of RFC 9162 with SHA-256 (395: 1)")
    if not _whole(algorithm) or algorithm not in _READ:
        raise _malformed("its algorithm is none that is read")
    issuer = claims.get(_ISSUER, "") if isinstance(claims, dict) else None
    if not isinstance(issuer, str) or not isinstance(key_id, bytes):
        raise _malformed("its key id or issuer is not of its kind")
    grown, sizes, path = _proof(unprotected.get(_VDP))
    return CoseReceipt(protected, signature, algorithm, key_id, issuer, grown, sizes, path)


def _proof(proofs: object) -> tuple[bool, tuple[int, int], tuple[bytes, ...]]:
    if not isinstance(proofs, dict) or len(proofs) != 1 or not set(proofs) <= {_INCLUSION, _CONSISTENCY}:
        raise _malformed("it bears no proof, or not of one kind")
    [(kind, listed)] = proofs.items()
    if not isinstance(listed, list) or len(listed) != 1 or not isinstance(listed[0], bytes):
        raise _malformed("it bears not exactly one proof")
    proof = _loads(listed[0])
    if not isinstance(proof, list) or len(proof) != 3 or not isinstance(proof[2], list):
        raise _malformed("a proof is a list of two numbers and a path")
    first, second, path = proof
    if not (_whole(first) and _whole(second) and 0 <= first < _SIZE_LIMIT and 0 <= second < _SIZE_LIMIT):
        raise _malformed("the numbers of the proof are no sizes")
    if len(path) > _MAX_PATH + 1 or not all(isinstance(one, bytes) and len(one) == _HASH_BYTES for one in path):
        raise _malformed("the path is not made of hashes of 32 bytes")
    return kind == _CONSISTENCY, (first, second), tuple(path)


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _malformed(en: str) -> Unfit:
    return Unfit(f"not a receipt that is read here: {en}", f"不是可读的 COSE 凭证：{en}")


def _loads(data: bytes) -> Any:
    """One value of CBOR in its preferred spelling (RFC 8949, 4.1), of the kinds that receipts hold. Raises Unfit."""
    value, end = _value(data, 0, 0)
    if end != len(data):
        raise _malformed("bytes follow its end")
    return value


def _value(data: bytes, at: int, depth: int) -> tuple[Any, int]:
    if depth > MAX_DEPTH:
        raise _malformed(f"nested more than {MAX_DEPTH} levels deep")
    kind, number, at = _head(data, at)
    if kind in (0, 1):
        return (number if kind == 0 else -1 - number), at
    if kind in (2, 3):
        if number > len(data) - at:
            raise _malformed("it is cut short")
        piece = data[at : at + number]
        try:
            return (piece if kind == 2 else piece.decode()), at + number
        except UnicodeDecodeError:
            raise _malformed("a text is not UTF-8") from None
    if kind in (4, 5) and number > len(data) - at:  # each item takes a byte or more
        raise _malformed("it is cut short")
    if kind == 4:
        items = []
        for _ in range(number):
            item, at = _value(data, at, depth + 1)
            items.append(item)
        return items, at
    if kind == 5:
        return _map(data, at, number, depth)
    if kind == 6 and number == _SIGN1 and depth == 0:
        value, at = _value(data, at, depth + 1)
        return cbor2.CBORTag(_SIGN1, value), at
    if kind == 7 and number in (20, 21, 22):
        return {20: False, 21: True, 22: None}[number], at
    raise _malformed("it holds a kind of value that receipts do not")


def _map(data: bytes, at: int, count: int, depth: int) -> tuple[dict[int | str, Any], int]:
    members: dict[int | str, Any] = {}
    for _ in range(count):
        name, at = _value(data, at, depth + 1)
        if isinstance(name, bool) or not isinstance(name, int | str):
            raise _malformed("a label is a number or a text")
        if name in members:
            raise _malformed("a label stands there twice")
        members[name], at = _value(data, at, depth + 1)
    return members, at


def _head(data: bytes, at: int) -> tuple[int, int, int]:
    """Kind, number and where the rest begins: only shortest forms, no lengths left open."""
    if at >= len(data):
        raise _malformed("it is cut short")
    kind, number = data[at] >> 5, data[at] & 31
    at += 1
    if number < _LARGE:
        return kind, number, at
    if number > 27 or kind == 7:
        raise _malformed("a length is left open, or a value is of a kind that receipts do not hold")
    width = 1 << (number - _LARGE)
    if at + width > len(data):
        raise _malformed("it is cut short")
    number = int.from_bytes(data[at : at + width], "big")
    if number < (_LARGE if width == 1 else 1 << (4 * width)):
        raise _malformed("a number is not in its shortest form")
    return kind, number, at + width
