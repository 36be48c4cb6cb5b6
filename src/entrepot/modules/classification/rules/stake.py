"""The duty at stake: what the leading two codes cost at the destination without any preference."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from entrepot.kernel.case import Case
from entrepot.kernel.law import PackCard, Row
from entrepot.kernel.rates import AdValorem, Duty, Free, write_duty
from entrepot.kernel.text import Text
from entrepot.modules.classification.facts import DutyGap

EVERY_ORIGIN = "*"
MOST_CODES = 40


def at_stake(case: Case, codes: Sequence[str], country: str, origin: str, day: date) -> DutyGap | None:
    """The rates of two codes of six digits in `country` (alpha-3) for goods of `origin` (alpha-3, may be empty); None where
    there are no two codes or no tariff is on file."""
    pack = next((card for card in case.packs("jurisdictions") if card.applies.get("alpha3") == country), None)
    if pack is None or len(codes) < 2 or not case.knows(f"{pack.name}/tariff"):
        return None
    treatments = _open(case, pack, origin, day)
    duties = {code: _duties(case, pack, code, treatments, day) for code in codes[:2]}
    rates = {code: _ends(found) for code, found in duties.items()}
    shares = [_single(found) for found in duties.values()]
    points = None
    if shares[0] is not None and shares[1] is not None:
        points = abs(shares[0] - shares[1]) * 100
    known = pack.tables["tariff"].known_through
    note = None
    if known is not None and day > known:
        note = Text(f"the tariff on file is known until {known}", f"所存税则已知至 {known}")
    return DutyGap(country, day, rates, points, note)


def _open(case: Case, pack: PackCard, origin: str, day: date) -> dict[str, str]:
    """The treatments without preference that such goods may have, with the treatment each replaces."""
    found = {}
    for whose in dict.fromkeys((EVERY_ORIGIN, origin)):
        for row in case.rows(f"{pack.name}/eligible", day, origin=whose) if whose else ():
            treatment = case.read(f"{pack.name}/treatments", day, treatment=row.keys["treatment"])
            if treatment is not None and not treatment["preferential"]:
                found[row.keys["treatment"]] = treatment["replaces"] or ""
    return found


def _duties(case: Case, pack: PackCard, six: str, treatments: dict[str, str], day: date) -> list[Duty]:
    """The lowest such duty of each national code under six digits, as far as they can be compared."""
    found = []
    for code in case.codes(f"{pack.name}/tariff", six)[:MOST_CODES]:
        rows: dict[str, Row] = {}
        for treatment in treatments:
            for row in case.rows(f"{pack.name}/tariff", day, code=code, treatment=treatment):
                if row["duty"] is not None and row["applied"] is not False and row.keys.get("condition") != "in_quota":
                    rows.setdefault(treatment, row)
        replaced = {treatments[treatment] for treatment in rows}
        duties = [row["duty"] for treatment, row in rows.items() if treatment not in replaced]
        if duties:
            found.append(min(duties, key=_order))
    return found


def _share(duty: Duty) -> Decimal | None:
    if isinstance(duty, Free):
        return Decimal(0)
    return duty.rate if isinstance(duty, AdValorem) else None


def _order(duty: Duty) -> tuple[bool, Decimal]:
    share = _share(duty)
    return share is None, share or Decimal(0)


def _ends(duties: Sequence[Duty]) -> tuple[str, ...]:
    """The lowest and the highest of some duties as text; one where they are the same."""
    ordered = sorted(duties, key=_order)
    return tuple(dict.fromkeys(write_duty(duty) for duty in (*ordered[:1], *ordered[-1:])))


def _single(duties: Sequence[Duty]) -> Decimal | None:
    shares = {_share(duty) for duty in duties}
    return shares.pop() if len(shares) == 1 else None
