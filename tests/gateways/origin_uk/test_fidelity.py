"""Over every rule of every pack: what a published text counts, excepts or forbids is in its rule."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKS = Path(__file__).resolve().parents[3] / "packs" / "agreements"
# What a word says in full, where its name does not repeat the figure.
_IN_WORDS = re.compile(r"arrack|net cost")
# Ways in which a rule says `except`: another place than the good's own, a word, or the places that are left.
_EXCEPTED = re.compile(r"except|C[CT]|but|without|not_drawn|silk|hand_decoration|4002-4017")


@pytest.fixture(scope="module")
def read() -> list[dict[str, str]]:
    return list(_rules())


def _rules() -> Iterator[dict[str, str]]:
    for file in sorted(PACKS.glob("*/set_rules.csv")):
        with file.open(encoding="utf-8", newline="") as stream:
            yield from (row for row in csv.DictReader(stream) if row["rule"])


def test_every_percentage_of_a_text_is_in_its_rule(read: list[dict[str, str]]) -> None:
    lost = [
        (row["text"], row["rule"])
        for row in read
        for number in re.findall(r"(\d+(?:\.\d+)?) ?(?:%|per cent)", row["text"])
        if not set(number.split(".")) <= set(re.findall(r"\d+", row["rule"])) and not _IN_WORDS.search(row["text"])
    ]
    assert lost == []


def test_every_share_of_a_rule_is_in_its_text(read: list[dict[str, str]]) -> None:
    made = [
        (row["text"], row["rule"])
        for row in read
        for number in re.findall(r"(?:MaxNOM|RVC|allow )(\d+(?:\.\d+)?)", row["rule"])
        if number not in row["text"] and number != "100" and not re.search("net cost|Standard QVC", row["text"])
    ]
    assert made == []


def test_every_exception_of_a_text_is_in_its_rule(read: list[dict[str, str]]) -> None:
    lost = [
        (row["text"], row["rule"])
        for row in read
        if len(re.findall(r"\bexcept|\bexcluding", row["text"].lower())) > len(_EXCEPTED.findall(row["rule"]))
    ]
    assert lost == []


def test_a_text_that_eases_or_forbids_has_more_than_one_plain_test(read: list[dict[str, str]]) -> None:
    plain = re.compile(r"(?:WO|CC|CTH|CTSH|ANY|RVC\d+)")
    lost = [
        (row["text"], row["rule"])
        for row in read
        if re.search(r"\b(?:however|provided|may not|shall not)\b", row["text"].lower())
        and plain.fullmatch(row["rule"])
    ]
    assert lost == []
