"""The witness's answers (C2SP tlog-witness), and what it never does."""

import json
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entrepot.modules.evidence.rules import tree
from entrepot.store.log_keys import Change
from entrepot.store.notes import Checkpoint, Signer, sign_checkpoint, sign_note, split_note
from entrepot.store.witness_keys import WitnessKey
from entrepot_witness import forks
from entrepot_witness.notes import ED25519, Key
from entrepot_witness.witness import BODY_LIMIT, SIZE_TYPE, Answer, Witness, WitnessError, make_witness
from tests.witness.making import ORIGIN, WITNESS, SmallLog, origin_hash, request

NOON = 1_781_956_800


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[Witness]:
    make_witness(tmp_path / "w", WITNESS, ["ed25519"])
    made = Witness(tmp_path / "w", clock=lambda: NOON)
    made.add_log(SmallLog().key)
    yield made
    made.close()


def signed_at(witness: Witness, log: SmallLog, answer: Answer, size: int | None = None) -> list[int]:
    """The times of the cosignatures in an answer, verified by the platform's own code."""
    assert answer.status == 200, answer
    checkpoint = Checkpoint.parse(split_note(log.note(size))[0])
    keys = [WitnessKey.parse(str(one.key)) for one in witness.cosigners]
    lines = split_note(f"x\n\n{answer.body}")[1]
    return [key.signed_at(checkpoint, line) for key, line in zip(keys, lines, strict=True)]


