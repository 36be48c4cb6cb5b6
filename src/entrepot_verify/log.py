"""Check the proofs of a transparency log, or a whole copy of one, without Entrepôt.

    python log.py FOLDER --key NAME+HEX+BASE64 [--checkpoint FILE …]     a copy as C2SP tlog-tiles
    python log.py PROOF.json …                                           inclusion and consistency proofs (RFC 9162)

Needs this one file, Python 3.9 or newer and the package `cryptography`; reads nothing but what is named, asks nobody over the
network. Ends with 0 when all is as signed, 1 when not, 2 when something could not be read.

A folder holds `checkpoint`, `tile/entries/…` and `tile/<level>/…`. Every entry is hashed, every tile recomputed and compared, and
so is the root of the checkpoint and of every older one that is given: the log is whole, and only grew.

A proof is JSON with hashes in base64: {"leafIdx", "treeSize", "root", "leafHash", "proof": […]} or {"size1", "size2", "root1",
"root2", "proof": […]}, the form in which test vectors of transparency-dev/merkle are published.
"""

from __future__ import annotations

import argparse
import json
import re
import runpy
import sys
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SIZE_LIMIT = 1_048_576  # bytes of a checkpoint or a proof
SIGNATURE_LIMIT = 64
WIDTH = 256  # hashes of a whole tile, entries of a whole bundle
ENTRY_LIMIT = 65_535  # bytes

_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]")
_PUBLIC_BYTES = {1: 32, 4: 32, 6: 1312}  # kinds of keys: Ed25519; of cosignatures: Ed25519, ML-DSA-44


