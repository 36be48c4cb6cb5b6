"""The customs value of a line at the destination: a CIF value, in the destination's currency."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from entrepot.kernel.case import Case
from entrepot.kernel.law import PackCard
from entrepot.kernel.money import Money, Rounding, minor_digits, money, round_to
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.customs import Entry, EntryLine
from entrepot.kernel.vocabulary.goods import LINE, GoodsLine
from entrepot.kernel.vocabulary.trade import CHARGES, TERMS, Charge, Charges, Terms
from entrepot.modules.duty.facts import Component, CustomsValue
from entrepot.modules.duty.rules.exchange import Undecided, exchange, law_day, rate_faults

PRICE, FREIGHT, INSURANCE = Text("price", "货价"), Text("freight", "运费"), Text("insurance", "保险费")
INSURANCE_ON_FREIGHT = Text("insurance on the freight", "运费部分的保险费")
VALUE_CIF, VALUE_FOB = Text("customs value (CIF)", "完税价格（CIF）"), Text("customs value (FOB)", "完税价格（FOB）")
MISC = Text("other charges", "杂费")
METHODS = {
    1: Text("the price as customs set it", "海关确定的成交价格"),
    2: Text("identical goods", "相同货物成交价格估价方法"),
    3: Text("similar goods", "类似货物成交价格估价方法"),
    4: Text("deductive value", "倒扣价格估价方法"),
    5: Text("computed value", "计算价格估价方法"),
    6: Text("reasonable means", "合理方法"),
}
ADJUSTMENTS = {
    "commission": Text("commission, other than for buying", "购货佣金以外的佣金和经纪费"),
    "container": Text("containers that are one with the goods", "与货物视为一体的容器费用"),
    "packing": Text("packing", "包装材料和包装劳务费用"),
    "assist": Text("goods and services supplied by the buyer", "买方提供的料件、工具及服务"),
    "royalty": Text("royalties as a condition of the sale", "作为销售条件的特许权使用费"),
    "resale_proceeds": Text("the seller's part of the proceeds of resale", "卖方分享的转售收益"),
    "after_import_service": Text("construction, assembly and service after importation", "进口后的建设、安装、装配、维修或技术服务费用"),
    "inland_cost": Text("carriage and insurance after unloading", "运抵境内输入地点起卸后的运输及保险费"),
    "duties_and_taxes": Text("import duties and domestic taxes", "进口关税及国内税收"),
}
DEDUCTIONS = frozenset({"after_import_service", "inland_cost", "duties_and_taxes"})

MOST_CHARGED = Decimal(10) ** 15
# What the price contains is the very meaning of the rule (ICC, Incoterms 2020): carriage to the destination, insurance.
CARRIAGE_PAID = frozenset({"CFR", "CPT", "CIF", "CIP", "DAP", "DPU", "DDP"})
INSURANCE_PAID = frozenset({"CIF", "CIP", "DAP", "DPU", "DDP", "C&I"})
DELIVERED = frozenset({"DAP", "DPU", "DDP"})
INCOTERMS = CARRIAGE_PAID | {"EXW", "FCA", "FAS", "FOB"}
# The customs trade terms by their code, as the basis whose price they are; 4 has no Incoterm, 5 and 6 no basis.
C_AND_I = "C&I"
# The basis of countries that value goods without international freight and insurance (a pack's trait `value_basis`).
FOB = "fob"
TRADE_TERMS = {"1": "CIF", "2": "CFR", "3": "FOB", "4": C_AND_I, "7": "EXW"}


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


def value_of_line(
    case: Case, line: GoodsLine, entry: Entry, own: EntryLine, card: PackCard, unit: tuple[Decimal, Rounding]
) -> CustomsValue:
    """The line's value in the destination's currency, CIF unless the country values goods FOB, with its working. Raises
    Undecided."""
    day = law_day(entry, card)
    conditions: list[Text] = []
    if own.value is not None:
        return _by_another_method(case, own, own.value, entry, card, unit, day, conditions)
    terms, charges = case[TERMS], case.get(CHARGES) or Charges()
    price = line_amount(line)
    problems = (*_faults(case.key, price, terms, entry, charges), *_strangers(case, own, entry))
    if problems or price is None:
        raise Undecided(problems)
    basis = TRADE_TERMS[entry.trade_term] if entry.trade_term else terms.incoterm
    parts = [(PRICE, price.amount, price.currency)]
    if card.traits.get("value_basis") == FOB:
        parts += _taken_off(case, basis, line, price, entry, charges, conditions)
    else:
        if basis not in CARRIAGE_PAID:
            parts += cost_share(case, FREIGHT, line, price, entry.freight, charges.freight, conditions)
        if basis not in INSURANCE_PAID:
            parts += _insurance(case, line, price, parts[1:], entry, charges.insurance, card, conditions)
    misc = charges.misc if card.traits.get("misc_charges") else None
    if entry.misc is not None or misc is not None:
        parts += cost_share(case, MISC, line, price, entry.misc, misc, conditions)
    parts += _adjustments(case, price, entry, conditions)
    conditions += _about(basis, entry, card)
    rates = {one: exchange(case, one, card, entry.rates, day, conditions) for one in dict.fromkeys(part[2] for part in parts)}
    components = [Component(name, amount, currency, rates[currency]) for name, amount, currency in parts]
    value = _total(case, components, card, unit, conditions)
    if value.money.minor <= 0:
        raise Undecided([_nothing_left(case.key, value)])
    return value


def _taken_off(
    case: Case, basis: str, line: GoodsLine, price: Money, entry: Entry, charges: Charges, conditions: list[Text]
) -> list[tuple[Text, Decimal, str]]:
    """Where goods are valued free on board: the freight and insurance that the price contains, taken off as far as said."""
    parts = []
    for name, whole, charge, paid in (
        (FREIGHT, entry.freight, charges.freight, CARRIAGE_PAID),
        (INSURANCE, entry.insurance, charges.insurance, INSURANCE_PAID),
    ):
        if basis not in paid:
            continue
        if whole is None and charge is None:
            conditions.append(
                Text(f"value with the {name.en} that the price contains: nobody has said it", f"价格所含{name.zh}未予扣除：尚未提供")
            )
        else:
            in_price = Text(f"{name.en} in the price", f"价格所含{name.zh}")
            said = cost_share(case, name, line, price, whole, charge, conditions)
            parts += [(in_price, -amount, currency) for _, amount, currency in said]
    return parts


def _about(basis: str, entry: Entry, card: PackCard) -> Iterable[Text]:
    """What a price basis leaves to be said."""
    if basis == "EXW" and card.traits.get("value_basis") == FOB:
        yield Text(
            "the price is ex works: carriage to the port of export may belong to the value",
            "成交方式为EXW：至出口港的运费可能应计入完税价格",
        )
    elif basis == "EXW":
        yield Text(
            "the price is ex works: the freight must cover the carriage to the port of export too",
            "成交方式为EXW：运费须包含至出口港的国内费用",
        )
    if basis in DELIVERED and not entry.adjustments:
        yield Text(
            f"the price is {basis}: costs after importation, and duty in it, may be deducted where shown apart",
            f"成交方式为{basis}：价格中单独列明的进口后费用及税费可以扣除",
        )


def _by_another_method(
    case: Case, own: EntryLine, value: Money, entry: Entry, card: PackCard, unit: tuple[Decimal, Rounding], day: date,
    conditions: list[Text],
) -> CustomsValue:
    """The value that customs set, or agreed with the importer, where there is no usable price: it is said, not worked out."""
    if value.minor <= 0 or own.method not in METHODS:
        raise Undecided([_no_method(case.key, own)])
    told = METHODS[own.method]
    conditions.append(Text(f"customs value as said, by {told.en}", f"计税价格依申报，估价方法：{told.zh}"))
    rate = exchange(case, value.currency, card, entry.rates, day, conditions)
    return _total(case, [Component(told, value.amount, value.currency, rate)], card, unit, conditions)


def _insurance(
    case: Case, line: GoodsLine, price: Money, freight: list[tuple[Text, Decimal, str]], entry: Entry,
    charge: Charge | None, card: PackCard, conditions: list[Text],
) -> list[tuple[Text, Decimal, str]]:
    """The line's insurance. A rate is of price and freight together, each in its own currency; where nobody said any, or none
    was paid, the country may set one (China: 3 per mille)."""
    default = None
    paid = entry.insurance.minor if entry.insurance is not None else charge.value if charge is not None else 0
    if not paid:
        default = case.read(f"{card.name}/limits", law_day(entry, card), name="insurance_default_rate")
    if default is not None:
        rate = Decimal(default["value"])
        parts = []
        for name, amount, currency in [(PRICE, price.amount, price.currency), *freight]:
            own = amount * rate
            case.step(INSURANCE, f"not said, or none paid: {rate:f} of the {name.en}", own, **{name.en: amount})
            parts.append((INSURANCE if name is PRICE else INSURANCE_ON_FREIGHT, own, currency))
        return parts
    parts = cost_share(case, INSURANCE, line, price, entry.insurance, charge, conditions)
    if entry.insurance is None and charge is not None and charge.mark == "1":
        for _, amount, currency in freight:
            own = amount * charge.value / 100
            case.step(INSURANCE_ON_FREIGHT, "mark 1 of the charges, of the freight", own, rate=charge.value, freight=amount)
            parts.append((INSURANCE_ON_FREIGHT, own, currency))
    return parts


def _adjustments(
    case: Case, price: Money, entry: Entry, conditions: list[Text]
) -> list[tuple[Text, Decimal, str]]:
    """What is added to the price, and what shown apart in it is taken off (China: Tariff Law Arts. 25 and 26)."""
    parts = []
    for one in entry.adjustments:
        if one.line not in ("", case.key):
            continue
        name = ADJUSTMENTS[one.kind]
        if one.kind in DEDUCTIONS and one.listed is not True:
            if one.listed is None:
                conditions.append(
                    Text(
                        f"{name.en} of {one.amount} not deducted: nobody has said that the price lists it apart",
                        f"{name.zh} {one.amount} 未予扣除：未说明是否在价格中单独列明",
                    )
                )
            continue
        amount = one.amount.amount
        if not one.line:
            amount = share(amount, price.amount, _consignment(case, price))
        case.step(name, "deducted from the price" if one.kind in DEDUCTIONS else "added to the price", amount, said=one.amount)
        parts.append((name, -amount if one.kind in DEDUCTIONS else amount, one.amount.currency))
    return parts


def _faults(key: str, price: Money | None, terms: Terms, entry: Entry, charges: Charges) -> Iterable[Problem]:
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
    if entry.trade_term and entry.trade_term not in TRADE_TERMS:
        yield Problem(
            "D010", "entry.trade_term",
            Text(
                f"the trade term {entry.trade_term!r} does not say what the price contains",
                f"成交方式 {entry.trade_term!r} 无法确定价格构成",
            ),
            Text("use 1 CIF, 2 C&F, 3 FOB, 4 C&I or 7 EXW", "请使用 1 CIF、2 C&F、3 FOB、4 C&I 或 7 EXW"),
        )
    if entry.price_influenced:
        yield Problem(
            "D011", "entry.price_influenced",
            Text("related parties influenced the price: it is no customs value", "特殊关系影响了成交价格，不能作为计税价格"),
            Text("give import.line.value with its method, 2 to 6", "请填写 import.line.value 及估价方法（2 至 6）"),
        )
    if not entry.trade_term and terms.incoterm not in INCOTERMS:
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
    for one in entry.adjustments:
        if one.amount.minor < 0:
            yield Problem(
                "D004", "entry.adjustments", Text(f"{one.kind} of {one.amount} is below zero", f"调整项金额为负数：{one.amount}"),
                Text("say additions and deductions as they are, both above zero", "加项与减项均请填写正数"),
            )
    yield from rate_faults("entry.rates", entry.rates)
    yield from charge_faults(charges)


def _strangers(case: Case, own: EntryLine, entry: Entry) -> Iterable[Problem]:
    """What was said and would count for nothing: a method without its value, an adjustment of a line that there is not."""
    if own.method != 1:
        yield Problem(
            "D025", f"import.line/{case.key}.value",
            Text(f"method {own.method} without the value it gives", f"估价方法 {own.method} 未填写相应价格"),
            Text("give the value with the method, or leave both out for the price paid", "请同时填写价格与方法；按成交价格时两者均不填"),
        )
    for one in entry.adjustments:
        if one.line and one.line not in case[LINE]:
            yield Problem(
                "D026", "entry.adjustments",
                Text(f"{one.kind} is said of line {one.line[:20]!r}, which is not there", f"调整项所指第 {one.line[:20]!r} 项商品不存在"),
                Text("name a line of goods, or none where it is of the whole consignment", "请填写已有的商品项号；属整票的不填"),
            )


def charge_faults(charges: Charges) -> Iterable[Problem]:
    """Charges that are no amounts."""
    for name, charge in (("freight", charges.freight), ("insurance", charges.insurance), ("misc", charges.misc)):
        if charge is not None and not (charge.value.is_finite() and abs(charge.value) < MOST_CHARGED):
            yield Problem(
                "D004", f"charges.{name}", Text(f"{name} of {charge.value} is no amount", f"{name} 金额无效：{charge.value}"),
                Text("correct the amount", "请更正金额"),
            )


def cost_share(
    case: Case, name: Text, line: GoodsLine, price: Money, whole: Money | None, charge: Charge | None, conditions: list[Text]
) -> list[tuple[Text, Decimal, str]]:
    """The line's part of a cost that the price does not contain; where nobody said it, a condition in its place."""
    if whole is None and charge is not None and charge.mark == "2" and line.gross_kg is not None and line.gross_kg <= 0:
        raise Undecided([_weightless(case.key, name)])
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


