"""The monitor: what an honest log never does is told, with evidence; what an honest log does is not."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from entrepot.kernel.canonical import canonical
from entrepot.modules.evidence.rules import tree
from entrepot.store.log_keys import Change
from entrepot.store.notes import Signer, sign_note
from entrepot.store.receipt import make_receipt
from entrepot_witness import forks
from entrepot_witness.monitor import Finding, Monitor, Settings
from entrepot_witness.notes import COSIGNATURE, ED25519, Cosigner, Key, NoteError, open_note
from entrepot_witness.places import Place, UnreachableError
from tests.witness.making import ORIGIN, SmallLog, named, origin_hash, write
from tests.witness.processes import command

HOUR = 3600.0
STATEMENT, SALT = canonical({"said": "goods left"}), bytes([5]) * 32
ENTRY = tree.entry_bytes("submission", tree.salted_digest(STATEMENT, SALT))


class Watch:
    """A monitor of a folder, its clock in hand."""

    def __init__(self, folder: Path, log: SmallLog, **more: Any) -> None:
        self.served, self.now = folder / "log", 1_000_000.0
        settings = Settings(Place(str(self.served)), Key.parse(log.key, (ED25519,)), **more)
        self.folder, self.settings, self.key = folder / "monitor", settings, log.key
        self.monitor = self.opened()

    def opened(self, **more: Any) -> Monitor:
        self.monitor = Monitor(self.folder, self.settings._replace(**more), clock=lambda: self.now)
        return self.monitor

    def told(self) -> list[str]:
        self.findings: list[Finding] = self.monitor.round()
        return [one.what for one in self.findings]

    def proof(self) -> tuple[int, int]:
        """The sizes of the first finding's fork, proven by its file alone."""
        fork = forks.Fork.parse(Path(self.findings[0].evidence).read_bytes())
        earlier, later = forks.check(fork, [Key.parse(self.key, (ED25519,))])
        return earlier.size, later.size


@pytest.fixture
def watching(tmp_path: Path) -> Callable[..., Watch]:
    return lambda log, **more: Watch(tmp_path, log, **more)


def test_an_honest_log_is_followed_without_a_word(watching: Callable[..., Watch]) -> None:
    log = SmallLog()
    watch = watching(log)
    assert watch.told() == []  # nothing signed yet
    for count in (0, 1, 2, 250, 3, 1, 256, 600):
        log.grow(count).serve(watch.served)
        assert watch.told() == []
        verified = (watch.monitor.state.size, watch.monitor.state.root or tree.EMPTY_ROOT)
        assert verified == (len(log.entries), log.root())
        watch.opened()  # its state is on disk
    assert watch.opened(full=True).round() == []


def test_a_partial_tile_that_was_removed_is_read_from_the_full_one(watching: Callable[..., Watch]) -> None:
    log = SmallLog().grow(300)
    watch = watching(log)
    log.serve(watch.served, 100)
    for path in (watch.served / named("entries", 0, 100), watch.served / named("0", 0, 100)):
        path.unlink()
    log.serve(watch.served)
    write(watch.served / "checkpoint", log.note(100).encode())
    assert watch.told() == []
    assert watch.monitor.state.size == 100


@pytest.mark.parametrize(("at", "sizes"), [(0, (300, 700)), (299, (300, 700)), (255, (300, 700)), (256, (300, 700))])
def test_a_log_that_went_on_from_another_past_is_a_fork_proven_by_a_file(
    watching: Callable[..., Watch], at: int, sizes: tuple[int, int]
) -> None:
    log = SmallLog().grow(300)
    watch = watching(log)
    log.serve(watch.served)
    watch.told()
    log.fork(at).grow(700 - at, "lie").serve(watch.served)
    assert watch.told() == ["fork"]
    assert watch.proof() == sizes
    told = command("proof", watch.findings[0].evidence, "--key", log.key)
    assert (told.returncode, told.stdout.splitlines()[0].partition(":")[0]) == (1, "PROVEN")
    stranger = SmallLog(seed=bytes(32)).key
    assert command("proof", watch.findings[0].evidence, "--key", stranger).returncode == 2
    assert watch.monitor.state.size == 300  # the first that was seen stays the measure
    assert watch.told() == ["fork"]


