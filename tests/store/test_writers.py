"""Many writers, and writers that die: nothing acknowledged is lost, nothing is half said, no update is lost."""

import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path
from typing import IO

import psycopg
import pytest

from entrepot.portal.bench_postgres import NoPostgres, OwnPostgres
from entrepot.store.database import Session, StoreError
from entrepot.store.group import Group
from entrepot.store.intake import Outcome
from entrepot.store.store import Store
from tests.conftest import ROOT
from tests.store.saying import NOON, REGISTRY, asked, line, lot, opened, rules
from tests.store.speaker import LOT, STOCK
from tests.store.test_ledger import check
from tests.store.test_log import audit

Open = Callable[..., Store]
COUNT = 200


class Speaker:
    """A speaking process, and what it was told so far."""

    def __init__(self, url: str, name: str, keys: Path, count: int = COUNT) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.store.speaker", url, name, str(count), str(keys)],
            cwd=ROOT, env={**os.environ, "PYTHONPATH": "src"}, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, args=(self.process.stdout,), daemon=True)
        self._reader.start()

    def _read(self, stream: IO[str]) -> None:
        self.lines += []
        for text in stream:
            if text.endswith("\n"):  # a line cut short by the kill was not told
                self.lines.append(text)

    def told(self, count: int) -> "Speaker":
        """Wait until it was told about so many batches, or has ended."""
        while len(self.lines) < count and self.process.poll() is None:
            time.sleep(0.001)
        return self

    def kill(self) -> "Speaker":
        """kill -9."""
        self.process.kill()
        return self.end()

    def end(self) -> "Speaker":
        self.process.wait(120)
        self._reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()
        return self

    def said(self) -> set[str]:
        return {name for text in self.lines if text.startswith("said ") for name in text.split()[1:]}


def whole(url: str, said: set[str]) -> None:
    """What must hold whatever died: all acknowledged is there, batches are whole, every statement has leaf and body, the ledger holds."""
    kept = {row[0] for row in asked(url, "SELECT id FROM submission")}
    assert said <= kept
    for name in kept:
        batch, _, place = name.rpartition("-")
        length = int(place.partition("of")[2])
        assert {f"{batch}-{n}of{length}" for n in range(length)} <= kept, f"half of batch {batch}"
    counts = [asked(url, f"SELECT count(*) FROM {table}") for table in ("submission", "leaf", "body")]
    assert counts == [[(len(kept),)]] * 3
    assert asked(url, "SELECT d.id FROM dossier d WHERE d.opened <> (SELECT min(seq) FROM submission s WHERE s.dossier = d.id)") == []
    check(url)


def test_kill_9_in_the_middle_loses_nothing_acknowledged_and_leaves_nothing_half_said(
    open_store: Open, url: str, tmp_path: Path
) -> None:
    speaker = Speaker(url, "a", tmp_path / "keys").told(30).kill()
    assert len(speaker.lines) >= 30
    whole(url, speaker.said())
    again = Speaker(url, "a", tmp_path / "keys").end()
    assert again.process.returncode == 0
    whole(url, again.said())
    assert {text.split()[0] for text in again.lines} == {"said"}
    assert len(again.lines) == COUNT
    store = open_store()
    store.integrate()
    assert audit(store, url) == len(again.said())


def test_two_processes_on_one_database_lose_no_update(open_store: Open, url: str, tmp_path: Path) -> None:
    speakers = [Speaker(url, name, tmp_path / "keys") for name in "ab"]
    for speaker in speakers:
        assert speaker.end().process.returncode == 0
    whole(url, speakers[0].said() | speakers[1].said())
    refused = [text for speaker in speakers for text in speaker.lines if text.startswith("refused")]
    takers = 2 * COUNT * 4 // 5
    assert all(text.endswith(" S009\n") for text in refused)
    assert takers - len(refused) == int(STOCK) // int(LOT), "the shared stock is used up, and never more"
    kept = asked(url, "SELECT count(*) FROM submission")[0][0]
    store = open_store()
    store.integrate()
    assert audit(store, url) == kept


