"""Origin in one sentence on the page: every agreement by its outcome, and the single change that would do."""

from typing import Any

from entrepot.kernel.text import Text
from entrepot.portal.brief import in_brief
from entrepot.portal.origin_page import page_of
from entrepot.portal.reading import Found

CHANGE = {"kind": "reduce", "what": {"en": "material no. 1 cheaper by CNY 5.00", "zh": "第1号材料价值降低 CNY 5.00"}}


def test_agreements_are_listed_by_outcome() -> None:
    decisions = [{"agreement": "RCEP", "outcome": "originating"}, {"agreement": "ACFTA", "outcome": "conditional", "criterion": "RVC"}]
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


def test_what_meets_no_criterion_yet_is_never_called_originating() -> None:
    undecided = {"agreement": "CPTPP", "outcome": "conditional", "missing": [{"en": "the HS code", "zh": "商品编码"}]}
    for topic, value in (("origin.agreements", {"decisions": [undecided]}), ("origin.decision", undecided)):
        brief = in_brief(Found(topic, "1", Text("o", "原"), "needs_review", "origin", value))
        assert brief is not None
        assert "originating" not in brief.en
        assert "尚不能判定" in brief.zh


def test_the_page_tells_each_agreement_in_words_with_what_is_open() -> None:
    made: dict[str, Any] = {"agreement": "RCEP", "outcome": "conditional", "criterion": "CTC", "rule": "CTH<", "origin": "CHN"}
    made["conditions"] = [{"en": "confirm", "zh": "须核实"}]
    value = {"decisions": [made, {"agreement": "ACFTA", "outcome": "not_originating"}]}
    html = str(page_of(value, "zh", lambda path: f"/why?field={path}"))
    assert "有条件具备原产资格" in html
    assert "不具备原产资格" in html
    assert "须核实" in html
    assert 'href="/why?field=decisions/1.rule">CTH&lt;</a>' in html
    assert "conditional" not in html
