"""The sandbox customs office: plainly no office, the same answer to the same message, and no answer to nonsense but a refusal."""

from datetime import date

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from entrepot.gateways.sandbox.customs import SandboxCustoms, declaration_number
from entrepot.kernel.topics import Rejected
from entrepot.kernel.vocabulary.answers import Acceptance, Release
from entrepot.kernel.vocabulary.customs import Particulars
from entrepot.kernel.vocabulary.decisions import Declaration, LineDraft
from entrepot.kernel.vocabulary.trade import Charges, Packing, Party, Transport

DAY = date(2026, 4, 1)


def declaration(*lines: LineDraft, flow: str = "E") -> bytes:
    party = Party(name="Example Co. (fictitious)")
    return msgspec.json.encode(
        Declaration(
            flow,
            Particulars(),
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


def test_a_declaration_is_accepted_under_a_number_that_no_office_has() -> None:
    (reply,) = SandboxCustoms().deliver("m1", declaration(LineDraft(1, hs10="2809201900")), DAY)
    assert reply.topic == "customs.acceptance"
    assert (len(reply.key), reply.key[:8]) == (18, "99992026")
    assert reply.value == Acceptance(DAY, "m1", sandbox=True)


def test_the_same_message_gets_the_same_answer_and_another_another() -> None:
    message = declaration(LineDraft(1, hs10="2809201900"))
    assert SandboxCustoms().deliver("m1", message, DAY) == SandboxCustoms().deliver("m1", message, DAY)
    assert declaration_number("m1", "E", DAY) != declaration_number("m2", "E", DAY)
    assert declaration_number("m1", "I", DAY)[8] == "1"


def test_what_no_office_would_take_comes_back_with_every_reason() -> None:
    (reply,) = SandboxCustoms().deliver("m1", declaration(LineDraft(1), LineDraft(2), flow="X"), DAY)
    assert isinstance(reply.value, Rejected)
    assert [word in reply.value.reason for word in ("flow", "line 1", "line 2")] == [True] * 3


@given(st.binary(max_size=200))
def test_nonsense_is_rejected_and_never_raises(message: bytes) -> None:
    (reply,) = SandboxCustoms().deliver("m1", message, DAY)
    assert isinstance(reply.value, Rejected)


def test_a_release_says_that_it_is_played() -> None:
    reply = SandboxCustoms.release("999920260123456789", DAY, DAY)
    assert isinstance(reply.value, Release)
    assert reply.value.sandbox
