"""Which mode a plan of sale leads to: the decision, its reasons, and what would change it."""

from collections.abc import Iterator
from typing import Literal

import msgspec
from msgspec import Struct

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, found, needs_review
from entrepot.kernel.text import Text
from entrepot.modules.ecommerce.facts import PLAN, ModeRoute, Plan, Turn, Warehouse
from entrepot.modules.ecommerce.rules.law import CNY, USD, day_of, in_currency, limit, mode_name

GENERAL = "0110"
Path = Literal["", "list", "declaration"]


class Decided(Struct, frozen=True):
    """A decision on a plan: the mode, or the modes left open, why, and what was not said."""

    mode: str
    reasons: tuple[Text, ...]
    open: tuple[str, ...] = ()
    unsaid: tuple[Text, ...] = ()


NOT_SAID = {
    "buyer": Text("whether the buyer is a consumer or a business", "买方是消费者还是企业"),
    "bonded": Text("whether the goods come from bond", "货物是否来自保税区域"),
    "pilot_city": Text("whether the city is a pilot of bonded retail import", "是否为保税零售进口试点城市"),
    "order_first": Text("whether the consumer ordered before the goods leave", "消费者是否在出口前已下单"),
}


def decide(plan: Plan, within_limit: bool | None) -> Decided:
    """The mode of a plan. `within_limit`: the consignment keeps the limit of a market declaration (None: not known)."""
    return _inward(plan) if plan.flow == "I" else _outward(plan, within_limit)


def _inward(plan: Plan) -> Decided:
    if plan.buyer == "business":
        return Decided(GENERAL, (Text("imported by a business", "由企业进口"),))
    if not plan.buyer:
        return Decided("", (), ("1210", "1239", "9610", GENERAL), (NOT_SAID["buyer"],))
    consumer = Text("bought by a consumer", "由消费者购买")
    if plan.bonded is None:
        return Decided("", (consumer,), ("1210", "1239", "9610"), (NOT_SAID["bonded"],))
    if not plan.bonded:
        return Decided("9610", (consumer, Text("sent directly from abroad", "自境外直接寄送")))
    bond = Text("sent out of bond", "自保税区域发货")
    if plan.pilot_city is None:
        return Decided("", (consumer, bond), ("1210", "1239"), (NOT_SAID["pilot_city"],))
    city = (
        Text("in a pilot city", "位于试点城市") if plan.pilot_city else Text("outside the pilot cities", "不在试点城市")
    )
    return Decided("1210" if plan.pilot_city else "1239", (consumer, bond, city))


def _outward(plan: Plan, within_limit: bool | None) -> Decided:
    if not plan.buyer:
        return _either("buyer", ("consumer", "business"), plan, within_limit)
    if plan.buyer == "consumer" and plan.order_first is None and plan.warehouse is None:
        return _either("order_first", (True, False), plan, within_limit)
    if plan.buyer == "consumer" and plan.order_first:
        return Decided("9610", (Text("the consumer ordered before the goods leave", "消费者在出口前已下单"),))
    if plan.warehouse is not None and not plan.order_first:
        owner = {"own": "own", "platform": "the platform's", "third_party": "a third party's"}[plan.warehouse.operator]
        zh = {"own": "自有", "platform": "平台", "third_party": "第三方"}[plan.warehouse.operator]
        return Decided("9810", (Text(f"to {owner} warehouse abroad, sold from there", f"发往{zh}海外仓后销售"),))
    if plan.buyer == "business" and plan.platform:
        return Decided("9710", (Text("sold to a business over an e-commerce platform", "通过跨境电商平台销售给企业"),))
    if plan.market:
        market = Text(f"bought at the market {plan.market}", f"在市场 {plan.market} 采购")
        if within_limit:
            return Decided("1039", (market, Text("within the limit of a market declaration", "未超过市场采购单票限额")))
        if within_limit is None:
            worth = Text("what the consignment is worth in US dollars", "货值（美元）")
            return Decided("", (market,), ("1039", GENERAL), (worth,))
        return Decided(GENERAL, (market, Text("above the limit of a market declaration", "超过市场采购单票限额")))
    plain = Text(
        "neither retail, nor over a platform, nor to a warehouse abroad, nor from a market",
        "非零售、非平台、非海外仓、非市场采购",
    )
    return Decided(GENERAL, (plain,))


def _either(fact: str, values: tuple[object, ...], plan: Plan, within_limit: bool | None) -> Decided:
    """What a plan leads to whatever a fact is that nobody said; else the modes that it leaves open."""
    ways = [_outward(msgspec.structs.replace(plan, **{fact: value}), within_limit) for value in values]
    modes = tuple(dict.fromkeys(mode for way in ways for mode in way.open or (way.mode,)))
    if len(modes) == 1:
        return ways[0]
    unsaid = (NOT_SAID[fact], *(text for way in ways for text in way.unsaid))
    return Decided("", (), modes, tuple(dict.fromkeys(unsaid)))


_ABROAD = Warehouse("", "")


