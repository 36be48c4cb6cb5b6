"""Backup and restore: all of a store in one file that fits either database, checked leaf by leaf when it comes back.

The file is a zip. `tables/NAME.ndjson` holds one table: a line that names its columns with their types, then a line for each
row, bytes in base64, in the order of the primary key. `keys.json` holds the folder of keys, sealed with a passphrase, and so does
`accounts.json` hold what the portal keeps of people and organisations. `manifest`
tells every part with its rows and its SHA-256; where the log's key is at hand it is a signed note of the log. It is written last:
a backup that was cut short has none.
"""

import os
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from entrepot.store import vault
from entrepot.store.audit import Audit, LiveTables, Progress, audit, keys_of, no_progress
from entrepot.store.database import Database, Row, Session, StoreError
from entrepot.store.keys import sync_folder
from entrepot.store.notes import NoteError, open_note, split_note
from entrepot.store.outbox import stamp
from entrepot.store.schema import STEPS, migrate, tables
from entrepot.store.sealing import open_keys, seal_keys

VERSION = "entrepot backup v1"
MANIFEST, KEYS, ACCOUNTS = "manifest", "keys.json", "accounts.json"
SEALED = (KEYS, ACCOUNTS)
_ABOUT_ACCOUNTS = b"entrepot backup accounts v1"
LONGEST_LINE = 96 * 1024 * 1024  # a document of 50 MB in base64, with room
LONGEST_MANIFEST = 256 * 1024
_TYPES: dict[str, Any] = {"integer": int | None, "text": str | None, "bytes": bytes | None}
_PART = re.compile(r"part (tables/[a-z_]+\.ndjson|keys\.json|accounts\.json) (\d+) ([0-9a-f]{64})")
_encode = msgspec.json.Encoder().encode


class BackupError(StoreError):
    """A backup that cannot be written, read or trusted; the message says which part and why."""


class Part(Struct, frozen=True):
    """A part of a backup: how many rows it holds, and the SHA-256 of its bytes."""

    name: str
    rows: int
    digest: str


class Manifest(Struct, frozen=True):
    """What a backup says of itself. `signed` tells whether the log's own key signed it."""

    origin: str
    step: int
    taken_at: str
    size: int
    parts: tuple[Part, ...]
    signed: bool = False

    def text(self) -> str:
        """The text that is signed. Its first line keeps it apart from any checkpoint."""
        lines = [VERSION, f"origin {self.origin}", f"step {self.step}", f"taken {self.taken_at}", f"size {self.size}"]
        lines += [f"part {part.name} {part.rows} {part.digest}" for part in self.parts]
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def parse(cls, text: str, signed: bool) -> "Manifest":
        """A manifest from its text; BackupError where it is none."""
        lines = text.split("\n")
        heads = [line.partition(" ") for line in lines[1:5]]
        numbers = all(re.fullmatch(r"\d{1,19}", heads[at][2]) for at in (1, 3)) if len(heads) == 4 else False
        if lines[0] != VERSION or [head[0] for head in heads] != ["origin", "step", "taken", "size"] or not numbers:
            raise BackupError("its manifest is not one of this kind of backup", "清单不是本类备份的清单")
        parts = []
        for line in lines[5:-1]:
            match = _PART.fullmatch(line)
            if not match:
                raise BackupError(f"its manifest has a line that is none: {line[:80]!a}", "清单含有无法识别的行")
            parts.append(Part(match[1], int(match[2]), match[3]))
        read = cls(heads[0][2], int(heads[1][2]), heads[2][2], int(heads[3][2]), tuple(parts), signed)
        if read.text() != text:
            raise BackupError("its manifest is not in its one spelling", "清单未按唯一写法书写")
        return read


# -- writing ----------------------------------------------------------------------------------------------------------


