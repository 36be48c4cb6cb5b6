"""Secret keys of an installation: a file each, in the folder of keys, for its owner's eyes alone; sealed where that lies in a
locked folder (`vault.py`)."""

import os
from pathlib import Path
from secrets import token_bytes, token_hex

from entrepot.store import vault
from entrepot.store.database import StoreError

KEY_BYTES = 32


def make_key(path: Path) -> None:
    """Make a new key of 32 random bytes. Where two make it at once, the first stays."""
    write_key(path, token_bytes(KEY_BYTES))


def write_key(path: Path, data: bytes) -> None:
    """Write a key: whole or not at all, readable by the owner alone from its first byte. A file that is there stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_suffix(f".{token_hex(8)}")  # a name that nothing left by a broken attempt can have
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(vault.to_file(path, data))
            file.flush()
            os.fsync(file.fileno())
        os.link(beside, path)
    except FileExistsError:
        pass
    finally:
        beside.unlink()
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Bring the names of a folder's files to the disk."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def read_key(path: Path) -> bytes:
    """The key in a file. StoreError where others can read it."""
    if path.stat().st_mode & 0o077 and os.name == "posix":
        raise StoreError(
            f"{path.name} can be read by others: allow its owner alone",
            f"密钥文件 {path.name} 可被他人读取：请仅允许所有者访问",
        )
    return key_bytes(path)


def key_bytes(path: Path) -> bytes:
    """The key in a file, whoever can read it."""
    return vault.from_file(path, path.read_bytes())
