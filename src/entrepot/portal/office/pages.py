"""`/operator`: the back office. The operator acts, the auditor looks; for anybody else there is nothing here.

Organisations and people are shown to whoever is signed in, not to a visitor who plays the operator in a sandbox.
"""

import os
from datetime import datetime
from typing import Any
from urllib.parse import quote

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils import timezone

from entrepot.channels.online import LICENSED, OFFICES, Voice
from entrepot.kernel.intake import Refusal
from entrepot.kernel.text import Problem, Text
from entrepot.portal.accounts.acts import doer_of
from entrepot.portal.accounts.admission import admission, admissions
from entrepot.portal.accounts.profile import own_dossier
from entrepot.portal.office import acts, law_page
from entrepot.portal.office.acts import FACTOR, LICENCE, operates, oversees
from entrepot.portal.office.standing import settings, standing
from entrepot.portal.pages import DO, READ, language_of, only, page, reader_of
from entrepot.portal.web import desk_of
from entrepot.store.accounts.models import Act, Announcement, Employment, Joining, Organisation, Person
from entrepot.store.tokens import list_tokens

STYLES = ("office.css",)
SHOWN = 50
TABS = ("overview", "organisations", "people", "law", "settings", "announcements", "acts")
PLAYED = ("overview", "law")  # shown to a visitor who plays the operator in a sandbox
MOMENT = "%Y-%m-%dT%H:%M"


def shown(request: HttpRequest, template: str, tab: str, status: int = 200, **context: Any) -> HttpResponseBase:
    """A page of the back office, for whoever may look."""
    voice = oversees(reader_of(request))
    known = not voice.rehearsal
    waiting = acts.open_consents(timezone.now()) if known else []
    tabs = TABS if known else PLAYED
    context |= {
        "tabs": [(name, "/operator" if name == "overview" else f"/operator/{name}") for name in tabs],
        "tab": tab,
        "acts_here": known and "operator" in voice.standing and "administer" in voice.duties,
        "consents": [(one, one.more.split(", ") if one.more else []) for one in waiting],
        "me": voice.person,
        "factor": FACTOR,
        "done": f"of_done_{request.GET['done']}" if request.GET.get("done") in DONE else "",
    }
    return page(request, f"office/{template}.html", status, styles=STYLES, voice=voice, **context)


DONE = (
    "said",
    "asked",
    "agreed",
    "declined",
    "locked",
    "unlocked",
    "signed_out",
    "tokens",
    "retried",
    "announced",
    "down",
)


def _known(request: HttpRequest) -> Voice:
    """Whoever looks at organisations and people: signed in."""
    voice = oversees(reader_of(request))
    if voice.rehearsal:
        operates(desk_of(request), voice)
    return voice


def overview(request: HttpRequest) -> HttpResponseBase:
    """How the installation stands, and what waits for the operator."""
    voice, desk = oversees(reader_of(request)), desk_of(request)
    waiting: list[Organisation] = []
    if not voice.rehearsal:
        everybody = list(Organisation.objects.order_by("-id")[:1000])
        states = admissions(desk.store, everybody)
        waiting = [one for one in everybody if states[one.code] == "pending"]
    return shown(request, "overview", "overview", at=standing(desk), waiting=waiting[:SHOWN], count=len(waiting))


def organisations(request: HttpRequest) -> HttpResponseBase:
    """All organisations, searched by code or name."""
    _known(request)
    asked, after = request.GET.get("q", "").strip()[:100], request.GET.get("after", "")
    listed = Organisation.objects.annotate(people=Count("employments", filter=Q(employments__ended_at=None))).order_by(
        "code"
    )
    if asked:
        listed = listed.filter(Q(code__icontains=asked) | Q(name__icontains=asked) | Q(name_zh__icontains=asked))
    found = list(listed.filter(code__gt=after)[: SHOWN + 1])
    states = admissions(desk_of(request).store, found[:SHOWN])
    rows = [(one, one.called(language_of(request)), states[one.code]) for one in found[:SHOWN]]
    return shown(
        request, "organisations", "organisations", rows=rows, asked=asked, next=found[SHOWN - 1].code if len(found) > SHOWN else "",
        joining=Joining.objects.filter(answer="").count(),
    )  # fmt: skip


