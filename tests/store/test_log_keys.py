"""The keys of a log: handed over, retired, given up; every change signed, so that the first key leads to the newest and to no other."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from entrepot.modules.evidence.rules import tree as rules
from entrepot.store.database import StoreError
from entrepot.store.log_keys import Change, KeyHistory, Kind
from entrepot.store.notes import Checkpoint, NoteError, Signer, Verifier, open_checkpoint, open_note, sign_note
from entrepot.store.store import Store
from entrepot_verify.receipt import Rejected, verify
from tests.store.saying import asked, line, opened

Open = Callable[..., Store]
ORIGIN = "example.com/log"
ROOT = bytes(range(32))


def grow(store: Store, *numbers: int) -> int:
    for number in numbers:
        assert store.submit([line(number, id=f"n{number}")]).ok
    return store.integrate()


@pytest.fixture
def log(store: Store) -> Store:
    """A log of four entries with one key."""
    store.submit([opened(id="a")])
    grow(store, 1, 2, 3)
    return store


def history_of(store: Store) -> KeyHistory:
    history = store.log_history()
    assert history is not None
    return history


def keys_of(store: Store) -> list[str]:
    return [one.id for one in history_of(store).keys]


def signing(note: str | None, store: Store) -> list[str]:
    """Which of all keys that the log ever had signed a checkpoint."""
    assert note is not None
    found = []
    for one in history_of(store).keys:
        try:
            open_checkpoint(note, one.key)
            found.append(one.id)
        except NoteError:
            pass
    return found


# -- in a store -------------------------------------------------------------------------------------------------------


def test_a_new_key_signs_beside_the_old_one_from_the_latest_checkpoint_on(log: Store) -> None:
    earlier = log.receipt("n1")
    change = log.hand_over()
    old, new = keys_of(log)
    assert (change.kind, change.number, change.size, change.root) == ("hand-over", 1, 4, log._log.root(4))
    assert signing(log.checkpoint(), log) == [old, new]
    grow(log, 4)
    assert signing(log.checkpoint(), log) == [old, new]
    assert log.log_key.split("+")[1] == old
    for key in history_of(log).valid:
        assert verify(log.receipt("n1").encode(), str(key.key)).place == 1
    assert verify(earlier.encode(), log.log_key).place == 1


def test_a_retired_key_signs_no_more_and_its_receipts_still_hold(log: Store) -> None:
    first = log.log_key
    earlier = log.receipt("n1")
    log.hand_over()
    old, new = keys_of(log)
    grow(log, 4)
    change = log.end_key(old)
    assert (change.kind, change.size) == ("retirement", 5)
    grow(log, 5)
    assert signing(log.checkpoint(), log) == [new]
    assert log.log_key.split("+")[1] == new
    assert verify(earlier.encode(), first).place == 1
    with pytest.raises(Rejected):
        verify(log.receipt("n1").encode(), first)
    history = KeyHistory.parse(log.log_keys())
    assert [key.key_id.hex() for key in history.counting(3)] == [old]
    assert [key.key_id.hex() for key in history.counting(4)] == [old, new]
    assert [key.key_id.hex() for key in history.counting(5)] == [old, new]
    assert [key.key_id.hex() for key in history.counting(6)] == [new]


def test_the_document_leads_from_the_first_key_to_the_newest(log: Store) -> None:
    first = log.log_key
    assert log.log_keys() == f"{first}\n"
    for _ in range(3):
        log.hand_over()
        log.end_key(keys_of(log)[-2])
        grow(log, int(log.integrate()) + 10)
    text = log.log_keys()
    history = KeyHistory.parse(text)
    assert history.text() == text
    assert text.startswith(f"{first}\n\n{log.origin}\nhand-over\n1\n4\n")
    assert [change.kind for change, _ in history.changes] == ["hand-over", "retirement"] * 3
    newest = history.valid[0].key
    note = log.checkpoint()
    assert note is not None
    assert open_checkpoint(note, newest).size == 7


def test_another_process_that_runs_on_signs_with_the_new_keys_too(open_store: Open) -> None:
    serving, hand = open_store(), open_store()
    serving.submit([opened(id="a")])
    grow(serving, 1)
    hand.hand_over()
    grow(serving, 2)
    assert len(signing(serving.checkpoint(), serving)) == 2
    hand.end_key(keys_of(hand)[0])
    grow(serving, 3)
    assert signing(serving.checkpoint(), serving) == [keys_of(serving)[1]]
    bare = open_store(keys=None)
    assert bare.log_keys() == serving.log_keys()
    with pytest.raises(StoreError, match="no key"):
        bare.hand_over()


def test_a_log_without_entries_can_be_handed_over(store: Store, url: str) -> None:
    change = store.hand_over()
    assert (change.size, change.root) == (0, rules.EMPTY_ROOT)
    assert store.checkpoint() is None
    store.submit([opened()])
    store.integrate()
    assert len(signing(store.checkpoint(), store)) == 2
    assert asked(url, "SELECT line FROM key_change") == [("",)]


def test_keys_lie_in_files_for_their_owner_alone(log: Store, open_store: Open, tmp_path: Path) -> None:
    log.hand_over()
    token = log.origin.rpartition("/")[2]
    names = sorted(path.name for path in (tmp_path / "keys").iterdir() if path.is_file())
    assert names == [f"log-{token}-1.key", f"log-{token}.key"]
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in (tmp_path / "keys").glob("*.key"))
    assert signing(open_store().checkpoint(), log) == keys_of(log)


def test_a_handing_over_that_was_broken_off_takes_the_key_it_left(
    log: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from entrepot.store import log_keys

    def full(*_: Any) -> None:
        raise OSError(28, "no space left")

    monkeypatch.setattr(log_keys, "_record", full)
    with pytest.raises(OSError, match="no space"):
        log.hand_over()
    left = {path: path.read_bytes() for path in (tmp_path / "keys").glob("*.key")}
    assert len(keys_of(log)) == 1
    monkeypatch.undo()
    log.hand_over()
    assert {path: path.read_bytes() for path in (tmp_path / "keys").glob("*.key")} == left


def test_a_lost_key_among_two_is_warned_of_and_can_be_ended(
    log: Store, open_store: Open, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    log.hand_over()
    old, new = keys_of(log)
    path = log._log._keyring.path(0)
    path.unlink()
    store = open_store()
    grow(store, 8)
    assert "retire ID --compromised" in caplog.text
    assert signing(store.checkpoint(), store) == [new]
    with pytest.raises(StoreError, match=old):
        store.hand_over()
    with pytest.raises(StoreError, match=old):
        store.end_key(old)
    assert store.end_key(old, compromised=True).size == 5
    store.hand_over()
    assert [one.compromised for one in history_of(store).keys] == [True, False, False]


def test_a_log_whose_every_key_is_lost_says_what_to_do(log: Store, open_store: Open) -> None:
    log.hand_over()
    for number in (0, 1):
        log._log._keyring.path(number).unlink()
    with pytest.raises(StoreError, match="put it back from a backup"):
        open_store()
    assert open_store(keys=None).checkpoint() == log.checkpoint()


def test_a_stolen_key_counts_up_to_the_checkpoint_named(log: Store) -> None:
    log.hand_over()
    old, new = keys_of(log)
    grow(log, 4, 5)
    with pytest.raises(StoreError, match="no checkpoint of size 3"):
        log.end_key(old, compromised=True, last=3)
    change = log.end_key(old, compromised=True, last=4)
    assert (change.kind, change.size, change.root) == ("compromise", 4, log._log.root(4))
    history = history_of(log)
    assert [key.key_id.hex() for key in history.counting(5)] == [new]
    assert open_note(history.changes[-1][1], [history.keys[1].key])
    with pytest.raises(NoteError):
        open_note(history.changes[-1][1], [history.keys[0].key])


def test_the_last_key_cannot_end_and_an_unknown_one_is_told(log: Store) -> None:
    [only] = keys_of(log)
    for compromised in (False, True):
        with pytest.raises(StoreError, match="hand over to another first"):
            log.end_key(only, compromised)
    with pytest.raises(StoreError, match="no key 00000000"):
        log.end_key("00000000")
    log.hand_over()
    log.end_key(only)
    with pytest.raises(StoreError, match="no valid key"):
        log.end_key(only)
    assert log.end_key(only, compromised=True).kind == "compromise"  # stolen after it had ended
    with pytest.raises(StoreError, match="no valid key"):
        log.end_key(only, compromised=True)


def test_by_hand_the_log_signs_nothing_that_begins_like_a_checkpoint(log: Store) -> None:
    assert open_note(log.sign("entrepot backup v1\nof today\n"), [Verifier.parse(log.log_key)])
    with pytest.raises(ValueError, match="like a checkpoint"):
        log.sign(f"{log.origin}\n9\n")


# -- the document, forged ---------------------------------------------------------------------------------------------


def signer(number: int, origin: str = ORIGIN) -> Signer:
    return Signer(origin, bytes([number]) * 32)


A, B, C = signer(1), signer(2), signer(3)


def changed(
    kind: Kind, number: int, size: int, key: Signer, *signers: Signer, origin: str = ORIGIN, root: bytes = ROOT
) -> str:
    return sign_note(Change(origin, kind, number, size, root, key.verifier).text(), *signers)


def document(*notes: str) -> str:
    return "\n".join((f"{A.verifier}\n", *notes))


GOOD = changed("hand-over", 1, 10, B, A, B)


def test_a_history_reads_back() -> None:
    text = document(GOOD, changed("retirement", 2, 20, A, A, B), changed("hand-over", 3, 30, C, B, C))
    history = KeyHistory.parse(text)
    assert history.text() == text
    assert [(one.key, one.since, one.until) for one in history.keys] == [
        (A.verifier, 0, 20), (B.verifier, 10, None), (C.verifier, 30, None),
    ]  # fmt: skip
    assert [one.key for one in history.valid] == [B.verifier, C.verifier]


def test_a_key_stolen_after_it_ended_counts_no_longer_than_before() -> None:
    ended = (GOOD, changed("retirement", 2, 20, A, A, B))
    for size, until in ((30, 20), (15, 15)):
        history = KeyHistory.parse(document(*ended, changed("compromise", 3, size, A, B)))
        assert (history.keys[0].until, history.keys[0].compromised) == (until, True)


@pytest.mark.parametrize(
    ("notes", "why"),
    [
        ([changed("hand-over", 1, 10, B, A)], "not signed by"),
        ([changed("hand-over", 1, 10, B, B)], "not signed by"),
        ([changed("hand-over", 1, 10, B, B, C)], "not signed by"),
        ([changed("hand-over", 2, 10, B, A, B)], "1 is next"),
        ([changed("hand-over", 0, 10, B, A, B)], "1 is next"),
        ([changed("hand-over", 1, 10, A, A)], "was a key of the log before"),
        ([GOOD, GOOD], "2 is next"),
        ([GOOD, changed("hand-over", 2, 12, B, A, B)], "was a key of the log before"),
        ([GOOD, changed("hand-over", 2, 12, C, B, C)], "not signed by"),
        ([GOOD, changed("hand-over", 2, 9, C, A, B, C)], "smaller tree"),
        ([GOOD, changed("hand-over", 2, 10, C, A, B, C, root=b"\1" * 32)], "different roots"),
        ([GOOD, changed("retirement", 2, 12, A, B)], "not signed by"),
        ([GOOD, changed("retirement", 2, 12, A, A)], "not signed by"),
        ([GOOD, changed("retirement", 2, 12, C, A, B, C)], "no valid key"),
        ([GOOD, changed("compromise", 2, 12, A, A)], "not signed by"),
        ([GOOD, changed("compromise", 2, 9, B, A)], "cannot end before"),
        ([changed("retirement", 1, 12, A, A)], "last valid key"),
        ([GOOD, changed("retirement", 2, 12, A, A, B), changed("retirement", 3, 12, B, A, B)], "last valid key"),
        ([changed("hand-over", 1, 10, signer(2, "example.com/x"), A, origin="example.com/x")], "is of the keys of"),
        ([changed("hand-over", 1, 10, signer(2, "example.com/x"), A)], "is of the keys of"),
        ([GOOD.replace("hand-over", "handover")], "is a hand-over"),
        ([GOOD.replace("\n10\n", "\n010\n")], "plain decimal"),
        ([GOOD.replace("\n10\n", "\n11\n")], "false"),
        ([GOOD.replace("\n\n—", "\nmore\n\n—")], "six lines"),
        ([GOOD[:-1]], "ended by a new line"),
        ([GOOD.partition("\n\n")[0] + "\n"], "a text and its signatures"),
    ],
)
def test_a_change_that_does_not_follow_is_refused(notes: list[str], why: str) -> None:
    with pytest.raises(NoteError, match=why):
        KeyHistory.parse(document(*notes))


@pytest.mark.parametrize(
    "text", ["", "\n", f"{A.verifier}", f"{A.verifier}\n\n", f"\n{A.verifier}\n", document(GOOD) + "\n"]
)
def test_a_document_has_one_spelling(text: str) -> None:
    with pytest.raises(NoteError):
        KeyHistory.parse(text)


def test_a_change_of_keys_is_never_a_checkpoint() -> None:
    with pytest.raises(NoteError):
        Checkpoint.parse(Change(ORIGIN, "hand-over", 1, 10, ROOT, B.verifier).text())
    with pytest.raises(NoteError):
        Change.parse(Checkpoint(ORIGIN, 10, ROOT, ("1", "x", "y")).text())
