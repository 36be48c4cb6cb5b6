"""Order, payment and waybill: do they speak of the same sale? Pure functions, used by dossiers and by files of a million."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, found
from entrepot.kernel.text import Text
from entrepot.modules.ecommerce.facts import (
    ORDER,
    PAYMENT,
    WAYBILL,
    Matches,
    Mismatch,
    OrderMatch,
    Payment,
    PlatformOrder,
    Waybill,
)
from entrepot.modules.ecommerce.rules.law import is_import

ZERO = Decimal(0)
REASONS: dict[str, Text] = {
    "no_payment": Text("the order has no payment", "订单没有支付单"),
    "no_waybill": Text("the order has no waybill", "订单没有运单"),
    "no_buyer": Text("the buyer is not named", "未填写订购人"),
    "payer_not_buyer": Text("the payer is not the buyer", "支付人与订购人不一致"),
    "payer_unknown": Text("the payer is not named", "未填写支付人"),
    "currency_differs": Text("order and payment are in different currencies", "订单与支付单币制不一致"),
    "amount_differs": Text("the payments do not come to the order's total", "支付金额与订单总额不一致"),
    "paid_before_order": Text("it was paid before it was ordered", "支付日期早于下单日期"),
    "consignee_differs": Text("the parcel goes to somebody else than the order says", "运单收货人与订单收货人不一致"),
    "lighter_than_goods": Text("the parcels weigh less than the goods in them", "运单毛重小于商品净重"),
    "not_real_name": Text("the platform did not find the buyer's identity true", "订购人实名认证未通过"),
    "order_twice": Text("the order number is there more than once", "订单号重复"),
    "payment_twice": Text("a payment of the order is there more than once", "支付单重复"),
    "waybill_twice": Text("a waybill of the order is there more than once", "运单重复"),
    "payment_shared": Text("one payment is named for more than one order", "同一支付单对应多个订单"),
    "waybill_shared": Text("one waybill is named for more than one order", "同一运单对应多个订单"),
    "payment_stray": Text("the payment's order is not there", "支付单对应的订单不存在"),
    "waybill_stray": Text("the waybill's order is not there", "运单对应的订单不存在"),
    "over_year_limit": Text("with it the buyer passes the limit of the year", "累计金额超过订购人年度限值"),
    "bad_identity": Text("the buyer's identity number fails its check digit", "订购人证件号码校验位有误"),
}


def match_order(
    order: PlatformOrder, payments: Sequence[Payment], waybills: Sequence[Waybill], retail_import: bool
) -> list[str]:
    """The reasons for which an order does not agree with its payments and parcels, as words of `REASONS`; empty: they agree.

    Amounts must agree to the cent. For a retail import the payer must be the buyer and both must be named; for an export a
    person who is not named is not compared.
    """
    reasons: list[str] = []
    buyer = order.buyer
    if retail_import and not buyer:
        reasons.append("no_buyer")
    if order.real_name is False:
        reasons.append("not_real_name")
    if not payments:
        reasons.append("no_payment")
    else:
        _paid(order, payments, retail_import, reasons)
    if not waybills:
        reasons.append("no_waybill")
    else:
        _carried(order, waybills, reasons)
    return reasons


def _paid(order: PlatformOrder, payments: Sequence[Payment], retail_import: bool, reasons: list[str]) -> None:
    total, buyer = order.total, order.buyer
    paid = 0
    wrong: dict[str, None] = {}
    for one in payments:
        if one.amount.currency != total.currency:
            wrong["currency_differs"] = None
        paid += one.amount.minor
        if one.payer:
            if buyer and one.payer != buyer:
                wrong["payer_not_buyer"] = None
        elif retail_import:
            wrong["payer_unknown"] = None
        if one.paid_on < order.ordered_on:
            wrong["paid_before_order"] = None
    if paid != total.minor and "currency_differs" not in wrong:
        wrong["amount_differs"] = None
    reasons += wrong


def _carried(order: PlatformOrder, waybills: Sequence[Waybill], reasons: list[str]) -> None:
    if order.consignee and any(one.consignee and one.consignee != order.consignee for one in waybills):
        reasons.append("consignee_differs")
    if order.net_kg is not None:
        gross = ZERO
        for one in waybills:
            if one.gross_kg is None:
                return
            gross += one.gross_kg
        if gross < order.net_kg:
            reasons.append("lighter_than_goods")


def match_all(
    orders: Mapping[str, PlatformOrder],
    payments: Mapping[str, Payment],
    waybills: Mapping[str, Waybill],
    retail_import: bool,
) -> Matches:
    """All orders of a dossier with their payments and parcels."""
    paid, carried = _by_order(payments), _by_order(waybills)
    matched = {}
    for number, order in orders.items():
        own, parcels = paid.get(number, []), carried.get(number, [])
        reasons = match_order(order, [payments[one] for one in own], [waybills[one] for one in parcels], retail_import)
        matched[number] = OrderMatch(tuple(own), tuple(parcels), tuple(Mismatch(one, REASONS[one]) for one in reasons))
    strays = [
        *(_stray("payment_stray", number, one.order) for number, one in payments.items() if one.order not in orders),
        *(_stray("waybill_stray", number, one.order) for number, one in waybills.items() if one.order not in orders),
    ]
    return Matches(matched, tuple(strays), sum(not one.mismatches for one in matched.values()))


def _by_order(papers: Mapping[str, Payment] | Mapping[str, Waybill]) -> dict[str, list[str]]:
    by_order: dict[str, list[str]] = {}
    for number, paper in papers.items():
        by_order.setdefault(paper.order, []).append(number)
    return by_order


def _stray(reason: str, number: str, order: str) -> Mismatch:
    told = REASONS[reason]
    return Mismatch(
        reason, Text(f"{number}, order {order or '-'}: {told.en}", f"{number}（订单 {order or '-'}）：{told.zh}")
    )


def papers_there(case: Case) -> bool:
    """Whether there are orders, payments or waybills at all: without them the match is silent."""
    return any(case.keys(topic) for topic in (ORDER, PAYMENT, WAYBILL))


def assess_match(case: Case) -> Answer:
    """The orders of a dossier as matched. Found however many disagree: what does not agree is what it is for."""
    from_abroad = is_import(case)
    orders, payments, waybills = case.get(ORDER) or {}, case.get(PAYMENT) or {}, case.get(WAYBILL) or {}
    matches = match_all(orders, payments, waybills, from_abroad)
    case.step(
        Text("orders that agree", "一致的订单"), "order = payment = waybill", matches.agreeing, orders=len(orders)
    )
    return found(matches)


def told(reasons: Iterable[str]) -> Text:
    """Several reasons in one sentence."""
    texts = [REASONS[one] for one in reasons]
    return Text("; ".join(text.en for text in texts), "；".join(text.zh for text in texts))
