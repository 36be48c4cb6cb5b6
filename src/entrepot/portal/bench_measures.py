"""Measures of a classification benchmark: Wilson intervals, calibration, coverage, and plain BM25 to stand beside."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from math import log, sqrt

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray


class Answer(Struct, frozen=True):
    """One text answered: its code, the best codes (ten), at what place the code came (0 is first), and the confidence."""

    code: str
    best: tuple[str, ...]
    place: int
    confidence: float


def wilson(hits: int, count: int) -> tuple[float, float]:
    """The 95 % interval of a share."""
    if not count:
        return 0.0, 1.0
    z, share = 1.96, hits / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    reach = z / (1 + z * z / count) * sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def share_at(answers: Sequence[Answer], digits: int, top: int) -> tuple[int, int]:
    """How many have the right beginning of `digits` among the first `top` codes, and how many there are."""
    hits = sum(any(code[:digits] == one.code[:digits] for code in one.best[:top]) for one in answers)
    return hits, len(answers)


def recalled(answers: Sequence[Answer], top: int) -> float:
    """The share whose code came among the first `top`."""
    return sum(one.place < top for one in answers) / max(len(answers), 1)


def macro(answers: Sequence[Answer]) -> float:
    """Top-1 at six digits, each code counting once."""
    by_code = defaultdict(list)
    for one in answers:
        by_code[one.code].append(one.place == 0)
    return sum(sum(hits) / len(hits) for hits in by_code.values()) / max(len(by_code), 1)


def reliability(answers: Sequence[Answer], bins: int = 10) -> tuple[float, list[tuple[int, float, float]]]:
    """Expected calibration error, and for each tenth of confidence: how many, said, right."""
    parts: dict[int, list[Answer]] = defaultdict(list)
    for one in answers:
        parts[min(int(one.confidence * bins), bins - 1)].append(one)
    table = [
        (
            len(some),
            sum(one.confidence for one in some) / len(some),
            sum(one.place == 0 for one in some) / len(some),
        )
        for _, some in sorted(parts.items())
    ]
    error = sum(count * abs(said - right) for count, said, right in table) / max(len(answers), 1)
    return error, table


def coverage(answers: Sequence[Answer], precision: float = 0.98) -> float:
    """The largest share of the texts, the most confident first, of which `precision` are right."""
    reached = hits = 0
    for count, one in enumerate(sorted(answers, key=lambda one: -one.confidence), 1):
        hits += one.place == 0
        if hits >= precision * count:
            reached = count
    return reached / max(len(answers), 1)


class Bm25:
    """BM25 (k1 1.2, b 0.75) over words as they stand, Chinese by pairs of characters: the plain baseline."""

    def __init__(self, documents: Mapping[str, str]) -> None:
        self.codes = tuple(documents)
        counted = [Counter(_words(text)) for text in documents.values()]
        length = np.array([sum(one.values()) for one in counted], np.float64)
        norm = 1.2 * (0.25 + 0.75 * length / length.mean())
        held: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for place, one in enumerate(counted):
            for word, times in one.items():
                held[word].append((place, times * 2.2 / (times + norm[place])))
        self._held: dict[str, tuple[NDArray[np.int64], NDArray[np.float64]]] = {}
        for word, some in held.items():
            rarity = log(1 + (len(self.codes) - len(some) + 0.5) / (len(some) + 0.5))
            self._held[word] = np.array([p for p, _ in some]), rarity * np.array([s for _, s in some])

    def answer(self, text: str, code: str) -> Answer:
        """The ten best codes; a code that shares no word comes last."""
        scores = np.zeros(len(self.codes))
        for word in _words(text):
            if word in self._held:
                places, parts = self._held[word]
                scores[places] += parts
        order = np.argsort(-scores, kind="stable")
        found = [self.codes[one] for one in order[:100] if scores[one] > 0]
        return Answer(code, tuple(found[:10]), found.index(code) if code in found else len(self.codes), 0.0)


def _words(text: str) -> list[str]:
    found = []
    for token in re.findall(r"[a-z0-9]+|[\u3400-\u9fff]+", text.lower()):
        pairs = [token[i : i + 2] for i in range(len(token) - 1)] if token[0] > "\u3000" else []
        found += pairs or [token]
    return found
