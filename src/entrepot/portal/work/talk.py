"""`/d/<id>/talk`: what people say to each other about a dossier, who sees to it, and days of their own."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import quote

from django.apps import apps
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.kernel.intake import Refusal
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.talk import ASSIGNED, COMMENT, NOTE, OWN_DUE
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft, problem
from entrepot.portal.ids import uuid7
from entrepot.portal.pages import DO, READ, only, page, reader_of
from entrepot.portal.reading import Fact, Reading
from entrepot.portal.sheet_page import around
from entrepot.portal.web import desk_of
from entrepot.portal.work.drawing import place_of

LONGEST = 4_000


class Remark(Struct, frozen=True):
    """A comment or an own note as the page shows it; `mine`: the reader may take it back."""

    key: str
    own: bool
    by: str
    organisation: str
    said_at: str
    text: str
    about: str
    label: Text | None
    mentions: tuple[str, ...]
    mine: bool


class OwnDay(Struct, frozen=True):
    """A day that the reader's organisation set itself."""

    key: str
    on: str
    what: str
    by: str
    done: bool
    late: bool


def talk(request: HttpRequest, id: str) -> HttpResponseBase:
    """The thread, with forms to go on with it."""
    voice, desk = reader_of(request), desk_of(request)
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            desk.say(id, [_draft(request, desk, id, voice)], voice)
            return HttpResponseRedirect(f"/d/{quote(id, safe='')}/talk#{_part(request)}")
        except Refusal as refusal:
            problems = refusal.problems
    reading = desk.read(id, voice)
    about = request.POST.get("about", request.GET.get("about", ""))[:200]
    return page(
        request, "work/talk.html", 422 if problems else 200, voice=voice, **around(reading, voice, "talk"), problems=problems,
        remarks=remarks(desk, reading, voice), days=days(reading, desk.today()), person=person_of(reading, voice),
        people=people_of(voice, reading), about=about, about_label=_label(desk, about), fresh=uuid7(desk.store.clock()),
        filled=request.POST if problems else {}, may_say="say" in voice.duties, styles=("work.css",), today=desk.today(),
    )  # fmt: skip


def remarks(desk: Desk, reading: Reading, voice: Voice) -> list[Remark]:
    """Comments and own notes, the oldest first."""
    found = [
        Remark(
            fact.key, fact.topic == NOTE.name, said.by, said.organisation, said.said_at, fact.value["text"],
            fact.value.get("about", ""), _label(desk, fact.value.get("about", "")), tuple(fact.value.get("mentions", ())),
            said.organisation == voice.organisation and said.by == voice.person,
        )
        for fact in reading.facts
        if fact.topic in (COMMENT.name, NOTE.name) and fact.value
        for said in fact.statements[:1]
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.said_at, one.key))


def days(reading: Reading, today: date) -> list[OwnDay]:
    """Days of one's own, the open ones first."""
    found = [
        OwnDay(fact.key, fact.value["on"], fact.value["what"], fact.statements[0].by, bool(fact.value.get("done")),
               not fact.value.get("done") and fact.value["on"] < today.isoformat())
        for fact in reading.facts
        if fact.topic == OWN_DUE.name and fact.value
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.done, one.on, one.key))


def person_of(reading: Reading, voice: Voice) -> str:
    """Who sees to the dossier for the reader's organisation; empty where nobody does."""
    own = _fact(reading, ASSIGNED.name, voice.organisation)
    return str(own.value["person"]) if own is not None and own.value else ""


def people_of(voice: Voice, reading: Reading) -> list[str]:
    """The persons of the reader's own organisation: those employed, else those who spoke for it here."""
    spoke = {said.by for fact in reading.facts for said in fact.statements if said.organisation == voice.organisation}
    return sorted({voice.person, *spoke, *_employed(voice)})


def _employed(voice: Voice) -> Iterable[str]:
    if voice.rehearsal or voice.token or not apps.ready:
        return ()  # they are no accounts
    from entrepot.store.accounts.models import Employment

    held = Employment.objects.filter(organisation__code=voice.organisation, ended_at=None, person__is_active=True)
    return [str(name) for name in held.values_list("person__username", flat=True)[:500]]


def _fact(reading: Reading, topic: str, key: str) -> Fact | None:
    return next((fact for fact in reading.facts if (fact.topic, fact.key) == (topic, key)), None)


