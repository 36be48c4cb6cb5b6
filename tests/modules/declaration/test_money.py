"""Rules on the trade term, freight, insurance, currencies and totals."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.kernel.vocabulary.trade import Charge
from entrepot.modules.declaration.rules.price import charge_amount, export_value
from tests.modules.declaration import paperwork
from tests.modules.declaration.paperwork import arrival, export, form, told, with_lines

FREIGHT = {"mark": "3", "value": "1500", "currency": "USD"}
INSURANCE = {"mark": "3", "value": "14", "currency": "USD"}


def charged(facts: dict[str, Any], term: str, freight: bool, insurance: bool) -> dict[str, Any]:
    facts["trade.terms"]["incoterm"] = term
    facts["transport.charges"] = ({"freight": FREIGHT} if freight else {}) | (
        {"insurance": INSURANCE} if insurance else {}
    )
    return facts


def test_w6_1_a_cif_export_without_insurance_is_refused_for_that_alone() -> None:
    facts = charged(export(), "CIF", freight=True, insurance=False)
    finding = form(facts)
    assert finding.status == "refused"
    assert [(p.rule, p.where) for p in finding.problems] == [("R034", "header.insurance")]


def test_w6_2_a_net_weight_above_the_gross_weight_is_refused_for_that_alone() -> None:
    facts = export()
    facts["goods.line/1"] |= {"quantity": "24.9", "amount": "USD 12823.50", "net_kg": "24900"}
    facts["trade.terms"]["total"] = "USD 12823.50"
    facts["packing.totals"]["net_kg"] = "24900"
    finding = form(facts)
    assert [(p.rule, p.severity) for p in finding.problems] == [("R021", "E")]
    assert "24,900 kg exceeds gross weight 24,500 kg" in finding.problems[0].what.en


@pytest.mark.parametrize("term", ["", "XYZ"])
def test_r028_the_trade_term_is_known(term: str) -> None:
    facts = export()
    facts["trade.terms"]["incoterm"] = term
    assert told(facts) == {"R028"}


CALLED_FOR = {  # flow, term -> rule, freight due, insurance due
    ("I", "FOB"): ("R029", True, True),
    ("I", "EXW"): ("R029", True, True),
    ("I", "CFR"): ("R030", False, True),
    ("I", "CIF"): ("R031", False, False),
    ("I", "C&I"): ("R032", True, False),
    ("E", "FOB"): ("R033", False, False),
    ("E", "EXW"): ("R033", False, False),
    ("E", "CIF"): ("R034", True, True),
    ("E", "CFR"): ("R034", True, False),
    ("E", "CPT"): ("R034", True, False),
    ("E", "C&I"): ("R034", False, True),
}


@pytest.mark.parametrize(("flow", "term"), CALLED_FOR)
@pytest.mark.parametrize("freight", [True, False])
@pytest.mark.parametrize("insurance", [True, False])
def test_r029_to_r034_freight_and_insurance_are_as_the_term_asks(
    flow: str, term: str, freight: bool, insurance: bool
) -> None:
    rule, freight_due, insurance_due = CALLED_FOR[flow, term]
    facts = charged(export() if flow == "E" else arrival(), term, freight, insurance)
    right = (freight, insurance) == (freight_due, insurance_due)
    assert told(facts) == (set() if right else {rule})
    wrong = {
        field
        for field, there, due in (("freight", freight, freight_due), ("insurance", insurance, insurance_due))
        if there != due
    }
    assert {p.where for p in form(facts).problems} == {f"header.{field}" for field in wrong}


@pytest.mark.parametrize(
    "freight",
    [
        {"mark": "1", "value": "101"},
        {"mark": "4", "value": "10", "currency": "USD"},
        {"mark": "3", "value": "-5", "currency": "USD"},
        {"mark": "3", "value": "1500", "currency": "XXX"},
        {"mark": "2", "value": "60"},
    ],
)
def test_r035_freight_is_a_plausible_rate_price_or_total(freight: dict[str, str]) -> None:
    facts = export()
    facts["transport.charges"]["freight"] = freight
    assert "R035" in told(facts)
    assert {p.rule for p in form(facts).problems if p.severity == "E"} == {"R035"}


@pytest.mark.parametrize("freight", [{"mark": "1", "value": "12"}, {"mark": "2", "value": "60", "currency": "USD"}])
def test_r035_rates_and_prices_per_tonne_are_plausible(freight: dict[str, str]) -> None:
    facts = export()
    facts["transport.charges"]["freight"] = freight
    assert told(facts) == set()


@pytest.mark.parametrize(("value", "fires"), [("100", False), ("100.01", True)])
def test_r035_a_rate_is_at_most_the_whole_value(value: str, fires: bool) -> None:
    facts = export()
    facts["transport.charges"]["freight"] = {"mark": "1", "value": value}
    assert ("R035" in told(facts)) is fires


@pytest.mark.parametrize("insurance", [{"mark": "2", "value": "1", "currency": "USD"}, {"mark": "3", "value": "14"}])
def test_r036_insurance_is_a_rate_or_a_total(insurance: dict[str, str]) -> None:
    facts = export()
    facts["transport.charges"]["insurance"] = insurance
    assert {p.rule for p in form(facts).problems if p.severity == "E"} == {"R036"}


@pytest.mark.parametrize(("value", "fires"), [("370.80", False), ("370.81", True), ("1.24", False), ("1.23", True)])
def test_r037_insurance_is_a_usual_share_of_the_value(value: str, fires: bool) -> None:
    facts = export()
    facts["transport.charges"]["insurance"] = {"mark": "3", "value": value, "currency": "USD"}
    assert told(facts) == ({"R037"} if fires else set())
    assert form(facts).status == "found"


@pytest.mark.parametrize(("rate", "fires"), [("0.01", False), ("0.0099", True), ("3", False), ("3.0001", True)])
def test_r037_the_usual_share_holds_its_ends(rate: str, fires: bool) -> None:
    facts = export()
    facts["transport.charges"]["insurance"] = {"mark": "1", "value": rate}
    assert told(facts) == ({"R037"} if fires else set())
    if fires:
        assert form(facts).problems[0].what.en == f"insurance is {rate} % of the value, usual is 0.01 to 3 %"


def test_r037_another_currency_is_not_compared_without_a_rate() -> None:
    facts = export()
    facts["transport.charges"]["insurance"] = {"mark": "3", "value": "100", "currency": "CHF"}
    assert told(facts) == set()
    assert any(reason.en.startswith("R037 not checked") for reason in form(facts).reasons)


@pytest.mark.parametrize(("value", "fires"), [("6180", False), ("6180.01", True)])
def test_r038_freight_is_a_usual_share_of_the_value(value: str, fires: bool) -> None:
    facts = export()
    facts["transport.charges"]["freight"] = {"mark": "3", "value": value, "currency": "USD"}
    assert told(facts) == ({"R038"} if fires else set())


def test_r039_currencies_are_known() -> None:
    facts = export()
    facts["goods.line/1"] |= {"price": "ZZZ 515.00/t", "amount": "ZZZ 12360.00"}
    facts["trade.terms"] |= {"total": "ZZZ 12360.00"}
    facts["transport.charges"] = {name: {"mark": "1", "value": "1"} for name in ("freight", "insurance")}
    assert told(facts) == {"R039"}


def test_r039_several_currencies_are_asked_about() -> None:
    facts = with_lines(2)
    facts["goods.line/2"] |= {"price": "CNY 3000.00/t", "amount": "CNY 72000.00"}
    finding = form(facts)
    assert {(p.rule, p.severity) for p in finding.problems} == {("R039", "W"), ("R041", "E")}


@pytest.mark.parametrize("total", ["USD 12360.01", "CNY 12360.00", None])
def test_r041_the_lines_add_up_to_the_invoice(total: str | None) -> None:
    facts = export()
    facts["transport.charges"] = {name: {"mark": "1", "value": "1"} for name in ("freight", "insurance")}
    facts["trade.terms"]["total"] = total
    assert told(facts) == {"R041"}


# -- values up to loading ---------------------------------------------------------------------------------------------

amounts = st.decimals(Decimal("0.01"), Decimal(10**9), places=2)


@given(amounts, amounts, amounts)
def test_the_export_value_is_the_same_however_the_price_is_quoted(
    fob: Decimal, freight: Decimal, insurance: Decimal
) -> None:
    quoted = {"3": fob, "2": fob + freight, "1": fob + freight + insurance, "4": fob + insurance}
    assert {export_value(term, price, freight, insurance) for term, price in quoted.items()} == {fob}
    assert export_value("7", fob - 1, freight, insurance, to_loading=Decimal(1)) == fob
    assert export_value("5", fob, freight, insurance) is None


def test_charges_by_rate_by_tonne_and_in_total() -> None:
    price, gross = Decimal(12360), Decimal(24500)
    assert charge_amount(Charge("1", Decimal("0.3")), price, gross) == Decimal("37.08")
    assert charge_amount(Charge("2", Decimal(60), "USD"), price, gross) == Decimal(1470)
    assert charge_amount(Charge("3", Decimal(1500), "USD"), price, gross) == Decimal(1500)
    assert charge_amount(None, price, gross) == 0
    assert charge_amount(Charge("2", Decimal(60), "USD"), price, None) is None
    assert charge_amount(Charge("9", Decimal(60), "USD"), price, gross) is None


def test_the_fob_value_stands_in_the_working() -> None:
    steps = {step.name.en: step for step in form(export()).working}
    step = steps["value up to loading at the place of exit (FOB)"]
    assert (step.value, step.exact) == ("USD 10,846.00", "10846.00")


@pytest.mark.parametrize(("yuan", "fires"), [("43260", False), ("43260.01", True)])
def test_r038_freight_in_another_currency_is_converted(yuan: str, fires: bool) -> None:
    facts = export()
    facts["transport.charges"]["freight"] = {"mark": "3", "value": yuan, "currency": "CNY"}
    assert told(facts) == ({"R038"} if fires else set())
    facts["transport.charges"]["freight"]["currency"] = "CHF"
    assert any(reason.en.startswith("R038 not checked: charge and goods") for reason in form(facts).reasons)


def waived(quantity: str, amount: str, **change: Any) -> Any:
    """A small consignment from Japan that claims RCEP's rate without a proof."""
    facts = arrival()
    facts["goods.line/1"] |= {"quantity": quantity, "net_kg": None, "price": None, "amount": amount, "origin": "JPN"}
    facts["goods.line/1"] |= change
    facts["trade.terms"]["total"] = amount
    facts["packing.totals"] |= {"gross_kg": "410", "net_kg": "400", "packages": 16}
    facts["transport.charges"] = {"freight": {"mark": "1", "value": "5"}, "insurance": {"mark": "1", "value": "0.3"}}
    facts["declaration.particulars"]["origin_waiver"] = "RCEP"
    return facts


