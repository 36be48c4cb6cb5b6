"""The customs value of a line at the destination: a CIF value, in the destination's currency."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from entrepot.kernel.case import Case
from entrepot.kernel.money import Money, Rounding, minor_digits, money, round_to
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.customs import Entry
from entrepot.kernel.vocabulary.goods import LINE, GoodsLine
from entrepot.kernel.vocabulary.trade import CHARGES, TERMS, Charge, Charges, Terms
from entrepot.modules.duty.facts import Component, CustomsValue

PRICE, FREIGHT, INSURANCE = Text("price", "货价"), Text("freight", "运费"), Text("insurance", "保险费")
INSURANCE_ON_FREIGHT = Text("insurance on the freight", "运费部分的保险费")

# What the price contains is the very meaning of the rule (ICC, Incoterms 2020): carriage to the destination, insurance.
CARRIAGE_PAID = frozenset({"CFR", "CPT", "CIF", "CIP", "DAP", "DPU", "DDP"})
INSURANCE_PAID = frozenset({"CIF", "CIP", "DAP", "DPU", "DDP"})
DELIVERED = frozenset({"DAP", "DPU", "DDP"})
INCOTERMS = CARRIAGE_PAID | {"EXW", "FCA", "FAS", "FOB"}


class Undecided(Exception):
    """The value cannot be worked out from what was said: every problem at once, or the rate that is not on file."""

    def __init__(self, problems: Iterable[Problem] = (), gap: Text | None = None) -> None:
        super().__init__()
        self.problems, self.gap = tuple(problems), gap


def convert(parts: Iterable[tuple[Decimal, Decimal]]) -> Decimal:
    """Amounts in their own currencies, each with its exchange rate: the exact sum, so that it is rounded only once."""
    return sum((amount * rate for amount, rate in parts), Decimal(0))


def to_step(amount: Decimal, step: Decimal, rounding: Rounding) -> Decimal:
    """`amount` as a whole number of steps (1 yen, 1,000 yen, 0.01 yuan), by a named rounding."""
    return round_to(amount / step, 0, rounding) * step


def line_amount(line: GoodsLine) -> Money | None:
    """The line's invoiced amount, or quantity times unit price rounded half up; None where neither was said."""
    if line.amount is not None:
        return line.amount
    if line.price is None or line.quantity is None:
        return None
    return money(line.quantity * line.price.amount / line.price.per, line.price.currency)


def share(whole: Decimal, part: Decimal, total: Decimal) -> Decimal:
    """A consignment's cost borne by one line, by value."""
    return whole * part / total


def charged(charge: Charge, price: Decimal, currency: str, gross_kg: Decimal | None) -> tuple[Decimal, str] | None:
    """A charge as customs writes it, for a line of this price and gross weight: mark 1 per cent of the price (for
    insurance: of price and freight), 2 per tonne. None for a total (mark 3), which is shared out, and for a price per
    tonne of an unknown weight."""
    if charge.mark == "1":
        return price * charge.value / 100, currency
    if charge.mark == "2" and gross_kg is not None:
        return charge.value * gross_kg / 1000, charge.currency
    return None


def value_of_line(case: Case, line: GoodsLine, entry: Entry, currency: str, unit: tuple[Decimal, Rounding]) -> CustomsValue:
    """The line's CIF value in the destination's currency, with its working. Raises Undecided."""
    terms, charges = case[TERMS], case.get(CHARGES) or Charges()
    price = line_amount(line)
    problems = tuple(_faults(case.key, price, terms, entry))
    if problems or price is None:
        raise Undecided(problems)
    conditions: list[Text] = []
    parts = [(PRICE, price.amount, price.currency)]
    if terms.incoterm not in CARRIAGE_PAID:
        parts += _cost(case, FREIGHT, line, price, entry.freight, charges.freight, conditions)
    if terms.incoterm not in INSURANCE_PAID:
        parts += _insurance(case, line, price, parts[1:], entry, charges.insurance, conditions)
    if terms.incoterm == "EXW":
        conditions.append(
            Text(
                "the price is ex works: the freight must cover the carriage to the port of export too",
                "成交方式为EXW：运费须包含至出口港的国内费用",
            )
        )
    if terms.incoterm in DELIVERED:
        conditions.append(
            Text(
                f"the price is {terms.incoterm}: costs after importation, and duty in it, may be deducted where shown apart",
                f"成交方式为{terms.incoterm}：价格中单独列明的进口后费用及税费可以扣除",
            )
        )
    components = [
        Component(name, amount, own, exchange(case, own, currency, entry.rates, entry.day, conditions))
        for name, amount, own in parts
    ]
    return _total(case, components, currency, unit, conditions)


