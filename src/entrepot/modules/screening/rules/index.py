"""All names of all lists on file, so arranged that a name finds those like it among tens of thousands in less than a
millisecond.

A word leads to the listed words that are written or sound nearly so (by consonants, one of them missing at most), these to the
names that hold them. Rare words go first; common ones are not looked up where no name that shares only them could be like
enough. What is found is compared in full.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from entrepot.kernel.law import Law, PackCard, Row
from entrepot.modules.screening.rules.compare import (
    FARTHEST,
    NOTHING,
    SHARED,
    WHOLE,
    Likeness,
    at_most,
    compare,
    graded,
    word_likeness,
)
from entrepot.modules.screening.rules.names import Spelled, Writing, skeleton

ENTRIES, EDITION = "entries", "edition"
Like = Callable[[str, str], int]
KEPT = 50_000
PARTIES, VESSELS, AIRCRAFT = 1, 2, 4
GROUP_OF = {"person": PARTIES, "entity": PARTIES, "vessel": VESSELS, "aircraft": AIRCRAFT}
_BRACKETS = re.compile(r"\s*\([^()]*\)")
_WEIGHT_OF_LETTER = 8
_POPULATION = 25_000  # a word is not common for being one of few in a short list
_SLACK = 15  # a word said may weigh less than the listed one that it counts as
_SHORT = 9  # of a word with fewer letters, or few consonants, one missing is looked for letter by letter


class Listed(NamedTuple):
    """An entry of a list: the list's pack, its row, and what it is."""

    pack: str
    row: Row
    group: int


class Named(NamedTuple):
    """One name of an entry (by its place): how it is written, `rank` 0 the first, 1 an alias, 2 a weak one."""

    entry: int
    text: str
    rank: int
    spelled: Spelled
    weight: int


class Match(NamedTuple):
    """A listed name that is like the one said."""

    entry: int
    name: Named
    likeness: Likeness
    by_sound: bool = False


def lists_on_file(cards: Iterable[PackCard]) -> dict[str, PackCard]:
    """The packs that hold lists to screen against, by name."""
    return {card.name: card for card in cards if card.traits.get("screening") in ("blocks", "informs")}


