"""The dossier as a sheet, on several pages so that the first is light: where it stands and what was found, what was said, papers,
timeline; and why. What is alike on many lines is one row of the sheet, which opens into a page of its own."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.kernel.sheet import natural
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.topics import TRADERS
from entrepot.kernel.why import NoSuchPlace
from entrepot.modules.declaration.rules.fields import HEAD
from entrepot.modules.declaration.rules.fields import LINES as LINES_SAID
from entrepot.portal.access import second
from entrepot.portal.brief import FIRST
from entrepot.portal.broker.worklist import SHOWN as ON_THE_WORK_LIST
from entrepot.portal.broker.worklist import Work, drawn
from entrepot.portal.desk import Desk, NoSuchDossier
from entrepot.portal.doubting import PaperRead
from entrepot.portal.entry.say_page import NOT_BY_FORM
from entrepot.portal.folding import Fold, folded, waits_folded
from entrepot.portal.pages import DO, READ, hand_in, only, page, reader_of
from entrepot.portal.reading import Fact, Found, Reading, Waiting, problems_of, waiting
from entrepot.portal.sheet_deciding import decisions, say_address
from entrepot.portal.sheet_next import one_key, stages, standing
from entrepot.portal.sheet_timeline import timeline
from entrepot.portal.sheet_words import ROOMS
from entrepot.portal.titles import opened
from entrepot.portal.web import desk_of
from entrepot.store.store import DossierCard

# Of a long dossier a page shows the first of each list and counts the rest, which the API gives whole.
SHOWN = 50
ALIKE = 5  # of facts alike, so many stand on the page of what was said
LINES = 50  # on a page of one topic; a declaration holds 50
LATEST = 5
SIDES = ("exporter", "importer")  # of a trade; others stand among what was said
TALK = frozenset({"dossier.comment", "dossier.note"})
PAPERS = frozenset({"paper.received", "paper.doubts", "paper.unread"})

T = TypeVar("T", Fact, Found)


class Room(Struct, frozen=True):
    """What one room found: its name, how often each status, and its answers, those alike folded."""

    name: Text
    counts: tuple[tuple[str, int], ...]
    folds: tuple[Fold[Found], ...]


class Told(Struct, frozen=True):
    """A problem, where on the sheet it is seen, and where it is mended, if the reader may."""

    problem: Problem
    jump: str
    mend: str


def sheet(request: HttpRequest, id: str) -> HttpResponseBase:
    """The first page of a dossier: where it stands, what is next, what waits, what is wrong, what was found."""
    voice, desk = reader_of(request), desk_of(request)
    reading = desk.read(id, voice)
    topics, sayable = desk.registry.topics, sayable_by(desk, reading, voice)
    waits, told = waits_folded(_asked(reading)), problems_of(reading)
    papers = [fact for fact in reading.facts if fact.topic == "paper.received"]
    to_have = desk.papers_to_have(id, voice) if papers else frozenset()
    key, rest, beside = _rooms(reading)
    return page(
        request,
        "sheet.html",
        voice=voice,
        **around(reading, voice, "sheet"),
        **of_findings(reading, voice),
        standing=standing(reading, topics, work_of(desk, reading, voice)),
        stages=stages(reading, topics),
        decisions=decisions(reading, topics) if "say" in voice.duties else (),
        waits=[(wait, _label(desk, wait.topic), _mine(reading, wait, sayable), _held_up(desk, wait)) for wait in waits[:SHOWN]],
        problems=[
            Told(one, _jump(reading, found, one), _mend(desk, reading, found, one, sayable)) for one, found in told[:SHOWN]
        ],
        conflicts=[(fact, place_address(id, "said", fact.topic, fact.key)) for fact in reading.facts if fact.conflicts][:SHOWN],
        more={"waits": len(waits) - SHOWN, "told": len(told) - SHOWN},
        key=key,
        rooms=rest,
        beside=beside,
        papers=[(paper, awaiting(desk, id, paper, to_have, voice)) for paper in papers[:LATEST]],
        papers_left=len(papers) - LATEST,
        to_have=to_have,
        two_persons=second.asked_for(desk, id, voice),
        may_part=any(found.topic == "declaration.split" and found.value is not None for found in reading.findings),
        accepted=[fact.key for fact in reading.facts if fact.topic == "customs.acceptance"],
        draft_title=any(found.topic == "titles.draft" and found.value for found in reading.findings),
        titles=list(_titles(desk, reading, voice)),
        notice=request.GET.get("done") if request.GET.get("done") in ("taken", "sent") else "",
    )  # fmt: skip


def _titles(desk: Desk, reading: Reading, voice: Voice) -> Iterator[Fact]:
    """The titles issued on these goods that open for whoever reads: others are members of the trade and in no title."""
    for fact in reading.facts:
        with suppress(NoSuchDossier):
            if fact.topic == "title.issued" and opened(desk, voice, fact.key):
                yield fact


def around(reading: Reading, voice: Voice, here: str) -> dict[str, Any]:
    """What every page of a dossier shows: its name, its pages with their counts, and which one this is."""
    said = [fact for fact in reading.facts if fact.topic not in TALK | PAPERS]
    return {
        "reading": reading,
        "here_in": here,
        "counts": {
            "said": len(said),
            "papers": sum(fact.topic == "paper.received" for fact in reading.facts),
            "talk": sum(fact.topic in TALK for fact in reading.facts),
        },
        "parties": [
            (fact.key, fact.value.get("name_zh"), fact.value.get("name"))
            for fact in reading.facts
            if fact.topic == "trade.party" and fact.key in SIDES and fact.value
        ],
        "may_play": bool((TRADERS | {"importer"}) & set(reading.roles)) and "say" in voice.duties,
        "may_send": bool(TRADERS & set(reading.roles)) and "send" in voice.duties,
    }


def of_findings(reading: Reading, voice: Voice) -> dict[str, Any]:
    """What findings need to be shown: which were sent, and which a person may rule on."""
    rulings = {"say", "confirm"} <= voice.duties
    return {
        "sent": {fact.value["digest"] for fact in reading.facts if fact.topic.endswith(".sent") and fact.value},
        "may_rule": rulings
        and bool(set(reading.roles) & {"exporter", "broker", "customs", "tax", "certifier", "operator"}),
    }


def sayable_by(desk: Desk, reading: Reading, voice: Voice) -> frozenset[str]:
    """The topics that the reader may say here by a form."""
    if "say" not in voice.duties:
        return frozenset()
    roles = set(reading.roles)
    return frozenset(
        name
        for name, topic in desk.registry.topics.items()
        if topic.kind == "said" and topic.say & roles and name not in NOT_BY_FORM | TALK
    )


def work_of(desk: Desk, reading: Reading, voice: Voice) -> Work | None:
    """The row of the work list of a trade, for whom there is one."""
    if reading.kind != "trade" or not ON_THE_WORK_LIST & set(reading.roles):
        return None
    card = DossierCard(reading.dossier, reading.kind, reading.reference, reading.title, "", "", len(reading.heads), 0)
    with desk.known(reading.dossier, voice) as (record, speaker):
        return drawn(desk, card, record, speaker)


# -- what stands on the first page -----------------------------------------------------------------------------------------


def _rooms(reading: Reading) -> tuple[tuple[Fold[Found], ...], tuple[Room, ...], tuple[Fold[Found], ...]]:
    """The answers that people ask for first, in their order; all others by room; and what does not apply here."""
    beside = [one for one in reading.findings if one.status == "not_applicable"]
    rest = [one for one in reading.findings if one.status != "not_applicable"]
    key = sorted((one for one in rest if one.topic in FIRST), key=lambda one: FIRST.index(one.topic))
    rooms: dict[str, list[Found]] = {}
    for one in rest:
        if one.topic not in FIRST:
            rooms.setdefault(one.topic.partition(".")[0], []).append(one)
    made = (
        Room(ROOMS.get(name, found[0].label), tuple(_counts(found)), folded(found, LINES))
        for name, found in rooms.items()
    )
    return folded(key, LINES), tuple(made), folded(beside, LINES)


def _counts(findings: Iterable[Found]) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    for found in findings:
        counts[found.status] = counts.get(found.status, 0) + 1
    return list(counts.items())


def _asked(reading: Reading) -> list[Waiting]:
    """What is waited for of people: what waits for another finding will come by itself."""
    given = {found.topic for found in reading.findings}
    return [wait for wait in waiting(reading) if wait.topic not in given]


def _label(desk: Desk, name: str) -> Text:
    topic = desk.registry.topics.get(name)
    return topic.label if topic else Text(name, name)


def _held_up(desk: Desk, wait: Waiting) -> list[Text]:
    """What waits for it, each once."""
    return [_label(desk, name) for name in dict.fromkeys(place.partition("/")[0] for place in wait.holds_up)][:6]


def _mine(reading: Reading, wait: Waiting, sayable: frozenset[str]) -> str:
    """Where the reader says what is waited for; empty where it is another's to say."""
    if wait.topic not in sayable or not set(wait.who) & set(reading.roles):
        return ""
    return say_address(reading.dossier, wait.topic, one_key(wait.key))


