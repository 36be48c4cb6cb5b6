"""Suggests HS codes for a goods description: candidates with evidence, a calibrated confidence, or a plain refusal."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from entrepot.gateways.classifier import calibration, sources
from entrepot.gateways.classifier.model import SAME, Heard, Model, hear, load, save, train
from entrepot.gateways.classifier.reading import LONGEST, is_code, plain, script, words
from entrepot.gateways.classifier.sources import KINDS
from entrepot.gateways.classifier.training import Floats
from entrepot.kernel.law import Law

EDITION = "HS 2022"
SURE = 0.5  # a text on the list of vague ones is refused below it
CLOSE = 0.15  # likeness from which a labelled text is shown as evidence


class Evidence(Struct, frozen=True):
    """Why a code is a candidate: `kind` is term (our names of goods), tariff (its wording), uk (HMRC); the text as on file."""

    kind: str
    text: str
    source: str


class Candidate(Struct, frozen=True):
    """A subheading of HS 2022 with its share of the belief (all shares together are at most 1)."""

    code: str
    probability: float
    title_en: str
    title_zh: str
    evidence: tuple[Evidence, ...]


class Suggestion(Struct, frozen=True):
    """The answer. `refused` is "", or empty, no_letters, code, other_script, unknown_words, only_brand or vague."""

    text: str
    lang: str
    candidates: tuple[Candidate, ...]
    confidence: float
    heading_confidence: float
    refused: str
    cut: bool
    edition: str = EDITION


class Classifier:
    """A trained model, asked. Nothing changes after it is made: any thread may ask."""

    def __init__(self, model: Model, digest: str) -> None:
        self.model, self.digest = model, digest
        self.thresholds = {"refuse_below": calibration.REFUSE_BELOW, "auto_at": calibration.AUTO_AT}

    def suggest(self, text: str, lang: str | None = None, k: int = 10) -> Suggestion:
        """The `k` best codes for a description. `lang` (en, zh) is told by the script where it is not given."""
        read = plain(text, self.model.simple)
        lang, cut = lang or script(read), len(text) > LONGEST
        if reason := _unreadable(read, lang):
            return Suggestion(read, lang or "other", (), 0.0, 0.0, reason, cut)
        heard = hear(self.model, read)
        if not heard.known:
            return Suggestion(read, lang, (), 0.0, 0.0, "unknown_words", cut)
        at_six, at_four = self.confidences(heard, read)
        best = _best(heard.shares, k)
        listed = read.strip() in self.model.vague and at_six < SURE
        refused = "vague" if listed or at_six < calibration.REFUSE_BELOW else ""
        if read.strip() in self.model.brands:
            refused = "only_brand"
        share = min(1.0, at_six / max(float(heard.shares[best[0]]), 1e-9))
        candidates = tuple(self._candidate(int(one), float(heard.shares[one]) * share, heard) for one in best)
        return Suggestion(read, lang, candidates, at_six, at_four, refused, cut)

    def scores(self, text: str) -> dict[str, float]:
        """The shares of the hundred best codes, the best first; empty where nothing is known of the text."""
        heard = hear(self.model, plain(text, self.model.simple))
        if not heard.known:
            return {}
        return {self.model.codes[one]: float(heard.shares[one]) for one in _best(heard.shares, 100)}

    def confidences(self, heard: Heard, read: str) -> tuple[float, float]:
        """How likely the leading code is right at six digits, and its heading at four."""
        first, second = (float(heard.shares[one]) for one in _best(heard.shares, 2))
        top = int(heard.shares.argmax())
        count, near = sum(1 for _ in words(read)), float(heard.near[top])
        exact = bool(heard.likeness[self.model.code_of == top].max() > SAME)
        six = calibration.confidence(
            calibration.signs(first, second, near, exact, heard.known, count), calibration.AT_SIX
        )
        heading = np.bincount(self.model.heading_of, heard.shares)
        lead = self.model.heading_of[top]
        mine = float(heading[lead])
        heading[lead] = 0
        four = calibration.confidence(
            calibration.signs(mine, float(heading.max()), near, exact, heard.known, count), calibration.AT_FOUR
        )
        return six, max(six, four)

    def _candidate(self, place: int, probability: float, heard: Heard) -> Candidate:
        english, chinese = self.model.titles[place]
        mine = np.flatnonzero(self.model.code_of == place)
        order = mine[np.argsort(-heard.likeness[mine], kind="stable")][:3]
        shown = tuple(self._evidence(int(one)) for one in order if heard.likeness[one] >= CLOSE)
        if not shown:
            shown = (Evidence("tariff", english, self.model.citations["tariff"]),)
        return Candidate(self.model.codes[place], probability, english, chinese, shown)

    def _evidence(self, place: int) -> Evidence:
        kind = KINDS[int(self.model.kind_of[place])]
        return Evidence("uk" if kind == "uk_trader" else kind, self.model.text(place), self.model.citations[kind])


def _best(shares: Floats, k: int) -> NDArray[np.int64]:
    count = min(max(k, 1), len(shares))
    some = np.argpartition(-shares, count - 1)[:count]
    return some[np.lexsort((some, -shares[some]))]


def _unreadable(read: str, lang: str) -> str:
    if not read.strip():
        return "empty"
    if is_code(read):
        return "code"
    if not lang:
        return "no_letters"
    if lang == "other":
        return "other_script"
    return "" if next(iter(words(read)), None) else "vague"


def load_classifier(law: Law, cache: Path | None = None, say: Callable[[str], None] | None = None) -> Classifier:
    """The classifier of these packs: read from `cache` where it was trained before, else trained (under a minute) and kept."""
    digest = sources.digest(law)
    folder = cache / digest[:16] if cache is not None else None
    if folder is not None and folder.is_dir():
        with suppress(OSError, ValueError):
            return Classifier(load(folder), digest)
    if say is not None:
        say("training the classifier")
    model = train(sources.gather(law), say)
    if folder is not None:
        save(model, folder)
        model = load(folder)
    return Classifier(model, digest)
