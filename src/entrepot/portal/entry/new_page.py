"""Guided entry: `/new` asks what one wants; then what and to whom, the papers, the few questions left, and the check.

The dossier is opened by the first real answer; whoever leaves finds it again in the list of trades and here. What is left to ask
is what the sheet waits for, no second set of rules.
"""

from typing import Any
from urllib.parse import quote

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.kernel.intake import Refusal
from entrepot.kernel.text import Problem
from entrepot.kernel.topics import ROLES
from entrepot.kernel.vocabulary.answers import PAPER
from entrepot.kernel.why import NoSuchPlace
from entrepot.portal.api import LARGEST_PAPER
from entrepot.portal.classifying import Classified, asked_from, classify
from entrepot.portal.desk import Desk, NoSuchDossier
from entrepot.portal.doubting import PaperRead
from entrepot.portal.drafting import questions_in
from entrepot.portal.drafts import problem
from entrepot.portal.entry.begin import WAYS, Begun, Way, begun_of, may_begin, new_number, open_trade
from entrepot.portal.entry.choices import inline
from entrepot.portal.entry.forms import form_of
from entrepot.portal.entry.place import place_of
from entrepot.portal.entry.say_page import SCRIPTS, STYLES, done_word, sayable_topics, to_ask
from entrepot.portal.entry.words import FIRST
from entrepot.portal.ids import uuid7
from entrepot.portal.pages import DO, READ, language_of, only, page, reader_of
from entrepot.portal.reading import Fact, Found, Reading, problems_of, waiting
from entrepot.portal.sheet_deciding import say_address
from entrepot.portal.sheet_next import waited_for
from entrepot.portal.sheet_page import placed
from entrepot.portal.web import desk_of

STEPS = ("goods", "papers", "questions", "check")
MOST_PAPERS, SHOWN, RECENT = 20, 200, 6
LINKS = {"papers": "questions", "questions": "check"}


class Handed(Struct, frozen=True):
    """A paper of the trade, as read; or a file that was refused, with the problems."""

    name: str
    paper: PaperRead | None = None
    problems: tuple[Problem, ...] = ()


def new(request: HttpRequest) -> HttpResponseBase:
    """What does one want? And what was begun before."""
    voice, desk = reader_of(request), desk_of(request)
    recent = [card for card in desk.dossiers(voice, limit=RECENT * 2).dossiers if card.kind == "trade"][:RECENT]
    return page(
        request, "entry/new.html", styles=STYLES, scripts=SCRIPTS, voice=voice, wants=WAYS, recent=recent, may=may_begin(voice),
        fresh=new_number("export", desk.today()),
    )  # fmt: skip


def begin(request: HttpRequest, way: str) -> HttpResponseBase:
    """The first step: what goods, to whom; with candidates for the code. It opens the dossier."""
    voice, desk = reader_of(request), desk_of(request)
    known: Way | None = next((one for one in WAYS if one == way), None)
    if known is None or not may_begin(voice):
        raise NoSuchPlace(way)
    begun = begun_of(known, request.POST, new_number(way, desk.today()), uuid7(desk.store.clock()))
    problems: tuple[Problem, ...] = ()
    answers = [one for one in request.POST.getlist("answer") if "=" in one][:20]
    if request.method == "POST" and "classify" not in request.POST and "reply" not in request.POST:
        try:
            return _opened(desk, begun, voice)
        except Refusal as refusal:
            problems = refusal.problems
    found = _classified(desk, voice, request, begun, answers) if request.method == "POST" else None
    return page(
        request, "entry/begin.html", 422 if problems else 200, styles=STYLES, scripts=SCRIPTS, voice=voice, way=way, begun=begun,
        texts=begun.texts, steps=_steps("goods", ""), problems=problems, wrong={one.where for one in problems}, found=found,
        answers=answers, suggestion=found.suggestion if found else None,
        lists=inline(desk.law, desk.today(), ("country", "currency", "unit", "incoterm"), language_of(request)),
    )  # fmt: skip


def _opened(desk: Desk, begun: Begun, voice: Voice) -> HttpResponseBase:
    """The dossier opened, or found open where the form was sent before."""
    try:
        desk.read(begun.dossier, voice)
    except NoSuchDossier:
        open_trade(desk, begun, voice)
    step = "questions" if begun.way == "price" else "papers"
    return HttpResponseRedirect(f"/new/{quote(begun.dossier, safe='')}/{step}")


def _classified(desk: Desk, voice: Voice, request: HttpRequest, begun: Begun, answers: list[str]) -> Classified | None:
    """Candidates for the goods code, where there is a description and no code yet."""
    if not begun.of("goods") or (begun.of("hs") and "classify" not in request.POST):
        return None
    if "reply" in request.POST and "=" in request.POST["reply"]:
        answers.append(request.POST["reply"])
    asked = {"text": begun.of("goods"), "answers": dict(one.split("=", 1) for one in answers)}
    try:
        return classify(desk, voice, asked_from(asked))
    except Refusal as refusal:
        return Classified("refused", problems=refusal.problems)


def papers(request: HttpRequest, id: str) -> HttpResponseBase:
    """The second step: papers handed in, several at once; what was read is shown field by field."""
    voice, desk = reader_of(request), desk_of(request)
    refused: list[Handed] = []
    if request.method == "POST":
        for upload in request.FILES.getlist("papers")[:MOST_PAPERS]:
            if problems := _handed_in(desk, id, upload, voice):
                refused.append(Handed(str(upload.name)[:200], None, problems))
        if not refused:
            return HttpResponseRedirect(f"/new/{quote(id, safe='')}/papers")
    reading = desk.read(id, voice)
    to_have = desk.papers_to_have(id, voice)
    handed = [
        _paper(desk, id, fact, voice) for fact in reading.facts if fact.topic == PAPER.name and fact.key in to_have
    ]
    return _step(
        request, "papers", reading, voice, handed=handed[:SHOWN], refused=refused, most=MOST_PAPERS,
        pending=any(one.paper is not None and one.paper.reading == "pending" for one in handed),
    )  # fmt: skip


