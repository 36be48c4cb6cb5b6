"""Accounts on both databases: made twice without harm, one winner of every race, kept in a backup and brought back."""

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client

from entrepot.kernel.intake import Refusal
from entrepot.store.backup import BackupError
from tests.portal.web import accounts_of_nobody

CODE = "91310000775785552L"
Placed = Callable[[], None]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, accounts: Client, tmp_path: Path) -> Iterator[Placed]:
    """Accounts in an empty database; each call gives another one."""
    from django.db import connections

    from entrepot.portal.accounts.migrate import migrate_accounts, place_accounts

    places = iter(range(9))

    def place() -> None:
        if request.param == "sqlite":
            place_accounts(f"sqlite:///{shutil.copy(accounts_of_nobody(), tmp_path / f'{next(places)}.sqlite3')}")
        else:
            place_accounts(str(request.getfixturevalue("new_postgres_database")()))
        migrate_accounts()

    place()
    yield place
    connections["default"].close()


def at_once(*works: Callable[[], object]) -> list[object]:
    """What each work gives, or the refusal, all begun at the same moment on connections of their own."""
    from django.db import connection

    start, given = threading.Barrier(len(works)), list[object]()

    def run(work: Callable[[], object]) -> None:
        start.wait()
        try:
            given.append(work())
        except Refusal as refusal:
            given.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given


def test_of_two_who_register_one_code_at_once_one_is_first(empty: Placed) -> None:
    from entrepot.portal.accounts.acts import Doer
    from entrepot.portal.accounts.employing import register
    from entrepot.store.accounts.models import Employment, Person

    people = [Person.objects.create_user(name, f"{name}@example.org") for name in ("ann", "bob", "eve")]
    made = at_once(*[lambda who=who: register(who, CODE, "CHN", "Acme", "", Doer(who.username)) for who in people])
    assert sum(one is not None for one in made) == 1
    assert Employment.objects.count() == 1


def test_of_two_administrators_who_end_each_other_at_once_one_stays(empty: Placed) -> None:
    from entrepot.portal.accounts.acts import Doer
    from entrepot.portal.accounts.employing import employ, end, register
    from entrepot.store.accounts.models import DUTIES, Act, Employment, Person

    ann, bob = (Person.objects.create_user(name, f"{name}@example.org") for name in ("ann", "bob"))
    there = register(ann, CODE, "CHN", "Acme", "", Doer("ann"))
    assert there is not None
    employ(bob, there, DUTIES, Doer("ann"))
    held = list(Employment.objects.order_by("id"))
    done = at_once(*[lambda one=one: end(there, one.id, Doer("x"), lambda code, name: None) for one in held])
    assert sum(isinstance(one, Refusal) for one in done) == 1
    assert Employment.objects.filter(ended_at=None).count() == 1
    assert Act.objects.filter(what="ended employment").count() == 1


def test_the_log_of_acts_only_grows(empty: Placed) -> None:
    from django.db import DatabaseError, transaction

    from entrepot.portal.accounts.acts import Doer
    from entrepot.portal.accounts.migrate import migrate_accounts
    from entrepot.store.accounts.models import Act

    migrate_accounts()
    Doer("ann", "2001:db8::1").did("registered", CODE)
    for change in (lambda: Act.objects.update(who="eve"), lambda: Act.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert Act.objects.get().who == "ann"


def test_what_a_backup_keeps_comes_back_once_and_whole(empty: Placed) -> None:
    from allauth.mfa.models import Authenticator

    from entrepot.portal.accounts.acts import Doer
    from entrepot.portal.accounts.employing import register
    from entrepot.portal.accounts.keeping import dump_accounts, load_accounts
    from entrepot.portal.accounts.partners import new_client
    from entrepot.store.accounts.models import Act, Organisation, Person

    ann = Person.objects.create_user("ann", "ann@example.org", "nine green teapots", name="安")
    assert register(ann, CODE, "CHN", "Acme", "茶业", Doer("ann")) is not None
    Authenticator.objects.create(user=ann, type="totp", data={"secret": "00"})
    new_client("Harbour Bank", ["https://bank.example/back"])
    kept = dump_accounts()
    empty()
    assert load_accounts(kept) == kept.count(b"\n")
    assert dump_accounts() == kept
    assert Organisation.objects.get(code=CODE).name_zh == "茶业"
    assert Person.objects.get().check_password("nine green teapots")
    Doer("ann").did("signed out")  # numbers go on after the last one
    assert Act.objects.count() == 2
    with pytest.raises(BackupError):
        load_accounts(kept)


def test_a_backup_brings_nothing_but_accounts(empty: Placed) -> None:
    from entrepot.portal.accounts.keeping import load_accounts
    from entrepot.store.accounts.models import Person

    with pytest.raises(BackupError):
        load_accounts(
            b'{"model": "sessions.session", "pk": "x", "fields": {"session_data": "", "expire_date": "2030-01-01T00:00:00Z"}}\n'
        )
    assert not Person.objects.exists()
