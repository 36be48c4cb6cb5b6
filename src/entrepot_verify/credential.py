"""Check a W3C Verifiable Credential 2.0 signed with eddsa-jcs-2022 under did:key, without Entrepôt.

    python credential.py FILE [--status FILE …] [--trust DID=NAME …] [--day YYYY-MM-DD] [--json]

Needs this one file, Python 3.9 or newer and the package `cryptography`; reads nothing but the files named, asks nobody over the
network. Ends with 0 when nothing fails and a signature holds, 1 when something fails, 2 when a file could not be read.

What is signed (VC-DI-EDDSA 1.0, section 3.3): SHA-256 of the proof without its value, then SHA-256 of the document without its
proof, each in canonical JSON (RFC 8785). A did:key is its public key: z, then in base58 the bytes ED 01 and the key (Ed25519).
A status list (Bitstring Status List 1.0) is a credential of its own, given as a file; bit N of it tells of credential N.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import unicodedata
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from functools import partial
from hashlib import sha256
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SIZE_LIMIT = 4 << 20  # bytes of a credential
DEPTH_LIMIT, PROOF_LIMIT = 64, 16
NUMBER_LIMIT = 64  # characters
LIST_LEAST, LIST_MOST = 16_384, 1 << 24  # bytes of a status list
CONTEXT = "https://www.w3.org/ns/credentials/v2"
CLOCKS_APART = timedelta(minutes=5)

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_UTC = timezone(timedelta(0))
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII)
_FIELD = 2**255 - 19
_ORDER_8 = 2707385501144840649318225287225658788936804267575313519463743609750303402022
_WEAK = {0, 1, _FIELD - 1, _ORDER_8, _FIELD - _ORDER_8}  # y of points of small order: anybody can sign for such a key
# Members that name somebody or something, and letters that pass for others (after Unicode TR 36 and 39).
_NAMING = {
    "id", "@id", "type", "@type", "@context", "issuer", "holder", "controller", "verificationMethod", "cryptosuite", "proofPurpose",
    "statusListCredential", "statusPurpose", "previousProof", "registeredId",
}  # fmt: skip
_ALIKE = {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU"}
_LOOKS_PLAIN = set("аеорсухіјѕһԁԛԝѵӏАВЕЅІЈКМНОРСТХҮԌԚԜοαινρυχγωκτΑΒΕΖΗΙΚΜΝΟΡΤΥΧϲϳհոսցօզքԼՕՍ")


class Rejected(Exception):
    """A credential does not hold. The reason, in English and Chinese."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(f"{en} | {zh}")
        self.en, self.zh = en, zh


class Check(NamedTuple):
    """One thing looked at (in English and Chinese), how it came out (`holds`, `fails`, `not checked`), and why."""

    name: tuple[str, str]
    result: str
    reason: tuple[str, str]


class Verdict(NamedTuple):
    """All checks of a credential, its issuer's identifier, and what it says of its subject."""

    checks: tuple[Check, ...]
    issuer: str = ""
    says: Any = None

    @property
    def accepted(self) -> bool:
        """Whether nothing fails and a signature holds."""
        results = {check.result for check in self.checks}
        signed = any(check.name[0].startswith("signature") and check.result == "holds" for check in self.checks)
        return "fails" not in results and signed


