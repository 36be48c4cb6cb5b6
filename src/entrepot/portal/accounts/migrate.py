"""The accounts' database: made and brought up to date where people sign in; nobody else touches it."""

import os
from pathlib import Path

from django.core.management import call_command
from django.db import connections, transaction
from django.db.migrations.executor import MigrationExecutor

from entrepot.store.accounts.place import SCHEMA, django_database

LOCK = 0x656E7473  # PostgreSQL's advisory lock: two workers that start at once bring it up to date one after the other


def place_accounts(url: str) -> None:
    """Keep the accounts of this process at another address."""
    connections["default"].close()
    connections.settings["default"] = connections.configure_settings({"default": django_database(url)})["default"]
    del connections["default"]


def migrate_accounts() -> None:
    """Make the tables, or bring them up to date. Cheap where nothing is to be done."""
    connection = connections["default"]
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
            _bring_up_to_date()
    else:
        path = Path(str(connection.settings_dict["NAME"]))
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # for its owner alone from its first byte
        _bring_up_to_date()


def _bring_up_to_date() -> None:
    executor = MigrationExecutor(connections["default"])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
