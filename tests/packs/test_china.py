"""What the China pack says on a day: golden reads of refund and VAT rates, codes that must be there, and what must not."""

from datetime import date
from decimal import Decimal

import pytest

from entrepot.kernel.law import Row
from tests.making import law

DAY = date(2026, 6, 20)


def read(table: str, day: date = DAY, **keys: str) -> Row | None:
    return law("CN").read(f"CN/{table}", day, keys)


def found(table: str, day: date = DAY, **keys: str) -> Row:
    row = read(table, day, **keys)
    assert row is not None, (table, keys, day)
    return row


@pytest.mark.parametrize(
    ("code", "day", "rate"),
    [
        ("8541430000", "2024-11-30", None),
        ("8541430000", "2024-12-01", "0.09"),
        ("8541430000", "2026-03-31", "0.09"),
        ("8541430000", "2026-04-01", "0"),
        ("2003901000", "2026-06-20", "0.13"),
        ("0805102000", "2026-06-20", "0.09"),
        ("0902101000", "2026-06-20", "0.09"),
        ("3105300090", "2026-06-20", "0"),
        ("3105400000", "2026-06-20", "0"),
        ("2809201900", "2026-06-20", "0"),
        ("2510201000", "2026-06-20", "0"),
        ("2842903090", "2024-01-15", "0.13"),
    ],
)
def test_refund_rate_on_the_day_of_export(code: str, day: str, rate: str | None) -> None:
    row = read("refund_rates", date.fromisoformat(day), code=code)
    assert (None if row is None else row["rate"]) == (None if rate is None else Decimal(rate))


@pytest.mark.parametrize(
    ("code", "day"),
    [
        ("2842904000", "2026-06-20"),  # lithium iron phosphate: the rate was not found
        ("2835250000", "2026-06-20"),
        ("2809201100", "2026-06-20"),  # food grade is another line than 2809 2019
        ("2842903090", "2026-06-20"),  # known for January 2024 only
        ("8507600090", "2026-06-20"),  # the list of the battery announcement was not seen
        ("8413302900", "2026-06-20"),
    ],
)
def test_a_refund_rate_that_is_not_known_is_not_on_file(code: str, day: str) -> None:
    assert read("refund_rates", date.fromisoformat(day), code=code) is None


def test_beyond_the_year_of_the_library_and_the_tariff_a_row_is_marked() -> None:
    day = date(2027, 1, 1)
    assert found("refund_rates", day, code="2003901000").beyond
    assert found("control_requirements", day, hs="2510109000", flow="E").beyond
    assert found("tariff_units", day, hs="2809201900").beyond
    assert not found("refund_rates", date(2026, 12, 31), code="2003901000").beyond


def test_no_flag_is_claimed_where_none_was_seen() -> None:
    assert {row["flag"] for row in law("CN").tables["CN/refund_rates"].everything()} == {""}


@pytest.mark.parametrize(
    ("code", "rate"),
    [
        *(("8413302900", "0.13"), ("3105300090", "0.09"), ("0805102000", "0.09"), ("2003901000", "0.13")),
        *(("3808911900", "0.09"), ("3808940000", "0.13"), ("8708999990", "0.13"), ("4901990000", "0.09")),
    ],
)
def test_vat_rate(code: str, rate: str) -> None:
    row = found("vat_rates", code=code)
    assert row["rate"] == Decimal(rate)
    assert row.evidence == "convention"


def test_vat_rates_begin_with_the_law_and_are_never_primary() -> None:
    assert read("vat_rates", date(2025, 12, 31), code="3105300090") is None
    assert "primary" not in {row.evidence for row in law("CN").tables["CN/vat_rates"].everything()}


def test_goods_only_partly_within_the_lower_rate_need_a_person() -> None:
    assert {found("vat_rates", code=code).evidence for code in ("0904110010", "2501001900", "8433110000")} == {
        "unverified"
    }


@pytest.mark.parametrize(
    ("mode", "flow", "bonded", "free"),
    [
        ("0110", "both", False, False),
        ("1039", "E", False, False),
        ("9810", "E", False, False),
        ("1210", "both", True, False),
        ("0214", "both", True, False),
        ("3100", "both", False, True),
        ("0664", "E", True, False),
    ],
)
def test_supervision_mode(mode: str, flow: str, bonded: bool, free: bool) -> None:
    row = found("supervision_modes", code=mode)
    assert (row["flow"], row["bonded"], row["free"]) == (flow, bonded, free)


def test_general_trade_rests_on_no_unverified_row() -> None:
    rows = [
        found("supervision_modes", code="0110"),
        found("levy_natures", code="101"),
        found("mode_levy", mode="0110", levy="101"),
        found("duty_modes", code="1"),
        found("transport_modes", code="2"),
        found("package_types", code="22"),
        found("trade_terms", code="3"),
        found("countries", code="VNM"),
        found("currencies", code="USD"),
        found("divisions", code="420506"),
        found("customs_offices", code="4701"),
    ]
    assert {row.evidence for row in rows} == {"secondary"}
    assert rows[2]["duty_modes"] == ("1",)


