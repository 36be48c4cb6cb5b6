"""A folder whose files lie encrypted: one random key, kept in `locked.json` under a passphrase.

    {"scrypt": [N, r, p], "salt": BASE64, "nonce": BASE64, "sealed": BASE64}

The key is drawn once and never changes: another passphrase is one small file written anew, whole or not at all. From it follow
the key of the databases in the folder and that of its key files. The passphrase comes from ENTREPOT_STORE_PASSPHRASE or from the
file that ENTREPOT_STORE_PASSPHRASE_FILE names, never from a command line.
"""

import os
from base64 import b64decode, b64encode
from functools import lru_cache
from pathlib import Path
from secrets import token_bytes, token_hex

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from msgspec import Struct

from entrepot.store.database import StoreError

LOCK = "locked.json"
PASSPHRASE, PASSPHRASE_FILE = "ENTREPOT_STORE_PASSPHRASE", "ENTREPOT_STORE_PASSPHRASE_FILE"
SHORTEST = 12  # letters of a passphrase
COST, BLOCK, LANES = 2**15, 8, 1  # 32 MB and a fifth of a second for each guess
DEEPEST = 3  # folders between a key file and the lock above it
_ABOUT = b"entrepot locked folder v1"
_HEAD = b"entrepot sealed key v1\n"
_LONGEST_LOCK = 4096


class Sealed(Struct, frozen=True, forbid_unknown_fields=True):
    """What only a passphrase opens: base64 of salt, nonce and what AES-GCM gives."""

    scrypt: tuple[int, int, int]
    salt: str
    nonce: str
    sealed: str


def seal(data: bytes, passphrase: str, about: bytes, cost: int = COST) -> bytes:
    """Bytes as JSON that only the passphrase opens (scrypt of this cost, then AES-256-GCM). StoreError for one that is too short."""
    if len(passphrase) < SHORTEST:
        raise StoreError(
            f"the passphrase has fewer than {SHORTEST} letters: use a longer one",
            f"口令少于 {SHORTEST} 个字符：请使用更长的口令",
        )
    salt, nonce = token_bytes(16), token_bytes(12)
    hidden = AESGCM(_stretched(passphrase, salt, cost)).encrypt(nonce, data, about)
    texts = (b64encode(part).decode() for part in (salt, nonce, hidden))
    return msgspec.json.encode(Sealed((cost, BLOCK, LANES), *texts))


def unseal(data: bytes, passphrase: str, about: bytes) -> bytes:
    """What was sealed; ValueError where the passphrase is another or the seal is broken."""
    sealed = msgspec.json.decode(data, type=Sealed)
    cost, *others = sealed.scrypt
    if not 1 < cost <= COST or cost & (cost - 1) or others != [BLOCK, LANES]:
        raise ValueError("unknown cost")
    salt, nonce, hidden = (b64decode(text, validate=True) for text in (sealed.salt, sealed.nonce, sealed.sealed))
    try:
        return AESGCM(_stretched(passphrase, salt, cost)).decrypt(nonce, hidden, about)
    except InvalidTag as error:
        raise ValueError("another passphrase, or altered") from error


def _stretched(passphrase: str, salt: bytes, cost: int) -> bytes:
    return Scrypt(salt=salt, length=32, n=cost, r=BLOCK, p=LANES).derive(passphrase.encode())


# -- the lock of a folder ---------------------------------------------------------------------------------------------


def passphrase() -> str:
    """The passphrase of this installation; StoreError where none is given."""
    if given := os.environ.get(PASSPHRASE):
        return given
    if file := os.environ.get(PASSPHRASE_FILE):
        try:
            return Path(file).read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise StoreError(
                f"the file of {PASSPHRASE_FILE} cannot be read: {error}",
                f"无法读取 {PASSPHRASE_FILE} 所指文件：{error}",
            ) from error
    raise StoreError(
        f"the store is encrypted and no passphrase was given: set {PASSPHRASE} or {PASSPHRASE_FILE}",
        f"存储已加密而未提供口令：请设置 {PASSPHRASE} 或 {PASSPHRASE_FILE}",
    )


def lock(folder: Path, cost: int = COST) -> None:
    """Lock a folder with the passphrase given, each guess at which costs so much. One that is locked already stays as it is."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = _written(folder, seal(token_bytes(32), passphrase(), _ABOUT, cost))
    try:
        os.link(beside, folder / LOCK)  # where two lock it at once, the first stays
    except FileExistsError:
        pass
    finally:
        beside.unlink()


def change_passphrase(folder: Path, new: str) -> None:
    """Put a locked folder under another passphrase. What lies in it need not be written again."""
    sealed = seal(_key(folder), new, _ABOUT)
    _written(folder, sealed).replace(folder / LOCK)


def derived(folder: Path, what: str) -> bytes:
    """The 32-byte key of a locked folder for one use; StoreError with one clear line where the passphrase is another."""
    return HKDF(SHA256(), 32, None, b"entrepot " + what.encode()).derive(_key(folder))


def locked(path: Path) -> Path | None:
    """The locked folder in which a file lies, or a folder of it; None where it lies in the open."""
    return next((one for one in list(path.absolute().parents)[:DEEPEST] if (one / LOCK).is_file()), None)


def _key(folder: Path) -> bytes:
    try:
        with (folder / LOCK).open("rb") as file:
            data = file.read(_LONGEST_LOCK)
    except OSError as error:
        raise StoreError(
            f"{LOCK} is not beside the encrypted store: put it back from a backup; nothing opens the store without it",
            f"加密存储旁缺少 {LOCK}：请从备份恢复；缺少该文件则无法打开存储",
        ) from error
    return _opened(data, passphrase())


@lru_cache(maxsize=8)  # a fifth of a second each; a process that can open the store holds its key anyway
def _opened(data: bytes, given: str) -> bytes:
    try:
        return unseal(data, given, _ABOUT)
    except ValueError as error:
        raise StoreError(
            "the passphrase does not open this store, or its lock was altered", "口令无法打开此存储，或其锁文件已被改动"
        ) from error


def _written(folder: Path, data: bytes) -> Path:
    """The bytes on the disk, for the owner alone, under a name that nobody looks for."""
    beside = folder / f".{token_hex(8)}"
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return beside


# -- key files in it --------------------------------------------------------------------------------------------------


def to_file(path: Path, data: bytes) -> bytes:
    """The bytes of a key as they are written at a path: sealed where it lies in a locked folder."""
    folder = locked(path)
    if folder is None:
        return data
    nonce = token_bytes(12)
    return _HEAD + nonce + AESGCM(derived(folder, "key files")).encrypt(nonce, data, _HEAD)


def from_file(path: Path, data: bytes) -> bytes:
    """The key that lies at a path in these bytes; StoreError where the seal is broken."""
    if not data.startswith(_HEAD):
        return data
    folder = locked(path)
    try:
        if folder is None:
            raise ValueError("its folder has no lock")
        nonce, hidden = data[len(_HEAD) : len(_HEAD) + 12], data[len(_HEAD) + 12 :]
        return AESGCM(derived(folder, "key files")).decrypt(nonce, hidden, _HEAD)
    except (ValueError, InvalidTag) as error:
        raise StoreError(
            f"{path.name} cannot be opened with the key of this folder", f"无法以本文件夹的密钥打开 {path.name}"
        ) from error
