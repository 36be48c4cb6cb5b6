"""Until when an entry is declared and paid, and what being late costs (China: Customs Law Arts. 24 and 30, Tariff Law Art. 43); until
when what was paid wrongly is claimed back or recovered (Tariff Law Arts. 45, 46 and 51)."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal

from msgspec import Struct

from entrepot.kernel.case import Case
from entrepot.kernel.days import add_months
from entrepot.kernel.law import PackCard
from entrepot.kernel.money import Money, money
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.customs import Entry, Formalities
from entrepot.modules.duty.rules.exchange import law_day, working_day, works


class Due(Struct, frozen=True):
    """The last days of an entry and the price of being late; what the country does not set is None."""

    declare_by: date | None = None
    pay_by: date | None = None
    per_day: Money | None = None
    late_fee: Money | None = None
    surcharge: dict[str, Money] = {}
    interest: Money | None = None
    reclaim_by: date | None = None
    conditions: tuple[Text, ...] = ()


def late_fee(value: Decimal, per_day: Decimal, days: int, least: Decimal) -> Decimal:
    """The fee for a late declaration: in whole units of the currency, cut off; nothing below the least that is asked for."""
    fee = (value * per_day * days).quantize(Decimal(1), ROUND_FLOOR) if days > 0 else Decimal(0)
    return fee if fee >= least else Decimal(0)


def surcharge(unpaid: Money, per_day: Decimal, days: int, least: Decimal) -> Money:
    """The surcharge on one tax paid late, rounded half up; nothing below the least that is asked for."""
    owed = money(unpaid.amount * per_day * max(days, 0), unpaid.currency)
    return owed if owed.amount >= least else Money(0, unpaid.currency)


def interest(duty: Money, rate: Decimal, days: int) -> Money:
    """Interest on duty deferred in bond: by the year of 360 days, rounded half up."""
    return money(duty.amount * rate * days / 360, duty.currency)


def due(
    case: Case, card: PackCard, entry: Entry, formalities: Formalities, value: Money, taxes: Iterable[tuple[str, Money]]
) -> Due:
    """The deadlines of an entry with these taxes."""
    conditions: list[Text] = []
    day, owed = law_day(entry, card), dict(taxes)
    declare_by, fee = _declaration(case, card, entry, value, conditions)
    pay_by, daily = _pay_by(case, card, entry, formalities, conditions), None
    late: dict[str, Money] = {}
    rate = _limit(case, card, day, "surcharge_per_day")
    if pay_by is not None and rate is not None and owed:
        whole = Money(sum(one.minor for one in owed.values()), value.currency)
        daily = money(whole.amount * rate, whole.currency)
        if formalities.paid_on is not None and formalities.paid_on > pay_by:
            days = (formalities.paid_on - pay_by).days
            least = _limit(case, card, day, "surcharge_minimum") or Decimal(0)
            late = {tax: surcharge(unpaid, rate, days, least) for tax, unpaid in owed.items()}
            case.step(Text("late payment", "滞纳金"), f"each tax × {rate:f} × {days} days", sum(one.amount for one in late.values()))
    deferred = _interest(case, formalities, day, owed.get("duty"), conditions)
    years = None if formalities.paid_on is None else _limit(case, card, formalities.paid_on, "reclaim_years")
    reclaim_by = None if formalities.paid_on is None or years is None else add_months(formalities.paid_on, 12 * int(years))
    return Due(declare_by, pay_by, daily, fee, late, deferred, reclaim_by, tuple(conditions))


def _limit(case: Case, card: PackCard, day: date, name: str) -> Decimal | None:
    row = case.read(f"{card.name}/limits", day, name=name)
    return None if row is None else Decimal(row["value"])


def _declaration(
    case: Case, card: PackCard, entry: Entry, value: Money, conditions: list[Text]
) -> tuple[date | None, Money | None]:
    """The last day of declaring, counted from the conveyance's entry, and the fee for having declared later."""
    most = _limit(case, card, entry.day, "declare_import_days") if entry.arrived_on else None
    if entry.arrived_on is None or most is None:
        return None, None
    last = working_day(case, card.name, entry.arrived_on + timedelta(days=int(most)), conditions)
    days = (entry.day - last).days
    if days <= 0:
        return last, None
    if entry.day > add_months(entry.arrived_on, 3):
        conditions.append(
            Text("not declared for more than three months: customs may sell the goods", "超过三个月未申报：海关可提取变卖货物")
        )
    rate, least = _limit(case, card, entry.day, "late_fee_per_day"), _limit(case, card, entry.day, "late_fee_minimum")
    if rate is None:
        return last, None
    fee = late_fee(value.amount, rate, days, least or Decimal(0))
    case.step(Text("late declaration", "滞报金"), f"value × {rate:f} × {days} days, whole units", fee, of=value)
    return last, money(fee, value.currency)


def _pay_by(
    case: Case, card: PackCard, entry: Entry, formalities: Formalities, conditions: list[Text]
) -> date | None:
    """The last day of paying; paid month by month it is a working day of the next month."""
    day = entry.taxed_on or entry.day
    if formalities.consolidated:
        nth = _limit(case, card, day, "consolidated_working_day")
        if nth is None:
            return None
        last = working_day(case, card.name, add_months(day.replace(day=1), 1), conditions)
        for _ in range(int(nth) - 1):
            last += timedelta(days=1)
            while not works(case, card.name, last):
                last += timedelta(days=1)
        return last
    days = _limit(case, card, day, "pay_days")
    return None if days is None else working_day(case, card.name, day + timedelta(days=int(days)), conditions)


def _interest(
    case: Case, formalities: Formalities, day: date, duty: Money | None, conditions: list[Text]
) -> Money | None:
    if formalities.bonded_from is None or duty is None:
        return None
    if formalities.deferral_rate is None:
        conditions.append(
            Text(
                "interest on the duty deferred in bond: give the rate of demand deposits in import.formalities",
                "缓税利息：请在 import.formalities 中填写活期存款利率",
            )
        )
        return None
    days = (day - formalities.bonded_from).days
    owed = interest(duty, formalities.deferral_rate, days)
    case.step(Text("deferral interest", "缓税利息"), f"duty × rate × {days} / 360", owed, rate=formalities.deferral_rate)
    return owed
