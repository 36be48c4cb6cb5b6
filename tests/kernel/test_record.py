"""The record: which statements stand, whatever order they came in."""

from decimal import Decimal
from itertools import permutations
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.kernel.record import Record, Unreadable, decode
from entrepot.kernel.submissions import Evidence, Submission, statement
from entrepot.kernel.text import Text
from entrepot.kernel.topics import Topic, said_each
from entrepot.kernel.vocabulary import SHARED
from entrepot.kernel.vocabulary.enterprise import EnterpriseCard
from entrepot.kernel.vocabulary.goods import BillOfMaterials, GoodsLine
from entrepot.kernel.vocabulary.trade import Terms
from tests.kernel.speaking import said

TOPICS: dict[str, Topic[Any]] = {topic.name: topic for topic in SHARED}


def record(*submissions: Submission) -> Record:
    return Record("d1", "trade", TOPICS, submissions)


def test_a_replaced_statement_no_longer_stands() -> None:
    first = said("1", "goods.bom", "1", BillOfMaterials(producer_country="CHN"))
    second = said("2", "goods.bom", "1", BillOfMaterials(producer_country="VNM"), replaces=("1",))
    standing = record(first, second).standing("goods.bom")["1"]
    assert standing.value.producer_country == "VNM"
    assert record(first, second).heads() == ("2",)


def test_a_withdrawn_key_is_absent_and_its_withdrawal_carries_no_value() -> None:
    gone = record(said("1", "goods.line", "1", GoodsLine(hs="1")), said("2", "goods.line", "1", withdraws=("1",)))
    assert gone.standing("goods.line") == {}
    assert gone.heads() == ()


def test_two_that_stand_on_one_key_are_a_conflict_and_neither_wins() -> None:
    both = record(
        said("1", "goods.bom", "1", BillOfMaterials(producer_country="CHN")),
        said("2", "goods.bom", "1", BillOfMaterials(producer_country="VNM")),
    ).standing("goods.bom")["1"]
    assert both.value is None
    assert [(side, statement.id) for side, statement in both.conflicts[0].sides] == [
        ("producer_country CHN", "1"),
        ("producer_country VNM", "2"),
    ]


def test_of_whole_values_in_conflict_only_what_differs_is_told_and_in_words() -> None:
    card, other = EnterpriseCard(name="Yiling Tea", uscc="X"), EnterpriseCard(name="Yiling Tea", phone="1")
    both = record(said("1", "enterprise.card", "", card), said("2", "enterprise.card", "", other))
    (conflict,) = both.standing("enterprise.card")[""].conflicts
    assert [side for side, _ in conflict.sides] == ["uscc X · phone –", "uscc – · phone 1"]


def test_two_that_say_the_same_agree() -> None:
    same = BillOfMaterials(producer_country="CHN")
    assert (
        not record(said("1", "goods.bom", "1", same), said("2", "goods.bom", "1", same))
        .standing("goods.bom")["1"]
        .conflicts
    )


def test_papers_that_each_give_a_part_are_united_field_by_field() -> None:
    invoice = said("1", "goods.line", "1", GoodsLine(description="acid", quantity=Decimal(24)))
    packing = said("2", "goods.line", "1", GoodsLine(quantity=Decimal(24), net_kg=Decimal(24000)))
    standing = record(invoice, packing).standing("goods.line")["1"]
    assert standing.value == GoodsLine(description="acid", quantity=Decimal(24), net_kg=Decimal(24000))
    assert standing.sources["net_kg"].id == "2"


def test_papers_that_disagree_conflict_on_the_field_and_name_both() -> None:
    standing = record(
        said("1", "goods.line", "1", GoodsLine(description="acid", net_kg=Decimal(24500))),
        said("2", "goods.line", "1", GoodsLine(net_kg=Decimal(24050))),
    ).standing("goods.line")["1"]
    assert [(c.field, [s.id for _, s in c.sides]) for c in standing.conflicts] == [("net_kg", ["1", "2"])]


