"""Papers on a sheet of the room: what is handed in by name, and what comes of it."""

from datetime import date
from typing import Any

from entrepot.kernel.cases import facts_on_record
from entrepot.kernel.findings import Finding
from entrepot.kernel.module import Registry
from entrepot.kernel.sheet import Sheet
from entrepot.kernel.vocabulary import SHARED
from entrepot.kernel.vocabulary.clearance import Comparison
from entrepot.modules.consistency.module import MODULES
from tests.making import law

DAY = date(2026, 6, 15)
ROOMS = Registry(MODULES, SHARED)
LAW = ("consistency", "units", "unlocode", "CN")


def drawn(papers: dict[str, Any], facts: dict[str, Any] | None = None) -> Sheet:
    """The sheet of these papers; a paper's kind is its name up to the point unless it gives one."""
    named = {name: {"kind": name.partition(".")[0], **stated} for name, stated in papers.items()}
    record, _ = facts_on_record(facts or {}, "trade", ROOMS, named)
    return Sheet(ROOMS, record, law(*LAW), DAY).assess()


def finding(papers: dict[str, Any], facts: dict[str, Any] | None = None, topic: str = "consistency.papers") -> Finding:
    found = drawn(papers, facts).finding(topic)
    assert found is not None
    return found


def compared(papers: dict[str, Any], field: str, facts: dict[str, Any] | None = None) -> Comparison:
    """The one comparison of a field."""
    (one,) = [one for one in finding(papers, facts).value.comparisons if one.field == field]
    assert isinstance(one, Comparison)
    return one


def two(topic: str, field: str, one: Any, other: Any) -> dict[str, Any]:
    """An invoice and a packing list that say a field each in their way."""
    return {"invoice.a": {topic: {field: one}}, "packing_list.b": {topic: {field: other}}}