@pytest.mark.parametrize(
    ("amount", "fires"), [("USD 200.00", False), ("USD 200.01", True), ("JPY 28000", False), ("JPY 28001", True)]
)
def test_r058_a_claim_without_proof_stays_within_the_limit(amount: str, fires: bool) -> None:
    facts = waived("0.4", amount)
    assert told(facts) == ({"R058"} if fires else set())
    facts["origin.proof/C-1"] = {"agreement": "RCEP", "form": "certificate", "issued_on": "2026-06-15", "lines": ["1"]}
    facts["declaration.particulars"]["origin_waiver"] = ""
    assert told(facts) == set()


def test_r058_lines_are_taken_together_and_named() -> None:
    facts = waived("0.2", "USD 150.00")
    facts["goods.line/2"] = facts["goods.line/1"] | {"description": "the same, coarse", "description_zh": "粗颗粒"}
    facts["trade.terms"]["total"] = "USD 300.00"
    (problem,) = form(facts).problems
    assert problem.what.en == "value USD 300 of lines 1, 2 exceeds the waiver limit of USD 200"
    facts["goods.line/2"]["origin"] = "DEU"
    assert told(facts) == set()


def test_r058_a_waiver_needs_goods_of_the_agreement() -> None:
    assert told(waived("0.4", "USD 100.00", origin="DEU")) == {"R058"}


