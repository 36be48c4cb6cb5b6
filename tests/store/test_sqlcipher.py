"""An encrypted store: what the store promises holds on it too, and nothing of what it was told can be read off the disk."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from entrepot.store import vault
from entrepot.store.backup import back_up, restore
from entrepot.store.backup import opened as opened_backup
from entrepot.store.database import Database, StoreError
from entrepot.store.intake import Content
from entrepot.store.keys import make_key, read_key
from entrepot.store.sealing import open_keys, seal_keys
from entrepot.store.sqlcipher import SqlcipherSession
from entrepot.store.store import Store
from entrepot.store.tokens import find_tokens, new_token
from tests.store import test_ledger, test_saying
from tests.store.saying import NOON, REGISTRY, line, said
from tests.store.saying import opened as opening

WORDS, OTHER = "correct horse battery", "another passphrase"
Open = Callable[..., Store]

# What the store promises is promised of this one too: the same tests, on the `url` of this file.
for _module in (test_saying, test_ledger):
    globals().update({f"{name}_encrypted": one for name, one in vars(_module).items() if name.startswith("test_")})


@pytest.fixture(autouse=True)
def _given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(vault.PASSPHRASE, WORDS)
    monkeypatch.delenv(vault.PASSPHRASE_FILE, raising=False)


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The address of an encrypted store that is not there yet, in a folder with a lock at which one may guess quickly."""
    vault.lock(tmp_path / "counter", 2**4)
    return f"sqlcipher:///{tmp_path}/counter/store.db"


def used(store: Store) -> str:
    """A store after some use: statements, a paper, a token. Gives the token."""
    paper = Content(b"invoice of needle-paper")
    body = {"name": "needle-party"}
    store.submit([opening(reference="needle-reference", by="needle-person")], [paper])
    store.submit([said("d1", "trade.party", body, "exporter"), *(line(n) for n in range(300))])
    store.integrate()
    return new_token(store, "needle-clerk", "needle-counter")


def test_nothing_that_was_told_can_be_read_off_the_disk(url: str, tmp_path: Path) -> None:
    store = Store.open(url, REGISTRY, keys=tmp_path / "counter" / "keys", clock=lambda: NOON)
    token = used(store)
    before = seen(tmp_path)  # while it runs: the write-ahead log too
    store.close()
    secrets = [read_key(one) for one in (tmp_path / "counter" / "keys").iterdir()]
    assert len(secrets) == 1
    for name, data in {**before, **seen(tmp_path)}.items():
        for needle in (b"needle", b"dossier.opened", b"CREATE TABLE", token.encode(), WORDS.encode(), *secrets):
            assert needle not in data, f"{needle!r} lies in {name}"
    assert any(name.endswith("-wal") for name in before)


