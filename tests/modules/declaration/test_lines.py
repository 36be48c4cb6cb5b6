"""Rules that concern one line: its code, units, price, origin, and what it needs beside the declaration."""

from typing import Any

import pytest

from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.decisions import GoodsTraits
from tests.modules.declaration import paperwork
from tests.modules.declaration.paperwork import Facts, arrival, export, form, told

PROOF = {"agreement": "RCEP", "form": "certificate", "issued_on": "2026-06-15", "lines": ["1"]}


def goods(facts: Facts, **change: Any) -> Facts:
    facts["goods.line/1"] |= change
    return facts


def reasons(facts: Facts) -> str:
    return "\n".join(reason.en for reason in form(facts).reasons)


def test_r014_licensed_goods_have_their_licence() -> None:
    facts = goods(export(), hs="2510109000")
    assert told(facts) == {"R014"}
    assert "code 4" in form(facts).problems[0].what.en
    facts["declaration.particulars"]["licence_no"] = "26-00-000001"
    assert told(facts) == set()


def test_r014_processing_trade_has_a_licence_of_its_own() -> None:
    facts = goods(export(), hs="2510109000")
    facts["declaration.particulars"] |= {
        "supervision_mode": "0615", "levy_nature": "503", "record_no": "B47010000001",
    }  # fmt: skip
    assert "code x" in form(facts).problems[0].what.en
    facts["declaration.attachment/x"] = {"number": "26-00-000002"}
    assert told(facts) == set()


def test_r014_a_licence_that_has_ended_does_not_count() -> None:
    facts = goods(export(), hs="2510109000")
    facts["declaration.attachment/4"] = {"number": "26-00-1", "valid_until": "2026-06-22"}
    assert told(facts) == set()
    facts["declaration.attachment/4"] |= {"valid_until": "2026-06-21"}
    assert told(facts) == {"R014"}
    assert "26-00-1 was valid until 2026-06-21" in form(facts).problems[0].what.en


def test_r014_goods_without_controls_on_file_are_not_passed_in_silence() -> None:
    assert "R014 not checked" in reasons(goods(export(), hs="8413302900", unit="PCS", price="USD 515.00/PCS"))


@pytest.mark.parametrize(("amount", "fires"), [("12360.01", False), ("12360.02", True), ("12359.99", False)])
def test_r040_price_times_quantity_comes_to_the_total(amount: str, fires: bool) -> None:
    facts = goods(export(), amount=f"USD {amount}")
    facts["trade.terms"]["total"] = f"USD {amount}"
    assert told(facts) == ({"R040"} if fires else set())


def test_r040_the_price_may_be_in_another_unit_of_weight() -> None:
    facts = goods(export(), quantity="24000", unit="KGS")
    assert told(facts) == set()
    assert told(goods(export(), price="USD 51500.00 per 100 t")) == set()
    assert told(goods(export(), price="USD 515.00/PCS")) == {"R040"}
    assert told(goods(export(), price="CNY 515.00/t")) >= {"R040"}


def test_r040_rounding_of_a_long_line() -> None:
    facts = goods(export(), quantity="24000", unit="kg", price="USD 0.5150/kg", amount="USD 12361.19")
    facts["trade.terms"]["total"] = "USD 12361.19"
    assert told(facts) == set()
    facts = goods(facts, amount="USD 12361.21")
    facts["trade.terms"]["total"] = "USD 12361.21"
    assert told(facts) == {"R040"}


def test_r042_goods_have_a_price_unless_the_mode_is_free() -> None:
    facts = goods(export(), price="USD 0/t", amount="USD 0.00")
    facts["trade.terms"]["total"] = "USD 0.00"
    assert told(facts) == {"R042"}
    facts["declaration.particulars"] |= {"supervision_mode": "3010", "levy_nature": "", "duty_mode": ""}
    assert told(facts) == set()
    facts = goods(export(), price=None, amount=None)
    assert told(facts) == {"R042"}


@pytest.mark.parametrize("code", ["", "283525", "28352590", "28352590AA", "9999999999"])
def test_r044_goods_code_is_ten_digits_of_the_tariff(code: str) -> None:
    assert "R044" in told(goods(export(), hs=code))


