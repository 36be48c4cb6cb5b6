"""The law of a counter as its portal has it: packs fetched by digest, checked, and put beside each other as a set to start from.

    law/<set>/<kind>/<name>/…     all packs that the portal named together; <set> follows from their digests
    law/current -> <set>          the set of the next start; earlier ones stay

The portal names its packs in a note that its log signs:

    entrepot law v1
    ORIGIN
    KIND/NAME SHA-256             one line for each pack, sorted

A pack travels as a zip (`packs.archive`), part by part, and stays in the store under its digest.
"""

import os
import re
import shutil
import stat
from collections.abc import Iterable, Sequence
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from secrets import token_hex
from zipfile import BadZipFile, ZipFile, ZipInfo

from msgspec import Struct

from entrepot.kernel.law import LawError
from entrepot.store.packs import KINDS, MAX_FILE, Digests, files_of_pack, load_pack
from entrepot.store.store import Store

VERSION = "entrepot law v1"
CURRENT = "current"
MAX_PACKS = 2_000
MAX_ZIP = 128 * 1024 * 1024  # bytes of a pack on its way
MAX_OPENED = 512 * 1024 * 1024  # bytes of its files
MAX_FILES = 2_000
_LONGEST_ENTRY = 512  # bytes of a line in a zip's list of files
_LINE = re.compile(r"([a-z]+)/([A-Za-z0-9_][A-Za-z0-9_-]{0,99}) ([0-9a-f]{64})")
_PATH = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}/){0,3}[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")


class Named(Struct, frozen=True, order=True):
    """A pack, `kind/name`, by the digest of its files."""

    name: str
    digest: str


def text_of(origin: str, packs: Iterable[Named]) -> str:
    """The text in which a log names the packs of its portal."""
    return "\n".join([VERSION, origin, *(f"{one.name} {one.digest}" for one in sorted(packs)), ""])


def named_in(text: str, origin: str) -> tuple[Named, ...]:
    """The packs that a text names; LawError where it is none of this log."""
    lines = text.split("\n")
    if lines[:2] != [VERSION, origin] or lines[-1] or len(lines) > MAX_PACKS + 3:
        raise LawError("this is no list of packs of this log")
    found = []
    for line in lines[2:-1]:
        match = _LINE.fullmatch(line)
        if match is None or match[1] not in KINDS:
            raise LawError(f"{line[:100]!r} names no pack")
        found.append(Named(f"{match[1]}/{match[2]}", match[3]))
    if not found or found != sorted(found) or len({one.name for one in found}) < len(found):
        raise LawError("each pack is named once, in order")
    return tuple(found)


def set_of(packs: Iterable[Named]) -> str:
    """The name of the set of some packs."""
    return sha256("\n".join(f"{one.name} {one.digest}" for one in sorted(packs)).encode()).hexdigest()[:32]


def current(folder: Path) -> str:
    """The name of the set that the next start reads; empty where there is none."""
    try:
        return os.readlink(folder / CURRENT)
    except OSError:
        return ""


def named_here(place: Path, packs: Iterable[Named], cache: Path | None) -> set[Named]:
    """Of some packs those that lie under a folder with exactly these files."""
    digests, found = Digests(cache), set[Named]()
    for one in packs:
        if (place / one.name / "pack.toml").is_file():
            try:
                card, _ = files_of_pack(place / one.name, digests)
            except LawError:  # of another version of the software
                continue
            if card.digest == one.digest:
                found.add(one)
    digests.keep()
    return found


def make_set(folder: Path, packs: Sequence[Named], here: Path, store: Store, cache: Path | None) -> str:
    """Put a set together, of packs in the store and of those that lie in a folder, each checked and compiled; and let the next start
    read it. LawError where any cannot be read: then nothing has changed."""
    name, beside = set_of(packs), folder / f".{token_hex(8)}"
    beside.mkdir(mode=0o700, parents=True)
    try:
        there = named_here(here, packs, cache)
        for one in packs:
            place = beside / one.name
            place.parent.mkdir(exist_ok=True)
            if one in there:
                _copy_pack(here / one.name, place)
            else:
                data = store.pack(one.digest)
                if data is None:
                    raise LawError(f"{one.name} has not come")
                unpack(data, place)
            card, _ = load_pack(place, cache)
            if card.digest != one.digest:
                raise LawError(f"{one.name} has other files than were named")
        if not (folder / name).is_dir():
            beside.rename(folder / name)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    link = folder / f".{token_hex(8)}"
    link.symlink_to(name)
    link.replace(folder / CURRENT)
    return name


def unpack(data: bytes, place: Path) -> None:
    """Put the files of a pack's zip into a new folder: few, small, with plain names, and exactly those that its card names.
    LawError otherwise; then there is no folder."""
    place.mkdir(mode=0o700)
    try:
        if data[-22:-18] != b"PK\5\6" or int.from_bytes(data[-10:-6], "little") > MAX_FILES * _LONGEST_ENTRY:
            raise LawError(f"{place.name}: too many files, or no zip")  # told before the list of files is read
        with ZipFile(BytesIO(data)) as packed:
            entries = packed.infolist()
            if len(entries) > MAX_FILES or len({one.filename.lower() for one in entries}) < len(entries):
                raise LawError(f"{place.name}: too many files, or a name twice")
            left = MAX_OPENED
            for one in entries:
                left -= _put(packed, one, place, left)
        card, files = files_of_pack(place, Digests(None))
        known = {place / "pack.toml", *(file for listed in files.values() for file in listed)}
        if stray := {file for file in place.rglob("*") if file.is_file()} - known:
            raise LawError(f"{card.name}: {min(stray).name} belongs to no table")
    except (BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        shutil.rmtree(place)
        raise LawError(f"{place.name}: no pack can be read from it: {error}") from error
    except LawError:
        shutil.rmtree(place)
        raise


def _put(packed: ZipFile, one: ZipInfo, place: Path, left: int) -> int:
    """Write one file, whatever the zip claims of its size; how large it is."""
    kind = stat.S_IFMT(one.external_attr >> 16)
    if not _PATH.fullmatch(one.filename) or kind not in (0, stat.S_IFREG):
        raise LawError(f"{place.name}: {one.filename[:100]!r} is no name of a file of a pack")
    target, written, most = place / one.filename, 0, min(left, MAX_FILE)
    target.parent.mkdir(parents=True, exist_ok=True)
    with packed.open(one) as source, target.open("xb") as file:
        while chunk := source.read(1024 * 1024):
            written += len(chunk)
            if written > most:
                raise LawError(f"{place.name}: its files are too large")
            file.write(chunk)
    return written


def _copy_pack(source: Path, place: Path) -> None:
    """The files of a pack that lies here already, without a second copy of their bytes where the disk can do that."""
    _, files = files_of_pack(source, Digests(None))
    for file in (source / "pack.toml", *(file for listed in files.values() for file in listed)):
        target = place / file.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(file, target)
        except OSError:
            shutil.copy2(file, target)


# -- packs on their way -----------------------------------------------------------------------------------------------


def kept_part(store: Store, digest: str, start: int, length: int) -> bytes | None:
    """A part of a pack's zip, without reading the rest of it; None where the pack was not kept."""
    with store.database.session() as session:
        row = session.one("SELECT substr(data, ?, ?) FROM pack WHERE digest = ?", start + 1, length, digest)
    return None if row is None else bytes(row[0])


def part_arrived(store: Store, digest: str) -> int:
    """How many bytes of a pack's zip have arrived."""
    with store.database.session() as session:
        row = session.one(
            "SELECT start + length(data) FROM paper_part WHERE digest = ? ORDER BY start DESC LIMIT 1", f"pack {digest}"
        )
    return 0 if row is None else int(row[0])


def take_part(store: Store, one: Named, start: int, data: bytes, folder: Path) -> bool:
    """Keep a part of a pack's zip or, once an empty part says that it is whole, the pack; whether it is. LawError where it is too
    large or is not the pack that was named: then all of it goes."""
    name = f"pack {one.digest}"
    try:
        if start + len(data) > MAX_ZIP:
            raise LawError(f"{one.name} is larger than {MAX_ZIP >> 20} MB")
        with store.database.session() as session:
            if data:
                with session.writing():
                    session.insert("paper_part", ("digest", "start", "data"), [(name, start, data)])
                return False
            rows = session.all("SELECT data FROM paper_part WHERE digest = ? ORDER BY start", name)
        whole = b"".join(bytes(row[0]) for row in rows)
        check(whole, one, folder)
    except LawError:
        _forget_parts(store, name)
        raise
    store.keep_pack(one.digest, one.name, whole)
    _forget_parts(store, name)
    return True


def check(data: bytes, one: Named, folder: Path) -> None:
    """LawError where a zip does not hold exactly the pack that was named."""
    beside = folder / f".{token_hex(8)}"
    try:
        (beside / one.name).parent.mkdir(mode=0o700, parents=True)
        unpack(data, beside / one.name)
        if files_of_pack(beside / one.name, Digests(None))[0].digest != one.digest:
            raise LawError(f"{one.name} has other files than were named")
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _forget_parts(store: Store, name: str) -> None:
    with store.database.session() as session, session.writing():
        session.run(("DELETE FROM paper_part WHERE digest = ?", (name,)))
