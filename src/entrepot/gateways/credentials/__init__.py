"""Verifiable credentials: keys and identifiers, proofs, status lists, identity anchors, and the documents of OpenAttestation."""
