"""The pages over many dossiers: `/`, `/work`, `/dossiers`, `/search`."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from entrepot.kernel.text import Text
from entrepot.kernel.topics import ROLES
from entrepot.portal.broker.worklist import STAGES
from entrepot.portal.desk import Desk
from entrepot.portal.pages import READ, only, page, reader_of
from entrepot.portal.web import desk_of
from entrepot.portal.work import mine
from entrepot.portal.work.home import home
from entrepot.portal.work.listing import ORDERS, Wanted, listed
from entrepot.portal.work.searching import find
from entrepot.store import search as index

ROWS = 50
LONGEST = 100
WHENS: dict[str, Text] = {
    "overdue": Text("Overdue", "已逾期"),
    "today": Text("Today", "今天"),
    "week": Text("Within seven days", "七日内"),
    "later": Text("Later", "以后"),
    "none": Text("No date", "未定日期"),
}


def work(request: HttpRequest) -> HttpResponseBase:
    """My work: what waits for whoever reads, by when."""
    voice, desk = reader_of(request), desk_of(request)
    who, role, kind, mode = (request.GET.get(name, "").strip()[:LONGEST] for name in ("who", "role", "kind", "mode"))
    looked = mine.look(desk, voice, before_of(request) or 2**62)
    rows = mine.waiting(looked, mine.Asked(who, role, kind, mode), voice.person, desk.today())
    start = page_of(request) * ROWS
    shown = rows[start : start + ROWS]
    groups = [(WHENS[when], when, list(some)) for when, some in groupby(shown, key=lambda row: row.when)]
    asked = {"who": who, "role": role, "kind": kind, "mode": mode, "before": request.GET.get("before", "")[:20]}
    return page(
        request, "work/work.html", voice=voice, groups=groups, count=len(rows), looked=looked, asked=asked, styles=("work.css",),
        in_roles=[(name, ROLES[name]) for name in sorted({role for one in looked.dossiers for role in one.roles})],
        kinds=sorted({one.card.kind for one in looked.dossiers}), modes=sorted({one.mode for one in looked.dossiers} - {""}),
        people=sorted({one.person for one in looked.dossiers} - {"", voice.person}),
        next=_with(asked, page=page_of(request) + 1) if start + ROWS < len(rows) else "",
        older=_with(asked | {"before": str(looked.before)}) if looked.before else "", empty=empty_of(desk, looked),
    )  # fmt: skip


def empty_of(desk: Desk, looked: mine.Looked) -> str:
    """Why a list is empty, as far as it is the reader's own doing."""
    return "nothing" if looked.dossiers else "no_dossier"


def dossiers(request: HttpRequest) -> HttpResponseBase:
    """The dossiers of whoever reads, by kind, state, partner, mode and day of opening."""
    voice, desk = reader_of(request), desk_of(request)
    names = ("kind", "stage", "partner", "mode", "since", "order")
    asked = {name: request.GET.get(name, "").strip()[:LONGEST] for name in names}
    looked = mine.look(desk, voice, before_of(request) or 2**62)
    rows = listed(looked.dossiers, Wanted(**asked))
    start = page_of(request) * ROWS
    return page(
        request, "work/dossiers.html", voice=voice, rows=rows[start : start + ROWS], count=len(rows), looked=looked, asked=asked,
        styles=("work.css",), orders=ORDERS.items(), stages=STAGES.items(), kinds=sorted({one.card.kind for one in looked.dossiers}),
        modes=sorted({one.mode for one in looked.dossiers} - {""}),
        next=_with(asked, page=page_of(request) + 1) if start + ROWS < len(rows) else "",
        older=_with(asked | {"before": str(looked.before)}) if looked.before else "",
    )  # fmt: skip


def search(request: HttpRequest) -> HttpResponseBase:
    """What is found for the words asked, over all dossiers of whoever reads."""
    voice, desk = reader_of(request), desk_of(request)
    query = request.GET.get("q", "").strip()[:200]
    found = find(desk, voice, query, before_of(request))
    words = index.asked(query)
    return page(
        request, "work/search.html", voice=voice, query=query, found=found, words=words, styles=("work.css",),
        labels={name: topic.label for name, topic in desk.registry.topics.items() if name in index.FIELDS},
        next=_with({"q": query, "before": str(found.next)}) if found.next else "",
    )  # fmt: skip


def page_of(request: HttpRequest) -> int:
    given = request.GET.get("page", "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 6 else 0


def before_of(request: HttpRequest) -> int | None:
    given = request.GET.get("before", "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 18 else None


def _with(asked: dict[str, str], page: int = 0) -> str:
    given: Sequence[tuple[str, str]] = [(name, value) for name, value in asked.items() if value]
    return urlencode([*given, *([("page", str(page))] if page else [])])


def urls(*more: Iterable[URLPattern]) -> list[URLPattern]:
    """Where the pages are."""
    return [
        path("", only(home, *READ)),
        path("work", only(work, *READ)),
        path("dossiers", only(dossiers, *READ)),
        path("search", only(search, *READ)),
        *(one for some in more for one in some),
    ]
