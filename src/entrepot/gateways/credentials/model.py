"""The form of a credential: W3C Verifiable Credentials Data Model 2.0; credentials of 1.1 are read as older ones.

Each rule is a check of its own. None of them looks at signatures: what is well formed says nothing yet about who wrote it.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from entrepot.gateways.credentials.data_integrity import moment
from entrepot.gateways.verdict import Check, fails, holds, not_checked
from entrepot.kernel.text import Text

V2 = "https://www.w3.org/ns/credentials/v2"
V1 = "https://www.w3.org/2018/credentials/v1"
FORM, DAYS = Text("form (VC data model)", "格式（VC 数据模型）"), Text("days of validity", "有效期")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
_WORD = {"@value", "@language", "@direction"}
# Members that lead to something outside, which is not fetched, or that a person has to read.
_BESIDE = {
    "credentialSchema": Text("the schemas it names were not fetched", "未获取其所指的模式"),
    "termsOfUse": Text("it carries terms of use: read them", "附有使用条款，请阅读"),
    "refreshService": Text("it names a place for a fresh one, which was not asked", "载有更新地址，未查询"),
    "relatedResource": Text("the resources it names were not fetched", "未获取其所指的资源"),
}


def check_form(document: Mapping[str, Any], now: datetime) -> list[Check]:
    """The checks of a credential's own words: its form, its days at `now` (with its zone), and what it leaves to others."""
    faults = [*_contexts(document), *_kinds(document, "VerifiableCredential"), *_parties(document), *_members(document)]
    older = not faults and document["@context"][0] == V1
    if not older:
        faults += _words(document)
    if faults:
        return [fails(FORM, _joined(faults)), _validity(document, now)]
    en, zh = (
        ("Verifiable Credentials 1.1, read as an older one", "VC 1.1，按旧版读取") if older else ("VC 2.0", "VC 2.0")
    )
    beside = [not_checked(Text(name, name), reason) for name, reason in _BESIDE.items() if name in document]
    return [holds(FORM, Text(en, zh)), _validity(document, now), *beside]


def check_presentation_form(document: Mapping[str, Any]) -> list[Check]:
    """The form of a presentation, without that of the credentials inside it."""
    faults = [*_contexts(document), *_kinds(document, "VerifiablePresentation")]
    if "holder" in document and not _is_url(party(document["holder"])):
        faults.append(Text("holder is no URL", "holder 不是 URL"))
    return [fails(FORM, _joined(faults))] if faults else [holds(FORM, Text("presentation", "出示"))]


def party(value: object) -> str:
    """The identifier of an issuer or holder, given alone or as an object with an `id`; empty when there is none."""
    found = value.get("id") if isinstance(value, dict) else value
    return found if isinstance(found, str) else ""


def kinds_of(document: Mapping[str, Any]) -> list[str]:
    """The types that a document names itself, as far as they are texts."""
    kinds = document.get("type", [])
    return [kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)]


