"""The sheet: waiting, finding, refusing, failing - and drawing again only what moved."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec import Struct

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, found, needs_review, no_law, not_applicable, refused
from entrepot.kernel.law import TableSpec
from entrepot.kernel.module import MiswiredError, Module, Registry
from entrepot.kernel.record import Record
from entrepot.kernel.sheet import Sheet, value_digest
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.topics import Rejected, Ruling, Sent, Topic, found_each
from entrepot.kernel.topics import found as found_topic
from entrepot.kernel.vocabulary import SHARED
from entrepot.kernel.vocabulary.goods import LINE, GoodsLine
from entrepot.kernel.vocabulary.trade import TERMS, Terms
from tests.kernel.speaking import said
from tests.making import small_law

WORD = Text("word", "词")
DAY = date(2026, 3, 1)


class Weight(Struct, frozen=True):
    kg: Decimal


ROLES = frozenset({"exporter"})
HEAVY = found_each("test.heavy", Weight, "line", read=ROLES, label=WORD, doc="d")
TOTAL = found_topic("test.total", Weight, read=ROLES, label=WORD, doc="d", sends="customs")
RATED = found_topic("test.rated", Weight, read=ROLES, label=WORD, doc="d")
LAW = small_law(
    {
        "T/rate": (
            TableSpec(keys=("code",), values={"rate": "rate"}, goods_code="code", known_through=date(2026, 12, 31)),
            [{"code": "28", "rate": "0.5"}, {"code": "2809", "rate": "0.1", "evidence": "unverified"}],
        )
    }
)


def weigh(case: Case) -> Answer:
    line = case.own(LINE)
    if line.net_kg is None:
        return refused(
            (Problem("T1", f"line/{case.key}.net_kg", Text("no weight", "缺重量"), Text("weigh it", "请称重")),)
        )
    case.step(WORD, "net", line.net_kg, net=line.net_kg)
    return found(Weight(line.net_kg))


def add(case: Case) -> Answer:
    return found(Weight(sum((weight.kg for weight in case[HEAVY].values()), Decimal(0))))


WEIGH = Module("weigh", WORD, weigh, gives=(HEAVY,), needs=(LINE,), each=LINE)
ADD = Module("add", WORD, add, gives=(TOTAL,), needs=(HEAVY,))


def rated(code: str) -> Module:
    def rate(case: Case) -> Answer:
        row = case.read(
            "T/rate", date(2026, 3, 1) if code != "late" else date(2027, 1, 1), code="28" if code == "late" else code
        )
        return no_law(Text("none", "无")) if row is None else found(Weight(row["rate"]))

    return Module("rate", WORD, rate, gives=(RATED,), needs=(TERMS,))


def drawn(modules: list[Module], *submissions: Any) -> Sheet:
    registry = Registry(modules, SHARED)
    return Sheet(registry, Record("d1", "trade", registry.topics, submissions), LAW, DAY).assess()


def status(sheet: Sheet, topic: Topic[Any], key: str = "") -> str:
    finding = sheet.finding(topic.name, key)
    assert finding is not None
    return finding.status


def test_a_module_waits_and_says_for_what_and_for_whom() -> None:
    finding = drawn([WEIGH, ADD]).finding("test.total")
    assert finding is not None
    assert finding.status == "waits"
    assert finding.waits[0].topic == "test.heavy"
    waiting = drawn([rated("28")]).finding("test.rated")
    assert waiting is not None
    assert set(waiting.waits[0].who) == TERMS.say


def test_a_finding_carries_what_was_read_and_its_working() -> None:
    sheet = drawn([WEIGH, ADD], said("1", "goods.line", "1", GoodsLine(net_kg=Decimal(5))))
    finding = sheet.finding("test.heavy", "1")
    assert finding is not None
    assert [look.topic for look in finding.looks] == ["goods.line"]
    assert finding.working[0].inputs == (("net", "5"),)
    total = sheet.finding("test.total")
    assert total is not None
    assert total.value == Weight(Decimal(5))


def test_one_changed_line_redraws_one_line_and_what_rests_on_it() -> None:
    lines = [said(f"{n}", "goods.line", f"{n}", GoodsLine(net_kg=Decimal(n))) for n in range(1, 101)]
    sheet = drawn([WEIGH, ADD], *lines)
    assert sheet.assess().assessed == 0
    sheet.record.add(said("x", "goods.line", "7", GoodsLine(net_kg=Decimal(1000)), replaces=("7",)))
    assert sheet.assess().assessed == 2
    sheet.record.add(said("y", "goods.line", "8", GoodsLine(net_kg=Decimal(8), brand="new"), replaces=("8",)))
    assert sheet.assess().assessed == 1, "the line's finding did not change, so the total is not drawn again"


def test_a_look_at_the_keys_alone_moves_where_a_key_comes_or_goes() -> None:
    def count(case: Case) -> Answer:
        return found(Weight(Decimal(len(case.keys(LINE)))))

    counting = Module("count", WORD, count, gives=(RATED,), uses=(LINE,))
    sheet = drawn([counting], *[said(f"{n}", "goods.line", f"{n}", GoodsLine(hs=f"{n}")) for n in range(1, 4)])

    def counted() -> tuple[int, Any]:
        finding = sheet.assess().finding("test.rated")
        assert finding is not None
        assert [(look.topic, look.key) for look in finding.looks] == [("goods.line", "*")]
        return sheet.assessed, finding.value.kg

    sheet.record.add(said("x", "goods.line", "2", GoodsLine(hs="5"), replaces=("2",)))
    assert counted() == (0, 3), "what is said of a line does not matter"
    sheet.record.add(said("y", "goods.line", "9", GoodsLine(hs="9")))
    assert counted() == (1, 4)
    sheet.record.add(said("z", "goods.line", "9", GoodsLine(hs="8")))
    assert counted() == (1, 4), "a line in contradiction is there"
    sheet.record.add(said("w", "goods.line", "9", withdraws=("y", "z")))
    assert counted() == (1, 3)
    sheet.record.add(said("c", "goods.line", "7", GoodsLine(hs="1")))
    sheet.record.add(said("d", "goods.line", "7", GoodsLine(hs="2")))
    assert counted() == (1, 4), "nor is it missing where it came in contradiction"
    sheet.record.add(said("e", "goods.line", "7", withdraws=("c", "d")))
    assert counted() == (1, 3)


def test_incremental_drawing_equals_drawing_afresh() -> None:
    lines = [
        said(f"{n}", "goods.line", f"{n % 5}", GoodsLine(net_kg=Decimal(n)), replaces=(f"{n - 5}",))
        for n in range(1, 30)
    ]
    grown = drawn([WEIGH, ADD])
    for line in lines:
        grown.record.add(line)
        grown.assess()
    assert {(f.topic, f.key): (f.status, f.value) for f in grown.findings()} == {
        (f.topic, f.key): (f.status, f.value) for f in drawn([WEIGH, ADD], *lines).findings()
    }


def test_a_withdrawn_line_takes_its_findings_with_it() -> None:
    sheet = drawn([WEIGH, ADD], *(said(n, "goods.line", n, GoodsLine(net_kg=Decimal(1))) for n in "12"))
    sheet.record.add(said("3", "goods.line", "2", withdraws=("2",)))
    sheet.assess()
    assert sheet.finding("test.heavy", "2") is None
    assert sheet.column("test.total").values[""] == Weight(Decimal(1))


def test_unverified_law_transcripts_and_days_beyond_make_a_finding_need_review() -> None:
    terms = said("1", "trade.terms", body=Terms(incoterm="FOB"))
    assert status(drawn([rated("28")], terms), RATED) == "found"
    assert status(drawn([rated("280920")], terms), RATED) == "needs_review"
    assert status(drawn([rated("late")], terms), RATED) == "needs_review"
    assert status(drawn([rated("99")], terms), RATED) == "no_law"
    line = said("1", "goods.line", "1", GoodsLine(net_kg=Decimal(5)), authority="transcript")
    sheet = drawn([WEIGH, ADD], line)
    assert status(sheet, HEAVY, "1") == "needs_review"
    assert status(sheet, TOTAL) == "needs_review", "what rests on an unsettled finding is unsettled too"


def failing(act: Callable[[Case], Answer | Mapping[Topic[Any], Answer]], **label: Any) -> str:
    bad = Module("bad", WORD, act, gives=(RATED,), **label)
    return status(drawn([bad, WEIGH], said("1", "goods.line", "1", GoodsLine(net_kg=Decimal(5)))), RATED)


def test_a_module_that_raises_fails_alone() -> None:
    def burn(case: Case) -> Answer:
        raise ZeroDivisionError("oh")

    assert failing(burn) == "failed"


def test_an_undeclared_look_fails() -> None:
    assert failing(lambda case: found(case.get(TERMS))) == "failed"


def test_too_much_work_fails() -> None:
    def toil(case: Case) -> Answer:
        while True:
            case.get(TERMS)

    assert failing(toil, uses=(TERMS,), budget=1000) == "failed"


def test_what_needs_something_that_does_not_apply_does_not_apply() -> None:
    none = Module("none", WORD, lambda case: not_applicable(Text("no", "否")), gives=(HEAVY,), needs=(LINE,), each=LINE)
    follow = Module("follow", WORD, lambda case: found(Weight(case.own(HEAVY).kg)), gives=(), needs=(HEAVY,), each=LINE)
    last = Module("last", WORD, lambda case: found(case[RATED]), gives=(TOTAL,), needs=(RATED,))
    first = Module("first", WORD, lambda case: not_applicable(Text("no", "否")), gives=(RATED,))
    assert follow.each is LINE
    assert status(drawn([none, first, last], said("1", "goods.line", "1", GoodsLine())), TOTAL) == "not_applicable"


def test_outside_kinds_and_applies_a_module_is_silent() -> None:
    quiet = Module("quiet", WORD, weigh, gives=(RATED,), applies=lambda case: False)
    assert drawn([quiet]).finding("test.rated") is None
    assert drawn([Module("other", WORD, weigh, gives=(RATED,), kinds=("region",))]).finding("test.rated") is None


def test_a_ruling_settles_a_finding_and_both_are_shown() -> None:
    unsure = Module("unsure", WORD, lambda case: needs_review(Weight(Decimal(1)), WORD), gives=(RATED,))
    follow = Module("follow", WORD, lambda case: found(case[RATED]), gives=(TOTAL,), needs=(RATED,))
    sheet = drawn([unsure, follow])
    assert status(sheet, TOTAL) == "needs_review"
    sheet.record.add(
        said("1", "test.rated.ruling", body=Ruling("overruled", "weighed again", value=Weight(Decimal(2))))
    )
    sheet.assess()
    finding = sheet.finding("test.rated")
    assert finding is not None
    assert (finding.value, finding.effective) == (Weight(Decimal(1)), Weight(Decimal(2)))
    assert sheet.column("test.total").values[""] == Weight(Decimal(2))
    assert status(sheet, TOTAL) == "found"


def test_a_ruling_on_a_value_that_has_moved_no_longer_counts() -> None:
    sheet = drawn([WEIGH], said("1", "goods.line", "1", GoodsLine(net_kg=Decimal(5))))
    seen = value_digest(Weight(Decimal(5)))
    sheet.record.add(said("2", "test.heavy.ruling", "1", Ruling("refused", "not so", of=seen)))
    assert sheet.assess().column("test.heavy").values == {}
    sheet.record.add(said("3", "goods.line", "1", GoodsLine(net_kg=Decimal(6)), replaces=("1",)))
    assert sheet.assess().column("test.heavy").values == {"1": Weight(Decimal(6))}


def test_what_was_sent_counts_until_it_is_rejected_and_an_amendment_shows_the_difference() -> None:
    sheet = drawn([WEIGH, ADD], said("1", "goods.line", "1", GoodsLine(net_kg=Decimal(5))))
    old = Weight(Decimal(5))
    sheet.record.add(said("2", "test.total.sent", "m1", Sent("customs", 1, value_digest(old), old)))
    sheet.record.add(said("3", "goods.line", "1", GoodsLine(net_kg=Decimal(6)), replaces=("1",)))
    sheet.assess()
    assert sheet.column("test.total").values[""] == old
    amendment = sheet.finding("test.total.amendment")
    assert amendment is not None
    assert amendment.value.changes == (("kg", '"5"', '"6"'),)
    sheet.record.add(said("4", "test.total.rejected", "m1", Rejected("wrong")))
    sheet.assess()
    assert sheet.column("test.total").values[""] == Weight(Decimal(6))
    assert sheet.finding("test.total.amendment") is None


def test_two_givers_a_missing_giver_and_a_circle_fail_at_start() -> None:
    with pytest.raises(MiswiredError, match="given by both"):
        Registry([WEIGH, Module("again", WORD, weigh, gives=(HEAVY,), each=LINE)], SHARED)
    with pytest.raises(MiswiredError, match="no module gives"):
        Registry([ADD], SHARED)
    circle = [
        Module("a", WORD, add, gives=(RATED,), needs=(TOTAL,)),
        Module("b", WORD, add, gives=(TOTAL,), needs=(RATED,)),
    ]
    with pytest.raises(MiswiredError, match="circle"):
        Registry(circle, SHARED)


def test_a_new_day_redraws_only_what_read_the_day() -> None:
    dated = Module("dated", WORD, lambda case: found(Weight(Decimal(case.today.day))), gives=(RATED,))
    sheet = drawn([WEIGH, dated], said("1", "goods.line", "1", GoodsLine(net_kg=Decimal(5))))
    assert sheet.assess(today=date(2026, 3, 2)).assessed == 1
    assert sheet.column("test.rated").values[""] == Weight(Decimal(2))


def test_changed_law_redraws_only_what_read_the_table_even_where_it_read_nothing() -> None:
    sheet = drawn(
        [WEIGH, rated("99")],
        said("1", "goods.line", "1", GoodsLine(net_kg=Decimal(5))),
        said("2", "trade.terms", body=Terms()),
    )
    assert status(sheet, RATED) == "no_law"
    wider = small_law(
        {
            "T/rate": (
                TableSpec(keys=("code",), values={"rate": "rate"}, goods_code="code"),
                [{"code": "99", "rate": "0.2"}],
            )
        }
    )
    wider.digest = "moved"
    assert sheet.assess(law=wider).assessed == 1
    assert status(sheet, RATED) == "found"


def test_a_room_sees_each_statement_by_itself_and_is_drawn_again_when_one_more_agrees() -> None:
    seen: list[list[str]] = []

    def look(case: Case) -> Answer:
        seen.append([s.id for s in case.standing(TERMS)[""].statements])
        return found(Weight(Decimal(1)))

    room = Module("look", WORD, look, gives=(RATED,), uses=(TERMS,))
    record = Record("d1", "trade", {t.name: t for t in SHARED}, [said("1", "trade.terms", body=Terms(incoterm="FOB"))])
    drawn = Sheet(Registry([room], SHARED), record, LAW, DAY).assess()
    record.add(said("2", "trade.terms", body=Terms(incoterm="FOB")))
    drawn.assess()
    assert seen == [["1"], ["1", "2"]]
