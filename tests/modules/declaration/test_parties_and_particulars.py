"""Rules on the parties and on what the declarant decides: each fires alone on its own mistake."""

from datetime import date

import pytest

from tests.modules.declaration import paperwork
from tests.modules.declaration.paperwork import arrival, export, form, told


def test_a_clean_export_and_a_clean_import_pass_every_rule() -> None:
    assert told(export()) == set()
    facts = arrival()
    assert told(facts) == set()
    assert form(facts).status == "found"


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("91420500MA49XY1230", "check character should be X"),
        ("91420500MA49XY12", "not 18"),
        ("", "empty"),
        ("91420500MA49XY12IX", "not 18"),
    ],
)
def test_r001_unified_code_and_its_check_character(code: str, says: str) -> None:
    facts = export()
    facts["trade.party/exporter"]["uscc"] = code
    assert told(facts) == {"R001"}
    assert says in form(facts).problems[0].what.en


def test_r001_looks_at_the_owner_too() -> None:
    facts = export()
    facts["trade.party/owner"] = {"name": "Works", "uscc": "91420500MA49XY1231"}
    assert told(facts) == {"R001"}
    assert form(facts).problems[0].where == "header.owner.uscc"


@pytest.mark.parametrize("code", ["", "420596123", "42059612345", "42059612 4"])
def test_r002_customs_code_has_ten_characters(code: str) -> None:
    facts = export()
    facts["trade.party/exporter"]["customs_code"] = code
    assert told(facts) == {"R002"}


@pytest.mark.parametrize(
    ("field", "code"), [("customs_master", "9901"), ("exit_customs", ""), ("exit_customs", "47"), ("exit_point", "3100")]
)  # fmt: skip
def test_r003_customs_offices_are_known(field: str, code: str) -> None:
    facts = export()
    facts["declaration.particulars"][field] = code
    assert told(facts) == {"R003"}


def test_r003_border_points_are_not_passed_in_silence() -> None:
    facts = export()
    assert "R003 not checked: no table CN/border_points" in [reason.en for reason in form(facts).reasons]
    points = {"CN/border_points": paperwork.table("code", {"name_en": "text"}, "310001 Shanghai")}
    assert told(facts, held=paperwork.law(more=points)) == set()
    facts["declaration.particulars"]["exit_point"] = "310002"
    assert told(facts, held=paperwork.law(more=points)) == {"R003"}


def test_r004_declaration_day_is_not_in_the_future() -> None:
    facts = export()
    facts["declaration.particulars"]["declared_on"] = "2026-06-23"
    assert told(facts) == {"R004"}
    assert form(facts, date(2026, 6, 23)).problems == ()


@pytest.mark.parametrize(("mode", "fires"), [("0110", True), ("9710", False)])
def test_r004_a_list_is_a_form_of_e_commerce_alone(mode: str, fires: bool) -> None:
    facts = export()
    facts["declaration.particulars"] |= {"form_type": "list", "supervision_mode": mode}
    assert [p.where for p in form(facts).problems if p.rule == "R004"] == (["header.form_type"] if fires else [])


@pytest.mark.parametrize(("kind", "fires"), [("EXD", False), ("IMA", True), ("COA", False)])
def test_r004_the_kind_of_declaration_goes_with_the_flow(kind: str, fires: bool) -> None:
    facts = export()
    facts["declaration.particulars"]["type_code"] = kind
    assert [p.where for p in form(facts).problems] == (["header.type_code"] if fires else [])


@pytest.mark.parametrize("mode", ["", "9999"])
def test_r010_supervision_mode_is_known(mode: str) -> None:
    facts = export()
    facts["declaration.particulars"]["supervision_mode"] = mode
    assert told(facts) == {"R010"}


def test_r010_supervision_mode_is_open_to_the_flow() -> None:
    facts = arrival()
    facts["declaration.particulars"] |= {"supervision_mode": "9710", "order_no": "P-1"}
    assert told(facts) == {"R010"}
    facts = export()
    facts["declaration.particulars"] |= {"supervision_mode": "2025"}
    assert told(facts) == {"R010"}


@pytest.mark.parametrize(("levy", "record"), [("299", ""), ("", "Z47010000001")])
def test_r011_levy_goes_with_the_mode(levy: str, record: str) -> None:
    facts = export()
    facts["declaration.particulars"] |= {"levy_nature": levy, "duty_mode": "1", "record_no": record}
    assert told(facts) == {"R011"}
    assert "101" in form(facts).problems[0].fix.en


