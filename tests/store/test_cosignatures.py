"""Policies of witnesses (C2SP tlog-policy), and cosignatures on file: once, for good, told with their checkpoint."""

import sqlite3
from contextlib import suppress
from datetime import UTC, datetime

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.store import cosignatures
from entrepot.store.cosignatures import Cosignature
from entrepot.store.notes import Checkpoint, NoteError, Verifier, open_checkpoint, split_note
from entrepot.store.policy import Policy, PolicyError
from entrepot.store.store import Store
from entrepot.store.witness_keys import WitnessKey
from entrepot_witness.notes import COSIGNATURE, ML_DSA_44, Cosigner, Key, open_note
from entrepot_witness.notes import Checkpoint as SignedTree
from tests.store.saying import asked, line, opened

COSIGNERS = [Cosigner(f"witness.example.org/w{at}", COSIGNATURE, bytes([at]) * 32) for at in range(1, 6)]
KEYS = [WitnessKey.parse(str(one.key)) for one in COSIGNERS]
WITNESSES = "".join(f"witness W{at} {key}\n" for at, key in enumerate(KEYS, 1))


def policy(*lines: str) -> Policy:
    return Policy.parse((WITNESSES + "".join(f"{line}\n" for line in lines)).encode())


def met(rule: Policy, *numbers: int) -> bool:
    return rule.met({(KEYS[at - 1].name, KEYS[at - 1].key_id) for at in numbers})


# -- policies ---------------------------------------------------------------------------------------------------------


def test_a_quorum_of_groups() -> None:
    rule = policy("group X 2 W1 W2 W3", "group Y any W4 W5", "group both all X Y", "quorum both")
    assert met(rule, 1, 3, 5)
    assert met(rule, 1, 2, 3, 4, 5)
    for too_few in ((1, 4), (1, 2, 3), (4, 5), ()):
        assert not met(rule, *too_few)


def test_a_quorum_of_one_witness_and_of_none() -> None:
    assert met(policy("quorum W2"), 2)
    assert not met(policy("quorum W2"), 1)
    assert met(policy("quorum none"))


def test_another_key_under_a_witness_s_name_does_not_count() -> None:
    stranger = Cosigner(KEYS[0].name, COSIGNATURE, bytes([9]) * 32).key
    assert not policy("quorum W1").met({(stranger.name, stranger.key_id)})


def test_a_witness_s_key_under_another_id_is_none() -> None:
    text = str(KEYS[0])
    name, key_id, material = text.split("+", 2)
    assert WitnessKey.parse(text) == KEYS[0]
    with pytest.raises(NoteError, match="name and key give"):
        WitnessKey.parse(f"{name}+{int(key_id, 16) ^ 1:08x}+{material}")


def test_logs_addresses_comments_and_blanks() -> None:
    log = Verifier("log.example.org", bytes(32))
    own = Cosigner("log.example.org/pq", ML_DSA_44, bytes([8]) * 32).key
    post = Cosigner("witness.example.org/pq", ML_DSA_44, bytes([9]) * 32).key
    text = f"# 见证\n \t\n\tlog  {log}\thttps://log.example.org \nlog {own}\nwitness É {post} https://w.example.org\n"
    text += " group g all É\nquorum g\n"
    read = Policy.parse(text.encode())
    assert [(str(one.key), one.url) for one in read.logs] == [(str(log), "https://log.example.org"), (str(own), "")]
    assert [(str(one.key), one.url) for one in read.witnesses] == [(str(post), "https://w.example.org")]
    assert read.met({(post.name, post.key_id)})
    assert Policy.parse(b"quorum none\n") == Policy()


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ((), "no quorum line"),
        (("quorum W1", "quorum W2"), "one line"),
        (("quorum W9",), "not defined above"),
        (("quorum later", "group later any W1"), "not defined above"),
        (("group g 3 W1 W2", "quorum g"), "from 1 to"),
        (("group g 0 W1 W2", "quorum g"), "from 1 to"),
        (("group g 01 W1 W2", "quorum g"), "from 1 to"),
        (("group g most W1 W2", "quorum g"), "from 1 to"),
        (("group g all", "quorum none"), "from 1 to"),
        (("group g any W1 none", "quorum g"), "not defined above"),
        (("group g any W1 W1", "quorum g"), "a member already"),
        (("group g any W1", "group h all g W1", "quorum h"), "a member already"),
        (("group g any g", "quorum g"), "not defined above"),
        (("group W1 any W2", "quorum W1"), "is taken"),
        (("group none any W2", "quorum none"), "is taken"),
        ((f"witness W1 {Cosigner('x', COSIGNATURE, bytes([8]) * 32).key}", "quorum none"), "is taken"),
        ((f"witness W9 {KEYS[0]}", "quorum none"), "listed twice"),
        ((f"log {KEYS[0]}", "quorum none"), "other than Ed25519"),
        ((f"witness W9 {Verifier('log', bytes(32))}", "quorum none"), "0x04"),
        (("witness W9", "quorum none"), "it reads"),
        (("Quorum none", "quorum none"), "begins with"),
        (("quorum\x0bnone", "quorum none"), "control characters"),
        (("quorum none\r",), "control characters"),
        (("# \x7f", "quorum none"), "control characters"),
    ],
)
def test_a_policy_that_is_none_tells_line_and_problem(lines: tuple[str, ...], problem: str) -> None:
    with pytest.raises(PolicyError, match=problem) as refused:
        policy(*lines)
    assert "策略" in refused.value.text.zh


