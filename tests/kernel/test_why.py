"""The tree under an answer: complete for those who may, and silent about what others said in confidence."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from entrepot.kernel.access import Speaker
from entrepot.kernel.case import Case
from entrepot.kernel.cases import facts_on_record
from entrepot.kernel.findings import Answer, found
from entrepot.kernel.law import Law
from entrepot.kernel.module import Module, Registry
from entrepot.kernel.sheet import Sheet
from entrepot.kernel.text import Text
from entrepot.kernel.topics import found as found_topic
from entrepot.kernel.vocabulary import SHARED
from entrepot.kernel.vocabulary.goods import LINE, LOT
from entrepot.kernel.vocabulary.trade import SHIPPERS, TERMS
from entrepot.kernel.why import MOST_KEYS, NoSuchPlace, Why, at_field, why

EXPORTER, BUYER, CARRIER = (Speaker("p", role, frozenset({role})) for role in ("exporter", "importer", "carrier"))
SHORT = found_topic("first.count", int, read=SHIPPERS, label=Text("count", "数"), doc="How many lines.")
OPEN = found_topic(
    "second.sum", int, read=SHIPPERS, label=Text("sum", "和"), doc="Told to all.", discloses="the buyer must see it"
)  # fmt: skip
CLOSED = found_topic("third.sum", int, read=SHIPPERS, label=Text("costs", "成本"), doc="Rests on costs.")


def _count(case: Case) -> Answer:
    case.step(Text("count", "计数"), "number of lines", len(case[LINE]))
    return found(len(case[LINE]))


def _sum(case: Case) -> Answer:
    total = sum(lot.base.minor for lot in case[LOT].values()) * (case[SHORT] or 0)
    case.step(Text("sum", "求和"), "sum of bases", total)
    return found(total)


MODULES = (
    Module("first", Text("first", "一"), _count, gives=(SHORT,), needs=(LINE, TERMS)),
    Module("second", Text("second", "二"), _sum, gives=(OPEN,), needs=(SHORT, LOT)),
    Module("third", Text("third", "三"), _sum, gives=(CLOSED,), needs=(SHORT, LOT)),
)
LOT_FACT = {"line": "1", "document": "none", "number": "1", "supplier": "secret", "base": "CNY 9.00", "vat_rate": "0.13",
            "quantity": "1", "invoiced_quantity": "1", "unit": "t"}  # fmt: skip
FACTS: dict[str, Any] = {"trade.terms": {"incoterm": "FOB"}, "goods.line/1": {"hs": "28"}, "goods.cost/1": LOT_FACT}


def drawn(facts: dict[str, Any] = FACTS) -> Sheet:
    registry = Registry(MODULES, SHARED)
    record, _ = facts_on_record(facts, "trade", registry)
    return Sheet(registry, record, Law([], {}), date(2026, 4, 1)).assess()


def walk(tree: Why) -> Iterator[Why]:
    yield tree
    for below in tree.below:
        yield from walk(below)


def test_the_tree_goes_down_through_findings_to_what_was_said() -> None:
    tree = why(drawn(), EXPORTER, "second.sum")
    told = {(knot.kind, knot.topic) for knot in walk(tree)}
    assert {("finding", "first.count"), ("fact", "goods.cost"), ("fact", "goods.line"), ("fact", "trade.terms")} <= told
    assert tree.working[0].formula == "sum of bases"


def test_a_disclosed_answer_names_what_is_hidden_and_shows_nothing_of_it() -> None:
    tree = why(drawn(), BUYER, "second.sum")
    hidden = [knot for knot in walk(tree) if knot.kind == "hidden"]
    assert [(knot.topic, knot.value, knot.spoken) for knot in hidden] == [("goods.cost", None, ())]
    assert tree.value == 900
    assert tree.working == ()


@pytest.mark.parametrize(
    "place", [("third.sum", ""), ("goods.cost", "1"), ("goods.cost", "2"), ("no.such", ""), ("goods.line", "9")]
)
def test_what_one_may_not_see_is_as_if_it_were_not_there(place: tuple[str, str]) -> None:
    with pytest.raises(NoSuchPlace):
        why(drawn(), BUYER, *place)


def test_what_was_told_once_is_pointed_back_to() -> None:
    tree = why(drawn(), EXPORTER, "third.sum")
    kinds = [knot.kind for knot in walk(tree) if knot.topic == "first.count"]
    assert kinds == ["finding"]
    lines = [knot for knot in walk(why(drawn(), EXPORTER, "second.sum")) if knot.topic == "goods.line"]
    assert [knot.kind for knot in lines] == ["fact"]


def test_a_field_is_told_by_the_statement_that_gave_it() -> None:
    sheet = drawn({**FACTS, "trade.terms": [{"incoterm": "FOB"}, {"contract_no": "C-1"}]})
    told = {field: why(sheet, EXPORTER, "trade.terms", "", field).spoken[0].id for field in ("incoterm", "contract_no")}
    assert len(set(told.values())) == 2
    assert len(why(sheet, EXPORTER, "trade.terms").spoken) == 2


def test_a_contradiction_shows_its_sides() -> None:
    sheet = drawn({**FACTS, "trade.terms": [{"incoterm": "FOB"}, {"incoterm": "CIF"}]})
    tree = why(sheet, EXPORTER, "trade.terms")
    assert (tree.kind, {side for _, side in tree.sides}) == ("conflict", {"FOB", "CIF"})


def test_a_long_list_of_keys_is_cut_and_says_so() -> None:
    lines = {f"goods.line/{number}": {"hs": "28"} for number in range(1, MOST_KEYS + 11)}
    tree = why(drawn({**FACTS, **lines}), EXPORTER, "first.count")
    knots = [knot for knot in tree.below if knot.topic == "goods.line"]
    assert (len(knots), knots[-1].more) == (MOST_KEYS + 1, 10)


@pytest.mark.parametrize(("path", "value"), [("a", [{"b": 1}]), ("a/1.b", 1), ("a.1.b", 1)])
def test_a_field_path_leads_to_its_part(path: str, value: Any) -> None:
    assert at_field({"a": [{"b": 1}]}, path) == value


@pytest.mark.parametrize("path", ["b", "a/0", "a/2", "a/1.c", "a/-1", "a/1.b.c", "a/²"])
def test_a_field_path_to_nowhere_is_told(path: str) -> None:
    with pytest.raises(NoSuchPlace):
        at_field({"a": [{"b": 1}]}, path)
