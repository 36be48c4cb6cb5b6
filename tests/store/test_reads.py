"""Reads are written down behind, none twice, none altered; they go by their days alone, and that is written down too."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from entrepot.store.database import StoreError
from entrepot.store.reads import Reads, Seen, forget, of_person, reads
from entrepot.store.store import Store
from tests.store.saying import NOON


def seen(
    dossier: str = "D1", person: str = "ann", organisation: str = "acme", personal: str = "", count: int = 3
) -> Seen:
    return Seen(person, organisation, "", "exporter", dossier, count, personal, "GET /d/<str:id>", "192.0.2.1")


def listed(store: Store, **asked: Any) -> list[tuple[str, str, int]]:
    return [(one.what.dossier, one.what.person, one.times) for one in reads(store.database, **asked)]


def test_what_is_noted_is_written_once_with_how_many_times(store: Store) -> None:
    for _ in range(3):
        store.reads.note(seen())
    store.reads.note(seen("D2"))
    store.reads.flush()
    store.reads.flush()
    assert sorted(listed(store)) == [("D1", "ann", 3), ("D2", "ann", 1)]


def test_closing_the_store_writes_what_waits(open_store: Callable[..., Store]) -> None:
    first = open_store()
    first.reads.note(seen())
    first.close()
    assert listed(open_store()) == [("D1", "ann", 1)]


def test_it_is_written_by_itself(store: Store) -> None:
    written = list[int]()

    def write(work: Any) -> Any:
        written.append(1)
        return store.write(work)

    made = Reads(write, store.clock)
    made.note(seen())
    made._noted.set()
    assert made._thread is not None
    made.close()
    assert written == [1]


def test_what_cannot_be_written_waits_and_is_not_lost(store: Store) -> None:
    away = [True]

    def write(work: Any) -> Any:
        if away[0]:
            raise StoreError("away", "不可用")
        return store.write(work)

    made = Reads(write, store.clock)
    made.note(seen())
    with pytest.raises(StoreError):
        made.flush()
    made.note(seen())
    away[0] = False
    made.flush()
    made.close()
    assert listed(store) == [("D1", "ann", 2)]


def test_lists_are_by_dossier_reader_and_time_the_last_first(store: Store) -> None:
    for one in (seen(), seen("D2", "bob", "buyer", "enterprise.card"), seen("D2")):
        store.reads.note(one)
        store.reads.flush()
    assert [one.what.dossier for one in reads(store.database)] == ["D2", "D2", "D1"]
    assert listed(store, dossier="D2", organisation="buyer") == [("D2", "bob", 1)]
    assert listed(store, personal=True) == [("D2", "bob", 1)]
    assert listed(store, person="ann", limit=1) == [("D2", "ann", 1)]
    [_, second, _] = reads(store.database)
    assert [one.what.person for one in reads(store.database, before=second.number)] == ["ann"]
    assert of_person(store.database, "ann", "acme") == []


@pytest.mark.parametrize(
    "change", ["UPDATE read_audit SET person = 'eve'", "DELETE FROM read_audit", "DELETE FROM read_forgotten"]
)
def test_the_database_keeps_what_was_read(store: Store, change: str) -> None:
    store.reads.note(seen())
    store.reads.flush()
    forget(store.write, NOON - timedelta(days=1), "op", NOON)
    with pytest.raises(Exception, match="keeps what it holds"):
        store.write(lambda session: session.run((change, ())))
    assert listed(store) == [("D1", "ann", 1)]


def test_what_is_older_than_its_days_goes_and_that_is_written_down(open_store: Callable[..., Store]) -> None:
    now = [NOON]
    store = open_store(clock=lambda: now[0])
    store.reads.note(seen("old"))
    store.reads.flush()
    now[0] = NOON + timedelta(days=2)
    store.reads.note(seen("new"))
    store.reads.flush()
    assert forget(store.write, NOON + timedelta(days=1), "op", now[0]) == 1
    assert listed(store) == [("new", "ann", 1)]
    with store.database.session() as session:
        assert [row[0] for row in session.all("SELECT by_person FROM read_forgotten")] == ["op"]