def verify(
    data: bytes, *, now: datetime, trusted: Mapping[str, str] | None = None, status: Sequence[bytes] = ()
) -> Verdict:
    """Check the bytes of a credential. `trusted` names issuers by their DID, `status` are status list credentials on file."""
    form, issuer_is, dated = ("form", "格式"), ("issuer", "签发方"), ("validity", "有效期")
    stands = ("status", "状态")
    checks: list[Check] = []
    document: dict[str, Any] = {}
    try:
        document = parse(data)
        issuer = _check_form(document)
        _check_spelling(document)
        checks.append(Check(form, "holds", ("a verifiable credential 2.0", "可验证凭证 2.0")))
    except Rejected as error:
        return Verdict((Check(form, "fails", (error.en, error.zh)),))
    keys = set()
    for number, proof in enumerate(_proofs(document), 1):
        name = (f"signature {number}", f"签名 {number}")
        try:
            result, reason = _check_proof(document, proof, now)
            keys |= {proof["verificationMethod"].partition("#")[0]} if result == "holds" else set()
        except Rejected as error:
            result, reason = "fails", (error.en, error.zh)
        checks.append(Check(name, result, reason))
    if not keys and {check.result for check in checks[1:]} <= {"holds"}:
        checks.append(Check(("signature", "签名"), "fails", ("nobody signed it", "无人签署")))
    sure = all(check.result != "not checked" for check in checks)
    checks.append(Check(issuer_is, *_check_issuer(issuer, keys, trusted or {}, sure)))
    for name, check in (
        (dated, partial(_check_dates, document)),
        (stands, partial(_check_status, document, status, trusted or {})),
    ):
        try:
            checks.append(Check(name, *check(now)))
        except Rejected as error:
            checks.append(Check(name, "fails", (error.en, error.zh)))
    return Verdict(tuple(checks), issuer, document["credentialSubject"])


def _check_form(document: dict[str, Any]) -> str:
    """The issuer's identifier, once the members that every credential has are there."""
    contexts, types, issuer = _listed(document.get("@context")), _listed(document.get("type")), document.get("issuer")
    issuer = issuer.get("id") if isinstance(issuer, dict) else issuer
    if contexts[:1] != [CONTEXT]:
        raise Rejected(f"its first context is not {CONTEXT}", "首个 @context 不是可验证凭证 2.0")
    if "VerifiableCredential" not in types or not all(isinstance(one, str) for one in types):
        raise Rejected("its type is not VerifiableCredential", "类型不是 VerifiableCredential")
    if not isinstance(issuer, str) or not re.match(r"[a-z][a-z0-9+.-]*:\S+\Z", issuer):
        raise Rejected("it names no issuer", "未指明签发方")
    subjects = document.get("credentialSubject")
    if not _listed(subjects) or not all(isinstance(one, dict) and one for one in _listed(subjects)):
        raise Rejected("it says nothing of a subject", "缺少 credentialSubject")
    _proofs(document)
    return issuer


def _check_spelling(value: Any, place: str = "", names: bool = False) -> None:
    """Rejected for letters that turn the direction of writing, and in names for hidden ones and those that pass for others."""
    if isinstance(value, str) and (fault := _fault(value, names or value.startswith("did:"))):
        raise Rejected(f"{ascii(place)[1:-1]} {fault[0]}", f"{ascii(place)[1:-1]} {fault[1]}")
    if isinstance(value, list):
        for number, item in enumerate(value):
            _check_spelling(item, f"{place}/{number}"[:80], names)
    elif isinstance(value, dict):
        for name, item in value.items():
            at = f"{place}/{name[:80]}"[:80]
            _check_spelling(name, at, True)
            own = name in _NAMING and not isinstance(item, dict)
            _check_spelling(item, at, own or at in ("/issuer/name", "/holder/name"))


def _fault(text: str, names: bool) -> tuple[str, str] | None:
    if re.search("[\u202a-\u202e\u2066-\u2069]", text):
        return "turns the direction of the text", "改变文字方向"
    if not names or (text.isascii() and text.isprintable()):
        return None
    odd = {"Cc", "Cf", "Cn", "Co", "Zl", "Zp"} & {unicodedata.category(letter) for letter in text}
    plain = re.sub("[（）]", "", text)  # full-width brackets stand in the names of Chinese firms
    if odd or unicodedata.normalize("NFKC", plain) != plain or text.startswith("did:"):
        return "holds hidden letters, or some not in their normal form", "含有不可见或非规范字符"
    words = re.findall(r"[^\W\d_]+", text)
    if any(len(_ALIKE & {unicodedata.name(letter, "").split(" ")[0] for letter in word}) > 1 for word in words):
        return "mixes letters of two scripts in one word", "同一词中混用两种文字的字母"
    if words and all(letter.isascii() or letter in _LOOKS_PLAIN for word in words for letter in word):
        return "is written in letters that look like plain ones", "由形似拉丁字母的字符写成"
    return None


