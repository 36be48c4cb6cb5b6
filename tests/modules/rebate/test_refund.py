"""The refund of a line, lot by lot."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.kernel.law import Law, TableSpec
from entrepot.kernel.money import Money, money
from entrepot.kernel.vocabulary.goods import LOT
from entrepot.modules.rebate.rules.refund import part_base, take, trading_refund
from tests.making import small_law
from tests.modules.rebate.making_rebate import FACTS, LAW, amounts, coded, drawn, english, lot, refund

D = Decimal
RATES = st.sampled_from(["0.01", "0.03", "0.05", "0.06", "0.09", "0.13"]).map(Decimal)
BASES = st.integers(1, 10**12)


@pytest.mark.parametrize(
    ("hs", "base", "vat", "kind", "expected"),
    [
        pytest.param("8413", "500000.00", "0.13", "general", (6_500_000, 0), id="W3.3"),
        pytest.param("0805", "500000.00", "0.13", "general", (4_500_000, 2_000_000), id="W3.4"),
        pytest.param("0805", "200000.00", "0.09", "general", (1_800_000, 0), id="W3.5"),
        pytest.param("8413", "100000.00", "0.03", "small_scale", (300_000, 0), id="W3.6"),
        pytest.param("0805", "80000.00", "0.01", "small_scale", (80_000, 0), id="W3.7"),
        pytest.param("0805", "100000.00", "0.13", "simplified", (900_000, 400_000), id="simplified, higher invoice rate"),
    ],
)
def test_a_trading_companys_refund(hs: str, base: str, vat: str, kind: str, expected: tuple[int, int]) -> None:
    finding = refund(coded(hs), lot(base, vat, supplier_kind=kind))
    assert (finding.status, amounts(finding)) == ("found", expected)
    assert any(step.exact for step in finding.working)


def test_a_general_supplier_below_the_refund_rate_is_capped_and_asked_about() -> None:
    finding = refund(FACTS, lot("100000.00", "0.09"))
    assert (finding.status, amounts(finding)) == ("needs_review", (900_000, 0))
    assert "below the refund rate" in finding.reasons[0].en


def test_each_lot_is_rounded_and_the_line_is_their_sum() -> None:
    lots = [lot("33.33", quantity="3"), lot("33.34", quantity="3"), lot("33.30", quantity="4")]
    finding = refund(FACTS, *lots)
    assert [part.refund.minor for part in finding.value.lots] == [433, 433, 433]  # 4.3329, 4.3342, 4.3290
    assert amounts(finding) == (1299, 0)


def test_the_oldest_lot_goes_first_and_only_the_declared_quantity_counts() -> None:
    new, old = lot("900.00", quantity="8", issued_on=date(2026, 5, 2)), lot("600.00", quantity="6", issued_on=date(2026, 4, 1))
    finding = refund(FACTS, new, old)
    assert [(part.lot, part.base.minor) for part in finding.value.lots] == [("B", 60_000), ("A", 45_000)]


def test_units_are_converted_in_the_open() -> None:
    facts = coded("8413", quantity="1.5", unit="T")
    finding = refund(facts, lot("900.00", quantity="1500", unit="kg"))
    assert finding.status == "found"
    assert any(step.name.en == "kg in T" and step.value == "1.5 T" for step in finding.working)


def test_two_words_for_one_unit_without_a_factor_are_the_same_unit() -> None:
    assert refund(coded("8413", unit="CTN"), lot("900.00", unit="CTNS")).status == "found"


@pytest.mark.parametrize(("unit", "quantity"), [("PCS", "9"), ("KG", "10"), ("bushel", "10"), ("CTN", "10")])
def test_documents_that_do_not_cover_the_line_are_refused(unit: str, quantity: str) -> None:
    finding = refund(FACTS, lot("900.00", quantity=quantity, unit=unit))
    assert [problem.rule for problem in finding.problems] == ["B008"]


def test_a_line_without_quantity_is_taken_whole_and_reviewed() -> None:
    facts = {**FACTS, "goods.line/1": {"hs": "8413"}}
    finding = refund(facts, lot("900.00"))
    assert (finding.status, amounts(finding)) == ("needs_review", (11_700, 0))


def test_part_of_a_line_on_an_ordinary_invoice_is_not_refunded_and_named() -> None:
    finding = refund(FACTS, lot("100.00", quantity="5"), lot("200.00", quantity="5", document="ordinary_invoice"))
    assert (finding.status, amounts(finding)) == ("needs_review", (1300, 0))
    assert english(finding.reasons) == ["lot B rests on ordinary_invoice: nothing is refunded on it"]


def test_one_invoice_cannot_be_used_beyond_its_quantity() -> None:
    once = {"number": "I1", "invoiced_quantity": "10"}
    six = {"hs": "8413", "quantity": "6", "unit": "PCS"}
    facts = {**FACTS, "goods.line/1": six, "goods.line/2": six}
    sheet = drawn(facts, lot("60.00", quantity="6", **once), lot("60.00", quantity="6", line="2", **once))
    for key in ("1", "2"):
        finding = sheet.finding("rebate.refund", key)
        assert finding is not None
        assert [problem.rule for problem in finding.problems] == ["B006"]
    total = sheet.finding("rebate.total")
    assert total is not None
    assert total.status == "waits"


def test_what_a_lot_takes_is_posted_against_its_invoice() -> None:
    sheet = drawn(FACTS, lot("60.00", quantity="6", invoiced_quantity="10"))
    value = sheet.column("goods.cost").values["A"]
    assert LOT.takes is not None
    (posting,) = LOT.takes(value)
    assert (posting.amount, posting.opens) == (D(6), D(10))


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"base": "USD 100.00"}, "B002"), ({"base": "CNY 0.00"}, "B003"), ({"base": "CNY -1.00"}, "B003"),
        ({"vat_rate": "13"}, "B004"), ({"vat_rate": "-0.1"}, "B004"), ({"quantity": "-10"}, "B005"),
    ],
)
def test_absurd_lots_are_refused(fields: dict[str, str], rule: str) -> None:
    finding = refund(FACTS, {**lot("100.00"), **fields})
    assert rule in [problem.rule for problem in finding.problems]
    assert all(problem.what.zh and problem.fix.zh for problem in finding.problems)


def test_without_foreign_exchange_the_refund_is_held_until_a_date() -> None:
    facts = dict(FACTS)
    del facts["bank.receipt/R1"]
    finding = refund(facts, lot("500000.00"))
    assert (finding.status, finding.value.held_until) == ("needs_review", date(2027, 4, 30))
    assert "due by 2027-04-30" in finding.reasons[0].en
    of_another = {**facts, "bank.receipt/R2": {"amount": "USD 1.00", "received_on": date(2026, 8, 1), "declaration": "D9"}}
    assert refund(of_another, lot("500000.00")).value.held_until == date(2027, 4, 30)


def test_foreign_exchange_in_another_currency_is_not_called_short() -> None:
    facts = {**FACTS, "trade.terms": {"total": "JPY 12000000"}}
    finding = refund(facts, lot("500000.00"))
    assert (finding.status, amounts(finding)) == ("needs_review", (6_500_000, 0))
    assert english(finding.reasons) == [
        "received in USD, the invoice is JPY 12,000,000: whether all was received is for a person to say"
    ]


def test_late_or_short_foreign_exchange_is_asked_about() -> None:
    late = {**FACTS, "bank.receipt/R1": {"amount": "USD 80000.00", "received_on": date(2027, 5, 1)}}
    assert english(refund(late, lot("100.00")).reasons) == ["foreign exchange came on 2027-05-01, after 2027-04-30"]
    short = {**FACTS, "trade.terms": {"total": "USD 80000.01"}}
    assert "received USD 80,000.00" in refund(short, lot("100.00")).reasons[0].en
    deemed = {**short, "bank.receipt/R1": {"amount": "USD 1.00", "received_on": date(2027, 5, 1), "deemed": True}}
    assert refund(deemed, lot("100.00")).status == "found"


@given(BASES, RATES, RATES, st.sampled_from(["general", "small_scale", "simplified"]))
def test_refund_and_cost_make_up_the_input_tax(fen: int, vat: Decimal, library: Decimal, kind: str) -> None:
    base = Money(fen, "CNY")
    rate, refunded, to_cost = trading_refund(base, vat, library, kind)
    assert abs(refunded.minor + to_cost.minor - money(base.amount * vat, "CNY").minor) <= 1
    assert rate <= library
    assert rate <= vat
    assert refunded.minor <= money(base.amount * library, "CNY").minor
    assert to_cost.minor >= 0


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=12), RATES, RATES)
def test_splitting_a_lot_moves_the_refund_by_less_than_a_fen_a_piece(pieces: list[int], vat: Decimal, library: Decimal) -> None:
    whole = trading_refund(Money(sum(pieces), "CNY"), vat, library, "general")
    parts = [trading_refund(Money(fen, "CNY"), vat, library, "general") for fen in pieces]
    assert abs(whole[1].minor - sum(refunded.minor for _, refunded, _ in parts)) <= len(pieces)
    assert abs(whole[2].minor - sum(to_cost.minor for _, _, to_cost in parts)) <= len(pieces)


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=6), st.integers(1, 3000))
def test_lots_are_taken_in_turn_and_never_beyond_what_is_wanted(sizes: list[int], wanted: int) -> None:
    lots = {str(number): D(size) for number, size in enumerate(sizes)}
    used = take(D(wanted), lots)
    assert sum(used.values()) == min(wanted, sum(sizes))
    assert list(used) == list(lots)[: len(used)]
    assert all(used[key] == lots[key] for key in list(used)[:-1])


@given(BASES, st.integers(1, 10**6), st.integers(1, 10**6))
def test_the_parts_of_a_lot_make_up_its_base(fen: int, first: int, second: int) -> None:
    base, whole = Money(fen, "CNY"), D(first + second)
    parts = part_base(base, D(first), whole).minor + part_base(base, D(second), whole).minor
    assert abs(parts - fen) <= 1
    assert part_base(base, whole, whole) == base


def test_things_counted_in_two_ways_are_converted_for_a_person_to_confirm() -> None:
    units = [("007", "1", "piece"), ("025", "2", "piece"), ("035", "1", "kg"), ("070", "1000", "kg")]
    words = [("PCS", "007"), ("NUMBER", "007"), ("PAIR", "025"), ("KG", "035"), ("T", "070")]
    tables = {
        "units/units": (
            TableSpec(("code",), {"factor": "decimal", "base": "text"}),
            [{"code": code, "factor": factor, "base": base} for code, factor, base in units],
        ),
        "units/words": (TableSpec(("word",), {"code": "text"}), [{"word": word, "code": code} for word, code in words]),
    }
    counted = Law([], {**LAW.tables, **small_law(tables).tables})
    for unit, quantity, status in (("PAIR", "5", "needs_review"), ("NUMBER", "10", "found"), ("PCS", "10", "found")):
        finding = refund(FACTS, lot("900.00", quantity=quantity, unit=unit), law=counted)
        assert (finding.status, amounts(finding)) == (status, (11_700, 0))
