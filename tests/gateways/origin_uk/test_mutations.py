"""Mutated texts: whatever is changed, added or cut off shows in the reading, or there is none."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.gateways.origin_uk.change import read_text
from entrepot.gateways.origin_uk.clauses import NotRead
from entrepot.gateways.origin_uk.sets import words_of
from entrepot.gateways.origin_uk.texts import word_text
from entrepot.modules.origin.rules.grammar import parse_rule, write_rule
from tests.gateways.origin_uk.test_readings import READ

TEXTS = [re.sub(r"</?abbr[^>]*>", "", text) for text, _ in READ]
DANGLING = (
    "and", "or", "except", "except from", "provided that", "in which", "of", "does not exceed", "however,", "where", "from",
)  # fmt: skip


def reading(text: str) -> str:
    """The rule of a text, and the goods it names, as the packs carry them: empty where it stays text."""
    try:
        rule = read_text(text)
    except NotRead:
        return ""
    return rule.text + rule.goods if all(word_text(word) for word in words_of(rule.text)) else ""


@given(st.sampled_from(TEXTS), st.integers(min_value=0, max_value=400))
def test_a_word_that_nobody_knows_is_never_passed_over(text: str, place: int) -> None:
    words = text.split(" ")
    words.insert(place % (len(words) + 1), "zzyzx")
    assert reading(" ".join(words)) == ""


@pytest.mark.parametrize("ending", DANGLING)
@pytest.mark.parametrize("text", TEXTS, ids=[text[:40] for text in TEXTS])
def test_a_sentence_that_breaks_off_is_not_read(text: str, ending: str) -> None:
    assert reading(f"{text.rstrip(' .')} {ending}") == ""


@pytest.mark.parametrize("text", [text for text in TEXTS if "%" in text], ids=str)
def test_another_percentage_is_another_rule(text: str) -> None:
    for found in re.finditer(r"\d+(?:\.\d+)?(?=\*{0,2}%)", text):
        changed = text[: found.start()] + "33" + text[found.end() :]
        assert reading(changed) != reading(text)


@pytest.mark.parametrize("text", [text for text in TEXTS if re.search(r"(?:heading|chapter) \d", text)], ids=str)
def test_another_code_is_another_rule_or_none(text: str) -> None:
    for found in re.finditer(r"(?<=heading )\d{4}", text):
        changed = text[: found.start()] + "9701" + text[found.end() :]
        assert reading(changed) != reading(text) or "other materials of heading" in text


@pytest.mark.parametrize("text", [text for text in TEXTS if "not" in text.split()], ids=str)
def test_without_its_not_a_text_is_not_the_same_rule(text: str) -> None:
    for found in re.finditer(r"\bnot (?=exceed|be used)", text):
        assert reading(text[: found.start()] + text[found.end() :]) != reading(text)


@given(st.sampled_from(TEXTS), st.integers(min_value=0, max_value=400), st.integers(min_value=0, max_value=400))
def test_a_text_with_a_hole_is_read_with_no_figure_that_it_does_not_have(text: str, first: int, last: int) -> None:
    words = text.split(" ")
    start, end = sorted((first % len(words), last % len(words)))
    cut = words[:start] + words[end:]
    found = reading(" ".join(cut))
    if found:  # its figures are all in what was left
        left = " ".join(cut)
        for number in re.findall(r"(?:MaxNOM|RVC|allow )(\d+(?:\.\d+)?)", found):
            assert number in left or number == "100" or "qvc" in left.lower()


@given(st.text(max_size=300))
def test_any_text_is_read_or_not_but_never_breaks(text: str) -> None:
    reading(text)


@pytest.mark.parametrize("text", TEXTS, ids=[text[:40] for text in TEXTS])
def test_what_is_read_is_canonical(text: str) -> None:
    rule = read_text(text).text
    assert write_rule(parse_rule(rule)) == rule
