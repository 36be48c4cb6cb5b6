"""The finding on the papers: what is said twice, what hangs together, in which order of days."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, found, needs_review, no_law, not_applicable
from entrepot.kernel.text import Text
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.clearance import Comparison, Consistency
from entrepot.kernel.vocabulary.customs import PARTICULARS
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.kernel.vocabulary.trade import CONTAINER
from entrepot.modules.consistency.facts import COMPARED
from entrepot.modules.consistency.rules.contract import against_contract
from entrepot.modules.consistency.rules.days import ordered
from entrepot.modules.consistency.rules.fields import said_twice
from entrepot.modules.consistency.rules.papers import NotOnFile, Papers
from entrepot.modules.consistency.rules.relations import listed, proofs, sums, united

NO_TABLE = Text("no tolerances for papers on file for that day", "该日无单证一致性允差数据")
NO_DAYS = Text("no order of days on file for that day: days are not compared", "该日无日期顺序数据：未比对日期")
LISTED = 2000
"""Of what agrees, so much is listed and the rest counted: whatever does not agree is always listed."""


def assess(case: Case) -> Answer:
    """Compare the papers of the shipment field by field."""
    papers = papers_of(case)
    comparisons, agreeing = [], 0
    try:
        for one in _all(papers):
            agreeing += one.outcome == "agree"
            if one.outcome != "agree" or agreeing <= LISTED:
                comparisons.append(one)
    except NotOnFile:
        return no_law(NO_TABLE)
    if not comparisons:
        return not_applicable(Text("no two papers say the same thing", "没有两份单证述及同一内容"))
    comparisons.sort(key=_gravest)
    value = Consistency(tuple(comparisons), max(0, agreeing - LISTED))
    return found(value) if case.rows("consistency/days", papers.day) else needs_review(value, NO_DAYS)


def papers_of(case: Case) -> Papers:
    """The papers of a case, read by the tolerances of the day of declaration, or of asking while none is said."""
    declared: Any = None
    flow = "E"
    standing = case.standing(PARTICULARS).get("")
    if standing is not None:
        declared = next((value.declared_on for value in standing.values if value.declared_on is not None), None)
        flow = standing.values[0].flow
    day: date = declared or case.today
    return Papers(case, day, flow)


def _all(papers: Papers) -> Iterator[Comparison]:
    topics: tuple[Topic[Any], ...] = COMPARED
    for topic in topics:
        yield from said_twice(papers, topic)
    lines, containers = united(papers, LINE), united(papers, CONTAINER)
    yield from sums(papers, lines, containers)
    for topic in (LINE, CONTAINER):
        yield from listed(papers, topic)
    yield from proofs(papers, lines)
    yield from against_contract(papers, lines)
    yield from ordered(papers)


_GRAVITY = {("differ", "E"): 0, ("differ", "W"): 1, ("near", "W"): 2, ("near", ""): 3}


def _gravest(one: Comparison) -> int:
    return len(_GRAVITY) if one.outcome == "agree" else _GRAVITY.get((one.outcome, one.severity), len(_GRAVITY))
