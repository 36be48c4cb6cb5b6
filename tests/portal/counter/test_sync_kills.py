"""Killed in the middle of handing over, on either side, it goes on where it was; a day's outage is merged without loss."""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from entrepot.gateways.sync_client import Portal as Line
from entrepot.gateways.sync_client import Unreachable
from entrepot.portal.bench_sync import Outage
from entrepot.portal.counter.sync_exchange import Exchange
from entrepot.store import sync, vault
from entrepot.store.audit import LiveTables, audit
from entrepot.store.store import Store
from tests.conftest import ROOT
from tests.portal.browsing import served
from tests.portal.counter.sync_stage import LAW, REGISTRY, Clock, CounterHall, Portal, line, words
from tests.portal.counter.sync_stage import Line as InProcess


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def started(module: str, *arguments: str) -> subprocess.Popen[str]:
    """A process of the stage that said it is ready."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments], cwd=ROOT, env={**os.environ, "PYTHONPATH": "src"}, stdout=subprocess.PIPE, text=True
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait(30)
    assert process.stdout is not None
    process.stdout.close()


def rounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kills: int, dossiers: int) -> None:
    """Hand over to a portal that is killed again and again."""
    monkeypatch.setattr(sync, "ITEMS", 10)
    monkeypatch.setattr("entrepot.gateways.sync_client.ATTEMPTS", 1)
    portal = Portal(tmp_path)
    hall = CounterHall(portal, tmp_path, "one")
    portal.store.close()
    for number in range(dossiers):
        hall.open(f"D{number}")
        hall.say(f"D{number}", *(line(n) for n in range(1, 8)))
    chance, port = random.Random(7), free_port()
    for _ in range(kills):
        server = started("tests.portal.counter.sync_keeper", str(tmp_path), str(port))
        timer = threading.Timer(chance.uniform(0.02, 0.4), kill, (server,))
        timer.start()
        with suppress(Unreachable):
            Exchange(hall.store, Line(f"http://127.0.0.1:{port}", hall.token)).run()
        timer.join()
    portal = Portal(tmp_path)
    report = Exchange(hall.store, InProcess(portal.desk, hall.token)).run()
    assert report.whole
    assert not report.refused
    for number in range(dossiers):
        assert words(portal.store, f"D{number}") == words(hall.store, f"D{number}") != {}
    portal.store.close()
    hall.store.close()


def test_a_portal_that_is_killed_in_the_middle_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rounds(tmp_path, monkeypatch, 1, 4)


@pytest.mark.full
def test_a_portal_that_is_killed_many_times_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rounds(tmp_path, monkeypatch, 8, 40)


def killed_counter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kills: list[tuple[str, int]]) -> None:
    """Work at an encrypted counter that is killed again and again, each time once it told a word so often; then hand over."""
    monkeypatch.setenv(vault.PASSPHRASE, "correct horse battery")
    vault.lock(tmp_path / "one", 2**4)
    portal = Portal(tmp_path)
    hall = CounterHall(portal, tmp_path, "one", "sqlcipher")
    hall.store.close()
    said = list[list[str]]()
    with served(portal.desk) as address:
        for number, (word, times) in enumerate(kills):
            told = killed_when(hall, address, number, word, times)
            assert [text[0] for text in told].count(word) >= times
            said += [text[1:] for text in told if text[0] == "said"]
    url = f"sqlcipher:///{hall.folder / 'store.db'}"
    store = Store.open(url, REGISTRY, nature="sandbox", keys=hall.folder / "keys", clock=Clock())
    for dossier, *ids in said:
        assert set(ids) <= words(store, dossier).keys(), "an acknowledged statement is gone"
    report = Exchange(store, hall.line).run()
    assert (report.whole, report.refused, report.aside) == (True, [], [])
    for dossier in {dossier for dossier, *_ in said}:
        assert words(store, dossier) == words(portal.store, dossier) != {}
    for one in (store, portal.store):
        with one.database.session() as session, session.snapshot():
            assert audit(LiveTables(session)).whole
        one.close()


def killed_when(hall: CounterHall, address: str, number: int, word: str, times: int) -> list[list[str]]:
    """What a counter's process told until it was killed."""
    worker = started("tests.portal.counter.sync_worker", str(hall.folder), address, hall.token, str(number))
    told = list[list[str]]()
    assert worker.stdout is not None
    for text in worker.stdout:
        told.append(text.split())
        times -= told[-1][0] == word
        if not times:
            worker.send_signal(signal.SIGKILL)
            break
    told += [text.split() for text in worker.stdout if text.endswith("\n")]
    kill(worker)
    return told


def test_a_counter_that_is_killed_in_mid_say_and_in_mid_sync_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_counter(tmp_path, monkeypatch, [("said", 8), ("asks", 4)])


@pytest.mark.full
def test_a_counter_that_is_killed_many_times_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(5)
    moments = [(chance.choice(("said", "asks", "heard")), chance.randrange(1, 25)) for _ in range(20)]
    killed_counter(tmp_path, monkeypatch, moments)


def test_a_day_without_a_network_is_merged_without_loss(tmp_path: Path) -> None:
    day(tmp_path, 400)


@pytest.mark.full
def test_a_day_of_ten_thousand_submissions_is_merged_without_loss(tmp_path: Path) -> None:
    day(tmp_path, 10_000)


def day(folder: Path, submissions: int) -> None:
    """A day's work at the counter, then one exchange."""
    os.environ.setdefault("ENTREPOT_SECRET", "for tests alone")
    os.environ.setdefault("ENTREPOT_HOME", str(folder / "home"))
    outage = Outage(folder, REGISTRY, LAW)
    made = outage.work(submissions)
    assert made >= submissions
    report = outage.hand_over()
    assert (report.whole, report.sent, report.refused, report.review) == (True, made, [], [])
    with outage.portal.database.session() as there, outage.counter.database.session() as here:
        ask = "SELECT id, digest FROM submission ORDER BY id"
        assert there.all(ask) == here.all(ask)
    assert outage.hand_over().sent == 0
    outage.close()