def _insurance(
    case: Case, line: GoodsLine, price: Money, freight: list[tuple[Text, Decimal, str]], entry: Entry,
    charge: Charge | None, conditions: list[Text],
) -> list[tuple[Text, Decimal, str]]:
    """The line's insurance. A rate is of price and freight together, each in its own currency."""
    parts = _cost(case, INSURANCE, line, price, entry.insurance, charge, conditions)
    if entry.insurance is None and charge is not None and charge.mark == "1":
        for _, amount, currency in freight:
            own = amount * charge.value / 100
            case.step(INSURANCE_ON_FREIGHT, "mark 1 of the charges, of the freight", own, rate=charge.value, freight=amount)
            parts.append((INSURANCE_ON_FREIGHT, own, currency))
    return parts


def _faults(key: str, price: Money | None, terms: Terms, entry: Entry) -> Iterable[Problem]:
    if price is None:
        yield Problem(
            "D001", f"line/{key}.amount", Text("the line has no amount", "商品项没有金额"),
            Text("give its amount, or quantity and unit price", "请填写金额，或数量与单价"),
        )
    elif price.minor <= 0:
        yield Problem(
            "D002", f"line/{key}.amount", Text(f"the amount {price} is not above zero", f"金额 {price} 不大于零"),
            Text("give the value of the goods; customs sets it for gifts", "请填写货物价值；无偿货物由海关估价"),
        )
    if terms.incoterm not in INCOTERMS:
        yield Problem(
            "D003", "terms.incoterm",
            Text(f"the Incoterm {terms.incoterm!r} is not one of 2020", f"贸易术语 {terms.incoterm!r} 不属于2020通则"),
            Text(f"use one of {', '.join(sorted(INCOTERMS))}", f"请使用：{'、'.join(sorted(INCOTERMS))}"),
        )
    for name, cost in (("freight", entry.freight), ("insurance", entry.insurance)):
        if cost is not None and cost.minor < 0:
            yield Problem(
                "D004", f"entry.{name}", Text(f"{name} of {cost} is below zero", f"{name} 为负数：{cost}"),
                Text("correct the amount", "请更正金额"),
            )
    for currency, rate in entry.rates.items():
        if not rate.is_finite() or rate <= 0:
            yield Problem(
                "D005", f"entry.rates.{currency}", Text(f"the rate {rate} is not above zero", f"汇率 {rate} 不大于零"),
                Text("give destination currency per unit", "请填写每单位外币折合目的国货币的汇率"),
            )


def _cost(
    case: Case, name: Text, line: GoodsLine, price: Money, whole: Money | None, charge: Charge | None, conditions: list[Text]
) -> list[tuple[Text, Decimal, str]]:
    """The line's part of a cost that the price does not contain; where nobody said it, a condition in its place."""
    if whole is None and charge is not None:
        own = charged(charge, price.amount, price.currency, line.gross_kg)
        if own is not None:
            case.step(name, f"mark {charge.mark} of the charges", own[0], rate=charge.value, price=price.amount)
            return [(name, *own)]
        if charge.mark == "3":
            whole = money(charge.value, charge.currency)
    if whole is None:
        conditions.append(
            Text(f"value without {name.en}: nobody has said it", f"价格不含{name.zh}：尚未提供")
            if charge is None
            else Text(
                f"value without {name.en}: it is said per tonne, but the line's gross weight is not"
                if charge.mark == "2"
                else f"value without {name.en}: mark {charge.mark!r} is none of 1, 2, 3",
                f"价格不含{name.zh}：按吨计费，但商品项毛重未提供"
                if charge.mark == "2"
                else f"价格不含{name.zh}：标记 {charge.mark!r} 不是 1、2、3 之一",
            )
        )
        return []
    total = _consignment(case, price)
    part = share(whole.amount, price.amount, total)
    case.step(name, "cost of the consignment × line amount / total", part, whole=whole, line=price, total=total)
    return [(name, part, whole.currency)]


