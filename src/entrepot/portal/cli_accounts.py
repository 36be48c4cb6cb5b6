"""`entrepot accounts`: people, organisations and partners of this installation, by the operator's hand."""

import getpass
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from entrepot.portal.exits import FAULTS, NOT_FOUND, complain

if TYPE_CHECKING:
    from entrepot.portal.accounts.acts import Doer
    from entrepot.store.accounts.models import Organisation, Person

PASSWORD = "ENTREPOT_NEW_PASSWORD"
StoreUrl = Annotated[str, typer.Option("--store", help="The store's URL; ENTREPOT_DATABASE otherwise.")]


def _group(help: str) -> typer.Typer:
    return typer.Typer(help=help, no_args_is_help=True, rich_markup_mode=None)


accounts_app = _group("Accounts: who signs in, for whom, and which partners trust it.")
person_app = _group("People who sign in.")
organisation_app = _group("Enterprises, offices, banks and counters.")
client_app = _group("Partners whose systems let people sign in through this platform (OpenID Connect).")
operator_app = _group("Whoever runs this installation.")
for name, group in (
    ("person", person_app),
    ("organisation", organisation_app),
    ("client", client_app),
    ("operator", operator_app),
):
    accounts_app.add_typer(group, name=name)


def set_up() -> None:
    """Django, for commands that need the accounts."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "entrepot.portal.settings")
    import django

    django.setup(set_prefix=False)


@contextmanager
def at_accounts() -> Iterator["Doer"]:
    """The accounts, brought up to date; what is done is done by whoever is at the keyboard."""
    set_up()
    from django.db import connections

    from entrepot.portal.accounts.acts import Doer
    from entrepot.portal.accounts.migrate import migrate_accounts

    migrate_accounts()
    try:
        yield Doer(f"console:{getpass.getuser()}")
    finally:
        connections.close_all()


def _organisation(code: str) -> "Organisation":
    from entrepot.store.accounts.models import Organisation

    if (found := Organisation.objects.filter(code=code).first()) is None:
        raise complain(
            f"there is no organisation {code}: `entrepot accounts list` shows all", NOT_FOUND, f"没有单位 {code}"
        )
    return found


def _person(name: str) -> "Person":
    from entrepot.store.accounts.models import Person

    if (found := Person.objects.filter(username=name).first()) is None:
        raise complain(
            f"there is no person {name}: `entrepot accounts person add` makes one", NOT_FOUND, f"没有人员 {name}"
        )
    return found


def new_password(username: str, email: str) -> str:
    """Asked for twice, or from the environment where nobody is at the keyboard; never an argument, which others could see."""
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    from entrepot.store.accounts.models import Person

    given = os.environ.get(PASSWORD, "")
    if not given:
        if not sys.stdin.isatty():
            raise complain(
                f"there is nobody to ask for the password: set {PASSWORD}", FAULTS, f"无法询问密码：请设置 {PASSWORD}"
            )
        given = str(typer.prompt(f"password of {username}", hide_input=True, confirmation_prompt=True, err=True))
    try:
        validate_password(given, Person(username=username, email=email))
    except ValidationError as error:
        raise complain(" ".join(error.messages), FAULTS) from error
    return given


def _new_person(username: str, email: str, name: str, doer: "Doer") -> "Person":
    from allauth.account.models import EmailAddress
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email
    from django.db import transaction

    from entrepot.portal.accounts.forms import USERNAME_VALIDATORS
    from entrepot.store.accounts.models import Person

    try:
        for check in USERNAME_VALIDATORS:
            check(username)
        validate_email(email)
    except ValidationError as error:
        raise complain(
            "a login name is 3 to 40 small letters, digits, points, hyphens and underscores, and an address is name@example.com",
            FAULTS,
            "登录名为 3 至 40 位小写字母、数字、点、连字符或下划线；邮箱格式为 name@example.com",
        ) from error
    if Person.objects.filter(username=username).exists() or EmailAddress.objects.filter(email__iexact=email).exists():
        raise complain(f"{username} or {email} is taken", FAULTS, f"{username} 或 {email} 已被使用")
    password = new_password(username, email)
    with transaction.atomic():
        person = Person.objects.create_user(username, email, password, name=name)
        EmailAddress.objects.create(user=person, email=email, primary=True, verified=True)
        doer.did("added person", whom=username)
    return person


@operator_app.command("first")
def first(
    code: str,
    username: str,
    email: str,
    name: str = "",
    title: Annotated[str, typer.Option(help="The operator's name.")] = "",
    store: StoreUrl = "",
) -> None:
    """Make the operator's organisation and its first person: once, to begin with."""
    from django.db import transaction

    with at_accounts() as doer:
        from entrepot.portal.accounts import employing
        from entrepot.store.accounts.models import DUTIES, Organisation

        if any("operator" in one.standing for one in Organisation.objects.all()):
            raise complain("there is an operator already", FAULTS, "已有运营方")
        with transaction.atomic():
            made = Organisation.objects.create(code=code, name=title or code, standing=["operator"])
            doer.did("registered", code, more="operator")
            employing.employ(_new_person(username, email, name, doer), made, DUTIES, doer)
            _say_state(doer, code, "admitted", "", store)
        typer.echo(
            f"{username} administers {code}: sign in, then set up a second factor | {username} 已成为 {code} 的管理员"
        )


@person_app.command("add")
def add_person(
    username: str, email: str, name: Annotated[str, typer.Option(help="How the person is called.")] = ""
) -> None:
    """Add somebody who may sign in. The password is asked for."""
    with at_accounts() as doer:
        typer.echo(_new_person(username, email, name, doer).username)


