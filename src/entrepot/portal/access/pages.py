"""The pages of mandates (`/enterprise/mandates`), of rules (`/enterprise/rules`) and of the second person (`/d/<id>/second/<topic>`)."""

import re
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from entrepot.channels.online import Voice
from entrepot.kernel.intake import Refusal
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.topics import ROLES, TRADERS
from entrepot.kernel.vocabulary.enterprise import EnterpriseMandate
from entrepot.portal.access import giving, placing, second
from entrepot.portal.access.words import WORDS
from entrepot.portal.drafts import problem
from entrepot.portal.pages import DO, READ, only, page, reader_of
from entrepot.portal.web import desk_of
from entrepot.store import mandates as kept

STYLES = ("access.css",)
DONE = ("given", "revoked", "set", "confirmed", "refused")
_FIELDS = (
    "agent",
    "agent_name",
    "role",
    "number",
    "signed_on",
    "valid_until",
    "scope",
    "dossiers",
    "modes",
    "may_send",
)


def mandates(request: HttpRequest, problems: tuple[Problem, ...] = ()) -> HttpResponseBase:
    """What was given and what is held, and the form to give one more."""
    voice, desk = reader_of(request), desk_of(request)
    seen = giving.listed(desk, voice)
    form = request.POST if problems else request.GET
    filled = {name: form.get(name, "").strip()[:4000] for name in _FIELDS}
    filled["signed_on"] = filled["signed_on"] or desk.today().isoformat()
    return page(
        request, "access/mandates.html", 422 if problems else 200, styles=STYLES, voice=voice, seen=seen, filled=filled,
        problems=problems, may=_may_administer(voice), part="mandates", notice=_done(request),
        waits=any(one.state == "waiting" for one in seen.given),
    )  # fmt: skip


def give(request: HttpRequest) -> HttpResponseBase:
    """The form handed in."""
    voice, desk = reader_of(request), desk_of(request)
    try:
        mandate = _mandate(request)
        made = giving.give(desk, voice, mandate, request.POST.get("number", "").strip())
    except Refusal as refusal:
        return mandates(request, refusal.problems)
    return HttpResponseRedirect(f"/enterprise/mandates?done=given#{quote(made.agent)}-{quote(made.number)}")


def revoke(request: HttpRequest, agent: str, number: str) -> HttpResponseBase:
    """A mandate's end, at once."""
    voice = reader_of(request)
    try:
        giving.revoke(desk_of(request), voice, agent, number, request.POST.get("reason", ""))
    except Refusal as refusal:
        return mandates(request, refusal.problems)
    return HttpResponseRedirect("/enterprise/mandates?done=revoked")


def sheet(request: HttpRequest, agent: str, number: str) -> HttpResponseBase:
    """A mandate as a page to print and sign, in both languages."""
    voice, desk = reader_of(request), desk_of(request)
    one = giving.card_of(desk, voice, agent, number, request.GET.get("of", ""))
    return page(request, "access/mandate_sheet.html", styles=STYLES, voice=voice, one=one, lines=_lines(one))


def _lines(one: giving.MandateCard) -> list[tuple[Text, str]]:
    """What stands on the sheet to sign, in both languages."""
    scope = "dossiers" if one.dossiers else "modes" if one.modes else "all"
    named = ", ".join((*one.dossiers, *one.modes))
    where = " · ".join((WORDS[f"mandate_scope_{scope}"].zh, WORDS[f"mandate_scope_{scope}"].en))
    until = (
        one.valid_until.isoformat()
        if one.valid_until
        else f"{WORDS['mandate_no_end'].zh} · {WORDS['mandate_no_end'].en}"
    )
    sends = WORDS["mandate_sends" if one.may_send else "mandate_sends_not"]
    role = ROLES[one.role]
    return [
        (WORDS["mandate_number"], one.number),
        (WORDS["mandate_of"], f"{one.principal_name} {one.principal}".strip()),
        (WORDS["mandate_to"], f"{one.agent_name} {one.agent}".strip()),
        (WORDS["mandate_role"], f"{role.zh} · {role.en}"),
        (WORDS["mandate_scope"], f"{where}: {named}" if named else where),
        (WORDS["mandate_may_send"], f"{sends.zh} · {sends.en}"),
        (WORDS["mandate_signed_on"], one.signed_on.isoformat()),
        (WORDS["mandate_valid_until"], until),
    ]


def rules(request: HttpRequest, problems: tuple[Problem, ...] = ()) -> HttpResponseBase:
    """What leaves only when two persons agree."""
    voice, desk = reader_of(request), desk_of(request)
    desk.admit(voice, "read")
    sendable = [one for one in desk.registry.topics.values() if one.sends]
    chosen = kept.topics_of_two(desk.store.database, voice.organisation)
    return page(
        request, "access/rules.html", 422 if problems else 200, styles=STYLES, voice=voice, sendable=sendable, chosen=chosen,
        always=desk.two_persons, may=_may_administer(voice), part="rules", problems=problems, notice=_done(request),
    )  # fmt: skip