class Rejected(Exception):
    """A proof or a log is not what it says. The reason, in English and Chinese."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(f"{en} | {zh}")
        self.en, self.zh = en, zh


class Key(NamedTuple):
    """A public key by its name. A log's key counts for checkpoints of `first` to `last` leaves."""

    name: str
    kind: int
    public: bytes
    first: int = 0
    last: int = 2**63 - 1

    @property
    def id(self) -> bytes:
        """The four bytes before each of its signatures (C2SP signed-note)."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]


class Checkpoint(NamedTuple):
    """What a log signed: its name, the number of its leaves, the root hash over them; and by whom else it is signed."""

    origin: str
    size: int
    root: bytes
    unchecked: tuple[str, ...] = ()


# -- proofs (RFC 9162, section 2.1) -----------------------------------------------------------------------------------


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry as a leaf."""
    return sha256(b"\x00" + entry).digest()


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Check that a leaf hash stands at `index` of the tree of that size and root; Rejected where it is not proven."""
    if size >= 2**63:
        raise Rejected("a log has fewer than 2^63 leaves", "日志的条目数须小于 2^63")
    if len(leaf) != 32 or len(root) != 32:
        raise Rejected("a hash does not have 32 bytes", "哈希值不是 32 字节")
    if _climb(leaf, index, size, path) != root:
        raise Rejected("the path does not lead from the leaf to the root", "路径不能由该条目到达根哈希值")


def _climb(hashed: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root hash to which the path leads from the leaf (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size:
        raise Rejected(f"there is no leaf {index} in a log of {size}", f"大小为 {size} 的日志没有位置 {index}")
    place, last = index, size - 1
    for sibling in path:
        if len(sibling) != 32:
            raise Rejected("a hash of the path does not have 32 bytes", "路径中的哈希值不是 32 字节")
        if last == 0:
            raise Rejected("the path is too long for that place and size", "路径长于该位置与大小所需")
        if place & 1 or place == last:
            hashed = sha256(b"\x01" + sibling + hashed).digest()
            while not place & 1:  # at the right edge, levels without a sibling are passed over
                place, last = place >> 1, last >> 1
        else:
            hashed = sha256(b"\x01" + hashed + sibling).digest()
        place, last = place >> 1, last >> 1
    if last:
        raise Rejected("the path is too short for that place and size", "路径短于该位置与大小所需")
    return hashed


def verify_consistency(size1: int, size2: int, path: Sequence[bytes], root1: bytes, root2: bytes) -> None:
    """Check that a tree only grew from the first size and root to the second; Rejected where it is not proven.

    An empty first tree is refused: it is the beginning of every tree, so that a proof from it would prove nothing.
    """
    if not 0 < size1 <= size2 < 2**63:
        raise Rejected(f"no proof leads from {size1} to {size2} leaves", f"不存在从 {size1} 到 {size2} 条的证明")
    if size1 == size2:
        if path or root1 != root2:
            raise Rejected("logs of one size have other roots, or a path", "大小相同的日志根哈希值不同，或附有多余路径")
        return
    if any(len(one) != 32 for one in (root1, root2, *path)):
        raise Rejected("a hash does not have 32 bytes", "哈希值不是 32 字节")
    place, last = size1 - 1, size2 - 1
    while place & 1:  # the old tree's last complete subtree is where the path begins
        place, last = place >> 1, last >> 1
    hashes = [root1, *path] if size1 & (size1 - 1) == 0 else list(path)
    if not hashes:
        raise Rejected("the path is too short for these sizes", "路径短于这些大小所需")
    old = new = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            raise Rejected("the path is too long for these sizes", "路径长于这些大小所需")
        if place & 1 or place == last:
            old = sha256(b"\x01" + sibling + old).digest()
            new = sha256(b"\x01" + sibling + new).digest()
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            new = sha256(b"\x01" + new + sibling).digest()
        place, last = place >> 1, last >> 1
    if last:
        raise Rejected("the path is too short for these sizes", "路径短于这些大小所需")
    if old != root1:
        raise Rejected("the path does not lead to the first root", "路径不能到达第一个根哈希值")
    if new != root2:
        raise Rejected(
            "the path does not lead to the second root: the log did not merely grow", "路径不能到达第二个根哈希值"
        )


def verify_proof(data: bytes) -> str:
    """Check a proof in JSON; which of the two kinds it is. Rejected where it does not hold."""
    try:
        told = json.loads(data if len(data) <= SIZE_LIMIT else b"")
        sizes = {"leafIdx", "treeSize"} & told.keys() or {"size1", "size2"} & told.keys()
        one, other = (told[name] for name in sorted(sizes))
        first, second = (
            _hash(told[name]) for name in (("leafHash", "root") if "treeSize" in sizes else ("root1", "root2"))
        )
        path = [_hash(text) for text in told["proof"] or ()]
        if type(one) is not int or type(other) is not int:
            raise ValueError
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Rejected("not a proof: the JSON lacks what a proof holds", "不是证明：JSON 内容不符") from None
    if "treeSize" in sizes:
        verify_inclusion(first, one, other, path, second)
        return "inclusion"
    verify_consistency(one, other, path, first, second)
    return "consistency"


def _hash(text: str | None) -> bytes:
    return b64decode(text or "", validate=True)


# -- whole logs (C2SP tlog-tiles) -------------------------------------------------------------------------------------


class Tree:
    """A tree that grows leaf by leaf: of every level the hashes of its last, still incomplete tile.

    `whole(level, number, hashes)` is told every tile that is complete.
    """

    def __init__(self, whole: Callable[[int, int, bytes], None]) -> None:
        self.size = 0
        self.rows: list[list[bytes]] = [[]]
        self._whole = whole

    def add(self, hashed: bytes) -> None:
        """Append a leaf."""
        self.size += 1
        level = 0
        self.rows[0].append(hashed)
        while len(self.rows[level]) == WIDTH:
            self._whole(level, self.size // WIDTH ** (level + 1) - 1, b"".join(self.rows[level]))
            if len(self.rows) == level + 1:
                self.rows.append([])
            self.rows[level + 1].append(_root(self.rows[level]))
            self.rows[level] = []
            level += 1

    def root(self) -> bytes:
        """The root hash over all leaves."""
        right: list[bytes] = []
        for row in self.rows:
            if row or right:
                right = [_root(row + right)]
        return right[0] if right else sha256(b"").digest()


def _root(hashes: list[bytes]) -> bytes:
    while len(hashes) > 1:
        lone = hashes[-1:] if len(hashes) % 2 else []
        hashes = [sha256(b"\x01" + hashes[at - 1] + hashes[at]).digest() for at in range(1, len(hashes), 2)] + lone
    return hashes[0]


def check_folder(folder: Path, keys: Sequence[Key], older: Sequence[bytes] = ()) -> Checkpoint:
    """Recompute a log from its copy in a folder; Rejected, with the first reason, where it is not what was signed.

    `older` are further checkpoints (signed notes) of that log, which it must contain.
    """
    head = open_checkpoint(_file(folder / "checkpoint", SIZE_LIMIT), keys)
    marks: dict[int, bytes] = {head.size: head.root}
    for note in older:
        mark = open_checkpoint(note, keys)
        if marks.setdefault(mark.size, mark.root) != mark.root:
            raise Rejected(
                f"two roots were signed for {mark.size} leaves: a fork", f"大小 {mark.size} 签有两个根：日志分叉"
            )
    if max(marks) > head.size:
        raise Rejected(
            "a checkpoint given is larger than the log: entries were taken away", "所给检查点大于日志：条目已被删除"
        )

    def compare(level: int, number: int, hashes: bytes, width: int = WIDTH) -> None:
        tile = _tile(folder, str(level), number, width, WIDTH * 32)
        if (tile[: width * 32] if len(tile) == WIDTH * 32 else tile) != hashes:
            raise Rejected(
                f"tile {level}/{number} does not hold the hashes of its entries", f"瓦片 {level}/{number} 与条目不符"
            )

    tree = Tree(compare)
    while tree.size < head.size:
        number = tree.size // WIDTH
        width = min(WIDTH, head.size - tree.size)
        for entry in _entries(_tile(folder, "entries", number, width, WIDTH * (ENTRY_LIMIT + 2)), number, width):
            tree.add(leaf_hash(entry))
            if tree.size in marks and tree.root() != marks[tree.size]:
                raise Rejected(
                    f"the first {tree.size} entries are not those signed: one was altered, added or left out",
                    f"前 {tree.size} 条与签名不符：有条目被改动、增加或删除",
                )
    for level, row in enumerate(tree.rows):
        if row:
            compare(level, tree.size // WIDTH ** (level + 1), b"".join(row), len(row))
    if marks.get(0, tree.root() if not tree.size else sha256(b"").digest()) != sha256(b"").digest():
        raise Rejected("the root of an empty log is wrong", "空日志的根哈希值不符")
    return head


def _tile(folder: Path, kind: str, number: int, width: int, limit: int) -> bytes:
    """The bytes of a tile or bundle; where a partial one is no longer kept, of the whole one."""
    thousands = f"{number:0{-(-len(str(number)) // 3) * 3}}"
    parts = [thousands[at : at + 3] for at in range(0, len(thousands), 3)]
    path = folder / "tile" / kind / "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
    partial = path.with_name(path.name + ".p") / str(width)
    return _file(partial if width < WIDTH and partial.exists() else path, limit)


def _entries(data: bytes, number: int, width: int) -> list[bytes]:
    """The first `width` entries of a bundle: each its length in two bytes, then itself."""
    entries: list[bytes] = []
    at = 0
    while at < len(data) and len(entries) < WIDTH:
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        entries.append(data[at + 2 : end])
        if end > len(data) or at + 2 > len(data):
            break
        at = end
    if at != len(data) or len(entries) not in (width, WIDTH):
        raise Rejected(
            f"bundle {number} does not hold {width} whole entries", f"条目包 {number} 不是 {width} 个完整条目"
        )
    return entries[:width]


def _file(path: Path, limit: int) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError:
        raise Rejected(f"{path} is missing", f"缺少 {path}") from None
    if len(data) > limit:
        raise Rejected(f"{path} is larger than it may be", f"{path} 过大")
    return data


# -- checkpoints ------------------------------------------------------------------------------------------------------


def open_checkpoint(data: bytes, keys: Sequence[Key]) -> Checkpoint:
    """A checkpoint signed by one of the keys; Rejected otherwise."""
    body, lines = _split(read_text(data))
    origin, size, root = _checkpoint(body)
    known = {(key.name, key.id): key for key in keys}
    signed: list[Key] = []
    others = []
    for name, signature in lines:
        key = known.get((name, signature[:4]))
        if key is None:
            others.append(name)
            continue
        if key in signed:
            raise Rejected(f"two signatures of one key, {_shown(name)}", f"同一密钥 {_shown(name)} 有两个签名")
        _signed(key, signature[4:], body, (origin, size, root))
        signed.append(key)
    if not signed:
        told = _shown(", ".join(others))
        en = f"the checkpoint is not signed by the key given but by {told}: if the log changed its key, give its file of keys"
        raise Rejected(en, f"检查点由 {told} 签名，而非所给密钥：若日志已更换密钥，请提供其密钥文件")
    if all(key.name != origin for key in signed):
        a, b = _shown(origin), _shown(signed[0].name)
        raise Rejected(f"the checkpoint is of the log {a}, the key is of {b}", f"检查点属于 {a}，密钥属于 {b}")
    if not any(key.first <= size <= key.last for key in signed if key.name == origin):
        raise Rejected(f"the key does not count at {size} entries", f"该密钥在 {size} 条时无效（未启用或已停用）")
    return Checkpoint(origin, size, root, tuple(others))


def read_text(data: bytes) -> str:
    """The text of a receipt or note: UTF-8 without control characters; Rejected otherwise."""
    if len(data) > SIZE_LIMIT:
        raise Rejected(f"the receipt is larger than {SIZE_LIMIT:,} bytes", f"凭证超过 {SIZE_LIMIT:,} 字节")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Rejected("the receipt is not UTF-8 text", "凭证不是 UTF-8 文本") from None
    if text.startswith("\ufeff"):
        raise Rejected("the receipt begins with a byte order mark", "凭证以字节顺序标记（BOM）开头")
    if _CONTROL.search(text):
        raise Rejected("the receipt holds control characters, as of CRLF line ends", "凭证含有控制字符（如 CRLF 换行）")
    return text


def _split(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text of a note, and its signatures with their names (C2SP signed-note)."""
    body, gap, tail = note.rpartition("\n\n")
    if not gap or not tail.endswith("\n"):
        raise Rejected("the checkpoint is cut short or has more behind it", "检查点不完整，或其后另有内容")
    lines = tail[:-1].split("\n")
    if len(lines) > SIGNATURE_LIMIT:
        raise Rejected(f"more than {SIGNATURE_LIMIT} signatures", f"签名超过 {SIGNATURE_LIMIT} 个")
    signatures = []
    for line in lines:
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        if dash != "—" or not _is_name(name):
            raise Rejected("a signature line of the checkpoint is malformed", "检查点的签名行格式不符")
        signature = _base64(encoded, "a signature", "签名")
        if len(signature) < 5:
            raise Rejected("a signature of the checkpoint is too short", "检查点的签名过短")
        signatures.append((name, signature))
    return body + "\n", signatures


