"""Transactions of DCSA's endorsement chain: written from the steps of a title, and an incoming list of them played through.

Possession and endorsement are apart, as in the standard: TRANSFER moves possession, ENDORSE names who is entitled and moves nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from entrepot.gateways.dcsa.transport_document import CODES
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.titles import TitleDocument, TitleStep

BEGINNINGS = frozenset({"issue", "amend", "from_paper"})  # with each a new endorsement chain begins
_CODES = {
    "issue": "ISSUE", "amend": "ISSUE", "from_paper": "ISSUE", "transfer": "TRANSFER", "endorse_blank": "BLANK_ENDORSE",
    "accept": "SACC", "to_paper": "SACC", "refuse": "SREJ",
}  # fmt: skip
_TO_CARRIER = frozenset({"SURRENDER_FOR_DELIVERY", "SURRENDER_FOR_AMENDMENT"})
_ANSWERS = frozenset({"SACC", "SREJ"})
_ENDORSING = frozenset({"ENDORSE", "ENDORSE_TO_ORDER", "BLANK_ENDORSE"})
KNOWN = frozenset({"ISSUE", "TRANSFER", "SIGN", *_TO_CARRIER, *_ANSWERS, *_ENDORSING})

Identity = frozenset[tuple[str, str]]


class Party(Struct, frozen=True):
    """A party of a transaction: its name, platform and the codes that tell who it is."""

    name: str
    platform: str
    codes: Identity

    def same(self, other: "Party") -> bool:
        """Whether two parties share a code."""
        return bool(self.codes & other.codes)


class Transaction(Struct, frozen=True):
    """One transaction as read: what was done, by whom, to whom, when (text, UTC)."""

    action: str
    actor: Party
    recipient: Party | None
    at: str
    reason: str = ""
    comments: str = ""


# -- writing --------------------------------------------------------------------------------------------------------------


def party(organisation: str, did: str, platform: str, names: Mapping[str, str]) -> dict[str, Any]:
    """A party by its key and by its code on the platform."""
    codes = [{"codeListProvider": "W3C", "codeListName": "DID", "partyCode": did}] if did else []
    codes.append({"codeListProvider": "ZZZ", "codeListName": CODES, "partyCode": organisation})
    return {"partyName": names.get(organisation, organisation)[:70], "eblPlatform": platform, "identifyingCodes": codes}


def transactions_of(
    document: TitleDocument, steps: Sequence[TitleStep], platform: str, names: Mapping[str, str], digests: Sequence[str]
) -> tuple[list[dict[str, Any]], list[Text]]:
    """The transactions of a title since its last issue, and what of its steps has no place among them. `digests` are those of the
    steps: each goes along as the audit reference."""
    begun = max((place for place, step in enumerate(steps) if step.action in BEGINNINGS), default=0)
    issuer, keys = document.issuer.organisation, _keys(steps)
    lost = [
        Text(f"step {step.number}: {step.action}, before the last issue", f"第 {step.number} 步：末次签发之前")
        for step in steps[:begun]
    ]
    told = []
    for place, step in enumerate(steps):
        code = _code(step)
        if place < begun:
            continue
        if not code:
            lost.append(
                Text(
                    f"step {step.number}: {step.action} has no transaction",
                    f"第 {step.number} 步（{step.action}）无对应操作",
                )
            )
            continue
        to = step.to or (_asker(steps, place) if step.action in ("amend", "accept", "to_paper", "refuse") else issuer)
        one: dict[str, Any] = {
            "actionCode": code, "actor": party(step.by, keys.get(step.by, ""), platform, names), "actionDateTime": step.at,
            "auditReference": digests[place],
        }  # fmt: skip
        if step.action != "endorse_blank":
            one["recipient"] = party(to, keys.get(to, ""), platform, names)
        if step.purpose == "paper":
            one["reasonCode"] = "SWTP"
        if step.purpose == "split":
            one["comments"] = "split into parts"
        if step.paper or step.reason:
            one["comments"] = (f"paper {step.paper}" if step.paper else step.reason)[:255]
        told.append(one)
    return told, lost


def _code(step: TitleStep) -> str:
    if step.action == "surrender":
        return "SURRENDER_FOR_DELIVERY" if step.purpose == "delivery" else "SURRENDER_FOR_AMENDMENT"
    if step.action == "endorse":
        return "ENDORSE_TO_ORDER" if step.onward else "ENDORSE"
    return _CODES.get(step.action, "")


def _keys(steps: Iterable[TitleStep]) -> dict[str, str]:
    """The key of each organisation, as last named: by its own signature, or by whoever gave it control."""
    keys = {}
    for step in steps:
        if step.proof is not None:
            keys[step.by] = step.proof.verification_method.partition("#")[0]
        if step.to_key:
            keys[step.to] = step.to_key
    return keys


def _asker(steps: Sequence[TitleStep], place: int) -> str:
    """Who had surrendered what this step answers; the issuer itself where nobody had."""
    return next((step.by for step in reversed(steps[:place]) if step.action == "surrender"), steps[0].by)


# -- reading --------------------------------------------------------------------------------------------------------------


class Strange(ValueError):
    """A transaction that cannot be read; the reason in both languages."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.reason = Text(en, zh)


