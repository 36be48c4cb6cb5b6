"""A signed PDF as it should be, and who and when it may be believed to be by."""

import hashlib
import re
import subprocess
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfTimeStamper

from entrepot.gateways.signed_pdf import (
    BadAttachment,
    attachments_of,
    draw,
    local_signer,
    make_certificate,
    make_revocation_list,
    new_key,
    public_part,
    serial_of,
    sign_pdf,
    verify_pdf,
)
from entrepot.gateways.verdict import Verdict, fails, holds
from entrepot.kernel.text import Text
from tests.gateways.signed_pdf.made import (
    CODE,
    CREDENTIAL,
    ISSUER,
    NOW,
    RECEIPT,
    authority,
    clock,
    drawn,
    failed,
    invoice,
    results,
    signed,
    signer,
    stamping,
    verified,
)

LATER = NOW + timedelta(days=800)  # the certificate has expired
CHAIN = "certificate issued under a given root"
WITHDRAWN = "certificate not withdrawn"


def test_a_signed_document_is_accepted_and_names_its_issuer() -> None:
    verdict = verified(signed(), lists=(make_revocation_list(authority(), {}, now=NOW),))
    assert verdict.accepted, failed(verdict)
    assert verdict.issuer == f"{ISSUER} (NTRCN-{CODE})"
    told = results(verdict)
    assert [name for name, result in told.items() if result != "holds"] == ["time of signing", "credential", "receipt"]
    assert verdict.says["attachments"] == {
        "credential.json": hashlib.sha256(CREDENTIAL).hexdigest(),
        "receipt.txt": hashlib.sha256(RECEIPT).hexdigest(),
    }
    assert attachments_of(signed()) == {"credential.json": CREDENTIAL, "receipt.txt": RECEIPT}


def test_without_roots_the_signer_is_told_but_not_proven() -> None:
    verdict = verify_pdf(signed(), now=NOW)
    assert results(verdict)[CHAIN] == "not checked"
    assert verdict.issuer == ""
    assert verdict.says["signers"] == [f"{ISSUER} (NTRCN-{CODE})"]


def test_another_authority_of_the_same_name_proves_nothing() -> None:
    verdict = verified(signed(), roots=(authority("Other").certificate,))
    assert "no path leads" in failed(verdict)
    assert verdict.issuer == ""


def test_a_root_that_is_no_certificate_is_the_callers_fault() -> None:
    with pytest.raises(ValueError, match=r"."):
        verified(signed(), roots=(b"no certificate",))


def test_an_expired_certificate_needs_a_stamp_of_time() -> None:
    assert "expired" in failed(verified(signed(), now=LATER))
    assert "expired" in failed(verified(signed(stamped=True), now=LATER))  # its authority is not trusted
    verdict = verified(signed(stamped=True), now=LATER, stamp_roots=(clock()[0],))
    assert verdict.accepted, failed(verdict)
    assert verdict.says["proven_at"] == [NOW.isoformat()]


def test_a_stamp_over_the_whole_file_proves_time_as_well() -> None:
    stamped = PdfTimeStamper(clock()[1]).timestamp_pdf(IncrementalPdfFileWriter(BytesIO(signed())), "sha256").getvalue()
    assert "expired" in failed(verified(stamped, now=LATER))
    assert verified(stamped, now=LATER, stamp_roots=(clock()[0],)).accepted


def test_who_can_prove_that_the_file_was_there_needs_no_stamp() -> None:
    verdict = verified(signed(), now=LATER, existed=NOW + timedelta(days=1))
    assert verdict.accepted, failed(verdict)
    assert "expired" in failed(verified(signed(), now=LATER, existed=LATER - timedelta(days=1)))


def test_openssl_accepts_the_signature_over_the_same_bytes(tmp_path: Path) -> None:
    """Another make of software agrees: what the byte range names is signed by a key under the authority."""
    found = re.search(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)", signed())
    assert found
    start, before, after, length = map(int, found.groups())
    data = signed()[start:before] + signed()[after : after + length]
    value = bytes.fromhex(signed()[before + 1 : after - 1].decode())
    for name, content in (("ca.pem", authority().certificate), ("data", data), ("sig", value)):
        (tmp_path / name).write_bytes(content)
    command = (
        "openssl cms -verify -binary -inform DER -in sig -content data -CAfile ca.pem -purpose any -out out -attime"
    )
    for changed, code in ((b"", 0), (b"x", 4)):
        (tmp_path / "data").write_bytes(data + changed)
        moment = str(int(NOW.timestamp()))
        done = subprocess.run([*command.split(), moment], cwd=tmp_path, capture_output=True, check=False)
        assert done.returncode == code, done.stderr


def test_a_certificate_not_yet_valid_and_a_signature_from_the_future_are_rejected() -> None:
    assert "not yet" in failed(verified(signed(), now=NOW - timedelta(days=60)))
    assert "in the future" in failed(verified(signed(), now=NOW - timedelta(days=10)))


def test_a_withdrawn_certificate_is_rejected_unless_the_signature_is_proven_older() -> None:
    serial = serial_of(signer().certificate)
    lists = (make_revocation_list(authority(), {serial: NOW + timedelta(days=1)}, now=NOW + timedelta(days=2)),)
    given = {"now": NOW + timedelta(days=3), "lists": lists}
    assert "withdrawn on" in failed(verified(signed(), **given))
    verdict = verified(signed(stamped=True), stamp_roots=(clock()[0],), **given)
    assert verdict.accepted, failed(verdict)
    before = (make_revocation_list(authority(), {serial: NOW - timedelta(days=1)}, now=NOW + timedelta(days=2)),)
    assert "withdrawn" in failed(verified(signed(True), **given | {"lists": before, "stamp_roots": (clock()[0],)}))


