"""A desk on an empty sandbox store, and one with a dossier opened."""

from collections.abc import Iterator
from pathlib import Path

import pytest

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
