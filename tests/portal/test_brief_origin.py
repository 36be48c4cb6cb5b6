"""Origin in one sentence on the page: every agreement by its outcome, and the single change that would do."""

from entrepot.kernel.text import Text
from entrepot.portal.brief import in_brief
from entrepot.portal.reading import Found

CHANGE = {"kind": "reduce", "what": {"en": "material no. 1 cheaper by CNY 5.00", "zh": "第1号材料价值降低 CNY 5.00"}}


def test_agreements_are_listed_by_outcome() -> None:
    decisions = [{"agreement": "RCEP", "outcome": "originating"}, {"agreement": "ACFTA", "outcome": "conditional"}]
    brief = in_brief(Found("origin.agreements", "1", Text("o", "原"), "found", "origin", {"decisions": decisions}))
    assert brief is not None
    assert brief.en == "RCEP: originating; ACFTA: originating on a condition"
    assert brief.zh == "RCEP：具备原产资格；ACFTA：有条件具备原产资格"


def test_the_margin_ends_with_the_change_that_would_do() -> None:
    tests = [{"rule": "RVC40", "passed": False, "percent": "39.5"}]
    value = {"tests": tests, "remedies": [CHANGE]}
    brief = in_brief(Found("origin.margin", "1", Text("o", "原"), "found", "origin", value))
    assert brief is not None
    assert brief.en == "RVC40 39.5 %; qualifies with: material no. 1 cheaper by CNY 5.00"
    assert brief.zh == "RVC40 39.5 %；如下调整即可符合：第1号材料价值降低 CNY 5.00"
