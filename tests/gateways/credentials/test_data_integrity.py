"""eddsa-jcs-2022 (VC-DI-EDDSA 1.0) byte for byte as in the vectors of the W3C, and every way in which a proof must not hold."""

import json
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.gateways.credentials.data_integrity import (
    canonical_bytes,
    check_proof,
    moment,
    proof_options,
    secured,
    signing_input,
    with_proof,
)
from entrepot.gateways.credentials.keys import SigningKey, from_base58
from entrepot.gateways.credentials.reading import Unfit

DAY = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
KEY, OTHER, THIRD = (SigningKey.from_seed(bytes([n]) * 32) for n in (1, 2, 3))
P256 = "zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169"  # W3C CCG, did:key method, P-256
DOCUMENT: dict[str, Any] = {
    "@context": ["https://www.w3.org/ns/credentials/v2", "https://entrepot.example/terms/v1"],
    "type": ["VerifiableCredential", "CommercialInvoice"],
    "issuer": KEY.did,
    "credentialSubject": {"invoiceNumber": "YW-2026-118", "lines": [{"quantity": "120"}, {"quantity": "80"}]},
}


def results(document: dict[str, Any], **given: Any) -> list[str]:
    return [check.result for check in check_proof(document, **given)]


def reason(document: dict[str, Any], **given: Any) -> str:
    (check,) = check_proof(document, **given)
    assert check.result == "fails"
    assert check.reason.zh
    return check.reason.en


@pytest.fixture
def vectors(shared_data: Path) -> Path:
    return shared_data / "documents" / "vc-di-eddsa"


def test_the_vector_of_the_w3c_is_reproduced_byte_for_byte(vectors: Path) -> None:
    folder, pair = vectors / "eddsa-jcs-2022", json.loads((vectors / "keyPair.json").read_text())
    key = SigningKey.from_seed(from_base58(pair["privateKeyMultibase"][1:])[2:])
    assert key.did == f"did:key:{pair['publicKeyMultibase']}"
    unsigned = json.loads((vectors / "unsigned.json").read_text())
    config = json.loads((folder / "proofConfigJCS.json").read_text())
    assert canonical_bytes(unsigned).decode() == (folder / "canonDocJCS.txt").read_text().strip()
    assert canonical_bytes(config).decode() == (folder / "proofCanonJCS.txt").read_text().strip()
    assert sha256(canonical_bytes(unsigned)).hexdigest() == (folder / "docHashJCS.txt").read_text().strip()
    assert signing_input(unsigned, config).hex() == (folder / "combinedHashJCS.txt").read_text().strip()
    assert key.sign(signing_input(unsigned, config)).hex() == (folder / "sigHexJCS.txt").read_text().strip()
    signed = json.loads((folder / "signedJCS.json").read_text())
    assert secured(unsigned, key, created=moment(config["created"])) == signed
    assert results(signed) == ["holds"]


def test_suites_over_rdf_are_told_as_not_checked(vectors: Path) -> None:
    for name in (
        "eddsa-rdfc-2022/signedDataInt",
        "Ed25519Signature2020/signedEdSig",
        "proof-set-chain/signedProofChain1",
    ):
        assert set(results(json.loads((vectors / f"{name}.json").read_text()))) == {"not checked"}


def test_order_of_members_does_not_matter_and_order_of_arrays_does() -> None:
    signed = secured(DOCUMENT, KEY, created=DAY)
    assert results(signed, now=DAY) == ["holds"]
    assert results(dict(reversed(signed.items()))) == ["holds"]
    turned = deepcopy(signed)
    turned["credentialSubject"]["lines"].reverse()
    assert "does not fit" in reason(turned)


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("created", "2026-11-22T08:00:01Z", "does not fit"),
        ("created", "2026-11-22T08:00:00", "offset"),
        ("created", "2026-02-30T08:00:00Z", "out of range"),
        ("created", 1795334400, "offset"),
        ("proofPurpose", "authentication", "is for authentication"),
        ("verificationMethod", OTHER.verification_method, "does not fit"),
        ("verificationMethod", KEY.did, "not the DID alone"),
        ("verificationMethod", f"{KEY.did}#{OTHER.did[8:]}", "after #"),
        ("verificationMethod", f"did:key:{P256}#{P256}", "P-256"),
        ("verificationMethod", 7, "does not name its key"),
        ("type", 3, "type"),
        ("domain", "bank.example", "does not fit"),
        ("expires", "2027-01-01T00:00:00Z", "does not fit"),
        ("@context", ["https://entrepot.example/terms/v1"], "does not begin"),
        ("@context", [*DOCUMENT["@context"], "https://more.example"], "does not begin"),
        ("previousProof", "urn:uuid:0", "is not there"),
        ("previousProof", [], "each once"),
        ("id", 5, "no text"),
        ("nonce", 10**20, "canonical"),
    ],
)  # fmt: skip
def test_a_proof_changed_in_any_member_does_not_hold(field: str, value: object, why: str) -> None:
    signed = secured(DOCUMENT, KEY, created=DAY)
    signed["proof"][field] = value
    assert why in reason(signed)


