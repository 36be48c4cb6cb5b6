"""The outbox: tasks kept with what they belong to, done once, tried again when they fail."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from entrepot.store import outbox
from entrepot.store.outbox import Task
from entrepot.store.store import Store
from tests.store.saying import NOON, asked, line, opened

Open = Callable[..., Store]
LEASE = timedelta(minutes=1)


class Clock:
    """A clock that the test turns."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, time: timedelta) -> None:
        self.now += time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(open_store: Open, clock: Clock) -> Store:
    return open_store(clock=clock)


def test_a_task_is_kept_with_its_statement_and_not_without_it(store: Store) -> None:
    assert not store.submit([line(1)], tasks=[Task("send", b"no")]).ok
    assert store.submit([opened()], tasks=[Task("send", b"yes \0\xff", id="t1")]).ok
    [task] = store.claim(10, LEASE)
    assert (task.id, task.kind, task.payload, task.attempts) == ("t1", "send", b"yes \0\xff", 1)


def test_a_task_of_a_repeated_statement_is_done_once(store: Store) -> None:
    batch, tasks = [opened()], [Task("send", b"", id="t1"), Task("send", b"other", id="t1")]
    store.submit(batch, tasks=tasks)
    store.submit(batch, tasks=tasks)
    [task] = store.claim(10, LEASE)
    assert store.done(task)
    store.submit(batch, tasks=tasks)
    assert store.claim(10, LEASE) == []


def test_a_claimed_task_is_hidden_until_its_lease_ends(store: Store, clock: Clock) -> None:
    store.enqueue([Task("draw", b"")])
    [first] = store.claim(1, LEASE)
    assert store.claim(1, LEASE) == []
    clock.pass_(LEASE)
    [second] = store.claim(1, LEASE)
    assert (second.id, second.attempts) == (first.id, 2)
    assert not store.done(first), "the one who overslept"
    assert not store.failed(first, "late")
    assert store.done(second)
    assert not store.done(second)


def test_tasks_come_when_they_are_due_the_earliest_first(store: Store, clock: Clock) -> None:
    minutes = {"c": 3, "a": 1, "b": 2}
    store.enqueue([Task("draw", b"", id=name, due=NOON + timedelta(minutes=m)) for name, m in minutes.items()])
    assert store.claim(10, LEASE) == []
    clock.pass_(timedelta(minutes=2))
    assert {task.id for task in store.claim(10, LEASE)} == {"a", "b"}
    clock.pass_(timedelta(minutes=1))
    assert len(store.claim(1, LEASE)) == 1


def test_a_failed_task_waits_twice_as_long_each_time_and_is_given_up_at_last(store: Store, clock: Clock, url: str) -> None:
    store.enqueue([Task("send", b"", id="t")])
    waits = []
    for attempt in range(1, outbox.MAX_ATTEMPTS + 1):
        [task] = store.claim(1, LEASE)
        assert task.attempts == attempt
        assert store.failed(task, "no answer\0")
        [(state, due)] = asked(url, "SELECT state, due FROM outbox")
        if state == "waiting":
            waits.append(datetime.fromisoformat(due) - clock.now)
            clock.now = datetime.fromisoformat(due) - timedelta(microseconds=1)
            assert store.claim(1, LEASE) == []
            clock.pass_(timedelta(microseconds=1))
    assert waits[:4] == [timedelta(seconds=s) for s in (2, 4, 8, 16)]
    assert max(waits) == outbox.LONGEST_WAIT
    assert asked(url, "SELECT state, error FROM outbox") == [("given up", "no answer")]


def test_many_workers_share_the_tasks_and_none_is_done_twice(open_store: Open, clock: Clock) -> None:
    stores = [open_store(clock=clock) for _ in range(3)]
    stores[0].enqueue([Task("send", str(number).encode(), id=f"t{number}") for number in range(90)])

    def work(number: int) -> list[str]:
        store, mine = stores[number % 3], []
        while tasks := store.claim(4, LEASE):
            mine += [task.id for task in tasks if store.done(task)]
        return mine

    with ThreadPoolExecutor(6) as pool:
        done = [name for names in pool.map(work, range(6)) for name in names]
    assert sorted(done) == sorted(f"t{number}" for number in range(90))


def test_a_moment_is_written_so_that_text_sorts_as_time() -> None:
    moments = [NOON, NOON + timedelta(microseconds=1), NOON + timedelta(seconds=1), NOON + timedelta(days=400)]
    stamps = [outbox.stamp(moment) for moment in moments]
    assert stamps == sorted(stamps)
    assert stamps[0] == "2026-06-20T12:00:00.000000Z"


def test_tasks_of_one_kind_are_claimed_apart(store: Store) -> None:
    store.enqueue([Task("send", b"", id="s"), Task("read", b"", id="r")])
    assert [task.id for task in store.claim(10, LEASE, "read")] == ["r"]
    assert [task.id for task in store.claim(10, LEASE, "draw")] == []
    assert [task.id for task in store.claim(10, LEASE)] == ["s"]


def test_a_lease_is_kept_for_as_long_as_its_holder_asks_in_time(store: Store, clock: Clock) -> None:
    store.enqueue([Task("read", b"")])
    [task] = store.claim(1, LEASE)
    for _ in range(3):
        clock.pass_(LEASE * 0.9)
        assert store.hold(task, LEASE)
        assert store.claim(1, LEASE) == []
    clock.pass_(LEASE)
    assert store.claim(1, LEASE)
    assert not store.hold(task, LEASE), "another has it"
