"""The index of the evidence: what every standing statement rests on, and nobody reads it who may not read all behind it."""

from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.kernel.access import Speaker, may_read_finding
from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, Finding, found
from entrepot.kernel.footing import Citation, Footing
from entrepot.kernel.law import Law
from entrepot.kernel.module import Module, Registry
from entrepot.kernel.record import Record
from entrepot.kernel.sheet import Sheet
from entrepot.kernel.submissions import Evidence, Submission
from entrepot.kernel.text import Text
from entrepot.kernel.topics import ROLES, Topic
from entrepot.kernel.topics import found as found_topic
from entrepot.kernel.vocabulary import SHARED
from entrepot.kernel.vocabulary.answers import PAPER, PAPER_DOUBTS, PAPER_UNREAD, QUERY
from entrepot.kernel.vocabulary.clearance import NOTICE
from entrepot.kernel.vocabulary.enterprise import (
    ENTERPRISE_ADMITTED,
    ENTERPRISE_CARD,
    ENTERPRISE_MANDATE,
    ENTERPRISE_RULES,
)
from entrepot.kernel.vocabulary.erasure import ERASED
from entrepot.kernel.vocabulary.evidence import (
    DISCLOSED,
    ISSUED,
    KEY_REVOKED,
    KEY_VOUCHED,
    ORGANISATION_KEY,
    PRINTED,
    REVOKED,
)
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.kernel.vocabulary.talk import ASSIGNED, COMMENT, NOTE, OWN_DUE
from entrepot.kernel.vocabulary.titles import DOCUMENT, SEEN, STEP, TITLE_ISSUED
from entrepot.kernel.vocabulary.trade import MANDATE, MEMBER, OPENED, PARTS
from entrepot.kernel.vocabulary.window import WINDOW_CONFIRMED, WINDOW_REVIEW, WINDOW_SERVED
from entrepot.modules.evidence.facts import COSTS, INDEX, MAKING, EvidenceIndex, PaperUse
from entrepot.modules.evidence.module import COSTS_MODULE, INDEX_MODULE, MAKING_MODULE
from entrepot.modules.evidence.rules.index import COST_FACTS, MAKING_FACTS, SHARED_FACTS

DAY = date(2026, 6, 30)
INVOICE, BILL = "aa" * 32, "bb" * 32
REGISTRY = Registry((INDEX_MODULE, MAKING_MODULE, COSTS_MODULE), SHARED)


def say(id: str, topic: str, key: str, body: dict[str, Any], *papers: Evidence, **fields: Any) -> Submission:
    raw = msgspec.Raw(msgspec.json.encode(body, order="sorted"))
    return Submission(id=id, dossier="d", topic=topic, key=key, body=raw, evidence=papers, **fields)


def handed_in(id: str, digest: str, name: str, kind: str) -> Submission:
    return say(id, "paper.received", digest, {"name": name, "kind": kind})


def index(*statements: Submission, part: str = "evidence.index") -> Finding:
    record = Record("d", "trade", REGISTRY.topics, statements)
    finding = Sheet(REGISTRY, record, Law([], {}), DAY).assess().finding(part)
    assert finding is not None
    return finding


def footings(finding: Finding) -> dict[str, Footing]:
    assert isinstance(finding.value, EvidenceIndex)
    return {footing.topic: footing for footing in finding.value.topics}


LINE_ON_PAPER = say(
    "1",
    "goods.line",
    "1",
    {"description": "acid", "hs": "2809201900", "quantity": "24"},
    Evidence(INVOICE, "invoice.xlsx", {"description": "A9", "hs": "B9", "quantity": "C9"}),
)
LINE_BY_WORD = say("2", "goods.line", "1", {"net_kg": "24000"})
TERMS = say(
    "3",
    "trade.terms",
    "",
    {"invoice_no": "I1", "currency": "USD"},
    Evidence(INVOICE, "invoice.xlsx", {"invoice_no": "B1", "currency": "B2"}),
)
COST = say(
    "4",
    "goods.cost",
    "A",
    {
        "line": "1",
        "document": "ordinary_invoice",
        "number": "A",
        "supplier": "S",
        "base": {"minor": 100, "currency": "CNY"},
        "vat_rate": "0.13",
        "quantity": "24",
        "invoiced_quantity": "24",
        "unit": "t",
    },
)
INVOICE_IN = handed_in("5", INVOICE, "invoice.xlsx", "invoice")
BILL_IN = handed_in("6", BILL, "bill.pdf", "bill_of_lading")


