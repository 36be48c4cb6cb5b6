"""What becomes of issued documents: receipt and signed PDF, revocation and suspension, and who may have the bytes."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.gateways.credentials.anchors import anchors_in
from entrepot.gateways.credentials.data_integrity import canonical_bytes
from entrepot.gateways.signed_pdf import (
    CREDENTIAL,
    RECEIPT,
    STATEMENT,
    Authority,
    NoStampError,
    PdfSigner,
    draw,
    local_signer,
    make_ca,
    make_certificate,
    public_part,
    sign_pdf,
)
from entrepot.kernel.access import Speaker
from entrepot.kernel.intake import Refusal
from entrepot.kernel.record import Record
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.evidence import (
    ISSUED,
    PRINTED,
    REVOKED,
    DocumentIssued,
    DocumentPrinted,
    DocumentRevoked,
    KeyVouched,
)
from entrepot.kernel.why import NoSuchPlace
from entrepot.portal import issuing_keys
from entrepot.portal.drafts import problem
from entrepot.portal.ids import derived
from entrepot.portal.issuing_content import printed
from entrepot.portal.issuing_keys import keeper
from entrepot.portal.printing.papers import REHEARSAL
from entrepot.store.database import StoreError
from entrepot.store.intake import Content

if TYPE_CHECKING:
    from entrepot.portal.desk import Desk

Form = Literal["credential", "pdf", "receipt", "sd_jwt"]
FORMS: dict[str, tuple[str, str]] = {  # form: media type, ending of the file's name
    "credential": ("application/vc+json", "json"),
    "pdf": ("application/pdf", "pdf"),
    "receipt": ("text/plain", "receipt.txt"),
    "sd_jwt": ("application/dc+sd-jwt", "sd-jwt"),
}
IDENTITY_ANCHOR = "identity-anchor.json"
CERTIFICATE_YEARS = timedelta(days=3 * 365)
_SEPARATOR = b"-----BEGIN CERTIFICATE-----"


class Gone(NoSuchPlace):
    """The bytes of a document were erased by law, or never came here."""


class DocumentCard(Struct, frozen=True):
    """An issued document as a reader may know it. `state` is issued, suspended, revoked or replaced; `number` the document's own
    number (an invoice number) where the credential is on file; `log` the id of the statement that the receipt proves."""

    document: str
    value: DocumentIssued
    organisation: str
    state: str
    log: str
    number: str = ""
    erased: bool = False
    printed: DocumentPrinted | None = None
    reasons: tuple[DocumentRevoked, ...] = ()


# -- who may see and do what --------------------------------------------------------------------------------------------


def may_have(value: DocumentIssued, organisation: str, speaker: Speaker) -> bool:
    """Whether somebody may have a document's bytes: its issuer, and the roles that could read what it says when it was issued."""
    return organisation == speaker.organisation or bool(speaker.roles & set(value.readers))


def cards(desk: "Desk", dossier: str, voice: Voice) -> tuple[DocumentCard, ...]:
    """The documents of a dossier that the voice may have, the newest first."""
    with desk.known(dossier, voice) as (record, speaker):
        order = {id_: place for place, id_ in enumerate(record.submissions)}
        held = [
            (order[standing.statements[0].id], _card(desk, record, id_))
            for id_, standing in record.standing(ISSUED.name).items()
            if standing.value is not None and may_have(standing.value, standing.statements[0].for_, speaker)
        ]
    return tuple(one for _, one in sorted(held, key=lambda pair: pair[0], reverse=True))


def card(desk: "Desk", dossier: str, document: str, voice: Voice) -> DocumentCard:
    """One document; NoSuchPlace alike for what is not there and what one may not see."""
    with desk.known(dossier, voice) as (record, speaker):
        standing = record.standing(ISSUED.name).get(document)
        if (
            standing is None
            or standing.value is None
            or not may_have(standing.value, standing.statements[0].for_, speaker)
        ):
            raise NoSuchPlace(document)
        return _card(desk, record, document)


def _card(desk: "Desk", record: Record, document: str) -> DocumentCard:
    standing = record.standing(ISSUED.name)[document]
    value: DocumentIssued = standing.value
    paper = record.standing(PRINTED.name).get(document)
    word = record.standing(REVOKED.name).get(document)
    said = () if word is None else word.values
    content = desk.store.content(value.credential)
    return DocumentCard(
        document, value, standing.statements[0].for_, _state(said), standing.statements[0].id,
        "" if content is None else _number(content.data), content is None,
        None if paper is None else paper.values[0], tuple(said),
    )  # fmt: skip


def _state(said: tuple[DocumentRevoked, ...]) -> str:
    states = {one.state for one in said}
    if "revoked" in states:
        return "replaced" if any(one.replaced_by for one in said) else "revoked"
    return "suspended" if "suspended" in states else "issued"


