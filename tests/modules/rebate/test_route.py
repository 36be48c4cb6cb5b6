"""The regime of an exported line."""

from datetime import date
from typing import Any

import pytest

from tests.modules.rebate.making_rebate import FACTS, amounts, coded, drawn, exported, lot, refund

FARM = {"document": "farm_purchase_invoice", "supplier_kind": "farmer"}


def regime(facts: dict[str, Any], *lots: dict[str, Any]) -> str:
    finding = drawn(facts, *lots).finding("rebate.route", "1")
    assert finding is not None
    return finding.value.regime if finding.value is not None else finding.status


def standing(**fields: Any) -> dict[str, Any]:
    return {**FACTS, "exporter.standing": {"kind": "trading", **fields}}


def by_mode(mode: str) -> dict[str, Any]:
    return {**FACTS, "declaration.particulars": {"supervision_mode": mode}}


def test_a_trading_company_with_vat_documents_is_refunded() -> None:
    assert regime(FACTS, lot("100.00")) == "REFUND"
    assert regime(FACTS, lot("100.00", document="customs_vat_slip")) == "REFUND"


def test_the_librarys_flags_come_before_everything_else() -> None:
    for fields in ({}, {"vat": "small_scale"}, {"kind": "production"}):
        facts = {**standing(**fields), "goods.line/1": {"hs": "27090000", "quantity": "10", "unit": "PCS"}}
        assert regime(facts, lot("100.00")) == "TAXED"
    assert regime(coded("49019900"), lot("100.00")) == "EXEMPT"


def test_a_rate_of_0_without_a_flag_is_for_a_person_and_shows_no_number() -> None:
    finding = refund({**exported(date(2026, 4, 1)), "goods.line/1": coded("85414300")["goods.line/1"]}, lot("100.00"))
    assert (finding.status, finding.value.regime, amounts(finding)) == ("needs_review", "UNDECIDED", (None, None))
    assert finding.value.lots == ()


def test_the_export_date_selects_the_rate() -> None:
    facts = {**exported(date(2026, 3, 31)), "goods.line/1": coded("85414300")["goods.line/1"]}
    finding = refund(facts, lot("100.00"))
    assert (finding.status, amounts(finding)) == ("found", (900, 400))


def test_a_code_without_a_row_has_no_law_and_longer_codes_are_named() -> None:
    assert refund(coded("9999"), lot("100.00")).status == "no_law"
    finding = refund(coded("283525"), lot("100.00"))
    assert finding.status == "no_law"
    assert "28352510, 28352590" in finding.reasons[0].en


def test_no_code_is_a_problem() -> None:
    assert [problem.rule for problem in refund(coded(""), lot("100.00")).problems] == ["B007"]


def test_production_enterprises_and_deemed_own_goods_are_credited_by_period() -> None:
    for fields in ({"kind": "production"}, {"deemed_own_goods": True}):
        sheet = drawn(standing(**fields))
        route, amount, total = (
            sheet.finding(f"rebate.{name}", key) for name, key in (("route", "1"), ("refund", "1"), ("total", ""))
        )
        assert route is not None
        assert amount is not None
        assert total is not None
        assert (route.value.regime, amount.status, total.status) == ("CREDIT_REFUND", "not_applicable", "not_applicable")
        assert "tax month" in amount.reasons[0].en


def test_ordinary_and_farm_documents_alone_exempt() -> None:
    for fields in ({"document": "ordinary_invoice"}, FARM):
        finding = refund(FACTS, lot("100.00", "0", **fields))
        assert (finding.status, finding.value.regime, amounts(finding)) == ("found", "EXEMPT", (0, 0))


def test_tax_reckoned_on_a_farm_invoice_goes_to_cost_for_a_person_to_confirm() -> None:
    finding = refund(FACTS, lot("100.00", "0.09", **FARM))
    assert (finding.status, finding.value.regime, amounts(finding)) == ("needs_review", "EXEMPT", (0, 900))


