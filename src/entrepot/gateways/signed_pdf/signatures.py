"""One signature of a PDF file: whether it is whole, who made it, when, and what was added to the file after it."""

import asyncio
import logging
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto import pem, x509
from msgspec import Struct
from pyhanko.sign import diff_analysis
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel, StandardDiffPolicy, SuspiciousModification
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import async_validate_pdf_signature, async_validate_pdf_timestamp
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext

from entrepot.gateways.signed_pdf.revocation import not_withdrawn
from entrepot.gateways.signed_pdf.spelling import is_strict
from entrepot.gateways.signed_pdf.structure import covered_up_to, inside
from entrepot.gateways.verdict import Check, fails, holds, not_checked
from entrepot.kernel.text import Text

# The library tells its findings to a log as well; ours are told in the verdict.
logging.getLogger("pyhanko").addHandler(logging.NullHandler())
logging.getLogger("pyhanko_certvalidator").addHandler(logging.NullHandler())

# What may follow a signature: proofs for later years, stamps of time, and the signatures of others. No text, form or note.
_rules: Any = diff_analysis
_ADDITIONS = StandardDiffPolicy(
    global_rules=[
        _rules.CatalogModificationRule(),
        _rules.XrefStreamRule().as_qualified(ModificationLevel.LTA_UPDATES),
        _rules.ObjectStreamRule().as_qualified(ModificationLevel.LTA_UPDATES),
        _rules.DSSCompareRule().as_qualified(ModificationLevel.LTA_UPDATES),
        # tools that add proofs note when they did; that nothing else there changed is seen to below
        _rules.DocInfoRule().as_qualified(ModificationLevel.LTA_UPDATES),
        _rules.MetadataUpdateRule().as_qualified(ModificationLevel.LTA_UPDATES),
    ],
    form_rule=_rules.FormUpdatingRule(field_rules=[_rules.SigFieldCreationRule(), _rules.SigFieldModificationRule()]),
)
_ALLOWED = {ModificationLevel.LTA_UPDATES, ModificationLevel.FORM_FILLING}
_USAGE = KeyUsageConstraints(
    key_usage={"digital_signature", "non_repudiation"},
    extd_key_usage={
        "1.3.6.1.5.5.7.3.36",
        "email_protection",
        "adobe_authentic_documents_trust",
        "microsoft_document_signing",
    },
    explicit_extd_key_usage_required=False,
)
_SKEW = timedelta(minutes=5)  # clocks differ
# When the data about the document were written, and by what: as attributes and as elements, the two ways of XMP (ISO 16684-1).
_WHEN = rb"(xmp:ModifyDate|xmp:MetadataDate|xmpMM:InstanceID|pdf:Producer|x:xmptk)"
_WRITTEN = re.compile(_WHEN + rb"""(?:="[^"<>]*"|>[^<>]*</\1>)""")
_CHAIN = Text("certificate issued under a given root", "证书由所给根证书签发")
_TIME = Text("time of signing", "签署时间")
_WHY = {
    "NO_CERTIFICATE_CHAIN_FOUND": Text(
        "no path leads from the certificate to a given root", "证书无法追溯至所给根证书"
    ),
    "OUT_OF_BOUNDS_NO_POE": Text(
        "the certificate has expired, and no trusted stamp proves that the signature is older",
        "证书已过期，且无可信时间戳证明签名在此之前作出",
    ),
    "EXPIRED": Text("the certificate has expired", "证书已过期"),
    "NOT_YET_VALID": Text("the certificate was not yet valid", "证书尚未生效"),
    "CHAIN_CONSTRAINTS_FAILURE": Text("the certificate is not meant for signing documents", "证书用途不含签署文件"),
    "CERTIFICATE_CHAIN_GENERAL_FAILURE": Text(
        "a certificate of the chain is not valid, or was not yet", "证书链中有证书无效或尚未生效"
    ),
    "CRYPTO_CONSTRAINTS_FAILURE": Text("made with an algorithm that is broken or too weak", "所用算法已不安全"),
    "CRYPTO_CONSTRAINTS_FAILURE_NO_POE": Text("made with an algorithm that is broken or too weak", "所用算法已不安全"),
}


class Trust(Struct, frozen=True):
    """What the one who checks trusts: roots, stamping authorities, lists of withdrawn certificates (DER),
    and when the whole file is otherwise proven to have been there.
    """

    now: datetime
    roots: tuple[x509.Certificate, ...] = ()
    stamp_roots: tuple[x509.Certificate, ...] = ()
    lists: tuple[bytes, ...] = ()
    existed: datetime | None = None


class Signed(Struct, frozen=True):
    """What a signature told: its checks, who says to have made it, the same where proven, when, and where its bytes end."""

    checks: tuple[Check, ...]
    claimed: str
    proven: str
    at: datetime | None
    end: int | None


