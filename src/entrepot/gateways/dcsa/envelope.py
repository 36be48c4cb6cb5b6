"""PINT 3.0: the envelope in which a bill of lading goes from one platform to another, built and checked.

envelope            {"transportDocument", "envelopeManifestSignedContent", "envelopeTransferChain": [JWS, …]}
manifest (JWS)      checksums of the transport document and of the last entry, metadata of further documents
entry (JWS)         platform, checksum of the transport document and of the entry before, transactions; the first brings the
                    issuance manifest, which the carrier signed
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from msgspec import Struct

from entrepot.gateways.bounds import load_json
from entrepot.gateways.credentials.keys import SigningKey
from entrepot.gateways.dcsa.signing import (
    BadSignature,
    TrustedKeys,
    checksum,
    opened,
    plain_number,
    signed,
    text_checksum,
)
from entrepot.gateways.dcsa.transactions import Strange, Transaction, faults, party, transaction, transactions_of
from entrepot.gateways.dcsa.transport_document import DocumentRead, Unreadable, read
from entrepot.gateways.verdict import Check, Verdict, fails, holds, not_checked
from entrepot.kernel.intake import Refusal
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.titles import TitleDocument, TitleStep

LARGEST = 8 << 20
MOST_ENTRIES, MOST_TRANSACTIONS, MOST_DOCUMENTS = 1_000, 5_000, 200
KIND = Text("PINT envelope of an electronic bill of lading", "电子提单 PINT 传输信封")
Code = Literal["RECE", "DUPE", "BSIG", "BENV", "DISE", "MDOC"]
_FORM, _SIGNATURES = Text("form", "格式"), Text("signatures", "签名")
_CHECKSUMS, _CHAIN = Text("checksums", "校验和"), Text("transfer chain", "传输链")
_ISSUED, _ACTIONS = Text("issuance by the carrier", "承运人签发"), Text("transactions", "操作记录")
_REGISTRY, _KNOWN = (
    Text("control tracking registry", "控制追踪登记"),
    Text("what is known here of the bill", "本平台已知记录"),
)

Entry = Mapping[str, Any]


class Envelope(Struct, frozen=True):
    """An envelope ready to send, the checksum of its last entry, and what of the title has no place in it."""

    message: dict[str, Any]
    last: str
    lost: tuple[Text, ...] = ()


class EnvelopeRead(Struct, frozen=True):
    """An incoming envelope: the verdict, the code by which it is answered, and what it says where it could be read. `missing` are
    checksums of documents that were announced and are still to come."""

    verdict: Verdict
    code: Code
    last: str = ""
    document: DocumentRead | None = None
    transactions: tuple[Transaction, ...] = ()
    missing: tuple[str, ...] = ()


# -- building -------------------------------------------------------------------------------------------------------------


def issue_to(organisation: str, did: str, platform: str, names: Mapping[str, str]) -> dict[str, Any]:
    """The party that an issuance request and its manifest name as the first possessor."""
    told = party(organisation, did, platform, names)
    return {"partyName": told["partyName"], "sendToPlatform": platform, "identifyingCodes": told["identifyingCodes"]}


def issuance_manifest(transport_document: Mapping[str, Any], to: Mapping[str, Any], carrier: SigningKey) -> str:
    """The carrier's signature over what it issued and to whom."""
    return signed({"documentChecksum": checksum(transport_document), "issueToChecksum": checksum(to)}, carrier)


