"""Proofs inside a JSON document: W3C Data Integrity 1.0 with the suite eddsa-jcs-2022 (VC-DI-EDDSA 1.0, section 3.3).

What is signed are two digests, of the proof without its value and of the document without its proof, each in canonical JSON
(RFC 8785). ecdsa-jcs-2019 over P-256 is checked too. Suites over RDF are told as not checked, never taken as holding.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import rfc8785
from msgspec import Struct

from entrepot.gateways.credentials.keys import (
    Algorithm,
    KeyOutOfReach,
    NotAKey,
    PublicKey,
    SigningKey,
    base58,
    did_key,
    from_base58,
)
from entrepot.gateways.credentials.reading import Unfit
from entrepot.gateways.verdict import Check, fails, holds, not_checked
from entrepot.kernel.text import Text

MAX_PROOFS = 16
CLOCKS_APART = timedelta(minutes=5)  # how far the clock of a signer may run before ours

KeyFinder = Callable[[str, str], PublicKey]  # URL of a verification method and purpose; raises NotAKey, KeyOutOfReach

_SUITES: dict[str, Algorithm] = {"eddsa-jcs-2022": "Ed25519", "ecdsa-jcs-2019": "P-256"}
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)")


class ProofSeen(Struct, frozen=True):
    """One proof of a document: the URL of the key it names, and how it came out."""

    method: str
    check: Check


def canonical_bytes(value: Any) -> bytes:
    """The canonical JSON of a value (RFC 8785 in full: null, doubles, names in the order of UTF-16).

    ValueError for what has none: integers beyond 2^53 - 1, infinities, lone surrogates, other types.
    """
    return rfc8785.dumps(value)


def moment(text: object) -> datetime:
    """A point in time as written in XSD dateTimeStamp (`2026-11-22T08:00:00Z`); ValueError without an offset or a real day."""
    if not isinstance(text, str) or not _MOMENT.fullmatch(text):
        raise ValueError(f"{str(text)[:40]!r} is no date and time with its offset")
    return datetime.fromisoformat(text)


def written(at: datetime) -> str:
    """A point in time as it stands in a proof: UTC, whole seconds, `Z`. ValueError for a time without its zone."""
    if at.tzinfo is None:
        raise ValueError("a time without its zone")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# -- signing ------------------------------------------------------------------------------------------------------------


def proof_options(
    document: Mapping[str, Any],
    verification_method: str,
    *,
    created: datetime,
    purpose: str = "assertionMethod",
    identifier: str = "",
    previous: Collection[str] = (),
    expires: datetime | None = None,
    domain: str = "",
    challenge: str = "",
) -> dict[str, Any]:
    """A proof that lacks only its value, for a key in the hands of somebody else: see `signing_input` and `with_proof`.

    `previous` names the proofs, by their `id`, that this one signs along with the document (a chain).
    """
    proof: dict[str, Any] = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "created": written(created),
        "verificationMethod": verification_method,
        "proofPurpose": purpose,
    }
    if identifier:
        proof["id"] = identifier
    if expires is not None:
        proof["expires"] = written(expires)
    if domain:
        proof["domain"] = domain
    if challenge:
        proof["challenge"] = challenge
    if previous:
        proof["previousProof"] = next(iter(previous)) if len(previous) == 1 else list(previous)
    if "@context" in document:
        proof["@context"] = document["@context"]
    return proof


def signing_input(document: Mapping[str, Any], proof: Mapping[str, Any]) -> bytes:
    """The 64 bytes that are signed: the digest of the proof without its value, then the digest of the document.

    Of the document's proofs only those stay in that `previousProof` names. Raises Unfit.
    """
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    if "previousProof" in proof:
        unsecured["proof"] = _previous(document, proof)
    if "@context" in proof:
        unsecured["@context"] = _signed_context(unsecured.get("@context"), proof["@context"])
    config = {name: value for name, value in proof.items() if name != "proofValue"}
    return b"".join(sha256(_canonical(part)).digest() for part in (config, unsecured))


def with_proof(document: Mapping[str, Any], proof: Mapping[str, Any], signature: bytes) -> dict[str, Any]:
    """The document with one more proof, its value the signature over `signing_input` (64 bytes)."""
    whole = {**proof, "proofValue": "z" + base58(signature)}
    before = _proofs(document)
    return {**document, "proof": [*before, whole] if before else whole}


def secured(
    document: Mapping[str, Any],
    key: SigningKey,
    *,
    created: datetime,
    purpose: str = "assertionMethod",
    identifier: str = "",
    previous: Collection[str] = (),
    expires: datetime | None = None,
    domain: str = "",
    challenge: str = "",
) -> dict[str, Any]:
    """The document with a proof by the key (eddsa-jcs-2022), beside the proofs that it has. Raises Unfit."""
    proof = proof_options(
        document,
        key.verification_method,
        created=created,
        purpose=purpose,
        identifier=identifier,
        previous=previous,
        expires=expires,
        domain=domain,
        challenge=challenge,
    )
    return with_proof(document, proof, key.sign(signing_input(document, proof)))


# -- checking -----------------------------------------------------------------------------------------------------------


def key_in_the_name(method: str, purpose: str) -> PublicKey:
    """The key of a did:key method; every purpose of signing is open to it. NotAKey or KeyOutOfReach otherwise."""
    key = did_key(method)
    if "#" not in method:
        raise NotAKey("a proof names the key of a DID, not the DID alone")
    return key


def check_proof(
    document: Mapping[str, Any],
    *,
    purpose: str = "assertionMethod",
    now: datetime | None = None,
    domain: str = "",
    challenge: str = "",
    key_for: KeyFinder = key_in_the_name,
) -> tuple[Check, ...]:
    """One check for each proof of the document; one that fails when it has none. See `examine` for the arguments."""
    seen = examine(document, purpose=purpose, now=now, domain=domain, challenge=challenge, key_for=key_for)
    return tuple(each.check for each in seen)


def examine(
    document: Mapping[str, Any],
    *,
    purpose: str = "assertionMethod",
    now: datetime | None = None,
    domain: str = "",
    challenge: str = "",
    key_for: KeyFinder = key_in_the_name,
) -> tuple[ProofSeen, ...]:
    """Every proof of a document with the key it names.

    `purpose` must be the proof's; `now` (with its zone) is held against `created` and `expires` where given; `domain` and
    `challenge`, where given, must be the proof's own.
    """
    try:
        proofs = _proofs(document)
    except Unfit as error:
        return (ProofSeen("", fails(_name(0, 1), error.reason)),)
    if not proofs:
        reason = Text("the document carries no proof: anybody may have written it", "文件没有证明：任何人都可能写成")
        return (ProofSeen("", fails(_name(0, 1), reason)),)
    seen = []
    for number, proof in enumerate(proofs):
        name, method = _name(number, len(proofs)), proof.get("verificationMethod", "")
        try:
            _terms(proof, purpose, now, domain, challenge)
            check = _signature(name, document, proof, purpose, key_for)
        except Unfit as error:
            check = fails(name, error.reason)
        seen.append(ProofSeen(method if isinstance(method, str) else "", check))
    return tuple(seen)


def _name(number: int, count: int) -> Text:
    return (
        Text("signature", "签名")
        if count == 1
        else Text(f"signature {number + 1} of {count}", f"签名 {number + 1}/{count}")
    )


def _signature(name: Text, document: Mapping[str, Any], proof: dict[str, Any], purpose: str, find: KeyFinder) -> Check:
    suite = proof.get("cryptosuite")
    if proof["type"] != "DataIntegrityProof" or not isinstance(suite, str) or suite not in _SUITES:
        kind = suite if proof["type"] == "DataIntegrityProof" and isinstance(suite, str) else proof["type"]
        en = f"the suite {kind[:60]} is not checked here: it needs RDF canonicalisation or another kind of key"
        return not_checked(name, Text(en, f"此处不核验签名套件 {kind[:60]}：需要 RDF 规范化或其他类型的密钥"))
    try:
        key = find(proof["verificationMethod"], purpose)
    except KeyOutOfReach as error:
        return not_checked(name, Text(f"the key cannot be had: {error}", f"无法取得密钥：{error}"))
    except NotAKey as error:
        raise Unfit(f"the key is not one: {error}", f"密钥无效：{error}") from error
    if key.algorithm != _SUITES[suite]:
        raise Unfit(f"{suite} is not signed with a key of {key.algorithm}", f"{suite} 不使用 {key.algorithm} 密钥")
    if not key.signed(_proof_value(proof), signing_input(document, proof)):
        raise Unfit(
            "the signature does not fit the document: one of them was changed, or another key signed",
            "签名与文件不符：其一已被更改，或由其他密钥签署",
        )
    late = len(_listed(document.get("@context"))) - len(_listed(proof.get("@context", document.get("@context"))))
    en, zh = f"signed with {proof['verificationMethod']}", f"由 {proof['verificationMethod']} 签署"
    if late:
        en, zh = f"{en}; the last {late} of its contexts were added later", f"{zh}；末尾 {late} 个上下文为事后添加"
    return holds(name, Text(en, zh))


def _terms(proof: Mapping[str, Any], purpose: str, now: datetime | None, domain: str, challenge: str) -> None:
    """What a proof says about itself: its purpose, its days, for whom it was made. Raises Unfit."""
    if proof.get("proofPurpose") != purpose:
        said = str(proof.get("proofPurpose"))[:40]
        raise Unfit(f"the proof is for {said}, not for {purpose}", f"证明用途为 {said}，不是 {purpose}")
    days = {}
    for name in ("created", "expires"):
        if name in proof:
            try:
                days[name] = moment(proof[name])
            except ValueError as error:
                raise Unfit(f"{name} of the proof: {error}", f"证明的 {name} 不是带时区的日期时间") from error
    if now is not None and "created" in days and days["created"] > now + CLOCKS_APART:
        raise Unfit(f"the proof is dated {proof['created']}, after now", f"证明日期 {proof['created']} 晚于现在")
    if now is not None and "expires" in days and days["expires"] <= now:
        raise Unfit(f"the proof expired on {proof['expires']}", f"证明已于 {proof['expires']} 失效")
    if domain and domain not in _listed(proof.get("domain")):
        raise Unfit("the proof was made for another domain", "证明为其他域名所作")
    if challenge and proof.get("challenge") != challenge:
        raise Unfit("the proof does not answer the challenge given", "证明未回应所给的质询")


def _proof_value(proof: Mapping[str, Any]) -> bytes:
    value = proof.get("proofValue")
    try:
        signature = from_base58(value[1:]) if isinstance(value, str) and value.startswith("z") else b""
    except ValueError:
        signature = b""
    if len(signature) != 64:
        raise Unfit("proofValue is not z and 64 bytes in base58", "proofValue 不是 z 加 64 字节的 base58")
    return signature


def _proofs(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The proofs of a document as a list, empty where it has none; Unfit where they are not objects or too many."""
    proofs = document.get("proof", [])
    proofs = proofs if isinstance(proofs, list) else [proofs]
    if len(proofs) > MAX_PROOFS:
        raise Unfit(f"more than {MAX_PROOFS} proofs", f"证明超过 {MAX_PROOFS} 个")
    for proof in proofs:
        if not isinstance(proof, dict) or not isinstance(proof.get("type"), str):
            raise Unfit("a proof is no object with a type", "证明不是带类型的对象")
        if not isinstance(proof.get("verificationMethod"), str) and "cryptosuite" in proof:
            raise Unfit("a proof does not name its key", "证明未指明密钥")
    names = [proof["id"] for proof in proofs if "id" in proof]
    if not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
        raise Unfit("two proofs bear the same id, or one that is no text", "证明的 id 重复或不是文本")
    return proofs


