"""M01-M15: each rule finds what it is about, and nothing where all is right."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from entrepot.kernel.law import Law, PackTable, TableSpec, compile_table
from entrepot.kernel.money import Money
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.clearance import Alerts, LineControls, Requirement
from entrepot.modules.procurement.facts import MarketExport, MarketExports, record_postings
from entrepot.modules.procurement.module import MODULES
from entrepot.modules.procurement.rules.split import shared
from tests import making
from tests.modules.procurement.making_market import (
    DAY,
    MARKET,
    MUSHROOMS,
    TOWELS,
    broken,
    checked,
    cn,
    export,
    finding,
    line,
    record,
    share,
    source,
    untold,
)


def with_rows(table: str, keys: tuple[str, ...], values: dict[str, str], row: dict[str, str]) -> Law:
    """The law of China with one table in another's place."""
    spec = TableSpec(keys, values)
    columns = {"since": "2020-01-01", "until": "", "source": "test", "evidence": "primary", **row}
    made = compile_table(table, spec, [("row 1", columns)])
    return Law(cn().packs, {**cn().tables, table: PackTable(table, spec, made.groups, made.digest, {})})


def test_an_export_in_order_breaks_no_rule() -> None:
    assert broken(export()) == []


def test_m01_an_import_is_refused() -> None:
    assert broken(export(flow="I")) == ["M01"]


def test_m02_the_market_must_be_named() -> None:
    facts = export(
        "procurement.record/A", "procurement.source/1", "goods.line/1", "procurement.registration/R-1", market_code=""
    )
    assert broken(facts) == ["M02", "M03"]


def test_m02_a_market_that_is_not_on_file_is_told_and_not_passed() -> None:
    facts = export(market_code="nowhere")
    assert "M02" not in broken(facts)
    assert "M02: whether nowhere is a recognised market" in untold(facts)


def test_m02_a_market_that_lost_its_recognition_is_refused() -> None:
    values = {"name_en": "text", "name_zh": "text", "division": "text", "active": "bool"}
    row = {"market": MARKET, "name_en": "", "name_zh": "", "division": "", "active": "false"}
    assert broken(export(), with_rows("CN/markets", ("market",), values, row)) == ["M02"]


@pytest.mark.parametrize(
    ("changes", "active"),
    [
        ({"valid_until": "2026-10-10"}, True),
        ({"valid_until": "2026-10-09"}, False),
        ({"registered_on": "2026-10-11", "valid_until": "2027-01-01"}, False),
        ({"suspended_on": "2026-10-10"}, False),
        ({"suspended_on": "2026-10-11"}, True),
        ({"standing": "agent"}, False),
        ({"market": "elsewhere"}, False),
        ({"uscc": "91420500MA00000000"}, False),
    ],
)
def test_m03_the_operator_is_registered_and_active_on_the_day(changes: dict[str, Any], active: bool) -> None:
    facts = export()
    facts["procurement.registration/R-1"] = {**facts["procurement.registration/R-1"], **changes}
    assert broken(facts) == ([] if active else ["M03"])


@pytest.mark.parametrize(("amount", "rules"), [("USD 150000.00", []), ("USD 150000.01", ["M04"])])
def test_m04_the_limit_includes_itself(amount: str, rules: list[str]) -> None:
    facts = export() | {"goods.line/1": line(amount=amount), "procurement.record/A": record(total=amount)}
    assert broken(facts) == rules


def test_m04_a_currency_without_customs_rate_is_only_indicated() -> None:
    facts = export() | {
        "goods.line/1": line(amount="EUR 15000.00"),
        "procurement.record/A": record(total="EUR 15000.00"),
    }
    assert "M04: converted by the cross rate" in untold(facts)


def test_m04_a_line_without_amount_is_told() -> None:
    goods = line()
    del goods["amount"]
    assert "M04: line 1 has no amount" in untold(export() | {"goods.line/1": goods})