def _weightless(key: str, name: Text) -> Problem:
    return Problem(
        "D012", f"line/{key}.gross_kg",
        Text(f"{name.en} is said per tonne, but the gross weight is nothing", f"{name.zh}按吨计费，但毛重为零"),
        Text("correct the gross weight, or give the total", "请更正毛重，或填写总价"),
    )


def _nothing_left(key: str, value: CustomsValue) -> Problem:
    return Problem(
        "D013", f"line/{key}.amount",
        Text(f"deductions leave a customs value of {value.money}", f"扣减后计税价格为 {value.money}"),
        Text("correct the deductions or the charges", "请更正扣减项或杂费"),
    )


def _no_method(key: str, own: EntryLine) -> Problem:
    return Problem(
        "D014", f"import.line/{key}.value",
        Text(f"{own.value} by method {own.method} is no customs value", f"按方法 {own.method} 的 {own.value} 不是有效的计税价格"),
        Text("give an amount above zero and a method from 1 to 6", "请填写大于零的金额及 1 至 6 的估价方法"),
    )


def _named(components: list[Component]) -> dict[str, Component]:
    """The parts of a value by name, numbered where two bear the same."""
    named: dict[str, Component] = {}
    for part in components:
        name = part.name.en
        named[f"{name} {len(named) + 1}" if name in named else name] = part
    return named


def _total(
    case: Case, components: list[Component], card: PackCard, unit: tuple[Decimal, Rounding], conditions: list[Text]
) -> CustomsValue:
    currency = str(card.traits["currency"])
    exact = convert((part.amount, part.rate) for part in components)
    value = Money(int(to_step(exact, *unit).scaleb(minor_digits(currency))), currency)
    case.step(
        VALUE_FOB if card.traits.get("value_basis") == FOB else VALUE_CIF,
        "each part × its exchange rate, added, rounded once",
        value,
        exact,
        **_named(components),
    )
    return CustomsValue(exact, value, tuple(conditions))
