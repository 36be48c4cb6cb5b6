"""The trained model: arrays in a folder, mapped into memory, and how a text is scored against all codes.

Two voices are added: a linear one (the vector of the text against that of each code) and the nearest labelled texts (cosine
over the same features, the fourth powers summed by code, so that one close text says more than many far ones).
"""

import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from entrepot.gateways.classifier.reading import features, plain
from entrepot.gateways.classifier.sources import KINDS, Sources
from entrepot.gateways.classifier.training import Floats, Ints, Texts, featured, fit, rows, vocabulary

NEAR, EXACT, WARMTH = 6.0, 1.0, 1.8  # weight of the nearest texts and of an exact one; divisor before the shares
SAME = 0.985  # likeness from which two texts say the same
KIN = 0.2  # how much of the mean share of its heading a code is given
MOST_FEATURES = 400  # of a long text: the most telling
_ARRAYS = (
    "heading_of", "known", "telling", "inner", "scale", "outer", "offset", "starts", "places", "weights", "code_of",
    "kind_of", "text_ends", "text_bytes",
)  # fmt: skip


class Model(Struct):
    """Arrays of the model. Postings: feature f is held by the texts places[starts[f]:starts[f + 1]], weights in 255ths."""

    codes: tuple[str, ...]
    titles: tuple[tuple[str, str], ...]
    citations: dict[str, str]
    simple: dict[int, str]
    vague: frozenset[str]
    brands: frozenset[str]
    heading_of: Ints
    known: NDArray[np.uint32]
    telling: Floats
    inner: NDArray[np.int8]
    scale: Floats
    outer: Floats
    offset: Floats
    starts: NDArray[np.int64]
    places: Ints
    weights: NDArray[np.uint8]
    code_of: Ints
    kind_of: NDArray[np.uint8]
    text_ends: NDArray[np.int64]
    text_bytes: NDArray[np.uint8]

    def text(self, place: int) -> str:
        """A labelled text as on file."""
        begin = int(self.text_ends[place - 1]) if place else 0
        return bytes(self.text_bytes[begin : int(self.text_ends[place])]).decode()


class Heard(Struct):
    """What a text says to the model: each code's share (they sum to 1) and the likeness of its texts together, the likeness
    (0..1) of each labelled text, and how much of the text is known."""

    shares: Floats
    near: Floats
    likeness: Floats
    known: float


def train(sources: Sources, say: Callable[[str], None] | None = None) -> Model:
    """A model of these sources; under a minute."""
    codes = tuple(sources.titles)
    number = {code: place for place, code in enumerate(codes)}
    found = featured([plain(one.text, sources.simple) for one in sources.labelled])
    known, telling = vocabulary(found)
    texts = rows(found, known, telling)
    code_of = np.array([number[one.code] for one in sources.labelled], np.int32)
    inner, outer, offset = fit(texts, code_of, len(known), len(codes), say)
    scale = np.maximum(np.abs(inner).max(1), 1e-6) / 127
    starts, places, weights = _postings(texts, len(known))
    encoded = [one.text.encode() for one in sources.labelled]
    return Model(
        codes=codes,
        titles=tuple(sources.titles.values()),
        citations=sources.citations,
        simple=sources.simple,
        vague=sources.vague,
        brands=sources.brands,
        heading_of=np.unique([code[:4] for code in codes], return_inverse=True)[1].astype(np.int32),
        known=known,
        telling=telling,
        inner=np.rint(inner / scale[:, None]).astype(np.int8),
        scale=scale.astype(np.float32),
        outer=outer,
        offset=offset,
        starts=starts,
        places=places,
        weights=weights,
        code_of=code_of,
        kind_of=np.array([KINDS.index(one.kind) for one in sources.labelled], np.uint8),
        text_ends=np.cumsum([len(one) for one in encoded]),
        text_bytes=np.frombuffer(b"".join(encoded), np.uint8),
    )


