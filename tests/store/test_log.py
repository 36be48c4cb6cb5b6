"""The log: every statement a leaf, in the order of commits, under a signed root; receipts that prove it."""

import time
from base64 import b64decode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.kernel.canonical import CanonicalError, canonical
from entrepot.kernel.submissions import Evidence, Submission, statement, statement_bytes
from entrepot.modules.evidence.rules import tree as rules
from entrepot.store import cosignatures, log
from entrepot.store.log import NotInLogError
from entrepot.store.notes import Checkpoint, Signer, Verifier, open_checkpoint, to_base64
from entrepot.store.policy import Policy
from entrepot.store.store import Store
from tests.store.saying import NOON, asked, line, opened

Open = Callable[..., Store]


def head(store: Store) -> Checkpoint:
    """The latest checkpoint, its signature checked with the log's key."""
    note = store.checkpoint()
    assert note is not None
    return open_checkpoint(note, Verifier.parse(store.log_key))


def audit(store: Store, url: str) -> int:
    """Recompute the tree from the leaves alone and compare it with what was signed; its size."""
    entries = asked(url, "SELECT p.place, l.entry FROM placed p JOIN leaf l ON l.seq = p.seq ORDER BY p.place")
    assert [place for place, _ in entries] == list(range(len(entries)))
    leaves = [rules.leaf_hash(bytes(entry)) for _, entry in entries]
    for size, root in asked(url, "SELECT size, root FROM checkpoint ORDER BY size"):
        assert rules.root(leaves[:size]) == bytes(root)
    assert head(store) == Checkpoint(store.origin, len(leaves), rules.root(leaves))
    return len(leaves)


def test_an_empty_log_has_no_checkpoint(store: Store) -> None:
    assert store.integrate() == 0
    assert store.checkpoint() is None
    with pytest.raises(NotInLogError):
        store.receipt("nobody")


def test_each_statement_has_one_leaf_that_reveals_nothing(store: Store, url: str) -> None:
    batch = [opened(id="a"), line(1, id="b"), line(1, id="c")]
    store.submit(batch)
    rows = asked(
        url, "SELECT s.id, l.entry, b.salt FROM submission s JOIN leaf l ON l.seq = s.seq JOIN body b ON b.seq = s.seq"
    )
    assert len({bytes(salt) for _, _, salt in rows}) == 3
    for one, (name, entry, salt) in zip(batch, sorted(rows), strict=True):
        assert name == one.id
        digest = rules.salted_digest(canonical(statement(one)), bytes(salt))
        assert msgspec.json.decode(bytes(entry)) == {"digest": digest.hex(), "type": "submission", "v": 1}


def test_the_tree_grows_in_the_order_of_commits_and_is_signed_at_each_step(store: Store, url: str) -> None:
    store.submit([opened(id="a"), line(1, id="b")])
    assert store.integrate() == 2
    first = head(store)
    assert store.integrate() == 2
    assert head(store) == first
    store.submit([line(number, id=f"c{number}") for number in range(600)])
    assert store.integrate() == 602
    assert [store.inclusion(name).index for name in ("a", "b", "c0", "c599")] == [0, 1, 2, 601]
    assert audit(store, url) == 602


def test_long_work_is_done_in_steps(store: Store, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "STEP", 7)
    store.submit([opened(), *(line(number) for number in range(29))])
    assert store.integrate() == 30
    assert [size for (size,) in asked(url, "SELECT size FROM checkpoint ORDER BY size")] == [7, 14, 21, 28, 30]
    assert audit(store, url) == 30


def test_every_leaf_is_proven_in_the_latest_tree(store: Store) -> None:
    ids = [f"s{number}" for number in range(300)]
    store.submit([opened(id="s0"), *(line(number, id=f"s{number}") for number in range(1, 300))])
    store.integrate()
    for name in ids:
        proof = store.inclusion(name)
        with store.database.session() as session:
            [(entry,)] = session.all(
                "SELECT l.entry FROM leaf l JOIN submission s ON s.seq = l.seq WHERE s.id = ?", name
            )
        rules.verify_inclusion(rules.leaf_hash(entry), proof.index, proof.size, proof.path, head(store).root)


def receipt_parts(text: str) -> tuple[dict[str, Any], int, list[bytes], str]:
    """A receipt taken apart by hand: what was said with its salt, the place, the path, the note."""
    proof, _, note = text.partition("\n\n")
    _, extra, index, *path = proof.split("\n")
    words = msgspec.json.decode(b64decode(extra.removeprefix("extra ")))
    return words, int(index.removeprefix("index ")), [b64decode(step) for step in path], note


def test_a_receipt_proves_what_was_said_without_the_store(store: Store) -> None:
    batch = [opened(id="a"), *(line(number, id=f"l{number}") for number in range(40))]
    store.submit(batch)
    text = store.receipt("l7")  # it waits for its leaf to be placed
    words, index, path, note = receipt_parts(text)
    assert words["statement"] == statement(batch[8])
    digest = rules.salted_digest(canonical(words["statement"]), bytes.fromhex(words["salt"]))
    checkpoint = open_checkpoint(note, Verifier.parse(store.log_key))
    rules.verify_inclusion(
        rules.leaf_hash(rules.entry_bytes("submission", digest)), index, checkpoint.size, path, checkpoint.root
    )


