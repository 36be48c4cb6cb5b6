"""The customs value at the destination."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.kernel.money import Rounding, money
from entrepot.kernel.vocabulary.trade import Charge
from entrepot.modules.duty.rules.value import INCOTERMS, charged, convert, share, to_step
from tests.modules.duty.making_duty import FACTS, changed, country_law, english, offer

D = Decimal
USD_LINE = {"amount": "USD 20000.00"}


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param([(D("12345.67"), D("6.7628"))], "83491.30", id="W1.5"),
        pytest.param([(D("1850000"), D("4.5321") / 100)], "83843.85", id="W1.6"),
        pytest.param([(D("20000"), D("7.1000")), (D("1500"), D("7.8265"))], "153739.75", id="W1.18"),
    ],
)
def test_parts_are_converted_unrounded_added_and_rounded_once(parts: list[tuple[D, D]], expected: str) -> None:
    assert money(convert(parts), "CNY").amount == D(expected)


@pytest.mark.parametrize(
    ("amount", "step", "rounding", "expected"),
    [
        ("3129999.9", "1", "down", "3129999"),
        ("3129999", "1000", "down", "3129000"),
        ("999", "1000", "down", "0"),
        ("12.345", "0.01", "half_up", "12.35"),
    ],
)
def test_amounts_are_whole_steps(amount: str, step: str, rounding: Rounding, expected: str) -> None:
    assert to_step(D(amount), D(step), rounding) == D(expected)


def test_charges_as_customs_writes_them() -> None:
    assert charged(Charge("1", D("0.3")), D(20000), "USD", None) == (D(60), "USD")
    assert charged(Charge("2", D(50), "USD"), D(20000), "USD", D(2500)) == (D(125), "USD")
    assert charged(Charge("2", D(50), "USD"), D(20000), "USD", None) is None
    assert charged(Charge("3", D(500), "USD"), D(20000), "USD", None) is None


def test_costs_that_the_price_lacks_are_added_and_shared_by_value() -> None:
    facts = changed(
        line=USD_LINE,
        terms={"incoterm": "FOB", "total": "USD 50000.00"},
        entry={"freight": "JPY 100000", "insurance": "USD 100.00", "rates": {"USD": "150"}},
    )
    finding = offer(facts)
    # 20,000 × 150 + 100,000 × 20/50 + 100 × 20/50 × 150
    assert (finding.status, finding.value.value.minor) == ("found", 3_000_000 + 40_000 + 6_000)


def test_without_an_invoice_total_the_lines_are_the_whole() -> None:
    facts = changed(terms={"incoterm": "CFR"}, entry={"insurance": "JPY 9000"})
    facts["goods.line/2"] = {"amount": "JPY 2000000"}
    assert offer(facts).value.value.minor == 1_003_000


@pytest.mark.parametrize(
    ("incoterm", "lacking"),
    [("EXW", 2), ("FCA", 2), ("FAS", 2), ("FOB", 2), ("CFR", 1), ("CPT", 1), ("CIF", 0), ("CIP", 0), ("DAP", 0), ("DDP", 0)],
)
def test_what_nobody_said_is_named_and_never_silently_zero(incoterm: str, lacking: int) -> None:
    finding = offer(changed(terms={"incoterm": incoterm}))
    without = [reason for reason in english(finding.reasons) if reason.startswith("value without")]
    assert len(without) == lacking
    assert finding.status == ("found" if incoterm in ("CIF", "CIP") else "needs_review")


def test_charges_of_the_declaration_stand_in_for_what_the_importer_did_not_say() -> None:
    facts = changed(terms={"incoterm": "FOB", "total": "JPY 1000000"})
    facts["transport.charges"] = {
        "freight": {"mark": "3", "value": "50000", "currency": "JPY"}, "insurance": {"mark": "1", "value": "0.5"},
    }
    assert (offer(facts).status, offer(facts).value.value.minor) == ("found", 1_055_250)


def test_an_insurance_rate_is_of_price_and_freight_together() -> None:
    charges = {"transport.charges": {"insurance": {"mark": "1", "value": "1"}}}
    fob = changed(terms={"incoterm": "FOB", "total": "JPY 1000000"}, entry={"freight": "JPY 100000"})
    assert offer({**fob, **charges}).value.value.minor == 1_111_000
    usd = changed(terms={"incoterm": "FOB", "total": "JPY 1000000"}, entry={"freight": "USD 1000.00", "rates": {"USD": "150"}})
    assert offer({**usd, **charges}).value.value.minor == 1_161_500
    cfr = changed(terms={"incoterm": "CFR", "total": "JPY 1000000"})
    assert offer({**cfr, **charges}).value.value.minor == 1_010_000


def test_a_freight_per_tonne_of_unknown_weight_says_that_it_is_the_weight_that_lacks() -> None:
    charges = {"transport.charges": {"freight": {"mark": "2", "value": "5000", "currency": "JPY"}}}
    facts = {**changed(terms={"incoterm": "CIF"}), **charges}
    assert offer(facts).status == "found"
    facts = {**changed(terms={"incoterm": "FOB"}, entry={"insurance": "JPY 0"}), **charges}
    assert "value without freight: it is said per tonne, but the line's gross weight is not" in english(offer(facts).reasons)
    weighed = {**changed(terms={"incoterm": "FOB"}, entry={"insurance": "JPY 0"}, line={"gross_kg": "2000"}), **charges}
    assert offer(weighed).value.value.minor == 1_010_000


def test_the_central_bank_rate_is_only_indicative() -> None:
    finding = offer(changed(line=USD_LINE))
    assert finding.value.value.minor == 20_000 * 150  # 165 JPY / 1.1 USD to the euro
    assert finding.status == "needs_review"
    assert any("indicative, not the customs rate" in reason for reason in english(finding.reasons))


def test_no_exchange_rate_gives_no_number() -> None:
    finding = offer(changed(line={"amount": "THB 100.00"}))
    assert (finding.status, finding.value) == ("no_law", None)
    assert "import.entry.rates" in finding.reasons[0].en


def test_every_problem_is_told_at_once() -> None:
    facts = changed(
        line={"amount": "JPY 0"}, terms={"incoterm": "FOBX"},
        entry={"freight": "JPY -5", "rates": {"USD": "0"}},
    )
    finding = offer(facts)
    assert [problem.rule for problem in finding.problems] == ["D002", "D003", "D004", "D005"]


def test_a_line_without_an_amount_is_priced_by_quantity_or_refused() -> None:
    facts = changed(line={"price": "JPY 25.5 per 2 PCS"})
    facts["goods.line/1"].pop("amount")
    assert offer(facts).value.value.minor == 510
    facts["goods.line/1"].pop("price")
    assert [problem.rule for problem in offer(facts).problems] == ["D001"]


@pytest.mark.parametrize("total", ["USD 900.00", "JPY 999999"])
def test_a_line_that_is_no_part_of_the_invoice_bears_no_share(total: str) -> None:
    facts = changed(terms={"incoterm": "CFR", "total": total}, entry={"insurance": "JPY 9000"})
    assert [problem.rule for problem in offer(facts).problems] == ["D006"]


def test_lines_in_several_currencies_cannot_share_a_cost_by_value() -> None:
    facts = changed(terms={"incoterm": "CFR"}, entry={"insurance": "JPY 9000"})
    facts["goods.line/2"] = USD_LINE
    assert [problem.rule for problem in offer(facts).problems] == ["D006"]


def test_without_a_table_of_limits_amounts_round_half_up_to_the_minor_unit() -> None:
    law = country_law()
    del law.tables["NP/limits"]
    facts = changed(line={"amount": "USD 100.01"}, entry={"rates": {"USD": "150.05"}})
    finding = offer(facts, law)
    assert finding.value.value.minor == 15_007  # 15,006.5005
    assert finding.value.treatments[0].duty.minor == 450  # 450.21


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=8), st.integers(0, 10**7))
def test_shares_add_up_to_the_cost(parts: list[int], cost: int) -> None:
    total = D(sum(parts))
    shared = sum((share(D(cost), D(part), total) for part in parts), D(0))
    assert abs(shared - cost) < D("0.000001")


@given(st.sampled_from(sorted(INCOTERMS)), st.integers(0, 10**6), st.integers(0, 10**6))
def test_the_value_is_never_below_the_price(incoterm: str, freight: int, insurance: int) -> None:
    facts = changed(
        terms={"incoterm": incoterm}, entry={"freight": f"JPY {freight}", "insurance": f"JPY {insurance}"}
    )
    assert offer(facts).value.value.minor >= 1_000_000
    assert offer(FACTS).value.value.minor == 1_000_000


def test_a_method_without_its_value_is_refused_and_not_passed_over() -> None:
    finding = offer({**FACTS, "import.line/1": {"code": "111111111", "method": 3}})
    assert [(problem.rule, problem.where) for problem in finding.problems] == [("D025", "import.line/1.value")]


def test_an_adjustment_of_a_line_that_is_not_there_is_refused_and_not_dropped() -> None:
    royalty = {"kind": "royalty", "amount": "JPY 5000"}
    assert [one.rule for one in offer(changed(entry={"adjustments": [{**royalty, "line": "9"}]})).problems] == ["D026"]
    assert offer(changed(entry={"adjustments": [{**royalty, "line": "1"}]})).value.value.minor == 1_005_000


def test_a_rate_of_what_is_no_currency_is_refused_and_not_dropped() -> None:
    assert [problem.rule for problem in offer(changed(entry={"rates": {"usd": "150", "<b>": "1"}})).problems] == ["D027", "D027"]
