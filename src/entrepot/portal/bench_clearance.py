"""How long the full check of a declaration takes: every rule, licences, the papers compared, names screened, trade modes."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from entrepot.kernel.cases import facts_on_record
from entrepot.kernel.law import Law
from entrepot.kernel.module import Module, Registry
from entrepot.kernel.record import Record
from entrepot.kernel.sheet import Sheet
from entrepot.kernel.vocabulary import SHARED
from entrepot.links import LINKS
from entrepot.modules.consistency.module import MODULES as CONSISTENCY
from entrepot.modules.declaration.module import MODULES as DECLARATION
from entrepot.modules.ecommerce.module import MODULES as ECOMMERCE
from entrepot.modules.licensing.module import MODULE as LICENSING
from entrepot.modules.procurement.module import MODULES as PROCUREMENT
from entrepot.modules.screening.module import MODULE as SCREENING
from entrepot.portal.bench import Figure, Say, cpu_seconds
from entrepot.portal.demonstration.made import export_facts
from entrepot.portal.demonstration.shipment_papers import shipment_papers
from entrepot.portal.setting import law as load_law

DAY = date(2026, 6, 15)
LINES, ROUNDS, BAR = 50, 40, 0.020
ROOMS: tuple[Module, ...] = (*LINKS, *DECLARATION, LICENSING, *CONSISTENCY, *PROCUREMENT, *ECOMMERCE, SCREENING)


def run(say: Say) -> list[Figure]:
    """CPU time of clearance on a cold sheet with warm law, beside decoding the same statements and nothing more."""
    law, registry = load_law(), Registry(ROOMS, SHARED)
    facts = export_facts(LINES)
    clean, _ = facts_on_record(facts, "trade", registry)
    papers, _ = facts_on_record(_beside(facts), "trade", registry, shipment_papers(LINES))
    figures = []
    for name, record in (("from one source", clean), ("out of seven papers", papers)):
        say(f"{LINES} lines {name}")
        figures.append(_check(f"full check of {LINES} lines {name}", record, registry, law))
    return figures


def _beside(facts: dict[str, Any]) -> dict[str, Any]:
    """What the seven papers do not say and the declarant does: the choices of the declaration, codes, elements of each line."""
    said = {place: facts[place] for place in ("declaration.particulars", "declaration.attachment/B")}
    said["trade.party/exporter"] = {"customs_code": facts["trade.party/exporter"]["customs_code"]}
    for place, body in facts.items():
        if place.startswith("goods.line/"):
            said[place] = {name: body[name] for name in ("elements", "dangerous", "origin")}
    return said


def _check(name: str, record: Record, registry: Registry, law: Law) -> Figure:
    cpu, wall = cpu_seconds(lambda: Sheet(registry, record, law, DAY).assess(), ROUNDS)
    form = Sheet(registry, record, law, DAY).assess().finding("declaration.form")
    told = "" if form is None else f"{form.status}, {len(form.problems)} problems; "
    bodies = [(msgspec.json.Decoder(registry.topics[s.topic].type), bytes(s.body)) for s in record.submissions.values()]
    alone, _ = cpu_seconds(lambda: [decoder.decode(body) for decoder, body in bodies], ROUNDS)
    return Figure(
        name, f"{cpu * 1e3:.2f} ms CPU ({wall * 1e3:.2f} ms wall)", f"< {BAR * 1e3:.0f} ms CPU",
        f"{told}decoding its {len(bodies)} statements alone: {alone * 1e3:.2f} ms CPU",
        f"{cpu / BAR:.2f} of the bar, {cpu / alone:.1f} times decoding", cpu < BAR,
    )  # fmt: skip