def test_r044_says_that_only_six_digits_were_looked_up() -> None:
    assert told(goods(export(), hs="2835251234")) == set()
    assert "R044 not checked: code 2835259000 was looked up by its first six digits" in reasons(export())


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"unit": "bushel", "price": "USD 515.00/bushel"}, "deal_unit"),
        ({"unit": "", "price": "USD 515.00"}, "deal_unit"),
        ({"quantity": None}, "deal_qty"),
        ({"quantity": "0"}, "deal_qty"),
    ],
)
def test_r045_quantity_and_unit_are_there(change: dict[str, Any], field: str) -> None:
    finding = form(goods(export(), **change))
    assert {p.where for p in finding.problems if p.rule == "R045"} == {f"line/1.{field}"}


def test_r045_the_quantity_can_be_given_in_the_statutory_units() -> None:
    assert told(goods(export(), unit="PCS", price="USD 515.00/PCS", net_kg=None)) == {"R045"}
    pumps = goods(export(), hs="8413302900", unit="t")
    finding = form(pumps)
    assert {(p.rule, p.where) for p in finding.problems} == {("R045", "line/1.qty1")}
    assert told(goods(export(), hs="8413302900", unit="PCS", price="USD 515.00/PCS", net_kg=None)) == {"R045"}


def test_r044_a_code_that_has_gone_names_its_successors() -> None:
    moves = paperwork.table("code edition into", {"codes": "list", "conversion": "text"}, "", "code")[0]
    gone = {"code": "283524", "edition": "HS 2017", "into": "HS 2022", "codes": "283525|283526", "conversion": "283525"}
    stood = (
        paperwork.table("code", {"editions": "list"}, "", "code")[0],
        [{"code": "283524", "editions": "HS 2012|HS 2017"}],
    )
    held = paperwork.law(more={"hs/moves": (moves, [gone]), "hs/editions": stood})
    (problem,) = [p for p in form(goods(export(), hs="2835240000"), held=held).problems if p.rule == "R044"]
    assert problem.fix.en == "choose a code that holds; suggested: 283525, 283526"
    (problem,) = [p for p in form(goods(export(), hs="2835990000"), held=held).problems if p.rule == "R044"]
    assert problem.fix.en.endswith("codes of heading 2835")


def test_r045_an_unknown_statutory_unit_needs_review() -> None:
    finding = form(goods(export(), hs="9401710000"))
    assert "R045 not checked: statutory units of 9401710000 are not on file" in [r.en for r in finding.reasons]
    facts = goods(export(), hs="2003901000")
    facts["declaration.attachment/B"] = {"number": "E-1"}
    facts["declaration.particulars"]["admin_region"] = "420506"
    assert form(facts).status == "found"


@pytest.mark.parametrize(
    ("stated", "field"),
    [
        ({"quantity1": "24000", "unit1": "kg"}, None),
        ({"quantity1": "24", "unit1": "t"}, None),
        ({"quantity1": "960", "unit1": "PCS"}, "unit1"),
        ({"quantity1": "960", "unit1": "bushel"}, "unit1"),
        ({"quantity2": "960", "unit2": "PCS"}, "unit2"),
    ],
)
def test_r045_units_that_a_paper_states_are_those_of_the_tariff(stated: dict[str, Any], field: str | None) -> None:
    finding = form(goods(export(), **stated))
    assert [p.where for p in finding.problems if p.rule == "R045"] == ([f"line/1.{field}"] if field else [])


def test_r046_the_same_unit_means_the_same_quantity() -> None:
    facts = goods(export(), quantity="24000", unit="kg", price="USD 0.515/kg", net_kg="23999")
    assert told(facts) == {"R046"}


def test_r047_a_statutory_quantity_in_kilograms_is_the_net_weight() -> None:
    assert told(goods(export(), quantity1="24000", unit1="kg")) == set()
    facts = goods(export(), quantity1="23990", unit1="kg", quantity="24000", unit="kg", price="USD 0.515/kg")
    assert "R047" in told(facts)


