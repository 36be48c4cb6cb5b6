"""Trusted time (RFC 3161): an authority signs a digest together with the time at which it saw it. Asking for tokens, and checking them."""

from entrepot.gateways.timestamps.asking import NoTimestampError, ask, request_for, token_in
from entrepot.gateways.timestamps.roots import read_certificates
from entrepot.gateways.timestamps.verifying import Timestamp, imprint_algorithm, verify_token

__all__ = [
    "NoTimestampError",
    "Timestamp",
    "ask",
    "imprint_algorithm",
    "read_certificates",
    "request_for",
    "token_in",
    "verify_token",
]