def envelope(
    transport_document: Mapping[str, Any],
    document: TitleDocument,
    steps: Sequence[TitleStep],
    digests: Sequence[str],
    *,
    platform: str,
    names: Mapping[str, str],
    manifest: str,
    key: SigningKey,
    before: Sequence[str] = (),
) -> Envelope:
    """The envelope of a title: the entries that came with it (`before`), and one of this platform with the steps taken here.

    `manifest` is the carrier's issuance manifest, needed in the first entry alone; `key` is the platform's.
    """
    transactions, lost = transactions_of(document, steps, platform, names, digests)
    total = checksum(transport_document)
    entry: dict[str, Any] = {"eblPlatform": platform, "transportDocumentChecksum": total, "transactions": transactions}
    if before:
        entry["previousEnvelopeTransferChainEntrySignedContentChecksum"] = text_checksum(before[-1])
    else:
        entry["issuanceManifestSignedContent"] = manifest
    chain = [*before, signed(entry, key)]
    last = text_checksum(chain[-1])
    said = {"transportDocumentChecksum": total, "lastEnvelopeTransferChainEntrySignedContentChecksum": last}
    message = {
        "transportDocument": dict(transport_document),
        "envelopeManifestSignedContent": signed(said, key),
        "envelopeTransferChain": chain,
    }
    return Envelope(message, last, tuple(lost))


def finished(answer: EnvelopeRead, key: SigningKey, received: Sequence[str] = ()) -> str:
    """The signed answer to an envelope; the code decides, whatever the status of HTTP. `received` are documents taken in."""
    told: dict[str, Any] = {
        "lastEnvelopeTransferChainEntrySignedContentChecksum": answer.last or "0" * 64,
        "responseCode": answer.code,
    }
    bad = next((one.reason.en for one in answer.verdict.checks if one.result == "fails"), "")
    if bad:
        told["reason"] = bad[:255]
    if answer.code == "MDOC":
        told["missingAdditionalDocumentChecksums"] = list(answer.missing)
    elif answer.code in ("RECE", "DUPE"):
        told["receivedAdditionalDocumentChecksums"] = list(received)
    return signed(told, key)


# -- checking -------------------------------------------------------------------------------------------------------------


class _Wrong(ValueError):
    """The envelope fails this check, and is answered by this code."""

    def __init__(self, code: Code, name: Text, reason: Text) -> None:
        super().__init__(reason.en)
        self.code, self.check = code, fails(name, reason)


def check_envelope(
    data: bytes,
    keys: TrustedKeys,
    *,
    carriers: TrustedKeys,
    known_last: str = "",
    have: frozenset[str] = frozenset(),
) -> EnvelopeRead:
    """Check an envelope as PINT demands of whoever receives it. `keys` are those of platforms, `carriers` those of carriers.

    `known_last` is the checksum of the last entry that was accepted here for this bill: an envelope that does not contain it would
    spend the bill twice. `have` are the checksums of documents that lie here already.
    """
    checks: list[Check] = []
    last = ""
    try:
        message = _message(data)
        entries = message["envelopeTransferChain"]
        last = text_checksum(entries[-1])
        manifest, payloads = _signatures(message, keys)
        checks.append(
            holds(
                _SIGNATURES,
                Text("manifest and entries are signed by platforms that are trusted", "清单与各链节均由受信平台签署"),
            )
        )
        _checksums(message, manifest, payloads, last)
        checks.append(
            holds(
                _CHECKSUMS,
                Text("the transport document is the one that all entries name", "运输单证与各链节校验和一致"),
            )
        )
        _linked(entries, payloads)
        checks.append(
            holds(
                _CHAIN,
                Text(f"{len(entries)} entries, each naming the one before", f"共 {len(entries)} 个链节，逐一衔接"),
            )
        )
        checks += _issuance(payloads[0], message["transportDocument"], carriers)
        transactions = _transactions(payloads, message["transportDocument"])
        checks.append(
            holds(
                _ACTIONS,
                Text(
                    f"{len(transactions)} transactions, each by whoever possessed",
                    f"共 {len(transactions)} 个操作，均由持有方作出",
                ),
            )
        )
        document = _document(message)
        checks += _spent_once(entries, known_last)
        checks += _registry(payloads[0])
        missing = _missing(manifest, have)
    except _Wrong as wrong:
        return EnvelopeRead(Verdict(KIND, (*checks, wrong.check)), wrong.code, last)
    code: Code = "DUPE" if known_last == last else "MDOC" if missing else "RECE"
    says = {"transportDocumentReference": document.document.number, "transactions": len(transactions)}
    return EnvelopeRead(Verdict(KIND, tuple(checks), says=says), code, last, document, transactions, missing)


