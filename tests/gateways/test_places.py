"""Ports and countries by name: stated where one alone has the name, asked where several may, left where none does."""

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from entrepot.gateways.extract import Extract
from entrepot.gateways.papers import Headings, headings_of, read_paper
from entrepot.gateways.places import Places
from entrepot.store.packs import load_law

DAY = date(2026, 4, 1)
PACKS = Path(__file__).resolve().parents[2] / "packs"


@cache
def words() -> Headings:
    return headings_of(load_law(PACKS, ["headings", "unlocode", "yichang-jingzhou-jingmen", "CN"]), DAY)


def places() -> Places:
    found = words().places
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("Osaka, Japan", "JPOSA"),
        ("OSAKA JAPAN", "JPOSA"),
        ("Osaka (JP)", "JPOSA"),
        ("Osaka, Tottori, Japan", "JPOUK"),
        ("Singapore", "SGSIN"),
        ("Hakata, Japan", "JPHKT"),
        ("Kampong Saom, Cambodia", "KHKOS"),
        ("HoChiMinhCity,Vietnam", "VNSGN"),
        ("Ningbo Port, China", "CNNBG"),
        ("Shanghai", "CNSHG"),
        ("Port of Shanghai", "CNSHG"),
        ("上海港", "CNSHG"),
        ("宜昌", "CNYCG"),
    ],
)
def test_a_name_that_one_place_alone_has_in_its_country_is_that_place(said: str, code: str) -> None:
    named = places().named(said)
    assert (list(named.choices), named.sure) == ([code], True)


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ("Osaka", {"JPOSA"}),  # no country is named, and the list has not all countries
        ("Sydney, N.S.W., Australia", {"AUSYD"}),
        ("Ningbo, China", {"CNNBG", "CNNBO"}),
        ("Wuhan", {"CNWHG", "CNNHN"}),
        ("Hamburg, Germany", set()),
        ("Newport, Australia", set()),
        ("China", set()),
        (" . ", set()),
    ],
)
def test_what_may_be_another_place_is_not_sure(said: str, codes: set[str]) -> None:
    named = places().named(said)
    assert (set(named.choices), named.sure) == (codes, False)


def test_the_way_of_transport_and_the_country_said_elsewhere_tell_places_apart() -> None:
    assert places().named("Wuhan", "2").choices.keys() == {"CNWHG"}
    assert places().named("Wuhan", "3").choices.keys() == {"CNNHN"}
    assert places().named("Osaka", around=["Terms of Delivery: CIF Osaka, Japan (Incoterms 2020)"]).sure
    assert not places().named("Osaka", around=["CIF Osaka, Japan", "Osaka, China"]).sure


def test_a_place_that_is_not_listed_yet_is_not_known() -> None:
    before = Places(load_law(PACKS, ["unlocode"]), date(2019, 1, 1))
    assert before.named("Osaka, Japan").choices == {}


@pytest.mark.parametrize(
    ("said", "code"), [("柬埔寨", "KHM"), ("Hong Kong, China", "HKG"), ("日本", "JPN"), ("LAO", "LAO")]
)
def test_countries_are_known_as_customs_calls_them(said: str, code: str) -> None:
    assert words().country(said) == code


def test_what_customs_lists_beside_the_countries_is_none() -> None:
    with pytest.raises(ValueError, match="ISO 3166"):
        words().country("Canary Islands")


def read(*labels: str) -> Extract:
    rows = [
        *(",".join(f'"{part}"' for part in label.split(": ")) for label in labels),
        "No.,Description,Origin,Quantity",
        "1,Tea,老挝,5",
    ]
    return read_paper("list.csv", "\n".join(rows).encode(), today=DAY, headings=words())


def plan(extract: Extract) -> dict[str, str]:
    return {
        name: getattr(one.value, name)
        for one in extract.statements
        if one.topic == "transport.plan"
        for name in one.places
    }


def test_a_paper_that_names_its_ports_states_their_codes_or_asks() -> None:
    extract = read("Port of Loading: Wuhan", "Port of Discharge: Osaka, Japan", "Country of Destination: Japan")
    assert plan(extract) == {"discharge_port": "JPOSA", "destination_country": "JPN"}
    (doubt,) = extract.doubtful
    assert (doubt.field, doubt.value, set(doubt.choices)) == ("loading_port", "", {"CNWHG", "CNNHN"})
    (line,) = [one.value for one in extract.statements if one.topic == "goods.line"]
    assert line.origin == "LAO"
    one = read("Port of Discharge: Osaka", "Port of Loading: Wuhan", "Mode of Transport: by sea")
    assert plan(one) == {"loading_port": "CNWHG", "mode": "2"}
    assert [(doubt.value, list(doubt.choices)) for doubt in one.doubtful] == [("JPOSA", ["JPOSA"])]


def test_a_port_that_is_on_no_list_stays_unread() -> None:
    extract = read("Port of Discharge: Hamburg, Germany")
    assert (plan(extract), extract.doubtful) == ({}, ())
    assert any("Hamburg" in text.en for text in extract.unread)
