"""Issuance and surrender between a carrier and the platform (DCSA eBL issuance 3.0 and surrender 3.0)."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from msgspec import Struct

from entrepot.gateways.bounds import load_json
from entrepot.gateways.credentials.keys import SigningKey
from entrepot.gateways.dcsa.envelope import issuance_manifest
from entrepot.gateways.dcsa.signing import BadSignature, TrustedKeys, checksum, opened, plain_number
from entrepot.gateways.dcsa.transactions import transactions_of
from entrepot.gateways.dcsa.transport_document import DocumentRead, Unreadable, read
from entrepot.kernel.intake import Refusal
from entrepot.kernel.vocabulary.titles import TitleDocument, TitleStep

LARGEST = 8 << 20


class Issuance(Struct, frozen=True):
    """A carrier's request to issue: the bill, to whom (name, platform, codes as text), and the manifest as the carrier signed it."""

    read: DocumentRead
    to: str
    platform: str
    codes: tuple[tuple[str, str], ...]
    manifest: str


class SurrenderRequest(Struct, frozen=True):
    """A request to surrender a bill: its reference, the bill's number, for delivery or amendment (`SWTP`: switch to paper)."""

    reference: str
    number: str
    purpose: Literal["delivery", "amendment", "paper"]
    comments: str = ""


class SurrenderAnswer(Struct, frozen=True):
    """A carrier's answer to a surrender request; a refusal says why."""

    reference: str
    accepted: bool
    comments: str = ""


# -- issuance -------------------------------------------------------------------------------------------------------------


def issuance_request(
    transport_document: Mapping[str, Any], to: Mapping[str, Any], carrier: SigningKey
) -> dict[str, Any]:
    """The carrier's request to issue a bill to a party, with its signed manifest."""
    return {
        "document": dict(transport_document),
        "issueTo": dict(to),
        "issuanceManifestSignedContent": issuance_manifest(transport_document, to, carrier),
    }


def read_issuance(data: bytes, carriers: TrustedKeys) -> Issuance:
    """A request to issue, whose manifest a trusted carrier signed and whose checksums fit. Raises Unreadable."""
    message = _message(data)
    document, to = _inner(message, "document"), _inner(message, "issueTo")
    manifest = message.get("issuanceManifestSignedContent")
    try:
        said, _ = opened(manifest, carriers)
        sums = (checksum(document), checksum(to))
    except BadSignature as error:
        raise Unreadable(f"the issuance manifest: {error.reason.en}", f"签发清单：{error.reason.zh}") from None
    except ValueError:
        raise Unreadable("the document has no canonical form", "单证无规范形式") from None
    if (said.get("documentChecksum"), said.get("issueToChecksum")) != sums:
        raise Unreadable("the manifest is about another document or another party", "签发清单与单证或当事方不符")
    codes = to.get("identifyingCodes")
    pairs = (
        [(one.get("codeListProvider"), one.get("partyCode")) for one in codes if isinstance(one, dict)]
        if isinstance(codes, list)
        else []
    )
    if not pairs or not all(isinstance(part, str) for pair in pairs for part in pair):
        raise Unreadable("issueTo names no code of a party", "issueTo 没有当事方代码")
    names = tuple((str(provider), str(code)) for provider, code in pairs)
    return Issuance(read(document), _word(to, "partyName", 70), _word(to, "sendToPlatform", 4), names, str(manifest))


# -- surrender ------------------------------------------------------------------------------------------------------------


def surrender_request(
    document: TitleDocument, steps: Sequence[TitleStep], digests: Sequence[str], platform: str, names: Mapping[str, str]
) -> dict[str, Any]:
    """The request of a title whose last step surrenders it; its reference is the digest of that step. ValueError for other titles, and
    for a split, which the standard does not know."""
    last = steps[-1]
    if last.action != "surrender" or last.purpose == "split":
        raise ValueError("the title was not surrendered for delivery, amendment or paper")
    chain, _ = transactions_of(document, steps, platform, names, digests)
    request: dict[str, Any] = {
        "surrenderRequestReference": digests[-1],
        "transportDocumentReference": document.number[:20],
        "surrenderRequestCode": "SREQ" if last.purpose == "delivery" else "AREQ",
        # Every link of this chain has a recipient; an endorsement in blank is to nobody, and names its endorser.
        "endorsementChain": [_link(one) for one in chain],
    }
    return request | ({"reasonCode": "SWTP"} if last.purpose == "paper" else {})


def _link(one: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in one.items() if name not in ("reasonCode", "comments")}
    return {**kept, "recipient": one.get("recipient", one["actor"])}


def read_surrender_request(data: bytes) -> SurrenderRequest:
    """A request to surrender; raises Unreadable."""
    message = _message(data)
    code, reason = message.get("surrenderRequestCode"), message.get("reasonCode")
    if code not in ("SREQ", "AREQ"):
        raise Unreadable(f"there is no surrender {str(code)[:20]!r}", f"没有交回类型 {str(code)[:20]!r}")
    purpose: Literal["delivery", "amendment", "paper"] = (
        "delivery" if code == "SREQ" else "paper" if reason == "SWTP" else "amendment"
    )
    reference, number = (
        _word(message, "surrenderRequestReference", 100),
        _word(message, "transportDocumentReference", 20),
    )
    return SurrenderRequest(reference, number, purpose, _word(message, "comments", 255, needed=False))


def surrender_answer(reference: str, accepted: bool, comments: str = "") -> dict[str, Any]:
    """A carrier's answer: a refusal must say why, an acceptance says nothing more."""
    if accepted == bool(comments):
        raise ValueError("a refusal gives its reason, an acceptance gives none")
    told = {"surrenderRequestReference": reference, "action": "SURR" if accepted else "SREJ"}
    return told if accepted else {**told, "comments": comments[:255]}


def read_surrender_answer(data: bytes) -> SurrenderAnswer:
    """A carrier's answer; raises Unreadable."""
    message = _message(data)
    action = message.get("action")
    if action not in ("SURR", "SREJ"):
        raise Unreadable(f"there is no answer {str(action)[:20]!r}", f"没有答复 {str(action)[:20]!r}")
    comments = _word(message, "comments", 255, needed=False)
    if action == "SREJ" and not comments:
        raise Unreadable("a refused surrender gives its reason", "拒绝交回须说明理由")
    return SurrenderAnswer(_word(message, "surrenderRequestReference", 100), action == "SURR", comments)


# -- reading --------------------------------------------------------------------------------------------------------------


def _message(data: bytes) -> dict[str, Any]:
    if len(data) > LARGEST:
        raise Unreadable(f"larger than {LARGEST:,} bytes", f"超过 {LARGEST:,} 字节")
    try:
        value = load_json(data, plain_number)
    except Refusal as refusal:
        raise Unreadable(refusal.problems[0].what.en, refusal.problems[0].what.zh) from None
    if not isinstance(value, dict):
        raise Unreadable("a message is an object", "报文须为对象")
    return value


def _inner(message: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = message.get(name)
    if not isinstance(value, dict):
        raise Unreadable(f"{name} is missing", f"缺少 {name}")
    return value


def _word(message: Mapping[str, Any], name: str, longest: int, needed: bool = True) -> str:
    value = message.get(name, "")
    if not isinstance(value, str) or len(value) > longest or (needed and not value):
        raise Unreadable(f"{name} is no text of 1 to {longest} letters", f"{name} 不是 1 至 {longest} 个字符的文本")
    return value
