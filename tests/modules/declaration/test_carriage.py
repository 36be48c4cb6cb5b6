"""Rules on how the goods travel."""

from typing import Any

import pytest

from tests.modules.declaration.paperwork import arrival, export, form, told, with_lines


def test_r005_an_import_is_declared_within_14_days_of_arrival() -> None:
    facts = arrival()
    facts["transport.plan"]["arrival_on"] = "2026-06-08"
    assert told(facts) == set()
    facts["transport.plan"]["arrival_on"] = "2026-06-07"
    assert told(facts) == {"R005"}
    finding = form(facts)
    assert finding.status == "found"
    assert "late by 1 days at 0.05 % of the value a day, about USD 6.18" in finding.problems[0].what.en


@pytest.mark.parametrize("day", ["2026-06-22", "2026-06-20"])
def test_r006_an_export_is_declared_24_hours_before_loading(day: str) -> None:
    facts = export()
    facts["transport.plan"]["loading_on"] = day
    assert told(facts) == {"R006"}
    facts["declaration.particulars"]["customs_exception"] = "fresh goods"
    assert told(facts) == set()


@pytest.mark.parametrize(
    ("day", "what"), [("2026-06-22", "loading is 0 h after declaration"), ("2026-06-21", "loading was on 2026-06-21")]
)
def test_r006_tells_the_hours_or_the_day_that_is_past(day: str, what: str) -> None:
    facts = export()
    facts["transport.plan"]["loading_on"] = day
    assert [problem.what.en for problem in form(facts).problems] == [what]


def test_r006_the_day_before_is_in_time() -> None:
    facts = export()
    facts["transport.plan"]["loading_on"] = "2026-06-23"
    assert told(facts) == set()


@pytest.mark.parametrize("mode", ["", "Q", "7"])
def test_r007_transport_mode_is_known_and_fits(mode: str) -> None:
    facts = export()
    facts["transport.plan"]["mode"] = mode
    assert told(facts) == {"R007"}


@pytest.mark.parametrize("number", ["", "BL 260600", "B" * 33, "提单1"])
def test_r008_the_bill_is_numbered(number: str) -> None:
    facts = export()
    facts["transport.plan"]["bill_no"] = number
    assert told(facts) == {"R008"}


@pytest.mark.parametrize(
    ("number", "fires"),
    [("99912345675", False), ("999-12345675", False), ("99912345674", True), ("1234", True)],
)
def test_r008_a_master_air_waybill_passes_its_check_digit(number: str, fires: bool) -> None:
    facts = export()
    facts["transport.plan"] |= {"mode": "5", "bill_no": number}
    assert told(facts) == ({"R008"} if fires else set())


@pytest.mark.parametrize("field", ["conveyance", "voyage"])
def test_r009_conveyance_and_voyage_are_named(field: str) -> None:
    facts = export()
    facts["transport.plan"][field] = ""
    assert told(facts) == {"R009"}
    facts["transport.plan"]["mode"] = "6"
    assert told(facts) == set()


def test_r017_port_of_loading_lies_in_the_country_that_imports_were_sent_from() -> None:
    facts = arrival()
    facts["transport.plan"]["export_country"] = "JPN"
    assert told(facts) == set()
    facts["transport.plan"]["export_country"] = "KOR"
    assert [(p.rule, p.where) for p in form(facts).problems] == [("R017", "header.loading_port")]
    facts["declaration.particulars"]["transit"] = True
    assert told(facts) == set()


def test_r017_port_of_discharge_lies_in_the_destination() -> None:
    facts = export()
    facts["transport.plan"] |= {"destination_country": "JPN", "discharge_port": "KRPUS"}
    assert told(facts) == {"R017"}
    assert form(facts).status == "found"
    facts["declaration.particulars"]["transit"] = True
    assert told(facts) == set()


@pytest.mark.parametrize(
    ("field", "port"), [("loading_port", "JPOSA"), ("loading_port", ""), ("discharge_port", "OSAKA PORT")]
)
def test_r018_ports_are_places_and_home_is_in_china(field: str, port: str) -> None:
    facts = export()
    facts["transport.plan"] |= {"destination_country": "JPN", field: port}
    assert "R018" in told(facts)
    assert told(facts) <= {"R018", "R017"}


def test_r018_a_place_not_on_file_is_said() -> None:
    facts = export()
    facts["transport.plan"] |= {"destination_country": "JPN", "discharge_port": "JPXXX"}
    assert told(facts) == set()
    assert any("JPXXX" in reason.en for reason in form(facts).reasons)


