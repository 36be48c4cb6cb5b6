"""Whole logs as C2SP tlog-tiles, checked from a folder: what is whole passes, whatever was altered is told."""

import ast
import inspect
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from entrepot.modules.evidence.rules.tree import leaf_hash
from entrepot.store.notes import Checkpoint, Signer, sign_checkpoint
from entrepot_verify import credential, log, receipt, trust
from tests.evidence.made import KEY, ORIGIN, SIGNER, Kept
from tests.evidence.signed import Cosigner, changed

FILE = Path(str(log.__file__))
KEYS = (log.read_key(KEY),)
SIZE = 70_000  # published for a tree of three levels: 273 full tiles, one of 112; one full and one of 17; one of 1


def entry(number: int) -> bytes:
    return b"entry %d" % number if number % 50 else b""


def named(number: int) -> str:
    """The path of a tile, made apart from the code on trial."""
    digits = str(number)
    digits = digits.zfill((len(digits) + 2) // 3 * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    return "/".join(["x" + group for group in groups[:-1]] + groups[-1:])


@cache
def kept(size: int, lie: int = -1) -> Kept:
    """The tree of so many entries, of which one may be another."""
    made = Kept()
    made.add([leaf_hash(b"a lie" if number == lie else entry(number)) for number in range(size)])
    return made


def checkpoint(size: int, signer: Signer = SIGNER, lie: int = -1) -> str:
    return sign_checkpoint(Checkpoint(signer.name, size, kept(size, lie).frontier.root()), signer)


def written(folder: Path, size: int) -> Path:
    """The log as files."""
    for (level, number), hashes in kept(size).tiles.items():
        width = len(hashes) // 32
        path = folder / "tile" / str(level) / (named(number) + (f".p/{width}" if width < 256 else ""))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(hashes)
    for number in range(-(-size // 256)):
        entries = [entry(one) for one in range(256 * number, min(size, 256 * number + 256))]
        path = folder / "tile" / "entries" / (named(number) + (f".p/{len(entries)}" if len(entries) < 256 else ""))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(len(one).to_bytes(2) + one for one in entries))
    (folder / "checkpoint").write_text(checkpoint(size), encoding="utf-8")
    return folder


def refusal(folder: Path, *older: str, keys: tuple[log.Key, ...] = KEYS) -> str:
    with pytest.raises(log.Rejected) as rejected:
        log.check_folder(folder, keys, [one.encode() for one in older])
    assert any("\u4e00" <= letter <= "\u9fff" for letter in rejected.value.zh)
    return rejected.value.en


@pytest.mark.parametrize("size", [1, 255, 256, 257, 600])
def test_a_log_of_any_size_is_whole_with_all_its_earlier_checkpoints(size: int, tmp_path: Path) -> None:
    older = [checkpoint(one).encode() for one in {1, size // 2 or 1, size}]
    head = log.check_folder(written(tmp_path, size), KEYS, older)
    assert (head.origin, head.size, head.root) == (ORIGIN, size, kept(size).frontier.root())


def test_a_log_of_three_levels_is_whole_and_has_the_tiles_that_the_format_tells(tmp_path: Path) -> None:
    folder = written(tmp_path, SIZE) / "tile"
    assert log.check_folder(tmp_path, KEYS).size == SIZE
    assert (folder / "0" / "273.p" / "112").exists()
    assert (folder / "1" / "001.p" / "17").exists()
    assert (folder / "2" / "000.p" / "1").exists()
    tile = folder / "1" / "000"
    tile.write_bytes(tile.read_bytes()[:-1] + b"x")
    assert "tile 1/0 does not hold" in refusal(tmp_path)
    tile.unlink()
    assert "is missing" in refusal(tmp_path)


def test_an_empty_log_is_whole_when_its_root_is_that_of_nothing(tmp_path: Path) -> None:
    assert log.check_folder(written(tmp_path, 0), KEYS).size == 0
    wrong = sign_checkpoint(Checkpoint(ORIGIN, 0, bytes(32)), SIGNER)
    (tmp_path / "checkpoint").write_text(wrong, encoding="utf-8")
    assert "root of an empty log" in refusal(tmp_path)


def test_the_whole_tile_serves_where_the_partial_one_is_no_longer_kept(tmp_path: Path) -> None:
    written(tmp_path, 600)
    (tmp_path / "checkpoint").write_text(checkpoint(300), encoding="utf-8")
    (tmp_path / "tile" / "1" / "000.p" / "1").write_bytes(kept(300).tiles[1, 0])  # kept until it is whole
    assert log.check_folder(tmp_path, KEYS).size == 300


def altered(path: str, change: Callable[[bytes], bytes | None]) -> Callable[[Path], None]:
    def alter(folder: Path) -> None:
        data = change((folder / path).read_bytes())
        if data is None:
            (folder / path).unlink()
        else:
            (folder / path).write_bytes(data)

    return alter


ENTRIES = "tile/entries/000"
FORGERIES: dict[str, tuple[Callable[[Path], None], str]] = {
    "an entry altered": (altered(ENTRIES, lambda data: data.replace(b"entry 7", b"entry 8")), "does not hold the hashes"),
    "an entry of the edge altered": (altered("tile/entries/002.p/88", lambda data: data[:-1] + b"x"), "not those signed"),
    "an entry left out": (altered(ENTRIES, lambda data: data[2:]), "whole entries"),
    "an entry more": (altered(ENTRIES, lambda data: data + b"\x00\x00"), "whole entries"),
    "a bundle cut short": (altered(ENTRIES, lambda data: data[:-1]), "whole entries"),
    "a length cut short": (altered(ENTRIES, lambda data: data + b"\x00"), "whole entries"),
    "a bundle missing": (altered(ENTRIES, lambda data: None), "is missing"),
    "a tile altered": (altered("tile/0/001", lambda data: bytes(32) + data[32:]), "tile 0/1"),
    "a tile cut short": (altered("tile/0/001", lambda data: data[:-32]), "tile 0/1"),
    "a tile too long": (altered("tile/0/001", lambda data: data + bytes(32)), "larger"),
    "a tile of the edge altered": (altered("tile/1/000.p/2", lambda data: data[:-1] + b"x"), "tile 1/0"),
    "a tile of the edge cut short": (altered("tile/1/000.p/2", lambda data: data[:32]), "tile 1/0"),
    "a tile of the edge too long": (altered("tile/1/000.p/2", lambda data: data + bytes(32)), "tile 1/0"),
    "a checkpoint of a larger log": (altered("checkpoint", lambda data: checkpoint(601).encode()), "is missing"),
    "a checkpoint of another tree": (altered("checkpoint", lambda data: checkpoint(600, lie=3).encode()), "not those signed"),
    "no checkpoint": (altered("checkpoint", lambda data: None), "is missing"),
    "a checkpoint with more behind": (altered("checkpoint", lambda data: data + b"\n"), "more behind"),
    "a checkpoint signed twice": (
        altered("checkpoint", lambda data: data + data[data.index("— ".encode()) :]), "two signatures",
    ),
    "a checkpoint by another key": (
        altered("checkpoint", lambda data: checkpoint(600, Signer(ORIGIN, b"\x09" * 32)).encode()), "not signed by the key",
    ),
    "a huge checkpoint": (altered("checkpoint", lambda data: data * 9_000), "larger"),
}  # fmt: skip


@pytest.mark.parametrize(("forge", "reason"), FORGERIES.values(), ids=FORGERIES)
def test_whatever_was_altered_in_a_copy_is_told(forge: Callable[[Path], None], reason: str, tmp_path: Path) -> None:
    forge(written(tmp_path, 600))
    assert reason in refusal(tmp_path)


def test_an_older_checkpoint_that_the_log_does_not_contain_is_told(tmp_path: Path) -> None:
    written(tmp_path, 300)
    assert "first 200 entries are not those signed" in refusal(tmp_path, checkpoint(200, lie=3))
    assert "a fork" in refusal(tmp_path, checkpoint(300, lie=3))
    assert "a fork" in refusal(tmp_path, checkpoint(200), checkpoint(200, lie=3))
    assert "entries were taken away" in refusal(tmp_path, checkpoint(301))
    other = Signer("log.example/wuhan", b"\x02" * 32)
    keys = (*KEYS, log.read_key(str(other.verifier)))
    renamed = checkpoint(200, other)
    assert "not signed by the key" in refusal(tmp_path, renamed)
    grafted = renamed.replace(other.name, ORIGIN, 1)
    assert "is false" in refusal(tmp_path, grafted, keys=keys)


# -- each file by itself ----------------------------------------------------------------------------------------------


def test_what_stands_in_several_files_is_the_same_in_each() -> None:
    """Each verifier is one file to read and to keep; what they share is word for word one."""
    named_alike = (
        "_climb",
        "read_text",
        "_split",
        "_checkpoint",
        "_signed",
        "read_key",
        "_is_name",
        "_number",
        "_base64",
        "_shown",
        "Key",
    )
    for name in named_alike:
        assert inspect.getsource(getattr(log, name)) == inspect.getsource(getattr(receipt, name))
    assert inspect.getsource(credential._shown) == inspect.getsource(receipt._shown)


@pytest.mark.parametrize("module", [log, receipt, trust, credential])
def test_a_verifier_needs_the_standard_library_and_cryptography_alone(module: object) -> None:
    roots = set()
    for node in ast.walk(ast.parse(Path(str(getattr(module, "__file__", ""))).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            roots |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            roots.add((node.module or "").partition(".")[0])
    assert roots - set(sys.stdlib_module_names) == {"cryptography"}


def test_the_file_alone_checks_a_folder_and_proofs(tmp_path: Path) -> None:
    alone = shutil.copy(FILE, tmp_path / "log.py")
    shutil.copy(FILE.with_name("trust.py"), tmp_path)
    written(tmp_path / "copy", 300)
    new = Signer(ORIGIN, b"\x07" * 32)
    files = {
        "old": checkpoint(256), "lie": checkpoint(256, lie=1),
        "good.json": '{"size1": 1, "size2": 1, "root1": "", "root2": "", "proof": []}',
        "bad.json": '{"size1": 0, "size2": 1, "root1": "", "root2": "", "proof": []}',
        "keys": f"{KEY}\n\n" + changed("hand-over", 1, 300, kept(300).frontier.root(), new, SIGNER, new),
    }  # fmt: skip
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", "-X", "utf8", str(alone), *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)

    good = run("copy", "good.json", "--key", KEY, "--checkpoint", "old")
    assert (good.returncode, good.stderr) == (0, "")
    assert "WHOLE | 完整: log.example/yichang, 300" in good.stdout
    assert "HOLDS | 成立: consistency" in good.stdout
    bad = run("copy", "bad.json", "--keys", "keys", "--checkpoint", "lie")
    assert bad.returncode == 1
    assert bad.stdout.count("REJECTED | 不予采信") == 2
    assert (
        run("copy").returncode
        == run("copy", "--key", "x").returncode
        == run("copy", "--key", KEY, "--keys", "copy").returncode
        == 2
    )


def test_a_log_signed_with_a_post_quantum_key_is_read_as_well() -> None:
    witness = Cosigner(ORIGIN, 3, post_quantum=True)
    head = Checkpoint(ORIGIN, 5, bytes(32))
    note = f"{head.text()}\n{witness.line(head)}".encode()
    assert log.open_checkpoint(note, (log.read_key(str(witness.key)),)).size == 5