def test_the_worked_example_of_the_readme() -> None:
    finding = index(LINE_ON_PAPER, LINE_BY_WORD, TERMS, COST, INVOICE_IN, BILL_IN)
    assert finding.status == "found"
    name = "invoice.xlsx"
    assert footings(finding) == {
        "goods.line": Footing(
            "goods.line", 2, papers={"1": (INVOICE,)}, partly=("1",), cited={INVOICE: Citation(name, 1, 3)}
        ),
        "trade.terms": Footing("trade.terms", 1, papers={"": (INVOICE,)}, cited={INVOICE: Citation(name, 1, 2)}),
    }
    assert finding.value.papers == (
        PaperUse(INVOICE, "invoice.xlsx", "invoice", True, 2, 5, ("trade.terms", "goods.line")),
        PaperUse(BILL, "bill.pdf", "bill_of_lading"),
    )
    costs = index(LINE_ON_PAPER, COST, INVOICE_IN, part="evidence.costs")
    assert costs.value == EvidenceIndex((), (Footing("goods.cost", 1, own_word=("A",)),))


def test_nothing_said_is_nothing_to_index() -> None:
    assert index().status == "not_applicable"


def test_a_paper_alone_is_indexed() -> None:
    finding = index(BILL_IN)
    assert finding.value == EvidenceIndex((PaperUse(BILL, "bill.pdf", "bill_of_lading"),), ())


def test_a_paper_that_is_cited_but_was_not_handed_in_is_named() -> None:
    finding = index(TERMS)
    assert finding.value.papers == (PaperUse(INVOICE, "invoice.xlsx", "", False, 1, 2, ("trade.terms",)),)
    (reason,) = finding.reasons
    assert "invoice.xlsx" in reason.en
    assert "invoice.xlsx" in reason.zh


@pytest.mark.parametrize(
    ("authority", "field"),
    [("office", "office"), ("gateway", "office"), ("transcript", "transcript"), ("own word", "own_word")],
)
def test_a_statement_without_a_paper_stands_on_its_authority(authority: str, field: str) -> None:
    body = {"released_on": "2026-06-20", "exported_on": "2026-06-20"}
    footing = footings(index(say("1", "customs.release", "N1", body, authority=authority)))["customs.release"]
    expected = {"office": (), "transcript": (), "own_word": (), "partly": (), field: ("N1",)}
    assert {name: getattr(footing, name) for name in expected} == expected


def test_an_own_word_beside_an_office_stands_in_part_only() -> None:
    office = say("1", "transport.plan", "", {"mode": "2"}, authority="office")
    word = say("2", "transport.plan", "", {"voyage": "026E"})
    footing = footings(index(office, word))["transport.plan"]
    assert (footing.office, footing.own_word, footing.partly) == (("",), (), ("",))


def test_what_was_replaced_or_withdrawn_rests_on_nothing_any_more() -> None:
    again = say("7", "trade.terms", "", {"invoice_no": "I2"}, replaces=("3",))
    footing = footings(index(TERMS, again))["trade.terms"]
    assert (footing.papers, footing.own_word) == ({}, ("",))
    assert index(TERMS, say("8", "trade.terms", "", {}, withdraws=("3",))).status == "not_applicable"


def test_lines_stand_in_the_order_of_their_numbers() -> None:
    lines = [say(key, "goods.line", key, {"hs": "2809"}) for key in ("10", "2", "1")]
    assert footings(index(*lines))["goods.line"].own_word == ("1", "2", "10")


@given(st.permutations([LINE_ON_PAPER, LINE_BY_WORD, TERMS, COST, INVOICE_IN, BILL_IN]))
def test_the_order_of_arrival_does_not_matter(statements: list[Submission]) -> None:
    assert index(*statements).value == index(LINE_ON_PAPER, LINE_BY_WORD, TERMS, COST, INVOICE_IN, BILL_IN).value


@given(st.lists(st.tuples(st.integers(1, 5), st.sampled_from(["", INVOICE, BILL])), max_size=12))
def test_every_statement_is_counted_and_every_key_has_a_footing(said: list[tuple[int, str]]) -> None:
    statements = [
        say(f"{number:03d}", "goods.line", str(line), {"brand": "B"}, *([Evidence(paper)] if paper else []))
        for number, (line, paper) in enumerate(said)
    ]
    if not statements:
        return
    footing = footings(index(*statements))["goods.line"]
    assert footing.statements == len(statements)
    assert {*footing.papers, *footing.own_word} == {statement.key for statement in statements}
    assert set(footing.partly) <= set(footing.papers)
    assert set(footing.papers).isdisjoint(footing.own_word)