def test_r025_a_container_carries_no_more_than_its_type_may() -> None:
    facts = export()
    facts["packing.totals"]["gross_kg"] = "28200"
    assert told(facts) == set()
    facts["packing.totals"]["gross_kg"] = "28200.1"
    assert told(facts) == {"R025"}
    facts["transport.container/CSQU3054383"]["size_type"] = "tank"
    assert told(facts) == set()
    assert any("tank" in reason.en for reason in form(facts).reasons)


def test_r025_containers_without_their_weights_are_not_passed_in_silence() -> None:
    told_of = "R025 not checked: what a container carries is not said for each"
    assert told_of not in [reason.en for reason in form(export()).reasons]
    facts = _boxed({"CSQU3054383": ["1"], "EXMU2400176": ["2"]})
    assert told_of in [reason.en for reason in form(facts).reasons]


@pytest.mark.parametrize("number", ["CSQU3054384", "CSQU305438", "CSQU30543833", "1234567890A"])
def test_r026_container_numbers_pass_their_check_digit(number: str) -> None:
    facts = export()
    facts[f"transport.container/{number}"] = facts.pop("transport.container/CSQU3054383")
    assert told(facts) == {"R026"}


def _boxed(lines_of: dict[str, list[str]]) -> dict[str, Any]:
    facts = with_lines(2)
    facts["transport.charges"]["insurance"] = {"mark": "1", "value": "0.1"}
    for number, lines in lines_of.items():
        facts[f"transport.container/{number}"] = {"size_type": "20GP", "lines": lines}
    return facts


def test_r027_every_line_is_in_a_container_and_every_container_holds_a_line() -> None:
    assert told(_boxed({"CSQU3054383": ["1"], "MSKU0000006": ["2"]})) == set()
    assert told(_boxed({"CSQU3054383": ["1"], "MSKU0000006": ["1"]})) == {"R027"}
    both = form(_boxed({"CSQU3054383": ["1", "2"], "MSKU0000006": []}))
    assert [(p.rule, p.where) for p in both.problems] == [("R027", "container/MSKU0000006.lines")]


def test_r027_the_only_container_holds_every_line() -> None:
    facts = _boxed({"CSQU3054383": []})
    facts["transport.container/CSQU3054383"]["gross_kg"] = "26000"
    facts["packing.totals"]["gross_kg"] = "26000"
    facts["packing.totals"]["net_kg"] = "25000"
    for line in ("1", "2"):
        facts[f"goods.line/{line}"] |= {"net_kg": "12500", "quantity": "12.5"}
        amount = 12.5 * (400 + int(line))
        facts[f"goods.line/{line}"]["amount"] = f"USD {amount:.2f}"
    facts["trade.terms"]["total"] = "USD 10037.50"
    assert told(facts) == set()
    value = form(facts).value
    assert [line.containers for line in value.lines] == [("CSQU3054383",)] * 2
    assert value.derived["line/1.containers"] == "the only container"


def test_r057_a_call_at_a_third_country_is_covered_by_a_through_bill_or_customs_control() -> None:
    facts = export()
    facts["origin.proof/C-1"] = {"agreement": "RCEP", "form": "certificate", "issued_on": "2026-06-15", "lines": ["1"]}
    facts["transport.plan"]["legs"] = [{"place": "Busan", "country": "KOR"}]
    assert told(facts) == {"R057"}
    facts["transport.plan"]["legs"][0]["customs_control"] = True
    assert told(facts) == set()
    facts["transport.plan"]["legs"][0]["customs_control"] = False
    facts["transport.plan"]["through_bill"] = True
    assert told(facts) == set()


def test_r057_a_claim_without_a_proof_travels_directly_too() -> None:
    facts = export()
    facts["declaration.particulars"]["origin_waiver"] = "RCEP"
    facts["transport.plan"]["legs"] = [{"place": "Busan", "country": "KOR"}]
    assert "R057" in told(facts)
    del facts["declaration.particulars"]["origin_waiver"]
    assert told(facts) == set()


def test_r057_a_call_whose_country_nobody_said_is_not_passed_in_silence() -> None:
    facts = export()
    facts["origin.proof/C-1"] = {"agreement": "RCEP", "form": "certificate", "issued_on": "2026-06-15", "lines": ["1"]}
    facts["transport.plan"]["legs"] = [{"place": "Busan", "country": ""}]
    assert told(facts) == set()
    assert "R057 not checked: the country of Busan is not said" in [reason.en for reason in form(facts).reasons]


def test_r073_wooden_packing_shows_its_treatment_mark() -> None:
    facts = export()
    facts["packing.totals"]["package_type"] = "93"
    assert told(facts) == {"R073"}
    facts["packing.totals"]["wood_mark"] = "CN-001 HT"
    assert told(facts) == set()
