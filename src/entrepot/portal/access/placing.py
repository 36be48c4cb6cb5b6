"""What keeps a statement from being made besides its topic's roles: the person's duties, and where an enterprise speaks of itself."""

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from contextlib import suppress
from datetime import date
from typing import Any

from msgspec import Struct

from entrepot.channels.mandates import state_of
from entrepot.channels.online import ADMINISTER, Duty, Voice
from entrepot.kernel.checkdigits import uscc_check
from entrepot.kernel.intake import Refusal, convert
from entrepot.kernel.record import Record
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.answers import PAPER
from entrepot.kernel.vocabulary.enterprise import (
    ENTERPRISE_ADMITTED,
    ENTERPRISE_CARD,
    ENTERPRISE_DOSSIER,
    ENTERPRISE_MANDATE,
    ENTERPRISE_RULES,
    EnterpriseCard,
    EnterpriseMandate,
    EnterpriseRules,
)
from entrepot.kernel.vocabulary.trade import OPENED, DossierOpened
from entrepot.portal.drafts import Draft, problem
from entrepot.store.mandates import Given
from entrepot.store.store import Store

OWN = frozenset({ENTERPRISE_CARD.name, ENTERPRISE_MANDATE.name, ENTERPRISE_RULES.name})
PLACED = OWN | {ENTERPRISE_ADMITTED.name}
NUMBER = re.compile(r"[^\s/][^/]{0,59}")
MODE = re.compile(r"[0-9]{4}")
MOST_LISTED = 500
_DUTIES: dict[str, Text] = {
    "read": Text("read", "查看"),
    "say": Text("make statements", "陈述"),
    "send": Text("send", "发送"),
    "confirm": Text("confirm what others prepared", "复核"),
    "administer": Text("administer the enterprise", "管理企业事务"),
}


class Place(Struct, frozen=True):
    """Where and by whom something is about to be said: the dossier, its record if it is open, and the papers that come along."""

    dossier: str
    record: Record | None
    voice: Voice
    papers: Set[str]
    topics: Mapping[str, Topic[Any]]


def owner_of(dossier: str) -> str:
    """The organisation whose own dossier this would be by its id; empty for any other."""
    return dossier.removeprefix(ENTERPRISE_DOSSIER) if dossier.startswith(ENTERPRISE_DOSSIER) else ""


def duty_for(topic: str, voice: Voice) -> Duty:
    """Which duty it takes to say something: rulings are confirmations, and what binds the enterprise is administered. A clerk
    transcribes what the enterprise itself signed."""
    if topic in OWN and not voice.counter:
        return ADMINISTER
    return "confirm" if topic.endswith(".ruling") else "say"


def lacking(voice: Voice, *duties: Duty) -> tuple[Problem, ...]:
    """What a person may not do for its organisation."""
    return tuple(
        problem(
            "AC01",
            "duties",
            f"you may not {_DUTIES[duty].en} for {voice.organisation}",
            f"您无权代表 {voice.organisation} {_DUTIES[duty].zh}",
            "ask whoever administers your organisation for this duty",
            "请向本单位管理员申请该权限",
        )
        for duty in duties
        if duty not in voice.duties
    )


def objections(topic: Topic[Any], draft: Draft, value: Any, where: str, place: Place) -> Iterable[Problem]:
    """Every reason against a statement that does not lie in its topic's roles."""
    founding = topic is OPENED and owner_of(place.dossier) != "" and ADMINISTER in place.voice.duties
    if not founding:  # whoever administers an enterprise may open its own dossier
        yield from lacking(place.voice, duty_for(topic.name, place.voice))
    if topic.name in PLACED:
        yield from _misplaced(topic, where, place)
    if draft.withdraws:
        return
    if topic is OPENED and isinstance(value, DossierOpened):
        yield from _opening(value, where, place)
    elif isinstance(value, EnterpriseMandate):
        yield from _mandate(value, draft, where, place)
    elif isinstance(value, EnterpriseRules):
        yield from _rules(value, where, place)
    elif isinstance(value, EnterpriseCard):
        yield from _card(value, where)


