"""A desk whose clock moves when told to, and who subscribes there."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from entrepot.channels.online import Voice, voice_of
from entrepot.portal.desk import Desk
from entrepot.store.tokens import new_token
from tests.portal.accounts.conftest import accounts, employ
from tests.portal.stage import NOON, open_desk
from tests.store.conftest import url


class Clock:
    """The store's clock, in the hands of a test."""

    def __init__(self) -> None:
        self.now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def on(self, **of: float) -> None:
        self.now += timedelta(**of)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("ENTREPOT_PUSH_LOOPBACK", "1")
    desk = open_desk(tmp_path)
    desk.store.clock = clock
    yield desk
    desk.store.close()


def token_voice(desk: Desk, organisation: str, *roles: str) -> Voice:
    """Somebody of an organisation, by a token."""
    voice = voice_of(desk.store, new_token(desk.store, f"p-{organisation}", organisation, roles))
    assert voice is not None
    return voice


@pytest.fixture
def acme(desk: Desk) -> Voice:
    return token_voice(desk, "acme")


__all__ = ["accounts", "employ", "url"]
