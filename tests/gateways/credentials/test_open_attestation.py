"""Documents of OpenAttestation: whole ones hold, one touched in any place does not, and who issued is told apart from that."""

import base64
import json
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256K1, derive_private_key
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from entrepot.gateways.credentials.data_integrity import canonical_bytes
from entrepot.gateways.credentials.open_attestation import verify_open_attestation
from entrepot.gateways.credentials.secp256k1 import keccak256, signer_of
from entrepot.gateways.credentials.verifying import verify_credential
from entrepot.gateways.verdict import Verdict

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
SALT = "0b2f5a1c-7a44-4d1e-9a4e-3f6f0c1d2e{:02x}"


def ethereum_key(seed: int) -> tuple[str, Callable[[bytes], str]]:
    """The address of a key, and what signs a personal message with it (r, s, v)."""
    private = derive_private_key(seed, SECP256K1())
    point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    address = "0x" + keccak256(point[1:])[12:].hex()

    def sign(message: bytes) -> str:
        digest = keccak256(b"\x19Ethereum Signed Message:\n" + str(len(message)).encode() + message)
        r, s = decode_dss_signature(private.sign(digest, ECDSA(Prehashed(SHA256()))))
        pair = r.to_bytes(32, "big") + min(s, ORDER - s).to_bytes(32, "big")
        return next(text for v in (27, 28) if signer_of(message, text := f"0x{pair.hex()}{v:02x}") == address)

    return address, sign


ADDRESS, SIGN = ethereum_key(7)


def wrapped(issuer: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A document of 2.0 made here: salted, hashed, with one hidden value and a sibling in its batch."""
    numbers = iter(range(256))

    def salted(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: salted(item) for name, item in value.items()}
        if isinstance(value, list):
            return [salted(item) for item in value]
        kind = "number" if isinstance(value, int) else "string"
        return f"{SALT.format(next(numbers))}:{kind}:{value}"

    data = salted(
        {"issuers": [issuer], "goods": {"name": "roller bearings", "cartons": 120}, "ports": ["Ningbo", "Busan"]}
    )
    flat = {f"issuers.0.{k}": v for k, v in data["issuers"][0].items() if not isinstance(v, dict)}
    for outer, inner in data["issuers"][0].items():
        if isinstance(inner, dict):
            flat |= {f"issuers.0.{outer}.{k}": v for k, v in inner.items()}
    flat |= {f"goods.{k}": v for k, v in data["goods"].items()} | {f"ports.{n}": v for n, v in enumerate(data["ports"])}
    hidden = [keccak256(b"a value that its holder hid").hex()]
    leaves = [keccak256(canonical_bytes({path: value})).hex() for path, value in flat.items()]
    target = keccak256(json.dumps(sorted(leaves + hidden), separators=(",", ":")).encode())
    sibling = keccak256(b"another document of the batch")
    root = keccak256(b"".join(sorted((target, sibling))))
    signature = {
        "type": "SHA3MerkleProof",
        "targetHash": target.hex(),
        "proof": [sibling.hex()],
        "merkleRoot": root.hex(),
    }
    version = "https://schema.openattestation.com/2.0/schema.json"
    return {"version": version, "data": data, "privacy": {"obfuscatedData": hidden}, "signature": signature, **more}


DID = f"did:ethr:{ADDRESS}"
BY_DID = {
    "id": DID,
    "name": "Yiwu Bearings",
    "revocation": {"type": "NONE"},
    "identityProof": {"type": "DID", "key": f"{DID}#controller"},
}


def signed_document(sign: Callable[[bytes], str] = SIGN) -> dict[str, Any]:
    document = wrapped(BY_DID)
    proof = {
        "type": "OpenAttestationSignature2018",
        "proofPurpose": "assertionMethod",
        "verificationMethod": f"{DID}#controller",
    }
    root = bytes.fromhex(document["signature"]["merkleRoot"])
    return {**document, "proof": [{**proof, "signature": sign(root)}]}


def verdict(document: Any, **given: Any) -> Verdict:
    return verify_open_attestation(json.dumps(document).encode(), now=NOW, **given)


def results(found: Verdict) -> dict[str, str]:
    return {check.name.en: check.result for check in found.checks}


@pytest.mark.parametrize(
    ("name", "hidden"),
    [
        ("fixtures/v2/did-signed-ocsp-responder", 0),
        ("fixtures/v2/did-wrapped", 0),
        ("fixtures/v2/not-obfuscated-wrapped", 0),
        ("fixtures/v3/did-wrapped", 0),
        ("fixtures/v3/not-obfuscated-wrapped", 0),
        ("fixtures/v3/obfuscated-wrapped", 1),
        ("fixtures/v3/wrapped-transferable-document", 0),
        ("samples/3.0/batched-verifiable-credential-1", 0),
        ("samples/3.0/batched-verifiable-credential-2", 0),
    ],
)
def test_published_documents_are_whole_and_touched_ones_are_not(shared_data: Path, name: str, hidden: int) -> None:
    data = (shared_data / "documents" / "openattestation" / f"{name}.json").read_bytes()
    found = verify_credential(data, now=NOW)
    assert found.checks[0].result == "holds"
    assert f"{hidden} hidden" in found.checks[0].reason.en
    assert results(found)["who issued it"] == "not checked"  # needs the chain, or was never signed
    for touched in touched_documents(json.loads(data)):
        assert results(verdict(touched))["integrity"] == "fails"


def touched_documents(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The document changed in every text it says, with one more value, with one less, and with other hashes and salts."""
    says = "data" if "data" in document else "openAttestationMetadata"
    tree = "signature" if "data" in document else "proof"
    found = []
    for path in places(document[says]):
        touched = deepcopy(document)
        inner = touched[says]
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] += "x"
        found.append(touched)
    changes: list[Callable[[dict[str, Any]], object]] = [
        lambda d: d[says].update(more="x"),
        lambda d: d[says].pop(next(iter(d[says]))),
        lambda d: d[tree].update(targetHash="0" * 64),
        lambda d: d[tree].update(merkleRoot=d[tree]["merkleRoot"].upper()),
        lambda d: d[tree].update(merkleRoot="0" * 64),
        lambda d: d[tree].update({"proof" if tree == "signature" else "proofs": ["0" * 64]}),
        lambda d: (
            d.setdefault("privacy", {}).update(obfuscatedData=["0" * 64])
            if says == "data"
            else d["proof"]["privacy"].update(obfuscated=[*d["proof"]["privacy"]["obfuscated"], "0" * 64])
        ),
    ]
    for change in changes:
        touched = deepcopy(document)
        change(touched)
        found.append(touched)
    return found


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, str):
        return [path]
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for step, item in inner for place in places(item, (*path, step))]


