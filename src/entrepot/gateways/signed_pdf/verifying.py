"""Checks a signed PDF: every signature, what was added after it, what in it is active, and what is attached to it.

Nobody is trusted beforehand: roots, stamping authorities and lists of withdrawn certificates are the caller's to give, and
so are the functions that check the embedded credential and its receipt.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader

from entrepot.gateways import pdf
from entrepot.gateways.signed_pdf.attachments import CREDENTIAL, RECEIPT, BadAttachment, taken_out
from entrepot.gateways.signed_pdf.drawing import DIGEST_LABEL
from entrepot.gateways.signed_pdf.signatures import Signed, Trust, certificates_of, check_signature, check_stamp
from entrepot.gateways.signed_pdf.structure import Unreadable, active_parts, damaged, opened
from entrepot.gateways.verdict import Check, Verdict, fails, holds, not_checked
from entrepot.kernel.intake import Refusal
from entrepot.kernel.text import Text

KIND = Text("signed PDF", "签名 PDF")
_FILE = Text("file", "文件")
_SIGNATURES = Text("signature", "签名")
_ATTACHED = Text("attached files", "附件")
_PAGE = Text("page and credential", "页面与凭证")
_STILL = Text("shows the same to everybody", "对所有人显示一致")
_MAX_SIGNATURES = 10
_NAMED = re.compile(re.escape(DIGEST_LABEL.en) + r".{0,60}?\b([0-9a-f]{64})\b", re.DOTALL)

CheckCredential = Callable[[bytes], Verdict]
CheckReceipt = Callable[[bytes, bytes], Verdict]


def verify_pdf(
    data: bytes,
    *,
    now: datetime,
    roots: Sequence[bytes] = (),
    stamp_roots: Sequence[bytes] = (),
    lists: Sequence[bytes] = (),
    existed: datetime | None = None,
    credential: CheckCredential | None = None,
    receipt: CheckReceipt | None = None,
) -> Verdict:
    """What became of checking a signed PDF at `now`.

    `roots` and `stamp_roots` are certificates (PEM or DER) of the authorities trusted for signers and for stamps of time,
    `lists` their lists of withdrawn certificates (CRL, DER). `existed` is a moment at which the caller can prove these bytes to
    have been there, as by the receipt of their digest in a witnessed log. `credential` checks the attached credential's bytes, `receipt`
    the bytes of the receipt and of the credential it is for; without them both are `not checked`. `says` names the signers,
    the proven times and the SHA-256 of every attachment. ValueError where a root is no certificate: that is the caller's fault.
    """
    trust = Trust(now, certificates_of(roots), certificates_of(stamp_roots), tuple(lists), existed)
    try:
        reader = opened(data)
        signatures, stamps = _found(reader)
        if not signatures:
            return Verdict(KIND, (fails(_SIGNATURES, Text("the file bears no signature", "文件没有签名")),))
        stamped = [check_stamp(data, item, trust) for item in stamps]
        signed = [check_signature(data, item, trust, number, stamped) for number, item in enumerate(signatures, 1)]
        checks = [check for item in signed for check in item.checks] + [item.check for item in stamped]
        checks.append(_nothing_behind(data, signed, [item.end for item in stamped]))
        checks.append(_still(reader))
        files, attached = _attached(reader.get_historical_root(signatures[-1].signed_revision))
        checks += attached
        if not any(check.result == "fails" for check in attached):
            checks += _papers(data[: signed[-1].end], files, credential, receipt)
    except Unreadable as error:
        return Verdict(KIND, (fails(_FILE, error.reason),))
    except Exception as error:  # a parser of hostile bytes fails in every way there is
        return Verdict(KIND, (fails(_FILE, damaged(error).reason),))
    return Verdict(KIND, tuple(checks), _issuer(signed), _says(signed, files))


def attachments_of(data: bytes) -> Mapping[str, bytes]:
    """The files attached to a PDF, by name, nothing verified; BadAttachment with the reason where they cannot be had."""
    try:
        return taken_out(opened(data).root)
    except Unreadable as error:
        raise BadAttachment(error.reason.en) from error
    except BadAttachment:
        raise
    except Exception as error:  # a parser of hostile bytes fails in every way there is
        raise BadAttachment(damaged(error).reason.en) from error


def _found(reader: PdfFileReader) -> tuple[list[Any], list[Any]]:
    """Signatures and stamps of time in the order in which they were made."""
    every = reader.embedded_signatures
    if len(every) > _MAX_SIGNATURES:
        raise Unreadable(f"more than {_MAX_SIGNATURES} signatures", f"签名超过 {_MAX_SIGNATURES} 个")
    kinds: dict[str, list[Any]] = {"/Sig": [], "/DocTimeStamp": []}
    for item in every:
        if str(item.sig_object_type) not in kinds:
            raise Unreadable("a signature of an unknown kind", "未知种类的签名")
        kinds[str(item.sig_object_type)].append(item)
    return kinds["/Sig"], kinds["/DocTimeStamp"]


def _nothing_behind(data: bytes, signed: Sequence[Signed], stamps: Sequence[int | None]) -> Check:
    """Bytes behind the last signature or stamp are covered by nobody; the checks of each signature judged what they do."""
    name = Text("end of the file", "文件末尾")
    last = max((end for end in (*(item.end for item in signed), *stamps) if end), default=0)
    if last == len(data):
        return holds(name, Text("a signature or stamp ends with the file", "签名或时间戳覆盖至文件末尾"))
    return not_checked(
        name,
        Text(
            f"the last {len(data) - last:,} bytes are under no signature; they may hold proofs alone",
            f"最后 {len(data) - last:,} 字节未被签名覆盖，其中只应有验证材料",
        ),
    )


def _still(reader: PdfFileReader) -> Check:
    parts, layers = active_parts(reader)
    if parts:
        said = ", ".join(parts)[:120]
        return fails(
            _STILL, Text(f"it has active parts that change what is seen: {said}", f"含有会改变显示的活动内容：{said}")
        )
    if layers:
        return not_checked(_STILL, Text("it has layers that a viewer may show or hide", "含有可显示或隐藏的图层"))
    return holds(_STILL, Text("no scripts, forms with programs or layers", "无脚本、动态表单或图层"))


def _attached(root: Any) -> tuple[Mapping[str, bytes], list[Check]]:
    try:
        files = taken_out(root)
    except BadAttachment as error:
        return {}, [fails(_ATTACHED, Text(str(error), f"附件有误：{error}"))]
    if not files:
        return {}, [not_checked(_ATTACHED, Text("none", "无"))]
    names = ", ".join(files)
    return files, [holds(_ATTACHED, Text(f"covered by the signature: {names}", f"已被签名覆盖：{names}"))]


def _papers(
    data: bytes, files: Mapping[str, bytes], credential: CheckCredential | None, receipt: CheckReceipt | None
) -> Iterator[Check]:
    """The credential and the receipt by the functions of the caller, and the credential by what the page says of it."""
    inner = files.get(CREDENTIAL)
    yield _page(data, inner)
    if inner is not None:
        yield from _told(Text("credential", "凭证"), credential and (lambda: credential(inner)))
    if RECEIPT in files:
        yield from _told(Text("receipt", "存证收据"), receipt and (lambda: receipt(files[RECEIPT], inner or b"")))


def _told(name: Text, check: Callable[[], Verdict] | None) -> Iterator[Check]:
    if check is None:
        yield not_checked(name, Text("attached; check it by itself", "已附；请单独核验"))
        return
    for item in check().checks:
        yield Check(Text(f"{name.en}: {item.name.en}", f"{name.zh}：{item.name.zh}"), item.result, item.reason)


def _page(data: bytes, credential: bytes | None) -> Check:
    """The digest on the last page against the credential that is attached: what people read names what machines read."""
    try:
        with pdf.opened(data) as document:
            text = document[len(document) - 1].get_textpage().get_text_bounded()
    except Refusal as refused:
        return not_checked(_PAGE, Text(refused.problems[0].what.en, refused.problems[0].what.zh))
    named = _NAMED.search(text)
    if named is None and credential is None:
        return not_checked(_PAGE, Text("no credential is attached, and the page names none", "未附凭证，页面亦未载明"))
    if credential is None:
        return fails(_PAGE, Text("the page names a credential that is not attached", "页面载明凭证，但未附上"))
    if named is None:
        return not_checked(_PAGE, Text("the page does not name the attached credential", "页面未载明所附凭证"))
    if named[1] != hashlib.sha256(credential).hexdigest():
        return fails(
            _PAGE, Text("the page names another credential than the one attached", "页面载明的凭证与所附凭证不同")
        )
    return holds(_PAGE, Text("the page names the attached credential by its SHA-256", "页面载明所附凭证的 SHA-256"))


def _issuer(signed: Sequence[Signed]) -> str:
    """Who signed first, where a root that was given proves it and the signature is whole."""
    first = signed[0]
    return first.proven if all(check.result != "fails" for check in first.checks) else ""


def _says(signed: Sequence[Signed], files: Mapping[str, bytes]) -> dict[str, Any]:
    return {
        "signers": [item.claimed for item in signed],
        "proven_at": [item.at.isoformat() if item.at else None for item in signed],
        "attachments": {name: hashlib.sha256(inner).hexdigest() for name, inner in files.items()},
    }
