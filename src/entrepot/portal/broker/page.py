"""The pages of the broker's day: `/worklist`, and on a dossier its copy, its parts, its withdrawal and the answers of customs."""

from typing import Any
from urllib.parse import quote, urlencode
from weakref import WeakKeyDictionary

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from entrepot.kernel.intake import Refusal
from entrepot.kernel.vocabulary.clearance import WITHDRAWAL
from entrepot.portal.api import LARGEST_PAPER
from entrepot.portal.broker.bulk_send import MOST, send_each
from entrepot.portal.broker.copying import copy
from entrepot.portal.broker.parting import part
from entrepot.portal.broker.transcribing import KINDS, NOTICES, answered, transcribe
from entrepot.portal.broker.worklist import STAGES, Rows
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.portal.pages import DO, READ, only, page, reader_of
from entrepot.portal.saying import own_words
from entrepot.portal.web import TooMuch, desk_of

_ROWS: WeakKeyDictionary[Desk, Rows] = WeakKeyDictionary()


def rows_of(desk: Desk) -> Rows:
    """The rows that this desk keeps."""
    rows = _ROWS.get(desk)
    if rows is None:
        rows = _ROWS[desk] = Rows(desk)
    return rows


def work(request: HttpRequest, outcomes: Any = ()) -> HttpResponseBase:
    """The worklist, at one stage or of one client if asked."""
    voice, desk = reader_of(request), desk_of(request)
    stage, client, cursor = (request.GET.get(name, "").strip() for name in ("stage", "client", "cursor"))
    stage = stage if stage in STAGES else ""
    before = int(cursor) if cursor.isdecimal() and len(cursor) < 18 else None
    listed = rows_of(desk).page(voice, stage, client[:100], before)
    older = urlencode({"stage": stage, "client": client[:100], "cursor": listed.next}) if listed.next else ""
    return page(
        request, "work.html", voice=voice, listed=listed, stages=STAGES.items(), stage=stage, client=client[:100], older=older,
        outcomes=outcomes, to_confirm=any(one.stage == "to_confirm" for one in listed.work),
    )  # fmt: skip


def send_chosen(request: HttpRequest) -> HttpResponseBase:
    """Send the declarations ticked; the page tells of each what became of it."""
    voice, desk = reader_of(request), desk_of(request)
    chosen = [tuple(one.rsplit(" ", 1)) for one in request.POST.getlist("chosen")[:MOST] if " " in one]
    confirm = request.POST.get("confirm", "").strip()[:1000]
    outcomes = list(send_each(desk, voice, [(dossier, digest) for dossier, digest in chosen], confirm))
    return work(request, outcomes)


def copy_trade(request: HttpRequest, id: str) -> HttpResponseBase:
    """A new trade begun as a copy of this one."""
    new = request.POST.get("as", "").strip()[:100]
    copied = copy(desk_of(request), id, new, reader_of(request), prices=request.POST.get("prices") == "on")
    return HttpResponseRedirect(f"/d/{quote(copied.dossier)}")


def part_trade(request: HttpRequest, id: str) -> HttpResponseBase:
    """The trade declared in parts; then the worklist shows them."""
    part(desk_of(request), id, reader_of(request))
    return HttpResponseRedirect("/worklist")


def withdraw(request: HttpRequest, id: str) -> HttpResponseBase:
    """Ask for the declaration back: the request stands on the sheet and is sent from there."""
    desk, voice = desk_of(request), reader_of(request)
    body = {
        "kind": request.POST.get("kind", ""),
        "asked_on": desk.today().isoformat(),
        "reason": request.POST.get("reason", "").strip()[:1000],
    }
    if number := request.POST.get("declaration", "").strip():
        body["declaration"] = number
    replaces = own_words(desk, voice, id, WITHDRAWAL.name, "")
    desk.say(id, [Draft(WITHDRAWAL.name, body, replaces=replaces)], voice)
    return HttpResponseRedirect(f"/d/{quote(id)}#found-declaration.cancellation")


def answers(request: HttpRequest, id: str) -> HttpResponseBase:
    """The form for what customs answered by paper or screen; what is wrong is told beside what was filled in."""
    voice, desk = reader_of(request), desk_of(request)
    reading = desk.read(id, voice)
    problems: tuple[Any, ...] = ()
    if request.method == "POST":
        upload = request.FILES.get("paper")
        if upload is not None and (upload.size is None or upload.size > LARGEST_PAPER):
            raise TooMuch(LARGEST_PAPER)
        try:
            answer = answered(request.POST.get)
            paper = (str(upload.name)[:200], upload.read()) if upload is not None else None
            transcribe(desk, id, voice, answer, paper)
            return HttpResponseRedirect(f"/d/{quote(id)}")
        except Refusal as refusal:
            problems = refusal.problems
    numbers = sorted(fact.key for fact in reading.facts if fact.topic == "customs.acceptance")
    filled = {
        name: request.POST.get(name, "") for name in ("kind", "number", "on", "text", "exported_on", "notice", "due_by")
    }
    filled["number"] = filled["number"] or (numbers[-1] if numbers else "")
    filled["on"] = filled["on"] or desk.today().isoformat()
    return page(
        request, "answers.html", 422 if problems else 200, voice=voice, reading=reading, problems=problems, filled=filled,
        kinds=KINDS.items(), notices=NOTICES,
    )  # fmt: skip


URLS: list[URLPattern] = [
    path("worklist", only(work, *READ)),
    path("worklist/send", only(send_chosen, *DO)),
    path("d/<str:id>/copy", only(copy_trade, *DO)),
    path("d/<str:id>/part", only(part_trade, *DO)),
    path("d/<str:id>/withdraw", only(withdraw, *DO)),
    path("d/<str:id>/answers", only(answers, *READ, *DO)),
]