def _number(credential: bytes) -> str:
    """The number that a document bears, by the field of its subject that ends in Id and comes first."""
    subject = msgspec.json.decode(credential).get("credentialSubject", {})
    names = ("invoiceId", "contractId", "reportId", "declarationId", "paymentId")
    own = {"CommercialInvoice": names[0], "SalesContract": names[1]}.get((subject.get("type") or [""])[0], "")
    return str(subject.get(own) or next((subject[name] for name in names[2:] if name in subject), ""))


def bytes_of(desk: "Desk", dossier: str, document: str, form: str, voice: Voice) -> Content:
    """A document in one of its forms; what was not made yet is made. Gone where it was erased."""
    known = card(desk, dossier, document, voice)
    if form == "credential":
        digest = known.value.credential
    elif form == "sd_jwt":
        digest = known.value.sd_jwt
    elif form in ("pdf", "receipt"):
        made = known.printed or finish(desk, dossier, document)
        digest = made.pdf if form == "pdf" else made.receipt
    else:
        digest = ""
    if not digest:
        raise NoSuchPlace(f"{document}/{form}")
    content = desk.store.content(digest)
    if content is None:
        raise Gone(document)
    return Content(content.data, FORMS[form][0])


# -- receipt and PDF ----------------------------------------------------------------------------------------------------


def finish(desk: "Desk", dossier: str, document: str) -> DocumentPrinted:
    """The receipt of the issue and the signed PDF with both inside, made once the statement stands in the log; made once."""
    with desk.store.holding(dossier) as record:
        if (there := record.standing(PRINTED.name).get(document)) is not None:
            made: DocumentPrinted = there.values[0]
            return made
        known = _card(desk, record, document)
        issued = record.standing(ISSUED.name)[document].statements[0]
    content = desk.store.content(known.value.credential)
    if content is None:
        raise Gone(document)
    receipt = desk.store.receipt(known.log).encode()
    pdf = _pdf(desk, known, content, {RECEIPT: receipt, STATEMENT: bytes(issued.body)})
    contents = (Content(pdf, "application/pdf"), Content(receipt, "text/plain"))
    value = DocumentPrinted(contents[0].digest, contents[1].digest)
    voice = Voice("platform", "platform")
    said = issuing_keys.statement(desk, dossier, PRINTED, value, document, voice, derived(issued.id, PRINTED.name))
    if issuing_keys.submit(desk, [said], contents):
        return value
    with desk.store.holding(dossier) as record:  # somebody else made it at the same time: the first one stays
        first: DocumentPrinted = record.standing(PRINTED.name)[document].values[0]
    return first


def _pdf(desk: "Desk", known: DocumentCard, credential: Content, proof: Mapping[str, bytes]) -> bytes:
    document = msgspec.json.decode(credential.data)
    name = known.value.of.partition("/")[0]
    topic = desk.registry.topics.get(name)
    label = Text(name, name) if topic is None else topic.label
    page = printed(document, label, known.number or known.document[:8], credential.digest)
    if desk.store.nature == "sandbox":
        page = msgspec.structs.replace(page, notes=(REHEARSAL, *page.notes))
    attachments = {CREDENTIAL: credential.data, **proof}
    for anchor in anchors_in(document):
        attachments[IDENTITY_ANCHOR] = canonical_bytes(anchor)
    held = next((one for one in issuing_keys.keys_of(desk, known.organisation) if one.did == known.value.issuer), None)
    # Whoever keeps its own key lets the platform sign nothing in its name: the platform seals the page in its own.
    ours = held is not None and held.value.custody == "platform"
    signer = pdf_signer(desk, known.organisation, held.vouched if held is not None and ours else None)
    return _sealed(desk, draw(page), signer, attachments)


def _sealed(desk: "Desk", page: bytes, signer: PdfSigner, attachments: Mapping[str, bytes]) -> bytes:
    """The signed page, with the time of an authority where one answers: then it outlives the certificate that signed it."""
    now = desk.store.clock()
    for ask in desk.timestamping.ready() if desk.timestamping is not None else ():
        with suppress(NoStampError):
            return sign_pdf(page, signer, now=now, attachments=attachments, timestamper=ask)
    return sign_pdf(page, signer, now=now, attachments=attachments)


def pdf_authority(desk: "Desk") -> Authority:
    """The installation's own authority for the certificates of PDF keys; made on first use."""
    keys = keeper(desk)
    pem = keys.authority()
    if not pem:
        made = make_ca(f"Entrepôt {desk.store.nature}", now=_midnight(desk))
        pem = keys.keep_authority(made.key + made.certificate)
    key, separator, certificate = pem.partition(_SEPARATOR)
    known = sha256(certificate).hexdigest()
    if desk.store.settled("pdf_authority", known) != known:
        raise StoreError(
            "authority.pem is not the one whose certificates stand in this store's PDF files: put it back from a backup of the keys",
            "authority.pem 不是本存储 PDF 文件所用的证书签发密钥：请从密钥备份中恢复",
        )
    return Authority(separator + certificate, key)