def _message(data: bytes) -> dict[str, Any]:
    if len(data) > LARGEST:
        raise _Wrong("BENV", _FORM, Text(f"larger than {LARGEST:,} bytes", f"超过 {LARGEST:,} 字节"))
    try:
        message = load_json(data, plain_number)
    except Refusal as refusal:
        raise _Wrong("BENV", _FORM, refusal.problems[0].what) from None
    chain = message.get("envelopeTransferChain") if isinstance(message, dict) else None
    if not isinstance(message, dict) or not isinstance(message.get("transportDocument"), dict):
        raise _Wrong("BENV", _FORM, Text("it brings no transport document", "没有运输单证"))
    if (
        not isinstance(chain, list)
        or not 1 <= len(chain) <= MOST_ENTRIES
        or not all(isinstance(one, str) for one in chain)
    ):
        raise _Wrong(
            "BENV",
            _FORM,
            Text(f"its chain is no list of 1 to {MOST_ENTRIES:,} signed entries", "传输链不是签名链节的列表"),
        )
    return message


def _signatures(message: Mapping[str, Any], keys: TrustedKeys) -> tuple[Entry, Sequence[Entry]]:
    try:
        manifest, _ = opened(message.get("envelopeManifestSignedContent"), keys)
    except BadSignature as error:
        raise _Wrong("BSIG", _SIGNATURES, Text(f"manifest: {error.reason.en}", f"清单：{error.reason.zh}")) from None
    payloads = []
    for place, entry in enumerate(message["envelopeTransferChain"], 1):
        try:
            payloads.append(opened(entry, keys)[0])
        except BadSignature as error:
            raise _Wrong(
                "BSIG", _SIGNATURES, Text(f"entry {place}: {error.reason.en}", f"第 {place} 链节：{error.reason.zh}")
            ) from None
    return manifest, payloads


def _checksums(message: Mapping[str, Any], manifest: Entry, payloads: Sequence[Entry], last: str) -> None:
    try:
        total = checksum(message["transportDocument"])
    except ValueError as error:
        raise _Wrong(
            "BENV", _CHECKSUMS, Text(f"the transport document has no canonical form: {error}", "运输单证无规范形式")
        ) from None
    if manifest.get("lastEnvelopeTransferChainEntrySignedContentChecksum") != last:
        raise _Wrong("BENV", _CHECKSUMS, Text("the manifest names another last entry", "清单所载末节校验和不符"))
    named = [manifest, *payloads]
    for place, one in enumerate(named):
        if one.get("transportDocumentChecksum") != total:
            where, zh = ("the manifest", "清单") if not place else (f"entry {place}", f"第 {place} 链节")
            raise _Wrong(
                "BENV", _CHECKSUMS, Text(f"{where} is about another transport document", f"{zh}所指运输单证不符")
            )


def _linked(entries: Sequence[str], payloads: Sequence[Entry]) -> None:
    """Every entry names the checksum of the one before it, the first none."""
    for place, payload in enumerate(payloads):
        before = text_checksum(entries[place - 1]) if place else None
        if payload.get("previousEnvelopeTransferChainEntrySignedContentChecksum") != before:
            raise _Wrong(
                "BENV",
                _CHAIN,
                Text(f"entry {place + 1} does not follow the one before it", f"第 {place + 1} 链节与前一链节不衔接"),
            )
        for name in ("issuanceManifestSignedContent", "controlTrackingRegistry"):
            if place and name in payload:
                raise _Wrong(
                    "BENV", _CHAIN, Text(f"{name} belongs in the first entry alone", f"{name} 只能出现在首个链节")
                )


