"""What holds between things said apart: sums, sets, the contract, the proof of origin, the order of days."""

from typing import Any

import pytest

from entrepot.kernel.cases import facts_on_record
from entrepot.kernel.law import Law
from entrepot.kernel.sheet import Sheet
from tests.making import law
from tests.modules.consistency.shipment import DAY, LAW, ROOMS, compared, finding, two

LINES = {
    "goods.line/1": {"description": "Green tea", "hs": "0902109000", "quantity": "100", "unit": "kg", "price": "USD 9.50/kg",
                     "amount": "USD 950.00", "net_kg": "100", "gross_kg": "120", "packages": 10},
    "goods.line/2": {"description": "Black tea", "hs": "0902300000", "quantity": "50", "unit": "kg", "price": "USD 7.00/kg",
                     "amount": "USD 350.00", "net_kg": "50", "gross_kg": "60", "packages": 5},
}  # fmt: skip
TOTAL = {"total": "USD 1300.00", "currency": "USD"}


def invoice(**more: Any) -> dict[str, Any]:
    return {"invoice.a": {**LINES, "trade.terms": TOTAL, **more}}


@pytest.mark.parametrize(
    ("field", "right", "wrong", "path"),
    [
        ("packages", 15, 16, "header.packages"),
        ("gross_kg", "180", "181", "header.gross_kg"),
        ("net_kg", "150", "152", "header.net_kg"),
    ],
)
def test_parts_come_to_the_whole(field: str, right: Any, wrong: Any, path: str) -> None:
    for value, outcome in ((right, "agree"), (wrong, "differ")):
        told = compared(invoice() | {"packing_list.b": {"packing.totals": {field: value}}}, path)
        assert (told.outcome, {side.value for side in told.sides}) == (outcome, {str(value), str(right)})
        assert told.sides[1].place.endswith(f"goods.line/2.{field}")


def test_amounts_come_to_the_invoice_total_to_the_cent() -> None:
    assert compared(invoice(), "header.invoice_total").outcome == "agree"
    off = compared(invoice(**{"trade.terms": TOTAL | {"total": "USD 1300.01"}}), "header.invoice_total")
    assert (off.outcome, off.severity, off.rule) == ("differ", "E", "R041")


def test_lines_and_invoice_are_in_one_currency() -> None:
    assert compared(invoice(**{"trade.terms": {"currency": "EUR"}}), "header.currency").outcome == "differ"


def test_papers_that_list_all_lines_list_the_same() -> None:
    listed = {"goods.line/1": {"packages": 10}}
    one = compared(invoice() | {"packing_list.b": listed}, "lines")
    assert (one.outcome, one.severity, [side.value for side in one.sides]) == ("differ", "W", ["1, 2", "1"])
    assert compared(invoice() | {"facts.json": {"goods.line/1": {"brand": "EX"}}}, "lines").outcome == "agree"
    beside = compared(invoice() | {"facts.json": {"goods.line/3": {"brand": "EX"}}}, "lines")
    assert beside.outcome == "differ"


def test_containers_are_the_same_on_every_paper_that_names_them() -> None:
    one: dict[str, Any] = {"transport.container/EXMU2400176": {}}
    other: dict[str, Any] = {"transport.container/EXMU2401022": {}}
    bill = {"bill_of_lading.b": one | other}
    assert compared(bill | {"packing_list.a": one | other}, "containers").outcome == "agree"
    assert compared(bill | {"packing_list.a": one}, "containers").severity == "E"
    assert compared(bill | {"facts.json": one}, "containers").outcome == "agree"
    assert compared(bill | {"facts.json": {"transport.container/EXMU2400181": {}}}, "containers").severity == "E"


# -- the contract -----------------------------------------------------------------------------------------------------


def contract(**lines: Any) -> dict[str, Any]:
    return {"contract.c": {f"contract.line/{key[1:]}": line for key, line in lines.items()}}


TEA = {"description": "GREEN TEA", "quantity": "300", "unit": "kg", "price": "USD 9.50/kg"}
BLACK = {"description": "Black tea", "quantity": "0.05", "unit": "t", "price": "USD 7000/t"}


def outcomes(papers: dict[str, Any]) -> dict[str, str]:
    return {c.field: c.outcome for c in finding(papers).value.comparisons if any(s.kind == "contract" for s in c.sides)}


def test_a_part_of_a_contract_may_be_sent_under_other_line_numbers() -> None:
    found = outcomes(invoice() | contract(_7=BLACK, _9=TEA, _11={"description": "Oolong tea", "quantity": "5"}))
    assert found == {
        "line/1.unit_price": "agree",
        "line/1.deal_qty": "agree",
        "line/2.unit_price": "agree",
        "line/2.deal_qty": "agree",
    }


@pytest.mark.parametrize(
    ("change", "field", "outcome"),
    [
        ({"quantity": "96"}, "line/1.deal_qty", "near"),  # five per cent more may be sent
        ({"quantity": "90"}, "line/1.deal_qty", "differ"),
        ({"price": "USD 9.40/kg"}, "line/1.unit_price", "differ"),
        ({"hs": "0902300000"}, "line/1.hs10", "differ"),
        ({"description": "Cotton shirts"}, "line/1", "differ"),
        ({"description": "Tea, green"}, "line/1.deal_qty", "agree"),
    ],
)
def test_what_is_sent_is_held_against_what_was_agreed(change: dict[str, Any], field: str, outcome: str) -> None:
    found = outcomes(invoice() | contract(_1=TEA | change, _2=BLACK))
    assert found[field] == outcome


