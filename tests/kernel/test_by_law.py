"""What is worked out of the law alone: once for all lines, and each answer rests on it as if it had asked for itself."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec import Struct

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, Finding, found
from entrepot.kernel.law import Law, TableSpec
from entrepot.kernel.module import Module, Registry
from entrepot.kernel.record import Record
from entrepot.kernel.sheet import Sheet
from entrepot.kernel.text import Text
from entrepot.kernel.topics import found_each
from entrepot.kernel.vocabulary import SHARED
from entrepot.kernel.vocabulary.goods import LINE, GoodsLine
from tests.kernel.speaking import said
from tests.making import small_law

DAY = date(2026, 3, 1)
WORD = Text("word", "词")
CALLS: list[str] = []


class Rate(Struct, frozen=True):
    rate: Decimal | None


RATED = found_each("test.rated", Rate, "line", read=frozenset({"exporter"}), label=WORD, doc="d")


def law(code: str = "28", rate: str = "0.1") -> Law:
    rows = [{"code": code, "rate": rate, "evidence": "unverified"}]
    made = small_law({"T/rate": (TableSpec(keys=("code",), values={"rate": "rate"}), rows)})
    made.digest = f"{code} {rate}"
    return made


def rate_of(case: Case, code: str) -> Rate:
    CALLS.append(code)
    row = case.read("T/rate", DAY, code=code)
    if row is None:
        raise LookupError(code)
    case.step(WORD, "as published", row["rate"], code=code)
    return Rate(row["rate"])


def by_law(case: Case) -> Answer:
    try:
        return found(case.by_law(rate_of, case.own(LINE).hs))
    except LookupError:
        return found(Rate(None))


def directly(case: Case) -> Answer:
    return found(rate_of(case, case.own(LINE).hs))


def drawn(assess: Callable[[Case], Answer], lines: int, code: str = "28", budget: int = 1000) -> Sheet:
    CALLS.clear()
    registry = Registry([Module("rate", WORD, assess, gives=(RATED,), each=LINE, budget=budget)], SHARED)
    spoken = [said(f"{n}", "goods.line", f"{n}", GoodsLine(hs=code)) for n in range(1, lines + 1)]
    return Sheet(registry, Record("d1", "trade", registry.topics, spoken), law(), DAY).assess()


def finding(sheet: Sheet, key: str) -> Finding:
    one = sheet.finding("test.rated", key)
    assert one is not None
    return one


def test_it_is_worked_out_once_and_every_line_rests_on_it_as_if_it_had_asked() -> None:
    shared = drawn(by_law, 3)
    assert CALLS == ["28"]
    alone = drawn(directly, 3)
    assert CALLS == ["28", "28", "28"]
    for key in ("1", "2", "3"):
        one, other = finding(shared, key), finding(alone, key)
        assert (one.status, one.value, one.reasons, one.steps) == (other.status, other.value, other.reasons, other.steps)
        assert [row.cited() for row in one.law] == [row.cited() for row in other.law]
        assert one.status == "needs_review", "the row is unverified"


def test_changed_law_is_asked_again() -> None:
    sheet = drawn(by_law, 2)
    sheet.assess(law=law(rate="0.2"))
    assert sheet.assessed == 2
    assert finding(sheet, "2").value == Rate(Decimal("0.2"))


def test_what_was_read_counts_also_where_nothing_came_of_it() -> None:
    sheet = drawn(by_law, 1, code="99")
    assert finding(sheet, "1").value == Rate(None)
    sheet.assess(law=law("99", "0.3"))
    assert finding(sheet, "1").value == Rate(Decimal("0.3"))


def look(case: Case, code: str) -> Any:
    return case.get(LINE)


def the_day(case: Case, code: str) -> Any:
    return case.today


@pytest.mark.parametrize("make", [look, the_day])
def test_what_sees_a_fact_or_the_day_is_not_of_the_law_alone(make: Callable[..., Any]) -> None:
    sheet = drawn(lambda case: found(case.by_law(make, "28")), 1)
    assert finding(sheet, "1").status == "failed"


def test_a_part_of_a_case_and_its_whole_both_rest_on_it() -> None:
    def assess(case: Case) -> Answer:
        part = case.apart()
        value = part.by_law(rate_of, "28")
        assert part.law_rows.keys() == case.law_rows.keys()
        assert part.steps == case.steps
        return found(value)

    assert len(finding(drawn(assess, 2), "2").law) == 1


def test_work_that_was_saved_counts_towards_the_budget() -> None:
    def assess(case: Case) -> Answer:
        for _ in range(10):
            case.by_law(rate_of, "28")
        return found(Rate(None))

    assert finding(drawn(assess, 1, budget=10), "1").status == "failed"
    assert finding(drawn(assess, 1, budget=30), "1").status == "needs_review"
