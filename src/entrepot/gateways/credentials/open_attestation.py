"""Documents of OpenAttestation 2.0 and 3.0 (TradeTrust): is the content whole, and who says so as far as that can be told offline.

Every value is hashed with its salt (Keccak-256), the sorted hashes give the target hash, and sorted pairs lead from it to the
Merkle root that the issuer publishes on a chain or signs with a key of did:ethr. Values may be hidden: their hashes stay.
"""

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from entrepot.gateways.credentials.data_integrity import MAX_PROOFS, canonical_bytes
from entrepot.gateways.credentials.model import check_form
from entrepot.gateways.credentials.reading import Unfit, read_object
from entrepot.gateways.credentials.secp256k1 import keccak256, signer_of
from entrepot.gateways.credentials.spelling import check_spelling
from entrepot.gateways.verdict import Check, Verdict, fails, holds, not_checked
from entrepot.kernel.text import Text

MAX_HASHES = 100_000
# What a chain or the DNS says: what is asked (`document store`, `token registry`, `DNS`, `revocation`), where (address, domain,
# location), about what (Merkle root, address or key). True or False, None when it cannot be told.
Lookup = Callable[[str, str, str], bool | None]

_V2, _V3 = "https://schema.openattestation.com/2.0/", "https://schema.openattestation.com/3.0/"
_HASH = re.compile(r"[0-9a-f]{64}")
_SALTED = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}:(string|number|boolean|null|undefined):", re.I
)
_ETHR = re.compile(r"did:ethr:(0x[0-9a-fA-F]{40})")
_WHOLE, _WHO, _STANDS = Text("integrity", "完整性"), Text("who issued it", "签发方"), Text("revocation", "撤销")
_OUTSIDE = Text("values outside the hash", "哈希未覆盖的值")


class _Wrapped(Struct, frozen=True):
    """A wrapped document in either version: what it says, its leaf hashes, and the hash tree that they lead into."""

    says: dict[str, Any]
    hashes: list[str]
    hidden: list[str]
    target: str
    path: list[str]
    root: str
    loose: list[str] = []  # places whose value the hash does not cover (3.0: empty values)


def is_open_attestation(document: Mapping[str, Any]) -> bool:
    """Whether it is, or wants to be, a document of OpenAttestation: wrapped, or one that still has to be."""
    version = document.get("version")
    proof, signature = document.get("proof"), document.get("signature")
    return (
        (isinstance(version, str) and version.startswith("https://schema.openattestation.com/"))
        or (isinstance(proof, dict) and proof.get("type") == "OpenAttestationMerkleProofSignature2018")
        or (isinstance(signature, dict) and signature.get("type") == "SHA3MerkleProof")
        or "openAttestationMetadata" in document
        or (isinstance(document.get("issuers"), list) and "$template" in document)
    )


def verify_open_attestation(data: bytes | Mapping[str, Any], *, now: datetime, lookup: Lookup | None = None) -> Verdict:
    """The integrity of a document of OpenAttestation and, apart from it, who issued it and whether it stands.

    Integrity alone says nothing about who wrote it. What only a chain or the DNS can tell is asked of `lookup`, or not checked.
    """
    try:
        document = read_object(data) if isinstance(data, bytes) else dict(data)
        three = _is_three(document)
        kind = Text(f"OpenAttestation {'3.0' if three else '2.0'}", f"OpenAttestation {'3.0' if three else '2.0'}")
        if not isinstance(document.get("proof" if three else "signature"), dict):
            reason = Text("it was never wrapped: nothing protects what it says", "未经封装：内容没有任何保护")
            return Verdict(kind, (fails(_WHOLE, reason),))
        wrapped = _three(document) if three else _two(document)
        _climb(wrapped)
    except Unfit as error:
        return Verdict(Text("OpenAttestation", "OpenAttestation"), (fails(_WHOLE, error.reason),))
    count, hidden = len(wrapped.hashes), len(wrapped.hidden)
    checks = [holds(_WHOLE, Text(f"{count} values whole, {hidden} hidden", f"{count} 个值完整，{hidden} 个已隐去"))]
    if wrapped.loose:
        places = ", ".join(ascii(place)[1:-1][:60] for place in wrapped.loose[:3])
        en = f"{len(wrapped.loose)} empty values are not covered ({places}): disregard them"
        checks.append(not_checked(_OUTSIDE, Text(en, f"{len(wrapped.loose)} 个空值未被覆盖（{places}），请勿采信")))
    checks += check_spelling(wrapped.says)
    issuer, who = _issuer_three(document, wrapped, lookup) if three else _issuer_two(document, wrapped, lookup)
    if three:
        checks += [check for check in check_form(document, now) if check.result == "fails"]
    return Verdict(kind, (*checks, *who), issuer, wrapped.says)


