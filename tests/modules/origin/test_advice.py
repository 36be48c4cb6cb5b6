"""The best single change: what is told is true - carried out on the bill, the line qualifies."""

import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entrepot.modules.origin.facts import Remedy
from tests.modules.origin.agreements_making import drawn, material, one, outcome, rules

NO, OPEN = "not_originating", "conditional"
FAR = "970110"  # of a chapter that no rule of these tests names


def told(where: Any, bill: dict[str, Any]) -> list[Remedy]:
    return list(drawn(where, bill)["origin.margin"].value.remedies)


def kinds(found: list[Remedy]) -> list[tuple[str, int, str]]:
    return [(one.kind, one.material, "" if one.amount is None else f"{one.amount.amount:f}") for one in found]


def carried_out(bill: dict[str, Any], change: Remedy) -> dict[str, Any]:
    """The bill with the change made to it."""
    materials = [dict(one) for one in bill["materials"]]
    changed = {**bill, "materials": materials}
    item = materials[change.material - 1] if change.material else {}
    match change.kind:
        case "proof":
            item["proof"] = "J-1"
        case "originating":
            item |= {"origin": "GBR", "originating": True}
        case "heading":
            item["hs"] = FAR
        case "reduce":
            assert change.amount is not None
            item["value"] = f"GBP {Decimal(item['value'].split()[1]) - change.amount.amount}"
        case "raise":
            assert change.amount is not None
            for name in ("ex_works", "fob", "labour"):
                if changed.get(name):
                    changed[name] = f"GBP {Decimal(changed[name].split()[1]) + change.amount.amount}"
        case "state":
            price = re.search(r"the (FOB value|ex-works price) stated, if it is GBP ([\d,.]+) or more", change.what.en)
            words = re.search(r"\(operations (.+)\)", change.what.en)
            if price:
                changed["fob" if price[1] == "FOB value" else "ex_works"] = f"GBP {price[2].replace(',', '')}"
            elif words:
                changed["operations"] = [*changed.get("operations", ["cracking"]), *words[1].split(", ")]
            elif "wholly obtained" in change.what.en:
                item["wholly_obtained"] = True
            else:
                item["hs"] = FAR
    return changed


def test_a_value_that_falls_short() -> None:
    found = told(one(rules("MaxNOM40 EXW")), {"materials": [material("280300", "300"), material("270799", "150")]})
    assert kinds(found) == [
        ("reduce", 1, "50.00"),
        ("raise", 0, "125.00"),
        ("originating", 2, "150.00"),
        ("originating", 1, "300.00"),
    ]
    assert all(one.what.zh for one in found)


def test_a_change_that_fails() -> None:
    found = told(one(rules("CTH")), {"materials": [material("280300", "300"), material("270799", "150")]})
    assert kinds(found) == [
        ("reduce", 1, "200.00"),
        ("originating", 1, "300.00"),
        ("heading", 1, "300.00"),
    ]


def test_a_proof_costs_least() -> None:
    japanese = material("280300", "300", origin="JPN", originating=True)
    found = told(one(rules("CTH")), {"materials": [japanese, material("270799", "150")]})
    assert kinds(found)[0] == ("proof", 1, "")


def test_what_must_be_stated() -> None:
    where = one(rules("CTH and MaxNOM40 EXW"))
    bill = {"ex_works": None, "fob": "GBP 900.00", "materials": [material("270799", "300")]}
    assert [one.what.en for one in told(where, bill)][:1] == ["the ex-works price stated, if it is GBP 750.00 or more"]
    code = told(one(rules("CTH")), {"materials": [material("", "300"), material("270799", "150")]})
    assert (code[0].kind, code[0].material) == ("state", 1)
    process = told(one(rules("Process weaving + making_up")), {"materials": [material("520512", "300")]})
    assert process[0].kind == "state"
    milk = material("040110", "300", origin="GBR", originating=True)
    obtained = told(one(rules("Obtained 04")), {"materials": [milk, material("270799", "150")]})
    assert obtained[0].what.en == "that material no. 1 is wholly obtained"


def test_no_single_change_is_told_where_it_takes_two() -> None:
    bill = {"materials": [material("280300", "450"), material("280300", "450")]}
    assert told(one(rules("CTH and MaxNOM10 EXW")), bill) == []


def test_nothing_is_told_where_the_line_qualifies_or_was_only_packed() -> None:
    bill = {"materials": [material("270799", "300")]}
    assert told(one(rules("CTH")), bill) == []
    assert told(one(rules("CC")), {**bill, "operations": ["packing"]}) == []


amounts = st.integers(1, 600_00).map(lambda pence: f"{Decimal(pence).scaleb(-2)}")
materials = st.lists(
    st.builds(
        lambda hs, worth, who: {**material(hs, worth), **who},
        st.sampled_from(["270799", "280300", "280410", "2803", "28", "", "040110", "170199"]),
        amounts,
        st.sampled_from(
            [
                {}, {}, {"origin": "GBR", "originating": True, "proof": "s"}, {"origin": "JPN", "originating": True},
                {"origin": "JPN", "originating": True, "proof": "J"}, {"origin": "USA", "originating": True, "proof": "U"},
                {"role": "packing"}, {"role": "accessory"},
            ]
        ),
    ),
    min_size=1,
    max_size=5,
)  # fmt: skip
RULES = (
    "CTH", "CC", "CTSH except from 2707 allow 20 EXW of 2707", "ANY except from 2803", "MaxNOM40 EXW", "MaxNOM30 FOB of 28", "RVC55 EXW",
    "RVC40", "RVC30 build-up EXW", "RVC60 focused EXW of 2803", "MaxMAT20 EXW of 1701", "Obtained 04", "Originating 04", "Only 2707, 28",
    "NOM within OM", "Process weaving", "CR", "WO", "CTH and MaxNOM50 EXW", "MaxNOM20 weight of 1701",
)  # fmt: skip
texts = st.lists(st.sampled_from(RULES), min_size=1, max_size=3)


@settings(max_examples=150, deadline=None)
@given(
    texts,
    st.sampled_from(["or", "and", "unstated"]),
    materials,
    st.sampled_from([{}, {"ex_works": None, "fob": "GBP 950.00"}]),
)
def test_every_change_that_is_told_makes_the_line_qualify(
    words: list[str], joint: str, bill: list[dict[str, Any]], price: dict[str, Any]
) -> None:
    where, stated = (
        one(rules(*words, joint=joint)),
        {"materials": bill, "ex_works": "GBP 1000.00", "operations": ["cracking"], **price},
    )
    before = outcome(where, stated)
    for change in told(where, stated):
        assert before != "originating"
        after = drawn(where, carried_out(stated, change))["origin.decision"].value
        assert after.criterion, (change, words, joint)


@pytest.mark.parametrize("rule", RULES)
def test_a_change_costs_no_more_than_the_one_after_it(rule: str) -> None:
    bill = {"materials": [material("280300", "400"), material("040110", "200"), material("170199", "100.5")]}
    costs = [0 if one.amount is None else one.amount.minor for one in told(one(rules(rule)), bill)]
    assert costs == sorted(costs)


def test_of_a_very_long_bill_the_dearest_materials_are_tried() -> None:
    long = [material("280300", "0.01") for _ in range(300)]
    found = told(one(rules("MaxNOM40 EXW")), {"materials": [*long, material("270799", "400")]})
    assert ("originating", 301, "400.00") in kinds(found)