def placed(reading: Reading, found: Found, problem: Problem) -> tuple[str, Fact | None, str]:
    """What a problem is about: the fact that holds the field and the field's name, else None."""
    head, _, field = problem.where.partition(".")
    topic = f"goods.line/{head.removeprefix('line/')}" if head.startswith("line/") else problem.where.rpartition(".")[0]
    field = field if head.startswith("line/") else problem.where.rpartition(".")[2]
    for fact in reading.facts:
        if at(fact) in (topic, problem.where):
            return topic, fact, "" if at(fact) == problem.where else field
    field = problem.where.partition(".")[2]
    for fact in reading.facts:
        if isinstance(fact.value, dict) and field and field in fact.value:
            return topic, fact, field
    return topic, None, ""


def _jump(reading: Reading, found: Found, problem: Problem) -> str:
    """Where on the dossier's pages a problem is seen."""
    _, fact, _ = placed(reading, found, problem)
    if fact is not None:
        return place_address(reading.dossier, "said", fact.topic, fact.key)
    return place_address(reading.dossier, "found", found.topic, found.key)


def place_address(dossier: str, kind: str, topic: str, key: str) -> str:
    """Where one fact (`said`) or finding (`found`) stands, on the page of its topic."""
    mark = quote(f"{kind}-{topic}/{key}" if key else f"{kind}-{topic}", safe="")
    asked = f"?{urlencode({'at': key})}" if key else ""
    return f"/d/{quote(dossier, safe='')}/{kind}/{topic}{asked}#{mark}"