class Index:
    """The names of all lists. Built from the law alone, once; asking changes nothing but what it remembers."""

    def __init__(self, law: Law) -> None:
        self.writing = Writing(law)
        self.lists = lists_on_file(law.packs)
        self.entries: list[Listed] = []
        self.names: list[Named] = []
        self.by_number: dict[str, list[int]] = {}
        self._frequency: Counter[str] = Counter()
        self._holding: dict[str, list[int]] = {}
        self._pairs: dict[str, list[int]] = {}
        self._by_sound: dict[str, str] = {}  # the words of a key, parted by spaces: most keys have one
        self._sound: dict[str, str] = {}
        self._near: dict[str, dict[str, int]] = {}
        self._weights: dict[str, int] = {}
        spelled = list(self._read(law))
        for _, _, _, one in spelled:
            self._frequency.update(set(one.words))
        self._square = max(len(spelled), _POPULATION) ** 2
        for entry, text, rank, one in spelled:
            self._file(entry, text, rank, one)
        for word in self._holding:
            self._sounding(word)

    # -- building -------------------------------------------------------------------------------------------------

    def _read(self, law: Law) -> Iterator[tuple[int, str, int, Spelled]]:
        for pack in self.lists:
            table = law.tables.get(f"{pack}/{ENTRIES}")
            for row in () if table is None else table.everything():
                place = len(self.entries)
                self.entries.append(Listed(pack, row, GROUP_OF.get(row["kind"], PARTIES)))
                for number in row["identifiers"] or ():
                    self.by_number.setdefault(number, []).append(place)
                seen: set[tuple[tuple[str, ...], str]] = set()
                for text, rank in _names(row):
                    one = self.writing.spelled(text)
                    if one.words and (one.words, one.han) not in seen:
                        seen.add((one.words, one.han))
                        yield place, text, rank, one

    def _file(self, entry: int, text: str, rank: int, one: Spelled) -> None:
        place = len(self.names)
        self.names.append(Named(entry, text, rank, one, sum(map(self.weight, one.words))))
        for word in set(one.words):
            self._holding.setdefault(word, []).append(place)
        if 1 < len(one.words) < 5:  # so that a name written as one word finds it
            joined = "".join(one.words)
            if joined not in self._frequency:
                self._holding.setdefault(joined, []).append(place)
        for pair in _pairs(one.han):
            self._pairs.setdefault(pair, []).append(place)

    def _sounding(self, word: str) -> None:
        if len(word) < 3 or word.isdigit():
            return
        sound = self._sound[word] = skeleton(word)
        for key in _keys(word, sound) if word in self._frequency else (sound,):
            held = self._by_sound.get(key)
            self._by_sound[key] = word if held is None else f"{held} {word}"

    # -- words ----------------------------------------------------------------------------------------------------

    def weight(self, word: str) -> int:
        """What a word tells of whose name it is, in half bits: the rarer among all listed names, the more."""
        found = self._weights.get(word)
        if found is None:
            count = self._frequency.get(word, 1)
            found = min((self._square // (count * count)).bit_length(), _WEIGHT_OF_LETTER * len(word) + 4)
            if len(self._weights) >= KEPT:
                self._weights.clear()
            self._weights[word] = found
        return found

    def near(self, word: str) -> Mapping[str, int]:
        """The listed words that count as this one, in per cent."""
        found = self._near.get(word)
        if found is None:
            if len(self._near) >= KEPT:
                self._near.clear()
            found = self._near[word] = self._neighbours(word)
        return found

    def _neighbours(self, word: str) -> dict[str, int]:
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import extract

        found = {word: 100} if word in self._holding else {}
        if len(word) < 3 or word.isdigit():
            return found
        sound = skeleton(word)
        near = {other for key in _keys(word, sound) for other in self._by_sound.get(key, "").split()}
        near.discard(word)
        for other, differ, _ in extract(word, near, scorer=OSA.distance, score_cutoff=FARTHEST, limit=None):
            if count := graded(word, other, int(differ), sound == self._sound[other]):
                found[other] = count
        return found

    # -- asking ---------------------------------------------------------------------------------------------------

    def search(self, said: Spelled, groups: int, least: int) -> list[Match]:
        """The listed names like the one said, from a likeness of `least` thousandths on: the best of each entry."""
        best: dict[int, Match] = {}
        nears = {word: self.near(word) for word in said.words}

        def like(one: str, other: str) -> int:
            near = nears.get(one)
            return word_likeness(one, other, skeleton) if near is None else near.get(other, 0)

        for place in self._candidates(said, nears, least):
            name = self.names[place]
            if not self.entries[name.entry].group & groups:
                continue
            found = self.likeness(said, name.spelled, like)
            if found.score < least:
                continue
            held = best.get(name.entry)
            if held is None or (found.score, -name.rank) > (held.likeness.score, -held.name.rank):
                best[name.entry] = Match(name.entry, name, found, bool(said.han) and not name.spelled.han)
        return sorted(best.values(), key=lambda match: -match.likeness.score)

    def likeness(self, said: Spelled, listed: Spelled, like: Like) -> Likeness:
        """The likeness of two names: by their characters where both have Chinese ones, else by their words."""
        if said.han and listed.han:
            return _by_characters(said.han, listed.han)
        return compare(said.words, listed.words, self.weight, like)

    def pair(self, one: str, other: str) -> Likeness:
        """The likeness of any two names, listed or not."""
        return self.likeness(
            self.writing.spelled(one), self.writing.spelled(other), lambda a, b: word_likeness(a, b, skeleton)
        )

    def _candidates(self, said: Spelled, nears: Mapping[str, Mapping[str, int]], least: int) -> Iterable[int]:
        """Names that may be like enough: those that share the rarer part of the words said."""
        probes = []
        total = 0
        for word, near in nears.items():
            weight = self.weight(word)
            total += weight
            probes.append((sum(len(self._holding[other]) for other in near), weight, near))
        probes.sort(key=_size)
        shared: Counter[int] = Counter()
        left = total
        # A name that shares only the words left over, against all the others that it lacks, stays below the least likeness.
        for _, weight, near in probes:
            if (total - left) * 9 * least > left * 40 * (WHOLE - least):
                break
            left -= weight
            for other in near:
                for place in self._holding[other]:
                    shared[place] += weight
        needed = total * 10 // 19 - left
        names = self.names
        found = [
            place
            for place, weight in shared.items()
            if weight >= needed and at_most(weight + left, total, names[place].weight - _SLACK) >= least
        ]
        return {*found, *self._parted(said.words), *self._by_characters(said.han)}

    def _parted(self, words: tuple[str, ...]) -> Iterator[int]:
        """Names that hold two neighbouring words, or all words, as one."""
        if len(words) < 2:
            return
        joined = {one + other for one, other in pairwise(words)}
        for word in joined | {"".join(words)} if len(words) < 5 else joined:
            if len(word) > 4:
                for other, count in self.near(word).items():
                    if count >= SHARED and len(self._holding[other]) < 50:
                        yield from self._holding[other]

    def _by_characters(self, han: str) -> Iterable[int]:
        if len(han) < 2:
            return ()
        shared = Counter(place for pair in _pairs(han) for place in self._pairs.get(pair, ()))
        return [place for place, _ in shared.most_common(20)]


def _size(probe: tuple[int, int, Mapping[str, int]]) -> int:
    return probe[0]


def _names(row: Row) -> Iterator[tuple[str, int]]:
    """The names of an entry with their rank; what stands in brackets may be left out, a semicolon parts two names."""
    first, *more = row["name"].split(";")
    ranked = [(first, 0), *((text, 1) for text in (*more, *(row["aliases"] or ()), *(row["original"] or ())))]
    ranked += [(text, 2) for text in row["weak"] or ()]
    for text, rank in ranked:
        yield text, rank
        if "(" in text and (bare := _BRACKETS.sub("", text)).strip():
            yield bare, rank


def _keys(word: str, sound: str) -> set[str]:
    """What a word shares with those near it: its consonants, of a long word also with one of them missing, and of a short
    word its letters with one of them missing."""
    keys = {sound}
    if len(sound) > 3:
        for place in range(len(sound)):
            before, after = sound[:place], sound[place + 1 :]
            keys.add(before + after.removeprefix(before[-1:]) if before else after)
    if len(word) < _SHORT or len(sound) < 4:
        keys.update([f"-{word[:place]}{word[place + 1 :]}" for place in range(len(word))])
        keys.add(f"-{word}")
    return keys


def _pairs(han: str) -> set[str]:
    return {han[place : place + 2] for place in range(len(han) - 1)}


def _by_characters(said: str, listed: str) -> Likeness:
    """Names of up to three characters are the same or are not; a longer one may differ in a few."""
    from rapidfuzz.distance import OSA

    if said == listed:
        return Likeness(WHOLE, 20 * len(said))
    longest = max(len(said), len(listed))
    if longest < 4:
        return NOTHING
    differ: int = OSA.distance(said, listed)
    return Likeness(WHOLE - 900 * differ // longest, 20 * (longest - differ))