def back_up(
    database: Database,
    target: Path,
    now: datetime,
    keys: Path | None,
    passphrase: str = "",
    sign: Callable[[str], str] | None = None,
    progress: Progress = no_progress,
    accounts: bytes = b"",
) -> Manifest:
    """Write everything as it is at one moment, while others go on writing. The file appears whole or not at all.

    `keys` is the folder of keys, sealed with the passphrase; without it the keys are left out, and the `accounts`
    too. `sign` makes the signed note.
    """
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    session = database.connect()
    try:
        with (
            session.snapshot(),
            os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file,
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        ):
            meta: dict[str, str] = dict(session.all("SELECT name, value FROM meta"))
            [(step,)] = session.all("SELECT max(step) FROM schema_step")
            [(size,)] = session.all("SELECT coalesce(max(size), 0) FROM checkpoint")
            parts = [_write_table(session, archive, table, progress) for table in tables(step)]
            if keys is not None:
                hidden = {KEYS: seal_keys(keys, passphrase)}
                if accounts:
                    hidden[ACCOUNTS] = vault.seal(accounts, passphrase, _ABOUT_ACCOUNTS)
                for name, sealed in hidden.items():
                    archive.writestr(name, sealed)
                    parts.append(Part(name, 1, sha256(sealed).hexdigest()))
            manifest = Manifest(meta["origin"], step, stamp(now), size, tuple(parts), sign is not None)
            archive.writestr(MANIFEST, sign(manifest.text()) if sign else manifest.text())
            archive.close()
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)
        sync_folder(target.parent)
    finally:
        session.close()
        beside.unlink(missing_ok=True)
    return manifest


def _write_table(session: Session, archive: zipfile.ZipFile, table: str, progress: Progress) -> Part:
    columns = _columns(session, table)
    name, digest, count = f"tables/{table}.ndjson", sha256(), 0
    order = ", ".join(_primary_key(session, table))
    query = f"SELECT {', '.join(columns)} FROM {table} ORDER BY {order}"
    few = 8 if table in ("content", "pack") else 1_000
    with archive.open(name, "w", force_zip64=True) as part:

        def write(lines: Sequence[bytes]) -> None:
            data = b"\n".join((*lines, b""))
            digest.update(data)
            part.write(data)

        write([_encode({"table": table, "columns": columns})])
        waiting, weight = list[bytes](), 0
        for row in session.stream(query, at_once=few):
            waiting.append(_encode(row))
            weight += len(waiting[-1])
            if weight > 1_000_000:
                write(waiting)
                count += len(waiting)
                progress(table, len(waiting))
                waiting, weight = [], 0
        if waiting:
            write(waiting)
            progress(table, len(waiting))
    return Part(name, count + len(waiting), digest.hexdigest())


def _columns(session: Session, table: str) -> dict[str, str]:
    """The columns of a table with their types, in their order."""
    if session.dialect == "sqlite":
        rows = session.all("SELECT name, lower(type) FROM pragma_table_info(?)", table)
    else:
        rows = session.all(
            "SELECT column_name, data_type FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND table_name = ? ORDER BY ordinal_position",
            table,
        )
    known = {"integer": "integer", "bigint": "integer", "text": "text", "blob": "bytes", "bytea": "bytes"}
    return {name: known[type] for name, type in rows}


def _primary_key(session: Session, table: str) -> list[str]:
    if session.dialect == "sqlite":
        rows = session.all("SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", table)
    else:
        rows = session.all(
            "SELECT a.attname FROM pg_index i CROSS JOIN unnest(i.indkey) WITH ORDINALITY k (number, place)"
            " JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number"
            " WHERE i.indisprimary AND i.indrelid = ?::regclass ORDER BY k.place",
            table,
        )
    return [name for (name,) in rows]


# -- reading ----------------------------------------------------------------------------------------------------------


