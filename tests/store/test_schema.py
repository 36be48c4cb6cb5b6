"""Opening a store: made, brought up to date, of one nature, with durable settings and one key."""

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from entrepot.store.database import Database, StoreError
from entrepot.store.schema import STEPS
from entrepot.store.store import Store
from tests.store.saying import NOON, REGISTRY, asked, line, opened

Open = Callable[..., Store]


def test_a_store_opened_again_holds_what_it_held(open_store: Open) -> None:
    first = open_store(nature="live")
    first.submit([opened(id="a"), line(1, id="b")])
    first.close()
    second = open_store()
    assert (second.nature, second.origin) == ("live", first.origin)
    assert second.heads("d1") == ("a", "b")


def test_live_and_sandbox_never_share_a_store(open_store: Open) -> None:
    open_store(nature="live").close()
    with pytest.raises(StoreError, match="live store and cannot be opened as sandbox") as refused:
        open_store(nature="sandbox")
    assert "正式" in refused.value.text.zh
    open_store(nature="live").close()


def test_a_new_store_is_a_sandbox_unless_it_is_called_live(open_store: Open) -> None:
    assert open_store().nature == "sandbox"
    with pytest.raises(StoreError, match="sandbox store and cannot be opened as live"):
        open_store(nature="live")


def test_a_store_of_a_newer_version_is_refused(open_store: Open, url: str) -> None:
    open_store().close()
    asked(url, "INSERT INTO schema_step (step, applied_at) VALUES (?, 'later')", len(STEPS) + 1)
    with pytest.raises(StoreError, match="use a newer version"):
        open_store()


def test_an_address_of_another_kind_is_refused() -> None:
    for address in ("mysql://host/db", "trade.db", ""):
        with pytest.raises(StoreError, match="sqlite:///"):
            Database(address)


def test_a_database_that_cannot_be_opened_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("this is no database" * 100)
    for address in (f"sqlite:///{tmp_path}/text.db", f"sqlite:///{tmp_path}", f"postgresql:///x?host={tmp_path}/no"):
        with pytest.raises(StoreError, match="cannot be opened"):
            Store.open(address, REGISTRY)


def test_every_commit_reaches_the_disk(open_store: Open) -> None:
    store = open_store()
    with store.database.session() as session:
        if store.database.dialect == "sqlite":
            assert session.one("PRAGMA journal_mode") == session.one("SELECT 'wal'")
            assert session.run(("PRAGMA synchronous", ()), ("PRAGMA foreign_keys", ())) == [[(2,)], [(1,)]]
        else:
            settings = ("fsync", "synchronous_commit", "full_page_writes")
            values = session.run(*((f"SELECT current_setting('{name}')", ()) for name in settings))
            assert values == [[("on",)]] * 3


def test_the_key_is_made_on_first_use_and_is_readable_by_its_owner_alone(open_store: Open, tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "keys"
    store = open_store(keys=folder)
    [key] = folder.iterdir()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert open_store(keys=folder).log_key == store.log_key != ""
    assert [path.name for path in folder.iterdir()] == [key.name]
    key.chmod(0o644)
    with pytest.raises(StoreError, match="read by others"):
        open_store(keys=folder)


def test_a_log_has_one_key_for_its_life(open_store: Open, tmp_path: Path) -> None:
    open_store()
    with pytest.raises(StoreError, match="not in the folder"):
        open_store(keys=tmp_path / "elsewhere")
    assert not (tmp_path / "elsewhere").exists()
    [key] = (tmp_path / "keys").iterdir()
    key.write_bytes(b"\1" * 32)
    with pytest.raises(StoreError, match="another key"):
        open_store()
    key.write_bytes(b"cut short")
    with pytest.raises(StoreError, match="holds no key"):
        open_store()


def test_a_process_without_keys_reads_and_writes_but_signs_nothing(open_store: Open) -> None:
    signing = open_store()
    bare = open_store(keys=None)
    assert bare.log_key == signing.log_key
    assert bare.submit([opened(id="a")]).ok
    with pytest.raises(StoreError, match="no key"):
        bare.integrate()
    with pytest.raises(StoreError, match="not in the log yet"):
        bare.receipt("a")
    signing.integrate()
    assert bare.receipt("a")
    assert bare.checkpoint() == signing.checkpoint()


def test_a_closed_store_says_so(open_store: Open) -> None:
    store = open_store()
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.submit([opened()])


def test_a_store_in_a_context_closes_itself(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path}/a.db", REGISTRY, clock=lambda: NOON) as store:
        store.submit([opened()])
    with pytest.raises(StoreError, match="closed"):
        store.submit([opened("d2")])