def test_there_is_one_spelling_of_the_value_of_a_proof() -> None:
    signed = secured(DOCUMENT, KEY, created=DAY)
    value = signed["proof"]["proofValue"]
    for other in (
        value[1:],
        "u" + value[1:],
        value + "1",
        "z1" + value[1:],
        value + "0",
        value + " ",
        "z",
        "",
        None,
        7,
        value[:-1],
        "z" * 9999,
    ):
        signed["proof"]["proofValue"] = other
        assert "proofValue" in reason(signed)  # fmt: skip


def test_contexts_may_be_added_behind_those_that_were_signed_and_nowhere_else() -> None:
    signed = secured(DOCUMENT, KEY, created=DAY)
    signed["@context"] = [*DOCUMENT["@context"], "https://later.example"]
    (check,) = check_proof(signed)
    assert (check.result, "1 of its contexts were added later" in check.reason.en) == ("holds", True)
    signed["@context"] = ["https://later.example", *DOCUMENT["@context"]]
    assert "does not begin" in reason(signed)


def test_days_domain_and_challenge_are_held_against_what_is_expected() -> None:
    signed = secured(DOCUMENT, KEY, created=DAY, expires=DAY + timedelta(days=1), domain="bank.example", challenge="7f")
    assert results(signed, now=DAY, domain="bank.example", challenge="7f") == ["holds"]
    assert "expired" in reason(signed, now=DAY + timedelta(days=1))
    assert "after now" in reason(signed, now=DAY - timedelta(minutes=6))
    assert "another domain" in reason(signed, domain="other.example")
    assert "challenge" in reason(signed, challenge="8f")
    assert "not for authentication" in reason(signed, purpose="authentication")


def test_of_a_set_every_proof_is_checked_by_itself() -> None:
    both = secured(secured(DOCUMENT, KEY, created=DAY), OTHER, created=DAY)
    assert results(both) == ["holds", "holds"]
    both["proof"].pop(0)
    assert results(both) == ["holds"]
    mixed = secured(secured(DOCUMENT, KEY, created=DAY), OTHER, created=DAY)
    mixed["proof"][1]["created"] = "2026-11-22T08:00:01Z"
    assert results(mixed) == ["holds", "fails"]


def test_a_chain_holds_only_with_the_proofs_before_it_as_they_were() -> None:
    one = secured(DOCUMENT, KEY, created=DAY, identifier="urn:uuid:1")
    two = secured(one, OTHER, created=DAY, identifier="urn:uuid:2")
    chain = secured(two, THIRD, created=DAY, identifier="urn:uuid:3", previous=["urn:uuid:1", "urn:uuid:2"])
    assert results(chain) == ["holds", "holds", "holds"]
    swapped = deepcopy(chain)
    swapped["proof"][2]["previousProof"].reverse()
    assert results(swapped) == ["holds", "holds", "fails"]
    cut = deepcopy(chain)
    cut["proof"].pop(0)
    assert results(cut) == ["holds", "fails"]
    own = deepcopy(chain)
    own["proof"][2]["previousProof"] = "urn:uuid:3"
    assert results(own) == ["holds", "holds", "fails"]
    again = secured(DOCUMENT, KEY, created=DAY + timedelta(seconds=1), identifier="urn:uuid:1")
    replaced = {**chain, "proof": [again["proof"], *chain["proof"][1:]]}
    assert results(replaced) == ["holds", "holds", "fails"]
    doubled = {**chain, "proof": [chain["proof"][0], *chain["proof"]]}
    assert "same id" in reason(doubled)
    with pytest.raises(Unfit, match="is not there"):
        secured(one, OTHER, created=DAY, previous=["urn:uuid:9"])


def test_what_carries_no_proof_or_too_many_fails() -> None:
    assert "no proof" in reason(DOCUMENT)
    assert "no object" in reason({**DOCUMENT, "proof": "signed"})
    assert "more than 16" in reason({**DOCUMENT, "proof": [{"type": "X"}] * 17})


def test_a_key_in_other_hands_signs_the_same_bytes() -> None:
    proof = proof_options(DOCUMENT, KEY.verification_method, created=DAY)
    assert with_proof(DOCUMENT, proof, KEY.sign(signing_input(DOCUMENT, proof))) == secured(DOCUMENT, KEY, created=DAY)
    with pytest.raises(ValueError, match="zone"):
        proof_options(DOCUMENT, KEY.verification_method, created=datetime(2026, 11, 22))


WORDS = st.text(st.characters(codec="utf-8"))
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=8,
)


@given(JSON)
def test_canonical_json_says_the_same_and_is_its_own_canonical_form(value: Any) -> None:
    text = canonical_bytes(value)
    assert canonical_bytes(json.loads(text, parse_int=float)) == text


@given(st.dictionaries(WORDS, JSON, max_size=4), st.text(min_size=1, max_size=5))
def test_what_is_signed_holds_and_one_more_member_breaks_it(body: dict[str, Any], name: str) -> None:
    body = {"@context": "https://www.w3.org/ns/credentials/v2", "credentialSubject": body}
    signed = secured(body, KEY, created=DAY)
    assert results(json.loads(json.dumps(signed))) == ["holds"]
    if name not in signed:
        assert results({**signed, name: 1}) == ["fails"]


@pytest.mark.parametrize("value", [2**53, float("inf"), "\ud800", {"\udfff": 1}, {1: 1}, object()])
def test_what_has_no_canonical_json_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        canonical_bytes(value)