def _previous(document: Mapping[str, Any], proof: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The proofs that a proof of a chain signs along, in the order it names them; Unfit where one is missing."""
    by_id = {each["id"]: each for each in _proofs(document) if "id" in each}
    named = _listed(proof["previousProof"])
    if not named or not all(isinstance(name, str) for name in named) or len(set(named)) < len(named):
        raise Unfit("previousProof does not name proofs, each once", "previousProof 未逐一指明证明")
    for name in named:
        if name not in by_id:
            raise Unfit(f"the proof before it, {name[:60]}, is not there", f"缺少其前的证明 {name[:60]}")
    return [by_id[name] for name in named]


def _signed_context(document: object, proof: object) -> object:
    """The contexts that were signed: those of the proof, with which those of the document must begin."""
    ours, signed = _listed(document), _listed(proof)
    if [_canonical(each) for each in ours[: len(signed)]] != [_canonical(each) for each in signed]:
        raise Unfit("@context does not begin with the contexts that were signed", "@context 不以已签署的上下文开头")
    return proof


def _listed(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _canonical(value: Any) -> bytes:
    try:
        return canonical_bytes(value)
    except ValueError as error:
        raise Unfit(f"there is no canonical JSON of it: {error}", f"无法得出规范 JSON：{error}") from error
