"""The suggestion on a line: when it is given, on what it rests, and what is refused."""

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from entrepot.kernel.findings import Finding
from entrepot.kernel.law import Law
from entrepot.modules.classification.facts import AcceptedLine, Memory
from tests.making import law
from tests.modules.classification.made import drawn, suggestion, whole_law

TOPIC = "classification.suggestion"
SHIRT = {"goods.line/1": {"description": "shirt"}}


def finding(facts: dict[str, Any], memory: Memory | None = None, law: Law | None = None) -> Finding:
    found = drawn(facts, memory, law).finding(TOPIC, "1")
    assert found is not None
    return found


def rules(found: Finding) -> list[str]:
    return [problem.rule for problem in found.problems]


def accepted(text: str, code: str, day: date = date(2026, 1, 5), dossier: str = "OLD-1") -> Memory:
    return Memory((AcceptedLine(text, code, day, dossier, "1"),))


@pytest.mark.parametrize(
    "line", [{"description": "shirt", "hs": "620520"}, {"description": "shirt", "hs": "6205200010"}, {}, {"hs": ""}]
)
def test_a_line_with_a_code_or_without_words_is_left_alone(line: dict[str, str]) -> None:
    sheet = drawn({"goods.line/1": line})
    assert sheet.finding(TOPIC, "1") is None


@pytest.mark.parametrize("hs", ["", "62", "6205"])
def test_a_described_line_without_a_whole_code_gets_candidates(hs: str) -> None:
    found = finding({"goods.line/1": {"description": "shirt", "hs": hs}})
    assert found.status == "needs_review"
    assert [one.code for one in found.value.candidates] == ["620520", "620530", "610510"]
    assert found.value.edition == "HS 2022"
    assert {row.table for row in found.law} == {"classifier/candidates"}


def test_whoever_asks_is_answered_even_with_a_code() -> None:
    line = {"description": "nothing", "hs": "620520"}
    found = suggestion({"goods.line/1": line, "classification.question/1": {"text": "phosphoric acid"}})
    assert found.candidates[0].code == "280920"


def test_the_one_question_is_asked_and_an_answer_moves_the_candidates() -> None:
    before = suggestion(SHIRT)
    assert before.question is not None
    assert before.question.attribute == "material"
    after = suggestion({**SHIRT, "classification.question/1": {"answers": {"material": "synthetic"}}})
    assert after.candidates[0].code == "620530"
    assert after.confidence > Decimal("0.8")
    assert after.question is None or after.question.attribute != "material"


def test_not_knowing_asks_the_next_question_and_moves_nothing() -> None:
    after = suggestion({**SHIRT, "classification.question/1": {"answers": {"material": "unknown"}}})
    assert [one.code for one in after.candidates] == [one.code for one in suggestion(SHIRT).candidates]
    assert after.question is None or after.question.attribute != "material"


def test_an_answer_that_is_none_is_a_problem() -> None:
    answers = {"material": "cheese", "colour": "red", "weight kg": "heavy"}
    assert rules(finding({**SHIRT, "classification.question/1": {"answers": answers}})) == ["CL07"] * 3


def test_even_a_sure_classifier_is_confirmed_by_a_person() -> None:
    assert finding({"goods.line/1": {"description": "cotton shirt, woven"}}).status == "needs_review"


@pytest.mark.parametrize(("text", "rule"), [("stuff", "CL06"), ("12345", "CL02")])
def test_a_text_that_says_too_little_is_refused_kindly(text: str, rule: str) -> None:
    found = finding({"goods.line/1": {"description": text}})
    assert (found.status, rules(found)) == ("refused", [rule])
    assert found.problems[0].fix.zh
    assert not found.answers


def test_a_code_of_another_edition_is_told_with_its_heir() -> None:
    found = finding({"goods.line/1": {"description": "shirt", "hs": "2931370000"}})
    assert (found.status, rules(found)) == ("refused", ["HS02"])
    assert "293149" in found.problems[0].fix.en


@pytest.mark.parametrize("hs", ["999999", "abcdef", "12345", "84133"])
def test_what_is_no_code_is_told(hs: str) -> None:
    assert rules(finding({"goods.line/1": {"description": "shirt", "hs": hs}}))[0] in ("HS01", "CL08")


