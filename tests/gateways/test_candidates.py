"""The classifier as a table of law."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from entrepot.gateways.candidates import VALUES, ClassifierTable
from entrepot.kernel.law import Law, LawError, TableSpec
from tests.making import ROOT, law

SPEC = law("classifier").packs[0].tables["candidates"]


def suggestion(text: str, k: int = 10) -> Any:
    """As much of an answer of the classifier as the table reads."""
    proof = SimpleNamespace(kind="term", text="a shirt", source="a list")
    codes = [] if text == "?" else ["620520", "620530"]
    candidates = tuple(
        SimpleNamespace(code=code, probability=0.7 / n, title_en=f"T{n}", title_zh=f"题{n}", evidence=(proof,))
        for n, code in enumerate(codes, 1)
    )
    return SimpleNamespace(
        text=text, lang="en", candidates=candidates, confidence=0.99 if codes else 0.0, heading_confidence=1.00000001,
        refused="" if codes else "no_letters", cut=False,
    )  # fmt: skip


def table(loaded: list[int] | None = None) -> ClassifierTable:
    def load() -> Any:
        if loaded is not None:
            loaded.append(1)
        return SimpleNamespace(suggest=suggestion, digest="d")

    return ClassifierTable("classifier/candidates", SPEC, load)


def test_candidates_are_rows_the_best_first_and_exact_decimals() -> None:
    rows = table().candidates({"text": "shirt"})
    assert [(row["rank"], row["code"], row["probability"]) for row in rows] == [
        (1, "620520", Decimal("0.7000")),
        (2, "620530", Decimal("0.3500")),
    ]
    assert rows[0]["heading_confidence"] == 1
    assert rows[0]["proofs"] == ("term\ta shirt\ta list",)
    assert set(rows[0].values) == set(VALUES)
    assert "shirt" in rows[0].cited()


def test_a_text_without_candidates_has_one_row_that_says_why() -> None:
    (row,) = table().candidates({"text": "?"})
    assert (row["rank"], row["code"], row["refused"]) == (0, "", "no_letters")


def test_nothing_is_loaded_before_the_first_question_and_then_once() -> None:
    loaded: list[int] = []
    there = table(loaded)
    assert list(there.everything()) == []
    assert loaded == []
    there.candidates({"text": "a"})
    there.candidates({"text": "b"})
    assert there.digest == "d"
    assert loaded == [1]


def test_an_untrained_classifier_has_no_rows_and_is_asked_again_later() -> None:
    loads: list[Any] = [None, SimpleNamespace(suggest=suggestion, digest="d")]
    there = ClassifierTable("classifier/candidates", SPEC, lambda: loads.pop(0))
    assert there.candidates({"text": "shirt"}) == ()
    assert there.candidates({"text": "shirt"}) != ()


def test_a_law_reads_it_like_any_table() -> None:
    read = Law([], {"classifier/candidates": table()})
    assert len(read.rows("classifier/candidates", date(2026, 1, 1), {"text": "shirt"})) == 2
    assert read.rows("classifier/candidates", date(2021, 12, 31), {"text": "shirt"}) == ()


def test_a_pack_that_asks_for_other_columns_is_refused() -> None:
    for spec in (TableSpec(keys=("code",)), msgspec.structs.replace(SPEC, values={"weight": "decimal"})):
        with pytest.raises(LawError):
            ClassifierTable("x/y", spec, lambda: None)


def test_the_gateway_does_not_bring_the_model_in_by_being_imported() -> None:
    text = (ROOT / "src/entrepot/gateways/candidates.py").read_text(encoding="utf-8")
    assert "numpy" not in text
    assert text.index("if TYPE_CHECKING:") < text.index("from entrepot.gateways.classifier")
