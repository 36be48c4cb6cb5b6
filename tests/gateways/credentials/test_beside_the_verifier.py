"""The platform and the stand-alone verifier, written apart, come to one verdict on own credentials and on every forgery of them."""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from entrepot.gateways.credentials.data_integrity import secured
from entrepot.gateways.credentials.keys import base58
from entrepot.gateways.credentials.status_list import status_entry, status_list_credential
from entrepot_verify import credential as alone
from tests.gateways.credentials.making import (
    FIRM,
    INVOICE,
    ISSUED,
    KNOWN,
    LIST,
    NOW,
    REGISTRAR,
    STRANGER,
    bytes_of,
    invoice,
    signed,
    verdict,
)

Change = Callable[[dict[str, Any]], object]
STATUS = bytes_of(
    secured(
        status_list_credential(LIST, REGISTRAR.did, "revocation", {4: 1}, valid_from=ISSUED), REGISTRAR, created=ISSUED
    )
)
WEAK = "z" + base58(
    b"\xed\x01" + (2707385501144840649318225287225658788936804267575313519463743609750303402022).to_bytes(32, "little")
)


def accepted(data: bytes) -> tuple[bool, bool]:
    """Whether the platform and the verifier accept the bytes."""
    ours = verdict(data, trusted=KNOWN, status=lambda url: STATUS if url == LIST else None).accepted
    return ours, alone.verify(data, now=NOW, trusted=KNOWN, status=[STATUS]).accepted


@pytest.mark.parametrize(
    "document",
    [
        signed(INVOICE),
        signed(invoice(credentialStatus=status_entry(LIST, 5, "revocation"))),
        secured(signed(INVOICE), STRANGER, created=ISSUED),
        signed(invoice(issuer="https://firm.example")),
        signed(
            invoice(
                credentialSubject={"note": "滚动轴承", "ratio": 0.1, "count": 120, "none": None, "list": [True, {}]}
            )
        ),
        dict(reversed(signed(INVOICE).items())),
    ],
)
def test_both_accept(document: dict[str, Any]) -> None:
    assert accepted(bytes_of(document)) == (True, True)


CHANGES: list[Change] = [
    lambda d: d["credentialSubject"].update(total="12500.01"),
    lambda d: d["credentialSubject"].update(more=None),
    lambda d: d["@context"].reverse(),
    lambda d: d["type"].reverse(),
    lambda d: d.pop("proof"),
    lambda d: d.update(proof=[]),
    lambda d: d.update(proof=[d["proof"], {**d["proof"], "created": "2026-11-20T08:00:01Z"}]),
    lambda d: d["proof"].update(proofPurpose="authentication"),
    lambda d: d["proof"].update(created="2026-11-23T08:00:00Z"),
    lambda d: d["proof"].update(proofValue=d["proof"]["proofValue"] + "1"),
    lambda d: d["proof"].update(verificationMethod=STRANGER.verification_method),
    lambda d: d["proof"].update(verificationMethod=f"did:key:{WEAK}#{WEAK}"),
    lambda d: d["proof"].update(cryptosuite="eddsa-rdfc-2022"),
    lambda d: d["proof"].update(previousProof="urn:uuid:9"),
    lambda d: d.update(issuer=STRANGER.did),
    lambda d: d.update(validUntil="2027-11-21T00:00:00Z"),
]


@pytest.mark.parametrize("change", CHANGES)
def test_both_reject_a_document_that_was_changed(change: Change) -> None:
    document = deepcopy(signed(INVOICE))
    change(document)
    assert accepted(bytes_of(document)) == (False, False)


@pytest.mark.parametrize(
    "document",
    [
        signed(invoice(issuer=STRANGER.did)),
        signed(invoice(validUntil="2026-11-21T00:00:00Z")),
        signed(invoice(validFrom="2026-11-23T00:00:00Z")),
        signed(invoice(validFrom="2026-11-20")),
        signed(invoice(type=["CommercialInvoice"])),
        signed(invoice(credentialSubject=None)),
        signed(invoice(credentialStatus=status_entry(LIST, 4, "revocation"))),
        signed(invoice(credentialStatus=status_entry(LIST, 1 << 30, "revocation"))),
        secured(INVOICE, FIRM, created=ISSUED, expires=NOW),
    ],
)
def test_both_reject_what_was_rightly_signed_and_does_not_count(document: dict[str, Any]) -> None:
    assert accepted(bytes_of(document)) == (False, False)


WRITTEN = json.dumps(signed(INVOICE))


@pytest.mark.parametrize(
    "text",
    [
        WRITTEN.replace('"total":', '"total": "1.00", "total":', 1),
        WRITTEN.replace('"YB-118"', '"YB-118\\ud800"'),
        WRITTEN.replace('"YB-118"', "9007199254740993"),
        WRITTEN.replace('"YB-118"', "1e999"),
        WRITTEN.replace('"YB-118"', "[" * 70 + "]" * 70),
        WRITTEN[:-1],
        WRITTEN + "{}",
        "",
    ],
)
def test_both_reject_what_can_be_read_in_two_ways(text: str) -> None:
    assert accepted(text.encode()) == (False, False)
