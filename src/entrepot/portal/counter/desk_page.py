"""The pages of the queue: `/counter` with the next number by one key, the screen of the waiting room, a number on paper."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.kernel.text import Text
from entrepot.kernel.why import NoSuchPlace
from entrepot.portal.counter.serving import counter_of, is_clerk, itself
from entrepot.portal.counter.words_desk import BRING, NEEDS, OUTCOMES, STATES, WAYS
from entrepot.portal.desk import COUNTING_OFFICE, Desk
from entrepot.portal.ids import uuid7
from entrepot.portal.pages import DO, READ, only, page, reader_of
from entrepot.portal.web import desk_of
from entrepot.store import sync, window
from entrepot.store.window import Need, Shift, Ticket, Way

STYLES, SCRIPTS = ("counter.css",), ("counter.js",)
NAME = "name"  # under which a counter on its own machine keeps what it is called
LONGEST_PLACE = 40


class Shown(Struct, frozen=True):
    """A ticket as a page shows it: times as the counter's clock has them, minutes in whole numbers."""

    one: Ticket
    need: Text
    way: Text
    state: Text
    outcome: Text | None
    came: str
    minutes: int

    @property
    def label(self) -> str:
        return self.one.label


def clerk_at(request: HttpRequest) -> tuple[Desk, Voice]:
    """The desk, and the clerk for the counter itself; for anybody else these pages are not there."""
    desk, voice = desk_of(request), reader_of(request)
    if not is_clerk(voice):
        raise NoSuchPlace("counter")
    desk.admit(itself(voice), "read")
    return desk, itself(voice)


def acting_at(request: HttpRequest) -> tuple[Desk, Voice]:
    """As `clerk_at`, for whoever does something."""
    desk, clerk = clerk_at(request)
    desk.admit(clerk, "say", speaks=True)
    return desk, clerk


def clock(moment: str) -> str:
    """A moment of the store as the clock at the counter shows it."""
    return f"{datetime.fromisoformat(moment).astimezone(COUNTING_OFFICE):%H:%M}" if moment else ""


def when(moment: str) -> str:
    """As `clock`, with the day."""
    return f"{datetime.fromisoformat(moment).astimezone(COUNTING_OFFICE):%Y-%m-%d %H:%M}" if moment else ""