def _check_issuer(issuer: str, keys: set[str], trusted: Mapping[str, str], sure: bool) -> tuple[str, tuple[str, str]]:
    name = f" ({trusted[issuer]})" if issuer in trusted else ""
    if issuer in keys:
        return "holds", (f"signed by the issuer's own key{name}", f"由签发方自己的密钥签署{name}")
    if issuer.startswith("did:key:") and sure:
        return "fails", ("the issuer's own key did not sign it", "签发方自己的密钥未签署")
    return "not checked", (f"whether {issuer} has that key cannot be told offline", "离线无法核实签发方是否持有该密钥")


def _check_dates(document: dict[str, Any], now: datetime) -> tuple[str, tuple[str, str]]:
    first, last = (_moment(document[name]) if name in document else None for name in ("validFrom", "validUntil"))
    if first and last and last < first:
        raise Rejected("it ends before it begins", "有效期的终止早于起始")
    if first and now < first:
        raise Rejected(f"it is valid only from {first}", f"自 {first} 起才有效")
    if last and now > last:
        raise Rejected(f"it expired on {last}", f"已于 {last} 失效")
    return "holds", (f"valid on {now:%Y-%m-%d}", f"{now:%Y-%m-%d} 有效")


# -- proofs -----------------------------------------------------------------------------------------------------------


def _proofs(document: dict[str, Any]) -> list[dict[str, Any]]:
    proofs = _listed(document.get("proof"))
    names = [one.get("id") for one in proofs if isinstance(one, dict) and "id" in one]
    if len(proofs) > PROOF_LIMIT or not all(isinstance(one, dict) for one in proofs):
        raise Rejected("its proofs are not objects, or too many", "证明不是对象，或数量过多")
    if not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
        raise Rejected("two of its proofs bear one id", "证明的 id 重复")
    return proofs


def _check_proof(document: dict[str, Any], proof: dict[str, Any], now: datetime) -> tuple[str, tuple[str, str]]:
    suite = (proof.get("type"), proof.get("cryptosuite"))
    if suite != ("DataIntegrityProof", "eddsa-jcs-2022"):
        told = ascii(suite[1] or suite[0])[:60]
        return "not checked", (f"signed in another way: {told}", f"以其他方式签署：{told}")
    if proof.get("proofPurpose") != "assertionMethod":
        raise Rejected("the proof was made for another purpose", "证明的用途不符")
    if "created" in proof and _moment(proof["created"]) > now + CLOCKS_APART:
        raise Rejected("the proof is dated after today", "证明的日期晚于今日")
    if "expires" in proof and _moment(proof["expires"]) <= now:
        raise Rejected("the proof has expired", "证明已过期")
    method, value = proof.get("verificationMethod"), proof.get("proofValue")
    if isinstance(method, str) and not method.startswith("did:key:"):
        return "not checked", ("its key is not in its name (did:key)", "密钥不是 did:key，离线无法取得")
    public = _public_key(method)
    signature = _base58(value[1:]) if isinstance(value, str) and value[:1] == "z" else b""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, signing_input(document, proof))
    except (InvalidSignature, ValueError):
        raise Rejected("the signature is false: the credential was altered", "签名不真实：凭证被改动") from None
    return "holds", (f"signed with {method}", f"由 {method} 签署")


