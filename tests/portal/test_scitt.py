"""COSE receipts handed out: what the log signed, to those alone who may read the statement."""

import msgspec
import pytest

from entrepot.channels.online import Voice
from entrepot.gateways.cose import verify_cose_consistency, verify_cose_receipt
from entrepot.gateways.credentials.keys import PublicKey
from entrepot.modules.evidence.rules.tree import entry_bytes, root, salted_digest
from entrepot.portal.desk import Desk, NoSuchDossier
from entrepot.portal.drafts import Draft
from entrepot.portal.scitt import cose_consistency, cose_receipt
from entrepot.store.log import NotInLogError
from entrepot.store.notes import Verifier, from_base64
from entrepot.store.tokens import new_token
from tests.portal.stage import ANN
from tests.portal.web import client_of


def entry_of(receipt: str) -> bytes:
    """The entry that follows from a receipt in text."""
    extra = msgspec.json.decode(from_base64(receipt.splitlines()[1][6:], "extra"))
    statement = msgspec.json.encode(extra["statement"], order="sorted")
    return entry_bytes(extra["type"], salted_digest(statement, bytes.fromhex(extra["salt"])))


def key_of(desk: Desk) -> PublicKey:
    return PublicKey("Ed25519", Verifier.parse(desk.store.log_key).public)


def test_the_receipt_proves_the_entry_that_follows_from_the_one_in_text(opened: Desk) -> None:
    said = opened.read("D1", ANN).heads[0]
    data = cose_receipt(opened, "D1", said, ANN)
    verdict = verify_cose_receipt(data, entry_of(opened.receipt("D1", said, ANN)), key_of(opened))
    assert verdict.accepted
    assert verdict.issuer == opened.store.origin


def test_growth_is_told_between_two_checkpoints(opened: Desk) -> None:
    store = opened.store
    first = store.integrate()
    old = store.signed()
    opened.say("D1", [Draft("trade.terms", {"contract_no": "C-1"})], ANN)
    second = store.integrate()
    assert old is not None
    verdict = verify_cose_consistency(cose_consistency(store, first, second), old.root, key_of(opened))
    assert verdict.accepted
    assert f"old_size {first}, size {second}" in verdict.checks[-1].reason.en
    assert not verify_cose_consistency(cose_consistency(store, first, second), root([]), key_of(opened)).accepted


def test_only_a_root_of_a_checkpoint_is_signed(opened: Desk) -> None:
    size = opened.store.integrate()
    assert size > 1
    with pytest.raises(NotInLogError):
        opened.store.sign_root(size - 1, lambda key: b"")


def test_who_may_not_read_the_statement_has_no_receipt(opened: Desk) -> None:
    said = opened.read("D1", ANN).heads[0]
    with pytest.raises(NoSuchDossier):
        cose_receipt(opened, "D1", said, Voice("eve", "elsewhere"))


def test_the_api_gives_it_as_cose(opened: Desk) -> None:
    said = opened.read("D1", ANN).heads[0]
    path = f"/api/v1/dossiers/D1/receipts/{said}.cose"
    ann = {"Authorization": f"Bearer {new_token(opened.store, 'ann', 'acme')}"}
    answer = client_of(opened).get(path, headers=ann)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/cose")
    entry = entry_of(opened.receipt("D1", said, ANN))
    assert verify_cose_receipt(answer.content, entry, key_of(opened)).accepted
    eve = {"Authorization": f"Bearer {new_token(opened.store, 'eve', 'elsewhere')}"}
    assert client_of(opened).get(path, headers=eve).status_code == 404
