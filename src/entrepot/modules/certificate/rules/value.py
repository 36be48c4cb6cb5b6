"""The FOB value of a line, from the price and what the trade term holds in it. A certificate states it only under RVC."""

from decimal import Decimal

from entrepot.kernel.case import Case
from entrepot.kernel.money import Money, money
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.certificates import CertificateRequest
from entrepot.kernel.vocabulary.goods import GoodsLine
from entrepot.kernel.vocabulary.trade import CHARGES, Charge, Terms

_FREIGHT = frozenset({"CFR", "CPT"})
_FREIGHT_AND_INSURANCE = frozenset({"CIF", "CIP"})


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
    if rule not in _FREIGHT | _FREIGHT_AND_INSURANCE or terms.total is None or terms.total.minor <= 0:
        return None, ""
    charges = case.get(CHARGES)
    held = [] if charges is None else [charges.freight, *([charges.insurance] if rule in _FREIGHT_AND_INSURANCE else [])]
    if not held or any(not _in_sum(charge, amount.currency) for charge in held) or terms.total.currency != amount.currency:
        return None, ""
    taken = sum((charge.value for charge in held if charge is not None), Decimal(0))
    exact = amount.amount - taken * amount.amount / terms.total.amount
    if exact <= 0:
        return None, ""
    value = money(exact, amount.currency)
    case.step(
        Text("FOB value", "FOB价格"), "amount - charges × amount ÷ invoice total", value, exact,
        amount=amount, charges=taken, invoice_total=terms.total, trade_term=rule,
    )  # fmt: skip
    return value, f"goods.line/{key}.amount"


def _in_sum(charge: Charge | None, currency: str) -> bool:
    """Whether a charge is a total (mark 3) in the currency of the goods."""
    return charge is not None and charge.mark == "3" and charge.currency == currency