def signing_input(document: dict[str, Any], proof: dict[str, Any]) -> bytes:
    """The 64 bytes that a proof signs; a proof of a chain signs along the proofs that it names as previous."""
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    if "previousProof" in proof:
        by_id = {one["id"]: one for one in _proofs(document) if "id" in one}
        named = _listed(proof["previousProof"])
        if not named or not all(isinstance(one, str) and one in by_id and one != proof.get("id") for one in named):
            raise Rejected("the proof before this one is missing", "缺少其前的证明")
        unsecured["proof"] = [by_id[one] for one in named]
    if "@context" in proof:
        own, signed = _listed(unsecured.get("@context")), _listed(proof["@context"])
        if own[: len(signed)] != signed:
            raise Rejected("its contexts do not begin with those signed", "@context 不以已签署的内容开头")
        unsecured["@context"] = proof["@context"]
    config = {name: value for name, value in proof.items() if name != "proofValue"}
    return sha256(canonical(config)).digest() + sha256(canonical(unsecured)).digest()


def _public_key(method: object) -> bytes:
    """The key that the URL of a did:key's verification method names."""
    did, _, fragment = method.partition("#") if isinstance(method, str) else ("", "", "")
    data = _base58(fragment[1:]) if did == f"did:key:{fragment}" and fragment.startswith("z") else b""
    y = int.from_bytes(data[2:], "little") & (2**255 - 1)
    if len(data) != 34 or data[:2] != b"\xed\x01" or y >= _FIELD or y in _WEAK:
        raise Rejected(
            "the proof does not name an Ed25519 key as did:key:z6Mk…#z6Mk…", "证明未以 did:key 指明 Ed25519 密钥"
        )
    return data[2:]


def _base58(text: str) -> bytes:
    if len(text) > 200 or not all(letter in _ALPHABET for letter in text):
        return b""
    number = 0
    for letter in text:
        number = number * 58 + _ALPHABET.index(letter)
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


# -- status lists -----------------------------------------------------------------------------------------------------


