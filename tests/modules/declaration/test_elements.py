"""Declaration elements: the template of a heading, what of it follows, and R049 naming what is missing."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.kernel.findings import Finding
from entrepot.kernel.law import Law
from entrepot.kernel.text import Text
from entrepot.modules.declaration.module import MODULES
from entrepot.modules.declaration.rules.elements import Element, Template, missing
from entrepot.modules.declaration.rules.goods import _is_cas
from tests import making

DAY = date(2026, 6, 20)
RULE = "R049"


@pytest.fixture(scope="module")
def law() -> Law:
    return making.law("CN", "incoterms", "units", "unlocode", "hs", "phosphorus", "agriculture")


def line(law: Law, hs: str, said: dict[str, str] | None = None, **goods: Any) -> Finding:
    """A line to Brazil (with which no agreement is on file)."""
    facts: dict[str, Any] = {
        "declaration.particulars": {"declared_on": DAY.isoformat()},
        "transport.plan": {"loading_port": "CNSHG", "destination_country": "BRA"},
        "goods.line/1": {"hs": hs, "description": "goods", "quantity": "1", "unit": "t", "origin": "CHN", **goods},
    }
    if said is not None:
        facts["goods.elements/1"] = {"values": said}
    finding = making.sheet(MODULES, facts, DAY, law).finding("declaration.line", "1")
    assert finding is not None
    return finding


def spec(finding: Finding) -> str:
    return str(finding.value.draft.spec)


def told(finding: Finding) -> list[str]:
    return [problem.what.en for problem in finding.value.problems if problem.rule == RULE]


def test_the_code_the_description_and_what_is_said_fill_the_template_in_its_order(law: Law) -> None:
    found = line(
        law,
        "3105300010",
        {"composition": "磷酸二铵", "packing": "50千克/袋", "model": "无型号"},
        description="DAP, nutrients 64 %",
    )
    assert spec(found) == "0|0|磷酸二铵|50千克/袋|64%|无品牌|无型号||7783-28-0"
    assert told(found) == []
    derived = found.value.derived
    assert derived["line/1.elements/cas"] == "goods code 3105300010, pack phosphorus"
    assert derived["line/1.elements/nutrients"] == "the only percentage in the description"
    assert "line/1.elements/composition" not in derived


def test_r049_names_each_element_that_is_missing(law: Law) -> None:
    assert told(line(law, "3105300010", {"composition": "磷酸二铵"})) == [
        "element 4, packing, is missing",
        "element 5, total nitrogen, phosphorus and potassium, is missing",
        "element 7, model, is missing",
    ]


def test_two_percentages_tell_nothing(law: Law) -> None:
    found = line(law, "3105300010", description="DAP, N 18 %, P2O5 46 %")
    assert "element 5, total nitrogen, phosphorus and potassium, is missing" in told(found)


def test_a_brand_that_is_named_leaves_its_type_to_people(law: Law) -> None:
    found = line(law, "3105300010", {"brand_type": "1"}, brand="Example")
    assert spec(found).split("|")[0] == "1"
    assert spec(found).split("|")[5] == "Example"
    assert "element 1, brand type, is missing" in told(line(law, "3105300010", brand="Example"))


def test_elements_said_in_whole_stand_as_they_are(law: Law) -> None:
    whole = ["1", "2", "碾磨", "天然磷酸钙", "30%"]
    found = line(law, "2510202000", {"p2o5": "28%"}, elements=whole)
    assert spec(found) == "|".join(whole)
    assert told(found) == []


def test_r049_more_elements_than_the_heading_has_are_asked_about(law: Law) -> None:
    whole = ["1", "2", "碾磨", "天然磷酸钙", "30%", "", "", "", "more"]
    found = line(law, "2510202000", elements=whole)
    assert told(found) == ["9 elements are given, the heading asks for 8"]
    assert [p.severity for p in found.value.problems if p.rule == RULE] == ["W"]


def test_r049_as_many_elements_as_the_heading_has_are_not(law: Law) -> None:
    whole = ["1", "2", "碾磨", "天然磷酸钙", "30%", "", "", "end"]
    assert not any("the heading asks for" in text for text in told(line(law, "2510202000", elements=whole)))


def test_r049_a_cas_number_is_one(law: Law) -> None:
    found = line(law, "2809201900", {"grade": "工业级", "content": "85%", "cas": "7664-38-3"})
    assert told(found) == ["element 6, 7664-38-3, is no CAS number"]


def test_r049_a_code_without_a_template_needs_its_elements_in_whole(law: Law) -> None:
    found = line(law, "7318159090")
    assert told(found) == ["the declaration elements are missing"]
    found = line(law, "7318159090", elements=["0", "0", "用途：紧固"])
    assert told(found) == []
    assert any("further elements 7318159090 asks for" in text.en for text in found.value.unchecked)


def test_the_law_of_a_day_before_the_table_asks_for_nothing(law: Law) -> None:
    facts = {
        "declaration.particulars": {"declared_on": "2021-06-01"},
        "goods.line/1": {"hs": "2510202000", "description": "rock"},
    }
    finding = making.sheet(MODULES, facts, DAY, law).finding("declaration.line", "1")
    assert finding is not None
    assert told(finding) == ["the declaration elements are missing"]


@pytest.mark.parametrize(
    ("number", "good"), [("7664-38-2", True), ("7664-38-3", False), ("766-438-2", False), ("x", False), ("", False)]
)
def test_check_digit_of_a_cas_number(number: str, good: bool) -> None:
    assert _is_cas(number) is good


@given(st.lists(st.booleans(), max_size=9), st.lists(st.sampled_from(["", " ", "x"]), max_size=12))
def test_missing_are_the_required_elements_without_a_value(required: list[bool], given_: list[str]) -> None:
    name = Text("e", "素")
    template = Template(tuple(Element(str(n), name, "text", must) for n, must in enumerate(required)), True)
    places = {place for place, _ in missing(template, tuple(given_))}
    for place, must in enumerate(required, 1):
        there = place <= len(given_) and bool(given_[place - 1].strip())
        assert (place in places) == (must and not there)
