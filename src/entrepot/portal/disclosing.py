"""Disclosing in part: of a signed document a holder picks the fields that a bank or a buyer is to see, and gives away no more.

What is given is an SD-JWT (RFC 9901): whoever gets it checks the issuer's signature over what is shown, and learns nothing of the rest
but that there is one. Who was given what is said as `document.disclosed`.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.gateways.credentials.keys import did_key
from entrepot.gateways.credentials.status_list import check_status
from entrepot.gateways.jws import read_jws
from entrepot.gateways.sd_jwt import disclosable, present, verify_sd_jwt
from entrepot.gateways.verdict import Verdict
from entrepot.kernel.intake import Refusal
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.evidence import DISCLOSED, DocumentDisclosed
from entrepot.portal import issuing_afterwards, issuing_keys
from entrepot.portal.drafts import problem
from entrepot.portal.ids import derived
from entrepot.portal.issuing_credential import SD_JWT_TYPE
from entrepot.portal.status_api import source
from entrepot.store.intake import Content

if TYPE_CHECKING:
    from entrepot.portal.desk import Desk

Path = tuple[str | int, ...]
SMALL_FOR_A_CODE = 1_800  # bytes: a QR code that a telephone still reads off a screen

_PARTIES = ("sellerParty", "buyerParty", "invoicingParty", "issuingBody", "inspectingParty", "payer")
_NUMBERS = ("invoiceId", "contractId", "declarationId", "reportId", "paymentId")
PRESETS: dict[str, tuple[Text, tuple[str, ...]]] = {
    "bank": (
        Text("for a bank: parties, amounts, terms, days", "银行：当事方、金额、条款、日期"),
        (*_PARTIES, *_NUMBERS, "grandTotal", "lineTotal", "amount", "deliveryTerms", "paymentTerms", "issueDate", "contractDate",
         "receiptDate", "acceptanceDate", "releaseDate", "transportDocumentId"),
    ),
    "buyer": (
        Text("for a buyer: goods, quantities, origin", "买方：货物、数量、原产地"),
        (*_NUMBERS, "lineId", "description", "descriptionZh", "billedQuantity", "unitCode", "classification", "originCountry", "netWeight",
         "grossWeight", "packageQuantity", "brandName", "shippingMarks", "inspectedItems", "conclusion", "agreement", "importingCountry"),
    ),
}  # fmt: skip


class Presentation(Struct, frozen=True):
    """A part of a document: its text, its SHA-256, the fields that it shows (`lineItems/0/description`), and what they say. It is
    `given` once it was said to whom; a preview is not."""

    document: str
    text: str
    digest: str
    fields: tuple[str, ...]
    says: dict[str, Any]
    to: str = ""
    given: bool = False


def choices(desk: "Desk", dossier: str, document: str, voice: Voice) -> tuple[Path, ...]:
    """The fields of a document that may be shown or kept back, outer ones first."""
    return disclosable(_whole(desk, dossier, document, voice))


def disclose(
    desk: "Desk",
    dossier: str,
    document: str,
    voice: Voice,
    *,
    to: str = "",
    preset: str = "",
    fields: Sequence[str] = (),
) -> Presentation:
    """The document with the preset's fields and those named, and no others. With `to` it is given: who was given what is said, and
    the text is kept; without, it is a preview. A field brings all that lies inside it."""
    whole = _whole(desk, dossier, document, voice)
    chosen = picked(disclosable(whole), preset, fields)
    text = present(whole, chosen)
    verdict = checked(desk, text)
    # What goes along unseen would be given all the same: the preview shows what the text itself says.
    shown = tuple("/".join(map(str, path)) for path in disclosable(text))
    content = Content(text.encode(), SD_JWT_TYPE)
    made = Presentation(document, text, content.digest, shown, dict(verdict.says), to.strip())
    return _give(desk, dossier, made, preset, voice, content) if to.strip() else made


def picked(paths: Iterable[Path], preset: str, fields: Sequence[str]) -> list[Path]:
    """The paths that a choice means: those of the fields named with all inside them, and those on which the preset's names stand."""
    if preset and preset not in PRESETS:
        known = ", ".join(PRESETS)
        raise Refusal(
            (
                _wrong(
                    "preset", f"there is no preset {preset[:40]!a}: {known}", f"没有方案 {preset[:40]!a}：可选 {known}"
                ),
            )
        )
    every = list(paths)
    names = set(PRESETS[preset][1]) if preset else set()
    wanted = {tuple(field.split("/")) for field in fields}
    texts = {path: tuple(map(str, path)) for path in every}
    if unknown := [field for field in wanted if field not in texts.values()]:
        told = "/".join(unknown[0])[:100]
        raise Refusal(
            (_wrong("fields", f"the document has no field {told!a} to show", f"文件没有可披露的字段 {told!a}"),)
        )
    chosen = [
        path for path in every
        if names.intersection(texts[path]) or any(texts[path][: len(field)] == field for field in wanted)
    ]  # fmt: skip
    if not chosen:
        raise Refusal((_wrong("fields", "nothing is chosen to be shown", "未选择任何披露内容"),))
    return chosen