def _mend(desk: Desk, reading: Reading, found: Found, problem: Problem, sayable: frozenset[str]) -> str:
    """The form in which a problem is mended; empty where the reader may not, or nobody knows the field."""
    name, key, field = _said_as(problem.where)
    if not name:
        topic, fact, field = placed(reading, found, problem)
        name, _, key = (topic if fact is None else at(fact)).partition("/")
    if not name or name not in desk.registry.topics:  # `container/EXMU4100265`: by what the keys are of
        name = next((one for one in sorted(sayable) if desk.registry.topics[one].keyed == name), name)
        key = problem.where.partition("/")[2].partition(".")[0]
    if name not in sayable:
        return ""
    asked = f"?{urlencode({'field': field})}#f-{quote(field)}" if field else ""
    return say_address(reading.dossier, name, key) + asked


_HEAD = {f"header.{field.name}": field for field in HEAD}
_LINES = {field.name: field for field in LINES_SAID}


def _said_as(where: str) -> tuple[str, str, str]:
    """Under which topic, key and field a field of the declaration is said; empty for all else."""
    head, _, name = where.partition(".")
    if where in _HEAD:
        return _HEAD[where].topic.name, _HEAD[where].key, _HEAD[where].said
    if head.startswith("line/") and name in _LINES:
        return _LINES[name].topic.name, head.removeprefix("line/"), _LINES[name].said
    return "", "", ""


def at(fact: Fact) -> str:
    return f"{fact.topic}/{fact.key}" if fact.key else fact.topic


def awaiting(desk: Desk, id: str, paper: Fact, to_have: frozenset[str], voice: Voice) -> PaperRead | None:
    """A paper of which fields await an answer, or which is not read yet, as far as the reader may know."""
    value = paper.value or {"reading": "differs"}  # two organisations handed it in, one of them lately
    asked = paper.key in to_have and (value.get("doubts") or value.get("reading"))
    return desk.paper(id, paper.key, voice) if asked else None


# -- its other pages -------------------------------------------------------------------------------------------------------


def said(request: HttpRequest, id: str) -> HttpResponseBase:
    """All that was said, what is alike on many lines in brief."""
    voice, desk = reader_of(request), desk_of(request)
    reading = desk.read(id, voice)
    facts = [fact for fact in reading.facts if fact.topic not in TALK | PAPERS]
    return page(
        request, "said.html", voice=voice, **around(reading, voice, "said"), facts=folded(facts, ALIKE), one=None,
        sayable=sayable_by(desk, reading, voice),
    )  # fmt: skip


