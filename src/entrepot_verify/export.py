"""Checks an export of Entrepôt offline: that no file in it was altered, added or left out since it was sealed, that the log's key sealed
it, that every statement with a proof stands in the signed log, and for an auditor's export that the log only grew.

    python -m entrepot_verify.export EXPORT.zip --key NAME+HEX+BASE64

核验 Entrepôt 导出文件：封存后未被改动、增删；由日志密钥签名；附证明的陈述均在已签名日志中；审计导出另核验日志只增不改。
"""

from __future__ import annotations

import argparse
import json
import sys
import zlib
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, NamedTuple
from zipfile import BadZipFile, ZipFile

from entrepot_verify import log, receipt
from entrepot_verify.receipt import Rejected, Trust

MANIFEST, SEAL, HEAD = "manifest.txt", "manifest.sig", "entrepot export"
LINE_LIMIT = 64 << 20  # bytes of a line, of a note and of the manifest's longest name
FILES_LIMIT = 2_000_000
PIECE = 1 << 20
_UNREADABLE = (
    BadZipFile,
    OSError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
    LookupError,
    TypeError,
    zlib.error,
)


class Verdict(NamedTuple):
    """What holds of an export that was not rejected: whom it is for and when it was made, as it was sealed; how many files, how many
    statements, and how many of them are proven; the size of the log's tree, and of the tree it grew from (0: none is in it)."""

    about: tuple[str, ...]
    files: int
    statements: int
    proven: int
    size: int
    grown_from: int


def verify(path: Path, trust: Trust) -> Verdict:
    """Check an export; Rejected, with the reason, where something in it does not hold."""
    try:
        with ZipFile(path) as held:
            return _verify(held, trust)
    except _UNREADABLE as error:
        raise Rejected(f"the zip cannot be read: {error}", f"无法读取压缩文件：{error}") from None


def _verify(held: ZipFile, trust: Trust) -> Verdict:
    names = held.namelist()
    if len(names) > FILES_LIMIT or len(set(names)) != len(names):
        raise Rejected("too many files, or two of one name", "文件过多或重名")
    about, digest = _sealed(_small(held, SEAL), trust)
    listed = _listed(held, digest)
    if set(names) - {MANIFEST, SEAL} != listed.keys():
        odd = sorted((set(names) - {MANIFEST, SEAL}) ^ listed.keys())[0]
        raise Rejected(
            f"the list of files and the files differ: {_shown(odd)}", f"文件清单与实际文件不符：{_shown(odd)}"
        )
    for name, expected in listed.items():
        with held.open(name) as file:
            if _digest(file) != expected:
                raise Rejected(f"{_shown(name)} was altered", f"{_shown(name)} 已被改动")
    size, note, grown = 0, "", 0
    if "checkpoint.txt" in listed:
        note = receipt.read_text(_small(held, "checkpoint.txt"))
        tree = receipt.open_checkpoint(note, trust)
        size = tree.size
        if "consistency.json" in listed:
            grown = _grown(held, trust, tree)
    proven = _proven(held, listed, note, trust)
    statements = _statements(held, listed, proven)
    return Verdict(about, len(listed), statements, len(proven), size, grown)


def _sealed(data: bytes, trust: Trust) -> tuple[tuple[str, ...], str]:
    """What the seal says, once a trusted key of a log has signed it: its lines, and the digest of the list of files."""
    body, signatures = receipt._split(receipt.read_text(data))
    known = {(key.name, key.id): key for key in trust.logs}
    signed = [known[name, one[:4]] for name, one in signatures if (name, one[:4]) in known]
    for name, one in signatures:
        if (key := known.get((name, one[:4]))) is not None:
            receipt._signed(key, one[4:], body, ("", 0, b""))
    if not signed:
        raise Rejected("the export is not sealed by the key given", "导出文件并非由所给密钥封存")
    lines = body.removesuffix("\n").split("\n")
    last = f"{MANIFEST} sha256 "
    if lines[0] != HEAD or not lines[-1].startswith(last):
        raise Rejected("what is signed is no seal of an export", "所签内容不是导出封签")
    if any(line == f"origin {key.name}" for key in signed for line in lines):
        return tuple(lines[1:-1]), lines[-1].removeprefix(last)
    raise Rejected("the seal is of another log than the key", "封签与密钥不属于同一日志")


def _listed(held: ZipFile, digest: str) -> dict[str, str]:
    found: dict[str, str] = {}
    whole = sha256()
    with held.open(MANIFEST) as file:
        for line in iter(lambda: file.readline(LINE_LIMIT), b""):
            whole.update(line)
            expected, gap, name = line.decode().removesuffix("\n").partition("  ")
            if (
                not gap
                or len(expected) != 64
                or name in found
                or name.startswith(("/", "\\"))
                or ".." in name.split("/")
            ):
                raise Rejected("the list of files is malformed", "文件清单格式不符")
            found[name] = expected
    if whole.hexdigest() != digest:
        raise Rejected("the list of files was altered", "文件清单已被改动")
    return found