class Backup:
    """A backup as it lies there. `rows` are its tables, so it can be audited without being restored."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.manifest = self._manifest()
        self._parts = {part.name: part for part in self.manifest.parts}
        wanted = {f"tables/{table}.ndjson" for table in tables(self.manifest.step)}
        held = set(archive.namelist())
        if self.manifest.step > len(STEPS):
            raise BackupError("it was made by a newer version of this program", "备份由更新版本的程序生成")
        if lacking := (wanted - set(self._parts)) | (set(self._parts) - held):
            raise BackupError(f"it lacks {', '.join(sorted(lacking))}", f"缺少 {'、'.join(sorted(lacking))}")

    def _manifest(self) -> Manifest:
        try:
            with self._archive.open(MANIFEST) as file:
                text = file.read(LONGEST_MANIFEST + 1).decode()
        except (KeyError, UnicodeDecodeError, zipfile.BadZipFile) as error:
            raise BackupError(
                "it has no manifest that can be read: it was cut short", "没有可读的清单，备份不完整"
            ) from error
        if len(text) > LONGEST_MANIFEST:
            raise BackupError("its manifest is too long", "清单过长")
        signed = "\n\n" in text
        return Manifest.parse(split_note(text)[0] if signed else text, signed)

    @property
    def meta(self) -> dict[str, str]:
        """The store's card."""
        return dict(self.rows("meta", ("name", "value")))

    def signature(self) -> str:
        """Why the manifest's signature does not hold; empty where it does."""
        if not self.manifest.signed:
            return "it is not signed"
        try:
            keys = keys_of(self)
            open_note(self._archive.read(MANIFEST).decode(), keys.counting(self.manifest.size) if keys else ())
        except NoteError as error:
            return str(error)
        return ""

    def verify(self, progress: Progress = no_progress) -> None:
        """Read every part once against the manifest; BackupError names the first that is not what it says."""
        for part in self.manifest.parts:
            digest, rows = sha256(), 0
            try:
                with self._archive.open(part.name) as file:
                    while block := file.read(1 << 20):
                        digest.update(block)
                        rows += block.count(b"\n")
            except (zipfile.BadZipFile, EOFError, OSError, KeyError) as error:
                raise BackupError(f"{part.name} is damaged: {error}", f"{part.name} 已损坏：{error}") from error
            if digest.hexdigest() != part.digest or (part.name not in SEALED and rows != part.rows + 1):
                raise BackupError(f"{part.name} is not what was backed up", f"{part.name} 与备份时的内容不符")
            progress(part.name, rows)

    def columns(self, table: str) -> dict[str, str]:
        """The columns of a table with their types."""
        with self._archive.open(f"tables/{table}.ndjson") as file:
            return self._head(table, file.readline(LONGEST_LINE))

    def rows(self, table: str, columns: Sequence[str] = ()) -> Iterator[Row]:
        """The rows of a table, those columns of it; all where none are named. None of a table that is younger than the backup."""
        if f"tables/{table}.ndjson" not in self._parts:
            return
        with self._archive.open(f"tables/{table}.ndjson") as file:
            held = self._head(table, file.readline(LONGEST_LINE))
            names = list(held)
            read = msgspec.json.Decoder(tuple.__class_getitem__(tuple(_TYPES[type] for type in held.values()))).decode
            wanted = [names.index(name) for name in columns]
            number = 1
            while line := file.readline(LONGEST_LINE):
                number += 1
                try:
                    row: Row = read(line)
                except msgspec.MsgspecError as error:
                    raise BackupError(
                        f"line {number} of {table} cannot be read: {error}", f"{table} 第 {number} 行无法读取"
                    ) from error
                yield tuple([row[at] for at in wanted]) if wanted else row

    def _head(self, table: str, line: bytes) -> dict[str, str]:
        try:
            head = msgspec.json.decode(line, type=_Head)
        except msgspec.MsgspecError as error:
            raise BackupError(f"the head of {table} cannot be read: {error}", f"{table} 的表头无法读取") from error
        plain = all(re.fullmatch(r"[a-z_]+", name) and type in _TYPES for name, type in head.columns.items())
        if head.table != table or not head.columns or not plain:
            raise BackupError(f"the head of {table} is not that of a table", f"{table} 的表头不符")
        return head.columns

    def keys(self, passphrase: str) -> dict[str, bytes] | None:
        """The files of the folder of keys; None where they were left out. BackupError where the passphrase is another."""
        return open_keys(self._archive.read(KEYS), passphrase) if KEYS in self._parts else None

    def accounts(self, passphrase: str) -> bytes:
        """What the portal keeps of people and organisations; nothing where it is not in it. BackupError where the passphrase is another."""
        if ACCOUNTS not in self._parts:
            return b""
        try:
            return vault.unseal(self._archive.read(ACCOUNTS), passphrase, _ABOUT_ACCOUNTS)
        except ValueError as error:
            raise BackupError(
                "the accounts cannot be opened: another passphrase, or they were altered",
                "无法打开账户：口令不符或内容被改动",
            ) from error

    @property
    def has_keys(self) -> bool:
        """Whether the keys are in it."""
        return KEYS in self._parts


