"""The page of a paper: its picture beside what was read of it, doubts first, each field to be corrected where it stands. It works
without script; with it a field that is pointed at marks its box on the picture. A picture that was turned to be read is shown
turned; it can be turned further. While a paper is being read the page comes again by itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from msgspec import Struct

from entrepot.gateways.pages.words import Box, Spot, spots_of
from entrepot.gateways.paper_pictures import as_png, page_picture, page_sizes
from entrepot.kernel.text import Text
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.answers import Doubt
from entrepot.portal.doubting import FieldRead, PaperRead
from entrepot.portal.pages import DO, READ, only, page, reader_of, static_address
from entrepot.portal.web import desk_of

MOST_SHOWN = 30  # pages as pictures; of a longer paper the first ones
_SCALE = 1000
_AGAIN = 3  # seconds until the page of a paper that is being read comes again


class Mark(Struct, frozen=True):
    """A box drawn over a page's picture, in thousandths of its width and height; `id` is that of its field."""

    id: str
    page: int
    x: int
    y: int
    wide: int
    high: int
    doubt: bool = False


class Cutting(Struct, frozen=True):
    """What of a page's picture shows a place: the page, by how many quarters it is turned, the height of the picture where its width
    is 1,000, and the view box."""

    page: int
    turn: int
    high: int
    view: str


class Picture(Struct, frozen=True):
    """A page to look at: its number, by how many quarters to the left it is turned, and the marks on it."""

    number: int
    turn: int
    marks: tuple[Mark, ...]


class Shown(Struct, frozen=True):
    """A field or a doubt as it stands in the list."""

    id: str
    at: str
    label: Text
    field: str
    value: str
    place: str
    sure: str
    why: Text | None = None
    transcribed: bool = False
    cutting: Cutting | None = None
    choices: dict[str, str] = {}
    own: bool = False
    edited: bool = False


class Group(Struct, frozen=True):
    """Doubts that are answered together: those about one topic and key."""

    at: str
    label: Text
    key: str
    doubts: tuple[Shown, ...]


class _Album:
    """The pages of a paper as they are shown: their sizes, and by how many quarters to the left each is turned."""

    def __init__(self, data: bytes, read: PaperRead, further: int) -> None:
        handed_in = page_sizes(data)
        self.turns = [(read.turned.get(str(number), 0) + further) % 4 for number in range(1, len(handed_in) + 1)]
        self.sizes = [size[::-1] if turn % 2 else size for size, turn in zip(handed_in, self.turns, strict=True)]

    def spots(self, place: str) -> list[Spot]:
        """The places that a written one names on the pages there are, as the pages are shown."""
        known = [spot for spot in spots_of(place) if 1 <= spot.page <= len(self.turns)]
        return [spot._replace(box=_turned(spot.box, self.turns[spot.page - 1])) for spot in known]


def _turned(box: Box, quarters: int) -> Box:
    """A box in fractions of a page, on the page turned to the left by quarters."""
    for _ in range(quarters):
        box = Box(box.y0, 1 - box.x1, box.y1, 1 - box.x0)
    return box


def paper_page(request: HttpRequest, id: str, digest: str) -> HttpResponseBase:
    """A paper beside what was read from it; its doubts, to confirm or correct."""
    voice, desk = reader_of(request), desk_of(request)
    read = desk.paper(id, digest, voice)
    _, content = desk.document(id, digest, voice)
    further = int(turn) if (turn := request.GET.get("turn", "")) in ("1", "2", "3") else 0
    album = _Album(content.data, read, further)
    edited = request.GET.get("edit", "")
    fields = [_field(number, one, edited) for number, one in enumerate(read.fields, 1)]
    groups = list(_groups(read.doubts, desk.registry.topics, album))
    marks = [*_marks(fields, album), *(mark for group in groups for mark in _marks(group.doubts, album, True))]
    return page(
        request,
        "paper.html",
        voice=voice,
        dossier=id,
        read=read,
        groups=groups,
        lists=_by_statement(fields),
        pictures=[
            Picture(number, turn, tuple(mark for mark in marks if mark.page == number))
            for number, turn in enumerate(album.turns[:MOST_SHOWN], 1)
        ],
        more_pages=max(0, len(album.turns) - MOST_SHOWN),
        further=(further + 3) % 4,
        again=_AGAIN if read.reading == "pending" else 0,
        page_script=static_address("paper.js"),
        notice="answered" if request.GET.get("done") == "answered" else "",
    )


