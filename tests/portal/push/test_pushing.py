"""Deliveries: signed, in order for each dossier, tried again, leased; a slow receiver delays nobody; nothing lost, nothing invented."""

import base64
import hashlib
import hmac
import itertools
import json
import random
import time
from datetime import UTC, datetime
from functools import partial
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from entrepot.channels.online import Voice
from entrepot.kernel.intake import Refusal
from entrepot.kernel.why import NoSuchPlace
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.portal.push import pushing, subscribing
from entrepot.portal.push.events import Filter, events_for
from entrepot.portal.push.pushing import Pushing, try_out, wait_after
from entrepot.portal.push.subscribing import Asked, Changed, Made, change, deliveries, get, make
from entrepot.store import subscriptions as kept
from entrepot.store.tokens import new_token, revoke_token
from tests.portal.push.conftest import Clock, token_voice
from tests.portal.push.receiving import Receiver, listening
from tests.portal.stage import OPENING, open_desk


def hook(desk: Desk, voice: Voice, address: str = "https://one.example/hook", **fields: Any) -> Made:
    return make(desk, voice, Asked("webhook", address, **fields))


def say_some(desk: Desk, voice: Voice, dossier: str, count: int) -> None:
    if not events_for(desk, voice, only=Filter(dossiers=(dossier,))).events:
        desk.say(dossier, OPENING, voice)
    for _ in range(count):
        key = str(random.randrange(10**9))
        desk.say(dossier, [Draft("goods.line", {"amount": "USD 1.00", "quantity": "1", "unit": "t"}, key)], voice)
    desk.store.integrate()


