"""A desk with something on every page: the mushrooms of the demonstration, declared and released, then a mistake and a question."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from entrepot.portal import setting
from entrepot.portal.demonstration.story import CORRIDORS, Story
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from tests.conftest import ROOT

MUSHROOMS = CORRIDORS[2]


@contextmanager
def rich_desk(folder: Path) -> Iterator[tuple[Desk, str]]:
    """The desk, and the dossier that is rich."""
    compiled = ROOT / ".entrepot" / "packs"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ENTREPOT_HOME", str(folder))
        patch.delenv("ENTREPOT_DATABASE", raising=False)
        if compiled.is_dir():
            (folder / "packs").symlink_to(compiled)
        setting.law.cache_clear()
        desk = setting.open_desk()
        try:
            yield desk, _played(desk)
        finally:
            desk.store.close()
            setting.law.cache_clear()


def _played(desk: Desk) -> str:
    story = Story(desk)
    story.open(MUSHROOMS)
    for _ in story.hand_in(MUSHROOMS):
        pass
    story.plan_entry(MUSHROOMS)
    number = story.declare(MUSHROOMS, "compared with the papers line by line")
    story.release(MUSHROOMS, number)
    exporter = story.exporter(MUSHROOMS)
    query = {"asked_on": "2026-05-20", "question": "How was the price agreed?", "field": "line/1.unit_price"}
    desk.say(MUSHROOMS.dossier, [Draft("customs.query", query, number)], story.customs)
    desk.say(MUSHROOMS.dossier, [Draft("trade.terms", {"incoterm": "CIF"})], exporter)
    desk.store.integrate()
    return MUSHROOMS.dossier
