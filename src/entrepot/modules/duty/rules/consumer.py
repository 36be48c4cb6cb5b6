"""What consumers import: orders of cross-border retail (Caiguanshui [2016] 18, [2018] 49) and parcels of personal articles."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, found, needs_review, no_law, refused
from entrepot.kernel.law import PackCard
from entrepot.kernel.money import Money, money
from entrepot.kernel.rates import AdValorem, Duty, Free, MalformedDuty, parse_duty
from entrepot.kernel.text import Problem, Text
from entrepot.modules.duty.facts import ORDER, PARCEL, Order, OrderItem, OrderTax, Parcel, ParcelTax
from entrepot.modules.duty.rules.offer import destination
from entrepot.modules.duty.rules.treatments import tariff_of

ZERO = Decimal(0)
NEAR = frozenset({"HKG", "MAC", "TWN"})


class Unknown(Exception):
    """A rate or a limit that is not on file and was not said."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.text = Text(en, zh)


def reduced(value: Decimal, consumption: Decimal, vat: Decimal, part: Decimal) -> tuple[Decimal, Decimal]:
    """Consumption tax and VAT of a retail import: the reduced part of the statutory amounts, which are not rounded before."""
    tax = value / (1 - consumption) * consumption
    return part * tax, part * (value + tax) * vat


