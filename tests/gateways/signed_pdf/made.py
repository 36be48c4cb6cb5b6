"""Documents, certificates and files for these tests; the slow ones are made once."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper

from entrepot.gateways.signed_pdf import (
    Authority,
    Column,
    PdfSigner,
    PrintedDocument,
    Row,
    Section,
    Table,
    draw,
    local_signer,
    make_ca,
    make_certificate,
    new_key,
    public_part,
    sign_pdf,
    verify_pdf,
)
from entrepot.gateways.verdict import Verdict
from entrepot.kernel.text import Text

NOW = datetime(2026, 3, 20, 8, 0, tzinfo=UTC)
CREDENTIAL = b'{"type":["VerifiableCredential"],"credentialSubject":{"number":"HC-2026-001"}}'
RECEIPT = b"c2sp.org/tlog-proof@v1\nindex 0\n"
ISSUER = "湖北东湖化工有限公司"
CODE = "91420500MA488888XX"


def invoice(lines: int = 1, **changed: Any) -> PrintedDocument:
    """A made-up invoice."""
    columns = (
        Column(Text("No.", "序号"), "number"),
        Column(Text("Goods", "货物名称")),
        Column(Text("HS code", "商品编码"), "code"),
        Column(Text("Quantity", "数量"), "number"),
        Column(Text("Amount", "金额"), "number"),
    )
    rows = tuple((str(n + 1), "Phosphoric acid 85% 磷酸", "28092011", "1,000 kg", "1,250.00") for n in range(lines))
    said: dict[str, Any] = {
        "title": Text("Commercial Invoice", "商业发票"),
        "number": "HC-2026-001",
        "date": "2026-03-20",
        "issuer": f"Hubei Donghu Chemical Co., Ltd. {ISSUER}",
        "document_id": "urn:uuid:1b0c3a52-7c2e-4a6c-9d55-7a1c4c5f0a11",
        "sections": (Section(Text("Parties", "当事方"), (Row(Text("Buyer", "买方"), "Łódź Handel Sp. z o.o."),)),),
        "tables": (Table(Text("Goods", "货物"), columns, rows, (("", "Total 合计", "", "", "1,250.00"),)),),
        "digest": hashlib.sha256(CREDENTIAL).hexdigest(),
    }
    return PrintedDocument(**(said | changed))


@cache
def _authority(name: str) -> Authority:
    return make_ca(name, now=NOW - timedelta(days=400))


def authority(name: str = "Entrepôt demonstration") -> Authority:
    """An installation's authority."""
    return _authority(name)


@cache
def signer(
    days: int = 700, since: datetime = NOW - timedelta(days=30), ca: str = "Entrepôt demonstration"
) -> PdfSigner:
    """An organisation with a certificate of the authority."""
    key = new_key()
    certificate = make_certificate(
        authority(ca),
        organisation=ISSUER,
        code=CODE,
        public_key=public_part(key),
        now=since,
        until=since + timedelta(days),
    )
    return local_signer(certificate, key)


@cache
def drawn() -> bytes:
    """The invoice, unsigned."""
    return draw(invoice())


@cache
def signed(stamped: bool = False) -> bytes:
    """The invoice with credential and receipt, signed."""
    return sign_pdf(
        drawn(),
        signer(),
        now=NOW,
        attachments={"credential.json": CREDENTIAL, "receipt.txt": RECEIPT},
        timestamper=stamping() if stamped else None,
    )


def verified(data: bytes, **given: Any) -> Verdict:
    """The verdict of one who trusts the authority."""
    told: Mapping[str, Any] = {"now": NOW, "roots": (authority().certificate,)} | given
    return verify_pdf(data, **told)


def results(verdict: Verdict) -> dict[str, str]:
    """Name of each check to its result, the worst where two have one name."""
    order = ("holds", "not checked", "fails")
    found: dict[str, str] = {}
    for check in verdict.checks:
        known = found.get(check.name.en, "holds")
        found[check.name.en] = max(known, check.result, key=order.index)
    return found


def failed(verdict: Verdict) -> str:
    """All that failed, in one text."""
    return "; ".join(f"{check.name.en}: {check.reason.en}" for check in verdict.checks if check.result == "fails")


def clock(at: datetime = NOW) -> tuple[bytes, DummyTimeStamper]:
    """A stamping authority of our own, for which it is always that moment: its certificate (PEM), and what answers."""
    return _clock(at)


@cache
def _clock(at: datetime) -> tuple[bytes, DummyTimeStamper]:
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Example time stamping")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOW - timedelta(days=900))
        .not_valid_after(NOW + timedelta(days=9000))
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    der = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    stamper = DummyTimeStamper(
        asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER)),
        keys.PrivateKeyInfo.load(der),
        fixed_dt=at,
    )
    return certificate.public_bytes(serialization.Encoding.PEM), stamper


def stamping(at: datetime = NOW) -> Callable[[bytes], bytes]:
    """Asks the stamping authority: request in, answer out."""
    stamper = clock(at)[1]

    def ask(request: bytes) -> bytes:
        answer: bytes = stamper.request_tsa_response(tsp.TimeStampReq.load(request)).dump()
        return answer

    return ask