def _handed_in(desk: Desk, id: str, upload: "UploadedFile[bytes]", voice: Voice) -> tuple[Problem, ...]:
    """Hand one file in; what is wrong with it keeps no other back."""
    if upload.size is None or upload.size > LARGEST_PAPER:
        bound = LARGEST_PAPER >> 20
        return (
            problem(
                "FM05",
                "paper",
                f"it is larger than {bound} MB",
                f"文件超过 {bound} MB",
                "hand its parts in",
                "请拆分后提交",
            ),
        )
    try:
        desk.hand_in(id, str(upload.name)[:200], upload.read(), voice)
    except Refusal as refusal:
        return refusal.problems
    return ()


def _paper(desk: Desk, id: str, fact: Fact, voice: Voice) -> Handed:
    read = desk.paper(id, fact.key, voice)
    return Handed(read.name, read)


def questions(request: HttpRequest, id: str) -> HttpResponseBase:
    """The third step: what only a person can say, in the order of what it unlocks; the first with its form."""
    voice, desk = reader_of(request), desk_of(request)
    language, reading = language_of(request), desk.read(id, voice)
    topics = sayable_topics(desk, id, voice)
    disputed = {(fact.topic, fact.key) for fact in reading.facts if fact.conflicts}
    waits = sorted(
        (one for one in waiting(reading) if to_ask(one, topics, voice) and (one.topic, one.key) not in disputed),
        key=lambda one: (-len(one.holds_up), one.topic not in FIRST, one.topic, one.key),
    )
    first = next((one for one in waits if not topics[one.topic].keyed or one.key), None)
    doubtful = [
        fact for fact in reading.facts
        if fact.topic == PAPER.name and fact.key in desk.papers_to_have(id, voice) and desk.paper(id, fact.key, voice).doubts
    ]  # fmt: skip
    shown: dict[str, Any] = {}
    if first is not None:
        topic = topics[first.topic]
        place = place_of(desk, id, topic, first.key, voice)
        form = form_of(topic, language, value=place.value)
        shown = {
            "form": form, "topic": topic, "key": first.key, "place": place, "seen": place.seen,
            "id": uuid7(desk.store.clock()), "lists": inline(desk.law, desk.today(), form.lists, language),
        }  # fmt: skip
    rest = [(one, topics[one.topic], waited_for(one, desk.registry.topics)) for one in waits if one is not first]
    return _step(
        request, "questions", reading, voice, done=done_word(request), wait=first, rest=rest,
        asked=waited_for(first, desk.registry.topics) if first else None, drafted=questions_in(reading), doubtful=doubtful,
        conflicts=[fact for fact in reading.facts if fact.conflicts], **shown,
    )  # fmt: skip


def check(request: HttpRequest, id: str) -> HttpResponseBase:
    """The last step: what stands, what is wrong with the way to each field, who is waited for, what to do next."""
    voice, desk = reader_of(request), desk_of(request)
    reading = desk.read(id, voice)
    topics = sayable_topics(desk, id, voice)
    told = [(one, _form_of(reading, found, one, topics)) for one, found in problems_of(reading)]
    waits = [(one, to_ask(one, topics, voice)) for one in waiting(reading)]
    facts = [
        fact
        for fact in reading.facts
        if fact.topic in ("goods.line", "trade.party", "trade.terms", "transport.plan", "packing.totals")
    ]
    return _step(
        request, "check", reading, voice, told=told[:SHOWN], mine=sum(mine for _, mine in waits),
        others=[waited_for(one, desk.registry.topics) for one, mine in waits if not mine and ROLES.keys() & set(one.who)][:SHOWN],
        stands=facts[:SHOWN],
        ready=[found for found in reading.findings if found.sends and found.status in ("found", "needs_review")],
    )  # fmt: skip


def _form_of(reading: Reading, found: Found, one: Problem, topics: Any) -> str:
    """The address of the form in which a problem is mended; empty where the reader says nothing there."""
    _, fact, field = placed(reading, found, one)
    if fact is None or fact.topic not in topics:
        return ""
    asked = f"?field={quote(field)}#f-{quote(field)}" if field else ""
    return say_address(reading.dossier, fact.topic, fact.key) + asked


def _step(request: HttpRequest, step: str, reading: Reading, voice: Voice, **more: Any) -> HttpResponseBase:
    return page(
        request, f"entry/{step}.html", styles=STYLES, scripts=SCRIPTS, voice=voice, reading=reading,
        steps=_steps(step, reading.dossier), here_step=f"/new/{quote(reading.dossier, safe='')}/{step}",
        onward=f"/new/{quote(reading.dossier, safe='')}/{LINKS.get(step, 'check')}", **more,
    )  # fmt: skip


def _steps(here: str, id: str) -> list[tuple[str, str, str]]:
    """The step bar: each step's word, whether it is done, here or ahead, and its address once the trade is open."""
    at = STEPS.index(here)
    return [
        (
            f"entry_step_{step}",
            "here" if place == at else "done" if place < at else "",
            f"/new/{quote(id, safe='')}/{step}" if id and place else "",
        )
        for place, step in enumerate(STEPS)
    ]


URLS: list[URLPattern] = [
    path("new", only(new, *READ)),
    path("new/<str:way>", only(begin, *READ, *DO)),
    path("new/<str:id>/papers", only(papers, *READ, *DO)),
    path("new/<str:id>/questions", only(questions, *READ)),
    path("new/<str:id>/check", only(check, *READ)),
]