def _check_status(
    document: dict[str, Any], lists: Sequence[bytes], trusted: Mapping[str, str], now: datetime
) -> tuple[str, tuple[str, str]]:
    entries = _listed(document.get("credentialStatus"))
    if not entries:
        return "not checked", ("it names no status list: nobody can revoke it", "未设状态列表，不可撤销")
    told, strangers = [], []
    for entry in entries:
        if not isinstance(entry, dict) or entry.get("type") != "BitstringStatusListEntry":
            return "not checked", ("its status is of another kind", "状态为其他类型")
        index, where, purpose = (
            entry.get(name) for name in ("statusListIndex", "statusListCredential", "statusPurpose")
        )
        if not isinstance(index, str) or not re.fullmatch(r"0|[1-9][0-9]{0,9}", index) or not isinstance(where, str):
            raise Rejected("its entry of a status list is malformed", "状态条目格式不符")
        if purpose not in ("revocation", "suspension") or entry.get("statusSize", 1) != 1:
            return "not checked", (f"its status tells of {ascii(purpose)[:40]}", "状态用途为其他类型")
        found = [one for one in map(parse, lists) if one.get("id") == where]
        if not found:
            return "not checked", (f"the status list was not given: {where}", f"未提供状态列表：{where}")
        bits, by = _bits(found[-1], str(purpose), now)
        if int(index) >= 8 * len(bits):
            raise Rejected("its place is not in the status list", "状态列表中没有该位置")
        if bits[int(index) // 8] >> (7 - int(index) % 8) & 1:
            raise Rejected(
                *(("it is revoked", "已被撤销") if purpose == "revocation" else ("it is suspended", "已被中止"))
            )
        told.append(str(purpose))
        if by != _check_form(document) and by not in trusted:
            strangers.append(by)
    if strangers:  # bad news from anybody counts, good news only from the issuer or somebody known
        return "not checked", (
            f"not set, says a list by {strangers[0]}: --trust it if you know whose key that is",
            f"{strangers[0]} 的列表称未置位：若已知该密钥归属，请以 --trust 指明",
        )
    return "holds", (f"not set in the list given: {', '.join(told)}", "在所给列表中未被撤销或中止")


def _bits(document: dict[str, Any], purpose: str, now: datetime) -> tuple[bytes, str]:
    """The bits of a status list and who issued it, once it holds by itself."""
    verdict = verify(json.dumps(document).encode(), now=now)
    listed = _listed(document.get("credentialSubject"))[0] if verdict.issuer else {}
    wrong = [check.reason for check in verdict.checks if check.result == "fails"]
    proven = any(check.name[0] == "issuer" and check.result == "holds" for check in verdict.checks)
    if wrong or not verdict.accepted or not proven:
        why = wrong[0] if wrong else ("it is not signed by its issuer", "并非其签发方签署")
        raise Rejected(f"the status list does not hold: {why[0]}", f"状态列表无效：{why[1]}")
    encoded = str(listed.get("encodedList"))
    if listed.get("type") != "BitstringStatusList" or purpose not in _listed(listed.get("statusPurpose")):
        raise Rejected("the status list is for another purpose", "状态列表用途不符")
    try:
        packed = urlsafe_b64decode(encoded[1:] + "=" * (-(len(encoded) - 1) % 4))
        if encoded[:1] != "u" or urlsafe_b64encode(packed).decode().rstrip("=") != encoded[1:]:
            raise ValueError
        reader = zlib.decompressobj(31)
        bits = reader.decompress(packed, LIST_MOST + 1)
    except (ValueError, zlib.error):
        raise Rejected("the status list is not gzip in base64url", "状态列表不是 base64url 编码的 gzip") from None
    if not LIST_LEAST <= len(bits) <= LIST_MOST or not reader.eof or reader.unused_data:
        raise Rejected("the status list is too short, too long or cut short", "状态列表过短、过长或不完整")
    return bits, verdict.issuer


# -- JSON: strictly read, canonically written (RFC 8785) --------------------------------------------------------------


def parse(data: bytes) -> dict[str, Any]:
    """The object in the bytes. Rejected where two readers could take it in two ways: a name twice, half a surrogate pair, a
    number that is not kept exactly, bytes beyond its end, a byte order mark."""
    if len(data) > SIZE_LIMIT:
        raise Rejected(f"it is larger than {SIZE_LIMIT:,} bytes", f"超过 {SIZE_LIMIT:,} 字节")
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_once,
            parse_int=_number,
            parse_float=_number,
            parse_constant=_number,
        )
        _check_depth(value, DEPTH_LIMIT)
        canonical(value)
    except RecursionError:
        raise Rejected(f"it is nested deeper than {DEPTH_LIMIT} levels", f"嵌套超过 {DEPTH_LIMIT} 层") from None
    except ValueError as error:
        raise Rejected(f"it is not strict JSON: {ascii(str(error))[1:120]}", "不是严格的 JSON") from None
    if not isinstance(value, dict):
        raise Rejected("it is no JSON object", "不是 JSON 对象")
    return value


def canonical(value: Any) -> bytes:
    """Canonical JSON; ValueError for what has none."""
    return _written(value).encode()


def _written(value: Any) -> str:
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{_written(name)}:{_written(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_written, value)) + "]"
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, int) and abs(value) >= 2**53:
        raise ValueError("an integer beyond 2^53 - 1")
    return json.dumps(value, ensure_ascii=False)


def number_text(value: float) -> str:
    """A double as ECMAScript writes it: the fewest digits that name it."""
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError("not a number")
    if value == 0:
        return "0"
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    text, point = "".join(map(str, digits)), len(digits) + int(exponent)
    if 0 < point <= 21:
        whole = text[:point].ljust(point, "0")
        text = whole + ("." + text[point:] if len(text) > point else "")
    elif -6 < point <= 0:
        text = "0." + "0" * -point + text
    else:
        text = text[0] + ("." + text[1:] if text[1:] else "") + f"e{point - 1:+d}"
    return "-" * sign + text


