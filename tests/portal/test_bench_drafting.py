"""The benchmark of drafting counts honestly, and the counts of small sets do not fall."""

from collections import Counter
from pathlib import Path

import pytest

from entrepot.portal.bench_drafting import Count, counted, of_a_broker
from entrepot.portal.derived import ASKED, DERIVED, HISTORY, PAPERS, PROFILE, RULE, TYPED
from entrepot.portal.drafting_sets import FOREIGN, demonstration, fifty_lines, foreign


@pytest.fixture(scope="module")
def known() -> Count:
    """Twelve lines that the enterprise declared before."""
    return counted([fifty_lines(12)], history=True)


@pytest.fixture(scope="module")
def fresh() -> Count:
    """The same twelve lines, declared for the first time."""
    return counted([fifty_lines(12)], history=False)


def test_what_was_declared_before_needs_no_more_than_a_handful_of_questions(known: Count) -> None:
    assert known.share() >= 99
    assert known.questions[0] <= 5
    assert known.sources[TYPED] == 0


def test_the_first_time_nothing_is_taken_from_earlier_declarations_and_all_that_is_open_is_asked(fresh: Count) -> None:
    assert fresh.sources[HISTORY] == 0
    assert fresh.sources[TYPED] == 0
    assert fresh.sources[ASKED] > 0
    assert fresh.sources[PAPERS] > fresh.sources[PROFILE] > 0
    assert fresh.fields["hs10"] == Counter({ASKED: 12})
    assert fresh.questions[0] <= 8


def test_every_field_has_one_source(known: Count, fresh: Count) -> None:
    for count in (known, fresh):
        assert set(count.sources) <= {*DERIVED, ASKED, TYPED}
        assert sum(one.total() for one in count.fields.values()) == count.sources.total()
    assert known.fields["trade_term"] == Counter({RULE: 1})
    assert known.fields["domestic_party.uscc"] == Counter({PROFILE: 1})
    assert known.fields["exit_customs"] == Counter({HISTORY: 1})
    assert known.fields["packages"] == Counter({PAPERS: 1})


def test_the_demonstration_is_drafted_but_for_a_few_fields() -> None:
    count = counted(demonstration(), history=True)
    assert count.share() >= 95
    assert max(count.questions) <= 3


def test_a_broker_types_again_only_the_first_trade_of_each_client() -> None:
    first, then = of_a_broker(clients=4)  # the fourth sends the same goods as the first and is shown nothing of it
    assert (len(first.shares), len(then.shares)) == (4, 36)
    assert first.sources[HISTORY] == 0
    assert first.sources[PROFILE] > 0
    assert then.sources[HISTORY] > 0
    assert then.share() >= 95 > 90 > first.share()


def test_other_peoples_papers_with_a_history_are_drafted_for_the_most_part(shared_data: Path) -> None:
    shipments = list(foreign(shared_data))
    assert len(shipments) == len(FOREIGN) == 10
    count = counted(shipments, history=True)
    assert count.share() >= 85
    assert count.sources[PAPERS] > count.sources[RULE]
    assert max(count.questions) <= 8
