"""The sandbox issuing body: plainly no office, the same answer to the same message, and no answer to nonsense but a refusal."""

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.gateways.offices import Delivery
from entrepot.gateways.sandbox.certifier import SandboxCertifier, certificate_number
from entrepot.kernel.text import Text
from entrepot.kernel.topics import Rejected
from entrepot.kernel.vocabulary.certificates import Certificate, CertificateLine
from entrepot.kernel.vocabulary.customs import Proof

DAY = date(2026, 6, 10)
LINE = CertificateLine(1, "1", "280920", "CTC", "CHN", quantity=Decimal(24000), unit="kg")


def handed(data: bytes) -> Delivery:
    return Delivery("m1", "certificate.draft", data)


def draft(*lines: CertificateLine, **changes: Any) -> bytes:
    name = Text("certificate", "证书")
    whole = Certificate("RCEP", "certificate", name, name, DAY, "JPN", (), lines, shipped_on=date(2026, 6, 15))
    return msgspec.json.encode(msgspec.structs.replace(whole, **changes))


def test_a_whole_certificate_is_issued_under_a_number_that_no_office_has() -> None:
    (reply,) = SandboxCertifier().deliver(handed(draft(LINE)), DAY)
    assert (reply.topic, reply.key[:11], len(reply.key)) == ("origin.proof", "SANDBOX2026", 20)
    assert isinstance(reply.value, Proof)
    assert (reply.value.agreement, reply.value.issued_on, reply.value.criterion) == ("RCEP", DAY, "CTC")
    assert (reply.value.hs6, reply.value.quantities) == ({"1": "280920"}, {"1": Decimal(24000)})
    assert "sandbox" in reply.value.issued_by


def test_the_same_message_gets_the_same_number() -> None:
    assert SandboxCertifier().deliver(handed(draft(LINE)), DAY) == SandboxCertifier().deliver(handed(draft(LINE)), DAY)
    assert certificate_number("m1", DAY) != certificate_number("m2", DAY)


def test_criteria_that_differ_are_not_stated_as_one() -> None:
    other = msgspec.structs.replace(LINE, no=2, line="2", criterion="RVC")
    (reply,) = SandboxCertifier().deliver(handed(draft(LINE, other)), DAY)
    assert isinstance(reply.value, Proof)
    assert (reply.value.criterion, reply.value.lines) == ("", ("1", "2"))


@pytest.mark.parametrize(
    ("message", "word"),
    [
        (draft(), "no line"), (draft(LINE, self_made=True), "declaration"), (draft(LINE, shipped_on=date(2026, 6, 9)), "retroactively"),
        (draft(msgspec.structs.replace(LINE, hs6="")), "HS"), (draft(msgspec.structs.replace(LINE, criterion="")), "criterion"),
    ],
)  # fmt: skip
def test_what_no_office_would_issue_comes_back_with_its_reason(message: bytes, word: str) -> None:
    (reply,) = SandboxCertifier().deliver(handed(message), DAY)
    assert isinstance(reply.value, Rejected)
    assert word in reply.value.reason
    assert (reply.topic, reply.key) == ("certificate.draft.rejected", "m1")


@given(st.binary(max_size=200))
def test_nonsense_is_rejected_and_never_raises(message: bytes) -> None:
    (reply,) = SandboxCertifier().deliver(handed(message), DAY)
    assert isinstance(reply.value, Rejected)
