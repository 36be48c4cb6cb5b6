"""The pages of rehearsing: `/rehearsal`, the other side of a dossier under `/d/ID/play`, and a live dossier's copy over to the sandbox."""

from urllib.parse import quote

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.kernel.why import NoSuchPlace
from entrepot.portal import sandbox_playing as playing
from entrepot.portal.desk import Desk, NoSuchDossier
from entrepot.portal.entry.begin import may_begin
from entrepot.portal.pages import DO, READ, only, page, reader_of
from entrepot.portal.sandboxes import beside_of
from entrepot.portal.web import desk_of

STYLES = ("sandbox.css",)


class Look(Struct, frozen=True):
    """A look of the tour: its words, where it leads, and in which role."""

    name: str
    address: str
    role: str = ""


# What the demonstration leaves for its visitors.
TOUR = (
    Look("sheet", "/d/mushrooms-to-yokohama"),
    Look("why", "/d/acid-entered-1-april/why/duty.offer/1"),
    Look("wrong", "/d/eight-mistakes#problems"),
    Look("customs", "/d/mushrooms-to-yokohama", "customs"),
    Look("own", "/rehearsal"),
)


def tour(desk: Desk, voice: Voice | None) -> tuple[Look, ...]:
    """The tour, for a visitor of a sandbox in which the demonstration was played."""
    if voice is None or not voice.rehearsal:
        return ()
    try:
        desk.read("mushrooms-to-yokohama", voice)
        desk.read("eight-mistakes", voice)
    except NoSuchDossier:
        return ()
    return TOUR


def rehearsal(request: HttpRequest) -> HttpResponseBase:
    """What this sandbox is, examples to begin with, and the way to begin anew; at a live store, where its sandbox is."""
    desk, other = desk_of(request), beside_of(request)
    if desk.store.nature == "live":
        return page(request, "sandbox_where.html", address="" if other is None else other.address)
    voice = reader_of(request)
    left = request.GET.get("left", "")
    return page(
        request, "sandbox.html", voice=voice, styles=STYLES, open=desk.visitors, examples=playing.EXAMPLES if may_begin(voice) else (),
        live_address="" if other is None else other.live_address, may_leave=not voice.rehearsal and "administer" in voice.duties,
        left=left if left.isascii() and left.isdecimal() and len(left) < 7 else "",
    )  # fmt: skip


def example(request: HttpRequest, name: str) -> HttpResponseBase:
    """An example trade, copied for whoever asks."""
    voice = reader_of(request)
    if not may_begin(voice):
        raise NoSuchPlace(name)
    return HttpResponseRedirect(f"/d/{quote(playing.begin_example(desk_of(request), name, voice), safe='')}")


def anew(request: HttpRequest) -> HttpResponseBase:
    """The rehearsal of one's organisation, begun anew."""
    return HttpResponseRedirect(f"/rehearsal?left={playing.begin_anew(desk_of(request), reader_of(request))}")


def play(request: HttpRequest, id: str) -> HttpResponseBase:
    """What the others could answer now, a button each."""
    voice, desk = reader_of(request), desk_of(request)
    if request.method == "POST":
        if "answer" in request.POST:
            playing.ask_customs(desk, id, request.POST["answer"], voice)
        else:
            playing.play(desk, id, request.POST.get("part", ""), voice)
        return HttpResponseRedirect(f"/d/{quote(id, safe='')}/play?done=1")
    stage = playing.stage(desk, id, voice)
    return page(
        request, "sandbox_play.html", voice=voice, styles=STYLES, dossier=id, stage=stage, answers=playing.ANSWERS.items(),
        done="done" in request.GET, may="say" in voice.duties,
    )  # fmt: skip


def rehearse(request: HttpRequest, id: str) -> HttpResponseBase:
    """A copy of a live dossier in the sandbox, by its member's own act."""
    voice, other = reader_of(request), beside_of(request)
    if other is None or desk_of(request) is other.desk:
        raise NoSuchPlace(id)
    new = playing.copy_over(desk_of(request), other, id, voice)
    return page(request, "sandbox_where.html", voice=voice, address=other.address, copied=new)


def at_the_live_store(request: HttpRequest) -> HttpResponseBase:
    """For what is done at the live store alone."""
    other = beside_of(request)
    address = "" if other is None else other.live_address
    return page(request, "sandbox_where.html", 403, address=address, elsewhere=True)


URLS: list[URLPattern] = [
    path("rehearsal", only(rehearsal, *READ)),
    path("rehearsal/examples/<str:name>", only(example, *DO)),
    path("rehearsal/anew", only(anew, *DO)),
    path("d/<str:id>/play", only(play, *READ, *DO)),
    path("d/<str:id>/rehearse", only(rehearse, *DO)),
]
