"""How a description is taken apart."""

import pytest

from entrepot.gateways.classifier.reading import LATER, REST, features, is_code, plain, script, stem, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("cotton shirt", "en"),
        ("纯棉T恤", "zh"),
        ("USB数据线 type-c fast charging", "en"),
        ("12.5 %", ""),
        ("рубашка", "other"),
    ],
)
def test_the_script_tells_the_language(text: str, found: str) -> None:
    assert script(text) == found


def test_forms_of_the_same_letter_become_one() -> None:
    assert plain("ＣＡＦÉ_Crème 無線", {ord("無"): "无", ord("線"): "线"}) == "cafe creme 无线"


@pytest.mark.parametrize(
    ("word", "stemmed"),
    [("shirts", "shirt"), ("batteries", "battery"), ("glasses", "glass"), ("glass", "glass"), ("bus", "bus")],
)
def test_a_plural_is_the_same_word(word: str, stemmed: str) -> None:
    assert stem(word) == stemmed


@pytest.mark.parametrize("text", ["6109", "610910", "6109.10", "6109 10 00", "8517620090"])
def test_a_goods_code_is_no_description(text: str) -> None:
    assert is_code(text) == (text != "6109")


def test_words_that_any_seller_says_are_dropped() -> None:
    assert [word for word, _ in words("2024新款跨境 钢化膜")] == ["钢化膜"]
    assert [word for word, _ in words("the merchandise is a new stapler")] == ["stapler"]


def test_in_a_long_text_the_first_words_weigh_most_and_later_sentences_least() -> None:
    (kettle,) = (number for number, weight in features("kettle").items() if weight == 1.0)
    rest = "red round steel garden wheel lamp shelf brush cable drum pipe valve"
    assert features(f"kettle {rest}")[kettle] == 1.0
    assert features(f"{rest} kettle")[kettle] == REST
    assert features(f"{rest}. kettle")[kettle] == LATER
    assert features(f"{rest}. kettle", leading=False)[kettle] == features("red lamp. kettle")[kettle] == 1.0


def test_a_denial_is_another_word() -> None:
    assert [word for word, _ in words("footwear, not covering the ankle, non-electric")] == [
        "footwear", "noncovering", "ankle", "nonelectric",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["exceeding 30 kg", "more than 30 kg", "> 30 kg", "超过30公斤"])
def test_a_limit_of_the_tariff_is_read_however_it_is_worded(text: str) -> None:
    assert ">30" in [word for word, _ in words(plain(text, {}))]
