"""Every check of an issued document, made anew each time that somebody looks: of the credential, of its key, of the log, of the PDF."""

from entrepot.channels.online import Voice
from entrepot.gateways.credentials.data_integrity import moment
from entrepot.gateways.credentials.verifying import verify_credential
from entrepot.gateways.signed_pdf.verifying import verify_pdf
from entrepot.gateways.verdict import Check, Verdict, fails, holds, not_checked
from entrepot.kernel.text import Text
from entrepot.portal import issuing_keys
from entrepot.portal.desk import COUNTING_OFFICE, Desk
from entrepot.portal.issuing_afterwards import DocumentCard, card, pdf_authority
from entrepot.portal.issuing_keys import KeyHeld, operator_key
from entrepot.portal.status_api import source
from entrepot.store.log import NotInLogError

_KEY = Text("key of the organisation", "企业密钥")
_BYTES = Text("bytes on file", "留存内容")
_LOGGED = Text("stands in the log", "存证日志")
_PDF = Text("signed PDF", "签名 PDF")
KIND = Text("issued document", "已签发文件")


def verdict_on(desk: Desk, dossier: str, document: str, voice: Voice) -> Verdict:
    """What became of checking a document of this platform, as of now."""
    known = card(desk, dossier, document, voice)
    content = desk.store.content(known.value.credential)
    if content is None:
        erased = Text(
            "the document was erased by law; that it was issued stands in the log", "文件已依法删除；签发记录仍在日志中"
        )
        return Verdict(
            KIND, (not_checked(_BYTES, erased), _key(desk, known), _logged(desk, known)), known.value.issuer_name
        )
    operator = operator_key(desk).did
    held = _held(desk, known)
    anchor = desk.store.content(held.vouched.anchor) if held is not None and held.vouched is not None else None
    found = verify_credential(
        content.data, now=desk.store.clock(), trusted={operator: "the operator 运营方"},
        status=lambda url: source(desk, url), anchors=() if anchor is None else (anchor.data,),
    )  # fmt: skip
    same = content.digest == known.value.credential
    own = (
        holds(_BYTES, Text("they are those that were signed", "与签发时一致"))
        if same
        else fails(_BYTES, Text("they were changed", "已被更改"))
    )
    # That its evidence was not looked at is answered by the checks of key and log.
    checks = [check for check in found.checks if check.name.en != "evidence"]
    checks += [own, _key(desk, known), _logged(desk, known), *_page(desk, known)]
    return Verdict(KIND, tuple(checks), found.issuer or known.value.issuer_name, found.says)


def _held(desk: Desk, known: DocumentCard) -> KeyHeld | None:
    return next((one for one in issuing_keys.keys_of(desk, known.organisation) if one.did == known.value.issuer), None)


def _key(desk: Desk, known: DocumentCard) -> Check:
    """Whether the key was the organisation's when the document entered the log. The order in the log decides, no clock."""
    held = _held(desk, known)
    if held is None:
        return fails(_KEY, Text("no such key stands in the dossier of the organisation", "企业档案中没有此密钥"))
    value, day = held.value, moment(known.value.issued_at).astimezone(COUNTING_OFFICE).date()
    if day < value.since or (value.until is not None and day > value.until):
        return fails(_KEY, Text(f"the key was not in use on {day}", f"密钥在 {day} 不在使用期内"))
    if held.revoked is None:
        en, zh = ("kept by itself", "自持") if value.custody == "own" else ("in the platform's custody", "平台托管")
        who = Text(f"a key of {value.name}, {en}", f"{value.name} 的密钥（{zh}）")
        return holds(_KEY, who)
    if held.revoked.compromised_on is not None and day >= held.revoked.compromised_on:
        return fails(
            _KEY,
            Text(
                f"others had the key from {held.revoked.compromised_on}",
                f"密钥自 {held.revoked.compromised_on} 起已泄露",
            ),
        )
    try:
        before = desk.store.inclusion(known.log).index < desk.store.inclusion(held.revoked_by).index
    except NotInLogError:
        return not_checked(
            _KEY, Text("the key was revoked; the log does not tell yet what came first", "密钥已吊销，日志尚未确定先后")
        )
    if before:
        return holds(
            _KEY, Text("the key was revoked after the document stood in the log", "密钥在文件入日志之后才吊销")
        )
    return fails(_KEY, Text("the key was revoked before the document stood in the log", "文件入日志之前密钥已吊销"))


def _logged(desk: Desk, known: DocumentCard) -> Check:
    try:
        proof = desk.store.inclusion(known.log)
    except NotInLogError:
        return not_checked(_LOGGED, Text("its statement is not placed yet", "陈述尚未入日志"))
    return holds(
        _LOGGED,
        Text(
            f"entry {proof.index} of {proof.size}, {desk.store.origin}",
            f"日志 {desk.store.origin} 第 {proof.index} 条，共 {proof.size} 条",
        ),
    )


def _page(desk: Desk, known: DocumentCard) -> list[Check]:
    """The signed PDF as one check: the first that fails, else that all hold."""
    if known.printed is None:
        return []
    content = desk.store.content(known.printed.pdf)
    if content is None:
        return [not_checked(_PDF, Text("it was erased by law", "已依法删除"))]
    found = verify_pdf(content.data, now=desk.store.clock(), roots=[pdf_authority(desk).certificate])
    bad = next((check for check in found.checks if check.result == "fails"), None)
    if bad is not None:
        return [fails(_PDF, Text(f"{bad.name.en}: {bad.reason.en}", f"{bad.name.zh}：{bad.reason.zh}"))]
    return [holds(_PDF, Text(f"sealed by {found.issuer}, nothing added since", f"由 {found.issuer} 签章，其后无更改"))]
