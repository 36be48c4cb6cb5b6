"""Reading: records kept in memory and brought up to date, lists of dossiers, documents, packs."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from entrepot.kernel.record import Record
from entrepot.store import records
from entrepot.store.intake import Content
from entrepot.store.records import UnknownDossierError
from entrepot.store.store import Store
from tests.store.saying import NOON, REGISTRY, gone, line, member, opened

Open = Callable[..., Store]


def test_a_record_is_the_kernels_record_of_what_was_said(store: Store) -> None:
    said = [opened(), line(1, id="b"), line(1, id="c", hs="09101100", replaces=("b",)), gone("goods.line", "2", "z"), line(2, id="z")]
    store.submit(said)
    own = Record("d1", "trade", REGISTRY.topics, said)
    record = store.record("d1")
    assert list(record.submissions) == [one.id for one in said]
    assert record.heads() == own.heads() == store.heads("d1")
    assert {key: s.value for key, s in record.standing("goods.line").items()} == {
        key: s.value for key, s in own.standing("goods.line").items()
    }


def test_a_record_grows_in_place_by_what_was_heard_since(open_store: Open) -> None:
    here, elsewhere = open_store(), open_store()
    here.submit([opened()])
    record = here.record("d1")
    for number in range(5):
        assert elsewhere.submit([line(number)]).ok
        assert here.record("d1") is record
        assert len(record.submissions) == number + 2
    assert sorted(record.standing("goods.line")) == [str(number) for number in range(5)]


def test_an_unknown_dossier_is_told(store: Store) -> None:
    with pytest.raises(UnknownDossierError):
        store.record("d1")
    assert store.heads("d1") == ()
    store.submit([opened()])
    assert len(store.record("d1").submissions) == 1


def test_the_records_read_longest_ago_leave_memory(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "KEPT", 2)
    store.submit_many([[opened(name)] for name in "abc"])
    first, second = store.record("a"), store.record("b")
    assert store.record("a") is first
    store.record("c")
    assert store.record("a") is first
    assert store.record("b") is not second
    monkeypatch.setattr(records, "KEPT_STATEMENTS", 10)
    store.submit([line(number, "c") for number in range(20)])
    big = store.record("c")
    assert store.record("c") is big, "the last one read stays, however big"


def test_a_record_held_is_not_moved_by_others(store: Store) -> None:
    store.submit([opened(), line(1)])
    seen = []
    with store.holding("d1") as record:
        store.submit([line(2)])
        reader = threading.Thread(target=lambda: seen.append(len(store.record("d1").submissions)))
        reader.start()
        reader.join(0.2)
        assert len(record.submissions) == 2
        assert seen == []
    reader.join()
    assert seen == [3]


def test_reading_and_writing_from_many_threads_never_shows_half_a_batch(open_store: Open) -> None:
    stores = [open_store(), open_store()]
    stores[0].submit([opened()])

    def write(number: int) -> None:
        assert stores[number % 2].submit([line(2 * number), line(2 * number + 1)]).ok

    def read(number: int) -> bool:
        with stores[number % 2].holding("d1") as record:
            keys = {int(key) for key in record.standing("goods.line")}
        return all(key ^ 1 in keys for key in keys)

    with ThreadPoolExecutor(8) as pool:
        whole = [pool.submit(read if number % 2 else write, number // 2) for number in range(120)]
        assert all(job.result() in (None, True) for job in whole)
    assert len(stores[0].record("d1").submissions) == len(stores[1].record("d1").submissions) == 121


def test_the_list_shows_the_dossier_opened_last_first(open_store: Open) -> None:
    moments = iter(NOON + timedelta(minutes=minute) for minute in range(10))
    store = open_store(clock=lambda: next(moments))
    for name in "abc":
        store.submit([opened(name, reference=f"PO-{name}")])
    store.submit([line(1, "a"), opened("a", reference="PO-new"), line(2, "a")])
    cards = store.dossiers()
    assert [(card.id, card.reference, card.said) for card in cards] == [("c", "PO-c", 1), ("b", "PO-b", 1), ("a", "PO-new", 4)]
    assert [(card.opened_at[14:16], card.heard_at[14:16]) for card in cards] == [("03", "03"), ("02", "02"), ("01", "04")]


def test_the_list_is_read_in_pages(store: Store) -> None:
    store.submit_many([[opened(f"d{number}", kind="trade" if number % 2 else "enterprise")] for number in range(25)])
    names, before = [], None
    while page := store.dossiers(kind="trade", before=before, limit=5):
        assert len(page) <= 5
        names += [card.id for card in page]
        before = page[-1].position
    assert names == [f"d{number}" for number in range(23, 0, -2)]


def test_an_organisation_finds_the_dossiers_it_is_a_member_of(store: Store) -> None:
    members = {"a": "firm-1", "b": "firm-2", "c": "firm-1"}
    store.submit_many([[opened(name), member(firm, name, id=f"m-{name}")] for name, firm in members.items()])
    assert [card.id for card in store.dossiers(organisation="firm-1")] == ["c", "a"]
    store.submit([gone("dossier.member", "firm-1", "m-a", dossier="a")])
    assert [card.id for card in store.dossiers(organisation="firm-1")] == ["c"]
    assert store.dossiers(organisation="firm-3") == []


@pytest.mark.parametrize(
    ("data", "claimed", "kept"),
    [
        (b"%PDF-1.7 ...", "text/html", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n...", "", "image/png"),
        (b"PK\x03\x04...", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
         "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (b"PK\x03\x04...", "text/html", "application/zip"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>", "application/xml", "application/xml"),
        (b"a,b\n1,2", "text/csv", "text/csv"),
        (b"", "", "application/octet-stream"),
    ],
)  # fmt: skip
def test_a_document_is_kept_by_its_digest_with_the_type_its_bytes_show(store: Store, data: bytes, claimed: str, kept: str) -> None:
    paper = Content(data, claimed)
    assert store.keep([paper, paper]) == (paper.digest, paper.digest)
    assert store.submit([opened()], [paper]).ok
    assert store.content(paper.digest) == Content(data, kept)
    assert store.content("0" * 64) is None


def test_a_pack_is_kept_under_its_digest_for_good(store: Store) -> None:
    store.keep_pack("d1", "JP", b"files \0")
    store.keep_pack("d1", "JP", b"ignored: the digest is the same")
    assert store.pack("d1") == b"files \0"
    assert store.pack("d2") is None
