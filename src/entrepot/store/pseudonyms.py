"""Persons by digest: the number of an identity paper leaves the door only as an HMAC under a key of this installation.

Numbers of identity papers are few enough to try them all, so that a digest without a key would tell them. The key lies with the
store's other keys, is made on first use, and never leaves its folder; every dossier of the installation uses the same
one, so that a buyer's year can be added up over all of them. Another installation has another key: nobody is known by
the same digest in both.
"""

import hmac
from hashlib import sha256
from pathlib import Path

from entrepot.store.database import StoreError
from entrepot.store.keys import KEY_BYTES, make_key, read_key

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
        make_key(path)
    key = read_key(path)
    if len(key) != KEY_BYTES:
        raise StoreError(f"{FILE} holds no key", f"{FILE} 不是有效的密钥")
    return Pseudonyms(key)