def test_raw_documents_are_told_to_be_without_protection(shared_data: Path) -> None:
    folder = shared_data / "documents" / "openattestation"
    for name in ("fixtures/v2/raw-document", "fixtures/v3/raw-document", "samples/2.0/sample-document"):
        found = verify_credential((folder / f"{name}.json").read_bytes(), now=NOW)
        assert not found.accepted
        assert "never wrapped" in found.checks[0].reason.en


def test_salts_of_3_0_have_one_spelling_and_fit_the_values(shared_data: Path) -> None:
    file = shared_data / "documents" / "openattestation" / "fixtures" / "v3" / "not-obfuscated-wrapped.json"
    document = json.loads(file.read_bytes())
    salts = json.loads(base64.b64decode(document["proof"]["salts"]))
    whole = base64.b64encode(json.dumps(salts).encode()).decode()
    assert results(verdict({**document, "proof": {**document["proof"], "salts": whole}}))["integrity"] == "holds"
    for other in (
        base64.b64encode(json.dumps(salts[1:]).encode()).decode(),
        base64.b64encode(json.dumps([{**salts[0], "path": "other"}, *salts[1:]]).encode()).decode(),
        base64.b64encode(json.dumps([*salts, salts[0]]).encode()).decode(),
        base64.b64encode(json.dumps([{**salts[0], "value": "0" * 64}, *salts[1:]]).encode()).decode(),
        base64.b64encode(json.dumps([*salts, {"value": "0", "path": "toString"}]).encode()).decode(),
        base64.b64encode(b'"salts"').decode(), whole + "=", "%%%", "", None, 3,
    ):  # fmt: skip
        assert results(verdict({**document, "proof": {**document["proof"], "salts": other}}))["integrity"] == "fails"
    # 3.0 hashes no empty values: what is added with a salt of its own is told, and a value that was emptied is missed
    more = [*salts, {"value": "0" * 64, "path": "paid"}]
    added = {
        **document,
        "paid": False,
        "proof": {**document["proof"], "salts": base64.b64encode(json.dumps(more).encode()).decode()},
    }
    assert results(verdict(added))["values outside the hash"] == "not checked"
    assert results(verdict({**document, "note": {}}))["values outside the hash"] == "not checked"
    assert results(verdict({**document, "recipient": {"name": ""}}))["integrity"] == "fails"


def test_a_document_signed_by_its_ethereum_key_names_it() -> None:
    found = verdict(signed_document())
    assert (found.accepted, found.issuer) == (True, DID)
    assert results(found) == {"integrity": "holds", "who issued it": "holds", "revocation": "holds"}
    assert found.says["goods"] == {"name": "roller bearings", "cartons": "120"}


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["proof"][0].update(signature=ethereum_key(8)[1](bytes.fromhex(d["signature"]["merkleRoot"]))),
        lambda d: d["proof"][0].update(signature=SIGN(bytes.fromhex(d["signature"]["targetHash"]))),
        lambda d: d["proof"][0].update(signature=d["proof"][0]["signature"][:-2] + "1d"),
        lambda d: d["proof"][0].update(signature="0x" + "0" * 130),
        lambda d: d["proof"][0].update(signature=high(d["proof"][0]["signature"])),
        lambda d: d["proof"][0].update(signature=None),
        lambda d: d["proof"][0].update(verificationMethod=f"did:ethr:{ethereum_key(8)[0]}#controller"),
        lambda d: d["proof"].append({"type": "other"}),
        lambda d: d.update(proof=d["proof"] * 17),
        lambda d: d.update(proof=d["proof"][0]),
        lambda d: d.update(proof=["signed"]),
        lambda d: d["proof"][0].update(proofPurpose="authentication"),
    ],
)
def test_a_signature_by_anybody_else_is_rejected(change: Callable[[dict[str, Any]], None]) -> None:
    document = signed_document()
    change(document)
    found = verdict(document)
    assert results(found)["who issued it"] == "fails"
    assert (found.accepted, found.issuer) == (False, "")


