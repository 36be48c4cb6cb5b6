"""Many records brought up to date in one question: the same as one by one, and never less than what was heard before it began."""

from pathlib import Path

import pytest

from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.store.store import Store
from tests.portal.stage import ANN, NOON, stage_law, stage_registry


def opened(url: str, keys: Path) -> Store:
    return Store.open(url, stage_registry(), nature="sandbox", keys=keys, clock=lambda: NOON)


def said(desk: Desk, dossier: str, number: int) -> None:
    desk.say(dossier, [Draft("goods.line", {"hs": "28092019"}, str(number))], ANN)


@pytest.fixture
def two(url: str, tmp_path: Path) -> tuple[Desk, Desk]:
    first, second = opened(url, tmp_path / "keys"), opened(url, tmp_path / "keys")
    desks = Desk(first, stage_law(), first.registry), Desk(second, stage_law(), second.registry)
    for name in ("D1", "D2"):
        desks[0].say(name, [Draft("dossier.opened", {"kind": "trade", "reference": name})], ANN)
    return desks


def lines(store: Store, dossier: str) -> set[str]:
    with store.holding(dossier) as record:
        return set(record.standing("goods.line"))


def test_what_another_process_said_is_there_and_what_comes_later_is_not_until_asked_again(
    two: tuple[Desk, Desk],
) -> None:
    here, there = two
    for name in ("D1", "D2"):
        assert lines(here.store, name) == set()
        said(there, name, 1)
    with here.store.fresh(["D1", "D2", "nowhere"]):
        assert lines(here.store, "D1") == lines(here.store, "D2") == {"1"}
        said(there, "D1", 2)
        assert lines(here.store, "D1") == {"1"}
    assert lines(here.store, "D1") == {"1", "2"}
    here.store.close()
    there.store.close()


def test_a_record_that_was_never_read_or_lost_a_body_is_read_as_ever(two: tuple[Desk, Desk]) -> None:
    here, there = two
    said(there, "D1", 1)
    with there.store.holding("D1") as record:
        (standing,) = record.standing("goods.line")["1"].statements
    assert lines(here.store, "D1") == {"1"}
    with there.store.database.session() as session, session.writing():
        columns = ("what", "reference", "reason", "by_person", "erased_at")
        session.insert("erased", columns, [("body", standing.id, "order", "somebody", "2026-04-01T00:00:00Z")])
        session.run(("DELETE FROM body WHERE seq = (SELECT seq FROM submission WHERE id = ?)", (standing.id,)))
    with here.store.fresh(["D1", "D2"]):
        assert lines(here.store, "D1") == set()
        assert lines(here.store, "D2") == set()
    here.store.close()
    there.store.close()