def test_a_log_that_grows_is_cosigned_at_each_step(witness: Witness) -> None:
    log, seen = SmallLog(), 0
    assert signed_at(witness, log, witness.add_checkpoint(log.request(0))) == [NOON]
    for _ in range(20):
        log.grow(len(log.entries) // 2 + 1)
        assert signed_at(witness, log, witness.add_checkpoint(log.request(seen))) == [NOON]
        seen = len(log.entries)
    latest = witness.latest(ORIGIN)
    assert latest is not None
    assert (latest.size, latest.root) == (seen, log.root())


def test_an_ml_dsa_cosignature_is_one_and_both_kinds_go_together(tmp_path: Path) -> None:
    make_witness(tmp_path, WITNESS, ["ed25519", "ml-dsa-44"])
    witness, log = Witness(tmp_path, clock=lambda: NOON), SmallLog().grow(3)
    witness.add_log(log.key)
    answer = witness.add_checkpoint(log.request(0))
    assert [one.key.kind for one in witness.cosigners] == [0x04, 0x06]
    assert signed_at(witness, log, answer) == [NOON, NOON]
    witness.close()


def test_a_checkpoint_seen_before_is_cosigned_again(witness: Witness) -> None:
    log = SmallLog().grow(5)
    witness.add_checkpoint(log.request(0))
    witness._clock = lambda: NOON + 60
    assert signed_at(witness, log, witness.add_checkpoint(log.request(5))) == [NOON + 60]


def test_a_clock_that_was_set_back_makes_no_earlier_statement(witness: Witness) -> None:
    log = SmallLog().grow(5)
    witness.add_checkpoint(log.request(0))
    witness._clock = lambda: NOON - 3600
    assert signed_at(witness, log, witness.add_checkpoint(log.grow(1).request(5))) == [NOON]


def test_another_old_size_is_a_conflict_that_tells_the_size(witness: Witness) -> None:
    log = SmallLog().grow(5)
    assert witness.add_checkpoint(log.request(3)) == Answer(409, "0\n", SIZE_TYPE)
    witness.add_checkpoint(log.request(0))
    log.grow(5)
    for old in (0, 4, 6, 10):
        assert witness.add_checkpoint(log.request(old)) == Answer(409, "5\n", SIZE_TYPE)
    assert signed_at(witness, log, witness.add_checkpoint(log.request(5))) == [NOON]


def test_an_unknown_log_and_an_unknown_key(witness: Witness) -> None:
    log = SmallLog(origin="log.example.org/two").grow(2)
    assert witness.add_checkpoint(log.request(0)).status == 404
    assert witness.add_checkpoint(SmallLog(seed=bytes([8]) * 32).grow(2).request(0)).status == 403


def test_the_signature_of_a_known_key_that_is_false_is_refused_beside_a_true_one(witness: Witness) -> None:
    log = SmallLog().grow(2)
    line = log.note().splitlines()[-1]
    false = SmallLog().grow(3).note().splitlines()[-1]
    assert witness.add_checkpoint(request(0, (), log.note().replace(line, false))).status == 403
    assert witness.add_checkpoint(request(0, (), log.note() + false + "\n")).status in (400, 403)
    assert witness.add_checkpoint(request(0, (), log.note() + line + "\n")).status == 400  # two of one key
    assert witness.latest(ORIGIN) is None


def test_signatures_of_unknown_keys_are_passed_over_and_not_served(witness: Witness) -> None:
    log = SmallLog().grow(2)
    stranger = SmallLog(seed=bytes([9]) * 32).grow(2).note().splitlines()[-1]
    assert witness.add_checkpoint(request(0, (), log.note() + stranger + "\n")).status == 200
    served = witness.checkpoint(origin_hash())
    assert served is not None
    assert stranger not in served
    assert [line.name for line in split_note(served)[1]] == [ORIGIN, WITNESS]
    assert witness.checkpoint(origin_hash("another")) is None


def test_proofs_that_do_not_hold(witness: Witness) -> None:
    log = SmallLog().grow(5)
    assert witness.add_checkpoint(request(0, (bytes(32),), log.note())).status == 422
    witness.add_checkpoint(log.request(0))
    log.grow(8)
    path = list(log.path(5))
    swapped = [path[1], path[0], *path[2:]]
    for wrong in ([], path[:-1], [*path, bytes(32)], [bytes(32), *path[1:]], swapped):
        assert witness.add_checkpoint(request(5, wrong, log.note())).status == 422
    assert witness.add_checkpoint(request(14, (), log.note())).status == 400  # an old size beyond the new
    empty = sign_checkpoint(Checkpoint(ORIGIN, 0, bytes(32)), *log.signers)
    other = SmallLog(origin="log.example.org/three")
    witness.add_log(other.key)
    assert witness.add_checkpoint(request(0, (), empty)).status == 409
    assert (
        witness.add_checkpoint(
            request(0, (), sign_checkpoint(Checkpoint(other.origin, 0, bytes(32)), *other.signers))
        ).status
        == 422
    )
    assert witness.add_checkpoint(other.request(0)).status == 200


def bodies() -> dict[str, Callable[[SmallLog], bytes]]:
    def changed(old: str, new: str) -> Callable[[SmallLog], bytes]:
        return lambda log: log.request(2).replace(old.encode(), new.encode(), 1)

    return {
        "nothing": lambda log: b"",
        "no proof": lambda log: log.note().encode(),
        "no checkpoint": lambda log: b"old 2\n\n",
        "cut short": lambda log: log.request(2)[:-1],
        "other case": changed("old 2", "Old 2"),
        "leading zero": changed("old 2", "old 02"),
        "sign": changed("old 2", "old +2"),
        "other digits": changed("old 2", "old ２"),
        "no number": changed("old 2", "old "),
        "two spaces": changed("old 2", "old  2"),
        "beyond all sizes": changed("old 2", "old 9223372036854775808"),
        "carriage return": changed("old 2\n", "old 2\r\n"),
        "short hash": lambda log: request(2, [b"x" * 31], log.note()),
        "long hash": lambda log: request(2, [b"x" * 33], log.note()),
        "64 hashes": lambda log: request(2, [bytes(32)] * 64, log.note()),
        "other base64": lambda log: log.request(2).replace(b"=\n", b"\n", 1),
        "huge": lambda log: log.request(2) + b"x" * BODY_LIMIT,
        "not UTF-8": lambda log: log.request(2).replace(b"log.", b"\xff\xfe"),
        "size with leading zero": changed(f"{ORIGIN}\n5\n", f"{ORIGIN}\n05\n"),
        "size not a number": changed(f"{ORIGIN}\n5\n", f"{ORIGIN}\n0x5\n"),
        "short root": lambda log: log.request(2).replace(b"=\n\n", b"\n\n"),
        "null byte": changed("old 2", "old 2\x00"),
    }


@pytest.mark.parametrize("name", bodies())
def test_a_malformed_request_is_a_bad_request(witness: Witness, name: str) -> None:
    log = SmallLog().grow(5)
    body = bodies()[name](log)
    assert body != log.request(2)
    assert witness.add_checkpoint(body).status == 400
    assert witness.latest(ORIGIN) is None


@given(st.binary(max_size=400))
@settings(max_examples=60)
def test_no_bytes_make_it_stumble(body: bytes) -> None:
    witness = Witness.__new__(Witness)  # without a state: what is malformed never reaches it
    assert witness.add_checkpoint(b"old 0\n\n" + body).status == 400


# -- forks ------------------------------------------------------------------------------------------------------------


def kept(witness: Witness, log: SmallLog) -> list[tuple[int, int]]:
    """The sizes of the forks kept, each checked with the log's key alone."""
    keys = [Key.parse(log.key, (ED25519,))]
    found = []
    for path in sorted((witness.folder / "forks").glob("*")):
        earlier, later = forks.check(forks.Fork.parse(path.read_bytes()), keys)
        found.append((earlier.size, later.size))
    return found


def test_another_root_of_one_size_is_kept_as_a_fork_and_never_cosigned(witness: Witness) -> None:
    log = SmallLog().grow(5)
    other = log.fork(3).grow(2, "lie")
    witness.add_checkpoint(log.request(0))
    assert witness.add_checkpoint(other.request(5)).status == 422
    assert witness.add_checkpoint(other.request(0)).status == 409
    assert kept(witness, log) == [(5, 5)]
    [path] = (witness.folder / "forks").iterdir()
    before = path.read_bytes()
    witness.add_checkpoint(other.request(5))
    assert path.read_bytes() == before
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_fork_that_went_on_is_kept_with_the_proof_that_it_is_one(witness: Witness) -> None:
    log = SmallLog().grow(5)
    witness.add_checkpoint(log.request(0))
    assert witness.add_checkpoint(log.fork(3).grow(9, "lie").request(5)).status == 422
    assert kept(witness, log) == [(5, 12)]
    witness.add_checkpoint(log.grow(6).request(5))
    assert kept(witness, log) == [(5, 12)]


def test_a_refused_request_that_proves_nothing_leaves_nothing(witness: Witness) -> None:
    log = SmallLog().grow(5)
    witness.add_checkpoint(log.request(0))
    log.grow(6)
    witness.add_checkpoint(request(5, [bytes(32)] * len(log.path(5)), log.note()))
    witness.add_checkpoint(log.fork(11).request(4))
    assert kept(witness, log) == []


SIZES = st.integers(0, 24)


@given(st.lists(st.tuples(st.booleans(), SIZES, SIZES, st.booleans()), max_size=25), st.integers(0, 20))
@settings(max_examples=30)
def test_whatever_arrives_no_two_trees_that_contradict_each_other_are_cosigned(
    tmp_path_factory: pytest.TempPathFactory, arrivals: list[tuple[bool, int, int, bool]], parted: int
) -> None:
    folder = tmp_path_factory.mktemp("w") / "w"
    make_witness(folder, WITNESS, ["ed25519"])
    witness = Witness(folder)
    honest = SmallLog().grow(24)
    lie = honest.fork(parted).grow(24 - parted, "lie")
    witness.add_log(honest.key)
    cosigned: list[tuple[SmallLog, int]] = []
    for lies, size, old, lead in arrivals:
        log = lie if lies else honest
        latest = witness.latest(ORIGIN)
        named = (latest.size if latest else 0) if lead else old
        if named <= size and witness.add_checkpoint(log.request(named, size)).status == 200:
            cosigned.append((log, size))
    for (log1, size1), (log2, size2) in pairwise(cosigned):
        assert size1 <= size2
        assert log1.root(size1) == log2.root(size1)
    witness.close()


# -- state ------------------------------------------------------------------------------------------------------------


def test_the_state_is_there_after_a_restart(witness: Witness) -> None:
    log = SmallLog().grow(5)
    witness.add_checkpoint(log.request(0))
    witness.close()
    again = Witness(witness.folder)
    assert again.add_checkpoint(log.fork(2).grow(9, "lie").request(0)) == Answer(409, "5\n", SIZE_TYPE)
    assert [str(one.key) for one in again.cosigners] == [str(one.key) for one in witness.cosigners]
    again.close()


def test_requests_at_once_are_answered_one_after_another(witness: Witness) -> None:
    log = SmallLog().grow(30)
    other = Witness(witness.folder)  # as another process would
    bodies = [log.request(0, size) for size in range(1, 31)] * 2
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda at: (witness, other)[at % 2].add_checkpoint(bodies[at]), range(len(bodies))))
    assert sorted(answer.status for answer in answers) == [200, *[409] * 59]
    other.close()


