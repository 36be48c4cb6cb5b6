"""Whatever is done to a good document of any kind: a verdict with reasons comes back, and only the same words are accepted."""

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entrepot.gateways.credentials.data_integrity import secured
from entrepot.gateways.credentials.model import V2
from entrepot.gateways.credentials.status_list import status_entry, status_list_credential
from entrepot.gateways.jws import sign_jws
from tests.gateways.credentials.making import (
    FIRM,
    HOLDER,
    INVOICE,
    ISSUED,
    KNOWN,
    LIST,
    NOW,
    REGISTRAR,
    anchor,
    bytes_of,
    invoice,
    signed,
    verdict,
)
from tests.gateways.credentials.test_open_attestation import signed_document

STATUS = status_list_credential(LIST, REGISTRAR.did, "revocation", {4: 1}, valid_from=ISSUED)
CREDENTIAL = signed(invoice(credentialStatus=status_entry(LIST, 5, "revocation"), evidence=[anchor()]))
BUNDLE = {
    "@context": [V2],
    "type": ["VerifiablePresentation"],
    "holder": HOLDER.did,
    "verifiableCredential": [CREDENTIAL, anchor()],
}
GOOD: dict[str, Any] = {
    "credential": CREDENTIAL,
    "presentation": secured(BUNDLE, HOLDER, created=NOW, purpose="authentication"),
    "open attestation": signed_document(),
}
ENVELOPE = sign_jws(INVOICE, FIRM, typ="vc+jwt", kid=FIRM.verification_method).encode()
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "type", "name"]), inner, max_size=3)
    ),
    max_leaves=6,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for step, item in inner for place in ((*path, step), *places(item, (*path, step)))]


def replaced(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    changed = deepcopy(document)
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return changed


LOOSE: dict[str, list[tuple[Any, ...]]] = {
    "presentation": [("proof", "cryptosuite"), ("proof", "verificationMethod"), ("proof", "type")],
    "open attestation": [("proof",)],
}
PLACES = {kind: places(document) for kind, document in GOOD.items()}


def judged(data: bytes) -> bool:
    found = verdict(data, trusted=KNOWN, status=lambda url: bytes_of(secured(STATUS, REGISTRAR, created=ISSUED)))
    assert found.checks
    assert all(check.reason.en and check.reason.zh for check in found.checks)
    return found.accepted


@pytest.mark.parametrize("kind", GOOD)
def test_the_good_ones_are_accepted(kind: str) -> None:
    assert judged(bytes_of(GOOD[kind]))


@pytest.mark.parametrize("kind", GOOD)
@settings(max_examples=50)
@given(st.data())
def test_any_part_replaced_by_anything_is_rejected_with_a_reason(kind: str, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(PLACES[kind]))
    changed = replaced(GOOD[kind], path, data.draw(ANYTHING))
    # Without a proof that is read a presentation is a bundle, and a wrapped document of OpenAttestation is whole but unsigned: told.
    loose = path in LOOSE.get(kind, ())
    accepted = judged(bytes_of(changed))
    assert loose or not accepted or changed == GOOD[kind]


@given(st.integers(0, len(bytes_of(CREDENTIAL)) - 1), st.integers(0, 255))
def test_any_byte_changed_is_the_same_document_or_rejected(place: int, byte: int) -> None:
    data = bytearray(bytes_of(CREDENTIAL))
    data[place] = byte
    if judged(bytes(data)):
        assert json.loads(data) == CREDENTIAL


@given(st.integers(0, len(ENVELOPE) - 1), st.integers(0, 127))
def test_any_letter_of_an_envelope_changed_is_rejected(place: int, letter: int) -> None:
    data = bytearray(ENVELOPE)
    data[place] = letter
    assert judged(bytes(data)) == (bytes(data).strip() == ENVELOPE)


@given(st.integers(0, len(bytes_of(CREDENTIAL)) - 1))
def test_what_is_cut_off_is_rejected(length: int) -> None:
    assert not judged(bytes_of(CREDENTIAL)[:length])
