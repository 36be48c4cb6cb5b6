"""How fast trade documents are drawn as PDF, signed and verified, beside the drawing library's bare text and OpenSSL."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pypdfium2 as pdfium
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from reportlab.pdfgen.canvas import Canvas

from entrepot.gateways.signed_pdf import (
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
    make_revocation_list,
    new_key,
    public_part,
    sign_pdf,
    verify_pdf,
)
from entrepot.gateways.signed_pdf.certificates import sign_with
from entrepot.gateways.signed_pdf.printed import Kind
from entrepot.kernel.text import Text
from entrepot.portal.bench import Figure, Say, cpu_seconds

NOW = datetime(2026, 6, 20, 8, tzinfo=UTC)
LINES = (1, 50, 1000)
BAR_DRAWN, BAR_SIGNED, BAR_VERIFIED = 10, 20, 30  # a second, invoices of fifty lines
ROUNDS = 9
_CREDENTIAL = b'{"credentialSubject":{"number":"HC-2026-001"},"type":["VerifiableCredential"]}' * 40
_RECEIPT = b"c2sp.org/tlog-proof@v1\n" * 40
_TIMES = 200  # of OpenSSL's verification within one process
_GOODS = (
    "Phosphoric acid 85% food grade 食品级磷酸",
    "Stainless steel flange DN50 不锈钢法兰",
    "Green tea in bags of 250 g 袋装绿茶",
    "LED panel light 36W, 4000 K 面板灯",
)


def run(say: Say) -> list[Figure]:
    """Invoices of one, fifty and a thousand lines, with a credential and a receipt inside, under a certificate of our own."""
    authority = make_ca("Example authority", now=NOW)
    key = new_key()
    certificate = make_certificate(
        authority,
        organisation="Yichang Example Chemical Co., Ltd",
        code="91420500MA49XY123X",
        public_key=public_part(key),
        now=NOW,
        until=NOW + timedelta(days=700),
    )
    lists = (make_revocation_list(authority, {}, now=NOW),)
    signer = local_signer(certificate, key)
    figures = []
    for lines in LINES:
        say(f"invoices of {lines} lines")
        figures += _measured(lines, signer, authority.certificate, lists)
    return [*figures, *_bare_signatures(certificate, key)]


def _measured(lines: int, signer: PdfSigner, root: bytes, lists: tuple[bytes, ...]) -> list[Figure]:
    document = invoice(lines)
    attachments = {"credential.json": _CREDENTIAL, "receipt.txt": _RECEIPT}
    drawn = draw(document)
    signed = sign_pdf(drawn, signer, now=NOW, attachments=attachments)
    verdict = verify_pdf(signed, now=NOW, roots=(root,), lists=lists)
    if not verdict.accepted:
        raise RuntimeError(f"the measured document is not accepted: {verdict}")
    draws = _seconds(lambda: draw(document))
    signs = _seconds(lambda: sign_pdf(drawn, signer, now=NOW, attachments=attachments))
    verifies = _seconds(lambda: verify_pdf(signed, now=NOW, roots=(root,), lists=lists))
    text = _texts(drawn)
    bare = _seconds(lambda: _bare(text))
    barred = lines == 50
    name = f"invoice of {lines:,} lines"
    return [
        Figure(
            f"{name}, {len(text)} pages, {len(signed) >> 10} kB: drawn",
            _rate(draws),
            f"≥ {BAR_DRAWN} a second" if barred else "",
            f"the same characters by the drawing library alone, in a font that is not embedded: {_rate(bare)}",
            f"{draws / bare:.1f} ×",
            1 / draws >= BAR_DRAWN if barred else None,
        ),
        Figure(
            f"{name}: signed, credential and receipt put inside",
            _rate(signs),
            f"≥ {BAR_SIGNED} a second" if barred else "",
            met=1 / signs >= BAR_SIGNED if barred else None,
        ),
        Figure(
            f"{name}: verified, with chain, revocation and the page's text",
            _rate(verifies),
            f"≥ {BAR_VERIFIED} a second" if barred else "",
            met=1 / verifies >= BAR_VERIFIED if barred else None,
        ),
    ]


def _bare_signatures(certificate: bytes, key: bytes) -> list[Figure]:
    """The cryptography inside: one P-256 signature over 40 kB, ours in this process, and OpenSSL's own measure."""
    data = bytes(40_000)
    public = x509.load_pem_x509_certificate(certificate).public_key()
    if not isinstance(public, ec.EllipticCurvePublicKey):
        raise TypeError("the certificate's key is a P-256 key")
    value = sign_with(key, data)
    each = _seconds(lambda: [public.verify(value, data, ec.ECDSA(hashes.SHA256())) for _ in range(_TIMES)]) / _TIMES
    alone = _openssl_cms(certificate, key, data)
    return [Figure("the P-256 signature alone verified, 40 kB", _rate(each), baseline=alone)]