def _postings(texts: Texts, size: int) -> tuple[NDArray[np.int64], Ints, NDArray[np.uint8]]:
    row = np.repeat(np.arange(len(texts.starts) - 1, dtype=np.int32), np.diff(texts.starts))
    order = np.argsort(texts.features, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(texts.features, minlength=size))])
    return starts, row[order], np.rint(texts.weights[order] * 255).astype(np.uint8)


def save(model: Model, folder: Path) -> None:
    """Keep a model; a folder appears whole or not at all."""
    beside = folder.with_name(f"{folder.name}.{os.getpid()}")
    beside.mkdir(parents=True, exist_ok=True)
    for name in _ARRAYS:
        np.save(beside / f"{name}.npy", getattr(model, name))
    rest = (model.codes, model.titles, model.citations, model.simple, model.vague, model.brands)
    (beside / "words.msgpack").write_bytes(msgspec.msgpack.encode(rest))
    try:
        beside.rename(folder)
    except OSError:  # another process was quicker, or what stands there cannot be read: the files are put one by one
        if not folder.is_dir():
            raise
        for file in beside.iterdir():
            file.replace(folder / file.name)
        beside.rmdir()


def load(folder: Path) -> Model:
    """A kept model, its arrays mapped: processes on one machine share them."""
    kind = tuple[
        tuple[str, ...], tuple[tuple[str, str], ...], dict[str, str], dict[int, str], frozenset[str], frozenset[str]
    ]
    rest = msgspec.msgpack.decode((folder / "words.msgpack").read_bytes(), type=kind)
    arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in _ARRAYS}
    return Model(*rest, **arrays)


def hear(model: Model, text: str) -> Heard:
    """Score a plain text against every code."""
    found = features(text)
    number = np.fromiter(found, np.uint32, len(found))
    weight = np.fromiter(found.values(), np.float32, len(found))
    place = np.minimum(np.searchsorted(model.known, number), len(model.known) - 1)
    kept = np.asarray(model.known)[place] == number
    strange = float(weight[~kept].sum()) * float(model.telling.max())
    place, weight = place[kept], weight[kept]
    weight = np.where(weight > 1, 1 + np.log(np.maximum(weight, 1)), weight) * model.telling[place]
    told = float(weight.sum())
    understood = told / (told + strange) if told else 0.0
    if len(place) > MOST_FEATURES:
        most = np.argpartition(weight, -MOST_FEATURES)[-MOST_FEATURES:]
        place, weight = place[most], weight[most]
    weight /= max(float(np.sqrt(weight @ weight)), 1e-6)
    hidden = (weight * model.scale[place]) @ model.inner[place]
    linear = np.asarray(model.outer) @ hidden + model.offset
    linear -= linear.max() + np.log(np.exp(linear - linear.max()).sum())
    likeness = _likeness(model, place, weight)
    close = np.flatnonzero(likeness > 0.05)
    near = np.bincount(model.code_of[close], likeness[close] ** 4, len(model.codes)) ** 0.25
    exact = np.zeros(len(model.codes), np.float32)
    exact[model.code_of[np.flatnonzero(likeness > SAME)]] = 1
    said = (linear + NEAR * near + EXACT * exact) / WARMTH
    share = np.exp(said - said.max())
    share /= share.sum()
    of_heading = np.bincount(model.heading_of, share) / np.bincount(model.heading_of)
    shares = ((share + KIN * of_heading[model.heading_of]) / (1 + KIN)).astype(np.float32)
    return Heard(shares, near.astype(np.float32), likeness, understood)


def _likeness(model: Model, place: NDArray[np.int64], weight: Floats) -> Floats:
    begin, end = model.starts[place], model.starts[place + 1]
    counts = end - begin
    first = np.cumsum(counts) - counts
    at = np.arange(counts.sum()) - np.repeat(first - begin, counts)
    held = model.weights[at] * np.repeat(weight, counts)
    return (np.bincount(model.places[at], held, len(model.code_of)) / 255).astype(np.float32)