def test_another_process_or_a_restart_goes_on_where_the_tree_stands(open_store: Open, url: str) -> None:
    one, other = open_store(), open_store()
    one.submit([opened(id="a"), *(line(number) for number in range(280))])
    assert one.integrate() == 281
    other.submit([line(400, id="b")])
    assert other.integrate() == 282
    one.submit([line(401, id="c")])
    assert (one.integrate(), other.integrate()) == (283, 283)
    one.close()
    third = open_store()
    third.submit([line(402)])
    assert third.integrate() == 284
    assert audit(third, url) == 284
    assert [third.inclusion(name).index for name in "abc"] == [0, 281, 282]


def test_the_sequencer_places_leaves_soon_after_each_commit(open_store: Open, url: str) -> None:
    store, other = open_store(), open_store(keys=None)
    store.start_log()
    store.start_log()
    store.submit([opened(id="a")])
    other.submit([line(1, id="b")])  # of which no one tells the sequencer
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and asked(url, "SELECT count(*) FROM placed") != [(2,)]:
        time.sleep(0.02)
    store.stop_log()
    assert audit(store, url) == 2


def test_statements_said_from_many_threads_while_the_log_grows_are_each_placed_once(open_store: Open, url: str) -> None:
    stores = [open_store(), open_store()]
    for store in stores:
        store.start_log()

    def speak(number: int) -> None:
        name = f"d{number}"
        assert stores[number % 2].submit([opened(name), line(1, name)]).ok
        for step in range(2, 6):
            assert stores[(number + step) % 2].submit([line(step, name)]).ok

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(speak, range(24)))
    for store in stores:
        store.stop_log()
    assert stores[0].integrate() == 24 * 6
    assert audit(stores[0], url) == 24 * 6


def test_a_database_that_fails_does_not_stop_the_sequencer(
    store: Store, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "LOOK_SECONDS", 0.01)
    failures = iter([OSError("away"), OSError("still away")])
    real = store._log._step

    def step(session: Any) -> int:
        for failure in failures:
            raise failure
        return real(session)

    monkeypatch.setattr(store._log, "_step", step)
    store.submit([opened()])
    store.start_log()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and asked(url, "SELECT count(*) FROM placed") != [(1,)]:
        time.sleep(0.02)
    assert audit(store, url) == 1


WORDS = st.text(st.characters(codec="utf-8"), max_size=12)


@given(
    st.builds(
        Submission, id=WORDS, dossier=WORDS, topic=WORDS, body=st.binary(max_size=9).map(msgspec.Raw), key=WORDS,
        version=st.integers(-(2**53) + 1, 2**53 - 1), by=WORDS, for_=WORDS, mandate=WORDS, said_at=WORDS,
        evidence=st.lists(st.builds(Evidence, digest=WORDS, places=st.dictionaries(WORDS, WORDS, max_size=2)), max_size=2).map(tuple),
        replaces=st.lists(WORDS, max_size=2).map(tuple), withdraws=st.lists(WORDS, max_size=2).map(tuple),
    )
)  # fmt: skip
def test_the_quick_bytes_of_a_statement_are_its_canonical_ones(one: Submission) -> None:
    assert statement_bytes(one) == canonical(statement(one))


@pytest.mark.parametrize(
    "wrong", [{"key": b"5"}, {"by": "\ud800"}, {"version": 2**53}, {"version": 1.5}, {"replaces": (b"x",)}]
)
def test_what_cannot_be_hashed_has_no_quick_bytes_either(wrong: dict[str, Any]) -> None:
    one = msgspec.structs.replace(opened(id="a"), **wrong)
    with pytest.raises(CanonicalError) as plain:
        canonical(statement(one))
    with pytest.raises(CanonicalError) as quick:
        statement_bytes(one)
    assert str(quick.value) == str(plain.value)


@pytest.mark.parametrize("odd", [{"key": 5}, {"version": True}, {"version": 0}, {"said_at": '\x7f"\\\n'}])
def test_what_is_odd_and_can_be_hashed_has_the_same_quick_bytes(odd: dict[str, Any]) -> None:
    one = msgspec.structs.replace(opened(id="a"), **odd)
    assert statement_bytes(one) == canonical(statement(one))


def test_a_receipt_carries_the_quorum_that_a_policy_asks_for(store: Store, url: str) -> None:
    store.submit([opened(id="a")])
    store.integrate()
    witness = Signer("witness.example", b"w" * 32)
    public = b"\x04" + witness.verifier.public
    own = sha256(b"witness.example\n" + public).digest()[:4]
    key = f"witness.example+{own.hex()}+{to_base64(public)}"
    policy = Policy.parse(f"witness w {key}\nquorum w\n".encode())
    with pytest.raises(NotInLogError, match="quorum"):
        store.receipt("a", policy)
    line_ = f"— witness.example {to_base64(own + bytes(72))}"
    with store.database.session() as session, session.writing():
        cosignatures.keep(session, [cosignatures.Cosignature(1, "witness.example", own, 5, line_)], NOON)
    store.submit([line(1, id="b")])
    store.integrate()
    assert "\n2\n" in store.receipt("a")
    quorate = store.receipt("a", policy)
    assert quorate.partition("\n\n")[2].split("\n")[1] == "1"
    assert quorate.endswith(f"{line_}\n")
    with pytest.raises(NotInLogError, match="quorum"):
        store.receipt("b", policy)