def _label(desk: Desk, about: str) -> Text | None:
    """What a place is called; None where there is no such place."""
    place = _place(desk, about)
    return None if place is None else desk.registry.topics[place].label


def _place(desk: Desk, about: str) -> str | None:
    topic = about.partition("/")[0]
    if topic in desk.registry.topics:
        return topic
    found = place_of(desk, about) if about else None
    return None if found is None else found[0]


# -- what is said -----------------------------------------------------------------------------------------------------


def _part(request: HttpRequest) -> str:
    return {"due": "due", "done": "due", "assign": "assigned"}.get(request.POST.get("do", ""), "thread")


def _draft(request: HttpRequest, desk: Desk, id: str, voice: Voice) -> Draft:
    """The one statement that a form comes to; Refusal where it comes to none."""
    given = {name: request.POST.get(name, "").strip() for name in ("do", "text", "about", "person", "on", "key", "id")}
    reading = desk.read(id, voice)
    match given["do"]:
        case "comment" | "note":
            return _remark(request, desk, given, people_of(voice, reading))
        case "assign":
            return _assignment(given, reading, voice)
        case "due":
            body = {"on": given["on"], "what": _text(given["text"], "what")}
            return Draft(OWN_DUE.name, body, given["id"] or uuid7(desk.store.clock()), id=given["id"])
        case "done" | "unsay":
            return _ended(given, reading, voice)
        case _:
            raise Refusal((_problem("do", "nothing was chosen", "未选择操作"),))


def _remark(request: HttpRequest, desk: Desk, given: dict[str, str], people: list[str]) -> Draft:
    topic = NOTE if given["do"] == "note" else COMMENT
    body: dict[str, Any] = {"text": _text(given["text"], "text")}
    if given["about"]:
        if _place(desk, given["about"]) is None:
            raise Refusal((_problem("about", "there is no such place in a dossier", "案卷中没有该位置"),))
        body["about"] = given["about"][:200]
    if mentions := [one for one in request.POST.getlist("mentions")[:20] if one]:
        if not set(mentions) <= set(people):
            raise Refusal(
                (_problem("mentions", "only people of your own organisation are mentioned", "只能提及本单位人员"),)
            )
        body["mentions"] = mentions
    return Draft(topic.name, body, given["id"] or uuid7(desk.store.clock()), id=given["id"])


def _assignment(given: dict[str, str], reading: Reading, voice: Voice) -> Draft:
    if given["person"] and given["person"] not in people_of(voice, reading):
        raise Refusal((_problem("person", "this is nobody of your organisation", "该人员不属于本单位"),))
    before = _fact(reading, ASSIGNED.name, voice.organisation)
    replaces = tuple(said.id for said in before.statements) if before is not None else ()
    return Draft(ASSIGNED.name, {"person": given["person"]}, voice.organisation, replaces=replaces)


def _ended(given: dict[str, str], reading: Reading, voice: Voice) -> Draft:
    """A day of one's own that is done with, or a remark that is taken back."""
    names = (OWN_DUE.name,) if given["do"] == "done" else (COMMENT.name, NOTE.name, OWN_DUE.name)
    for name in names:
        fact = _fact(reading, name, given["key"])
        own = () if fact is None else tuple(s.id for s in fact.statements if s.organisation == voice.organisation)
        if fact is None or not own:
            continue
        if given["do"] == "unsay":
            return Draft(name, key=given["key"], withdraws=own)
        return Draft(name, {**fact.value, "done": True}, given["key"], replaces=own)
    raise Refusal((_problem("key", "it is no longer there", "该内容已不存在"),))


def _text(text: str, where: str) -> str:
    plain = text.replace("\r\n", "\n")
    if not plain:
        raise Refusal((_problem(where, "nothing is written", "内容为空"),))
    if len(plain) > LONGEST:
        raise Refusal((_problem(where, f"more than {LONGEST} characters", f"超过 {LONGEST} 个字符"),))
    return plain


def _problem(where: str, en: str, zh: str) -> Problem:
    return problem("WK01", where, en, zh, "look at the form again", "请检查表单")


URLS: list[URLPattern] = [path("d/<str:id>/talk", only(talk, *READ, *DO))]
