"""Persons by digest: the number of an identity paper leaves the door only as an HMAC under a key of this installation.

Numbers of identity papers are few enough to try them all, so that a digest without a key would tell them. The key lies with the
store's other keys, is made on first use, and never leaves its folder; every dossier of the installation uses the same
one, so that a buyer's year can be added up over all of them. Another installation has another key: nobody is known by
the same digest in both.
"""

import hmac
import os
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes

from entrepot.store.database import StoreError

KEY_BYTES = 32
FILE = "persons.key"


class Pseudonyms:
    """Digests of persons under one key."""

    def __init__(self, key: bytes) -> None:
        self._keyed = hmac.new(key, digestmod=sha256)

    def person(self, said: str) -> str:
        """64 hex digits that stand for a person, by number or name; empty for nobody. Case and spaces make no other person."""
        plain = "".join(said.split()).upper()
        if not plain:
            return ""
        one = self._keyed.copy()
        one.update(plain.encode())
        return one.hexdigest()


def pseudonyms(folder: Path) -> Pseudonyms:
    """The pseudonyms of the installation that keeps its keys in the folder."""
    path = folder / FILE
    if not path.exists():
        _make(path)
    if path.stat().st_mode & 0o077 and os.name == "posix":
        raise StoreError(
            f"{FILE} can be read by others: allow its owner alone", f"密钥文件 {FILE} 可被他人读取：请仅允许所有者访问"
        )
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise StoreError(f"{FILE} holds no key", f"{FILE} 不是有效的密钥")
    return Pseudonyms(key)


def _make(path: Path) -> None:
    """Whole or not at all, readable by the owner alone; where two make it at once, the first stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(beside, path)
    except FileExistsError:
        pass
    finally:
        beside.unlink()
