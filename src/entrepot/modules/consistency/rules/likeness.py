"""Likeness of texts: names of firms and ships, descriptions, marks. Pure functions on words; what words mean comes from law."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from entrepot.modules.consistency.facts import DIFFER, NEAR, WRITTEN, Grade

Meanings = Mapping[str, tuple[str, ...]]
_IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_LETTER = re.compile(r"[a-z]")
_JOINING = re.compile(r"(?<!\d)\.|\.(?!\d)|['’`]")
_PARTING = re.compile(r"[^\w.]+|_")
LONG = 4
"""From so many letters on, one letter more, less or changed is a slip of the pen rather than another word."""
MANY = 10
"""From so many letters on, two."""


@lru_cache(maxsize=16384)
def bare(text: str) -> str:
    """A text without case, accents and punctuation; points and apostrophes join (`K.K.` is `kk`), other signs part."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text)).casefold().replace("&", " and ")
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    numbered = _NUMBER.sub(lambda found: _number(found[0]), letters)
    joined = _JOINING.sub("", unicodedata.normalize("NFC", numbered))
    return " ".join(_PARTING.sub(" ", joined).split())


def without(text: str, words: Meanings) -> tuple[str, ...]:
    """The words of a name, those that say nothing left out and short forms written in full; ideographs as one word each run."""
    tokens: list[str] = []
    waiting = bare(text).split()
    place = 0
    while place < len(waiting):
        pair = " ".join(waiting[place : place + 2])
        step = 2 if pair in words and " " in pair else 1
        word = pair if step == 2 else waiting[place]
        if word in words:
            tokens.extend(words[word])
        elif _IDEOGRAPH.search(word):
            tokens.append(_shortened(word, words))
        else:
            tokens.append(word)
        place += step
    return tuple([token for token in tokens if token])


def _shortened(word: str, words: Meanings) -> str:
    """A run of ideographs without the forms of firms in it, the longest form first."""
    for form in sorted((one for one in words if _IDEOGRAPH.search(one) and not words[one]), key=len, reverse=True):
        word = word.replace(form, "")
    return word


def name_grade(one: str, other: str, words: Meanings, alike: int) -> Grade:
    """How two names of a firm or a ship agree: the same, perhaps misspelt or shortened, or another."""
    left, right = without(one, words), without(other, words)
    joined, beside = "".join(left), "".join(right)
    if joined == beside or sorted(left) == sorted(right):
        return WRITTEN
    if _foreign(joined, beside):
        return NEAR
    if _numbers(" ".join(left)) != _numbers(" ".join(right)):
        return DIFFER
    fewer, more = sorted((left, right), key=len)
    if fewer and set(fewer) < set(more):
        return NEAR
    if fuzz.ratio(joined, beside) < alike:
        return DIFFER
    if (len(left) != len(right) and OSA.distance(joined, beside) == 1) or (
        _IDEOGRAPH.search(joined) and (joined in beside or beside in joined)
    ):
        return NEAR
    return NEAR if _slips(list(left), list(right)) else DIFFER


def words_grade(one: str, other: str, words: Meanings, alike: int) -> Grade:
    """How two descriptions agree: the same or less in other words, alike, or of something else. Numbers count: 85 % is not 75 %."""
    first, second = words.get(bare(one)), words.get(bare(other))
    if first or second:
        return WRITTEN if (first or (bare(one),)) == (second or (bare(other),)) else DIFFER
    left, right = bare(one), bare(other)
    fewer, more = sorted((set(left.split()), set(right.split())), key=len)
    if left.replace(" ", "") == right.replace(" ", "") or (fewer and fewer <= more):
        return WRITTEN
    if _foreign(left, right):
        return NEAR
    numbers, others = _numbers(one), _numbers(other)
    if not (numbers <= others or others <= numbers):
        return DIFFER
    return NEAR if fuzz.token_set_ratio(left, right) >= alike else DIFFER


def _numbers(text: str) -> frozenset[str]:
    return frozenset(map(_number, _NUMBER.findall(unicodedata.normalize("NFKC", text))))


def _number(said: str) -> str:
    """A number in one spelling: `1,000.50` is `1000.5`."""
    number = said.replace(",", "")
    return number.rstrip("0").rstrip(".") if number.count(".") == 1 else number


def _foreign(one: str, other: str) -> bool:
    """Whether one is written in letters and the other in ideographs: nobody can tell by likeness."""
    written = [(bool(_IDEOGRAPH.search(text)), bool(_LETTER.search(text))) for text in (one, other)]
    return written in ([(True, False), (False, True)], [(False, True), (True, False)])


def _slip(one: str, other: str) -> bool:
    """Whether one word is the other with a slip of the pen: letters swapped, left out, doubled or changed."""
    length = max(len(one), len(other))
    return length >= LONG and OSA.distance(one, other) <= (1 if length < MANY else 2)


def _slips(left: list[str], right: list[str]) -> bool:
    """Whether every word of one name is a word of the other, give or take a slip."""
    if len(left) != len(right):
        return False
    for word in left:
        match = word if word in right else next((near for near in right if _slip(word, near)), None)
        if match is None:
            return False
        right.remove(match)
    return True
