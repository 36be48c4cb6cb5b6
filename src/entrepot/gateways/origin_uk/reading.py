"""Published rules of origin read into the language of product rules.

A text is read from its beginning to its end; what is not understood to the last word is not read at all, for half a rule is
another rule. Alternatives are lists of tests that must all pass.
"""

import re

from entrepot.gateways.origin_uk.clauses import Alternatives, NotRead, read_clauses
from entrepot.gateways.origin_uk.operations import read_materials, read_named, read_operations, read_undergone

_READINGS = (read_clauses, read_undergone, read_operations, read_materials, read_named)
_SPLITS = re.compile(r" ‖ |,? (?:and/)?or (?=manufacture|production|a change|cth|ctsh|cc:)")


def read_alternatives(words: str) -> Alternatives:
    """A text in one spelling, as alternatives; raises NotRead."""
    furthest = NotRead(words)
    for reading in _READINGS:
        try:
            return reading(words)
        except NotRead as failed:
            furthest = min(furthest, failed, key=lambda one: len(str(one)))
    for split in _SPLITS.finditer(words):
        if "in each case" in words[split.end() :]:
            continue  # what is said in each case may be said of what stands before, too
        try:
            return [*read_alternatives(words[: split.start()].strip(" .,;")), *read_alternatives(words[split.end() :])]
        except NotRead:
            continue
    raise furthest
