"""Rules on the price of a line, and the amounts that follow from a trade term."""

from decimal import Decimal

from entrepot.kernel.money import minor_digits
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.trade import Charge
from entrepot.modules.declaration.rules.check import LineCheck
from entrepot.modules.declaration.rules.rule import Fault, Seen, plain, rule

CIF, CFR, FOB, CI, EXW = "1", "2", "3", "4", "7"
RATE, PER_TONNE, TOTAL = "1", "2", "3"


def charge_amount(charge: Charge | None, basis: Decimal, gross_kg: Decimal | None) -> Decimal | None:
    """A charge in money: a rate in per cent of `basis`, a price per gross tonne, or a total as it stands; 0 for no charge.

    None where a price per tonne meets no weight, or the mark is none of the three.
    """
    if charge is None:
        return Decimal(0)
    if charge.mark == RATE:
        return basis * charge.value / 100
    if charge.mark == PER_TONNE:
        return None if gross_kg is None else charge.value * gross_kg / 1000
    return charge.value if charge.mark == TOTAL else None


def export_value(
    term: str, price: Decimal, freight: Decimal, insurance: Decimal, to_loading: Decimal = Decimal(0)
) -> Decimal | None:
    """The value up to loading at the place of exit (FOB) of goods sold under a trade term, exact, in the price's currency.

    `to_loading` are the domestic costs that an EXW price leaves out. Source: Customs Tariff Law Art. 29 (export base).
    None for terms that say nothing of freight and insurance (market price, cushion).
    """
    if term == FOB:
        return price
    if term == CFR:
        return price - freight
    if term == CIF:
        return price - freight - insurance
    if term == CI:
        return price - insurance
    return price + to_loading if term == EXW else None


def _tolerance(line: LineCheck, currency: str, quantity: Decimal) -> Decimal:
    """How far quantity times price may lie from the total, both being rounded on the form."""
    # A currency without fen cannot show 0.01: half of its last digit is then the smallest difference that tells.
    last_digit = Decimal(5).scaleb(-1 - minor_digits(currency))
    per_unit = line.limit("line_total_tolerance_per_unit")
    return max(line.limit("line_total_tolerance"), last_digit, quantity * per_unit)


@rule("R040", "E", "单价乘以成交数量等于总价", element="112")
def r040(line: LineCheck) -> Seen:
    """Unit price times traded quantity comes to the line total."""
    draft = line.draft
    if draft.unit_price is None or draft.deal_qty is None or draft.total is None:
        return
    each = line.drafting.price_per_unit(draft.unit_price)
    if each is None:
        yield Fault(
            line.path("unit_price"),
            Text(
                f"the price is per {draft.unit_price.unit}, the quantity in {line.goods.unit}",
                f"单价按 {draft.unit_price.unit} 计，数量按 {line.goods.unit} 计",
            ),
            Text("state price and quantity in one unit", "请以同一单位填写单价和数量"),
        )
        return
    total = draft.total.amount
    product = each * draft.deal_qty
    if draft.unit_price.currency == draft.total.currency and (
        product == total or abs(product - total) <= _tolerance(line, draft.total.currency, draft.deal_qty)
    ):
        return
    currency = draft.total.currency
    shown = f"{plain(draft.deal_qty)} × {draft.unit_price} = {plain(product)}"
    yield Fault(
        line.path("total"),
        Text(f"{shown}, but the total is {currency} {plain(total)}", f"{shown}，而总价为 {currency} {plain(total)}"),
        Text("correct price, quantity or total", "请更正单价、数量或总价"),
    )


@rule("R042", "E", "除捐赠、样品、无代价抵偿等方式外，价格须大于零", element="112")
def r042(line: LineCheck) -> Seen:
    """The price is above zero, except in modes in which goods are given free."""
    total = line.draft.total
    if (total is None or total.minor <= 0) and not line.header.free:
        told = "missing" if total is None else str(total)
        mode = line.header.mode or "(empty)"
        yield Fault(
            line.path("total"),
            Text(f"the price is {told} in mode {mode}", f"监管方式 {mode} 下总价为{'空' if total is None else total}"),
            Text("enter the price, or use the mode for free goods", "请填写价格，或改用相应的免费监管方式"),
        )
