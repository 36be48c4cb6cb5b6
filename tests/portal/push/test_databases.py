"""Events and deliveries on both databases: the order, findings between statements, leases, replay, giving up."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from entrepot.channels.online import Voice
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.portal.push import finder, subscribing
from entrepot.portal.push.events import Events, Filter, events_for
from entrepot.portal.push.pushing import Pushing
from entrepot.portal.push.subscribing import Asked, Changed, change, deliveries, get, make
from entrepot.store import subscriptions as kept
from entrepot.store.events import START
from entrepot.store.store import Store
from tests.portal.push.conftest import Clock, token_voice
from tests.portal.push.receiving import Receiver
from tests.portal.stage import LINE_ONE, OPENING, stage_law, stage_registry


@pytest.fixture
def open_at(url: str, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Desk]]:
    """Opens desks on one database, as several processes would."""
    monkeypatch.setenv("ENTREPOT_PUSH_LOOPBACK", "1")
    opened: list[Desk] = []

    def open_() -> Desk:
        registry = stage_registry()
        store = Store.open(url, registry, nature="sandbox", keys=tmp_path / "keys", clock=clock)
        opened.append(Desk(store, stage_law(), registry))
        return opened[-1]

    yield open_
    for desk in opened:
        desk.store.close()


def told(events: Events) -> list[str]:
    return [event.type.removeprefix("entrepot.") for event in events.events]


def test_the_order_of_statements_and_findings_is_one(open_at: Callable[[], Desk]) -> None:
    desk, other = open_at(), open_at()
    acme = token_voice(desk, "acme")
    make(desk, acme, Asked("feed"))
    finder.look(desk)
    desk.say("D1", [*OPENING, LINE_ONE], acme)
    desk.store.integrate()
    assert (finder.look(desk) > 0, finder.look(other)) == (True, 0)
    desk.say("D1", [Draft("goods.line", {"hs": "1", "amount": "USD 1.00"}, "2")], acme)
    other.store.integrate()
    finder.look(other)
    whole = events_for(other, acme)
    assert told(whole) == [
        "said.dossier.opened", "said.dossier.member", "said.dossier.member", "said.goods.line", "found.price.total", "said.goods.line",
        "found.price.total",
    ]  # fmt: skip
    for at, event in enumerate(whole.events):
        assert events_for(desk, acme, event.position).events == whole.events[at + 1 :]
    assert told(events_for(desk, acme, START, only=Filter(topics=("found.*",)))) == ["found.price.total"] * 2
    assert told(events_for(desk, acme, START, only=Filter(dossiers=("D2",)))) == []
    assert told(events_for(desk, Voice("eve", "elsewhere"))) == []


def test_deliveries_are_leased_ordered_replayed_and_given_up(open_at: Callable[[], Desk], clock: Clock) -> None:
    desk, other = open_at(), open_at()
    acme = token_voice(desk, "acme")
    up = True
    receiver = Receiver(lambda event, attempt: 200 if up else 503)
    id = make(desk, acme, Asked("webhook", "https://one.example/")).subscription.id
    one, two = Pushing(desk, receiver.post), Pushing(other, receiver.post)
    for dossier in ("D1", "D2"):
        desk.say(dossier, [*OPENING, LINE_ONE], acme)
    desk.store.integrate()
    for _ in range(60):
        one.step(0.002)
        two.step(0.002)
    assert len(receiver.kept) == 8
    lanes = [[e["sequence"] for e in receiver.kept if e["subject"] == dossier] for dossier in ("D1", "D2")]
    assert [sorted(lane) for lane in lanes] == lanes
    subscribing.replay(desk, acme, id, "5")
    one.settle()
    assert len(receiver.kept) == 10
    up = False
    desk.say("D1", [Draft(LINE_ONE.topic, LINE_ONE.body, "2")], acme)
    desk.store.integrate()
    for _ in range(14):
        two._housed = -1e9
        two.settle()
        clock.on(hours=7)
    assert get(desk, acme, id).state == "paused"
    up = True
    change(desk, acme, id, Changed(state="active"))
    one.settle()
    assert len(receiver.kept) == 11
    assert {card.state for card in deliveries(desk, acme, id)} == {"delivered"}
    clock.on(days=kept.KEPT / timedelta(days=1) + 1)
    one._keep_house()
    assert deliveries(desk, acme, id) == []
    one.close()
    two.close()