def test_r058_what_cannot_be_valued_or_has_no_limit_is_not_passed_in_silence() -> None:
    finding = form(waived("0.4", "CHF 100.00"))
    assert "R058 not checked: line 1 cannot be valued in USD" in [reason.en for reason in finding.reasons]
    facts = waived("0.4", "USD 100.00")
    facts["declaration.particulars"]["origin_waiver"] = "ACFTA"
    assert "R058 not checked: no table ACFTA/parties" in [reason.en for reason in form(facts).reasons]


def test_r058_on_import_what_china_has_set_counts_before_the_agreement() -> None:
    table = paperwork.TABLES["CN/limits"]
    spec, rows = table
    higher = [row | {"value": "250"} if row["name"] == "origin_waiver_rcep_usd" else row for row in rows]
    held = paperwork.law(more={"CN/limits": (spec, higher)})
    assert told(waived("0.4", "USD 250.00"), held=held) == set()
    assert told(waived("0.4", "USD 250.01"), held=held) == {"R058"}
    without = [row for row in rows if row["name"] != "origin_waiver_rcep_usd"]
    held = paperwork.law(more={"CN/limits": (spec, without)})
    assert told(waived("0.4", "USD 200.00"), held=held) == set()
    assert told(waived("0.4", "USD 200.01"), held=held) == {"R058"}


def test_r058_freight_that_is_not_counted_is_said() -> None:
    facts = waived("0.4", "USD 200.00")
    gap = "R058 not checked: freight and insurance up to China are not counted"
    assert gap in [reason.en for reason in form(facts).reasons]
    facts["trade.terms"] |= {"incoterm": "CIF", "place": "Shanghai"}
    assert gap not in [reason.en for reason in form(facts).reasons]
