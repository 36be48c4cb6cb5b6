"""Duty expressions: each worked example is recomputed by hand in the comment beside it."""

from collections.abc import Mapping
from decimal import Decimal, localcontext
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.kernel.rates import (
    AdValorem,
    Duty,
    DutyError,
    Free,
    Greatest,
    Least,
    MalformedDuty,
    MissingQuantity,
    OtherCurrency,
    Ratio,
    Specific,
    Sum,
    ValueGap,
    charge,
    parse_duty,
    write_duty,
)

D = Decimal

amounts = st.decimals(min_value=0, max_value=10**9, places=4)
above_zero = st.decimals(min_value=D("0.001"), max_value=10**6, places=3)
units = st.sampled_from(["kg", "l", "m2", "pair", "no"])
ratios = st.builds(Ratio, above_zero, above_zero)
simple: st.SearchStrategy[Duty] = st.one_of(
    st.just(Free()),
    st.builds(AdValorem, st.decimals(min_value=0, max_value=10, places=6)),
    st.builds(Specific, amounts, st.just("JPY"), units, above_zero),
    st.builds(ValueGap, amounts, st.just("JPY"), units, above_zero, ratios, ratios),
)


def composed(parts: st.SearchStrategy[Duty]) -> st.SearchStrategy[Duty]:
    def summed(terms: list[Duty]) -> Duty:
        return Sum(tuple(term for term in terms if not isinstance(term, Sum)))

    several = st.lists(parts, min_size=2, max_size=3)
    unsummed = several.filter(lambda terms: not any(isinstance(term, Sum) for term in terms))
    return st.one_of(
        unsummed.map(summed),
        several.map(lambda choices: Greatest(tuple(choices))),
        several.map(lambda choices: Least(tuple(choices))),
    )


duties = st.recursive(simple, composed, max_leaves=4)
ALL_UNITS: Mapping[str, Decimal] = {"kg": D(12), "l": D("0.5"), "m2": D(3), "pair": D(2), "no": D(700)}


@given(duties)
def test_a_written_duty_reads_back_as_the_same_duty_in_the_same_words(duty: Duty) -> None:
    text = write_duty(duty)
    assert parse_duty(text) == duty
    assert write_duty(parse_duty(text)) == text
    assert text.isascii()


@given(duties)
def test_a_duty_survives_json(duty: Duty) -> None:
    assert msgspec.json.decode(msgspec.json.encode(duty), type=Duty) == duty


@given(duties, amounts)
def test_a_charge_is_never_negative_and_its_last_step_is_the_amount(duty: Duty, value: Decimal) -> None:
    amount, working = charge(duty, value, "JPY", ALL_UNITS)
    assert amount >= 0
    assert working[-1].amount == amount
    assert working[-1].formula == write_duty(duty)


@given(amounts, ratios, ratios, above_zero)
def test_a_gap_equals_its_definition_in_exact_fractions(
    value: Decimal, share: Ratio, scale: Ratio, per: Decimal
) -> None:
    gap = ValueGap(D("500.25"), "JPY", "kg", per, share, scale)
    amount, _ = charge(gap, value, "JPY", {"kg": D("12.5")})
    lots = Fraction(D("12.5")) / Fraction(per)
    part = Fraction(share.over) / Fraction(share.under) * Fraction(value)
    exact = max(Fraction(0), Fraction(scale.over) / Fraction(scale.under) * (Fraction(D("500.25")) * lots - part))
    assert abs(Fraction(amount) - exact) <= exact / 10**40