class _Head(Struct, forbid_unknown_fields=True):
    table: str
    columns: dict[str, str]


@contextmanager
def opened(source: Path) -> Iterator[Backup]:
    """A backup to read from; BackupError where the file is none."""
    try:
        archive = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, OSError) as error:
        raise BackupError(f"{source.name} is no backup: {error}", f"{source.name} 不是备份文件：{error}") from error
    with archive:
        yield Backup(archive)


# -- restoring --------------------------------------------------------------------------------------------------------


def restore(
    backup: Backup,
    url: str,
    now: datetime,
    progress: Progress = no_progress,
    accept: Callable[[Audit], bool] = lambda a: a.whole,
) -> Audit:
    """Fill an empty store from a backup and recompute every leaf of what was filled in. It becomes a store only if `accept`
    takes the audit; else nothing of it is left. The parts were verified before."""
    if url.startswith("sqlite:"):
        path = Database(url).path
        if path.exists():
            raise BackupError(
                f"{path.name} is there already: restore into a new store", f"{path.name} 已存在：请恢复到新的存储"
            )
        half = path.with_name(f"{path.name}.restoring")
        _remove(half)
        try:
            found = _fill(backup, Database(f"sqlite:///{half}"), now, progress, accept)
            if accept(found):
                descriptor = os.open(half, os.O_RDWR)
                os.fsync(descriptor)
                os.close(descriptor)
                half.replace(path)
                sync_folder(path.parent)
        finally:
            _remove(half)
        return found
    return _fill(backup, Database(url), now, progress, accept)


class _NotAccepted(Exception):
    """Undoes the transaction."""


def _fill(
    backup: Backup, database: Database, now: datetime, progress: Progress, accept: Callable[[Audit], bool]
) -> Audit:
    session = database.connect()
    found: Audit | None = None
    try:
        if database.dialect == "postgresql" and session.one("SELECT to_regclass('submission')") != (None,):
            raise BackupError(
                "the database holds a store already: restore into an empty one", "该数据库已有存储：请恢复到空数据库"
            )
        try:
            with session.loading():
                migrate(database, session, now, backup.manifest.step, within=True)
                for table in tables(backup.manifest.step):
                    _load(session, table, backup, progress)
                _continue_counting(session)
                found = audit(LiveTables(session), progress)
                if not accept(found):
                    raise _NotAccepted
        except _NotAccepted:
            pass
        assert found is not None
        return found
    finally:
        session.close()
        database.close()


def _load(session: Session, table: str, backup: Backup, progress: Progress) -> None:
    columns = backup.columns(table)
    if columns != _columns(session, table):
        raise BackupError(f"the columns of {table} are not those of its step", f"{table} 的列与其结构版本不符")

    def counted() -> Iterator[Row]:
        count = 0
        for row in backup.rows(table):
            count += 1
            if not count % 1_000:
                progress(table, 1_000)
            yield row
        progress(table, count % 1_000)

    session.load(table, list(columns), counted())


def _continue_counting(session: Session) -> None:
    """What numbers rows goes on after the last one."""
    if session.dialect == "sqlite":
        return  # the next number follows from the rows themselves
    session.run(("SELECT setval('heard', (SELECT coalesce(max(seq), 0) + 1 FROM submission), false)", ()))
    for table, column in session.all(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = current_schema() AND is_identity = 'YES'"
    ):
        session.run(
            (
                f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'),"
                f" (SELECT coalesce(max({column}), 0) + 1 FROM {table}), false)",
                (),
            )
        )


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
