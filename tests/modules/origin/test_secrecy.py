"""What the buyer may not learn: the decision is open, what it was reached with is not."""

import re
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entrepot.kernel.access import Speaker, may_read_finding
from entrepot.kernel.findings import Finding
from entrepot.kernel.text import Text
from entrepot.kernel.topics import EVERYONE
from entrepot.kernel.vocabulary.decisions import AGREEMENTS, ORIGIN
from entrepot.kernel.vocabulary.goods import BOM
from entrepot.kernel.why import NoSuchPlace, why
from entrepot.modules.origin.facts import MARGIN
from entrepot.modules.origin.module import MODULE
from tests import making
from tests.modules.origin.agreements_making import law, rules, tables
from tests.modules.origin.origin_making import CARBON, DAY, OIL, both, english

SECRET_OIL = {**OIL, "name": "secret oil", "value": "CNY 234.56"}
SECRET_CARBON = {**CARBON, "name": "secret carbon", "value": "CNY 654.32"}
KOREAN = {"origin": "KOR", "originating": True, "proof": "secret proof"}
LOCAL = {"origin": "CHN", "originating": True, "proof": "secret supplier"}
COSTS = {"labour": "CNY 61.17", "overhead": "CNY 43.29", "profit": "CNY 57.31", "other_cost": "CNY 29.83"}
BILLS: dict[str, tuple[str, dict[str, Any]]] = {
    "passes by a change of heading": ("280300", {"materials": [SECRET_OIL]}),
    "passes by de minimis": ("280300", {"materials": [{**SECRET_CARBON, "value": "CNY 98.76"}, SECRET_OIL]}),
    "passes by value": ("280300", {"materials": [{**SECRET_CARBON, "value": "CNY 543.21"}]}),
    "passes by cumulation": ("280300", {"materials": [SECRET_OIL, {**SECRET_CARBON, **KOREAN}]}),
    "passes by costs that exceed the whole": (
        "280300", {"materials": [{**SECRET_OIL, **LOCAL, "value": "CNY 312.34"}, SECRET_CARBON], **COSTS},
    ),
    "made of originating materials, much of the price open": (
        "280300", {"materials": [{**SECRET_OIL, **LOCAL}], "operations": ["cracking"], **COSTS},
    ),
    "fails": ("280300", {"materials": [SECRET_OIL, SECRET_CARBON]}),
    "fails for want of a proof": ("280300", {"materials": [{**SECRET_CARBON, **KOREAN, "proof": ""}]}),
    "fails by minimal operations": ("280300", {"materials": [SECRET_CARBON], "operations": ["packing"]}),
    "passes a rule at second hand": ("310530", {"materials": [SECRET_OIL, SECRET_CARBON]}),
    "fails a rule at second hand": ("310530", {"materials": [{**SECRET_CARBON, "hs": "310530", "value": "CNY 901.23"}]}),
    "cannot be told": ("280300", {"materials": [SECRET_OIL, {**SECRET_CARBON, "hs": ""}]}),
    "several currencies": ("280300", {"materials": [SECRET_CARBON, {**SECRET_OIL, "value": "USD 76.54"}]}),
    "no rule on file": ("200390", {"materials": [SECRET_OIL, {**SECRET_CARBON, **LOCAL}]}),
    "nothing stated": ("280300", {}),
    "cannot stand": ("280300", {"materials": [{**SECRET_OIL, "deductible": "CNY 345.67"}]}),
}  # fmt: skip


def told(finding: Finding) -> str:
    """All that travels with a disclosed finding, as text."""
    return msgspec.json.encode((finding.value, finding.reasons, finding.problems)).decode()


def unexplained_digits(finding: Finding, hs: str) -> set[str]:
    """Runs of digits in what the buyer is told that stand neither in the line nor in the law that was read."""
    law = "".join(f"{row.cited()} {dict(row.keys)} {dict(row.values)}" for row in finding.law)
    public = f"line/1 {hs} {hs[:6]} {hs[:4]} {DAY} Annex 3A {law}"
    return set(re.findall(r"\d+", told(finding))) - set(re.findall(r"\d+", public))


def texts_in(value: Any) -> list[Text]:
    if isinstance(value, Text):
        return [value]
    if isinstance(value, tuple | list):
        return [text for item in value for text in texts_in(item)]
    fields = getattr(value, "__struct_fields__", ())
    return [text for field in fields for text in texts_in(getattr(value, field))]


def test_the_margin_is_as_secret_as_the_bill_of_materials() -> None:
    assert MARGIN.read == BOM.read
    assert not MARGIN.discloses


@pytest.mark.parametrize("name", BILLS)
def test_the_buyer_reads_no_amount_no_share_and_no_material(name: str) -> None:
    hs, bill = BILLS[name]
    decision, margin = both(bill, hs=hs)
    assert not unexplained_digits(decision, hs)
    assert "secret" not in told(decision)
    assert " no. " not in told(decision), "materials are not even counted"
    assert margin is not None
    for finding in (decision, margin):
        texts = texts_in(finding.value) + texts_in(finding.reasons) + texts_in(finding.problems)
        assert all(text.en and text.zh for text in texts)


