"""Trade documents as PDF: drawn in both languages, certified by the organisation, checked without trusting anybody."""

from entrepot.gateways.signed_pdf.attachments import CREDENTIAL, RECEIPT, STATEMENT, BadAttachment
from entrepot.gateways.signed_pdf.certificates import (
    Authority,
    make_ca,
    make_certificate,
    make_revocation_list,
    new_key,
    public_part,
    serial_of,
)
from entrepot.gateways.signed_pdf.drawing import draw
from entrepot.gateways.signed_pdf.printed import Column, PrintedDocument, Row, Section, Table
from entrepot.gateways.signed_pdf.signing import NoStampError, PdfSigner, local_signer, sign_pdf
from entrepot.gateways.signed_pdf.verifying import attachments_of, verify_pdf

__all__ = [
    "CREDENTIAL",
    "RECEIPT",
    "STATEMENT",
    "Authority",
    "BadAttachment",
    "Column",
    "NoStampError",
    "PdfSigner",
    "PrintedDocument",
    "Row",
    "Section",
    "Table",
    "attachments_of",
    "draw",
    "local_signer",
    "make_ca",
    "make_certificate",
    "make_revocation_list",
    "new_key",
    "public_part",
    "serial_of",
    "sign_pdf",
    "verify_pdf",
]