def pdf_signer(desk: "Desk", organisation: str, vouched: KeyVouched | None) -> PdfSigner:
    """Who signs an organisation's PDF files: a key in the platform's custody, with a certificate in the name that the operator
    vouches for. Where it vouches for none the platform itself seals the page; the credential inside tells who issued it."""
    keys, day = keeper(desk), _midnight(desk)
    authority = pdf_authority(desk)
    name, code = (
        (f"Entrepôt {desk.store.nature}", "platform")
        if vouched is None
        else (vouched.name, vouched.uscc or "unregistered")
    )
    identity = f"{organisation}\0{name}\0{code}" if vouched is not None else "\0platform"
    held = keys.pdf_key(identity)
    certificate = held.certificate or keys.keep_pdf_certificate(
        identity,
        make_certificate(
            authority,
            organisation=name,
            code=code,
            public_key=public_part(held.private),
            now=day,
            until=day + CERTIFICATE_YEARS,
        ),
    )
    return local_signer(certificate, held.private, (authority.certificate,))


def _midnight(desk: "Desk") -> datetime:
    """The day's beginning: what was signed today was signed after its key was certified."""
    return datetime.combine(desk.store.clock().astimezone(UTC).date(), time(), UTC)


# -- revoked, suspended, reinstated -------------------------------------------------------------------------------------


def change(
    desk: "Desk",
    dossier: str,
    document: str,
    state: Literal["revoked", "suspended", "reinstated"],
    reason: str,
    voice: Voice,
) -> DocumentCard:
    """Revoke a document for good, suspend it, or let it count again. The issuer may, and the operator; the status lists follow."""
    if not reason.strip() or len(reason) > 1000 or not reason.isprintable():
        raise Refusal(
            (
                problem(
                    "IS23",
                    "reason",
                    "give a reason in up to 1,000 letters",
                    "请说明理由（1000 字以内）",
                    "say why",
                    "请填写理由",
                ),
            )
        )
    with desk.known(dossier, voice) as (record, speaker):
        _, problems = desk.speaker(record, voice, "send")
        if problems:
            raise Refusal(problems)
        known = _known(desk, record, speaker, document)
        if (
            speaker.organisation != known.organisation
            and voice.counter != known.organisation
            and "operator" not in speaker.roles
        ):
            raise Refusal((issuing_keys.not_yours(document),))
        _transition(known, state)
        word = record.standing(REVOKED.name).get(document)
        earlier = () if word is None else word.statements
    value = DocumentRevoked(state, reason.strip(), desk.today())
    # Two who say different things of the same state of affairs: the first is heard, the other is told that it moved.
    id_ = derived(earlier[-1].id if earlier else known.log, f"{REVOKED.name}/{document}")
    said = issuing_keys.statement(desk, dossier, REVOKED, value, document, voice, id_, tuple(one.id for one in earlier))
    if not issuing_keys.submit(desk, [said]):
        raise Refusal(
            (
                problem(
                    "IS03",
                    document,
                    "somebody changed its status meanwhile",
                    "状态刚被他人变更",
                    "look at it again",
                    "请重新查看",
                ),
            )
        )
    return card(desk, dossier, document, voice)


def _known(desk: "Desk", record: Record, speaker: Speaker, document: str) -> DocumentCard:
    standing = record.standing(ISSUED.name).get(document)
    if standing is None or standing.value is None or not (
        may_have(standing.value, standing.statements[0].for_, speaker) or "operator" in speaker.roles
    ):  # fmt: skip
        raise NoSuchPlace(document)
    return _card(desk, record, document)


_STATES = {"issued": "已签发", "revoked": "已撤销", "suspended": "已中止", "reinstated": "恢复"}


def _transition(known: DocumentCard, state: str) -> None:
    allowed = {"revoked": ("issued", "suspended"), "suspended": ("issued",), "reinstated": ("suspended",)}
    if known.state not in allowed[state]:
        raise Refusal(
            (problem("IS11", known.document, f"it is {known.state}, and cannot be {state}",
                     f"当前状态为{_STATES[known.state]}，不能改为{_STATES[state]}",
                     "what was revoked stays so: issue another document", "已撤销的文件不能恢复，请另行签发"),)
        )  # fmt: skip


def document_of(desk: "Desk", dossier: str, document: str, voice: Voice) -> dict[str, Any]:
    """The credential as JSON values, for those who may have it."""
    found: dict[str, Any] = msgspec.json.decode(bytes_of(desk, dossier, document, "credential", voice).data)
    return found
