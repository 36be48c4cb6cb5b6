"""An identity anchor names an issuer when a known registrar signed it for that very DID, and says nothing otherwise."""

from datetime import timedelta
from typing import Any

from entrepot.gateways.credentials.anchors import identity_anchor
from entrepot.gateways.credentials.data_integrity import secured
from entrepot.gateways.credentials.status_list import status_entry, status_list_credential
from tests.gateways.credentials.making import (
    FIRM,
    ISSUED,
    KNOWN,
    LIST,
    NOW,
    REGISTRAR,
    STRANGER,
    anchor,
    bytes_of,
    failing,
    invoice,
    of,
    signed,
    verdict,
)

NAME = "Yiwu Bearings Co., Ltd. (Unified Social Credit Code (GB 32100) 91330782MA2E4XXX0K)"


def carrying(*anchors: Any) -> dict[str, Any]:
    return signed(invoice(evidence=list(anchors)))


def test_an_anchor_of_a_known_registrar_names_the_issuer() -> None:
    wrapped = {"type": ["IdentityAnchor"], "verifiableCredential": anchor()}
    for document, given in (
        (carrying(anchor()), {}),
        (carrying({"type": ["LogStatement"]}, wrapped), {}),
        (signed(invoice()), {"anchors": [bytes_of(anchor())]}),
    ):
        found = verdict(document, trusted=KNOWN, **given)
        assert (found.accepted, found.issuer) == (True, NAME)
        assert "Zhoushan Port Platform vouches" in of(found, "who the issuer is").reason.en


def test_an_anchor_by_somebody_unknown_or_about_somebody_else_names_nobody() -> None:
    for document, trusted, why in (
        (carrying(anchor()), {}, "who is not known"),
        (carrying(anchor(STRANGER)), KNOWN, "who is not known"),
        (carrying(anchor(did=STRANGER.did)), KNOWN, "about somebody else"),
    ):
        found = verdict(document, trusted=trusted)
        assert found.issuer == FIRM.did
        assert of(found, "who the issuer is").result == "not checked"
        assert why in of(found, "who the issuer is").reason.en


def test_an_anchor_that_does_not_hold_is_a_failure() -> None:
    forged = {**anchor(STRANGER), "issuer": {"id": REGISTRAR.did, "name": "Zhoushan Port Platform"}}
    assert "does not fit" in failing(verdict(carrying(forged), trusted=KNOWN))
    other = secured({**{n: v for n, v in anchor().items() if n != "proof"}}, STRANGER, created=ISSUED)
    assert "is no key of" in failing(verdict(carrying(other), trusted=KNOWN))
    late = anchor(valid_until=NOW - timedelta(days=1))
    assert "expired" in failing(verdict(carrying(late), trusted=KNOWN))
    bare = {name: value for name, value in anchor().items() if name != "proof"}
    assert "no proof" in failing(verdict(carrying(bare), trusted=KNOWN))


def test_a_revoked_anchor_is_a_failure_and_one_that_may_be_is_told() -> None:
    document = carrying(anchor(status=status_entry(LIST, 3, "revocation")))
    revoked = status_list_credential(LIST, REGISTRAR.did, "revocation", {3: 1}, valid_from=ISSUED)
    data = bytes_of(secured(revoked, REGISTRAR, created=ISSUED))
    assert "was revoked" in failing(verdict(document, trusted=KNOWN, status=lambda url: data))
    found = verdict(document, trusted=KNOWN)
    assert found.issuer == NAME
    assert any("may be revoked" in check.reason.en for check in found.checks)


def test_another_name_than_the_registered_one_is_told() -> None:
    document = signed(invoice(issuer={"id": FIRM.did, "name": "Bank of Zhoushan"}, evidence=[anchor()]))
    found = verdict(document, trusted=KNOWN)
    assert found.issuer == NAME
    assert any("calls itself Bank of Zhoushan" in check.reason.en for check in found.checks)


def test_a_forged_credential_is_not_named_by_a_good_anchor() -> None:
    document = {**carrying(anchor()), "id": "urn:uuid:2"}
    found = verdict(document, trusted=KNOWN)
    assert "does not fit" in failing(found)
    assert found.issuer == ""
    stolen = signed(invoice(evidence=[anchor()]), STRANGER)
    assert "is no key of" in failing(verdict(stolen, trusted=KNOWN))


def test_the_subject_has_the_fields_of_a_registered_identity() -> None:
    subject = identity_anchor(FIRM.did, name="Yiwu Bearings", registered_id="1", scopes=["https://port.example/broker"])
    assert set(subject) == {"type", "id", "name", "registeredId", "idScheme", "registerType", "registrationScopeList"}
    assert set(subject["idScheme"]) == {"type", "id", "name"}