def test_many_threads_and_processes_take_from_one_stock_and_never_more_than_there_is(open_store: Open, url: str) -> None:
    stores = [open_store() for _ in range(4)]

    def take(number: int) -> list[str]:
        name = f"d{number}"
        return rules(stores[number % 4].submit([opened(name), lot("7", dossier=name), line(1, name)]).problems)

    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(take, range(64)))
    assert sorted(map(tuple, outcomes)) == [()] * 14 + [("S009",)] * 50
    check(url)


def test_the_same_statement_from_everywhere_at_once_is_said_once(open_store: Open, url: str) -> None:
    stores = [open_store() for _ in range(4)]
    batch = [opened("d1", id="a"), lot("10", id="b"), line(1, id="c")]
    start = threading.Barrier(12)

    def say(number: int) -> tuple[int, int]:
        start.wait()
        outcome = stores[number % 4].submit(batch)
        assert outcome.ok
        return len(outcome.said), len(outcome.already)

    with ThreadPoolExecutor(12) as pool:
        outcomes = list(pool.map(say, range(12)))
    assert sorted(outcomes) == [(0, 3)] * 11 + [(3, 0)]
    assert asked(url, "SELECT count(*) FROM submission") == [(3,)]
    check(url)


def test_of_many_who_saw_the_same_heads_one_speaks(open_store: Open) -> None:
    stores = [open_store() for _ in range(4)]
    stores[0].submit([opened(id="a")])
    with ThreadPoolExecutor(12) as pool:
        outcomes = list(pool.map(lambda n: stores[n % 4].submit([line(n, expects=("a",))]).ok, range(12)))
    assert sum(outcomes) == 1
    assert len(stores[0].heads("d1")) == 2