def other(dossier: str = "D2", minor: int = 14_000_000, **changes: Any) -> MarketExport:
    fields = {
        "operator": "91420500MA49XY123X", "consignee": "lagosgeneralgoodsltd", "declared_on": date(2026, 10, 8),
        "bill_no": "BL-771", "amounts": (Money(minor, "USD"),), **changes,
    }  # fmt: skip
    return MarketExport(dossier, **fields)


def split_rules(*others: MarketExport) -> list[str]:
    from entrepot.kernel.cases import facts_on_record
    from entrepot.kernel.module import Registry
    from entrepot.kernel.sheet import Sheet
    from entrepot.kernel.vocabulary import SHARED

    registry = Registry([*MODULES, *making._stand_ins(MODULES)], SHARED)
    record_, given = facts_on_record(export(), "trade", registry)
    views = lambda topic, _: MarketExports(others) if topic.name == "procurement.exports" else None  # noqa: E731
    found = Sheet(registry, record_, cn(), DAY, given, views).assess().finding("procurement.check")
    assert found is not None
    return [problem.rule for problem in found.problems]


def test_m05_two_exports_under_one_bill_that_pass_the_limit_are_told() -> None:
    assert split_rules(other()) == ["M05"]


@pytest.mark.parametrize(
    "stranger",
    [
        other(minor=13_000_000),
        other(declared_on=date(2026, 10, 18)),
        other(consignee="somebodyelse"),
        other(operator="91420500MA00000000"),
        other(bill_no="BL-772"),
    ],
    ids=["sum at the limit", "eight days on", "other consignee", "other operator", "other bill and no container"],
)
def test_m05_what_does_not_belong_together_is_not_added(stranger: MarketExport) -> None:
    assert split_rules(stranger) == []


def test_m05_a_shared_container_ties_too_and_seven_days_count() -> None:
    one = other(bill_no="X", containers=("CSQU3054383",), declared_on=date(2026, 10, 17))
    assert split_rules(one) == ["M05"]
    assert [text.en for text in shared(other(containers=("C1",)), other(containers=("C1", "C2")), 7)] == [
        "bill BL-771",
        "container C1",
    ]


def test_m05_what_could_not_be_looked_at_is_told() -> None:
    assert "M05" in untold(export())


@pytest.mark.parametrize("code", ["2809201900", "2931900090", "3105300000", "2510200000"])
def test_m06_chemicals_fertiliser_and_licensed_goods_are_refused(code: str) -> None:
    facts = export() | {"goods.line/1": line(code), "procurement.record/A": record(code)}
    assert set(broken(facts)) == {"M06"}


def test_m06_goods_said_to_be_dangerous_are_refused() -> None:
    assert broken(export() | {"goods.line/1": line(dangerous=True)}) == ["M06"]


def test_m06_goods_behind_a_line_count_too() -> None:
    assert "M06" in broken(export() | {"procurement.record/A": record("3105300000")})


def controls(*codes: str, known: bool = True, **requirements: Any) -> dict[str, Any]:
    """What licensing found for line 1."""
    asked = tuple(Requirement(code, Text(code, code), status, Text("", "")) for code, status in requirements.items())
    return {"licensing.line/1": LineControls(known, codes, asked)}


@pytest.mark.parametrize(
    "found",
    [controls("4"), controls("E"), controls(dual_use="required"), controls(export_window="banned", known=False)],
    ids=["licence", "species", "dual use", "closed window"],
)
def test_m06_a_line_is_under_the_controls_that_licensing_found(found: dict[str, Any]) -> None:
    assert broken(export(), given=controls("A", "B")) == []
    assert broken(export(), given=found) == ["M06"]


def test_m06_what_licensing_could_not_tell_is_told() -> None:
    def told(found: dict[str, Any]) -> bool:
        return any("export controls" in text.en for text in checked(export(), given=found).unchecked)

    assert not told(controls())
    assert told(controls(known=False))
    assert told(controls(dual_use="unknown"))
    assert not told(controls(dual_use="stated_not_controlled", dangerous_data="unknown"))


