"""Lines and bills of materials for the tests of origin. Carbon (2803) has a rule that was read in the annex: CTH or RVC40."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from entrepot.kernel.findings import Finding
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.goods import BillOfMaterials, GoodsLine, Material
from entrepot.modules.origin.facts import Making
from entrepot.modules.origin.module import MODULE
from entrepot.modules.origin.rules.materials import sort_materials
from tests import making

DAY = date(2026, 6, 20)
PARTIES = frozenset({"CHN", "JPN", "KOR", "VNM"})
OIL = {"name": "oil", "hs": "270799", "value": "CNY 300.00"}
CARBON = {"name": "carbon", "hs": "280300", "value": "CNY 500.00"}


def both(
    bom: Mapping[str, Any] | None,
    hs: str = "28030000",
    to: str = "JPN",
    line: Mapping[str, Any] | None = None,
    day: date = DAY,
    facts: Mapping[str, Any] | None = None,
) -> tuple[Finding, Finding | None]:
    """The decision on line 1 and, where there is one, its margin.

    `bom` is completed with China, an FOB value of CNY 1,000 and cracking. `facts` are further facts by topic.
    """
    said: dict[str, Any] = {"goods.line/1": {"hs": hs, **(line or {})}}
    if to:
        said["import.entry"] = {"country": to, "day": day}
    if bom is not None:
        said["goods.bom/1"] = {"producer_country": "CHN", "fob": "CNY 1000.00", "operations": ["cracking"], **bom}
    said.update(facts or {})
    drawn = making.sheet([MODULE], said, day, making.law("RCEP"))
    decision = drawn.finding("origin.decision", "1")
    assert decision is not None
    return decision, drawn.finding("origin.margin", "1")


def decided(bom: Mapping[str, Any] | None, **rest: Any) -> Finding:
    """The decision alone: what the buyer reads."""
    return both(bom, **rest)[0]


def weighed(bom: Mapping[str, Any] | None, **rest: Any) -> Finding:
    """The margin alone: what those read who may read the bill of materials."""
    margin = both(bom, **rest)[1]
    assert margin is not None
    return margin


def outcome_of(margin: Finding, rule: str) -> Any:
    """The test of that name in a margin."""
    return next(test for test in margin.value.tests if test.rule == rule)


def asked(finding: Finding) -> list[str]:
    return [problem.rule for problem in finding.problems]


def english(texts: tuple[Text, ...]) -> str:
    return " | ".join(text.en for text in texts)


class _Standard:
    """The agreement of the tests of single rules: four Parties that cumulate, deductions counted, codes as stated."""

    name = "RCEP"

    def may_cumulate(self, country: str) -> str | None:
        return country if country in PARTIES else None

    def deducts(self) -> bool:
        return True

    def codes(self, code: str) -> tuple[str, ...]:
        return (code,) if code else ()


def made(*materials: Material, hs: str = "28030000", **bom: Any) -> Making:
    """The materials sorted, as the rules see them."""
    bill = BillOfMaterials(producer_country="CHN", materials=materials, **bom)
    return sort_materials(GoodsLine(hs=hs), bill, "CHN", bill.fob, _Standard(), {})