def test_r011_says_when_a_mode_has_no_levies_on_file() -> None:
    facts = export()
    facts["declaration.particulars"] |= {"supervision_mode": "3010"}
    assert told(facts) == set()
    assert any(reason.en.startswith("R011 not checked") for reason in form(facts).reasons)


@pytest.mark.parametrize("record", ["", "Z12345678901", "B123"])
def test_r012_record_number_of_processing_trade(record: str) -> None:
    facts = export()
    facts["declaration.particulars"] |= {"supervision_mode": "0615", "levy_nature": "503", "record_no": record}
    assert told(facts) == {"R012"}
    facts["declaration.particulars"]["record_no"] = "B47010000001"
    assert told(facts) == set()


@pytest.mark.parametrize(
    ("record", "expected"), [("", {"R012"}), ("B47010000001", {"R012"}), ("Z47010000001", set()), ("Z1", {"R012"})]
)
def test_r012_relief_in_general_trade_rests_on_a_certificate(record: str, expected: set[str]) -> None:
    facts = export()
    facts["declaration.particulars"] |= {"levy_nature": "789", "duty_mode": "3", "record_no": record}
    assert told(facts) == expected


def test_r013_no_record_number_for_general_trade() -> None:
    facts = export()
    facts["declaration.particulars"]["record_no"] = "B47010000001"
    assert told(facts) == {"R013"}


def test_r003_an_office_known_by_its_district_alone_is_said() -> None:
    facts = export()
    facts["declaration.particulars"] |= {"customs_master": "4799", "exit_customs": "2233"}
    assert told(facts) == set()
    reasons = [reason.en for reason in form(facts).reasons]
    assert "R003 not checked: office 4799 is not on file, only its district 47" in reasons
    assert not any("2233" in reason for reason in reasons)


@pytest.mark.parametrize("number", ["", "C" * 33])
def test_r015_contract_number(number: str) -> None:
    facts = export()
    facts["trade.terms"]["contract_no"] = number
    assert told(facts) == {"R015"}


def test_r015_thirty_two_characters_fit() -> None:
    facts = export()
    facts["trade.terms"]["contract_no"] = "C" * 32
    assert told(facts) == set()


def test_r016_countries_are_known() -> None:
    facts = export()
    facts["trade.party/importer"]["country"] = "JP"
    facts["transport.plan"]["destination_country"] = "JPN"
    assert told(facts) == {"R016"}
    facts = export()
    facts["goods.line/1"]["origin"] = "XXX"
    assert told(facts) == {"R016", "R051"}


def test_r016_the_country_that_imports_were_sent_from_is_known() -> None:
    facts = arrival()
    facts["transport.plan"]["export_country"] = "JP"
    assert told(facts) == {"R016"}
    facts["transport.plan"]["export_country"] = "JPN"
    assert told(facts) == set()


def test_r016_a_missing_destination_is_named() -> None:
    facts = export()
    facts["trade.party/importer"]["country"] = ""
    facts["declaration.particulars"]["trade_country"] = "JPN"
    facts["transport.plan"]["discharge_port"] = "DEHAM"
    finding = form(facts)
    assert ("R016", "header.destination_country") in {(p.rule, p.where) for p in finding.problems}


def test_r052_china_is_no_destination_of_an_export() -> None:
    facts = export()
    facts["transport.plan"] |= {"destination_country": "CHN"}
    facts["declaration.particulars"]["transit"] = True
    assert told(facts) == {"R052"}
    assert form(facts).status == "refused"


def test_r052_a_further_destination_is_asked_about() -> None:
    facts = export()
    facts["import.entry"] = {"country": "KOR", "day": "2026-07-01"}
    finding = form(facts)
    assert [(p.rule, p.severity) for p in finding.problems] == [("R052", "W")]
    assert finding.status == "found"


def test_r052_a_line_may_go_further_than_the_rest() -> None:
    facts = export()
    facts["goods.line/1"]["final_country"] = "KOR"
    assert [(p.rule, p.where, p.severity) for p in form(facts).problems] == [("R052", "line/1.final_country", "W")]
    facts["goods.line/1"]["final_country"] = "CHN"
    assert [(p.rule, p.where, p.severity) for p in form(facts).problems] == [("R052", "line/1.final_country", "E")]
    facts["goods.line/1"]["final_country"] = "JPN"
    assert told(facts) == set()


