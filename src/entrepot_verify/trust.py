"""Whom to believe, read from files: a policy of logs and witnesses, and the history of a log's keys.

The verifiers of this folder read these files with it; it needs the standard library and `cryptography`, and lies beside them.

A policy is a C2SP tlog-policy. A file of keys is what a log of Entrepôt serves at /log/keys: its first key, NAME+HEX+BASE64, then
after an empty line each change of keys as a signed note of six lines: ORIGIN, `hand-over` or `retirement` or `compromise`, the
number of the change, size and root hash of the tree at that moment, and the key that is added or that ends. All valid keys sign a
change, and the added one with them; only a compromised key need not. Who trusts the first key can so follow to the newest.

What is wrong is told by ValueError with two texts, English and Chinese.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

LINES_LIMIT = 1_000  # of a policy
CHANGES_LIMIT = 1_000  # of a log's keys
FOREVER = 2**63 - 1

_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]")


class LogKey(NamedTuple):
    """A key of a log (Ed25519): its signature counts on checkpoints of `first` to `last` leaves."""

    name: str
    kind: int
    public: bytes
    first: int = 0
    last: int = FOREVER


class Policy(NamedTuple):
    """Keys of logs; keys of witnesses by name; groups: how many of which; the quorum's name, or none. Keys as they are written."""

    logs: tuple[str, ...]
    witnesses: dict[str, str]
    groups: dict[str, tuple[int, tuple[str, ...]]]
    quorum: str


def read_policy(data: bytes) -> Policy:
    """A policy from its text; ValueError, with the line, where it is not one."""
    *lines, last = data.decode("utf-8", "surrogateescape").split("\n")
    if last or len(lines) > LINES_LIMIT or re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", data):
        raise ValueError(
            "the policy is cut short, too long or holds control characters", "策略不完整、过长或含控制字符"
        )
    policy, logs, quorum = Policy((), {}, {}, ""), [], ""
    members: set[str] = set()
    for number, line in enumerate(lines, 1):
        word, *rest = [part for part in re.split(r"[ \t]+", line) if part] or ["#"]
        if word.startswith("#"):
            continue
        if word == "log" and len(rest) in (1, 2):
            logs.append(rest[0])
            right = _material(rest[0]) not in {_material(log) for log in logs[:-1]}
        elif word == "witness" and len(rest) in (2, 3):
            name, key = rest[:2]
            right = _free(policy, name) and _material(key) not in {_material(one) for one in policy.witnesses.values()}
            policy.witnesses[name] = key
        elif word == "group" and len(rest) > 2:
            name, least, *named = rest
            needed = {"all": str(len(named)), "any": "1"}.get(least, least)
            right = _free(policy, name) and bool(_NUMBER.fullmatch(needed)) and 0 < int(needed) <= len(named)
            right = right and {*policy.witnesses, *policy.groups}.issuperset(named)
            right = right and len(set(named)) == len(named) and not members.intersection(named)
            members.update(named)
            policy.groups[name] = (int(needed) if right else 0, tuple(named))
        else:
            right = word == "quorum" and len(rest) == 1 and not quorum
            right = right and (rest[0] == "none" or rest[0] in {*policy.witnesses, *policy.groups})
            quorum = rest[0] if right else ""
        if not right:
            raise ValueError(
                f"line {number} of the policy is none, or repeats or names what it may not", f"策略第 {number} 行有误"
            )
    if not quorum:
        raise ValueError("the policy names no quorum", "策略未指定 quorum")
    return policy._replace(logs=tuple(logs), quorum=quorum)


def _free(policy: Policy, name: str) -> bool:
    return name not in {"none", *policy.witnesses, *policy.groups}


def _material(key: str) -> bytes:
    """The public key in a key's text, whatever its name and kind."""
    return _base64(key.split("+", 2)[-1])[1:]


# -- the keys of a log ------------------------------------------------------------------------------------------------