def _openssl_cms(certificate: bytes, key: bytes, data: bytes) -> str:
    """`openssl cms -verify` of the same bytes, a process for each as a script would run it; empty where there is none."""
    if shutil.which("openssl") is None:
        return ""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, content in (("one.pem", certificate), ("one.key", key), ("data", data)):
            (folder / file).write_bytes(content)
        sign = "openssl cms -sign -binary -in data -signer one.pem -inkey one.key -outform DER -out sig"
        subprocess.run(sign.split(), cwd=folder, check=True, capture_output=True)
        check = "openssl cms -verify -binary -noverify -inform DER -in sig -content data -out out"

        def verify() -> None:
            subprocess.run(check.split(), cwd=folder, check=True, capture_output=True)

        _, wall = cpu_seconds(verify, ROUNDS)
    return f"openssl cms -verify, a process each: {_rate(wall)}"


def _seconds(act: Callable[[], object]) -> float:
    return max(cpu_seconds(act, ROUNDS)[0], 1e-9)


def _rate(seconds: float) -> str:
    return f"{1 / seconds:,.0f} a second" if seconds < 0.5 else f"{seconds:.2f} s each"


def _texts(data: bytes) -> list[list[str]]:
    """What stands on each page, line by line."""
    document = pdfium.PdfDocument(data)
    return [page.get_textpage().get_text_bounded().splitlines() for page in document]


def _bare(pages: list[list[str]]) -> bytes:
    """The same lines by the drawing library alone, its own Latin font, nothing laid out."""
    out = BytesIO()
    canvas = Canvas(out, pageCompression=1)
    for lines in pages:
        canvas.setFont("Helvetica", 8)
        for number, line in enumerate(lines):
            canvas.drawString(40, 800 - number * 9, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def invoice(lines: int) -> PrintedDocument:
    """A made invoice of so many lines."""
    names = (("No.", "序号"), ("Goods", "货物名称"), ("HS code", "商品编码"), ("Quantity", "数量"), ("Amount", "金额"))
    kinds: tuple[Kind, ...] = ("number", "text", "code", "number", "number")
    columns = tuple(Column(Text(*name), kind) for name, kind in zip(names, kinds, strict=True))
    rows = tuple(
        (str(n + 1), _GOODS[n % len(_GOODS)], "28092011", f"{1000 + n:,} kg", f"{1250 + n:,}.00") for n in range(lines)
    )
    parties = (
        Row(Text("Seller", "卖方"), "Yichang Example Chemical Co., Ltd 宜昌示例化工有限公司"),
        Row(Text("Buyer", "买方"), "Osaka Example Trading K.K., 2-1 Dojima, Osaka, Japan"),
    )
    return PrintedDocument(
        title=Text("Commercial invoice", "商业发票"),
        number="HC-2026-001",
        date="2026-06-20",
        issuer="Yichang Example Chemical Co., Ltd 宜昌示例化工有限公司",
        document_id="urn:uuid:1b0c3a52-7c2e-4a6c-9d55-7a1c4c5f0a11",
        sections=(Section(Text("Parties", "当事方"), parties),),
        tables=(Table(Text("Goods", "货物"), columns, rows),),
        digest=hashlib.sha256(_CREDENTIAL).hexdigest(),
    )