@pytest.mark.parametrize("region", ["", "420", "4205201"])
def test_r053_domestic_region_has_five_digits(region: str) -> None:
    facts = export()
    facts["declaration.particulars"]["domestic_region"] = region
    assert told(facts) == {"R053"}


@pytest.mark.parametrize("admin", ["999999", "310101"])
def test_r053_administrative_code_is_known_and_in_the_region(admin: str) -> None:
    facts = export()
    facts["declaration.particulars"]["admin_region"] = admin
    assert told(facts) == {"R053"}
    facts["declaration.particulars"]["admin_region"] = "420506"
    assert told(facts) == set()


def test_r053_inspected_goods_need_the_administrative_code() -> None:
    facts = export()
    facts["declaration.attachment/B"] = {"number": "E-1"}
    assert told(facts) == {"R053"}


def test_r053_goods_whose_inspection_is_still_missing_need_the_administrative_code_too() -> None:
    facts = export()
    facts["goods.line/1"]["hs"] = "2003901000"
    assert told(facts) == {"R053", "R059"}
    facts["declaration.particulars"]["admin_region"] = "420506"
    assert told(facts) == {"R059"}


def test_r054_duty_mode_goes_with_the_levy() -> None:
    facts = export()
    facts["declaration.particulars"]["duty_mode"] = "3"
    assert told(facts) == {"R054"}


def test_r068_questions_on_the_price_are_answered() -> None:
    facts = arrival()
    del facts["declaration.particulars"]["royalty"]
    assert told(facts) == {"R068"}
    facts = arrival()
    facts["declaration.particulars"]["price_effect"] = True
    assert told(facts) == {"R068"}
    assert told(export()) == set()


def test_r069_formula_and_provisional_prices() -> None:
    facts = export()
    facts["declaration.particulars"]["formula_price"] = "yes"
    assert told(facts) == {"R069"}
    facts["declaration.particulars"]["formula_price"] = "YC-2026-0001/5"
    assert told(facts) == set()
    facts["declaration.particulars"]["provisional_until"] = "2026-06-22"
    assert told(facts) == set()
    facts["declaration.particulars"]["provisional_until"] = "2026-06-21"
    assert told(facts) == {"R069"}


def test_r072_paired_modes_name_the_counterpart() -> None:
    facts = export()
    facts["declaration.particulars"] |= {
        "supervision_mode": "5100",
        "levy_nature": "",
        "record_no": "H47010000001",
    }
    assert told(facts) == {"R072"}
    facts["declaration.particulars"]["related_declaration"] = "470120261000000017"
    assert told(facts) == set()
    told_of = "R072 not checked: the quantities of declaration 470120261000000017 are not to be seen here"
    assert told_of in [reason.en for reason in form(facts).reasons]


@pytest.mark.parametrize("name", ["", "大阪"])
def test_r074_overseas_party_has_an_english_name(name: str) -> None:
    facts = export()
    facts["trade.party/importer"]["name"] = name
    assert told(facts) == {"R074"}


def test_r074_aeo_code_is_a_country_and_a_number() -> None:
    facts = export()
    facts["trade.party/importer"]["aeo"] = "12345"
    assert told(facts) == {"R074"}
    facts["trade.party/importer"]["aeo"] = "JP1234567890123"
    assert told(facts) == set()


@pytest.mark.parametrize(
    ("table", "rule"),
    [
        ("CN/customs_offices", "R003"),
        ("CN/transport_modes", "R007"),
        ("CN/supervision_modes", "R010"),
        ("CN/countries", "R016"),
        ("CN/package_types", "R019"),
        ("CN/currencies", "R039"),
        ("CN/container_types", "R025"),
        ("CN/domestic_regions", "R053"),
        ("CN/limits", "R020"),
        ("incoterms/risk", "R028"),
        ("unlocode/places", "R018"),
        ("CN/tariff_units", "R045"),
        ("CN/dg_reference", "R063"),
        ("hs/codes", "R044"),
    ],
)
def test_a_rule_whose_table_is_absent_says_so_and_does_not_pass(table: str, rule: str) -> None:
    facts = export()
    facts["transport.plan"]["destination_country"] = "JPN"
    finding = form(facts, held=paperwork.law(without=table))
    assert rule not in {problem.rule for problem in finding.problems}
    told_en = [reason.en for reason in finding.reasons]
    assert any(reason.startswith(f"{rule} not checked: ") and table in reason for reason in told_en), told_en
    assert all(any("一" <= letter <= "鿿" for letter in reason.zh) for reason in finding.reasons)
