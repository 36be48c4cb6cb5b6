"""The standards packs: who pays under an Incoterm, units and the words for them, places, HS codes and euro rates by pack name."""

from datetime import date
from decimal import Decimal

import pytest

from entrepot.kernel.law import Row
from tests.making import law

DAY = date(2026, 6, 20)
RULES = ("EXW", "FCA", "FAS", "FOB", "CFR", "CIF", "CPT", "CIP", "DAP", "DPU", "DDP")


def found(table: str, day: date = DAY, **keys: str) -> Row:
    row = law(table.partition("/")[0]).read(table, day, keys)
    assert row is not None, (table, keys)
    return row


def test_every_rule_splits_every_cost() -> None:
    rows = list(law("incoterms").tables["incoterms/split"].everything())
    assert {row.keys["rule"] for row in rows} == set(RULES)
    assert len(rows) == len(RULES) * 12
    assert {row["payer"] for row in rows} == {"seller", "buyer", "none", "by_place", "by_contract"}


@pytest.mark.parametrize(
    ("rule", "cost", "payer"),
    [
        *(
            ("EXW", "export_clearance", "buyer"),
            ("FCA", "export_clearance", "seller"),
            ("FCA", "pre_carriage", "by_place"),
        ),
        *(("FAS", "load_main", "buyer"), ("FOB", "load_main", "seller"), ("FOB", "main_carriage", "buyer")),
        *(("CFR", "insurance", "none"), ("CIF", "insurance", "seller"), ("CIP", "destination_terminal", "by_contract")),
        *(
            ("DAP", "unload_at_place", "buyer"),
            ("DPU", "unload_at_place", "seller"),
            ("DDP", "import_clearance", "seller"),
        ),
    ],
)
def test_who_pays(rule: str, cost: str, payer: str) -> None:
    assert found("incoterms/split", rule=rule, cost=cost)["payer"] == payer


def test_once_the_seller_has_stopped_paying_it_does_not_begin_again() -> None:
    order = ["export_packing", "pre_carriage", "origin_terminal", "load_main", "main_carriage", "on_carriage"]
    for rule in RULES:
        payers = [found("incoterms/split", rule=rule, cost=cost)["payer"] for cost in order]
        after = payers[payers.index("buyer") :] if "buyer" in payers else []
        assert "seller" not in after, rule


def test_sea_rules_and_the_customs_term_of_each_rule() -> None:
    terms = {rule: found("incoterms/risk", rule=rule) for rule in RULES}
    assert {rule for rule, row in terms.items() if row["sea_only"]} == {"FAS", "FOB", "CFR", "CIF"}
    assert {rule: row["customs_term"] for rule, row in terms.items()} == {
        **dict.fromkeys(("CIF", "CIP", "DAP", "DPU", "DDP"), "1"),
        **dict.fromkeys(("CFR", "CPT"), "2"),
        **dict.fromkeys(("FOB", "FCA", "FAS"), "3"),
        "EXW": "7",
    }
    assert {rule for rule, row in terms.items() if row.evidence == "secondary"} == {"EXW", "FOB", "CFR", "CIF"}


@pytest.mark.parametrize(
    ("word", "code"),
    [("KGS", "035"), ("MT", "070"), ("PCS", "007"), ("CTN", "120"), ("千克", "035"), ("吨", "070"), ("箱", "120")],
)
def test_words_on_papers(word: str, code: str) -> None:
    assert found("units/words", word=word)["code"] == code


def test_every_word_means_a_unit_that_exists() -> None:
    for row in law("units").tables["units/words"].everything():
        found("units/units", code=row["code"])
        assert row.keys["word"] == row.keys["word"].upper().strip()


@pytest.mark.parametrize(
    ("code", "rec20", "base", "factor"),
    [
        ("035", "KGM", "kg", "1"),
        ("070", "TNE", "kg", "1000"),
        ("036", "GRM", "kg", "0.001"),
        ("095", "LTR", "l", "1"),
        ("076", "LBR", "kg", "0.45359237"),
        ("025", "PR", "piece", "2"),
        ("032", "MTK", "m2", "1"),
    ],
)
def test_units_by_their_factor(code: str, rec20: str, base: str, factor: str) -> None:
    row = found("units/units", code=code)
    assert (row["rec20"], row["base"], row["factor"]) == (rec20, base, Decimal(factor))


def test_a_unit_without_a_base_has_no_factor() -> None:
    for row in law("units").tables["units/units"].everything():
        assert row["base"] or row["factor"] is None, row.cited()


@pytest.mark.parametrize(
    ("code", "country", "function"),
    [
        ("CNYCG", "CHN", "1"),
        ("CNYIC", "CHN", "3"),
        ("CNWHG", "CHN", "1"),
        ("CNSHG", "CHN", "1"),
        ("CNWUH", "CHN", "4"),
        ("JPOSA", "JPN", "1"),
        ("KRPUS", "KOR", "1"),
        ("VNSGN", "VNM", "1"),
        ("SGSIN", "SGP", "1"),
        ("AUSYD", "AUS", "1"),
    ],
)
def test_places_of_the_regions_trade(code: str, country: str, function: str) -> None:
    row = found("unlocode/places", code=code)
    assert row["country"] == country
    assert function in row["functions"]


def test_a_changed_place_is_read_by_its_day() -> None:
    old, new = found("unlocode/places", date(2024, 6, 30), code="VNHPH"), found("unlocode/places", code="VNHPH")
    assert (old["lat"], new["lat"]) == (None, Decimal("20.8500"))
    assert law("unlocode").read("unlocode/places", date(2019, 6, 30), {"code": "CNYCG"}) is None


def test_coordinates_lie_on_the_earth() -> None:
    for row in law("unlocode").tables["unlocode/places"].everything():
        assert (row["lat"] is None) == (row["lon"] is None), row.cited()
        assert row["lat"] is None or (abs(row["lat"]) <= 90 and abs(row["lon"]) <= 180), row.cited()


def test_packages_serve_the_harmonized_system_and_the_euro_rates() -> None:
    assert found("hs/codes", code="280920")["level"] == 6
    assert law("hs").read("hs/codes", date(2028, 1, 1), {"code": "280920"}) is not None
    assert found("hs/codes", date(2028, 1, 1), code="280920").beyond
    rate = found("ecb/rates", date(2026, 10, 30), currency="USD")
    assert (rate["rate"], rate.evidence) == (Decimal("1.1172"), "secondary")
