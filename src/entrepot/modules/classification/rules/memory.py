"""Memory: goods that the enterprise declared before under the same or nearly the same words.

Two texts are near when they share at least SHARED_OF_ALL of all their letter groups: three letters in a row, or two Chinese
characters. Where both name a value of one attribute and the values differ (men, women), they are not the same goods.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from msgspec import Struct

from entrepot.modules.classification.facts import AcceptedLine, Memory
from entrepot.modules.classification.rules.question import Lexicon

SHARED_OF_ALL = (7, 10)
MOST_HITS = 5
_EXACT, _NEAR = Decimal("0.99"), Decimal("0.95")
_IDEOGRAPHS = re.compile(r"[\u3400-\u9fff]+")
_WORDS = re.compile(r"[^\W_\u3400-\u9fff]+")


class Hit(Struct, frozen=True):
    """An accepted line that is called so: how alike (1 for the same words, else below), and how far it may be trusted."""

    line: AcceptedLine
    alike: Decimal
    trust: Decimal


def plain(text: str) -> str:
    """A text without the differences that mean nothing: width, case, signs and spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    parts = " ".join(re.findall(r"[\u3400-\u9fff]+|[^\W_\u3400-\u9fff]+", folded))
    return re.sub(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])", "", parts)


def groups(text: str) -> frozenset[str]:
    """The letter groups of a plain text; words shorter than a group count whole."""
    found = set()
    for run in _IDEOGRAPHS.findall(text):
        found.update({run[i : i + 2] for i in range(len(run) - 1)} or {run})
    for word in _WORDS.findall(text):
        padded = f" {word} "
        found.update(padded[i : i + 3] for i in range(len(padded) - 2))
    return frozenset(found)


def indexed(lines: Sequence[AcceptedLine]) -> tuple[list[frozenset[str]], Mapping[str, list[int]]]:
    """See Memory.index."""
    by_line = [groups(plain(line.text)) for line in lines]
    having = defaultdict(list)
    for number, found in enumerate(by_line):
        for group in found:
            having[group].append(number)
    return by_line, having


def recall(memory: Memory, text: str, lexicon: Lexicon) -> tuple[Hit, ...]:
    """The accepted lines called so, the most alike first, then the newest; one for each code and day."""
    wanted = plain(text)
    mine = groups(wanted)
    if not mine or not memory.lines:
        return ()
    by_line, having = memory.index
    common = Counter(number for group in mine for number in having.get(group, ()))
    values = lexicon.named((text,))
    hits = []
    for number, shared in common.items():
        every = len(mine) + len(by_line[number]) - shared
        if shared * SHARED_OF_ALL[1] < every * SHARED_OF_ALL[0]:
            continue
        line = memory.lines[number]
        if plain(line.text) == wanted:
            hits.append((Hit(line, Decimal(1), _EXACT), number))
        elif not _contradict(values, lexicon.named((line.text,))):
            alike = (Decimal(shared) / every).quantize(Decimal("0.001"))
            hits.append((Hit(line, alike, (alike * _NEAR).quantize(Decimal("0.001"))), number))
    hits.sort(key=lambda hit: (-hit[0].alike, hit[1]))
    first: dict[str, Hit] = {}
    for hit, _ in hits:
        first.setdefault(hit.line.code, hit)
    return tuple(first.values())[:MOST_HITS]


def _contradict(one: Mapping[str, frozenset[str]], other: Mapping[str, frozenset[str]]) -> bool:
    return any(attribute in other and not values & other[attribute] for attribute, values in one.items())
