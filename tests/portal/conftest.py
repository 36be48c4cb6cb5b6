"""A desk on an empty sandbox store, one with a dossier opened, and the home of an installation."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from entrepot.portal import setting
from entrepot.portal.desk import Desk
from tests.portal.stage import ANN, LINE_ONE, OPENING, open_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = open_desk(tmp_path)
    yield desk
    desk.store.close()


@pytest.fixture
def opened(desk: Desk) -> Desk:
    """The dossier D1 of acme (exporter), with buyer as its importer and one line of goods."""
    desk.say("D1", [*OPENING, LINE_ONE], ANN)
    return desk


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The home folder of an installation with its packs compiled and no classifier trained."""
    folder = tmp_path_factory.mktemp("home")
    compiled = Path(__file__).resolve().parents[2] / ".entrepot" / "packs"
    if compiled.is_dir():
        shutil.copytree(compiled, folder / "packs")
    patch = pytest.MonkeyPatch()
    patch.setenv("ENTREPOT_HOME", str(folder))
    patch.delenv("ENTREPOT_DATABASE", raising=False)
    setting.law.cache_clear()
    yield folder
    patch.undo()
    setting.law.cache_clear()
