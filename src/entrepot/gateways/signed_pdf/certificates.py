"""Certificates for signing PDF files: the installation's own authority, and one certificate for each organisation.

X.509 as RFC 5280 has it, the subject of an organisation as ETSI EN 319 412-3 (organizationIdentifier by EN 319 412-1, 5.1.4:
`NTRCN-` and the unified social credit code), the purpose of signing documents by RFC 9336. Keys are P-256.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from msgspec import Struct

_DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")
_SKEW = timedelta(minutes=5)  # clocks differ: a certificate is valid a little before it was made


class Authority(Struct, frozen=True):
    """Who issues certificates: its certificate and its private key, both PEM. The key stays with the installation."""

    certificate: bytes
    key: bytes


def new_key() -> bytes:
    """A new P-256 private key, PEM (PKCS#8, without a password: the file's permissions guard it)."""
    return _pem_of(ec.generate_private_key(ec.SECP256R1()))


def public_part(key: bytes) -> bytes:
    """The public key (PEM) of a private key (PEM)."""
    return (
        _private(key)
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )


def make_ca(name: str, *, now: datetime, years: int = 20) -> Authority:
    """An authority of the installation's own, named after its operator; it may issue for organisations and no further."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, name[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{name[:40]} document signing CA"),
        ]
    )
    builder = _started(subject, subject, key.public_key(), now, now + timedelta(days=365 * years))
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
    return Authority(_pem(builder.sign(key, hashes.SHA256())), _pem_of(key))


def make_certificate(
    authority: Authority,
    *,
    organisation: str,
    code: str,
    public_key: bytes,
    now: datetime,
    until: datetime,
    country: str = "CN",
    scheme: str = "NTR",
    lists_at: str = "",
) -> bytes:
    """The certificate (PEM) that binds a public key (PEM, P-256) to an organisation and its registered number.

    `code` is the unified social credit code in China; abroad a number in the trade register (`NTR`), for VAT (`VAT`) or an
    LEI (`LEI`, with country `XG`). `lists_at` is the URL where the authority's list of withdrawn certificates is served, if it
    is. ValueError where the key is of another kind or the days are the wrong way round.
    """
    key = serialization.load_pem_public_key(public_key)
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != "secp256r1":
        raise ValueError("the key of an organisation is a P-256 public key")
    issuer = x509.load_pem_x509_certificate(authority.certificate)
    names = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, country),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
        x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, f"{scheme}{country}-{code}"),
        x509.NameAttribute(NameOID.COMMON_NAME, organisation[:64]),
    ]
    last = min(until, issuer.not_valid_after_utc)
    builder = _started(x509.Name(names), issuer.subject, key, now, last)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage("digital_signature", "content_commitment"), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([_DOCUMENT_SIGNING]), critical=False)
    if lists_at:
        point = x509.DistributionPoint([x509.UniformResourceIdentifier(lists_at)], None, None, None)
        builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
    parent = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(parent), critical=False
    )
    return _pem(builder.sign(_private(authority.key), hashes.SHA256()))


def make_revocation_list(
    authority: Authority, revoked: Mapping[int, datetime], *, now: datetime, days: int = 7, number: int = 1
) -> bytes:
    """The authority's list (CRL, DER) of what it withdrew: serial number to the moment; every list carries the full list.

    `number` must grow from list to list (RFC 5280, 5.2.3).
    """
    issuer = x509.load_pem_x509_certificate(authority.certificate)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.subject)
        .last_update(now)
        .next_update(now + timedelta(days=days))
        .add_extension(x509.CRLNumber(number), critical=False)
    )
    parent = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(parent), critical=False
    )
    for serial, moment in revoked.items():
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(moment).build()
        builder = builder.add_revoked_certificate(entry)
    return builder.sign(_private(authority.key), hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def serial_of(certificate: bytes) -> int:
    """The serial number of a certificate (PEM), by which a list withdraws it."""
    return x509.load_pem_x509_certificate(certificate).serial_number


def sign_with(key: bytes, data: bytes) -> bytes:
    """ECDSA over SHA-256 by a P-256 private key (PEM), DER; the nonce is made from key and data (RFC 6979)."""
    return _private(key).sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))


def _started(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, since: datetime, until: datetime
) -> x509.CertificateBuilder:
    if until <= since:
        raise ValueError("a certificate ends after it begins")
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(since - _SKEW)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*allowed: str) -> x509.KeyUsage:
    every = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: name in allowed for name in every})


def _private(key: bytes) -> ec.EllipticCurvePrivateKey:
    loaded = serialization.load_pem_private_key(key, None)
    if not isinstance(loaded, ec.EllipticCurvePrivateKey):
        raise ValueError("documents are signed with a P-256 key")
    return loaded


def _pem_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
