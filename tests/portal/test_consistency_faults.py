"""Faults put into papers that agree are told, and spellings that are no faults block nothing: a small run of the benchmark."""

from collections import defaultdict

import pytest

from entrepot.portal.bench_consistency import Tally, count, told_on, verdict
from entrepot.portal.bench_consistency_faults import faults, harmless
from entrepot.portal.demonstration.shipment_papers import shipment_papers
from tests.making import law

LAW = ("consistency", "units", "unlocode", "CN")


@pytest.mark.parametrize("lines", [1, 3])
def test_papers_that_agree_are_told_nothing(lines: int) -> None:
    clean = verdict(shipment_papers(lines), law(*LAW))
    assert (clean.blocks, clean.asks) == (frozenset(), frozenset())
    assert clean.compared > 40


def test_every_kind_of_fault_is_told() -> None:
    papers = shipment_papers(2)
    tallies: dict[str, Tally] = defaultdict(Tally)
    count(tallies, told_on(faults(papers, 1), verdict(papers, law(*LAW)), law(*LAW)))
    assert {kind: one.missed for kind, one in tallies.items() if one.missed} == {}
    assert len(tallies) >= 20


def test_what_is_only_written_otherwise_blocks_nothing() -> None:
    papers = shipment_papers(2)
    results = list(told_on(harmless(papers), verdict(papers, law(*LAW)), law(*LAW)))
    assert [(mutant.kind, found.blocks) for mutant, found in results if found.blocks] == []
    assert {mutant.kind for mutant, found in results if found.asks} <= {"order bill", "weight rounded"}
    assert any(found.unequal for _, found in results), "equality alone would have blocked them"