def test_one_line_of_a_contract_may_be_sent_in_two() -> None:
    twice = {"goods.line/1": LINES["goods.line/1"], "goods.line/2": LINES["goods.line/1"]}
    papers = {"invoice.a": twice} | contract(_1=TEA | {"quantity": "150"})
    (told,) = [c for c in finding(papers).value.comparisons if c.field == "line/1.deal_qty"]
    assert (told.outcome, [side.value for side in told.sides]) == ("differ", ["200 kg", "150 kg"])


def test_a_contract_that_stands_in_for_the_goods_is_not_compared_with_itself() -> None:
    papers = {"contract.c": {"contract.line/1": TEA, "goods.line/1": TEA}}
    assert finding(papers).status == "not_applicable"


def test_an_invoice_is_for_no_more_than_its_contract() -> None:
    for agreed, outcome in (
        ("USD 2000.00", "agree"),
        ("USD 1290.00", "near"),
        ("USD 1000.00", "differ"),
        ("EUR 2000.00", "differ"),
    ):
        papers = invoice() | {"contract.c": {"trade.terms": {"contract_total": agreed}}}
        told = [
            c
            for c in finding(papers).value.comparisons
            if c.field == "header.invoice_total" and c.sides[1].kind == "contract"
        ]
        assert [c.outcome for c in told] == [outcome], agreed


# -- the proof of origin, the days --------------------------------------------------------------------------------------

PROOF = {"agreement": "RCEP", "form": "certificate", "issued_on": "2026-05-16", "lines": ["1"],
         "hs6": {"1": "090210"}, "quantities": {"1": "100"}}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({}, ""),
        ({"lines": ["1", "3"]}, "lines"),
        ({"hs6": {"1": "090230"}}, "hs6"),
        ({"quantities": {"1": "101"}}, "quantities"),
    ],
)
def test_a_proof_of_origin_covers_the_lines_sent(change: dict[str, Any], field: str) -> None:
    papers = invoice() | {"certificate_of_origin.d": {"origin.proof/EX-1": PROOF | change}}
    wrong = [c.field for c in finding(papers).value.comparisons if c.outcome == "differ"]
    assert wrong == ([f"proof/EX-1.{field}"] if field else [])


def test_a_quantity_on_a_proof_may_be_in_another_unit_of_weight() -> None:
    tonnes = {"goods.line/1": {"hs": "0902109000", "quantity": "0.1", "unit": "t"}}
    papers = {"invoice.a": tonnes, "certificate_of_origin.d": {"origin.proof/EX-1": PROOF}}
    assert compared(papers, "proof/EX-1.quantities").outcome == "agree"


DAYS = {
    "contract.c": {"trade.terms": {"contract_date": "2026-04-08"}},
    "invoice.a": {"trade.terms": {"invoice_date": "2026-05-12"}},
    "bill_of_lading.b": {"transport.plan": {"mode": "2", "bill_date": "2026-05-18", "loading_on": "2026-05-17"}},
    "certificate_of_origin.d": {
        "origin.proof/EX-1": {"agreement": "RCEP", "form": "certificate", "issued_on": "2026-05-16"}
    },
}


@pytest.mark.parametrize(
    ("paper", "place", "field", "day", "severities"),
    [
        ("contract.c", "trade.terms", "contract_date", "2026-05-13", ["E"]),
        ("invoice.a", "trade.terms", "invoice_date", "2026-05-16", ["E"]),
        ("bill_of_lading.b", "transport.plan", "bill_date", "2026-05-16", ["E"]),
        ("bill_of_lading.b", "transport.plan", "bill_date", "2026-06-20", ["W"]),
        ("bill_of_lading.b", "transport.plan", "loading_on", "2026-05-14", ["W"]),
        ("certificate_of_origin.d", "origin.proof/EX-1", "issued_on", "2026-05-21", ["W"]),
        ("certificate_of_origin.d", "origin.proof/EX-1", "issued_on", "2026-05-20", []),
    ],
)
def test_r076_days_follow_each_other(paper: str, place: str, field: str, day: str, severities: list[str]) -> None:
    declared = {"declaration.particulars": {"declared_on": "2026-05-15"}}
    assert not [c for c in finding(DAYS, declared).value.comparisons if c.outcome == "differ"]
    moved = DAYS | {paper: {place: DAYS[paper][place] | {field: day}}}
    wrong = [c for c in finding(moved, declared).value.comparisons if c.outcome == "differ"]
    assert [c.severity for c in wrong] == severities
    assert all(c.rule == "R076" and c.what is not None and day in c.what.en and len(c.sides) == 2 for c in wrong)


@pytest.mark.parametrize(
    ("table", "status"), [("consistency/days", "needs_review"), ("consistency/relations", "no_law")]
)
def test_without_an_order_of_days_or_relations_on_file_nobody_says_that_papers_agree(table: str, status: str) -> None:
    papers = two("packing.totals", "packages", 960, 960)
    papers["packing_list.b"]["goods.line/1"] = {"packages": 960}
    whole = law(*LAW)
    without = Law(whole.packs, {name: one for name, one in whole.tables.items() if name != table})
    named = {name: {"kind": name.partition(".")[0], **stated} for name, stated in papers.items()}
    record, _ = facts_on_record({}, "trade", ROOMS, named)
    statuses = []
    for held in (whole, without):
        found = Sheet(ROOMS, record, held, DAY).assess().finding("consistency.papers")
        assert found is not None
        statuses.append(found.status)
    assert statuses == ["found", status]
