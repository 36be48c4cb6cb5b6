"""Industry: traits of the goods by the most precise code, and what practice asks of them."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.kernel.findings import Finding
from entrepot.kernel.law import Law, PackCard, TableSpec
from entrepot.kernel.sheet import Sheet
from entrepot.kernel.vocabulary.decisions import GoodsTraits
from entrepot.links.industry import MODULE, PRACTICE_MODULE, Practice
from tests.making import card, law, sheet, small_law

DAY = date(2026, 6, 1)
GOODS = TableSpec(
    keys=("code",),
    goods_code="code",
    values={
        "product": "text",
        "product_en": "text",
        "product_zh": "text",
        "groups": "list",
        "un_number": "text",
        "dg_class": "text",
        "packing_group": "text",
        "controls": "list",
        "controls_known": "bool",
        "attributes": "list",
    },
)


def goods(code: str, **columns: str) -> dict[str, str]:
    empty = dict.fromkeys(GOODS.values, "")
    return {**empty, "code": code, "product": code, "product_en": code, "controls_known": "true", **columns}


def two_packs() -> Law:
    tables = small_law(
        {
            "wide/goods": (GOODS, [goods("28", controls="B"), goods("2809", controls="A")]),
            "narrow/goods": (GOODS, [goods("280920", controls="4"), goods("28092019", controls="4|x")]),
        }
    )
    cards: list[PackCard] = [card("industries", "wide"), card("industries", "narrow"), card("regions", "elsewhere")]
    return Law(cards, tables.tables)


def traits(hs: str, law: Law, **more: object) -> Finding:
    drawn: Sheet = sheet([MODULE, PRACTICE_MODULE], {"goods.line/1": {"hs": hs}, **more}, DAY, law)
    finding = drawn.finding("industry.traits", "1")
    assert finding is not None
    return finding


@pytest.mark.parametrize(
    ("hs", "pack", "controls"),
    [
        ("2809201900", "narrow", ("4", "x")),
        ("2809209000", "narrow", ("4",)),
        ("2809100000", "wide", ("A",)),
        ("2810000000", "wide", ("B",)),
    ],
)
def test_the_pack_with_the_longest_code_speaks(hs: str, pack: str, controls: tuple[str, ...]) -> None:
    finding = traits(hs, two_packs())
    assert isinstance(finding.value, GoodsTraits)
    assert (finding.status, finding.value.pack, finding.value.controls) == ("found", pack, controls)


def test_a_line_without_a_code_asks_nothing_of_the_packs() -> None:
    finding = traits("", two_packs())
    assert finding.status == "not_applicable"
    assert finding.law == ()


def test_a_code_too_short_names_what_it_may_mean() -> None:
    finding = traits("280920", law("phosphorus", "agriculture"))
    assert finding.status == "no_law"
    assert "28092011, 28092019" in finding.reasons[0].en
    assert "28092011, 28092019" in finding.reasons[0].zh


def test_the_traits_follow_the_day_of_the_declaration() -> None:
    held = law("phosphorus")
    before = traits("2809201900", held, **{"declaration.particulars": {"declared_on": "2021-12-31"}})
    after = traits("2809201900", held, **{"declaration.particulars": {"declared_on": "2022-01-01"}})
    assert (before.status, after.status) == ("not_applicable", "found")


def test_practice_gathers_what_is_asked_of_the_product_and_of_its_groups() -> None:
    drawn = sheet([MODULE, PRACTICE_MODULE], {"goods.line/1": {"hs": "2804701000"}}, DAY, law("phosphorus"))
    finding = drawn.finding("industry.practice", "1")
    assert finding is not None
    assert isinstance(finding.value, Practice)
    assert {"under_water", "packaging_use", "safety_data_sheet"} <= finding.value.asks.keys()
    assert all(text.en and text.zh for text in finding.value.asks.values())
    (share,) = [quality for quality in finding.value.quality if quality.attribute == "p4"]
    assert (share.operator, share.limit, share.unit, share.standard) == ("at least", Decimal("99.9"), "%", "GB/T 7816")


def test_what_practice_asks_casts_no_doubt_on_the_traits() -> None:
    drawn = sheet([MODULE, PRACTICE_MODULE], {"goods.line/1": {"hs": "2003901090"}}, DAY, law("agriculture"))
    statuses = [drawn.finding(f"industry.{topic}", "1") for topic in ("traits", "practice")]
    assert [finding.status for finding in statuses if finding] == ["found", "needs_review"]


def test_one_changed_line_redraws_that_line_alone() -> None:
    facts = {f"goods.line/{number}": {"hs": "2003901090"} for number in range(1, 6)}
    drawn = sheet([MODULE], facts, DAY, law("agriculture"))
    assert drawn.assessed == 5
    assert drawn.assess().assessed == 0


@given(st.text("0123456789", min_size=0, max_size=10))
def test_every_code_has_one_answer_and_traits_only_of_a_row_it_begins_with(hs: str) -> None:
    finding = traits(hs, law("phosphorus", "agriculture"))
    assert finding.status in ("found", "needs_review", "no_law", "not_applicable")
    if finding.value is not None:
        assert any(hs.startswith(row.keys["code"]) for row in finding.law)


@pytest.mark.parametrize(
    ("share", "basis", "other", "expected"),
    [("85", "H3PO4", "P2O5", "61.56"), ("32", "P2O5", "BPL", "69.93"), ("100", "P", "P2O5", "229.14")],
)
def test_conversion_factors_give_the_shares_usual_in_the_trade(
    share: str, basis: str, other: str, expected: str
) -> None:
    row = law("phosphorus").read("phosphorus/conversions", DAY, {"from_basis": basis, "to_basis": other})
    assert row is not None
    assert (Decimal(share) * row["factor"]).quantize(Decimal("0.01"), ROUND_HALF_UP) == Decimal(expected)


def test_factors_there_and_back_give_the_same_share() -> None:
    held = law("phosphorus")
    there = held.read("phosphorus/conversions", DAY, {"from_basis": "H3PO4", "to_basis": "P2O5"})
    back = held.read("phosphorus/conversions", DAY, {"from_basis": "P2O5", "to_basis": "H3PO4"})
    assert there is not None
    assert back is not None
    assert abs(there["factor"] * back["factor"] - 1) < Decimal("0.0001")


@pytest.mark.parametrize("pack", ["phosphorus", "agriculture"])
def test_every_attribute_and_ask_belongs_to_goods_of_the_pack(pack: str) -> None:
    tables = law(pack).tables
    rows = list(tables[f"{pack}/goods"].everything())
    subjects = {row["product"] for row in rows} | {group for row in rows for group in row["groups"] or ()}
    named = {attribute for row in rows for attribute in row["attributes"] or ()}
    for table in ("asks", "attributes"):
        assert {row.keys["subject"] for row in tables[f"{pack}/{table}"].everything()} <= subjects, table
    limited = [row for row in tables[f"{pack}/attributes"].everything() if row.keys["operator"] != "stated"]
    assert all(row["limit"] is not None and row["unit"] for row in limited)
    assert named
