"""Whether a certificate was withdrawn, by the lists (CRL, RFC 5280 section 5) that the one who checks has at hand."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from entrepot.gateways.verdict import Check, fails, holds, not_checked
from entrepot.kernel.text import Text

_KEYS = (ec.EllipticCurvePublicKey, ed25519.Ed25519PublicKey, rsa.RSAPublicKey)
_NAME = Text("certificate not withdrawn", "证书未被吊销")


def not_withdrawn(path: Sequence[bytes], lists: Sequence[bytes], *, now: datetime, proven: datetime | None) -> Check:
    """The check of a path of certificates (DER, the root first) against lists (DER).

    `proven` is when the signature is proven to have been there; a withdrawal after it does not touch the signature. Lists
    that the issuer did not sign are passed over; so is one that comes from the future.
    """
    if not lists:
        return not_checked(_NAME, Text("no list of withdrawn certificates was given", "未提供证书吊销列表"))
    read = [item for data in lists if (item := _read(data)) is not None]
    chain = [x509.load_der_x509_certificate(item) for item in path]
    stale = False
    for issuer, certificate in pairwise(chain):
        theirs = [item for item in read if _is_by(item, issuer) and item.last_update_utc <= now]
        if not theirs:
            return not_checked(
                _NAME,
                Text(
                    f"no list by {issuer.subject.rfc4514_string()} was given",
                    f"未提供 {issuer.subject.rfc4514_string()} 的吊销列表",
                ),
            )
        newest = max(theirs, key=lambda item: item.last_update_utc)
        entry = newest.get_revoked_certificate_by_serial_number(certificate.serial_number)
        if entry is not None and not (proven and entry.revocation_date_utc > proven):
            day = f"{entry.revocation_date_utc:%Y-%m-%d %H:%M} UTC"
            return fails(_NAME, Text(f"withdrawn on {day}", f"已于 {day} 吊销"))
        stale = stale or newest.next_update_utc is None or newest.next_update_utc < now
    if stale:
        return not_checked(_NAME, Text("the list at hand is out of date", "吊销列表已过期"))
    return holds(_NAME, Text("it stands on no list of withdrawn ones", "未列入吊销列表"))


def _read(data: bytes) -> x509.CertificateRevocationList | None:
    try:
        return x509.load_der_x509_crl(data)
    except ValueError:
        return None


def _is_by(item: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    key = issuer.public_key()
    if item.issuer != issuer.subject or not isinstance(key, _KEYS):
        return False
    try:
        return item.is_signature_valid(key)
    except (TypeError, ValueError, UnsupportedAlgorithm):
        return False
