"""The one question: what titles bind, which attribute splits best, what an answer does."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from entrepot.modules.classification.facts import OTHER
from entrepot.modules.classification.rules.limits import Span, answer_text, choices_of, fits, spans_in
from entrepot.modules.classification.rules.question import (
    Weighed,
    answered,
    as_stated,
    ask,
    assumptions,
    read_off,
    weighed,
)
from tests.making import law
from tests.modules.classification.made import DAY, lexicon

CODES = sorted(row.keys["code"] for row in law("hs").tables["hs/codes"].everything() if row["level"] == 6)


def candidate(code: str, share: str = "0.5") -> Weighed:
    row = law("hs").read("hs/codes", DAY, {"code": code})
    assert row is not None
    return weighed(lexicon(), code, Decimal(share), (row["title"], ""))


@pytest.mark.parametrize(
    ("text", "attribute", "values"),
    [
        ("Shirts; of cotton (not knitted or crocheted)", "making", {"woven"}),
        ("T-shirts; of textile materials (other than cotton), knitted", "material", {"artificial", "flax", "silk", "synthetic", "wool"}),
        ("Fish; frozen, excluding fillets", "state", {"frozen"}),
        ("leather handbag", "material", {"leather"}),
        ("男式针织纯棉T恤", "making", {"knitted"}),
        ("非针织或非钩编男衬衫", "making", {"woven"}),
        ("冷冻罗非鱼片", "state", {"frozen"}),
    ],
)  # fmt: skip
def test_a_text_names_its_values_and_not_what_it_takes_out(text: str, attribute: str, values: set[str]) -> None:
    assert lexicon().named((text,))[attribute] == values


def test_what_a_text_only_takes_out_is_not_named() -> None:
    assert "form" not in lexicon().named(("Fish; frozen, excluding fillets",))
    assert "material" not in lexicon().named(("Seats; whether or not of wood",))


def test_the_material_is_asked_where_shirts_differ_by_it() -> None:
    question = ask([candidate("620520", "0.6"), candidate("620530", "0.4")], lexicon())
    assert question is not None
    assert question.attribute == "material"
    assert {choice.value for choice in question.choices} >= {"cotton", "synthetic", OTHER}
    assert all(choice.label.en and choice.label.zh for choice in question.choices)


def test_the_worked_example_of_the_readme() -> None:
    after = answered([candidate("620520", "0.6"), candidate("620530", "0.4")], "material", "cotton")
    assert [(one.code, one.weight) for one in after] == [
        ("620520", Decimal("0.9804")),
        ("620530", Decimal("0.0196")),
    ]


def test_what_was_asked_is_not_asked_again() -> None:
    pair = [candidate("620520"), candidate("620530")]
    assert ask(pair, lexicon(), frozenset({"material"})) is None


def test_nothing_is_asked_of_one_candidate_or_none() -> None:
    assert ask([candidate("620520")], lexicon()) is None
    assert ask([], lexicon()) is None


def test_a_size_is_asked_where_titles_part_by_it() -> None:
    question = ask([candidate(code) for code in ("870321", "870322", "870323")], lexicon())
    assert question is not None
    assert question.attribute == "capacity cc"
    assert [choice.value for choice in question.choices][:2] == ["..1000", "1000..1500"]
    assert read_off(question, candidate("870322")) == "1000..1500"


def test_what_the_first_takes_for_granted_is_told() -> None:
    told = list(assumptions([candidate("620520"), candidate("620530")], lexicon(), frozenset()))
    assert [text.en for text in told] == ["cotton"]
    assert list(assumptions([candidate("620520"), candidate("620530")], lexicon(), frozenset({"material"}))) == []
    assert list(assumptions([], lexicon(), frozenset())) == []


@pytest.mark.parametrize(
    ("title", "spans"),
    [
        ("of a weight not exceeding 10kg", {"weight kg": Span(None, Decimal(10))}),
        ("weighing more than 100g/m2 but not more than 200g/m2", {"weight g/m2": Span(Decimal(100), Decimal(200))}),
        ("cylinder capacity over 1500 but not over 3000cc", {"capacity cc": Span(Decimal(1500), Decimal(3000))}),
        ("of a width 600mm or more", {"width mm": Span(Decimal(600), None)}),
        ("containing 85% or more by weight of cotton", {}),
        ("of heading 6203", {}),
        ("for a voltage exceeding 1000 volts", {"voltage volts": Span(Decimal(1000), None)}),
        ("power handling capacity not exceeding 500kVA", {"power kva": Span(None, Decimal(500))}),
        ("each ply not exceeding 6mm thickness", {"thickness mm": Span(None, Decimal(6))}),
        ("with an opening not exceeding 6mm", {}),
    ],
)  # fmt: skip
def test_limits_are_read_off_titles(title: str, spans: dict[str, Span]) -> None:
    assert spans_in(title) == spans


def test_ranges_meet_without_a_gap_and_read_in_both_languages() -> None:
    choices = choices_of([Span(None, Decimal(10)), Span(Decimal(10), Decimal("20.5"))])
    assert choices == ("..10", "10..20.5", "20.5..")
    assert [fits(Span(None, Decimal(10)), choice) for choice in choices] == [True, False, False]
    assert not fits(Span(), "cotton")
    assert answer_text("weight kg", "10..20.5").zh == "超过 10 但不超过 20.5 kg"


pools = some.lists(some.sampled_from(CODES), min_size=1, max_size=8, unique=True)


@given(pools, some.data())
def test_an_answer_keeps_the_sum_and_the_codes(codes: list[str], data: some.DataObject) -> None:
    share = (Decimal(1) / len(codes)).quantize(Decimal("0.0001"))
    pool = [candidate(code, str(share)) for code in codes]
    question = ask(pool, lexicon())
    if question is None:
        return
    value = data.draw(some.sampled_from([choice.value for choice in question.choices]))
    after = answered(pool, question.attribute, value)
    assert {one.code for one in after} == set(codes)
    assert abs(sum(one.weight for one in after) - share * len(codes)) < Decimal("0.001")
    assert [one.weight for one in after] == sorted((one.weight for one in after), reverse=True)
    assert question.gain > 0


@given(pools)
def test_a_true_answer_never_puts_the_true_code_further_back(codes: list[str]) -> None:
    pool = [candidate(code, "0.1") for code in codes]
    question = ask(pool, lexicon())
    if question is None:
        return
    truth = pool[0]
    after = answered(pool, question.attribute, read_off(question, truth))
    better = [one for one in after if one.weight > next(a.weight for a in after if a.code == truth.code)]
    assert better == [] or read_off(question, truth) == OTHER


def test_what_a_description_says_by_itself_is_as_good_as_an_answer() -> None:
    pool = [candidate("030432", "0.6"), candidate("030462", "0.4")]
    assert as_stated(pool, lexicon(), "tilapia fillets, frozen")[0].code == "030462"
    assert as_stated(pool, lexicon(), "tilapia fillets") == tuple(pool)
    assert as_stated(pool, lexicon(), "fresh or frozen tilapia") == tuple(pool)


def test_a_question_that_settles_another_spares_it() -> None:
    pool = [candidate("420221"), candidate("420222")]
    first = ask(pool, lexicon())
    assert first is not None
    assert first.attribute == "outer"
    after = ask(pool, lexicon(), frozenset({"outer"}))
    assert after is None or after.attribute != "material"
