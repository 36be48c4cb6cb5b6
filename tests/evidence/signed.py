"""Cosignatures, changes of keys and credentials made for tests of the stand-alone verifiers."""

from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from entrepot.gateways.credentials.data_integrity import secured
from entrepot.gateways.credentials.keys import SigningKey
from entrepot.store.log_keys import Change, Kind
from entrepot.store.notes import Checkpoint, Signer, sign_note, to_base64
from entrepot.store.witness_keys import WitnessKey, subtree_message

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TIME = 1_795_348_800
ISSUER = SigningKey.from_seed(b"\x11" * 32)


class Cosigner:
    """A witness: Ed25519 (kind 4) or ML-DSA-44 (kind 6)."""

    def __init__(self, name: str, seed: int, post_quantum: bool = False) -> None:
        self._ed25519 = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        self._ml_dsa = MLDSA44PrivateKey.from_seed_bytes(bytes([seed]) * 32) if post_quantum else None
        if self._ml_dsa is None:
            self.key = WitnessKey(name, 0x04, self._ed25519.public_key().public_bytes_raw())
        else:
            self.key = WitnessKey(name, 0x06, self._ml_dsa.public_key().public_bytes_raw())

    def line(self, checkpoint: Checkpoint, time: int = TIME) -> str:
        """The cosignature line for a checkpoint."""
        if self._ml_dsa is None:
            signature = self._ed25519.sign(f"cosignature/v1\ntime {time}\n{checkpoint.text()}".encode())
        else:
            signature = self._ml_dsa.sign(subtree_message(self.key.name, time, checkpoint))
        return f"— {self.key.name} {to_base64(self.key.key_id + time.to_bytes(8) + signature)}\n"


def changed(kind: Kind, number: int, size: int, root: bytes, key: Signer, *signers: Signer) -> str:
    """A change of a log's keys as its signed note."""
    return sign_note(Change(key.name, kind, number, size, root, key.verifier).text(), *signers)


def credential(**members: Any) -> dict[str, Any]:
    """A certificate of origin as a credential, not signed yet."""
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential", "CertificateOfOrigin"],
        "id": "urn:uuid:0192f3a0-0000-7000-8000-00000000c0c0",
        "issuer": ISSUER.did,
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {"goods": "磷酸 phosphoric acid", "netWeight": 20000.5, "lines": [1, 2, None, True], "origin": "CN"},
        **members,
    }  # fmt: skip


def signed(document: dict[str, Any], key: SigningKey = ISSUER) -> dict[str, Any]:
    """The credential with its proof."""
    return secured(document, key, created=datetime(2026, 3, 1, tzinfo=UTC))
