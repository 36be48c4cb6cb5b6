"""Every test of the store that asks for `url` runs on both databases."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from entrepot.store.store import Store
from tests.store.saying import NOON, REGISTRY


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/store.db"
    # Emptying one database is many times faster than making another.
    server = str(request.getfixturevalue("postgres_url"))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return server


@pytest.fixture
def open_store(url: str, tmp_path: Path) -> Iterator[Callable[..., Store]]:
    """Opens stores on the database; all are closed at the end. Closing one twice does no harm."""
    stores: list[Store] = []

    def open_(**settings: Any) -> Store:
        store = Store.open(url, REGISTRY, **{"keys": tmp_path / "keys", "clock": lambda: NOON, **settings})
        stores.append(store)
        return store

    yield open_
    for store in stores:
        store.close()


@pytest.fixture
def store(open_store: Callable[..., Store]) -> Store:
    """A store on the database."""
    return open_store()
