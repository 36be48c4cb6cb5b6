"""A contract's lines are no goods sent: they stand apart, and stand in only while no paper speaks of the shipment."""

import json
from typing import Any

from entrepot.portal.desk import Desk
from tests.portal.stage import ANN, BOB

CONTRACT = {
    "kind": "sales_contract",
    "trade.terms": {"contract_no": "SC-1", "incoterm": "FOB", "total": "USD 3000.00"},
    "goods.line/7": {
        "description": "Green tea",
        "quantity": "300",
        "unit": "kg",
        "price": "USD 10.00/kg",
        "amount": "USD 3000.00",
    },
    "packing.totals": {"packages": 30},
}
INVOICE = {
    "kind": "invoice",
    "trade.terms": {"invoice_no": "INV-1", "total": "USD 1000.00"},
    "goods.line/7": {
        "description": "Green tea",
        "quantity": "100",
        "unit": "kg",
        "price": "USD 10.00/kg",
        "amount": "USD 1000.00",
    },
}


def hand_in(desk: Desk, paper: dict[str, Any], voice: Any = ANN) -> Any:
    return desk.take_paper("D1", f"{paper['kind']}.json", json.dumps(paper).encode(), voice)


def standing(desk: Desk) -> dict[str, Any]:
    facts = {f"{one.topic}/{one.key}" if one.key else one.topic: one for one in desk.read("D1", ANN).facts}
    return {place: one for place, one in facts.items() if not place.startswith(("dossier.", "paper."))}


def test_a_contract_alone_fills_the_dossier(opened: Desk) -> None:
    hand_in(opened, CONTRACT)
    facts = standing(opened)
    assert facts["contract.line/7"].value["quantity"] == facts["goods.line/7"].value["quantity"] == "300"
    terms = facts["trade.terms"].value
    assert terms["total"] == terms["contract_total"] == {"minor": 300000, "currency": "USD"}
    assert facts["packing.totals"].value["packages"] == 30


def test_an_invoice_for_a_part_of_a_contract_takes_its_place_without_a_conflict(opened: Desk) -> None:
    hand_in(opened, CONTRACT)
    hand_in(opened, INVOICE)
    facts = standing(opened)
    assert not [place for place, one in facts.items() if one.conflicts]
    assert facts["goods.line/7"].value["quantity"] == "100"
    assert facts["contract.line/7"].value["quantity"] == "300"
    assert facts["trade.terms"].value["total"] == {"minor": 100000, "currency": "USD"}
    assert facts["trade.terms"].value["contract_no"] == "SC-1"
    assert "packing.totals" not in facts


def test_whichever_comes_first_the_same_stands_in_the_end(opened: Desk) -> None:
    hand_in(opened, INVOICE)
    hand_in(opened, CONTRACT)
    facts = standing(opened)
    assert not [place for place, one in facts.items() if one.conflicts]
    assert (facts["goods.line/7"].value["quantity"], facts["contract.line/7"].value["quantity"]) == ("100", "300")
    assert facts["trade.terms"].value["total"] == {"minor": 100000, "currency": "USD"}


def test_what_somebody_answers_on_a_line_of_a_contract_stays(opened: Desk) -> None:
    hand_in(opened, CONTRACT)
    hand_in(opened, {"kind": "facts", "goods.line/7": {"hs": "0902109000"}})
    assert standing(opened)["goods.line/7"].value["quantity"] == "300"
    hand_in(opened, INVOICE)
    assert standing(opened)["goods.line/7"].value["hs"] == "0902109000"


def test_the_words_of_another_organisation_are_not_taken_back(opened: Desk) -> None:
    hand_in(opened, {place: stated for place, stated in CONTRACT.items() if place != "packing.totals"}, BOB)
    hand_in(opened, INVOICE)
    line = standing(opened)["goods.line/7"]
    assert {conflict.field for conflict in line.conflicts} == {"quantity", "amount"}
