"""Keys of an installation sealed for a backup: their files under a passphrase (scrypt, then AES-256-GCM)."""

from base64 import b64encode
from pathlib import Path

import msgspec

from entrepot.store import vault
from entrepot.store.database import StoreError
from entrepot.store.keys import key_bytes, write_key

_ABOUT = b"entrepot backup keys v1"


def seal_keys(folder: Path, passphrase: str) -> bytes:
    """The files of the folder of keys, with those of its subfolders, as JSON that only the passphrase opens."""
    files = {
        path.relative_to(folder).as_posix(): b64encode(key_bytes(path)).decode()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }
    return vault.seal(msgspec.json.encode(files), passphrase, _ABOUT)


def open_keys(data: bytes, passphrase: str) -> dict[str, bytes]:
    """The files by their names, relative to the folder of keys; StoreError where the passphrase is another or the seal is broken."""
    try:
        opened = vault.unseal(data, passphrase, _ABOUT)
        files = msgspec.json.decode(opened, type=dict[str, bytes])
    except ValueError as error:
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
    others = [name for name, data in files.items() if (folder / name).exists() and key_bytes(folder / name) != data]
    if others:
        raise StoreError(
            f"other keys lie in the folder under these names: {', '.join(others)}; name an empty folder of keys",
            f"密钥文件夹中已有同名的其他密钥：{'、'.join(others)}；请指定空文件夹",
        )
    for name, data in files.items():
        path = folder / name
        if not path.exists():
            write_key(path, data)
