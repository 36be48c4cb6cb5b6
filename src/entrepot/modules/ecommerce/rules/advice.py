"""The mode advisor: what each mode means for tax, time, foreign exchange and proof, and what it takes to use it."""

from collections.abc import Iterator
from typing import Literal

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, found
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.modules.ecommerce.facts import PLAN, ROUTE, Advice, AdvisedAspect, AdvisedMode, Aspect, Plan
from entrepot.modules.ecommerce.rules.law import CNY, USD, day_of, in_currency, limit, mode_name

OUTWARD = ("0110", "1039", "9610", "9710", "9810")
INWARD = ("0110", "9610", "1210", "1239")
ASPECTS: tuple[Aspect, ...] = ("tax", "time", "exchange", "proof", "form")
# A condition of a mode: whether it is met (None: not said), what it is, and whether the trader could still bring it about.
State = Literal["open", "nearly", "closed"]
Condition = tuple[bool | None, Text, bool]


def assess_advice(case: Case) -> Answer:
    """The modes of the plan's direction, the one it leads to first, then those that are open, nearly open, and closed."""
    plan, day, route = case[PLAN], day_of(case), case.get(ROUTE)
    chosen = route.mode if route is not None else ""
    modes = [_advised(case, plan, mode) for mode in (INWARD if plan.flow == "I" else OUTWARD)]
    order = {"open": 0, "nearly": 1, "closed": 2}
    modes.sort(key=lambda one: (one.mode != chosen, order[one.state], one.mode))
    rates = {}
    for key, line in (case.get(LINE) or {}).items() if plan.flow == "E" else ():
        row = case.read("CN/refund_rates", day, code=line.hs) if line.hs else None
        if row is not None:
            rates[key] = row["rate"]
    return found(Advice(tuple(modes), chosen, rates))


def _advised(case: Case, plan: Plan, mode: str) -> AdvisedMode:
    conditions = list(_conditions(case, plan, mode))
    missing = tuple(text for met, text, _ in conditions if met is False)
    unsaid = tuple(text for met, text, _ in conditions if met is None)
    closed = any(met is False and not mendable for met, _, mendable in conditions)
    state: State = "closed" if closed else "nearly" if missing or unsaid else "open"
    aspects = tuple(_aspect(case, plan.flow, mode, one) for one in ASPECTS)
    return AdvisedMode(mode, mode_name(case, mode, day_of(case)), state, aspects, missing, unsaid)


def _aspect(case: Case, flow: str, mode: str, aspect: Aspect) -> AdvisedAspect:
    row = case.read("CN/trade_modes", day_of(case), mode=mode, flow=flow, aspect=aspect)
    return (
        AdvisedAspect(aspect)
        if row is None
        else AdvisedAspect(aspect, Text(row["en"], row["zh"]), row.source, row.evidence)
    )


def _conditions(case: Case, plan: Plan, mode: str) -> Iterator[Condition]:
    """What a mode asks of the plan."""
    if mode == "0110":
        return
    yield from _inward(case, plan, mode) if plan.flow == "I" else _outward(case, plan, mode)


def _inward(case: Case, plan: Plan, mode: str) -> Iterator[Condition]:
    yield _is(plan.buyer, "consumer"), Text("a consumer buys for personal use", "消费者个人自用购买"), False
    bond = None if plan.bonded is None else plan.bonded == (mode != "9610")
    yield bond, _BOND if mode != "9610" else Text("sent directly from abroad", "自境外直接寄送"), True
    if mode != "9610":
        city = None if plan.pilot_city is None else plan.pilot_city == (mode == "1210")
        yield city, _CITY if mode == "1210" else Text("outside the pilot cities", "位于非试点城市"), True
    yield plan.listed, Text("all goods are on the positive list of retail imports", "商品均在零售进口商品清单内"), False
    yield (
        _below(case, plan, "ecommerce_order_cny", CNY),
        Text("each order within the limit of one order", "单笔订单不超过限值"),
        False,
    )


_BOND = Text("sent out of bond", "自保税区域发货")
_CITY = Text("in a pilot city of bonded retail import", "位于保税零售进口试点城市")


def _outward(case: Case, plan: Plan, mode: str) -> Iterator[Condition]:
    if mode == "1039":
        row = case.read("CN/markets", day_of(case), market=plan.market) if plan.market else None
        known = None if row is None else bool(row["active"])
        yield (known if plan.market else False), Text("bought at a recognised market", "在认定的市场集聚区采购"), True
        yield (
            _below(case, plan, "market_value_usd", USD),
            Text("within the limit of one declaration", "不超过单票限额"),
            True,
        )
        yield (
            None,
            Text(
                "the goods are none that the market excludes, and locked records stand behind them",
                "商品不属排除范围，且有锁定的交易记录",
            ),
            True,
        )
    if mode == "9610":
        yield _is(plan.buyer, "consumer"), Text("sold to consumers", "销售给消费者"), True
        yield plan.order_first, Text("the order is there before the goods leave", "出口前已有订单"), True
        yield (
            _below(case, plan, "ecommerce_list_cny", CNY),
            Text("each list within its limit of value", "单票清单不超过限值"),
            True,
        )
    if mode == "9710":
        yield _is(plan.buyer, "business"), Text("sold to a business", "销售给企业"), True
        yield (
            bool(plan.platform),
            Text("over an e-commerce platform, with its order", "通过跨境电商平台成交并有订单"),
            True,
        )
    if mode == "9810":
        yield plan.warehouse is not None, Text("to a warehouse abroad, sold from there", "发往海外仓后销售"), True
        if plan.warehouse is not None:
            yield bool(plan.warehouse.proof), Text("what proves that the warehouse may be used", "海外仓使用证明"), True


def _is(said: str, wanted: str) -> bool | None:
    return None if not said else said == wanted


def _below(case: Case, plan: Plan, name: str, currency: str) -> bool | None:
    """Whether an amount of the plan keeps a limit; None where one of the two is not known."""
    value = plan.value if currency == USD else plan.order_value
    most = limit(case, day_of(case), name)
    worth = None if value is None else in_currency(case, value, currency, day_of(case))
    return None if worth is None or most is None else worth.amount <= most