def _issuance(first: Entry, transport_document: Mapping[str, Any], carriers: TrustedKeys) -> list[Check]:
    try:
        manifest, _ = opened(first.get("issuanceManifestSignedContent"), carriers)
    except BadSignature as error:
        raise _Wrong("BSIG", _ISSUED, error.reason) from None
    if manifest.get("documentChecksum") != checksum(transport_document):
        raise _Wrong("BENV", _ISSUED, Text("the carrier issued another document", "承运人签发的是另一份单证"))
    party_ = Text("issued to", "签发对象")
    return [
        holds(_ISSUED, Text("the carrier signed this very document", "承运人签署的正是本单证")),
        not_checked(
            party_,
            Text("the envelope does not repeat the party that its checksum is of", "信封未重复该校验和所指的当事方"),
        ),
    ]


def _transactions(payloads: Sequence[Entry], transport_document: Mapping[str, Any]) -> tuple[Transaction, ...]:
    told: list[Transaction] = []
    for place, payload in enumerate(payloads, 1):
        listed = payload.get("transactions")
        if not isinstance(listed, list) or not listed or len(told) + len(listed) > MOST_TRANSACTIONS:
            raise _Wrong(
                "BENV",
                _ACTIONS,
                Text(f"entry {place} lists no transactions, or too many", f"第 {place} 链节操作缺失或过多"),
            )
        try:
            told += [transaction(one) for one in listed]
        except Strange as error:
            raise _Wrong(
                "BENV", _ACTIONS, Text(f"entry {place}: {error.reason.en}", f"第 {place} 链节：{error.reason.zh}")
            ) from None
    for fault in faults(told, transport_document.get("isToOrder") is True):
        raise _Wrong("BENV", _ACTIONS, fault)
    return tuple(told)


def _document(message: Mapping[str, Any]) -> DocumentRead:
    try:
        return read(message["transportDocument"])
    except Unreadable as error:
        raise _Wrong("BENV", _FORM, error.reason) from None


def _spent_once(entries: Sequence[str], known_last: str) -> list[Check]:
    if not known_last:
        return [not_checked(_KNOWN, Text("nothing of this bill was accepted here before", "本平台此前未接收该提单"))]
    if known_last not in [text_checksum(entry) for entry in entries]:
        raise _Wrong(
            "DISE",
            _KNOWN,
            Text(
                "it leaves out an entry that was accepted here: the bill may be spent twice",
                "缺少本平台已接收的链节，可能重复转让",
            ),
        )
    return [holds(_KNOWN, Text("it goes on from what was accepted here", "与本平台已接收的记录衔接"))]


def _registry(first: Entry) -> list[Check]:
    if "controlTrackingRegistry" not in first:
        return []
    address = str(first["controlTrackingRegistry"])[:200]
    return [
        not_checked(
            _REGISTRY,
            Text(
                f"transfers must stand in {address}: nothing is looked up over the network",
                f"转让须登记于 {address}：此处不联网查询",
            ),
        )
    ]


def _missing(manifest: Entry, have: frozenset[str]) -> tuple[str, ...]:
    """Checksums of the documents that the manifest announces and that are not here."""
    own = manifest.get("eBLVisualisationByCarrier")
    listed = manifest.get("supportingDocuments", [])
    if not isinstance(listed, list) or len(listed) > MOST_DOCUMENTS:
        raise _Wrong(
            "BENV", _FORM, Text("supportingDocuments is no list of documents", "supportingDocuments 不是单证列表")
        )
    sums = [
        one.get("documentChecksum") if isinstance(one, dict) else None
        for one in ([own] if own is not None else []) + listed
    ]
    if not all(isinstance(one, str) and len(one) == 64 and set(one) <= set("0123456789abcdef") for one in sums):
        raise _Wrong("BENV", _FORM, Text("a document is announced without its checksum", "所列单证缺少校验和"))
    return tuple(str(one) for one in dict.fromkeys(sums) if one not in have)
