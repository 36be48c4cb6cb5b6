"""Goods codes moved into the edition that the rules are written in."""

from datetime import date

import pytest

from entrepot.kernel.case import Case
from entrepot.kernel.module import Module, Registry
from entrepot.kernel.record import Record
from entrepot.kernel.sheet import Sheet
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary import SHARED
from entrepot.modules.origin.module import MODULE
from entrepot.modules.origin.rules.editions import codes_in, wrong
from tests import making

DAY = date(2026, 6, 20)


def a_case() -> Case:
    module = Module("probe", Text("p", "p"), lambda case: {}, gives=())
    sheet = Sheet(Registry([module], SHARED), Record("d", "trade", {}, []), making.law("hs"), DAY)
    return Case(sheet, module, "", frozenset())


@pytest.mark.parametrize(
    ("code", "edition", "found"),
    [
        ("280300", "HS 2012", ("280300",)),
        ("28030000", "HS 2012", ("28030000",)),
        ("851713", "HS 2012", ("851712",)),
        ("8517130000", "HS 2012", ("851712",)),
        ("851712", "HS 2012", ()),  # no code of the edition in force
        ("999999", "HS 2012", ()),
        ("8517", "HS 2012", ("8517",)),
        ("9998", "HS 2012", ()),
        ("851713", "HS 2022", ("851713",)),
        ("851713", "", ("851713",)),
        ("851713", "HS 1996", ("851713",)),
        ("121120", "HS 2012", ("121120",)),  # it kept its number and most of its goods
        ("", "HS 2012", ()),
    ],
)
def test_a_code_in_the_edition_of_the_rules(code: str, edition: str, found: tuple[str, ...]) -> None:
    assert codes_in(a_case(), DAY, code, edition) == found


def test_a_code_of_another_edition_is_named_as_such() -> None:
    problem = wrong(a_case(), DAY, "851712", "goods.line/1.hs")
    assert problem is not None
    assert "HS 2012" in problem.what.en
    assert wrong(a_case(), DAY, "851713", "x") is None


def test_telephones_find_their_rule_under_the_code_they_had() -> None:
    """Smartphones are 8517.13 today and were 8517.12 in the edition of Annex 3A; a code of that edition is asked about."""
    bill = {"producer_country": "CHN", "fob": "CNY 1000.00", "operations": ["assembling"]}
    parts = {**bill, "materials": [{"name": "glass", "hs": "700719", "value": "CNY 700.00"}]}
    for hs, outcome, asked in (("851713", "originating", []), ("851712", "conditional", ["OR20"])):
        said = {"goods.line/1": {"hs": hs}, "goods.bom/1": parts, "import.entry": {"country": "JPN", "day": DAY}}
        found = making.sheet([MODULE], said, DAY, making.law("RCEP", "hs")).finding("origin.decision", "1")
        assert found is not None
        assert (found.value.outcome, [problem.rule for problem in found.problems]) == (outcome, asked)


def test_a_material_of_another_edition_is_asked_about_and_does_not_change_heading() -> None:
    bill = {"producer_country": "CHN", "fob": "CNY 1000.00", "operations": ["assembling"]}
    parts = {**bill, "materials": [{"name": "telephone", "hs": "851712", "value": "CNY 900.00"}]}
    said = {"goods.line/1": {"hs": "280300"}, "goods.bom/1": parts, "import.entry": {"country": "JPN", "day": DAY}}
    sheet = making.sheet([MODULE], said, DAY, making.law("RCEP", "hs"))
    decision, margin = sheet.finding("origin.decision", "1"), sheet.finding("origin.margin", "1")
    assert decision is not None
    assert margin is not None
    assert decision.value.outcome == "conditional"
    assert [problem.rule for problem in margin.problems] == ["OR16"]