def high(signature: str) -> str:
    """The other form of the same signature: s replaced by its negative, which must not count."""
    s = ORDER - int(signature[66:130], 16)
    return f"{signature[:66]}{s:064x}{55 - int(signature[130:], 16):02x}"


def test_the_signer_of_a_published_message_is_recovered() -> None:
    # web3.js 1.x, documentation of eth.accounts.sign: message, signature and address
    signature = (
        "0xb91467e570a6466aa9e9876cbcd013baba02900b8979d43fe208a4a4f339f5fd"
        "6007e74cd82e037b800186422fc2da167c747ef045e5d18a5f5d4300f8e1a0291c"
    )
    assert signer_of(b"Some data", signature) == "0x2c7536e3605d9c16a7a3d7b1898e529396a65c23"
    assert signer_of(b"Some date", signature) != "0x2c7536e3605d9c16a7a3d7b1898e529396a65c23"


def test_what_a_chain_and_the_dns_say_counts_when_it_is_given() -> None:
    store = {
        "name": "Yiwu Bearings",
        "documentStore": "0x" + "a1" * 20,
        "identityProof": {"type": "DNS-TXT", "location": "yiwu.example"},
    }
    document = wrapped(store)
    asked: list[tuple[str, str, str]] = []

    def answer(what: str, where: str, about: str) -> bool:
        asked.append((what, where, about))
        return what != "revocation"

    found = verdict(document, lookup=answer)
    root = document["signature"]["merkleRoot"]
    assert (found.accepted, found.issuer) == (True, "yiwu.example")
    assert asked == [
        ("document store", "0x" + "a1" * 20, root),
        ("revocation", "0x" + "a1" * 20, root),
        ("DNS", "yiwu.example", "0x" + "a1" * 20),
    ]
    assert not verdict(document, lookup=lambda what, where, about: True).accepted  # revoked
    assert not verdict(document, lookup=lambda what, where, about: False).accepted
    unknown = verdict(document, lookup=lambda what, where, about: None)
    assert (unknown.issuer, set(results(unknown).values())) == ("", {"holds", "not checked"})


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.update(version="https://schema.openattestation.com/9.0/schema.json"),
        lambda d: d.update(version=2),
        lambda d: d.update(data="x"),
        lambda d: d["data"].update({"a.b": "x"}),
        lambda d: d["data"].update(plain="a value without its salt"),
        lambda d: d["privacy"].update(obfuscatedData=d["privacy"]["obfuscatedData"] * 2),
        lambda d: d["privacy"].update(obfuscatedData=["x"]),
        lambda d: d.update(privacy=[]),
        lambda d: d["signature"].update(proof=["x"]),
        lambda d: d["signature"].update(proof=["0" * 64] * 65),
        lambda d: d["signature"].update(targetHash=None),
    ],
)
def test_hostile_forms_are_refused_with_a_reason(change: Callable[[dict[str, Any]], None]) -> None:
    document = wrapped(BY_DID)
    change(document)
    found = verdict(document)
    assert not found.accepted
    assert all(check.reason.en and check.reason.zh for check in found.checks)


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{", b'{"a":1,"a":2}', b"\xff", b'{"version":"https://schema.openattestation.com/2.0/"}']
)
def test_what_is_no_document_is_refused_without_a_traceback(data: bytes) -> None:
    assert not verify_open_attestation(data, now=NOW).accepted


def test_odd_issuers_are_told() -> None:
    assert results(verdict(wrapped({"name": "Nobody"})))["who issued it"] == "fails"
    other = {**BY_DID, "identityProof": {"type": "DID", "key": f"did:ethr:{ethereum_key(8)[0]}#controller"}}
    assert results(verdict(wrapped(other)))["who issued it"] == "fails"
    dns = {**BY_DID, "revocation": {"type": "OCSP_RESPONDER", "location": "https://ocsp.example"}}
    dns["identityProof"] = {"type": "DNS-DID", "location": "yiwu.example", "key": f"{DID}#controller"}
    document = wrapped(dns)
    proof = signed_document()["proof"][0] | {"signature": SIGN(bytes.fromhex(document["signature"]["merkleRoot"]))}
    found = verdict({**document, "proof": [proof]})
    assert (found.issuer, results(found)["revocation"]) == (DID, "not checked")
    told = verdict({**document, "proof": [proof]}, lookup=lambda what, where, about: what == "DNS")
    assert (told.issuer, told.accepted) == ("yiwu.example", True)
