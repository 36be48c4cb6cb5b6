"""How fast a dossier is assessed: one line, fifty, and one changed line of ten thousand; and how fast law is looked up."""

from __future__ import annotations

import resource
import timeit
from datetime import date
from typing import Any

import msgspec

from entrepot.kernel.cases import facts_on_record
from entrepot.kernel.intake import convert
from entrepot.kernel.law import Law
from entrepot.kernel.sheet import Sheet
from entrepot.kernel.submissions import Submission
from entrepot.portal.bench import Figure, Say, cpu_seconds
from entrepot.portal.demonstration.made import export_facts
from entrepot.portal.setting import law as load_law
from entrepot.portal.setting import registry

DAY = date(2026, 6, 15)


def run(say: Say) -> list[Figure]:
    """CPU time of whole assessments, every module, working included."""
    law = load_law()
    figures = []
    for lines, bar in ((1, 0.001), (50, 0.020)):
        say(f"{lines} line(s)")
        cpu, wall = _whole(lines, law, 200 if lines == 1 else 40)
        figures.append(_figure(f"assess a dossier of {lines} line{'s' if lines > 1 else ''}", cpu, wall, bar))
    say("10,000 lines")
    cpu, wall, first = _changed(10_000, law)
    figures.append(
        _figure("redraw after one changed line of 10,000", cpu, wall, 0.050, f"drawn whole: {first * 1e3:,.0f} ms CPU")
    )
    figures.append(_openfisca(figures[0], say))
    return figures


def _figure(name: str, cpu: float, wall: float, bar: float, baseline: str = "") -> Figure:
    value = f"{cpu * 1e3:.3f} ms CPU ({wall * 1e3:.3f} ms wall)"
    return Figure(name, value, f"≤ {bar * 1e3:.0f} ms CPU", baseline, f"{cpu / bar:.2f} of the bar", cpu <= bar)


def _whole(lines: int, law: Law, rounds: int) -> tuple[float, float]:
    """A fresh sheet each time on a record already folded: what assessing costs, not what decoding JSON does."""
    record, _ = facts_on_record(export_facts(lines), "trade", registry())
    return cpu_seconds(lambda: Sheet(registry(), record, law, DAY).assess(), rounds)


def _changed(lines: int, law: Law) -> tuple[float, float, float]:
    facts = export_facts(lines)
    record, _ = facts_on_record(facts, "trade", registry())
    sheet = Sheet(registry(), record, law, DAY)
    first, _ = cpu_seconds_once(sheet)
    topic = registry().topics["goods.line"]
    original = next(iter(record.standing("goods.line")["77"].statements))
    number, last = 0, original.id

    def change() -> None:
        nonlocal number, last
        number += 1
        body: dict[str, Any] = {**facts["goods.line/77"], "description": f"changed {number}"}
        raw = msgspec.Raw(msgspec.json.encode(convert(body, topic.type), order="sorted"))
        record.add(
            Submission(id=f"change-{number}", dossier="case", topic="goods.line", key="77", body=raw, replaces=(last,))
        )
        last = f"change-{number}"
        sheet.assess()

    cpu, wall = cpu_seconds(change, 20)
    return cpu, wall, first


def cpu_seconds_once(sheet: Sheet) -> tuple[float, float]:
    """CPU and wall seconds of drawing a sheet for the first time."""
    import time

    cpu, wall = time.process_time(), time.perf_counter()
    sheet.assess()
    return time.process_time() - cpu, time.perf_counter() - wall


def _openfisca(ours: Figure, say: Say) -> Figure:
    """OpenFisca's country template, a single person's `income_tax` through its public API: the nearest known peer."""
    try:
        from openfisca_core.simulation_builder import SimulationBuilder
        from openfisca_country_template import CountryTaxBenefitSystem
    except ImportError:
        say("OpenFisca left out: install requirements-bench.lock (python3 run.py bench does)")
        return Figure("beside it: OpenFisca income_tax", "not installed")
    system = CountryTaxBenefitSystem()
    person = {"persons": {"one": {"salary": {"2017-01": 3000}, "income_tax": {"2017-01": None}}}}

    def calculate() -> object:
        return SimulationBuilder().build_from_entities(system, person).calculate("income_tax", "2017-01")

    def ready() -> object:
        simulation.delete_arrays("income_tax")
        return simulation.calculate("income_tax", "2017-01")

    simulation = SimulationBuilder().build_from_entities(system, person)
    cpu, _ = cpu_seconds(calculate, 200)
    warm, _ = cpu_seconds(ready, 200)
    mine = float(ours.value.split()[0])
    return Figure(
        "beside it: OpenFisca income_tax, one person, built and calculated",
        f"{cpu * 1e3:.3f} ms CPU",
        "",
        f"calculation alone: {warm * 1e3:.3f} ms CPU",
        f"our whole dossier / theirs: {mine / (cpu * 1e3):.2f}",
    )


def run_law(say: Say) -> list[Figure]:
    """Loading all packs from their compiled form, and one look-up on the whole Japanese tariff."""
    say("loading all packs")
    cpu, wall = cpu_seconds(load_law.__wrapped__, 3)
    law = load_law()
    keys = {"code": "280920000", "treatment": "rcep_china", "season": "", "condition": ""}
    assert law.read("JP/tariff", DAY, keys) is not None
    rounds = 100_000
    again = timeit.timeit(lambda: law.read("JP/tariff", DAY, keys), number=rounds) / rounds
    codes = [code for code in law.codes("JP/lines", "") if len(code) == 9]

    def every(treatment: str) -> float:
        asked = [{**keys, "code": code, "treatment": treatment} for code in codes]
        return timeit.timeit(lambda: [law.read("JP/tariff", DAY, one) for one in asked], number=1) / len(codes)

    # Each code under one treatment, then under another: met for the first time, then known but never asked like this.
    first, fresh = every("wto"), every("general")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [
        Figure("load all packs, compiled", f"{wall * 1e3:.0f} ms ({cpu * 1e3:.0f} ms CPU)", "< 1 s", met=wall < 1),
        Figure(
            f"one look-up on the Japanese tariff, each of {len(codes):,} codes once",
            f"{fresh * 1e6:.2f} µs",
            "< 5 µs",
            met=fresh < 5e-6,
        ),
        Figure("the same question again", f"{again * 1e6:.2f} µs"),
        Figure("a code met for the first time (its rows are decoded then)", f"{first * 1e6:.1f} µs"),
        Figure("memory of the process with all of it read", f"{peak:.0f} MB"),
    ]
