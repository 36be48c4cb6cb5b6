"""How many faults in papers are found, how often agreement is mistaken for a fault, and how long the comparison takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from copy import deepcopy
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct

from entrepot.gateways.papers import headings_of, read_paper
from entrepot.kernel.cases import facts_on_record
from entrepot.kernel.law import Law
from entrepot.kernel.module import Registry
from entrepot.kernel.record import Record
from entrepot.kernel.sheet import Sheet
from entrepot.kernel.submissions import Evidence, Submission
from entrepot.kernel.vocabulary import SHARED
from entrepot.modules.consistency.facts import COMPARED
from entrepot.modules.consistency.module import MODULES
from entrepot.portal.bench import Figure, Say, cpu_seconds
from entrepot.portal.bench_consistency_faults import Mutant, faults, harmless
from entrepot.portal.demonstration.shipment_papers import Papers, shipment_papers
from entrepot.portal.demonstration.story import CORRIDORS, MATTRESSES, PAPERS, STEERING, Corridor
from entrepot.portal.setting import law as load_law

DAY = date(2026, 6, 15)
LINES = (1, 3, 12, 50)
SEED = 20_260_615
ROOMS = Registry(MODULES, SHARED)


class Verdict(Struct, frozen=True):
    """What the comparison says of a set of papers: what blocks, what asks, each as path and sentence; how much it compared.
    `unequal`: statements on one field are not of one word, which is all that looking for equality would see."""

    blocks: frozenset[str]
    asks: frozenset[str]
    compared: int
    unequal: bool


class Tally(Struct):
    """Of one kind of fault: how many there were, how many were told, how many of those block, how many equality alone would
    have seen, and which were missed."""

    made: int = 0
    told: int = 0
    blocked: int = 0
    unequal: int = 0
    missed: tuple[str, ...] = ()


def run(say: Say) -> list[Figure]:
    """Detection by kind of fault, false alarms, and CPU time of a whole comparison."""
    law = load_law()
    say("clean papers")
    clean = {f"{lines} lines": verdict(shipment_papers(lines), law) for lines in LINES}
    clean |= {corridor.dossier: judged(_read(corridor, law), law) for corridor in (*CORRIDORS, MATTRESSES, STEERING)}
    alarms = sum(len(one.blocks) for one in clean.values()), sum(len(one.asks) for one in clean.values())
    compared = sum(one.compared for one in clean.values())
    figures = [
        Figure(f"false alarms on {len(clean)} clean sets of papers", f"{alarms[0]} that block, {alarms[1]} that ask",
               "0 that block", f"{compared:,} comparisons", "", alarms[0] == 0)
    ]  # fmt: skip
    blocks, asks, unequal, tried = 0, 0, 0, 0
    tallies: dict[str, Tally] = defaultdict(Tally)
    for lines in LINES:
        say(f"faults in papers of {lines} line(s)")
        papers = shipment_papers(lines)
        before = verdict(papers, law)
        for _, found in told_on(harmless(papers), before, law):
            blocks, asks, tried = blocks + bool(found.blocks), asks + bool(found.asks), tried + 1
            unequal += found.unequal
        count(tallies, told_on(faults(papers, SEED + lines), before, law))
    figures.append(
        Figure("harmless spellings", f"{blocks} of {tried} blocked, {asks} asked about", "0 blocked",
               f"equality alone: {unequal} in conflict", "", blocks == 0)
    )  # fmt: skip
    figures += _detection(tallies)
    return [*figures, _speed(law)]


def _detection(tallies: dict[str, Tally]) -> Iterator[Figure]:
    made, told = sum(one.made for one in tallies.values()), sum(one.told for one in tallies.values())
    alone = sum(one.unequal for one in tallies.values())
    yield Figure(
        "faults told, all kinds", f"{told} of {made} ({told / made:.2%})", "≥ 99 %",
        f"equality alone: {alone} ({alone / made:.2%})", "", told >= made * 0.99,
    )  # fmt: skip
    for kind, one in sorted(tallies.items()):
        missed = f"missed: {'; '.join(one.missed[:3])}" if one.missed else ""
        yield Figure(f"  {kind}", f"{one.told} of {one.made}, {one.blocked} of them block", "", missed)


def told_on(mutants: Iterable[Mutant], before: Verdict, law: Law) -> Iterator[tuple[Mutant, Verdict]]:
    """Each mutant with what is told of it and was not told of the papers before."""
    for mutant in mutants:
        found = verdict(mutant.papers, law)
        yield mutant, Verdict(found.blocks - before.blocks, found.asks - before.asks, found.compared, found.unequal)


def count(tallies: dict[str, Tally], results: Iterable[tuple[Mutant, Verdict]]) -> None:
    """Add what was told of faults to the tallies of their kinds."""
    for mutant, found in results:
        tally = tallies[mutant.kind]
        tally.made += 1
        tally.told += bool(found.blocks or found.asks)
        tally.blocked += bool(found.blocks)
        tally.unequal += found.unequal
        if not (found.blocks or found.asks):
            tally.missed = (*tally.missed, mutant.where)


def verdict(papers: Papers, law: Law) -> Verdict:
    """What the room says of papers given as facts."""
    return judged(facts_on_record({}, "trade", ROOMS, papers)[0], law)


def judged(record: Record, law: Law) -> Verdict:
    """What the room says of a record."""
    sheet = Sheet(ROOMS, record, law, DAY).assess()
    papers, purchase = sheet.finding("consistency.papers"), sheet.finding("consistency.purchase")
    told: dict[str, set[str]] = {"E": set(), "W": set(), "": set()}
    comparisons: tuple[Any, ...] = papers.value.comparisons if papers is not None and papers.value is not None else ()
    for one in comparisons:
        told[one.severity].add(f"{one.field}: {one.what.en if one.what else ''}")
    for problem in purchase.value.problems if purchase is not None and purchase.value is not None else ():
        told[problem.severity].add(f"{problem.where}: {problem.what.en}")
    unequal = any(one.conflicts for topic in COMPARED for one in record.standing(topic.name).values())
    return Verdict(frozenset(told["E"]), frozenset(told["W"]), len(comparisons), unequal)


def _read(corridor: Corridor, law: Law) -> Record:
    """The demonstration's papers of a trade, read as they are when they are handed in."""
    record, number = Record("bench", "trade", ROOMS.topics), 0
    for name in corridor.papers:
        data = (PAPERS / corridor.folder / name).read_bytes()
        extract = read_paper(name, data, today=DAY, headings=headings_of(law, DAY))
        paper = {"name": name, "kind": extract.kind}
        stated: list[tuple[str, str, bytes, dict[str, str]]] = [
            ("paper.received", extract.digest, msgspec.json.encode(paper), {})
        ]
        stated += [(one.topic, one.key, msgspec.json.encode(one.value), dict(one.places)) for one in extract.statements]
        for topic, key, body, places in stated:
            number += 1
            evidence = (Evidence(extract.digest, name, places),)
            record.add(Submission(f"{number:08d}", "bench", topic, msgspec.Raw(body), key, evidence=evidence))
    return record


def _speed(law: Law) -> Figure:
    """A whole comparison of 50 lines in seven papers on a record that is folded already; and of papers with as many faults as kinds."""
    record, _ = facts_on_record({}, "trade", ROOMS, shipment_papers(50))
    cpu, wall = cpu_seconds(lambda: Sheet(ROOMS, record, law, DAY).assess(), 40)
    wrong = deepcopy(shipment_papers(50))
    for body in (body for place, body in wrong["packing-list.xlsx"].items() if place.startswith("goods.line/")):
        body.update(net_kg="1", gross_kg="2", description="Steel bolts")
    bad, _ = facts_on_record({}, "trade", ROOMS, wrong)
    worst, _ = cpu_seconds(lambda: Sheet(ROOMS, bad, law, DAY).assess(), 10)
    return Figure(
        "compare 50 lines in 7 papers", f"{cpu * 1e3:.2f} ms CPU ({wall * 1e3:.2f} ms wall)", "< 5 ms CPU",
        f"with three faults in every line: {worst * 1e3:.2f} ms CPU", f"{cpu / 0.005:.2f} of the bar", cpu < 0.005,
    )  # fmt: skip
