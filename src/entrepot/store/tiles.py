"""The log as static files, exactly as C2SP tlog-tiles lays them out: hashes and entries in tiles of 256, and where they are.

    tile/<L>/<N>[.p/<W>]          hashes: the n-th 256 (or, partial, W) of level L, 32 bytes each
    tile/entries/<N>[.p/<W>]      entries: a 2-byte length (big-endian) before each
    checkpoint                    the latest signed checkpoint
    keys                          the log's keys (see `log_keys.py`)

N is written in groups of three digits, all but the last with an x before them: 1234067 is x001/x234/067. A partial tile is
there for each size of the tree that was signed: of level L and size s it has s / 256^L mod 256 hashes.
"""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec import Struct

from entrepot.modules.evidence.rules.tree import HASH_BYTES, SIZE_LIMIT, TILE_WIDTH
from entrepot.store.database import Database, Session, StoreError
from entrepot.store.keys import sync_folder

LEVEL_LIMIT = 64
ENTRY_LIMIT = 65_535  # bytes of an entry

_PATH = re.compile(r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")
Progress = Callable[[int], None]
"""Told the number of files looked at since the last call."""


class TilePath(Struct, frozen=True):
    """A tile by what it is: `level` None for entries; `width` is 256 for a full one."""

    level: int | None
    number: int
    width: int = TILE_WIDTH

    def __str__(self) -> str:
        digits = f"{self.number:03}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        place = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
        level = "entries" if self.level is None else self.level
        return f"tile/{level}/{place}" + ("" if self.width == TILE_WIDTH else f".p/{self.width}")

    @classmethod
    def parse(cls, path: str) -> "TilePath | None":
        """The tile at a path; None for any other path, other spellings of the same number among them."""
        match = _PATH.fullmatch(path)
        if match is None:
            return None
        level, number, width = match.groups()
        found = cls(
            None if level == "entries" else int(level),
            int(number.replace("x", "").replace("/", "")),
            int(width) if width else TILE_WIDTH,
        )
        within = (found.level or 0) < LEVEL_LIMIT and (not width or found.width < TILE_WIDTH)
        return found if within and str(found) == path else None

    def sizes(self) -> tuple[int, int]:
        """The sizes of trees that have it, from the smallest to the largest."""
        one = TILE_WIDTH ** (self.level or 0)
        first = (self.number * TILE_WIDTH + self.width) * one
        return first, SIZE_LIMIT - 1 if self.width == TILE_WIDTH else min(first + one, SIZE_LIMIT) - 1


def read_tile(session: Session, tile: TilePath) -> bytes | None:
    """The bytes of a tile; None where no tree that was signed has it."""
    smallest, largest = tile.sizes()
    if smallest > largest:  # no log is so large
        return None
    if session.one("SELECT 1 FROM checkpoint WHERE size BETWEEN ? AND ? LIMIT 1", smallest, largest) is None:
        return None
    start = tile.number * TILE_WIDTH
    if tile.level is None:
        rows = session.all(
            "SELECT l.entry FROM placed p JOIN leaf l ON l.seq = p.seq WHERE p.place >= ? AND p.place < ? ORDER BY p.place",
            start,
            start + tile.width,
        )
        return b"".join(_prefixed(bytes(entry)) for (entry,) in rows)
    return hashes(session, tile.level, start, start + tile.width)


def hashes(session: Session, level: int, start: int, end: int) -> bytes:
    """The hashes of a level from one place up to another, one after the other; fewer where the tree is not so large yet."""
    where = "place >= ? AND place < ? ORDER BY place"
    if level == 0:
        rows = session.all(f"SELECT hash FROM placed WHERE {where}", start, end)
    else:
        rows = session.all(f"SELECT hash FROM node WHERE level = ? AND {where}", level, start, end)
    return b"".join(row[0] for row in rows)


def _prefixed(entry: bytes) -> bytes:
    if len(entry) > ENTRY_LIMIT:
        raise StoreError("an entry of the log is longer than a tile may hold", "日志条目超过允许长度")
    return len(entry).to_bytes(2) + entry


def tiles_of(size: int) -> Iterator[TilePath]:
    """All tiles of a tree: entries and level 0 first, of each level the full ones and the partial one at the right edge."""
    for level in (None, *range(LEVEL_LIMIT)):
        held = size // TILE_WIDTH ** (level or 0)
        if not held:
            return
        for number in range(held // TILE_WIDTH):
            yield TilePath(level, number)
        if held % TILE_WIDTH:
            yield TilePath(level, held // TILE_WIDTH, held % TILE_WIDTH)


class Exported(Struct, frozen=True):
    """What an export did: the size of the tree in the folder now, the files of that tree, and how many of them it wrote."""

    size: int
    files: int
    written: int


def export(
    database: Database, folder: Path, checkpoint: str, size: int, keys: str, progress: Progress = lambda _: None
) -> Exported:
    """Write the tree of a signed size into a folder that any web server can serve; what is there already stays.

    Each file appears whole or not at all, and the checkpoint is written last: broken off at any moment, the folder is the
    log as it was, and the next export goes on from there.
    """
    files = written = 0
    folders: set[Path] = set()
    with database.session() as session:
        for tile in tiles_of(size):
            files += 1
            path = folder / str(tile)
            # Tiles never change: one that is there needs no second look.
            if not path.exists():
                data = read_tile(session, tile)
                if not data or (tile.level is not None and len(data) != tile.width * HASH_BYTES):
                    raise StoreError(
                        f"the log has no {tile}: run `entrepot log audit`",
                        f"日志缺少 {tile}：请运行 entrepot log audit",
                    )
                write_whole(path, data)
                folders.add(path.parent)
                written += 1
            if not files % TILE_WIDTH:
                progress(TILE_WIDTH)
    for changed in folders:
        sync_folder(changed)
    write_whole(folder / "keys", keys.encode())
    write_whole(folder / "checkpoint", checkpoint.encode())
    sync_folder(folder)
    progress(files % TILE_WIDTH)
    return Exported(size, files, written)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that whoever reads it finds the old one or the new one, whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
