"""The pages: a dossier as of a moment, who looked at what, what was shown, and exports."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from entrepot.kernel.intake import Refusal
from entrepot.kernel.text import Problem, Text
from entrepot.portal.audit import exports, looking
from entrepot.portal.audit.as_of import AsOf, moments_of, moved_between, read_as_of
from entrepot.portal.audit.asking import day_of, file_response, moment_of
from entrepot.portal.audit.filed import VERDICTS, filed
from entrepot.portal.audit.words import DOORS, EXPORT_STATES, SCOPES
from entrepot.portal.desk import COUNTING_OFFICE, Desk
from entrepot.portal.pages import DO, READ, only, page, reader_of
from entrepot.portal.sheet_page import around
from entrepot.portal.web import desk_of
from entrepot.store.outbox import stamp

STYLES = ("audit.css",)
LISTED = 200  # moments in the list of a page; the form takes any other


def as_of(request: HttpRequest, id: str) -> HttpResponseBase:
    """A dossier as of a moment, what stands otherwise now (or at another moment), and what was filed drawn again."""
    desk, voice = desk_of(request), reader_of(request)
    given, other = request.GET.get("at", "").strip(), request.GET.get("with", "").strip()
    moments, problems = moments_of(desk, id, voice), tuple[Problem, ...]()
    here = there = None
    try:
        at = moment_of(given) if given else (moments[-1] if moments else desk.store.clock())
        here = read_as_of(desk, id, at, voice)
        there = _other(desk, id, voice, at, other, moments)
    except Refusal as refusal:
        problems = refusal.problems
        at = moments[-1] if moments else desk.store.clock()
        here = read_as_of(desk, id, at, voice)
    first, second = (there, here) if there is None or there.moment <= here.moment else (here, there)
    moved = [] if there is None else moved_between(first.reading if first else None, second.reading, second.looks)
    now = desk.read(id, voice)
    place = next((number for number, one in enumerate(moments) if one >= here.moment), len(moments) - 1)
    return page(
        request, "audit/as_of.html", 422 if problems else 200, styles=STYLES, voice=voice, **around(now, voice, "timeline"), as_of=here,
        with_=there, moved=moved, problems=problems, at=_written(here.moment), other=other,
        moments=[(one, _written(one), stamp(one), one == here.moment) for one in reversed(moments[-LISTED:])],
        earlier=stamp(moments[place - 1]) if place > 0 else "",
        later=stamp(moments[place + 1]) if 0 <= place < len(moments) - 1 else "",
        filed=[(one, VERDICTS[one.verdict]) for one in filed(desk, id, voice)], first=first, second=second,
    )  # fmt: skip


def _other(desk: Desk, id: str, voice: Any, at: datetime, other: str, moments: list[datetime]) -> AsOf | None:
    """What the moment is compared with: the one named, now (`now`), or else the last before it; None where there is none."""
    if other == "now":
        return read_as_of(desk, id, desk.store.clock(), voice)
    if other:
        return read_as_of(desk, id, moment_of(other, "with"), voice)
    before = [one for one in moments if one < at]
    return read_as_of(desk, id, before[-1], voice) if before else None


def _written(moment: datetime) -> str:
    """A moment in the counting office's time, as a form takes it."""
    return moment.astimezone(COUNTING_OFFICE).replace(tzinfo=None).isoformat(timespec="seconds")


