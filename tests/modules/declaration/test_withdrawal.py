"""Giving a filed declaration up."""

from datetime import date
from typing import Any

import pytest

from entrepot.kernel.findings import Finding
from entrepot.modules.declaration.module import MODULES
from tests.making import law, sheet

DAY = date(2026, 4, 9)
NUMBER, OTHER = "422020260000000018", "422020260000000026"
ACCEPTED = {f"customs.acceptance/{NUMBER}": {"accepted_on": "2026-04-01", "message": "m1"}}


def cancellation(request: dict[str, Any], facts: dict[str, Any]) -> Finding:
    asked = {
        "declaration.withdrawal": {"kind": "withdraw", "asked_on": "2026-04-09", "reason": "wrong mode", **request}
    }
    finding = sheet(MODULES, {**asked, **facts}, DAY, law=law("CN")).finding("declaration.cancellation")
    assert finding is not None
    return finding


def test_the_only_declaration_that_stands_is_meant() -> None:
    finding = cancellation({}, ACCEPTED)
    assert finding.status == "found"
    assert (finding.value.declaration, finding.value.message, finding.value.kind) == (NUMBER, "m1", "withdraw")


def test_after_release_a_person_confirms_it() -> None:
    released = {f"customs.release/{NUMBER}": {"released_on": "2026-04-02", "exported_on": "2026-04-03"}}
    assert cancellation({}, {**ACCEPTED, **released}).status == "needs_review"


@pytest.mark.parametrize(
    ("request_", "facts", "rule"),
    [
        ({"reason": " "}, ACCEPTED, "W001"),
        ({}, {}, "W002"),
        ({"declaration": OTHER}, ACCEPTED, "W003"),
        ({}, {**ACCEPTED, f"customs.acceptance/{OTHER}": {"accepted_on": "2026-04-02"}}, "W004"),
        ({}, {**ACCEPTED, f"customs.cancellation/{NUMBER}": {"decided_on": "2026-04-08", "allowed": True}}, "W004"),
    ],
)
def test_a_request_that_names_nothing_that_stands_is_refused(
    request_: dict[str, Any], facts: dict[str, Any], rule: str
) -> None:
    finding = cancellation(request_, facts)
    assert finding.status == "refused"
    assert [problem.rule for problem in finding.problems] == [rule]


def test_a_refused_withdrawal_may_be_asked_for_again() -> None:
    refused = {f"customs.cancellation/{NUMBER}": {"decided_on": "2026-04-08", "allowed": False}}
    assert cancellation({}, {**ACCEPTED, **refused}).status == "found"


def test_without_a_request_nothing_is_said() -> None:
    assert sheet(MODULES, ACCEPTED, DAY, law=law("CN")).finding("declaration.cancellation") is None
