"""What was known and found at a moment: as it was read then, by those who could, and by nobody who lost the right."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entrepot.channels.online import Voice
from entrepot.portal.audit.as_of import AsOf, moments_of, moved_between, read_as_of
from entrepot.portal.desk import Desk, NoSuchDossier
from entrepot.portal.drafts import Draft
from entrepot.store.store import Store
from tests.portal.stage import ANN, BOB, LINE_ONE, NOON, OPENING, stage_law, stage_registry


class Clock:
    """A clock that goes on by a minute each time something is said."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def tick(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    registry = stage_registry()
    url = f"sqlite:///{tmp_path / 'store.sqlite3'}"
    with Store.open(url, registry, nature="sandbox", keys=tmp_path / "keys", clock=clock) as store:
        yield Desk(store, stage_law(), registry)


def line(amount: str) -> Draft:
    return Draft("goods.line", {"hs": "28092019", "quantity": "24", "unit": "t", "amount": amount}, "1")


def replaced(desk: Desk, draft: Draft) -> Draft:
    with desk.store.holding("D1") as record:
        standing = record.standing(draft.topic).get(draft.key)
    old = tuple(said.id for said in standing.statements) if standing else ()
    return msgspec.structs.replace(draft, replaces=old)


def plain(shown: AsOf) -> Any:
    return msgspec.to_builtins((shown.reading.facts, shown.reading.findings, shown.reading.roles))


def test_a_sheet_is_read_as_it_stood_then_with_what_was_found_then(desk: Desk, clock: Clock) -> None:
    desk.say("D1", [*OPENING, LINE_ONE], ANN)
    then, seen = clock.now, desk.read("D1", ANN)
    clock.tick()
    desk.say("D1", [replaced(desk, line("USD 20000.00"))], ANN)
    past = read_as_of(desk, "D1", then, ANN)
    assert msgspec.to_builtins(past.reading.findings) == msgspec.to_builtins(seen.findings)
    assert past.reading.heads == seen.heads
    now = read_as_of(desk, "D1", clock.now, ANN)
    moved = {one.place for one in moved_between(past.reading, now.reading)}
    assert moved == {"said goods.line/1", "found price.total/1"}


def test_before_anything_was_said_there_is_nothing(desk: Desk) -> None:
    desk.say("D1", [*OPENING], ANN)
    with pytest.raises(NoSuchDossier):
        read_as_of(desk, "D1", NOON - timedelta(seconds=1), ANN)


def test_who_came_later_sees_nothing_of_what_was_before_and_who_left_nothing_at_all(desk: Desk, clock: Clock) -> None:
    desk.say("D1", [OPENING[0]], ANN)
    before = clock.now
    clock.tick()
    said = desk.say("D1", [OPENING[1]], ANN)
    joined = clock.now
    with pytest.raises(NoSuchDossier):
        read_as_of(desk, "D1", before, BOB)
    assert read_as_of(desk, "D1", joined, BOB).reading.roles == ("importer",)
    clock.tick()
    desk.say("D1", [Draft("dossier.member", None, "buyer", withdraws=said.said)], ANN)
    for moment in (before, joined, clock.now):
        with pytest.raises(NoSuchDossier):
            read_as_of(desk, "D1", moment, BOB)
    with pytest.raises(NoSuchDossier):
        read_as_of(desk, "D1", joined, Voice("eve", "elsewhere"))


def test_moments_are_those_of_statements_that_one_may_read(desk: Desk, clock: Clock) -> None:
    desk.say("D1", [*OPENING], ANN)
    clock.tick()
    lot = {
        "line": "1", "document": "special_vat_invoice", "number": "1", "supplier": "S", "base": "CNY 1.00",
        "vat_rate": "0.13", "quantity": "1", "invoiced_quantity": "1", "unit": "t",
    }  # fmt: skip
    desk.say("D1", [Draft("goods.cost", lot, "1")], ANN)
    assert len(moments_of(desk, "D1", ANN)) == 2
    assert len(moments_of(desk, "D1", BOB)) == 1


@settings(max_examples=12, deadline=None)
@given(st.lists(st.integers(1, 3), min_size=1, max_size=8))
def test_at_every_moment_of_any_history_the_past_is_read_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, amounts: list[int]
) -> None:
    folder, clock, registry = tmp_path_factory.mktemp("history"), Clock(), stage_registry()
    url = f"sqlite:///{folder / 'store.sqlite3'}"
    with Store.open(url, registry, nature="sandbox", keys=folder / "keys", clock=clock) as store:
        desk = Desk(store, stage_law(), registry)
        desk.say("D1", [*OPENING], ANN)
        seen = [(clock.now, plain(AsOf(clock.now, desk.read("D1", ANN), ())))]
        for amount in amounts:
            clock.tick()
            desk.say("D1", [replaced(desk, line(f"USD {amount}00.00"))], ANN)
            seen.append((clock.now, plain(AsOf(clock.now, desk.read("D1", ANN), ()))))
        for moment, as_read in seen:
            assert plain(read_as_of(desk, "D1", moment, ANN)) == as_read
