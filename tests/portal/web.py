"""A browser without a window, and without a network: Django's test client on a desk."""

import atexit
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from django.test import Client

from entrepot.portal.desk import Desk


def client_of(desk: Desk, **settings: Any) -> Client:
    """A client whose requests reach this desk."""
    os.environ.setdefault("ENTREPOT_SECRET", "for tests alone")
    os.environ.setdefault("ENTREPOT_HOME", str(Path(tempfile.gettempdir()) / "entrepot-tests-home"))
    from entrepot.portal.wsgi import application_on

    application_on(desk)
    return Client(**{"HTTP_HOST": "localhost", "entrepot.desk": desk, **settings})


@cache
def accounts_of_nobody() -> Path:
    """An accounts' database (SQLite) with its tables and nobody in it, made once a process: to be copied, not to be written."""
    from django.db import connections

    from entrepot.portal.accounts.migrate import migrate_accounts, place_accounts

    folder = tempfile.mkdtemp(prefix="entrepot-accounts-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    made = Path(folder) / "empty.sqlite3"
    place_accounts(f"sqlite:///{made}")
    migrate_accounts()
    connections["default"].close()
    return made


def place_nobody(folder: Path) -> None:
    """Keep the accounts of this process in the folder, as `accounts.sqlite3`, with nobody in them. After `client_of`."""
    from entrepot.portal.accounts.migrate import place_accounts

    place_accounts(f"sqlite:///{shutil.copy(accounts_of_nobody(), folder / 'accounts.sqlite3')}")
