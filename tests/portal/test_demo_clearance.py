"""The acts of clearance: what the demonstration promises of the box of papers, the trade modes and the broker's day comes out."""

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from entrepot.channels.online import Voice
from entrepot.gateways.papers import headings_of, read_paper
from entrepot.portal import setting
from entrepot.portal.demonstration import box, clearing, drawing
from entrepot.portal.demonstration.brokers_day import AGAIN, LONG, BrokersDay
from entrepot.portal.demonstration.clearance import (
    BILL,
    CONTRACT,
    DAY,
    EARLIER,
    FIRM,
    INVOICE,
    NOW,
    SCAN,
    TEXT,
    Clearance,
)
from entrepot.portal.demonstration.story import PAPERS, found
from entrepot.portal.demonstration.trade_modes import Market, Orders
from entrepot.portal.derived import ASKED
from entrepot.portal.desk import Desk
from entrepot.portal.reading import Reading

BOX = PAPERS / "car-parts"


@pytest.fixture(scope="module")
def played(installed: Path) -> Iterator[tuple[Desk, str]]:
    """A desk on which the acts were played, with the packing list as text, and what stood on the terminal."""
    desk = setting.open_desk(f"sqlite:///{installed / 'clearance.sqlite3'}", "sandbox")
    told = io.StringIO()
    assert clearing.play(Console(file=told, width=400), desk, scans=False)
    yield desk, told.getvalue()
    desk.store.close()


@pytest.fixture(scope="module")
def handed_in(installed: Path) -> Iterator[Clearance]:
    """The box handed in, and nothing else said yet."""
    desk = setting.open_desk(f"sqlite:///{installed / 'box.sqlite3'}", "sandbox")
    clearance = Clearance(desk)
    clearance.before()
    assert [taken.doubtful for _, taken in clearance.hand_in(scans=False)] == [()] * 5
    yield clearance
    desk.store.close()


def read(desk: Desk, dossier: str = NOW, firm: str = FIRM) -> Reading:
    return Clearance(desk).desk.read(dossier, Voice("export desk", firm))


def facts(reading: Reading, topic: str) -> dict[str, Any]:
    return {fact.key: fact.value for fact in reading.facts if fact.topic == topic}


def test_the_papers_and_what_is_on_file_fill_in_all_but_a_handful_of_fields(handed_in: Clearance) -> None:
    sources = handed_in.sources()
    assert len(facts(handed_in.reading(), "goods.line")) == box.LINES
    assert sources.share() > 98
    assert sources.counted[ASKED] <= 10
    assert not handed_in.typed


def test_the_papers_disagree_in_one_place_and_both_places_are_told(handed_in: Clearance) -> None:
    (one,) = handed_in.differing()
    assert (one["field"], one["rule"], one["severity"]) == ("header.gross_kg", "R075", "E")
    sides = {side["paper"]: (side["value"], side["place"].startswith("page 1 [")) for side in one["sides"]}
    assert sides == {BILL: (str(box.mistaken_gross()), True), TEXT: (str(box.total(box.parts())["gross"]), True)}


def test_all_that_is_wrong_is_told_at_once(handed_in: Clearance) -> None:
    rules = {problem.rule for problem in found(handed_in.reading(), "declaration.form").problems}
    assert rules == {"R003", "R016", "R044", "R049", "R075", "R077"}


def test_one_name_looks_like_a_listed_one_on_a_list_that_blocks(handed_in: Clearance) -> None:
    (hit,) = handed_in.hits()
    assert (hit["subject"], hit["said"]) == ("trade.party/notify.name", box.NOTIFY["name"])
    assert not hit.get("foreign")


def test_the_declaration_was_taken_in_asked_about_amended_and_released(played: tuple[Desk, str]) -> None:
    reading = read(played[0])
    (number,) = facts(reading, "customs.acceptance")
    assert number.startswith("9999")
    for topic in ("customs.query", "customs.amendment", "customs.release"):
        assert list(facts(reading, topic)) == [number], topic
    assert facts(reading, "customs.amendment")[number]["allowed"] is True
    sent = sorted(facts(reading, "declaration.form.sent").values(), key=lambda one: one["sequence"])
    remarks = [one["value"]["particulars"].get("remarks", "") for one in sent]
    assert [bool(text) for text in remarks] == [False, True]


def test_what_a_person_said_is_counted_and_little(played: tuple[Desk, str]) -> None:
    desk, told = played
    filed = Clearance(desk)
    filed.papers = [CONTRACT, INVOICE, TEXT, BILL]
    total = filed.sources().counted.total()
    assert total > 700
    # The weight corrected, eight blanks of five questions, the decision, the broker's number, the answer to customs.
    assert f"{total} fields filed; a person typed 12 values and clicked 3 times" in told


def test_screening_was_decided_with_a_reason_and_nothing_is_open(played: tuple[Desk, str]) -> None:
    reading = read(played[0])
    (decision,) = facts(reading, "screening.decision").values()
    assert decision["decision"] == "not_them"
    assert decision["reason"]
    assert not found(reading, "screening.alerts").value.get("open")


def test_each_step_was_said_by_whoever_would_say_it(played: tuple[Desk, str]) -> None:
    said: dict[str, set[str]] = {}
    for fact in read(played[0]).facts:
        said.setdefault(fact.topic, set()).update(one.organisation for one in fact.statements)
    assert said["goods.line"] == said["packing.totals"] == said["screening.decision"] == {FIRM}
    assert said["declaration.particulars"] == {FIRM, "example-brokers"}
    assert said["customs.release"] == {"sandbox-customs"}
    assert said["carrier.event"] == {"example-carrier"}


