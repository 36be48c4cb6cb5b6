"""An authority of time for tests, whose tokens may be wrong in every way that one wants."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

T0 = datetime(2026, 4, 1, 4, 0, tzinfo=UTC)
HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
    "sha1": hashes.SHA1(),
}
TIME = ExtendedKeyUsageOID.TIME_STAMPING
DIGEST = hashlib.sha256(b"hello\n").digest()

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


class Holder:
    """A key with its certificate."""

    def __init__(
        self, name: str, issuer: "Holder | None" = None, *, key: Key | None = None, ca: bool = False, path_length: int | None = None,
        usage: Sequence[ObjectIdentifier] = (TIME,), critical: bool = True, first: timedelta = timedelta(days=-100),
        last: timedelta = timedelta(days=1000),
    ) -> None:  # fmt: skip
        self.key: Key = key or ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        above = issuer or self
        builder = (
            x509.CertificateBuilder()
            .subject_name(self.name)
            .issuer_name(above.name)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(T0 + first)
            .not_valid_after(T0 + last)
            .add_extension(x509.BasicConstraints(ca, path_length), critical=True)
            .add_extension(x509.KeyUsage(not ca, False, False, False, False, ca, ca, False, False), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), critical=False)
        )
        if not ca and usage:
            builder = builder.add_extension(x509.ExtendedKeyUsage(usage), critical=critical)
        algorithm = None if isinstance(above.key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
        self.certificate = builder.sign(above.key, algorithm)

    @property
    def der(self) -> bytes:
        """The certificate."""
        return self.certificate.public_bytes(serialization.Encoding.DER)

    def crl(self, revoked: "Holder", when: datetime, reason: x509.ReasonFlags | None) -> bytes:
        """A list that revokes a certificate."""
        entry = x509.RevokedCertificateBuilder().serial_number(revoked.certificate.serial_number).revocation_date(when)
        if reason is not None:
            entry = entry.add_extension(x509.CRLReason(reason), critical=False)
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.name).last_update(when)
        listed = builder.next_update(when + timedelta(days=30)).add_revoked_certificate(entry.build())
        return listed.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def sign(self, data: bytes, digest: str, pss: bool = False) -> bytes:
        match self.key:
            case rsa.RSAPrivateKey() if pss:
                return self.key.sign(
                    data, padding.PSS(padding.MGF1(HASHES[digest]), HASHES[digest].digest_size), HASHES[digest]
                )
            case rsa.RSAPrivateKey():
                return self.key.sign(data, padding.PKCS1v15(), HASHES[digest])
            case ec.EllipticCurvePrivateKey():
                return self.key.sign(data, ec.ECDSA(HASHES[digest]))
            case _:
                return self.key.sign(data)

    def algorithm(self, digest: str, pss: bool) -> dict[str, Any]:
        match self.key:
            case rsa.RSAPrivateKey() if pss:
                size, hashed = HASHES[digest].digest_size, {"algorithm": digest}
                mask = {"algorithm": "mgf1", "parameters": hashed}
                told = algos.RSASSAPSSParams(
                    {"hash_algorithm": hashed, "mask_gen_algorithm": mask, "salt_length": size}
                )
                return {"algorithm": "rsassa_pss", "parameters": told}
            case rsa.RSAPrivateKey():
                return {"algorithm": "rsassa_pkcs1v15"}
            case ec.EllipticCurvePrivateKey():
                return {"algorithm": f"{digest}_ecdsa"}
            case _:
                return {"algorithm": "ed25519"}


ROOT = Holder("Root of time", ca=True)
MIDDLE = Holder("Middle of time", ROOT, ca=True, path_length=0)
SIGNER = Holder("Signer of time", MIDDLE)


def info(digest: bytes = DIGEST, **told: Any) -> tsp.TSTInfo:
    """What a token says."""
    said = {
        "version": "v1", "policy": "1.2.3.4.1",
        "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest},
        "serial_number": 7, "gen_time": T0, "accuracy": {"seconds": 1, "millis": 500}, "nonce": 99,
    }  # fmt: skip
    return tsp.TSTInfo({name: value for name, value in (said | told).items() if value is not None})


def attribute(kind: str, *values: Any) -> cms.CMSAttribute:
    return cms.CMSAttribute({"type": kind, "values": list(values)})


def attributes(content: bytes, named: bytes, digest: str, ess: str) -> list[cms.CMSAttribute]:
    """The signed attributes of a right token."""
    essence = tsp.ESSCertIDv2({"hash_algorithm": {"algorithm": ess}, "cert_hash": hashlib.new(ess, named).digest()})
    return [
        attribute("content_type", "tst_info"),
        attribute("message_digest", hashlib.new(digest, content).digest()),
        attribute("signing_certificate_v2", tsp.SigningCertificateV2({"certs": [essence]})),
    ]


def token(
    what: tsp.TSTInfo | None = None, *, by: Holder = SIGNER, others: Sequence[Holder] = (MIDDLE,), digest: str = "sha256",
    ess: str = "sha256", pss: bool = False, named: Holder | None = None, sid: Holder | None = None,
    change: Callable[[list[cms.CMSAttribute]], list[cms.CMSAttribute]] = lambda told: told,
    signed: Callable[[bytes], bytes] = lambda data: data, forge: Callable[[cms.SignedData], None] = lambda data: None,
) -> bytes:  # fmt: skip
    """A token in DER: right where nothing else is asked for."""
    content = (what or info()).dump()
    told = cms.CMSAttributes(change(attributes(content, (named or by).der, digest, ess)))
    one = (sid or by).certificate
    issuer = asn1_x509.Name.load(one.issuer.public_bytes())
    signer = cms.SignerInfo({
        "version": "v1",
        "sid": cms.SignerIdentifier({"issuer_and_serial_number": {"issuer": issuer, "serial_number": one.serial_number}}),
        "digest_algorithm": {"algorithm": digest},
        "signed_attrs": told,
        "signature_algorithm": by.algorithm(digest, pss),
        "signature": by.sign(signed(b"\x31" + told.dump()[1:]), digest, pss),
    })  # fmt: skip
    data = cms.SignedData({
        "version": "v3",
        "digest_algorithms": [{"algorithm": digest}],
        "encap_content_info": {"content_type": "tst_info", "content": core.ParsableOctetString(content)},
        "certificates": [asn1_x509.Certificate.load(holder.der) for holder in (by, *others)],
        "signer_infos": [signer],
    })  # fmt: skip
    forge(data)
    whole: bytes = cms.ContentInfo({"content_type": "signed_data", "content": data}).dump()
    return whole