def _number(text: str) -> int | float:
    if len(text) > NUMBER_LIMIT or not re.match(r"-?[0-9]", text):
        raise ValueError(f"the number {text[:40]}")
    if re.fullmatch(r"-?[0-9]+", text):
        if abs(int(text)) >= 2**53:
            raise ValueError(f"the number {text} is beyond 2^53 - 1")
        return int(text)
    value = float(text)
    if abs(value) == float("inf") or (value == 0 and re.search("[1-9]", re.split("[eE]", text)[0])):
        raise ValueError(f"the number {text} is too large or too small")
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return names


def _check_depth(value: Any, room: int) -> None:
    if isinstance(value, (dict, list)):
        if not room:
            raise RecursionError
        for item in value.values() if isinstance(value, dict) else value:
            _check_depth(item, room - 1)


def _moment(text: object) -> datetime:
    found = _MOMENT.fullmatch(text) if isinstance(text, str) else None
    try:
        return datetime.fromisoformat(found[1] + found[2].replace("Z", "+00:00") if found else "")
    except ValueError:
        raise Rejected("a date in it is no date and time with its zone", "日期不是带时区的日期时间") from None


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


# -- telling people ---------------------------------------------------------------------------------------------------


def _shown(text: str) -> str:
    """Text safe to print: whatever could steer a terminal or turn the direction of writing is spelled out."""
    return "".join(c if c == "\n" or c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def report(verdict: Verdict) -> str:
    """Each check in both languages, then what the credential says."""
    proven = any(check.name[0] == "issuer" and check.result == "holds" for check in verdict.checks)
    good = "ACCEPTED | 予以采信" if proven else "SIGNED, ISSUER NOT PROVEN | 签名成立，签发方未经证实"
    lines = [good if verdict.accepted else "REJECTED | 不予采信", f"issuer | 签发方: {verdict.issuer}"]
    results = {"holds": "holds | 成立", "fails": "FAILS | 不成立", "not checked": "not checked | 未核验"}
    lines += [
        f"- {one.name[0]} | {one.name[1]}: {results[one.result]}: {' | '.join(one.reason)}" for one in verdict.checks
    ]
    if verdict.says is not None:
        lines.append(json.dumps(verdict.says, ensure_ascii=False, indent=2))
    return _shown("\n".join(lines))


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    parser = argparse.ArgumentParser(
        prog="credential.py", description="Check a verifiable credential. 核验可验证凭证。"
    )
    parser.add_argument("file", metavar="FILE", help="the credential | 凭证文件")
    parser.add_argument("--status", action="append", default=[], metavar="FILE", help="a status list | 状态列表文件")
    parser.add_argument(
        "--trust", action="append", default=[], metavar="DID=NAME", help="an issuer you know | 已知的签发方"
    )
    parser.add_argument("--day", metavar="YYYY-MM-DD", help="valid on that day, not now | 核验该日是否有效")
    parser.add_argument("--json", action="store_true", help="answer for programs | 以 JSON 输出")
    options = parser.parse_args(arguments)
    try:
        now = datetime.now(_UTC)
        if options.day:
            now = datetime.strptime(options.day, "%Y-%m-%d").replace(hour=12, tzinfo=_UTC)
        data, *lists = (_read(name) for name in (options.file, *options.status))
    except (OSError, ValueError) as error:
        print(f"cannot read | 无法读取: {error}", file=sys.stderr)
        return 2
    trusted = {did: name for did, _, name in (one.partition("=") for one in options.trust)}
    verdict = verify(data, now=now, trusted=trusted, status=lists)
    if options.json:
        told = {"accepted": verdict.accepted, **verdict._asdict(), "checks": [one._asdict() for one in verdict.checks]}
        print(json.dumps(told, ensure_ascii=False))
    else:
        print(report(verdict))
    return 0 if verdict.accepted else 1


def _read(name: str) -> bytes:
    with open(name, "rb") as file:
        return file.read(SIZE_LIMIT + 1)


if __name__ == "__main__":
    sys.exit(main())