def organisation(request: HttpRequest, code: str, problems: tuple[Problem, ...] = ()) -> HttpResponseBase:
    """One organisation: how it stands, its people, its tokens, its licences; what may be done."""
    _known(request)
    one, desk = acts.organisation_of(code), desk_of(request)
    people = Employment.objects.filter(organisation=one, ended_at=None).select_related("person").order_by("id")
    alike = Organisation.objects.filter(Q(name=one.name) & ~Q(name="") | Q(name_zh=one.name_zh) & ~Q(name_zh=""))
    return shown(
        request, "organisation", "organisations", 422 if problems else 200, one=one, title=one.called(language_of(request)),
        state=admission(desk.store, one), dossier=own_dossier(code), people=list(people), problems=problems,
        tokens=[card for card in list_tokens(desk.store, code) if not card.revoked_at], licences=sorted(OFFICES | LICENSED),
        alike=list(alike.exclude(id=one.id)[:SHOWN]), history=_acts(Act.objects.filter(organisation=code)),
    )  # fmt: skip


def organisation_act(request: HttpRequest, code: str) -> HttpResponseBase:
    """Admit, suspend, refuse; end its tokens; ask for licences."""
    voice, desk, do, reason = (
        reader_of(request),
        desk_of(request),
        request.POST.get("do", ""),
        request.POST.get("reason", ""),
    )
    try:
        if do == "license":
            acts.ask(desk, voice, LICENCE, code, reason, doer_of(request), request.POST.getlist("role"))
        elif do == "tokens":
            acts.end_tokens(desk, voice, code, request.POST.get("confirm", ""), reason, doer_of(request))
        else:
            acts.say_word(desk, voice, code, do, reason)
    except Refusal as refusal:
        return organisation(request, code, refusal.problems)
    done = {"license": "asked", "tokens": "tokens"}.get(do, "said")
    return HttpResponseRedirect(f"/operator/organisations/{quote(code)}?done={done}")


def people(request: HttpRequest) -> HttpResponseBase:
    """All people, searched by login name, name or address."""
    _known(request)
    asked, after = request.GET.get("q", "").strip()[:100], request.GET.get("after", "")
    listed = Person.objects.order_by("username")
    if asked:
        listed = listed.filter(Q(username__icontains=asked) | Q(name__icontains=asked) | Q(email__iexact=asked))
    found = list(listed.filter(username__gt=after)[: SHOWN + 1])
    return shown(
        request, "people", "people", rows=found[:SHOWN], asked=asked, next=found[SHOWN - 1].username if len(found) > SHOWN else ""
    )  # fmt: skip


def person(request: HttpRequest, name: str, problems: tuple[Problem, ...] = ()) -> HttpResponseBase:
    """One person: for whom, how signed in, what may be done."""
    _known(request)
    one = acts.person_of(name)
    held = Employment.objects.filter(person=one, ended_at=None).select_related("organisation").order_by("id")
    factors = Authenticator.objects.filter(user=one).values_list("type", flat=True)
    return shown(
        request, "person", "people", 422 if problems else 200, one=one, held=list(held), factors=sorted(factors), problems=problems,
        sessions=UserSession.objects.filter(user=one).count(), history=_acts(Act.objects.filter(Q(whom=name) | Q(who=name))),
    )  # fmt: skip


def person_act(request: HttpRequest, name: str) -> HttpResponseBase:
    """Lock, unlock, sign out; ask for the second factor to be taken away."""
    voice, desk, do, reason = (
        reader_of(request),
        desk_of(request),
        request.POST.get("do", ""),
        request.POST.get("reason", ""),
    )
    doer, done = doer_of(request), "locked"
    try:
        if do == "lock":
            acts.lock(desk, voice, name, reason, doer)
        elif do == "unlock":
            acts.unlock(desk, voice, name, reason, doer)
            done = "unlocked"
        elif do == "factor":
            acts.ask(desk, voice, FACTOR, name, reason, doer)
            done = "asked"
        else:
            acts.sign_out(desk, voice, name, doer)
            done = "signed_out"
    except Refusal as refusal:
        return person(request, name, refusal.problems)
    return HttpResponseRedirect(f"/operator/people/{quote(name)}?done={done}")