def _checkpoint(body: str) -> tuple[str, int, bytes]:
    """Origin, size and root hash from the text of a checkpoint (C2SP tlog-checkpoint)."""
    lines = body[:-1].split("\n")
    if len(lines) < 3 or not all(lines):
        raise Rejected("the signed text is not a checkpoint", "签名文本不是检查点")
    root = _base64(lines[2], "the root hash", "根哈希值")
    if len(root) != 32:
        raise Rejected("the root hash does not have 32 bytes", "根哈希值不是 32 字节")
    return lines[0], _number(lines[1], "the size of the log", "日志大小"), root


def _signed(key: Key, signature: bytes, body: str, head: tuple[str, int, bytes]) -> int:
    """Check a signature by this key; the time it bears, 0 where it bears none."""
    second, message = 0, body.encode()
    try:
        if key.kind != 1:
            second, signature = int.from_bytes(signature[:8], "big"), signature[8:]
            message = f"cosignature/v1\ntime {second}\n{body}".encode()
        if second >= 2**63:
            raise ValueError
        if key.kind == 6:
            from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

            cosigner, origin = key.name.encode(), head[0].encode()
            message = b"subtree/v1\n\0" + bytes([len(cosigner)]) + cosigner + second.to_bytes(8, "big")
            message += bytes([len(origin)]) + origin + bytes(8) + head[1].to_bytes(8, "big") + head[2]
            MLDSA44PublicKey.from_public_bytes(key.public).verify(signature, message)
        else:
            Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
    except ImportError:
        raise Rejected("ML-DSA-44 needs a newer cryptography", "核验 ML-DSA-44 须升级 cryptography") from None
    except (InvalidSignature, ValueError):
        name = _shown(key.name)
        raise Rejected(f"the signature of the checkpoint by {name} is false", f"{name} 对检查点的签名不真实") from None
    return second


