"""`entrepot counter sign-in`: a clerk signs in by password at a counter on its own machine; the accounts lie there encrypted.

The name is the one that the clerk has at the portal: it stands in statements, and the portal asks on handing over whether whoever
bears it works for the counter's organisation. A password here opens nothing there.
"""

from pathlib import Path
from typing import Annotated

import typer

from entrepot.portal.exits import MISUSED, complain

DUTIES = ("read", "say", "send", "confirm")


def register(app: typer.Typer) -> None:
    """Enter the command."""
    app.command("sign-in")(sign_in)


def sign_in(
    username: Annotated[str, typer.Argument(help="As the clerk is called at the portal.")],
    home: Annotated[Path, typer.Option("--home", envvar="ENTREPOT_COUNTER")] = Path(".entrepot-counter"),
    end: Annotated[bool, typer.Option("--end", help="Let the clerk in no more.")] = False,
) -> None:
    """Let a clerk sign in here by password (asked for, or from ENTREPOT_NEW_PASSWORD); again: another password; --end: no more."""
    from entrepot.portal.counter.cli import at_home
    from entrepot.portal.counter.sync_exchange import NAME, ORGANISATION
    from entrepot.portal.setting import open_store
    from entrepot.store import sync

    with at_home(home):
        store = open_store()
        try:
            code, name = sync.place(store, ORGANISATION), sync.place(store, NAME)
        finally:
            store.close()
        if not code:
            raise complain(
                "the counter has not met its portal yet: `entrepot counter init`", MISUSED, "窗口尚未连接平台"
            )
        _let_in(username, code, name, end)


def _let_in(username: str, code: str, name: str, end: bool) -> None:
    from entrepot.portal.cli_accounts import at_accounts, new_password

    with at_accounts() as doer:
        from django.core.exceptions import ValidationError
        from django.db import transaction

        from entrepot.portal.accounts import employing
        from entrepot.portal.accounts.forms import USERNAME_VALIDATORS
        from entrepot.store.accounts.models import Employment, Organisation, Person

        try:
            for check in USERNAME_VALIDATORS:
                check(username)
        except ValidationError as error:
            raise complain(
                "a login name is 3 to 40 small letters, digits, points, hyphens and underscores", MISUSED,
                "登录名为 3 至 40 位小写字母、数字、点、连字符或下划线",
            ) from error  # fmt: skip
        if end:
            held = Employment.objects.filter(person__username=username, organisation__code=code, ended_at=None).first()
            if held is None:
                raise complain(f"{username} does not sign in here", MISUSED, f"{username} 未在本机登记")
            employing.end(held.organisation, held.id, doer, lambda organisation, person: None)
            typer.echo(f"{username} is let in no more · {username} 已停用")
            return
        password = new_password(username, "")
        with transaction.atomic():
            hall, _ = Organisation.objects.get_or_create(
                code=code, defaults={"name": name or code, "standing": ["clerk"]}
            )
            person = Person.objects.filter(username=username).first() or Person.objects.create_user(username)
            person.set_password(password)
            person.save()
            employing.employ(person, hall, DUTIES, doer)
        typer.echo(f"{username} signs in at {name or code} · {username} 可在本机登录")