def test_who_may_read_the_bill_reads_by_how_much_it_fails() -> None:
    decision, margin = both({"materials": [SECRET_CARBON]})
    assert margin is not None
    assert english(decision.value.missing) == "the product rule CTH or RVC40 is not met"
    assert "must fall by CNY 54.32" in english(margin.value.changes)
    assert unexplained_digits(margin, "28030000") >= {"54", "554", "65", "34"}


def amount(least: int, most: int) -> st.SearchStrategy[str]:
    return st.integers(least, most).map(lambda fen: f"CNY {Decimal(fen).scaleb(-2)}")


materials = st.fixed_dictionaries(
    {
        "hs": st.sampled_from(["270799", "280300", "280410", "28", ""]),
        "value": amount(10_000_00, 90_000_00),
        "origin": st.sampled_from(["CHN", "KOR", "USA", ""]),
        "originating": st.booleans(),
        "proof": st.sampled_from(["", "secret proof"]),
        "role": st.sampled_from(["material", "packing", "accessory", "indirect"]),
    },
    optional={"deductible": amount(1_000_00, 20_000_00), "weight_kg": st.decimals(1000, 9000, places=2).map(str)},
).map(lambda material: {"name": "secret", **material})
bills = st.fixed_dictionaries(
    {"materials": st.lists(materials, min_size=1, max_size=4), "fob": amount(50_000_00, 900_000_00)},
    optional={
        **{cost: amount(1_000_00, 90_000_00) for cost in ("labour", "overhead", "profit", "other_cost")},
        "operations": st.sampled_from([["cracking"], ["packing"]]),
        "wholly_obtained": st.just("harvested"),
        "complete": st.booleans(),
    },
)


@settings(max_examples=150)
@given(bills, st.sampled_from(["28030000", "31053000", "20039010", "62046200"]))
def test_no_digit_of_any_bill_reaches_the_buyer(bill: dict[str, Any], hs: str) -> None:
    decision, _ = both(bill, hs=hs)
    assert not unexplained_digits(decision, hs)
    assert "secret" not in told(decision)


BESIDE = law(
    ("AA", tables("AA", {"CHN": "", "JPN": ""}, [
        rules("CTH except from 2707 allow 20 EXW of 2707", "MaxNOM40 EXW", "RVC60 FOB", "Process weaving", code="28"),
        rules("=as the text says", "CTH", joint="and", code="2803", subdivision="carbon black"),
    ])),
    ("BB", tables("BB", {"CHN": "", "JPN": ""}, [
        rules("Obtained 28", "NOM within OM", "Only 27", joint="unstated", code="28"),
    ], limits=[])),
    beside=making.law("RCEP"),
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(bills)
def test_no_digit_of_any_bill_reaches_the_buyer_under_any_agreement(bill: dict[str, Any]) -> None:
    said = {"goods.line/1": {"hs": "28030000"}, "goods.bom/1": {"producer_country": "CHN", **bill}}
    sheet = making.sheet([MODULE], {**said, "import.entry": {"country": "JPN", "day": DAY}}, DAY, BESIDE)
    for topic in (ORIGIN, AGREEMENTS):
        found = sheet.finding(topic.name, "1")
        assert found is not None
        assert found.status != "failed"
        assert not unexplained_digits(found, "28030000")
        assert "secret" not in told(found)


def test_only_who_may_read_the_bill_sees_margin_working_and_the_law_looked_up_for_it() -> None:
    bill = {"producer_country": "CHN", "fob": "CNY 1000.00", "materials": [SECRET_OIL], "operations": ["cracking"]}
    said = {"goods.line/1": {"hs": "280300"}, "goods.bom/1": bill, "import.entry": {"country": "JPN", "day": DAY}}
    sheet = making.sheet([MODULE], said, DAY, making.law("RCEP"))
    decision, margin = sheet.finding("origin.decision", "1"), sheet.finding("origin.margin", "1")
    every = sheet.finding("origin.agreements", "1")
    assert decision is not None
    assert every is not None
    assert margin is not None
    for role in EVERYONE:
        speaker = Speaker("p", "org", frozenset({role}))
        assert may_read_finding(sheet.registry.topics, decision, speaker) is (role in ORIGIN.read)
        assert may_read_finding(sheet.registry.topics, every, speaker) is (role in AGREEMENTS.read)
        assert may_read_finding(sheet.registry.topics, margin, speaker) is (role in MARGIN.read & ORIGIN.read)
    buyer, exporter = (Speaker("p", "org", frozenset({role})) for role in ("importer", "exporter"))
    tree = why(sheet, buyer, "origin.decision", "1")
    assert (tree.value["outcome"], tree.working, tree.law) == ("originating", (), ())
    assert [knot.kind for knot in tree.below if knot.topic == "goods.bom"] == ["hidden"]
    with pytest.raises(NoSuchPlace):
        why(sheet, buyer, "origin.margin", "1")
    assert why(sheet, exporter, "origin.decision", "1").law
    assert why(sheet, exporter, "origin.margin", "1").working
