"""The database itself keeps what was said: whoever holds a raw connection cannot change or delete it."""

import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from entrepot.kernel.submissions import Submission
from entrepot.modules.evidence.rules import tree
from entrepot.store.database import StoreError
from entrepot.store.erasure import Erasure
from entrepot.store.intake import Content
from entrepot.store.store import Store
from tests.store.saying import asked, erase, gone, line, lot, opened, raw, said

KEPT = {
    "meta": "value", "schema_step": "applied_at", "submission": "by_person", "retired": "gone", "leaf": "entry", "placed": "hash",
    "node": "hash", "checkpoint": "note", "transfer": "amount", "pack": "name", "erased": "reason",
    "key_change": "note",
}  # fmt: skip
ERASABLE = {"content": "data", "body": "data"}
MOVING = {"account": "balance", "dossier": "title"}
Refused = (sqlite3.IntegrityError, psycopg.errors.RaiseException)
Run = Callable[..., list[Any]]


@pytest.fixture
def run(store: Store, url: str) -> Iterator[Run]:
    """Raw SQL on a store in which every table has rows, 256 leaves and more, so that the tree has nodes."""
    store.submit([opened(id="a"), lot("60", id="b")], [Content(b"paper"), Content(b"other paper")])
    store.submit([gone("goods.cost", "1", "b"), *(line(number) for number in range(300))])
    store.keep_pack("digest", "JP", b"files")
    store.integrate()
    assert erase(store, "content", Content(b"other paper").digest).ok
    store.integrate()
    store.hand_over()
    run, close = raw(url)
    yield run
    close()


def everything(run: Run) -> dict[str, list[Any]]:
    return {table: sorted(map(repr, run(f"SELECT * FROM {table}"))) for table in (*KEPT, *ERASABLE, *MOVING)}


@pytest.mark.parametrize("table", KEPT)
def test_an_update_is_refused(run: Run, table: str) -> None:
    before = everything(run)
    assert before[table], "a table without rows proves nothing"
    with pytest.raises(Refused, match="keeps what it holds"):
        run(f"UPDATE {table} SET {KEPT[table]} = {KEPT[table]}")
    assert everything(run) == before


@pytest.mark.parametrize("table", [*KEPT, *ERASABLE, *MOVING])
def test_a_delete_is_refused(run: Run, table: str) -> None:
    before = everything(run)
    assert before[table], "a table without rows proves nothing"
    # On SQLite a row that others point to is refused before its own trigger speaks.
    with pytest.raises((*Refused, psycopg.errors.ForeignKeyViolation)):
        run(f"DELETE FROM {table}")
    assert everything(run) == before


@pytest.mark.parametrize("table", ERASABLE)
def test_the_bytes_of_documents_and_bodies_never_change(run: Run, table: str) -> None:
    with pytest.raises(Refused, match="keeps what it holds"):
        run(f"UPDATE {table} SET data = data")


def test_truncate_is_refused_even_to_a_superuser_in_replica_role(run: Run, url: str) -> None:
    if url.startswith("sqlite"):
        pytest.skip("SQLite has no TRUNCATE")
    before = everything(run)
    run("SET session_replication_role = replica")
    for table in (*KEPT, *ERASABLE, *MOVING):
        with pytest.raises(psycopg.errors.RaiseException, match="keeps what it holds"):
            run(f"TRUNCATE {table} CASCADE")
    for table, column in KEPT.items():
        with pytest.raises(psycopg.errors.RaiseException, match="keeps what it holds"):
            run(f"UPDATE {table} SET {column} = {column}")
        with pytest.raises(psycopg.errors.RaiseException, match="keeps what it holds"):
            run(f"DELETE FROM {table}")
    assert everything(run) == before


def test_insert_or_replace_cannot_slip_a_row_away(run: Run, url: str) -> None:
    if not url.startswith("sqlite"):
        pytest.skip("only SQLite replaces rows on insert")
    before = everything(run)
    run("PRAGMA foreign_keys = OFF")
    for table in (*KEPT, *ERASABLE, *MOVING):
        for verb in ("INSERT OR REPLACE", "REPLACE"):
            with pytest.raises(sqlite3.IntegrityError, match="keeps what it holds"):
                run(f"{verb} INTO {table} SELECT * FROM {table} LIMIT 1")
    assert everything(run) == before


