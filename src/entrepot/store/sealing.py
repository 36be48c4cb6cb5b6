"""Keys of an installation sealed for a backup: their files under a passphrase (scrypt, then AES-256-GCM)."""

from base64 import b64decode, b64encode
from pathlib import Path
from secrets import token_bytes

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from msgspec import Struct

from entrepot.store.database import StoreError
from entrepot.store.keys import write_key

SHORTEST = 12  # letters of a passphrase
COST, BLOCK, LANES = 2**15, 8, 1  # 32 MB and a fifth of a second for each guess
_ABOUT = b"entrepot backup keys v1"


class Sealed(Struct, frozen=True, forbid_unknown_fields=True):
    """The sealed keys: base64 of salt, nonce and what AES-GCM gives."""

    scrypt: tuple[int, int, int]
    salt: str
    nonce: str
    sealed: str


def seal_keys(folder: Path, passphrase: str) -> bytes:
    """The files of the folder of keys, with those of its subfolders, as JSON that only the passphrase opens."""
    if len(passphrase) < SHORTEST:
        raise StoreError(
            f"the passphrase for the keys has fewer than {SHORTEST} letters: use a longer one",
            f"密钥口令少于 {SHORTEST} 个字符：请使用更长的口令",
        )
    files = {
        path.relative_to(folder).as_posix(): b64encode(path.read_bytes()).decode()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }
    salt, nonce = token_bytes(16), token_bytes(12)
    data = AESGCM(_key(passphrase, salt, (COST, BLOCK, LANES))).encrypt(nonce, msgspec.json.encode(files), _ABOUT)
    texts = (b64encode(part).decode() for part in (salt, nonce, data))
    return msgspec.json.encode(Sealed((COST, BLOCK, LANES), *texts))


def open_keys(data: bytes, passphrase: str) -> dict[str, bytes]:
    """The files by their names, relative to the folder of keys; StoreError where the passphrase is another or the seal is broken."""
    try:
        sealed = msgspec.json.decode(data, type=Sealed)
        if sealed.scrypt != (COST, BLOCK, LANES):
            raise ValueError("unknown cost")
        salt, nonce, hidden = (b64decode(text, validate=True) for text in (sealed.salt, sealed.nonce, sealed.sealed))
        opened = AESGCM(_key(passphrase, salt, sealed.scrypt)).decrypt(nonce, hidden, _ABOUT)
        files = msgspec.json.decode(opened, type=dict[str, bytes])
    except (ValueError, InvalidTag) as error:
        raise StoreError(
            "the keys cannot be opened: another passphrase, or they were altered", "无法打开密钥：口令不符或内容被改动"
        ) from error
    for name in files:
        if name.startswith("/") or ".." in name.split("/") or "\\" in name or "\0" in name:
            raise StoreError(
                f"the backup holds a key under a name that leads elsewhere: {name!a}", "备份中的密钥名称不安全"
            )
    return files


def place_keys(folder: Path, files: dict[str, bytes]) -> None:
    """Put the files into the folder of keys, for its owner alone. StoreError where another key lies under one of the names."""
    others = [name for name, data in files.items() if (folder / name).exists() and (folder / name).read_bytes() != data]
    if others:
        raise StoreError(
            f"other keys lie in the folder under these names: {', '.join(others)}; name an empty folder of keys",
            f"密钥文件夹中已有同名的其他密钥：{'、'.join(others)}；请指定空文件夹",
        )
    for name, data in files.items():
        path = folder / name
        if not path.exists():
            write_key(path, data)


def _key(passphrase: str, salt: bytes, cost: tuple[int, int, int]) -> bytes:
    return Scrypt(salt=salt, length=32, n=cost[0], r=cost[1], p=cost[2]).derive(passphrase.encode())
