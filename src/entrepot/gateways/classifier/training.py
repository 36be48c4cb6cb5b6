"""The model's numbers out of labelled texts: a vocabulary with its weights, and vectors of features and codes.

A text is the weighted sum of the vectors of its features; a softmax over all codes is fitted by stochastic gradients with
per-row step sizes (Adagrad). The order of the texts and the features left out come from a fixed seed: the same texts give
the same model on the same machine.
"""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from entrepot.gateways.classifier.reading import features

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
WIDTH, ROUNDS, BATCH, STEP, LEFT_OUT, RIVALS = 96, 5, 256, 0.1, 0.4, 1_000


class Texts(Struct):
    """Texts as rows of weighted features, end to end: row i is features[starts[i]:starts[i + 1]]."""

    starts: NDArray[np.int64]
    features: Ints
    weights: Floats


def vocabulary(found: Sequence[dict[int, float]]) -> tuple[NDArray[np.uint32], Floats]:
    """All features met, in order, and how telling each is (log of texts over texts that hold it)."""
    every = np.concatenate([np.fromiter(one, np.uint32, len(one)) for one in found])
    known, held = np.unique(every, return_counts=True)
    return known, np.log((1 + len(found)) / (1 + held)).astype(np.float32)


def rows(found: Iterable[dict[int, float]], known: NDArray[np.uint32], telling: Floats) -> Texts:
    """Texts over a vocabulary, each of length one; features that nobody has met are left out."""
    starts, places, weights = [0], [], []
    for one in found:
        number = np.fromiter(one, np.uint32, len(one))
        weight = np.fromiter(one.values(), np.float32, len(one))
        place = np.minimum(np.searchsorted(known, number), len(known) - 1)
        kept = known[place] == number
        place, weight = place[kept], weight[kept]
        weight = np.where(weight > 1, 1 + np.log(np.maximum(weight, 1)), weight) * telling[place]
        length = float(np.sqrt(weight @ weight))
        places.append(place.astype(np.int32))
        weights.append(weight / length if length else weight)
        starts.append(starts[-1] + len(place))
    return Texts(np.array(starts), np.concatenate(places), np.concatenate(weights).astype(np.float32))


def featured(texts: Sequence[str]) -> list[dict[int, float]]:
    """The features of plain texts."""
    return [features(text, leading=False) for text in texts]


def _batch(texts: Texts, chosen: NDArray[np.int64], chance: np.random.Generator) -> tuple[Ints, Ints, Floats]:
    """Row numbers, features and weights of the chosen texts, some features left out, each row of length one again."""
    counts = texts.starts[chosen + 1] - texts.starts[chosen]
    first = np.cumsum(counts) - counts
    at = np.arange(counts.sum()) - np.repeat(first - texts.starts[chosen], counts)
    row = np.repeat(np.arange(len(chosen), dtype=np.int32), counts)
    kept = chance.random(len(at), np.float32) > LEFT_OUT
    row, at = row[kept], at[kept]
    weight = texts.weights[at]
    length = np.sqrt(np.bincount(row, weight * weight, len(chosen)))
    return row, texts.features[at], (weight / np.maximum(length, 1e-6)[row]).astype(np.float32)


def fit(
    texts: Texts, codes: Ints, size: int, count: int, say: Callable[[str], None] | None = None
) -> tuple[Floats, Floats, Floats]:
    """Vectors of `size` features and of `count` codes, and the codes' offsets, by which the texts have these codes."""
    chance = np.random.default_rng(2022)
    inner = (chance.standard_normal((size, WIDTH), np.float32) / np.sqrt(WIDTH)).astype(np.float32)
    outer, offset = np.zeros((count, WIDTH), np.float32), np.zeros(count, np.float32)
    inner_seen, outer_seen = np.full(size, 1e-3, np.float32), np.full(count, 1e-3, np.float32)
    for turn in range(ROUNDS):
        step = STEP * (1 - turn / ROUNDS)
        order = chance.permutation(len(codes))
        for begin in range(0, len(order), BATCH):
            chosen = order[begin : begin + BATCH]
            row, feature, weight = _batch(texts, chosen, chance)
            if not len(row):
                continue
            used, sort, group = _grouped(feature)
            vectors = inner[used]
            hidden = _summed(vectors[group] * weight[:, None], row, len(chosen))
            rivals, extra = _rivals(codes[chosen], count, chance)
            error: Floats = hidden @ outer[rivals].T + offset[rivals] + extra
            error -= error.max(1, keepdims=True)
            np.exp(error, out=error)
            error /= error.sum(1, keepdims=True)
            error[np.arange(len(chosen)), np.searchsorted(rivals, codes[chosen])] -= 1
            back: Floats = error @ outer[rivals]
            turned: Floats = error.T @ hidden
            outer_seen[rivals] += (turned * turned).mean(1)
            rate = np.sqrt(outer_seen[rivals])
            outer[rivals] -= step * turned / rate[:, None]
            offset[rivals] -= 0.1 * step * error.sum(0) / rate
            slope = _summed((back[row] * weight[:, None])[sort], group[sort], len(used))
            inner_seen[used] += (slope * slope).mean(1)
            inner[used] = vectors - step * slope / np.sqrt(inner_seen[used])[:, None]
        if say is not None:
            say(f"round {turn + 1} of {ROUNDS}")
    return inner, outer, offset


def _rivals(codes: Ints, count: int, chance: np.random.Generator) -> tuple[Ints, Floats]:
    """The codes that a batch is decided between, in order: its own and some others drawn, which stand for all others.

    The second array is what is added to the scores of those drawn, so that they weigh as much as those they stand for.
    """
    mine = np.zeros(count, bool)
    mine[codes] = True
    others = np.flatnonzero(~mine)
    drawn = chance.choice(others, min(RIVALS, len(others)), replace=False)
    extra = np.zeros(count, np.float32)
    extra[drawn] = np.log(max(len(others), 1) / max(len(drawn), 1))
    mine[drawn] = True
    rivals = np.flatnonzero(mine).astype(np.int32)
    return rivals, extra[rivals]


def _grouped(feature: Ints) -> tuple[Ints, NDArray[np.int64], Ints]:
    """The distinct features, an order that brings equal ones together, and the number of each one's group."""
    used, group = np.unique(feature, return_inverse=True)
    return used, np.argsort(group, kind="stable"), group.astype(np.int32)


def _summed(values: Floats, group: Ints, count: int) -> Floats:
    """Rows of `values` summed by group; groups come in order, and one without rows is zero."""
    total = np.zeros((count, values.shape[1]), np.float32)
    starts = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
    total[group[starts]] = np.add.reduceat(values, starts)
    return total
