"""The act of the portal and its two channels: what it promises comes out, twice in one store, and nothing is left running."""

import io
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from entrepot.kernel.text import Text
from entrepot.portal import setting
from entrepot.portal.demonstration import show_portal
from entrepot.portal.demonstration.evidence import Line
from entrepot.portal.demonstration.portal import TwoChannels
from entrepot.portal.desk import Desk
from entrepot.portal.push.subscribing import LOOPBACK
from entrepot.store import vault
from tests.portal.web import client_of


@pytest.fixture(scope="module")
def staged(installed: Path) -> Iterator[Desk]:
    """A desk of an empty sandbox store."""
    desk = setting.open_desk(f"sqlite:///{installed / 'channels.sqlite3'}", "sandbox")
    client_of(desk)  # settles the environment that Django reads
    yield desk
    desk.store.close()


def test_every_scene_comes_out_as_promised_and_leaves_nothing_running(staged: Desk, installed: Path) -> None:
    before, told = {thread.name for thread in threading.enumerate()}, io.StringIO()
    assert show_portal.play(Console(file=told, width=160), staged, installed)
    text = told.getvalue()
    for title, why, _ in show_portal.SCENES:
        assert title.en in text
        assert title.zh in text
        assert why.en in text
    assert "NOT AS PROMISED" not in text
    rejected = [line for line in text.splitlines() if line.startswith("  ✗")]
    reasons = ("its check character is wrong", "no such dossier", "a second person", "one byte more")
    assert [reason in line for reason, line in zip(reasons, rejected, strict=True)] == [True] * 4
    left = {thread.name for thread in threading.enumerate()} - before
    assert not [name for name in left if not name.startswith("entrepot-")]
    assert LOOPBACK not in os.environ
    assert vault.PASSPHRASE not in os.environ


def test_what_does_not_come_out_as_promised_ends_the_main_job_badly(
    staged: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(_: TwoChannels) -> tuple[Line, ...]:
        return (Line(Text("a second person was not asked", "未复核"), accepted=True, promised=False),)

    def broken(_: TwoChannels) -> tuple[Line, ...]:
        raise OSError("no port is free")

    for scene, words in ((wrong, "NOT AS PROMISED"), (broken, "no port is free")):
        told = io.StringIO()
        monkeypatch.setattr(show_portal, "SCENES", ((Text("scene", "一幕"), Text("It matters.", "重要。"), scene),))
        assert not show_portal.play(Console(file=told, width=160), staged, tmp_path)
        assert words in told.getvalue()