def test_a_list_that_is_forged_stale_or_of_another_authority_proves_nothing() -> None:
    serial = serial_of(signer().certificate)
    forged = bytearray(make_revocation_list(authority(), {serial: NOW}, now=NOW))
    forged[-1] ^= 1
    stale = make_revocation_list(authority(), {}, now=NOW - timedelta(days=20))
    other = make_revocation_list(authority("Other"), {serial: NOW}, now=NOW)
    future = make_revocation_list(authority(), {}, now=NOW + timedelta(days=20))
    for data in (bytes(forged), stale, other, future, b"", b"0\x03"):
        assert results(verified(signed(), lists=(data,)))[WITHDRAWN] == "not checked"


def test_the_newest_list_counts() -> None:
    serial = serial_of(signer().certificate)
    old = make_revocation_list(authority(), {}, now=NOW - timedelta(days=1))
    new = make_revocation_list(authority(), {serial: NOW}, now=NOW)
    for lists in ((old, new), (new, old)):
        assert "withdrawn" in failed(verified(signed(), lists=lists))


def test_a_key_elsewhere_signs_by_a_function_and_a_wrong_key_is_found() -> None:
    key = new_key()
    certificate = make_certificate(
        authority(), organisation=ISSUER, code=CODE, public_key=public_part(key), now=NOW, until=NOW + timedelta(9)
    )
    assert verified(sign_pdf(draw(invoice(digest="")), local_signer(certificate, key), now=NOW)).accepted
    wrong = sign_pdf(draw(invoice(digest="")), local_signer(certificate, new_key()), now=NOW)
    assert "not by the key" in failed(verified(wrong))


@pytest.mark.parametrize("purpose", [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.TIME_STAMPING])
def test_a_certificate_for_another_purpose_is_rejected(purpose: x509.ObjectIdentifier) -> None:
    key, parent = new_key(), x509.load_pem_x509_certificate(authority().certificate)
    public = serialization.load_pem_public_key(public_part(key))
    issuing = serialization.load_pem_private_key(authority().key, None)
    assert isinstance(public, ec.EllipticCurvePublicKey)
    assert isinstance(issuing, ec.EllipticCurvePrivateKey)
    certificate = (
        x509.CertificateBuilder(parent.subject, parent.subject, public, 5, NOW - timedelta(1), NOW + timedelta(1))
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .sign(issuing, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    verdict = verified(sign_pdf(draw(invoice(digest="")), local_signer(certificate, key), now=NOW))
    assert "not meant for signing documents" in failed(verdict)
    assert verdict.issuer == ""


def test_the_page_names_the_attached_credential() -> None:
    other = sign_pdf(drawn(), signer(), now=NOW, attachments={"credential.json": b"{}"})
    assert "another credential" in failed(verified(other))
    assert "not attached" in failed(verified(sign_pdf(drawn(), signer(), now=NOW)))
    silent = sign_pdf(draw(invoice(digest="")), signer(), now=NOW, attachments={"credential.json": b"{}"})
    assert results(verified(silent))["page and credential"] == "not checked"


def test_credential_and_receipt_are_checked_by_the_functions_given() -> None:
    asked: list[tuple[bytes, ...]] = []

    def credential(data: bytes) -> Verdict:
        asked.append((data,))
        return Verdict(Text("c", "c"), (holds(Text("proof", "证明"), Text("good", "好")),))

    def receipt(data: bytes, of: bytes) -> Verdict:
        asked.append((data, of))
        return Verdict(Text("r", "r"), (fails(Text("log", "日志"), Text("forged", "伪造")),))

    verdict = verified(signed(), credential=credential, receipt=receipt)
    assert asked == [(CREDENTIAL,), (RECEIPT, CREDENTIAL)]
    assert results(verdict)["credential: proof"] == "holds"
    assert failed(verdict) == "receipt: log: forged"


@pytest.mark.parametrize("name", ["../a.txt", "a/b", "", ".hidden", "a" * 200, "é.txt", "a\x00b"])
def test_names_of_attachments_are_plain(name: str) -> None:
    with pytest.raises(ValueError, match="plain name"):
        sign_pdf(drawn(), signer(), now=NOW, attachments={name: b""})


def test_attachments_are_few_and_small() -> None:
    with pytest.raises(ValueError, match="at most"):
        sign_pdf(drawn(), signer(), now=NOW, attachments={f"a{n}": b"" for n in range(21)})
    with pytest.raises(ValueError, match="larger"):
        sign_pdf(drawn(), signer(), now=NOW, attachments={"a": b"x" * ((8 << 20) + 1)})


def test_attachments_of_a_file_that_is_none_are_told_as_bad() -> None:
    with pytest.raises(BadAttachment, match="begin"):
        attachments_of(b"hello")


def test_a_stamping_authority_is_asked_once_for_each_signature() -> None:
    asked: list[bytes] = []

    def ask(request: bytes) -> bytes:
        asked.append(request)
        return stamping()(request)

    sign_pdf(drawn(), signer(), now=NOW, timestamper=ask)
    assert len(asked) == 1
