"""R075 and R076 with the papers compared: parts and wholes, days in their order, what leads where papers may differ."""

from decimal import Decimal
from typing import Any

import pytest
from msgspec import Raw, json

from entrepot.kernel.findings import Finding
from entrepot.kernel.intake import convert
from entrepot.kernel.module import Registry
from entrepot.kernel.record import Record
from entrepot.kernel.sheet import Sheet
from entrepot.kernel.submissions import Evidence, Submission
from entrepot.kernel.vocabulary import SHARED
from entrepot.modules.consistency.module import MODULES as CONSISTENCY
from entrepot.modules.declaration.module import MODULES
from entrepot.modules.licensing.module import MODULE as LICENSING
from tests import making
from tests.modules.declaration.paperwork import DAY, Facts, export, law, sheet, with_lines


def compared(facts: Facts) -> Finding:
    finding = sheet(facts, compared=True).finding("declaration.form")
    assert finding is not None
    return finding


def told(facts: Facts) -> set[str]:
    return {problem.rule for problem in compared(facts).problems}


def test_r075_parts_are_held_against_the_head() -> None:
    facts = with_lines(2)
    for number in ("1", "2"):
        facts[f"goods.line/{number}"] |= {"packages": 480, "gross_kg": "24500"}
    assert told(facts) == set()
    facts["goods.line/2"]["packages"] = 481
    assert told(facts) == {"R075"}
    facts["goods.line/2"] |= {"packages": 480, "gross_kg": "24800"}
    assert told(facts) == {"R075"}
    facts = export()
    facts["transport.container/CSQU3054383"]["gross_kg"] = "25000"
    assert told(facts) == {"R075"}


@pytest.mark.parametrize(
    ("topic", "change"),
    [
        ("trade.terms", {"contract_date": "2026-06-11"}),
        ("trade.terms", {"contract_date": None, "invoice_date": "2026-06-23"}),
        ("transport.plan", {"bill_date": "2026-06-25"}),
    ],
)
def test_r076_days_follow_each_other(topic: str, change: dict[str, Any]) -> None:
    facts = export()
    facts[topic] = {name: value for name, value in (facts[topic] | change).items() if value is not None}
    assert told(facts) == {"R076"}


def test_r076_days_may_fall_together() -> None:
    facts = export()
    facts["trade.terms"] |= {"contract_date": "2026-06-22", "invoice_date": "2026-06-22"}
    facts["transport.plan"]["bill_date"] = "2026-06-26"
    assert told(facts) == set()


def drawn(*papers: tuple[str, dict[str, Any]]) -> Sheet:
    """The export with line 1 told by several papers, each by its name with what it says."""
    modules = (LICENSING, *CONSISTENCY, *MODULES)
    registry = Registry([*modules, *making._stand_ins(modules)], SHARED)
    record = Record("d", "trade", registry.topics)
    facts = export()
    said = [(place, "own.json", body) for place, body in facts.items() if place != "goods.line/1"]
    said += [("goods.line/1", name, body) for name, body in papers]
    for number, (place, name, body) in enumerate(said):
        topic, _, key = place.partition("/")
        raw = Raw(json.encode(convert(body, registry.topics[topic].type)))
        evidence = (Evidence(f"{number:064d}", name, dict.fromkeys(body, f"B{number}")),)
        record.add(Submission(f"{number:04d}", "d", topic, raw, key, evidence=evidence, for_="exporter"))
    return Sheet(registry, record, law(), DAY).assess()


def test_r075_where_papers_may_differ_the_leading_one_stands_and_nothing_blocks() -> None:
    line = export()["goods.line/1"]
    sheet = drawn(("invoice.xlsx", line), ("packing.xlsx", {"quantity": "24000", "unit": "kg", "net_kg": "24000"}))
    finding = sheet.finding("declaration.form")
    assert finding is not None
    assert [problem.rule for problem in finding.problems if problem.severity == "E"] == []
    drafted = finding.value.lines[0]
    assert (drafted.deal_qty, drafted.deal_unit) in ((Decimal(24), "070"), (Decimal(24000), "035"))
    assert finding.value.provenance["line/1.deal_qty"].split()[0] in ("invoice.xlsx", "packing.xlsx")


def test_r075_where_papers_may_not_differ_the_field_is_told_once_and_stays_empty() -> None:
    line = export()["goods.line/1"]
    sheet = drawn(("invoice.xlsx", line), ("packing.xlsx", {"quantity": "25", "unit": "t"}))
    finding = sheet.finding("declaration.form")
    assert finding is not None
    assert [(p.rule, p.where) for p in finding.problems if p.severity == "E"] == [("R075", "line/1.deal_qty")]
    draft = sheet.finding("declaration.draft")
    assert draft is not None
    assert draft.value.lines[0].deal_qty is None
