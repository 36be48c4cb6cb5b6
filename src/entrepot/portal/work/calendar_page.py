"""`/calendar`: the days to keep as month and list, as a feed for calendar programs, and reminders by mail."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from entrepot.channels.online import Voice
from entrepot.portal import setting
from entrepot.portal.compressing import uncompressed
from entrepot.portal.desk import Desk
from entrepot.portal.pages import DO, READ, language_of, not_found, only, page, reader_of
from entrepot.portal.push.voices import held, mail_of, voice_now
from entrepot.portal.web import desk_of
from entrepot.portal.work import mine
from entrepot.portal.work.dates import Entry, entries, event_of, month, working_days
from entrepot.portal.work.ics import MEDIA_TYPE
from entrepot.portal.work.ics import calendar as icalendar
from entrepot.portal.work.words import WORDS
from entrepot.store import calendars
from entrepot.store.calendars import Reminder

LISTED = 200
MOST_DAYS, MOST_FEEDS = 60, 10
TITLE = "calendar_title"


def calendar(request: HttpRequest) -> HttpResponseBase:
    """The month asked for, and the list of what is to come."""
    return _page(request)


def _page(request: HttpRequest, **more: Any) -> HttpResponse:
    voice, desk = reader_of(request), desk_of(request)
    today = desk.today()
    first = month_of(request.GET.get("month", ""), today)
    me = voice.person if request.GET.get("who") == "me" else None
    looked = mine.look(desk, voice)
    found = entries(looked.dossiers, me)
    ahead = [one for one in found if one.on >= today]
    return page(
        request, "work/calendar.html", voice=voice, looked=looked, today=today, first=first, styles=("work.css",),
        weeks=month(desk.law, first.year, first.month, found), who="me" if me else "",
        before=(first - timedelta(days=1)).strftime("%Y-%m"), after=(first + timedelta(days=32)).strftime("%Y-%m"),
        late=[_listed(desk, one) for one in found if one.on < today][-LISTED:], ahead=[_listed(desk, one) for one in ahead[:LISTED]],
        feeds=calendars.feeds(desk.store, voice.person, voice.organisation) if _keeps(voice) else (),
        reminder=calendars.reminder_of(desk.store, voice.person, voice.organisation), known=_keeps(voice),
        email=_mail(voice), **more,
    )  # fmt: skip


def _listed(desk: Desk, entry: Entry) -> tuple[Entry, int | None]:
    return entry, working_days(desk.law, desk.today(), entry.on)


def month_of(text: str, today: date) -> date:
    """The first day of a month written YYYY-MM; of this month where that is none."""
    year, _, number = text.partition("-")
    if len(text) != 7 or not text.isascii() or not year.isdecimal() or not number.isdecimal():
        return today.replace(day=1)
    known = 1 <= int(number) <= 12 and 2000 <= int(year) <= 2100
    return date(int(year), int(number), 1) if known else today.replace(day=1)


def make_feed(request: HttpRequest) -> HttpResponseBase:
    """A new secret address; it is shown this once."""
    voice, desk = reader_of(request), desk_of(request)
    if not _keeps(voice) or len(calendars.feeds(desk.store, voice.person, voice.organisation)) >= MOST_FEEDS:
        return HttpResponseRedirect("/calendar")
    secret = calendars.new_feed(desk.store, voice.person, voice.organisation, held(voice), language_of(request))
    return uncompressed(_page(request, address=f"{setting.address()}/calendar.ics?key={secret}"))


def end_feed(request: HttpRequest, feed: str) -> HttpResponseBase:
    """End a secret address at once."""
    voice, desk = reader_of(request), desk_of(request)
    calendars.end_feed(desk.store, feed, voice.person, voice.organisation)
    return HttpResponseRedirect("/calendar#feed")


def feed(request: HttpRequest) -> HttpResponseBase:
    """The calendar of a secret, as its maker may see it now; nothing once he may not."""
    desk = desk_of(request)
    found = calendars.feed_of(desk.store, request.GET.get("key", "")[:200])
    voice = None if found is None else voice_now(desk, found)
    if found is None or voice is None:
        return not_found(request)
    base = setting.address()
    dossiers = mine.look(desk, voice).dossiers
    events = [event_of(one, found.language, base) for one in entries(dossiers, voice.person)]
    text = icalendar(WORDS[TITLE].in_language(found.language), desk.store.origin, events, desk.store.clock())
    response = HttpResponse(text, content_type=MEDIA_TYPE)
    response["Content-Disposition"] = 'attachment; filename="entrepot.ics"'
    return response


def set_reminder(request: HttpRequest) -> HttpResponseBase:
    """So many days before, or not at all."""
    voice, desk = reader_of(request), desk_of(request)
    email, days = _mail(voice), request.POST.get("days", "")
    if _keeps(voice):
        wanted = None
        if email and days.isascii() and days.isdecimal() and len(days) < 4:
            wanted = _wanted(voice, min(int(days), MOST_DAYS), email, language_of(request))
        calendars.remind(desk.store, wanted, voice.person, voice.organisation)
    return HttpResponseRedirect("/calendar#reminders")


def _keeps(voice: Voice) -> bool:
    """Whether a calendar or a reminder goes on for a voice: a visitor has none, and what a clerk may for another ends with the number."""
    return not voice.rehearsal and not voice.mandate


def _mail(voice: Voice) -> str:
    """Where the person reads mail; a token is nobody's account."""
    return "" if voice.rehearsal or voice.token else mail_of(voice.person)


def _wanted(voice: Voice, days: int, email: str, language: str) -> Reminder:
    return Reminder(voice.person, voice.organisation, days, email, language, held(voice))


URLS: list[URLPattern] = [
    path("calendar", only(calendar, *READ)),
    path("calendar.ics", only(feed, *READ)),
    path("calendar/feeds", only(make_feed, *DO)),
    path("calendar/feeds/<str:feed>/end", only(end_feed, *DO)),
    path("calendar/reminders", only(set_reminder, *DO)),
]
