"""Credentials for the tests of this folder: a firm that issues, a registrar that vouches, an invoice of invented goods."""

import json
from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from entrepot.gateways.credentials.anchors import identity_anchor, identity_anchor_credential
from entrepot.gateways.credentials.data_integrity import canonical_bytes, secured
from entrepot.gateways.credentials.keys import SigningKey
from entrepot.gateways.credentials.model import V2
from entrepot.gateways.credentials.reading import base64url
from entrepot.gateways.credentials.verifying import verify_credential
from entrepot.gateways.verdict import Check, Verdict

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
ISSUED = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
FIRM, REGISTRAR, STRANGER, HOLDER = (SigningKey.from_seed(bytes([n]) * 32) for n in (11, 12, 13, 14))
KNOWN = {REGISTRAR.did: "Zhoushan Port Platform"}
LIST = "https://platform.example/status/1"

INVOICE: dict[str, Any] = {
    "@context": [V2, "https://platform.example/terms/v1"],
    "id": "urn:uuid:5a0c9d5e-2c0b-4a57-9f5c-0a3c1f0b9e11",
    "type": ["VerifiableCredential", "CommercialInvoice"],
    "issuer": {"id": FIRM.did, "name": "Yiwu Bearings Co., Ltd."},
    "validFrom": "2026-11-20T00:00:00Z",
    "validUntil": "2027-11-20T00:00:00Z",
    "credentialSubject": {
        "invoiceNumber": "YB-118",
        "total": "12500.00",
        "currency": "USD",
        "lines": [{"hs": "848210"}],
    },
}


def invoice(**changes: Any) -> dict[str, Any]:
    """The invoice, some members changed; None takes one away."""
    changed = {**deepcopy(INVOICE), **changes}
    return {name: value for name, value in changed.items() if value is not None}


def signed(document: Mapping[str, Any], key: SigningKey = FIRM) -> dict[str, Any]:
    return secured(document, key, created=ISSUED)


def anchor(key: SigningKey = REGISTRAR, did: str = FIRM.did, **given: Any) -> dict[str, Any]:
    """A signed identity anchor of the firm."""
    subject = identity_anchor(did, name="Yiwu Bearings Co., Ltd.", registered_id="91330782MA2E4XXX0K")
    issuer = {"id": key.did, "name": "Zhoushan Port Platform"}
    document = identity_anchor_credential("urn:uuid:1", issuer, subject, valid_from=ISSUED, **given)
    return secured(document, key, created=ISSUED)


def bytes_of(document: Any) -> bytes:
    return json.dumps(document).encode()


def verdict(document: Any, **given: Any) -> Verdict:
    given = {"now": NOW, **given}
    return verify_credential(document if isinstance(document, bytes) else bytes_of(document), **given)


def of(found: Verdict, name: str) -> Check:
    """The one check of that name."""
    (check,) = [check for check in found.checks if check.name.en == name]
    return check


def failing(found: Verdict) -> str:
    """Why a document was not accepted, in English; every reason stands in Chinese too."""
    assert not found.accepted
    assert all(check.reason.zh and check.name.zh for check in found.checks)
    return "; ".join(check.reason.en for check in found.checks if check.result == "fails")


def did_jwk(key: Mapping[str, Any]) -> str:
    """The did:jwk of a JWK, as its holder wrote it down: canonical JSON in base64url."""
    return "did:jwk:" + base64url(canonical_bytes(dict(key)))
