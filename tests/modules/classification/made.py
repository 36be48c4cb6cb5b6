"""A law for the classification room: the real nomenclature, attributes and notes, and a classifier written by hand."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from entrepot.gateways.candidates import VALUES
from entrepot.kernel.law import Law, TableSpec
from entrepot.kernel.sheet import Sheet
from entrepot.modules.classification.facts import MEMORY, Memory, Suggestion
from entrepot.modules.classification.module import MODULE
from entrepot.modules.classification.rules.question import Lexicon, read_lexicon
from tests.making import law, sheet, small_law

DAY = date(2026, 4, 1)
SPEC = TableSpec(keys=("text", "rank_key"), values={**VALUES})
# What the classifier would say: text -> (refused, confidence, candidates with their shares).
HEARD: dict[str, tuple[str, str, tuple[tuple[str, str], ...]]] = {
    "shirt": ("", "0.6", (("620520", "0.6"), ("620530", "0.3"), ("610510", "0.1"))),
    "cotton shirt, woven": ("", "0.99", (("620520", "0.99"), ("620530", "0.01"))),
    "stuff": ("vague", "0.2", (("950300", "0.2"), ("732690", "0.1"))),
    "12345": ("no_letters", "0", ()),
    "toy golf bag": ("", "0.7", (("950300", "0.7"), ("420292", "0.3"))),
    "phosphoric acid": ("", "0.9", (("280920", "0.9"), ("280910", "0.1"))),
}


def _rows() -> list[dict[str, str]]:
    rows = []
    for text, (refused, confidence, candidates) in HEARD.items():
        for rank, (code, share) in enumerate(candidates or (("", "0"),), 1):
            rows.append(
                {
                    "text": text, "rank_key": str(rank), "rank": str(rank if code else 0), "code": code,
                    "title_en": f"title of {code}" if not code else _title(code), "title_zh": f"{code}的名称",
                    "probability": share, "confidence": confidence, "heading_confidence": confidence,
                    "refused": refused, "language": "en", "cut": "false",
                    "proofs": f"term\t{text}\ta list of names" if code else "",
                }
            )  # fmt: skip
    return rows


def _title(code: str) -> str:
    row = law("hs").read("hs/codes", DAY, {"code": code})
    return row["title"] if row is not None else code


@cache
def whole_law() -> Law:
    """The packs that the room reads, with the classifier by hand."""
    packs = law("hs", "attributes", "legal_notes", "goods_names", "JP")
    return Law(packs.packs, {**packs.tables, **small_law({"classifier/candidates": (SPEC, _rows())}).tables})


@cache
def lexicon() -> Lexicon:
    there = law("attributes")
    return read_lexicon(there.rows("attributes/values", DAY, {}), there.rows("attributes/questions", DAY, {}))


def drawn(facts: Mapping[str, Any], memory: Memory | None = None, law: Law | None = None) -> Sheet:
    """The sheet of some facts, with a memory."""
    given = {} if memory is None else {MEMORY.name: memory}
    return sheet([MODULE], facts, DAY, law or whole_law(), given)


def suggestion(facts: Mapping[str, Any], memory: Memory | None = None) -> Suggestion:
    """The value that the room gives on line 1."""
    finding = drawn(facts, memory).finding("classification.suggestion", "1")
    assert finding is not None
    assert isinstance(finding.value, Suggestion), finding
    return finding.value
