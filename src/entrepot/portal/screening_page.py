"""The pages of screening: a name asked at `/screen`, and a dossier's hits side by side with a form to decide each."""

from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from entrepot.kernel.intake import Refusal
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.clearance import SCREENING
from entrepot.kernel.why import NoSuchPlace
from entrepot.modules.screening.facts import DECISION, OFFICERS
from entrepot.modules.screening.rules.index import ENTRIES
from entrepot.portal.drafts import Draft
from entrepot.portal.pages import DO, READ, only, page, reader_of
from entrepot.portal.reading import Reading
from entrepot.portal.saying import own_words
from entrepot.portal.screening import LONGEST, Screened, name_from, screen
from entrepot.portal.screening_words import KINDS, STATES
from entrepot.portal.web import desk_of, json_response, told, voice_of

_ASKED = ("name", "country", "born", "number", "kind")
_CHOICES = (("", None), *((kind, KINDS[kind]) for kind in ("party", "vessel", "aircraft")))


def ask(request: HttpRequest) -> HttpResponseBase:
    """The form, and what was found for the name filled in. A name is sent in a form's body, so that no address keeps it."""
    voice, desk = reader_of(request), desk_of(request)
    filled = {name: request.POST.get(name, "").strip()[:LONGEST] for name in _ASKED}
    found: Screened | None = None
    problems: tuple[Any, ...] = ()
    if request.method == "POST":
        try:
            found = screen(desk, voice, name_from(filled))
        except Refusal as refusal:
            problems = refusal.problems
    return page(
        request, "screen.html", voice=voice, filled=filled, found=found, problems=problems, kinds=_CHOICES, names=KINDS
    )


def hits(request: HttpRequest, id: str, problems: tuple[Any, ...] = ()) -> HttpResponseBase:
    """The hits of a dossier, each beside what was said, for those who may read them."""
    voice, desk = reader_of(request), desk_of(request)
    reading = desk.read(id, voice)
    finding = next((one for one in reading.findings if one.topic == SCREENING.name), None)
    if finding is None:
        raise NoSuchPlace(SCREENING.name)
    reasons = {fact.key: (fact.value or {}).get("reason", "") for fact in reading.facts if fact.topic == DECISION.name}
    shown = []
    for hit in (finding.value or {}).get("hits", ()):
        row = desk.law.read(f"{hit['pack']}/{ENTRIES}", reading.day, {"entry": hit["entry"]})
        shown.append(
            {
                "hit": hit,
                "row": row,
                "said": _said(reading, hit["subject"], hit["said"]),
                "state": STATES[hit.get("state", "open")],
                "reason": reasons.get(hit["id"], ""),
            }
        )
    titles = {card.name: Text(card.title["en"], card.title["zh"]) for card in desk.law.packs}
    for one in shown:
        one["title"] = titles[one["hit"]["pack"]]
        one["kind"] = KINDS.get(one["row"]["kind"]) if one["row"] is not None else None
    may = bool(OFFICERS & set(reading.roles))
    return page(
        request, "screening.html", 422 if problems else 200, voice=voice, reading=reading, finding=finding, shown=shown,
        may_decide=may, problems=problems, done=request.GET.get("done") == "1",
    )  # fmt: skip


def _said(reading: Reading, subject: str, said: str) -> dict[str, Any]:
    """The fact that a hit's subject (`trade.party/importer.name`) stands in, as far as it tells who it is."""
    place = subject.rpartition(".")[0]
    topic, _, key = place.partition("/")
    for fact in reading.facts:
        if fact.topic == topic and fact.key == key and isinstance(fact.value, dict):
            names = ("name", "name_zh", "country", "uscc", "conveyance", "voyage", "invoiced_by")
            return {name: text for name in names if (text := fact.value.get(name)) and text != said}
    return {}


def decide(request: HttpRequest, id: str, hit: str) -> HttpResponseBase:
    """A decision on a hit, from the form; it takes the place of one's own before."""
    voice, desk = reader_of(request), desk_of(request)
    body: dict[str, Any] = {
        "decision": request.POST.get("decision", ""),
        "reason": request.POST.get("reason", "").strip(),
        "decided_on": desk.today().isoformat(),
    }
    if until := request.POST.get("until", "").strip():
        body["until"] = until
    replaces = own_words(desk, voice, id, DECISION.name, hit)
    try:
        desk.say(id, [Draft(DECISION.name, body, hit, replaces=replaces)], voice)
    except Refusal as refusal:
        return hits(request, id, refusal.problems)
    return HttpResponseRedirect(f"/d/{quote(id)}/screening?done=1#hit-{quote(hit)}")


def answer(request: HttpRequest) -> HttpResponseBase:
    """`GET /api/v1/screen?name=…` for programs; for whoever proves who is asking."""
    asked = {name: value for name in _ASKED if (value := request.GET.get(name, "").strip())}
    return json_response(screen(desk_of(request), voice_of(request), name_from(asked)))


URLS: list[URLPattern] = [
    path("screen", only(ask, *READ, *DO)),
    path("d/<str:id>/screening", only(hits, *READ)),
    path("d/<str:id>/screening/<str:hit>", only(decide, *DO)),
    path("api/v1/screen", told(answer, "GET", "HEAD")),
]
