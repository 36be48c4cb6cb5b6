"""The mode of a plan: the decision holds for every plan, and what would change it does."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.kernel.findings import Finding
from entrepot.kernel.law import Law, TableSpec
from entrepot.modules.ecommerce.facts import Plan, Warehouse
from entrepot.modules.ecommerce.module import MODULES
from entrepot.modules.ecommerce.rules.route import changes, decide, turns
from tests.making import law, sheet, small_law

DAY = date(2026, 10, 10)
MAYBE = st.none() | st.booleans()
PLANS = st.builds(
    Plan,
    flow=st.sampled_from(("E", "I")),
    buyer=st.sampled_from(("", "consumer", "business")),
    platform=st.sampled_from(("", "P")),
    order_first=MAYBE,
    warehouse=st.none() | st.just(Warehouse("W", "NLD")),
    bonded=MAYBE,
    pilot_city=MAYBE,
    market=st.sampled_from(("", "M")),
)


@given(PLANS, MAYBE)
def test_a_plan_leads_to_one_mode_or_names_those_left_open(plan: Plan, within: bool | None) -> None:
    decided = decide(plan, within)
    if decided.mode:
        assert decided.mode in (
            {"0110", "9610", "1210", "1239"} if plan.flow == "I" else {"0110", "1039", "9610", "9710", "9810"}
        )
        assert decided.reasons
        assert not decided.open
    else:
        assert len(decided.open) > 1
        assert decided.unsaid


@given(PLANS, MAYBE)
def test_what_is_said_to_lead_elsewhere_does(plan: Plan, within: bool | None) -> None:
    decided = decide(plan, within)
    by_change = {change.en: changed for change, changed in changes(plan)}
    for turn in turns(plan, decided, within):
        changed = by_change[turn.change.en]
        assert decide(changed, True if changed.market == "-" else within).mode == turn.mode != decided.mode


@given(PLANS, MAYBE)
def test_what_is_not_said_never_decides(plan: Plan, within: bool | None) -> None:
    """Leaving a fact out may open more modes; it never leads surely to one that the fact itself would rule out."""
    import msgspec

    decided = decide(plan, within)
    if decided.mode and plan.flow == "I" and plan.bonded is not None:
        silent = decide(msgspec.structs.replace(plan, bonded=None), within)
        assert silent.mode in ("", decided.mode)


def finding(topic: str, plan: dict[str, Any], **more: Any) -> Finding:
    found = sheet(MODULES, {"ecommerce.plan": plan, **more}, DAY, law("CN", "ecb")).finding(topic)
    assert found is not None
    return found


def test_a_value_that_cannot_be_converted_is_no_value_not_said() -> None:
    plan = {"flow": "E", "buyer": "business", "platform": "P", "value": "XAU 1.00", "day": "2026-10-10"}
    told = [text.en for text in finding("ecommerce.route", plan).reasons]
    assert told[0] == "whether a list may be used: limit or exchange rate not on file"


def test_a_market_above_its_limit_is_general_trade_and_a_value_not_said_leaves_it_open() -> None:
    plan = {"flow": "E", "buyer": "business", "market": "yichang-three-gorges"}
    assert finding("ecommerce.route", {**plan, "value": "USD 150000.01"}).value.mode == "0110"
    found = finding("ecommerce.route", plan)
    assert (found.status, found.value.mode, found.value.open) == ("needs_review", "", ("1039", "0110"))


@pytest.mark.parametrize(
    ("plan", "open_"),
    [
        ({"platform": "P"}, ("9610", "0110", "9710")),
        ({}, ("9610", "0110")),
        ({"warehouse": {"name": "W", "country": "NLD"}, "order_first": False}, ()),
        ({"buyer": "consumer", "market": "yichang-three-gorges", "value": "USD 1.00"}, ("9610", "1039")),
    ],
)
def test_a_fact_not_said_leaves_open_what_it_would_part(plan: dict[str, Any], open_: tuple[str, ...]) -> None:
    value = finding("ecommerce.route", {"flow": "E", **plan}).value
    assert value.open == open_
    assert value.mode == ("" if open_ else "9810")


def test_a_market_that_is_not_on_file_is_told_and_one_no_longer_recognised_does_not_count() -> None:
    plan = {"flow": "E", "buyer": "business", "market": "elsewhere", "value": "USD 1.00"}
    found = finding("ecommerce.route", plan)
    assert (found.status, found.value.mode) == ("needs_review", "1039")
    assert any("whether elsewhere is a recognised market" in reason.en for reason in found.reasons)
    spec = TableSpec(("market",), {"name_en": "text", "name_zh": "text", "division": "text", "active": "bool"})
    row = {"market": "elsewhere", "name_en": "", "name_zh": "", "division": "", "active": "false"}
    held = Law(law("CN").packs, {**law("CN", "ecb").tables, **small_law({"CN/markets": (spec, [row])}).tables})
    lost = sheet(MODULES, {"ecommerce.plan": plan}, DAY, held).finding("ecommerce.route")
    assert lost is not None
    assert lost.value.mode == "0110"
    assert lost.value.reasons[0].en == "elsewhere is not a recognised market on 2026-10-10"


def advised(plan: dict[str, Any]) -> dict[str, Any]:
    return {one.mode: one for one in finding("ecommerce.advice", plan).value.modes}


def test_the_advisor_tells_what_is_missing_and_what_is_not_on_file() -> None:
    modes = advised({"flow": "E", "buyer": "business", "day": "2026-10-10"})
    assert {mode: one.state for mode, one in modes.items()} == {
        "0110": "open",
        "1039": "nearly",
        "9610": "nearly",
        "9710": "nearly",
        "9810": "nearly",
    }
    assert [text.en for text in modes["9710"].missing] == ["over an e-commerce platform, with its order"]
    assert modes["9810"].aspects[2].text is None, "nothing is on file for foreign exchange"
    assert all(one.source and one.evidence for mode in modes.values() for one in mode.aspects if one.text is not None)


@pytest.mark.parametrize(("day", "filing"), [("2024-12-14", True), ("2024-12-15", False)])
def test_the_proof_of_9810_changes_with_the_law(day: str, filing: bool) -> None:
    (proof,) = (one for one in advised({"flow": "E", "day": day})["9810"].aspects if one.aspect == "proof")
    assert proof.text is not None
    assert ("the filing of the warehouse" in proof.text.en) is filing


def test_an_order_above_the_limit_closes_retail_import() -> None:
    plan = {
        "flow": "I",
        "buyer": "consumer",
        "bonded": True,
        "pilot_city": True,
        "listed": True,
        "order_value": "CNY 5000.01",
    }
    assert advised(plan)["1210"].state == "closed"
    assert advised({**plan, "order_value": "CNY 5000.00"})["1210"].state == "open"