@pytest.mark.parametrize(
    ("topic", "behind"), [(INDEX, SHARED_FACTS), (MAKING, MAKING_FACTS), (COSTS, COST_FACTS)], ids=lambda t: ""
)
def test_each_part_is_read_by_those_who_may_read_all_behind_it(
    topic: Topic[Any], behind: tuple[Topic[Any], ...]
) -> None:
    able = {role for role in ROLES if all(role in one.read for one in (*behind, PAPER))}
    assert set(topic.read) == able
    finding = index(LINE_ON_PAPER, COST, part=topic.name)
    for role in ROLES:
        assert may_read_finding(REGISTRY.topics, finding, Speaker("p", "o", frozenset({role}))) == (role in able), role


def test_everything_that_can_be_said_of_a_trade_stands_in_one_part() -> None:
    indexed: list[Topic[Any]] = [*SHARED_FACTS, *MAKING_FACTS, *COST_FACTS]
    # Who may see the dossier, where it is declared, the papers as such, and what customs asks or tells are not borne out by papers.
    apart: list[Topic[Any]] = [OPENED, MEMBER, MANDATE, PARTS, PAPER, PAPER_DOUBTS, PAPER_UNREAD, QUERY, NOTICE]
    # What was signed rests on findings, and keys on proof of possession: neither on papers.
    apart += [DOCUMENT, STEP, SEEN, TITLE_ISSUED]  # titles, likewise
    # What an enterprise says of itself across its trades.
    apart += [ENTERPRISE_CARD, ENTERPRISE_ADMITTED, ENTERPRISE_MANDATE, ENTERPRISE_RULES]
    apart += [COMMENT, NOTE, ASSIGNED, OWN_DUE]  # talk about the trade
    apart += [ERASED]  # what is no longer there rests on nothing
    apart += [WINDOW_REVIEW, WINDOW_CONFIRMED, WINDOW_SERVED]  # said of statements, not of goods
    apart += [ORGANISATION_KEY, KEY_VOUCHED, KEY_REVOKED, ISSUED, PRINTED, REVOKED, DISCLOSED]
    assert len(set(indexed)) == len(indexed)
    assert {topic.name for topic in SHARED if topic.kind == "said"} == {topic.name for topic in (*indexed, *apart)}


def test_purchase_cost_and_materials_leave_no_trace_in_the_shared_index() -> None:
    paper = Evidence(BILL, "purchase.pdf", {"number": "1"})
    bom = say("9", "goods.bom", "1", {"producer_country": "CHN"}, paper)
    assert index(TERMS, bom).value == index(TERMS).value
    (use,) = index(TERMS, bom, part="evidence.making").value.papers
    assert (use.name, use.received, use.topics) == ("purchase.pdf", False, ("goods.bom",))


def test_a_case_tells_the_footing_and_the_look_is_recorded() -> None:
    topic = found_topic("test.count", int, read=frozenset({"exporter"}), label=Text("count", "数"), doc="d")

    def assess(case: Case) -> Answer:
        return found(case.footing(LINE).statements)

    registry = Registry((Module("test", Text("t", "t"), assess, gives=(topic,), uses=(LINE,)),), SHARED)
    record = Record("d", "trade", registry.topics, [LINE_ON_PAPER, LINE_BY_WORD])
    sheet = Sheet(registry, record, Law([], {}), DAY).assess()
    finding = sheet.finding("test.count")
    assert finding is not None
    assert (finding.value, [look.topic for look in finding.looks]) == (2, ["goods.line"])
    record.add(say("9", "goods.line", "2", {"hs": "2809"}))
    finding = sheet.assess().finding("test.count")
    assert finding is not None
    assert finding.value == 3


def test_a_paper_that_two_hand_in_under_different_names_is_received() -> None:
    again = msgspec.structs.replace(handed_in("p2", INVOICE, "buyers-copy.pdf", "invoice"), for_="buyer")
    finding = index(handed_in("p1", INVOICE, "invoice.pdf", "invoice"), again)
    assert isinstance(finding.value, EvidenceIndex)
    assert [(paper.name, paper.received) for paper in finding.value.papers] == [("invoice.pdf", True)]
    assert finding.reasons == ()