def test_modes_levies_and_duty_modes_name_codes_that_exist() -> None:
    for row in law("CN").tables["CN/mode_levy"].everything():
        found("supervision_modes", code=row.keys["mode"])
        assert not row.keys["levy"] or found("levy_natures", code=row.keys["levy"])
        assert all(found("duty_modes", code=code) for code in row["duty_modes"])
    for row in law("CN").tables["CN/mode_records"].everything():
        found("supervision_modes", code=row.keys["mode"])


def test_control_requirements_name_codes_of_their_own_direction() -> None:
    for row in law("CN").tables["CN/control_requirements"].everything():
        for code in row["codes"]:
            assert found("control_codes", code=code)["direction"] in (row.keys["flow"], "both"), row.cited()


def test_phosphate_rock_needs_an_export_licence_and_fertiliser_an_inspection() -> None:
    assert found("control_requirements", hs="2510109000", flow="E")["codes"] == ("4", "x", "y")
    assert found("control_requirements", hs="3105400000", flow="E")["codes"] == ("B",)
    assert found("control_requirements", hs="3105300010", flow="I")["codes"] == ("A", "t")
    assert read("control_requirements", hs="8413302900", flow="E") is None


def test_dangerous_goods_of_the_phosphorus_chain() -> None:
    row = found("dg_reference", hs="2804701000")
    assert (row["un"], row["class"], row["subsidiary"], row["packing_group"]) == ("1381", "4.2", "6.1", "I")
    assert read("dg_reference", hs="3105300090") is None


def test_official_forms_of_hong_kong_macao_and_taiwan() -> None:
    names = {code: found("countries", code=code)["name_zh"] for code in ("HKG", "MAC", "TWN")}
    assert names == {"HKG": "中国香港", "MAC": "中国澳门", "TWN": "中国台湾"}
    assert found("countries", code="TWN")["customs_name_zh"] == "台澎金马关税区"
    assert found("countries", code="VNM")["alpha2"] == "VN"


def test_an_office_that_is_not_on_file_falls_under_its_district() -> None:
    assert found("customs_offices", code="4712")["level"] == "office"
    district = found("customs_offices", code="4701")
    assert (district["level"], district["name_zh"]) == ("district", "武汉关区")
    assert read("customs_offices", code="9901") is None


def test_divisions_of_the_region_and_their_parents() -> None:
    for code in ("420506", "420804", "421083"):
        county = found("divisions", code=code)
        city = found("divisions", code=county["city"])
        assert found("divisions", code=city["province"])["name_zh"] == "湖北省"
    assert found("domestic_regions", code="42059")["division"] == "420500"
    assert read("domestic_regions", code="42019") is None


def test_limits_are_numbers_and_the_waiver_is_unverified() -> None:
    waiver = found("limits", name="origin_waiver_rcep_usd")
    assert (waiver["value"], waiver.evidence) == (Decimal(200), "unverified")
    assert found("limits", name="packaging_share_percent")["value"] == Decimal(30)
    assert found("limits", name="declare_export_hours").evidence == "primary"


@pytest.mark.parametrize(
    ("name", "value", "evidence"),
    [
        ("line_max", "50", "unverified"),
        ("contract_no_length", "32", "unverified"),
        ("quantity_decimals", "5", "unverified"),
        ("unit_price_decimals", "4", "unverified"),
        ("total_decimals", "2", "unverified"),
        ("weight_minimum", "1", "unverified"),
        ("bulk_packages", "1", "unverified"),
        ("declare_import_days", "14", "primary"),
        ("late_fee_minimum", "50", "unverified"),
        ("header_net_tolerance", "1", "convention"),
        ("line_weight_tolerance", "1", "convention"),
        ("line_weight_tolerance_percent", "0.01", "convention"),
        ("line_total_tolerance", "0.01", "convention"),
        ("line_total_tolerance_per_unit", "0.00005", "convention"),
        ("insurance_percent_low", "0.01", "convention"),
        ("gross_tolerance_percent", "0.5", "convention"),
        ("price_reference_days", "90", "convention"),
        ("price_reference_lines", "3", "convention"),
        ("market_value_usd", "150000", "unverified"),
        ("market_receipt_share", "0.05", "convention"),
        ("ecommerce_list_cny", "5000", "unverified"),
    ],
)
def test_limits_of_the_declaration_have_their_value_and_their_grade(name: str, value: str, evidence: str) -> None:
    row = found("limits", name=name)
    assert (row["value"], row.evidence) == (Decimal(value), evidence)


def test_statutory_units_are_customs_units() -> None:
    units = law("CN", "units")
    for row in units.tables["CN/tariff_units"].everything():
        assert units.read("units/units", DAY, {"code": row["unit1"]}) is not None


def test_an_instrument_is_on_file_from_its_first_day() -> None:
    assert read("instruments", date(2025, 12, 31), id="CN-VAT-LAW") is None
    assert found("instruments", date(2026, 1, 1), id="CN-VAT-LAW")["in_force"] == date(2026, 1, 1)
