"""Value content: formulas, thresholds and margins on exact decimals. All amounts are in one currency, main units."""

from collections.abc import Iterable
from decimal import Decimal

from entrepot.kernel.money import greater, minor_digits, round_to
from entrepot.modules.origin.facts import Counted, Making

HUNDRED = Decimal(100)
ZERO = Decimal(0)


def share(part: Decimal, whole: Decimal) -> Decimal:
    """`part` in per cent of `whole`."""
    return part * HUNDRED / whole


def build_down(fob: Decimal, vnm: Decimal) -> Decimal:
    """Regional value content in per cent, from what is not originating (RCEP Art. 3.5(1)(a))."""
    return share(fob - vnm, fob)


def build_up(
    fob: Decimal, vom: Decimal, labour: Decimal, overhead: Decimal, profit: Decimal, other: Decimal
) -> Decimal:
    """Regional value content in per cent, from what is originating and added (RCEP Art. 3.5(1)(b))."""
    return share(vom + labour + overhead + profit + other, fob)


def reaches(part: Decimal, whole: Decimal, percent: Decimal) -> bool:
    """Whether `part` is at least `percent` of `whole`, decided without dividing, so that nothing is rounded."""
    return part * HUNDRED >= percent * whole


def within(part: Decimal, whole: Decimal, percent: Decimal) -> bool:
    """Whether `part` is at most `percent` of `whole`, decided without dividing."""
    return part * HUNDRED <= percent * whole


def shortfall(fob: Decimal, vnm: Decimal, percent: Decimal, currency: str) -> Decimal:
    """By how much non-originating value must fall for `percent` to be reached; whole minor units, rounded up; 0 if it is."""
    above = vnm - fob * (HUNDRED - percent) / HUNDRED
    return round_to(greater(above, ZERO), minor_digits(currency), "ceiling")


def excess(part: Decimal, whole: Decimal, percent: Decimal, currency: str) -> Decimal:
    """By how much `part` stands above `percent` of `whole`; whole minor units, rounded up; 0 if it does not."""
    return round_to(greater(part - whole * percent / HUNDRED, ZERO), minor_digits(currency), "ceiling")


def at_least_shown(percent: Decimal) -> Decimal:
    """A share tested against a minimum, as it is shown: cut to three decimals, so that 39.9999 never reads 40."""
    return round_to(percent, 3, "floor")


def at_most_shown(percent: Decimal) -> Decimal:
    """A share tested against a maximum, as it is shown: raised to three decimals, so that 10.0001 never reads 10."""
    return round_to(percent, 3, "ceiling")


def total(items: Iterable[Counted]) -> Decimal | None:
    """The value of materials less proven deductions; None where one is not in the FOB currency."""
    return _sum([item.value for item in items])


def gross_total(items: Iterable[Counted]) -> Decimal | None:
    """The value of materials before deductions; None where one is not in the FOB currency."""
    return _sum([item.gross for item in items])


def _sum(amounts: list[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, ZERO) if len(known) == len(amounts) else None


def weight(items: Iterable[Counted]) -> Decimal | None:
    """The weight of materials in kg; None where one is not said."""
    return _sum([item.material.weight_kg for item in items])


def domestic_share(making: Making) -> tuple[Decimal, Decimal] | None:
    """What the exporting Party added, and the whole it is a share of: FOB less all materials not originating in that Party.

    RCEP Art. 2.6(3) and the Appendices, after Art. 3.5. With nothing from outside it is the whole, FOB known or not.
    """
    foreign = [item for item in making.inputs if not item.originating or item.cumulated]
    if not foreign:
        return Decimal(1), Decimal(1)
    value = total(foreign)
    return None if making.fob is None or value is None else (making.fob - value, making.fob)


def contributors(making: Making) -> dict[str, Decimal] | None:
    """The value of originating materials by the Party they come from; None where one is not in the FOB currency."""
    values: dict[str, Decimal] = {}
    for item in making.originating:
        if item.value is None:
            return None
        country = item.material.origin
        values[country] = values.get(country, ZERO) + item.value
    return values


def unexplained(fob: Decimal, materials: Decimal, costs: Iterable[Decimal]) -> Decimal:
    """What of the FOB value neither materials nor costs explain; below zero where they exceed it."""
    return fob - sum(costs, materials)
