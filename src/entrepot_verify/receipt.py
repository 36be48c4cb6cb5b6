"""Check a receipt of Entrepôt, or any proof in C2SP tlog-proof form, without Entrepôt.

    python receipt.py FILE --key NAME+HEX+BASE64 [--policy FILE] [--json] …        (--help tells all)

Needs this one file, Python 3.9 or newer and the package `cryptography`; reads nothing but the files named, asks nobody over the
network. Get keys and policy by a way you trust, not from whoever gave you the receipt.
Ends with 0 when the receipt proves what it says, 1 when it does not, 2 when something could not be read.

    c2sp.org/tlog-proof@v1
    extra BASE64    canonical JSON (RFC 8785) {"salt":"<64 hex digits>","statement":{…},"type":"<kind>","v":1}
    index N         the place of the leaf in the log, from 0
    BASE64 …        the sibling hashes from the leaf up (RFC 9162), one a line
                    (an empty line)
    ORIGIN          the checkpoint: name of the log,
    SIZE            number of its leaves,
    BASE64          root hash over them (more lines may follow),
                    (an empty line)
    — NAME BASE64   signatures: 4 bytes of key id, then the log's signature or a witness's (C2SP tlog-cosignature)

    digest = SHA-256(salt || canonical JSON of the statement)
    entry  = {"digest":"<64 hex digits>","type":"<kind>","v":1}; of another log's proof it is given by --entry FILE
    leaf   = SHA-256(0x00 || entry), node = SHA-256(0x01 || left || right)
"""

from __future__ import annotations

import argparse
import json
import re
import runpy
import sys
import time
from base64 import b64decode, b64encode
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SIZE_LIMIT = 1_048_576  # bytes of a receipt
SIGNATURE_LIMIT, PATH_LIMIT, DEPTH_LIMIT = 64, 63, 64
INTEGER_LIMIT = 2**53

_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
_KIND = re.compile(r"[a-z][a-z0-9.]{0,63}")
_SALT = re.compile(r"[0-9a-f]{64}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]")
_PUBLIC_BYTES = {1: 32, 4: 32, 6: 1312}  # kinds of keys: Ed25519; of cosignatures: Ed25519, ML-DSA-44


class Rejected(Exception):
    """The receipt does not prove what it says. The reason, in English and Chinese."""

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


class Trust(NamedTuple):
    """Whom to believe: keys of logs, keys of witnesses by their names in the policy, groups (how many of which), the quorum."""

    logs: tuple[Key, ...]
    witnesses: dict[str, Key]
    groups: dict[str, tuple[int, tuple[str, ...]]]
    quorum: str  # the name of a witness or group, or "none"


class Proof(NamedTuple):
    """What a receipt proved: this statement, of this kind, is the leaf `place` of the log `origin` as signed at `size` leaves.

    `statement` is None where the entry was given apart. `cosigned` names witnesses, each with its time (seconds since 1970).
    """

    statement: dict[str, Any] | None
    kind: str
    origin: str
    place: int
    size: int
    root: bytes
    unchecked: tuple[str, ...] = ()  # names of further signatures, which were not checked
    cosigned: tuple[tuple[str, int], ...] = ()
    quorum: bool = False  # whether witnesses were asked for, and were enough


def verify(receipt: bytes, trust: Trust | str, *, entry: bytes | None = None, at_least: int = 0) -> Proof:
    """Check the bytes of a receipt; Rejected, with the reason, where it does not hold.

    `trust` is the key of the log, or whom to believe in full. `entry` are the bytes of the entry where the proof is that of
    another log. A checkpoint of fewer than `at_least` leaves is refused as too old.
    """
    trust = Trust((read_key(trust),), {}, {}, "none") if isinstance(trust, str) else trust
    top, gap, note = read_text(receipt).partition("\n\n")
    if not gap:
        raise Rejected("the receipt has no checkpoint: it was cut short", "凭证缺少检查点，内容不完整")
    extra, index, path = _top(top)
    statement, kind, entry = _entry(extra) if entry is None else (None, "", entry)
    proof = open_checkpoint(note, trust, at_least)
    if _climb(sha256(b"\x00" + entry).digest(), index, proof.size, path) != proof.root:
        raise Rejected(
            "the statement is not in the signed log: statement, salt, place or path was altered, or it is of another log",
            "该陈述不在已签名的日志中：陈述、盐值、位置或路径被改动，或属于另一日志",
        )
    return proof._replace(statement=statement, kind=kind, place=index)