def test_r047_tonnes_are_a_thousand_kilograms() -> None:
    facts = goods(export(), net_kg="23999")
    assert told(facts) == {"R047"}
    assert "24 t is 24,000 kg, but the line shows 23,999 kg" in form(facts).problems[0].what.en


@pytest.mark.parametrize(
    "change",
    [
        {"quantity": "24.000001", "net_kg": "24000.001"},
        {"price": "USD 515.00001/t"},
    ],
)
def test_r048_no_more_decimals_than_the_form_takes(change: dict[str, Any]) -> None:
    assert told(goods(export(), **change)) == {"R048"}


@pytest.mark.parametrize(
    "elements", [[], ["5", "0", "x"], ["1", "4", "x"], ["1"], ["1", "0", " "], ["", "0"], ["12", "0"]]
)
def test_r049_declaration_elements_are_complete(elements: list[str]) -> None:
    assert told(goods(export(), elements=elements)) == {"R049"}


def test_r050_the_origin_is_said_and_never_assumed() -> None:
    assert told(goods(export(), origin="")) == {"R050"}
    assert told(goods(arrival(), origin="")) == {"R050"}
    assert form(goods(export(), origin="")).value is None


def test_r050_an_unknown_origin_carries_no_claim() -> None:
    law = paperwork.law(more={"CN/countries": paperwork.table("code", {"alpha2": "text"}, "CHN CN\nJPN JP\nZZZ -")})
    facts = goods(arrival(), origin="ZZZ")
    assert told(facts, held=law) == set()
    facts["origin.proof/C-1"] = PROOF
    assert told(facts, held=law) == {"R050", "R055"}


def test_r051_a_foreign_origin_on_export_is_confirmed() -> None:
    facts = goods(export(), origin="DEU")
    assert told(facts) == {"R051"}
    assert form(facts).status == "found"
    facts["declaration.statement/1"] = {"about": "foreign_origin", "reason": "returned goods"}
    assert told(facts) == set()


def test_r055_the_origin_is_a_party_to_the_agreement() -> None:
    facts = goods(arrival(), origin="DEU")
    facts["origin.proof/C-1"] = PROOF
    assert told(facts) == {"R055"}
    facts["origin.proof/C-1"] = PROOF | {"agreement": "ACFTA"}
    assert told(facts) == set()
    assert "R055 not checked: no table ACFTA/parties" in reasons(facts)


@pytest.mark.parametrize(
    ("flow", "change", "fires"),
    [
        (export, {}, False),
        (export, {"issued_on": "2025-06-22"}, False),
        (export, {"issued_on": "2025-06-21"}, True),
        (export, {"issued_on": "2026-06-23"}, False),
        (arrival, {"issued_on": "2026-06-23"}, True),
        (arrival, {"issued_on": "2026-06-22"}, False),
        (export, {"quantities": {"1": "23.9"}}, True),
        (export, {"quantities": {"1": "24"}}, False),
        (export, {"lines": ["2"], "issued_on": "2020-01-01"}, False),
    ],
)
def test_r056_the_proof_is_valid_and_covers_the_quantity(flow: Any, change: dict[str, Any], fires: bool) -> None:
    facts = flow()
    facts["origin.proof/C-1"] = PROOF | change
    assert told(facts) == ({"R056"} if fires else set())


def test_r059_inspected_goods_have_their_ledger() -> None:
    facts = goods(export(), hs="2003901000")
    facts["declaration.particulars"]["admin_region"] = "420506"
    assert told(facts) == {"R059"}
    facts["declaration.attachment/B"] = {"number": "E-1", "lines": ["2"]}
    assert told(facts) == {"R059"}
    facts["declaration.attachment/B"] = {"number": "E-1"}
    assert told(facts) == set()