def test_a_part_without_any_document_is_taxed_and_said_so() -> None:
    unvouched = lot("50.00", "0", quantity="5", document="none")
    for other, total in (({"document": "ordinary_invoice"}, "EXEMPT"), ({}, "REFUND")):
        finding = refund(FACTS, lot("100.00", "0.13", quantity="5", **other), unvouched)
        assert (finding.status, finding.value.regime) == ("needs_review", total)
        assert any("taxed like a domestic sale" in reason.en for reason in finding.reasons)


@pytest.mark.parametrize(("claimed_on", "expected"), [(date(2029, 6, 20), "REFUND"), (date(2029, 6, 21), "TAXED")])
def test_after_the_absolute_limit_a_claim_brings_nothing_but_tax(claimed_on: date, expected: str) -> None:
    facts = {**FACTS, "rebate.claim": {"claimed_on": claimed_on}}
    assert refund(facts, lot("100.00")).value.regime == expected
    exempt = {**standing(vat="small_scale"), "rebate.claim": {"claimed_on": claimed_on}}
    assert refund(exempt).value.regime == "EXEMPT"


def test_no_lawful_document_is_taxed() -> None:
    finding = refund(FACTS, lot("0.00", "0", document="none"))
    assert (finding.status, finding.value.regime, amounts(finding)) == ("found", "TAXED", (0, 0))


def test_small_scale_and_market_procurement_are_exempt_without_documents() -> None:
    for facts in (standing(vat="small_scale"), standing(kind="production", vat="small_scale"), by_mode("1039")):
        finding = refund(facts)
        assert (finding.status, finding.value.regime, amounts(finding)) == ("found", "EXEMPT", (0, 0))


def test_retail_export_without_invoice_is_exempt_on_a_condition() -> None:
    finding = refund(by_mode("9610"), lot("0.00", "0", document="none"))
    assert (finding.status, finding.value.regime) == ("needs_review", "EXEMPT")
    assert regime(by_mode("9610"), lot("100.00")) == "REFUND"


def test_an_exempt_good_moves_its_input_tax_to_cost_or_says_that_it_is_unknown() -> None:
    assert amounts(refund(coded("49019900"), lot("1000.00", "0.09"))) == (0, 9000)
    unknown = refund(coded("49019900"))
    assert (unknown.status, amounts(unknown)) == ("needs_review", (0, None))


def test_exports_before_2026_have_no_law() -> None:
    sheet = drawn(exported(date(2025, 12, 31)), lot("100.00"))
    for place in (("rebate.route", "1"), ("rebate.refund", "1"), ("rebate.deadlines", "")):
        finding = sheet.finding(*place)
        assert finding is not None
        assert finding.status == "no_law"


def test_two_export_days_in_one_dossier_are_a_problem() -> None:
    facts = {**FACTS, "customs.release/D2": {"released_on": date(2026, 7, 1), "exported_on": date(2026, 7, 1)}}
    assert [problem.rule for problem in refund(facts, lot("100.00")).problems] == ["B001"]
    same = {**FACTS, "customs.release/D2": {"released_on": date(2026, 7, 1), "exported_on": date(2026, 6, 20)}}
    assert refund(same, lot("100.00")).status == "found"


@pytest.mark.parametrize(
    ("absent", "waits_for"), [("customs.release/D1", "customs.release"), ("exporter.standing", "rebate.standing")]
)
def test_it_waits_for_customs_and_for_the_exporters_standing(absent: str, waits_for: str) -> None:
    facts = dict(FACTS)
    del facts[absent]
    finding = refund(facts, lot("100.00"))
    assert (finding.status, [wait.topic for wait in finding.waits]) == ("waits", [waits_for])


def test_a_trading_company_waits_for_its_purchase_documents() -> None:
    finding = refund(FACTS)
    assert (finding.status, finding.waits[0].topic, finding.waits[0].who) == ("waits", "goods.cost", ("broker", "clerk", "exporter"))
    other = refund(FACTS, lot("100.00", line="2"))
    assert (other.status, other.waits[0].key) == ("waits", "for line 1")
