"""Sending: nothing leaves unseen, unconfirmed or unrecorded, and nothing leaves twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest

from entrepot.channels.online import Voice
from entrepot.gateways.offices import Delivery, Reply, Undelivered
from entrepot.gateways.sandbox.customs import SandboxCustoms
from entrepot.kernel.intake import Refusal
from entrepot.kernel.why import NoSuchPlace
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.portal.ids import derived
from tests.portal.stage import ANN, BOB, LINE_ONE, NOON, OPENING, open_desk

TERMS = Draft("trade.terms", {"contract_no": "C-1", "payment": "T/T"}, id="terms-1")


def digest(desk: Desk) -> str:
    return next(f.digest for f in desk.read("D1", ANN).findings if f.topic == "declaration.form")


def statuses(desk: Desk, topic: str) -> list[str]:
    return [f.key for f in desk.read("D1", ANN).facts if f.topic == topic]


def rules(refusal: pytest.ExceptionInfo[Refusal]) -> list[str]:
    return [problem.rule for problem in refusal.value.problems]


def test_what_is_sent_is_kept_before_and_after_and_the_office_answers(opened: Desk) -> None:
    opened.say("D1", [TERMS], ANN)
    seen = digest(opened)
    sent = opened.send("D1", "declaration.form", seen, ANN)
    assert sent.status == "sent"
    assert [answer.partition("/")[0] for answer in sent.answers] == ["customs.acceptance"]
    assert statuses(opened, "declaration.form.sending") == statuses(opened, "declaration.form.sent") == [sent.message]
    fact = next(f for f in opened.read("D1", ANN).facts if f.topic == "declaration.form.sent")
    assert (fact.value["digest"], fact.value["sequence"], fact.statements[0].organisation) == (seen, 1, "platform")
    content = opened.store.content(seen)
    assert content is not None
    assert msgspec.json.decode(content.data)["contract_no"] == "C-1"
    acceptance = next(f for f in opened.read("D1", ANN).facts if f.topic == "customs.acceptance")
    assert acceptance.value["sandbox"] is True
    assert (acceptance.statements[0].authority, acceptance.statements[0].channel) == ("gateway", "gateway")


def test_the_same_value_is_not_sent_twice(opened: Desk) -> None:
    opened.say("D1", [TERMS], ANN)
    first = opened.send("D1", "declaration.form", digest(opened), ANN)
    again = opened.send("D1", "declaration.form", digest(opened), ANN)
    assert (again.status, again.message) == ("already", first.message)


def test_what_moved_since_it_was_seen_is_not_sent(opened: Desk) -> None:
    opened.say("D1", [TERMS], ANN)
    seen = digest(opened)
    opened.say("D1", [Draft("trade.terms", {"contract_no": "C-2", "payment": "T/T"}, replaces=("terms-1",))], ANN)
    with pytest.raises(Refusal) as refusal:
        opened.send("D1", "declaration.form", seen, ANN)
    assert rules(refusal) == ["D033"]


def test_what_was_sent_and_then_moved_is_shown_as_an_amendment(opened: Desk) -> None:
    opened.say("D1", [TERMS], ANN)
    opened.send("D1", "declaration.form", digest(opened), ANN)
    opened.say("D1", [Draft("trade.terms", {"contract_no": "C-2", "payment": "T/T"}, replaces=("terms-1",))], ANN)
    amendment = next(f for f in opened.read("D1", ANN).findings if f.topic == "declaration.form.amendment")
    assert list(amendment.value["changes"]) == [("contract_no", '"C-1"', '"C-2"')]
    assert opened.send("D1", "declaration.form", digest(opened), ANN).status == "sent"
    assert len(statuses(opened, "declaration.form.sent")) == 2


def test_what_needs_review_leaves_only_after_a_person_confirms_it(opened: Desk) -> None:
    opened.say("D1", [Draft("trade.terms", {"contract_no": "C-1"})], ANN)
    seen = digest(opened)
    with pytest.raises(Refusal) as refusal:
        opened.send("D1", "declaration.form", seen, ANN)
    assert rules(refusal) == ["D034"]
    assert opened.send("D1", "declaration.form", seen, ANN, confirm="paid by letter of credit").status == "sent"


def test_only_traders_send_and_only_what_they_may_see(opened: Desk) -> None:
    opened.say("D1", [TERMS], ANN)
    with pytest.raises(Refusal) as refusal:
        opened.send("D1", "declaration.form", digest(opened), BOB)
    assert rules(refusal) == ["D030"]
    for topic in ("price.total", "nothing.there", "trade.terms"):
        with pytest.raises(NoSuchPlace):
            opened.send("D1", topic, "0", ANN)


def test_two_persons_are_asked_for_where_the_topic_wants_them(tmp_path: Path) -> None:
    desk = open_desk(tmp_path, two_persons=frozenset({"declaration.form"}))
    try:
        desk.say("D1", [*OPENING, LINE_ONE, TERMS], ANN)
        seen = digest(desk)
        for confirm in ("", "I looked"):
            with pytest.raises(Refusal) as refusal:
                desk.send("D1", "declaration.form", seen, ANN, confirm)
            assert rules(refusal) == ["D035"]
        assert desk.send("D1", "declaration.form", seen, Voice("amy", "acme")).status == "sent"
    finally:
        desk.store.close()


class Flaky:
    """An office that cannot be reached the first time."""

    name, sandbox = "customs", True

    def __init__(self) -> None:
        self.heard: list[tuple[str, bytes]] = []

    def deliver(self, delivery: Delivery, day: date) -> tuple[Reply, ...]:
        self.heard.append((delivery.message, delivery.data))
        if len(self.heard) == 1:
            raise Undelivered("the line is down")
        return SandboxCustoms().deliver(delivery, day)


def test_a_message_that_did_not_arrive_is_sent_again_under_the_same_id(tmp_path: Path) -> None:
    office = Flaky()
    desk = open_desk(tmp_path, offices=[office])
    try:
        desk.say("D1", [*OPENING, LINE_ONE, TERMS], ANN)
        waits = desk.send("D1", "declaration.form", digest(desk), ANN)
        assert waits.status == "waiting"
        assert desk.send("D1", "declaration.form", digest(desk), ANN).message == waits.message
        desk.store.clock = lambda: NOON + timedelta(hours=2)
        assert desk.deliver() == 1
        assert office.heard[0] == office.heard[1]
        assert statuses(desk, "declaration.form.sent") == [waits.message]
    finally:
        desk.store.close()


def test_a_sandbox_office_is_no_office_of_a_live_store(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="live"):
        open_desk(tmp_path, "live", offices=[SandboxCustoms()])


def test_a_confirmation_takes_the_place_of_an_earlier_one(opened: Desk) -> None:
    opened.say("D1", [Draft("trade.terms", {"contract_no": "C-1"}, id="t-1")], ANN)
    opened.send("D1", "declaration.form", digest(opened), ANN, confirm="first")
    opened.say("D1", [Draft("trade.terms", {"contract_no": "C-2"}, replaces=("t-1",))], ANN)
    assert opened.send("D1", "declaration.form", digest(opened), ANN, confirm="second").status == "sent"
    ruling = next(f for f in opened.read("D1", ANN).facts if f.topic == "declaration.form.ruling")
    assert (ruling.value["reason"], ruling.conflicts) == ("second", ())


def test_many_who_send_at_once_send_one_message(opened: Desk) -> None:
    opened.say("D1", [TERMS], ANN)
    seen = digest(opened)
    with ThreadPoolExecutor(8) as pool:
        sent = list(pool.map(lambda _: opened.send("D1", "declaration.form", seen, ANN), range(8)))
    assert len({one.message for one in sent}) == 1
    assert len(statuses(opened, "declaration.form.sent")) == len(statuses(opened, "customs.acceptance")) == 1


def test_nobody_takes_the_ids_of_what_is_to_be_sent_before_it_is(opened: Desk) -> None:
    opened.say("D1", [TERMS], ANN)
    seen = digest(opened)
    with opened.store.holding("D1") as record:
        first = next(iter(record.submissions))
    message = derived(first, f"D1/declaration.form/{seen}/0/0")
    taken = derived(message, "declaration.form.sending/sending")
    with pytest.raises(Refusal) as refusal:
        opened.say("E1", [Draft("dossier.opened", {"kind": "trade", "reference": "x"}, id=taken)], Voice("eve", "evil"))
    assert rules(refusal) == ["D023"]
    sent = opened.send("D1", "declaration.form", seen, ANN)
    assert (sent.status, sent.message) == ("sent", message)
    assert taken in opened.read("D1", ANN).heads