# -- the parts of a receipt -------------------------------------------------------------------------------------------


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


def _top(text: str) -> tuple[bytes | None, int, list[bytes]]:
    """Extra data, index and path, from the lines above the checkpoint."""
    lines = text.split("\n")
    if lines[0] != "c2sp.org/tlog-proof@v1":
        raise Rejected("not a receipt: its first line is not c2sp.org/tlog-proof@v1", "该文件不是凭证：首行不符")
    extra = None
    if lines[1:] and lines[1].startswith("extra "):
        extra = _base64(lines.pop(1)[6:], "the extra line", "extra 行")
    if not lines[1:] or not lines[1].startswith("index "):
        raise Rejected("the receipt lacks its `index` line", "凭证缺少 index 行")
    if len(lines) - 2 > PATH_LIMIT:
        raise Rejected(f"the path has more than {PATH_LIMIT} hashes", f"路径超过 {PATH_LIMIT} 个哈希值")
    index = _number(lines[1][6:], "the index", "位置")
    return extra, index, [_base64(line, "a hash of the path", "路径中的哈希值") for line in lines[2:]]


def _entry(data: bytes | None) -> tuple[dict[str, Any], str, bytes]:
    """Statement, kind and the entry that follows from them, from the extra data of a receipt of Entrepôt."""
    if data is None:
        raise Rejected("the proof holds no statement: give the entry", "凭证不含陈述（extra 行）：请另行提供条目")
    extra = _parsed(data)
    if not isinstance(extra, dict) or extra.keys() != {"salt", "statement", "type", "v"} or extra["v"] is True:
        raise Rejected("the extra line does not hold salt, statement, type and v", "extra 行内容不符")
    salt, statement, kind = extra["salt"], extra["statement"], extra["type"]
    if extra["v"] != 1:
        raise Rejected("the receipt is of a version this verifier does not know", "本程序不认识该凭证的版本")
    if not (isinstance(salt, str) and _SALT.fullmatch(salt) and isinstance(kind, str) and _KIND.fullmatch(kind)):
        raise Rejected("salt or type in the extra line is malformed", "extra 行中的 salt 或 type 格式不符")
    if not isinstance(statement, dict):
        raise Rejected("the statement is not an object", "陈述不是 JSON 对象")
    digest = sha256(bytes.fromhex(salt) + _canonical(statement)).hexdigest()
    return statement, kind, _canonical({"digest": digest, "type": kind, "v": 1})


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


# -- checkpoints: signed by the log, cosigned by witnesses ------------------------------------------------------------


def open_checkpoint(note: str, trust: Trust, at_least: int = 0) -> Proof:
    """What a signed checkpoint says, once log and quorum have signed it; Rejected otherwise."""
    body, lines = _split(note)
    origin, size, root = _checkpoint(body)
    known = {(key.name, key.id): key for key in (*trust.witnesses.values(), *trust.logs)}
    signed: dict[Key, int] = {}
    others = []
    for name, signature in lines:
        key = known.get((name, signature[:4]))
        if key is None:
            others.append(name)
        elif key in signed:
            raise Rejected(f"two signatures of one key, {_shown(name)}", f"同一密钥 {_shown(name)} 有两个签名")
        else:
            signed[key] = _signed(key, signature[4:], body, (origin, size, root))
    logs = [key for key in trust.logs if key in signed]
    if not logs:
        told = _shown(", ".join(others))
        en = f"the checkpoint is not signed by the key given but by {told}: if the log changed its key, give its file of keys"
        raise Rejected(en, f"检查点由 {told} 签名，而非所给密钥：若日志已更换密钥，请提供其密钥文件")
    own = [key for key in logs if key.name == origin]
    if not own:
        a, b = _shown(origin), _shown(logs[0].name)
        raise Rejected(f"the checkpoint is of the log {a}, the key is of {b}", f"检查点属于 {a}，密钥属于 {b}")
    if not any(key.first <= size <= key.last for key in own):
        raise Rejected(f"the key does not count at {size} entries", f"该密钥在 {size} 条时无效（未启用或已停用）")
    if size < at_least:
        raise Rejected(f"the checkpoint is too old: it has {size} entries", f"检查点过旧，仅 {size} 条")
    cosigned = tuple((name, signed[key]) for name, key in trust.witnesses.items() if key in signed)
    _check_quorum(trust, {name for name, _ in cosigned})
    return Proof(None, "", origin, 0, size, root, tuple(others), cosigned, trust.quorum != "none")


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


