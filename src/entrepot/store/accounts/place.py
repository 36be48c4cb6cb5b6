"""Where the accounts are kept: an address like a store's, as Django's settings want it."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from entrepot.store.database import StoreError

SCHEMA = "accounts"


def accounts_url(given: str, store: str, home: Path) -> str:
    """The address given; else beside the store: the same PostgreSQL database, or a SQLite file in the home folder."""
    if given:
        return given
    scheme = urlsplit(store).scheme
    if scheme in ("postgresql", "postgres"):
        return store
    return f"{'sqlcipher' if scheme == 'sqlcipher' else 'sqlite'}:///{home / 'accounts.sqlite3'}"


def django_database(url: str) -> dict[str, Any]:
    """Django's settings of the database at this address. On PostgreSQL everything lies in a schema of its own."""
    parts = urlsplit(url)
    if parts.scheme in ("sqlite", "sqlcipher"):
        plain = parts.scheme == "sqlite"
        return {
            "ENGINE": "django.db.backends.sqlite3" if plain else "entrepot.store.accounts.sqlcipher",
            "NAME": str(Path(unquote(parts.path).removeprefix("/")).absolute()),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 10,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
            },
        }
    if parts.scheme not in ("postgresql", "postgres"):
        raise StoreError(
            f"the accounts' address starts with sqlite:/// or postgresql://, not with {parts.scheme!r}",
            "账户库地址须以 sqlite:/// 或 postgresql:// 开头",
        )
    options: dict[str, Any] = {**dict(parse_qsl(parts.query)), "options": f"-c search_path={SCHEMA}"}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.removeprefix("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or options.pop("host", "")),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }
