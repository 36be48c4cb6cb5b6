"""A store in an encrypted file (SQLCipher): `sqlcipher:///path`, in a folder that `vault.py` locks with a passphrase.

Everything SQLite writes beside the file, its write-ahead log included, is encrypted page by page (AES-256, HMAC-SHA-512);
temporary tables stay in memory.
"""

import shutil
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from entrepot.store import vault
from entrepot.store.database import BUSY_SECONDS, Database, SqliteSession, StoreError, make_private

ACCOUNTS = "accounts.sqlite3"


def key_of(path: Path) -> str:
    """The raw key of a database file, as SQLCipher takes it. A new file locks its folder; one that lost its lock is refused."""
    if not (path.parent / vault.LOCK).exists() and not (path.exists() and path.stat().st_size):
        vault.lock(path.parent)
    return f"\"x'{vault.derived(path.parent, 'database').hex()}'\""


def unlocked(path: Path, **settings: Any) -> Any:
    """A new connection of the driver's own that has its key; StoreError where that does not open the file."""
    key = key_of(path)  # before anything lies at the path
    make_private(str(path))
    connection = dbapi2.connect(str(path), **settings)
    try:
        _unlock(connection, path, key)
    except BaseException:
        connection.close()
        raise
    return connection


def _unlock(connection: Any, path: Path, key: str) -> None:
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f"PRAGMA key = {key}")
    connection.execute("PRAGMA temp_store = MEMORY")
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except (dbapi2.DatabaseError, MemoryError) as error:
        if isinstance(error, dbapi2.OperationalError):
            raise
        raise StoreError(
            f"{path.name} is not encrypted with the key of its folder", f"{path.name} 并非以本文件夹的密钥加密"
        ) from error


class SqlcipherSession(SqliteSession):
    """One connection to an encrypted SQLite file."""

    fault = dbapi2.Error
    unreachable = dbapi2.OperationalError
    clash = dbapi2.IntegrityError

    def _connected(self, path: str) -> Any:
        return unlocked(Path(path), timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)

    def copy(self, target: Path) -> None:
        """A copy as of one moment, encrypted with the same key, in a file that is not there yet."""
        self._connection.execute("VACUUM INTO ?", (str(target),))


def copy_folder(database: Database, target: Path) -> None:
    """An encrypted copy of the folder of a database: it, its keys and the lock. The lock comes last: without it nothing opens."""
    if target.exists():
        raise StoreError(f"{target} is there already: name a new folder", f"{target} 已存在：请指定新文件夹")
    folder = database.path.parent
    target.mkdir(mode=0o700, parents=True)
    session = database.connect()
    try:
        assert isinstance(session, SqlcipherSession)
        session.copy(target / database.path.name)
    finally:
        session.close()
    if (folder / "keys").is_dir():
        shutil.copytree(folder / "keys", target / "keys")
    if (folder / ACCOUNTS).exists():
        beside = SqlcipherSession(str(folder / ACCOUNTS))
        beside.copy(target / ACCOUNTS)
        beside.close()
    shutil.copy2(folder / vault.LOCK, target / vault.LOCK)
