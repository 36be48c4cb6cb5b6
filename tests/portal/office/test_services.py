"""Fees and service levels: rows of packs, and what the record says of how long things took."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.kernel.law import Law, PackTable, compile_table
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.portal.office.drawing import spell
from entrepot.portal.office.services import FEWEST, MEASURED, measured, published, told, took
from entrepot.store.operating import Event
from entrepot.store.store import Store
from tests.making import law
from tests.portal.stage import ANN, NOON, OPENING, stage_law, stage_registry
from tests.portal.web import client_of

START = datetime(2026, 4, 1)


def event(minute: float, topic: str, thread: str = "1", key: str = "") -> Event:
    return Event(thread, topic, key, START + timedelta(minutes=minute))


def test_each_beginning_is_measured_to_the_first_end_behind_it_of_its_own_thread() -> None:
    events = [
        event(0, "a"), event(1, "a", "2"), event(2, "b"), event(3, "b"), event(4, "a"), event(5, "b", "3"), event(9, "b", "2"),
    ]  # fmt: skip
    assert list(took(events, ("a",), ("b",), False)) == [120, 480]
    assert list(
        took([event(0, "a", key="x"), event(1, "b", key="y"), event(2, "b", key="x")], ("a",), ("b",), True)
    ) == [120]
    assert list(took([event(0, "p", key="x"), event(3, "p", key="x")], ("p",), ("p",), True)) == [180], (
        "a paper, then what it says"
    )


@given(st.lists(st.floats(0, 1e6), max_size=60))
def test_times_are_told_from_five_cases_on_and_are_times_that_were(seconds: list[float]) -> None:
    found = told(seconds)
    assert found.cases == len(seconds)
    if len(seconds) < FEWEST:
        assert found.median is None
        assert found.p95 is None
    else:
        assert found.median in seconds
        assert found.p95 in seconds
        assert found.median <= found.p95
        assert sum(one <= found.median for one in seconds) * 2 >= len(seconds)
        assert sum(one <= found.p95 for one in seconds) * 100 >= 95 * len(seconds)


@pytest.mark.parametrize(
    ("seconds", "en"), [(0.4, "0.4 s"), (60, "60 s"), (150, "2.5 minutes"), (7200, "2 hours"), (10 * 86400, "10 days")]
)
def test_lengths_of_time_are_told_as_people_say_them(seconds: float, en: str) -> None:
    assert spell(seconds).en == en


@pytest.fixture
def moving(url: str, tmp_path: Path) -> Iterator[Callable[[timedelta], Desk]]:
    """A desk on either database whose clock is moved by hand."""
    now, registry = [NOON], stage_registry()
    store = Store.open(url, registry, nature="sandbox", keys=tmp_path / "keys", clock=lambda: now[0])
    desk = Desk(store, stage_law(), registry)

    def move(by: timedelta) -> Desk:
        now[0] += by
        return desk

    yield move
    store.close()


def test_what_the_record_says_is_measured_and_few_cases_are_not_told(moving: Callable[[timedelta], Desk]) -> None:
    desk = moving(timedelta(0))
    assert {"acceptance", "release"} <= MEASURED.keys()
    for number in range(FEWEST):
        moving(timedelta(minutes=10)).say(f"D{number}", OPENING, ANN)
        customs = Draft("customs.acceptance", {"accepted_on": "2026-04-01"}, "530120261234567890")
        desk.say(f"D{number}", [customs], ANN)
        moving(timedelta(minutes=number + 1)).say(
            f"D{number}", [Draft("customs.release", {"released_on": "2026-04-01"}, "530120261234567890")], ANN
        )
        found = measured(desk.store, partial(float, number * 1_000))["release"]
        assert found.cases == number + 1
        assert (found.median is None) == (number + 1 < FEWEST)
    assert (found.median, found.p95) == (180, 300)


def test_an_operator_s_own_row_counts_before_the_default_and_what_is_not_on_file_is_not_nothing(desk: Desk) -> None:
    desk.law = law("service")
    fees = {one.service: one for one in published(desk).fees}
    assert fees["entry"].amount == 0
    assert fees["certificates"].amount is None
    own = desk.law.tables["service/fees"]
    rows = [row for row in own.everything() if row.keys["service"] == "entry"]
    raw = {name: str(text) for name, text in rows[0].values.items()} | {"service": "entry", "amount": "12.50"}
    raw |= {"since": "2026-01-01", "until": "", "source": "Z", "evidence": "primary"}
    dear = compile_table("zone/fees", own.spec, [("row 1", raw)])
    zone = PackTable("zone/fees", own.spec, dear.groups, dear.digest, {"Z": "Zone"})
    desk.law = Law(desk.law.packs, {"zone/fees": zone, **desk.law.tables})
    fees = {one.service: one for one in published(desk).fees}
    assert (fees["entry"].amount, fees["entry"].source) == (Decimal("12.50"), "Zone")
    assert fees["own_data"].amount == 0


def test_fees_are_there_for_anybody_in_both_languages_and_over_the_api(desk: Desk) -> None:
    desk.law = law("service")
    client = client_of(desk)
    page = client.get("/fees").content.decode()
    assert "free of charge" in page
    assert "not on file" in page
    assert "too few cases" in page
    assert "免费" in client.get("/fees", headers={"Accept-Language": "zh"}).content.decode()
    told_ = client.get("/api/v1/fees").json()
    assert {fee["service"]: fee.get("amount") for fee in told_["fees"]}["duties"] is None
