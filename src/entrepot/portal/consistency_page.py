"""The papers side by side, `/d/<id>/papers-agree`: a row for each thing compared, a column for each paper, differences first."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from msgspec import Struct

from entrepot.kernel.text import Text
from entrepot.portal.comparison import text_of
from entrepot.portal.pages import READ, only, page, reader_of
from entrepot.portal.reading import Reading
from entrepot.portal.web import desk_of

TOPIC, PURCHASE = "consistency.papers", "consistency.purchase"
SHOWN = 200
Value = Mapping[str, Any]


class Cell(Struct, frozen=True):
    """What one paper says: the value, the place in it, and the paper's digest where it can be opened."""

    paper: str
    value: str = ""
    place: str = ""


class Row(Struct, frozen=True):
    """One thing compared: its name and path, how it came out, and what each paper says of it; `what` where that is more than
    the cells tell."""

    label: Text
    field: str
    outcome: str
    severity: str
    rule: str
    cells: tuple[Cell, ...]
    what: Text | None
    fix: Text | None


class Column(Struct, frozen=True):
    """A paper: its name, and its digest where one was handed in."""

    name: str
    document: str


def papers_agree(request: HttpRequest, id: str) -> HttpResponseBase:
    """The comparison as the reader may see it."""
    voice = reader_of(request)
    reading = desk_of(request).read(id, voice)
    found = {one.topic: one for one in reading.findings if one.topic in (TOPIC, PURCHASE)}
    papers, purchase = found.get(TOPIC), found.get(PURCHASE)
    comparisons: Sequence[Value] = (
        papers.value["comparisons"] if papers is not None and papers.value is not None else ()
    )
    columns = columns_of(comparisons, reading)
    rows = [row_of(one, columns) for one in comparisons]
    apart = [row for row in rows if row.outcome != "agree" and (row.severity or row.outcome == "differ")]
    alike = [row for row in rows if row not in apart] if len(apart) < len(rows) else []
    return page(
        request, "papers_agree.html", voice=voice, reading=reading, found=papers, purchase=purchase, columns=columns,
        apart=apart[:SHOWN], alike=alike[:SHOWN], count=len(apart), alike_count=len(alike) + _unlisted(papers),
        more=max(0, len(apart) - SHOWN), more_alike=max(0, len(alike) - SHOWN) + _unlisted(papers),
    )  # fmt: skip


def _unlisted(found: Any) -> int:
    return int(found.value.get("unlisted", 0)) if found is not None and found.value is not None else 0


def columns_of(comparisons: Sequence[Value], reading: Reading) -> tuple[Column, ...]:
    """The papers that say anything, those that say most first; those handed in can be opened."""
    handed_in = {fact.key for fact in reading.facts if fact.topic == "paper.received"}
    said: dict[str, int] = {}
    documents: dict[str, str] = {}
    for one in comparisons:
        for side in one["sides"]:
            said[side["paper"]] = said.get(side["paper"], 0) + 1
            documents.setdefault(side["paper"], side.get("document", ""))
    order = sorted(said, key=lambda name: (-said[name], name))
    return tuple(Column(name, documents[name] if documents[name] in handed_in else "") for name in order)


def row_of(one: Value, columns: Sequence[Column]) -> Row:
    """One comparison as a row; a paper that says nothing of it has an empty cell, one that says it twice has both."""
    said: dict[str, list[Value]] = {}
    for side in one["sides"]:
        said.setdefault(side["paper"], []).append(side)
    cells = tuple(
        Cell(
            column.name,
            " · ".join(side["value"] for side in said.get(column.name, ())),
            " · ".join(filter(None, (side.get("place", "") for side in said.get(column.name, ())))),
        )
        for column in columns
    )
    label, what, fix = text_of(one["label"]), one.get("what"), one.get("fix")
    listing = what is not None and what["en"].startswith(f"{label.en}: ")  # it says what stands in the cells
    return Row(
        label,
        one["field"],
        one["outcome"],
        one.get("severity", ""),
        one.get("rule", ""),
        cells,
        text_of(what) if what and not listing else None,
        text_of(fix) if fix else None,
    )


URLS: list[URLPattern] = [path("d/<str:id>/papers-agree", only(papers_agree, *READ))]