def _misplaced(topic: Topic[Any], where: str, place: Place) -> Iterable[Problem]:
    owner = owner_of(place.dossier)
    if not owner:
        yield problem(
            "AC04", where, f"{topic.name} is said in an enterprise's own dossier alone", f"{topic.label.zh}只能在企业自己的档案中陈述",
            f"say it in {ENTERPRISE_DOSSIER}<code>", f"请在 {ENTERPRISE_DOSSIER}<企业代码> 中陈述",
        )  # fmt: skip
    elif topic.name in OWN and owner != place.voice.organisation:
        yield problem(
            "AC05", where, "an enterprise speaks for itself here, or its counter under a mandate", "此处仅由企业本身或受其委托的窗口陈述",
            "let the enterprise say it", "请由该企业陈述",
        )  # fmt: skip


def _opening(value: DossierOpened, where: str, place: Place) -> Iterable[Problem]:
    owner = owner_of(place.dossier)
    if not owner:
        return
    if value.kind != "enterprise":
        yield problem(
            "AC12", f"{where}.kind", f"{place.dossier} is the own dossier of an enterprise", f"{place.dossier} 是企业自己的档案",
            "open it with kind enterprise, or under another id", "请以 enterprise 类型建档，或更换编号",
        )  # fmt: skip
    if owner != place.voice.organisation and "operator" not in place.voice.standing:
        yield problem(
            "AC05", where, "its own dossier is opened by the enterprise, a counter for it, or the operator",
            "企业档案由企业本身、受托窗口或运营方建立", "let the enterprise open it", "请由该企业建档",
        )  # fmt: skip


def _mandate(value: EnterpriseMandate, draft: Draft, where: str, place: Place) -> Iterable[Problem]:
    agent, _, number = draft.key.partition("/")
    if agent != value.agent or not NUMBER.fullmatch(number) or not value.agent:
        yield problem(
            "AC06", where, "the key of a mandate is its agent's code and its number: CODE/NUMBER", "委托的键须为“受托单位代码/编号”",
            f"say it as {ENTERPRISE_MANDATE.name}/{value.agent or 'CODE'}/2026-001", "例如：代码/2026-001",
        )  # fmt: skip
    if value.agent == owner_of(place.dossier):
        yield problem(
            "AC09", f"{where}.agent", "nobody needs a mandate of itself", "不能委托自己", "name the agent", "请填写受托单位",
        )  # fmt: skip
    if value.valid_until is not None and value.valid_until < value.signed_on:
        yield problem(
            "AC10", f"{where}.valid_until", "it would end before it begins", "截止日期早于签署日期",
            "give a day on or after that of signing", "请填写不早于签署日期的日期",
        )  # fmt: skip
    if max(len(value.dossiers), len(value.modes)) > MOST_LISTED:
        yield problem(
            "AC10", where, f"more than {MOST_LISTED} dossiers or modes are listed", f"所列档案或监管方式超过 {MOST_LISTED} 项",
            "list fewer, or none for all", "请减少，或留空表示全部",
        )  # fmt: skip
    if wrong := [mode for mode in value.modes if not MODE.fullmatch(mode)]:
        yield problem(
            "AC10", f"{where}.modes", f"{wrong[0][:20]!r} is no supervision mode", f"{wrong[0][:20]!r} 不是监管方式代码",
            "write its four digits, such as 0110", "请填写四位代码，如 0110",
        )  # fmt: skip
    if place.voice.counter and not value.revoked:
        yield from _unsigned(draft, where, place)


def _unsigned(draft: Draft, where: str, place: Place) -> Iterable[Problem]:
    """A clerk enters a mandate off the signed paper, and the paper is on record."""
    on_record = place.record.standing(PAPER.name).keys() if place.record is not None else set[str]()
    if not draft.evidence or any(one.digest not in place.papers | on_record for one in draft.evidence):
        yield problem(
            "AC07", f"{where}.evidence", "a clerk enters a mandate off the signed paper, and no such paper is on record here",
            "窗口录入委托须附已签署的委托书，此处未见", "hand the signed paper in and cite it", "请先提交已签署的委托书并引用",
        )  # fmt: skip


