"""The refund's filing documents: which are handed in, which are still lacking."""

from datetime import date
from typing import Any

import pytest

from entrepot.kernel.access import Speaker, may_read_finding
from entrepot.kernel.findings import Finding
from entrepot.kernel.vocabulary.answers import Paper
from entrepot.kernel.vocabulary.trade import Party
from entrepot.modules.evidence.facts import FILING, Filing
from entrepot.modules.evidence.module import FILING_MODULE
from entrepot.modules.evidence.rules.index import declares_itself, kinds_of
from tests.making import law, sheet

DAY = date(2026, 6, 30)
EXPORT = {"declaration.particulars": {"flow": "E", "declared_on": "2026-06-18"}}
PAPERS = {
    "contract": ("aa" * 32, {"name": "contract.pdf", "kind": "sales_contract"}),
    "transport": ("bb" * 32, {"name": "bill.pdf", "kind": "bill_of_lading"}),
    "brokerage": ("cc" * 32, {"name": "agreement.pdf", "kind": "brokerage_agreement"}),
}


def filing(*papers: str, **facts: Any) -> Finding:
    handed_in = {f"paper.received/{digest}": paper for digest, paper in (PAPERS[name] for name in papers)}
    finding = sheet([FILING_MODULE], {**EXPORT, **facts, **handed_in}, DAY, law("CN")).finding("evidence.filing")
    assert finding is not None
    return finding


def lacking(finding: Finding) -> tuple[str, ...]:
    assert isinstance(finding.value, Filing)
    return finding.value.lacking


@pytest.mark.parametrize(
    "absent", [(), ("contract",), ("transport", "brokerage"), ("contract", "transport", "brokerage")]
)
def test_what_was_not_handed_in_is_lacking(absent: tuple[str, ...]) -> None:
    finding = filing(*(name for name in PAPERS if name not in absent))
    assert finding.status == "found"
    assert set(lacking(finding)) == set(absent)
    assert bool(finding.reasons) == bool(absent)


def test_each_document_names_its_papers_and_itself_in_two_languages() -> None:
    finding = filing("transport")
    found = {document.document: document for document in finding.value.documents}
    assert found["transport"].papers == ("bb" * 32,)
    assert all(document.name.en and document.name.zh for document in found.values())


def test_an_exporter_that_declares_itself_needs_no_brokerage_document() -> None:
    party = {"uscc": "91420500MA49EX010J"}
    parties = {"trade.party/exporter": party, "trade.party/declarant": party}
    finding = filing("transport", **parties)
    assert lacking(finding) == ("contract",)
    assert [d.needed for d in finding.value.documents if d.document == "brokerage"] == [False]


@pytest.mark.parametrize(
    ("exporter", "declarant", "same"),
    [
        (Party(uscc="A"), Party(uscc="A"), True),
        (Party(customs_code="4205960123"), Party(customs_code="4205960123"), True),
        (Party(uscc="A"), Party(uscc="B"), False),
        (Party(name="Same name"), Party(name="Same name"), False),
    ],
)
def test_a_declarant_is_the_exporter_by_its_numbers_alone(exporter: Party, declarant: Party, same: bool) -> None:
    assert declares_itself({"exporter": exporter, "declarant": declarant}) is same


def test_a_declarant_nobody_named_may_be_a_broker() -> None:
    assert not declares_itself({"exporter": Party(uscc="A")})


def test_a_workbook_counts_as_each_of_its_kinds() -> None:
    assert kinds_of(Paper("book.xlsx", "invoice+packing_list")) == {"invoice", "packing_list"}


def test_an_invoice_is_no_filing_document() -> None:
    facts = {"paper.received/" + "dd" * 32: {"name": "invoice.xlsx", "kind": "invoice+packing_list"}}
    assert lacking(filing(**facts)) == ("contract", "transport", "brokerage")


def test_the_day_of_the_export_chooses_the_list() -> None:
    release = {"released_on": "2025-12-30", "exported_on": "2025-12-31"}
    finding = filing(**{"customs.release/420120250000000001": release})
    assert (finding.status, finding.value) == ("no_law", None)
    later = {"released_on": "2026-01-01", "exported_on": "2026-01-01"}
    assert filing(**{"customs.release/420120260000000001": later}).status == "found"


def test_imports_have_nothing_to_file() -> None:
    assert filing(**{"declaration.particulars": {"flow": "I"}}).status == "not_applicable"


def test_before_anything_is_declared_it_waits() -> None:
    finding = sheet([FILING_MODULE], {}, DAY, law("CN")).finding("evidence.filing")
    assert finding is not None
    assert finding.status == "waits"


@pytest.mark.parametrize("role", sorted(FILING.read))
def test_its_readers_may_read_all_that_it_reads(role: str) -> None:
    finding = filing("contract")
    topics = {topic.name: topic for topic in (*FILING_MODULE.reads(), FILING)}
    assert may_read_finding(topics, finding, Speaker("p", "o", frozenset({role})))


def test_the_bank_does_not_see_it() -> None:
    topics = {topic.name: topic for topic in (*FILING_MODULE.reads(), FILING)}
    assert not may_read_finding(topics, filing("contract"), Speaker("p", "o", frozenset({"bank"})))
