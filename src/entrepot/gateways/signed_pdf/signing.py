"""Signing PDF files by PAdES (ETSI EN 319 142-1): level B-B, and B-T where an authority stamps the time.

The file is written anew in one piece, with what is attached to it, and certified: no change is allowed afterwards. Where the
key lies is the caller's matter: it gives a function that signs bytes.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from io import BytesIO
from typing import Any

from asn1crypto import pem, tsp, x509
from asn1crypto.algos import SignedDigestAlgorithm
from msgspec import Struct
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.timestamps import TimeStamper

from entrepot.gateways.signed_pdf import certificates
from entrepot.gateways.signed_pdf.attachments import attach

_RESERVED = 8 << 10  # bytes for the signature: certificates of our making need some 3 kB
_RESERVED_STAMPED = 24 << 10  # stamps bring the certificates of their authority along
_DER_SIGNATURE = 72  # the longest ECDSA signature over P-256


class PdfSigner(Struct, frozen=True):
    """Who signs: its certificate (PEM), those above it, and a function from bytes to their signature.

    The signature is ECDSA with P-256 over SHA-256, DER, as `cryptography`, OpenSSL and most hardware keys give it.
    """

    certificate: bytes
    sign: Callable[[bytes], bytes]
    chain: tuple[bytes, ...] = ()


class NoStampError(Exception):
    """The authority of time gave no answer that stamps the signature."""


def local_signer(certificate: bytes, key: bytes, chain: tuple[bytes, ...] = ()) -> PdfSigner:
    """A signer whose private key (PEM) is at hand, as in the platform's custody."""
    return PdfSigner(certificate, lambda data: certificates.sign_with(key, data), chain)


def sign_pdf(
    data: bytes,
    signer: PdfSigner,
    *,
    now: datetime,
    attachments: Mapping[str, bytes] | None = None,
    timestamper: Callable[[bytes], bytes] | None = None,
    reason: str = "",
) -> bytes:
    """The PDF with its attachments, certified by the signer.

    `timestamper` takes a request of RFC 3161 (DER) to an authority and gives its answer (DER); without it the time in the
    signature is the signer's own word. Every call signs anew: who needs the same bytes again keeps them. NoStampError where the
    authority gives no answer that stamps this signature.
    """
    writer = copy_into_new_writer(PdfFileReader(BytesIO(data)))
    attach(writer, attachments or {})
    meta = signers.PdfSignatureMetadata(
        field_name="Signature",
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        reason=reason or None,
    )
    pdf_signer = _AtGivenTime(meta, _Elsewhere(signer), _Stamps(timestamper) if timestamper else None, now)
    out: BytesIO = pdf_signer.sign_pdf(writer, bytes_reserved=_RESERVED_STAMPED if timestamper else _RESERVED)
    return out.getvalue()


def _certificate(data: bytes) -> x509.Certificate:
    return x509.Certificate.load(pem.unarmor(data)[2])


class _Elsewhere(signers.Signer):
    """Signs by a function of the caller's."""

    def __init__(self, signer: PdfSigner) -> None:
        super().__init__(
            signing_cert=_certificate(signer.certificate),
            signature_mechanism=SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
            embed_roots=False,  # who checks brings the roots along; those in a file prove nothing
        )
        self.cert_registry.register_multiple(_certificate(item) for item in signer.chain)
        self._sign = signer.sign

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        return bytes(_DER_SIGNATURE) if dry_run else self._sign(data)


class _Stamps(TimeStamper):
    """Asks for the time by a function of the caller's."""

    def __init__(self, ask: Callable[[bytes], bytes]) -> None:
        base: Any = super()
        base.__init__()
        self._ask = ask

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        return tsp.TimeStampResp.load(self._ask(req.dump()))

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> Any:
        try:
            return await super().async_timestamp(message_digest, md_algorithm)
        except Exception as error:  # whatever the way to the authority, or the reading of its answer, throws
            raise NoStampError(str(error)) from error


class _AtGivenTime(signers.PdfSigner):
    """Writes the caller's moment as the time of signing: a gateway does not ask the clock."""

    def __init__(self, meta: Any, signer: signers.Signer, stamps: TimeStamper | None, now: datetime) -> None:
        super().__init__(meta, signer, timestamper=stamps)
        self._now = now

    def init_signing_session(self, pdf_out: Any, existing_fields_only: bool = False) -> Any:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self._now
        return session
