"""Whose certificates count for time: from a signer's certificate up to a root that was given, as of the time of the token."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from asn1crypto import pem
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, ValidationError

from entrepot.gateways.credentials.reading import Unfit

MAX_CERTIFICATES = 20
_LASTING = {  # RFC 3161, section 4: for these reasons tokens from before the day of revocation stay good
    x509.ReasonFlags.unspecified,
    x509.ReasonFlags.affiliation_changed,
    x509.ReasonFlags.superseded,
    x509.ReasonFlags.cessation_of_operation,
}


def read_certificates(data: bytes) -> tuple[bytes, ...]:
    """The certificates (DER) of a file in PEM or DER; ValueError where it holds none."""
    try:
        found = [body for _, _, body in pem.unarmor(data, multiple=True)] if pem.detect(data) else [data]
        for one in found[:MAX_CERTIFICATES]:
            x509.load_der_x509_certificate(one)
    except ValueError as error:
        raise ValueError(f"no certificates in PEM or DER: {error}") from error
    return tuple(found[:MAX_CERTIFICATES])


def check_purpose(certificate: x509.Certificate) -> None:
    """RFC 3161, 2.3: the key of a signer of time serves nothing else, and says so critically. Raises Unfit."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except (x509.ExtensionNotFound, ValueError):
        raise Unfit("its certificate is not for timestamps", "其证书不用于时间戳") from None
    if list(usage.value) != [ExtendedKeyUsageOID.TIME_STAMPING] or not usage.critical:
        raise Unfit(
            "its certificate is not for timestamps alone (extended key usage, critical)",
            "其证书并非仅用于时间戳（扩展密钥用途须为关键扩展）",
        )


def check_chain(
    signer: bytes, others: Sequence[bytes], roots: Sequence[bytes], at: datetime, crls: Sequence[bytes]
) -> str:
    """The name of the root that the signer's certificate leads to, valid at that time (RFC 5280). Raises Unfit."""
    trusted = [asn1_x509.Certificate.load(one) for one in roots if one != signer]  # a whole chain may be given
    if not trusted:
        raise Unfit(
            "its certificate is itself a root: an authority signs with a key of its own below it",
            "签名证书不得为根证书",
        )
    context = ValidationContext(
        trust_roots=trusted,
        other_certs=[asn1_x509.Certificate.load(one) for one in others],
        moment=at,
        allow_fetching=False,
        revocation_mode="soft-fail",
    )
    validator: Any = CertificateValidator(asn1_x509.Certificate.load(signer), validation_context=context)
    try:
        path = asyncio.run(validator.async_validate_usage({"digital_signature"}, {"time_stamping"}))
    except (PathBuildingError, ValidationError) as error:
        raise Unfit(
            f"its certificate leads to no root that is trusted, as of {at:%Y-%m-%d %H:%M:%S} UTC: {str(error)[:300]}",
            "其证书在签署时不能连至受信任的根证书",
        ) from error
    chain = [x509.load_der_x509_certificate(one.dump()) for one in path]
    for issuer, certificate in pairwise(chain):
        _check_revocation(certificate, issuer, at, crls)
    return chain[0].subject.rfc4514_string()


def _check_revocation(
    certificate: x509.Certificate, issuer: x509.Certificate, at: datetime, crls: Sequence[bytes]
) -> None:
    """Raise Unfit where a list of the issuer revokes the certificate, in a way that reaches back to that time."""
    for data in crls:
        listed = x509.load_der_x509_crl(data)
        if listed.issuer != issuer.subject:
            continue
        match issuer.public_key():
            case rsa.RSAPublicKey() | ec.EllipticCurvePublicKey() | ed25519.Ed25519PublicKey() as key:
                genuine = listed.is_signature_valid(key)
            case _:
                genuine = False
        entry = listed.get_revoked_certificate_by_serial_number(certificate.serial_number) if genuine else None
        if entry is None:
            continue
        try:
            reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
        except x509.ExtensionNotFound:
            reason = None
        if reason not in _LASTING or entry.revocation_date_utc <= at:
            name = certificate.subject.rfc4514_string()
            raise Unfit(
                f"the certificate of {name} was revoked on {entry.revocation_date_utc:%Y-%m-%d}"
                f" ({reason.value if reason else 'no reason'})",
                f"{name} 的证书已于 {entry.revocation_date_utc:%Y-%m-%d} 吊销",
            )