def test_the_keys_are_for_its_owner_alone(witness: Witness) -> None:
    path = witness.folder / "ed25519.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(witness.folder.stat().st_mode) == 0o700
    for mode in (0o640, 0o604):
        path.chmod(mode)
        with pytest.raises(WitnessError, match="can be read by others"):
            Witness(witness.folder)


def test_a_witness_that_lost_its_state_or_key_does_not_begin_anew(witness: Witness) -> None:
    witness.close()
    (witness.folder / "state.sqlite3").rename(witness.folder / "away")
    with pytest.raises(WitnessError, match="is gone"):
        Witness(witness.folder)
    (witness.folder / "away").rename(witness.folder / "state.sqlite3")
    (witness.folder / "ed25519.key").unlink()
    with pytest.raises(WitnessError, match="no key"):
        Witness(witness.folder)
    with pytest.raises(WitnessError, match="already"):
        make_witness(witness.folder, WITNESS, ["ed25519"])


def test_a_proof_of_a_fork_is_checked_strictly(witness: Witness) -> None:
    log = SmallLog().grow(5)
    other = log.fork(3).grow(9, "lie")
    witness.add_checkpoint(log.request(0))
    witness.add_checkpoint(other.request(5))
    [path] = (witness.folder / "forks").iterdir()
    told = json.loads(path.read_bytes())
    keys = [Key.parse(log.key, (ED25519,))]
    stranger = [Key.parse(str(Signer(ORIGIN, bytes(32)).verifier), (ED25519,))]
    honest = log.fork(5).grow(3)
    grown = forks.Fork(log.note(), honest.note(), honest.path(5), log.root())
    with pytest.raises(ValueError, match="no fork"):
        forks.check(grown, keys)
    forged = [
        {**told, "earlier": told["later"]},
        {**told, "later": honest.note()},
        {**told, "path": told["path"][:-1]},
        {**told, "path": told["path"] * 40},
        {**told, "root": "AAAA"},
        {**told, "format": "another"},
        {**told, "more": 1},
        {**told, "path": 7},
        {**told, "earlier": 7},
        {"format": told["format"], "earlier": told["earlier"], "later": told["earlier"]},
        {name: told[name] for name in ("format", "earlier", "later")},
        [],
    ]
    for one in forged:
        with pytest.raises(ValueError, match=r".+"):
            forks.check(forks.Fork.parse(json.dumps(one).encode()), keys)
    with pytest.raises(ValueError, match="known here"):
        forks.check(forks.Fork.parse(path.read_bytes()), stranger)
    with pytest.raises(ValueError, match="no proof of a fork"):
        forks.Fork.parse(b"[" * 100_000)
    assert tree.root(other.leaves()) == forks.check(forks.Fork.parse(path.read_bytes()), keys)[1].root


