"""Packs from their folders: read, checked, compiled once, and kept by digest.

A pack is checked and compiled the first time it is met; the compiled form lies in a cache folder under the digest of the
pack's files, so that a big tariff loads in a fraction of a second and a changed one is never read stale.
"""

import csv
import os
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from time import time_ns
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import msgspec

from entrepot.kernel.law import CompiledTable, Law, LawError, PackCard, PackTable, Table, TableSpec, compile_table

KINDS = ("standards", "jurisdictions", "agreements", "industries", "carriers", "regions")
MAX_FILE = 64 << 20
Package = Callable[[str, TableSpec], Table]


def packs_folder() -> Path:
    """Where the packs lie: beside the source in a clone, inside the package once installed; ENTREPOT_PACKS overrides."""
    if named := os.environ.get("ENTREPOT_PACKS"):
        return Path(named)
    here = Path(__file__).resolve().parents[1]
    inside, beside = here / "_packs", here.parents[1] / "packs"
    return beside if beside.is_dir() and not inside.is_dir() else inside


def load_law(
    folder: Path,
    names: Collection[str] | None = None,
    cache: Path | None = None,
    packages: Mapping[str, Package] | None = None,
    say: Callable[[str], None] | None = None,
) -> Law:
    """All packs under `folder` (or those named) as one Law. `packages` serves tables that live in installed packages.

    Raises LawError with every fault of every pack.
    """
    cards: list[PackCard] = []
    tables: dict[str, Table] = {}
    faults: list[str] = []
    digests = Digests(cache)
    if not any(folder.glob("*/*/pack.toml")):
        raise LawError(f"there are no packs in {folder}: without them no question of law has an answer")
    for place in _pack_folders(folder, names):
        try:
            card, compiled = load_pack(place, cache, say, digests)
            for name, table in _tables(card, compiled, packages or {}):
                tables[name] = table
            cards.append(card)
        except LawError as error:
            faults.append(str(error))
    digests.keep()
    if faults:
        raise LawError("\n".join(faults))
    return Law(cards, tables)


class Digests:
    """SHA-256 of files, remembered under what the file system says of them, so that only changed files are read again.

    A file that changed within the last seconds is not remembered: it may change again under the same stamp.
    """

    _YOUNG = 5_000_000_000  # nanoseconds

    def __init__(self, cache: Path | None) -> None:
        self._kept = cache / "digests.msgpack" if cache is not None else None
        self._known: dict[str, tuple[int, int, int, int, str]] = {}
        self._changed = False
        if self._kept is not None:
            with suppress(OSError, msgspec.MsgspecError):
                self._known = msgspec.msgpack.decode(
                    self._kept.read_bytes(), type=dict[str, tuple[int, int, int, int, str]]
                )

    def of(self, file: Path) -> bytes:
        seen = file.stat()
        stamp = (seen.st_ino, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns)
        known = self._known.get(str(file))
        if known is not None and known[:4] == stamp:
            return bytes.fromhex(known[4])
        digest = sha256(file.read_bytes())
        if time_ns() - max(seen.st_mtime_ns, seen.st_ctime_ns) > self._YOUNG:
            self._known[str(file)] = (*stamp, digest.hexdigest())
            self._changed = True
        return digest.digest()

    def keep(self) -> None:
        """Write what was learned beside the compiled packs."""
        if self._kept is None or not self._changed:
            return
        with suppress(OSError):
            self._kept.parent.mkdir(parents=True, exist_ok=True)
            beside = self._kept.with_suffix(f".{os.getpid()}")
            beside.write_bytes(msgspec.msgpack.encode(self._known))
            beside.replace(self._kept)


def load_pack(
    place: Path,
    cache: Path | None = None,
    say: Callable[[str], None] | None = None,
    digests: Digests | None = None,
) -> tuple[PackCard, dict[str, CompiledTable]]:
    """One pack's card and its compiled tables, from the cache where the files have not changed."""
    card, files = files_of_pack(place, digests or Digests(None))
    kept = cache / f"{card.kind}-{card.name}-{card.digest[:16]}.pack" if cache is not None else None
    if kept is not None and kept.is_file():
        with suppress(msgspec.DecodeError):  # cut short by a full disk: compiled anew
            return card, msgspec.msgpack.decode(kept.read_bytes(), type=dict[str, CompiledTable])
    if say is not None:
        say(f"compiling {card.kind}/{card.name}")
    compiled: dict[str, CompiledTable] = {}
    faults: list[str] = []
    for name, spec in card.tables.items():
        if spec.package:
            continue
        try:
            compiled[name] = compile_table(f"{card.name}/{name}", spec, _rows(place, files[name]))
            if not compiled[name].groups:
                faults.append(f"{card.name}/{name}: there is no row in it")
        except LawError as error:
            faults.append(str(error))
    if faults:
        raise LawError("\n".join(faults))
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        beside = kept.with_suffix(f".{os.getpid()}")
        beside.write_bytes(msgspec.msgpack.encode(compiled))
        beside.replace(kept)
    return card, compiled


