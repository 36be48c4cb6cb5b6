"""Live pages: `GET /live?dossier=ID` tells that a dossier moved, and nothing else; the page then fetches itself again.

Server-sent events (WHATWG HTML, 9.2): `state` at first, `changed` whenever something was said that the voice may read, with
`{"dossier": ID, "place": n}`; the event's id is the place in the log, so whoever comes back misses nothing. One thread a process
watches the log's end, while somebody listens. A server that cannot hold streams gives the first event and ends, and the browser
asks again after `retry`. Who is asking is looked at again before each event: revoked means silent.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from io import BytesIO
from typing import Any
from weakref import WeakKeyDictionary

import msgspec
from django.core.handlers.wsgi import WSGIRequest
from django.db import DatabaseError, close_old_connections
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from entrepot.channels.online import Voice
from entrepot.kernel.access import may_read_statement
from entrepot.portal.audit.visiting import at_the_door
from entrepot.portal.desk import Desk, NoSuchDossier
from entrepot.portal.rsgi import NATIVE
from entrepot.portal.web import Unproven, desk_of, told, voice_of
from entrepot.store.database import StoreError

LOOK_SECONDS = 0.25
AGAIN_MILLISECONDS = 5_000
LATER_MILLISECONDS = 30_000
MOST_LISTENERS = 10_000
MOST_OF_ONE = (
    32  # tabs and windows of one person; rehearsing visitors of a sandbox share a name and are bounded together
)
MOST_PENDING = 1_000  # dossiers that moved and were not told yet: beyond, "everything moved"
MOST_PLACES = 5_000  # of the log looked through at a time


def event(name: str, dossier: str, place: int) -> bytes:
    """One event as it goes over the wire."""
    data = msgspec.json.encode({"dossier": dossier, "place": place})
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (place, name.encode(), data)


class Listener:
    """One open stream. `who` proves the voice anew from what `holder` stands for, `person` is whose stream counts as, `pending` holds
    what is to be told, `wake` says so to whoever sends it."""

    def __init__(
        self, hub: "Hub", dossier: str, after: int, who: Callable[[], Voice | None], holder: str, person: str
    ) -> None:
        self.hub, self.dossier, self.after, self.who, self.holder, self.person = (
            hub,
            dossier,
            after,
            who,
            holder,
            person,
        )
        self.pending: dict[str, int] = {}
        self.ended = False
        self.wake: Callable[[], None] = lambda: None

    def take(self) -> bytes:
        """What is to be told now, as events; empty where there is nothing."""
        with self.hub.mutex:
            pending, self.pending = self.pending, {}
        return b"".join(event("changed", dossier, place) for dossier, place in pending.items())

    def tell(self, dossier: str, place: int) -> None:
        with self.hub.mutex:
            if len(self.pending) >= MOST_PENDING:
                self.pending = {}
                dossier = self.dossier
            self.pending[dossier] = place
        self.wake()

    def end(self) -> None:
        """The stream ends: nobody listens any more, or nobody may."""
        self.ended = True
        self.hub.leave(self)
        self.wake()


class Hub:
    """The listeners of one desk, and the thread that watches the end of its log."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.mutex = desk, threading.Lock()
        self.listeners: dict[Listener, None] = {}
        self._thread: threading.Thread | None = None
        self._seen = -1

    def join(self, listener: Listener) -> bool:
        """Take a listener in; False where there are too many, of one holder or in all."""
        with self.mutex:
            held = sum(one.person == listener.person for one in self.listeners)
            if len(self.listeners) >= MOST_LISTENERS or held >= MOST_OF_ONE:
                return False
            if not self.listeners:
                self._seen = listener.after
            self._seen = min(self._seen, listener.after)
            self.listeners[listener] = None
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, name="entrepot-live", daemon=True)
                self._thread.start()
        return True

    def leave(self, listener: Listener) -> None:
        with self.mutex:
            self.listeners.pop(listener, None)

    def last_place(self) -> int:
        """The last place of the log; -1 while it is empty."""
        with self.desk.store.database.session() as session:
            return int(session.all("SELECT coalesce(max(place), -1) FROM placed")[0][0])

    def readable(self, dossier: str, voice: Voice, said: Iterable[tuple[int, str]]) -> int:
        """The last of these places (place, id of the statement; rising) whose statement the voice may read; -1 for none."""
        topics = self.desk.registry.topics
        try:
            with self.desk.known(dossier, voice) as (record, speaker):
                for place, name in reversed(list(said)):
                    one = record.submissions.get(name)
                    topic = topics.get(one.topic) if one is not None else None
                    if one is not None and topic is not None and may_read_statement(topic, one, speaker, record):
                        return place
        except NoSuchDossier:
            pass
        return -1

    def moved_last(self, dossier: str, voice: Voice) -> int:
        """The place of the last statement of a dossier that the voice may read; NoSuchDossier for whoever has no role in it."""
        with self.desk.known(dossier, voice):
            pass
        with self.desk.store.database.session() as session:
            rows = session.all(
                "SELECT p.place, s.id FROM submission s JOIN placed p ON p.seq = s.seq WHERE s.dossier = ? ORDER BY s.seq",
                dossier,
            )
        return self.readable(dossier, voice, rows)

    def _watch(self) -> None:
        while True:
            time.sleep(LOOK_SECONDS)
            with self.mutex:
                if not self.listeners:
                    self._thread = None
                    return
            try:
                with at_the_door(lambda: "GET /live"):
                    self._look()
            except Exception as error:  # the database may be away for a while; what moved is told when it is back
                logging.getLogger("entrepot").warning("the log could not be watched and will be again: %s", error)

    def _look(self) -> None:
        with self.mutex:
            listeners, seen = list(self.listeners), self._seen
        last = self.last_place()
        if last <= seen:
            return
        upto = min(last, seen + MOST_PLACES)
        with self.desk.store.database.session() as session:
            rows = session.all(
                "SELECT p.place, s.dossier, s.id FROM placed p JOIN submission s ON s.seq = p.seq"
                " WHERE p.place > ? AND p.place <= ? ORDER BY p.place",
                seen, upto,
            )  # fmt: skip
        moved: dict[str, list[tuple[int, str]]] = {}
        for place, dossier, name in rows:
            moved.setdefault(dossier, []).append((place, name))
        self._tell(listeners, moved, upto)
        with self.mutex:
            self._seen = upto
        close_old_connections()  # of the accounts, who were asked in this thread

    def _tell(self, listeners: list[Listener], moved: dict[str, list[tuple[int, str]]], upto: int) -> None:
        proven: dict[str, Voice | None] = {}
        known: dict[tuple[Voice, str, int], int] = {}
        for listener in listeners:
            dossiers = [listener.dossier] if listener.dossier else list(moved)
            news = {d: [one for one in moved.get(d, ()) if one[0] > listener.after] for d in dossiers}
            after, listener.after = listener.after, max(listener.after, upto)
            if not any(news.values()):
                continue
            if listener.holder not in proven:
                proven[listener.holder] = listener.who()
            voice = proven[listener.holder]
            if voice is None:
                listener.end()
                continue
            for dossier, said in news.items():
                key = (voice, dossier, after)
                if said and key not in known:
                    known[key] = self.readable(dossier, voice, said)
                if said and known[key] >= 0:
                    listener.tell(dossier, known[key])