def transaction(value: object) -> Transaction:
    """One transaction from JSON; raises Strange."""
    if not isinstance(value, dict):
        raise Strange("a transaction is an object", "操作须为对象")
    action, at = value.get("actionCode"), value.get("actionDateTime")
    if not isinstance(action, str) or action not in KNOWN:
        raise Strange(f"there is no action {str(action)[:40]!r}", f"没有操作 {str(action)[:40]!r}")
    if not isinstance(at, str) or not at.endswith("Z") or not 20 <= len(at) <= 30:
        raise Strange("actionDateTime is no time in UTC", "actionDateTime 不是 UTC 时间")
    recipient = None if value.get("recipient") is None else _party(value["recipient"])
    words = [value.get(name, "") for name in ("reasonCode", "comments")]
    if not all(isinstance(word, str) and len(word) <= 255 for word in words):
        raise Strange("reason or comments are no short text", "理由或备注不是短文本")
    return Transaction(action, _party(value.get("actor")), recipient, at, *words)


def _party(value: object) -> Party:
    codes = value.get("identifyingCodes") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(codes, list) or not 1 <= len(codes) <= 50:
        raise Strange("a party names itself by 1 to 50 codes", "当事方须以 1 至 50 个代码标识")
    pairs = [
        (one.get("codeListProvider"), one.get("partyCode")) if isinstance(one, dict) else (None, None) for one in codes
    ]
    names = [value.get("partyName"), value.get("eblPlatform", "")]
    if not all(isinstance(part, str) and 0 < len(part) <= 150 for pair in pairs for part in pair):
        raise Strange("a code of a party has no list or no value", "当事方代码缺少代码表或代码值")
    if not all(isinstance(name, str) and len(name) <= 70 for name in names):
        raise Strange("a party has no name", "当事方没有名称")
    return Party(str(names[0]), str(names[1]), frozenset((str(list_), str(code)) for list_, code in pairs))


def faults(chain: Sequence[Transaction], to_order: bool) -> Iterable[Text]:
    """What is wrong with transactions, played through from the issue: who possesses, who is entitled, what is over."""
    if not chain or chain[0].action != "ISSUE" or chain[0].recipient is None:
        yield Text("the first transaction is not an issue to somebody", "首个操作不是签发")
        return
    carrier, holder = chain[0].actor, chain[0].recipient
    endorsee: Party | None = None
    asked, surrendered, over = holder, False, False
    for place, one in enumerate(chain[1:], 2):
        where, zh = f"transaction {place} ({one.action})", f"第 {place} 个操作（{one.action}）"
        if over:
            yield Text(f"{where}: nothing follows an accepted surrender", f"{zh}：接受交回后不得再有操作")
        if one.at < chain[place - 2].at:
            yield Text(f"{where}: earlier than the one before it", f"{zh}：早于前一操作")
        if one.action == "ISSUE":
            yield Text(f"{where}: a bill is issued once", f"{zh}：提单只能签发一次")
        elif one.action in _ANSWERS:
            if not surrendered or not one.actor.same(carrier):
                yield Text(f"{where}: only the carrier answers, and only a surrender", f"{zh}：仅承运人可答复交回")
            over, surrendered, holder = one.action == "SACC", False, asked
        elif surrendered or not one.actor.same(holder):
            yield Text(f"{where}: the actor does not possess the bill", f"{zh}：操作方不持有提单")
        elif one.action == "TRANSFER":
            if one.recipient is None:
                yield Text(f"{where}: to nobody", f"{zh}：未指明接收方")
            holder = one.recipient or holder
        elif one.action in _ENDORSING:
            if not to_order or (endorsee is not None and not one.actor.same(endorsee)):
                yield Text(f"{where}: the actor may not endorse", f"{zh}：操作方无权背书")
            if one.action != "BLANK_ENDORSE" and one.recipient is None:
                yield Text(f"{where}: to nobody", f"{zh}：未指明被背书人")
            endorsee = None if one.action == "BLANK_ENDORSE" else one.recipient
        elif one.action in _TO_CARRIER:
            if one.recipient is None or not one.recipient.same(carrier):
                yield Text(f"{where}: not to the carrier that issued it", f"{zh}：未交回签发承运人")
            if endorsee is not None and not one.actor.same(endorsee):
                yield Text(f"{where}: the actor is not the endorsee", f"{zh}：操作方不是被背书人")
            asked, surrendered = holder, True
