"""Product rules as text and as tests."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.modules.origin.facts import (
    Allowance,
    ChangeTest,
    CodeRange,
    ContentTest,
    MaterialsTest,
    ObtainedTest,
    ProcessTest,
    ReactionTest,
    ShareTest,
)
from entrepot.modules.origin.rules.grammar import RuleError, parse_rule, write_rule
from tests.making import law

CTH = ChangeTest("CTH", 4)
RVC40 = ContentTest("RVC40", Decimal(40))


@pytest.mark.parametrize(
    ("text", "alternatives"),
    [
        ("WO", ((ObtainedTest(),),)),
        ("CTH or RVC40", ((CTH,), (RVC40,))),
        ("cth OR rvc 40", ((CTH,), (RVC40,))),
        ("CTSH and RVC40 or CR", ((ChangeTest("CTSH", 6), RVC40), (ReactionTest(),))),
        ("RVC", ((ContentTest("RVC", None),),)),
    ],
)
def test_a_rule_is_alternatives_of_tests(text: str, alternatives: object) -> None:
    assert parse_rule(text).alternatives == alternatives


@pytest.mark.parametrize(
    ("text", "excluded"),
    [
        ("CC except from chapter 7", [("07", "07")]),
        ("CC except from Chapter 01", [("01", "01")]),
        ("CC except from subheading 1211.20", [("121120", "121120")]),
        ("CTH except from headings 07.09 or 07.12", [("0709", "0709"), ("0712", "0712")]),
        (
            "CTH except 5106 to 5113, 5204 through 5212 and chapter 60",
            [("5106", "5113"), ("5204", "5212"), ("60", "60")],
        ),
        ("CTH except from heading 51.06-51.13", [("5106", "5113")]),
    ],
)
def test_exceptions_name_chapters_headings_and_subheadings(text: str, excluded: list[tuple[str, str]]) -> None:
    [[test]] = parse_rule(text).alternatives
    assert isinstance(test, ChangeTest)
    assert list(test.excluded) == [CodeRange(*pair) for pair in excluded]


def test_an_alternative_may_follow_an_exception() -> None:
    rule = parse_rule("CC except from chapter 07 or heading 2001 or RVC40")
    assert [[test.text for test in tests] for tests in rule.alternatives] == [["CC except from 07, 2001"], ["RVC40"]]


@pytest.mark.parametrize(
    "text",
    ["", "CTX", "CTH or", "CTH RVC40", "CC except", "CC except from heading 07", "CTH except from 0712 to 0709",
     "(CTH or RVC40) and CR", "CTH; RVC40", "No change required", "CTH except from 071", "MaxNOM40", "MaxNOM EXW", "MaxNOM140 EXW",
     "RVC40 of 17", "RVC40 build-sideways", "Process", "Process a + or",
     "Only", "NOM within", "CTH allow 20", "ANY allow EXW", "RVC1.2.3", " or ".join(["CTH"] * 33)],
)  # fmt: skip
def test_what_the_grammar_does_not_know_is_refused(text: str) -> None:
    with pytest.raises(RuleError):
        parse_rule(text)


@given(st.text(max_size=60))
def test_any_text_is_a_rule_or_refused_never_more(text: str) -> None:
    with suppress(RuleError):
        assert parse_rule(text).alternatives


CANONICAL = [
    "WO", "CR", "CC", "CTH", "CTSH", "RVC40", "CC except from 07", "CTH except from 0709-0712",
    "ANY", "ANY except from 7106, 7108",
    "CTH allow 20 EXW", "CTH except from 0403 allow 12.5 weight of 1701, 1702", "RVC45 build-down",
    "RVC35 build-up", "RVC40 focused of 8407-8408",
    "RVC30 net-cost", "RVC55 EXW", "MaxNOM40 EXW", "MaxNOM20 weight of 1701", "MaxMAT30 EXW of 17", "Obtained 01-24", "Originating 0409",
    "Only 7001", "NOM within OM", "Process weaving + making_up",
]  # fmt: skip
tests = st.sampled_from(CANONICAL)


@pytest.mark.parametrize("text", CANONICAL)
def test_a_canonical_rule_is_written_as_it_was_read(text: str) -> None:
    assert write_rule(parse_rule(text)) == text


@pytest.mark.parametrize(
    ("text", "test"),
    [
        ("MaxNOM 40 exw", ShareTest("MaxNOM40 EXW", Decimal(40), "EXW")),
        ("maxmat 30 EXW of chapter 17", ShareTest("MaxMAT30 EXW of 17", Decimal(30), "EXW", (CodeRange("17", "17"),), True)),
        ("CTH allow 20 EXW", ChangeTest("CTH allow 20 EXW", 4, (), Allowance(Decimal(20), "EXW"))),
        ("RVC 45 build-down", ContentTest("RVC45 build-down", Decimal(45), "build_down")),
        ("process weaving + making_up", ProcessTest("Process weaving + making_up", ("weaving", "making_up"))),
        ("obtained chapter 7", MaterialsTest("Obtained 07", "obtained", (CodeRange("07", "07"),))),
    ],
)
def test_each_word_of_the_language_is_a_test(text: str, test: object) -> None:
    assert parse_rule(text).alternatives == ((test,),)


@given(st.lists(st.lists(tests, min_size=1, max_size=3), min_size=1, max_size=3))
def test_a_rule_put_together_from_its_tests_comes_apart_again(parts: list[list[str]]) -> None:
    rule = parse_rule(" or ".join(" and ".join(alternative) for alternative in parts))
    again = parse_rule(" or ".join(" and ".join(test.text for test in tests) for tests in rule.alternatives))
    assert again.alternatives == rule.alternatives
    assert [len(tests) for tests in rule.alternatives] == [len(alternative) for alternative in parts]


def test_every_rule_on_file_is_understood() -> None:
    rows = list(law("RCEP").tables["RCEP/product_rules"].everything())
    assert len(rows) > 80
    assert all(parse_rule(row["rule"]).alternatives for row in rows)