def read_keys(data: bytes) -> tuple[LogKey, ...]:
    """Every key that the log had, from its file of keys; ValueError where a change does not follow from those before."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    first, *rest = text[:-1].split("\n\n")
    if not text.endswith("\n") or _CONTROL.search(text) or len(rest) % 2 or len(rest) > 2 * CHANGES_LIMIT:
        raise ValueError("the file of keys is cut short or not one", "密钥文件不完整或格式不符")
    keys = [_key(first)]
    trees: dict[int, str] = {}
    grown = [0]
    for number in range(1, len(rest) // 2 + 1):
        body, signatures = rest[2 * number - 2] + "\n", rest[2 * number - 1]
        try:
            keys = _changed(keys, number, body, signatures, trees, grown)
        except ValueError:
            raise ValueError(
                f"change {number} in the file of keys does not follow from those before",
                f"密钥文件第 {number} 次变更无效",
            ) from None
    return tuple(keys)


def _changed(
    keys: list[LogKey], number: int, body: str, signatures: str, trees: dict[int, str], grown: list[int]
) -> list[LogKey]:
    """The keys after one change; ValueError where it is not signed by those who must, or cannot be.

    `trees` are the roots by size that changes named, `grown` the sizes; only a compromise may name an earlier tree.
    """
    origin, kind, count, size_text, root, key_text = body[:-1].split("\n")
    key = _key(key_text)
    if {origin, key.name} != {keys[0].name} or count != str(number) or not _NUMBER.fullmatch(size_text):
        raise ValueError
    size = int(size_text)
    valid = [one for one in keys if one.last == FOREVER]
    stolen, same = kind == "compromise", [one for one in keys if one.public == key.public]
    if size > FOREVER or len(_base64(root)) != 32 or trees.setdefault(size, root) != root:
        raise ValueError
    if not stolen:
        grown.append(size)
    if kind == "hand-over":
        after = [*keys, key._replace(first=size)]
        right = not same and all(_key_id(one) != _key_id(key) for one in keys)
    else:
        ended = [one._replace(last=min(one.last, size)) if one.public == key.public else one for one in keys]
        right = bool(same) and same[0].first <= size and (stolen or same[0].last == FOREVER)
        right = right and kind in ("retirement", "compromise") and any(one.last == FOREVER for one in ended)
        after = ended
    signers = {one.public for one in valid} | {key.public}
    if stolen:
        signers.discard(key.public)
    signed = _signers(body, signatures, [*valid, key])
    if not right or not signers <= signed or grown[-1] < max(grown):
        raise ValueError
    return after


def _signers(body: str, signatures: str, keys: list[LogKey]) -> set[bytes]:
    """Which of the keys signed the text; ValueError where one signed twice or falsely."""
    known = {(key.name, _key_id(key)): key.public for key in keys}
    signed: set[bytes] = set()
    for line in signatures.split("\n"):
        dash, name, encoded = line.split(" ")
        signature = _base64(encoded)
        public = known.get((name, signature[:4]))
        if dash != "—" or len(signature) < 5 or public in signed:
            raise ValueError
        if public is not None:
            try:
                Ed25519PublicKey.from_public_bytes(public).verify(signature[4:], body.encode())
            except InvalidSignature:
                raise ValueError from None
            signed.add(public)
    return signed


def _key(text: str) -> LogKey:
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    material = _base64(encoded)
    key = LogKey(name, material[0], material[1:])
    if not name or re.search(r"\s", name) or len(material) != 33 or key.kind != 1 or _key_id(key).hex() != key_id:
        raise ValueError("a key in the file of keys is malformed", "密钥文件中的密钥格式不符")
    return key


def _key_id(key: LogKey) -> bytes:
    return sha256(key.name.encode() + b"\n" + bytes([key.kind]) + key.public).digest()[:4]


def _base64(text: str) -> bytes:
    try:
        data = b64decode(text, validate=True)
    except ValueError:
        data = b""
    if not data or b64encode(data).decode() != text:
        raise ValueError(f"{text[:40]!a} is not base64", f"{text[:40]!a} 不是 base64 编码")
    return data
