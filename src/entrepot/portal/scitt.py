"""Receipts for readers of the SCITT architecture (RFC 9943): what the log's receipts prove, as COSE (RFC 9942).

A COSE receipt tells nothing of the statement; to check one, its entry is needed, which follows from the receipt in text.
"""

from entrepot.channels.online import Voice
from entrepot.gateways.cose import consistency_receipt, inclusion_receipt, protected_header
from entrepot.portal.desk import Desk
from entrepot.store.notes import Verifier
from entrepot.store.store import Store


def cose_receipt(desk: Desk, dossier: str, submission_id: str, voice: Voice) -> bytes:
    """The COSE receipt of a statement that the voice may read; raises what `Desk.receipt` raises."""
    desk.receipt(dossier, submission_id, voice)  # who may have the one may have the other, and by now it is in the log
    proof = desk.store.inclusion(submission_id)
    protected, signature = desk.store.sign_root(proof.size, _protected)
    return inclusion_receipt(protected, signature, proof.index, proof.size, proof.path)


def cose_consistency(store: Store, size1: int, size2: int) -> bytes:
    """The COSE receipt that the log of the first size is the beginning of that of the second, at which a checkpoint was signed."""
    path = store.consistency(size1, size2)
    protected, signature = store.sign_root(size2, _protected)
    return consistency_receipt(protected, signature, size1, size2, path)


def _protected(key: Verifier) -> bytes:
    """The header for a key of the log, named as its signature lines name it."""
    return protected_header(f"{key.name}+{key.key_id.hex()}".encode(), key.name)