def read_key(text: str, *, witness: bool = False) -> Key:
    """A key from NAME+HEX+BASE64 (C2SP signed-note); a witness's is of kind 0x04 or 0x06."""
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    if not _is_name(name):
        raise Rejected("the key does not read NAME+HEX+BASE64", "密钥格式应为 NAME+HEX+BASE64")
    material = _base64(encoded, "the key", "密钥")
    key = Key(name, material[0], material[1:])
    if len(key.public) != _PUBLIC_BYTES.get(key.kind) or key.kind == (1 if witness else 4):
        whose = ("a witness", "见证方") if witness else ("a log", "日志")
        raise Rejected(f"the key is not an Ed25519 key of {whose[0]}", f"不是{whose[1]}的 Ed25519 密钥")
    if key.id.hex() != key_id:
        raise Rejected("the id in the key does not fit it: it was mistyped", "密钥标识与内容不符，可能抄录有误")
    return key


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(letter.isspace() for letter in name) and not _CONTROL.search(name)


def _number(text: str, en: str, zh: str) -> int:
    if not _NUMBER.fullmatch(text) or int(text) >= 2**63:
        raise Rejected(f"{en} is not a plain number below 2^63", f"{zh}不是小于 2^63 的整数")
    return int(text)


def _base64(text: str, en: str, zh: str) -> bytes:
    try:
        data = b64decode(text, validate=True)
    except ValueError:
        data = b""
    if not data or b64encode(data).decode() != text:
        raise Rejected(f"{en} is not in base64", f"{zh}不是 base64 编码")
    return data


