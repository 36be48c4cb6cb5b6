"""Days that follow each other: contract, invoice, declaration, loading, bill, proof of origin."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any

from entrepot.kernel.law import Row
from entrepot.kernel.record import Standing
from entrepot.kernel.text import Text
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.clearance import Comparison
from entrepot.kernel.vocabulary.customs import PARTICULARS, PROOF
from entrepot.kernel.vocabulary.trade import TERMS, TRANSPORT
from entrepot.modules.consistency.facts import Given, Spec
from entrepot.modules.consistency.rules.fields import held, said_by
from entrepot.modules.consistency.rules.papers import ZERO, Papers

_TOPICS: dict[str, Topic[Any]] = {topic.name: topic for topic in (TERMS, TRANSPORT, PARTICULARS, PROOF)}


def ordered(papers: Papers) -> Iterator[Comparison]:
    """Every two days that are known and have an order on file."""
    rows = papers.case.rows("consistency/days", papers.day)
    mode = _mode(papers)
    for row in rows:
        if (row["flow"] and row["flow"] != papers.flow) or (row["mode"] and row["mode"] != mode):
            continue
        for key in _keys(papers, row):
            yield from _pair(papers, row, key)


def _mode(papers: Papers) -> str:
    standing = papers.case.standing(TRANSPORT).get("")
    given = papers.leading(TRANSPORT, standing, "mode") if standing is not None else None
    return given.value if given is not None else ""


def _keys(papers: Papers, row: Row) -> tuple[str, ...]:
    """The keys that a row speaks of: every proof of origin, or the dossier as a whole."""
    names = (row.keys["earlier"], row.keys["later"])
    return tuple(papers.case.standing(PROOF)) if any(name.startswith(PROOF.name) for name in names) else ("",)


def _day(papers: Papers, name: str, key: str) -> Given | None:
    topic_name, _, field = name.rpartition(".")
    topic = _TOPICS[topic_name]
    standing: Standing | None = papers.case.standing(topic).get(key if topic is PROOF else "")
    return None if standing is None else papers.leading(topic, standing, field)


def _pair(papers: Papers, row: Row, key: str) -> Iterator[Comparison]:
    earlier, later = _day(papers, row.keys["earlier"], key), _day(papers, row.keys["later"], key)
    if earlier is None or later is None or (row["unless"] and _day(papers, row["unless"], key) is not None):
        return
    first, last = _spec(papers, row.keys["earlier"]), _spec(papers, row.keys["later"])
    one: date = earlier.value
    other: date = later.value
    slack: int = row["slack"] or 0
    spec = Spec(
        row["path"], _both(first.label, last.label), "exact", "", (), row["severity"], "", row["rule"], ZERO, ZERO, 0
    )
    sides = (papers.side(earlier), papers.side(later))
    if one <= other + timedelta(days=slack):
        yield held(papers.path(spec, key), spec, sides, True)
        return
    late, zh = (f", more than {slack} days", f"，超过 {slack} 天") if slack else ("", "")
    what = Text(
        f"the {first.label.en} of {one} ({said_by(sides[0])}) is after the {last.label.en} of {other} ({said_by(sides[1])}){late}",
        f"{first.label.zh} {one}（{said_by(sides[0])}）晚于{last.label.zh} {other}（{said_by(sides[1])}）{zh}",
    )
    yield held(papers.path(spec, key), spec, sides, False, what, Text("correct the wrong date", "请更正有误的日期"))


@cache
def _both(first: Text, last: Text) -> Text:
    return Text(f"{first.en} and {last.en}", f"{first.zh}与{last.zh}")


def _spec(papers: Papers, name: str) -> Spec:
    topic_name, _, field = name.rpartition(".")
    return papers.field(_TOPICS[topic_name], field)
