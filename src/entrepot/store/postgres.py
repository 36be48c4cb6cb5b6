"""Sessions on a PostgreSQL server."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from itertools import count
from typing import Any

import msgspec
import psycopg

from entrepot.store.database import (
    WRITERS_LOCK,
    ContentionError,
    Dialect,
    LostConnectionError,
    Row,
    Session,
    Statement,
)

_RACES = (psycopg.errors.IntegrityError, psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)


@lru_cache(maxsize=512)
def _for_postgres(sql: str) -> bytes:
    return sql.replace("%", "%%").replace("?", "%s").encode()


@lru_cache(maxsize=512)
def _gives_rows(sql: str) -> bool:
    return sql.lstrip().startswith("SELECT") or " RETURNING " in sql


class PostgresSession(Session):
    """One connection to a PostgreSQL server. A writing transaction is one pipeline: its inserts and its commit travel together."""

    dialect: Dialect = "postgresql"
    fault = psycopg.Error
    unreachable = psycopg.OperationalError

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)
        self._connection.execute("SET synchronous_commit = on")
        self._streams = count(1)

    def run(self, *statements: Statement) -> list[list[Row]]:
        if len(statements) == 1 or self._connection.info.pipeline_status:
            return self._answers(statements)
        with self._connection.pipeline():
            return self._answers(statements)

    def _answers(self, statements: Sequence[Statement]) -> list[list[Row]]:
        cursors = [self._connection.execute(_for_postgres(sql), parameters) for sql, parameters in statements]
        # In a pipeline a cursor knows whether it has rows only once it is asked for them.
        return [
            cursor.fetchall() if _gives_rows(sql) else [] for cursor, (sql, _) in zip(cursors, statements, strict=True)
        ]

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        names = ", ".join(columns)
        sql = f"INSERT INTO {table} ({names}) SELECT {names} FROM json_populate_recordset(NULL::{table}, ?::json)"
        self._connection.execute(_for_postgres(sql), (_records(columns, rows),))

    def change(self, table: str, key: Sequence[str], sets: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        found = " AND ".join(f"{table}.{name} = new.{name}" for name in key)
        sql = f"UPDATE {table} SET {sets} FROM json_populate_recordset(NULL::{table}, ?::json) new WHERE {found}"
        self._connection.execute(_for_postgres(sql), (_records(columns, rows),))

    @contextmanager
    def writing(self, alone: bool = False) -> Iterator[None]:
        try:
            with self._connection.pipeline():
                shared = "" if alone else "_shared"
                self.run(
                    ("BEGIN ISOLATION LEVEL READ COMMITTED", ()),
                    (f"SELECT pg_advisory_xact_lock{shared}({WRITERS_LOCK})", ()),
                )
                yield
                self._connection.execute("COMMIT")
        except BaseException as error:
            if not self._connection.closed:
                with suppress(psycopg.Error):
                    self._connection.execute("ROLLBACK")
            self._retell(error)
            raise

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        self._connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            yield
        finally:
            if not self._connection.closed:
                self._connection.execute("ROLLBACK")

    def stream(self, sql: str, *parameters: Any, at_once: int = 1_000) -> Iterator[Row]:
        with self._connection.cursor(name=f"stream_{next(self._streams)}") as cursor:
            cursor.itersize = at_once
            yield from cursor.execute(_for_postgres(sql), parameters)

    @contextmanager
    def loading(self) -> Iterator[None]:
        with self._connection.transaction():
            self._connection.execute(f"SELECT pg_advisory_xact_lock({WRITERS_LOCK})".encode())
            yield

    def load(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        copy = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
        with self._connection.cursor() as cursor, cursor.copy(copy.encode()) as into:
            for row in rows:
                into.write_row(row)

    def at_once(self, sql: str, *parameters: Any) -> list[Row]:
        try:
            return self.all(sql, *parameters)
        except psycopg.Error as error:
            self._retell(error)
            raise

    def _retell(self, error: BaseException) -> None:
        """Raise the error as the writer knows it; what it does not know is left to the caller."""
        if isinstance(error, _RACES):
            raise ContentionError(str(error)) from error
        if isinstance(error, psycopg.OperationalError) and self.broken:
            raise LostConnectionError(str(error)) from error

    def script(self, sql: str) -> None:
        for statement in sql.split("\n\n"):
            self._connection.execute(statement.encode())

    def close(self) -> None:
        self._connection.close()

    @property
    def broken(self) -> bool:
        return self._connection.closed or self._connection.broken


def _in_json(value: object) -> object:
    return rf"\x{value.hex()}" if isinstance(value, bytes) else value


def _records(columns: Sequence[str], rows: Sequence[Row]) -> str:
    """Rows as the JSON that `json_populate_recordset` reads; bytes in the hexadecimal form of bytea."""
    return msgspec.json.encode(
        [{name: _in_json(value) for name, value in zip(columns, row, strict=True)} for row in rows]
    ).decode()