def test_m06_a_special_control_of_a_record_counts_without_a_line_of_its_own() -> None:
    facts = export() | {"procurement.record/A": record("2842904000")}
    assert "export controls and inspection of 2842904000" in untold(facts)


@pytest.mark.parametrize(
    ("table", "gap"),
    [
        ("CN/market_goods", "what the market excludes or keeps apart"),
        ("CN/market_forbidden", "what the market excludes or keeps apart"),
        ("CN/refund_rates", "the mark of the refund library"),
        ("CN/dg_reference", "whether they are dangerous goods"),
        ("CN/control_requirements", "export controls and inspection"),
        ("CN/export_tariff", "export duty"),
    ],
)
def test_m06_a_table_that_is_absent_is_told_and_not_passed(table: str, gap: str) -> None:
    held = Law(cn().packs, {name: one for name, one in cn().tables.items() if name != table})
    facts = export() | {"goods.line/1": line(MUSHROOMS), "procurement.record/A": record(MUSHROOMS)}
    assert f"{gap} of {MUSHROOMS}" in untold(facts, held)
    if gap.startswith("what"):
        assert gap not in untold(facts)


def test_m06_a_code_of_which_nothing_is_on_file_is_told() -> None:
    assert f"export controls and inspection of {TOWELS}; export duty of {TOWELS}" in untold(export())


@pytest.mark.parametrize(
    "changes",
    [
        {"procurement.source/1": source()},
        {"procurement.source/1": source(share("B"))},
        {"procurement.record/A": record(status="draft")},
        {"procurement.record/A": record(status="void")},
        {"procurement.record/A": record(locked_on="2026-10-13")},
        {"procurement.record/A": record(market="elsewhere")},
        {"procurement.source/1": source(share("A", "1001"))},
        {"procurement.source/1": source(share("A", "1000", "2000"))},
        {"procurement.source/1": source(share("A", "1000", "1000", "set"))},
        {"procurement.source/1": source(share("A", "0"))},
        {"procurement.source/1": source(share("A", market="elsewhere"))},
    ],
)
def test_m07_every_line_rests_on_locked_records_within_their_quantity(changes: dict[str, Any]) -> None:
    assert "M07" in broken(export() | changes)


def test_m07_a_record_locked_on_the_day_of_loading_counts() -> None:
    assert broken(export() | {"procurement.record/A": record(locked_on="2026-10-12")}) == []


CODES = (TOWELS, "3924100000", "9503008900", "6911101900", "8205510000", "3926909090", "3923100000")


def merged(**changes: Any) -> dict[str, Any]:
    """Seven kinds in a simplified declaration: five singly, two of chapter 39 together."""
    facts = export("procurement.record/A", "goods.line/1", "procurement.source/1", simplified=True)
    totals = dict(
        zip(
            "ABCDEFG",
            ("USD 7000.00", "USD 6000.00", "USD 5000.00", "USD 4000.00", "USD 3000.00", "USD 2000.00", "USD 1000.00"),
            strict=True,
        )
    )
    facts |= {
        f"procurement.record/{name}": record(code, totals[name]) for name, code in zip("ABCDEFG", CODES, strict=True)
    }
    for number, name in enumerate("ABCDE", 1):
        facts |= {
            f"goods.line/{number}": line(CODES[number - 1], totals[name]),
            f"procurement.source/{number}": source(share(name)),
        }
    both = line("3926909090", "USD 3000.00", quantity="2000", net_kg="1600")
    return facts | {"goods.line/6": both, "procurement.source/6": source(share("F"), share("G"))} | changes


def test_m08_the_simplified_declaration_as_the_records_make_it() -> None:
    assert broken(merged()) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"goods.line/6": line("3923100000", "USD 3000.00", quantity="2000")},
        {"goods.line/6": line("3926909090", "USD 3000.00", quantity="1999")},
        {
            "goods.line/7": line("3923100000", "USD 1000.00"),
            "procurement.source/7": source(share("G")),
            "procurement.source/6": source(share("F")),
        },
        {"goods.line/1": line(CODES[1], "USD 7000.00")},
    ],
    ids=["code of the lesser kind", "quantity", "not merged", "order"],
)
def test_m08_a_merged_line_that_differs_is_told(changes: dict[str, Any]) -> None:
    assert "M08" in broken(merged(**changes))


