"""Packs from their folders: what is wrong with one is told with its place, and no question of law goes unanswered in silence."""

import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from time import time_ns

import pytest

from entrepot.kernel.law import LawError
from entrepot.store.packs import Digests, load_law

CARD = """
title = { en = "Place", zh = "地方" }
publisher = "the publisher"
official = false
licence = "none"
checked_on = 2026-11-22
[tables.rates]
keys = ["code"]
values = { rate = "rate" }
"""
HEAD = b"code,rate,since,until,source,evidence\n"
ROW = b"28,0.033,2026-01-01,,ZZ-2026,primary\n"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A folder of packs with one that is in order."""
    place = tmp_path / "packs" / "jurisdictions" / "ZZ"
    place.mkdir(parents=True)
    (place / "pack.toml").write_text(CARD, encoding="utf-8")
    (place / "rates.csv").write_bytes(HEAD + ROW)
    return place


def law_of(pack: Path) -> list[str]:
    return list(load_law(pack.parents[1], None, pack.parents[2] / "cache").tables)


def test_a_pack_in_order_is_loaded(pack: Path) -> None:
    assert law_of(pack) == ["ZZ/rates"]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "there is no row"),
        (HEAD, "there is no row"),
        (HEAD + ROW + ROW.replace(b"ZZ-2026,", b"ZZ, 2026,"), "rates.csv:3: more cells than columns"),
        ((HEAD + ROW).decode().encode("utf-16"), "not a CSV file in UTF-8"),
        (HEAD + ROW + b'"' + b"x" * 200_000 + b'"\n', "not a CSV file in UTF-8"),
    ],
)
def test_a_table_that_cannot_be_read_is_told_with_its_file(pack: Path, data: bytes, told: str) -> None:
    (pack / "rates.csv").write_bytes(data)
    with pytest.raises(LawError, match=told):
        law_of(pack)


@pytest.mark.parametrize("pattern", ["", "/etc/hostname", "../ZZ/../../outside.csv", "."])
def test_a_table_has_its_files_in_its_packs_folder(pack: Path, pattern: str) -> None:
    (pack.parents[1] / "outside.csv").write_bytes(HEAD + ROW)
    (pack / "pack.toml").write_text(f'{CARD}files = ["{pattern}"]\n', encoding="utf-8")
    with pytest.raises(LawError, match="ZZ/rates"):
        law_of(pack)


@pytest.mark.parametrize("make", [Path.mkdir, Path.touch, lambda path: None])
def test_a_folder_without_packs_is_no_law(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "packs")
    with pytest.raises(LawError, match="no packs in"):
        load_law(tmp_path / "packs")


def test_a_compiled_pack_that_was_cut_short_is_compiled_anew(pack: Path) -> None:
    assert law_of(pack) == ["ZZ/rates"]
    (kept,) = (pack.parents[2] / "cache").iterdir()
    whole = kept.read_bytes()
    for cut in (b"", whole[: len(whole) // 2]):
        kept.write_bytes(cut)
        assert law_of(pack) == ["ZZ/rates"]
        assert kept.read_bytes() == whole


def test_digests_of_files_are_remembered_until_the_file_changes(tmp_path: Path) -> None:
    file, cache = tmp_path / "rows.csv", tmp_path / "cache"
    file.write_text("one")
    old = time_ns() - 60_000_000_000
    os.utime(file, ns=(old, old))
    first = Digests(cache)
    assert first.of(file) == sha256(b"one").digest()
    first.keep()
    # the change stamp of the file itself is young, so it must not have been trusted
    assert not (cache / "digests.msgpack").exists()
    file.write_text("two")
    os.utime(file, ns=(old, old))
    assert Digests(cache).of(file) == sha256(b"two").digest()


def test_a_remembered_digest_is_used_only_under_the_same_stamp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, cache = tmp_path / "rows.csv", tmp_path / "cache"
    file.write_text("one")
    monkeypatch.setattr(Digests, "_YOUNG", -1)
    first = Digests(cache)
    first.of(file)
    first.keep()
    monkeypatch.setattr(Path, "read_bytes", _refuse_csv(Path.read_bytes))
    assert Digests(cache).of(file) == sha256(b"one").digest()
    file.write_text("another length")
    with pytest.raises(AssertionError, match="read again"):
        Digests(cache).of(file)


def _refuse_csv(read: Callable[[Path], bytes]) -> Callable[[Path], bytes]:
    def reading(path: Path) -> bytes:
        assert path.suffix != ".csv", "read again"
        return read(path)

    return reading