def consent(request: HttpRequest, id: int) -> HttpResponseBase:
    """Agree to what another asked for, or decline."""
    agreed = request.POST.get("answer") == "agree"
    found = acts.answer(desk_of(request), reader_of(request), id, agreed, doer_of(request))
    where = f"organisations/{quote(found.whom)}" if found.what == LICENCE else f"people/{quote(found.whom)}"
    return HttpResponseRedirect(f"/operator/{where}?done={'agreed' if agreed else 'declined'}")


def retry(request: HttpRequest) -> HttpResponseBase:
    """Try work now that failed and waits."""
    acts.retry(desk_of(request), reader_of(request), request.POST.get("task", "")[:200], doer_of(request))
    return HttpResponseRedirect("/operator?done=retried#queues")


def set_here(request: HttpRequest) -> HttpResponseBase:
    """The settings as they stand; secrets only as set."""
    _known(request)
    return shown(request, "settings", "settings", settings=settings(os.environ), at=standing(desk_of(request)))


def announcements(request: HttpRequest, problems: tuple[Problem, ...] = ()) -> HttpResponseBase:
    """What everybody is told, was told and will be."""
    _known(request)
    rows = list(Announcement.objects.order_by("-id")[:SHOWN])
    given = {name: request.POST.get(name, "") for name in ("en", "zh", "since", "until")}
    return shown(
        request, "announcements", "announcements", 422 if problems else 200, rows=rows, now=timezone.now(), problems=problems, given=given
    )  # fmt: skip


def announce(request: HttpRequest) -> HttpResponseBase:
    """Tell everybody; moments are of the platform's own time, as its pages show them."""
    try:
        since, until = (_moment(request.POST.get(name, "")) for name in ("since", "until"))
        words = Text(request.POST.get("en", ""), request.POST.get("zh", ""))
        acts.announce(
            desk_of(request),
            reader_of(request),
            words,
            since or timezone.now(),
            until or timezone.now(),
            doer_of(request),
        )
    except Refusal as refusal:
        return announcements(request, refusal.problems)
    return HttpResponseRedirect("/operator/announcements?done=announced")


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, MOMENT).replace(tzinfo=timezone.get_current_timezone())
    except ValueError:
        return None


def take_down(request: HttpRequest, id: int) -> HttpResponseBase:
    acts.take_down(desk_of(request), reader_of(request), id, doer_of(request))
    return HttpResponseRedirect("/operator/announcements?done=down")


def acts_done(request: HttpRequest) -> HttpResponseBase:
    """What was done to people and organisations, by whom."""
    _known(request)
    before = request.GET.get("before", "")
    listed = Act.objects.filter(id__lt=int(before)) if before.isdecimal() and len(before) < 16 else Act.objects.all()
    found = _acts(listed, 100)
    return shown(request, "acts", "acts", rows=found, next=found[-1][0].id if len(found) == 100 else 0)


def _acts(listed: Any, most: int = 20) -> list[tuple[Act, str]]:
    return [(one, f"ac_did_{one.what.replace(' ', '_')}") for one in listed.order_by("-id")[:most]]


def law(request: HttpRequest) -> HttpResponseBase:
    """The packs with their tables, sources and coverage."""
    return shown(request, "law", "law", packs=law_page.packs(desk_of(request).law, desk_of(request).today()))


URLS: list[URLPattern] = [
    path("operator", only(overview, *READ)),
    path("operator/organisations", only(organisations, *READ)),
    path("operator/organisations/<str:code>", only(organisation, *READ)),
    path("operator/organisations/<str:code>/do", only(organisation_act, *DO)),
    path("operator/people", only(people, *READ)),
    path("operator/people/<str:name>", only(person, *READ)),
    path("operator/people/<str:name>/do", only(person_act, *DO)),
    path("operator/consents/<int:id>", only(consent, *DO)),
    path("operator/queues/retry", only(retry, *DO)),
    path("operator/law", only(law, *READ)),
    path("operator/settings", only(set_here, *READ)),
    path("operator/announcements", only(announcements, *READ)),
    path("operator/announcements/new", only(announce, *DO)),
    path("operator/announcements/<int:id>/end", only(take_down, *DO)),
    path("operator/acts", only(acts_done, *READ)),
]