def archive(folder: Path, card: PackCard) -> bytes:
    """A pack's files as one zip, the same bytes for the same files: kept with what was filed under them.

    Raises LawError where the files are no longer those of the card.
    """
    place = folder / card.kind / card.name
    now, files = files_of_pack(place, Digests(None))
    if now.digest != card.digest:
        raise LawError(f"{card.kind}/{card.name} has changed since it was loaded: start again with the new law")
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as packed:
        for file in sorted({place / "pack.toml", *(file for listed in files.values() for file in listed)}):
            entry = ZipInfo(
                file.relative_to(place).as_posix()
            )  # its day is 1980-01-01: a clock would make each zip another
            entry.compress_type = ZIP_DEFLATED
            packed.writestr(entry, file.read_bytes())
    return made.getvalue()


def _pack_folders(folder: Path, names: Collection[str] | None) -> Iterator[Path]:
    found = set()
    for kind in KINDS:
        for place in sorted((folder / kind).glob("*/pack.toml")):
            if names is None or place.parent.name in names:
                found.add(place.parent.name)
                yield place.parent
    if names is not None and (absent := set(names) - found):
        raise LawError(f"no such pack under {folder.name}: {', '.join(sorted(absent))}")


def files_of_pack(place: Path, digests: Digests) -> tuple[PackCard, dict[str, list[Path]]]:
    """The card of a pack with the digest of all its files, and the files of each table."""
    text = (place / "pack.toml").read_bytes()
    try:
        data: dict[str, Any] = tomllib.loads(text.decode())
        card = msgspec.convert({**data, "kind": place.parent.name, "name": place.name}, type=PackCard)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise LawError(f"{place.parent.name}/{place.name}/pack.toml: {error}") from error
    digest = sha256(text)
    files: dict[str, list[Path]] = {}
    for name, spec in card.tables.items():
        if spec.goods_code and spec.goods_code not in spec.keys:
            raise LawError(f"{place.name}/{name}: goods_code {spec.goods_code!r} is not one of its keys")
        files[name] = [] if spec.package else _files(place, name, spec)
        for file in files[name]:
            digest.update(file.name.encode() + digests.of(file))
    return msgspec.structs.replace(card, digest=digest.hexdigest()), files


def _files(place: Path, name: str, spec: TableSpec) -> list[Path]:
    try:
        files = [file for pattern in spec.files or (f"{name}.csv",) for file in sorted(place.glob(pattern))]
    except (ValueError, IndexError, NotImplementedError) as error:  # nothing, or a path from the root
        raise LawError(f"{place.name}/{name}: files are named from the pack's folder: {error}") from error
    own = place.resolve()
    inside = {folder: folder.resolve().is_relative_to(own) for folder in {file.parent for file in files}}
    if stray := [file for file in files if file.is_symlink() or not file.is_file() or not inside[file.parent]]:
        raise LawError(f"{place.name}/{name}: {stray[0].name} is no file in the pack's folder")
    if not files:
        raise LawError(f"{place.name}/{name}: no file matches {', '.join(spec.files or (f'{name}.csv',))}")
    for file in files:
        if file.stat().st_size > MAX_FILE:
            raise LawError(f"{place.name}/{file.name} is larger than {MAX_FILE >> 20} MiB")
    return files


def _rows(place: Path, files: Iterable[Path]) -> Iterator[tuple[str, Mapping[str, str]]]:
    for file in files:
        name = file.relative_to(place)
        try:
            with file.open(encoding="utf-8", newline="") as stream:
                reader = csv.reader(stream)
                names = next(reader, [])
                for cells in reader:
                    if len(cells) > len(names):
                        raise LawError(
                            f"{place.name}/{name}:{reader.line_num}: more cells than columns: quote what holds a comma"
                        )
                    if cells:  # a row cut short lacks its last columns
                        yield f"{name}:{reader.line_num}", dict(zip(names, cells, strict=False))
        except (UnicodeDecodeError, csv.Error) as error:
            raise LawError(f"{place.name}/{name}: not a CSV file in UTF-8: {error}") from error


def _tables(
    card: PackCard, compiled: Mapping[str, CompiledTable], packages: Mapping[str, Package]
) -> Iterator[tuple[str, Table]]:
    for name, spec in card.tables.items():
        full = f"{card.name}/{name}"
        if spec.package:
            if spec.package in packages:
                yield full, packages[spec.package](full, spec)
        else:
            yield full, PackTable(full, spec, compiled[name].groups, compiled[name].digest, card.sources)