def test_another_root_of_the_same_size_is_a_fork(watching: Callable[..., Watch]) -> None:
    log = SmallLog().grow(300)
    watch = watching(log)
    log.serve(watch.served)
    watch.told()
    log.fork(10).grow(290, "lie").serve(watch.served)
    assert watch.told() == ["fork"]
    assert watch.proof() == (300, 300)


def test_a_changed_entry_is_a_rewrite_and_its_bundle_is_named(watching: Callable[..., Watch]) -> None:
    log = SmallLog().grow(600)
    watch = watching(log)
    log.serve(watch.served)
    path = watch.served / named("entries", 1, 256)
    path.write_bytes(path.read_bytes().replace(b"entry 300", b"lies! 300"))
    assert watch.told() == ["rewrite"]
    assert "bundle 1" in watch.findings[0].en
    kept = json.loads(Path(watch.findings[0].evidence).read_bytes())
    assert open_note(kept["signed"], [Key.parse(log.key, (ED25519,))])[0].size == 600
    assert watch.monitor.state.size == 0


def test_a_rewrite_of_what_was_read_before_is_found_when_all_is_read_anew(watching: Callable[..., Watch]) -> None:
    log = SmallLog().grow(600)
    watch = watching(log)
    log.serve(watch.served)
    assert watch.told() == []
    for level in ("0", "entries"):
        path = watch.served / named(level, 0, 256)
        path.write_bytes(bytes([path.read_bytes()[0] ^ 1]) + path.read_bytes()[1:])
    assert watch.told() == []
    watch.opened(full=True)
    assert watch.told() == ["rewrite"]


