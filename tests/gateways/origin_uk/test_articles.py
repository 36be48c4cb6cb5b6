"""What articles say, as rows: thresholds, tolerances, operations; what is not understood has no row."""

import pytest

from entrepot.gateways.origin_uk.articles import (
    Tolerance,
    build_up,
    cited,
    limits,
    minimal_operations,
    obtained_tolerance,
    on_the_way,
    tolerances,
    wholly_obtained,
)


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("A proof of origin shall be valid for four months from the date of issue.", "4"),
        ("An origin declaration shall be valid for twelve months from the date of issue.", "12"),
        ("A certification of origin shall be valid for two years after the date that it was issued.", "24"),
        ("A statement on origin shall be valid for:\n\n1. 12 months from the date on which it was made out", "12"),
    ],
)
def test_how_long_a_proof_is_valid(text: str, months: str) -> None:
    (found,) = limits({"origin_processes": f"{text}\n\n{{{{ Article 20 }}}}"})
    assert (found.name, found.value, found.article) == ("proof_months", months, "Article 20")


def test_an_article_that_says_nothing_of_thresholds_gives_none() -> None:
    assert list(limits({"origin_processes": "The exporter shall tell the truth."})) == []
    assert tolerances("albania", {"tolerances": "Tolerances are in Note 5."}) == ("", [])


def test_whether_the_tolerance_covers_goods_that_must_be_wholly_obtained() -> None:
    text = (
        "that does not satisfy the applicable change in classification or wholly obtained requirement {{ Article 9 }}"
    )
    (found,) = obtained_tolerance({"tolerances": text})
    assert (found.name, found.value, found.article) == ("obtained_tolerance", "1", "Article 9")
    other = "Paragraph 1 does not apply to products wholly obtained. If materials must be wholly obtained, it applies."
    assert not list(obtained_tolerance({"tolerances": other}))


def test_a_tolerance_by_value_leaves_textiles_out() -> None:
    text = "may be used, provided that: (a) their total value does not exceed 10 % of the ex-works price of the product; {{ Article 6 }}"
    where, rows = tolerances("egypt", {"sufficiently-worked": text})
    assert where == "Article 6"
    assert Tolerance("84", "10", "EXW") in rows
    assert {row.code for row in rows}.isdisjoint(map(str, range(50, 64)))


def test_a_tolerance_by_weight_for_food_leaves_chapter_16_to_a_person() -> None:
    text = (
        "does not exceed: (a) 15 % of the weight of the product for products falling within Chapters 2 and 4 to 24, other than "
        "processed fishery products in Chapter 16; (b) 15 % of the ex-works price of the product for other products"
    )
    _, rows = tolerances("kenya", {"sufficiently-worked": text})
    assert Tolerance("20", "15", "weight") in rows
    assert Tolerance("03", "15", "EXW") in rows
    assert "16" not in {row.code for row in rows}


def test_operations_that_are_not_enough_and_which_of_them_only_when_simple() -> None:
    text = "These operations are insufficient: 1. ironing of textiles; 2. simple painting and polishing; 3. slaughter {{ Article 7 }}"
    found = {one.word: one.simple for one in minimal_operations({"insufficient-processing": text})}
    assert found == {"ironing": False, "painting": True, "polishing": True, "slaughtering": False}


def test_a_text_that_is_about_something_else_names_no_operations() -> None:
    assert (
        list(
            minimal_operations(
                {"insufficient-processing": "The last production process, with the exception of packaging."}
            )
        )
        == []
    )


def test_what_is_wholly_obtained_and_what_may_be_done_on_the_way() -> None:
    obtained = wholly_obtained({"wholly-obtained": "(a) live animals born and raised there; (b) mineral products"})
    assert [one.word for one in obtained] == ["born_and_raised", "mined"]
    transit = on_the_way(
        {
            "direct-transport": "do not undergo operations other than unloading, reloading or to preserve them in good condition"
        }
    )
    assert {one.word for one in transit} == {"unloading", "reloading", "transhipment", "transshipment", "preserving"}


def test_the_article_that_a_text_names_last_is_cited() -> None:
    assert cited("Words. {{ Article 5 }} more {{Articles 6 and 7}}") == "Articles 6 and 7"
    assert cited("Words.") == ""


def test_the_build_up_formula_may_stand_in_the_notes_before_the_rules() -> None:
    said = "(b) Build-Up Method: based on the value of originating materials"
    for topic in ("wholly-obtained", "introductory_notes"):
        assert [(one.name, one.value) for one in build_up("x", {topic: said})] == [("build_up_costs", "0")]
    assert not [*build_up("x", {"introductory_notes": "the build-up method: (picture)"})]