def in_full(value: Decimal, duty: Decimal, consumption: Decimal, vat: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    """Duty, consumption tax and VAT of a single item above the limit, at the full rates."""
    owed = value * duty
    tax = (value + owed) / (1 - consumption) * consumption
    return owed, tax, (value + owed + tax) * vat


def assess_order(case: Case) -> Answer:
    """The taxes of a consumer's order: within the limits reduced, a single indivisible item above the first in full."""
    order = case.own(ORDER)
    card = destination(case, order.country)
    if card is None or not case.knows(f"{card.name}/limits"):
        return no_law(Text(f"no rules of retail import of {order.country} are on file", f"没有 {order.country} 的零售进口规定"))
    currency = str(card.traits["currency"])
    if problems := tuple(_unfit(case.key, [one.value for one in order.items], currency, "import.order", order.spent)):
        return refused(problems)
    value = Money(sum(one.value.minor for one in order.items), currency)
    try:
        most, year, part = (
            _limit(case, card, order.day, name) for name in ("ecommerce_order_cny", "ecommerce_year_cny", "ecommerce_tax_share")
        )
        spent = None if order.spent is None else order.spent + value
        conditions = list(_order_conditions(order))
        if spent is not None and spent.amount > year:
            return _said(OrderTax("general_trade", value, spent=spent), conditions)
        if value.amount <= most:
            taxes = [reduced(one.value.amount, *_rates(case, card, order.day, one), part) for one in order.items]
            consumption, vat = (money(sum(column, ZERO), currency) for column in zip(*taxes, strict=True))
            result = OrderTax("reduced", value, Money(0, currency), consumption, vat, consumption + vat, spent)
        elif order.indivisible and len(order.items) == 1:
            (item,) = order.items
            full = in_full(item.value.amount, _duty(case, card, order.day, item), *_rates(case, card, order.day, item))
            duty, consumption, vat = (money(one, currency) for one in full)
            result = OrderTax("full_rate_single_item", value, duty, consumption, vat, duty + consumption + vat, spent)
        else:
            result = OrderTax("general_trade", value, spent=spent)
    except Unknown as unknown:
        return no_law(unknown.text)
    if result.vat is not None and result.consumption_tax is not None:
        formula = f"{part:f} × statutory, rounded once" if result.status == "reduced" else "statutory, in full"
        case.step(Text("consumption tax", "消费税"), formula, result.consumption_tax, of=value)
        case.step(Text("VAT", "增值税"), formula, result.vat, of=value)
    return _said(result, conditions)


def _said(value: OrderTax | ParcelTax, conditions: list[Text]) -> Answer:
    return needs_review(value, *conditions) if conditions else found(value)


def _order_conditions(order: Order) -> Iterator[Text]:
    if order.spent is None:
        yield Text("the buyer's total of the year is not said: it must stay within the limit", "未提供买方年度累计金额：须在年度限值内")
    for one in order.items:
        if one.listed is not True:
            yield Text(f"that {one.name} is on the positive list of retail imports", f"{one.name} 须在跨境电商零售进口商品清单内")
        if one.duty or one.consumption_tax or one.vat is not None:
            yield Text(f"rates of {one.name} as stated, not checked against law", f"{one.name} 的税率依申报，未经规则库核对")


def _unfit(key: str, amounts: list[Money], currency: str, topic: str, spent: Money | None = None) -> Iterator[Problem]:
    if spent is not None and (spent.currency != currency or spent.minor < 0):
        yield Problem(
            "D021", f"{topic}/{key}.spent",
            Text(f"the buyer's year of {spent} is no amount in {currency}", f"年度累计金额 {spent} 不是有效的 {currency} 金额"),
            Text(f"give it in {currency}, zero or more", f"请填写不小于零的 {currency} 金额"),
        )
    if not amounts or any(one.currency != currency or one.minor <= 0 for one in amounts):
        yield Problem(
            "D021", f"{topic}/{key}.items",
            Text(f"every item needs a value above zero in {currency}", f"每件商品须有大于零的 {currency} 金额"),
            Text("give the price actually paid, with freight and insurance", "请填写含运费、保险费的实际成交价格"),
        )


def _limit(case: Case, card: PackCard, day: date, name: str) -> Decimal:
    row = case.read(f"{card.name}/limits", day, name=name)
    if row is None:
        raise Unknown(f"the limit {name} is not on file for {day}", f"限值 {name} 在 {day} 未入库")
    return Decimal(row["value"])


def _rates(case: Case, card: PackCard, day: date, item: OrderItem) -> tuple[Decimal, Decimal]:
    """Consumption tax and VAT of an item as fractions: as stated, else as on file."""
    tax = _plain(item, item.consumption_tax) if item.consumption_tax else None
    if tax is None:
        row = case.read(f"{card.name}/consumption_tax", day, code=item.code)
        tax = None if row is None else _fraction(row["duty"])
    vat = item.vat
    if vat is None:
        row = case.read(f"{card.name}/vat_rates", day, code=item.code)
        vat = None if row is None else Decimal(row["rate"])
    if tax is None or vat is None:
        raise Unknown(f"the taxes of {item.name} are not on file: state them", f"{item.name} 的税率未入库：请填报")
    return tax, vat


def _duty(case: Case, card: PackCard, day: date, item: OrderItem) -> Decimal:
    if item.duty:
        return _plain(item, item.duty)
    for treatment in ("provisional", "mfn"):
        row = case.read(tariff_of(case, card.name), day, code=item.code, treatment=treatment, season="", condition="")
        rate = None if row is None else _fraction(row["duty"])
        if rate is not None:
            return rate
    raise Unknown(f"the duty of {item.name} is not on file: state it", f"{item.name} 的关税税率未入库：请填报")


def _plain(item: OrderItem, text: str) -> Decimal:
    try:
        rate = _fraction(parse_duty(text))
    except MalformedDuty:
        rate = None
    if rate is None or rate >= 1:
        raise Unknown(f"{text!r} of {item.name} is no plain rate", f"{item.name} 的 {text!r} 不是从价税率")
    return rate


def _fraction(duty: Duty | None) -> Decimal | None:
    """An ad valorem duty as a fraction; retail taxes know no other here."""
    match duty:
        case AdValorem(rate):
            return rate
        case Free():
            return ZERO
    return None


def assess_parcel(case: Case) -> Answer:
    """The import tax of a parcel: each article by its kind; up to the limit not collected."""
    parcel = case.own(PARCEL)
    card = destination(case, parcel.country)
    if card is None or not case.knows(f"{card.name}/parcel_rates"):
        return no_law(Text(f"no parcel rates of {parcel.country} are on file", f"没有 {parcel.country} 的进境物品税率"))
    currency = str(card.traits["currency"])
    if problems := tuple(_unfit(case.key, [one.value for one in parcel.items], currency, "import.parcel")):
        return refused(problems)
    value = Money(sum(one.value.minor for one in parcel.items), currency)
    try:
        most = _limit(case, card, parcel.day, "parcel_near_cny" if parcel.sent_from in NEAR else "parcel_cny")
        if value.amount > most and not (parcel.indivisible and len(parcel.items) == 1):
            return found(ParcelTax("over_limit", value))
        tax = money(sum((_article(case, card, parcel, place) for place in range(len(parcel.items))), ZERO), currency)
        exempt = tax.amount <= _limit(case, card, parcel.day, "tax_free")
    except Unknown as unknown:
        return no_law(unknown.text)
    return found(ParcelTax("exempt" if exempt else "taxed", value, tax, Money(0, currency) if exempt else tax))


def _article(case: Case, card: PackCard, parcel: Parcel, place: int) -> Decimal:
    item = parcel.items[place]
    row = case.read(f"{card.name}/parcel_rates", parcel.day, kind=item.kind)
    if row is None:
        raise Unknown(f"no parcel rate for the kind {item.kind!r}", f"没有物品种类 {item.kind!r} 的税率")
    tax = money(item.value.amount * row["rate"], item.value.currency)
    case.step(Text("import tax", "进口税"), f"value × {row['rate']:f}", tax, kind=item.kind, of=item.value)
    return tax.amount