def _check_quorum(trust: Trust, cosigned: set[str]) -> None:
    met = {"none", *cosigned}
    for name, (needed, members) in trust.groups.items():  # a group names only what stands before it
        if len(met.intersection(members)) >= needed:
            met.add(name)
    if trust.quorum not in met:
        seen = _shown(", ".join(sorted(cosigned)) or "-")
        raise Rejected(f"too few of your witnesses signed the checkpoint: {seen}", f"检查点的见证签名不足：仅有 {seen}")


# -- whom to believe --------------------------------------------------------------------------------------------------


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


def trust_in(
    keys: Sequence[str] = (), witnesses: Sequence[str] = (), quorum: int | None = None, policy: bytes | None = None,
    key_files: Sequence[bytes] = (),
) -> Trust:  # fmt: skip
    """Whom to believe: keys as text; of the witnesses so many as `quorum` must have signed, all of them where it is None.

    A policy (C2SP tlog-policy) and files of a log's keys, the first one trusted, are read by trust.py, beside this file.
    """
    logs = [read_key(text) for text in keys]
    named = {key.name: key for key in (read_key(text, witness=True) for text in witnesses)}
    needed = quorum if quorum is not None else len(named)
    beside = policy is not None and bool(named)
    if len(named) != len(witnesses) or not (0 < needed <= len(named) or needed == len(named)) or beside:
        raise Rejected("a witness twice, a quorum out of reach, or beside a policy", "见证方重复、数目不符或与策略并用")
    groups, met = {"given": (needed, tuple(named))}, "given" if named else "none"
    try:
        read = runpy.run_path(str(Path(__file__).with_name("trust.py"))) if policy is not None or key_files else {}
        logs += [Key(*parts) for data in key_files for parts in read["read_keys"](data)]
        if policy is not None:
            vkeys, given, groups, met = read["read_policy"](policy)
            logs += [read_key(text) for text in vkeys]
            named = {name: read_key(text, witness=True) for name, text in given.items()}
    except ValueError as error:
        raise Rejected(*error.args) from None
    return Trust(tuple(logs), named, groups, met)


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


def _parsed(data: bytes) -> Any:
    """The value of canonical JSON; any other spelling is refused, so that nothing can hide in it."""
    try:
        value = json.loads(data.decode("utf-8"))
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
    """ValueError for what canonical statements do not hold: null, large integers, other than ASCII names, deep nesting."""
    if isinstance(value, (dict, list)):
        if not room or not all(name.isascii() for name in value if isinstance(value, dict)):
            raise ValueError
        for item in value.values() if isinstance(value, dict) else value:
            _check(item, room - 1)
    elif not isinstance(value, (str, int)) or (isinstance(value, int) and abs(value) >= INTEGER_LIMIT):
        raise ValueError


