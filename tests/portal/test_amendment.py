"""Amendment after filing: what customs has taken in is changed under its number, and a refusal leaves it as it was."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from entrepot.channels.online import Voice
from entrepot.gateways.messages.cn.writing import client_number
from entrepot.gateways.offices import Delivery, Reply
from entrepot.gateways.sandbox.customs import SandboxCustoms
from entrepot.kernel.module import Module, Registry
from entrepot.kernel.text import Text
from entrepot.kernel.topics import Rejected
from entrepot.kernel.vocabulary import SHARED
from entrepot.kernel.vocabulary.answers import ACCEPTANCE, RELEASE
from entrepot.kernel.vocabulary.clearance import CANCELLATION, CANCELLED, WITHDRAWAL, Decided
from entrepot.modules.declaration.rules.withdrawal import assess_withdrawal
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.store.store import Store
from tests.gateways.messages.made_receipts import imported, result
from tests.portal.stage import ANN, LINE_ONE, MODULES, NOON, OPENING, open_desk, stage_law

FORM = "declaration.form"
CUSTOMS = Voice("officer", "customs-office", frozenset({"customs"}), channel="gateway")


class Watched(SandboxCustoms):
    """The sandbox office, which notes what it is handed, and refuses amendments when told to."""

    def __init__(self) -> None:
        self.heard: list[Delivery] = []
        self.refuses = self.silent = False

    def deliver(self, delivery: Delivery, day: date) -> tuple[Reply, ...]:
        self.heard.append(delivery)
        if self.silent:
            return ()
        if delivery.function == "amend" and self.refuses:
            decided = Decided(day, False, "too late", delivery.message, sandbox=True)
            back = Reply(f"{FORM}.rejected", delivery.message, Rejected("too late", "sandbox customs"))
            return (Reply("customs.amendment", delivery.declaration, decided), back)
        return super().deliver(delivery, day)


@pytest.fixture
def office() -> Watched:
    return Watched()


@pytest.fixture
def desk(tmp_path: Path, office: Watched) -> Iterator[Desk]:
    desk = open_desk(tmp_path, offices=[office])
    desk.say("D1", [*OPENING, LINE_ONE], ANN)
    yield desk
    desk.store.close()


def send(desk: Desk, contract: str, replaces: str = "") -> str:
    """Send the form under this contract number; gives what became of it."""
    if replaces != contract:
        body = {"contract_no": contract, "payment": "T/T"}
        earlier = (f"terms-{replaces}",) if replaces else ()
        desk.say("D1", [Draft("trade.terms", body, id=f"terms-{contract}", replaces=earlier)], ANN)
    digest = next(f.digest for f in desk.read("D1", ANN).findings if f.topic == FORM)
    return desk.send("D1", FORM, digest, ANN).status


def filed(desk: Desk) -> str:
    """The contract number of what customs has, by the sheet."""
    with desk.store.holding("D1") as record:
        return str(desk.sheet(record).column(FORM).values[""].contract_no)


def facts(desk: Desk, topic: str) -> dict[str, Any]:
    return {fact.key: fact.value for fact in desk.read("D1", ANN).facts if fact.topic == topic}


def test_sending_again_after_acceptance_amends_under_the_number_and_says_what_changed(
    desk: Desk, office: Watched
) -> None:
    assert send(desk, "C-1") == "sent"
    (number,) = facts(desk, "customs.acceptance")
    assert send(desk, "C-2", "C-1") == "sent"
    first, second = office.heard
    assert (first.function, first.declaration, first.changes) == ("original", "", ())
    assert (second.function, second.declaration) == ("amend", number)
    assert second.changes == (("contract_no", '"C-1"', '"C-2"'),)
    assert facts(desk, "customs.amendment")[number]["allowed"] is True
    assert facts(desk, f"{FORM}.sent")[second.message]["declaration"] == number
    assert filed(desk) == "C-2"


def test_a_refused_amendment_leaves_the_earlier_declaration_standing(desk: Desk, office: Watched) -> None:
    send(desk, "C-1")
    (number,) = facts(desk, "customs.acceptance")
    office.refuses = True
    send(desk, "C-2", "C-1")
    assert filed(desk) == "C-1"
    assert facts(desk, "customs.amendment")[number]["allowed"] is False
    office.refuses = False
    send(desk, "C-3", "C-2")
    # The later decision takes the place of the earlier one: the office does not contradict itself.
    decided = [fact for fact in desk.read("D1", ANN).facts if fact.topic == "customs.amendment"]
    assert [(fact.value["allowed"], fact.conflicts) for fact in decided] == [(True, ())]
    assert (filed(desk), office.heard[-1].function) == ("C-3", "amend")
    assert office.heard[-1].changes == (("contract_no", '"C-1"', '"C-3"'),)


def test_after_a_withdrawal_the_same_declaration_is_filed_anew(desk: Desk, office: Watched) -> None:
    send(desk, "C-1")
    assert send(desk, "C-1", "C-1") == "already"
    (number,) = facts(desk, "customs.acceptance")
    desk.say("D1", [Draft("customs.cancellation", {"decided_on": "2026-04-01", "allowed": True}, number)], CUSTOMS)
    assert send(desk, "C-1", "C-1") == "sent"
    assert [one.function for one in office.heard] == ["original", "original"]
    assert office.heard[0].message != office.heard[1].message
    assert send(desk, "C-1", "C-1") == "already"


def test_before_acceptance_what_is_sent_again_is_no_amendment(desk: Desk, office: Watched) -> None:
    office.silent = True
    send(desk, "C-1")
    send(desk, "C-2", "C-1")
    assert [one.function for one in office.heard] == ["original", "original"]


def test_a_withdrawal_is_sent_and_decided(tmp_path: Path, office: Watched) -> None:
    """The request of the declaration's own room goes out like any other finding, under the number of customs."""
    withdrawal = Module(
        "withdrawal", Text("withdrawal", "撤单"), assess_withdrawal, gives=(CANCELLATION,), needs=(WITHDRAWAL,),
        uses=(ACCEPTANCE, CANCELLED, RELEASE),
    )  # fmt: skip
    registry = Registry((*MODULES, withdrawal), SHARED)
    store = Store.open(
        f"sqlite:///{tmp_path / 'w.sqlite3'}", registry, nature="sandbox", keys=tmp_path / "k", clock=lambda: NOON
    )
    desk = Desk(store, stage_law(), registry, offices=[office])
    try:
        desk.say("D1", [*OPENING, LINE_ONE], ANN)
        send(desk, "C-1")
        (number,) = facts(desk, "customs.acceptance")
        asked = {"kind": "withdraw", "asked_on": "2026-04-01", "reason": "filed twice"}
        desk.say("D1", [Draft("declaration.withdrawal", asked)], ANN)
        digest = next(f.digest for f in desk.read("D1", ANN).findings if f.topic == CANCELLATION.name)
        assert desk.send("D1", CANCELLATION.name, digest, ANN).status == "sent"
        assert (office.heard[-1].function, office.heard[-1].declaration) == ("cancel", number)
        assert facts(desk, "customs.cancellation")[number]["allowed"] is True
    finally:
        store.close()


