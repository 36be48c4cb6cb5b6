"""Fields that papers say twice: the same, within tolerance, or different - and both places named."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entrepot.kernel.cases import facts_on_record
from entrepot.kernel.law import TableSpec
from entrepot.kernel.sheet import Sheet
from entrepot.modules.consistency.facts import COMPARED
from tests.making import law, small_law
from tests.modules.consistency.shipment import DAY, ROOMS, compared, drawn, finding, two

GROSS = "header.gross_kg"


def test_every_row_is_of_a_field_that_papers_may_say() -> None:
    rows = {(row.keys["topic"], row.keys["field"]) for row in law("consistency").rows("consistency/fields", DAY, {})}
    fields = {(topic.name, field.name) for topic in COMPARED for field in msgspec.structs.fields(topic.type)}
    assert rows - fields == set()


def test_a_field_without_a_row_is_compared_strictly() -> None:
    bare = small_law({"consistency/fields": (TableSpec(("topic", "field")), [])})
    record, _ = facts_on_record({}, "trade", ROOMS, two("packing.totals", "packages", 20, 21))
    found = Sheet(ROOMS, record, bare, DAY).assess().finding("consistency.papers")
    assert found is not None
    assert [(c.field, c.outcome, c.severity) for c in found.value.comparisons] == [
        ("packing.totals.packages", "differ", "E")
    ]


@pytest.mark.parametrize(
    ("topic", "field", "one", "other", "outcome", "severity"),
    [
        ("packing.totals", "packages", 20, 21, "differ", "E"),
        ("packing.totals", "gross_kg", "25240", "25366", "near", "W"),
        ("packing.totals", "gross_kg", "25240", "25367", "differ", "E"),
        ("packing.totals", "net_kg", "24000", "24001", "near", "W"),
        ("packing.totals", "net_kg", "24000", "24003", "differ", "E"),
        ("packing.totals", "marks", "N/M", "No mark", "near", ""),
        ("packing.totals", "package_type", "22", "CTNS", "near", ""),
        ("packing.totals", "package_type", "22", "BAGS", "differ", "W"),
        ("trade.terms", "currency", "CNY", "RMB", "near", ""),
        ("trade.terms", "total", "USD 10.00", "USD 10.01", "differ", "E"),
        ("trade.terms", "invoice_no", "EX-INV-1", "EX INV 1", "near", ""),
        ("trade.terms", "invoice_no", "EX-INV-1", "EX-INV-7", "differ", "E"),
        ("trade.terms", "place", "Shanghai", "CNSHA", "near", ""),
        ("transport.plan", "voyage", "026E", "V.026E", "near", ""),
        ("transport.plan", "conveyance", "EXAMPLE STAR", "M/V Example Star", "near", ""),
        ("transport.plan", "conveyance", "EXAMPLE STAR", "EXAMPLE MOON", "differ", "E"),
        ("transport.plan", "discharge_port", "JPYOK", "Yokohama, Japan", "near", ""),
        ("transport.plan", "discharge_port", "JPYOK", "JPOSA", "differ", "E"),
        ("transport.plan", "destination_country", "JPN", "JP", "near", ""),
        ("transport.plan", "destination_country", "JPN", "KOR", "differ", "E"),
        ("transport.plan", "bill_date", "2026-05-18", "2026-05-19", "differ", "E"),
        ("transport.container/EXMU2400010", "seals", ["EX 1", "EX 2"], ["EX2", "EX1"], "near", ""),
        ("transport.container/EXMU2400010", "seals", ["EX1"], ["EX1", "EX2"], "differ", "E"),
        ("transport.container/EXMU2400010", "size_type", "22G1", "20GP", "near", ""),
        ("goods.line/1", "un_number", "UN1805", "1805", "near", ""),
        ("goods.line/1", "hs", "280920", "2809201900", "agree", ""),
        ("goods.line/1", "hs", "280920", "2809211900", "differ", "E"),
        ("goods.line/1", "description", "Phosphoric acid 85 %", "PHOSPHORIC ACID, 85%", "agree", ""),
        ("goods.line/1", "description", "Phosphoric acid 85 %", "Acid, phosphoric, 85.0 %", "near", ""),
        ("goods.line/1", "description", "Phosphoric acid 85 %", "Phosphoric acid 75 %", "differ", "W"),
        ("goods.line/1", "amount", "USD 10.00", "EUR 10.00", "differ", "E"),
    ],
)
def test_a_field_is_compared_by_its_row(
    topic: str, field: str, one: Any, other: Any, outcome: str, severity: str
) -> None:
    for papers in (two(topic, field, one, other), two(topic, field, other, one)):
        told = [c for c in finding(papers).value.comparisons if c.sides[0].place == f"{topic}.{field}"]
        assert [(c.outcome, c.severity) for c in told] == [(outcome, severity)]


@pytest.mark.parametrize(
    ("one", "other", "outcome"),
    [
        (("24", "t"), ("24000", "kg"), "near"),
        (("24", "MT"), ("24000", "KGS"), "near"),
        (("24.6", "t"), ("24568", "kg"), "near"),  # rounded in tonnes
        (("24", "t"), ("24", "kg"), "differ"),
        (("24000", "t"), ("24000", "kg"), "differ"),
        (("24", "pcs"), ("24", "sets"), "differ"),
        (("24", "pcs"), ("24.00", "PIECES"), "near"),
    ],
)
def test_quantities_are_compared_in_their_units(one: tuple[str, str], other: tuple[str, str], outcome: str) -> None:
    said = [{"goods.line/1": {"quantity": amount, "unit": unit}} for amount, unit in (one, other)]
    papers = {"invoice.a": said[0], "packing_list.b": said[1]}
    outcomes = {c.outcome for c in finding(papers).value.comparisons if "deal_" in c.field}
    assert ("differ" in outcomes) == (outcome == "differ")
    assert "near" in outcomes or outcome == "differ"


def test_prices_are_compared_in_their_units() -> None:
    tonne = {"goods.line/1": {"price": "USD 515.00/t"}}
    for price, outcome in (
        ("USD 0.515/kg", "near"),
        ("USD 51.5/100 kg", "near"),
        ("USD 0.516/kg", "differ"),
        ("EUR 515/t", "differ"),
    ):
        papers = {"invoice.a": tonne, "packing_list.b": {"goods.line/1": {"price": price}}}
        assert compared(papers, "line/1.unit_price").outcome == outcome, price


def test_both_places_are_named_and_the_leading_paper_comes_first() -> None:
    papers = {
        "facts.json": {"packing.totals": {"gross_kg": "24600"}},
        "packing_list.xlsx": {"packing.totals": {"gross_kg": "24650"}},
        "bill_of_lading.pdf": {"packing.totals": {"gross_kg": "24700"}},
    }
    told = compared(papers, GROSS)
    assert [(side.paper, side.kind, side.value) for side in told.sides] == [
        ("bill_of_lading.pdf", "bill_of_lading", "24700"),
        ("packing_list.xlsx", "packing_list", "24650"),
        ("facts.json", "facts", "24600"),
    ]
    assert told.what is not None
    assert "packing_list.xlsx packing.totals.gross_kg says 24650" in told.what.en
    assert "packing_list.xlsx packing.totals.gross_kg 为 24650" in told.what.zh
    assert all(side.document for side in told.sides)


def test_what_somebody_says_without_a_paper_is_a_side_too() -> None:
    told = compared(
        {"invoice.a": {"packing.totals": {"packages": 20}}}, "header.packages", {"packing.totals": {"packages": 21}}
    )
    assert [(side.kind, side.value) for side in told.sides] == [("invoice", "20"), ("own_word", "21")]


def test_between_two_kinds_of_paper_another_tolerance_may_hold() -> None:
    exporter = {"trade.party/importer": {"name": "Example Kansai Chemicals K.K."}}
    bill = {"trade.party/importer": {"name": "Sample Bank of Osaka"}}
    names = {"invoice.a": exporter, "bill_of_lading.b": bill}
    assert compared(names, "header.overseas_party.name").severity == "W"  # a bank may be the consignee on a bill
    assert (
        compared({"invoice.a": exporter, "certificate_of_origin.b": bill}, "header.overseas_party.name").severity == "E"
    )


VALUES = st.sampled_from(
    ["N/M", "no marks", "EX 1", "ex-1", "EX 1/2", "EXAMPLE OSAKA", "Example  Osaka.", "样本", "", "7"]
)


@settings(max_examples=60, deadline=None)
@given(VALUES, VALUES, st.sampled_from(["packing.totals", "goods.line/1"]))
def test_what_agrees_is_what_the_record_takes_for_one_word(one: str, other: str, place: str) -> None:
    sheet = drawn(two(place, "marks", one, other))
    topic, _, key = place.partition("/")
    standing = sheet.record.standing(topic)[key]
    found = sheet.finding("consistency.papers")
    told = [c for c in found.value.comparisons if c.field.endswith("marks")] if found and found.value else []
    if not (one and other):
        assert told == []
    else:
        assert [c.outcome == "agree" for c in told] == [not standing.conflicts]


@settings(max_examples=60, deadline=None)
@given(st.decimals("0.01", "99999", places=2), st.decimals("0.01", "99999", places=2))
def test_r075_gross_weights_within_half_a_per_cent_never_block(one: Any, other: Any) -> None:
    told = compared(two("packing.totals", "gross_kg", str(one), str(other)), GROSS)
    apart = abs(one - other) * 200 > max(one, other)
    assert (told.severity == "E") == apart