def _grown(held: ZipFile, trust: Trust, tree: receipt.Proof) -> int:
    """The size of the tree at the beginning of the period, proven to be the beginning of the tree at the end."""
    before = receipt.open_checkpoint(receipt.read_text(_small(held, "checkpoint-before.txt")), trust)
    said = json.loads(_small(held, "consistency.json"))
    if before.origin != tree.origin or (said["size1"], said["size2"]) != (before.size, tree.size):
        raise Rejected("the proof of growth is about other trees", "增长证明所涉并非这两个检查点")
    try:
        log.verify_consistency(
            before.size, tree.size, [bytes.fromhex(one) for one in said["path"]], before.root, tree.root
        )
    except log.Rejected as error:
        raise Rejected(error.en, error.zh) from None
    return before.size


def _proven(held: ZipFile, listed: dict[str, str], note: str, trust: Trust) -> dict[str, tuple[str, str]]:
    """Of each proven statement by its id: the dossier and the digest of the body."""
    found: dict[str, tuple[str, str]] = {}
    for line in _lines(held, listed, "proofs.ndjson"):
        proof = receipt.verify(f"{line['proof']}\n\n{note}".encode(), trust)
        said = proof.statement or {}
        if said.get("id") != line["id"]:
            raise Rejected(
                f"the proof of {_shown(line['id'])} is of another statement", f"{_shown(line['id'])} 的证明属于另一陈述"
            )
        found[line["id"]] = (str(said.get("dossier", "")), str(said.get("body", "")))
    return found


def _statements(held: ZipFile, listed: dict[str, str], proven: dict[str, tuple[str, str]]) -> int:
    """How many statements there are; each that is proven says what was proven."""
    count, left = 0, set(proven)
    for line in _lines(held, listed, "statements.ndjson"):
        count += 1
        if line["id"] not in proven:
            continue
        left.discard(line["id"])
        body = "" if line["body"] is None else sha256(receipt._canonical(line["body"])).hexdigest()
        if (line["dossier"], body) != proven[line["id"]]:
            raise Rejected(f"{_shown(line['id'])} does not say what was proven", f"{_shown(line['id'])} 与所证内容不符")
    if left:
        raise Rejected(f"{_shown(min(left))} is proven and not there", f"缺少已证陈述 {_shown(min(left))}")
    return count


def _lines(held: ZipFile, listed: dict[str, str], name: str) -> Iterator[dict[str, Any]]:
    if name not in listed:
        return
    with held.open(name) as file:
        for line in iter(lambda: file.readline(LINE_LIMIT), b""):
            try:
                yield json.loads(line)
            except (ValueError, RecursionError):
                raise Rejected(f"a line of {name} is not JSON", f"{name} 中有一行不是 JSON") from None


def _digest(file: IO[bytes]) -> str:
    whole = sha256()
    for piece in iter(lambda: file.read(PIECE), b""):
        whole.update(piece)
    return whole.hexdigest()


def _small(held: ZipFile, name: str) -> bytes:
    if name not in held.namelist():
        raise Rejected(f"the export holds no {name}", f"导出文件缺少 {name}")
    with held.open(name) as file:
        return file.read(receipt.SIZE_LIMIT + 1)


def _shown(text: object) -> str:
    return "".join(c if c.isprintable() else "?" for c in str(text)[:120])


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        prog="entrepot_verify.export", description="Check an export of Entrepôt. 核验 Entrepôt 导出文件。"
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--key", action="append", default=[], help="of the log: NAME+HEX+BASE64 | 日志的密钥")
    parser.add_argument("--keys", type=Path, help="a log's keys, the first trusted | 日志密钥文件，首个可信")
    options = parser.parse_args(arguments)
    try:
        trust = receipt.trust_in(options.key, (), None, None, [options.keys.read_bytes()] if options.keys else [])
        if not trust.logs:
            raise OSError("--key, --keys ?")
    except (OSError, Rejected) as error:
        print(f"keys are wanting | 密钥有误: {error}", file=sys.stderr)
        return 2
    try:
        found = verify(options.file, trust)
    except Rejected as error:
        print(f"REJECTED: {error.en}\n不予采信：{error.zh}")
        return 1
    print("\n".join(found.about))
    print(
        f"PROVEN: {found.files:,} files as sealed; {found.proven:,} of {found.statements:,} statements stand in the log of {found.size:,}"
    )
    print(
        f"成立：{found.files:,} 个文件与封存时一致；{found.statements:,} 条陈述中 {found.proven:,} 条经日志证明（{found.size:,} 条）"
    )
    if found.grown_from:
        print(f"the log only grew since it had {found.grown_from:,} | 日志自 {found.grown_from:,} 条起只增不改")
    return 0


if __name__ == "__main__":
    sys.exit(main())