def test_r059_inspection_of_what_comes_in_has_its_data() -> None:
    given = {"industry.traits/1": GoodsTraits(Text("food", "食品"), "agriculture", controls=("A", "B"))}
    facts = arrival()
    facts["declaration.particulars"]["admin_region"] = "420506"
    assert told(facts, given) == {"R059"}
    assert form(facts, given=given).problems[0].where == "line/1.ciq"
    assert told(goods(facts, ciq="999", purpose="16"), given) == set()
    assert told(goods(facts, ciq="99", purpose="16"), given) == {"R059"}
    assert told(goods(facts, ciq="999", purpose=""), given) == {"R059"}


def test_r060_other_controls_have_their_document() -> None:
    facts = goods(export(), hs="3808919000")
    assert told(facts) == {"R060"}
    facts["declaration.attachment/S"] = {"number": "P-1"}
    assert told(facts) == set()


def test_r060_a_closed_window_blocks_and_an_unknown_one_is_not_passed_in_silence() -> None:
    facts = goods(export(), hs="2936000000")
    assert told(facts) >= {"R060"}
    facts = goods(export(), hs="2935000000")
    assert "R060" not in told(facts)
    assert "R060 not checked: code export_window: none-on-file" in reasons(facts)


def test_r060_goods_under_a_ban_are_not_declared() -> None:
    facts = goods(export(), hs="2932209099")
    assert told(facts) == {"R060"}
    facts["declaration.attachment/8"] = {"number": "none"}
    assert told(facts) == {"R060"}


def test_r061_dual_use_goods_have_a_licence_or_a_statement() -> None:
    facts = goods(export(), hs="2804701000")
    assert told(facts) == {"R061"}
    stated = goods(export(), hs="2804701000")
    stated["declaration.statement/1"] = {"about": "not_controlled", "reason": "purity below the parameter"}
    assert told(stated) == set()
    facts["declaration.attachment/3"] = {"number": "L-1"}
    assert told(facts) == set()


def test_r061_where_parameters_decide_they_are_told() -> None:
    facts = goods(export(), hs="2934999000")
    (problem,) = [p for p in form(facts).problems if p.rule == "R061"]
    assert "purity at-least 99 %" in problem.what.en
    facts["declaration.statement/1"] = {"about": "not_controlled", "reason": "item 1C1, purity 98 %"}
    assert "R061" not in told(facts)


PAPERS = ("package_performance", "package_use", "safety_data_sheet", "hazard_label")


def acid(**change: Any) -> Facts:
    """Phosphoric acid with all the papers of dangerous goods."""
    facts = goods(export(), hs="2809201900", dangerous=True, un_number="UN1805")
    facts |= {f"declaration.attachment/{code}": {"number": f"N-{code}"} for code in PAPERS}
    return goods(facts, **change)


@pytest.mark.parametrize("number", ["", "18O5", "UN18055"])
def test_r062_dangerous_goods_show_their_un_number(number: str) -> None:
    assert told(acid()) == set()
    finding = form(acid(un_number=number))
    assert [(p.rule, p.where) for p in finding.problems] == [("R062", "line/1.un_number")]


def test_r062_papers_are_asked_for_only_where_they_are_missing() -> None:
    (problem,) = form(acid(un_number="")).problems
    assert problem.fix.en == "complete them from section 14 of the safety data sheet"
    facts = acid(un_number="")
    del facts["declaration.attachment/hazard_label"]
    (problem,) = form(facts).problems
    assert problem.fix.en.endswith("and add the papers under their codes: hazard_label")


@pytest.mark.parametrize("code", PAPERS)
def test_r062_dangerous_goods_have_each_of_their_papers(code: str) -> None:
    facts = acid()
    facts[f"declaration.attachment/{code}"] |= {"valid_until": "2026-06-22"}
    assert told(facts) == set()
    facts[f"declaration.attachment/{code}"] |= {"valid_until": "2026-06-21"}
    assert told(facts) == {"R062"}
    del facts[f"declaration.attachment/{code}"]
    (problem,) = form(facts).problems
    assert (problem.rule, problem.where) == ("R062", "line/1.attachments")
    assert code in problem.fix.en


def test_r062_goods_in_bulk_have_no_packaging_to_certify() -> None:
    facts = acid()
    for code in ("package_performance", "package_use"):
        del facts[f"declaration.attachment/{code}"]
    facts["packing.totals"] |= {"package_type": "00", "packages": 1}
    assert told(facts) == set()


