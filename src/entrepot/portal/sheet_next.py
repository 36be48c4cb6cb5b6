"""Where a dossier stands and what its reader does next: drawn from what stands on the sheet, so there is no state to keep.

Home, the list of work and the sheet tell the same: `standing` is one sentence and one step, `stages` how far a trade is.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal
from urllib.parse import quote

import msgspec
from msgspec import Struct

from entrepot.channels.online import OFFICES, office_word
from entrepot.kernel.text import Text
from entrepot.kernel.topics import ROLES, TRADERS, Topic
from entrepot.kernel.vocabulary.answers import ACCEPTANCE, BANK_RECEIPT, CLAIM, PAPER, QUERY, RELEASE
from entrepot.kernel.vocabulary.clearance import NOTICE
from entrepot.kernel.vocabulary.customs import PARTICULARS
from entrepot.kernel.vocabulary.decisions import FORM
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.kernel.vocabulary.trade import TERMS
from entrepot.portal.brief import FIRST
from entrepot.portal.broker.worklist import Work
from entrepot.portal.folding import waits_folded
from entrepot.portal.reading import Reading, Waiting, waiting
from entrepot.portal.sheet_deciding import decisions, say_address

Topics = Mapping[str, Topic[Any]]


class Standing(Struct, frozen=True, omit_defaults=True):
    """One sentence of where a dossier stands, and the one step that its reader takes next: what it is called, where it is done,
    by when. Without a step the reader waits (`waits`), or nothing is left to do."""

    told: Text
    step: Text | None = None
    address: str = ""
    due: date | None = None
    waits: bool = False


class Stage(Struct, frozen=True):
    """One stage of a trade: `done`, where it is `now`, still `ahead`, or `stopped`."""

    name: Text
    state: Literal["done", "now", "ahead", "stopped"]


def standing(reading: Reading, topics: Topics, work: Work | None = None) -> Standing:
    """Where a dossier stands for its reader; `work` is its row of the work list, for whom there is one."""
    home = f"/d/{quote(reading.dossier, safe='')}"
    if decide := decisions(reading, topics):
        return Standing(
            Text(f"{_count(len(decide), 'thing')} to decide", f"有 {len(decide)} 项待您决定"),
            decide[0].answers[0].name if decide[0].answers else Text("Decide", "处理"),
            f"{home}#decide",
        )
    if work is not None and reading.kind == "trade" and TRADERS & set(reading.roles):
        return _traders(reading, topics, work, home)
    return _waits(reading, topics) or Standing(
        Text("Nothing waits for you here.", "目前没有需要您处理的事项。")
        if OFFICES & set(reading.roles)
        else Text("Nothing is left to do.", "目前没有待办事项。")
    )


def _traders(reading: Reading, topics: Topics, work: Work, home: str) -> Standing:
    """What the exporter or its broker does next, by the stage that the work list finds."""
    match work.stage:
        case "asked":
            asked = _said(reading, QUERY.name)
            question = asked[-1].value.get("question", "") if asked and asked[-1].value else ""
            told = Text(f"Customs asks: {question}", f"海关质疑：{question}")
            return Standing(told, Text("Answer customs", "答复海关"), f"{home}/said/{QUERY.name}", work.due)
        case "rejected":
            told = Text("Customs sent the declaration back.", "海关已退单。")
            return Standing(told, Text("Mend it and send it again", "更正后重新申报"), f"{home}#h-problems", work.due)
        case "inspected":
            told = Text("Customs wants something done.", "海关要求办理事项。")
            return Standing(
                told, Text("See what customs wants", "查看海关要求"), f"{home}/said/{NOTICE.name}", work.due
            )
        case "parted":
            return Standing(
                Text("Declared in several parts.", "已分单申报。"), Text("See its parts", "查看分单"), f"{home}/said"
            )
        case "cancelled":
            return Standing(Text("The declaration was withdrawn.", "报关单已撤销。"))
        case "sent" | "amending" | "withdrawing":
            return Standing(_with_customs(reading, work), due=work.due, waits=True)
        case "accepted":
            since = _on(reading, ACCEPTANCE.name, "accepted_on")
            told = Text(f"Customs accepted the declaration on {since}.", f"海关已于 {since} 接单。")
            return Standing(Text(f"{told.en} Waiting for its release.", f"{told.zh}等待放行。"), waits=True)
        case "released":
            return _released(reading, topics)
    return _drafting(reading, topics, work, home)


def _released(reading: Reading, topics: Topics) -> Standing:
    """After the release an export is paid for, and its refund claimed; then whatever else is waited for."""
    since = _on(reading, RELEASE.name, "released_on")
    told = Text(f"Released by customs on {since}.", f"海关已于 {since} 放行。")
    deadlines: Mapping[str, str] = next(
        (found.value for found in reading.findings if found.topic == "rebate.deadlines" and found.value), {}
    )
    after: tuple[tuple[str, Text, str], ...] = (
        (BANK_RECEIPT.name, Text("Record the payment", "登记收汇"), "fx_deadline"),
        (CLAIM.name, Text("Record that the refund is claimed", "登记退税申报"), "claim_routine_end"),
    )
    for topic, step, until in after if deadlines else ():
        if not _said(reading, topic) and topics[topic].say & set(reading.roles):
            due = deadlines.get(until)
            return Standing(told, step, say_address(reading.dossier, topic), date.fromisoformat(due) if due else None)
    rest = _waits(reading, topics)
    return Standing(told) if rest is None else msgspec.structs.replace(rest, told=_joined(told, rest.told))


def _drafting(reading: Reading, topics: Topics, work: Work, home: str) -> Standing:
    """Before the declaration is sent: questions first, for they settle mistakes too; then doubts, mistakes, sending."""
    conflicts = [fact for fact in reading.facts if fact.conflicts]
    if questions := _questions(reading):
        told = Text("Some answers are still missing.", "尚缺部分信息。")
        return Standing(
            told,
            Text(f"Answer {_count(questions, 'question')}", f"回答 {questions} 个问题"),
            f"{home}/questions",
            work.due,
        )
    if doubts := [fact for fact in _said(reading, PAPER.name) if fact.value and fact.value.get("doubts")]:
        number = sum(int(fact.value["doubts"]) for fact in doubts)
        told = Text("Some fields were read, but not for certain.", "部分字段识别结果不确定。")
        step = Text(f"Confirm {_count(number, 'field')}", f"确认 {number} 个字段")
        return Standing(told, step, f"{home}/papers/{doubts[0].key}/read", work.due)
    if conflicts:
        told = Text("Statements contradict each other.", "陈述相互矛盾。")
        first = conflicts[0]
        place = f"{first.topic}/{first.key}" if first.key else first.topic
        step = Text(f"Settle {_count(len(conflicts), 'contradiction')}", f"处理 {len(conflicts)} 处冲突")
        return Standing(told, step, f"{home}/said/{first.topic}?at={quote(first.key)}#said-{quote(place)}", work.due)
    match work.stage:
        case "blocked":
            told = Text("The declaration has mistakes.", "报关单有错误。")
            step = Text(f"Mend {_count(work.problems, 'mistake')}", f"更正 {work.problems} 处错误")
            return Standing(told, step, f"{home}#h-problems", work.due)
        case "to_confirm":
            told = Text("The declaration is drawn and wants your confirmation.", "报关单已生成，待您确认。")
            return Standing(told, Text("Confirm and send it", "确认并申报"), f"{home}#found-{FORM.name}", work.due)
        case "ready":
            told = Text("The declaration is ready.", "报关单已就绪。")
            return Standing(told, Text("Send the declaration", "发送报关单"), f"{home}#found-{FORM.name}", work.due)
    if not _said(reading, LINE.name):
        told = Text("No goods are named yet.", "尚未填写商品。")
        return Standing(told, Text("Hand papers in, or type them", "提交单证或手工填写"), f"{home}/papers", work.due)
    return _waits(reading, topics) or Standing(
        Text("Papers are missing.", "资料不全。"), Text("Hand papers in", "提交单证"), f"{home}/papers", work.due
    )


def _waits(reading: Reading, topics: Topics) -> Standing | None:
    """What is waited for, the reader's own first; what only waits for another finding is nobody's."""
    given = {found.topic for found in reading.findings}
    open_ = sorted((wait for wait in waits_folded(waiting(reading)) if wait.topic not in given), key=_pressing)
    roles = set(reading.roles)
    own = [wait for wait in open_ if roles & set(wait.who) and wait.topic in topics and _his(topics[wait.topic], roles)]
    if own:
        label = topics[own[0].topic].label
        told = Text(f"{_count(len(own), 'thing')} still to be said.", f"尚有 {len(own)} 项待填写。")
        step = Text(f"Say: {label.en}", f"填写：{label.zh}")
        return Standing(told, step, say_address(reading.dossier, own[0].topic, one_key(own[0].key)))
    if open_:
        return Standing(waited_for(open_[0], topics), waits=True)
    return None


def _his(topic: Topic[Any], roles: set[str]) -> bool:
    """Whether a word is the reader's own: an office's word is waited for, though a trader may transcribe it."""
    return not office_word(topic) or topic.name.partition(".")[0] in roles


def one_key(keys: str) -> str:
    """The key of what is waited for on one line; empty where it is on several, folded into one."""
    return "" if any(mark in keys for mark in (", ", "-", "…")) else keys


def _pressing(wait: Waiting) -> int:
    """What holds up the answers that people ask for first comes first."""
    return min(
        (FIRST.index(topic) for place in wait.holds_up if (topic := place.partition("/")[0]) in FIRST),
        default=len(FIRST),
    )


def waited_for(wait: Waiting, topics: Topics) -> Text:
    """For whom and what one waits, in words."""
    label = topics[wait.topic].label if wait.topic in topics else Text(wait.topic, wait.topic)
    who = [ROLES[role] for role in wait.who if role in ROLES]
    en, zh = " or ".join(one.en for one in who), "或".join(one.zh for one in who)
    return (
        Text(f"Waiting for {en}: {label.en}.", f"等待{zh}：{label.zh}。")
        if who
        else Text(f"Waiting: {label.en}.", f"等待：{label.zh}。")
    )


def _with_customs(reading: Reading, work: Work) -> Text:
    since = _day(reading, f"{FORM.name}.sent")
    what = {
        "sent": Text("The declaration is", "报关单"),
        "amending": Text("An amendment is", "改单申请"),
        "withdrawing": Text("A withdrawal is", "撤单申请"),
    }[work.stage]
    return Text(f"{what.en} with customs since {since}.", f"{what.zh}自 {since} 起由海关审核。")


def _said(reading: Reading, topic: str) -> list[Any]:
    return [fact for fact in reading.facts if fact.topic == topic]


def _day(reading: Reading, topic: str) -> str:
    """The day on which a topic was last said."""
    return max((said.said_at[:10] for fact in _said(reading, topic) for said in fact.statements), default="–")


def _on(reading: Reading, topic: str, field: str) -> str:
    """The day that the last statement on a topic names, else the day on which it was made."""
    days = [fact.value.get(field) for fact in _said(reading, topic) if fact.value]
    return max((day for day in days if day), default=_day(reading, topic))


def _questions(reading: Reading) -> int:
    values = [found.value for found in reading.findings if found.topic == "declaration.questions" and found.value]
    return sum(len(value.get("questions", ())) for value in values)


def _joined(first: Text, then: Text) -> Text:
    return Text(f"{first.en} {then.en}", f"{first.zh}{then.zh}")


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


# -- how far a trade is -------------------------------------------------------------------------------------------------

_PRICES = ("landed.cost", "duty.bill", "duty.offer", "duty.export", "preference.total")
_FOUND = frozenset({"found", "needs_review"})


def stages(reading: Reading, topics: Topics) -> tuple[Stage, ...]:
    """How far a trade is, of what its reader may know; empty for all but trades."""
    if reading.kind != "trade":
        return ()
    said = {fact.topic for fact in reading.facts}
    lines = _said(reading, LINE.name)
    priced = [found for found in reading.findings if found.topic in _PRICES and found.value is not None]
    form = next((found for found in reading.findings if found.topic == FORM.name), None)
    rejected = {fact.key for fact in _said(reading, f"{FORM.name}.rejected")}
    sent = any(fact.key not in rejected for fact in _said(reading, f"{FORM.name}.sent"))
    stopped = not sent and (bool(rejected) or (form is not None and form.status == "refused"))
    told: list[tuple[Text, str, bool, bool]] = [
        (Text("goods and terms", "商品与条款"), LINE.name, bool(lines) and TERMS.name in said, False),
        (
            Text("codes", "归类"),
            LINE.name,
            bool(lines) and all(fact.value and fact.value.get("hs") for fact in lines),
            False,
        ),
        (Text("duty", "算税"), FORM.name, any(found.status in _FOUND for found in priced), False),
        (Text("declaration", "申报"), FORM.name, sent, stopped),
        (Text("release", "放行"), RELEASE.name, RELEASE.name in said, False),
        (Text("payment", "收汇"), BANK_RECEIPT.name, BANK_RECEIPT.name in said, False),
        (Text("refund", "退税"), CLAIM.name, CLAIM.name in said, False),
    ]
    imports = any(fact.value and fact.value.get("flow") == "I" for fact in _said(reading, PARTICULARS.name))
    told = told[:-2] if imports else told  # money comes in and is refunded for exports alone
    seen = [one for one in told if one[1] in topics and topics[one[1]].read & set(reading.roles)]
    last = max((number for number, one in enumerate(seen) if one[2]), default=-1)
    return tuple(
        Stage(name, "done" if done else "stopped" if held else "now" if number == last + 1 else "ahead")
        for number, (name, _, done, held) in enumerate(seen)
    )