def test_a_receipt_handed_in_by_a_broker_is_a_transcript_with_the_document(desk: Desk, office: Watched) -> None:
    office.silent = True
    send(desk, "C-1")
    desk.say("D1", [Draft("dossier.member", {"roles": ["broker"]}, "bro")], ANN)
    taken = desk.take_paper("D1", "receipt.xml", result("J"), Voice("bea", "bro"))
    assert taken.kind == "customs_answer"
    (fact,) = [fact for fact in desk.read("D1", ANN).facts if fact.topic == "customs.acceptance"]
    statement = fact.statements[0]
    assert (fact.key, statement.authority, statement.organisation) == ("470520260000000017", "transcript", "bro")
    assert fact.value["message"] == office.heard[0].message


def test_a_rejection_handed_in_finds_its_message_by_the_declarants_number(desk: Desk, office: Watched) -> None:
    office.silent = True
    send(desk, "C-1")
    send(desk, "C-2", "C-1")
    desk.say("D1", [Draft("dossier.member", {"roles": ["broker"]}, "bro")], ANN)
    back = imported(client_number(office.heard[1].message), code="1", words="wrong code")
    desk.take_paper("D1", "failed.xml", back, Voice("bea", "bro"))
    assert list(facts(desk, f"{FORM}.rejected")) == [office.heard[1].message]
    assert filed(desk) == "C-1"
