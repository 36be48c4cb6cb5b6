"""The few words in which a finding answers the question that people ask: the same on the page and in the terminal."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from entrepot.kernel.money import Money
from entrepot.kernel.text import Text
from entrepot.portal.reading import Found
from entrepot.portal.trade_brief import TELLERS as TRADED

# What people come for, in the order in which they ask; what else was found follows.
FIRST = (
    "declaration.form", "declaration.questions", "consistency.papers", "screening.result", "licensing.line", "origin.decision",
    "preference.total", "preference.line", "landed.cost", "duty.offer", "duty.bill", "certificate.draft", "rebate.total",
    "rebate.refund", "rebate.deadlines",
)  # fmt: skip
_OUTCOMES = {
    "originating": Text("originating", "具备原产资格"),
    "not_originating": Text("not originating", "不具备原产资格"),
    "conditional": Text("originating on a condition", "有条件具备原产资格"),
}


_UNDECIDED = Text("cannot be decided yet", "尚不能判定")


def outcome_of(decision: Mapping[str, Any]) -> Text:
    """How a decision on origin came out: what rests on conditions meets a criterion, what meets none yet is undecided."""
    undecided = decision["outcome"] == "conditional" and not decision.get("criterion")
    return _UNDECIDED if undecided else _OUTCOMES[decision["outcome"]]


def money(value: Mapping[str, Any] | None) -> str:
    """An amount as plain JSON knows it, as people write it."""
    return "-" if value is None else str(Money(value["minor"], value["currency"]))


def in_brief(found: Found) -> Text | None:
    """A finding in a few words; None where no words are kept for its topic."""
    if found.status == "refused" and found.problems:
        count, times = sum(one.severity == "E" for one in found.problems), Counter(one.rule for one in found.problems)
        rules = ", ".join(rule if often == 1 else f"{rule} × {often}" for rule, often in times.items())
        return Text(f"{count} problems: {rules}", f"{count} 处错误：{rules}")
    if found.status == "waits":
        topics = ", ".join(sorted({wait.topic for wait in found.waits}))
        return Text(f"for {topics}", f"等待 {topics}")
    teller = _TELLERS.get(found.topic)
    if teller is None or not isinstance(found.value, dict):
        return found.reasons[0] if found.reasons and found.value is None else None
    return teller(found.value)


def _origin(value: Mapping[str, Any]) -> Text:
    outcome = outcome_of(value)
    by = " ".join(
        part for part in (value.get("criterion", ""), f"({value['rule']})" if value.get("rule") else "") if part
    )
    return Text(
        f"{outcome.en} under {value['agreement']} {by}".rstrip(), f"{value['agreement']}：{outcome.zh} {by}".rstrip()
    )


def _margin(value: Mapping[str, Any]) -> Text:
    told = ", ".join(f"{test['rule']} {test['percent']} %" for test in value["tests"] if "percent" in test)
    if not value.get("remedies"):
        return Text(told, told)
    best = value["remedies"][0]["what"]  # the single change that would do, for the least money
    en, zh = f"qualifies with: {best['en']}", f"如下调整即可符合：{best['zh']}"
    return Text(f"{told}; {en}", f"{told}；{zh}") if told else Text(en, zh)


_TO_OBTAIN = {
    "required": Text("to obtain", "须取得"), "unknown": Text("to find out", "待查明"), "banned": Text("banned", "禁止"),
    "held": Text("held", "已持有"), "stated_not_controlled": Text("said not to apply", "声明不适用"),
}  # fmt: skip


def _controls(value: Mapping[str, Any]) -> Text:
    told = {state: [one for one in value.get("requirements", ()) if one["status"] == state] for state in _TO_OBTAIN}
    en = "; ".join(f"{_TO_OBTAIN[s].en}: {', '.join(one['name']['en'] for one in ones)}" for s, ones in told.items() if ones)
    zh = "；".join(f"{_TO_OBTAIN[s].zh}：{'、'.join(one['name']['zh'] for one in ones)}" for s, ones in told.items() if ones)
    if en:
        return Text(en, zh)
    return Text("nothing is asked for", "无监管要求") if value["known"] else Text("not on file", "未收录")


def _screening(value: Mapping[str, Any]) -> Text:
    hits, names = value.get("hits", ()), len(value.get("screened", ()))
    told = [sum(hit.get("state", "open") == state for hit in hits) for state in ("open", "confirmed", "cleared")]
    return Text(
        f"{names} names: {told[0]} hits to decide, {told[1]} confirmed, {told[2]} not them",
        f"已筛查 {names} 个名称：待处理 {told[0]} 个，确认 {told[1]} 个，排除 {told[2]} 个",
    )


def _agreements(value: Mapping[str, Any]) -> Text:
    told = [(one["agreement"], outcome_of(one)) for one in value.get("decisions", ())]
    return Text(
        "; ".join(f"{name}: {text.en}" for name, text in told), "；".join(f"{name}：{text.zh}" for name, text in told)
    )


def _offer(value: Mapping[str, Any]) -> Text:
    best = next((one for one in value["treatments"] if one["code"] == value.get("best")), None)
    if best is None:
        return Text("no treatment can be computed", "无法计算任何待遇")
    name, paid = best["name"], f"{best['rate']} = {money(best.get('duty'))}"
    told = Text(f"best: {name['en']} {paid}", f"最优：{name['zh']} {paid}")
    for one in best.get("measures", ()):
        if one.get("duty") is None or one["duty"]["minor"]:
            extra, called = f"{one['rate']} = {money(one.get('duty'))}", one["name"]
            told = Text(f"{told.en} + {called['en']} {extra}", f"{told.zh} + {called['zh']} {extra}")
    saving = value.get("saving")
    if not saving or not saving["minor"]:
        return told
    return Text(f"{told.en}, saves {money(saving)}", f"{told.zh}，节省 {money(saving)}")


def _landed(value: Mapping[str, Any]) -> Text:
    best = next((one for one in value["treatments"] if one["code"] == value.get("best")), None)
    if best is None:
        return Text("no treatment can be had as things stand", "目前没有可适用的税率")
    name, total, unsaid = best["name"], money(best["total"]), len(value.get("missing", ()))
    en = f"{'at least ' if best['at_least'] else ''}{total} under {name['en']}"
    zh = f"{name['zh']}：{'至少 ' if best['at_least'] else ''}{total}"
    if unsaid:
        return Text(f"{en}; {unsaid} costs nobody has said", f"{zh}；{unsaid} 项费用尚未提供")
    return Text(en, zh)


def _certificate(value: Mapping[str, Any]) -> Text:
    name, lines, issuer = value["name"], len(value["lines"]), value["issuer"]
    marks = {
        "retroactive": (", issued retroactively", "，补发"),
        "third_party": (", third-party invoicing", "，第三方发票"),
    }
    en, zh = ("".join(words[place] for mark, words in marks.items() if value.get(mark)) for place in (0, 1))
    return Text(
        f"{name['en']}: {lines} line{'' if lines == 1 else 's'}{en}; {issuer['en']}",
        f"{name['zh']}：{lines} 项商品{zh}；{issuer['zh']}",
    )


def _bill(value: Mapping[str, Any]) -> Text:
    taxes = [(one["name"], money(one.get("payable"))) for one in value["taxes"]]
    en = ", ".join(f"{name['en']} {amount}" for name, amount in taxes)
    zh = "、".join(f"{name['zh']} {amount}" for name, amount in taxes)
    if value.get("total") is None:
        return Text(f"no total yet: {en}", f"暂无合计：{zh}")
    until = value.get("pay_by")
    return Text(
        f"{money(value['total'])}{f' by {until}' if until else ''}: {en}",
        f"合计 {money(value['total'])}{f'，缴款期限 {until}' if until else ''}：{zh}",
    )


def _order(value: Mapping[str, Any]) -> Text:
    status = {
        "reduced": Text("at reduced rates", "优惠税率"),
        "full_rate_single_item": Text("in full, a single item", "单件超限，全额征税"),
        "general_trade": Text("outside the limits: general trade", "超出限值：按一般贸易办理"),
    }[value["status"]]
    total = value.get("total")
    return status if total is None else Text(f"{money(total)} {status.en}", f"{money(total)}（{status.zh}）")


def _parcel(value: Mapping[str, Any]) -> Text:
    if value["status"] == "over_limit":
        return Text("above the value limit: back, or general trade", "超出限值：退运或按一般贸易办理")
    note = Text(" (not collected)", "（免征）") if value["status"] == "exempt" else Text("", "")
    return Text(f"{money(value['computed'])}{note.en}", f"{money(value['computed'])}{note.zh}")


def _refund(value: Mapping[str, Any]) -> Text:
    amount = value.get("refund")
    if amount is None:
        return Text(f"{value['regime']}: no number", f"{value['regime']}：暂无金额")
    return Text(f"{value['regime']}: {money(amount)}", f"{value['regime']}：{money(amount)}")


def _total(value: Mapping[str, Any]) -> Text:
    refund, cost = money(value["refund"]), money(value["to_cost"])
    return Text(f"refund {refund}, to cost {cost}", f"退税 {refund}，转成本 {cost}")


def _deadlines(value: Mapping[str, Any]) -> Text:
    claim, exchange, last = value["claim_routine_end"], value["fx_deadline"], value["absolute_limit"]
    return Text(
        f"claim by {claim}, foreign exchange by {exchange}, at the latest {last}",
        f"申报截止 {claim}，收汇截止 {exchange}，最迟 {last}",
    )


def _form(value: Mapping[str, Any]) -> Text:
    lines, read, derived = len(value["lines"]), len(value.get("provenance", {})), len(value.get("derived", {}))
    return Text(
        f"{lines} line{'' if lines == 1 else 's'}, {read} fields from papers, {derived} derived",
        f"{lines} 项商品，{read} 个字段取自单证，{derived} 个推导得出",
    )


def _questions(value: Mapping[str, Any]) -> Text:
    asked = value.get("questions", ())
    if not asked:
        return Text("nothing is left to ask", "没有待补充的问题")
    fields = sum(one["fields"] for one in asked)
    plural = "s" if len(asked) > 1 else ""
    return Text(f"{len(asked)} question{plural} for {fields} fields", f"{len(asked)} 个问题，可补全 {fields} 个字段")


def _agreement(value: Mapping[str, Any]) -> Text:
    told = [one for one in value["comparisons"] if one.get("severity") and one["outcome"] != "agree"]
    blocks = sum(one["severity"] == "E" for one in told)
    alike = len(value["comparisons"]) - len(told) + value.get("unlisted", 0)
    return Text(
        f"{blocks} differences that block, {len(told) - blocks} to confirm, {alike} agree",
        f"{blocks} 处不一致须更正，{len(told) - blocks} 处待确认，{alike} 处一致",
    )


def _purchase(value: Mapping[str, Any]) -> Text:
    count = len(value.get("problems", ()))
    return Text(f"{count} to check" if count else "fit the declaration", f"{count} 处待核对" if count else "与申报相符")


_TELLERS: dict[str, Callable[[Mapping[str, Any]], Text]] = {
    **TRADED,
    "licensing.line": _controls,
    "consistency.papers": _agreement,
    "screening.result": _screening,
    "consistency.purchase": _purchase,
    "origin.decision": _origin,
    "origin.agreements": _agreements,
    "origin.margin": _margin,
    "duty.offer": _offer,
    "landed.cost": _landed,
    "duty.bill": _bill,
    "duty.order": _order,
    "duty.parcel": _parcel,
    "duty.export": lambda value: Text(f"{value['rate']} = {money(value['duty'])}", f"{value['rate']} = {money(value['duty'])}"),
    "preference.line": lambda value: Text(value["advice"]["en"], value["advice"]["zh"]),
    "preference.total": lambda value: Text(value["advice"]["en"], value["advice"]["zh"]),
    "certificate.draft": _certificate,
    "rebate.refund": _refund,
    "rebate.total": _total,
    "rebate.deadlines": _deadlines,
    "declaration.form": _form,
    "declaration.draft": _form,
    "declaration.questions": _questions,
    "rebate.route": lambda value: Text(value["regime"], value["regime"]),
}
