"""Backup and restore: what comes back is what was there, on either database, recomputed leaf by leaf; what was touched is told."""

import json
import re
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from entrepot.store.audit import Audit, audit
from entrepot.store.backup import BackupError, Manifest, back_up, restore
from entrepot.store.backup import opened as opened_backup
from entrepot.store.database import Database, StoreError
from entrepot.store.intake import Content
from entrepot.store.outbox import Task
from entrepot.store.schema import STEPS, tables
from entrepot.store.sealing import open_keys, place_keys, seal_keys
from entrepot.store.store import Store
from tests.store.saying import NOON, REGISTRY, asked, erase, gone, line, lot, opened

Open = Callable[..., Store]
WORDS = "correct horse battery"


def filled(store: Store) -> None:
    """A store with something in every corner."""
    paper = Content(b"%PDF-1.7 an invoice")
    store.submit([opened(id="a"), lot("7", id="b"), line(1, id="c")], [paper], [Task("send", b"payload", "task-1")])
    store.submit([line(1, hs="08051000", id="d", replaces=("c",)), gone("goods.cost", "1", "b", id="e")])
    store.submit([lot("5", key="2", number="N2", id="f")])
    store.submit_many(
        [[opened(f"many-{number}"), *(line(n, f"many-{number}") for n in range(120))] for number in range(5)]
    )
    store.integrate()
    store.submit([line(7, id="secret")])
    assert erase(store, "body", "secret").ok
    assert erase(store, "content", store.keep([Content(b"a passport")])[0]).ok
    store.hand_over()
    store.keep_pack("p" * 64, "CN", b"pack")
    store.integrate()


@pytest.fixture
def store(open_store: Open) -> Store:
    store = open_store()
    filled(store)
    return store


def backed_up(store: Store, folder: Path) -> Path:
    back_up(store.database, folder / "backup.zip", NOON, folder / "keys", WORDS, store.sign)
    return folder / "backup.zip"


@pytest.fixture
def file(store: Store, tmp_path: Path) -> Path:
    return backed_up(store, tmp_path)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of a SQLite store, made once; a test copies it before it touches it."""
    folder = tmp_path_factory.mktemp("made")
    with Store.open(f"sqlite:///{folder}/store.db", REGISTRY, keys=folder / "keys", clock=lambda: NOON) as store:
        filled(store)
        return backed_up(store, folder)


@pytest.fixture
def copy(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(made, tmp_path / "copy.zip"))


def everything(url: str) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables."""
    found = {}
    for table in tables(len(STEPS)):
        rows = [
            tuple(bytes(v) if isinstance(v, memoryview) else v for v in row)
            for row in asked(url, f"SELECT * FROM {table}")
        ]
        found[table] = sorted(rows, key=repr)
    return found


def test_every_table_of_the_database_is_in_the_backup(store: Store, url: str, file: Path) -> None:
    listing = (
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        if url.startswith("sqlite")
        else "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
    )
    there = {name for (name,) in asked(url, listing)} - {"schema_step"}
    with opened_backup(file) as backup:
        held = {part.name.removeprefix("tables/").removesuffix(".ndjson") for part in backup.manifest.parts}
    assert held - {"keys.json"} == there


