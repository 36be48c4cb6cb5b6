"""Lists of what was revoked or suspended: W3C Bitstring Status List 1.0, built and read.

A list holds at least 131,072 places, so that asking for it tells nobody which credential is meant.
"""

import gzip
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from entrepot.gateways.credentials.data_integrity import KeyFinder, ProofSeen, key_in_the_name, written
from entrepot.gateways.credentials.model import V2, check_form, kinds_of, objects, party
from entrepot.gateways.credentials.proven import opened, proven_by
from entrepot.gateways.credentials.reading import Unfit, base64url, from_base64url
from entrepot.gateways.verdict import Check, fails, holds, not_checked
from entrepot.kernel.text import Text

SHORTEST = 131_072  # places
LONGEST = 16 << 20  # bytes of a list, expanded
MAX_ENTRIES = 16  # statuses of one credential, each of which costs a list
PURPOSES = ("revocation", "suspension", "message", "refresh")
_INDEX = re.compile(r"0|[1-9][0-9]{0,17}")
_BAD = {
    "revocation": Text("it was revoked by its issuer", "已被签发方撤销"),
    "suspension": Text("it is suspended by its issuer", "已被签发方中止"),
}

StatusSource = Callable[[str], bytes | None]  # URL of a list to the bytes of its credential; None when it cannot be had


def status_entry(url: str, index: int, purpose: str) -> dict[str, str]:
    """The `credentialStatus` of a credential whose standing is told at that place of the list with that URL."""
    return {
        "id": f"{url}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": str(index),
        "statusListCredential": url,
    }


