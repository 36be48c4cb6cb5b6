"""An answer of customs that came as a paper or a screen, entered by a person: a transcript, with the document attached."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Literal

import msgspec
from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.gateways.bounds import check_kept
from entrepot.kernel.intake import Refusal
from entrepot.kernel.submissions import Evidence
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.answers import ACCEPTANCE, QUERY, RELEASE, Paper
from entrepot.kernel.vocabulary.clearance import AMENDED, CANCELLED, NOTICE
from entrepot.kernel.vocabulary.decisions import FORM
from entrepot.portal.desk import Desk, Said
from entrepot.portal.drafts import Draft, problem
from entrepot.portal.reading import Reading
from entrepot.portal.speaking import paper_draft
from entrepot.store.intake import Content

Kind = Literal["accepted", "rejected", "asked", "released", "amended", "withdrawn", "notice"]
KINDS: dict[str, Text] = {
    "accepted": Text("accepted", "接单"),
    "rejected": Text("sent back", "退单"),
    "asked": Text("a question", "质疑"),
    "released": Text("released", "放行"),
    "amended": Text("amendment decided", "改单决定"),
    "withdrawn": Text("withdrawal decided", "撤单决定"),
    "notice": Text("a notice", "通知"),
}
NOTICES: dict[str, Text] = {
    "inspection": Text("goods to be inspected", "布控查验"),
    "tax": Text("tax to be paid", "缴税"),
    "papers": Text("papers to be shown", "补充单证"),
    "other": Text("other", "其他"),
}
DIGITS = 18
ALLOWED = {"yes": True, "true": True, "1": True, "是": True, "同意": True, "允许": True,
           "no": False, "false": False, "0": False, "否": False, "不同意": False, "不允许": False}  # fmt: skip
YEAR = timedelta(days=365)


class Answered(Struct, frozen=True):
    """What a person reads off the answer. `number` is the declaration's, 18 digits; `on` the day of the answer; `text` its
    reason, question or notice; `allowed` for decisions, which must say so; `exported_on` for a release; `notice` and `due_by`
    for a notice."""

    kind: Kind
    on: date
    number: str = ""
    text: str = ""
    allowed: bool | None = None
    exported_on: date | None = None
    notice: Literal["inspection", "tax", "papers", "other"] = "other"
    due_by: date | None = None


class Transcript(Struct, frozen=True, forbid_unknown_fields=True):
    """An answer as read off a paper or screen; `paper` is that document in base64, with its `name`."""

    answer: Answered
    name: str = ""
    paper: str = ""


def transcribe(
    desk: Desk, dossier: str, voice: Voice, answer: Answered, paper: tuple[str, bytes] | None = None
) -> Said:
    """Say what customs answered, with the document it stands in where there is one; what stands already is not said again.
    Refusal with every problem."""
    reading = desk.read(dossier, voice)
    if problems := list(_problems(answer, reading)):
        raise Refusal(tuple(problems))
    drafts: list[Draft] = []
    contents: tuple[Content, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    if paper is not None:
        name, data = paper
        check_kept(data)
        content = Content(data)
        contents, evidence = (content,), (Evidence(content.digest, name),)
        there = {fact.key for fact in reading.facts if fact.topic == "paper.received"}
        if content.digest not in there:
            drafts.append(
                paper_draft(content.digest, name, Paper(name, "customs_answer", content.media_type, len(data)))
            )
    standing = {(fact.topic, fact.key): fact.value for fact in reading.facts}
    for topic, key, body in _said(answer, reading):
        told = _filled(body)
        known = standing.get((topic, key))
        if evidence or not isinstance(known, dict) or any(known.get(name) != value for name, value in told.items()):
            drafts.append(Draft(topic, told, key, authority="transcript", evidence=evidence))
    if not drafts:  # a list of statuses is handed in day after day
        return Said(dossier, (), (), reading.heads)
    return desk.say(dossier, drafts, voice, contents=contents)


def _said(answer: Answered, reading: Reading) -> list[tuple[str, str, dict[str, Any]]]:
    """The statements that an answer makes: topic, key, body."""
    number, day = answer.number, answer.on
    match answer.kind:
        case "accepted":
            return [(ACCEPTANCE.name, number, {"accepted_on": day, "message": last_sent(reading)})]
        case "rejected":
            return [(f"{FORM.name}.rejected", last_sent(reading), {"reason": answer.text, "office": "customs"})]
        case "asked":
            return [(QUERY.name, number, {"asked_on": day, "question": answer.text})]
        case "released":
            return [(RELEASE.name, number, {"released_on": day, "exported_on": answer.exported_on or day})]
        case "amended":
            return [(AMENDED.name, number, {"decided_on": day, "allowed": answer.allowed, "reason": answer.text})]
        case "withdrawn":
            decided = [(CANCELLED.name, number, {"decided_on": day, "allowed": answer.allowed, "reason": answer.text})]
            carried = _carried(reading, number)
            if answer.allowed and carried:  # what was given up is no longer with customs
                decided.append(
                    (f"{FORM.name}.rejected", carried, {"reason": f"withdrawn: {answer.text}", "office": "customs"})
                )
            return decided
        case "notice":
            body = {
                "received_on": day,
                "kind": answer.notice,
                "text": answer.text,
                "declaration": number,
                "due_by": answer.due_by,
            }
            return [(NOTICE.name, f"{day.isoformat()}-{answer.notice}", body)]


def _carried(reading: Reading, number: str) -> str:
    """The message that carried the declaration with this number, as customs named it; else the last one sent."""
    accepted = (fact.value for fact in reading.facts if (fact.topic, fact.key) == (ACCEPTANCE.name, number))
    return next((value["message"] for value in accepted if value and value.get("message")), "") or last_sent(reading)


def last_sent(reading: Reading) -> str:
    """The message that carried the declaration last and was not sent back; empty where none left from here."""
    back = {fact.key for fact in reading.facts if fact.topic == f"{FORM.name}.rejected"}
    sent = [fact for fact in reading.facts if fact.topic == f"{FORM.name}.sent" and fact.key not in back and fact.value]
    return max(sent, key=lambda fact: int(fact.value["sequence"])).key if sent else ""


def _incomplete(answer: Answered) -> list[Problem]:
    """What an answer of its kind lacks, whatever the dossier holds."""
    found = []
    number = answer.number
    if answer.kind not in ("rejected", "notice") and not (
        number.isascii() and number.isdigit() and len(number) == DIGITS
    ):
        found.append(
            problem("W030", "number", f"{number[:40]!r} is no declaration number", f"{number[:40]!r} 不是报关单号",
                    f"copy its {DIGITS} digits", f"请抄写 {DIGITS} 位报关单号")
        )  # fmt: skip
    if answer.kind in ("amended", "withdrawn") and answer.allowed is None:
        found.append(_undecided("whether customs allowed it is missing", "缺少海关是否同意"))
    if answer.kind in ("rejected", "asked", "notice") and not answer.text.strip():
        found.append(
            problem("W031", "text", "what customs wrote is missing", "缺少海关原文",
                    "copy the reason, question or notice", "请抄写海关的原因、问题或通知")
        )  # fmt: skip
    return found


def _problems(answer: Answered, reading: Reading) -> list[Problem]:
    """Everything that is missing or cannot be."""
    found = _incomplete(answer)
    if answer.kind == "rejected" and not last_sent(reading):
        found.append(
            problem("W032", "kind", "nothing that was sent from here waits for an answer", "本平台没有待回执的报关单",
                    "a declaration filed elsewhere is sent back there", "在其他系统申报的，请在该系统处理退单")
        )  # fmt: skip
    if answer.kind == "released" and answer.exported_on is not None and answer.exported_on < answer.on - YEAR:
        found.append(
            problem("W033", "exported_on", f"exported on {answer.exported_on}, released on {answer.on}",
                    f"出口日期 {answer.exported_on} 早于放行日期 {answer.on} 一年以上", "correct the year", "请更正年份")
        )  # fmt: skip
    return found


def _undecided(en: str, zh: str) -> Problem:
    return problem(
        "W036",
        "allowed",
        en,
        zh,
        "write yes where customs allowed it, no where it did not",
        "同意填 yes 或“是”，不同意填 no 或“否”",
    )


def _filled(body: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in body.items()
        if value not in (None, "")
    }


def answered(given: Callable[[str, str], Any]) -> Answered:
    """The answer as filled in; Refusal with every field that is wrong."""
    body: dict[str, Any] = {}
    problems = []
    for name in ("kind", "number", "text", "notice"):
        if text := str(given(name, "") or "").strip():
            body[name] = text[:4000]
    for name in ("on", "exported_on", "due_by"):
        text = str(given(name, "") or "").strip()
        try:
            if text:
                body[name] = date.fromisoformat(text)
        except ValueError:
            problems.append(
                problem(
                    "W034",
                    name,
                    f"{text[:40]!r} is no day",
                    f"{text[:40]!r} 不是日期",
                    "write it as 2026-04-01",
                    "格式：2026-04-01",
                )
            )
    if decided := str(given("allowed", "") or "").strip().lower():
        body["allowed"] = ALLOWED.get(decided)
        if body["allowed"] is None:
            problems.append(_undecided(f"{decided[:40]!r} is neither yes nor no", f"{decided[:40]!r} 须为是或否"))
    try:
        answer = msgspec.convert({"on": date.min, **body}, Answered)
    except msgspec.ValidationError as error:
        told = str(error)
        problems.append(
            problem(
                "W035", "kind", told, f"无法识别：{told}", f"one of: {', '.join(KINDS)}", f"可选：{'、'.join(KINDS)}"
            )
        )
        raise Refusal(tuple(problems)) from None
    if "on" not in body and not problems:
        problems.append(
            problem(
                "W034",
                "on",
                "the day of the answer is missing",
                "缺少回执日期",
                "write it as 2026-04-01",
                "格式：2026-04-01",
            )
        )
    if problems:
        undecided = {one.where for one in problems}
        raise Refusal((*problems, *(one for one in _incomplete(answer) if one.where not in undecided)))
    return answer
