"""The main job, whole: what the demonstration promises is what comes out of it."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from rich.console import Console

from entrepot.portal import demo, setting
from entrepot.portal.demonstration.story import CORRIDORS, MISTAKES, Corridor, Story, found
from entrepot.portal.desk import Desk
from entrepot.portal.reading import Reading
from entrepot.store.packs import packs_folder
from entrepot_verify.receipt import Rejected, verify

ACID, ACID_LATER, MUSHROOMS, TEA = CORRIDORS


@pytest.fixture(scope="module")
def desk(installed: Path) -> Iterator[Desk]:
    """A desk on which the whole story has been played."""
    desk = setting.open_desk(f"sqlite:///{installed / 'story.sqlite3'}", "sandbox")
    assert demo._play(Console(quiet=True), desk, scans=False) == 0
    yield desk
    desk.store.close()


def read(desk: Desk, corridor: Corridor) -> Reading:
    return Story(desk).reading(corridor)


def offer(desk: Desk, corridor: Corridor, line: str = "1") -> dict[str, Any]:
    one = found(read(desk, corridor), "duty.offer", line)
    assert one is not None
    value: dict[str, Any] = one.value
    return value


def rate(value: dict[str, Any], code: str) -> str:
    return str(next(one["rate"] for one in value["treatments"] if one["code"] == code))


def test_the_same_papers_on_two_days_meet_two_rates(desk: Desk) -> None:
    before, after = offer(desk, ACID), offer(desk, ACID_LATER)
    assert (rate(before, "wto"), rate(after, "wto")) == ("3.3%", "3.3%")
    assert (rate(before, "rcep_china"), rate(after, "rcep_china")) == ("1.8%", "1.5%")
    assert (before["best"], after["best"]) == ("rcep_china", "rcep_china")


def test_the_refund_of_the_mushrooms_is_carried_to_the_end(desk: Desk) -> None:
    total = found(read(desk, MUSHROOMS), "rebate.total")
    assert total.status == "found"
    assert total.value["refund"] == {"minor": 6500000, "currency": "CNY"}
    days = found(read(desk, MUSHROOMS), "rebate.deadlines").value
    assert (days["claim_routine_end"], days["absolute_limit"], days["filing_due"]) == (
        "2027-04-30",
        "2029-05-18",
        "2026-07-07",
    )


def test_the_sheet_of_the_acid_tells_what_it_costs_at_the_buyers_door(desk: Desk) -> None:
    for corridor, treatment in ((ACID, "rcep_china"), (ACID_LATER, "rcep_china")):
        landed = found(read(desk, corridor), "landed.cost").value
        assert landed["best"] == treatment
        assert not landed.get("missing")
        assert {cost["currency"] for cost in (landed["treatments"][0]["total"], landed["converted"])} == {"JPY"}


def test_a_refund_rate_of_zero_needs_review_and_shows_no_number(desk: Desk) -> None:
    line = found(read(desk, ACID), "rebate.refund", "1")
    assert line.status == "needs_review"
    assert "refund" not in line.value
    assert found(read(desk, ACID), "rebate.total").status == "waits"


def test_for_green_tea_rcep_is_not_better(desk: Desk) -> None:
    value = offer(desk, TEA)
    assert value["best"] == "wto"
    assert "rcep_china" not in {one["code"] for one in value["treatments"]}
    assert not value.get("saving") or value["saving"]["minor"] == 0


def test_eight_mistakes_are_told_at_once_and_nothing_else(desk: Desk) -> None:
    form = found(read(desk, MISTAKES), "declaration.form")
    assert form.status == "refused"
    assert sorted(one.rule for one in form.problems) == ["R001", "R011", "R021", "R026", "R033", "R040", "R063", "R076"]


def test_every_declaration_was_sent_as_drafted_and_taken_in_by_a_sandbox(desk: Desk) -> None:
    for corridor in (ACID, MUSHROOMS, TEA):
        reading = read(desk, corridor)
        facts = {fact.topic: fact for fact in reading.facts}
        assert facts["declaration.form.sent"].value["value"] == found(reading, "declaration.form").value
        assert facts["customs.acceptance"].key.startswith("9999")
        assert facts["customs.acceptance"].value["sandbox"] is True


def test_fields_of_the_declaration_name_the_paper_and_the_place(desk: Desk) -> None:
    draft = found(read(desk, ACID), "declaration.draft").value
    assert "invoice.xml" in draft["provenance"]["line/1.total"]
    assert "packing-list.csv" in draft["provenance"]["header.gross_kg"]


def test_what_was_filed_keeps_its_law_and_its_working(desk: Desk) -> None:
    sent = next(fact.value for fact in read(desk, ACID).facts if fact.topic == "declaration.form.sent")
    assert "CN" in sent["packs"]
    assert sent["finding"]["working"]
    kept = desk.store.pack(sent["packs"]["CN"])
    assert kept is not None
    with ZipFile(BytesIO(kept)) as files:
        assert files.read("pack.toml") == (packs_folder() / "jurisdictions" / "CN" / "pack.toml").read_bytes()


def test_the_buyer_sees_its_duty_and_no_cost(desk: Desk) -> None:
    reading = desk.read(MUSHROOMS.dossier, Story(desk).importer(MUSHROOMS))
    topics = {fact.topic for fact in reading.facts} | {one.topic for one in reading.findings}
    assert "duty.offer" in topics
    assert not topics & {"goods.cost", "goods.bom", "rebate.refund", "rebate.total", "bank.receipt"}


def test_the_receipt_proves_the_sending_and_a_changed_one_proves_nothing(desk: Desk, installed: Path) -> None:
    text = (installed / f"{ACID.dossier}.receipt.txt").read_text(encoding="utf-8")
    proof = verify(text.encode(), desk.store.log_key)
    assert proof.statement is not None
    assert proof.statement["topic"] == "declaration.form.sent"
    assert proof.statement["dossier"] == ACID.dossier
    place = text.index(max(text.splitlines(), key=len)) + 40
    altered = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
    with pytest.raises(Rejected):
        verify(altered.encode(), desk.store.log_key)


def test_why_reaches_the_row_of_law_and_the_paper(desk: Desk) -> None:
    knot = desk.why(ACID_LATER.dossier, "duty.offer/1", Story(desk).exporter(ACID_LATER))
    rows = {(row.table, row.keys.get("treatment")): row for row in knot.law}
    assert str(rows["JP/tariff", "rcep_china"].since) == "2026-04-01"
    line = next(below for below in knot.below if below.topic == "goods.line")
    assert {one.document for one in line.spoken} >= {"invoice.xml", "packing-list.csv"}


def test_the_story_is_not_played_in_a_live_store(installed: Path) -> None:
    with (
        setting.open_store(f"sqlite:///{installed / 'live.sqlite3'}", "live") as store,
        pytest.raises(ValueError, match="sandbox"),
    ):
        Story(Desk(store, setting.law(), setting.registry()))