def per_dossier(events: list[dict[str, Any]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for event in events:
        found.setdefault(event["subject"], []).append(event["sequence"])
    return found


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


def test_an_event_comes_signed_and_is_verified_with_the_standard_library(
    desk: Desk, acme: Voice, receiver: Receiver
) -> None:
    with listening(receiver) as address:
        made = hook(desk, acme, address)
        say_some(desk, acme, "D1", 1)
        push = Pushing(desk)
        push.settle()
        push.close()
    headers, body = receiver.came[0]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(made.secret.removeprefix("whsec_"))
    mine = "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    assert mine in headers["webhook-signature"].split(" ")
    assert datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC) == desk.store.clock()
    assert headers["Content-Type"] == "application/cloudevents+json"
    assert json.loads(body)["type"] == "entrepot.said.dossier.opened"
    assert "." not in headers["webhook-id"]
    assert [one["sequence"] for one in receiver.kept] == sorted(one["sequence"] for one in receiver.kept)
    assert [card.status for card in deliveries(desk, acme, made.subscription.id)] == [204] * 4


def test_a_failing_event_holds_back_its_dossier_alone(desk: Desk, acme: Voice, clock: Clock) -> None:
    receiver = Receiver(lambda event, attempt: 500 if event["subject"] == "D1" and attempt < 3 else 200)
    made = hook(desk, acme)
    push = Pushing(desk, receiver.post)
    say_some(desk, acme, "D1", 2)
    say_some(desk, acme, "D2", 2)
    push.settle()
    assert set(per_dossier(receiver.kept)) == {"D2"}
    states = {card.dossier: card.state for card in deliveries(desk, acme, made.subscription.id) if card.attempts}
    assert states == {"D1": "waiting", "D2": "delivered"}
    for _ in range(20):
        clock.on(minutes=10)
        push.settle()
    assert len(per_dossier(receiver.kept)["D1"]) == 5
    assert all(found == sorted(set(found)) for found in per_dossier(receiver.kept).values())
    ids = [headers["webhook-id"] for headers, body in receiver.came if json.loads(body)["subject"] == "D1"]
    assert ids[0] == ids[1] == ids[2] != ids[3]  # the same at every attempt
    push.close()


def test_one_that_hangs_delays_no_other(desk: Desk, acme: Voice) -> None:
    slow, quick = Receiver(hang=1.5), Receiver()

    def post(url: str, *rest: Any) -> Any:
        return (slow if "slow" in url else quick).post(url, *rest)

    hook(desk, acme, "https://slow.example/")
    hook(desk, acme, "https://quick.example/")
    push = Pushing(desk, post)
    for number in range(12):
        say_some(desk, acme, f"D{number}", 0)
    began = time.monotonic()
    while len(quick.kept) < 36 and time.monotonic() - began < 10:
        push.step(0.01)
    took = time.monotonic() - began
    assert len(quick.kept) == 36
    assert slow.kept == []  # none of the slow one's has come back by then
    assert took < slow.hang
    push.close()


def test_410_ends_a_subscription(desk: Desk, acme: Voice) -> None:
    made = hook(desk, acme)
    push = Pushing(desk, Receiver(lambda event, attempt: 410).post)
    say_some(desk, acme, "D1", 1)
    push.settle()
    card = get(desk, acme, made.subscription.id)
    assert (card.state, len(card.notice)) == ("ended", 2)
    with pytest.raises(Refusal):
        change(desk, acme, card.id, Changed(state="active"))
    push.close()


def test_after_three_days_it_is_paused_with_a_notice_and_goes_on_where_it_stood(
    desk: Desk, acme: Voice, clock: Clock
) -> None:
    up = False
    receiver = Receiver(lambda event, attempt: 200 if up else 0)
    made = hook(desk, acme)
    push = Pushing(desk, receiver.post)
    say_some(desk, acme, "D1", 2)
    for _ in range(40):
        push._housed = -1e9
        push.settle()
        clock.on(hours=3)
    card = get(desk, acme, made.subscription.id)
    assert card.state == "paused"
    assert "no answer in time" in card.notice[0]
    tried = len(receiver.came)
    clock.on(days=9)
    push.settle()
    assert len(receiver.came) == tried
    up = True
    change(desk, acme, card.id, Changed(state="active"))
    push.settle()
    assert len(receiver.kept) == 5
    push.close()


def test_retry_after_is_heeded(desk: Desk, acme: Voice, clock: Clock) -> None:
    from entrepot.gateways.webhooks import Posted

    calls: list[int] = []

    def post(url: str, body: bytes, headers: Any, loopback: bool) -> Posted:
        calls.append(1)
        return Posted(429, 1, "later", 3600)

    hook(desk, acme)
    push = Pushing(desk, post)
    say_some(desk, acme, "D1", 0)
    push.settle()
    clock.on(minutes=59)
    push.settle()
    assert len(calls) == 1
    clock.on(minutes=2)
    push.settle()
    assert len(calls) == 2
    push.close()


def test_waits_grow_up_to_a_bound() -> None:
    waits = [wait_after(number).total_seconds() for number in range(1, 30)]
    assert all(later > before * 1.2 for before, later in itertools.pairwise(waits[:7]))
    assert max(waits) <= 6 * 3600 * 1.2


# -- rights at the moment of delivery ---------------------------------------------------------------------------------


def test_whoever_lost_the_right_meanwhile_gets_nothing_more(desk: Desk, acme: Voice, clock: Clock) -> None:
    receiver, buyer = Receiver(lambda event, attempt: 500 if attempt == 1 else 200), token_voice(desk, "buyer")
    made = hook(desk, buyer)
    push = Pushing(desk, receiver.post)
    say_some(desk, acme, "D1", 2)
    push.settle()
    assert receiver.kept == []
    (member,) = [
        e for e in events_for(desk, acme).events if e.type.endswith("dossier.member") and e.data.key == "buyer"
    ]
    desk.say("D1", [Draft("dossier.member", None, "buyer", withdraws=(member.id,))], acme)
    desk.store.integrate()
    clock.on(hours=1)
    push.settle()
    assert receiver.kept == []
    assert {card.state for card in deliveries(desk, buyer, made.subscription.id)} == {"withheld"}
    push.close()


def test_a_token_that_ended_pauses_its_subscriptions(desk: Desk) -> None:
    from entrepot.channels.online import voice_of

    secret = new_token(desk.store, "ann", "acme")
    voice = voice_of(desk.store, secret)
    assert voice is not None
    made, receiver = hook(desk, voice), Receiver()
    revoke_token(desk.store, voice.token)
    say_some(desk, token_voice(desk, "acme"), "D1", 1)
    push = Pushing(desk, receiver.post)
    push.settle()
    assert receiver.came == []
    found = kept.find(desk.store, made.subscription.id)
    assert found is not None
    assert found.state == "paused"
    push.close()


def test_a_subscription_is_its_organisations_alone(desk: Desk, acme: Voice) -> None:
    made, eve = hook(desk, acme), token_voice(desk, "elsewhere")
    assert subscribing.mine(desk, eve) == []
    verbs = (
        lambda: get(desk, eve, made.subscription.id), lambda: deliveries(desk, eve, made.subscription.id),
        lambda: subscribing.end(desk, eve, made.subscription.id), lambda: subscribing.rotate(desk, eve, made.subscription.id),
        lambda: subscribing.replay(desk, eve, made.subscription.id, "start"), lambda: try_out(desk, eve, made.subscription.id),
        lambda: change(desk, eve, made.subscription.id, Changed(state="paused")),
    )  # fmt: skip
    for verb in verbs:
        with pytest.raises(NoSuchPlace):
            verb()


@pytest.mark.parametrize(
    ("asked", "rule"),
    [
        (Asked("webhook", "http://one.example/"), "PU03"),
        (Asked("webhook", "https://10.0.0.1/"), "PU03"),
        (Asked("webhook", "https://user@one.example/"), "PU03"),
        (Asked("webhook", ""), "PU03"),
        (Asked("mail", "somebody@one.example"), "PU04"),
        (Asked("feed", after="yesterday"), "PU05"),
        (Asked("feed", title="x" * 201), "PU08"),
        (Asked("feed", filter=Filter(topics=("goods line",))), "PU09"),
        (Asked("feed", filter=Filter(roles=("king",))), "PU09"),
        (Asked("feed", filter=Filter(dossiers=("D1",) * 51)), "PU09"),
    ],
)
def test_what_cannot_be_is_refused(desk: Desk, acme: Voice, asked: Asked, rule: str) -> None:
    with pytest.raises(Refusal) as refused:
        make(desk, acme, asked)
    assert {problem.rule for problem in refused.value.problems} == {rule}


def test_neither_visitors_nor_clerks_without_the_duty_make_webhooks(desk: Desk) -> None:
    from entrepot.channels.online import rehearsing

    for voice, rule in ((rehearsing("exporter"), "PU01"), (Voice("bob", "acme"), "PU02")):
        with pytest.raises(Refusal) as refused:
            make(desk, voice, Asked("feed"))
        assert {problem.rule for problem in refused.value.problems} == {rule}


# -- secrets, trying out, replay --------------------------------------------------------------------------------------


def test_two_secrets_sign_for_a_day_after_a_rotation(desk: Desk, acme: Voice, receiver: Receiver, clock: Clock) -> None:
    made = hook(desk, acme)
    new = subscribing.rotate(desk, acme, made.subscription.id)
    assert new.secret != made.secret
    counted = []
    for hours in (0, 25):
        clock.on(hours=hours)
        try_out(desk, acme, made.subscription.id, receiver.post)
        counted.append(receiver.came[-1][0]["webhook-signature"].count("v1,"))
    assert counted == [2, 1]


def test_no_secret_lies_in_the_database(desk: Desk, acme: Voice) -> None:
    made = hook(desk, acme)
    with desk.store.database.session() as session:
        rows = session.all("SELECT * FROM subscription")
    assert made.secret.removeprefix("whsec_") not in str(rows)


def answer_with(status: int, event: dict[str, Any], attempt: int) -> int:
    return status


def test_trying_out_tells_how_it_went(desk: Desk, acme: Voice) -> None:
    made = hook(desk, acme)
    for status, state in ((200, "delivered"), (500, "failed"), (0, "failed")):
        receiver = Receiver(partial(answer_with, status))
        card = try_out(desk, acme, made.subscription.id, receiver.post)
        assert (card.type, card.state, card.status) == ("entrepot.test", state, status)
    assert deliveries(desk, acme, made.subscription.id) == []


def test_replay_of_one_and_of_all_behind_a_position(desk: Desk, acme: Voice, receiver: Receiver) -> None:
    made = hook(desk, acme)
    push = Pushing(desk, receiver.post)
    say_some(desk, acme, "D1", 2)
    push.settle()
    first = [event["sequence"] for event in receiver.kept]
    subscribing.replay_one(desk, acme, made.subscription.id, "3")
    push.settle()
    assert receiver.kept[len(first)]["data"]["position"] == "3"
    subscribing.replay(desk, acme, made.subscription.id, "1")
    push.settle()
    assert [event["sequence"] for event in receiver.kept[len(first) + 1 :]] == first[2:]
    push.close()


def test_a_new_subscription_may_begin_at_the_beginning(desk: Desk, acme: Voice, receiver: Receiver) -> None:
    say_some(desk, acme, "D1", 1)
    hook(desk, acme, after="start")
    hook(desk, acme, "https://two.example/")
    push = Pushing(desk, receiver.post)
    push.settle()
    assert len(receiver.kept) == 4  # of the first alone: the second hears from now on
    push.close()


# -- leases, restarts, many processes ---------------------------------------------------------------------------------


def test_two_processes_deliver_each_event_once(desk: Desk, acme: Voice, receiver: Receiver, tmp_path: Any) -> None:
    other = open_desk(tmp_path)
    other.store.clock = desk.store.clock
    hook(desk, acme)
    one, two = Pushing(desk, receiver.post), Pushing(other, receiver.post)
    for number in range(6):
        say_some(desk, acme, f"D{number}", 2)
        one.step()
        two.step()
    for _ in range(200):
        if not one.step(0.005) + two.step(0.005) and not sum(one._flying.values()) + sum(two._flying.values()):
            break
    assert len(receiver.kept) == 30
    assert all(found == sorted(set(found)) for found in per_dossier(receiver.kept).values())
    one.close()
    two.close()
    other.store.close()


def test_what_a_process_had_in_hand_when_it_ended_is_delivered_by_the_next(
    desk: Desk, acme: Voice, receiver: Receiver, clock: Clock
) -> None:
    hook(desk, acme)
    say_some(desk, acme, "D1", 2)
    dying = Pushing(desk, receiver.post)
    dying._fan_out()
    assert dying._tell_and_claim([])  # claimed, and never heard of again
    push = Pushing(desk, receiver.post)
    push.settle()
    assert receiver.kept == []
    clock.on(seconds=61)
    push.settle()
    assert len(receiver.kept) == 5
    push.close()


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=some.integers(0, 2**32))
def test_under_random_failures_and_restarts_nothing_is_lost_invented_or_out_of_order(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setenv("ENTREPOT_PUSH_LOOPBACK", "1")
    chance, clock = random.Random(seed), Clock()
    desk = open_desk(tmp_path_factory.mktemp("push"))
    desk.store.clock = clock
    acme = token_voice(desk, "acme")
    receiver = Receiver(lambda event, attempt: chance.choice((0, 204, 204, 404, 503)))
    hook(desk, acme)
    push = Pushing(desk, receiver.post)
    for _ in range(8):
        say_some(desk, acme, f"D{chance.randrange(3)}", chance.randrange(3))
        for _ in range(chance.randrange(4)):
            push.step(chance.choice((0.0, 0.002)))
        if chance.random() < 0.3:  # it ends in the middle, and another begins
            push._stopping.set()
            push = Pushing(desk, receiver.post)
        clock.on(seconds=chance.choice((1, 70, 4000)))
    for _ in range(80):
        clock.on(hours=8)
        for _ in range(3):
            push.step(0.001)
        kept_now = {event["id"] for event in receiver.kept}
        if len(kept_now) == len(events_for(desk, acme, limit=500).events):
            break
        change_if_paused(desk, acme)
    push.settle()
    whole = [event.id for event in events_for(desk, acme, limit=500).events]
    heard = list(dict.fromkeys(event["id"] for event in receiver.kept))
    assert sorted(heard) == sorted(whole)
    first: dict[str, list[str]] = {}
    for event in receiver.kept:
        seen = first.setdefault(event["subject"], [])
        if event["sequence"] not in seen:
            assert not seen or seen[-1] < event["sequence"]
            seen.append(event["sequence"])
    push.close()
    desk.store.close()


def change_if_paused(desk: Desk, voice: Voice) -> None:
    for card in subscribing.mine(desk, voice):
        if card.state == "paused":
            change(desk, voice, card.id, Changed(state="active"))


def test_the_body_is_read_anew_at_every_attempt(desk: Desk, acme: Voice, receiver: Receiver) -> None:
    one = msgspec.json.decode(msgspec.json.encode(hook(desk, acme)), type=Made)
    assert one.subscription.public.startswith("whpk_")
    assert pushing.AT_ONCE > pushing.EACH
