"""Django's SQLite backend on SQLCipher: the accounts of a counter, under the lock of their folder (`store/vault.py`)."""

import datetime
import decimal
import importlib
from collections.abc import Iterable, Mapping
from itertools import tee
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base
from django.utils.dateparse import parse_date, parse_datetime, parse_time
from sqlcipher3 import dbapi2

from entrepot.store.sqlcipher import unlocked

# What Django teaches the driver of the standard library, this one must learn too.
dbapi2.register_converter("bool", b"1".__eq__)
dbapi2.register_converter("date", lambda text: parse_date(text.decode()))
dbapi2.register_converter("time", lambda text: parse_time(text.decode()))
dbapi2.register_converter("datetime", lambda text: parse_datetime(text.decode()))
dbapi2.register_converter("timestamp", lambda text: parse_datetime(text.decode()))
dbapi2.register_adapter(decimal.Decimal, str)
dbapi2.register_adapter(datetime.date, lambda one: one.isoformat())
dbapi2.register_adapter(datetime.datetime, lambda one: one.isoformat(" "))


class DatabaseWrapper(base.DatabaseWrapper):
    """Named as an ENGINE by the package's path."""

    Database = dbapi2

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection that has its key."""
        settings = {name: value for name, value in conn_params.items() if name != "database"}
        connection = unlocked(Path(conn_params["database"]), **settings)
        importlib.import_module("django.db.backends.sqlite3._functions").register(connection)  # as its own backend does
        for pragma in ("foreign_keys = ON", "legacy_alter_table = OFF"):
            connection.execute(f"PRAGMA {pragma}")
        for command in vars(self)["init_commands"]:
            connection.execute(command.strip() or "SELECT 1")
        return connection

    def create_cursor(self, name: str | None = None) -> Any:
        """A cursor that takes Django's way of naming parameters."""
        return self.connection.cursor(factory=Cursor)


class Cursor(dbapi2.Cursor):
    """Django writes parameters as `%s` or `%(name)s`, SQLite as `?` or `:name`."""

    def execute(self, query: str, params: Any = None) -> Any:
        if params is None:
            return super().execute(query)
        return super().execute(_query(query, params), params)

    def executemany(self, query: str, param_list: Iterable[Any]) -> Any:
        peekable, rows = tee(iter(param_list))
        first = next(peekable, None)
        return super().executemany(_query(query, first) if first else query, rows)


def _query(query: str, params: Any) -> str:
    if isinstance(params, Mapping):
        return query % {name: f":{name}" for name in params}
    return base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")
