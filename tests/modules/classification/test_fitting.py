"""Which questions fit the goods: what a word means where, what is left over beside a named subheading, what a text settles."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from entrepot.modules.classification.facts import OTHER, Question
from entrepot.modules.classification.rules.limits import Span, amounts_in, fits
from entrepot.modules.classification.rules.question import Weighed, answered, as_stated, ask, read_off, said, weighed
from tests.making import law
from tests.modules.classification.made import DAY, lexicon

CODES = sorted(row.keys["code"] for row in law("hs").tables["hs/codes"].everything() if row["level"] == 6)


def candidate(code: str, share: str = "0.5", chinese: str = "", *names: str) -> Weighed:
    row = law("hs").read("hs/codes", DAY, {"code": code})
    assert row is not None
    return weighed(lexicon(), code, Decimal(share), (row["title"], chinese, *names))


def asked(*candidates: Weighed) -> Question:
    question = ask(candidates, lexicon())
    assert question is not None
    return question


SHIRTS = (("620520", "0.46"), ("620590", "0.12"), ("620530", "0.08"))


@pytest.mark.parametrize(
    ("answer", "order"),
    [
        ("synthetic", ["620530", "620520", "620590"]),
        ("artificial", ["620530", "620520", "620590"]),
        ("cotton", ["620520", "620590", "620530"]),
        ("silk", ["620590", "620520", "620530"]),
    ],
)
def test_a_residual_subheading_leaves_an_answer_to_the_one_that_names_it(answer: str, order: list[str]) -> None:
    after = answered([candidate(*one) for one in SHIRTS], "material", answer)
    assert [one.code for one in after] == order
    assert after[0].weight > Decimal("0.4")


def test_a_residual_subheading_keeps_what_is_named_elsewhere_alone() -> None:
    # suits: cotton is named for trousers (620342), not for suits, so suits of cotton are the left over ones
    pool = [candidate("620312", "0.4"), candidate("620319", "0.2"), candidate("620342", "0.1")]
    assert answered(pool, "material", "cotton")[0].code == "620319"


def test_who_has_left_over_goods_answers_what_the_others_do_not_name() -> None:
    pool = [candidate(*one) for one in SHIRTS]
    question = asked(*pool)
    assert question.attribute == "material"
    assert read_off(question, pool[1], pool) not in ("cotton", "synthetic", "artificial", OTHER)


def test_a_vacuum_flask_with_its_case_has_no_shell() -> None:
    flask = candidate("961700", "0.8", "带壳的保温瓶")
    assert "shell" not in flask.values
    question = ask([flask, candidate("732393", "0.1")], lexicon())
    assert question is None or question.attribute not in ("shell", "part")
    assert "shell" in candidate("080131", "0.5").values


@given(some.lists(some.sampled_from(CODES), min_size=2, max_size=8, unique=True))
def test_a_question_fits_the_first_and_parts_it_from_the_second(codes: list[str]) -> None:
    pool = [candidate(code, "0.1") for code in codes]
    question = ask(pool, lexicon())
    if question is None:
        return
    known = lexicon().values.get(question.attribute)
    choices = [choice.value for choice in question.choices]
    assert known is None or any(known[one].suits(codes[0]) for one in choices if one != OTHER)
    moved = [{one.code: one.weight for one in answered(pool, question.attribute, value)} for value in choices]
    assert any(after[codes[0]] != after[codes[1]] for after in moved)


def test_values_keep_to_their_chapters() -> None:
    shell, drive = lexicon().values["shell"]["with_shell"], lexicon().values["drive"]["electric"]
    assert [shell.suits(code) for code in ("020110", "030617", "040721", "120241", "120190", "961700")] == [
        True, True, True, True, False, False,
    ]  # fmt: skip
    assert [drive.suits(code) for code in ("841370", "841451", "851010", "853952")] == [True, False, True, False]


def test_an_exact_phrase_is_not_also_its_parts() -> None:
    assert lexicon().named(("thermos bottle, stainless steel",))["material"] == {"stainless"}


def test_what_a_description_settles_is_not_asked() -> None:
    assert {"material", "wearer"} <= said(lexicon(), "men's shirts of cotton")
    assert "material" not in said(lexicon(), "shirts of cotton and polyester")
    assert "power kva" in said(lexicon(), "oil immersed transformer 500kVA")


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("AC motor 7.5 kW", {"power kw": "7.5..7.5"}),
        ("plate 20 mm thick, 2000 mm wide", {"thickness mm": "20..20", "width mm": "2000..2000"}),
        ("cotton fabric 180gsm", {"weight g/m2": "180..180"}),
        ("cable 600 V or 1000 V", {}),
        ("coil 2.5mm", {}),
        ("12 vests", {}),
    ],
)
def test_amounts_are_read_off_a_description(text: str, amounts: dict[str, str]) -> None:
    assert amounts_in(text) == amounts


def test_an_amount_at_an_end_fits_on_both_sides_of_it() -> None:
    assert fits(Span(None, Decimal(500)), "500..500")
    assert fits(Span(Decimal(500), None), "500..500")
    assert not fits(Span(Decimal(500), None), "499..499")


def test_an_amount_in_a_description_is_as_good_as_an_answer() -> None:
    pool = [candidate("870321", "0.6"), candidate("870323", "0.4")]
    assert as_stated(pool, lexicon(), "passenger car, 2000 cc")[0].code == "870323"
