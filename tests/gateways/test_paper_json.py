"""The platform's own JSON: facts by topic, exact numbers, every problem at its pointer."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.gateways.extract import Extract
from entrepot.gateways.paper_json import TOPICS
from entrepot.gateways.papers import read_paper
from entrepot.kernel.intake import Refusal
from entrepot.kernel.money import Money, Price

TODAY = date(2026, 11, 22)


def read(value: Any) -> Extract:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return read_paper("paper.json", data, today=TODAY)


def facts(extract: Extract) -> dict[str, Any]:
    return {f"{s.topic}/{s.key}".rstrip("/"): s.value for s in extract.statements}


LINE = {"hs": "280920", "quantity": "20.5", "unit": "t", "price": "USD 515.10/t", "amount": "USD 10,559.55"}


def test_facts_by_topic_in_their_short_forms() -> None:
    extract = read(
        {"kind": "invoice", "trade.terms": {"incoterm": "CIF", "total": "USD 10559.55"}, "goods.line/7": LINE}
    )
    assert (extract.kind, extract.format, extract.problems, extract.unread) == ("invoice", "JSON", (), ())
    assert facts(extract)["trade.terms"].total == Money(1055955, "USD")
    line = facts(extract)["goods.line/7"]
    assert (line.quantity, line.price, line.amount) == (
        Decimal("20.5"), Price(Decimal("515.10"), "USD", "t"), Money(1055955, "USD"),
    )  # fmt: skip
    assert [s.places for s in extract.statements if s.topic == "goods.line"] == [
        {name: f"/goods.line~17/{name}" for name in LINE}
    ]


def test_a_list_under_a_keyed_topic_is_numbered() -> None:
    extract = read({"goods.line": [{"hs": "280920"}, {"hs": "090210"}]})
    assert {key: value.hs for key, value in facts(extract).items()} == {
        "goods.line/1": "280920",
        "goods.line/2": "090210",
    }
    assert [s.places for s in extract.statements] == [{"hs": "/goods.line/0/hs"}, {"hs": "/goods.line/1/hs"}]


def test_a_list_of_statements_and_of_objects() -> None:
    extract = read(
        [{"topic": "goods.line", "key": "1", "body": {"hs": "280920"}}, {"trade.terms": {"incoterm": "FOB"}}]
    )
    assert facts(extract)["goods.line/1"].hs == "280920"
    assert [s.places for s in extract.statements] == [{"hs": "/0/body/hs"}, {"incoterm": "/1/trade.terms/incoterm"}]


def test_parts_of_one_fact_are_united_and_contradictions_are_problems() -> None:
    extract = read([{"goods.line/1": {"hs": "280920"}}, {"goods.line/1": {"hs": "090210", "unit": "t"}}])
    assert (facts(extract)["goods.line/1"].hs, facts(extract)["goods.line/1"].unit) == ("280920", "t")
    assert [(problem.rule, problem.documents) for problem in extract.problems] == [
        ("P010", ("/0/goods.line~11/hs", "/1/goods.line~11/hs"))
    ]


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=0, max_value=10**9))
def test_a_bare_number_is_exact_and_never_a_binary_float(value: Decimal) -> None:
    extract = read(f'{{"goods.line/1": {{"quantity": {value:f}}}}}'.encode())
    assert facts(extract)["goods.line/1"].quantity == value


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"quantity": "-5"}, "negative"),
        ({"amount": "USD -5"}, "negative"),
        ({"amount": "USD 5.001"}, "more decimals"),
        ({"amount": "XQX 5"}, "not an ISO 4217 currency"),
        ({"amount": "USD 1e999"}, "is not an amount"),
        ({"quantity": "1e999"}, "20 digits"),
        ({"price": "USD 1e999/t"}, "20 digits"),
        ({"quantity": "NaN"}, "20 digits"),
        ({"quantities": "5"}, "no field"),
        ({"packages": "five"}, "Expected"),
        ([], "object of fields"),
    ],
)
def test_a_fact_that_cannot_stand_is_a_problem_and_loses_no_other(body: Any, said: str) -> None:
    extract = read({"goods.line/1": body, "goods.line/2": {"hs": "280920"}})
    assert list(facts(extract)) == ["goods.line/2"]
    assert any(said in problem.what.en for problem in extract.problems), [p.what.en for p in extract.problems]
    assert all("goods.line" in problem.where for problem in extract.problems)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({}, "no facts"),
        ([], "no facts"),
        ([1], "no object of facts"),
        ({"goods.lines/1": {}}, "no topic"),
        ({"goods.line": {"hs": "280920"}}, "takes a key"),
        ({"trade.terms/1": {"incoterm": "FOB"}}, "takes no key"),
        ({"customs.release/1": {"released_on": "2026-02-30", "exported_on": "2026-01-01"}}, "Invalid"),
        ({"dossier.member/evil": {"roles": ["exporter"]}}, "no topic"),
    ],
)
def test_a_file_without_a_fact_is_refused_with_the_reason(value: Any, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        read(value)


def test_a_paper_never_says_who_belongs_to_a_dossier() -> None:
    assert not [name for name in TOPICS if name.startswith(("dossier.", "paper."))]
    assert {"goods.line", "trade.terms", "trade.party", "goods.cost", "customs.release"} <= TOPICS.keys()


def test_a_required_field_that_is_missing_is_named() -> None:
    extract = read({"goods.line/1": {"hs": "280920"}, "bank.receipt/9": {"received_on": "2026-05-01"}})
    assert list(facts(extract)) == ["goods.line/1"]
    assert [problem.what.en for problem in extract.problems] == ["amount is missing"]
