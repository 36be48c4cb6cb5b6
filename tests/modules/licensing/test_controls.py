"""What each kind of control asks for, what of it is held on the day, and what nobody can say from what is on file."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.kernel.findings import Finding
from entrepot.kernel.law import Law
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.clearance import LineControls, Requirement
from entrepot.kernel.vocabulary.decisions import GoodsTraits
from entrepot.links.industry import MODULE as INDUSTRY
from entrepot.modules.declaration.module import HEADER_MODULE
from entrepot.modules.licensing.module import MODULE
from entrepot.modules.licensing.rules.asked import weekdays_before
from tests import making

DAY = date(2026, 6, 22)
ROCK, ACID, LFP, DAP, CHLORIDE = "2510201000", "2809201900", "2842904000", "3105300010", "2812130000"


def finding(hs: str, day: date = DAY, *, flow: str = "E", mode: str = "0110", **facts: Any) -> Finding:
    line = {"hs": hs, **facts.pop("line", {})}
    particulars = {"flow": flow, "supervision_mode": mode, "declared_on": day.isoformat()}
    said = {"goods.line/1": line, "declaration.particulars": particulars | facts.pop("particulars", {}), **facts}
    sheet = making.sheet([HEADER_MODULE, MODULE, INDUSTRY], said, day, making.law("CN", "phosphorus", "agriculture"))
    found = sheet.finding("licensing.line", "1")
    assert found is not None
    return found


def controls(hs: str, day: date = DAY, **facts: Any) -> LineControls:
    value = finding(hs, day, **facts).value
    assert isinstance(value, LineControls)
    return value


def states(hs: str, day: date = DAY, **facts: Any) -> dict[str, str]:
    return {one.code: one.status for one in controls(hs, day, **facts).requirements}


def asked(code: str, hs: str, day: date = DAY, **facts: Any) -> Requirement:
    (one,) = [one for one in controls(hs, day, **facts).requirements if one.code == code]
    return one


@pytest.mark.parametrize(
    "table", ["CN/special_controls", "CN/control_papers", "CN/control_requirements", "CN/dg_reference"]
)
def test_a_table_that_is_absent_is_never_taken_for_no_control(table: str) -> None:
    whole = making.law("CN")
    held = Law(whole.packs, {name: one for name, one in whole.tables.items() if name != table})
    said: dict[str, Any] = {
        "goods.line/1": {"hs": "3103190000"},
        "declaration.particulars": {"flow": "E", "supervision_mode": "0110", "declared_on": DAY.isoformat()},
        "declaration.attachment/B": {"number": "E-1"},
    }
    found = making.sheet([HEADER_MODULE, MODULE], said, DAY, held).finding("licensing.line", "1")
    assert found is not None
    assert found.status == "needs_review"
    named = table if table != "CN/control_requirements" else "which controls apply to 3103190000"
    assert any(named in reason.en for reason in found.reasons)


# -- licences -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mode", "code"), [("0110", "4"), ("0615", "x"), ("4019", "y")])
def test_phosphate_rock_needs_the_licence_of_its_mode(mode: str, code: str) -> None:
    assert controls(ROCK, mode=mode).codes == (code,)
    assert states(ROCK, mode=mode) == {code: "required"}


def test_a_licence_is_held_under_its_code_or_in_the_head() -> None:
    paper: dict[str, Any] = {"declaration.attachment/4": {"number": "26-1"}}
    assert (asked("4", ROCK, **paper).status, asked("4", ROCK, **paper).paper) == ("held", "26-1")
    assert asked("4", ROCK, particulars={"licence_no": "26-2"}).paper == "26-2"
    elsewhere: dict[str, Any] = {"declaration.attachment/4": {"number": "26-1", "lines": ["2"]}}
    assert states(ROCK, **elsewhere) == {"4": "required"}


@pytest.mark.parametrize(
    ("days", "status"),
    [
        ({"valid_until": "2026-06-22"}, "held"),
        ({"valid_until": "2026-06-21"}, "required"),
        ({"issued_on": "2026-06-22"}, "held"),
        ({"issued_on": "2026-06-23"}, "required"),
    ],
)
def test_a_paper_counts_on_its_days_alone(days: dict[str, str], status: str) -> None:
    facts: dict[str, Any] = {
        "declaration.attachment/4": {"number": "26-1", **days},
        "particulars": {"licence_no": "26-1"},
    }
    one = asked("4", ROCK, **facts)
    assert one.status == status
    assert (next(iter(days.values())) in one.why.en) is (status == "required")


def test_issuer_steps_and_the_day_to_begin_come_from_rows() -> None:
    one = asked("dual_use", LFP, date(2026, 11, 11))
    assert one.issuer is not None
    assert one.issuer.en == "Ministry of Commerce"
    assert one.by == date(2026, 11, 11)
    # 45 working days before Wednesday 11 November are nine weeks
    assert one.steps[-1].en.startswith("apply by 2026-09-09, earlier where holidays fall between")
    assert asked("t", DAP, flow="I").issuer is None


def test_without_a_day_of_declaration_the_papers_are_due_the_day_before_loading() -> None:
    unsaid: dict[str, Any] = {"particulars": {"declared_on": None}}
    assert asked("4", ROCK, **unsaid).by is None
    loading: dict[str, Any] = {"transport.plan": {"loading_on": "2026-07-10"}}
    assert asked("4", ROCK, **unsaid, **loading).by == date(2026, 7, 9)
    assert asked("4", ROCK, **loading).by == DAY


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 300))
def test_so_many_weekdays_lie_between_the_day_to_apply_and_the_day_due(due: date, count: int) -> None:
    start = weekdays_before(due, count)
    between = [start + timedelta(days=number) for number in range((due - start).days)]
    assert sum(day.weekday() < 5 for day in between) == count
    assert start.weekday() < 5


@given(
    st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    st.dates(date(2025, 6, 1), date(2027, 6, 1)),
    st.dates(date(2025, 6, 1), date(2027, 6, 1)),
)
def test_a_paper_is_held_on_its_days_and_on_no_other(day: date, issued: date, until: date) -> None:
    paper = {"number": "26-1", "issued_on": issued.isoformat(), "valid_until": until.isoformat()}
    facts: dict[str, Any] = {"declaration.attachment/4": paper}
    assert (asked("4", ROCK, day, **facts).status == "held") is (issued <= day <= until)


# -- inspection and quota -----------------------------------------------------------------------------------------------


def test_a_fertiliser_is_inspected_on_the_way_out_and_under_quota_on_the_way_in() -> None:
    assert controls(DAP).codes == ("B",)
    assert controls(DAP, flow="I").codes == ("A", "t")


def test_an_export_window_nobody_knows_is_never_free() -> None:
    assert states(DAP) == {"B": "required", "export_window": "unknown"}
    later = finding(DAP, date(2026, 9, 1))
    assert later.status == "needs_review"
    assert any("no window is on file" in reason.en for reason in later.reasons)
    assert "export_window" not in states(DAP, flow="I")


@pytest.mark.parametrize("hs", ["0805210000", "0902100000", "0712340000"])
def test_citrus_tea_and_dried_mushrooms_are_inspected_both_ways(hs: str) -> None:
    assert (controls(hs).codes, controls(hs, flow="I").codes) == (("B",), ("A",))
    assert finding(hs).status == "needs_review"


def test_entry_inspection_is_answered_by_its_data() -> None:
    assert states("2003901090", flow="I") == {"A": "required"}
    data = {"ciq": "999", "purpose": "16"}
    assert asked("A", "2003901090", flow="I", line=data).paper == "999, 16"


# -- dual use and chemicals ---------------------------------------------------------------------------------------------


def test_the_control_of_lfp_is_suspended_until_its_last_day() -> None:
    for day in (DAY, date(2026, 11, 10)):
        assert states(LFP, day) == {}
        assert any("suspended until 2026-11-10" in reason.en for reason in finding(LFP, day).reasons)
    assert states(LFP, date(2026, 11, 11)) == {"dual_use": "unknown"}
    assert finding(LFP, date(2026, 11, 11)).status == "needs_review"
    assert states(LFP, date(2025, 11, 7)) == {}


def test_parameters_decide_and_a_statement_or_a_licence_answers() -> None:
    day = date(2026, 11, 11)
    why = asked("dual_use", LFP, day).why
    assert "compaction density at least 2.5 g/cm³ and specific capacity at least 156 mAh/g" in why.en
    assert "压实密度不低于 2.5 g/cm³且比容量不低于 156 mAh/g" in why.zh
    stated: dict[str, Any] = {
        "declaration.statement/1": {"about": "not_controlled", "reason": "3C901.a.1: 2.3 g/cm³, 150 mAh/g"}
    }
    one = asked("dual_use", LFP, day, **stated)
    assert (one.status, one.paper) == ("stated_not_controlled", "3C901.a.1: 2.3 g/cm³, 150 mAh/g")
    licence: dict[str, Any] = {"declaration.attachment/3": {"number": "L-1"}}
    assert asked("dual_use", LFP, day, **licence).status == "held"
    other: dict[str, Any] = {"declaration.statement/1": {"about": "not_dangerous", "reason": "-"}}
    assert asked("dual_use", LFP, day, **other).status == "unknown"


@pytest.mark.parametrize(("flow", "code"), [("E", "3"), ("I", "2")])
def test_phosphorus_chlorides_need_a_permission_both_ways(flow: str, code: str) -> None:
    assert asked("scheduled_chemical", CHLORIDE, flow=flow).status == "required"
    paper: dict[str, Any] = {f"declaration.attachment/{code}": {"number": "P-1"}}
    assert asked("scheduled_chemical", CHLORIDE, flow=flow, **paper).paper == "P-1"


# -- dangerous goods ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", [None, False])
def test_goods_that_usually_are_dangerous_are_asked_about(said: bool | None) -> None:
    one = asked("dangerous_goods", ACID, line={"dangerous": said})
    assert one.status == "required"
    assert "UN 1805" in one.why.en
    report: dict[str, Any] = {"declaration.statement/1": {"about": "not_dangerous", "reason": "report 26-1"}}
    assert asked("dangerous_goods", ACID, line={"dangerous": said}, **report).status == "stated_not_controlled"


def test_dangerous_goods_have_their_data_and_papers() -> None:
    acid = {"dangerous": True, "un_number": "UN1805"}
    papers = ("package_performance", "package_use", "safety_data_sheet", "hazard_label")
    assert states(ACID, line=acid) == {"B": "required", "dangerous_data": "held"} | dict.fromkeys(papers, "required")
    assert asked("dangerous_data", ACID, line=acid).paper == "UN 1805, 8, III"
    held: dict[str, Any] = {f"declaration.attachment/{code}": {"number": code} for code in papers}
    assert {states(ACID, line=acid, **held)[code] for code in papers} == {"held"}
    assert "package_use" not in states(ACID, line=acid, flow="I")
    assert "package_use" not in states(ACID, line=acid | {"package_type": "00"})
    bulk: dict[str, Any] = {"packing.totals": {"package_type": "00"}}
    assert "package_use" not in states(ACID, line=acid, **bulk)


@pytest.mark.parametrize(
    ("number", "status"), [("", "held"), ("18O5", "required"), ("1806", "unknown"), ("1805", "held")]
)
def test_the_un_number_is_four_digits_of_a_class_on_file(number: str, status: str) -> None:
    assert asked("dangerous_data", ACID, line={"dangerous": True, "un_number": number}).status == status


# -- what is not on file ------------------------------------------------------------------------------------------------


def test_goods_outside_the_packs_are_not_free_but_unknown() -> None:
    found = finding("8413302900")
    assert (found.status, found.value.known, found.value.requirements) == ("needs_review", False, ())
    assert found.reasons[0].en == "which controls apply to 8413302900 is not on file"
    assert controls(CHLORIDE).known is False
    assert finding("").status == "not_applicable"


def test_what_the_industry_knows_completely_counts_as_known() -> None:
    traits = {"industry.traits/1": GoodsTraits(Text("flux", "助剂"), "phosphorus", controls=("B", "A"))}
    facts: dict[str, Any] = {
        "goods.line/1": {"hs": "3810100000"},
        "declaration.particulars": {"declared_on": "2026-06-22"},
    }
    sheet = making.sheet([HEADER_MODULE, MODULE], facts, DAY, making.law("CN"), traits)
    found = sheet.finding("licensing.line", "1")
    assert found is not None
    assert (found.value.known, found.value.codes) == (True, ("B",))


def test_goods_that_do_not_touch_china_have_no_controls_here() -> None:
    facts: dict[str, Any] = {
        "goods.line/1": {"hs": ROCK},
        "trade.party/exporter": {"country": "VNM"},
        "trade.party/importer": {"country": "JPN"},
        "transport.plan": {"loading_port": "VNHPH"},
    }
    sheet = making.sheet([HEADER_MODULE, MODULE], facts, DAY, making.law("CN"))
    found = sheet.finding("licensing.line", "1")
    assert found is not None
    assert found.status == "not_applicable"


@pytest.mark.parametrize(("day", "codes"), [(date(2021, 10, 14), ()), (date(2021, 10, 15), ("B",)), (DAY, ("B",))])
@pytest.mark.parametrize("hs", [DAP, "3102100090", "3103111000"])
def test_fertiliser_is_inspected_before_export_since_15_october_2021(
    hs: str, day: date, codes: tuple[str, ...]
) -> None:
    found = controls(hs, day)
    assert found.codes == codes
    assert found.known is bool(codes)


@pytest.mark.parametrize(
    "day", [date(2021, 10, 15), date(2025, 12, 31), date(2026, 1, 1), date(2026, 8, 31), date(2026, 9, 1)]
)
def test_no_day_is_without_a_question_for_the_window_of_fertilisers(day: date) -> None:
    assert states(DAP, day)["export_window"] == "unknown"