def test_the_very_words_that_customs_accepted_stand() -> None:
    found = finding(SHIRT, accepted("Shirt", "6205200010"))
    assert found.status == "found"
    first = found.value.candidates[0]
    assert (first.code, first.declared, found.value.certain) == ("620520", "6205200010", True)
    assert "declared so on 2026-01-05 in dossier OLD-1, line 1, accepted by customs" in first.evidence[0].source.en
    assert "已获海关接受" in first.evidence[0].source.zh


def test_memory_beats_the_classifier_and_speaks_where_it_is_silent() -> None:
    assert suggestion(SHIRT, accepted("shirt", "6205300000")).candidates[0].code == "620530"
    assert suggestion({"goods.line/1": {"description": "stuff"}}, accepted("stuff", "9503008900")).refused == ""


def test_an_old_declaration_is_moved_to_the_edition_in_force() -> None:
    first = suggestion(SHIRT, accepted("shirt", "2931370000", date(2020, 5, 5))).candidates[0]
    assert (first.code, first.declared) == ("293149", "")
    assert "HS 2017" in first.evidence[0].source.en


def test_two_codes_for_the_same_words_are_a_persons_to_settle() -> None:
    lines = (
        AcceptedLine("shirt", "6205200010", date(2026, 2, 1), "NEW", "1"),
        AcceptedLine("shirt", "6205300000", date(2026, 1, 1), "OLD", "1"),
    )
    found = finding(SHIRT, Memory(lines))
    assert found.status == "needs_review"
    assert [one.code for one in found.value.candidates[:2]] == ["620520", "620530"]


def test_a_note_that_sends_such_goods_elsewhere_is_told_beside_its_own_codes_alone() -> None:
    first, second, *_ = suggestion({"goods.line/1": {"description": "toy golf bag"}}).candidates
    assert any("Chapter 95, Note 1" in warning.en for warning in first.warnings)
    assert not any("Chapter 95" in warning.en for warning in second.warnings)
    assert all(warning.zh for warning in first.warnings)


def test_the_duty_of_the_leading_two_is_told_where_the_tariff_is_on_file() -> None:
    facts = {**SHIRT, "transport.plan": {"destination_country": "JPN", "arrival_on": "2026-05-01"}}
    gap = suggestion(facts).duty
    assert gap is not None
    assert set(gap.rates) == {"620520", "620530"}
    assert all(gap.rates.values())
    assert suggestion({**SHIRT, "transport.plan": {"destination_country": "FRA"}}).duty is None
    assert suggestion(SHIRT).duty is None


def test_without_a_trained_classifier_nothing_is_guessed() -> None:
    assert finding({"goods.line/1": {"description": "not heard of"}}).status == "no_law"
    bare = law("hs", "attributes")
    assert finding(SHIRT, law=bare).status == "no_law"


@pytest.mark.parametrize("text", ["x" * 100_000, "shirt\x00\x07", "‮shirt‬ рубашка 衬衫", "  ", "\n"])
def test_bad_texts_fail_nothing(text: str) -> None:
    found = drawn({"goods.line/1": {"description": text}}).finding(TOPIC, "1")
    assert found is None or found.status in ("no_law", "refused", "needs_review")


def test_every_code_proposed_is_one_of_the_edition() -> None:
    listed = {row.keys["code"] for row in law("hs").tables["hs/codes"].everything()}
    for text in ("shirt", "stuff", "toy golf bag", "phosphoric acid"):
        for one in suggestion(
            {"goods.line/1": {"description": text}}, accepted(text, "293137", date(2020, 1, 1))
        ).candidates:
            assert one.code in listed


def test_a_suggestion_survives_the_wire() -> None:
    found = suggestion({"goods.line/1": {"description": "toy golf bag"}}, accepted("toy golf bag", "4202920000"))
    assert msgspec.json.decode(msgspec.json.encode(found), type=type(found)) == found


def test_the_law_of_these_tests_is_the_packs() -> None:
    assert (
        whole_law().tables["attributes/values"]
        is law("hs", "attributes", "legal_notes", "goods_names", "JP").tables["attributes/values"]
    )