def test_a_log_s_keys_are_followed_and_count_at_their_sizes(witness: Witness) -> None:
    log = SmallLog().grow(5)
    [first], second = log.signers, Signer(ORIGIN, bytes([1]) * 32)

    def change(kind: Literal["hand-over", "retirement"], number: int, key: Signer) -> str:
        said = Change(ORIGIN, kind, number, len(log.entries), log.root(), key.verifier)
        return sign_note(said.text(), first, second)

    witness.add_checkpoint(log.request(0))
    added = f"{first.verifier}\n\n{change('hand-over', 1, second)}"
    witness.follow_keys(added)
    ended = f"{added}\n{change('retirement', 2, first)}"
    witness.follow_keys(ended)
    log.grow(3)
    assert witness.add_checkpoint(log.request(5)).status == 403
    log.signers = [second]
    assert witness.add_checkpoint(log.request(5)).status == 200
    for older in (added, f"{first.verifier}\n", f"{second.verifier}\n"):
        with pytest.raises(WitnessError, match="not the keys known"):
            witness.follow_keys(older)
    with pytest.raises(WitnessError, match="another first key"):
        witness.add_log(str(second.verifier))


def test_bounds_and_letters_of_a_note(witness: Witness) -> None:
    log = SmallLog().grow(2)
    line = SmallLog(seed=bytes([9]) * 32).grow(2).note().splitlines()[-1]
    assert witness.add_checkpoint(request(0, (), log.note() + f"{line}\n" * 64)).status == 400
    for control in ("\x00", "\x1b", "\r", "\t"):
        extended = sign(log, f"extension{control}")
        assert witness.add_checkpoint(request(0, (), extended)).status == 400
    assert witness.add_checkpoint(request(0, (), sign(log, "extension"))).status == 200


def sign(log: SmallLog, extension: str) -> str:
    """A checkpoint with a line more, truly signed whatever it holds."""
    text = f"{log.note().partition(chr(10) * 2)[0]}\n{extension}\n"
    return f"{text}\n{log.signers[0].line(text)}"