def _shown(text: str) -> str:
    """Text safe to print: whatever could steer a terminal or turn the direction of writing is spelled out."""
    return "".join(c if c == "\n" or c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    parser = argparse.ArgumentParser(prog="log.py", description="Check a log or its proofs. 核验日志及其证明。")
    parser.add_argument(
        "what", nargs="+", type=Path, metavar="FOLDER|PROOF", help="a copy of a log, or proofs | 日志副本或证明"
    )
    parser.add_argument("--key", action="append", default=[], metavar="NAME+HEX+BASE64", help="of the log | 日志的密钥")
    parser.add_argument("--keys", type=Path, metavar="FILE", help="the log's keys; needs trust.py | 日志密钥文件")
    parser.add_argument(
        "--checkpoint", action="append", default=[], type=Path, metavar="FILE", help="an older one | 较早的检查点"
    )
    options = parser.parse_args(arguments)
    try:
        keys = [read_key(text) for text in options.key]
        if options.keys:
            read = runpy.run_path(str(Path(__file__).with_name("trust.py")))["read_keys"]
            keys += [Key(*parts) for parts in read(_file(options.keys, SIZE_LIMIT))]
        older = [_file(path, SIZE_LIMIT) for path in options.checkpoint]
        if any(path.is_dir() for path in options.what) and not keys:
            raise Rejected("give the log's key: --key or --keys", "请提供日志密钥：--key 或 --keys")
    except (Rejected, ValueError) as error:
        print(" | ".join(map(str, error.args)), file=sys.stderr)
        return 2
    worst = 0
    for path in options.what:
        try:
            if path.is_dir():
                head = check_folder(path, keys, older)
                print(f"WHOLE | 完整: {_shown(head.origin)}, {head.size:,}, {head.root.hex()}")
            else:
                print(f"HOLDS | 成立: {verify_proof(_file(path, SIZE_LIMIT))}  {path}")
        except Rejected as error:
            print(f"REJECTED | 不予采信: {error}  {path}")
            worst = 1
    return worst


if __name__ == "__main__":
    sys.exit(main())
