"""The sandbox customs office: plainly no office, the same answer to the same message, and no answer to nonsense but a refusal."""

from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.gateways.offices import Delivery, Reply
from entrepot.gateways.sandbox.customs import SandboxCustoms, declaration_number
from entrepot.kernel.topics import Rejected
from entrepot.kernel.vocabulary.answers import Acceptance, Release
from entrepot.kernel.vocabulary.clearance import Cancellation, Decided
from entrepot.kernel.vocabulary.customs import Particulars
from entrepot.kernel.vocabulary.decisions import Declaration, LineDraft
from entrepot.kernel.vocabulary.trade import Charges, Packing, Party, Transport

DAY = date(2026, 4, 1)
NUMBER = "999920260000000017"
LINE = LineDraft(1, hs10="2809201900")


def declaration(*lines: LineDraft, flow: str = "E", reference: str = "") -> bytes:
    party = Party(name="Example Co. (fictitious)")
    return msgspec.json.encode(
        Declaration(
            flow,
            Particulars(reference=reference),
            party,
            party,
            party,
            party,
            "C1",
            "I1",
            "3",
            Transport(),
            Charges(),
            Packing(),
            None,
            lines,
        )
    )


def answers(data: bytes, message: str = "m1", **how: Any) -> tuple[Reply, ...]:
    return SandboxCustoms().deliver(Delivery(message, "declaration.form", data, **how), DAY)


def test_a_declaration_is_accepted_under_a_number_that_no_office_has() -> None:
    (reply,) = answers(declaration(LINE))
    assert reply.topic == "customs.acceptance"
    assert (len(reply.key), reply.key[:8]) == (18, "99992026")
    assert reply.value == Acceptance(DAY, "m1", sandbox=True)


def test_the_same_message_gets_the_same_answer_and_another_another() -> None:
    assert answers(declaration(LINE)) == answers(declaration(LINE))
    assert declaration_number("m1", "E", DAY) != declaration_number("m2", "E", DAY)
    assert declaration_number("m1", "I", DAY)[8] == "1"


def test_what_no_office_would_take_comes_back_with_every_reason() -> None:
    (reply,) = answers(declaration(LineDraft(1), LineDraft(2), flow="X"))
    assert isinstance(reply.value, Rejected)
    assert [word in reply.value.reason for word in ("flow", "line 1", "line 2")] == [True] * 3


@given(st.binary(max_size=200), st.sampled_from(("original", "amend", "cancel")))
def test_nonsense_is_rejected_and_never_raises(message: bytes, function: Any) -> None:
    (reply,) = answers(message, function=function)
    assert isinstance(reply.value, Rejected)


@pytest.mark.parametrize(
    ("asked", "topics"),
    [
        ("reject", ["declaration.form.rejected"]),
        ("query", ["customs.acceptance", "customs.query"]),
        ("inspection, tax papers", ["customs.acceptance", "customs.notice", "customs.notice", "customs.notice"]),
        ("release", ["customs.acceptance", "customs.release"]),
        ("nothing known", ["customs.acceptance"]),
    ],
)
def test_a_rehearsal_gets_the_answer_it_asks_for(asked: str, topics: list[str]) -> None:
    replies = answers(declaration(LINE, reference=f"R-7 sandbox: {asked}"))
    assert [reply.topic for reply in replies] == topics
    assert len({(reply.topic, reply.key) for reply in replies}) == len(replies)


def test_an_amendment_is_allowed_or_refused_and_then_sent_back() -> None:
    (allowed,) = answers(declaration(LINE), function="amend", declaration=NUMBER)
    assert (allowed.topic, allowed.key, allowed.value.allowed, allowed.value.message) == (
        "customs.amendment",
        NUMBER,
        True,
        "m1",
    )
    refused, back = answers(declaration(LINE, reference="sandbox: refuse"), function="amend", declaration=NUMBER)
    assert (refused.value.allowed, back.topic, back.key) == (False, "declaration.form.rejected", "m1")
    faulty = answers(declaration(LineDraft(1)), function="amend", declaration=NUMBER)
    assert "line 1 has no commodity code" in faulty[0].value.reason


@pytest.mark.parametrize(("reason", "allowed"), [("filed twice", True), ("sandbox: refuse", False)])
def test_a_withdrawal_is_decided(reason: str, allowed: bool) -> None:
    data = msgspec.json.encode(Cancellation("withdraw", reason, DAY, NUMBER))
    replies = SandboxCustoms().deliver(Delivery("m2", "declaration.cancellation", data, function="cancel"), DAY)
    assert isinstance(replies[0].value, Decided)
    assert (replies[0].topic, replies[0].key, replies[0].value.allowed) == ("customs.cancellation", NUMBER, allowed)
    assert [reply.topic for reply in replies[1:]] == ([] if allowed else ["declaration.cancellation.rejected"])


def test_a_withdrawal_of_nothing_is_sent_back() -> None:
    data = msgspec.json.encode(Cancellation("withdraw", "twice", DAY))
    (reply,) = SandboxCustoms().deliver(Delivery("m2", "declaration.cancellation", data, function="cancel"), DAY)
    assert isinstance(reply.value, Rejected)


def test_a_release_says_that_it_is_played() -> None:
    reply = SandboxCustoms.release("999920260123456789", DAY, DAY)
    assert isinstance(reply.value, Release)
    assert reply.value.sandbox