def test_r062_what_comes_in_is_not_asked_for_certificates_of_exit() -> None:
    facts = goods(arrival(), hs="2809201900", dangerous=True, un_number="1805")
    assert form(facts).problems[0].fix.en.endswith("safety_data_sheet, hazard_label")


def test_r062_class_and_packing_group_not_on_file_are_said() -> None:
    assert told(acid(hs="2835259000")) == set()
    unknown = "class and packing group of UN 1805 are not on file"
    assert unknown in reasons(goods(export(), dangerous=True, un_number="1805"))
    assert unknown not in reasons(acid())


@pytest.mark.parametrize("dangerous", [None, False])
def test_r063_usually_dangerous_goods_are_declared_so(dangerous: bool | None) -> None:
    facts = goods(export(), hs="2809201900", dangerous=dangerous)
    assert told(facts) == {"R063"}
    facts["declaration.statement/1"] = {"about": "not_dangerous", "reason": "report 26-1"}
    assert told(facts) == set()


def test_r063_the_industry_may_know_what_the_tariff_does_not() -> None:
    traits = GoodsTraits(Text("acid", "酸"), "phosphorus", un_number="1805", dg_class="8", controls=("B", "A"))
    given = {"industry.traits/1": traits}
    facts = export()
    facts["declaration.particulars"]["admin_region"] = "420506"
    assert told(facts, given) == {"R059", "R063"}
    facts["declaration.attachment/B"] = {"number": "E-1"}
    facts = goods(facts, dangerous=True)
    facts |= {f"declaration.attachment/{code}": {"number": "N"} for code in PAPERS}
    assert told(facts, given) == set()
    value = form(facts, given=given).value
    assert value.lines[0].un_number == "1805"
    assert value.derived["line/1.un_number"] == "product acid"


def test_r064_fertiliser_is_inspected_before_export() -> None:
    facts = goods(export(), hs="3105400000")
    facts["declaration.particulars"]["admin_region"] = "420506"
    assert told(facts) == {"R059", "R064"}
    facts["declaration.attachment/B"] = {"number": "E-1"}
    assert told(facts) == set()


def test_r079_inspected_goods_are_not_merged() -> None:
    facts = goods(export(), hs="2003901000")
    facts["declaration.attachment/B"] = {"number": "E-1"}
    facts["declaration.particulars"] |= {"admin_region": "420506", "simplified": True}
    assert told(facts) == {"R079"}


def test_r079_in_market_procurement_they_stand_singly_beside_the_merged_lines() -> None:
    facts = goods(export(), hs="2003901000")
    facts["declaration.attachment/B"] = {"number": "E-1"}
    facts["declaration.particulars"] |= {"admin_region": "420506", "simplified": True, "supervision_mode": "1039"}
    assert "R079" not in told(facts)


def test_r079_goods_under_export_duty_are_not_merged() -> None:
    facts = export()
    facts["declaration.particulars"] |= {"simplified": True}
    assert told(facts) == set()
    facts = goods(facts, hs="2804701000")
    facts["declaration.statement/1"] = {"about": "not_controlled", "reason": "purity 98 %, below 99 %"}
    assert told(facts) == {"R079"}
    facts = goods(facts, hs="2510109000")
    facts["declaration.particulars"]["licence_no"] = "26-1"
    assert told(facts) == set()
    assert not any(told.startswith("R079 not checked: whether 2510109000 is under") for told in reasons(facts))
    facts = goods(facts, hs="8413302900", unit="pcs", price="USD 515.00")
    assert "R079 not checked: whether 8413302900 is under inspection is not on file" in reasons(facts)
    facts = goods(facts, hs="2510109000")
    assert "R079 not checked: whether 2510109000 bears export duty is not on file" in reasons(facts)


def test_r080_preference_in_the_elements_has_a_proof() -> None:
    facts = goods(export(), elements=["1", "1", "powder"])
    assert told(facts) == {"R080"}
    facts["origin.proof/C-1"] = PROOF
    assert told(facts) == set()
