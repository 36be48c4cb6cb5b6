"""How fast a bill of materials of 30 lines is decided under every agreement between two countries, advice included."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from entrepot.kernel.cases import facts_on_record
from entrepot.kernel.law import Law
from entrepot.kernel.module import Registry
from entrepot.kernel.sheet import Sheet
from entrepot.kernel.vocabulary import SHARED
from entrepot.modules.origin.facts import MARGIN
from entrepot.modules.origin.module import MODULE
from entrepot.portal.bench import Figure, Say, cpu_seconds
from entrepot.portal.setting import law as load_law

DAY = date(2026, 6, 15)
BAR = 0.050
MATERIALS = 30
# What a piece of furniture (9403.60) is made of, from everywhere; the first stands in its own heading, and is dear.
_CODES = ("441112", "441239", "732690", "731815", "830210", "940199", "392690", "760429", "701090", "590320")
_ORIGINS = ("CHN", "VNM", "JPN", "KOR", "DEU", "USA")


def run(say: Say) -> list[Figure]:
    """CPU time of deciding on one line: between Viet Nam and Japan, and between the United Kingdom and Japan."""
    law = load_law()
    figures = []
    for country, destination in (("VNM", "JPN"), ("GBR", "JPN")):
        say(f"{country} to {destination}")
        figures.append(_figure(law, country, destination))
    return figures


def _figure(law: Law, country: str, destination: str) -> Figure:
    whole = _drawn(law, country, destination)
    finding = whole.finding(MARGIN.name, "1")
    margins = {} if finding is None or finding.value is None else finding.value.agreements
    cpu, wall = cpu_seconds(partial(_drawn, law, country, destination), 40)
    plain, _ = cpu_seconds(partial(_each_change_drawn, law, country, destination), 2)
    changes = sum(len(margin.remedies) for margin in margins.values())
    names = " and ".join(margins)
    return Figure(
        f"{MATERIALS} materials, {country} to {destination}: {names}, {changes} single changes that qualify",
        f"{cpu * 1e3:.1f} ms CPU ({wall * 1e3:.1f} ms wall)",
        f"≤ {BAR * 1e3:.0f} ms CPU",
        f"the sheet drawn again with each material replaced: {plain * 1e3:.0f} ms CPU",
        f"{cpu / BAR:.2f} of the bar, 1/{plain / cpu:.0f} of the baseline",
        cpu <= BAR,
    )


def _facts(country: str, destination: str, replaced: int | None = None) -> dict[str, Any]:
    materials = []
    for number in range(MATERIALS):
        origin = _ORIGINS[number % len(_ORIGINS)]
        own = number == replaced
        materials.append(
            {
                "name": f"part {number + 1}",
                "hs": _CODES[number * 7 % len(_CODES)] if number else "940391",
                "value": f"USD {1500 + 137 * number if number else 14_000}.00",
                "origin": country if own else origin,
                "originating": own or origin in (country, destination),
                "weight_kg": str(number + 1),
            }
        )
    bill = {
        "producer_country": country,
        "fob": "USD 120000.00",
        "ex_works": "USD 116000.00",
        "operations": ["pressing", "welding"],
        "net_weight_kg": "900",
        "materials": materials,
    }
    return {"goods.line/1": {"hs": "940360"}, "goods.bom/1": bill, "import.entry": {"country": destination, "day": DAY}}


def _drawn(law: Law, country: str, destination: str, replaced: int | None = None) -> Sheet:
    """The origin room alone on a fresh sheet: facts decoded, decisions, margins, advice and working."""
    rooms = Registry([MODULE], SHARED)
    record, given = facts_on_record(_facts(country, destination, replaced), "trade", rooms)
    return Sheet(rooms, record, law, DAY, given).assess()


def _each_change_drawn(law: Law, country: str, destination: str) -> None:
    """The plain way to the best single change: decide again for every material that might be replaced."""
    for number in range(MATERIALS):
        _drawn(law, country, destination, number)
