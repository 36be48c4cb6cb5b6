"""Topic x role at the doors of push: feed and webhook give a role the statements that its sheet gives it, and nothing else."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from entrepot.channels.online import Voice, voice_of
from entrepot.portal.desk import Desk
from entrepot.portal.push.events import Filter, events_for
from entrepot.portal.push.pushing import Pushing
from entrepot.portal.push.subscribing import Asked, make
from entrepot.store.events import START
from tests.portal.matrix_stage import OWN, PEOPLE, TRADE, headers, made, voice
from tests.portal.push.receiving import Receiver


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder: Path = tmp_path_factory.mktemp("secrecy")
    desk = made(folder)
    desk.store.integrate()
    yield desk
    desk.store.close()


def heard(desk: Desk, who: Voice, dossier: str) -> set[str]:
    found, after, only = set[str](), START, Filter(dossiers=(dossier,))
    while (piece := events_for(desk, who, after, 500, only)).upto != after:
        found |= {one.id for one in piece.events if one.type.startswith("entrepot.said.")}
        after = piece.upto
    return found


@pytest.mark.parametrize("dossier", [TRADE, OWN])
@pytest.mark.parametrize("role", PEOPLE)
def test_the_feed_tells_a_role_what_its_sheet_shows_it(logged: Desk, role: str, dossier: str) -> None:
    who = voice(role, dossier)
    shown = {said.id for fact in logged.read(dossier, who).facts for said in fact.statements}
    with logged.store.holding(dossier) as record:
        standing = set(record.heads())
    assert heard(logged, who, dossier) & standing == shown


def test_a_webhook_tells_the_same(logged: Desk) -> None:
    who = voice_of(logged.store, headers(logged, "carrier")["Authorization"].removeprefix("Bearer "))
    assert who is not None
    receiver = Receiver()
    make(logged, who, Asked("webhook", "https://one.example/", after="start"))
    push = Pushing(logged, receiver.post)
    push.settle(30)
    push.close()
    assert {event["id"] for event in receiver.kept} == {event.id for event in events_for(logged, who, limit=500).events}


def test_a_stranger_hears_nothing(logged: Desk) -> None:
    eve = Voice("eve", "elsewhere")
    assert heard(logged, eve, TRADE) | heard(logged, eve, OWN) == set()