def answered(request: HttpRequest, id: str, digest: str) -> HttpResponseBase:
    """The doubts about one topic and key, confirmed or corrected; a ticked `none:` says that the paper has no such field."""
    at = request.POST.get("at", "")
    answers: dict[str, str | None] = {
        name.removeprefix("field:"): value[:5000]
        for name, value in request.POST.items()
        if name.startswith("field:") and isinstance(value, str) and value.strip()
    }
    answers |= {name.removeprefix("none:"): None for name in request.POST if name.startswith("none:")}
    desk_of(request).answer(id, digest, {at: answers}, reader_of(request))
    return HttpResponseRedirect(f"/d/{quote(id)}/papers/{quote(digest)}/read?done=answered")


def picture(request: HttpRequest, id: str, digest: str, number: int) -> HttpResponseBase:
    """A page of a paper as a picture, turned to the left by as many quarters as are asked for."""
    _, content = desk_of(request).document(id, digest, reader_of(request))
    turn = request.GET.get("turn", "")
    image = page_picture(content.data, number, int(turn) if turn in ("1", "2", "3") else 0)
    response = HttpResponse(as_png(image), content_type="image/png")
    response["Cache-Control"] = "private, max-age=600"
    return response


def _field(number: int, one: FieldRead, edited: str) -> Shown:
    at = f"{one.topic}/{one.key}" if one.key else one.topic
    sure = "" if one.confidence is None else f"{one.confidence * 100:.0f} %"
    return Shown(
        f"f{number}", at, one.label, one.field, one.value, one.place, sure, None, one.transcribed,
        own=one.own, edited=one.own and edited == f"{at}.{one.field}",
    )  # fmt: skip


def _by_statement(fields: Sequence[Shown]) -> list[tuple[str, Text, list[Shown]]]:
    """The fields by topic and key, in the order of the paper."""
    lists: dict[str, list[Shown]] = {}
    for one in fields:
        lists.setdefault(one.at, []).append(one)
    return [(at, some[0].label, some) for at, some in lists.items()]


def _groups(doubts: Sequence[Doubt], topics: Mapping[str, Topic[Any]], album: _Album) -> Iterator[Group]:
    by: dict[tuple[str, str], list[Shown]] = {}
    for number, one in enumerate(doubts, 1):
        at = f"{one.topic}/{one.key}" if one.key else one.topic
        sure = "" if one.confidence is None else f"{one.confidence * 100:.0f} %"
        cut = next((_cutting(spot, album) for spot in album.spots(one.place)), None)
        shown = Shown(
            f"d{number}",
            at,
            topics[one.topic].label,
            one.field,
            one.value,
            one.place,
            sure,
            one.why,
            False,
            cut,
            one.choices,
        )
        by.setdefault((one.topic, one.key), []).append(shown)
    for (topic, key), some in by.items():
        yield Group(some[0].at, topics[topic].label, key, tuple(some))


def _cutting(spot: Spot, album: _Album) -> Cutting:
    """What shows a place, with a little around it."""
    wide, high = album.sizes[spot.page - 1]
    tall = round(_SCALE * high / wide)
    x, y = max(0, round(spot.box.x0 * _SCALE) - 12), max(0, round(spot.box.y0 * tall) - 8)
    across, down = round(spot.box.x1 * _SCALE) + 12 - x, round(spot.box.y1 * tall) + 8 - y
    return Cutting(spot.page, album.turns[spot.page - 1], tall, f"{x} {y} {across} {down}")


def _marks(fields: Sequence[Shown], album: _Album, doubt: bool = False) -> Iterator[Mark]:
    for one in fields:
        for spot in album.spots(one.place):
            yield _mark(one.id, spot, doubt)


def _mark(id: str, spot: Spot, doubt: bool) -> Mark:
    x0, y0, x1, y1 = (round(part * _SCALE) for part in spot.box)
    return Mark(id, spot.page, x0, y0, max(x1 - x0, 4), max(y1 - y0, 4), doubt)


URLS: list[URLPattern] = [
    path("d/<str:id>/papers/<str:digest>/read", only(paper_page, *READ)),
    path("d/<str:id>/papers/<str:digest>/answer", only(answered, *DO)),
    path("d/<str:id>/papers/<str:digest>/pages/<int:number>.png", only(picture, *READ)),
]
