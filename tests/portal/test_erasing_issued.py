"""Erasing a signed document: its bytes in every form; what names them stays, so that it can still be revoked."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from entrepot.kernel.intake import Refusal
from entrepot.portal import erasing
from entrepot.portal.desk import Desk
from entrepot.portal.erasing import Order
from entrepot.portal.issuing import issue
from entrepot.portal.issuing_afterwards import Gone, bytes_of, card, change
from tests.making import law
from tests.portal.issuing_stage import OPERATOR, digest, issuing_desk, sold
from tests.portal.stage import ANN

FORMS = ("credential", "pdf", "sd_jwt")
CONSENT = Order("pipl-consent", "R-12", "the contact person withdrew consent", "counsel: no duty applies")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    store = issuing_desk(tmp_path).store
    desk = sold(Desk(store, law("erasure"), store.registry))
    yield desk
    store.close()


def issued(desk: Desk) -> tuple[str, dict[str, str]]:
    """A document in all its forms, with their digests."""
    document = issue(desk, "D1", "documents.invoice", digest(desk), ANN).document
    return document, {form: bytes_of(desk, "D1", document, form, ANN).digest for form in FORMS}


def erase(desk: Desk, *references: str) -> tuple[str, ...]:
    plan = erasing.plan(desk, "D1", references, OPERATOR, CONSENT)
    return erasing.erase(desk, "D1", references, OPERATOR, CONSENT, plan.digest).erased


def test_whoever_names_the_document_erases_its_bytes_in_every_form(desk: Desk) -> None:
    document, digests = issued(desk)
    assert set(erase(desk, f"document.issued/{document}")) == set(digests.values())
    for form in FORMS:
        assert desk.store.content(digests[form]) is None
        with pytest.raises(Gone):
            bytes_of(desk, "D1", document, form, ANN)


def test_one_form_alone_is_named_by_its_digest(desk: Desk) -> None:
    document, digests = issued(desk)
    assert erase(desk, digests["pdf"]) == (digests["pdf"],)
    assert bytes_of(desk, "D1", document, "credential", ANN).digest == digests["credential"]


def test_what_was_erased_can_still_be_revoked(desk: Desk) -> None:
    document, _ = issued(desk)
    erase(desk, f"document.issued/{document}")
    assert card(desk, "D1", document, ANN).erased
    assert change(desk, "D1", document, "revoked", "its words are gone", ANN).state == "revoked"


def test_a_plan_seen_before_a_document_was_issued_confirms_nothing(desk: Desk) -> None:
    seen = erasing.plan(desk, "D1", ["trade.party/exporter"], OPERATOR, CONSENT)
    _, digests = issued(desk)
    with pytest.raises(Refusal) as refused:
        erasing.erase(desk, "D1", ["trade.party/exporter"], OPERATOR, CONSENT, seen.digest)
    assert {one.rule for one in refused.value.problems} == {"E904"}
    now = erasing.plan(desk, "D1", ["trade.party/exporter"], OPERATOR, CONSENT)
    assert {one.reference for one in now.copies} == set(digests.values()), "each can be named as it stands there"