def test_fields_taken_over_name_the_declaration_before(played: tuple[Desk, str]) -> None:
    (number,) = facts(read(played[0], EARLIER), "customs.acceptance")
    draft = found(read(played[0]), "declaration.draft").value
    assert f"as in declaration {number}" in draft["derived"]["line/1.name"]


def test_the_buyer_sees_neither_hits_nor_purchases(played: tuple[Desk, str]) -> None:
    reading = read(played[0], firm="example-keihin")
    topics = {fact.topic for fact in reading.facts} | {one.topic for one in reading.findings}
    assert "declaration.form" in topics
    assert not topics & {"screening.result", "screening.decision", "goods.cost", "declaration.questions"}


def test_the_market_container_is_traced_to_every_stall_and_breaks_no_rule(played: tuple[Desk, str]) -> None:
    reading = Market(played[0]).reading()
    lines = found(reading, "procurement.lines").value
    assert (lines["kinds"], len(lines["lines"]), lines["total"]) == (8, 7, {"minor": 7_300_000, "currency": "USD"})
    check = found(reading, "procurement.check")
    assert (check.status, check.value.get("problems", ())) == ("needs_review", ())
    trace = found(reading, "procurement.trace").value["rows"]
    assert len({row["stall"] for row in trace}) == 10
    assert {row["container"] for row in trace} == {"EXMU4100054"}


def test_orders_that_do_not_agree_are_told_each_with_its_own_reason(played: tuple[Desk, str]) -> None:
    value = Orders(played[0]).matched().value
    differ = {
        number: [m["reason"] for m in one["mismatches"]]
        for number, one in value["orders"].items()
        if one.get("mismatches")
    }
    assert differ == {
        "EX-N005": ["amount_differs"], "EX-N009": ["payer_not_buyer"], "EX-N011": ["no_payment"], "EX-N013": ["paid_before_order"],
        "EX-N017": ["consignee_differs"], "EX-N020": ["no_waybill"], "EX-N021": ["lighter_than_goods"],
    }  # fmt: skip
    assert [one["reason"] for one in value["strays"]] == ["waybill_stray"]


def test_the_broker_sees_every_client_and_how_far_each_trade_is(played: tuple[Desk, str]) -> None:
    day = BrokersDay(played[0])
    stages = {one.dossier: one.stage for one in day.worklist()}
    assert stages == {
        NOW: "released", EARLIER: "accepted", AGAIN: "blocked", LONG: "parted", f"{LONG}-1": "to_confirm", f"{LONG}-2": "to_confirm",
        "market-container": "blocked",
    }  # fmt: skip
    lines = [len(facts(day.reading(f"{LONG}-{part}"), "goods.line")) for part in (1, 2)]
    assert lines == [50, 10]


def test_a_copy_leaves_what_is_new_each_time_to_be_said(played: tuple[Desk, str]) -> None:
    reading = read(played[0], AGAIN)
    goods = facts(reading, "goods.line")
    assert len(goods) == box.LINES
    assert all(line["hs"] and line.get("quantity") is None for line in goods.values())
    assert not facts(reading, "customs.acceptance")


def test_the_messages_are_read_back_as_the_same_fifty_lines(played: tuple[Desk, str], tmp_path: Path) -> None:
    files = clearing.messages(played[0], tmp_path)
    assert [path.name for path, _ in files] == [f"{NOW}.cn.xml", f"{NOW}.wco.xml"]
    for path, lost in files:
        assert lost, "no format holds everything"
        read_back = read_paper(path.name, path.read_bytes(), today=DAY)
        goods = {one.key: one.value.hs for one in read_back.statements if one.topic == "goods.line"}
        assert goods == {str(part.no): part.kind.hs for part in box.parts()}, path.name


# -- the papers -------------------------------------------------------------------------------------------------------------


def test_the_kept_papers_say_what_the_drawn_ones_say() -> None:
    headings = headings_of(setting.law(), DAY)
    for name, draw in {
        CONTRACT: drawing.contract,
        TEXT: drawing.packing_list,
        BILL: drawing.bill_of_lading,
        INVOICE: drawing.invoice,
    }.items():
        kept, drawn = (
            read_paper(name, data, today=DAY, headings=headings).statements
            for data in ((BOX / name).read_bytes(), draw())
        )
        assert kept, name
        assert kept == drawn, name


def test_the_papers_are_small() -> None:
    assert sum(path.stat().st_size for path in BOX.iterdir()) < 400_000


@pytest.mark.full
def test_the_scan_says_what_the_list_says_and_asks_where_it_is_not_sure() -> None:
    pytest.importorskip("rapidocr")
    headings = headings_of(setting.law(), date(2026, 10, 20))
    seen = read_paper(SCAN, (BOX / SCAN).read_bytes(), today=DAY, headings=headings)
    text = read_paper(TEXT, (BOX / TEXT).read_bytes(), today=DAY, headings=headings)
    truth = box.truth()
    assert seen.doubtful
    for doubt in seen.doubtful:
        assert (f"{doubt.topic}/{doubt.key}", doubt.field) in truth
    printed = {(one.topic, one.key): one.value for one in text.statements}
    for one in seen.statements:
        for field in one.places:
            if field != "key":
                assert getattr(one.value, field) == getattr(printed[one.topic, one.key], field), (
                    one.topic,
                    one.key,
                    field,
                )