def reads(request: HttpRequest) -> HttpResponseBase:
    """Who looked at what, as far as the reader may ask."""
    desk, voice, asked = desk_of(request), reader_of(request), request.GET
    mine = looking.scopes(voice)
    scope: Any = asked.get("scope") if asked.get("scope") in mine else next(iter(mine), "mine")
    problems: tuple[Problem, ...] = ()
    which = looking.Asked()
    try:
        which = looking.Asked(
            asked.get("dossier", "").strip()[:100], asked.get("organisation", "").strip()[:100], asked.get("person", "").strip()[:150],
            day_of(asked.get("since", ""), "since"), day_of(asked.get("until", ""), "until"), asked.get("personal") == "1",
        )  # fmt: skip
    except Refusal as refusal:
        problems = refusal.problems
    before = asked.get("before", "")
    found = looking.looked(desk, voice, scope, which, int(before) if before.isdecimal() and len(before) < 18 else 0)
    older = found[-1].number if len(found) == looking.PAGE else 0
    kept = [(name, value) for name, value in asked.items() if name not in ("before", "scope")]
    return page(
        request, "audit/reads.html", 422 if problems else 200, styles=STYLES, voice=voice, scope=scope, problems=problems, asked=which,
        scopes=[(one, SCOPES[one]) for one in mine], about=SCOPES[f"{scope}_more"],
        rows=[(one, _written(datetime.fromisoformat(one.at)).replace("T", " "), door_words(one.door)) for one in found],
        may_show=scope in ("all", "ours"),
        older=urlencode([*kept, ("scope", scope), ("before", str(older))]) if older else "",
    )  # fmt: skip


def door_words(door: str) -> Text:
    """A door in words: a page, the API, the command line, or the platform's own work for a subscriber."""
    if door.startswith("entrepot"):
        return DOORS["command"]
    if door == "behind":
        return DOORS["behind"]
    return DOORS["api" if " /api/" in door else "page"]


def shown(request: HttpRequest, number: str) -> HttpResponseBase:
    """What a read showed."""
    desk, voice = desk_of(request), reader_of(request)
    one, sheet = looking.shown(desk, voice, int(number) if number.isdecimal() and len(number) < 18 else -1)
    at = _written(datetime.fromisoformat(one.at)).replace("T", " ")
    return page(
        request, "audit/shown.html", styles=STYLES, voice=voice, one=one, as_of=sheet, at=at, door=door_words(one.door)
    )


def export(request: HttpRequest) -> HttpResponseBase:
    """All exports of the organisation, and one more."""
    desk, voice = desk_of(request), reader_of(request)
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            kind: Any = "period" if request.POST.get("kind") == "period" else "enterprise"
            days = [
                day_of(request.POST.get(name, ""), name) if kind == "period" else None for name in ("since", "until")
            ]
            exports.order(desk, voice, exports.AskedExport(kind, *days))
            return HttpResponseRedirect("/enterprise/export")
        except Refusal as refusal:
            problems = refusal.problems
    now = desk.store.clock()
    cards = exports.listed(desk, voice)
    return page(
        request, "audit/export.html", 422 if problems else 200, styles=STYLES, voice=voice, problems=problems,
        kinds=exports.may_export(voice),
        cards=[(one, _state(one, now), exports.notice_of(one), _size(one.size), one.ends_at[:10]) for one in cards],
        waiting=any(one.state == "waiting" for one in cards), days=exports.KEPT_DAYS, key=desk.store.log_key,
        until=desk.today().isoformat(), since=(desk.today() - timedelta(days=30)).isoformat(), visitor=voice.rehearsal,
    )  # fmt: skip


def _state(one: exports.ExportCard, now: datetime) -> tuple[str, Text, str]:
    state = "ended" if one.state == "ready" and one.ends_at <= stamp(now) else one.state
    words, badge = EXPORT_STATES[state]
    return state, words, badge


def _size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= 100_000 else f"{size / 1e3:,.1f} kB"


def fetch(request: HttpRequest, id: str) -> HttpResponseBase:
    return file_response(request, *exports.fetch(desk_of(request), reader_of(request), id))


def here(dossier: str, moment: str) -> str:
    """The address of a dossier as of a moment."""
    return f"/d/{quote(dossier, safe='')}/as-of?{urlencode({'at': moment})}"


URLS: list[URLPattern] = [
    path("d/<str:id>/as-of", only(as_of, *READ)),
    path("audit", only(reads, *READ)),
    path("audit/<str:number>", only(shown, *READ)),
    path("enterprise/export", only(export, *READ, *DO)),
    path("enterprise/export/<str:id>", only(fetch, *READ)),
]
