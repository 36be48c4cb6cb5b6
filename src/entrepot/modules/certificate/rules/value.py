"""The FOB value of a line, from the price and what the trade term holds in it. A certificate states it only under RVC."""

from collections.abc import Iterator
from decimal import Decimal

from entrepot.kernel.case import Case
from entrepot.kernel.money import Money, money
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.certificates import CertificateRequest
from entrepot.kernel.vocabulary.goods import LINE, GoodsLine
from entrepot.kernel.vocabulary.trade import CHARGES, Charge, Terms
from entrepot.modules.certificate.facts import Item
from entrepot.modules.certificate.rules.faults import fault

_FREIGHT = frozenset({"CFR", "CPT"})
_FREIGHT_AND_INSURANCE = frozenset({"CIF", "CIP"})
_HOLDS_FOB = _FREIGHT | _FREIGHT_AND_INSURANCE | {"FOB", "DAP", "DPU", "DDP"}


def fob_value(case: Case, asked: CertificateRequest, key: str, line: GoodsLine, terms: Terms) -> tuple[Money | None, str]:
    """As stated, else the amount under FOB, else the amount less the line's share of freight and insurance under C terms; with
    the path it comes from. None where the price does not say it: what lies between other terms and FOB is not known."""
    if key in asked.fob:
        return asked.fob[key], f"certificate.request.fob/{key}"
    amount, rule = line.amount, terms.incoterm.upper()
    if amount is None:
        return None, ""
    if rule == "FOB":
        return amount, f"goods.line/{key}.amount"
    total = terms.total if terms.total is not None else _sum(case, amount.currency)
    if rule not in _FREIGHT | _FREIGHT_AND_INSURANCE or total is None or total.minor <= 0:
        return None, ""
    charges = case.get(CHARGES)
    held = [] if charges is None else [charges.freight, *([charges.insurance] if rule in _FREIGHT_AND_INSURANCE else [])]
    if not held or any(not _in_sum(charge, amount.currency) for charge in held) or total.currency != amount.currency:
        return None, ""
    taken = sum((charge.value for charge in held if charge is not None), Decimal(0))
    exact = amount.amount - taken * amount.amount / total.amount
    if exact <= 0:
        return None, ""
    value = money(exact, amount.currency)
    case.step(
        Text("FOB value", "FOB价格"), "amount - charges × amount ÷ invoice total", value, exact,
        amount=amount, charges=taken, invoice_total=total, trade_term=rule,
    )  # fmt: skip
    return value, f"goods.line/{key}.amount"


def _sum(case: Case, currency: str) -> Money | None:
    """The sum of all lines, where the invoice total is not said and each line has an amount in the same currency."""
    amounts = [line.amount for line in case[LINE].values()]
    known = [one.minor for one in amounts if one is not None and one.currency == currency]
    return Money(sum(known), currency) if known and len(known) == len(amounts) else None


def stated_fob_faults(asked: CertificateRequest, item: Item, terms: Terms) -> Iterator[Problem]:
    """A stated FOB value that cannot be: nothing, or more than an invoice that holds the way to the ship."""
    fob, amount = asked.fob.get(item.key), item.goods.amount
    if fob is None:
        return
    above = amount is not None and fob.currency == amount.currency and fob.minor > amount.minor and terms.incoterm in _HOLDS_FOB
    if fob.minor <= 0 or above:
        yield fault(
            "CO26", f"certificate.request.fob/{item.key}",
            (f"line {item.key}: an FOB value of {fob} beside an invoiced {amount or 'amount not said'}",
             f"第 {item.key} 项：FOB价格 {fob}，发票金额 {amount or '未填写'}"),
            ("correct the FOB value, or the amount of the line", "请更正FOB价格或商品项金额"),
        )  # fmt: skip


def _in_sum(charge: Charge | None, currency: str) -> bool:
    """Whether a charge is a total (mark 3) in the currency of the goods."""
    return charge is not None and charge.mark == "3" and charge.currency == currency