def test_m08_without_the_simplified_declaration_a_line_is_one_kind() -> None:
    facts = merged()
    facts["declaration.particulars"] = {**facts["declaration.particulars"], "simplified": False}
    assert broken(facts) == ["M08"]


def test_m08_five_kinds_are_too_few() -> None:
    assert broken(export(simplified=True)) == ["M08"]


def test_m09_goods_under_inspection_are_not_merged() -> None:
    facts = merged() | {"procurement.record/G": record(MUSHROOMS, "USD 1000.00")}
    assert "M09" in broken(facts)


def test_m09_goods_that_bear_export_duty_are_not_merged() -> None:
    row = {"code": "3923", "duty": "20%", "provisional": ""}
    law = with_rows("CN/export_tariff", ("code",), {"duty": "duty", "provisional": "duty"}, row)
    spec = TableSpec(("code",), {"duty": "duty", "provisional": "duty"}, goods_code="code")
    columns = {"since": "2020-01-01", "until": "", "source": "test", "evidence": "primary", **row}
    made = compile_table("CN/export_tariff", spec, [("row 1", columns)])
    law = Law(
        law.packs, {**law.tables, "CN/export_tariff": PackTable("CN/export_tariff", spec, made.groups, made.digest, {})}
    )
    assert "M09" in broken(merged(), law)


def test_m10_a_record_stands_behind_one_line() -> None:
    facts = export() | {"goods.line/2": line(), "procurement.source/2": source(share("A"))}
    assert "M10" in broken(facts)


def test_m10_a_record_is_taken_once_and_within_its_quantity() -> None:
    from entrepot.modules.procurement.facts import LineRecords, Share

    taken = record_postings(LineRecords((Share("A", "M", Decimal(800), Decimal(1000), "piece"),)))
    assert [(one.unit, one.amount, one.opens) for one in taken] == [
        ("record", Decimal(1), Decimal(1)),
        ("piece", Decimal(800), Decimal(1000)),
    ]
    assert {one.resource for one in taken} == {"market record M A"}


def test_m11_a_recorded_brand_needs_its_owners_leave() -> None:
    assert broken(export() | {"procurement.record/A": record(brand="Lotus", ip_recorded=True)}) == ["M11"]
    assert (
        broken(export() | {"procurement.record/A": record(brand="Lotus", ip_recorded=True, authorisation="L-1")}) == []
    )
    assert "M11" in untold(export() | {"procurement.record/A": record(brand="Lotus")})


def test_m12_wooden_packing_carries_its_mark() -> None:
    assert broken(export() | {"packing.totals": {"package_type": "93"}}) == ["M12"]
    assert broken(export() | {"packing.totals": {"package_type": "93", "wood_mark": "CN-001 HT"}}) == []


@pytest.mark.parametrize(
    ("amount", "rules"),
    [("USD 30000.00", []), ("USD 30000.01", ["M13"]), ("USD 9999.99", ["M13"]), ("USD 10000.00", [])],
)
def test_m13_a_price_is_within_half_of_the_records(amount: str, rules: list[str]) -> None:
    found = checked(export() | {"goods.line/1": line(amount=amount)})
    assert [one.rule for one in found.problems] == rules
    assert not any("20000" in one.sentence() or "20,000" in one.sentence() for one in found.problems), (
        "what was paid is not told"
    )


@pytest.mark.parametrize(
    ("change", "stands"),
    [
        ({}, True),
        ({"quantity": "0"}, False),
        ({"quantity": "0.001"}, True),
        ({"total": "USD 0.00"}, False),
        ({"total": "USD 0.01"}, True),
        ({"hs": "6302"}, True),
        ({"hs": "630"}, False),
        ({"hs": "63O2600090"}, False),
    ],
)
def test_lines_are_made_of_records_with_a_quantity_an_amount_and_a_code(change: dict[str, Any], stands: bool) -> None:
    found = finding(export() | {"procurement.record/A": record() | change}, "procurement.lines")
    assert (found.status != "refused") is stands


