"""Check a receipt of Entrepôt without Entrepôt.

    python receipt.py FILE --key NAME+HEX+BASE64 [--language en|zh|both]

Needs this one file, Python 3.9 or newer and the package `cryptography`; reads nothing but FILE, asks nobody over the network.
Get the key from the operator of the log by a way you trust, not from whoever gave you the receipt.
Ends with 0 when the receipt proves what it says, 1 when it does not, 2 when it could not be read.

A receipt is a text in C2SP tlog-proof form:

    c2sp.org/tlog-proof@v1
    extra BASE64    canonical JSON (RFC 8785) {"salt":"<64 hex digits>","statement":{…},"type":"<kind>","v":1}
    index N         the place of the leaf in the log, from 0
    BASE64 …        the sibling hashes from the leaf up (RFC 9162), one a line
                    (an empty line)
    ORIGIN          the checkpoint: name of the log,
    SIZE            number of its leaves,
    BASE64          root hash over them (more lines may follow),
                    (an empty line)
    — NAME BASE64   signatures: 4 bytes of key id, then Ed25519 over the checkpoint's lines

    digest = SHA-256(salt || canonical JSON of the statement)
    entry  = {"digest":"<64 hex digits>","type":"<kind>","v":1}
    leaf   = SHA-256(0x00 || entry), node = SHA-256(0x01 || left || right)
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from base64 import b64decode, b64encode
from hashlib import sha256
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SIZE_LIMIT = 1_048_576  # bytes of a receipt
SIGNATURE_LIMIT = 64
PATH_LIMIT = 63
DEPTH_LIMIT = 64
INTEGER_LIMIT = 2**53

_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
_KIND = re.compile(r"[a-z][a-z0-9.]{0,63}")
_SALT = re.compile(r"[0-9a-f]{64}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


class Rejected(Exception):
    """The receipt does not prove what it says. The reason, in English and Chinese."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(f"{en} | {zh}")
        self.en, self.zh = en, zh


class Proof(NamedTuple):
    """What a receipt proved: this statement, of this kind, is the leaf `place` of the log `origin` as signed at `size` leaves."""

    statement: dict[str, Any]
    kind: str
    origin: str
    place: int
    size: int
    root: bytes
    unchecked: tuple[str, ...]  # names of further signatures, which were not checked


def verify(receipt: bytes, key: str) -> Proof:
    """Check the bytes of a receipt against the key of the log; Rejected, with the reason, where it does not hold."""
    name, public = _key(key)
    if len(receipt) > SIZE_LIMIT:
        raise Rejected(f"the receipt is larger than {SIZE_LIMIT:,} bytes", f"凭证超过 {SIZE_LIMIT:,} 字节")
    try:
        text = receipt.decode("utf-8")
    except UnicodeDecodeError:
        raise Rejected("the receipt is not UTF-8 text", "凭证不是 UTF-8 文本") from None
    if _CONTROL.search(text):
        raise Rejected("the receipt holds control characters", "凭证含有控制字符")
    top, gap, note = text.partition("\n\n")
    if not gap:
        raise Rejected("the receipt has no checkpoint: it was cut short", "凭证缺少检查点，内容不完整")
    kind, salt, statement, index, path = _top(top)
    body, unchecked = _open(note, name, public)
    origin, size, root = _checkpoint(body)
    if origin != name:
        raise Rejected(
            f"the checkpoint is of the log {_shown(origin)}, the key is that of {_shown(name)}",
            f"检查点属于日志 {_shown(origin)}，而密钥属于 {_shown(name)}",
        )
    digest = sha256(salt + _canonical(statement)).hexdigest()
    leaf = sha256(b"\x00" + _canonical({"digest": digest, "type": kind, "v": 1})).digest()
    if _climb(leaf, index, size, path) != root:
        raise Rejected(
            "the statement is not in the signed log: statement, salt, place or path was altered, or it is of another log",
            "该陈述不在已签名的日志中：陈述、盐值、位置或路径被改动，或属于另一日志",
        )
    return Proof(statement, kind, origin, index, size, root, unchecked)


# -- the parts of a receipt -------------------------------------------------------------------------------------------