def test_who_decides_on_a_dossier_keeps_other_processes_waiting(open_store: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    stores = [open_store() for _ in range(3)]
    stores[0].submit([opened(id="a")])
    decide = Group.decide

    def slowly(group: Group) -> list[Outcome]:
        time.sleep(0.1)  # between what was read and what will be written
        return decide(group)

    monkeypatch.setattr(Group, "decide", slowly)
    with ThreadPoolExecutor(3) as pool:
        outcomes = list(pool.map(lambda n: stores[n].submit([line(n, expects=("a",))]).ok, range(3)))
    assert sum(outcomes) == 1


def test_a_statement_heard_early_and_written_late_is_not_forgotten_by_the_log(
    open_store: Open, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    late, quick = open_store(), open_store()
    numbered, go = threading.Event(), threading.Event()
    save = Group.save

    def save_late(group: Group) -> None:
        if group.batches[0].dossier == "late":
            numbered.set()
            go.wait(10)
        save(group)

    monkeypatch.setattr(Group, "save", save_late)
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(late.submit, [opened("late")])]
        numbered.wait(10)  # it has the lower number, and is not yet to be seen
        jobs.append(pool.submit(quick.submit, [opened("quick")]))
        threading.Timer(0.4, go.set).start()
        assert not wait(jobs[:1], 0.2).done
        quick.integrate()
        assert all(job.result().ok for job in jobs)
    quick.integrate()
    assert audit(quick, url) == 2


def test_waiting_callers_share_a_commit(
    open_store: Open, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store()
    store.submit([opened()])
    commits: list[int] = []
    monkeypatch.setattr(store._writer, "_committed", lambda: commits.append(1))
    # Hold the writer, so that all callers queue up behind one piece of work.
    busy, go = threading.Event(), threading.Event()

    def hold(_: Session) -> None:
        busy.set()
        go.wait()

    with ThreadPoolExecutor(41) as pool:
        holding = pool.submit(store._writer.do, hold)
        busy.wait()
        jobs = [pool.submit(store.submit, [line(number)]) for number in range(40)]
        while len(store._writer._jobs) < 40:
            time.sleep(0.001)
        go.set()
        assert all(job.result().ok for job in jobs)
        holding.result()
    assert len(commits) == 1
    assert asked(url, "SELECT count(*) FROM submission") == [(41,)]


def test_what_is_queued_when_the_store_closes_is_still_written(open_store: Open, url: str) -> None:
    store = open_store()
    with ThreadPoolExecutor(20) as pool:
        jobs = [pool.submit(store.submit, [opened(f"d{number}")]) for number in range(20)]
        store.close()
        kept = sum(1 for job in jobs if not isinstance(job.exception(), StoreError))
    assert asked(url, "SELECT count(*) FROM submission") == [(kept,)]


@pytest.mark.postgres
def test_a_server_that_drops_its_connections_loses_nothing(postgres_url: str, open_store: Open, url: str) -> None:
    if url.startswith("sqlite"):
        pytest.skip("SQLite has no server")
    store = open_store()
    store.submit([opened(id="a")])
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    for number in range(5):
        store.heads("d1")
        asked(url, cut)
        assert store.submit([line(number)]).ok
        with suppress(StoreError):  # a reader meets the cut connection once
            store.record("d1")
        assert len(store.record("d1").submissions) == number + 2
    assert store.integrate() == 6


# -- the long runs ----------------------------------------------------------------------------------------------------


@pytest.mark.full
def test_writers_killed_again_and_again_in_the_middle(open_store: Open, url: str, tmp_path: Path) -> None:
    chance, said = random.Random(7), set[str]()
    for _ in range(12):
        speakers = [Speaker(url, name, tmp_path / "keys", 2 * COUNT) for name in "abc"]
        for speaker in speakers:
            speaker.told(chance.randrange(1, 120)).kill()
        said |= {name for speaker in speakers for name in speaker.said()}
        whole(url, said)
    for speaker in [Speaker(url, name, tmp_path / "keys", 2 * COUNT) for name in "abc"]:
        assert speaker.end().process.returncode == 0
        said |= speaker.said()
    whole(url, said)
    store = open_store()
    store.integrate()
    assert audit(store, url) == asked(url, "SELECT count(*) FROM submission")[0][0]


@pytest.fixture
def own_server() -> Iterator[str]:
    """A PostgreSQL server of this test's own, which it may crash."""
    if os.environ.get("ENTREPOT_TEST_POSTGRES"):
        pytest.skip("a server given by its address is not ours to crash")
    server = OwnPostgres(Path(tempfile.mkdtemp(prefix="entrepot-crash-")))
    try:
        try:
            yield server.start()
        except NoPostgres as reason:
            pytest.skip(f"no PostgreSQL: {reason}")
    finally:
        server.stop()
        shutil.rmtree(server.run, ignore_errors=True)


@pytest.mark.full
@pytest.mark.postgres
def test_a_server_killed_in_the_middle_keeps_all_it_acknowledged(own_server: str, tmp_path: Path) -> None:
    count, crashes = 10 * COUNT, 0
    speakers = [Speaker(own_server, name, tmp_path / "keys", count) for name in "ab"]
    writers = "SELECT pid FROM pg_stat_activity WHERE datname = 'postgres' AND pid <> pg_backend_pid()"
    while crashes < 4 and any(speaker.process.poll() is None for speaker in speakers):
        for speaker in speakers:
            speaker.told(len(speaker.lines) + 100)
        with suppress(psycopg.OperationalError), psycopg.connect(own_server, autocommit=True) as connection:
            for (pid,) in connection.execute(writers).fetchall()[:1]:
                os.kill(pid, 9)  # the server then drops everybody and recovers from its log
                crashes += 1
    assert crashes == 4
    for speaker in speakers:
        assert speaker.end().process.returncode == 0
        assert len(speaker.lines) == count
    whole(own_server, speakers[0].said() | speakers[1].said())
    with Store.open(own_server, REGISTRY, keys=tmp_path / "keys", clock=lambda: NOON) as store:
        store.integrate()
        audit(store, own_server)