def said_on(request: HttpRequest, id: str, topic: str) -> HttpResponseBase:
    """What was said on one topic, line by line."""
    voice, desk = reader_of(request), desk_of(request)
    reading = desk.read(id, voice)
    facts = [fact for fact in reading.facts if fact.topic == topic]
    if not facts:
        raise NoSuchPlace(topic)
    shown, numbers = _leaf(request, facts)
    return page(
        request, "said.html", voice=voice, **around(reading, voice, "said"), facts=folded(shown, LINES), one=facts[0].label,
        pages=numbers, sayable=sayable_by(desk, reading, voice), alone=True,
    )  # fmt: skip


def found_on(request: HttpRequest, id: str, topic: str) -> HttpResponseBase:
    """What was found on one topic, line by line; with `part` the piece that opens in the sheet."""
    voice, desk = reader_of(request), desk_of(request)
    reading = desk.read(id, voice)
    status = request.GET.get("status", "")
    findings = [found for found in reading.findings if found.topic == topic and status in ("", found.status)]
    if not findings:
        raise NoSuchPlace(topic)
    shown, numbers = _leaf(request, findings)
    part = request.GET.get("part") == "1"
    return page(
        request, "found_part.html" if part else "found.html", voice=voice, **around(reading, voice, "sheet"),
        **of_findings(reading, voice), found_here=shown, one=findings[0].label, pages=numbers, only_with=status, whole=len(findings) == 1,
    )  # fmt: skip


def _leaf(request: HttpRequest, items: Sequence[T]) -> tuple[Sequence[T], Mapping[str, int]]:
    """The page asked for: by number (the first is 1), or the one that a key stands on (`at`)."""
    ordered = sorted(items, key=lambda one: natural(one.key))
    asked, place = request.GET.get("page", ""), request.GET.get("at")
    number = int(asked) if asked.isdecimal() and len(asked) < 7 else 1
    if place is not None:
        number = next((where for where, one in enumerate(ordered) if one.key == place), 0) // LINES + 1
    last = max(1, -(-len(ordered) // LINES))
    number = min(max(1, number), last)
    return ordered[(number - 1) * LINES : number * LINES], {"number": number, "last": last, "count": len(ordered)}


def papers(request: HttpRequest, id: str) -> HttpResponseBase:
    """The papers of a dossier, and the form to hand one in."""
    voice, desk = reader_of(request), desk_of(request)
    if request.method == "POST":
        return hand_in(request, id)
    reading = desk.read(id, voice)
    facts = [fact for fact in reading.facts if fact.topic == "paper.received"]
    to_have = desk.papers_to_have(id, voice) if facts else frozenset()
    listed = [(paper, awaiting(desk, id, paper, to_have, voice)) for paper in facts[:LINES]]
    return page(
        request, "papers.html", voice=voice, **around(reading, voice, "papers"), papers=listed, to_have=to_have,
        papers_left=len(facts) - LINES,
    )  # fmt: skip


def moments(request: HttpRequest, id: str) -> HttpResponseBase:
    """Every statement and sending, the last first."""
    voice, desk = reader_of(request), desk_of(request)
    before = request.GET.get("before", "")
    listed = timeline(desk, id, voice, int(before) if before.isdecimal() and len(before) < 10 else None)
    return page(
        request, "timeline.html", voice=voice, **around(desk.read(id, voice), voice, "timeline"), timeline=listed,
        latest=not before,
    )  # fmt: skip


def why(request: HttpRequest, id: str, place: str) -> HttpResponseBase:
    """The tree under one answer: a page, or with `part` the piece of one."""
    voice = reader_of(request)
    tree = desk_of(request).why(id, place, voice, request.GET.get("field", ""))
    part = request.GET.get("part") == "1"
    return page(request, "why_part.html" if part else "why.html", voice=voice, why=tree, dossier=id)


URLS: list[URLPattern] = [
    path("d/<str:id>", only(sheet, *READ)),
    path("d/<str:id>/said", only(said, *READ)),
    path("d/<str:id>/said/<str:topic>", only(said_on, *READ)),
    path("d/<str:id>/found/<str:topic>", only(found_on, *READ)),
    path("d/<str:id>/papers", only(papers, *READ, *DO)),
    path("d/<str:id>/timeline", only(moments, *READ)),
    path("d/<str:id>/why/<path:place>", only(why, *READ)),
]
