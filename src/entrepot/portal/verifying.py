"""Documents from outside, checked: what kind of document the bytes are, and a verdict by whoever knows that kind.

Receipts, logs and checkpoints are checked by the stand-alone verifier itself, so that the platform says nothing else than it.
Nothing is looked up over the network or in a store: who is to be believed is said by the caller.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Literal

import msgspec
from msgspec import Struct

from entrepot.gateways.verdict import Check, Verdict, fails, holds, not_checked
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.evidence import ISSUED
from entrepot.store.notes import NoteError, Verifier, open_note, split_note
from entrepot_verify import log
from entrepot_verify.receipt import Proof, Rejected, Trust, open_checkpoint, read_text, verify

LARGEST = 32 << 20  # bytes of any document
OBJECT_LARGEST = 4 << 20  # bytes of a JSON object, unless it is a title
Kind = Literal[
    "receipt", "note", "proof", "credential", "open_attestation", "sd_jwt", "title", "pdf", "cose", "timestamp", "unknown",
]  # fmt: skip
KINDS: dict[Kind, Text] = {
    "receipt": Text("receipt of a log", "日志凭证"),
    "note": Text("signed checkpoint", "签名检查点"),
    "proof": Text("Merkle proof", "默克尔证明"),
    "credential": Text("verifiable credential", "可验证凭证"),
    "open_attestation": Text("OpenAttestation document", "OpenAttestation 文件"),
    "sd_jwt": Text("credential with selective disclosure", "选择性披露凭证"),
    "title": Text("title with its chain", "权利凭证及其流转链"),
    "pdf": Text("signed PDF", "签名 PDF"),
    "cose": Text("COSE receipt", "COSE 凭证"),
    "timestamp": Text("timestamp", "时间戳"),
    "unknown": Text("document of an unknown kind", "未知类型的文件"),
}
_BASE64URL = rb"[A-Za-z0-9_-]+"
_JWS = re.compile(rb"\s*" + _BASE64URL + rb"\." + _BASE64URL + rb"\." + _BASE64URL + rb"\s*")
_TITLE = re.compile(rb'"format"\s*:\s*"entrepot-title/1"')
_CHECKPOINT = re.compile(r"[^\n]+\n[^\n]*\n[A-Za-z0-9+/]{43}=\n")  # at least by its looks
_SIGNED_TEXT = Text("signed text", "签名文本")
_ABOUT = Text("what it is about", "所证内容")
_NOT_GIVEN = Text("give the bytes it is about (--entry FILE)", "请提供所证内容（--entry 文件）")
_LOG_KEY = Text("key of the log", "日志密钥")
_LOG = Text("log", "日志")


class Trusting(Struct, frozen=True):
    """Whom to believe, and what lies beside the documents.

    `log` are keys of logs and witnesses, None where none were given; `issuers` are names by DID; `roots` certificates (PEM or
    DER); `status` answers with a status list by its URL, `resolve` with the document of a did:web;
    `anchors` are identity anchors; `entry` is what a proof of another log,
    a COSE receipt (the entry) or a timestamp (what was stamped) is about; `withdrawn` are lists of withdrawn
    certificates (CRL, DER).
    """

    now: datetime
    log: Trust | None = None
    issuers: Mapping[str, str] = {}
    roots: tuple[bytes, ...] = ()
    status: Callable[[str], bytes | None] | None = None
    resolve: Callable[[str], bytes | None] | None = None
    anchors: tuple[bytes, ...] = ()
    entry: bytes | None = None
    at_least: int = 0
    withdrawn: tuple[bytes, ...] = ()


def kind_of(data: bytes) -> Kind:
    """What the bytes claim to be, from their beginning; nothing of it is verified."""
    start = data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip()
    if data.startswith(b"%PDF-"):
        return "pdf"
    if start.startswith(b"c2sp.org/tlog-proof"):
        return "receipt"
    if "\n— ".encode() in data:
        return "note"
    if start.startswith(b"{"):
        return _kind_of_object(data)
    if _JWS.fullmatch(data.partition(b"~")[0]):
        return "sd_jwt" if b"~" in data else "credential"
    if data[:1] in (b"\xd2", b"\x84"):  # COSE_Sign1, tagged or not
        return "cose"
    return "timestamp" if data[:1] == b"\x30" else "unknown"


def _kind_of_object(data: bytes) -> Kind:
    if len(data) > OBJECT_LARGEST:  # taken apart by nobody before its size and number of values were looked at
        return "title" if _TITLE.search(data) else "credential"
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return "credential"  # whose reader tells what is wrong with it
    proof = document.get("proof")
    if {"leafIdx", "treeSize"} <= document.keys() or {"size1", "size2"} <= document.keys():
        return "proof"
    if document.get("format") == "entrepot-title/1":
        return "title"
    if "openattestation.com" in str(document.get("version")) or (
        isinstance(proof, dict) and str(proof.get("type")).startswith("OpenAttestation")
    ):
        return "open_attestation"
    return "credential"


def examine(data: bytes, trusting: Trusting) -> Verdict:
    """The verdict on a document of whatever kind; never an error, whatever the bytes are."""
    kind = kind_of(data) if len(data) <= LARGEST else "unknown"
    try:
        return _EXAMINERS[kind](data, trusting)
    except Exception as error:  # a reader of hostile bytes met what nobody foresaw: that is no acceptance
        reason = Text(f"it could not be read: {type(error).__name__}", f"无法读取：{type(error).__name__}")
        return Verdict(KINDS[kind], (fails(Text("form", "格式"), reason),))


# -- the log ----------------------------------------------------------------------------------------------------------


def _receipt(data: bytes, trusting: Trusting) -> Verdict:
    if trusting.log is None:
        return _keyless("receipt")
    try:
        proof = verify(data, trusting.log, entry=trusting.entry, at_least=trusting.at_least)
    except Rejected as error:
        return _rejected("receipt", error)
    en = f"leaf {proof.place} of the log {proof.origin}, signed at {proof.size} leaves"
    place = holds(
        Text("place in the log", "日志位置"), Text(en, f"日志 {proof.origin}（{proof.size} 条）的第 {proof.place} 条")
    )
    checks = _signatures(proof, data.decode().partition("\n\n")[2], trusting.roots)
    return Verdict(KINDS["receipt"], (place, *checks), proof.origin, proof.statement or {})


def _note(data: bytes, trusting: Trusting) -> Verdict:
    if trusting.log is None:
        return _keyless("note")
    try:
        text = read_text(data)
        if not _CHECKPOINT.match(text):
            return _plain_note(text, trusting.log)
        proof = open_checkpoint(text, trusting.log, trusting.at_least)
    except Rejected as error:
        return _rejected("note", error)
    told = {"origin": proof.origin, "size": proof.size, "root": proof.root.hex()}
    return Verdict(KINDS["note"], tuple(_signatures(proof, text, trusting.roots)), proof.origin, told)


def _plain_note(text: str, trust: Trust) -> Verdict:
    """A signed text that is no checkpoint (C2SP signed-note)."""
    keys = [Verifier(key.name, key.public) for key in trust.logs if key.kind == 1]
    try:
        body, names = open_note(text, keys)
    except NoteError as error:
        reason = Text(str(error), "签名不成立，或没有所给密钥的签名")
        return Verdict(_SIGNED_TEXT, (fails(Text("signature", "签名"), reason),))
    told = ", ".join(names)
    check = holds(Text("signature", "签名"), Text(f"signed by {told}", f"由 {told} 签署"))
    return Verdict(_SIGNED_TEXT, (check,), told, {"text": body})


def _signatures(proof: Proof, note: str, roots: tuple[bytes, ...]) -> list[Check]:
    """Who signed a checkpoint, as far as that was checked."""
    checks = [
        holds(Text("signature of the log", "日志签名"), Text(f"signed by {proof.origin}", f"由 {proof.origin} 签署"))
    ]
    names = ", ".join(name for name, _ in proof.cosigned)
    witnesses = Text("witnesses", "见证方")
    if proof.quorum:
        checks.append(holds(witnesses, Text(f"enough signed: {names}", f"见证签名足够：{names}")))
    elif not names:
        reason = Text(
            "no witness was asked for: the log may show others another tree", "未要求见证：日志可能向他人出示不同内容"
        )
        checks.append(not_checked(witnesses, reason))
    stamps = _stamps(note, roots)
    checks += stamps.values()
    if unchecked := [name for name in proof.unchecked if name not in stamps]:
        told = ", ".join(unchecked)
        checks.append(
            not_checked(Text("further signatures", "其他签名"), Text(f"keys not given: {told}", f"未提供密钥：{told}"))
        )
    return checks


def _stamps(note: str, roots: tuple[bytes, ...]) -> dict[str, Check]:
    """The timestamps on a checkpoint whose authority has one of the roots, by the authority's name."""
    from entrepot.gateways.timestamps import read_certificates
    from entrepot.store.timestamps import key_id
    from entrepot_verify import timestamp

    certificates = [certificate for root in roots for certificate in read_certificates(root)]
    found: dict[str, Check] = {}
    for line in split_note(note)[1]:
        for certificate in certificates:
            if line.key_id != key_id(line.name, certificate):
                continue
            name = Text(f"timestamp of {line.name}", f"{line.name} 的时间戳")
            try:
                moments = [when for when, _ in timestamp.timestamps_of(note, line.name, certificate)]
            except timestamp.Rejected as error:
                found[line.name] = fails(name, Text(error.en, error.zh))
            else:
                when = datetime.fromtimestamp(min(moments), UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
                found[line.name] = holds(name, Text(f"the log stood so at {when}", f"该日志状态在 {when} 已存在"))
    return found


def _keyless(kind: Kind) -> Verdict:
    reason = Text(
        "give the log's key (--key, --keys, --policy): none is trusted by itself",
        "请提供日志密钥：不会自动信任任何密钥",
    )
    return Verdict(KINDS[kind], (not_checked(_LOG_KEY, reason),))


def _rejected(kind: Kind, error: Rejected | log.Rejected) -> Verdict:
    return Verdict(KINDS[kind], (fails(_LOG, Text(error.en, error.zh)),))


def _proof(data: bytes, trusting: Trusting) -> Verdict:
    try:
        which = log.verify_proof(data)
    except log.Rejected as error:
        return _rejected("proof", error)
    reason = Text(f"{which}: the path leads to the root given", "路径可到达所给根哈希值")
    return Verdict(KINDS["proof"], (holds(Text("path", "路径"), reason),))


def _cose(data: bytes, trusting: Trusting) -> Verdict:
    from entrepot.gateways.cose import verify_cose_receipt
    from entrepot.gateways.credentials.keys import PublicKey

    if trusting.log is None:
        return _keyless("cose")
    if trusting.entry is None:
        return Verdict(KINDS["cose"], (not_checked(_ABOUT, _NOT_GIVEN),))
    keys = [PublicKey("Ed25519", key.public) for key in trusting.log.logs if key.kind == 1]
    verdicts = [verify_cose_receipt(data, trusting.entry, key) for key in keys]
    return next((one for one in verdicts if one.accepted), verdicts[0]) if verdicts else _keyless("cose")


def _timestamp(data: bytes, trusting: Trusting) -> Verdict:
    from entrepot.gateways.credentials.reading import Unfit
    from entrepot.gateways.timestamps import imprint_algorithm, read_certificates, token_in, verify_token

    if trusting.entry is None:
        return Verdict(KINDS["timestamp"], (not_checked(_ABOUT, _NOT_GIVEN),))
    roots = [certificate for root in trusting.roots for certificate in read_certificates(root)]
    head = 2 if data[1:2] < b"\x80" else 2 + (data[1] & 0x7F)
    try:
        token = data if data[head : head + 1] == b"\x06" else token_in(data)  # else it is the answer of an authority
        digest = hashlib.new(imprint_algorithm(token, roots), trusting.entry).digest()
    except Unfit as error:
        return Verdict(KINDS["timestamp"], (fails(Text("form", "格式"), error.reason),))
    return verify_token(token, digest, roots, now=trusting.now)


# -- signed documents -------------------------------------------------------------------------------------------------


def _credential(data: bytes, trusting: Trusting) -> Verdict:
    from entrepot.gateways.credentials.verifying import verify_credential

    return verify_credential(
        data, now=trusting.now, trusted=trusting.issuers, status=trusting.status, resolve=trusting.resolve,
        anchors=trusting.anchors,
    )  # fmt: skip


def _title(data: bytes, trusting: Trusting) -> Verdict:
    from entrepot.portal.titles_export import verify_title

    return verify_title(data, now=trusting.now, log=trusting.log)


def _pdf(data: bytes, trusting: Trusting) -> Verdict:
    from entrepot.gateways.signed_pdf import STATEMENT, attachments_of, verify_pdf

    def credential(attached: bytes) -> Verdict:
        return _credential(attached, trusting)

    def receipt(attached: bytes, signed: bytes) -> Verdict:
        return _about(_receipt(attached, trusting), signed, attachments_of(data).get(STATEMENT, b""))

    return verify_pdf(
        data, now=trusting.now, roots=trusting.roots, stamp_roots=trusting.roots, lists=trusting.withdrawn,
        credential=credential, receipt=receipt,
    )  # fmt: skip


def _about(verdict: Verdict, document: bytes, body: bytes) -> Verdict:
    """The verdict on a receipt, with the check whether its statement names the document: itself, or in its `body`, of which it holds
    the digest."""
    name, digest = Text("receipt and document", "凭证与文件"), sha256(document).hexdigest()
    if not verdict.accepted:
        return verdict
    proven = bool(body) and verdict.says.get("body") == sha256(body).hexdigest()
    if digest in _texts(verdict.says) or (proven and digest in _texts(_decoded(body))):
        check = holds(name, Text("the statement names the document by its digest", "陈述载有该文件的摘要"))
    elif not proven and _issued(verdict.says) == _number(document):
        reason = Text(
            "the log names the document by its number; its digest is in the body of the statement, which is not beside the receipt",
            "日志以编号指明该文件；其摘要在陈述正文中，而凭证旁未附该正文",
        )
        check = not_checked(name, reason)
    else:
        check = fails(name, Text("the receipt is for another document", "该凭证属于另一文件"))
    return Verdict(verdict.kind, (*verdict.checks, check), verdict.issuer, verdict.says)


def _decoded(body: bytes) -> Any:
    """A statement's body; nothing where it is no JSON."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, RecursionError):
        return None


def _issued(statement: Mapping[str, Any]) -> str:
    """The document whose issue a statement says; empty where it says something else."""
    return f"urn:uuid:{statement.get('key')}" if statement.get("topic") == ISSUED.name else ""


def _number(document: bytes) -> object:
    """The identifier that a credential gives itself; its form was checked by whoever checked the credential."""
    try:
        return json.loads(document).get("id")
    except (ValueError, AttributeError, RecursionError):
        return None


def _texts(value: Any) -> set[str]:
    """Every text in a statement, which was bounded when it was read."""
    if isinstance(value, str):
        return {value}
    items = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return set().union(*map(_texts, items))


def _unknown(data: bytes, trusting: Trusting) -> Verdict:
    reason = Text("it is no kind of document that is known here", "不是可识别的文件类型")
    if len(data) > LARGEST:
        reason = Text(f"it is larger than {LARGEST >> 20} MB", f"文件超过 {LARGEST >> 20} MB")
    return Verdict(KINDS["unknown"], (fails(Text("kind", "类型"), reason),))


_EXAMINERS: dict[Kind, Callable[[bytes, Trusting], Verdict]] = {
    "receipt": _receipt, "note": _note, "proof": _proof, "title": _title, "pdf": _pdf, "cose": _cose, "timestamp": _timestamp,
    "credential": _credential, "open_attestation": _credential, "sd_jwt": _credential, "unknown": _unknown,
}  # fmt: skip
