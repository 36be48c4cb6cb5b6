"""A clerk's shift: begun, handed over, ended, with a report that the log's signed checkpoint seals and two people sign."""

import msgspec
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.kernel.why import NoSuchPlace
from entrepot.portal.counter.desk_page import (
    LONGEST_PLACE,
    SCRIPTS,
    STYLES,
    acting_at,
    clerk_at,
    head,
    on_shift,
    place_of,
    when,
)
from entrepot.portal.counter.serving import counter_of
from entrepot.portal.counter.words_desk import OUTCOMES, STATES
from entrepot.portal.desk import Desk
from entrepot.portal.pages import DO, READ, only, page
from entrepot.portal.qr import qr_code
from entrepot.store import window
from entrepot.store.outbox import stamp
from entrepot.store.window import Shift, Ticket


class Served(Struct, frozen=True):
    """A number on the report of a shift: `minutes` in hand."""

    label: str
    day: str
    need: str
    state: str
    outcome: str
    principal: str
    minutes: int
    statements: int


class ShiftReport(Struct, frozen=True):
    """What a shift came to. `checkpoint` is the log's signed note at its end: whoever holds it can show later what the log held."""

    clerk: str
    place: str
    counter: str
    began_at: str
    ended_at: str
    next_clerk: str
    statements: int
    served: tuple[Served, ...]
    checkpoint: str
    key: str

    @property
    def average(self) -> int:
        """Whole minutes for each who was served."""
        done = [one.minutes for one in self.served if one.state == "ended" and one.outcome != "left"]
        return round(sum(done) / len(done)) if done else 0


def made_report(desk: Desk, one: Shift, next_clerk: str = "") -> ShiftReport:
    """The report of a shift as of now."""
    desk.store.integrate()
    signed, now = desk.store.signed(), stamp(desk.store.clock())
    mine = [
        ticket for ticket in window.tickets(desk.store, one.counter, limit=1000)
        if one.clerk in ticket.clerks and (not ticket.ended_at or ticket.ended_at >= one.began_at)
    ]  # fmt: skip
    return ShiftReport(
        one.clerk, one.place, one.counter, one.began_at, now, next_clerk, window.said_since(desk.store, one.seq, one.clerk),
        tuple(_served(desk, ticket) for ticket in reversed(mine)), signed.note if signed else "", desk.store.log_key or "",
    )  # fmt: skip


def _served(desk: Desk, one: Ticket) -> Served:
    said = len(one.said) if one.state == "ended" else len(window.made_at(desk.store, one))
    return Served(one.label, one.day, one.need, one.state, one.outcome, one.principal, one.minutes, said)


def shift(request: HttpRequest) -> HttpResponseBase:
    """The shift as it stands, and those before."""
    desk, clerk = clerk_at(request)
    mine = window.shift_of(desk.store, counter_of(clerk), clerk.person)
    before = [one for one in window.shifts(desk.store, counter_of(clerk)) if one.ended_at]
    return page(
        request, "counter/shift.html", styles=STYLES, scripts=SCRIPTS, **head(desk, clerk, "shift"), place=place_of(desk, clerk),
        began=when(mine.began_at) if mine else "", report=made_report(desk, mine) if mine else None,
        before=[(one, when(one.began_at), when(one.ended_at)) for one in before],
    )  # fmt: skip


def begin(request: HttpRequest) -> HttpResponseBase:
    """The shift, begun at a window."""
    desk, clerk = acting_at(request)
    on_shift(desk, clerk, request.POST.get("place", "").strip()[:LONGEST_PLACE])
    return HttpResponseRedirect("/counter")


def end(request: HttpRequest) -> HttpResponseBase:
    """The shift, ended; what is in hand is laid aside for whoever comes next."""
    desk, clerk = acting_at(request)
    one = window.shift_of(desk.store, counter_of(clerk), clerk.person)
    if one is None:
        return HttpResponseRedirect("/counter/shift")
    _lay_aside(desk, clerk)
    report = made_report(desk, one, request.POST.get("next_clerk", "").strip()[:100])
    window.end_shift(desk.store, one, report.next_clerk, msgspec.json.encode(report), report.ended_at)
    return HttpResponseRedirect(f"/counter/shifts/{one.id}")


def _lay_aside(desk: Desk, clerk: Voice) -> None:
    if (ticket := window.in_hand(desk.store, counter_of(clerk), clerk.person)) is not None:
        window.pause(desk.store, ticket)


def report(request: HttpRequest, id: str) -> HttpResponseBase:
    """The report of a shift, to print and sign; as it was when the shift ended, however often it is printed."""
    desk, clerk = clerk_at(request)
    one = window.shift(desk.store, counter_of(clerk), id)
    if one is None or not one.report:
        raise NoSuchPlace(id)
    told = msgspec.json.decode(one.report, type=ShiftReport)
    rows = [(row, STATES[row.state], OUTCOMES.get(row.outcome)) for row in told.served]
    return page(
        request, "counter/shift_report.html", styles=STYLES, scripts=SCRIPTS, voice=clerk, report=told, rows=rows,
        began=when(told.began_at), ended=when(told.ended_at), code=qr_code(told.checkpoint, "M"),
    )  # fmt: skip


URLS: list[URLPattern] = [
    path("counter/shift", only(shift, *READ)),
    path("counter/shift/begin", only(begin, *DO)),
    path("counter/shift/end", only(end, *DO)),
    path("counter/shifts/<str:id>", only(report, *READ)),
]
