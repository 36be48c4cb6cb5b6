"""How fast goods are costed at the buyer's door: duty under every treatment, taxes, shares of the costs, working included."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_DOWN, Decimal
from functools import partial
from typing import Any

from entrepot.kernel.cases import facts_on_record
from entrepot.kernel.law import Law
from entrepot.kernel.module import Module, Registry
from entrepot.kernel.record import Record
from entrepot.kernel.sheet import Sheet
from entrepot.kernel.vocabulary import SHARED
from entrepot.portal.bench import Figure, Say, cpu_seconds
from entrepot.portal.setting import law as load_law
from entrepot.portal.setting import registry

LINES = 1000
BAR = 1000  # lines a second on one core
PLACES = (("Japan", "JPN", date(2026, 6, 20)), ("the United States", "USA", date(2024, 11, 20)))


def run(say: Say) -> list[Figure]:
    """A trade of a thousand lines, each with a code of its own, through the rooms of origin, duty and landed cost."""
    law = load_law()
    figures = []
    for name, country, day in PLACES:
        say(f"{LINES:,} lines into {name}")
        facts = trade(law, country, day)
        record, _ = facts_on_record(facts, "trade", registry())
        rooms = Registry(tuple(_rooms()), SHARED)
        sheet = Sheet(rooms, record, law, day).assess()
        finding = sheet.finding("landed.cost")
        assert finding is not None
        assert finding.value is not None, finding
        cpu, wall = cpu_seconds(partial(_drawn, rooms, record, law, day), 3)
        rate = LINES / cpu
        shown = len(finding.value.treatments)
        plain, _ = cpu_seconds(partial(_plain, facts, shown), 3)
        figures.append(
            Figure(
                f"landed cost of {LINES:,} lines into {name}, treatments compared: {shown}",
                f"{rate:,.0f} lines a second ({cpu * 1e3:,.0f} ms CPU, {wall * 1e3:,.0f} ms wall)",
                f"≥ {BAR:,} lines a second",
                f"sums alone in plain Decimal, rates at hand, no law and no working: {LINES / plain:,.0f} lines a second",
                f"our CPU / theirs: {cpu / plain:.0f}",
                rate >= BAR,
            )
        )
    return figures


def _rooms() -> Iterator[Module]:
    """Duty and landed cost, and what they read from others: the rooms of origin."""
    wanted = {"duty", "landed"}
    modules = registry().modules
    while True:
        read = {topic.name for one in modules if one.name in wanted for topic in one.reads()}
        more = {one.name for one in modules if any(topic.name in read for topic in one.gives)} | wanted
        if more == wanted:
            break
        wanted = more
    return (one for one in modules if one.name in wanted)


def trade(law: Law, country: str, day: date) -> dict[str, Any]:
    """Facts of a trade whose lines have the first thousand codes of the destination's tariff that bear a plain rate."""
    pack, treatment = {"JPN": ("JP", "wto"), "USA": ("US", "ntr")}[country]
    keys = {"treatment": treatment, "season": "", "condition": ""}
    codes = [
        code for code in law.codes(f"{pack}/tariff", "")
        if (row := law.read(f"{pack}/tariff", day, {"code": code, **keys})) is not None
        and row["duty"] is not None and row["applied"] and type(row["duty"]).__name__ in ("AdValorem", "Free")
    ][:LINES]  # fmt: skip
    rates = {"JPN": {"USD": "150"}, "USA": {}}[country]
    facts: dict[str, Any] = {
        "trade.terms": {"incoterm": "FOB", "currency": "USD", "total": f"USD {LINES * 1000}.00"},
        "transport.plan": {"mode": "2", "bill_no": "B1", "through_bill": True},
        "import.entry": {"country": country, "day": str(day), "freight": "USD 40000.00", "insurance": "USD 3000.00", "rates": rates},
        "trade.cost/1": {"cost": "destination_terminal", "amount": "USD 12000.00"},
    }
    for number, code in enumerate(codes, 1):
        facts[f"goods.line/{number}"] = {"amount": "USD 1000.00", "net_kg": "100", "origin": "CHN"}
        facts[f"import.line/{number}"] = {"code": code}
    return facts


def _drawn(rooms: Registry, record: Record, law: Law, day: date) -> Sheet:
    return Sheet(rooms, record, law, day).assess()


def _plain(facts: dict[str, Any], treatments: int) -> Decimal:
    """The least that costing takes: value, duty and a tax for each line and treatment, with rates that are simply there."""
    total, cent = Decimal(0), Decimal("0.01")
    freight, insurance, whole = Decimal(40000), Decimal(3000), Decimal(LINES * 1000)
    for place in facts:
        if not place.startswith("goods.line/"):
            continue
        price = Decimal(1000)
        value = (price + freight * price / whole + insurance * price / whole).quantize(cent, ROUND_DOWN)
        for rate in [Decimal("0.03")] * treatments:
            duty = (value * rate).quantize(cent, ROUND_DOWN)
            total += value + duty + ((value + duty) * Decimal("0.1")).quantize(cent, ROUND_DOWN)
    return total