def test_m14_open_alerts_stop_the_declaration() -> None:
    facts = export("screening.alerts")
    assert broken(facts, given={"screening.alerts": Alerts(open=1)}) == ["M14"]
    assert broken(facts, given={"screening.alerts": Alerts(confirmed=1)}) == ["M14"]
    assert "M14: the consignee has not been screened" in untold(facts)
    unseen = checked(facts, given={"screening.alerts": Alerts(unscreened=4)})
    assert any("out of date: 4" in text.en for text in unseen.unchecked)


def test_m13_a_line_that_takes_a_part_of_its_record_is_held_against_that_part() -> None:
    facts = export() | {"procurement.source/1": source(share("A", "250"))}
    part = {"quantity": "250", "net_kg": "200"}
    assert broken(facts | {"goods.line/1": line(amount="USD 7500.00", **part)}) == []
    assert broken(facts | {"goods.line/1": line(amount="USD 7500.01", **part)}) == ["M13"]
    assert broken(facts | {"goods.line/1": line(amount="USD 2500.00", **part)}) == []
    assert broken(facts | {"goods.line/1": line(amount="USD 2499.99", **part)}) == ["M13"]


def test_m13_a_record_of_nothing_is_not_compared() -> None:
    facts = export() | {"procurement.record/A": record(quantity="0")}
    assert "M13: the price of line 1 cannot be compared" in untold(facts)


def test_m12_packing_that_nobody_knows_is_told() -> None:
    assert "M12: nothing is said of the packing" in untold(export("packing.totals"))
    assert "M12: whether the packing is of wood" in untold(export() | {"packing.totals": {"package_type": "??"}})


def receipts(amount: str, *records: str) -> dict[str, Any]:
    return {
        "bank.receipt/FX": {"amount": amount, "received_on": "2026-10-20"},
        "procurement.settlement/FX": {"records": list(records)},
    }


@pytest.mark.parametrize(("amount", "rules"), [("USD 21000.00", []), ("USD 21000.01", ["M15"])])
def test_m15_receipts_keep_within_the_value_and_its_allowance(amount: str, rules: list[str]) -> None:
    assert broken(export() | receipts(amount, "A")) == rules


def test_m15_a_line_without_amount_leaves_nothing_to_compare_with() -> None:
    goods = line()
    del goods["amount"]
    facts = export() | receipts("USD 99000.00", "A") | {"goods.line/1": goods}
    assert broken(facts) == []
    assert "M15: the receipts cannot be compared" in untold(facts)


def test_m15_a_receipt_for_records_of_another_export_is_told() -> None:
    assert broken(export() | receipts("USD 1000.00", "Z")) == ["M15"]


def test_findings_that_tell_prices_or_other_exports_are_not_the_buyers() -> None:
    topics = {topic.name: topic for module in MODULES for topic in module.gives}
    for name in ("procurement.lines", "procurement.split", "procurement.trace"):
        assert not topics[name].read & {"importer", "carrier", "warehouse"}


def test_a_trace_names_every_gap() -> None:
    facts = export("transport.container/CSQU3054383") | {
        "procurement.record/B": record(),
        "transport.container/CSQU3054382": {},
    }
    gaps = [text.en for text in finding(facts, "procurement.trace").value.gaps]
    assert gaps == [
        "record A on line 1: no photo, no container, no receipt of foreign exchange",
        "container CSQU3054382: no seal on the loading list",
        "container CSQU3054382 holds no line",
        "record B stands behind no line",
    ]


def test_a_line_without_record_breaks_the_trace() -> None:
    found = finding(export("procurement.source/1"), "procurement.trace").value
    assert [(row.container, row.line, row.record) for row in found.rows] == [("CSQU3054383", "1", "")]
    assert found.gaps[0].en == "line 1 rests on no record"
