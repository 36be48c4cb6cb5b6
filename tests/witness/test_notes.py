"""The witness's reading of notes, keys and trees against the platform's: two implementations that must agree."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.modules.evidence.rules import tree as platform
from entrepot.store import notes as theirs
from entrepot.store.log_keys import Change, KeyHistory
from entrepot.store.witness_keys import WitnessKey
from entrepot_witness import tree
from entrepot_witness.key_changes import LogKeys
from entrepot_witness.notes import (
    COSIGNATURE,
    ML_DSA_44,
    Checkpoint,
    Cosigner,
    Key,
    NoteError,
    cosigned_at,
    open_note,
    split,
)
from tests.witness.making import ORIGIN, WITNESS, SmallLog

LOG = SmallLog().grow(70)
LEAVES = LOG.leaves()


def checkpoint(log: SmallLog) -> Checkpoint:
    return open_note(log.note(), [Key.parse(log.key, (1,))])[0]


@pytest.mark.parametrize("kind", [COSIGNATURE, ML_DSA_44])
def test_both_read_each_other_s_cosignatures(kind: int) -> None:
    cosigner, head = Cosigner(WITNESS, kind, bytes([3]) * 32), checkpoint(LOG)
    line = cosigner.line(head, 1_700_000_000)
    key = WitnessKey.parse(str(cosigner.key))
    assert str(key) == str(cosigner.key) == str(Key.parse(str(key), (kind,)))
    read = theirs.split_note(f"{head.text}\n{line}")[1][0]
    assert key.signed_at(theirs.Checkpoint.parse(head.text), read) == 1_700_000_000
    assert cosigned_at(cosigner.key, head, split(f"{head.text}\n{line}")[1]) == 1_700_000_000


@pytest.mark.parametrize("kind", [COSIGNATURE, ML_DSA_44])
def test_a_cosignature_counts_for_its_checkpoint_time_and_key_alone(kind: int) -> None:
    cosigner, head = Cosigner(WITNESS, kind, bytes([3]) * 32), checkpoint(LOG)
    line = cosigner.line(head, 1_700_000_000)
    later = line._replace(data=(1_700_000_001).to_bytes(8) + line.data[8:])
    none = cosigner.line(head, 0)  # truly signed, of no time
    stranger = Cosigner(WITNESS, kind, bytes([4]) * 32).key
    other = checkpoint(LOG.fork(60).grow(10, "lie"))
    assert cosigned_at(cosigner.key, other, [line]) is None
    for forged in (later, none, line._replace(data=line.data[:-1])):
        assert cosigned_at(cosigner.key, head, [forged]) is None
        with pytest.raises(theirs.NoteError):
            WitnessKey.parse(str(cosigner.key)).signed_at(
                theirs.Checkpoint.parse(head.text), theirs.Signature(forged.name, forged.key_id, forged.data)
            )
    assert cosigned_at(stranger, head, [line]) is None


def test_the_ed25519_cosignature_signs_the_words_of_the_specification() -> None:
    head = checkpoint(LOG)
    cosigner = Cosigner(WITNESS, COSIGNATURE, bytes([3]) * 32)
    line = cosigner.line(head, 5)
    message = f"cosignature/v1\ntime 5\n{ORIGIN}\n70\n{theirs.to_base64(head.root)}\n"
    assert theirs.Verifier(WITNESS, cosigner.key.public).verifies(message, line.data[8:])
    assert line.data[:8] == bytes([0, 0, 0, 0, 0, 0, 0, 5])


def test_a_key_of_another_kind_or_spelling_is_refused() -> None:
    good = str(Cosigner(WITNESS, COSIGNATURE, bytes([3]) * 32).key)
    name, key_id, material = good.split("+", 2)
    wrong = [
        "", name, f"{name}+{key_id}", f"+{key_id}+{material}", f"{name} x+{key_id}+{material}", f"{name}+{key_id.upper()}+{material}",
        f"{name}+00000000+{material}", f"{name}+{key_id}+{material[:-4]}", f"{name}+{key_id}+{material}=", LOG.key,
    ]  # fmt: skip
    for text in wrong:
        with pytest.raises(NoteError):
            Key.parse(text, (COSIGNATURE, ML_DSA_44))
        with pytest.raises(theirs.NoteError):
            WitnessKey.parse(text)


@given(st.integers(0, 70), st.integers(0, 70))
def test_a_tree_grows_as_the_platform_s_does(size1: int, size2: int) -> None:
    size1, size2 = sorted((size1, size2))
    grown = tree.Tree().grown(LEAVES[:size1]).grown(LEAVES[size1:size2])
    assert grown.root() == platform.root(LEAVES[:size2])
    assert grown == tree.tree_at(size2, LOG.hash)


@given(st.integers(1, 70), st.integers(1, 70), st.data())
def test_consistency_proofs_are_the_same_and_hold_alone(size1: int, size2: int, data: st.DataObject) -> None:
    size1, size2 = sorted((size1, size2))
    root1, root2 = platform.root(LEAVES[:size1]), platform.root(LEAVES[:size2])
    path = tree.consistency_path(size1, size2, LOG.hash)
    assert tuple(path) == platform.consistency_path(size1, size2, LOG.hash)
    tree.verify_consistency(size1, size2, path, root1, root2)
    wrong = data.draw(
        st.sampled_from([[*path, root1], path[:-1] or [root2], [*path[:1], *path], list(reversed([*path, root2]))])
    )
    if wrong != path:
        with pytest.raises(tree.ProofError):
            tree.verify_consistency(size1, size2, wrong, root1, root2)
    with pytest.raises(tree.ProofError):
        tree.verify_consistency(size1, size2, path, bytes(32), root2)
    with pytest.raises(tree.ProofError):
        tree.verify_consistency(size1, size2, path, root1, bytes(32))


@given(st.integers(-1, 40), st.integers(-1, 40), st.lists(st.sampled_from(LEAVES[:3]), max_size=8))
def test_both_refuse_the_same_proofs(size1: int, size2: int, path: list[bytes]) -> None:
    roots = platform.root(LEAVES[: max(size1, 0)]), platform.root(LEAVES[: max(size2, 0)])
    told = []
    for verify, error in (
        (tree.verify_consistency, tree.ProofError),
        (platform.verify_consistency, platform.ProofError),
    ):
        try:
            verify(size1, size2, path, *roots)
            told.append(True)
        except error:
            told.append(False)
    assert told[0] == told[1]


# -- changes of keys --------------------------------------------------------------------------------------------------


def changed(log: SmallLog, kind: str, number: int, key: theirs.Verifier, *signers: theirs.Signer) -> str:
    said = Change(log.origin, "hand-over" if kind == "hand-over" else "retirement" if kind == "retirement" else "compromise",
                  number, len(log.entries), log.root(), key)  # fmt: skip
    return theirs.sign_note(said.text(), *signers)


def test_a_log_s_keys_are_followed_as_the_platform_tells_them() -> None:
    log = SmallLog().grow(5)
    [first] = log.signers
    second, third = (theirs.Signer(ORIGIN, bytes([at]) * 32) for at in (1, 2))
    notes = [changed(log, "hand-over", 1, second.verifier, first, second)]
    log.grow(5)
    notes.append(changed(log, "retirement", 2, first.verifier, first, second))
    log.grow(5)
    notes.append(changed(log, "hand-over", 3, third.verifier, second, third))
    notes.append(changed(log, "compromise", 4, second.verifier, third))
    history = KeyHistory.of(first.verifier, notes)
    keys = LogKeys.parse(history.text())
    assert keys.document == history.text()
    for size in range(20):
        assert [str(key) for key in keys.counting(size)] == [str(key) for key in history.counting(size)]
    assert keys.follows(LogKeys.parse(KeyHistory.of(first.verifier, notes[:2]).text()))
    assert not LogKeys.parse(KeyHistory.of(first.verifier, notes[:2]).text()).follows(keys)


@pytest.mark.parametrize(
    "forgery", ["unsigned by the old", "unsigned by the new", "another number", "of another log", "the last ends"]
)
def test_a_change_of_keys_that_does_not_follow_is_refused(forgery: str) -> None:
    log, other = SmallLog().grow(5), SmallLog(origin="log.example.org/two").grow(5)
    [first] = log.signers
    second = theirs.Signer(ORIGIN, bytes([1]) * 32)
    note = {
        "unsigned by the old": changed(log, "hand-over", 1, second.verifier, second),
        "unsigned by the new": changed(log, "hand-over", 1, second.verifier, first),
        "another number": changed(log, "hand-over", 2, second.verifier, first, second),
        "of another log": changed(other, "hand-over", 1, second.verifier, first, second),
        "the last ends": changed(log, "retirement", 1, first.verifier, first),
    }[forgery]
    for parse in (LogKeys.parse, KeyHistory.parse):
        with pytest.raises(ValueError, match=r".+"):
            parse(f"{first.verifier}\n\n{note}")
    parse(f"{first.verifier}\n\n{changed(log, 'hand-over', 1, second.verifier, first, second)}")


def test_trees_named_by_changes_of_keys_grow_and_have_one_root() -> None:
    [first], (second, third) = LOG.signers, (theirs.Signer(ORIGIN, bytes([at]) * 32) for at in (1, 2))
    one = changed(LOG.fork(50), "hand-over", 1, second.verifier, first, second)
    for other in (LOG.fork(40), LOG.fork(40).grow(10, "lie")):
        two = changed(other, "hand-over", 2, third.verifier, first, second, third)
        for parse in (LogKeys.parse, KeyHistory.parse):
            with pytest.raises(ValueError, match=r"smaller|different roots"):
                parse(f"{first.verifier}\n\n{one}\n{two}")
    back = changed(LOG.fork(40), "compromise", 2, first.verifier, second)
    for parse in (LogKeys.parse, KeyHistory.parse):
        parse(f"{first.verifier}\n\n{one}\n{back}")


@pytest.mark.parametrize("verify", [tree.verify_consistency, platform.verify_consistency])
def test_a_proof_counts_for_its_sizes_alone(verify: Callable[..., None]) -> None:
    for size1, size2, claimed in ((2, 4, 8), (2, 8, 4), (3, 8, 16), (3, 16, 8), (5, 6, 12)):
        path = platform.consistency_path(size1, size2, LOG.hash)
        roots = platform.root(LEAVES[:size1]), platform.root(LEAVES[:size2])
        verify(size1, size2, path, *roots)
        with pytest.raises(ValueError, match=r"."):
            verify(size1, claimed, path, *roots)
