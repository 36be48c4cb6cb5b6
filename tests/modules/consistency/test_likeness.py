"""Names and texts: the same written otherwise, a slip of the pen, another one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.modules.consistency.facts import DIFFER, NEAR, WRITTEN
from entrepot.modules.consistency.rules.likeness import bare, name_grade, words_grade
from tests.making import law
from tests.modules.consistency.shipment import DAY

LEGAL = {
    row.keys["word"].casefold(): row["means"] or ()
    for row in law("consistency").rows("consistency/words", DAY, {"list": "legal"})
}


@pytest.mark.parametrize(
    ("one", "other", "grade"),
    [
        ("Example Gorges Chemicals Co., Ltd.", "EXAMPLE GORGES CHEMICALS COMPANY LIMITED", WRITTEN),
        ("Example Kansai K.K.", "Example Kansai Kabushiki Kaisha", WRITTEN),
        ("Example & Sons", "Example and Sons", WRITTEN),
        ("Exämple Handels GmbH", "Example Handels", WRITTEN),
        ("Example Intl Trading", "Example International Trading Inc.", WRITTEN),
        ("示例峡江化工有限公司", "示例峡江化工有限责任公司", WRITTEN),
        ("Jing Men Foods", "Jingmen Foods", WRITTEN),
        ("Example Gorges Chemicals", "Example Gorges Chemcials", NEAR),
        ("Example Gorges Trading", "Example Gorges Chemicals Trading", NEAR),
        ("示例峡江化工贸易有限公司", "示例峡江化工有限公司", NEAR),
        ("示例峡江化工有限公司", "示例硖江化工有限公司", NEAR),
        ("Example Gorges Chemicals", "示例峡江化工有限公司", NEAR),  # not to be compared
        ("Example Kansai Chemicals", "Example Kanto Chemicals", DIFFER),
        ("Example North Chemicals", "Example South Chemicals", DIFFER),
        ("Example Works No. 1", "Example Works No. 2", DIFFER),
        ("AB Trading", "AC Trading", DIFFER),
        ("示例峡江化工有限公司", "示例荆门食品有限公司", DIFFER),
    ],
)
def test_names_of_firms(one: str, other: str, grade: int) -> None:
    assert name_grade(one, other, LEGAL, 80) == name_grade(other, one, LEGAL, 80) == grade


@pytest.mark.parametrize(
    ("one", "other", "grade"),
    [
        ("Canned mushrooms, 425 g", "MUSHROOMS, CANNED (425g)", NEAR),
        ("Green tea in packings of 100 g", "Green tea", WRITTEN),
        ("Steel bolts M8", "Steel bolts M10", DIFFER),
        ("Steel bolts", "Cotton shirts for men", DIFFER),
        ("香菇罐头", "平菇罐头、香菇罐头", WRITTEN),
    ],
)
def test_descriptions(one: str, other: str, grade: int) -> None:
    assert words_grade(one, other, {}, 60) == words_grade(other, one, {}, 60) == grade


WORDS = st.text(st.characters(codec="utf-8"), max_size=30)


@given(WORDS, WORDS)
def test_likeness_does_not_depend_on_which_is_first(one: str, other: str) -> None:
    assert name_grade(one, other, LEGAL, 80) == name_grade(other, one, LEGAL, 80)
    assert words_grade(one, other, {}, 60) == words_grade(other, one, {}, 60)


@given(WORDS)
def test_a_text_is_like_itself_in_any_case(text: str) -> None:
    assert name_grade(text, text, LEGAL, 80) == WRITTEN
    assert words_grade(text, f" {text} ", {}, 60) == WRITTEN
    assert bare(bare(text)) == bare(text)
