"""Many at once, on both databases: of those who transfer the same title to different parties exactly one does, whoever they are."""

import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest

from entrepot.kernel.intake import Refusal
from entrepot.kernel.record import Record
from entrepot.portal import titles
from entrepot.portal.desk import Desk, NoSuchDossier
from tests.portal.title_stage import BANK, BUYER, CARRIER, SHIPPER, bill, issued, open_desk, staged, voice

EVERYBODY = (CARRIER, BUYER, BANK)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/store.db"
    server = str(request.getfixturevalue("postgres_url"))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return server


@pytest.fixture
def desks(url: str, tmp_path: Path) -> Iterator[tuple[Desk, Desk]]:
    """Two desks on one store, as two processes would have them."""
    first = staged(tmp_path, url)
    second = open_desk(tmp_path, url)
    yield first, second
    second.store.close()
    first.store.close()


def at_once(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """The results of calls that all begin together; a Refusal stands for its rules."""
    gate = threading.Barrier(len(calls))
    results: list[Any] = [None] * len(calls)

    def run(place: int) -> None:
        gate.wait()
        try:
            results[place] = calls[place]()
        except Refusal as refusal:
            results[place] = [problem.rule for problem in refusal.problems]

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def record_of(desk: Desk, title: str) -> titles.Title:
    with desk.store.holding(title) as record:
        read: Record = record
        return titles.title_in(read)


def test_of_steps_signed_on_the_same_state_exactly_one_stands(desks: tuple[Desk, Desk]) -> None:
    """The hardest case: every step was signed beforehand on the same state, and each by itself would stand."""
    title = issued(desks[0])
    control = record_of(desks[0], title).control
    bodies = []
    for place in range(12):
        step = titles.prepared(desks[0], voice(SHIPPER), title, "transfer", to=EVERYBODY[place % 3])
        bodies.append(titles.signed(desks[0], voice(SHIPPER), step, control.holder_key))
    assert len({str(body) for body in bodies}) == 12
    calls = [partial(titles.said, desks[place % 2], voice(SHIPPER), title, body) for place, body in enumerate(bodies)]
    results = at_once(calls)
    stood = [one for one in results if isinstance(one, titles.StepTaken)]
    assert len(stood) == 1
    # Who came a moment later was told by the ledger, who came later still by the rules.
    assert all("TI039" in one or "TI001" in one for one in results if one is not stood[0]), results
    for desk in desks:
        whole = record_of(desk, title)
        assert (whole.control.number, whole.chain.refused) == (2, ())
    assert desks[0].store.balances(f"title {title} after {control.head}")[0].held == 0


def test_the_database_itself_refuses_the_second_step_past_every_check(
    desks: tuple[Desk, Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With every rule of the door switched off the ledger still lets a state be left once."""
    title = issued(desks[0])
    control = record_of(desks[0], title).control
    steps = [titles.prepared(desks[0], voice(SHIPPER), title, "transfer", to=to) for to in EVERYBODY]
    bodies = [titles.signed(desks[0], voice(SHIPPER), step, control.holder_key) for step in steps]
    monkeypatch.setattr(titles, "applied", lambda *_: (None, ()))
    monkeypatch.setattr(titles, "_signature", lambda *_: [])
    results = at_once(
        [partial(titles.said, desks[at % 2], voice(SHIPPER), title, body) for at, body in enumerate(bodies)]
    )
    assert sorted(isinstance(one, titles.StepTaken) for one in results) == [False, False, True]
    assert [one for one in results if isinstance(one, list)] == [["TI039"], ["TI039"]]


def test_of_many_who_issue_the_same_id_one_does(desks: tuple[Desk, Desk]) -> None:
    calls = [
        partial(titles.issue, desks[place % 2], voice(CARRIER), bill(number=f"EX{place}"), SHIPPER, "T-1")
        for place in range(6)
    ]
    results = at_once(calls)
    assert sum(isinstance(one, titles.StepTaken) and one.status == "said" for one in results) == 1
    assert record_of(desks[0], "T-1").control.number == 1


def test_a_crowd_that_passes_a_title_on_never_tears_its_chain(desks: tuple[Desk, Desk]) -> None:
    """Each holder tries to transfer as soon as it holds; the chain that results is one line of steps, each by the holder before."""
    title = issued(desks[0])
    firms = (SHIPPER, *EVERYBODY)

    def passing(firm: str, desk: Desk) -> int:
        done = 0
        for turn in range(6):
            try:
                titles.take(desk, voice(firm), title, "transfer", to=firms[(firms.index(firm) + 1 + turn % 3) % 4])
                done += 1
            except (Refusal, NoSuchDossier):  # not the holder, too late, or not in it yet
                continue
        return done

    calls = [partial(passing, firm, desks[at % 2]) for at, firm in enumerate(firms * 2)]
    done = sum(at_once(calls))
    whole = record_of(desks[0], title)
    assert whole.control.number == done + 1
    assert whole.chain.refused == ()
    assert [step.by for step in whole.chain.steps[2:]] == [step.to for step in whole.chain.steps[1:-1]]
