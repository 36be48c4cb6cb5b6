"""Rules whose ground is another room's: what was found there is passed on, and what was not found is said."""

from typing import Any

import pytest

from entrepot.kernel.findings import not_applicable
from entrepot.kernel.module import Module
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.clearance import (
    ALERTS,
    Alerts,
    Comparison,
    Consistency,
    ModeCheck,
    PurchaseChain,
    Side,
)
from entrepot.modules.declaration.module import MODULES
from entrepot.modules.ecommerce.module import MODULES as ECOMMERCE
from tests import making
from tests.modules.declaration.paperwork import DAY, Facts, arrival, export, form, law, told

BROKEN = Problem(
    "M03", "header.invoice_total", Text("too much", "过多"), Text("split it", "请拆分"), "W", ("list.xlsx B2",)
)


def in_mode(mode: str, **more: Any) -> Facts:
    facts = export()
    facts["declaration.particulars"] |= {"supervision_mode": mode, **more}
    return facts


def reasons(facts: Facts, given: dict[str, Any] | None = None) -> list[str]:
    return [reason.en for reason in form(facts, given=given).reasons]


MODES = [
    ("R065", "procurement.check", in_mode("1039")),
    ("R066", "ecommerce.check", in_mode("1210", record_no="H47010000001")),
    ("R067", "ecommerce.check", in_mode("9710", order_no="P-1")),
    ("R067", "ecommerce.check", in_mode("9810", overseas_warehouse="W-1")),
]


@pytest.mark.parametrize(("rule", "topic", "facts"), MODES)
def test_r065_to_r067_pass_on_what_the_room_of_the_mode_found(rule: str, topic: str, facts: Facts) -> None:
    given = {topic: ModeCheck((BROKEN,), (Text("buyer's quota: no list", "额度：无清单"),))}
    (problem,) = form(facts, given=given).problems
    assert (problem.rule, problem.where, problem.severity) == (rule, "header.invoice_total", "W")
    assert (problem.what.en, problem.documents) == ("M03: too much", ("list.xlsx B2",))
    assert f"{rule} not checked: buyer's quota: no list" in reasons(facts, given)
    assert told(facts, {topic: ModeCheck()}) == set()


@pytest.mark.parametrize(("rule", "topic", "facts"), MODES)
def test_r065_to_r067_say_where_that_room_is_silent(rule: str, topic: str, facts: Facts) -> None:
    assert any(reason.startswith(f"{rule} not checked: ") and topic in reason for reason in reasons(facts))
    general = export()
    assert not any(reason.startswith(rule) for reason in reasons(general, {topic: ModeCheck((BROKEN,))}))


@pytest.mark.parametrize(("mode", "field"), [("9710", "order_no"), ("9810", "overseas_warehouse")])
def test_r067_order_or_warehouse_of_e_commerce_exports(mode: str, field: str) -> None:
    def problems(facts: Facts) -> list[tuple[str, str]]:
        finding = making.sheet((*ECOMMERCE, *MODULES), facts, DAY, law()).finding("declaration.form")
        assert finding is not None
        return [(problem.rule, problem.where) for problem in finding.problems]

    assert ("R067", f"header.{field}") in problems(in_mode(mode))
    assert ("R067", f"header.{field}") not in problems(in_mode(mode, **{field: "W-1"}))


def test_r075_and_r076_report_what_the_comparison_of_the_papers_found() -> None:
    sides = (Side("960", "packing.xlsx", place="D4"), Side("961", "bill.xml", place="/Bill/Packages"))
    marks, late = Text("packages", "件数"), Text("bill date", "提单日期")
    given = {
        "consistency.papers": Consistency(
            (
                Comparison("header.packages", marks, "differ", sides, "E", "R075"),
                Comparison(
                    "header.bill_date", late, "differ", sides, "W", "R076", Text("late", "晚"), Text("mend", "改")
                ),
                Comparison("header.gross_kg", marks, "near", sides),
            )
        )
    }
    first, second = form(export(), given=given).problems
    assert (first.rule, first.where, first.severity) == ("R075", "header.packages", "E")
    assert first.what.en == "papers disagree on packages: packing.xlsx D4 says 960; bill.xml /Bill/Packages says 961"
    assert first.documents == ("packing.xlsx D4", "bill.xml /Bill/Packages")
    assert (second.rule, second.what.en, second.fix.en, second.severity) == ("R076", "late", "mend", "W")


def test_r075_what_was_compared_is_not_told_twice() -> None:
    facts = export()
    facts["packing.totals"] = [facts["packing.totals"], {"packages": 961}]
    assert told(facts) == {"R075"}
    sides = (Side("960", "a"), Side("961", "b"))
    differs = Comparison("header.packages", Text("packages", "件数"), "differ", sides, "E", "R075")
    assert [p.documents for p in form(facts, given={"consistency.papers": Consistency((differs,))}).problems] == [
        ("a", "b")
    ]
    assert any(r.startswith("R075 not checked: ") and "consistency.papers" in r for r in reasons(export()))


@pytest.mark.parametrize(
    ("alerts", "blocks"), [(Alerts(), 0), (Alerts(open=2), 1), (Alerts(confirmed=1), 1), (Alerts(1, 1), 2)]
)
def test_r077_no_alert_is_open_or_confirmed(alerts: Alerts, blocks: int) -> None:
    finding = form(export(), given={"screening.alerts": alerts})
    assert [problem.rule for problem in finding.problems] == ["R077"] * blocks
    assert any(r.startswith("R077 not checked: ") for r in reasons(export()))


def test_r077_lists_that_were_not_looked_into_are_not_passed_in_silence() -> None:
    told_ = [reason.en for reason in form(export(), given={"screening.alerts": Alerts(unscreened=4)}).reasons]
    gap = "R077 not checked: lists that hold a declaration back and are not on file, or out of date: 4"
    assert gap in told_
    screened = form(export(), given={"screening.alerts": Alerts()})
    assert not any(reason.en.startswith("R077") for reason in screened.reasons)


def test_r077_a_screening_that_does_not_apply_has_nothing_to_say() -> None:
    silent = Module("screening", Text("s", "筛"), lambda case: not_applicable(Text("none", "无")), gives=(ALERTS,))
    sheet = making.sheet((silent, *MODULES), export(), DAY, law())
    finding = sheet.finding("declaration.form")
    assert finding is not None
    assert not any(reason.en.startswith("R077") for reason in finding.reasons)

    def broken(case: Any) -> Any:
        raise ValueError

    failing = Module("screening", Text("s", "筛"), broken, gives=(ALERTS,))
    finding = making.sheet((failing, *MODULES), export(), DAY, law()).finding("declaration.form")
    assert finding is not None
    assert any(reason.en.startswith("R077 not checked: ") and "failed" in reason.en for reason in finding.reasons)


def test_r078_the_owner_is_on_the_purchase_documents() -> None:
    place = "consistency.purchase"
    assert told(export(), {place: PurchaseChain(True)}) == set()
    finding = form(export(), given={place: PurchaseChain(False)})
    assert [(p.rule, p.where, p.severity) for p in finding.problems] == [("R078", "header.owner", "W")]
    assert "宜昌示例磷化" in finding.problems[0].what.en
    assert told(export(), {place: PurchaseChain(False, (BROKEN,))}) == {"R078"}
    assert "R078 not checked: there is no purchase document to look at" in reasons(export(), {place: PurchaseChain()})
    assert told(arrival(), {place: PurchaseChain(False)}) == set()
