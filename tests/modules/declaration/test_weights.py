"""Rules on packages and weights, on the lines as a set, and on papers that disagree."""

from decimal import Decimal
from typing import Any

import pytest

from tests.modules.declaration.paperwork import export, form, told, with_lines


@pytest.mark.parametrize("packages", [None, 0, -3])
def test_r019_there_is_at_least_one_package(packages: int | None) -> None:
    facts = export()
    facts["packing.totals"]["packages"] = packages
    assert told(facts) == {"R019"}


def test_r019_bulk_goods_are_one_package_of_a_known_type() -> None:
    facts = export()
    facts["packing.totals"] |= {"package_type": "00", "packages": 2}
    assert told(facts) == {"R019"}
    facts["packing.totals"]["packages"] = 1
    assert told(facts) == set()
    facts["packing.totals"]["package_type"] = "77"
    assert told(facts) == {"R019"}


def test_r019_a_word_of_the_papers_stands_as_the_code_that_it_means() -> None:
    facts = export()
    facts["packing.totals"]["package_type"] = "Bags"
    assert "R019" not in told(facts)
    facts["packing.totals"]["package_type"] = "boxes of some kind"
    assert "R019" in told(facts)


@pytest.mark.parametrize(("field", "value"), [("gross_kg", None), ("net_kg", "0"), ("net_kg", "0.5")])
def test_r020_weights_are_at_least_one_kilogram(field: str, value: str | None) -> None:
    facts = export()
    facts["packing.totals"][field] = value
    assert "R020" in told(facts)
    assert {p.where for p in form(facts).problems if p.rule == "R020"} == {f"header.{field}"}


@pytest.mark.parametrize(("kg", "fires"), [("1", False), ("0.999", True), ("0", True)])
def test_r020_one_kilogram_is_enough(kg: str, fires: bool) -> None:
    facts = export()
    facts["packing.totals"] |= {"gross_kg": kg, "net_kg": kg}
    assert ("R020" in told(facts)) is fires


def test_r020_a_missing_gross_weight_alone() -> None:
    facts = export()
    facts["packing.totals"]["gross_kg"] = None
    assert told(facts) == {"R020"}


def test_r021_net_not_above_gross() -> None:
    facts = export()
    facts["packing.totals"]["gross_kg"] = "23999"
    assert told(facts) == {"R021"}
    facts["packing.totals"]["gross_kg"] = "24000"
    assert told(facts) == set()


def test_r022_packing_is_a_usual_share_of_the_gross_weight() -> None:
    facts = export()
    del facts["transport.container/CSQU3054383"]
    facts["packing.totals"]["gross_kg"] = "34285"
    assert told(facts) == set()
    facts["packing.totals"]["gross_kg"] = "34286"
    assert told(facts) == {"R022"}
    facts["declaration.statement/1"] = {"about": "packaging_share", "reason": "steel drums"}
    assert told(facts) == set()


def _in_pieces() -> dict[str, Any]:
    facts = export()
    facts["goods.line/1"] |= {
        "hs": "8413302900",
        "unit": "PCS",
        "price": "USD 515.00/PCS",
    }
    return facts


def test_r023_the_lines_weigh_no_more_than_the_head() -> None:
    facts = _in_pieces()
    assert told(facts) == set()
    facts["goods.line/1"]["net_kg"] = "24001"
    assert told(facts) == set()
    facts["goods.line/1"]["net_kg"] = "24001.1"
    assert told(facts) == {"R023"}


def test_r024_statutory_kilograms_come_to_the_net_weight() -> None:
    facts = export()
    facts["packing.totals"]["net_kg"] = "24002.4"
    assert told(facts) == set()
    facts["packing.totals"]["net_kg"] = "24002.5"
    assert told(facts) == {"R024"}


@pytest.mark.parametrize(("net", "fires"), [("401", False), ("401.001", True), ("399.001", False), ("399", False)])
def test_r024_light_goods_may_differ_by_a_kilogram(net: str, fires: bool) -> None:
    facts = export()
    facts["goods.line/1"] |= {"quantity": "0.4", "net_kg": "400", "amount": "USD 206.00"}
    facts["trade.terms"]["total"] = "USD 206.00"
    facts["transport.charges"] = {"freight": {"mark": "1", "value": "5"}, "insurance": {"mark": "1", "value": "0.3"}}
    facts["packing.totals"] |= {"gross_kg": "410", "net_kg": net, "packages": 16}
    assert told(facts) == ({"R024"} if fires else set())


