"""What is left to ask: as few questions as there can be, the widest first, each with choices and what it clears."""

from typing import Any

import pytest

from entrepot.kernel.findings import Finding
from entrepot.modules.declaration.facts import DraftQuestion
from entrepot.modules.declaration.module import MODULES
from entrepot.modules.declaration.rules.questions import WORDINGS, _ranges
from entrepot.portal.demonstration.made import export_facts
from tests import making
from tests.modules.declaration.paperwork import DAY, Facts, export, with_lines
from tests.modules.declaration.test_prefill import drawn, questions_of


def asked(facts: Facts) -> dict[str, DraftQuestion]:
    return {question.id: question for question in questions_of(drawn(facts))}


def rules_of(facts: Facts) -> set[str]:
    form = drawn(facts).finding("declaration.form")
    assert form is not None
    return {problem.rule for problem in form.problems}


def without(facts: Facts, place: str, *fields: str) -> Facts:
    left = {name: value for name, value in facts[place].items() if name not in fields}
    return facts | {place: left}


def test_a_complete_declaration_leaves_nothing_to_ask() -> None:
    assert asked(export()) == {}


# What is taken away, the question that asks for it, its blanks, and the rule that it clears.
GAPS: dict[str, tuple[str, tuple[str, ...], str, str]] = {
    "customs": ("declaration.particulars", ("customs_master", "exit_customs", "exit_point"), "customs", "R003"),
    "mode": ("declaration.particulars", ("supervision_mode",), "procedure", "R010"),
    "source": ("declaration.particulars", ("domestic_region",), "source", "R053"),
    "voyage": ("transport.plan", ("conveyance", "voyage"), "transport", "R009"),
    "bill": ("transport.plan", ("bill_no",), "transport", "R008"),
    "mode of transport": ("transport.plan", ("mode",), "transport", "R007"),
    "packages": ("packing.totals", ("packages", "package_type"), "packing", "R019"),
    "gross": ("packing.totals", ("gross_kg",), "packing", "R020"),
    "number": ("trade.party/exporter", ("uscc",), "self", "R001"),
    "registration": ("trade.party/exporter", ("customs_code",), "self", "R002"),
    "buyer": ("trade.party/importer", ("name",), "overseas", "R074"),
    "contract": ("trade.terms", ("contract_no",), "papers", "R015"),
    "term": ("trade.terms", ("incoterm",), "term", "R028"),
    "freight": ("transport.charges", ("freight", "insurance"), "charges", "R034"),
    "origin": ("goods.line/1", ("origin",), "origin", "R050"),
    "code": ("goods.line/1", ("hs",), "codes", "R044"),
    "quantity": ("goods.line/1", ("quantity",), "quantities", "R045"),
}


@pytest.mark.parametrize("gap", GAPS)
def test_every_gap_is_asked_for_and_its_question_names_the_rule_that_it_clears(gap: str) -> None:
    place, fields, id, rule = GAPS[gap]
    facts = without(export(), place, *fields)
    question = asked(facts)[id]
    assert set(fields) <= {blank.field for blank in question.blanks}
    assert rule in question.clears
    assert rule in rules_of(facts)
    assert rule not in rules_of(export())


def test_saying_what_is_asked_for_settles_the_question() -> None:
    facts = without(export(), "declaration.particulars", "exit_customs")
    question = asked(facts)["customs"]
    (blank,) = question.blanks
    assert (blank.topic, blank.field, blank.keys) == ("declaration.particulars", "exit_customs", ())
    facts["declaration.particulars"]["exit_customs"] = export()["declaration.particulars"]["exit_customs"]
    assert asked(facts) == {}


def test_lines_that_lack_the_same_are_one_question_and_the_widest_comes_first() -> None:
    facts = with_lines(50)
    for number in range(1, 51):
        facts[f"goods.line/{number}"].pop("origin")
    facts = without(facts, "declaration.particulars", "exit_customs")
    questions = questions_of(drawn(facts))
    assert [question.id for question in questions] == ["origin", "customs"]
    assert questions[0].ask.en == "Where were the goods of lines 1-50 made or grown?"
    assert (questions[0].fields, len(questions[0].blanks), len(questions[0].blanks[0].keys)) == (50, 1, 50)
    assert questions[0].choices[0].values == {"origin": "CHN"}


def test_an_answer_counts_what_follows_from_it() -> None:
    facts = without(with_lines(10), "declaration.particulars", "supervision_mode", "levy_nature", "duty_mode")
    question = asked(facts)["procedure"]
    assert [blank.field for blank in question.blanks] == ["supervision_mode"]
    assert question.fields == 12
    assert question.choices[0].values == {"supervision_mode": "0110"}


def test_charges_are_asked_for_as_the_trade_term_holds_them() -> None:
    facts = export()
    del facts["transport.charges"]
    for incoterm, fields in {"CIF": {"freight", "insurance"}, "CFR": {"freight"}, "FOB": set()}.items():
        facts["trade.terms"]["incoterm"] = incoterm
        question = asked(facts).get("charges")
        assert {blank.field for blank in question.blanks} == fields if question else not fields


def test_what_papers_dispute_is_not_asked_for() -> None:
    facts = export()
    plan = facts["transport.plan"]
    facts["transport.plan"] = [plan, plan | {"voyage": "OTHER"}]
    assert "transport" not in asked(facts)


def test_elements_are_asked_for_by_goods_code() -> None:
    law = making.law("CN", "incoterms", "units", "unlocode", "hs", "agriculture")
    facts = export_facts(3, released=False)
    for number in (1, 2, 3):
        facts[f"goods.line/{number}"].pop("elements")
    facts["goods.line/3"]["hs"] = "0902101000"
    finding = making.sheet(MODULES, facts, DAY, law).finding("declaration.questions")
    assert finding is not None
    told = {one.id: ([blank.field for blank in one.blanks], one.blanks[0].keys) for one in finding.value.questions}
    assert told == {
        "elements:2003901090": (["composition", "container", "packing"], ("1", "2")),
        "elements:0902101000": (["packing"], ("3",)),
    }


def test_more_lines_than_one_form_takes_are_not_asked_about() -> None:
    law = making.law("CN", "incoterms", "units", "unlocode", "hs")
    finding: Finding | None = making.sheet(MODULES, export_facts(51), DAY, law).finding("declaration.questions")
    assert finding is not None
    assert finding.status == "not_applicable"


def test_every_question_speaks_both_languages() -> None:
    facts: dict[str, Any] = {"goods.line/1": {"description": "things"}, "declaration.particulars": {"flow": "I"}}
    questions = [*questions_of(drawn(facts)), *questions_of(drawn(facts | {"declaration.particulars": {}}))]
    assert {one.id.partition(":")[0] for one in questions} <= set(WORDINGS)
    for one in questions:
        texts = (one.ask, one.why, *(blank.label for blank in one.blanks), *(choice.label for choice in one.choices))
        assert all(text.en and text.zh for text in texts)
        assert "{}" not in one.ask.en + one.ask.zh


@pytest.mark.parametrize(
    ("numbers", "told"), [([1], "1"), ([1, 2, 3], "1-3"), ([5, 1, 2, 4, 9], "1-2, 4-5, 9"), ([], "")]
)
def test_lines_are_named_in_ranges(numbers: list[int], told: str) -> None:
    assert _ranges(numbers) == told