def test_all_problems_are_told_at_once_and_a_cut_is_seen() -> None:
    with pytest.raises(PolicyError) as refused:
        policy("group g 9 W1", "quorum W9", "what")
    assert [f"line {at}" in str(refused.value) for at in (6, 7, 8)] == [True] * 3
    with pytest.raises(PolicyError, match="cut short"):
        Policy.parse(b"quorum none")
    with pytest.raises(PolicyError, match="more than"):
        Policy.parse(b"#" * 300_000)


@given(st.binary(max_size=200))
def test_no_bytes_make_it_stumble(data: bytes) -> None:
    with suppress(PolicyError):
        assert Policy.parse(data).quorum


# -- on file ----------------------------------------------------------------------------------------------------------


def grown(store: Store, *names: str) -> Checkpoint:
    store.submit([*([] if store.checkpoint() else [opened()]), *(line(int(name), id=f"l{name}") for name in names)])
    store.integrate()
    return open_checkpoint(store.checkpoint() or "", Verifier.parse(store.log_key))


def cosign(store: Store, at: int, time: int = 1_781_956_800) -> Cosignature:
    """A witness's cosignature of the latest checkpoint, checked as the portal does."""
    note = store.checkpoint() or ""
    head = open_note(note, [Key.parse(store.log_key, (1,))])[0]
    read = split_note(f"{head.text}\n{COSIGNERS[at - 1].line(head, time)}")[1][0]
    return cosignatures.checked(KEYS[at - 1], Checkpoint.parse(head.text), read)


def test_a_checkpoint_and_a_receipt_carry_the_cosignatures_on_file(store: Store) -> None:
    head = grown(store, "1", "2")
    store.keep_cosignatures([cosign(store, 2, 1_781_956_900), cosign(store, 1)])
    note = store.checkpoint()
    assert note is not None
    assert [one.name for one in split_note(note)[1]] == [store.origin, KEYS[0].name, KEYS[1].name]
    assert open_checkpoint(note, Verifier.parse(store.log_key)) == head
    assert note.partition("\n\n")[2].encode() in store.receipt("l1").encode()
    with store.database.session() as session:
        assert cosignatures.cosigned(session, head.size, note) == note  # none twice
    grown(store, "3")
    assert len(split_note(store.checkpoint() or "")[1]) == 1  # of that size there is none yet


def test_the_first_cosignature_of_a_key_stays_and_none_can_be_changed(store: Store, url: str) -> None:
    head = grown(store, "1")
    store.keep_cosignatures([cosign(store, 1, 10)])
    store.keep_cosignatures([cosign(store, 1, 20), cosign(store, 2, 20)])
    with store.database.session() as session:
        assert [(one.name, one.signed_at) for one in cosignatures.on_size(session, head.size)] == [
            (KEYS[0].name, 10),
            (KEYS[1].name, 20),
        ]
    refused = (sqlite3.IntegrityError, psycopg.errors.RaiseException)
    for sql in ("UPDATE cosignature SET line = 'x'", "DELETE FROM cosignature"):
        with pytest.raises(refused, match="keeps what it holds"):
            asked(url, sql)


def test_the_newest_checkpoint_with_a_quorum(store: Store) -> None:
    rule = policy("group g 2 W1 W2 W3", "quorum g")

    def newest(of: Policy) -> int | None:
        with store.database.session() as session:
            return cosignatures.newest_with_quorum(session, of)

    assert newest(rule) is None
    first = grown(store, "1").size
    assert (newest(rule), newest(policy("quorum none"))) == (None, first)
    store.keep_cosignatures([cosign(store, 1), cosign(store, 5)])
    assert newest(rule) is None
    store.keep_cosignatures([cosign(store, 3)])
    assert newest(rule) == first
    second = grown(store, "2").size
    store.keep_cosignatures([cosign(store, 1)])
    assert newest(rule) == first
    with store.database.session() as session:
        last = [cosignatures.last_of(session, key) for key in KEYS[:3]]
    assert [one and one.size for one in last] == [second, None, first]


def test_a_cosignature_of_another_checkpoint_or_key_is_not_taken(store: Store) -> None:
    head = grown(store, "1")
    good = cosign(store, 1)
    read = split_note(f"x\n\n{good.line}\n")[1][0]
    other = Checkpoint(head.origin, head.size, bytes(32))
    with pytest.raises(NoteError, match="false"):
        cosignatures.checked(KEYS[0], other, read)
    with pytest.raises(NoteError, match="not by the key"):
        cosignatures.checked(KEYS[1], head, read)
    timeless = COSIGNERS[0].line(SignedTree.parse(other.text()), 0)
    with pytest.raises(NoteError, match="bears no time"):
        cosignatures.checked(KEYS[0], other, split_note(f"x\n\n{timeless}")[1][0])
    assert datetime.fromtimestamp(good.signed_at, UTC).year == 2026
