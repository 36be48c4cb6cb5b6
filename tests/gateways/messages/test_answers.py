"""Receipts become what customs says, tied to the message that they answer."""

from datetime import date
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.gateways.messages.answers import Answer, read_answer, replies
from entrepot.gateways.messages.cn.receipts import CHANNELS
from entrepot.gateways.offices import Delivery, Reply
from entrepot.kernel.intake import Refusal
from entrepot.kernel.vocabulary.answers import Acceptance
from tests.gateways.messages import made_cn
from tests.gateways.messages.made_edifact import ACCEPTED, REJECTED
from tests.gateways.messages.made_receipts import imported, result
from tests.gateways.messages.rounds import DAY, read, said

NUMBER = "470520260000000017"
WINDOW = "I20260000000000017"


def answered(data: bytes, function: Literal["original", "amend", "cancel"] = "original") -> tuple[Reply, ...]:
    topic = "declaration.cancellation" if function == "cancel" else "declaration.form"
    number = "" if function == "original" else NUMBER
    return replies(read_answer(data, DAY), Delivery("m-1", topic, b"", "D1", function, number), DAY, sandbox=True)


def test_an_acceptance_names_the_message_and_the_number() -> None:
    (reply,) = answered(result("J", D_DATE="2026-03-31"))
    assert (reply.topic, reply.key) == ("customs.acceptance", NUMBER)
    assert reply.value == Acceptance(date(2026, 3, 31), "m-1", sandbox=True)
    assert answered(ACCEPTED)[0].value.message == "m-1"


def test_a_release_has_its_export_day_only_where_the_receipt_has_it() -> None:
    assert answered(result("P"))[0].value.exported_on is None
    (reply,) = answered(result("R", I_E_DATE="20260405"))
    assert (reply.topic, reply.value.released_on, reply.value.exported_on) == ("customs.release", DAY, date(2026, 4, 5))


@pytest.mark.parametrize(
    "data", [result("E", note="商品编号有误"), imported("1", code="1", words="商品编号有误"), REJECTED]
)
def test_a_rejection_sends_the_message_back_and_decides_an_amendment(data: bytes) -> None:
    (reply,) = answered(data)
    assert (reply.topic, reply.key) == ("declaration.form.rejected", "m-1")
    assert reply.value.reason
    decided, back = answered(data, "amend")
    assert (decided.topic, decided.key, decided.value.allowed, back.topic) == (
        "customs.amendment", NUMBER, False, "declaration.form.rejected",
    )  # fmt: skip
    decided, back = answered(data, "cancel")
    assert (decided.topic, back.topic) == ("customs.cancellation", "declaration.cancellation.rejected")


def test_what_accepts_an_amendment_or_deletes_a_declaration_is_the_decision() -> None:
    (reply,) = answered(result("J"), "amend")
    assert (reply.topic, reply.value.allowed, reply.value.message) == ("customs.amendment", True, "m-1")
    (reply,) = answered(result("D", note="删单"), "cancel")
    assert (reply.topic, reply.value.allowed, reply.value.message) == ("customs.cancellation", True, "m-1")


@pytest.mark.parametrize(
    ("channel", "kind"), [("C", "inspection"), ("T", "tax"), ("G", "papers"), ("7", "other"), ("L", "other")]
)
def test_what_is_no_decision_is_a_notice_in_its_own_words(channel: str, kind: str) -> None:
    (reply,) = answered(result(channel, note="请留意"))
    assert (reply.topic, reply.value.kind, reply.value.declaration) == ("customs.notice", kind, NUMBER)
    assert reply.value.text.endswith(": 请留意")


def test_every_known_channel_says_something_and_an_unknown_one_is_told_as_such() -> None:
    for code, channel in CHANNELS.items():
        extract = read(result(code))
        assert len(extract.statements) == 1, code
        assert bool(extract.problems) is not channel.confirmed, code
    for code in ("W", "Y", "Z", "A"):
        assert [reply.topic for reply in answered(result(code))] == ["customs.notice"], code
    unknown = read(result("?"))
    assert said(unknown)["customs.notice", f"{WINDOW}.?.2026-04-01T14:40:43"].kind == "other"
    assert "not confirmed" in unknown.problems[0].what.en


def test_an_acceptance_without_a_number_of_customs_is_only_a_notice() -> None:
    (reply,) = answered(result("J", entry=WINDOW))
    assert (reply.topic, reply.value.declaration) == ("customs.notice", "")


def test_the_window_took_it_in_is_no_word_of_customs() -> None:
    (reply,) = answered(imported("202604010000000001"))
    assert (reply.topic, reply.key, reply.value.kind) == ("customs.notice", WINDOW, "other")


def test_an_answer_names_what_it_answers() -> None:
    assert read_answer(imported("202604010000000001"), DAY).references == (WINDOW, "202604010000000001")
    assert set(read_answer(result("J"), DAY).references) == {NUMBER, WINDOW}
    assert "0196f0a0-0000-7000-8000-000000000001" in read_answer(ACCEPTED, DAY).references


def test_the_older_wrapper_and_its_encoding_are_read() -> None:
    old = (
        '<?xml version="1.0" encoding="GB2312"?><DEC_DATA><DEC_RESULT><SEQ_NO>000000001398639573</SEQ_NO><ENTRY_ID/>'
        "<NOTICE_DATE>20260401T15032200</NOTICE_DATE><CHANNEL>7</CHANNEL><NOTE>直接申报成功</NOTE></DEC_RESULT></DEC_DATA>"
    ).encode("gb2312")
    (notice,) = said(read(old)).values()
    assert (notice.received_on, "直接申报成功" in notice.text) == (DAY, True)


@pytest.mark.parametrize(
    "data", [made_cn.EXPORT, b"<a/>", b"", b"x,y\n1,2", result("", entry=""), imported("", own="")]
)
def test_what_is_no_answer_is_refused(data: bytes) -> None:
    with pytest.raises(Refusal):
        read_answer(data, DAY)


@given(st.sampled_from([*CHANNELS, "", "?"]), st.text(max_size=20), st.text(max_size=20))
def test_a_receipt_says_something_or_is_refused_and_never_breaks(channel: str, entry: str, note: str) -> None:
    clean = {text: "".join(one for one in text if one.isprintable() and one not in "<&") for text in (entry, note)}
    outcome: Answer | Refusal
    try:
        outcome = read_answer(result(channel, clean[entry], clean[note]), DAY)
    except Refusal as refused:
        outcome = refused
    told = outcome.problems if isinstance(outcome, Refusal) else outcome.statements
    assert told