def changes(plan: Plan) -> Iterator[tuple[Text, Plan]]:
    """The plan with one thing changed, each with the change in words."""

    def other(en: str, zh: str, **fields: object) -> tuple[Text, Plan]:
        return Text(en, zh), msgspec.structs.replace(plan, **fields)

    if plan.flow == "I":
        yield other("a consumer buys", "由消费者购买", buyer="consumer")
        yield other("a business buys", "由企业购买", buyer="business")
        yield other("sent out of bond in a pilot city", "自试点城市保税区域发货", bonded=True, pilot_city=True)
        yield other(
            "sent out of bond outside the pilot cities", "自非试点城市保税区域发货", bonded=True, pilot_city=False
        )
        yield other("sent directly from abroad", "自境外直接寄送", bonded=False)
        return
    yield other("the consumer orders before the goods leave", "消费者在出口前下单", buyer="consumer", order_first=True)
    yield other(
        "the goods go to a warehouse abroad and are sold from there", "先发往海外仓再销售",
        warehouse=plan.warehouse or _ABROAD, order_first=False,
    )  # fmt: skip
    yield other(
        "sold to a business over a platform", "通过平台销售给企业",
        buyer="business", platform=plan.platform or "-", warehouse=None, order_first=None,
    )  # fmt: skip
    if not plan.market:
        yield other(
            "bought at a recognised market, within its limit", "在认定市场采购且不超过限额",
            market="-", platform="", warehouse=None, order_first=None, buyer="business",
        )  # fmt: skip
    yield other(
        "sold to a business without a platform", "不经平台销售给企业",
        buyer="business", platform="", warehouse=None, order_first=None, market="",
    )  # fmt: skip


def turns(plan: Plan, decided: Decided, within_limit: bool | None) -> tuple[Turn, ...]:
    """What would lead to another mode, each mode once."""
    found: dict[str, Turn] = {}
    for change, changed in changes(plan):
        limited = True if changed.market == "-" else within_limit
        mode = decide(changed, limited).mode
        if mode and mode != decided.mode:
            found.setdefault(mode, Turn(change, mode))
    return tuple(found.values())


def assess_route(case: Case) -> Answer:
    """The mode of the plan with its reasons; for retail, whether lists may be used and how long their goods codes are."""
    plan, day = case[PLAN], day_of(case)
    conditions: list[Text] = []
    within = _within(case, plan, conditions) if plan.market else None
    recognised = _recognised(case, plan)
    if recognised is False:
        told = Text(f"{plan.market} is not a recognised market on {day}", f"市场 {plan.market} 在 {day} 未经认定")
        plan = msgspec.structs.replace(plan, market="")
        decided = decide(plan, within)
        decided = msgspec.structs.replace(decided, reasons=(told, *decided.reasons))
    else:
        decided = decide(plan, within)
    if recognised is None and decided.mode == "1039":
        conditions.append(
            Text(
                f"whether {plan.market} is a recognised market on {day} is not on file",
                f"市场 {plan.market} 在 {day} 是否经认定未入库",
            )
        )
    path, digits = _lists(case, plan, decided.mode, conditions)
    name = mode_name(case, decided.mode, day) if decided.mode else Text("open", "待定")
    conditions += [Text(f"not said: {one.en}", f"未填报：{one.zh}") for one in decided.unsaid]
    route = ModeRoute(decided.mode, name, decided.reasons, turns(plan, decided, within), decided.open, path, digits)
    return needs_review(route, *conditions) if conditions else found(route)


def _recognised(case: Case, plan: Plan) -> bool | None:
    """Whether the market of the plan is recognised on the day; None where no market is named or it is not on file."""
    row = case.read("CN/markets", day_of(case), market=plan.market) if plan.market else None
    return None if row is None else bool(row["active"])


def _within(case: Case, plan: Plan, conditions: list[Text]) -> bool | None:
    """Whether the consignment keeps the limit of a market declaration; None where it is not known."""
    day, most = day_of(case), limit(case, day_of(case), "market_value_usd")
    worth = None if plan.value is None else in_currency(case, plan.value, USD, day)
    if worth is None or most is None:
        return None
    if worth.indicative:
        conditions.append(_INDICATIVE)
    case.step(Text("value of the consignment", "货值"), f"<= {most:f} USD", worth.amount, of=plan.value)
    return worth.amount <= most


_INDICATIVE = Text("converted by an indicative cross rate, not the customs rate", "按参考交叉汇率折算，并非计征汇率")


def _lists(case: Case, plan: Plan, mode: str, conditions: list[Text]) -> tuple[Path, int | None]:
    """Whether goods go on lists, which have a limit of value, and how many digits of the goods code these carry."""
    day = day_of(case)
    if plan.flow == "I" or mode not in ("9610", "9710", "9810"):
        row = case.read("CN/ecommerce_lists", day, mode=mode, zone="any") if plan.flow == "I" and mode else None
        return ("list", int(row["digits"])) if row is not None else ("", None)
    most, value = limit(case, day, "ecommerce_list_cny"), plan.order_value or plan.value
    worth = None if value is None else in_currency(case, value, CNY, day)
    if worth is None or most is None:
        unsaid = Text("not said: the value of an order, which a list limits", "未填报：订单金额（清单有限值）")
        gap = Text("whether a list may be used: limit or exchange rate not on file", "可否采用清单：限值或汇率未入库")
        conditions.append(unsaid if value is None else gap)
        return "", None
    if worth.indicative:
        conditions.append(_INDICATIVE)
    case.step(Text("value of a list", "清单金额"), f"<= {most:f} CNY", worth.amount, of=value)
    if worth.amount > most:
        return "declaration", None
    zone = {True: "pilot", False: "other", None: ""}[plan.pilot_zone]
    row = case.read("CN/ecommerce_lists", day, mode=mode, zone=zone) if zone else None
    return "list", None if row is None else int(row["digits"])
