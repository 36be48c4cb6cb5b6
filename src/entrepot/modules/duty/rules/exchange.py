"""Exchange rates at the destination: as said for the entry, as the country's customs sets them, else indicative."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from entrepot.kernel.case import Case
from entrepot.kernel.days import customs_rate_day
from entrepot.kernel.law import PackCard
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.customs import Entry

# From this day a rate day that does not trade gives way to the next trading day (GACC Order 272); before it the fourth
# Wednesday took its place (Order 124).
ORDER_272 = date(2024, 12, 1)
SATURDAY = 5
# No currency is worth less of another than this, nor more than its inverse.
LEAST_RATE = Decimal("0.000000001")


class Undecided(Exception):
    """The value cannot be worked out from what was said: every problem at once, or the rate that is not on file."""

    def __init__(self, problems: Iterable[Problem] = (), gap: Text | None = None) -> None:
        super().__init__()
        self.problems, self.gap = tuple(problems), gap


def rate_faults(where: str, rates: Mapping[str, Decimal]) -> Iterable[Problem]:
    """Exchange rates that are none."""
    for currency, rate in rates.items():
        if not rate.is_finite() or not LEAST_RATE <= rate <= 1 / LEAST_RATE:
            yield Problem(
                "D005", f"{where}.{currency}", Text(f"{rate} is no exchange rate", f"{rate} 不是有效汇率"),
                Text("give destination currency per unit", "请填写每单位外币折合目的国货币的汇率"),
            )
        if not (len(currency) == 3 and currency.isascii() and currency.isalpha() and currency.isupper()):
            yield Problem(
                "D027", f"{where}.{currency[:20]}",
                Text(f"{currency[:20]!r} is no currency: its rate would count for nothing", f"{currency[:20]!r} 不是币种代码"),
                Text("write the three letters of ISO 4217: USD", "请填写 ISO 4217 三位字母代码，如 USD"),
            )


def law_day(entry: Entry, card: PackCard) -> date:
    """The day whose rates of duty and exchange count: that of the tax formalities where goods were bonded or relieved; for
    goods declared before they came, that of the conveyance's entry where the country has it so; else the declaration's."""
    if entry.taxed_on is not None:
        return entry.taxed_on
    if entry.arrived_on is not None and entry.arrived_on > entry.day and card.traits.get("taxed_on_arrival"):
        return entry.arrived_on
    return entry.day


def rate_day(case: Case, card: PackCard, declared_on: date) -> date | None:
    """The day whose exchange rates customs applies to a declaration, where the country sets them by a reference day: the
    third Wednesday of the month before, or the next trading day (China: Order 272, Arts. 13-14)."""
    if card.traits.get("exchange_day") != "third_wednesday":
        return None
    day = customs_rate_day(declared_on)
    if declared_on < ORDER_272:
        return day if trades(case, card.name, day) else day + timedelta(days=7)
    while not trades(case, card.name, day):
        day += timedelta(days=1)
    return day


def trades(case: Case, pack: str, day: date) -> bool:
    """Whether the inter-bank exchange market trades: not at weekends, nor on a holiday of the calendar."""
    return day.weekday() < SATURDAY and _calendar(case, pack, day) != "holiday"


def works(case: Case, pack: str, day: date) -> bool:
    """Whether offices work: by the calendar of holidays and of the weekend days that make up for them."""
    kind = _calendar(case, pack, day)
    return kind == "workday" if kind else day.weekday() < SATURDAY


def _calendar(case: Case, pack: str, day: date) -> str:
    row = case.read(f"{pack}/calendar", day, date=day.isoformat())
    return "" if row is None else str(row["kind"])


def working_day(case: Case, pack: str, day: date, conditions: list[Text]) -> date:
    """A last day that is a rest day gives way to the next working day."""
    if case.read(f"{pack}/calendar", day, date=f"{day.year}") is None:
        told = Text(
            f"the calendar of holidays of {day.year} is not on file: only weekends count as rest days",
            f"{day.year} 年节假日安排尚未入库：仅以周末为休息日",
        )
        if told not in conditions:
            conditions.append(told)
    while not works(case, pack, day):
        day += timedelta(days=1)
    return day


def exchange(
    case: Case, currency: str, card: PackCard, said: Mapping[str, Decimal], day: date, conditions: list[Text]
) -> Decimal:
    """Units of the destination's currency per unit of `currency`: as said for the entry, else as its customs set it, else
    the cross rate by the European Central Bank, which is only indicative. Raises Undecided where none is on file."""
    to = str(card.traits["currency"])
    if currency == to:
        return Decimal(1)
    if currency in said:
        return said[currency]
    row = case.read(f"{card.name}/customs_rates", day, currency=currency)
    if row is not None:
        rate = Decimal(row["rate"])
        case.step(Text("customs exchange rate", "计征汇率"), f"{to} per {currency}, {row['day']}", rate)
        return rate
    rate, told = case.by_law(_cross, currency, to, day)
    wanted = rate_day(case, card, day)
    if wanted is not None:
        told = Text(
            f"{told.en}: that is the central parity of {wanted}", f"{told.zh}；应采用 {wanted} 的人民币汇率中间价"
        )
    if told not in conditions:
        conditions.append(told)
    return rate


def _cross(case: Case, currency: str, to: str, day: date) -> tuple[Decimal, Text]:
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
    return rate, Text(
        f"{currency} to {to} by the cross rate of the European Central Bank: indicative, not the customs rate",
        f"{currency} 兑 {to} 采用欧洲央行交叉汇率：仅供参考，并非海关汇率",
    )
