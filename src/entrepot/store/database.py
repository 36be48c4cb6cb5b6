"""One thin layer over SQLite and PostgreSQL: the same few verbs on both, hand-written SQL, no mapper.

SQL is written once with `?` for a parameter. Lists go in as one JSON text (see `among`), and on PostgreSQL rows to insert
do too (`json_populate_recordset`): one statement and one round trip whatever the number of rows.
"""

import os
import sqlite3
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

import msgspec

from entrepot.kernel.text import Text

Row = tuple[Any, ...]
Statement = tuple[str, tuple[Any, ...]]
Dialect = Literal["sqlite", "postgresql"]

BUSY_SECONDS = 10
ROWS_AT_ONCE = 100  # of the widest table fewer values than any SQLite allows in a statement
OLDEST_SQLITE = (3, 37, 0)

WRITERS_LOCK = (
    0x656E7472  # PostgreSQL's advisory locks: writers share the first, whoever writes alone waits for them all
)
SEQUENCER_LOCK = WRITERS_LOCK + 1
SCHEMA_LOCK = WRITERS_LOCK + 2


class StoreError(Exception):
    """The store cannot do what was asked; `text` says why and what to do, in English and Chinese."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(f"{en} | {zh}")
        self.text = Text(en, zh)


class ContentionError(Exception):
    """Another writer was faster: the same transaction may be tried again."""


class LostConnectionError(Exception):
    """The database went away in the middle: whether the transaction was kept is not known, so it is tried again by id."""


def listed(values: Iterable[object]) -> str:
    """Values as the one JSON text that `among` reads."""
    return msgspec.json.encode(list(values)).decode()


class Session(ABC):
    """A connection in the hands of one thread. `fault` is what its driver raises where it cannot, `unreachable` where there is
    nothing to reach."""

    dialect: Dialect
    fault: type[Exception]
    unreachable: type[Exception]

    @abstractmethod
    def run(self, *statements: Statement) -> list[list[Row]]:
        """Run statements in order, in one round trip, and give the rows of each."""

    @abstractmethod
    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Insert rows. Every row gives every column."""

    @abstractmethod
    def change(self, table: str, key: Sequence[str], sets: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Update one row of the table for each of `rows`, found by its `key` columns; `sets` says how, with `new.column`."""

    @abstractmethod
    def writing(self, alone: bool = False) -> AbstractContextManager[None]:
        """A context in which everything is one durable transaction: kept when it ends well, else as if nothing had been.

        With `alone` no other writer of any process is in the middle of a transaction meanwhile.
        """

    def at_once(self, sql: str, *parameters: Any) -> list[Row]:
        """The rows of one statement that is a durable transaction by itself."""
        with self.writing():
            return self.all(sql, *parameters)

    @abstractmethod
    def snapshot(self) -> AbstractContextManager[None]:
        """A context in which everything read is as it was at one moment, whatever others write meanwhile."""

    @abstractmethod
    def stream(self, sql: str, *parameters: Any, at_once: int = 1_000) -> Iterator[Row]:
        """The rows of one query, fetched `at_once` at a time, inside a snapshot or a loading: memory stays flat."""

    @abstractmethod
    def loading(self) -> AbstractContextManager[None]:
        """A context for filling an empty store: nothing is durable before it ends, and nobody else writes."""

    @abstractmethod
    def load(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        """Write any number of rows in the quickest way, inside a loading."""

    @abstractmethod
    def script(self, sql: str) -> None:
        """Run the statements of a schema step."""

    @abstractmethod
    def close(self) -> None:
        """Give the connection back to the database for good."""

    @property
    @abstractmethod
    def broken(self) -> bool:
        """Whether the connection is of no more use."""

    def all(self, sql: str, *parameters: Any) -> list[Row]:
        """The rows of one statement."""
        return self.run((sql, parameters))[0]

    def one(self, sql: str, *parameters: Any) -> Row | None:
        """The first row of one statement."""
        rows = self.all(sql, *parameters)
        return rows[0] if rows else None


class SqliteSession(Session):
    """One connection to a SQLite file: WAL, synchronous FULL, foreign keys on."""

    dialect: Dialect = "sqlite"
    fault: type[Exception] = sqlite3.Error
    unreachable: type[Exception] = sqlite3.OperationalError
    clash: type[Exception] = sqlite3.IntegrityError

    def __init__(self, path: str) -> None:
        self._connection = self._connected(path)
        # What is deleted is overwritten: the law that wants it gone does not mean a free page of the file.
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "recursive_triggers = ON",
            "secure_delete = ON",
        ):
            self._connection.execute(f"PRAGMA {pragma}")

    def _connected(self, path: str) -> Any:
        make_private(path)
        return sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)

    def run(self, *statements: Statement) -> list[list[Row]]:
        return [self._connection.execute(sql, parameters).fetchall() for sql, parameters in statements]

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        whole = len(rows) - len(rows) % ROWS_AT_ONCE
        for at in range(0, whole, ROWS_AT_ONCE):  # a statement of many rows costs less than as many statements
            values = list(chain.from_iterable(rows[at : at + ROWS_AT_ONCE]))
            self._connection.execute(_sqlite_insert(table, tuple(columns), ROWS_AT_ONCE), values)
        self._connection.executemany(_sqlite_insert(table, tuple(columns), 1), rows[whole:])

    def change(self, table: str, key: Sequence[str], sets: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        named = [dict(zip(columns, row, strict=True)) for row in rows]
        self._connection.executemany(_sqlite_change(table, tuple(key), sets, tuple(columns)), named)

    @contextmanager
    def writing(self, alone: bool = False) -> Iterator[None]:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            yield
            self._connection.execute("COMMIT")
        except BaseException as error:
            if self._connection.in_transaction:
                with suppress(self.fault):
                    self._connection.execute("ROLLBACK")
            if isinstance(error, self.clash) or self._busy(error):
                raise ContentionError(str(error)) from error
            raise

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        self._connection.execute("BEGIN")
        try:
            yield
        finally:
            self._connection.execute("ROLLBACK")

    def stream(self, sql: str, *parameters: Any, at_once: int = 1_000) -> Iterator[Row]:
        cursor = self._connection.cursor()
        cursor.arraysize = at_once
        yield from cursor.execute(sql, parameters)

    @contextmanager
    def loading(self) -> Iterator[None]:
        self._connection.execute("PRAGMA synchronous = OFF")
        with self.writing(alone=True):
            yield
        self._connection.execute("PRAGMA synchronous = FULL")
        # What lies in the write-ahead log goes into the file, and the file to the disk.
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def load(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        marks = ", ".join("?" * len(columns))
        self._connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)

    def script(self, sql: str) -> None:
        # `executescript` would commit first; the statements are cut by the blank line between them instead.
        for statement in sql.split("\n\n"):
            self._connection.execute(statement)

    def close(self) -> None:
        self._connection.close()

    @property
    def broken(self) -> bool:
        return False

    def _busy(self, error: BaseException) -> bool:
        """Whether another process held the file for longer than the busy timeout."""
        return isinstance(error, self.unreachable) and getattr(error, "sqlite_errorcode", 0) & 0xFF in (5, 6)


def make_private(path: str) -> None:
    """Papers and salts lie in it: a new file is for its owner alone, as the keys are. One that is there must not be opened here:
    closing it would let go of every lock that this process holds on it."""
    with suppress(OSError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


@lru_cache(maxsize=64)
def _sqlite_insert(table: str, columns: tuple[str, ...], rows: int) -> str:
    marks = f"({', '.join('?' * len(columns))})"
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([marks] * rows)}"


@lru_cache(maxsize=64)
def _sqlite_change(table: str, key: tuple[str, ...], sets: str, columns: tuple[str, ...]) -> str:
    for name in columns:
        sets = sets.replace(f"new.{name}", f":{name}")
    return f"UPDATE {table} SET {sets} WHERE {' AND '.join(f'{name} = :{name}' for name in key)}"


class Database:
    """Where the store is kept: hands out sessions, and knows what the two dialects say differently."""

    def __init__(self, url: str) -> None:
        self.url = url
        try:
            scheme = urlsplit(url).scheme
        except ValueError as error:
            raise StoreError(f"{url!r} is no address of a store: {error}", f"{url!r} 不是有效的存储地址") from error
        if scheme in ("sqlite", "sqlcipher"):
            kind = SqliteSession
            if scheme == "sqlcipher":
                from entrepot.store.sqlcipher import SqlcipherSession

                kind = SqlcipherSession
            self._kind: type[Session] = kind
            self._open: Callable[[], Session] = lambda: kind(str(self.path))
            if sqlite3.sqlite_version_info < OLDEST_SQLITE:
                raise StoreError(
                    f"SQLite {sqlite3.sqlite_version} is too old: 3.37 or newer is needed",
                    f"SQLite {sqlite3.sqlite_version} 版本过旧，需要 3.37 或更高版本",
                )
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StoreError(
                    f"the store's folder cannot be made: {error}", f"无法建立存储文件夹：{error}"
                ) from error
        elif scheme in ("postgresql", "postgres"):
            from entrepot.store.postgres import (
                PostgresSession,  # its driver is slow to load: only where it is asked for
            )

            self._kind = PostgresSession
            self._open = lambda: PostgresSession(url)
        else:
            raise StoreError(
                f"a store's address starts with sqlite:///, sqlcipher:/// or postgresql://, not with {scheme!r}",
                "存储地址须以 sqlite:///、sqlcipher:/// 或 postgresql:// 开头",
            )
        self._idle: list[Session] = []
        self._mutex = threading.Lock()
        self._closed = False
        self._owner = os.getpid()

    @property
    def dialect(self) -> Dialect:
        """The database's way of saying things."""
        return self._kind.dialect

    @property
    def faults(self) -> tuple[type[Exception], ...]:
        """What it says when it cannot: a full disk, a file that may not be written or is none of ours, a lock for too long."""
        return (self._kind.fault, ContentionError, LostConnectionError)

    @property
    def path(self) -> Path:
        """The file of a SQLite store (`sqlite:///relative` or `sqlite:////absolute`; `sqlcipher:///…` where it is encrypted)."""
        return Path(unquote(urlsplit(self.url).path).removeprefix("/"))

    @property
    def idle(self) -> int:
        """How many sessions of this process lie idle."""
        return len(self._idle)

    def connect(self) -> Session:
        """A new session for a caller who keeps and closes it."""
        try:
            return self._open()
        except self._kind.fault as error:
            raise StoreError(f"the store cannot be opened: {error}", f"无法打开存储：{error}") from error

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session for one piece of work, from those lying idle."""
        if os.getpid() != self._owner:
            raise StoreError("each process opens the store for itself", "每个进程须自行打开存储")
        with self._mutex:
            session = self._idle.pop() if self._idle else None
        session = session or self.connect()
        try:
            yield session
        except (self._kind.unreachable, ContentionError) as error:
            raise StoreError(f"the database cannot be reached: {error}", f"无法连接数据库：{error}") from error
        finally:
            with self._mutex:
                # One that broke tells of a server that went away: those that lie idle are of no use either.
                idle, self._idle = (
                    ([*self._idle, session], []) if self._closed or session.broken else ([], [*self._idle, session])
                )
            for useless in idle:
                useless.close()

    def close(self) -> None:
        """Close what lies idle; sessions in use close when they come back."""
        with self._mutex:
            idle, self._idle, self._closed = self._idle, [], True
        for session in idle:
            session.close()

    def among(self, column: str) -> str:
        """SQL for: the column is one of a list given as one JSON text."""
        if self.dialect == "sqlite":
            return f"{column} IN (SELECT value FROM json_each(?))"
        return f"{column} = ANY(ARRAY(SELECT json_array_elements_text(?::json)))"

    def locking(self, sql: str, order: str) -> str:
        """The query with its rows locked until the transaction ends, in one order for all; SQLite has one writer anyway."""
        return sql if self.dialect == "sqlite" else f"{sql} ORDER BY {order} FOR UPDATE"