@pytest.mark.parametrize("damage", ["missing", "short", "long length", "too few", "one alone"])
def test_entries_that_are_not_served_whole_are_told(watching: Callable[..., Watch], damage: str) -> None:
    log = SmallLog().grow(300)
    watch = watching(log)
    log.serve(watch.served)
    path = watch.served / named("entries", 1, 44)
    data = path.read_bytes()
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(
            {
                "short": data[:-1],
                "long length": b"\xff\xff" + data[2:],
                "too few": data[: len(data) // 2],
                "one alone": data[: 2 + data[1]],
            }[damage]
        )
    assert watch.told() == ["rewrite"]


def test_a_log_that_shrank_is_told(watching: Callable[..., Watch]) -> None:
    log = SmallLog().grow(300)
    watch = watching(log)
    log.serve(watch.served)
    watch.told()
    write(watch.served / "checkpoint", log.note(200).encode())
    assert watch.told() == ["shrunk"]


def test_a_checkpoint_that_is_not_signed_by_the_log_is_told(watching: Callable[..., Watch]) -> None:
    log = SmallLog().grow(30)
    watch = watching(log)
    log.serve(watch.served, note=SmallLog(seed=bytes(32)).grow(30).note())
    assert watch.told() == ["unsigned"]
    for bad in (b"", b"\xff\xfe", b"x" * 300_000, log.note().encode()[:-5]):
        write(watch.served / "checkpoint", bad)
        assert watch.told() in (["unsigned"], ["unreachable"])


# -- beside the log ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [300, 256, 257, 1, 299, 200])
def test_a_split_view_is_found_by_comparing_places(watching: Callable[..., Watch], tmp_path: Path, size: int) -> None:
    log = SmallLog().grow(300)
    other = log.fork(0).grow(size, "lie")
    beside = Place(str(other.serve(tmp_path / "mirror")))
    watch = watching(log, beside=(beside,))
    log.serve(watch.served)
    assert watch.told() == ["fork"]
    assert watch.proof() == (size, 300)


def test_what_others_saw_of_an_honest_log_is_no_finding(watching: Callable[..., Watch], tmp_path: Path) -> None:
    log = SmallLog().grow(300)
    witness = Place(str(tmp_path / "witness"))
    write(tmp_path / "witness" / origin_hash() / "checkpoint", log.note(257).encode())
    watch = watching(log, beside=(witness, Place(str(log.serve(tmp_path / "mirror", 300)))))
    log.serve(watch.served)
    assert watch.told() == []
    log.grow(5).serve(tmp_path / "mirror")
    assert watch.told() == ["behind"]
    log.serve(watch.served)
    assert watch.told() == []


def test_hashes_that_were_changed_since_accuse_nobody_else_of_a_fork(
    watching: Callable[..., Watch], tmp_path: Path
) -> None:
    log = SmallLog().grow(300)
    write(tmp_path / "witness" / origin_hash() / "checkpoint", log.note(100).encode())
    watch = watching(log, beside=(Place(str(tmp_path / "witness")),))
    log.serve(watch.served)
    assert watch.told() == []
    tile = watch.served / named("0", 0, 256)
    tile.write_bytes(bytes(32) + tile.read_bytes()[32:])
    assert watch.told() == ["rewrite"]


def test_a_receipt_signed_by_a_stolen_key_beyond_its_last_size_is_told(
    watching: Callable[..., Watch], tmp_path: Path
) -> None:
    log = SmallLog([ENTRY]).grow(5)
    [first], second = log.signers, Signer(ORIGIN, bytes([1]) * 32)
    for size in (3, 6):
        write(tmp_path / "receipts" / str(size), receipt(log, 0, size).encode())
    watch = watching(log, receipts=tmp_path / "receipts")
    added = sign_note(Change(ORIGIN, "hand-over", 1, 6, log.root(), second.verifier).text(), first, second)
    stolen = sign_note(Change(ORIGIN, "compromise", 2, 4, log.root(4), first.verifier).text(), second)
    log.signers = [second]
    log.grow(1).serve(watch.served)
    write(watch.served / "keys", f"{first.verifier}\n\n{added}\n{stolen}".encode())
    assert watch.told() == ["receipt"]
    assert "does not count" in watch.findings[0].en


def receipt(log: SmallLog, index: int, size: int) -> str:
    def read(level: int, place: int) -> bytes:
        return SmallLog(log.entries[:size]).hash(level, place)

    return make_receipt(STATEMENT, SALT, index, tree.inclusion_path(index, size, read), log.note(size))


def test_a_leaf_of_a_receipt_that_was_dropped_is_proven_missing(watching: Callable[..., Watch], tmp_path: Path) -> None:
    log = SmallLog().grow(40)
    log.entries.append(ENTRY)
    log.grow(30)
    folder = tmp_path / "receipts"
    for size in (41, 60, 64):
        write(folder / f"{size}.tlog-proof", receipt(log, 40, size).encode())
    watch = watching(log, receipts=folder)
    log.serve(watch.served)
    assert watch.told() == []
    cleaned = SmallLog(log.entries[:40]).grow(60, "clean")
    watch = Watch(tmp_path / "late", log, receipts=folder)  # a monitor that never saw the log before
    cleaned.serve(watch.served)
    assert watch.told() == ["missing"] * 3
    assert watch.proof() == (41, 100)
    assert "leaf 40" in watch.findings[0].en


def test_what_is_no_receipt_of_the_log_is_told(watching: Callable[..., Watch], tmp_path: Path) -> None:
    log = SmallLog([ENTRY]).grow(5)
    stranger = SmallLog([ENTRY], seed=bytes(32)).grow(5)
    write(tmp_path / "receipts" / "a", receipt(stranger, 0, 6).encode())
    write(tmp_path / "receipts" / "b", b"scribbled")
    write(tmp_path / "receipts" / "c", receipt(log, 0, 6).replace("index 0", "index 1").encode())
    watch = watching(log, receipts=tmp_path / "receipts")
    log.serve(watch.served)
    assert watch.told() == ["receipt"] * 3


# -- time, witnesses, keys --------------------------------------------------------------------------------------------


def test_a_log_that_does_not_grow_is_told_after_the_hours_named(watching: Callable[..., Watch]) -> None:
    log = SmallLog().grow(5)
    watch = watching(log, frozen=2 * HOUR)
    log.serve(watch.served)
    assert watch.told() == []
    watch.now += 2 * HOUR
    assert watch.told() == []
    watch.now += 1
    assert watch.told() == ["frozen"]
    log.grow(1).serve(watch.served)
    assert watch.told() == []


def test_a_quorum_that_is_missing_is_told_after_its_grace(watching: Callable[..., Watch], tmp_path: Path) -> None:
    log = SmallLog().grow(5)
    cosigners = [Cosigner(f"w{at}", COSIGNATURE, bytes([at]) * 32) for at in (1, 2, 3)]
    keys = tuple(one.key for one in cosigners)
    watch = watching(log, witnesses=keys, quorum=2, beside=(Place(str(tmp_path / "w")),))

    def lines(size: int, *which: int) -> str:
        head = open_note(log.note(size), [Key.parse(log.key, (ED25519,))])[0]
        return log.note(size) + "".join(str(cosigners[at].line(head, int(watch.now))) for at in which)

    mirror = tmp_path / "w" / origin_hash() / "checkpoint"
    write(mirror, lines(5).encode())
    log.serve(watch.served, note=lines(5, 0))
    assert watch.told() == ["unwitnessed"]
    write(mirror, lines(5, 0).encode())  # one witness twice is one
    assert watch.told() == ["unwitnessed"]
    write(mirror, lines(5, 2).encode())  # the log tells one, the witness beside it another
    assert watch.told() == []
    log.grow(4)
    log.serve(watch.served, note=lines(9, 0))
    assert watch.told() == []
    watch.now += 601
    assert watch.told() == ["unwitnessed"]
    forged = lines(9, 1).replace("w2", "w3")
    log.serve(watch.served, note=lines(9, 0) + forged[len(log.note(9)) :])
    assert watch.told() == ["unwitnessed"]


def test_a_log_s_keys_are_followed_and_their_history_may_not_change(watching: Callable[..., Watch]) -> None:
    log = SmallLog().grow(5)
    watch = watching(log)
    log.serve(watch.served)
    [first] = log.signers
    second = Signer(ORIGIN, bytes([1]) * 32)

    def change(new: Signer) -> str:
        said = Change(ORIGIN, "hand-over", 1, 5, log.root(5), new.verifier)
        return f"{first.verifier}\n\n{sign_note(said.text(), first, new)}"

    write(watch.served / "keys", f"{first.verifier}\n".encode())
    assert watch.told() == []
    log.grow(5).signers = [second]
    log.serve(watch.served)
    assert watch.told() == ["unsigned"]
    write(watch.served / "keys", change(second).encode())
    assert watch.told() == []
    write(watch.served / "keys", change(Signer(ORIGIN, bytes([2]) * 32)).encode())
    assert watch.told() == ["keys"]
    write(watch.served / "keys", b"nonsense")
    assert watch.told() == ["keys"]
    assert watch.monitor.state.size == 10


def test_a_folder_follows_one_log(watching: Callable[..., Watch]) -> None:
    log = SmallLog().grow(5)
    watch = watching(log)
    log.serve(watch.served)
    watch.told()
    with pytest.raises(NoteError, match="follows another log"):
        Monitor(watch.folder, watch.settings._replace(first_key=Key.parse(SmallLog(seed=bytes(32)).key, (ED25519,))))


def test_a_log_over_a_network_is_read_by_https_alone() -> None:
    with pytest.raises(UnreachableError, match="https"):
        Place("http://example.org/log")


def test_the_command_looks_once_and_ends_with_what_it_found(tmp_path: Path) -> None:
    log = SmallLog().grow(30)
    log.serve(tmp_path / "log")
    line = ["monitor", str(tmp_path / "log"), "--key", log.key, "--once", "--folder", str(tmp_path / "m")]
    fine = command(*line)
    assert (fine.returncode, fine.stdout.startswith("ok | ")) == (0, True), fine
    log.fork(3).grow(40, "lie").serve(tmp_path / "log")
    wrong = command(*line)
    assert (wrong.returncode, wrong.stdout.split(" | ")[:2]) == (1, ["FORK", ORIGIN]), wrong
    away = command(*line[:1], str(tmp_path / "nothing"), *line[2:])
    assert away.returncode == 1
    assert "UNREACHABLE" in away.stdout
    assert command(*line, "--quorum", "2").returncode == 2
