"""Landed cost: who bears what, what nobody said, and that totals, lines and ranks hold together."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.kernel.findings import Finding
from entrepot.kernel.law import Law
from entrepot.kernel.vocabulary.decisions import LandedCost
from entrepot.modules.duty.module import LANDED_MODULE, MODULE
from entrepot.modules.duty.rules.landed import _shared
from tests.making import law, sheet
from tests.modules.duty.making_duty import DAY, LAW, ORIGINATING, PROVEN, changed, english

SPLIT = {name: table for name, table in law("incoterms").tables.items() if name == "incoterms/split"}
HERE = Law(LAW.packs, {**LAW.tables, **SPLIT})
FOB = {"incoterm": "FOB", "currency": "JPY"}


def landed(facts: dict[str, Any], **more: Any) -> Finding:
    asked: dict[str, Any] = {"import.formalities": {}}
    finding = sheet([MODULE, LANDED_MODULE], {**asked, **facts, **more}, DAY, HERE).finding("landed.cost")
    assert finding is not None
    return finding


def value(facts: dict[str, Any], **more: Any) -> LandedCost:
    found: LandedCost = landed(facts, **more).value
    return found


def totals(cost: LandedCost) -> dict[str, int]:
    return {one.code: one.total.minor for one in cost.treatments}


def test_it_waits_where_no_import_is_planned() -> None:
    facts = {place: said for place, said in changed().items() if not place.startswith("import.")}
    assert landed(facts).status == "waits"


def test_it_waits_until_a_cost_on_the_way_is_said_or_the_formalities_are_asked_for() -> None:
    finding = sheet([MODULE, LANDED_MODULE], changed(), DAY, HERE).finding("landed.cost")
    assert finding is not None
    assert (finding.status, [wait.topic for wait in finding.waits]) == ("waits", ["trade.cost"])
    said = {**changed(), "trade.cost/1": {"cost": "on_carriage", "amount": "JPY 0"}}
    finding = sheet([MODULE, LANDED_MODULE], said, DAY, HERE).finding("landed.cost")
    assert finding is not None
    assert finding.value is not None


def test_price_costs_of_the_buyer_and_duty_make_the_total_of_each_treatment_best_first() -> None:
    facts = changed(terms=FOB, entry={"freight": "JPY 50000", "insurance": "JPY 3000"})
    cost = value(facts, **{**ORIGINATING, **PROVEN})
    # 1,000,000 + 53,000; duty of 1,053,000: pact 1 % = 10,530, wto 3 % = 31,590, general 5 % = 52,650
    assert list(totals(cost).items()) == [("pact", 1_063_530), ("wto", 1_084_590), ("general", 1_105_650)]
    assert cost.best == "pact"
    assert [one.dearer.minor if one.dearer else None for one in cost.treatments] == [None, 21_060, 42_120]
    assert english(cost.treatments[0].papers) == [
        "proof of origin under PACT: certificate of origin or declaration of origin, valid 12 months"
    ]


def test_a_treatment_that_cannot_be_had_yet_stands_below_with_what_is_missing() -> None:
    cost = value(changed())
    assert [(one.code, one.available) for one in cost.treatments] == [("wto", True), ("general", True), ("pact", False)]
    assert cost.treatments[2].missing


@pytest.mark.parametrize(
    ("incoterm", "missing"),
    [
        (
            "EXW",
            [
                "loading at the seller's", "carriage to the port of export", "export clearance", "terminal at origin",
                "loading on board", "freight", "insurance: neither party owes it; say it if the goods are insured",
                "terminal at destination", "import clearance", "delivery to the buyer", "unloading at the buyer's",
            ],
        ),
        (
            "CIP",
            [
                "terminal at destination, as far as the named place or the carrier's contract leaves it to the buyer",
                "import clearance", "delivery to the buyer", "unloading at the buyer's",
            ],
        ),
        ("DAP", ["import clearance", "unloading at the buyer's"]),
        ("DPU", ["import clearance"]),
        ("DDP", ["unloading at the buyer's"]),
    ],
)  # fmt: skip
def test_what_the_buyer_bears_and_nobody_said_is_named_and_in_no_total(incoterm: str, missing: list[str]) -> None:
    cost = value(changed(terms={"incoterm": incoterm}))
    assert english(cost.missing) == missing
    assert all(one.at_least for one in cost.treatments)


def test_what_the_seller_bears_is_in_the_price_and_added_once() -> None:
    cost = value(changed(entry={"freight": "JPY 50000"}), **{"trade.cost/1": {"cost": "pre_carriage", "amount": "JPY 7000"}})
    parts = {one.cost: one for one in cost.parts}
    assert (parts["main_carriage"].payer, parts["main_carriage"].in_price) == ("seller", True)
    assert (parts["pre_carriage"].payer, parts["pre_carriage"].in_price) == ("seller", True)
    assert totals(cost)["wto"] == 1_030_000


def test_who_is_said_to_bear_a_cost_goes_before_the_incoterm() -> None:
    said = {"cost": "destination_terminal", "amount": "JPY 7000"}
    plain = totals(value(changed(), **{"trade.cost/1": said}))
    sellers = totals(value(changed(), **{"trade.cost/1": {**said, "payer": "seller"}}))
    assert plain["wto"] - sellers["wto"] == 7000


def test_delivered_duty_paid_leaves_what_customs_takes_to_the_seller() -> None:
    cost = value(changed(terms={"incoterm": "DDP"}))
    assert cost.duties_payer == "seller"
    assert set(totals(cost).values()) == {1_000_000}
    assert [str(tax.amount) for tax in cost.treatments[0].taxes]  # still told


def test_costs_in_other_currencies_are_added_unrounded_and_the_total_is_told_in_the_price_s_own() -> None:
    facts = changed(
        terms={"incoterm": "FOB", "currency": "USD"}, line={"amount": "USD 1000.00"},
        entry={"freight": "EUR 10.00", "insurance": "JPY 0", "rates": {"USD": "150.333", "EUR": "165.77"}},
    )  # fmt: skip
    cost = value(facts)
    assert str(cost.price) == "USD 1,000.00"
    # 150,333 + 1,657.7 = 151,990.7; value 151,990 (down); duty 3 % = 4,559.7, down to 4,559
    assert totals(cost)["wto"] == 151_991 + 4_559
    assert str(cost.treatments[0].priced) == "USD 1,041.35"  # 156,550 / 150.333


def test_charges_in_the_way_of_customs_are_costs_too() -> None:
    charges = {"freight": {"mark": "1", "value": "5"}, "insurance": {"mark": "1", "value": "1"}}
    cost = value(changed(terms=FOB), **{"transport.charges": charges})
    parts = {one.cost: str(one.amount) for one in cost.parts if one.amount}
    assert parts == {"main_carriage": "JPY 50,000", "insurance": "JPY 10,500"}


def test_freight_by_weight_without_a_weight_is_not_known() -> None:
    cost = value(changed(terms=FOB), **{"transport.charges": {"freight": {"mark": "2", "value": "90", "currency": "JPY"}}})
    assert "freight" in english(cost.missing)


def test_a_line_without_an_offer_keeps_its_price_and_makes_the_total_a_lower_bound() -> None:
    second = {"goods.line/2": {"amount": "JPY 500000", "origin": "CHN"}, "import.line/2": {"code": "999999999"}}
    cost = value(changed(terms={"incoterm": "DPU"}), **second, **{"trade.cost/1": {"cost": "import_clearance", "amount": "JPY 0"}})
    assert totals(cost)["wto"] == 1_530_000
    assert english(cost.missing) == ["line 2: what customs takes"]
    assert all(one.at_least for one in cost.treatments)


def test_lines_that_do_not_know_a_treatment_go_by_their_best_and_the_best_of_each_is_a_row_of_its_own() -> None:
    second = {"goods.line/2": {"amount": "JPY 1000000", "origin": "CHN"}, "import.line/2": {"code": "222222222"}}
    cost = value(changed(), **second)
    # line 1: general 5 %, wto 3 %, pact 1 % (not proven); line 2: temporary 12 % in place of general, wto 15 %
    assert {one.code: (one.total.minor, one.available) for one in cost.treatments} == {
        "best": (2_150_000, True),  # wto and temporary; the row of temporary would be the same
        "general": (2_170_000, True),  # line 2 does not know it: temporary
        "wto": (2_180_000, True),
        "pact": (2_130_000, False),
    }


def test_a_duty_that_cannot_be_computed_is_named_and_never_ranks_first() -> None:
    cost = value(changed(code="444444444"))
    last = cost.treatments[-1]
    assert cost.best == "wto"
    assert english(last.unknown) == ["customs duty: not known"]
    assert last.dearer is None
    assert last.at_least


def test_costs_below_zero_are_refused_all_at_once() -> None:
    below = {"cost": "on_carriage", "amount": "JPY -1"}
    finding = landed(changed(), **{"trade.cost/1": below, "trade.cost/2": below})
    assert (finding.status, [one.where for one in finding.problems]) == ("refused", ["trade.cost/1.amount", "trade.cost/2.amount"])


def test_a_cost_in_a_currency_without_a_rate_names_the_rate_that_is_wanted() -> None:
    finding = landed(changed(), **{"trade.cost/1": {"cost": "on_carriage", "amount": "THB 100.00"}})
    assert finding.status == "no_law"
    assert "THB" in finding.reasons[0].en


amounts = st.integers(1, 10**9)


@given(amounts, amounts, amounts)
def test_the_lines_add_up_to_the_total(first: int, second: int, freight: int) -> None:
    facts = changed(terms=FOB, line={"amount": f"JPY {first}"}, entry={"freight": f"JPY {freight}", "insurance": "JPY 1"})
    facts |= {"goods.line/2": {"amount": f"JPY {second}", "origin": "CHN"}, "import.line/2": {"code": "111111112"}}
    for one in value(facts).treatments:
        assert sum(line.minor for line in one.lines.values()) == one.total.minor


@given(amounts, amounts)
def test_a_dearer_cost_never_makes_the_goods_cheaper(cost: int, more: int) -> None:
    def terminal(amount: int) -> dict[str, int]:
        return totals(value(changed(), **{"trade.cost/1": {"cost": "destination_terminal", "amount": f"JPY {amount}"}}))

    before, after = terminal(cost), terminal(cost + more)
    assert all(after[code] - before[code] == more for code in before)


@given(st.integers(0, 10**12), st.lists(st.decimals(Decimal("0.01"), Decimal(10**9), places=2), min_size=1, max_size=8))
def test_shares_lose_nothing_and_none_is_below_zero(minor: int, weights: list[Decimal]) -> None:
    shares = _shared(minor, {str(place): weight for place, weight in enumerate(weights)})
    assert sum(shares.values()) == minor
    assert all(share >= 0 for share in shares.values())


def test_a_line_that_does_not_originate_is_never_landed_under_the_agreement() -> None:
    """A total that no paper can bring about is no total."""
    denied = {"agreement": "PACT", "outcome": "not_originating"}
    alone = value(changed(), **{"origin.decision/1": denied, **PROVEN})
    assert list(totals(alone)) == ["wto", "general"]
    two = changed()
    for topic in ("goods.line", "import.line"):
        two[f"{topic}/2"] = two[f"{topic}/1"]
    both = value(two, **{"origin.decision/1": denied, **PROVEN, "origin.decision/2": ORIGINATING["origin.decision/1"]})
    # line 1 under wto 30,000, line 2 under the pact 10,000: each by its best
    assert (both.best, both.treatments[0].available) == ("best", True)
    assert totals(both) == {"best": 2_040_000, "wto": 2_060_000, "general": 2_100_000}
