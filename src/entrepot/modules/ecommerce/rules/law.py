"""How the rules of e-commerce read facts and law."""

from datetime import date
from decimal import Decimal

from entrepot.kernel.case import Case
from entrepot.kernel.exchange import Exchanged, exchanged
from entrepot.kernel.money import Money
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.customs import PARTICULARS
from entrepot.modules.ecommerce.facts import PLAN

CN, CNY, USD = "CN", "CNY", "USD"
MODES = frozenset({"9610", "9710", "9810", "1210", "1239"})
RETAIL = frozenset({"9610", "1210", "1239"})


def day_of(case: Case) -> date:
    """The day whose law counts: that of the declaration, else of the plan, else the day of asking."""
    particulars, plan = case.get(PARTICULARS), case.get(PLAN)
    if particulars is not None and particulars.declared_on is not None:
        return particulars.declared_on
    return plan.day if plan is not None and plan.day is not None else case.today


def mode_of(case: Case) -> str:
    """The mode that the declaration names."""
    particulars = case.get(PARTICULARS)
    return particulars.supervision_mode if particulars is not None else ""


def by_ecommerce(case: Case) -> bool:
    """Whether the declaration names a mode of e-commerce: elsewhere the checks are silent."""
    return mode_of(case) in MODES


def planned(case: Case) -> bool:
    """Whether a plan of sale was said."""
    return case.get(PLAN) is not None


def is_import(case: Case) -> bool:
    """Whether the goods come in: by the declaration, else by the plan."""
    particulars, plan = case.get(PARTICULARS), case.get(PLAN)
    if particulars is not None and particulars.supervision_mode:
        return particulars.flow == "I"
    return plan is not None and plan.flow == "I"


def limit(case: Case, day: date, name: str) -> Decimal | None:
    """A threshold of `CN/limits`; None where it is not on file."""
    row = case.read("CN/limits", day, name=name)
    return None if row is None else Decimal(row["value"])


def in_currency(case: Case, amount: Money, to: str, day: date) -> Exchanged | None:
    """An amount in another currency by the customs rate of the day; None where a rate is not on file."""
    return exchanged(case, amount, to, day, CN, CNY)


def mode_name(case: Case, mode: str, day: date) -> Text:
    """The name of a customs mode."""
    row = case.read("CN/supervision_modes", day, code=mode)
    return Text(mode, mode) if row is None else Text(row["name_en"], row["name_zh"])