def set_rules(request: HttpRequest) -> HttpResponseBase:
    """The rules as ticked."""
    try:
        giving.set_rules(desk_of(request), reader_of(request), request.POST.getlist("two_persons")[:100])
    except Refusal as refusal:
        return rules(request, refusal.problems)
    return HttpResponseRedirect("/enterprise/rules?done=set")


def look(request: HttpRequest, id: str, topic: str, problems: tuple[Problem, ...] = ()) -> HttpResponseBase:
    """A finding that waits for a second person: who asks for one, who may be it, and the two answers."""
    voice, desk = reader_of(request), desk_of(request)
    seen = second.look(desk, id, topic, voice)
    reading = desk.read(id, voice)
    return page(
        request, "access/second.html", 422 if problems else 200, styles=STYLES, voice=voice, seen=seen, reading=reading,
        problems=problems, who=_who_may(voice), mine=voice.person in seen.by, notice=_done(request),
        may_send=bool(TRADERS & set(reading.roles)) and "send" in voice.duties,
    )  # fmt: skip


def decide(request: HttpRequest, id: str, topic: str) -> HttpResponseBase:
    """Agreed or refused, with the reason."""
    decision = "refused" if request.POST.get("decision") == "refused" else "confirmed"
    digest, reason = request.POST.get("digest", ""), request.POST.get("reason", "")
    try:
        second.decide(
            desk_of(request),
            id,
            topic,
            digest,
            reader_of(request),
            "refused" if decision == "refused" else "confirmed",
            reason,
        )
    except Refusal as refusal:
        return look(request, id, topic, refusal.problems)
    return HttpResponseRedirect(f"/d/{quote(id)}/second/{quote(topic)}?" + urlencode({"done": decision}))


def _mandate(request: HttpRequest) -> EnterpriseMandate:
    """The mandate as the form has it; Refusal with every problem of its fields."""
    form, found = request.POST, list[Problem]()

    def day(name: str) -> date | None:
        text = form.get(name, "").strip()
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            found.append(
                problem(
                    "D044",
                    name,
                    f"{text[:40]!r} is no day",
                    f"{text[:40]!r} 不是日期",
                    "write it as 2026-04-01",
                    "格式：2026-04-01",
                )
            )
            return None

    agent = form.get("agent", "").strip()[:100]
    signed_on, until = day("signed_on"), day("valid_until")
    scope = form.get("scope", "all")
    listed = {name: _words(form.get(name, "")) if scope == name else () for name in ("dossiers", "modes")}
    if scope in listed and not listed[scope]:
        found.append(
            problem(
                "AC17",
                scope,
                "none is named, and a mandate for none is none",
                "未列明任何一项",
                "name them, or choose all",
                "请填写，或选择“全部”",
            )
        )
    if not agent:
        found.append(problem("AC17", "agent", "no agent is named", "未填写受托单位", "give its code", "请填写其代码"))
    if found:
        raise Refusal(tuple(found))
    return EnterpriseMandate(
        agent, "clerk" if form.get("role") == "clerk" else "broker", signed_on or desk_of(request).today(), until,
        listed["dossiers"], listed["modes"], form.get("may_send") == "1", " ".join(form.get("agent_name", "").split())[:200],
    )  # fmt: skip


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in re.split(r"[\s,;，、；]+", text[:40_000]) if one))


def _may_administer(voice: Voice) -> bool:
    return not placing.lacking(voice, "administer")


def _done(request: HttpRequest) -> str:
    done = request.GET.get("done", "")
    return done if done in DONE else ""


def _who_may(voice: Voice) -> list[Any] | None:
    """The colleagues who may confirm, as the accounts know them; None for whoever came without one, by token or as a visitor."""
    if voice.rehearsal or voice.token:
        return None
    from entrepot.store.accounts.models import Employment

    held = Employment.objects.filter(organisation__code=voice.organisation, ended_at=None).select_related("person")
    return [
        one.person for one in held.order_by("id") if "confirm" in one.duties and one.person.username != voice.person
    ]


URLS: list[URLPattern] = [
    path("enterprise/mandates", only(mandates, *READ)),
    path("enterprise/mandates/give", only(give, *DO)),
    path("enterprise/mandates/<str:agent>/<str:number>/revoke", only(revoke, *DO)),
    path("enterprise/mandates/<str:agent>/<str:number>", only(sheet, *READ)),
    path("enterprise/rules", only(rules, *READ)),
    path("enterprise/rules/set", only(set_rules, *DO)),
    path("d/<str:id>/second/<str:topic>", only(look, *READ)),
    path("d/<str:id>/second/<str:topic>/decide", only(decide, *DO)),
]
