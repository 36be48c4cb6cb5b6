"""What can never happen, on bills and rules of all kinds."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from entrepot.modules.origin.rules.grammar import RuleError, parse_rule
from tests.modules.origin.agreements_making import drawn, law, material, one, outcome, rules, tables
from tests.modules.origin.test_advice import RULES, materials, texts

joints = st.sampled_from(["or", "and", "unstated"])
PRICES: list[dict[str, Any]] = [
    {"ex_works": "GBP 1000.00"},
    {"ex_works": None, "fob": "GBP 950.00"},
    {"fob": "GBP 1100.00"},
]
prices = st.sampled_from(PRICES)
COSTS = dict.fromkeys(("labour", "overhead", "profit", "other_cost"), "GBP 40.00")
rank = {"not_originating": 0, "conditional": 1, "originating": 2}


def passed(where: Any, bill: dict[str, Any]) -> tuple[str, str]:
    value = drawn(where, bill)["origin.decision"].value
    return value.outcome, value.criterion


@settings(max_examples=150, deadline=None)
@given(texts, joints, materials, prices, st.integers(0, 4), st.integers(1, 900_00))
def test_more_non_originating_value_never_turns_no_into_yes(
    words: list[str], joint: str, bill: list[dict[str, Any]], price: dict[str, Any], place: int, pence: int
) -> None:
    """Of a material that is there already, or of one more."""
    where = one(rules(*words, joint=joint))
    # The bill's own non-originating materials only: dearer originating ones are no non-originating value.
    foreign = [n for n, item in enumerate(bill) if not item.get("originating")]
    # A bill of packing alone states no materials: that is another question.
    assume(foreign and any(item.get("role", "material") == "material" for item in bill))
    dearer = [dict(item) for item in bill]
    raised = dearer[foreign[place % len(foreign)]]
    raised["value"] = f"GBP {Decimal(raised['value'].split()[1]) + Decimal(pence).scaleb(-2)}"
    more = [*bill, material("280300", f"{Decimal(pence).scaleb(-2)}")]
    before = passed(where, {"materials": bill, **price})
    for changed in (dearer, more):
        after = passed(where, {"materials": changed, **price})
        assert not (before[0] == "not_originating" and after[0] != "not_originating")
        assert not (
            after[0] == "originating"
            and before[0] != "originating"
            and before[1] == ""
            and not _priced_out(bill, price)
        )


def _priced_out(bill: list[dict[str, Any]], price: dict[str, Any]) -> bool:
    """Whether the bill is inconsistent to begin with: worth more than its price."""
    top = Decimal(next(value for value in price.values() if value).split()[1])
    return sum(Decimal(item["value"].split()[1]) for item in bill) > top


@settings(max_examples=100, deadline=None)
@given(texts, joints, materials, prices, st.randoms(use_true_random=False))
def test_the_order_of_materials_does_not_matter(
    words: list[str], joint: str, bill: list[dict[str, Any]], price: dict[str, Any], chance: Any
) -> None:
    where, mixed = one(rules(*words, joint=joint)), list(bill)
    chance.shuffle(mixed)
    first, second = (drawn(where, {"materials": one_, **price}) for one_ in (bill, mixed))
    assert first["origin.decision"].value == second["origin.decision"].value
    shares = [[(t.rule, t.passed, t.percent) for t in found["origin.margin"].value.tests] for found in (first, second)]
    assert shares[0] == shares[1]
    costs = [
        sorted((r.kind, r.amount and r.amount.minor) for r in f["origin.margin"].value.remedies)
        for f in (first, second)
    ]
    assert costs[0] == costs[1]


@settings(max_examples=100, deadline=None)
@given(texts, joints, materials, prices, st.integers(2, 1000))
def test_the_size_of_the_money_does_not_matter(
    words: list[str], joint: str, bill: list[dict[str, Any]], price: dict[str, Any], times: int
) -> None:
    def scaled(amount: Any) -> Any:
        return amount and f"GBP {Decimal(amount.split()[1]) * times}"

    where = one(rules(*words, joint=joint))
    larger = {
        "materials": [{**item, "value": scaled(item["value"])} for item in bill],
        **{name: scaled(amount) for name, amount in {"ex_works": None, **price, **COSTS}.items()},
    }
    smaller = {"materials": bill, "ex_works": None, **price, **COSTS}
    assert drawn(where, larger)["origin.decision"].value == drawn(where, smaller)["origin.decision"].value


@settings(max_examples=100, deadline=None)
@given(texts, joints, materials, prices)
def test_a_second_agreement_never_makes_it_worse_and_one_without_law_changes_nothing(
    words: list[str], joint: str, bill: list[dict[str, Any]], price: dict[str, Any]
) -> None:
    assume(
        not any(item.get("proof") == "J" for item in bill)
    )  # with two agreements, whose proof it is becomes a condition
    parties = {"GBR": "", "JPN": ""}
    first = ("AA", tables("AA", parties, [rules(*words, joint=joint)]))
    alone = outcome(law(first), {"materials": bill, **price})
    beside = outcome(law(first, ("BB", tables("BB", parties, []))), {"materials": bill, **price})
    other = outcome(law(first, ("BB", tables("BB", parties, [rules("RVC40 EXW")]))), {"materials": bill, **price})
    assert beside == alone
    assert rank[other] >= rank[alone]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(RULES), st.sampled_from(RULES), st.data())
def test_mutated_rules_never_crash_and_what_is_not_understood_never_passes(first: str, second: str, data: Any) -> None:
    whole = f"{first} or {second}"
    words = whole.split()
    place = data.draw(st.integers(0, len(words) - 1))
    mutated = data.draw(
        st.sampled_from(
            [
                [*words[:place], *words[place + 1 :]], [*words, "or"], ["and", *words], [*words[:place], "(", *words[place:]],
                [*words[:place], words[place], *words[place:]], [*words[:place], "%", *words[place + 1 :]], words[::-1],
                [*words[:place], "101", *words[place:]], [whole[: data.draw(st.integers(0, len(whole)))]],
            ]
        )
    )  # fmt: skip
    text = " ".join(mutated)
    found = outcome(
        one(rules(text or "=")), {"materials": [material("280300", "990"), material("270799", "5")], **PRICES[0]}
    )
    assert found in rank
    try:
        parse_rule(text)
    except RuleError:
        assert found == "conditional"


codes = st.text(alphabet="0123456789 .xA—", max_size=14)
anything = st.fixed_dictionaries(
    {"name": st.just("m"), "hs": codes, "value": st.integers(-5, 10**15).map(lambda n: f"GBP {Decimal(n).scaleb(-2)}")},
    optional={
        "origin": st.sampled_from(["GBR", "JPN", "ZZZ", ""]),
        "originating": st.booleans(),
        "proof": st.sampled_from(["", "p"]),
        "no": st.sampled_from(["A", "B", "C"]),
        "part_of": st.sampled_from(["A", "B", "C", "D"]),
        "role": st.sampled_from(["material", "packing", "accessory", "indirect", "transport_packing"]),
        "weight_kg": st.integers(-1, 100).map(str),
    },
)


@settings(max_examples=200, deadline=None)
@given(texts, joints, st.lists(anything, max_size=6), prices)
def test_whatever_the_bill_the_room_answers(
    words: list[str], joint: str, bill: list[dict[str, Any]], price: dict[str, Any]
) -> None:
    found = drawn(one(rules(*words, joint=joint)), {"materials": bill, **price})
    assert found["origin.decision"].status in ("found", "needs_review", "refused")
    if any(item["value"].startswith("GBP -") for item in bill):
        assert found["origin.decision"].status == "refused"


@pytest.mark.parametrize("hs", ["", "28", "2803", "28030", "2803000", "280300000000000", "abcdef", "２８０３００"])
def test_codes_of_the_wrong_length_are_no_codes(hs: str) -> None:
    found = drawn(one(rules("CTH")), {"materials": [material("270799", "5")]}, hs=hs)["origin.decision"]
    assert found.status == ("needs_review" if not hs else "refused")


def test_materials_worth_more_than_the_price_are_pointed_out_and_leave_a_pass_to_be_confirmed() -> None:
    found = drawn(one(rules("CTH")), {"materials": [material("270799", "1000.01")]})
    assert [problem.rule for problem in found["origin.margin"].problems] == ["OR17"]
    assert found["origin.decision"].value.conditions[0].en == "the producer must confirm its costs and materials"


def test_materials_without_value_or_origin_are_pointed_out() -> None:
    bill = {"materials": [material("270799", "0"), material("280300", "50", originating=True)]}
    found = drawn(one(rules("CTH")), bill)["origin.margin"]
    assert [problem.rule for problem in found.problems] == ["OR18", "OR19"]


def test_a_price_at_the_gate_above_the_price_on_board_is_refused() -> None:
    found = drawn(one(rules("CTH")), {"fob": "GBP 900.00", "materials": [material("270799", "5")]})
    assert [problem.rule for problem in found["origin.margin"].problems] == ["OR09"]