def _top(text: str) -> tuple[str, bytes, dict[str, Any], int, list[bytes]]:
    """Kind, salt and statement, index and path, from the lines above the checkpoint."""
    lines = text.split("\n")
    if lines[0] != "c2sp.org/tlog-proof@v1":
        raise Rejected("the file is not a receipt: its first line is not c2sp.org/tlog-proof@v1", "该文件不是凭证：首行不符")
    if len(lines) < 3 or not lines[1].startswith("extra ") or not lines[2].startswith("index "):
        raise Rejected("the receipt lacks its `extra` or its `index` line", "凭证缺少 extra 行或 index 行")
    if len(lines) - 3 > PATH_LIMIT:
        raise Rejected(f"the path has more than {PATH_LIMIT} hashes", f"路径超过 {PATH_LIMIT} 个哈希值")
    extra = _parsed(_base64(lines[1][6:], "the extra line", "extra 行"))
    if not isinstance(extra, dict) or extra.keys() != {"salt", "statement", "type", "v"} or extra["v"] is True:
        raise Rejected("the extra line does not hold salt, statement, type and v", "extra 行须含 salt、statement、type 与 v")
    salt, statement, kind = extra["salt"], extra["statement"], extra["type"]
    if extra["v"] != 1:
        raise Rejected("the receipt is of a version this verifier does not know", "本程序不认识该凭证的版本")
    if not (isinstance(salt, str) and _SALT.fullmatch(salt) and isinstance(kind, str) and _KIND.fullmatch(kind)):
        raise Rejected("salt or type in the extra line is malformed", "extra 行中的 salt 或 type 格式不符")
    if not isinstance(statement, dict):
        raise Rejected("the statement is not an object", "陈述不是 JSON 对象")
    index = _number(lines[2][6:], "the index", "位置")
    path = [_base64(line, "a hash of the path", "路径中的哈希值") for line in lines[3:]]
    return kind, bytes.fromhex(salt), statement, index, path


def _open(note: str, name: str, public: bytes) -> tuple[str, tuple[str, ...]]:
    """The text of a note signed by the key, and the names of its other signatures."""
    body, gap, tail = note.rpartition("\n\n")
    if not gap or not tail.endswith("\n"):
        raise Rejected("the checkpoint is not a signed note: it was cut short", "检查点不是完整的签名文本")
    lines = tail[:-1].split("\n")
    if len(lines) > SIGNATURE_LIMIT:
        raise Rejected(f"the checkpoint has more than {SIGNATURE_LIMIT} signatures", f"检查点签名超过 {SIGNATURE_LIMIT} 个")
    body += "\n"
    own, others = False, []
    for line in lines:
        dash, _, rest = line.partition(" ")
        signer, _, encoded = rest.partition(" ")
        if dash != "—" or not _is_name(signer):
            raise Rejected("a signature line of the checkpoint is malformed", "检查点的签名行格式不符")
        signature = _base64(encoded, "a signature", "签名")
        if len(signature) < 5:
            raise Rejected("a signature of the checkpoint is too short", "检查点的签名过短")
        if signer != name or signature[:4] != _key_id(name, public):
            others.append(signer)
            continue
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature[4:], body.encode())
        except (InvalidSignature, ValueError):
            raise Rejected("the signature of the checkpoint is false", "检查点的签名不真实") from None
        own = True
    if not own:
        raise Rejected(
            f"the checkpoint is not signed by the key given; it is signed by {_shown(', '.join(others))}",
            f"检查点不是由所给密钥签名，而是由 {_shown('，'.join(others))} 签名",
        )
    return body, tuple(others)


def _checkpoint(body: str) -> tuple[str, int, bytes]:
    """Origin, size and root hash from the text of a checkpoint."""
    lines = body[:-1].split("\n")
    if len(lines) < 3 or not all(lines):
        raise Rejected("the signed text is not a checkpoint", "签名文本不是检查点")
    root = _base64(lines[2], "the root hash", "根哈希值")
    if len(root) != 32:
        raise Rejected("the root hash does not have 32 bytes", "根哈希值不是 32 字节")
    return lines[0], _number(lines[1], "the size of the log", "日志大小"), root


def _key(text: str) -> tuple[str, bytes]:
    """Name and public key from NAME+HEX+BASE64."""
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    if not _is_name(name):
        raise Rejected("the key does not read NAME+HEX+BASE64", "密钥格式应为 NAME+HEX+BASE64")
    material = _base64(encoded, "the key", "密钥")
    if len(material) != 33 or material[0] != 1:
        raise Rejected("the key is not an Ed25519 key of a log", "密钥不是日志的 Ed25519 密钥")
    if _key_id(name, material[1:]).hex() != key_id:
        raise Rejected("the id in the key does not fit its name and bytes: it was mistyped", "密钥标识与其名称、内容不符，可能抄录有误")
    return name, material[1:]


