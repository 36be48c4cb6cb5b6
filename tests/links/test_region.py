"""Region: where the goods come from, by what the declaration names or where their maker is registered."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.kernel.findings import Finding
from entrepot.kernel.vocabulary.customs import Particulars
from entrepot.kernel.vocabulary.trade import Party
from entrepot.links.region import MODULE, registered_in, said_code
from tests.making import law, sheet

DAY = date(2026, 6, 1)
NAME = "yichang-jingzhou-jingmen"
PACK = law(NAME)


def region(facts: dict[str, Any], day: date = DAY) -> Finding:
    finding = sheet([MODULE], facts, day, PACK).finding("region.profile")
    assert finding is not None
    return finding


def test_the_administrative_code_goes_before_the_source_region() -> None:
    assert said_code(Particulars(admin_region="420506", domestic_region="42089")) == "420506"
    assert said_code(Particulars(domestic_region="42089")) == "420800"
    assert said_code(Particulars()) == ""


@pytest.mark.parametrize(
    ("party", "city"),
    [
        (Party(uscc="91420500MA49EX010J"), "420500"),
        (Party(customs_code="4208960012"), "420800"),
        (Party(uscc="91420500", customs_code="4210960012"), "421000"),
        (Party(name="no number"), ""),
        (Party(customs_code="42"), ""),
    ],
)
def test_a_registration_number_tells_the_city(party: Party, city: str) -> None:
    assert registered_in(party) == city


@given(st.text(max_size=20), st.text(max_size=12))
def test_what_is_no_registration_number_tells_no_city(uscc: str, customs_code: str) -> None:
    city = registered_in(Party(uscc=uscc, customs_code=customs_code))
    assert city == "" or (len(city) == 6 and city.isdigit())


def test_the_profile_names_gateways_and_industries() -> None:
    finding = region({"declaration.particulars": {"admin_region": "420505"}})
    profile = finding.value
    assert finding.status == "found"
    assert (profile.pack, profile.admin_code, profile.name.zh) == (NAME, "420505", "宜昌市猇亭区")
    assert {"CNYCG", "CNJZK", "CNWHG"} <= set(profile.gateways)
    assert {"phosphorus", "agriculture"} <= set(profile.industries)
    assert profile.domestic_regions == ()  # the five-digit codes are not on file


def test_a_county_not_on_file_gives_its_city_and_says_so() -> None:
    finding = region({"declaration.particulars": {"admin_region": "420599"}})
    assert (finding.status, finding.value.admin_code) == ("needs_review", "420500")
    assert any("420599" in reason.zh for reason in finding.reasons)


def test_for_a_day_before_the_list_nothing_is_on_file() -> None:
    facts = {"declaration.particulars": {"admin_region": "420505", "declared_on": "2023-06-29"}}
    assert region(facts).status == "no_law"


def test_the_nearest_to_the_making_of_the_goods_counts() -> None:
    parties = {
        "trade.party/exporter": {"customs_code": "4205960012"},
        "trade.party/owner": {"customs_code": "4208960012"},
        "trade.party/producer": {"customs_code": "4210960012"},
    }
    assert region(parties).value.admin_code == "421000"
    finding = region({place: party for place, party in parties.items() if "producer" not in place})
    assert (finding.status, finding.value.admin_code) == ("needs_review", "420800")
    assert "owner" in finding.reasons[0].en


def test_what_the_declaration_names_goes_before_any_registration() -> None:
    facts = {
        "declaration.particulars": {"domestic_region": "42059"},
        "trade.party/owner": {"customs_code": "4208960012"},
    }
    assert (region(facts).status, region(facts).value.admin_code) == ("found", "420500")


def test_parties_without_numbers_tell_nothing_and_it_says_so() -> None:
    finding = region({"trade.party/exporter": {"name": "Somebody"}})
    assert finding.status == "not_applicable"
    assert "source region" in finding.reasons[0].en


def test_nothing_said_waits_for_the_declarant() -> None:
    finding = region({})
    assert (finding.status, finding.waits[0].topic) == ("waits", "declaration.particulars")


def test_the_counties_are_those_of_the_national_list() -> None:
    national = law("CN")
    rows = list(PACK.tables[f"{NAME}/divisions"].everything())
    assert len(rows) == 30
    for row in rows:
        other = national.read("CN/divisions", DAY, row.keys)
        assert other is not None, row.keys
        assert row["name_zh"].endswith(other["name_zh"]), row.keys
        assert row["name_en"], row.keys


def test_every_county_of_the_three_cities_is_on_file(shared_data: Path) -> None:
    lines = (shared_data / "places" / "china_divisions.csv").read_text(encoding="utf-8").splitlines()
    codes = {line.split(",")[1] for line in lines if line.split(",")[1][:4] in PACK.packs[0].applies["cities"]}
    assert codes == {row.keys["code"] for row in PACK.tables[f"{NAME}/divisions"].everything()}


def test_every_gateway_is_a_place_of_the_un_list() -> None:
    places = law("unlocode")
    for row in PACK.tables[f"{NAME}/gateways"].everything():
        assert places.read("unlocode/places", DAY, row.keys) is not None, row.keys
