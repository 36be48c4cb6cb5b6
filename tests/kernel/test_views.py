"""View topics: asked for when a module looks, drawn again when they move, read by their roles alone."""

from datetime import date
from typing import Any

import pytest
from msgspec import Struct

from entrepot.kernel.access import Speaker, may_read_finding
from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, found
from entrepot.kernel.law import Law
from entrepot.kernel.module import Module, Registry
from entrepot.kernel.record import Record
from entrepot.kernel.sheet import Sheet
from entrepot.kernel.text import Text
from entrepot.kernel.topics import Topic, view
from entrepot.kernel.topics import found as found_topic
from entrepot.kernel.why import why

DAY = date(2026, 4, 1)


class Seen(Struct, frozen=True):
    """What a view shows."""

    words: str


def _card(read: str) -> dict[str, Any]:
    return {"read": frozenset({"exporter", read}), "label": Text("x", "某"), "doc": "for a test"}


ELSEWHERE = view("test.elsewhere", Seen, **_card("exporter"))
TOLD = found_topic("test.told", Seen, **_card("importer"))


def _assess(case: Case) -> Answer:
    return found(case.get(ELSEWHERE) or Seen("nothing"))


REGISTRY = Registry((Module("test", Text("t", "试"), _assess, gives=(TOLD,), uses=(ELSEWHERE,)),))


def sheet(views: Any = None) -> Sheet:
    return Sheet(REGISTRY, Record("D1", "trade", REGISTRY.topics), Law([], {}), DAY, views=views).assess()


def told(drawn: Sheet) -> str:
    finding = drawn.finding("test.told")
    assert finding is not None
    return str(finding.value.words)


def test_a_module_sees_what_the_store_shows() -> None:
    assert told(sheet(lambda topic, record: Seen(f"{topic.name} of {record.dossier}"))) == "test.elsewhere of D1"
    assert told(sheet()) == "nothing"


def test_what_moved_is_drawn_again_and_nothing_else() -> None:
    shown = [Seen("first")]
    drawn = sheet(lambda *_: shown[0])
    assert drawn.assess().assessed == 0
    shown[0] = Seen("second")
    assert drawn.assess().assessed == 1
    assert told(drawn) == "second"


def test_a_finding_is_read_by_those_who_may_read_the_view_it_rests_on() -> None:
    drawn = sheet(lambda *_: Seen("secret"))
    finding = drawn.finding("test.told")
    assert finding is not None
    readers = [
        role
        for role in ("exporter", "importer")
        if may_read_finding(REGISTRY.topics, finding, Speaker("p", "o", frozenset({role})))
    ]
    assert readers == ["exporter"]


def test_why_names_the_view_and_keeps_the_rest_of_it() -> None:
    tree = why(sheet(lambda *_: Seen("secret")), Speaker("p", "o", frozenset({"exporter"})), "test.told")
    assert [(knot.kind, knot.topic, knot.value) for knot in tree.below] == [("fact", "test.elsewhere", None)]


def test_nobody_says_a_view() -> None:
    with pytest.raises(ValueError, match="is a view"):
        Topic("test.other", Seen, kind="view", say=frozenset({"exporter"}), label=Text("x", "某"), doc="d")