def certificates_of(items: Sequence[bytes]) -> tuple[x509.Certificate, ...]:
    """Certificates from PEM or DER; ValueError where one is neither."""
    return tuple(
        x509.Certificate.load(pem.unarmor(item)[2] if pem.detect(item) else item, strict=True) for item in items
    )


class Stamped(Struct, frozen=True):
    """What a stamp over the whole file told: its check, where its bytes end, and when, where a trusted authority says so."""

    check: Check
    end: int | None
    at: datetime | None = None


def check_signature(
    data: bytes, signature: EmbeddedPdfSignature, trust: Trust, number: int, stamps: Sequence[Stamped] = ()
) -> Signed:
    """All checks of one signature; `number` counts them from 1, `stamps` are those over the whole file."""
    end = covered_up_to(data, signature.byte_range, signature.pkcs7_content)
    status = _validated(signature, trust.roots, trust.now, trust)
    stamp = status.timestamp_validity
    times = [item.at for item in stamps if item.at and item.end and end and end < item.end]
    if stamp is not None and stamp.valid and stamp.intact and stamp.trusted:
        times.append(stamp.timestamp)
    if trust.existed is not None:
        times.append(trust.existed)
    stamped = min(times, default=None)
    if stamped is not None:  # proven to have been there then: the certificate is judged as of that moment
        status = _validated(signature, trust.roots, stamped, trust)
    claimed = _subject(signature.signer_cert)
    checks = [
        _whole(signature, status, end, number),
        _additions(data, signature, status, end),
        *_certificate(status, trust, claimed, stamped),
        _time(signature, stamp, stamped, trust),
    ]
    return Signed(tuple(checks), claimed, claimed if status.trusted else "", stamped, end)


def check_stamp(data: bytes, stamp: EmbeddedPdfSignature, trust: Trust) -> Stamped:
    """A stamp of time over the whole file as it was then."""
    name = Text("time stamp of the whole file", "全文件时间戳")
    end = covered_up_to(data, stamp.byte_range, stamp.pkcs7_content)
    context = _context(trust.stamp_roots, trust.now)
    status = asyncio.run(async_validate_pdf_timestamp(stamp, context, diff_policy=_ADDITIONS))
    strict = is_strict(stamp.pkcs7_content, stamp.signed_data, stamp.signer_info)
    if not (status.intact and status.valid and strict) or end is None:
        return Stamped(fails(name, Text("the stamp does not belong to these bytes", "时间戳与文件不符")), end)
    day = f"{status.timestamp:%Y-%m-%d %H:%M:%S} UTC"
    if not status.trusted:
        said = Text(f"says {day}, by an authority not trusted here", f"称 {day}，其机构未获信任")
        return Stamped(not_checked(name, said), end)
    return Stamped(holds(name, Text(f"the file was there on {day}", f"文件在 {day} 已存在")), end, status.timestamp)


def _validated(
    signature: EmbeddedPdfSignature, roots: Sequence[x509.Certificate], moment: datetime, trust: Trust
) -> Any:
    return asyncio.run(
        async_validate_pdf_signature(
            signature,
            _context(roots, moment),
            ts_validation_context=_context(trust.stamp_roots, trust.now),
            diff_policy=_ADDITIONS,
            key_usage_settings=_USAGE,
        )
    )


def _context(roots: Sequence[x509.Certificate], moment: datetime) -> ValidationContext:
    return ValidationContext(trust_roots=list(roots), moment=moment, allow_fetching=False)


def _subject(certificate: x509.Certificate) -> str:
    """Organisation and registered number as the certificate names them."""
    named: dict[str, Any] = certificate.subject.native
    name = named.get("organization_name") or named.get("common_name") or certificate.subject.human_friendly
    code = named.get("organization_identifier")
    return f"{name} ({code})" if code else str(name)


def _whole(signature: EmbeddedPdfSignature, status: Any, end: int | None, number: int) -> Check:
    name = Text(f"signature {number}", f"签名 {number}")
    if end is None:
        return fails(name, Text("it leaves parts of the file unsigned", "签名未覆盖文件的全部内容"))
    if not status.intact:
        return fails(name, Text("the file was changed after it was signed", "文件在签名后被更改"))
    if not status.valid:
        return fails(name, Text("the signature is not by the key of its certificate", "签名与证书密钥不符"))
    if not is_strict(signature.pkcs7_content, signature.signed_data, signature.signer_info):
        return fails(name, Text("the signature's value is not written as it must be", "签名值的编码不合规范"))
    return holds(name, Text("the bytes are those that were signed", "内容与签名时一致"))