def _consignment(case: Case, price: Money) -> Decimal:
    """What the shares of a consignment's costs are reckoned on: the invoice total, else the sum of all lines."""
    total = case[TERMS].total
    if total is None:
        amounts = [line_amount(line) for line in case[LINE].values()]
        alike = [one for one in amounts if one is not None and one.currency == price.currency]
        if len(alike) < len(amounts):
            why = Text(
                "the invoice total is not known, and not every line has an amount in one currency",
                "发票总额未知，且并非各项均有同一币种的金额",
            )
            raise Undecided([_unshared(case.key, why)])
        return sum((one.amount for one in alike), Decimal(0))
    if total.currency != price.currency or total.minor < price.minor:
        why = Text(f"the line's {price} is no part of the invoice total {total}", f"商品项金额 {price} 不属于发票总额 {total}")
        raise Undecided([_unshared(case.key, why)])
    return total.amount


def _unshared(key: str, why: Text) -> Problem:
    return Problem(
        "D006", f"line/{key}.amount",
        Text(f"freight and insurance cannot be shared out by value: {why.en}", f"运保费无法按货值分摊：{why.zh}"),
        Text("correct the invoice total or the lines", "请核对发票总额与各项金额"),
    )


def exchange(
    case: Case, currency: str, to: str, said: Mapping[str, Decimal], day: date, conditions: list[Text]
) -> Decimal:
    """Units of `to` per unit of `currency`: as said for the entry, else the cross rate by the European Central Bank,
    which is only indicative. Raises Undecided where neither is on file."""
    if currency == to:
        return Decimal(1)
    if currency in said:
        return said[currency]
    rows = [None if one == "EUR" else case.read("ecb/rates", day, currency=one) for one in (to, currency)]
    if any(row is None and one != "EUR" for row, one in zip(rows, (to, currency), strict=True)):
        raise Undecided(
            gap=Text(
                f"no exchange rate {currency} to {to} on {day}: give it in import.entry.rates",
                f"没有 {day} {currency} 兑 {to} 的汇率：请在 import.entry.rates 中填写",
            )
        )
    per_euro = [Decimal(1) if row is None else Decimal(row["rate"]) for row in rows]
    rate = per_euro[0] / per_euro[1]
    case.step(Text("exchange rate", "汇率"), f"{to} per EUR / {currency} per EUR", rate, to=per_euro[0], currency=per_euro[1])
    told = Text(
        f"{currency} to {to} by the cross rate of the European Central Bank: indicative, not the customs rate",
        f"{currency} 兑 {to} 采用欧洲央行交叉汇率：仅供参考，并非海关汇率",
    )
    if told not in conditions:
        conditions.append(told)
    return rate


def _total(
    case: Case, components: list[Component], currency: str, unit: tuple[Decimal, Rounding], conditions: list[Text]
) -> CustomsValue:
    exact = convert((part.amount, part.rate) for part in components)
    value = Money(int(to_step(exact, *unit).scaleb(minor_digits(currency))), currency)
    case.step(
        Text("customs value (CIF)", "完税价格（CIF）"),
        "each part × its exchange rate, added, rounded once",
        value,
        exact,
        **{part.name.en: f"{part.currency} {part.amount:f} × {part.rate:f}" for part in components},
    )
    return CustomsValue(exact, value, tuple(conditions))