def shown(desk: Desk, one: Ticket) -> Shown:
    """A ticket for a page; how long it waits, or was in hand."""
    since = {"waiting": one.took_at, "called": one.called_at}.get(one.state, one.since)
    running = (desk.store.clock() - datetime.fromisoformat(since)).total_seconds() if since else 0
    seconds = one.busy_s + (int(running) if one.state != "ended" else 0)
    return Shown(
        one, NEEDS.get(one.need, NEEDS["other"]), WAYS.get(one.way, WAYS["in_person"]), STATES[one.state],
        OUTCOMES.get(one.outcome), clock(one.took_at), max(0, seconds // 60),
    )  # fmt: skip


def place_of(desk: Desk, clerk: Voice) -> str:
    """Where a clerk sits: as the shift says, else as the counter's machine is called."""
    shift = window.shift_of(desk.store, counter_of(clerk), clerk.person)
    return shift.place if shift is not None else sync.place(desk.store, NAME)[:LONGEST_PLACE]


def on_shift(desk: Desk, clerk: Voice, place: str = "") -> Shift:
    """The clerk's shift; it begins with the first number called."""
    where = place or place_of(desk, clerk)
    return window.begin_shift(desk.store, uuid7(desk.store.clock()), counter_of(clerk), clerk.person, where)


def head(desk: Desk, clerk: Voice, part: str) -> dict[str, Any]:
    """What every page of the window has: what is in hand, and where one is."""
    mine = window.in_hand(desk.store, counter_of(clerk), clerk.person)
    return {"voice": clerk, "mine": mine and shown(desk, mine), "part": part}


def queue(request: HttpRequest) -> HttpResponseBase:
    """Who waits, who is served where, and the next number by one key."""
    desk, clerk = clerk_at(request)
    tickets = [shown(desk, one) for one in window.open_tickets(desk.store, counter_of(clerk))]
    made = next((one for one in tickets if one.one.id == request.GET.get("made")), None)
    return page(
        request, "counter/queue.html", styles=STYLES, scripts=SCRIPTS, **head(desk, clerk, "queue"), needs=NEEDS, made=made,
        waiting=[one for one in tickets if one.one.state == "waiting"], fresh=uuid7(desk.store.clock()),
        others=[one for one in tickets if one.one.state in ("called", "serving") and one.one.clerk != clerk.person],
        paused=[one for one in tickets if one.one.state == "paused"], place=place_of(desk, clerk), today=desk.today().isoformat(),
    )  # fmt: skip


def take(request: HttpRequest) -> HttpResponseBase:
    """A number for somebody who comes; a call is taken at once."""
    desk, clerk = acting_at(request)
    need: Need = next((one for one in window.NEEDS if one == request.POST.get("need")), "other")
    way: Way = next((one for one in window.WAYS if one == request.POST.get("way")), "in_person")
    id_ = request.POST.get("id", "")[:64] or uuid7(desk.store.clock())
    one = window.take(desk.store, id_, counter_of(clerk), desk.today(), need, way)
    if way == "telephone" and window.in_hand(desk.store, counter_of(clerk), clerk.person) is None:
        return _taken_up(desk, clerk, one.id)
    return HttpResponseRedirect(f"/counter?made={one.id}")


def call(request: HttpRequest) -> HttpResponseBase:
    """The next number, or the one in hand."""
    desk, clerk = acting_at(request)
    place = on_shift(desk, clerk, request.POST.get("place", "").strip()[:LONGEST_PLACE]).place
    one = window.call_next(desk.store, counter_of(clerk), clerk.person, place, desk.today())
    return HttpResponseRedirect("/counter" if one is None else "/counter/serve")


def take_up(request: HttpRequest, ticket: str) -> HttpResponseBase:
    """A number that waits or was laid aside, whoever had it."""
    return _taken_up(*acting_at(request), ticket)


def _taken_up(desk: Desk, clerk: Voice, ticket: str) -> HttpResponseBase:
    place = on_shift(desk, clerk).place
    one = window.resume(desk.store, counter_of(clerk), ticket, clerk.person, place)
    return HttpResponseRedirect("/counter" if one is None else "/counter/serve")


def screen(request: HttpRequest) -> HttpResponseBase:
    """For the waiting room: numbers and windows alone."""
    desk, clerk = clerk_at(request)
    tickets = [shown(desk, one) for one in window.open_tickets(desk.store, counter_of(clerk))]
    called = sorted(
        (one for one in tickets if one.one.state in ("called", "serving")), key=lambda one: one.one.called_at
    )
    return page(
        request, "counter/screen.html", styles=STYLES, scripts=SCRIPTS, voice=clerk, called=called[::-1][:8],
        waiting=[one for one in tickets if one.one.state == "waiting" and one.one.way == "in_person"][:24],
    )  # fmt: skip


def slip(request: HttpRequest, ticket: str) -> HttpResponseBase:
    """A number on paper, with what to have at hand."""
    desk, clerk = clerk_at(request)
    one = ticket_here(desk, clerk, ticket)
    before = [
        other for other in window.open_tickets(desk.store, counter_of(clerk))
        if other.state == "waiting" and other.day == one.day and other.number < one.number
    ]  # fmt: skip
    return page(
        request, "counter/number.html", styles=STYLES, scripts=SCRIPTS, voice=clerk, one=shown(desk, one), before=len(before),
        bring=BRING.get(one.need, BRING["other"]), at=when(one.took_at),
    )  # fmt: skip


def ticket_here(desk: Desk, clerk: Voice, ticket: str) -> Ticket:
    """A ticket of this counter; NoSuchPlace for any other."""
    one = window.ticket(desk.store, counter_of(clerk), ticket)
    if one is None:
        raise NoSuchPlace(ticket)
    return one


URLS: list[URLPattern] = [
    path("counter", only(queue, *READ)),
    path("counter/tickets", only(take, *DO)),
    path("counter/next", only(call, *DO)),
    path("counter/screen", only(screen, *READ)),
    path("counter/tickets/<str:ticket>/take", only(take_up, *DO)),
    path("counter/tickets/<str:ticket>/number", only(slip, *READ)),
]
