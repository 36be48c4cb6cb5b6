"""The accounts in a backup: people, organisations, employments, second factors, partners and the log of acts, as one text.

Sessions, open requests of partners and counts of attempts are not kept: after a restore everybody signs in again.
"""

from collections.abc import Iterator
from itertools import chain

from allauth.account.models import EmailAddress
from allauth.idp.oidc.models import Client
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core import serializers
from django.core.management.color import no_style
from django.db import connections, models, transaction

from entrepot.portal.accounts.migrate import migrate_accounts
from entrepot.store.accounts.models import Act, Employment, Invitation, Joining, Organisation, Person
from entrepot.store.backup import BackupError

# Each after those that its rows refer to.
KEPT: tuple[type[models.Model], ...] = (
    Person, Organisation, Employment, Joining, Invitation, Act, EmailAddress, Authenticator, SocialAccount, Client,
)  # fmt: skip


def anybody() -> bool:
    """Whether there are accounts at all: where nobody signs in, no database of them is made."""
    connection = connections["default"]
    if connection.vendor == "sqlite" and not _file_of_accounts_exists():
        return False
    return Person._meta.db_table in connection.introspection.table_names() and Person.objects.exists()


def dump_accounts() -> bytes:
    """All that is kept, as of one moment."""
    with transaction.atomic():
        if connections["default"].vendor == "postgresql":
            connections["default"].cursor().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        rows: Iterator[models.Model] = chain.from_iterable(kind._default_manager.order_by("pk") for kind in KEPT)
        return str(serializers.serialize("jsonl", rows)).encode()


def load_accounts(data: bytes) -> int:
    """Fill an empty accounts' database; how many rows there were. BackupError where somebody is there already."""
    migrate_accounts()
    if Person.objects.exists():
        raise BackupError(
            "there are accounts already: restore into a new installation", "已有账户：请恢复到新的安装环境"
        )
    allowed = {kind._meta.label_lower for kind in KEPT}
    count = 0
    with transaction.atomic():
        for row in serializers.deserialize("jsonl", data.decode()):
            if row.object._meta.label_lower not in allowed:
                raise BackupError(f"the accounts hold a {row.object._meta.label}", "账户备份含有未知内容")
            row.save()
            count += 1
        with connections["default"].cursor() as cursor:
            for statement in connections["default"].ops.sequence_reset_sql(no_style(), list(KEPT)):
                cursor.execute(statement)
    return count


def _file_of_accounts_exists() -> bool:
    from pathlib import Path

    return Path(str(connections["default"].settings_dict["NAME"])).exists()