def _rules(value: EnterpriseRules, where: str, place: Place) -> Iterable[Problem]:
    for name in value.two_persons:
        topic = place.topics.get(name)
        if topic is None or not topic.sends:
            known = ", ".join(sorted(one.name for one in place.topics.values() if one.sends))
            yield problem(
                "AC11", f"{where}.two_persons", f"{name[:60]!r} is not sent to any office", f"{name[:60]!r} 不是可发送的事项",
                f"name one of: {known}", f"可选：{known}",
            )  # fmt: skip


def _card(value: EnterpriseCard, where: str) -> Iterable[Problem]:
    if value.uscc and (len(value.uscc) != 18 or uscc_check(value.uscc) != value.uscc[17]):
        yield problem(
            "AC13", f"{where}.uscc", f"{value.uscc[:30]!r} is no unified social credit code: its check character is wrong",
            f"{value.uscc[:30]!r} 不是有效的统一社会信用代码（校验位不符）", "copy all 18 characters off the licence",
            "请按营业执照填写 18 位代码",
        )  # fmt: skip


def entered(dossier: str, drafts: Sequence[Draft], voice: Voice, today: date) -> bool:
    """Whether a clerk enters, off the signed paper, the very mandate of the dossier's owner that it then speaks under."""
    if "clerk" not in voice.standing or not voice.mandate or owner_of(dossier) != voice.organisation:
        return False
    key = f"{voice.counter}/{voice.mandate}"
    for draft in drafts:
        if (draft.topic, draft.key) == (ENTERPRISE_MANDATE.name, key) and not draft.withdraws:
            with suppress(Refusal):
                said = convert(draft.body, EnterpriseMandate)
                return said.role == "clerk" and Given("", voice.organisation, voice.mandate, said).runs(today)
    return False


def unfit(store: Store, voice: Voice, duties: Iterable[Duty], speaks: bool) -> tuple[Problem, ...]:
    """Why a voice may not do something anywhere: its person's duties, and whether its organisation is admitted. Offices, banks and
    counters are licensed by the operator already, until it says that they are suspended; only itself it cannot lock out."""
    found = lacking(voice, *duties)
    sends = "send" in duties
    itself = voice.standing if not voice.mandate else frozenset[str]()
    if voice.rehearsal or not (speaks or sends) or "operator" in itself:
        return found
    state = state_of(store, voice.organisation)
    if state in ("suspended", "refused"):
        found += (
            problem(
                "AC02", "organisation", f"{voice.organisation} is {state}: it may only read",
                f"{voice.organisation} 已被暂停或拒绝，仅可查看",
                "ask the operator of the platform", "请联系平台运营方",
            ),
        )  # fmt: skip
    elif sends and state != "admitted" and not itself:
        found += (
            problem(
                "AC03", "organisation", f"{voice.organisation} is not admitted yet: it may prepare, not send",
                f"{voice.organisation} 尚未获准入：可以准备，不能发送", "the operator admits it once its papers are checked",
                "请等待运营方审核准入",
            ),
        )  # fmt: skip
    return found


def unsendable(voice: Voice) -> tuple[Problem, ...]:
    """For an agent whose mandate does not let it send; the voice is as `acting` gave it."""
    if voice.grant is None or voice.grant.may_send:
        return ()
    return (
        problem(
            "AC08", "mandate", f"mandate {voice.grant.number} of {voice.grant.principal} does not let you send",
            f"{voice.grant.principal} 的委托 {voice.grant.number} 不含发送权限",
            "ask the principal to send, or to give a mandate that lets you", "请委托方自行发送，或授予发送权限",
        ),
    )  # fmt: skip