def _key_id(name: str, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n\x01" + public).digest()[:4]


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(letter.isspace() for letter in name) and not _CONTROL.search(name)


def _climb(hashed: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root hash to which the path leads from the leaf (RFC 9162, section 2.1.3.2)."""
    if index >= size:
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


# -- numbers, base64 and canonical JSON: one spelling each ------------------------------------------------------------


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


def _parsed(data: bytes) -> Any:
    """The value of canonical JSON; any other spelling is refused, so that nothing can hide in it."""
    try:
        value = json.loads(data.decode("utf-8"), parse_float=_no_number, parse_constant=_no_number, parse_int=_integer)
        _check(value, DEPTH_LIMIT)
        same = _canonical(value) == data
    except (ValueError, RecursionError):
        same = False
    if not same:
        raise Rejected("the extra line is not canonical JSON", "extra 行不是规范 JSON")
    return value


def _canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _check(value: Any, room: int) -> None:
    """ValueError for what canonical statements do not hold: null, field names beyond ASCII, deeper nesting than `room`."""
    if isinstance(value, (dict, list)):
        if not room:
            raise ValueError
        if isinstance(value, dict) and not all(name.isascii() for name in value):
            raise ValueError
        for item in value.values() if isinstance(value, dict) else value:
            _check(item, room - 1)
    elif value is None:
        raise ValueError


def _no_number(text: str) -> None:
    raise ValueError


def _integer(text: str) -> int:
    if len(text) > 17 or not -INTEGER_LIMIT < int(text) < INTEGER_LIMIT:
        raise ValueError
    return int(text)


# -- telling people ---------------------------------------------------------------------------------------------------


def _shown(text: str) -> str:
    """Text safe to print: whatever could steer a terminal or turn the direction of writing is spelled out."""
    return "".join(c if c == "\n" or c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def report(proof: Proof, language: str) -> str:
    """What was proven and what was not, in plain words."""
    said = _shown(json.dumps(proof.statement, ensure_ascii=False, indent=2, sort_keys=True))
    origin, unchecked = _shown(proof.origin), _shown(", ".join(proof.unchecked))
    en = f"""\
PROVEN
- The log {origin} holds this statement ({proof.kind}) as its entry {proof.place} (counted from 0), word for word.
- The holder of the key you gave signed that log with {proof.size} entries, this one among them,
  root hash {proof.root.hex()}.
  The operator cannot change or remove the entry without contradicting that signature.
NOT PROVEN
- that what the statement says is true, or that it was not replaced or withdrawn by a later one;
- who made it and when: names and times in it are what the log's operator recorded;
- that the operator shows everybody the same log{f" (signatures not checked: {unchecked})" if unchecked else ""};
- that the key is really the operator's: that depends on where you got it.
THE STATEMENT
{said}
"""
    zh = f"""\
已证明
- 日志 {origin} 的第 {proof.place} 号条目（从 0 起）就是下列陈述（类型 {proof.kind}），一字不差。
- 所给密钥的持有人签署了含 {proof.size} 个条目（包括本条）的日志，
  根哈希值 {proof.root.hex()}。
  运营方若更改或删除本条目，必与该签名相矛盾。
未证明
- 陈述内容属实，或其后未被更正、撤回；
- 由谁、何时作出：其中的姓名与时间均为日志运营方的记录；
- 运营方向所有人出示同一份日志{f"（以下签名未经核验：{unchecked}）" if unchecked else ""}；
- 密钥确属运营方：这取决于您从何处取得密钥。
陈述
{said}
"""
    return {"en": en, "zh": zh}.get(language, f"{en}\n{zh}")


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    parser = argparse.ArgumentParser(prog="receipt.py", description="Check a receipt of Entrepôt. 核验 Entrepôt 凭证。")
    parser.add_argument("file", metavar="FILE", help="the receipt | 凭证文件")
    parser.add_argument("--key", required=True, metavar="NAME+HEX+BASE64", help="the key of the log | 日志的密钥")
    parser.add_argument("--language", choices=("en", "zh", "both"), default="both", help="of the answer | 结果语言")
    options = parser.parse_args(arguments)
    try:
        with open(options.file, "rb") as file:
            receipt = file.read(SIZE_LIMIT + 1)
    except OSError as error:
        print(f"cannot read the file | 无法读取文件: {error}", file=sys.stderr)
        return 2
    try:
        proof = verify(receipt, options.key)
    except Rejected as error:
        told = {"en": f"REJECTED: {error.en}", "zh": f"不予采信：{error.zh}"}
        print(told.get(options.language, "\n".join(told.values())))
        return 1
    print(report(proof, options.language), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