def test_words_and_codes_of_which_one_says_less_agree_and_the_fuller_stands() -> None:
    invoice = said(
        "1", "goods.line", "1", GoodsLine(description="Phosphoric acid 85 %, industrial grade", hs="2809201900")
    )
    packing = said("2", "goods.line", "1", GoodsLine(description="PHOSPHORIC ACID 85%", hs="280920"))
    standing = record(packing, invoice).standing("goods.line")["1"]
    assert standing.conflicts == ()
    assert (standing.value.description, standing.value.hs) == ("Phosphoric acid 85 %, industrial grade", "2809201900")
    assert standing.sources["hs"].id == "1"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"description": "acid"}, {"description": "salt"}),
        ({"hs": "2809201900"}, {"hs": "280910"}),
        ({"item_code": "A1"}, {"item_code": "A12"}),
    ],
)
def test_other_words_and_codes_do_not_agree(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert (
        record(said("1", "goods.line", "1", GoodsLine(**one)), said("2", "goods.line", "1", GoodsLine(**other)))
        .standing("goods.line")["1"]
        .conflicts
    )


def test_a_body_that_no_version_reads_is_kept_without_a_value() -> None:
    kept = record(said("1", "goods.line", "1", {"net_kg": "heavy"}))
    assert "1" in kept.submissions
    assert kept.standing("goods.line") == {}


def test_old_versions_are_upgraded_one_by_one_and_unknown_ones_refused() -> None:
    class Old(msgspec.Struct, frozen=True):
        kilos: Decimal

    class New(msgspec.Struct, frozen=True):
        kg: Decimal

    topic = said_each(
        "test.weight",
        New,
        "line",
        version=2,
        label=Text("w", "重"),
        doc="d",
        upgrades={1: (Old, lambda v: New(v.kilos))},
    )
    assert decode(topic, b'{"kilos":"7"}', 1) == New(Decimal(7))
    with pytest.raises(Unreadable, match="version 9"):
        decode(topic, b"{}", 9)


def test_what_each_statement_says_by_itself_stays_beside_their_common_value() -> None:
    first, second = GoodsLine(hs="280920", net_kg=Decimal(5)), GoodsLine(hs="2809201900", net_kg=Decimal(6))
    both = record(said("1", "goods.line", "1", first), said("2", "goods.line", "1", second)).standing("goods.line")["1"]
    assert [(s.id, v) for s, v in zip(both.statements, both.values, strict=True)] == [("1", first), ("2", second)]
    alone = record(said("1", "goods.line", "1", first)).standing("goods.line")["1"]
    assert alone.values == (alone.value,) == (first,)


SAID = [
    said("1", "trade.terms", body=Terms(incoterm="FOB", contract_no="A")),
    said("2", "trade.terms", body=Terms(incoterm="CIF"), replaces=("1",)),
    said("3", "goods.line", "1", GoodsLine(hs="280920")),
    said("4", "goods.line", "1", GoodsLine(net_kg=Decimal(5))),
    said("5", "goods.line", "1", withdraws=("4",)),
]


@pytest.mark.parametrize("order", list(permutations(range(5)))[::7])
def test_any_order_of_arrival_gives_the_same_record(order: tuple[int, ...]) -> None:
    one, other = record(*SAID), record(*(SAID[n] for n in order))
    assert one.heads() == other.heads()
    for topic in ("trade.terms", "goods.line"):
        assert {k: s.value for k, s in one.standing(topic).items()} == {
            k: s.value for k, s in other.standing(topic).items()
        }


@given(st.lists(st.integers(0, 4), max_size=12))
def test_saying_it_again_changes_nothing(repeats: list[int]) -> None:
    one = record(*SAID)
    again = record(*SAID, *(SAID[n] for n in repeats))
    assert one.heads() == again.heads()
    assert one.changes("goods.line") == again.changes("goods.line")


def test_the_statement_of_a_submission_leaves_its_body_to_a_digest_and_the_stores_clock_out() -> None:
    paper = Evidence("ab" * 32, "invoice.xlsx", {"hs": "Sheet1!B2"})
    one = said(
        "1", "goods.line", "1", GoodsLine(hs="280920"), heard_at="2026-01-01T00:00:00Z", evidence=(paper,), for_="org"
    )
    proven = statement(one)
    assert proven["for"] == "org"
    assert "280920" not in str(proven)
    assert "heard_at" not in proven
    assert "Sheet1" not in str(proven)