def objects(value: object) -> list[Any]:
    """One value or a list of them as a list."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _contexts(document: Mapping[str, Any]) -> list[Text]:
    contexts = document.get("@context")
    if not isinstance(contexts, list) or not contexts or contexts[0] not in (V2, V1):
        en = f"@context is no list that begins with {V2}"
        return [Text(en, f"@context 不是以 {V2} 开头的列表")]
    if not all(isinstance(context, dict) or _is_url(context) for context in contexts):
        return [Text("@context holds something that is no URL and no object", "@context 含有既非 URL 也非对象的项")]
    return []


def _kinds(document: Mapping[str, Any], base: str) -> list[Text]:
    kinds = document.get("type")
    if isinstance(kinds, str):
        kinds = [kinds]
    if not isinstance(kinds, list) or not all(isinstance(kind, str) and kind for kind in kinds) or base not in kinds:
        return [Text(f"type does not name {base}", f"type 未包含 {base}")]
    return [] if len(set(kinds)) == len(kinds) else [Text("type names one thing twice", "type 有重复项")]


def _parties(document: Mapping[str, Any]) -> list[Text]:
    faults = []
    if not _is_url(party(document.get("issuer"))):
        faults.append(
            Text("issuer is no URL and no object with one as id", "issuer 不是 URL，也不是以 URL 为 id 的对象")
        )
    subjects = objects(document.get("credentialSubject"))
    if not subjects or not all(isinstance(subject, dict) and subject for subject in subjects):
        faults.append(Text("credentialSubject says nothing", "credentialSubject 未作任何陈述"))
    identified = [document, *(subject for subject in subjects if isinstance(subject, dict))]
    if not all(_is_url(each["id"]) for each in identified if "id" in each):
        faults.append(Text("an id is no single URL", "id 不是单个 URL"))
    return faults


def _members(document: Mapping[str, Any]) -> list[Text]:
    """Members that hold objects with a type each (VC 2.0, sections 4.9 to 5.8)."""
    faults = []
    for name in ("credentialStatus", "credentialSchema", "termsOfUse", "evidence", "refreshService"):
        for item in objects(document.get(name)):
            if not isinstance(item, dict) or not kinds_of(item):
                faults.append(Text(f"{name} is no object with a type", f"{name} 不是带类型的对象"))
            elif name == "credentialSchema" and not _is_url(item.get("id")):
                faults.append(Text("credentialSchema names no URL", "credentialSchema 未给出 URL"))
            elif "id" in item and not _is_url(item["id"]):
                faults.append(Text(f"the id of {name} is no single URL", f"{name} 的 id 不是单个 URL"))
    return faults


def _words(document: Mapping[str, Any]) -> list[Text]:
    """Name and description of a credential and its issuer: text, alone or with language and direction (VC 2.0, sections 4.6 and 11.1)."""
    issuer = document.get("issuer")
    told = [each.get(name) for each in (document, issuer) if isinstance(each, dict) for name in ("name", "description")]
    if all(_is_word(word) for value in told for word in objects(value)):
        return []
    return [Text("a name or description is no text with its language", "name 或 description 不是带语言的文本")]


def _is_word(word: object) -> bool:
    if not isinstance(word, dict):
        return isinstance(word, str)
    return "@value" in word and word.keys() <= _WORD and all(isinstance(part, str) for part in word.values())


def _validity(document: Mapping[str, Any], now: datetime) -> Check:
    """Not before its first moment, not after its last; both ends belong to it (VC 2.0, section 4.8)."""
    contexts = document.get("@context")
    older = isinstance(contexts, list) and contexts[:1] == [V1]
    first, last = ("issuanceDate", "expirationDate") if older else ("validFrom", "validUntil")
    if older and first not in document and "validFrom" not in document:
        return fails(DAYS, Text("issuanceDate is missing", "缺少 issuanceDate"))
    since, until = document.get(first, document.get("validFrom")), document.get(last, document.get("validUntil"))
    try:
        begins, ends = (_moment(value, older) if value is not None else None for value in (since, until))
    except ValueError as error:
        return fails(DAYS, Text(f"a day of validity: {error}", "有效期不是带时区的日期时间"))
    if begins and ends and ends < begins:
        return fails(DAYS, Text(f"it ends on {until}, before it begins on {since}", f"止日 {until} 早于起日 {since}"))
    if begins and now < begins:
        return fails(DAYS, Text(f"not yet valid: it begins on {since}", f"尚未生效：起于 {since}"))
    if ends and now > ends:
        return fails(DAYS, Text(f"expired: it ended on {until}", f"已过期：止于 {until}"))
    if begins is None and ends is None:
        return not_checked(DAYS, Text("it names no days of validity", "未载明有效期"))
    return holds(DAYS, Text(f"from {since or '—'} to {until or '—'}", f"自 {since or '—'} 至 {until or '—'}"))


def _moment(value: object, older: bool) -> datetime:
    """A moment; in credentials of 1.1 the offset may be missing and is UTC."""
    if older and isinstance(value, str) and re.fullmatch(r"[0-9T:.-]+", value):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return moment(value)


def _is_url(value: object) -> bool:
    return isinstance(value, str) and bool(_URL.fullmatch(value))


def _joined(texts: list[Text]) -> Text:
    return Text("; ".join(text.en for text in texts), "；".join(text.zh for text in texts))
