"""The classifier as a table of law: a description goes in as the key, its candidates come out as rows, best first.

So a pure room may ask it, and its answer cites what it rests on. Nothing is loaded or trained before the first question.
"""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from entrepot.kernel.law import LawError, Row, TableSpec

if TYPE_CHECKING:
    from entrepot.gateways.classifier.classifier import Candidate, Classifier, Suggestion

PACKAGE = "classifier"
SOURCE = "Entrepôt, classifier trained on this installation's packs (names of goods, titles of HS 2022, published search terms)"
DEEP = 20
VALUES = {
    "rank": "integer", "code": "text", "title_en": "text", "title_zh": "text", "probability": "decimal",
    "confidence": "decimal", "heading_confidence": "decimal", "refused": "text", "language": "text",
    "cut": "bool", "proofs": "list",
}  # fmt: skip
_DAY = date(2022, 1, 1)
_PLACES = Decimal("0.0001")


class ClassifierTable:
    """Rows by `text`: up to twenty candidates, each with what is known of the whole answer; a text without candidates has
    one row of rank 0 and no code. `proofs` holds kind, text and source, parted by tabs."""

    def __init__(self, name: str, spec: TableSpec, load: Callable[[], "Classifier | None"]) -> None:
        if spec.keys != ("text",) or any(VALUES.get(column) != kind for column, kind in spec.values.items()):
            raise LawError(f"{name}: package {PACKAGE!r} serves the key text and the values {VALUES}")
        self.name, self.spec, self._load = name, spec, load
        self._mutex = threading.Lock()
        self._loaded: Classifier | None = None

    @property
    def classifier(self) -> "Classifier | None":
        """Loaded on first use; None where it was not trained here yet, which takes a minute and is nobody's to wait for."""
        with self._mutex:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    @property
    def digest(self) -> str:
        """Of what the classifier was trained on."""
        classifier = self.classifier
        return "" if classifier is None else classifier.digest

    def candidates(self, keys: Mapping[str, str]) -> Sequence[Row]:
        """The candidates for the text, the best first; none at all where the classifier was not trained."""
        classifier = self.classifier
        if "text" not in keys or classifier is None:
            return ()
        asked = classifier.suggest(keys["text"], k=DEEP)
        rows = [self._row(asked, number, one) for number, one in enumerate(asked.candidates, 1)]
        return rows or [self._row(asked, 0, None)]

    def everything(self) -> Iterable[Row]:
        """Nothing: there are as many rows as there are descriptions."""
        return ()

    def _row(self, asked: "Suggestion", rank: int, one: "Candidate | None") -> Row:
        values = {
            "rank": rank,
            "code": one.code if one else "",
            "title_en": one.title_en if one else "",
            "title_zh": one.title_zh if one else "",
            "probability": _decimal(one.probability if one else 0),
            "confidence": _decimal(asked.confidence),
            "heading_confidence": _decimal(asked.heading_confidence),
            "refused": asked.refused,
            "language": asked.lang,
            "cut": asked.cut,
            "proofs": tuple(f"{e.kind}\t{e.text}\t{e.source}" for e in one.evidence) if one else (),
        }
        return Row(self.name, {"text": asked.text}, values, _DAY, None, SOURCE, "convention")


def _decimal(share: float) -> Decimal:
    return Decimal(min(max(share, 0.0), 1.0)).quantize(_PLACES)
