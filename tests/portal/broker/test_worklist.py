"""The worklist: how far each trade is, from the first paper to the release."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from entrepot.channels.online import Voice
from entrepot.gateways.offices import Delivery, Reply
from entrepot.kernel.intake import Refusal
from entrepot.kernel.sheet import value_digest
from entrepot.portal.broker.bulk_send import send_each
from entrepot.portal.broker.many_answers import enter_each
from entrepot.portal.broker.transcribing import Answered, transcribe
from entrepot.portal.broker.worklist import NEXT, STAGES, Rows, Work
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from tests.portal.stage import ANN, BOB, DAY, LINE_ONE, OPENING, open_desk

TERMS = Draft("trade.terms", {"contract_no": "C-1", "payment": "T/T"})
NUMBER, OTHER = "422020260000000018", "422020260000000026"
CUSTOMS = Voice("officer", "customs-office", frozenset({"customs"}), channel="gateway")


class Silent:
    """Customs that takes a message and says nothing yet."""

    name, sandbox = "customs", True

    def deliver(self, delivery: Delivery, day: date) -> tuple[Reply, ...]:
        return ()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = open_desk(tmp_path, offices=[Silent()])
    yield desk
    desk.store.close()


@pytest.fixture
def opened(desk: Desk) -> Desk:
    desk.say("D1", [*OPENING, LINE_ONE], ANN)
    return desk


def row(desk: Desk) -> Work:
    (work,) = Rows(desk).page(ANN).work
    return work


def said(desk: Desk, topic: str, key: str, body: dict[str, Any], voice: Voice = CUSTOMS) -> None:
    desk.say("D1", [Draft(topic, body, key)], voice)


def filed(desk: Desk, contract: str = "") -> str:
    """Send the declaration, with another contract number where one is given; the id of its message."""
    if contract:
        old = next(fact for fact in desk.read("D1", ANN).facts if fact.topic == "trade.terms").statements[0].id
        desk.say("D1", [Draft("trade.terms", {"contract_no": contract, "payment": "T/T"}, replaces=(old,))], ANN)
    form = next(found for found in desk.read("D1", ANN).findings if found.topic == "declaration.form")
    fresh = form.digest
    if contract:
        with desk.known("D1", ANN) as (record, _):
            finding = desk.sheet(record).finding("declaration.form")
            assert finding is not None
            fresh = value_digest(finding.effective)
    return desk.send("D1", "declaration.form", fresh, ANN).message


def test_a_trade_without_terms_lacks_papers(opened: Desk) -> None:
    assert (row(opened).stage, row(opened).digest) == ("collecting", "")


def test_a_complete_one_is_ready_with_the_digest_to_send(opened: Desk) -> None:
    opened.say("D1", [TERMS], ANN)
    work = row(opened)
    form = next(found for found in opened.read("D1", ANN).findings if found.topic == "declaration.form")
    assert (work.stage, work.digest, work.lines) == ("ready", form.digest, 1)


def test_one_that_needs_review_is_to_be_confirmed(opened: Desk) -> None:
    opened.say("D1", [Draft("trade.terms", {"contract_no": "C-1"})], ANN)
    assert row(opened).stage == "to_confirm"


def test_the_stages_follow_what_customs_says(opened: Desk) -> None:
    opened.say("D1", [TERMS], ANN)
    filed(opened)
    assert row(opened).stage == "sent"
    said(opened, "customs.acceptance", NUMBER, {"accepted_on": "2026-04-01"})
    assert (row(opened).stage, row(opened).number) == ("accepted", NUMBER)
    said(opened, "customs.query", NUMBER, {"asked_on": "2026-04-02", "question": "which grade?"})
    assert row(opened).stage == "asked"
    filed(opened, "C-2")
    assert row(opened).stage == "amending"
    said(opened, "customs.amendment", NUMBER, {"decided_on": "2026-04-02", "allowed": True})
    assert row(opened).stage == "accepted"
    said(opened, "customs.release", NUMBER, {"released_on": "2026-04-02", "exported_on": "2026-04-03"})
    assert row(opened).stage == "released"


def test_an_inspection_comes_first_with_its_day(opened: Desk) -> None:
    opened.say("D1", [TERMS], ANN)
    filed(opened)
    said(opened, "customs.acceptance", NUMBER, {"accepted_on": "2026-04-01"})
    said(
        opened,
        "customs.notice",
        "N1",
        {"received_on": "2026-04-02", "kind": "inspection", "text": "open", "due_by": "2026-04-05"},
    )
    assert (row(opened).stage, str(row(opened).due)) == ("inspected", "2026-04-05")


def test_a_withdrawn_declaration_may_be_filed_anew(opened: Desk) -> None:
    opened.say("D1", [TERMS], ANN)
    message = filed(opened)
    said(opened, "customs.acceptance", NUMBER, {"accepted_on": "2026-04-01", "message": message})
    said(opened, "declaration.withdrawal", "", {"kind": "withdraw", "asked_on": "2026-04-02", "reason": "mode"}, ANN)
    assert (row(opened).stage, row(opened).next.en.split()[0]) == ("withdrawing", "send")
    transcribe(opened, "D1", ANN, Answered("withdrawn", DAY, NUMBER, "agreed", allowed=True))
    assert row(opened).stage == "cancelled"
    assert [fact.key for fact in opened.read("D1", ANN).facts if fact.topic == "declaration.form.rejected"] == [message]
    filed(opened, "C-2")
    assert row(opened).stage == "sent"


def test_what_is_filed_anew_after_a_withdrawal_and_sent_back_is_to_be_mended(opened: Desk) -> None:
    opened.say("D1", [TERMS], ANN)
    message = filed(opened)
    said(opened, "customs.acceptance", NUMBER, {"accepted_on": "2026-04-01", "message": message})
    transcribe(opened, "D1", ANN, Answered("withdrawn", DAY, NUMBER, "agreed", allowed=True))
    assert row(opened).stage == "cancelled"
    filed(opened, "C-2")
    transcribe(opened, "D1", ANN, Answered("rejected", DAY, text="tariff code"))
    assert row(opened).stage == "rejected"


def test_what_customs_sent_back_is_mended_and_can_go_again(opened: Desk) -> None:
    opened.say("D1", [TERMS], ANN)
    filed(opened)
    transcribe(opened, "D1", ANN, Answered("rejected", DAY, text="tariff code"))
    work = row(opened)
    assert (work.stage, bool(work.digest)) == ("rejected", True)


def test_filters_by_stage_and_client_and_pages(desk: Desk) -> None:
    for number in range(1, 8):
        drafts = [*OPENING, LINE_ONE, Draft("trade.party", {"name": f"Client {number % 2}"}, "exporter")]
        desk.say(f"D{number}", [*drafts, TERMS] if number > 4 else drafts, ANN)
    rows = Rows(desk)
    assert len(rows.page(ANN, "ready").work) == 3
    assert {one.client for one in rows.page(ANN, client="client 1").work} == {"Client 1"}
    first = rows.page(ANN, limit=5)
    rest = rows.page(ANN, before=first.next, limit=5)
    assert {one.dossier for one in (*first.work, *rest.work)} == {f"D{number}" for number in range(1, 8)}
    assert rest.next is None


def test_the_most_pressing_comes_first(desk: Desk) -> None:
    desk.say("D1", [*OPENING, LINE_ONE, TERMS], ANN)
    desk.say("D2", [*OPENING, LINE_ONE], ANN)
    assert [one.stage for one in Rows(desk).page(ANN).work] == ["ready", "collecting"]


def test_a_kept_row_is_drawn_anew_when_something_is_said(opened: Desk) -> None:
    rows = Rows(opened)
    assert rows.page(ANN).work[0].stage == "collecting"
    opened.say("D1", [TERMS], ANN)
    assert rows.page(ANN).work[0].stage == "ready"


def test_a_buyer_has_no_worklist_of_the_exporters(opened: Desk) -> None:
    assert Rows(opened).page(BOB).work == ()


def test_every_stage_has_a_name_and_a_next_step() -> None:
    assert STAGES.keys() == NEXT.keys() == set(Work.__annotations__["stage"].__args__)


def test_many_are_sent_each_for_itself(tmp_path: Path) -> None:
    desk = open_desk(tmp_path)
    try:
        for name in ("D1", "D2"):
            desk.say(name, [*OPENING, LINE_ONE, TERMS], ANN)
        chosen = [(one.dossier, one.digest) for one in Rows(desk).page(ANN).work]
        outcomes = {
            one.dossier: one for one in send_each(desk, ANN, [*chosen, ("D1", "0" * 64), ("nowhere", "0" * 64)])
        }
        assert outcomes["D2"].status == "sent"
        assert [problem.rule for problem in outcomes["D1"].problems] == ["D033"]
        assert [problem.rule for problem in outcomes["nowhere"].problems] == ["D013"]
    finally:
        desk.store.close()


def test_one_that_is_not_there_keeps_none_of_those_named_beside_it_back(desk: Desk) -> None:
    desk.say("D1", [*OPENING, LINE_ONE, TERMS], ANN)
    desk.say("D2", [*OPENING, LINE_ONE], ANN)
    names = ("nowhere", "no/name", "D2", "D1", "\0")
    outcomes = [one.status for one in send_each(desk, ANN, [(name, None) for name in names])]
    assert outcomes == ["refused", "refused", "refused", "sent", "refused"]


@pytest.mark.parametrize(
    ("answer", "rules"),
    [
        (Answered("withdrawn", DAY, NUMBER, "why"), ["W036"]),
        (Answered("accepted", DAY, "123"), ["W030"]),
        (Answered("asked", DAY, "12"), ["W030", "W031"]),
        (Answered("rejected", DAY), ["W031", "W032"]),
        (Answered("notice", DAY), ["W031"]),
    ],
)
def test_all_that_is_wrong_with_a_transcript_is_told_at_once(opened: Desk, answer: Answered, rules: list[str]) -> None:
    with pytest.raises(Refusal) as refusal:
        transcribe(opened, "D1", ANN, answer)
    assert [problem.rule for problem in refusal.value.problems] == rules


def test_a_transcript_carries_its_document_and_says_that_it_is_one(opened: Desk) -> None:
    answer = Answered("accepted", DAY, NUMBER)
    transcribe(opened, "D1", ANN, answer, ("screen.png", b"\x89PNG picture"))
    fact = next(fact for fact in opened.read("D1", ANN).facts if fact.topic == "customs.acceptance")
    assert fact.statements[0].authority == "transcript"
    digest = fact.statements[0].evidence[0].digest
    assert opened.document("D1", digest, ANN)[1].data == b"\x89PNG picture"
    transcribe(opened, "D1", ANN, Answered("asked", DAY, NUMBER, "why?"), ("screen.png", b"\x89PNG picture"))
    assert len([fact for fact in opened.read("D1", ANN).facts if fact.topic == "paper.received"]) == 1


def listed(folder: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path = folder / "answers.csv"
    path.write_bytes("".join(f"{line}\n" for line in lines).encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_many_answers_out_of_a_list_and_a_bad_one_stops_none(opened: Desk, tmp_path: Path, encoding: str) -> None:
    opened.say("D1", [TERMS], ANN)
    opened.say("D2", [*OPENING, LINE_ONE, TERMS], ANN)
    transcribe(opened, "D1", ANN, Answered("accepted", DAY, NUMBER))
    path = listed(
        tmp_path,
        "报关单号,案卷,状态,日期,说明",
        f"{NUMBER},,放行,2026-04-02,",
        "1,D2,接单,2026-04-02,",
        f"{OTHER},D2,accepted,2026-04-02,",
        f"{OTHER[:-1]}0,,released,2026-04-03,",
        f"{NUMBER},nowhere,asked,2026-04-03,why?",
        f"{OTHER},D2,released,2026-04-32,",
        encoding=encoding,
    )
    entered = list(enter_each(opened, ANN, path))
    assert [(one.line, one.status) for one in entered] == [
        (2, "said"), (3, "refused"), (4, "said"), (5, "refused"), (6, "refused"), (7, "refused"),
    ]  # fmt: skip
    assert [one.problems[0].rule for one in entered if one.problems] == ["W030", "W042", "D013", "W034"]
    assert {one.dossier: one.stage for one in Rows(opened).page(ANN).work} == {"D1": "released", "D2": "accepted"}


def test_a_list_handed_in_again_says_nothing_new(opened: Desk, tmp_path: Path) -> None:
    path = listed(tmp_path, "dossier,number,kind,on", f"D1,{NUMBER},accepted,2026-04-02")
    assert [one.status for _ in range(2) for one in enter_each(opened, ANN, path)] == ["said", "already"]


def test_what_is_no_word_of_customs_is_never_taken_for_leave_given(opened: Desk, tmp_path: Path) -> None:
    transcribe(opened, "D1", ANN, Answered("accepted", DAY, NUMBER))
    path = listed(
        tmp_path,
        "dossier,number,kind,on,allowed",
        *(f"D1,{NUMBER},撤单决定,2026-04-02,{word}" for word in ("", "maybe", "否")),
    )
    assert [(one.status, [problem.rule for problem in one.problems]) for one in enter_each(opened, ANN, path)] == [
        ("refused", ["W036"]), ("refused", ["W036"]), ("said", []),
    ]  # fmt: skip
    decided = next(fact.value for fact in opened.read("D1", ANN).facts if fact.topic == "customs.cancellation")
    assert decided["allowed"] is False


def test_a_list_without_the_columns_it_takes_is_refused(opened: Desk, tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refusal:
        list(enter_each(opened, ANN, listed(tmp_path, "a,b", "1,2")))
    assert refusal.value.problems[0].rule == "W040"
