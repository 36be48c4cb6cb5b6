"""What statements rest on: kept key by key, and always what a fresh record would say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.kernel.footing import Citation, Footing
from entrepot.kernel.record import Record
from entrepot.kernel.submissions import Evidence, Submission
from entrepot.kernel.vocabulary import SHARED
from tests.kernel.speaking import said

TOPICS = {topic.name: topic for topic in SHARED}
PAPER = Evidence("aa" * 32, "a.xlsx", {"hs": "A1", "brand": "B1"})
OTHER = Evidence("bb" * 32, "b.pdf")


def line(id: str, key: str = "1", *papers: Evidence, **fields: object) -> Submission:
    return said(id, "goods.line", key, {"hs": "2809"}, evidence=papers, **fields)


def footing(*statements: Submission) -> Footing:
    return Record("d1", "trade", TOPICS, statements).footing("goods.line")


def test_nothing_said_rests_on_nothing() -> None:
    assert footing() == Footing("goods.line")


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (line("1"), Footing("goods.line", 1, own_word=("1",))),
        (line("1", authority="transcript"), Footing("goods.line", 1, transcript=("1",))),
        (line("1", authority="office"), Footing("goods.line", 1, office=("1",))),
        (line("1", authority="gateway"), Footing("goods.line", 1, office=("1",))),
        (
            line("1", "1", PAPER),
            Footing("goods.line", 1, papers={"1": (PAPER.digest,)}, cited={PAPER.digest: Citation("a.xlsx", 1, 2)}),
        ),
    ],
)
def test_one_statement_has_one_footing(statement: Submission, expected: Footing) -> None:
    assert footing(statement) == expected


def test_own_word_is_weaker_than_a_transcript() -> None:
    both = footing(line("1", authority="transcript"), line("2"))
    assert (both.own_word, both.transcript) == (("1",), ())


def test_a_word_beside_a_paper_makes_the_key_stand_in_part() -> None:
    mixed = footing(line("1", "1", PAPER), line("2"))
    assert (mixed.papers, mixed.own_word, mixed.partly) == ({"1": (PAPER.digest,)}, (), ("1",))


def test_papers_are_counted_over_all_keys() -> None:
    counted = footing(line("1", "1", PAPER), line("2", "2", PAPER, OTHER)).cited
    assert counted == {PAPER.digest: Citation("a.xlsx", 2, 4), OTHER.digest: Citation("b.pdf", 1, 0)}


def test_a_withdrawn_statement_rests_on_nothing() -> None:
    record = Record("d1", "trade", TOPICS, [line("1", "1", PAPER)])
    assert record.footing("goods.line").statements == 1
    record.add(said("2", "goods.line", "1", withdraws=("1",)))
    assert record.footing("goods.line") == Footing("goods.line")


def test_a_change_that_rests_on_the_same_gives_the_same_footing() -> None:
    record = Record("d1", "trade", TOPICS, [line("1"), line("2", "2", PAPER)])
    before = record.footing("goods.line")
    record.add(line("3", replaces=("1",)))
    assert record.footing("goods.line") is before
    record.add(line("4", "1", PAPER, replaces=("3",)))
    assert record.footing("goods.line").papers == {"1": (PAPER.digest,), "2": (PAPER.digest,)}


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["1", "2", "10"]),
        st.sampled_from([(), (PAPER,), (OTHER,), (PAPER, OTHER)]),
        st.sampled_from(["own word", "transcript", "office", "gateway"]),
        st.booleans(),
    ),
    max_size=15,
)


@given(STEPS, st.data())
def test_kept_step_by_step_it_equals_what_a_fresh_record_says(
    steps: list[tuple[str, tuple[Evidence, ...], str, bool]], data: st.DataObject
) -> None:
    statements: list[Submission] = []
    kept = Record("d1", "trade", TOPICS)
    for number, (key, papers, authority, replacing) in enumerate(steps):
        earlier = [one.id for one in statements if one.key == key]
        replaces = (data.draw(st.sampled_from(earlier)),) if replacing and earlier else ()
        statements.append(line(f"{number:03d}", key, *papers, authority=authority, replaces=replaces))
        kept.add(statements[-1])
        if data.draw(st.booleans()):
            kept.footing("goods.line")
    assert kept.footing("goods.line") == footing(*statements)
