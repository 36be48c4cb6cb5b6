"""Fields that several papers say: each compared by its row, the leading paper first, both places named."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from operator import is_not
from typing import Any, Literal

import msgspec

from entrepot.kernel.record import Standing
from entrepot.kernel.text import Text
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.clearance import Comparison, Side
from entrepot.modules.consistency.facts import AGREE, DIFFER, NEAR, Given, Grade, Spec
from entrepot.modules.consistency.rules.measures import grade
from entrepot.modules.consistency.rules.papers import Papers, defaults, sides_of, unsaid_of

TOLD = 4  # of many papers that differ, so many are named in a sentence


def said_twice(papers: Papers, topic: Topic[Any]) -> Iterator[Comparison]:
    """Every field of a topic that more than one statement gives."""
    for key, standing in papers.case.standing(topic).items():
        if len(standing.statements) > 1:
            yield from _fields(papers, topic, key, standing)


def _fields(papers: Papers, topic: Topic[Any], key: str, standing: Standing) -> Iterator[Comparison]:
    pairs = papers.led(topic, standing)
    disputed = {conflict.field for conflict in standing.conflicts}
    unsaid = unsaid_of(topic.type)
    rows = [msgspec.structs.astuple(whole) for _, whole in pairs]
    who = [papers.origin(statement) for statement, _ in pairs]
    for place, field, spec, said in _by_several(papers, topic, rows):
        if default := unsaid[place]:  # a default that says something is told from what was said by its value alone
            said = [number for number in said if rows[number][place] != default]
            if len(said) < 2:
                continue
        if field in disputed or "" in disputed:
            given = [Given(rows[number][place], pairs[number][1], pairs[number][0], field) for number in said]
            yield weighed(papers, topic, key, spec, given)
        else:
            sides = sides_of(field, [rows[number][place] for number in said], [who[number] for number in said])
            yield Comparison(papers.path(spec, key), spec.label, "agree", sides)


def _by_several(
    papers: Papers, topic: Topic[Any], rows: Sequence[tuple[Any, ...]]
) -> Sequence[tuple[int, str, Spec, Sequence[int]]]:
    """The fields that more than one statement gives: place and name of the field, how it is compared, which statements."""
    # The lines of one paper give the same fields, so that what a pattern of given fields comes to is worked out once.
    unsaid = unsaid_of(topic.type)
    pattern = (topic.name, *[bytes(map(is_not, row, unsaid)) for row in rows])
    found = papers.several.get(pattern)
    if found is None:
        given = [
            (place, field, [number for number, row in enumerate(pattern[1:]) if row[place]])
            for place, field in enumerate(defaults(topic.type))
        ]
        found = papers.several[pattern] = [
            (place, field, papers.field(topic, field), said) for place, field, said in given if len(said) > 1
        ]
    return found


def weighed(papers: Papers, topic: Topic[Any], key: str, spec: Spec, given: Sequence[Given]) -> Comparison:
    """A field on which statements are not of one word: every two values compared, the worst counts."""
    worst, severity = AGREE, ""
    distinct = [one for place, one in enumerate(given) if all(one.value != before.value for before in given[:place])]
    if spec.measure in ("unit", "quantity", "price"):
        distinct = list(given)  # what they mean rests on more than the value itself
    for one, other in combinations(distinct, 2):
        row = papers.between(topic, one.field, spec, one.statement, other.statement)
        found = grade(papers, row, one, other)
        asked = row.severity if found == DIFFER else row.near if found == NEAR else ""
        if (found, asked == "E") > (worst, severity == "E"):
            worst, severity = found, asked
    sides = [papers.side(one) for one in given]
    agreed = all(one.value == given[0].value for one in given)
    return concluded(papers.path(spec, key), spec, sides, AGREE if agreed and worst != DIFFER else worst, severity)


def concluded(
    path: str,
    spec: Spec,
    sides: Sequence[Side],
    worst: Grade,
    severity: str,
    what: Text | None = None,
    fix: Text | None = None,
) -> Comparison:
    """The comparison that a grade comes to. The sentence is made only where somebody is told."""
    outcome: Literal["agree", "near", "differ"] = "agree" if worst == AGREE else "differ" if worst == DIFFER else "near"
    if worst < NEAR:
        return Comparison(path, spec.label, outcome, tuple(sides))
    asked: Literal["", "E", "W"] = "E" if severity == "E" else "W" if severity == "W" else ""
    remedy = fix or (
        Text("correct or withdraw the wrong paper", "请更正或撤回有误的单证")
        if worst == DIFFER
        else Text("confirm which is meant, or correct the paper", "请确认以何者为准，或更正单证")
    )
    return Comparison(path, spec.label, outcome, tuple(sides), asked, spec.rule, what or told(spec, sides), remedy)


def told(spec: Spec, sides: Sequence[Side]) -> Text:
    """Who says what, and where: each value once."""
    once = {side.value: side for side in reversed(sides)}
    shown = [once[value] for value in dict.fromkeys(side.value for side in sides)][:TOLD]
    label = spec.label
    return Text(
        f"{label.en}: " + "; ".join(f"{said_by(side)} says {side.value}" for side in shown),
        f"{label.zh}：" + "；".join(f"{said_by(side)} 为 {side.value}" for side in shown),
    )


def said_by(side: Side) -> str:
    """A paper with the place in it."""
    return f"{side.paper} {side.place}".strip()


def held(
    path: str, spec: Spec, sides: Sequence[Side], ok: bool, what: Text | None = None, fix: Text | None = None
) -> Comparison:
    """A relation that holds or does not."""
    return concluded(path, spec, sides, AGREE if ok else DIFFER, "" if ok else spec.severity, what, fix)


def graded(path: str, spec: Spec, sides: Sequence[Side], found: Grade) -> Comparison:
    """A relation by the grade of its two sides; what is only written otherwise holds."""
    return concluded(
        path,
        spec,
        sides,
        found if found >= NEAR else AGREE,
        spec.severity if found == DIFFER else spec.near if found == NEAR else "",
    )