def test_r022_no_share_is_taken_of_nothing() -> None:
    facts = export()
    del facts["transport.container/CSQU3054383"]
    facts["packing.totals"]["gross_kg"] = "0"
    assert told(facts) == {"R020", "R021"}


def test_r070_lines_are_numbered_from_one_without_a_gap() -> None:
    facts = with_lines(3)
    facts["goods.line/4"] = facts.pop("goods.line/3")
    assert told(facts) == {"R070"}
    facts = with_lines(2)
    facts["goods.line/a"] = facts.pop("goods.line/2")
    assert told(facts) == {"R070"}


def test_r070_a_form_takes_fifty_lines() -> None:
    assert told(with_lines(50)) == set()
    facts = with_lines(51)
    assert told(facts) == {"R070"}
    facts["declaration.particulars"] |= {"form_type": "list", "supervision_mode": "9710", "order_no": "P-1"}
    assert told(facts) == set()


def test_r071_lines_that_look_the_same_are_merged_or_explained() -> None:
    facts = with_lines(2)
    facts["goods.line/2"] |= {"price": "USD 401.00/t", "amount": "USD 9624.00"}
    facts["trade.terms"]["total"] = "USD 19248.00"
    assert told(facts) == {"R071"}
    facts["declaration.statement/2"] = {"about": "duplicate", "reason": "two batches"}
    assert told(facts) == set()


# -- papers that disagree ---------------------------------------------------------------------------------------------


def said_twice(topic: str, other: dict[str, Any]) -> dict[str, Any]:
    facts = export()
    facts[topic] = [facts[topic], other]
    return facts


@pytest.mark.parametrize(
    ("topic", "other", "where"),
    [
        ("packing.totals", {"packages": 961}, "header.packages"),
        ("packing.totals", {"marks": "N/M"} | {"package_type": "22"}, "header.package_type"),
        ("trade.terms", {"total": "USD 12350.00"}, "header.invoice_total"),
        ("trade.terms", {"contract_no": "YC-2"}, "header.contract_no"),
        ("transport.plan", {"mode": "3"}, "header.transport_mode"),
        ("trade.party/exporter", {"uscc": "91420500MA49EX002P"}, "header.domestic_party.uscc"),
        ("transport.container/CSQU3054383", {"size_type": "40GP"}, "container/CSQU3054383.size_type"),
        ("goods.line/1", {"hs": "2835251000"}, "line/1.hs10"),
        ("goods.line/1", {"quantity": "25"}, "line/1.deal_qty"),
        ("declaration.particulars", {"supervision_mode": "0615"}, "header.supervision_mode"),
    ],
)
def test_r075_papers_that_disagree_are_a_problem_that_names_both(topic: str, other: dict[str, Any], where: str) -> None:
    facts = said_twice(topic, other)
    finding = form(facts)
    assert finding.status == "refused"
    conflicts = [p for p in finding.problems if p.rule == "R075"]
    assert [(p.where, len(p.documents)) for p in conflicts] == [(where, 2)]
    assert not [p for p in finding.problems if p.where == where and p.rule != "R075"]


def test_r075_other_mistakes_are_told_beside_a_conflict() -> None:
    facts = said_twice("packing.totals", {"packages": 961})
    facts["packing.totals"][0]["gross_kg"] = "23000"
    facts["goods.line/1"] = [facts["goods.line/1"] | {"origin": ""}, {"item_code": "A"}, {"item_code": "B"}]
    assert {p.rule for p in form(facts).problems} == {"R075", "R021", "R050"}


def test_r075_gross_weights_may_differ_by_half_a_per_cent() -> None:
    finding = form(said_twice("packing.totals", {"gross_kg": "24600"}))
    assert [(p.rule, p.severity) for p in finding.problems] == [("R075", "W")]
    assert finding.status == "found"
    assert finding.value.packing.gross_kg == Decimal(24600)
    assert finding.value.derived["header.gross_kg"] == "the largest of the weights in dispute"
    apart = form(said_twice("packing.totals", {"gross_kg": "24700"}))
    assert [(p.rule, p.severity) for p in apart.problems] == [("R075", "E")]


@pytest.mark.parametrize(("other", "severity"), [("24377.5", "W"), ("24377.4", "E"), ("0", "E")])
def test_r075_half_a_per_cent_of_the_larger_weight_is_still_near(other: str, severity: str) -> None:
    finding = form(said_twice("packing.totals", {"gross_kg": other}))
    assert [(p.rule, p.severity) for p in finding.problems if p.rule == "R075"] == [("R075", severity)]
