"""Keys by did:jwk and did:web: only as the document lists them, for the purpose, and never from the network."""

import json
from pathlib import Path
from typing import Any

import pytest

from entrepot.gateways.credentials.data_integrity import check_proof, proof_options, signing_input, with_proof
from entrepot.gateways.credentials.dids import documents_in, key_finder
from entrepot.gateways.credentials.keys import KeyOutOfReach, NotAKey, did_key
from entrepot.gateways.jws import to_jwk
from tests.gateways.credentials.making import FIRM, ISSUED, STRANGER, did_jwk, failing, invoice, verdict

DID = "did:web:firm.example:trade"
P256 = "did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169"  # W3C CCG, did:key method


def web_document(**changes: Any) -> dict[str, Any]:
    method = {"id": f"{DID}#k1", "type": "Multikey", "controller": DID, "publicKeyMultibase": FIRM.key.multikey}
    return {"id": DID, "verificationMethod": [method], "assertionMethod": [f"{DID}#k1"], **changes}


def by_web(method: str = f"{DID}#k1") -> dict[str, Any]:
    document = invoice(issuer=DID)
    proof = proof_options(document, method, created=ISSUED)
    return with_proof(document, proof, FIRM.sign(signing_input(document, proof)))


def resolved(document: Any, **given: Any) -> Any:
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    return verdict(by_web(), resolve=lambda did: data if did == DID else None, **given)


def test_a_key_is_found_where_the_document_lists_it_for_the_purpose() -> None:
    assert resolved(web_document()).issuer == DID
    relative = {"id": "#k1", "type": "JsonWebKey", "controller": DID, "publicKeyJwk": to_jwk(FIRM.key)}
    assert resolved(web_document(verificationMethod=[relative], assertionMethod=["#k1"])).accepted
    assert resolved(web_document(verificationMethod=[], assertionMethod=[relative])).accepted


def test_without_the_document_the_key_is_not_checked() -> None:
    found = verdict(by_web())
    assert not found.accepted
    assert found.checks[0].result == "not checked"


METHOD = web_document()["verificationMethod"][0]


@pytest.mark.parametrize(
    ("document", "why"),
    [
        (web_document(id="did:web:other.example"), "is not that of"),
        (web_document(assertionMethod=[]), "lists for assertionMethod"),
        (web_document(assertionMethod="all"), "lists for assertionMethod"),
        (web_document(assertionMethod=[], authentication=[f"{DID}#k1"]), "lists for assertionMethod"),
        (web_document(verificationMethod=[]), "0 times"),
        (web_document(verificationMethod=[METHOD, METHOD]), "2 times"),
        (web_document(verificationMethod=[{**METHOD, "controller": STRANGER.did}]), "another controller"),
        (web_document(verificationMethod=[{**METHOD, "revoked": "2026-11-01T00:00:00Z"}]), "was revoked"),
        (web_document(verificationMethod=[{**METHOD, "publicKeyMultibase": STRANGER.key.multikey}]), "does not fit"),
        (web_document(verificationMethod=[{**METHOD, "publicKeyMultibase": "z6Mk0"}]), "base58"),
        (b"", "empty"),
        (b"[]", "no JSON object"),
        (b'{"id":"' + b"a" * (300 << 10) + b'"}', "larger than"),
    ],
)
def test_a_key_that_the_document_does_not_list_rightly_is_rejected(document: Any, why: str) -> None:
    assert why in failing(resolved(document))


def test_keys_written_in_ways_that_are_not_read_are_not_checked() -> None:
    other = {name: value for name, value in METHOD.items() if name != "publicKeyMultibase"} | {"publicKeyBase58": "1"}
    assert resolved(web_document(verificationMethod=[other])).checks[0].result == "not checked"


def test_documents_are_read_from_a_folder_and_from_nowhere_above_it(tmp_path: Path) -> None:
    folder = tmp_path / "dids"
    (folder / "firm.example" / "trade").mkdir(parents=True)
    (folder / "firm.example" / "trade" / "did.json").write_text(json.dumps(web_document()))
    (folder / "port.example%3A8443" / ".well-known").mkdir(parents=True)
    (folder / "port.example%3A8443" / ".well-known" / "did.json").write_text("{}")
    (tmp_path / "did.json").write_text("{}")
    read = documents_in(folder)
    assert verdict(by_web(), resolve=read).accepted
    assert read("did:web:port.example%3A8443") == b"{}"
    outside = [
        "..",
        "firm.example:..:..",
        "firm.example:.",
        "firm.example:%2e%2e",
        "",
        "firm.example:",
        "firm.example:a\\b",
    ]
    for name in [*outside, "FIRM.example:trade", "firm.example/trade", "nobody.example"]:
        assert read(f"did:web:{name}") is None
    assert read("did:key:z") is None


def test_a_did_jwk_is_its_key() -> None:
    find = key_finder()
    for key in (FIRM.key, did_key(P256)):
        assert find(did_jwk(to_jwk(key)) + "#0", "assertionMethod") == key
    name = did_jwk(to_jwk(FIRM.key))
    for bad in (
        name, name + "#1", name + "=#0", name[:-1] + "#0", "did:jwk:#0", "did:jwk:" + "A" * 4000 + "#0",
        did_jwk({**to_jwk(FIRM.key), "d": "AA"}) + "#0", did_jwk({**to_jwk(FIRM.key), "use": "enc"}) + "#0",
        did_jwk({"kty": "oct", "k": "AA"}) + "#0",
        did_jwk({"kty": "EC", "crv": "P-256", "x": to_jwk(did_key(P256))["x"], "y": to_jwk(did_key(P256))["x"]}) + "#0",
    ):  # fmt: skip
        with pytest.raises(NotAKey):
            find(bad, "assertionMethod")


def test_other_methods_are_out_of_reach() -> None:
    for method in ("did:ion:abc#k", "did:ethr:0xabc#controller", "https://firm.example/keys/1", ""):
        with pytest.raises(KeyOutOfReach):
            key_finder()(method, "assertionMethod")
    with pytest.raises(NotAKey):
        key_finder(lambda did: b"{}")("did:web:firm.example", "assertionMethod")


def test_a_did_jwk_signs_a_proof() -> None:
    did = did_jwk(to_jwk(FIRM.key))
    document = invoice(issuer=did)
    proof = proof_options(document, f"{did}#0", created=ISSUED)
    signed = with_proof(document, proof, FIRM.sign(signing_input(document, proof)))
    assert [check.result for check in check_proof(signed, key_for=key_finder())] == ["holds"]
    assert verdict(signed).issuer == did
