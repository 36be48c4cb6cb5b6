"""Names are read alike however they are written: case, accents, forms, numbers, scripts."""

import csv
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.modules.screening.rules.names import Writing, skeleton
from tests.making import law


@cache
def writing() -> Writing:
    return Writing(law("screening", "romanisation"))


def read(name: str) -> str:
    return " ".join(writing().spelled(name).words)


@pytest.mark.parametrize(
    ("name", "as_read"),
    [
        ("NICOLÁS  Maduro", "nicolas maduro"),
        ("Grey-Heron Lines, L.L.C.", "grey heron lines"),
        ("SP. Z O.O. Bursztyn", "bursztyn"),
        ("Sa'd Al-Ka’bi", "sad kabi"),
        ("Brigade Forty-Four", "brigade 44"),
        ("1st Harbour Bank", "1 harbour bank"),
        ("Mr. Recep Erdoğan", "recep erdogan"),
        ("Straße & Söhne GmbH", "strasse sohne"),
        ("Łódź Ørsted", "lodz orsted"),
    ],
)
def test_case_accents_forms_titles_and_numbers_in_words_do_not_count(name: str, as_read: str) -> None:
    assert read(name) == as_read


@pytest.mark.parametrize(
    ("name", "as_read"),
    [
        ("Иван Иванов", "ivan ivanov"),
        ("Общество с ограниченной ответственностью Ромашка", "romashka"),
        ("Αλέξανδρος", "alexandros"),
        ("ბარაკ ობამა", "barak obama"),
        ("Բարակ Օբամա", "barak obama"),
        ("バラク・オバマ", "baraku obama"),
        ("박지성", "bak ji seong"),
        ("李明", "li ming"),
        ("曾国藩", "zeng guo fan"),
        ("大连", "da lian"),
        ("宜昌瑞丰化工有限公司", "yi chang rui feng hua gong"),
        ("الراشد", "rashd"),
    ],
)
def test_other_scripts_are_read_in_latin_letters(name: str, as_read: str) -> None:
    assert read(name) == as_read


def test_traditional_and_simplified_characters_are_the_same() -> None:
    assert writing().spelled("張偉").han == writing().spelled("张伟").han == "张伟"


def test_chinese_legal_forms_are_left_out_and_told() -> None:
    said = writing().spelled("宜昌瑞豐化工有限公司")
    assert (said.han, said.firm) == ("宜昌瑞丰化工", True)


def test_a_name_of_nothing_but_forms_stays_as_it_is() -> None:
    assert read("Trading Company Limited") == "trading"
    assert read("Limited") == "limited"
    assert writing().spelled("有限公司").words != ()


def test_a_name_longer_than_any_is_read_from_its_beginning() -> None:
    assert len(read("a" * 10_000)) == 300


@given(st.text(max_size=80))
def test_any_text_is_read_into_plain_words_and_reading_again_changes_no_letter(text: str) -> None:
    words = writing().spelled(text).words
    assert all(word.isascii() and word.isalnum() and word == word.lower() for word in words)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=20))
def test_a_skeleton_is_never_longer_than_its_word_by_more_than_its_x_s(word: str) -> None:
    assert 1 <= len(skeleton(word)) <= len(word) + word.count("x")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("muhammad", "mohamed"),
        ("abdullah", "abdalla"),
        ("alexander", "aleksandr"),
        ("yusuf", "yousef"),
        ("qadhafi", "kadafi"),
    ],
)
def test_spellings_of_one_name_have_one_skeleton(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


def test_the_published_cases_of_normalisation_are_read_alike(shared_data: Path) -> None:
    """Company suffixes, LAST-first order and punctuation; the country names are read by the importer."""
    with (shared_data / "sanctions/name_normalisation.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["table"] != "country name" and row["input"]]
    different = [
        row["input"] for row in rows if sorted(read(row["input"]).split()) != sorted(read(row["expected"]).split())
    ]
    assert different == []