def _shown(text: str) -> str:
    """Text safe to print: whatever could steer a terminal or turn the direction of writing is spelled out."""
    return "".join(c if c == "\n" or c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _day(second: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(second)) if second < 2**37 else str(second)


def as_json(proof: Proof) -> dict[str, Any]:
    """What was proven, for programs: the root in hexadecimal, times in seconds since 1970."""
    return {"proven": True, **proof._asdict(), "root": proof.root.hex()}


def report(proof: Proof, language: str) -> str:
    """What was proven and what was not, in plain words."""
    end, alone, met = "\n", proof.statement is None, proof.quorum
    origin, unchecked = _shown(proof.origin), _shown(", ".join(proof.unchecked))
    seen = "; ".join(f"{_shown(name)} ({_day(second)})" for name, second in proof.cosigned)
    said = "" if alone else _shown(json.dumps(proof.statement, ensure_ascii=False, indent=2, sort_keys=True)) + end
    en = f"""\
PROVEN
- The log {origin} holds {"the entry given" if alone else f"this statement ({proof.kind})"} as its entry {proof.place} \
(counted from 0), word for word.
- The holder of the key you gave signed that log with {proof.size} entries, this one among them,
  root hash {proof.root.hex()}.
  The operator cannot change or remove the entry without contradicting that signature.
{f"- Witnesses signed the same log{', as many as you ask for' if met else ''}: {seen}.{end}" if seen else ""}\
NOT PROVEN
- that what the statement says is true, or that it was not replaced or withdrawn by a later one;
- who made it and when: names and times in it are what the log's operator recorded;
{"" if met else f"- that the operator shows everybody the same log;{end}"}\
{f"- anything by these signatures, which were not checked: {unchecked};{end}" if unchecked else ""}\
- that the keys are really those of operator and witnesses: that depends on where you got them.
{"" if alone else f"THE STATEMENT{end}"}{said}"""
    zh = f"""\
已证明
- 日志 {origin} 的第 {proof.place} 号条目（从 0 起）就是{"所给条目" if alone else f"下列陈述（类型 {proof.kind}）"}，一字不差。
- 所给密钥的持有人签署了含 {proof.size} 个条目（包括本条）的日志，
  根哈希值 {proof.root.hex()}。
  运营方若更改或删除本条目，必与该签名相矛盾。
{f"- 见证方签署了同一日志{'，达到所要求的数目' if met else ''}：{seen}。{end}" if seen else ""}\
未证明
- 陈述内容属实，或其后未被更正、撤回；
- 由谁、何时作出：其中的姓名与时间均为日志运营方的记录；
{"" if met else f"- 运营方向所有人出示同一份日志；{end}"}\
{f"- 以下签名未经核验：{unchecked}；{end}" if unchecked else ""}\
- 密钥确属运营方与见证方：这取决于您从何处取得密钥。
{"" if alone else f"陈述{end}"}{said}"""
    return {"en": en, "zh": zh}.get(language, f"{en}\n{zh}")


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="receipt.py", description="Check a receipt of Entrepôt. 核验 Entrepôt 凭证。")
    add, key = parser.add_argument, "NAME+HEX+BASE64"
    add("file", metavar="FILE", help="the receipt | 凭证文件")
    add("--key", action="append", default=[], metavar=key, help="of the log; may be repeated | 日志的密钥，可重复")
    add("--witness", action="append", default=[], metavar=key, help="the key of one; repeated | 见证方的密钥，可重复")
    add("--quorum", type=int, metavar="N", help="how many of these witnesses must have signed | 须签名的见证方数")
    for flag, told in (
        ("--policy", "logs, witnesses, quorum (C2SP tlog-policy); needs trust.py | 信任策略"),
        ("--keys", "a log's keys, the first trusted; needs trust.py | 日志密钥文件，首个可信"),
        ("--entry", "the bytes of the entry, for another log's proof | 条目内容文件"),
    ):
        add(flag, metavar="FILE", help=told)
    add("--at-least", type=int, default=0, metavar="SIZE", help="refuse older checkpoints | 拒绝更旧的检查点")
    add("--json", action="store_true", help="answer for programs | 以 JSON 输出")
    add("--language", choices=("en", "zh", "both"), default="both", help="of the answer | 结果语言")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    options = _options(arguments)
    try:
        receipt, *files = map(_read, filter(None, (options.file, options.policy, options.keys, options.entry)))
        policy, keys, entry = (files.pop(0) if name else None for name in (options.policy, options.keys, options.entry))
        trust = trust_in(options.key, options.witness, options.quorum, policy, [keys] if keys else [])
        if not trust.logs:
            raise OSError("--key, --keys, --policy ?")
    except (OSError, Rejected) as error:
        print(f"a file cannot be read, or keys are wanting | 无法读取文件，或密钥有误: {error}", file=sys.stderr)
        return 2
    try:
        proof = verify(receipt, trust, entry=entry, at_least=options.at_least)
    except Rejected as error:
        told = {"en": f"REJECTED: {error.en}", "zh": f"不予采信：{error.zh}"}
        why = json.dumps({"proven": False, "en": error.en, "zh": error.zh}, ensure_ascii=False)
        print(why if options.json else told.get(options.language, "\n".join(told.values())))
        return 1
    print(json.dumps(as_json(proof), ensure_ascii=False) if options.json else report(proof, options.language), end="")
    return 0


def _read(name: str) -> bytes:
    with open(name, "rb") as file:
        return file.read(SIZE_LIMIT + 1)


if __name__ == "__main__":
    sys.exit(main())
