"""Carrier: when a bonded place is on a dossier's way, and what follows from it."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.kernel.findings import Finding
from entrepot.kernel.vocabulary.decisions import Facility
from entrepot.kernel.vocabulary.trade import Leg, Terms, Transport
from entrepot.links.carrier import MODULE, coded_for, named_in, places, plain
from tests.making import law, sheet

DAY = date(2026, 6, 1)
PACKS = law("yichang-cbz", "three-gorges-blc")
ZONE, CENTRE = "宜昌综合保税区", "三峡保税物流中心"


def facility(facts: dict[str, Any], day: date = DAY) -> Finding:
    finding = sheet([MODULE], facts, day, PACKS).finding("carrier.facility")
    assert finding is not None
    return finding


def route(*names: str, mode: str = "2") -> dict[str, Any]:
    return {"mode": mode, "legs": [{"place": name, "country": "CHN"} for name in names]}


def test_places_stand_in_the_order_of_the_journey() -> None:
    transport = Transport(legs=(Leg("A", "CHN"), Leg("B", "CHN")), loading_port="C", discharge_port="D")
    assert places(transport, Terms(place="E")) == ("A", "B", "C", "D", "E")


@pytest.mark.parametrize("written", [ZONE, "宜昌 综合 保税区", "YICHANG COMPREHENSIVE  BONDED ZONE, gate 2"])
def test_a_name_is_known_however_it_is_written(written: str) -> None:
    assert [card.name for card in named_in(PACKS.packs, [written])] == ["yichang-cbz"]


def test_the_city_alone_is_no_zone() -> None:
    assert named_in(PACKS.packs, ["Yichang", "宜昌", "CNYCG", "Three Gorges Dam"]) == []


@given(st.permutations([ZONE, CENTRE, "Wuhan"]))
def test_the_first_facility_on_the_route_comes_first(names: list[str]) -> None:
    packs = {ZONE: "yichang-cbz", CENTRE: "three-gorges-blc"}
    assert [card.name for card in named_in(PACKS.packs, names)] == [packs[name] for name in names if name in packs]


@given(st.text(max_size=20))
def test_comparison_heeds_neither_case_nor_spaces(words: str) -> None:
    assert plain(f" {words} ") == plain(words)
    assert plain(plain(words)) == plain(words)


def test_a_named_facility_is_told_with_its_rules_and_their_sources() -> None:
    finding = facility({"transport.plan": route(CENTRE)})
    assert isinstance(finding.value, Facility)
    assert finding.value.storage_months == 24
    assert not finding.value.substantial_processing
    assert {row.keys["rule"] for row in finding.law} == {
        "export_treatment_on_entry",
        "substantial_processing",
        "storage_limit",
    }
    assert finding.status == "needs_review"  # the centre's own rules are known at second hand


def test_no_limit_of_storage_is_told_as_none() -> None:
    finding = facility({"transport.plan": route(ZONE)})
    assert finding.value.storage_months is None
    assert finding.value.substantial_processing


def test_the_place_of_the_terms_counts_as_a_place() -> None:
    facts = {"transport.plan": {"mode": "4"}, "trade.terms": {"incoterm": "FCA", "place": CENTRE}}
    assert facility(facts).value.pack == "three-gorges-blc"


def test_two_facilities_on_one_route_are_a_persons_matter() -> None:
    finding = facility({"transport.plan": route(CENTRE, ZONE)})
    assert finding.value.pack == "three-gorges-blc"
    assert any("the first is shown" in reason.en for reason in finding.reasons)


@pytest.mark.parametrize(
    ("mode", "transport", "kinds"),
    [
        ("5034", "", ["yichang-cbz"]),
        ("6033", "", ["three-gorges-blc"]),
        ("", "Y", ["yichang-cbz"]),
        ("", "W", ["three-gorges-blc"]),
        ("0110", "2", []),
        ("1210", "9", []),
    ],
)
def test_a_code_points_only_to_the_kind_it_is_kept_for(mode: str, transport: str, kinds: list[str]) -> None:
    assert [card.name for card in coded_for(PACKS.packs, mode, transport)] == kinds


def test_a_code_and_the_city_make_a_guess_and_say_so() -> None:
    facts = {"transport.plan": {"mode": "W"}, "declaration.particulars": {"admin_region": "420505"}}
    finding = facility(facts)
    assert (finding.status, finding.value.pack) == ("needs_review", "three-gorges-blc")
    assert any("the route does not name it" in reason.en for reason in finding.reasons)


@pytest.mark.parametrize("region", [{}, {"domestic_region": "42019"}])
def test_a_code_without_the_city_names_no_facility(region: dict[str, str]) -> None:
    finding = facility({"transport.plan": {"mode": "W"}, "declaration.particulars": {**region}})
    assert (finding.status, finding.value) == ("no_law", None)
    assert "transport mode W" in finding.reasons[0].en


def test_a_mode_of_another_kind_than_the_named_place_is_asked_about() -> None:
    facts = {"transport.plan": route(ZONE), "declaration.particulars": {"supervision_mode": "6033"}}
    (problem,) = facility(facts).problems
    assert (problem.rule, problem.severity) == ("carrier.kind", "W")
    assert all((problem.what.en, problem.what.zh, problem.fix.en, problem.fix.zh))


def test_what_is_not_on_file_for_the_day_is_named() -> None:
    finding = facility({"transport.plan": route(ZONE)}, date(2022, 3, 31))
    assert finding.status == "no_law"
    assert "substantial_processing" in finding.reasons[0].en


def test_without_transport_it_waits_for_those_who_may_say_it() -> None:
    finding = facility({"declaration.particulars": {"supervision_mode": "5034"}})
    assert finding.status == "waits"
    assert finding.waits[0].topic == "transport.plan"
    assert "carrier" in finding.waits[0].who


def test_every_mode_of_a_carrier_pack_is_a_mode_of_the_customs_list() -> None:
    customs = law("CN")
    for card in PACKS.packs:
        for code in card.traits["supervision_modes"]:
            row = customs.read("CN/supervision_modes", DAY, {"code": code})
            assert row is not None, code
            assert row["bonded"], code
        for code in card.traits["transport_modes"]:
            row = customs.read("CN/transport_modes", DAY, {"code": code})
            assert row is not None, code
            assert row["zone"], code
        assert customs.read("CN/divisions", DAY, {"code": card.applies["division"]}) is not None