def seen(folder: Path) -> dict[str, bytes]:
    """Every byte under a folder."""
    return {str(one): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def test_it_opens_again_with_its_passphrase_and_with_no_other(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = tmp_path / "counter" / "keys"
    with Store.open(url, REGISTRY, keys=keys, clock=lambda: NOON) as store:
        token = used(store)
    with Store.open(url, REGISTRY, keys=keys, clock=lambda: NOON) as store:
        card = find_tokens(store, [token]).get(token)
        assert card is not None
        assert card.person == "needle-clerk"
        assert len(store.record("d1").submissions) == 302
    monkeypatch.setenv(vault.PASSPHRASE, OTHER)
    with pytest.raises(StoreError, match="the passphrase does not open this store"):
        Store.open(url, REGISTRY, keys=keys)
    monkeypatch.delenv(vault.PASSPHRASE)
    with pytest.raises(StoreError, match="no passphrase was given"):
        Store.open(url, REGISTRY, keys=keys)
    (tmp_path / "words").write_text(f"{WORDS}\n")
    monkeypatch.setenv(vault.PASSPHRASE_FILE, str(tmp_path / "words"))
    Store.open(url, REGISTRY, keys=keys).close()


def test_another_passphrase_opens_what_lay_there_before(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "counter"
    with Store.open(url, REGISTRY, keys=folder / "keys") as store:
        used(store)
        key = store.log_key
    with pytest.raises(StoreError, match="fewer than 12"):
        vault.change_passphrase(folder, "short")
    vault.change_passphrase(folder, OTHER)
    with pytest.raises(StoreError, match="does not open"):
        Store.open(url, REGISTRY, keys=folder / "keys")
    monkeypatch.setenv(vault.PASSPHRASE, OTHER)
    with Store.open(url, REGISTRY, keys=folder / "keys") as store:
        assert store.log_key == key
        assert store.submit([line(301)]).ok


def test_a_lock_that_was_lost_or_altered_is_told_and_never_replaced(url: str, tmp_path: Path) -> None:
    folder = tmp_path / "counter"
    Store.open(url, REGISTRY).close()
    lock = (folder / vault.LOCK).read_bytes()
    (folder / vault.LOCK).unlink()
    with pytest.raises(StoreError, match="put it back from a backup"):
        Store.open(url, REGISTRY)
    assert not (folder / vault.LOCK).exists()
    (folder / vault.LOCK).write_bytes(lock.replace(b'"sealed":"', b'"sealed":"AAAA'))
    with pytest.raises(StoreError, match="does not open this store"):
        Store.open(url, REGISTRY)
    (folder / vault.LOCK).write_bytes(lock)
    Store.open(url, REGISTRY).close()


def test_a_file_of_another_lock_is_told(url: str, tmp_path: Path) -> None:
    Store.open(url, REGISTRY).close()
    Store.open(f"sqlcipher:///{tmp_path}/other/store.db", REGISTRY).close()
    (tmp_path / "other" / "store.db").replace(tmp_path / "counter" / "store.db")
    with pytest.raises(StoreError, match="not encrypted with the key of its folder"):
        Store.open(url, REGISTRY)


def test_a_plain_store_is_not_taken_for_an_encrypted_one(url: str, tmp_path: Path) -> None:
    for address, told in (
        (url, "not encrypted with the key"),
        (f"sqlcipher:///{tmp_path}/open/store.db", "json is not beside"),
    ):
        Store.open(address.replace("sqlcipher", "sqlite", 1), REGISTRY).close()
        with pytest.raises(StoreError, match=told):
            Store.open(address, REGISTRY)


def test_files_are_for_their_owner_alone(url: str, tmp_path: Path) -> None:
    Store.open(url, REGISTRY, keys=tmp_path / "counter" / "keys").close()
    for one in (tmp_path / "counter").rglob("*"):
        assert not stat.S_IMODE(one.stat().st_mode) & 0o077 or one.is_dir(), one


def test_key_files_below_a_lock_are_sealed_and_bound_to_it(url: str, tmp_path: Path) -> None:
    Store.open(url, REGISTRY).close()
    key = tmp_path / "counter" / "keys" / "organisations" / "one.key"
    make_key(key)
    secret = read_key(key)
    assert len(secret) == 32
    assert secret not in key.read_bytes()
    elsewhere = tmp_path / "one.key"
    elsewhere.write_bytes(key.read_bytes())
    os.chmod(elsewhere, 0o600)
    with pytest.raises(StoreError, match="cannot be opened with the key of this folder"):
        read_key(elsewhere)
    forged = bytearray(key.read_bytes())
    forged[-1] ^= 1
    key.write_bytes(forged)
    with pytest.raises(StoreError, match="cannot be opened"):
        read_key(key)


def test_a_backup_of_it_comes_back_plain_or_encrypted(url: str, tmp_path: Path) -> None:
    keys = tmp_path / "counter" / "keys"
    with Store.open(url, REGISTRY, keys=keys, clock=lambda: NOON) as store:
        used(store)
        back_up(store.database, tmp_path / "b.zip", NOON, keys, WORDS, store.sign)
        log_key, count = store.log_key, len(store.record("d1").submissions)
    sealed = open_keys(seal_keys(keys, WORDS), WORDS)
    assert {len(data) for data in sealed.values()} == {32}  # the keys themselves, fit for any folder
    for number, other in enumerate((f"sqlcipher:///{tmp_path}/again/s.db", f"sqlite:///{tmp_path}/plain/s.db")):
        with opened_backup(tmp_path / "b.zip") as backup:
            backup.verify()
            assert restore(backup, other, NOON).whole
        with Store.open(other, REGISTRY, clock=lambda: NOON) as store:
            assert (store.log_key, len(store.record("d1").submissions)) == (log_key, count), number


def test_a_copy_is_whole_and_encrypted(url: str, tmp_path: Path) -> None:
    with Store.open(url, REGISTRY, keys=tmp_path / "keys", clock=lambda: NOON) as store:
        used(store)
    session = Database(url).connect()
    assert isinstance(session, SqlcipherSession)
    (tmp_path / "copy").mkdir()
    session.copy(tmp_path / "copy" / "store.db")
    session.close()
    assert b"needle" not in (tmp_path / "copy" / "store.db").read_bytes()
    (tmp_path / "copy" / vault.LOCK).write_bytes((tmp_path / "counter" / vault.LOCK).read_bytes())
    with Store.open(f"sqlcipher:///{tmp_path}/copy/store.db", REGISTRY) as store:
        assert len(store.record("d1").submissions) == 302


def test_the_accounts_lie_under_the_same_lock(url: str, tmp_path: Path) -> None:
    script = (
        "import django; django.setup(); from django.core.management import call_command; call_command('migrate', verbosity=0);"
        "from entrepot.store.accounts.models import Person, Organisation; Organisation.objects.create(code='needle-firm');"
        "Person.objects.create(username='needle-person', name='100 % needle');"
        "assert Person.objects.get(username='needle-person', date_joined__year__gte=2000).name == '100 % needle';"
        "Person.objects.bulk_create([Person(username=f'needle{n}') for n in range(9)]); assert Person.objects.count() == 10"
    )
    home = tmp_path / "counter"
    environment = {
        **os.environ, "ENTREPOT_HOME": str(home), "ENTREPOT_DATABASE": url, vault.PASSPHRASE: WORDS,
        "DJANGO_SETTINGS_MODULE": "entrepot.portal.settings",
    }  # fmt: skip
    environment.pop("ENTREPOT_SECRET", None)
    environment.pop("ENTREPOT_ACCOUNTS", None)
    Store.open(url, REGISTRY).close()
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    files = seen(home)
    assert {name for name in files if name.endswith("accounts.sqlite3")}
    assert not [name for name, data in files.items() if b"needle" in data or b"CREATE TABLE" in data]
    assert not (home / "secret").exists()