@pytest.mark.parametrize(
    ("text", "duty"),
    [
        ("free", Free()),
        ("3.3%", AdValorem(D("0.033"))),
        ("JPY 4800/pair", Specific(D(4800), "JPY", "pair")),
        ("JPY 290.7/1000 no", Specific(D("290.7"), "JPY", "no", D(1000))),
        ("12% + JPY 5/kg", Sum((AdValorem(D("0.12")), Specific(D(5), "JPY", "kg")))),
        ("max(17%, JPY 30/kg)", Greatest((AdValorem(D("0.17")), Specific(D(30), "JPY", "kg")))),
        ("(JPY 361 - value)/kg", ValueGap(D(361), "JPY", "kg")),
        ("(JPY 577.15 - 0.6 value)/kg", ValueGap(D("577.15"), "JPY", "kg", share=Ratio(D("0.6")))),
        ("3/11 * (JPY 500 - value)/kg", ValueGap(D(500), "JPY", "kg", scale=Ratio(D(3), D(11)))),
    ],
)
def test_each_form_of_the_grammar_has_one_spelling(text: str, duty: Duty) -> None:
    assert parse_duty(text) == duty
    assert write_duty(duty) == text


def test_spaces_and_trailing_zeros_do_not_matter() -> None:
    assert write_duty(parse_duty("  max( 17.0% ,JPY 30.00/1 kg+free ) ")) == "max(17%, JPY 30/kg + free)"


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "3.3", "3.3 %%", "-3%", "3,3%", "１０%", "JPY/kg", "JPY 10", "JPY 10/KG", "jpy 10/kg", "JPY 10/value",
        "max(3%)", "max 3%, 4%", "max(3%, 4%", "3% +", "3% 4%", "(3%)", "(JPY 3 + value)/kg",
        "3/0 * (JPY 3 - value)/kg", "JPY 10/0 kg", "free%", "3%\n",
        "9" * 30 + "%", "max(" * 200, "3% + " * 400 + "3%", "1e3%", "NaN%",
    ],
)  # fmt: skip
def test_what_is_no_duty_is_refused(text: str) -> None:
    with pytest.raises(MalformedDuty):
        parse_duty(text)


def test_the_refusal_says_where_and_what_was_expected() -> None:
    with pytest.raises(MalformedDuty, match=r"in 'JPY 10': / was expected, not the end"):
        parse_duty("JPY 10")
    with pytest.raises(MalformedDuty, match="from character 3"):
        parse_duty("3%?")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-1", "-0", "1E+19", "1E-19"])
def test_numbers_that_no_law_prints_make_no_duty(number: str) -> None:
    with pytest.raises(MalformedDuty):
        AdValorem(D(number))


def test_a_sum_in_a_sum_and_a_choice_of_one_are_no_duty() -> None:
    three = AdValorem(D("0.03"))
    with pytest.raises(MalformedDuty):
        Sum((three, Sum((three, three))))  # type: ignore[arg-type]
    with pytest.raises(MalformedDuty):
        Greatest((three,))
    with pytest.raises(MalformedDuty):
        Least((three,))


WORKED = [
    ("free", "1000000", {}, "0"),
    # 1,000,000 x 0.033
    ("3.3%", "1000000", {}, "33000"),
    # 10 x 250
    ("JPY 10/kg", "1000000", {"kg": "250"}, "2500"),
    # 290.70 x 4,000 / 1,000
    ("JPY 290.7/1000 no", "1", {"no": "4000"}, "1162.8"),
    # 120,000 + 5 x 250
    ("12% + JPY 5/kg", "1000000", {"kg": "250"}, "121250"),
    # the greater of 0.17 x 10,000 = 1,700 and 30 x 100 = 3,000
    ("max(17%, JPY 30/kg)", "10000", {"kg": "100"}, "3000"),
    # wine: the lesser of 21,300 and 15,680; not below 9,300
    ("max(min(21.3%, JPY 156.8/l), JPY 93/l)", "100000", {"l": "100"}, "15680"),
    # cheap wine: the lesser of 2,130 and 15,680 is below the floor of 9,300
    ("max(min(21.3%, JPY 156.8/l), JPY 93/l)", "10000", {"l": "100"}, "9300"),
    # the greater of 93 and 7,190, but not above half of 1,000
    ("min(max(9.3%, JPY 7.19/kg), 50%)", "1000", {"kg": "1000"}, "500"),
    # onions: 73.70 x 1,000 - 70,000
    ("(JPY 73.7 - value)/kg", "70000", {"kg": "1000"}, "3700"),
    # dearer onions: no duty rather than a negative one
    ("(JPY 73.7 - value)/kg", "80000", {"kg": "1000"}, "0"),
    # pork: the lesser of 394.572 x 100 - 36,000 = 3,457.2 and 43.50 x 100 = 4,350
    ("min((JPY 394.572 - value)/kg, JPY 43.5/kg)", "36000", {"kg": "100"}, "3457.2"),
    # pork products: 577.15 x 100 - 0.6 x 50,000 = 27,715, more than 4.3 % of 50,000
    ("max((JPY 577.15 - 0.6 value)/kg, 4.3%)", "50000", {"kg": "100"}, "27715"),
    # copper: 0.8 x (500 x 1,000 - 489,000) = 8,800, less than 2.4 % of 489,000 = 11,736
    ("min(2.4%, 0.8 * (JPY 500 - value)/kg)", "489000", {"kg": "1000"}, "8800"),
    # 3/11 x (500 x 11 - 4,400) = 300
    ("3/11 * (JPY 500 - value)/kg", "4400", {"kg": "11"}, "300"),
    # two thousand litres at 934 for a thousand
    ("JPY 934/1000 l", "1", {"l": "2000"}, "1868"),
]