# -- integrity ----------------------------------------------------------------------------------------------------------


def _is_three(document: Mapping[str, Any]) -> bool:
    version = document.get("version")
    if "version" in document and not (isinstance(version, str) and version.startswith((_V2, _V3))):
        raise Unfit(f"the version {ascii(version)[:60]} is not read", f"不读取版本 {ascii(version)[:60]}")
    return (isinstance(version, str) and version.startswith(_V3)) or "@context" in document


def _two(document: Mapping[str, Any]) -> _Wrapped:
    """2.0: every value reads `salt:type:value`; a leaf is the hash of `{"path":"value"}`."""
    signature, data = document["signature"], document.get("data")
    privacy = document.get("privacy", {})
    if not isinstance(data, dict) or not isinstance(privacy, dict) or signature.get("type") != "SHA3MerkleProof":
        raise Unfit("it holds no wrapped data", "没有封装数据")
    leaves, unsalted = [], 0
    for path, value in _flat(data, ""):
        leaves.append(keccak256(canonical_bytes({path: value})).hex())
        unsalted += not (isinstance(value, str) and _SALTED.match(value))
    if unsalted:
        raise Unfit(f"{unsalted} values carry no salt and type", f"{unsalted} 个值没有盐值与类型")
    says = _unsalted(data)
    hidden = _hashes(privacy.get("obfuscatedData", []), "obfuscatedData")
    return _wrapped(says, leaves, hidden, signature, signature.get("proof"))


def _three(document: Mapping[str, Any]) -> _Wrapped:
    """3.0: the salts stand apart in the proof, by path; a leaf is the hash of `{"path":"salt:value"}`. Empty values have no leaf."""
    proof = document["proof"]
    says = {name: value for name, value in document.items() if name != "proof"}
    privacy = proof.get("privacy")
    if proof.get("type") != "OpenAttestationMerkleProofSignature2018" or not isinstance(privacy, dict):
        raise Unfit("the proof is not one of OpenAttestation 3.0", "证明不是 OpenAttestation 3.0 的证明")
    salts, places = _salts(proof.get("salts")), dict(_paths(says, ""))
    values = {path: value for path, value in places.items() if not isinstance(value, (dict, list))}
    if salts.keys() != values.keys():
        strange = sorted(salts.keys() ^ values.keys())[0]
        en = f"salts and values do not match: {ascii(strange)[1:-1][:80]} was added or taken away"
        raise Unfit(en, f"盐值与内容不符：{ascii(strange)[1:-1][:80]} 被添加或删除")
    leaves = []
    for path, salt in salts.items():
        if values[path]:
            leaves.append(keccak256(canonical_bytes({path: f"{salt}:{_text(values[path])}"})).hex())
    loose = [path for path, value in places.items() if not value]
    hidden = _hashes(privacy.get("obfuscated", []), "obfuscated")
    return _wrapped(says, leaves, hidden, proof, proof.get("proofs"), loose)


def _wrapped(
    says: dict[str, Any],
    leaves: list[str],
    hidden: list[str],
    tree: Mapping[str, Any],
    path: Any,
    loose: list[str] | None = None,
) -> _Wrapped:
    target, root = _hashes([tree.get("targetHash"), tree.get("merkleRoot")], "targetHash, merkleRoot")
    if len(leaves) > MAX_HASHES or len(_hashes(path, "proof")) > 64:
        raise Unfit("more values than any document has", "值的数量超过任何文件")
    return _Wrapped(says, leaves, hidden, target, path, root, loose or [])


def _climb(wrapped: _Wrapped) -> None:
    """From the leaves to the target hash, and along sorted pairs to the root. Raises Unfit where the way breaks off."""
    whole = json.dumps(sorted([*wrapped.hidden, *wrapped.hashes]), separators=(",", ":")).encode()
    if keccak256(whole).hex() != wrapped.target:
        raise Unfit(
            "what it says does not give its target hash: something was changed", "内容与目标哈希不符：内容已被更改"
        )
    node = bytes.fromhex(wrapped.target)
    for sibling in wrapped.path:
        node = keccak256(b"".join(sorted((node, bytes.fromhex(sibling)))))
    if node.hex() != wrapped.root:
        raise Unfit("the proof does not lead to the Merkle root", "证明未能得出默克尔根")


