"""Likeness of two names: spelling counts a little, a missing word a little more, another word much."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.modules.screening.rules.compare import WHOLE, at_most, compare, word_likeness
from entrepot.modules.screening.rules.index import Index
from entrepot.modules.screening.rules.names import skeleton
from tests.modules.screening.made import HARBOUR, KARIM, SHIP, lists

WORDS = st.lists(
    st.sampled_from(["anna", "boris", "clara", "dimitri", "elena", "farid", "gustav", "helena"]), min_size=1, max_size=5
)
REVIEW, ALERT = 850, 930


@cache
def index() -> Index:
    return Index(lists(HARBOUR, KARIM, SHIP))


def score(one: str, other: str) -> int:
    return index().pair(one, other).score


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Orbeliani, Karim", "Karim ORBELIANI"),
        ("Harbour Light Minerals Ltd", "HARBOUR LIGHT MINERALS, GMBH"),
        ("van der Bilt Shipping", "Vanderbilt Shipping"),
        ("Muhammad Karim Daoud", "Mohamed Karim Daud"),
        ("Karim D. Orbeliani", "Karim Daoud Orbeliani"),
        ("Harbuor Light Minerals", "Harbour Light Minerals"),
        ("محمد علي", "Mohamed Ali"),
        ("張偉", "张伟"),
        ("大连 Shipping", "Dalian Shipping"),
    ],
)
def test_one_name_written_in_two_ways_is_like_itself(one: str, other: str) -> None:
    assert score(one, other) >= REVIEW


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Karim Orbeliani", "Karim Tsereteli"),
        ("Harbour Light Minerals", "Harbour Dark Minerals"),
        ("Snow", "Snoe"),
        ("Frost, William G.", "William W Frost"),
        ("张伟强", "张伟明"),
        ("Brigade 44", "Brigade 45"),
        ("Management Company", "Westminster Management Company"),
    ],
)
def test_another_name_is_not_like_it(one: str, other: str) -> None:
    assert score(one, other) < REVIEW


def test_a_word_left_out_costs_less_than_a_word_exchanged() -> None:
    whole = "Karim Daoud Orbeliani"
    assert score("Karim Orbeliani", whole) > score("Karim Yusuf Orbeliani", whole)


@given(WORDS)
def test_every_name_is_wholly_like_itself_in_any_order(words: list[str]) -> None:
    found = compare(words, words[::-1], lambda _: 10, lambda one, other: word_likeness(one, other, skeleton))
    assert (found.score, found.only_said, found.only_listed) == (WHOLE, (), ())


@given(WORDS, WORDS)
def test_likeness_is_mutual_and_between_none_and_whole(one: list[str], other: list[str]) -> None:
    def like(a: str, b: str) -> int:
        return word_likeness(a, b, skeleton)

    there, back = compare(one, other, len, like), compare(other, one, len, like)
    assert there.score == back.score
    assert 0 <= there.score <= WHOLE


@given(WORDS, WORDS)
def test_no_score_is_above_what_the_shared_weight_allows(one: list[str], other: list[str]) -> None:
    """The bound that spares comparisons never hides a name: where words are the same or are not, it holds."""
    found = compare(one, other, len, lambda a, b: 0)
    assert found.score <= at_most(found.shared, sum(map(len, one)), sum(map(len, other)))


@given(
    st.text(alphabet="abcdeghiklmnorstu", min_size=1, max_size=12),
    st.text(alphabet="abcdeghiklmnorstu", min_size=1, max_size=12),
)
def test_two_words_count_as_one_alike_from_either_side(one: str, other: str) -> None:
    assert word_likeness(one, other, skeleton) == word_likeness(other, one, skeleton)
    assert word_likeness(one, one, skeleton) == 100
