"""A zip that grows while it is written: long lists line by line, papers one by one, and at the end the digest of each file in it,
signed by the log. Memory does not grow with what is in it but for the zip's own list of papers.
"""

import csv
import io
import os
import re
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import msgspec

PIECE = 1 << 20
MANIFEST, SEAL = "manifest.txt", "manifest.sig"
SEAL_HEAD = "entrepot export"
LONGEST_NAME = 80
_UNSAFE = re.compile(r"[^\w.\- ()\[\]]", re.UNICODE)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_PACKED = (".zip", ".xlsx", ".pdf", ".png", ".jpg", ".jpeg", ".docx")


def safe_name(name: str) -> str:
    """A name that stays in its folder and can be written on any system."""
    plain = _UNSAFE.sub("_", name.replace("\\", "/").rpartition("/")[2]).strip(" .")
    stem, dot, kind = plain.rpartition(".")
    return (
        f"{stem[: LONGEST_NAME - len(kind) - 1]}{dot}{kind}"
        if dot and len(kind) < 10
        else plain[:LONGEST_NAME] or "paper"
    )


def cell(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula: what begins like one has an apostrophe before it."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


class Bundle:
    """A zip being written at `path`. Lists are gathered beside it and packed at the end; nothing is at `path` before `finish`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.parent.chmod(0o700)
        self._part = path.with_suffix(".part")
        self._file = self._opened(self._part)
        self._zip = ZipFile(self._file, "w", ZIP_DEFLATED, allowZip64=True)
        self._lists: dict[str, IO[bytes]] = {}
        self._listed: IO[bytes] = self._opened(path.with_suffix(".manifest"))
        self._names: set[str] = set()

    @staticmethod
    def _opened(path: Path) -> IO[bytes]:
        return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b")

    def __enter__(self) -> "Bundle":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Whatever was not finished is gone."""
        for file in (*self._lists.values(), self._listed):
            file.close()
        self._zip.close()
        self._file.close()
        for name in (*(f".{number}.list" for number in range(len(self._lists))), ".manifest", ".part"):
            self.path.with_suffix(name).unlink(missing_ok=True)

    def line(self, name: str, value: Any) -> None:
        """One more line of JSON in a list."""
        self._list(name).write(msgspec.json.encode(value) + b"\n")

    def row(self, name: str, cells: Sequence[Any]) -> None:
        """One more row of a table; a table begins with a byte order mark, by which spreadsheets know that it is UTF-8."""
        fresh = name not in self._lists
        written = io.StringIO()
        csv.writer(written, lineterminator="\r\n").writerow([cell(one) for one in cells])
        self._list(name).write((b"\xef\xbb\xbf" if fresh else b"") + written.getvalue().encode())

    def _list(self, name: str) -> IO[bytes]:
        there = self._lists.get(name)
        if there is None:
            there = self._lists[name] = self._opened(self.path.with_suffix(f".{len(self._lists)}.list"))
        return there

    def file(self, name: str, data: bytes) -> bool:
        """A whole file; False where one of that name is in it already."""
        if name in self._names:
            return False
        self._names.add(name)
        entry = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        entry.compress_type = ZIP_STORED if name.lower().endswith(_PACKED) else ZIP_DEFLATED
        entry.external_attr = 0o600 << 16
        self._zip.writestr(entry, data)
        self._listed.write(f"{sha256(data).hexdigest()}  {name}\n".encode())
        return True

    def finish(self, seal: Callable[[str], str], about: str) -> tuple[int, str]:
        """Pack the lists, list all digests, have the list's digest sealed; the size and SHA-256 of the zip, which is at its place now."""
        for name, file in self._lists.items():
            self._pack(name, file)
        self._listed.flush()
        self._listed.seek(0)
        digest = sha256()
        with self._zip.open(ZipInfo(MANIFEST, (1980, 1, 1, 0, 0, 0)), "w", force_zip64=True) as packed:
            for piece in iter(lambda: self._listed.read(PIECE), b""):
                packed.write(piece)
                digest.update(piece)
        sealed = seal(f"{SEAL_HEAD}\n{about}\n{MANIFEST} sha256 {digest.hexdigest()}\n")
        self._zip.writestr(ZipInfo(SEAL, (1980, 1, 1, 0, 0, 0)), sealed)
        self._zip.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        size, whole = self._file.seek(0, os.SEEK_END), sha256()
        self._file.seek(0)
        for piece in iter(lambda: self._file.read(PIECE), b""):
            whole.update(piece)
        self._part.replace(self.path)
        return size, whole.hexdigest()

    def _pack(self, name: str, file: IO[bytes]) -> None:
        file.flush()
        file.seek(0)
        digest, entry = sha256(), ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        entry.compress_type = ZIP_DEFLATED
        entry.external_attr = 0o600 << 16
        with self._zip.open(entry, "w", force_zip64=True) as packed:
            for piece in iter(lambda: file.read(PIECE), b""):
                packed.write(piece)
                digest.update(piece)
        self._listed.write(f"{digest.hexdigest()}  {name}\n".encode())
