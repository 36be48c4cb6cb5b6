"""What documents say, when they can be signed, and who may read them."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.kernel.access import Speaker, may_read_finding
from entrepot.kernel.findings import Finding
from entrepot.kernel.money import Money
from entrepot.kernel.sheet import Sheet
from entrepot.kernel.text import Text
from entrepot.kernel.topics import ROLES
from entrepot.kernel.vocabulary.certificates import Box, Certificate, CertificateLine
from entrepot.kernel.vocabulary.customs import Particulars
from entrepot.kernel.vocabulary.decisions import Declaration, LineDraft
from entrepot.kernel.vocabulary.trade import Charges, Packing, Party, Transport
from entrepot.modules.documents.facts import TradeParty
from entrepot.modules.documents.module import MODULES
from entrepot.modules.documents.rules.sale import trade_line_items
from tests.making import sheet

DAY = date(2026, 4, 10)
SELLER = {"name": "Yichang Acid Co., Ltd.", "uscc": "91420500MA4ABCDE0X", "country": "CHN"}
BUYER = {"name": "Osaka Kagaku K.K.", "country": "JPN"}
TERMS = {
    "contract_no": "C-7", "invoice_no": "INV-7", "invoice_date": "2026-04-10", "incoterm": "CIF", "place": "Osaka",
    "currency": "USD", "total": "USD 12360.00", "payment": "T/T",
}  # fmt: skip
LINE = {"description": "phosphoric acid", "hs": "28092019", "quantity": "24", "unit": "t", "amount": "USD 12360.00"}
SALE: dict[str, Any] = {
    "trade.party/exporter": SELLER, "trade.party/importer": BUYER, "trade.terms": TERMS, "goods.line/1": LINE,
}  # fmt: skip
RESULT = {"characteristic": "P2O5", "method": "GB/T 2091", "value": "54.1", "unit": "%", "passed": True}
REPORT: dict[str, Any] = {
    "inspected_on": "2026-04-08", "place": "Yichang", "inspector": "Three Gorges Laboratory", "conclusion": "conforms",
    "sampling": "GB/T 6680", "lines": [{"line": "1", "quantity": "24", "unit": "t", "sample_size": "2", "results": [RESULT]}],
}  # fmt: skip


def drawn(facts: dict[str, Any]) -> Sheet:
    return sheet(MODULES, facts, DAY)


def found(facts: dict[str, Any], topic: str, key: str = "") -> Finding:
    finding = drawn(facts).finding(topic, key)
    assert finding is not None
    return finding


def rules(finding: Finding) -> list[str]:
    return [problem.rule for problem in finding.problems]


def test_the_worked_example_of_the_readme() -> None:
    invoice = found(SALE, "documents.invoice")
    assert invoice.status == "found"
    assert invoice.value.invoice_id == "INV-7"
    assert invoice.value.seller_party == TradeParty("Yichang Acid Co., Ltd.", "", "91420500MA4ABCDE0X", "", "CHN")
    (item,) = trade_line_items(invoice.value.line_items)
    assert (item.billed_quantity, item.unit_code, item.line_total) == (Decimal(24), "t", Money(1236000, "USD"))
    apart = found({**SALE, "trade.terms": {**TERMS, "total": "USD 12400.00"}}, "documents.invoice")
    assert apart.status == "needs_review"
    assert "USD 12,360.00" in apart.reasons[0].en
    facts = {**SALE, "trade.party/importer": {"country": "JPN"}, "goods.line/1": {**LINE, "unit": ""}}
    lacking = found(facts, "documents.invoice")
    assert (lacking.status, rules(lacking)) == ("refused", ["DC01", "DC04"])


def test_what_has_no_number_is_no_document_and_nobody_waits_for_it() -> None:
    findings = list(drawn({"trade.terms": {"incoterm": "CIF"}, "goods.line/1": LINE}).findings())
    assert findings == []


def test_a_contract_may_be_larger_than_what_is_delivered_here() -> None:
    terms = {**TERMS, "contract_total": "USD 50000.00"}
    contract = found({**SALE, "trade.terms": terms}, "documents.contract")
    assert (contract.status, contract.value.grand_total) == ("found", Money(5000000, "USD"))
    assert found({**SALE, "trade.terms": {**TERMS, "total": "USD 1.00"}}, "documents.contract").status == "needs_review"


@pytest.mark.parametrize(("field", "rule"), [("total", "DC02"), ("incoterm", "DC03")])
def test_what_the_terms_lack_is_told(field: str, rule: str) -> None:
    terms = {name: value for name, value in TERMS.items() if name != field}
    for topic in ("documents.invoice", "documents.contract"):
        assert rules(found({**SALE, "trade.terms": terms}, topic)) == [rule]


@given(st.sets(st.sampled_from(["description", "quantity", "unit", "amount"])))
def test_a_line_tells_all_that_it_lacks(lacking: set[str]) -> None:
    line = {name: value for name, value in LINE.items() if name not in lacking}
    finding = found({**SALE, "goods.line/1": line}, "documents.invoice")
    assert {problem.where.rpartition(".")[2] for problem in finding.problems} == lacking
    assert (finding.status == "refused") == bool(lacking)


def test_lines_in_another_currency_than_the_total_need_review() -> None:
    finding = found({**SALE, "goods.line/1": {**LINE, "amount": "EUR 12360.00"}}, "documents.invoice")
    assert finding.status == "needs_review"


def test_lines_stand_in_the_order_of_their_numbers() -> None:
    lines = {f"goods.line/{number}": {**LINE, "amount": "USD 1030.00"} for number in range(1, 13)}
    invoice = found({**SALE, **lines}, "documents.invoice")
    assert [item.line_id for item in trade_line_items(invoice.value.line_items)] == [
        str(number) for number in range(1, 13)
    ]


def test_a_declaration_is_a_document_once_customs_took_it_in() -> None:
    assert drawn({}).finding("documents.declaration") is None
    waits = found({"customs.acceptance/N1": {"accepted_on": "2026-04-11"}}, "documents.declaration")
    assert waits.status in ("waits", "not_applicable")


def declared(*numbers: str, given_up: str = "", released: str = "") -> Finding:
    """The finding on a declaration that customs took in under these numbers."""
    none = Party()
    form = Declaration(
        "E", Particulars(), none, none, none, none, "C-7", "INV-7", "1", Transport(), Charges(), Packing(), None,
        (LineDraft(1, hs10="2809201900"),),
    )  # fmt: skip
    facts: dict[str, Any] = {f"customs.acceptance/{number}": {"accepted_on": "2026-04-11"} for number in numbers}
    if given_up:
        facts[f"customs.cancellation/{given_up}"] = {"allowed": True, "decided_on": "2026-04-12"}
    if released:
        facts[f"customs.release/{released}"] = {"released_on": "2026-04-13"}
    finding = sheet(MODULES, facts, DAY, given={"declaration.form": form}).finding("documents.declaration")
    assert finding is not None
    return finding


def test_the_declaration_that_stands_with_customs_is_the_document() -> None:
    one = declared("N1", released="N1")
    assert (one.status, one.value.declaration_id, one.value.release_date) == ("found", "N1", date(2026, 4, 13))
    assert [line.hs10 for line in one.value.line_items] == ["2809201900"]
    assert declared("N1", "N2").status == "needs_review", "more than one number stands"
    left = declared("N1", "N2", given_up="N2")
    assert (left.status, left.value.declaration_id, left.value.release_date) == ("found", "N1", None)
    assert declared("N1", given_up="N1").status == "not_applicable"


def test_the_certificate_is_the_draft_without_its_sources() -> None:
    box = Box("1", "exporter", Text("Exporter", "出口商"), "Yichang", "trade.party/exporter.name", "ab" * 32)
    line = CertificateLine(1, "1", "280920", "RVC", "CHN", boxes=(box,))
    draft = Certificate(
        "RCEP", "certificate", Text("Form", "格式"), Text("Chamber", "商会"), DAY, "JPN", (box,), (line,)
    )
    finding = sheet(MODULES, {}, DAY, given={"certificate.draft": draft}).finding("documents.origin")
    assert finding is not None
    assert finding.status == "found"
    assert [(one.no, one.value) for one in finding.value.boxes] == [("1", "Yichang")]
    assert "trade.party" not in repr(finding.value)


def test_a_report_can_be_signed_as_it_was_made() -> None:
    report = found({"inspection.report/R1": REPORT}, "documents.inspection", "R1")
    assert report.status == "found"
    assert (report.value.report_id, report.value.inspecting_party) == ("R1", "Three Gorges Laboratory")


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"lines": []}, "DC05"),
        ({"lines": [{**REPORT["lines"][0], "results": [{**RESULT, "passed": False}]}]}, "DC06"),
        ({"lines": [{**REPORT["lines"][0], "sample_size": "25"}]}, "DC07"),
        ({"lines": [{**REPORT["lines"][0], "sample_size": "0"}]}, "DC07"),
        ({"lines": [{**REPORT["lines"][0], "quantity": "0", "sample_size": None}]}, "DC07"),
    ],
)
def test_a_report_that_contradicts_itself_is_not_signed(change: dict[str, Any], rule: str) -> None:
    finding = found({"inspection.report/R1": {**REPORT, **change}}, "documents.inspection", "R1")
    assert (finding.status, rules(finding)) == ("refused", [rule])


def test_samples_without_a_method_need_review() -> None:
    report = {**REPORT, "sampling": ""}
    assert found({"inspection.report/R1": report}, "documents.inspection", "R1").status == "needs_review"


def test_a_receipt_of_money_says_what_the_bank_said_and_the_buyer_does_not_see_it() -> None:
    facts = {"bank.receipt/B1": {"amount": "USD 12360.00", "received_on": "2026-05-02"}}
    payment = found(facts, "documents.payment", "B1")
    assert (payment.value.amount, payment.value.payment_id) == (Money(1236000, "USD"), "B1")
    topics = drawn(facts).registry.topics
    readers = {role for role in ROLES if may_read_finding(topics, payment, Speaker("p", "o", frozenset({role})))}
    assert readers == {"exporter", "clerk", "bank", "tax", "auditor"}


def test_the_receipt_lists_papers_and_counts_what_was_said() -> None:
    paper = {"paper.received/" + "ab" * 32: {"name": "invoice.pdf", "kind": "invoice", "size": 12}}
    assert drawn(SALE).finding("documents.receipt") is None, "without a paper there is no receipt"
    first = found({**SALE, **paper}, "documents.receipt")
    assert [one.digest for one in first.value.papers] == ["ab" * 32]
    assert {one.topic: one.count for one in first.value.statements} == {
        "trade.party": 2,
        "trade.terms": 1,
        "goods.line": 1,
    }


def test_what_the_buyer_may_not_see_is_in_no_document_that_it_reads() -> None:
    cost = {
        "line": "1", "document": "special_vat_invoice", "number": "8", "supplier": "S", "base": "CNY 70000.00", "vat_rate": "0.13",
        "quantity": "24", "invoiced_quantity": "24", "unit": "t",
    }  # fmt: skip
    with_cost = drawn({**SALE, "goods.cost/1": cost})
    assert [f.value for f in with_cost.findings()] == [f.value for f in drawn(SALE).findings()]
