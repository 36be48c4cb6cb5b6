"""A store that cannot be opened or written says so in one line, whatever the database's own words."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from entrepot.store import database, writer
from entrepot.store.database import StoreError
from entrepot.store.store import Store
from tests.store.saying import NOON, REGISTRY, line
from tests.store.saying import opened as said_opened


def opened(path: Path) -> Store:
    return Store.open(f"sqlite:///{path}", REGISTRY, keys=path.parent / "keys", clock=lambda: NOON)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://[bad/x",
        "postgresql:///x?bogus=1",
        "postgresql://h:port/x",
        "mysql://h/x",
        "store.sqlite3",
        "sqlite:///",
    ],
)
def test_an_address_of_no_store_is_told(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreError):
        Store.open(url, REGISTRY)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    with pytest.raises(StoreError, match="folder cannot be made"):
        opened(tmp_path / "home" / "store.db")


@pytest.mark.parametrize(
    "content", [b"no database at all, but long enough to be looked at" * 40, b"SQLite format 3\0" + b"x" * 4096]
)
def test_a_file_that_is_no_database_is_told_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "store.db"
    path.write_bytes(content)
    with pytest.raises(StoreError, match="cannot be opened"):
        opened(path)
    assert path.read_bytes() == content


def test_a_database_of_something_else_is_told(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE meta (mine TEXT)")
    with pytest.raises(StoreError, match="cannot be opened"):
        opened(path)


def test_a_store_that_another_program_holds_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "store.db"
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.01)
    monkeypatch.setattr(writer, "ATTEMPTS", 1)
    with opened(path) as store, sqlite3.connect(path, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError, match="could not be written"):
            store.integrate()
        with pytest.raises(StoreError, match="cannot be opened"):
            opened(path)
        other.execute("ROLLBACK")
        assert store.integrate() == 0


@pytest.mark.skipif(os.name != "posix", reason="modes of files")
def test_a_new_file_of_a_store_is_for_its_owner_alone(tmp_path: Path) -> None:
    Store.open(f"sqlite:///{tmp_path}/new.sqlite3", REGISTRY, keys=tmp_path / "keys").close()
    assert (tmp_path / "new.sqlite3").stat().st_mode & 0o077 == 0


def test_opening_a_store_again_lets_go_of_no_lock_that_this_process_holds(tmp_path: Path) -> None:
    """Whoever closes the database last folds its log into the file and removes it: others must be seen to be there."""
    passing_by = (
        "import sqlite3, sys; base = sqlite3.connect(sys.argv[1])\n"
        "print(*base.execute('SELECT count(*) FROM submission')); base.close()"
    )

    def another() -> str:
        command = [sys.executable, "-c", passing_by, str(tmp_path / "store.db")]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    with opened(tmp_path / "store.db") as store:
        store.submit([said_opened()])
        with store.database.session(), store.database.session():
            assert another() == "(1,)"
            store.submit([line(1)])
            assert another() == "(2,)"