def checked(desk: "Desk", text: str) -> Verdict:
    """Every check of a presentation of ours or of others whose issuer is named by its key, with the status lists at hand."""
    issuer = _issuer(text)
    now = desk.store.clock()
    verdict = verify_sd_jwt(text, did_key(issuer), now, issuer=issuer)
    operator = issuing_keys.operator_key(desk).did
    status = (
        check_status(verdict.says, lambda url: source(desk, url), now=now, trusted={operator: "operator"})
        if verdict.says
        else []
    )
    return Verdict(verdict.kind, (*verdict.checks, *status), verdict.issuer, verdict.says)


def _issuer(text: str) -> str:
    issuer = read_jws(text.partition("~")[0]).payload.get("iss")
    return issuer if isinstance(issuer, str) else ""


def _whole(desk: "Desk", dossier: str, document: str, voice: Voice) -> str:
    known = issuing_afterwards.card(desk, dossier, document, voice)
    if not known.value.sd_jwt:
        raise Refusal(
            (problem("IS12", document, "its issuer keeps its own key: there is no form of it that can be shown in part",
                     "签发方自持密钥，无可部分披露的形式", "show it whole", "请整体出示"),)
        )  # fmt: skip
    return issuing_afterwards.bytes_of(desk, dossier, document, "sd_jwt", voice).data.decode()


def _give(desk: "Desk", dossier: str, made: Presentation, preset: str, voice: Voice, content: Content) -> Presentation:
    if len(made.to) > 200 or not made.to.isprintable():
        raise Refusal((_wrong("to", "say in up to 200 letters to whom it is given", "请填写接收方（200 字以内）"),))
    with desk.known(dossier, voice) as (record, speaker):
        _, problems = desk.speaker(record, voice, "send")
        if problems or not speaker.organisation:
            raise Refusal(problems)
    if issuing_afterwards.card(desk, dossier, made.document, voice).state in ("revoked", "replaced"):
        raise Refusal(
            (problem("IS11", made.document, "it was revoked: what is shown of it would be rejected", "文件已撤销，部分披露也会被拒绝",
                     "show the document that replaced it", "请出示更正后的文件"),)
        )  # fmt: skip
    value = DocumentDisclosed(made.document, made.to, made.fields, desk.today(), preset)
    id_ = derived(made.document, f"{DISCLOSED.name}/{made.digest}/{made.to}")
    said = issuing_keys.statement(desk, dossier, DISCLOSED, value, made.digest, voice, id_)
    issuing_keys.submit(desk, [said], (content,))
    return Presentation(made.document, made.text, made.digest, made.fields, made.says, made.to, True)


def _wrong(where: str, en: str, zh: str) -> Problem:
    return problem("IS13", where, en, zh, "look at the fields that the document has", "请查看文件可披露的字段")


def grouped(paths: Iterable[Path]) -> Mapping[str, list[str]]:
    """The paths by their first step, as a page lists them."""
    groups: dict[str, list[str]] = {}
    for path in paths:
        groups.setdefault(str(path[0]), []).append("/".join(map(str, path)))
    return groups