@pytest.mark.parametrize("target", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_what_comes_back_is_what_was_there_on_either_database(
    store: Store, url: str, file: Path, target: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    before = everything(url)
    other = f"sqlite:///{tmp_path}/again.db"
    if target == "postgresql":
        other = request.getfixturevalue("new_postgres_database")()
    with opened_backup(file) as backup:
        backup.verify()
        assert backup.signature() == ""
        found = restore(backup, other, NOON)
    assert found.whole, found.differences
    assert (found.statements, found.erased, found.documents) == (len(before["submission"]), 1, 1)
    assert found.size == len(before["placed"]) == len(before["leaf"])
    assert everything(other) == before
    with Store.open(other, REGISTRY, keys=tmp_path / "keys", clock=lambda: NOON) as again:
        assert again.submit([opened("after"), line(1, "after"), lot("9", dossier="after")]).ok, "it goes on counting"
        assert again.integrate() == found.size + 3
        assert again.log_key == store.log_key
        assert again.receipt("a").splitlines()[1] == store.receipt("a").splitlines()[1]


def test_a_backup_is_of_one_moment_while_others_write(store: Store, tmp_path: Path) -> None:
    told: list[str] = []

    def meanwhile(table: str, rows: int) -> None:
        told.append(table)
        assert store.submit([opened(f"during-{len(told)}"), line(1, f"during-{len(told)}")]).ok
        store.integrate()

    target = tmp_path / "busy.zip"
    back_up(store.database, target, NOON, None, progress=meanwhile)
    assert len(told) > 5
    with opened_backup(target) as backup:
        assert not any(row[0] == "during-1" for row in backup.rows("dossier", ("id",)) if told[0] != "dossier")
        found = audit(backup)
    assert found.whole, found.differences
    assert found.leaves == found.statements


def test_a_backup_can_be_audited_without_being_restored(file: Path, store: Store) -> None:
    with opened_backup(file) as backup:
        found = audit(backup)
    assert found.whole
    assert found.size == store.integrate()


# -- what was touched -------------------------------------------------------------------------------------------------


def rewritten(file: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """The backup with one part changed; the manifest is left as it was."""
    other = file.with_name("touched.zip")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(other, "w") as new:
        for part in old.namelist():
            data = old.read(part)
            new.writestr(part, change(data) if part == name else data)
    return other


@pytest.mark.parametrize(
    "name", ["tables/submission.ndjson", "tables/body.ndjson", "tables/erased.ndjson", "keys.json"]
)
def test_a_part_that_was_touched_is_named(copy: Path, name: str) -> None:
    touched = rewritten(copy, name, lambda data: data[:-2] + bytes([data[-2] ^ 1]) + data[-1:])
    with opened_backup(touched) as backup, pytest.raises(BackupError, match=name):
        backup.verify()


def test_a_manifest_that_was_touched_is_no_longer_signed(copy: Path) -> None:
    touched = rewritten(copy, "manifest", lambda data: data.replace(b"\nsize ", b"\nsize 9", 1))
    with opened_backup(touched) as backup:
        assert "false" in backup.signature()


def test_a_manifest_that_counts_otherwise_or_is_of_a_later_version_is_refused(copy: Path) -> None:
    counted = rewritten(copy, "manifest", lambda data: re.sub(rb"body.ndjson \d+", b"body.ndjson 1", data))
    with opened_backup(counted) as backup, pytest.raises(BackupError, match=r"body\.ndjson"):
        backup.verify()
    later = rewritten(copy, "manifest", lambda data: re.sub(rb"\nstep \d+", b"\nstep 999", data))
    with pytest.raises(BackupError, match="newer version"), opened_backup(later):
        pass


def test_a_table_under_another_s_name_is_refused(copy: Path) -> None:
    touched = rewritten(copy, "tables/leaf.ndjson", lambda data: data.replace(b'"leaf"', b'"body"', 1))
    with opened_backup(touched) as backup, pytest.raises(BackupError, match="head of leaf"):
        backup.columns("leaf")


def test_keys_sealed_otherwise_or_under_a_name_that_leads_elsewhere_are_refused(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = seal_keys(made.parent / "keys", WORDS)
    assert open_keys(sealed, WORDS)
    dear = json.loads(sealed) | {"scrypt": [1 << 24, 8, 1]}
    monkeypatch.setattr("entrepot.store.vault._stretched", lambda *_: pytest.fail("a cost from outside was paid"))
    with pytest.raises(StoreError, match="cannot be opened"):
        open_keys(json.dumps(dear).encode(), WORDS)
    monkeypatch.undo()
    for name in ("/etc/key", "../key", "a/../../key", "a\\key"):
        monkeypatch.setattr(Path, "as_posix", lambda _, name=name: name)
        sealed = seal_keys(made.parent / "keys", WORDS)
        monkeypatch.undo()
        with pytest.raises(StoreError, match="leads elsewhere"):
            open_keys(sealed, WORDS)


def test_a_backup_is_for_its_owner_alone(copy: Path, made: Path) -> None:
    assert made.stat().st_mode & 0o077 == 0


def test_a_backup_cut_short_is_none(copy: Path) -> None:
    whole = copy.read_bytes()
    for length in (0, 10, len(whole) // 2, len(whole) - 30):
        copy.write_bytes(whole[:length])
        with pytest.raises(BackupError), opened_backup(copy) as backup:
            backup.verify()


def edited(file: Path, table: str, change: Callable[[list[list[object]]], object]) -> Path:
    """The backup as a forger makes it who has the manifest in his hands, but not the log's key."""
    name = f"tables/{table}.ndjson"

    def rows(data: bytes) -> bytes:
        head, *lines = data.splitlines()
        values = [json.loads(one) for one in lines]
        change(values)
        return b"\n".join([head, *(json.dumps(one, separators=(",", ":")).encode() for one in values), b""])

    return rewritten(file, name, rows)


FORGERIES: dict[str, tuple[str, Callable[[list[list[object]]], object], str]] = {
    "another topic": ("submission", lambda rows: rows[1].__setitem__(3, "goods.line"), "another digest"),
    "a statement left out": ("submission", lambda rows: rows.pop(2), "without a statement"),
    "a leaf of its own": ("leaf", lambda rows: rows[3].__setitem__(1, rows[4][1]), "leaf"),
    "two places exchanged": ("placed", lambda rows: rows[5].__setitem__(2, rows[6][2]), "not the leaf on file"),
    "a root of its own": ("checkpoint", lambda rows: rows[0].__setitem__(1, rows[1][1]), "not that of the leaves"),
    "a node of its own": ("node", lambda rows: rows[0].__setitem__(2, rows[1][2]), "kept for proofs"),
    "a balance of its own": ("account", lambda rows: rows[0].__setitem__(3, -1), "sum of its entries"),
    "a body that vanished": ("erased", lambda rows: rows.clear(), "nothing says"),
    "what was replaced stands again": ("retired", lambda rows: rows.pop(), "marked as replaced"),
    "another salt": ("body", lambda rows: rows[2].__setitem__(3, rows[3][3]), "another statement's"),
    "a note of another tree": ("checkpoint", lambda rows: rows[0].__setitem__(2, rows[1][2]), "is not what is on file"),
    "entries without an account": ("account", lambda rows: rows.clear(), "entries without an account"),
    "another length": ("content", lambda rows: rows[0].__setitem__(2, 1), "digest"),
    "another document": ("content", lambda rows: rows[0].__setitem__(0, "0" * 64), "digest"),
}  # fmt: skip


@pytest.mark.parametrize("name", FORGERIES)
def test_the_audit_tells_what_a_forger_changed(copy: Path, name: str) -> None:
    table, change, told = FORGERIES[name]
    with opened_backup(edited(copy, table, change)) as backup:
        found = audit(backup)
    assert any(told in one.what.en for one in found.differences), found.differences


def test_a_body_is_gone_by_law_only_where_a_statement_in_the_log_says_so(copy: Path) -> None:
    touched = edited(copy, "body", lambda rows: rows.pop(0)).rename(copy.with_name("bodiless.zip"))

    def also_erased(
        rows: list[list[object]],
    ) -> None:  # a row beside the log, such as anybody with the database can write
        [own] = [row for row in rows if row[1] == "body"]
        rows.append([99, "body", "a", *own[3:]])

    with opened_backup(edited(touched, "erased", also_erased)) as backup:
        found = audit(backup)
    assert [(one.where, one.what.en) for one in found.differences] == [
        ("a", "its body is gone, and nothing says that it was erased")
    ]


def test_a_restore_that_is_not_whole_leaves_no_store(copy: Path, tmp_path: Path) -> None:
    table, change, _ = FORGERIES["another topic"]
    with opened_backup(edited(copy, table, change)) as backup:
        found = restore(backup, f"sqlite:///{tmp_path}/again.db", NOON)
    assert not found.whole
    assert not list(tmp_path.glob("again*"))


@pytest.mark.postgres
def test_a_restore_that_is_not_whole_leaves_an_empty_database(
    copy: Path, new_postgres_database: Callable[[], str]
) -> None:
    table, change, _ = FORGERIES["another topic"]
    url = new_postgres_database()
    with opened_backup(edited(copy, table, change)) as backup:
        assert not restore(backup, url, NOON).whole
    assert asked(url, "SELECT to_regclass('submission')") == [(None,)]


def test_nothing_is_restored_over_a_store(store: Store, url: str, file: Path) -> None:
    with opened_backup(file) as backup, pytest.raises(BackupError, match=r"already|is there"):
        restore(backup, url, NOON)
    assert store.integrate() > 0


# -- keys -------------------------------------------------------------------------------------------------------------


def test_keys_come_back_for_their_owner_alone_and_only_with_the_passphrase(
    copy: Path, made: Path, tmp_path: Path
) -> None:
    with opened_backup(copy) as backup:
        with pytest.raises(StoreError, match="passphrase"):
            backup.keys("wrong horse battery")
        keys = backup.keys(WORDS)
    assert keys is not None
    place_keys(tmp_path / "others", keys)
    for name in keys:
        path = tmp_path / "others" / name
        assert path.read_bytes() == (made.parent / "keys" / name).read_bytes()
        assert path.stat().st_mode & 0o077 == 0
    assert not any(data in copy.read_bytes() for data in keys.values())
    place_keys(tmp_path / "others", keys)  # the same again does no harm
    (tmp_path / "others" / next(iter(keys))).write_bytes(b"x" * 32)
    with pytest.raises(StoreError, match="other keys"):
        place_keys(tmp_path / "others", keys)


def test_a_short_passphrase_is_refused(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="longer"):
        back_up(store.database, tmp_path / "b.zip", NOON, tmp_path / "keys", "short")
    assert not list(tmp_path.glob("*b.zip*"))


def test_a_store_of_an_earlier_schema_comes_back_and_is_brought_up_to_date(tmp_path: Path) -> None:
    old = tmp_path / "old.db"
    with Store.open(f"sqlite:///{old}", REGISTRY, keys=tmp_path / "keys", clock=lambda: NOON) as store:
        store.submit([opened(), line(1)])
        store.integrate()
    later = set(tables(len(STEPS))) - set(tables(6))
    with sqlite3.connect(old) as base:
        for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            if name.startswith(("schema_step", *later)):
                base.execute(f"DROP TRIGGER {name}")
        for table in later:
            base.execute(f"DROP TABLE {table}")
        base.execute("ALTER TABLE token DROP COLUMN name")
        base.execute("DELETE FROM schema_step WHERE step > 6")
    database = Database(f"sqlite:///{old}")
    manifest = back_up(database, tmp_path / "old.zip", NOON, None)
    assert manifest.step == 6
    with opened_backup(tmp_path / "old.zip") as backup:
        assert restore(backup, f"sqlite:///{tmp_path}/new.db", NOON).whole
    with Store.open(f"sqlite:///{tmp_path}/new.db", REGISTRY, keys=tmp_path / "keys", clock=lambda: NOON) as store:
        assert store.submit([line(2)]).ok
    database.close()


def test_the_manifest_has_one_spelling() -> None:
    manifest = Manifest("entrepot/sandbox/0", 6, "2026-06-20T12:00:00Z", 7, ())
    assert Manifest.parse(manifest.text(), False) == manifest
    for text in (
        "",
        "entrepot backup v1\n",
        manifest.text().replace("size 7", "size -7"),
        manifest.text() + "part x 1 y\n",
        manifest.text() + "part keys.json 1",
        manifest.text().replace("size 7", "size 07"),
        manifest.text().replace("size 7", "size ٧"),
    ):
        with pytest.raises(BackupError):
            Manifest.parse(text, False)


def test_a_backup_that_fails_in_the_middle_leaves_the_earlier_one(store: Store, file: Path, tmp_path: Path) -> None:
    before = shutil.copy(file, tmp_path / "before.zip")

    def fail(table: str, rows: int) -> None:
        raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space"):
        back_up(store.database, file, NOON, None, progress=fail)
    assert file.read_bytes() == Path(before).read_bytes()
    assert not list(tmp_path.glob(".backup*"))


def test_an_audit_tells_no_more_than_a_hundred_in_words() -> None:
    found = Audit(differences=[])
    for number in range(150):
        found.tell(str(number), "x", "x")
    assert (len(found.differences), found.more, found.whole) == (100, 50, False)