def _flat(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Values by path with points (`issuers.0.name`); an empty object or list is a value of its own."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    if not value or not isinstance(value, (dict, list)):
        yield path, value
        return
    for name, item in inner:
        if "." in str(name):
            raise Unfit("a name holds a point", "名称中含有点号")
        yield from _flat(item, f"{path}.{name}" if path else str(name))


def _paths(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Values by path as 3.0 writes it (`credentialSubject.class[0].type`), with objects and lists that are empty."""
    if isinstance(value, list) and value:
        for number, item in enumerate(value):
            yield from _paths(item, f"{path}[{number}]")
    elif isinstance(value, dict) and value:
        for name, item in value.items():
            if set(name) & set(".[]"):
                raise Unfit("a name holds a point or bracket", "名称中含有点号或方括号")
            yield from _paths(item, f"{path}.{name}" if path else name)
    else:
        yield path, value


def _unsalted(value: Any) -> Any:
    """Values of 2.0 without salt and type; numbers and booleans keep the text that was hashed beside their type's name."""
    if isinstance(value, dict):
        return {name: _unsalted(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_unsalted(item) for item in value]
    match = _SALTED.match(value) if isinstance(value, str) else None
    if match is None:
        return value
    text = value[match.end() :]
    return {"string": text, "number": text, "boolean": text == "true"}.get(match[1].lower())


def _salts(encoded: object) -> dict[str, str]:
    """Salts by path from their base64 JSON; Unfit for another spelling, a path twice, or salts that are no texts."""
    try:
        data = b64decode(encoded, validate=True) if isinstance(encoded, str) else b""
        if not data or b64encode(data).decode() != encoded:
            raise ValueError
        salts = read_object(b'{"salts":' + data + b"}")["salts"]
        found = {salt["path"]: salt["value"] for salt in salts}
        if len(found) != len(salts) or not all(isinstance(part, str) for pair in found.items() for part in pair):
            raise ValueError
    except (ValueError, TypeError, KeyError) as error:
        raise Unfit("the salts cannot be read", "盐值无法读取") from error
    return found


def _hashes(value: object, what: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) and _HASH.fullmatch(each) for each in value):
        raise Unfit(f"{what} is no list of Keccak-256 hashes", f"{what} 不是 Keccak-256 哈希列表")
    return value


def _text(value: Any) -> str:
    """A value as it stands after its salt: texts as they are, the rest as in JSON."""
    return value if isinstance(value, str) else canonical_bytes(value).decode()


# -- who issued it ------------------------------------------------------------------------------------------------------


def _issuer_two(document: Mapping[str, Any], wrapped: _Wrapped, lookup: Lookup | None) -> tuple[str, list[Check]]:
    issuers = wrapped.says.get("issuers")
    if not isinstance(issuers, list) or len(issuers) != 1 or not isinstance(issuers[0], dict):
        return "", [not_checked(_WHO, Text("it does not name exactly one issuer", "未指明唯一签发方"))]
    issuer: dict[str, Any] = issuers[0]
    proof = issuer.get("identityProof") if isinstance(issuer.get("identityProof"), dict) else {}
    assert isinstance(proof, dict)
    revocation = issuer.get("revocation") if isinstance(issuer.get("revocation"), dict) else {}
    stores = {
        "documentStore": "document store",
        "certificateStore": "document store",
        "tokenRegistry": "token registry",
    }
    for method, name in stores.items():
        if method in issuer:
            return _on_chain(name, str(issuer[method]), str(proof.get("location", "")), wrapped, lookup)
    signed = document.get("proof", [])
    if not isinstance(signed, list) or not all(_is_signature(each) for each in signed):
        return "", [fails(_WHO, Text("its proof is no list of signatures", "证明不是签名列表"))]
    did, key = str(issuer.get("id", "")), str(proof.get("key", ""))
    made = [(str(each.get("verificationMethod", "")), each.get("signature")) for each in signed]
    domain = str(proof.get("location", "")) if proof.get("type") == "DNS-DID" else ""
    return _by_did(did, key, domain, made, revocation or {}, wrapped, lookup)


def _is_signature(proof: object) -> bool:
    kind, purpose = "OpenAttestationSignature2018", "assertionMethod"
    return isinstance(proof, dict) and proof.get("type") == kind and proof.get("proofPurpose") == purpose


def _issuer_three(document: Mapping[str, Any], wrapped: _Wrapped, lookup: Lookup | None) -> tuple[str, list[Check]]:
    about, proof = document.get("openAttestationMetadata"), document["proof"]
    about = about if isinstance(about, dict) else {}
    method, identity = about.get("proof"), about.get("identityProof")
    if not isinstance(method, dict) or not isinstance(identity, dict):
        return "", [not_checked(_WHO, Text("it does not say how it was issued", "未说明签发方式"))]
    value, domain = str(method.get("value", "")), str(identity.get("identifier", ""))
    if method.get("method") in ("DOCUMENT_STORE", "TOKEN_REGISTRY"):
        name = str(method["method"]).lower().replace("_", " ")
        return _on_chain(name, value, domain if identity.get("type") == "DNS-TXT" else "", wrapped, lookup)
    if method.get("method") != "DID":
        return "", [not_checked(_WHO, Text("it was issued in a way that is not read", "签发方式无法读取"))]
    made = [(str(proof.get("key", "")), proof.get("signature"))] if "signature" in proof else []
    revocation = method.get("revocation") if isinstance(method.get("revocation"), dict) else {}
    dns = domain if identity.get("type") == "DNS-DID" else ""
    return _by_did(value, f"{value}#controller", dns, made, revocation or {}, wrapped, lookup)


def _on_chain(
    what: str, address: str, domain: str, wrapped: _Wrapped, lookup: Lookup | None
) -> tuple[str, list[Check]]:
    """Issued by putting its Merkle root on a chain: only the chain and the DNS can tell."""
    issued = lookup(what, address, wrapped.root) if lookup else None
    revoked = lookup("revocation", address, wrapped.root) if lookup else None
    checks = [
        _asked(
            _WHO, issued, f"issued by the {what} {address[:60]}", f"由 {what} {address[:60]} 签发", "chain", "区块链"
        ),
        _asked(_STANDS, None if revoked is None else not revoked, "not revoked", "未撤销", "chain", "区块链"),
    ]
    return _of_domain(domain, address, issued is True, checks, lookup)


def _by_did(
    did: str,
    key: str,
    domain: str,
    made: list[tuple[str, Any]],
    revocation: Mapping[str, Any],
    wrapped: _Wrapped,
    lookup: Lookup | None,
) -> tuple[str, list[Check]]:
    """Issued by a signature of the Ethereum key in a did:ethr over the Merkle root (personal message)."""
    match = _ETHR.fullmatch(did)
    if match is None or key != f"{did}#controller":
        return "", [
            fails(_WHO, Text("it does not name a key of did:ethr as its issuer's", "未指明签发方的 did:ethr 密钥"))
        ]
    if not made:
        reason = Text(
            f"it names {did} but carries no signature: anybody may have written it",
            f"指明 {did} 但未签署：任何人都可能写成",
        )
        return "", [not_checked(_WHO, reason)]
    if len(made) > MAX_PROOFS:
        return "", [fails(_WHO, Text(f"more than {MAX_PROOFS} signatures", f"签名超过 {MAX_PROOFS} 个"))]
    for method, signature in made:
        signer = signer_of(bytes.fromhex(wrapped.root), signature)
        if method != key or signer is None or signer != match[1].lower():
            reason = Text("the signature is not by the key that it names", "签名并非由所指密钥作出")
            return "", [fails(_WHO, reason)]
    checks = [
        holds(
            _WHO,
            Text(
                f"signed by {did}; a change of its owner on the chain was not looked up",
                f"由 {did} 签署；未查询链上所有者变更",
            ),
        )
    ]
    kind = revocation.get("type")
    if kind == "NONE":
        checks.append(holds(_STANDS, Text("its issuer revokes none", "签发方不作撤销")))
    else:
        where = str(revocation.get("location", ""))
        revoked = lookup("revocation", where, wrapped.root) if lookup else None
        stands = None if revoked is None else not revoked
        checks.append(_asked(_STANDS, stands, "not revoked", "未撤销", "list of its issuer", "签发方名单"))
    return _of_domain(domain, key, True, checks, lookup, did)


def _of_domain(
    domain: str, value: str, issued: bool, checks: list[Check], lookup: Lookup | None, otherwise: str = ""
) -> tuple[str, list[Check]]:
    """The domain that claims the address or key in its DNS, which is then the issuer's name."""
    if not domain:
        return otherwise, checks
    claims = lookup("DNS", domain, value) if lookup else None
    checks.append(_asked(_WHO, claims, f"{domain[:100]} claims it", f"{domain[:100]} 予以确认", "DNS", "域名系统"))
    return (domain if claims and issued else otherwise), checks


def _asked(name: Text, answer: bool | None, en: str, zh: str, where: str, where_zh: str) -> Check:
    if answer is None:
        return not_checked(name, Text(f"needs the {where}: {en}?", f"需查询{where_zh}：{zh}？"))
    reason = Text(
        f"the {where} says: {en}" if answer else f"the {where} denies: {en}",
        f"{where_zh}{'确认' if answer else '否认'}：{zh}",
    )
    return holds(name, reason) if answer else fails(name, reason)