@person_app.command("sign-out")
def sign_out(username: str) -> None:
    """Sign somebody out everywhere."""
    with at_accounts() as doer:
        from entrepot.portal.accounts.employing import end_sessions

        end_sessions(_person(username))
        doer.did("signed out", whom=username)


@organisation_app.command("add")
def add_organisation(
    code: str, name: str = "", name_zh: str = "", country: Annotated[str, typer.Option(help="ISO 3166 alpha-3.")] = "CHN",
    standing: Annotated[list[str], typer.Option(help="Licensed for: customs, tax, certifier, bank, clerk, operator, auditor.")] = [],  # noqa: B006
    store: StoreUrl = "",
) -> None:  # fmt: skip
    """Add an office, a bank, a counter or an enterprise, admitted at once."""
    from django.db import transaction

    from entrepot.channels.online import LICENSED, OFFICES

    if unknown := sorted(set(standing) - (OFFICES | LICENSED)):
        raise complain(f"nobody is licensed for {', '.join(unknown)}: {', '.join(sorted(OFFICES | LICENSED))}", FAULTS)
    with at_accounts() as doer:
        from entrepot.store.accounts.models import Organisation

        if Organisation.objects.filter(code=code).exists():
            raise complain(f"{code} is there already", FAULTS, f"{code} 已存在")
        with transaction.atomic():
            Organisation.objects.create(
                code=code, name=name, name_zh=name_zh, country=country, standing=sorted(set(standing))
            )
            doer.did("registered", code, more=", ".join(sorted(set(standing))))
            _say_state(doer, code, "admitted", "", store)
        typer.echo(code)


@accounts_app.command("employ")
def employ(
    username: str, code: str, duty: Annotated[list[str], typer.Option(help="read, say, send, confirm, administer; all by default.")] = [],  # noqa: B006
) -> None:  # fmt: skip
    """Let a person act for an organisation."""
    with at_accounts() as doer:
        from entrepot.portal.accounts import employing
        from entrepot.store.accounts.models import DUTIES

        held = employing.employ(_person(username), _organisation(code), duty or DUTIES, doer)
        typer.echo(f"{username} · {code}: {', '.join(held.duties)}")


@accounts_app.command("admit")
def admit(code: str, reason: str = "", store: StoreUrl = "") -> None:
    """Admit an organisation: it may send and be acted for."""
    with at_accounts() as doer:
        _say_state(doer, _organisation(code).code, "admitted", reason, store)
        typer.echo(f"{code}: admitted")


@accounts_app.command("suspend")
def suspend(
    code: str, reason: Annotated[str, typer.Option(help="Why; it stands on record.")], store: StoreUrl = ""
) -> None:
    """Suspend an organisation: its people and its tokens read alone."""
    with at_accounts() as doer:
        _say_state(doer, _organisation(code).code, "suspended", reason, store)
        typer.echo(f"{code}: suspended")


def _say_state(doer: "Doer", code: str, state: Literal["admitted", "suspended"], reason: str, store: str) -> None:
    """The operator's word, by whoever is at its keyboard."""
    from entrepot.channels.online import Voice
    from entrepot.portal.access.giving import admit as say
    from entrepot.portal.setting import open_desk
    from entrepot.store.accounts.models import Organisation

    operator = next((one for one in Organisation.objects.order_by("id") if "operator" in one.standing), None)
    if operator is None:
        raise complain("there is no operator yet: `entrepot accounts operator first`", FAULTS, "尚无运营方")
    desk = open_desk(store)
    try:
        say(desk, Voice(doer.name, operator.code, frozenset({"operator"})), code, state, reason)
    finally:
        desk.store.close()


@client_app.command("add")
def add_client(
    name: str, redirect: Annotated[list[str], typer.Option(help="An address that people may be sent back to.")]
) -> None:
    """Let a partner's system use sign-in here. Its secret is shown this once."""
    with at_accounts() as doer:
        from entrepot.portal.accounts.partners import new_client

        made, secret = new_client(name, redirect)
        doer.did("added client", whom=made, more=name)
        typer.echo(f"client_id {made}\nclient_secret {secret}")


@client_app.command("list")
def list_clients() -> None:
    """List the partners."""
    with at_accounts():
        from allauth.idp.oidc.models import Client

        for one in Client.objects.order_by("created_at"):
            typer.echo(f"{one.id}  {one.name}  {' '.join(one.get_redirect_uris())}")


@client_app.command("remove")
def remove_client(client_id: str) -> None:
    """End a partner's trust at once, with all it was given."""
    with at_accounts() as doer:
        from allauth.idp.oidc.models import Client

        if not Client.objects.filter(id=client_id).delete()[0]:
            raise complain(f"there is no client {client_id}", NOT_FOUND, f"没有客户端 {client_id}")
        doer.did("removed client", whom=client_id)


@accounts_app.command("list")
def list_(store: StoreUrl = "") -> None:
    """List organisations with their people."""
    with at_accounts():
        from entrepot.portal.accounts.admission import admissions
        from entrepot.portal.setting import open_store
        from entrepot.store.accounts.models import Employment, Organisation

        organisations = list(Organisation.objects.order_by("code"))
        opened = open_store(store)
        try:
            stand = admissions(opened, organisations)
        finally:
            opened.close()
        for one in organisations:
            typer.echo(f"{one.code}  {one}  {stand[one.code]}  {', '.join(one.standing)}".rstrip())
            for held in (
                Employment.objects.filter(organisation=one, ended_at=None).select_related("person").order_by("id")
            ):
                typer.echo(f"    {held.person.username}  {held.person.name}  {', '.join(held.duties)}")


@accounts_app.command("unlock")
def unlock() -> None:
    """Forget all counts of failed attempts: whoever is locked out may try again."""
    with at_accounts() as doer:
        from django.core.cache import cache

        cache.clear()
        doer.did("unlocked")
