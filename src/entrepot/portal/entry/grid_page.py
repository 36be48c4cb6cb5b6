"""The page `/d/ID/lines`: the lines of goods as a table, fifty to a page; rows pasted from a spreadsheet are said all at once."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from entrepot.kernel.access import may_say
from entrepot.kernel.intake import Refusal
from entrepot.kernel.text import Problem
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.kernel.why import NoSuchPlace
from entrepot.portal.entry import grid
from entrepot.portal.entry.choices import inline
from entrepot.portal.entry.grid import (
    BLANK,
    COLUMNS,
    LONGEST_CELL,
    MOST_PASTED,
    NUMBERS,
    ROWS,
    Cell,
    Filled,
    Line,
    Outcome,
)
from entrepot.portal.entry.place import Place
from entrepot.portal.entry.say_page import SCRIPTS, STYLES
from entrepot.portal.pages import DO, READ, language_of, only, page, reader_of
from entrepot.portal.web import desk_of

LISTS = ("country", "package_type", "unit")
LISTED = {"origin": "country", "package_type": "package_type", "unit": "unit"}


def lines_page(request: HttpRequest, id: str) -> HttpResponseBase:
    """The table; what was filled in is said together."""
    voice, desk = reader_of(request), desk_of(request)
    outcome, rows = Outcome(), []
    paste = request.POST.get("paste", "")
    if request.method == "POST":
        try:
            rows = (
                grid.pasted(paste, _number(request.POST.get("start", ""))) if paste.strip() else _filled(request.POST)
            )
            outcome = grid.say_rows(desk, id, rows, voice) if rows else Outcome()
        except Refusal as refusal:
            outcome = Outcome(problems=refusal.problems)
        if not outcome.wrong and not outcome.problems:
            asked = urlencode({"done": outcome.said, "page": request.POST.get("page", "1")[:4]})
            return HttpResponseRedirect(f"/d/{quote(id, safe='')}/lines?{asked}")
    with desk.known(id, voice) as (record, speaker):
        if not may_say(LINE, speaker):
            raise NoSuchPlace(LINE.name)
        places = list(grid.lines_in(record, speaker))
    reading = desk.read(id, voice)
    pages = max(1, -(-len(places) // ROWS))
    here = min(_number(request.POST.get("page", "") or request.GET.get("page", "")), pages)
    start = max((int(place.key) for place in places if place.key.isdecimal()), default=0) + 1
    drawn = _lines(
        places[(here - 1) * ROWS : here * ROWS], {} if paste.strip() else {row.key: row for row in rows}, outcome
    )
    if here == pages:
        drawn += _blank(start, {} if paste.strip() else {row.key: row for row in rows}, outcome)
    status = 422 if outcome.wrong or outcome.problems else 200
    return page(
        request, "entry/lines.html", status, styles=STYLES, scripts=SCRIPTS, voice=voice, reading=reading, lines=drawn,
        columns=[(name, grid.label(name), name in NUMBERS) for name in COLUMNS], numbers=NUMBERS, listed=LISTED,
        total=[grid.totals(places).get(name, "") for name in COLUMNS], page_here=here, pages=range(1, pages + 1), start=start,
        paste=paste[:200_000], summary=_summary(outcome), most=MOST_PASTED, count=len(places),
        lists=inline(desk.law, desk.today(), LISTS, language_of(request)), done=request.GET.get("done", "")[:5],
    )  # fmt: skip


def _number(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) < 6 else 1


def _filled(post: Any) -> list[Filled]:
    """The rows of the table as sent, those that are blank and new left out."""
    rows = []
    for place in range(1, ROWS + BLANK + 1):
        key = post.get(f"k.{place}", "")[:200]
        cells = {
            name: str(post.get(f"c.{place}.{name}", "")).strip()[:LONGEST_CELL]
            for name in COLUMNS
            if f"c.{place}.{name}" in post
        }
        if key and (post.get(f"s.{place}") or any(cells.values())):
            rows.append(Filled(key, cells, post.get(f"s.{place}", "")[:16]))
    return rows


def _lines(places: Sequence[Place], filled: Mapping[str, Filled], outcome: Outcome) -> list[Line]:
    return [
        _line(place.key, grid.cells_of(place.value), filled.get(place.key), outcome, grid.brief_seen(place))
        for place in places
    ]


def _blank(start: int, filled: Mapping[str, Filled], outcome: Outcome) -> list[Line]:
    """Rows for more lines, after the last."""
    return [_line(str(key), {}, filled.get(str(key)), outcome, "") for key in range(start, start + BLANK)]


def _line(key: str, stands: Mapping[str, str], filled: Filled | None, outcome: Outcome, seen: str) -> Line:
    problems = outcome.wrong.get(key, ())
    values = {**stands, **(filled.cells if filled is not None else {})}
    by = {name: tuple(one for one in problems if one.where.partition(".")[0] == name) for name in COLUMNS}
    rest = tuple(one for one in problems if one.where.partition(".")[0] not in COLUMNS)
    return Line(key, tuple(Cell(name, values.get(name, ""), by[name]) for name in COLUMNS), seen, rest)


def _summary(outcome: Outcome) -> list[tuple[str, Problem]]:
    """Every problem with the key of its line; the first of very many."""
    told = [(key, one) for key, problems in outcome.wrong.items() for one in problems]
    return [*told, *(("", one) for one in outcome.problems)][:100]


URLS: list[URLPattern] = [path("d/<str:id>/lines", only(lines_page, *READ, *DO))]
