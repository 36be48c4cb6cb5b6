"""Deadlines as dates, and the total once every line has answered."""

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.kernel.findings import Finding
from entrepot.kernel.money import Money
from entrepot.kernel.sheet import Sheet
from entrepot.modules.rebate.rules.deadlines import deadlines
from tests.modules.rebate.making_rebate import FACTS, LAW, drawn, exported, lot


def found(name: str, sheet: Sheet) -> Finding:
    finding = sheet.finding(name)
    assert finding is not None
    return finding


@pytest.mark.parametrize(
    ("exported_on", "routine", "absolute"),
    [
        pytest.param(date(2026, 6, 20), date(2027, 4, 30), date(2029, 6, 20), id="W3.1"),
        pytest.param(date(2026, 1, 31), date(2027, 4, 30), date(2029, 1, 31), id="W3.2"),
        pytest.param(date(2024, 2, 29), date(2025, 4, 30), date(2027, 2, 28), id="W3.2 leap day"),
    ],
)
def test_deadlines_follow_from_the_export_date(exported_on: date, routine: date, absolute: date) -> None:
    result = deadlines(exported_on, 36, None, 15, 10)
    assert (result.claim_routine_end, result.fx_deadline, result.absolute_limit) == (routine, routine, absolute)
    assert (result.filing_due, result.retain_until) == (None, None)


def test_the_claim_starts_the_filing_and_the_keeping_of_documents() -> None:
    finding = found("rebate.deadlines", drawn({**FACTS, "rebate.claim": {"claimed_on": date(2026, 9, 10)}}))
    assert (finding.value.filing_due, finding.value.retain_until) == (date(2026, 9, 25), date(2036, 9, 10))
    assert [step.value for step in finding.working] == ["2027-04-30", "2029-06-20", "2026-09-25", "2036-09-10"]


def test_a_release_without_an_export_date_is_waited_for() -> None:
    release = next(name for name in FACTS if name.startswith("customs.release/"))
    finding = found("rebate.deadlines", drawn({**FACTS, release: {"released_on": date(2026, 6, 20)}}))
    assert (finding.status, [wait.topic for wait in finding.waits]) == ("waits", ["customs.release"])


def test_a_limit_that_is_not_on_file_is_no_law() -> None:
    tables = {name: table for name, table in LAW.tables.items() if name != "CN/limits"}
    law = type(LAW)(LAW.packs, tables)
    assert found("rebate.deadlines", drawn(FACTS, law=law)).status == "no_law"


@given(st.dates(date(2026, 1, 1), date(2060, 1, 1)), st.dates(date(2026, 1, 1), date(2060, 1, 1)))
def test_the_routine_end_lies_between_the_export_and_the_absolute_limit(exported_on: date, claimed_on: date) -> None:
    result = deadlines(exported_on, 36, claimed_on, 15, 10)
    assert exported_on < result.claim_routine_end < result.absolute_limit
    assert result.filing_due == claimed_on + timedelta(days=15)
    assert result.retain_until is not None
    assert result.retain_until.year == claimed_on.year + 10


TWO = {**FACTS, "goods.line/2": {"hs": "0805", "quantity": "10", "unit": "PCS"}}


def test_the_total_sums_the_rounded_lines() -> None:
    total = found("rebate.total", drawn(TWO, lot("100.05"), lot("200.00", line="2")))
    assert total.status == "found"
    assert total.value.refund == Money(1301 + 1800, "CNY")
    assert total.value.to_cost == Money(800, "CNY")
    assert total.value.regimes == {"REFUND": 2}


def test_the_total_waits_for_the_line_without_an_answer() -> None:
    total = found("rebate.total", drawn(TWO, lot("100.00")))
    assert (total.status, [(wait.topic, wait.key) for wait in total.waits]) == ("waits", [("rebate.refund", "2")])


def test_the_total_waits_for_a_line_that_is_undecided() -> None:
    facts = {**exported(date(2026, 4, 1)), "goods.line/2": {"hs": "85414300", "quantity": "10", "unit": "PCS"}}
    total = found("rebate.total", drawn(facts, lot("100.00"), lot("100.00", line="2")))
    assert (total.status, total.waits[0].key) == ("waits", "2")


def test_a_line_under_review_puts_the_total_under_review() -> None:
    facts = dict(TWO)
    del facts["bank.receipt/R1"]
    total = found("rebate.total", drawn(facts, lot("100.00"), lot("100.00", line="2")))
    assert (total.status, total.value.refund.minor) == ("needs_review", 1300 + 900)


def test_the_order_of_the_lines_does_not_matter() -> None:
    first = found("rebate.total", drawn(TWO, lot("100.00"), lot("100.00", line="2")))
    turned = dict(reversed(TWO.items()))
    assert found("rebate.total", drawn(turned, lot("100.00"), lot("100.00", line="2"))).value == first.value


def test_one_changed_line_redraws_that_line_and_the_total_alone() -> None:
    line = {"hs": "8413", "quantity": "10", "unit": "PCS"}
    facts = {**FACTS, **{f"goods.line/{number}": line for number in range(1, 21)}}
    sheet = drawn(facts, *(lot("100.00", line=str(number)) for number in range(1, 21)))
    (old,) = sheet.record.standing("goods.line")["7"].statements
    body = msgspec.Raw(bytes(old.body).replace(b'"8413"', b'"0805"'))
    sheet.record.add(msgspec.structs.replace(old, id="later", body=body, replaces=(old.id,)))
    sheet.assess()
    assert sheet.assessed == 2
    assert found("rebate.total", sheet).value.refund.minor == 19 * 1300 + 900

