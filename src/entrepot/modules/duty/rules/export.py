"""Export duty of China: on the FOB value without the duty that the price contains (Tariff Law Arts. 9 and 27)."""

from decimal import Decimal

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, found, needs_review, no_law, refused
from entrepot.kernel.money import Money, money
from entrepot.kernel.rates import AdValorem, Duty, DutyError, Free, charge, parse_duty, write_duty
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.kernel.vocabulary.trade import CHARGES, TERMS, Charges
from entrepot.modules.duty.facts import EXPORT_RATES, ExportDuty
from entrepot.modules.duty.rules.exchange import Undecided, exchange, rate_faults
from entrepot.modules.duty.rules.offer import destination
from entrepot.modules.duty.rules.treatments import traded
from entrepot.modules.duty.rules.value import (
    CARRIAGE_PAID,
    FREIGHT,
    INSURANCE,
    INSURANCE_PAID,
    charge_faults,
    convert,
    cost_share,
    line_amount,
)

COUNTRY = "CHN"


def base_without_duty(fob: Money, rate: Decimal) -> Money:
    """The base of an ad valorem export duty: the FOB value contains the duty, and is freed of it; rounded half up."""
    return money(fob.amount / (1 + rate), fob.currency)


def assess_export(case: Case) -> Answer:
    """The export duty of a line whose rates were stated, or are on file."""
    said, line = case.own(EXPORT_RATES), case.own(LINE)
    card = destination(case, COUNTRY)
    if card is None:
        return no_law(Text("no pack of China is on file", "没有中国规则包"))
    row = case.read(f"{card.name}/export_tariff", said.day, code=line.hs)
    conditions: list[Text] = []
    try:
        duty: Duty | None = None
        if row is not None:
            duty = row["provisional"] if row["provisional"] is not None else row["duty"]
        elif said.provisional or said.duty:
            duty = parse_duty(said.provisional or said.duty)
            conditions.append(
                Text(
                    f"export duty as stated from {said.source}, not checked against law",
                    f"出口税率依申报（{said.source}），未经规则库核对",
                )
            )
        if duty is None:
            return no_law(Text(f"no export duty of {line.hs} is on file: state it", f"{line.hs} 的出口税率未入库：请填报"))
        terms, charges = case[TERMS], case.get(CHARGES) or Charges()
        price = line_amount(line)
        if problems := (*rate_faults(f"export.rates/{case.key}.rates", said.rates), *charge_faults(charges)):
            return refused(problems)
        if price is None or price.minor <= 0:
            return refused((_no_price(case.key),))
        parts = [(price.amount, price.currency)]
        # What the price contains of the main carriage is taken off; an ex-works price lacks the way to the ship.
        for paid, name, one in ((CARRIAGE_PAID, FREIGHT, charges.freight), (INSURANCE_PAID, INSURANCE, charges.insurance)):
            if terms.incoterm in paid:
                parts += [(-amount, own) for _, amount, own in cost_share(case, name, line, price, None, one, conditions)]
        if terms.incoterm == "EXW":
            conditions.append(Text("the price is ex works: costs up to loading belong to the value", "成交方式为EXW：价格应加计装载前费用"))
        fob = money(
            convert((amount, exchange(case, own, card, said.rates, said.day, conditions)) for amount, own in parts),
            str(card.traits["currency"]),
        )
        rate = duty.rate if isinstance(duty, AdValorem) else Decimal(0)
        base = base_without_duty(fob, rate)
        exact, _ = charge(duty, base.amount, base.currency, {} if isinstance(duty, AdValorem | Free) else traded(case, line, said.day))
    except Undecided as undecided:
        return refused(undecided.problems) if undecided.gap is None else no_law(undecided.gap)
    except DutyError as error:
        return no_law(Text(f"the export duty cannot be charged: {error}", f"出口关税无法计算：{error}"))
    owed = money(exact, base.currency)
    case.step(Text("base of the export duty", "出口关税计税价格"), f"FOB / (1 + {rate:f})", base, fob=fob)
    case.step(Text("export duty", "出口关税"), write_duty(duty), owed, exact, base=base)
    result = ExportDuty(line.hs, fob, base, write_duty(duty), owed)
    return needs_review(result, *conditions) if conditions else found(result)


def _no_price(key: str) -> Problem:
    return Problem(
        "D001", f"line/{key}.amount", Text("the line has no amount", "商品项没有金额"),
        Text("give its amount, or quantity and unit price", "请填写金额，或数量与单价"),
    )
