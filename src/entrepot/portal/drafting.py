"""Answering what is left of a draft declaration: the questions of a reading, and answers as statements on their topics.

An answer gives values by the blanks of a question: `{"exit_customs": "2225"}`, for a blank that differs from line to line
`{"hs/1": "2809201900", "hs/2": …}`. What is typed is said as typed; the topic's own type decides whether it fits.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from entrepot.channels.online import Voice
from entrepot.kernel.intake import Refusal
from entrepot.kernel.text import Problem
from entrepot.kernel.vocabulary.clearance import ELEMENTS
from entrepot.modules.declaration.facts import QUESTIONS, Blank, DraftQuestion, DraftQuestions
from entrepot.modules.declaration.rules.elements import SEPARATOR
from entrepot.portal.desk import Desk, Said
from entrepot.portal.drafts import Draft, problem
from entrepot.portal.reading import Found, Reading

Values = Mapping[str, str]
_YES = {"yes": True, "y": True, "true": True, "是": True, "no": False, "n": False, "false": False, "否": False}
_CHARGE = re.compile(r"(?:(?P<rate>[0-9.,]+) ?[%％]|(?P<currency>[A-Za-z]{3}) ?(?P<amount>[0-9.,]+) ?(?P<per>/ ?t)?)")


def found_in(reading: Reading) -> Found | None:
    """The finding that holds the questions; None where the speaker may not see it or there is no draft."""
    return next((one for one in reading.findings if one.topic == QUESTIONS.name), None)


def questions_in(reading: Reading) -> tuple[DraftQuestion, ...]:
    """The questions that are left, as the speaker may see them."""
    found = found_in(reading)
    if found is None or found.value is None:
        return ()
    return msgspec.convert(found.value, DraftQuestions).questions


def answer(desk: Desk, dossier: str, voice: Voice, answers: Mapping[str, Values]) -> Said | None:
    """Say the answers to questions by their ids, all or none; None where nothing was answered. Raises Refusal with every problem,
    also where a question is no longer asked."""
    reading = desk.read(dossier, voice)
    known = {question.id: question for question in questions_in(reading)}
    drafts: list[Draft] = []
    problems: list[Problem] = []
    for id, values in answers.items():
        given = {name: text.strip() for name, text in values.items() if text.strip()}
        if not given:
            continue
        if id not in known:
            problems.append(_gone(id))
            continue
        try:
            drafts += drafts_of(known[id], given, reading, voice)
        except Refusal as refusal:
            problems += refusal.problems
    if problems:
        raise Refusal(tuple(problems))
    return desk.say(dossier, _united(drafts), voice, expects=reading.heads) if drafts else None


def drafts_of(question: DraftQuestion, values: Values, reading: Reading, voice: Voice) -> list[Draft]:
    """The statements that an answer makes; Refusal with all that cannot be read."""
    bodies: dict[tuple[str, str], dict[str, Any]] = {}
    problems: list[Problem] = []
    blanks = {blank.name: blank for blank in question.blanks}
    for name, text in values.items():
        blank, key = _blank(blanks, name)
        if blank is None:
            problems.append(_unknown(question, name))
            continue
        try:
            value = _READ.get(blank.kind if blank.field else "", _plain)(text)
        except ValueError:
            problems.append(_unreadable(blank, text))
            continue
        for one in (key,) if key else blank.keys or ("",):
            body = bodies.setdefault((blank.topic, one), {})
            body[blank.field or "elements"] = value
            if one in blank.also:
                body[f"unit{blank.field[-1]}"] = blank.also[one]
    if problems:
        raise Refusal(tuple(problems))
    return [_draft(topic, key, body, reading, voice) for (topic, key), body in bodies.items()]


def _blank(blanks: Mapping[str, Blank], name: str) -> tuple[Blank | None, str]:
    """The blank that a value is for, and the line where it is for one alone."""
    if name in blanks:
        return blanks[name], ""
    head, _, key = name.rpartition("/")
    blank = blanks.get(head)
    return (blank, key) if blank is not None and key in blank.keys else (None, "")


def _draft(topic: str, key: str, body: dict[str, Any], reading: Reading, voice: Voice) -> Draft:
    """Declaration elements are said whole: what was said of the line before goes on standing in the new statement."""
    if topic != ELEMENTS.name:
        return Draft(topic, body, key)
    if "elements" in body:  # no table knows the heading: all of them in order
        parts = [part.strip() for part in str(body["elements"]).split(SEPARATOR)]
        return Draft("goods.line", {"elements": parts}, key)
    before = next((fact for fact in reading.facts if (fact.topic, fact.key) == (topic, key)), None)
    values = dict(before.value["values"]) if before is not None and before.value else {}
    own = [one.id for one in before.statements if one.organisation == voice.organisation] if before is not None else []
    return Draft(topic, {"values": values | body}, key, replaces=tuple(own))


def _united(drafts: list[Draft]) -> list[Draft]:
    """What several answers say of one thing as one statement."""
    made: dict[tuple[str, str], Draft] = {}
    for draft in drafts:
        before = made.get((draft.topic, draft.key))
        body = draft.body if before is None else {**before.body, **draft.body}
        made[draft.topic, draft.key] = msgspec.structs.replace(draft, body=body)
    return list(made.values())


# -- what is typed --------------------------------------------------------------------------------------------------------


def _plain(text: str) -> Any:
    return text


def _code(text: str) -> Any:
    return text.split(" ")[0].upper()


def _goods_code(text: str) -> Any:
    return re.sub(r"[.\s]", "", text)


def _number(text: str) -> Any:
    return text.replace(",", "").replace("，", "")


def _count(text: str) -> Any:
    return int(_number(text))


def _yes_no(text: str) -> Any:
    if text.lower() not in _YES:
        raise ValueError(text)
    return _YES[text.lower()]


def _element(text: str) -> Any:
    if SEPARATOR in text:
        raise ValueError(text)
    return text


def _charge(text: str) -> Any:
    """`USD 1150` in all, `USD 50/t` a tonne, `0.3%` of the price: as customs marks them."""
    found = _CHARGE.fullmatch(text)
    if found is None:
        raise ValueError(text)
    if found["rate"]:
        return {"mark": "1", "value": _number(found["rate"])}
    return {
        "mark": "2" if found["per"] else "3",
        "value": _number(found["amount"]),
        "currency": found["currency"].upper(),
    }


_READ: Mapping[str, Callable[[str], Any]] = {
    "code": _code, "port": _code, "country": _code, "goods_code": _goods_code, "number": _number, "count": _count,
    "yes_no": _yes_no, "charge": _charge, "element": _element,
}  # fmt: skip


def _gone(id: str) -> Problem:
    return problem(
        "D060",
        f"question/{id}",
        "this is no longer asked",
        "该问题已不再询问",
        "look at the questions again",
        "请重新查看问题",
    )


def _unknown(question: DraftQuestion, name: str) -> Problem:
    known = ", ".join(blank.name for blank in question.blanks)
    return problem(
        "D061", f"question/{question.id}", f"the question has no blank {name[:60]!r}", f"该问题没有 {name[:60]!r} 一项",
        f"use one of: {known}", f"可填：{known}",
    )  # fmt: skip


def _unreadable(blank: Blank, text: str) -> Problem:
    charge = "USD 1150, USD 50/t or 0.3%"
    forms = {
        "yes_no": ("yes or no", "是或否"),
        "count": ("a whole number", "整数"),
        "charge": (charge, charge),
        "element": ("it without |, which parts the elements", "不含“|”（要素分隔符）的内容"),
    }
    en, zh = forms.get(blank.kind, ("it otherwise", "其他格式"))
    return problem(
        "D062", blank.name, f"{text[:60]!r} cannot be read as {blank.label.en}", f"{text[:60]!r} 无法读作{blank.label.zh}",
        f"write {en}", f"请填写{zh}",
    )  # fmt: skip


def per_line(blank: Blank) -> Iterator[tuple[str, str]]:
    """The names under which a blank is filled in, each with its line: one for all lines, or one for each."""
    if blank.each:
        yield from ((f"{blank.name}/{key}", key) for key in blank.keys)
    else:
        yield blank.name, ""
