"""Rules whose ground is another room's: the market, e-commerce, screening, the purchase chain. They pass on what was found there."""

from collections.abc import Iterator
from typing import Any

from entrepot.kernel.text import Problem, Text
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.clearance import (
    ALERTS,
    CONSISTENCY,
    ECOMMERCE_CHECK,
    PROCUREMENT_CHECK,
    PURCHASE_CHAIN,
    ModeCheck,
)
from entrepot.modules.declaration.rules.check import FormCheck
from entrepot.modules.declaration.rules.rule import Fault, Gap, Seen, rule
from entrepot.modules.declaration.rules.said import place_of

LISTED = ("9610", "1210", "1239")
SOLD_ABROAD = ("9710", "9810")


def unheard(form: FormCheck, topic: Topic[Any], key: str = "") -> Iterator[Gap]:
    """Why a room gave no answer to pass on; nothing where its question does not arise."""
    status = form.case.status(topic, key)
    if status == "not_applicable":
        return
    told = (
        Text("nobody has spoken on it", "尚无结果")
        if status is None
        else Text(f"it {_STANDS[status][0]}", _STANDS[status][1])
    )
    yield Gap(Text(f"{topic.label.en} ({topic.name}): {told.en}", f"{topic.label.zh}（{topic.name}）：{told.zh}"))


_STANDS = {
    "waits": ("waits", "等待中"),
    "failed": ("failed", "计算失败"),
    "refused": ("is refused", "未通过"),
    "no_law": ("has no law on file", "无适用规定"),
    "found": ("was refused by a person", "已被人工否决"),
    "needs_review": ("was refused by a person", "已被人工否决"),
}


def _passed(problems: tuple[Problem, ...]) -> Iterator[Fault]:
    """Problems of another room as they are, each with the number of its own rule."""
    for one in problems:
        what = Text(f"{one.rule}: {one.what.en}", f"{one.rule}：{one.what.zh}")
        yield Fault(one.where, what, one.fix, one.severity, one.documents)


def _checked(form: FormCheck, topic: Topic[ModeCheck]) -> Seen:
    check = form.case.get(topic)
    if check is None:
        yield from unheard(form, topic)
        return
    yield from _passed(check.problems)
    yield from map(Gap, check.unchecked)


def compared(form: FormCheck, *rules: str) -> Iterator[Fault]:
    """What the comparison of the papers found to differ under these rules, with the place of each side."""
    found = form.case.get(CONSISTENCY)
    for one in found.comparisons if found is not None else ():
        if one.outcome == "agree":
            break  # the gravest stand first
        if one.rule in rules and one.severity:
            told = "; ".join(f"{place_of(side)} says {side.value}" for side in one.sides)
            told_zh = "；".join(f"{place_of(side)} 为 {side.value}" for side in one.sides)
            yield Fault(
                one.field,
                one.what
                or Text(f"papers disagree on {one.label.en}: {told}", f"单证之间{one.label.zh}不一致：{told_zh}"),
                one.fix or Text("correct the wrong paper", "请更正有误的单证"),
                one.severity,
                tuple(map(place_of, one.sides)),
            )


@rule(
    "R065", "E", "市场采购贸易：符合 M01-M15 各项规则", element="166", modes=("1039",),
    source="GACC Announcement 2019 No. 221",
)  # fmt: skip
def r065(form: FormCheck) -> Seen:
    """Market procurement keeps its own rules M01 to M15: market, limit, records, merging, splitting."""
    yield from _checked(form, PROCUREMENT_CHECK)


@rule(
    "R066", "E", "跨境电商清单的限额、三单对碰和购买人额度", element="166", modes=LISTED,
    source="GACC e-commerce announcements",
)  # fmt: skip
def r066(form: FormCheck) -> Seen:
    """E-commerce lists: value limits, order, payment and parcel that match, the buyer's yearly quota."""
    yield from _checked(form, ECOMMERCE_CHECK)


@rule(
    "R067", "E", "9710 须有订单号，9810 须有海外仓证明", element="D005", modes=SOLD_ABROAD,
    source="GACC Announcement 2020 No. 75",
)  # fmt: skip
def r067(form: FormCheck) -> Seen:
    """Direct export to business shows its order, export to an overseas warehouse its warehouse."""
    yield from _checked(form, ECOMMERCE_CHECK)


@rule("R077", "E", "制裁筛查警示须已处理", element="R014", source="screening lists")
def r077(form: FormCheck) -> Seen:
    """No alert of the screening of parties, vessels and goods is open when the declaration is filed."""
    alerts = form.case.get(ALERTS)
    if alerts is None:
        yield from unheard(form, ALERTS)
        return
    if alerts.unscreened:
        yield Gap(
            Text(
                f"lists that hold a declaration back and are not on file, or out of date: {alerts.unscreened}",
                f"未收录或已过期的拦截类名单：{alerts.unscreened} 份",
            )
        )
    if alerts.open:
        yield Fault(
            "header.parties",
            Text(f"{alerts.open} alerts of the screening are open", f"有 {alerts.open} 项筛查警示尚未处理"),
            Text("have them decided before filing", "请在申报前处理完毕"),
        )
    if alerts.confirmed:
        yield Fault(
            "header.parties",
            Text(
                f"{alerts.confirmed} alerts of the screening are confirmed",
                f"有 {alerts.confirmed} 项筛查警示已确认命中",
            ),
            Text("do not file; ask the compliance officer", "请勿申报，并咨询合规人员"),
        )


@rule("R078", "W", "生产销售单位与进货发票一致", element="R119", flow="E", source="STA Announcement 2026 No. 5")
def r078(form: FormCheck) -> Seen:
    """The owner of the goods is the one that the purchase documents name, and they lead to these goods."""
    chain = form.case.get(PURCHASE_CHAIN)
    if chain is None:
        yield from unheard(form, PURCHASE_CHAIN)
        return
    yield from _passed(chain.problems)
    if chain.owner_named is False and not chain.problems:
        name = form.form.owner.name_zh or form.form.owner.name or "-"
        yield Fault(
            "header.owner",
            Text(f"owner {name} is not on the purchase invoices", f"生产销售单位 {name} 不在进货发票上"),
            Text("check it: the refund may fail", "请核对，否则退税可能不成"),
        )
    if chain.owner_named is None and not chain.problems:
        yield Gap(Text("there is no purchase document to look at", "没有可核对的进货凭证"))