def test_a_document_goes_only_beside_a_row_that_says_why(run: Run, store: Store, url: str) -> None:
    digest = Content(b"paper").digest
    with pytest.raises(Refused, match="keeps what it holds"):
        run("DELETE FROM content WHERE digest = ?", digest)
    assert erase(store, "content", digest, reason="data protection request 12").ok
    assert store.content(digest) is None
    assert asked(url, "SELECT reason, by_person FROM erased WHERE what = 'content' AND reference = ?", digest) == [
        ("data protection request 12", "officer-7")
    ]
    count = asked(url, "SELECT count(*) FROM submission")
    with pytest.raises(StoreError):
        erase(store, "content", digest)
    assert asked(url, "SELECT count(*) FROM submission") == count, "what was not erased is not said to be"


def test_what_goes_from_two_dossiers_goes_when_both_say_so_or_not_at_all(store: Store, url: str) -> None:
    paper = Content(b"a paper of two dossiers")
    store.submit([opened("d2")], [paper])
    store.submit([opened("d3")])
    body = {"what": "paper", "ground": "order", "law": "order", "request": "12", "reason": "asked"}

    def words(*dossiers: str) -> list[Submission]:
        return [said(dossier, "record.erased", body, paper.digest) for dossier in dossiers]

    deed = [Erasure("content", paper.digest, "asked", "officer-7")]
    before = asked(url, "SELECT count(*) FROM submission")
    assert not store.erase(words("d2", "d-nowhere"), deed).ok
    assert store.content(paper.digest) is not None
    assert asked(url, "SELECT count(*) FROM submission") == before
    outcome = store.erase(words("d2", "d3"), deed)
    assert (outcome.ok, len(outcome.said)) == (True, 2)
    assert store.content(paper.digest) is None


def test_a_document_erased_does_not_come_back_by_being_sent_again(store: Store) -> None:
    paper = Content(b"paper")
    store.submit([opened()], [paper])
    assert erase(store, "content", paper.digest).ok
    assert store.submit([line(1)], [paper]).ok
    store.keep([paper])
    assert store.content(paper.digest) is None


def test_an_erased_body_takes_its_words_with_it_and_leaves_the_statement(store: Store, url: str) -> None:
    store.submit([opened(id="a", reference="a person"), line(1, id="b")])
    assert store.record("d1").standing("goods.line")
    store.integrate()
    leaves = [bytes(entry) for (entry,) in asked(url, "SELECT entry FROM leaf ORDER BY seq")]
    assert erase(store, "body", "b").ok
    assert erase(store, "body", "a").ok
    left = store.submission("b")
    assert left is not None
    assert (bytes(left.body), left.evidence, left.topic) == (b"", (), "goods.line")
    record = store.record("d1")
    assert record.standing("goods.line") == {}
    assert set(record.standing("record.erased")) == {"a", "b"}
    assert len(record.heads()) == 2
    assert set(record.heads()) == set(store.heads("d1"))
    assert store.dossiers()[0].reference == ""
    entries = [bytes(entry) for (entry,) in asked(url, "SELECT entry FROM leaf ORDER BY seq")]
    assert entries[:2] == leaves
    assert len(entries) == 4, "the log goes on, and says what was erased"
    store.integrate()
    roots = [bytes(root) for (root,) in asked(url, "SELECT root FROM checkpoint ORDER BY size")]
    assert roots == [tree.root([tree.leaf_hash(entry) for entry in entries[:size]]) for size in (2, 4)]
    with pytest.raises(StoreError, match="erased"):
        store.receipt("b")
    assert store.submit([line(1, id="b")]).already == ("b",)
    with pytest.raises(StoreError):
        erase(store, "body", "b")


def test_a_body_goes_only_beside_a_row_that_says_why(run: Run) -> None:
    with pytest.raises(Refused, match="keeps what it holds"):
        run("DELETE FROM body WHERE seq = (SELECT seq FROM submission WHERE id = 'a')")


@pytest.mark.parametrize("fault", ["'held', 'taken', 0", "'held', 'held', 5", "'held', 'taken', -5"])
def test_a_transfer_moves_something_from_one_account_to_another(run: Run, fault: str) -> None:
    with pytest.raises((sqlite3.IntegrityError, psycopg.errors.CheckViolation)):
        run(
            f"INSERT INTO transfer (seq, resource, unit, source, target, amount) VALUES (1, 'invoice S N1', 'kg', {fault})"
        )


def test_no_balance_of_what_is_held_or_taken_falls_below_zero(run: Run) -> None:
    with pytest.raises((sqlite3.IntegrityError, psycopg.errors.CheckViolation)):
        run("UPDATE account SET balance = -1 WHERE side = 'held'")