_HUBS: WeakKeyDictionary[Desk, Hub] = WeakKeyDictionary()
_HUBS_MUTEX = threading.Lock()


def hub_of(desk: Desk) -> Hub:
    """The hub of a desk, made at first asking."""
    with _HUBS_MUTEX:
        return _HUBS.setdefault(desk, Hub(desk))


def listening() -> int:
    """How many streams are open in this process."""
    with _HUBS_MUTEX:
        return sum(len(hub.listeners) for hub in _HUBS.values())


class LiveResponse(HttpResponse):
    """The answer to whoever listens: its beginning, and the listener whose events a server that holds streams adds to it."""

    listener: Listener | None = None


def _asking(request: HttpRequest) -> Voice:
    from entrepot.portal.pages import reader_of

    machine = "Authorization" in request.headers or "Entrepot-As" in request.headers
    return voice_of(request) if machine else reader_of(request)


def _anew(environ: dict[str, Any]) -> Callable[[], Voice | None]:
    """Proves the voice of a request again, from what the browser sent at first."""
    from entrepot.portal.accounts.middleware import people  # Django is set up by now

    kept = {name: value for name, value in environ.items() if name != "wsgi.input"}

    def who() -> Voice | None:
        found = list[Voice]()

        def ask(request: HttpRequest) -> HttpResponse:
            with suppress(Unproven, StoreError, DatabaseError):
                found.append(_asking(request))
            return HttpResponse()

        people(ask)(WSGIRequest({**kept, "wsgi.input": BytesIO()}))
        return found[0] if found else None

    return who


def _holder(request: HttpRequest, voice: Voice) -> str:
    """Whose stream it is: what proves the voice, so that two sessions of one person are proven apart."""
    proof = (request.headers.get("Authorization", ""), request.headers.get("Cookie", ""))
    return msgspec.json.encode((voice.person, voice.organisation, voice.token, *proof)).decode()


def live(request: HttpRequest) -> HttpResponseBase:
    """Tell what moves, of one dossier or of all of mine."""
    desk, voice, dossier = desk_of(request), _asking(request), request.GET.get("dossier", "")
    hub = hub_of(desk)
    last = hub.last_place()
    state = hub.moved_last(dossier, voice) if dossier else last
    heard = request.headers.get("Last-Event-ID", "")
    after = int(heard) if heard.isascii() and heard.isdecimal() and len(heard) < 18 else state
    first = event("changed" if state > after else "state", dossier, state)
    person = msgspec.json.encode((voice.person, voice.organisation, voice.token)).decode()
    listener = Listener(hub, dossier, max(last, state), _anew(request.META), _holder(request, voice), person)
    native = NATIVE in request.META and request.method == "GET"
    held = native and hub.join(listener)
    retry = 1_000 if held else LATER_MILLISECONDS if native else AGAIN_MILLISECONDS
    response = LiveResponse(b"retry: %d\n%s" % (retry, first), content_type="text/event-stream")
    response["X-Accel-Buffering"] = "no"
    if held:
        response.listener = listener
    return response


URLS: list[URLPattern] = [path("live", told(live, "GET", "HEAD"))]