def status_list_credential(
    url: str,
    issuer: str | Mapping[str, Any],
    purpose: str | Sequence[str],
    standing: Mapping[int, int],
    *,
    valid_from: datetime,
    valid_until: datetime | None = None,
    length: int = SHORTEST,
    bits: int = 1,
) -> dict[str, Any]:
    """A list as a credential that lacks only its proof: `standing` gives the places that are not 0, each of `bits` bits.

    ValueError for a list shorter than 131,072 places or longer than 16 MiB, a place outside it, a value that does not fit.
    """
    if length < SHORTEST or length * bits > LONGEST * 8 or not 1 <= bits <= 8 or length * bits % 8:
        raise ValueError(f"a list of {length} places of {bits} bits")
    field = bytearray(length * bits // 8)
    for place, value in standing.items():
        if not 0 <= place < length or not 0 <= value < 1 << bits:
            raise ValueError(f"place {place} cannot hold {value}")
        for offset in range(bits):
            at = place * bits + offset
            field[at // 8] |= (value >> (bits - 1 - offset) & 1) << (7 - at % 8)
    purposes = [purpose] if isinstance(purpose, str) else list(purpose)
    document: dict[str, Any] = {
        "@context": [V2],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer if isinstance(issuer, str) else dict(issuer),
        "validFrom": written(valid_from),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purposes[0] if len(purposes) == 1 else purposes,
            "encodedList": "u" + base64url(gzip.compress(bytes(field), mtime=0)),
        },
    }
    if valid_until is not None:
        document["validUntil"] = written(valid_until)
    return document


def check_status(
    document: Mapping[str, Any],
    source: StatusSource | None,
    *,
    now: datetime,
    trusted: Mapping[str, str],
    find: KeyFinder = key_in_the_name,
) -> list[Check]:
    """One check for each status that a credential names, by the lists that `source` gives."""
    entries, found = objects(document.get("credentialStatus")), []
    if len(entries) > MAX_ENTRIES:
        return [
            fails(Text("status", "状态"), Text(f"it names {len(entries)} statuses", f"所列状态共 {len(entries)} 项"))
        ]
    for entry in entries:
        name, url = _name(entry), entry.get("statusListCredential") if isinstance(entry, dict) else None
        if not isinstance(entry, dict) or "BitstringStatusListEntry" not in kinds_of(entry):
            kind = ascii((kinds_of(entry) or ["?"])[0] if isinstance(entry, dict) else "?")[1:-1][:60]
            found.append(
                not_checked(name, Text(f"a status of the kind {kind} is not read", f"不读取 {kind} 类型的状态"))
            )
        elif source is None or not isinstance(url, str) or (data := source(url)) is None:
            reason = Text("its status list was not at hand: it may be revoked", "未取得状态列表：凭证可能已被撤销")
            found.append(not_checked(name, reason))
        else:
            found.append(status_of(document, data, now=now, trusted=trusted, find=find, entry=entry))
    return found


def status_of(
    credential: Mapping[str, Any],
    list_credential: bytes,
    *,
    now: datetime,
    trusted: Mapping[str, str] = {},
    find: KeyFinder = key_in_the_name,
    entry: Mapping[str, Any] | None = None,
) -> Check:
    """What the list says about a credential, by its `entry` (its first status where none is given).

    The list must be well formed, signed and valid. That a place is not set counts when the list's issuer is the credential's own or one
    in `trusted` (DID to name).
    """
    chosen = entry if entry is not None else next(iter(objects(credential.get("credentialStatus"))), {})
    name = _name(chosen)
    try:
        listed = _list(list_credential, chosen, now, find)
        value = _value(listed.field, chosen)
    except Unfit as error:
        return fails(name, error.reason)
    if listed.seen.check.result != "holds":
        reason = listed.seen.check.reason
        return Check(name, listed.seen.check.result, Text(f"of the list: {reason.en}", f"状态列表：{reason.zh}"))
    outcome = _outcome(name, chosen, value)
    # Bad news from anybody counts; good news only from the issuer or somebody known.
    if outcome.result == "holds" and listed.issuer not in {party(credential.get("issuer")), *trusted}:
        en = f"not set on a list by {listed.issuer[:100]}, who is neither the issuer nor known"
        return not_checked(name, Text(en, f"{listed.issuer[:100]} 的列表未置位，但其既非凭证签发方，也不为人所知"))
    return outcome


class _Listed(Struct, frozen=True):
    issuer: str
    field: bytes
    seen: ProofSeen


def _name(entry: object) -> Text:
    purpose = entry.get("statusPurpose") if isinstance(entry, dict) else None
    known = {"revocation": "撤销", "suspension": "中止", "message": "消息", "refresh": "更新"}
    if not isinstance(purpose, str) or purpose not in known:
        return Text("status", "状态")
    return Text(f"status ({purpose})", f"状态（{known[purpose]}）")


def _list(data: bytes, entry: Mapping[str, Any], now: datetime, find: KeyFinder) -> _Listed:
    """A list credential that fits the entry, its bits and how its proof came out; Unfit where it does not hold by itself."""
    secured = opened(data, find, now)
    document = secured.document
    if "BitstringStatusListCredential" not in kinds_of(document):
        raise Unfit("what was given is no status list", "所给文件不是状态列表")
    for check in check_form(document, now):
        if check.result == "fails":
            raise Unfit(f"the list: {check.reason.en}", f"状态列表：{check.reason.zh}")
    if document.get("id", entry.get("statusListCredential")) != entry.get("statusListCredential"):
        raise Unfit("the list is not the one that the credential names", "状态列表不是凭证所指的列表")
    subject = document.get("credentialSubject")
    if not isinstance(subject, dict) or "BitstringStatusList" not in kinds_of(subject):
        raise Unfit("the list credential holds no BitstringStatusList", "状态列表凭证中没有 BitstringStatusList")
    purpose = entry.get("statusPurpose")
    if not isinstance(purpose, str) or purpose not in objects(subject.get("statusPurpose")):
        raise Unfit("the list serves another purpose", "状态列表用于其他用途")
    issuer = party(document.get("issuer"))
    return _Listed(issuer, _expanded(subject.get("encodedList")), proven_by(secured, issuer))


def _expanded(encoded: object) -> bytes:
    """The bits of a list; Unfit for another spelling, damaged or overlong data, and fewer than 131,072 bits."""
    if not isinstance(encoded, str) or not encoded.startswith("u"):
        raise Unfit("encodedList does not begin with u (base64url)", "encodedList 不以 u 开头（base64url）")
    reader = zlib.decompressobj(wbits=31)
    try:
        field = reader.decompress(from_base64url(encoded[1:]), LONGEST + 1)
    except (ValueError, zlib.error) as error:
        raise Unfit(f"encodedList cannot be read: {error}", "encodedList 无法读取") from error
    if len(field) > LONGEST:
        raise Unfit(f"the list expands beyond {LONGEST >> 20} MiB", f"列表展开后超过 {LONGEST >> 20} MiB")
    if not reader.eof or reader.unused_data:
        raise Unfit("encodedList is cut off, or something follows it", "encodedList 被截断或其后有多余数据")
    if len(field) * 8 < SHORTEST:
        raise Unfit(f"the list has fewer than {SHORTEST:,} places", f"列表少于 {SHORTEST:,} 位")
    return field


def _value(field: bytes, entry: Mapping[str, Any]) -> int:
    """The value at the entry's place: `statusSize` bits, the first place at the left of the first byte."""
    index, size = entry.get("statusListIndex"), entry.get("statusSize", 1)
    if not isinstance(index, str) or not _INDEX.fullmatch(index):
        raise Unfit("statusListIndex is no plain number as text", "statusListIndex 不是文本形式的整数")
    if type(size) is not int or not 1 <= size <= 8:
        raise Unfit("statusSize is not 1 to 8", "statusSize 不在 1 至 8 之间")
    if len(field) * 8 < SHORTEST * size:
        raise Unfit(
            f"the list has fewer than {SHORTEST:,} places of {size} bits", f"列表少于 {SHORTEST:,} 个 {size} 位的位置"
        )
    first = int(index) * size
    if first + size > len(field) * 8:
        raise Unfit(f"the list has no place {index}", f"列表没有第 {index} 位")
    value = 0
    for at in range(first, first + size):
        value = value << 1 | field[at // 8] >> (7 - at % 8) & 1
    return value


def _outcome(name: Text, entry: Mapping[str, Any], value: int) -> Check:
    purpose = entry.get("statusPurpose")
    if purpose in _BAD:
        return fails(name, _BAD[purpose]) if value else holds(name, Text("not set on the list", "列表中未置位"))
    for message in objects(entry.get("statusMessage")):
        if (
            isinstance(message, dict)
            and message.get("status") == hex(value)
            and isinstance(message.get("message"), str)
        ):
            said = message["message"][:200]
            return not_checked(name, Text(f"the list tells: {said}", f"列表说明：{said}"))
    return not_checked(
        name, Text(f"the list holds {value}: ask its issuer what it means", f"列表值为 {value}：请向签发方询问其含义")
    )