@pytest.mark.parametrize(("text", "value", "quantities", "expected"), WORKED)
def test_worked_examples(text: str, value: str, quantities: dict[str, str], expected: str) -> None:
    given_quantities = {unit: D(quantity) for unit, quantity in quantities.items()}
    amount, _ = charge(parse_duty(text), D(value), "JPY", given_quantities)
    assert amount == D(expected)


def test_the_working_shows_every_term_and_then_the_choice() -> None:
    _, working = charge(parse_duty("max(17%, JPY 30/kg)"), D(10_000), "JPY", {"kg": D(100)})
    assert [(step.formula, step.inputs, step.amount) for step in working] == [
        ("17%", (("value", D(10_000)),), D(1700)),
        ("JPY 30/kg", (("kg", D(100)),), D(3000)),
        ("max(17%, JPY 30/kg)", (("17%", D(1700)), ("JPY 30/kg", D(3000))), D(3000)),
    ]


def test_amounts_stay_unrounded_whatever_precision_the_process_has_set() -> None:
    with localcontext(prec=3):
        amount, _ = charge(parse_duty("3.3% + JPY 0.01/kg"), D("1234567.89"), "JPY", {"kg": D("0.5")})
    assert amount == D("40740.74537")  # 40,740.74037 + 0.005


def test_a_missing_quantity_is_named_even_if_the_other_choice_might_decide() -> None:
    with pytest.raises(MissingQuantity) as caught:
        charge(parse_duty("min(free, JPY 30/kg)"), D(10_000), "JPY", {"l": D(1)})
    assert caught.value.unit == "kg"


def test_another_currency_is_refused_but_a_percentage_takes_any() -> None:
    with pytest.raises(OtherCurrency) as caught:
        charge(parse_duty("JPY 30/kg"), D(10), "CNY", {"kg": D(1)})
    assert (caught.value.duty_currency, caught.value.value_currency) == ("JPY", "CNY")
    with pytest.raises(OtherCurrency):
        charge(parse_duty("(JPY 30 - value)/kg"), D(10), "CNY", {"kg": D(1)})
    assert charge(parse_duty("10%"), D(10), "CNY", {})[0] == 1


@pytest.mark.parametrize("wrong", ["-1", "NaN", "Infinity"])
def test_impossible_values_and_quantities_are_refused(wrong: str) -> None:
    with pytest.raises(DutyError):
        charge(parse_duty("3%"), D(wrong), "JPY", {})
    with pytest.raises(DutyError):
        charge(parse_duty("JPY 3/kg"), D(1), "JPY", {"kg": D(wrong)})


def test_a_value_gap_is_of_the_value_before_its_base_was_cut() -> None:
    duty = parse_duty("10% + (JPY 30 - value)/kg")
    assert charge(duty, D(1000), "JPY", {"kg": D(100)}, D(1999))[0] == D(100) + D(1001)
    assert charge(duty, D(1000), "JPY", {"kg": D(100)})[0] == D(100) + D(2000)
