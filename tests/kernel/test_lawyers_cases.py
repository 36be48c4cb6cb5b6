"""What a lawyer is told of a case: malformed ones name themselves, failed ones say what differs and why."""

from datetime import date
from typing import Any

import pytest

from entrepot.kernel.cases import Expected, facts_on_record, read_cases, run_case
from entrepot.kernel.intake import Refusal
from entrepot.portal import setting
from tests.making import law

DAY = date(2026, 6, 20)
LINE = {"goods.line/1": {"hs": "28092019"}}


def told(expect: dict[str, Any], facts: dict[str, Any] = LINE, **more: Any) -> tuple[str, ...]:
    case = Expected(name="a", day=DAY, facts=facts, expect=expect, **more)
    return run_case(case, setting.registry(), law("JP")).faults


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"case": 3}, "cases are written as [[case]]"),
        ({"case": [3]}, "Expected `object`"),
        ({"case": [{"name": "a", "day": DAY, "facts": {}, "expect": {}}]}, "it expects nothing"),
        ({"case": [{"name": "a", "day": "2026-02-30", "facts": {}, "expect": {"x": 1}}]}, "date"),
    ],
)
def test_a_malformed_case_is_refused_with_what_is_wrong(data: dict[str, Any], told: str) -> None:
    with pytest.raises(Refusal) as refusal:
        read_cases(data)
    assert [problem.rule for problem in refusal.value.problems] == ["K004"]
    assert told in refusal.value.problems[0].what.en


def test_a_case_for_a_module_that_is_not_there_fails() -> None:
    assert "there is no module 'dutyy'" in told({"duty.offer/1": {"status": "waits"}}, module="dutyy")[0]
    assert "there is no topic 'duty.offers'" in told({"duty.offer/1": {"status": "waits"}}, topic="duty.offers")[0]
    assert told({"duty.offer/1": {"status": "waits"}}, module="duty", topic="duty.offer/1") == ()


def test_a_place_at_which_nothing_can_be_found_says_why() -> None:
    assert told({"duty.offer": {"status": "found"}}) == ("duty.offer: duty.offer is keyed: write duty.offer/KEY",)
    assert told({"goods.line/1": {}}) == ("goods.line/1: it is said, not found: give it among the facts",)


def test_another_status_is_told_with_its_grounds() -> None:
    faults = told({"duty.offer/1": {"status": "found"}})
    assert faults[0] == "duty.offer/1.status: expected 'found', found 'waits'"
    assert "duty.offer/1 waits: for import.entry" in faults
    entry = {"import.entry": {"country": "JPN", "day": DAY}, "import.line/1": {"code": "x"}}
    terms = {"trade.terms": {"incoterm": "CIF"}}
    faults = told({"duty.offer/1": {"status": "found"}}, LINE | entry | terms)
    assert any("refused: D007 | import.line/1.code" in fault for fault in faults)


def test_papers_of_a_case_state_facts_that_rest_on_them() -> None:
    papers = {
        "invoice.csv": {"kind": "invoice", "goods.line/1": {"hs": "28092019", "net_kg": "24000"}},
        "packing.csv": {"kind": "packing_list", "goods.line/1": {"net_kg": "24500"}},
    }
    record, _ = facts_on_record(LINE, "trade", setting.registry(), papers)
    assert sorted(one.value.kind for one in record.standing("paper.received").values()) == ["invoice", "packing_list"]
    line = record.standing("goods.line")["1"]
    assert [conflict.field for conflict in line.conflicts] == ["net_kg"]
    named = [
        (item.name, item.places["net_kg"]) for s in line.statements for item in s.evidence if "net_kg" in item.places
    ]
    assert named == [("invoice.csv", "goods.line/1.net_kg"), ("packing.csv", "goods.line/1.net_kg")]


def test_a_paper_that_states_what_no_topic_takes_is_told() -> None:
    case = Expected("a", DAY, {}, {"duty.offer/1": {}}, papers={"invoice.csv": {"kind": "invoice", "goods.lines": {}}})
    assert "there is no topic 'goods.lines'" in run_case(case, setting.registry(), law("JP")).faults[0]