def _additions(data: bytes, signature: EmbeddedPdfSignature, status: Any, end: int | None) -> Check:
    """What stands behind the signed bytes: nothing, or what leaves the document as it was."""
    name = Text("nothing added later", "签名后未添加内容")
    if end == len(data):
        return holds(name, Text("the signature covers the whole file", "签名覆盖整个文件"))
    result: Any = signature.diff_result
    level = result.modification_level if isinstance(result, DiffResult) else None
    more = len(data) - (end or 0)
    if level in _ALLOWED and not _same_labels(signature):
        return fails(name, Text("the title or other data about the document were changed", "文件标题等信息被更改"))
    if level is ModificationLevel.LTA_UPDATES:
        return holds(
            name, Text(f"{more:,} bytes of proofs and stamps of time alone", f"仅追加 {more:,} 字节的验证材料和时间戳")
        )
    if (
        level is ModificationLevel.FORM_FILLING
        and status.docmdp_ok
        and signature.docmdp_level is not MDPPerm.NO_CHANGES
    ):
        who = ", ".join(sorted(result.changed_form_fields)) or "-"
        return holds(name, Text(f"further signatures alone: {who}", f"仅追加其他签名：{who}"))
    if level is ModificationLevel.FORM_FILLING:
        who = ", ".join(sorted(result.changed_form_fields))
        return fails(name, Text(f"a signature was added where none may be: {who}", f"追加了不被允许的签名：{who}"))
    said = str(result)[:160] if isinstance(result, SuspiciousModification) else "they belong to no revision"
    return fails(
        name,
        Text(
            f"{more:,} bytes were added after signing that are no proofs or signatures: {said}",
            f"签名后追加了 {more:,} 字节的其他内容",
        ),
    )


def _same_labels(signature: EmbeddedPdfSignature) -> bool:
    """Whether the data about the document are those that were signed, but for when it was last written and by what."""
    reader = signature.reader
    then = reader.get_historical_resolver(signature.signed_revision)
    return _labels(then.trailer_view, then.root) == _labels(reader.trailer_view, reader.root)


def _labels(trailer: Any, root: Any) -> tuple[dict[str, str], bytes]:
    info, meta = inside(trailer, "/Info") or {}, inside(root, "/Metadata")
    said = {key: str(info[key]) for key in info if key not in {"/ModDate", "/Producer"}}
    return said, _WRITTEN.sub(b"", bytes(meta.data)) if meta is not None else b""


def _certificate(status: Any, trust: Trust, claimed: str, stamped: datetime | None) -> Iterator[Check]:
    code = getattr(status.trust_problem_indic, "name", "")
    if not trust.roots and not code.startswith("CRYPTO_CONSTRAINTS_FAILURE"):
        yield not_checked(
            _CHAIN, Text(f"no root was given: the signer calls itself {claimed}", f"未提供根证书：签署者自称 {claimed}")
        )
        return
    if not status.trusted:
        yield fails(
            _CHAIN, _WHY.get(code, Text(f"the certificate is not accepted ({code})", f"证书不被接受（{code}）"))
        )
        return
    yield holds(_CHAIN, Text(f"it was issued to {claimed}", f"证书签发给 {claimed}"))
    path = [item.dump() for item in status.validation_path.iter_certs(include_root=True)]
    yield not_withdrawn(path, trust.lists, now=trust.now, proven=stamped)


def _time(signature: EmbeddedPdfSignature, stamp: Any, stamped: datetime | None, trust: Trust) -> Check:
    if stamp is not None and not (stamp.valid and stamp.intact):
        return fails(_TIME, Text("the stamp of time does not belong to this signature", "时间戳与签名不符"))
    if stamped is not None:
        day = f"{stamped:%Y-%m-%d %H:%M:%S} UTC"
        return holds(_TIME, Text(f"proven to be there on {day}", f"已证明存在于 {day}"))
    if stamp is not None:
        day = f"{stamp.timestamp:%Y-%m-%d %H:%M:%S} UTC"
        return not_checked(
            _TIME, Text(f"stamped {day} by an authority not trusted here", f"时间戳 {day}，其机构未获信任")
        )
    said = signature.self_reported_timestamp
    if said is None:
        return not_checked(_TIME, Text("the signature tells no time", "签名未载明时间"))
    said = said if said.tzinfo else said.replace(tzinfo=UTC)
    if said > trust.now + _SKEW or said < signature.signer_cert.not_valid_before:
        return fails(
            _TIME,
            Text(f"it says {said}: in the future, or before the certificate", f"声称时间 {said} 在未来或早于证书"),
        )
    return not_checked(
        _TIME,
        Text(f"{said:%Y-%m-%d %H:%M:%S %Z} is the signer's own word", f"{said:%Y-%m-%d %H:%M:%S %Z} 为签署者自述"),
    )
