"""How alike two names are: word by word, each weighing the more the rarer it is, in thousandths.

Words that both have count in full, words spelled otherwise a little less. Words that only one side has cost little: names are
shortened. Where each side has a word the other lacks, they are most likely two people, and it costs much.
"""

from collections.abc import Callable, Sequence

from msgspec import Struct

WHOLE = 1000
# What a pair of words counts (per cent) by how many letters differ, by the length of the longer one.
_ONE_LETTER = {3: 76, 4: 80, 5: 84, 6: 88, 7: 90}
_ONE_LETTER_LONG, _TWO_LETTERS = 92, 84
_SAME_SOUND = {0: 98, 1: 96, 2: 93, 3: 88}
_BARE = 90  # one of them is written without vowels, as in Arabic or Hebrew
_VOWELS = frozenset("aeiou")
FARTHEST = 4
_INITIAL = 85
_SPLIT = 97
_SHORT = 4  # a name of one word as short as this is that word, or another
SHARED, _LONG = 90, 8  # words joined or parted otherwise must be this alike, and longer than this if not the same
# How much a word without a partner weighs against the name: where both sides have one, and where only one has.
_SWAPPED, _LEFT_OUT = 120, 22


class Likeness(Struct, frozen=True, gc=False):
    """The score in thousandths, the weight of what both share, and which words met, stayed alone, or met spelled otherwise."""

    score: int
    shared: int
    pairs: tuple[tuple[str, ...], ...] = ()
    only_said: tuple[str, ...] = ()
    only_listed: tuple[str, ...] = ()


NOTHING = Likeness(0, 0)


def word_likeness(one: str, other: str, sound: Callable[[str], str]) -> int:
    """How much two words count as one, in per cent; 0 where they are two words. `sound` gives a word's consonants."""
    from rapidfuzz.distance import OSA

    if one == other:
        return 100
    short, long = sorted((len(one), len(other)))
    if short < 2 or long < 3 or one.isdigit() or other.isdigit():
        return 0
    differ: int = OSA.distance(one, other, score_cutoff=FARTHEST)
    return graded(one, other, differ, sound(one) == sound(other))


def graded(one: str, other: str, differ: int, same_sound: bool) -> int:
    """How much two different words count as one, by how many letters differ (swapped neighbours are one)."""
    short, long = sorted((len(one), len(other)))
    if same_sound and long > 3 and differ <= 3 and short > 2 * differ:
        return _SAME_SOUND[differ]
    if (
        same_sound
        and short > 2
        and long - short == differ
        and not _VOWELS & set(one if len(one) < len(other) else other)
    ):
        return _BARE
    if differ == 1:
        return _ONE_LETTER.get(long, _ONE_LETTER_LONG) if short > 2 else 0
    return _TWO_LETTERS if differ == 2 and short >= 7 else 0


def compare(
    said: Sequence[str], listed: Sequence[str], weight: Callable[[str], int], like: Callable[[str, str], int]
) -> Likeness:
    """The likeness of two names. `weight` gives a word's weight, `like` how much two different words count as one."""
    rest_said, rest_listed = list(said), list(listed)
    met = total = 0
    pairs: list[tuple[str, ...]] = []
    for word in said:
        if word in rest_listed:
            rest_listed.remove(word)
            rest_said.remove(word)
            total += 2 * weight(word)
    met = 100 * total
    if rest_said and rest_listed:
        for count, one, other in _best(rest_said, rest_listed, like):
            if one in rest_said and other in rest_listed:
                rest_said.remove(one)
                rest_listed.remove(other)
                both = weight(one) + weight(other)
                total += both
                met += count * both
                pairs.append((one, other))
    if rest_said and rest_listed:
        joined, met_so = _joined(rest_said, rest_listed, weight, like)
        if not joined:
            joined, met_so = _joined(rest_listed, rest_said, weight, like)
            met_so = met_so[::-1]
        total += joined
        met += _SPLIT * joined
        pairs += [met_so] if joined else []
    alone_said, alone_listed = sum(map(weight, rest_said)), sum(map(weight, rest_listed))
    both = 2 * min(alone_said, alone_listed)
    one_side = abs(alone_said - alone_listed)
    whole = 100 * total + _SWAPPED * both + _LEFT_OUT * 2 * one_side
    score = WHOLE * met // whole if whole else 0
    if len(said) == len(listed) == 1 and pairs and max(len(said[0]), len(listed[0])) <= _SHORT:
        score = 0
    return Likeness(score, total // 2, tuple(pairs), tuple(rest_said), tuple(rest_listed))


def at_most(shared: int, said: int, listed: int) -> int:
    """The score that names of these weights reach at most, where no more than `shared` of each is common to both."""
    alone_said, alone_listed = max(said - shared, 0), max(listed - shared, 0)
    lost = _SWAPPED * min(alone_said, alone_listed) + _LEFT_OUT * abs(alone_said - alone_listed)
    return WHOLE * 100 * shared // (100 * shared + lost) if shared else 0


def _best(said: list[str], listed: list[str], like: Callable[[str, str], int]) -> list[tuple[int, str, str]]:
    """Pairs of words that count as one, the most alike first; a single letter stands for a word that begins with it."""
    found = []
    for one in said:
        for other in listed:
            count = like(one, other)
            if not count and 1 in (len(one), len(other)) and one[0] == other[0] and not one.isdigit():
                count = _INITIAL
            if count:
                found.append((count, one, other))
    return sorted(found, reverse=True)


def _joined(
    many: list[str], few: list[str], weight: Callable[[str], int], like: Callable[[str, str], int]
) -> tuple[int, tuple[str, ...]]:
    """Words that the other side writes as one (`van der bilt`, `vanderbilt`) leave both lists; gives their weight, and how
    either side writes them."""
    for start in range(len(many)):
        for end in range(start + 2, min(start + 5, len(many) + 1)):
            whole = "".join(many[start:end])
            for other in few:
                if whole == other or (
                    len(whole) > _LONG and abs(len(whole) - len(other)) < 3 and like(whole, other) >= SHARED
                ):
                    both = sum(map(weight, many[start:end])) + weight(other)
                    written = (" ".join(many[start:end]), other)
                    del many[start:end]
                    few.remove(other)
                    return both, written
    return 0, ()
