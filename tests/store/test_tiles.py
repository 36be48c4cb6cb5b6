"""The log as files: C2SP tlog-tiles, byte for byte, beside a second and naive implementation of the format, and a published log."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.modules.evidence.rules import tree as rules
from entrepot.store import log, tiles
from entrepot.store.database import Database, StoreError
from entrepot.store.log import NotInLogError
from entrepot.store.notes import Checkpoint, Verifier, open_checkpoint
from entrepot.store.schema import migrate
from entrepot.store.store import Store
from entrepot.store.tiles import TilePath
from tests.store.saying import NOON, REGISTRY, asked, line, opened

Open = Callable[..., Store]


def grown(store: Store, *steps: int) -> None:
    """The log with so many more leaves at each step, each step signed."""
    store.submit([opened()])
    at = 1
    for step in steps:
        store.submit([line(number) for number in range(at, at + step - (at == 1))])
        at += step
        store.integrate()


# -- a second implementation, from the text of the format, over all leaves at once -------------------------------------


def naive_root(leaves: list[bytes]) -> bytes:
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    left = 1
    while left * 2 < len(leaves):
        left *= 2
    return sha256(b"\x01" + naive_root(leaves[:left]) + naive_root(leaves[left:])).digest()


def naive_files(entries: list[bytes], size: int) -> dict[str, bytes]:
    """Every file but the checkpoint that a log of these entries has at that size."""
    files: dict[str, bytes] = {}
    hashes = [sha256(b"\x00" + entry).digest() for entry in entries[:size]]

    def name(level: str, number: int, width: int) -> str:
        text = str(number)
        groups: list[str] = []
        while text:
            groups.insert(0, text[-3:].zfill(3))
            text = text[:-3]
        return (
            f"tile/{level}/"
            + "/".join(["x" + g for g in groups[:-1]] + groups[-1:])
            + ("" if width == 256 else f".p/{width}")
        )

    for first in range(0, size, 256):
        part = entries[first : min(first + 256, size)]
        files[name("entries", first // 256, len(part))] = b"".join(len(e).to_bytes(2, "big") + e for e in part)
    level, row = 0, hashes
    while row:
        for first in range(0, len(row), 256):
            part = row[first : first + 256]
            files[name(str(level), first // 256, len(part))] = b"".join(part)
        row = [naive_root(row[at : at + 256]) for at in range(0, len(row) - 255, 256)]
        level += 1
    return files


def folder_files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def entries_of(url: str) -> list[bytes]:
    rows = asked(url, "SELECT l.entry FROM placed p JOIN leaf l ON l.seq = p.seq ORDER BY p.place")
    return [bytes(entry) for (entry,) in rows]


def test_every_file_of_every_signed_size_is_what_a_naive_log_holds(store: Store, url: str) -> None:
    grown(store, 1, 254, 1, 1, 300, 211)
    entries = entries_of(url)
    sizes = [1, 255, 256, 257, 557, 768]
    assert [size for (size,) in asked(url, "SELECT size FROM checkpoint ORDER BY size")] == sizes
    for size in sizes:
        for path, data in naive_files(entries, size).items():
            tile = TilePath.parse(path)
            assert tile is not None
            where = (tile.number, tile.width)
            assert (store.entry_bundle(*where) if tile.level is None else store.tile(tile.level, *where)) == data, path
        signed = store.signed(size)
        assert signed is not None
        assert signed.root == naive_root([sha256(b"\0" + e).digest() for e in entries[:size]])


def test_what_no_signed_tree_has_is_not_there(store: Store) -> None:
    grown(store, 257, 40)
    assert store.tile(0, 1, 41)
    assert store.tile(0, 1, 1)
    assert store.tile(1, 0, 1)
    assert store.tile(0, 0)
    for level, number, width in [
        (0, 1, 2),
        (0, 1, 40),
        (0, 1, 42),
        (0, 1, 256),
        (0, 2, 1),
        (1, 0, 2),
        (2, 0, 1),
        (7, 0, 1),
        (63, 0, 1),
    ]:
        assert store.tile(level, number, width) is None
    assert store.entry_bundle(1, 41)
    assert store.entry_bundle(1, 40) is None
    assert store.entry_bundle(2, 1) is None


def test_a_leaf_on_file_but_not_signed_is_in_no_tile(store: Store) -> None:
    grown(store, 3)
    store.submit([line(9)])
    assert store.tile(0, 0, 3)
    assert store.tile(0, 0, 4) is None


@given(st.one_of(st.none(), st.integers(0, 63)), st.integers(0, 2**62), st.integers(1, 256))
def test_a_path_reads_back_and_has_one_spelling(level: int | None, number: int, width: int) -> None:
    tile = TilePath(level, number, width)
    assert TilePath.parse(str(tile)) == tile


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/0", "tile/0/0000", "tile/0/1000", "tile/0/x000/001", "tile/0/001/067", "tile/00/000", "tile/64/000", "tile/100/000",
        "tile/0/000.p/0", "tile/0/000.p/256",
        "tile/0/000.p/300", "tile/0/000.p/01", "tile/0/000.p/", "tile/0/000.p", "tile/-1/000", "tile/entries/000/",
        "tile/Entries/000", "tile/0/ 000", "tile/0/٠٠٠", "tile/0/x001/x234/067.p/1/2", "tile/0/000\n", "tile//000", "checkpoint", "",
        "tile/0/" + "x001/" * 7 + "001",
    ],
)  # fmt: skip
def test_any_other_path_is_none(path: str) -> None:
    assert TilePath.parse(path) is None


def test_the_path_of_the_specification() -> None:
    assert str(TilePath(0, 1234067)) == "tile/0/x001/x234/067"
    assert list(tiles.tiles_of(70_000))[-4:] == [
        TilePath(0, 273, 112),
        TilePath(1, 0),
        TilePath(1, 1, 17),
        TilePath(2, 0, 1),
    ]
    assert list(tiles.tiles_of(256)) == [TilePath(None, 0), TilePath(0, 0), TilePath(1, 0, 1)]
    assert list(tiles.tiles_of(0)) == []


# -- as a folder ------------------------------------------------------------------------------------------------------


def test_a_folder_holds_the_log_and_is_brought_up_to_date_by_what_is_missing(
    store: Store, url: str, tmp_path: Path
) -> None:
    folder = tmp_path / "log"
    with pytest.raises(NotInLogError):
        store.export_log(folder)
    grown(store, 300)
    first = store.export_log(folder)
    assert first.written == first.files == 5  # entries and hashes of 256 and 44, and one hash above
    again = store.export_log(folder)
    assert (again.size, again.files, again.written) == (300, 5, 0)
    store.submit([line(number) for number in range(900, 1200)])
    store.integrate()
    assert store.export_log(folder).written == 5
    held, entries = folder_files(folder), entries_of(url)
    note = held.pop("checkpoint").decode()
    assert open_checkpoint(note, Verifier.parse(store.log_key)) == Checkpoint(store.origin, 600, store._log.root(600))
    assert held.pop("keys").decode() == store.log_keys()
    assert held == naive_files(entries, 300) | naive_files(entries, 600)


def test_broken_off_the_folder_stays_the_log_as_it_was(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "log"
    grown(store, 300)
    store.export_log(folder)
    before = (folder / "checkpoint").read_text()
    store.submit([line(number) for number in range(900, 1500)])
    store.integrate()
    real, count = tiles.write_whole, iter(range(100))

    def failing(path: Path, data: bytes) -> None:
        if next(count) == 3:
            raise OSError(28, "no space left on the device")
        real(path, data)

    monkeypatch.setattr(tiles, "write_whole", failing)
    with pytest.raises(OSError, match="no space"):
        store.export_log(folder)
    assert (folder / "checkpoint").read_text() == before
    monkeypatch.undo()
    assert store.export_log(folder).written == 4  # of seven, three were there
    assert (folder / "checkpoint").read_text() == store.checkpoint()


def test_a_folder_of_another_or_of_a_later_log_is_not_written_over(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "log"
    grown(store, 300)
    store.export_log(folder)
    note = (folder / "checkpoint").read_text()
    for head in (
        note.replace(store.origin, "example.com/other"),
        note.replace("\n300\n", "\n301\n"),
        note.replace("\n300\n", "\n299\n"),
        "nothing",
    ):
        (folder / "checkpoint").write_text(head)
        with pytest.raises(StoreError):
            store.export_log(folder)
        assert (folder / "checkpoint").read_text() == head


# -- proofs at any signed size ----------------------------------------------------------------------------------------


def test_an_entry_is_proven_in_every_signed_tree_that_holds_it(store: Store) -> None:
    grown(store, 5, 252, 100)
    for size in (5, 257, 357):
        for index in (0, 4, size - 1):
            proof = store.inclusion_at(index, size)
            head = open_checkpoint(proof.checkpoint, Verifier.parse(store.log_key))
            hashed = store.tile(0, index // 256, min(256, size - index // 256 * 256))
            assert hashed is not None
            assert head.size == proof.size == size
            leaf = hashed[index % 256 * 32 :][:32]
            rules.verify_inclusion(leaf, index, size, proof.path, head.root)
    for index, wrong in ((5, 5), (0, 6), (0, 358), (0, 0), (-1, 5), (357, None)):
        with pytest.raises(NotInLogError):
            store.inclusion_at(index, wrong)


def test_one_size_is_proven_to_be_the_beginning_of_another(store: Store) -> None:
    grown(store, 5, 252, 100)
    roots = {size: store._log.root(size) for size in (1, 5, 255, 256, 257, 300, 357)}
    for size1, root1 in roots.items():
        for size2, root2 in roots.items():
            if size1 > size2:
                with pytest.raises(NotInLogError):
                    store.consistency(size1, size2)
            else:
                rules.verify_consistency(size1, size2, store.consistency(size1, size2), root1, root2)
    for size1, size2 in ((0, 5), (0, 0), (5, 358), (-1, 5)):
        with pytest.raises(NotInLogError):
            store.consistency(size1, size2)
    with pytest.raises(NotInLogError):
        store._log.root(358)


# -- a log that others published --------------------------------------------------------------------------------------

# From transparency-dev/tessera, testdata/log (Apache-2.0): its test key, its fifteen leaves, and three of its checkpoints.
TESSERA = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
TESSERA_SEED = "eca663f499017d2365c27c7a7679158d43cfec1330bdb259290afbd0d21777a0"
LEAVES = b"one two three four five six seven eit nain ten ileven twelf threeten fourten fivten".split()
SIGNED = {
    1: (
        "0Nc2CrefWKseHj/mStd+LqC8B+NrX0btIiPt2SmN+ek=",
        "M9e0lhr9kuLxGdAtaUrhm84TQffVsLdcy808sN0a3WyniNlfcr9+bywoiIke1YYciCNjJGkCgIlQ8b16jhsmg/SChAM=",
    ),
    8: (
        "bC+VwvrJbalNVjfkdI8kUgs7mJoXrqiXCE7bgnD28pY=",
        "M9e0lq1EK37dHtgv9O3UzPxisw5vwIPcJsX9ab0xt4mvVfbdUR1fbMjN6sBFYpBoBEmD4+cWhj/AVgI5MitCO5+mews=",
    ),
    15: (
        "rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=",
        "M9e0luh4jTG+UMBqOUo9/q+yAEvx1ilBEniMvjf1zfcBOhg+CKubMt53MvIt/uEWP6zdkdIQzd/fmwlM/dlPWF74ewI=",
    ),
}


def test_the_published_log_comes_out_byte_for_byte(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database(url)
    session = database.connect()
    migrate(database, session, NOON)
    session.insert(
        "meta", ("name", "value"), [("nature", "sandbox"), ("origin", "example.com/log/testdata"), ("log_key", TESSERA)]
    )
    session.insert("leaf", ("seq", "entry"), list(enumerate(LEAVES, 1)))
    session.close()
    keys = tmp_path / "keys"
    keys.mkdir()
    (keys / "log-testdata.key").write_bytes(bytes.fromhex(TESSERA_SEED))
    (keys / "log-testdata.key").chmod(0o600)
    monkeypatch.setattr(log, "STEP", 1)
    with Store.open(url, REGISTRY, keys=keys, clock=lambda: NOON) as store:
        assert store.integrate() == 15
        for size, (root, signature) in SIGNED.items():
            signed = store.signed(size)
            assert signed is not None
            assert (
                signed.note == f"example.com/log/testdata\n{size}\n{root}\n\n— example.com/log/testdata {signature}\n"
            )
        hashes = store.tile(0, 0, 15)
        assert hashes is not None
        assert sha256(hashes).hexdigest() == "93593af14d2cce39867d2e73fe4ca400a38581605c5c4501a03e752d9b51a130"
        bundle = store.entry_bundle(0, 15)
        assert bundle is not None
        assert bundle.startswith(b"\0\3one\0\3two\0\5three\0\4four")


def test_an_entry_too_long_for_a_bundle_is_told(url: str, open_store: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store()
    grown(store, 2)
    monkeypatch.setattr(tiles, "ENTRY_LIMIT", 10)
    with pytest.raises(StoreError, match="longer than"):
        store.entry_bundle(0, 2)


def test_a_tile_that_is_not_whole_is_not_exported(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    grown(store, 20)
    real: Any = tiles.read_tile
    monkeypatch.setattr(tiles, "read_tile", lambda session, tile: (real(session, tile) or b"")[:-32])
    with pytest.raises(StoreError, match="log audit"):
        store.export_log(tmp_path / "log")
    assert not (tmp_path / "log" / "checkpoint").exists()
