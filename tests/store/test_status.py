"""Status lists: every document has one place, drawn by chance, and what stands there follows from what was said."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from entrepot.kernel.submissions import Submission
from entrepot.store import status
from entrepot.store.store import Store
from tests.store.saying import gone, opened, raw, said

OpenStore = Callable[..., Store]


def word(id_: str, document: str, state: str, *replaces: str) -> Submission:
    body = {"state": state, "reason": "a slip", "on": "2026-04-01"}
    return said("d1", "document.revoked", body, document, id_, replaces=replaces)


def test_a_document_keeps_its_place_and_no_two_have_the_same(store: Store) -> None:
    names = [f"document-{number}" for number in range(40)]
    places = {name: store.status_place(name) for name in names}
    assert {name: store.status_place(name) for name in names} == places
    assert len({(one.list, one.place) for one in places.values()}) == len(names)
    assert {one.list for one in places.values()} == {1}
    ranked = [places[name].place for name in names]
    assert ranked != sorted(ranked), "the order of issuing is not to be read off"


def test_two_who_ask_at_once_get_the_same_place(open_store: OpenStore) -> None:
    stores = [open_store(), open_store()]
    with ThreadPoolExecutor(8) as pool:
        drawn = list(pool.map(lambda n: stores[n % 2].status_place("one"), range(16)))
    assert len(set(map(repr, drawn))) == 1


def test_a_place_that_is_taken_is_drawn_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter([7, 7, 9])
    monkeypatch.setattr("entrepot.store.status.secrets.randbelow", lambda _: next(drawn))
    assert [store.status_place(name).place for name in ("a", "b")] == [7, 9]


def test_half_a_list_full_the_next_is_begun(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status, "FULL", 3)
    lists = [store.status_place(f"document-{number}").list for number in range(7)]
    assert lists == [1, 1, 1, 2, 2, 2, 3]


def test_the_last_word_stands_and_of_two_at_once_the_graver(open_store: OpenStore) -> None:
    store = open_store()
    place = store.status_place("doc").place
    store.submit([opened(id="open")])
    words: list[tuple[Submission, Any]] = [
        (word("1", "doc", "suspended"), ({place}, "suspended")),
        (word("2", "doc", "reinstated", "1"), (set(), "")),
        (word("3", "doc", "revoked", "2"), ({place}, "revoked")),
    ]
    for statement, (places, name) in words:
        moved = store.status_moved()
        assert store.submit([statement]).ok
        assert store.status_moved() == moved + 1
        found = store.status_list(1)
        assert found is not None
        assert (found.revoked, found.suspended) == (
            (frozenset(places), frozenset()) if name == "revoked" else (frozenset(), frozenset(places))
        )
    assert store.submit([word("4", "doc", "suspended")]).ok
    found = store.status_list(1)
    assert found is not None
    assert found.revoked == {place}


def test_a_word_that_was_taken_back_stands_no_longer(store: Store) -> None:
    store.status_place("doc")
    store.submit([opened(id="open"), word("1", "doc", "revoked")])
    store.submit([gone("document.revoked", "doc", "1", id="2")])
    found = store.status_list(1)
    assert found is not None
    assert not found.revoked


def test_what_is_said_of_others_stands_on_no_list_of_ours(store: Store) -> None:
    store.status_place("doc")
    store.submit([opened(id="open"), word("1", "another", "revoked")])
    found = store.status_list(1)
    assert found is not None
    assert not found.revoked
    assert store.status_list(2) is None


def test_the_database_keeps_the_places(store: Store, url: str) -> None:
    store.status_place("doc")
    run, close = raw(url)
    try:
        for sql in ("UPDATE status_place SET place = 1", "DELETE FROM status_place"):
            with pytest.raises(Exception, match="keeps what it holds"):
                run(sql)
    finally:
        close()
