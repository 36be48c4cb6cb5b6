"""A counter holds the portal's log to what it saw of it: a fork or a rewriting stops it, and both checkpoints stay as proof."""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from entrepot.gateways.sync_client import Answered
from entrepot.portal.counter.sync_exchange import Exchange, SyncStopped, standing
from entrepot.portal.counter.sync_head import HEAD, begin_again
from entrepot.portal.drafts import Draft
from entrepot.store import sync
from entrepot.store.backup import back_up, opened, restore
from tests.portal.counter.sync_stage import CounterHall, Line, Portal, line, words

PASSPHRASE = "correct horse battery"


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[CounterHall]:
    one = CounterHall(Portal(tmp_path), tmp_path, "one")
    one.open("D1")
    one.sync()
    yield one
    one.store.close()
    one.portal.store.close()


def own(number: int) -> list[Draft]:
    return [Draft("dossier.opened", {"kind": "trade", "reference": "own"}), line(number)]


def put_back(hall: CounterHall, folder: Path, after: Callable[[], None]) -> Portal:
    """The portal as it was, restored from a backup after what happened since."""
    keys = folder / "portal-keys"
    back_up(hall.portal.store.database, folder / "b.zip", hall.portal.clock(), keys, PASSPHRASE, hall.portal.store.sign)
    after()
    hall.portal.store.close()
    (folder / "again").mkdir()
    (folder / "again" / "portal-keys").symlink_to(keys)
    with opened(folder / "b.zip") as backup:
        restore(backup, f"sqlite:///{folder / 'again' / 'portal.sqlite3'}", hall.portal.clock())
    hall.portal = Portal(folder / "again", clock=hall.portal.clock)
    hall.line = Line(hall.portal.desk, hall.token)
    return hall.portal


def test_a_log_that_only_grew_is_believed(hall: CounterHall) -> None:
    for number in range(3):
        hall.portal.say(f"P{number}", *own(number))
        hall.say("D1", line(number))
        assert hall.sync().whole
    assert standing(hall.store).forks == ()


def test_a_portal_that_lost_what_it_showed_is_stopped_and_both_checkpoints_are_kept(
    hall: CounterHall, tmp_path: Path
) -> None:
    def more() -> None:
        hall.say("D1", line(1))
        hall.sync()

    kept = put_back(hall, tmp_path, more) and sync.place(hall.store, HEAD)
    hall.say("D1", line(2))
    for _ in range(2):
        with pytest.raises(SyncStopped, match="REWRITTEN"):
            hall.sync()
    (fork,) = standing(hall.store).forks
    assert (fork.kept, fork.shown.splitlines()[0]) == (kept, hall.portal.store.origin)
    assert len(words(hall.portal.store, "D1")) == 4  # nothing was handed over
    begin_again(hall.store)  # the operator said that it was restored
    assert hall.sync().whole
    assert words(hall.portal.store, "D1") == words(hall.store, "D1")
    assert len(standing(hall.store).forks) == 1


def test_a_portal_that_went_another_way_is_stopped(hall: CounterHall, tmp_path: Path) -> None:
    def one_way() -> None:
        hall.portal.say("A", *own(1))
        hall.sync()

    portal = put_back(hall, tmp_path, one_way)
    for number in range(4):  # longer than what was shown, and other
        portal.say(f"B{number}", *own(number))
    with pytest.raises(SyncStopped, match="REWRITTEN"):
        hall.sync()
    assert len(standing(hall.store).forks) == 1


@pytest.mark.parametrize("path", ["/up", "/dossiers/D1"])
def test_growth_without_proof_is_a_fork_in_every_answer(hall: CounterHall, path: str) -> None:
    hall.portal.say("D1", line(7))
    hall.say("D1", line(8))

    def unproven(method: str, asked: str, body: bytes | None) -> Answered:
        if path not in asked:
            return hall.line(method, asked, body)
        hall.portal.say(f"P{len(hall.line.asked)}", *own(1))
        hall.portal.store.integrate()
        answer = hall.line(method, asked, body)
        return Answered(answer.status, msgspec.json.encode(msgspec.json.decode(answer.data) | {"grown": []}))

    with pytest.raises(SyncStopped, match="REWRITTEN"):
        Exchange(hall.store, unproven).run()
    assert hall.sync().whole
