"""After a kill: what was acknowledged is there, receipts handed out still hold, the log has not forked, a backup is whole."""

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from entrepot.modules.evidence.rules import tree
from entrepot.store.audit import LiveTables, audit
from entrepot.store.backup import opened as opened_backup
from entrepot.store.notes import Checkpoint, Verifier, open_checkpoint
from entrepot.store.store import Store
from entrepot_verify.receipt import verify
from tests.conftest import ROOT
from tests.store.saying import asked

Open = Callable[..., Store]


def kept_until(url: str, name: str, folder: Path, told: int) -> list[dict[str, Any]]:
    """Run a keeper until it has told so many lines, kill it, and give what it told."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.store.keeper", url, name, "1000", str(folder / "keys"), str(folder / "b.zip")],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": "src"}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    lines: list[str] = []
    reader = threading.Thread(target=lambda: lines.extend(text for text in process.stdout or () if text.endswith("\n")))
    reader.start()
    count = 0
    while process.poll() is None and count < told:
        time.sleep(0.002)
        count = len(lines)
    process.kill()
    process.wait(60)
    reader.join()
    process.stdout.close()
    return [json.loads(text) for text in lines]


def whole_after(store: Store, url: str, told: list[dict[str, Any]], seen: dict[int, bytes]) -> None:
    """All that was told holds; `seen` are the roots of checkpoints handed out before, and those of now are added."""
    store.integrate()
    there = {name for (name,) in asked(url, "SELECT id FROM submission")}
    assert {name for one in told for name in one.get("said", ())} <= there
    for one in told:
        if "receipt" in one:
            proof = verify(one["receipt"].encode(), store.log_key)
            assert seen.setdefault(proof.size, proof.root) == proof.root, "two roots of one size were signed"
    roots = {size: bytes(root) for size, root in asked(url, "SELECT size, root FROM checkpoint")}
    assert seen.items() <= roots.items()
    note = store.checkpoint()
    assert note is not None
    head: Checkpoint = open_checkpoint(note, Verifier.parse(store.log_key))
    for size, root in seen.items():
        tree.verify_consistency(size, head.size, store.consistency(size, head.size), root, head.root)
    with store.database.session() as session, session.snapshot():
        found = audit(LiveTables(session))
    assert found.whole, found.differences
    assert found.leaves == found.statements == len(there)


def rounds(open_store: Open, url: str, folder: Path, kills: list[int]) -> None:
    seen: dict[int, bytes] = {}
    for number, lines in enumerate(kills):
        told = kept_until(url, f"k{number}", folder, lines)
        assert told
        store = open_store()
        whole_after(store, url, told, seen)
        store.close()
        if any("backup" in one for one in told):
            with opened_backup(folder / "b.zip") as backup:
                backup.verify()
                assert audit(backup).whole


def test_what_was_acknowledged_receipts_and_backups_outlive_a_kill(open_store: Open, url: str, tmp_path: Path) -> None:
    rounds(open_store, url, tmp_path, [3, 17])


@pytest.mark.full
def test_killed_at_many_moments_the_log_never_forks(open_store: Open, url: str, tmp_path: Path) -> None:
    chance = random.Random(11)
    rounds(open_store, url, tmp_path, [chance.randrange(1, 60) for _ in range(12)])
