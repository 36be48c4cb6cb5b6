"""The installation's authority and what it issues: bound to an organisation, for signing documents, for no other authority."""

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.x509.oid import NameOID

from entrepot.gateways.signed_pdf import make_certificate, make_revocation_list, new_key, public_part, serial_of
from tests.gateways.signed_pdf.made import CODE, ISSUER, NOW, authority, signer


def test_a_certificate_names_the_organisation_and_its_registered_number() -> None:
    certificate = x509.load_pem_x509_certificate(signer().certificate)
    subject = certificate.subject
    assert subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0].value == ISSUER
    assert subject.get_attributes_for_oid(NameOID.ORGANIZATION_IDENTIFIER)[0].value == f"NTRCN-{CODE}"


def test_a_certificate_signs_documents_and_issues_nothing() -> None:
    extensions = x509.load_pem_x509_certificate(signer().certificate).extensions
    usage = extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature
    assert usage.content_commitment
    assert not usage.key_cert_sign
    assert not extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    purposes = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert [purpose.dotted_string for purpose in purposes] == ["1.3.6.1.5.5.7.3.36"]


def test_a_certificate_never_outlives_its_authority() -> None:
    certificate = make_certificate(
        authority(),
        organisation=ISSUER,
        code=CODE,
        public_key=public_part(new_key()),
        now=NOW,
        until=NOW + timedelta(90_000),
    )
    last = x509.load_pem_x509_certificate(authority().certificate).not_valid_after_utc
    assert x509.load_pem_x509_certificate(certificate).not_valid_after_utc == last


def test_a_certificate_says_where_lists_are_served_only_where_they_are() -> None:
    public = public_part(new_key())
    for address in ("", "https://example.org/withdrawn.crl"):
        certificate = make_certificate(
            authority(),
            organisation=ISSUER,
            code=CODE,
            public_key=public,
            now=NOW,
            until=NOW + timedelta(9),
            lists_at=address,
        )
        found = [
            name.value
            for extension in x509.load_pem_x509_certificate(certificate).extensions
            if isinstance(extension.value, x509.CRLDistributionPoints)
            for point in extension.value
            for name in point.full_name or ()
        ]
        assert found == ([address] if address else [])


def test_other_keys_and_days_the_wrong_way_round_are_refused() -> None:
    other = ed25519.Ed25519PrivateKey.generate().public_key()
    pem = other.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(ValueError, match="P-256"):
        make_certificate(authority(), organisation="A", code="1", public_key=pem, now=NOW, until=NOW + timedelta(9))
    with pytest.raises(ValueError, match="ends after"):
        make_certificate(
            authority(),
            organisation="A",
            code="1",
            public_key=public_part(new_key()),
            now=NOW,
            until=NOW - timedelta(9),
        )


def test_openssl_accepts_the_chain_and_the_list(tmp_path: Path) -> None:
    """Another make of software agrees with ours about certificate, purpose and withdrawal."""
    clean = make_revocation_list(authority(), {}, now=NOW)
    withdrawn = make_revocation_list(authority(), {serial_of(signer().certificate): NOW}, now=NOW, number=2)
    for data, code in ((clean, 0), (withdrawn, 2)):
        (tmp_path / "ca.pem").write_bytes(authority().certificate)
        (tmp_path / "one.pem").write_bytes(signer().certificate)
        pem = x509.load_der_x509_crl(data).public_bytes(serialization.Encoding.PEM)
        (tmp_path / "crl.pem").write_bytes(pem)
        moment = str(int(NOW.timestamp()))
        done = subprocess.run(
            ["openssl", "verify", "-attime", moment, "-crl_check", "-CRLfile", "crl.pem", "-CAfile", "ca.pem", "one.pem"],
            cwd=tmp_path, capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == code, done.stderr
