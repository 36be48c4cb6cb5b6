"""`/counter/sync`: how a counter stands with its portal, in plain words; handing over by one key; what people have to settle."""

import fcntl
import threading
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.gateways.sync_client import Ask, Portal, Unreachable
from entrepot.kernel.text import Problem, Text
from entrepot.portal.counter import sync_exchange
from entrepot.portal.counter.cli import LOCK
from entrepot.portal.counter.desk_page import SCRIPTS, STYLES, acting_at, clerk_at, head, when
from entrepot.portal.counter.sync_desk import CounterDesk, PreparedWord
from entrepot.portal.counter.sync_exchange import Exchange, Report, SyncStopped
from entrepot.portal.counter.sync_law import LawPlace
from entrepot.portal.desk import Desk, NoSuchDossier
from entrepot.portal.pages import DO, READ, only, page
from entrepot.portal.reading import Fact
from entrepot.portal.setting import home
from entrepot.store import sync, window
from entrepot.store.window import Made

SHOWN = 50
PROGRESS = "progress"
_MEANWHILE = threading.Lock()


class Dispute(Struct, frozen=True):
    """A field on which statements contradict each other: who said what, when."""

    field: str
    sides: tuple[tuple[str, str], ...]


class Waits(Struct, frozen=True):
    """Something that people look at: where it is, and why."""

    made: Made | None
    id: str
    label: Text
    problems: tuple[Problem, ...] = ()


def sync_page(request: HttpRequest) -> HttpResponseBase:
    """What waits, what was refused, what contradicts, what stands under review."""
    desk, clerk = clerk_at(request)
    if not isinstance(desk, CounterDesk):
        return page(
            request, "counter/sync.html", styles=STYLES, scripts=SCRIPTS, **head(desk, clerk, "sync"), here_is="portal"
        )
    told = sync_exchange.standing(desk.store)
    last = told.last
    return page(
        request, "counter/sync.html", styles=STYLES, scripts=SCRIPTS, **head(desk, clerk, "sync"), here_is="counter", told=told,
        running=_running(), progress=_progress(desk), last=last, last_at=when(last.ended) if last and last.ended else "",
        conflicts=_conflicts(desk, clerk, last), review=_review(desk, last), aside=[_aside(desk, one) for one in told.aside[:SHOWN]],
        prepared=[(one, msgspec.json.decode(one.data, type=PreparedWord)) for one in sync.prepared(desk.store)[-SHOWN:]],
    )  # fmt: skip


def sync_now(request: HttpRequest) -> HttpResponseBase:
    """Hand over, in the background: the page tells how far it is, and one works on meanwhile."""
    desk, _ = acting_at(request)
    if isinstance(desk, CounterDesk) and not _running():
        sync.set_place(desk.store, PROGRESS, "{}")
        threading.Thread(target=hand_over, args=(desk,), name="entrepot-sync", daemon=True).start()
    return HttpResponseRedirect("/counter/sync")


def hand_over(desk: Desk) -> Report | None:
    """One exchange, alone on this machine; what cut it short is kept in the report. None where another is under way."""
    if not _MEANWHILE.acquire(blocking=False):
        return None
    try:
        with _lock_file() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return None
            return _exchanged(desk)
    finally:
        _MEANWHILE.release()


def _exchanged(desk: Desk) -> Report:
    counts: dict[str, int] = {}

    def progress(what: str, count: int) -> None:
        counts[what] = counts.get(what, 0) + count
        sync.set_place(desk.store, PROGRESS, msgspec.json.encode(counts).decode())

    report = Report(sync.place(desk.store, sync_exchange.NAME), sync.place(desk.store, sync.PORTAL_URL))
    try:
        exchange = Exchange(desk.store, reach(desk), progress, LawPlace.of(home()))
        report = exchange.report
        exchange.run()
    except Unreachable as error:
        report.stopped = Text(
            f"the portal cannot be reached ({error}); what was handed over stays, the rest goes next time",
            f"无法连接平台（{error}）；已交换的内容有效，其余下次继续",
        )
    except SyncStopped as stopped:
        report.stopped = stopped.text
    sync.set_place(desk.store, sync_exchange.LAST, msgspec.json.encode(report).decode())
    return report


def reach(desk: Desk) -> Ask:
    """The way to the portal that this counter was begun at."""
    return Portal(sync.place(desk.store, sync.PORTAL_URL), sync.place(desk.store, sync_exchange.TOKEN))


def _lock_file() -> Any:
    home().mkdir(parents=True, exist_ok=True)
    return (home() / LOCK).open("w")


def _running() -> bool:
    """Whether an exchange is under way on this machine, here or from the command line."""
    if _MEANWHILE.locked():
        return True
    with _lock_file() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def _progress(desk: Desk) -> dict[str, int]:
    return msgspec.json.decode(sync.place(desk.store, PROGRESS, "{}"), type=dict[str, int])


def _conflicts(desk: Desk, clerk: Voice, last: Report | None) -> list[tuple[str, Fact, list[Dispute]]]:
    """The contradictions that the last exchange found and that still stand, as the clerk may see them."""
    found: list[tuple[str, Fact, list[Dispute]]] = []
    named: dict[str, set[str]] = {}
    for place in last.conflicts[:SHOWN] if last else ():
        dossier, _, rest = place.partition(" ")
        named.setdefault(dossier, set()).add(rest)
    for dossier, places in named.items():
        try:
            facts = desk.read(dossier, clerk).facts
        except NoSuchDossier:
            continue
        here = (f for f in facts if f.conflicts and (f"{f.topic}/{f.key}" if f.key else f.topic) in places)
        found += [(dossier, fact, _disputes(fact)) for fact in here]
    return found


def _disputes(fact: Fact) -> list[Dispute]:
    said = {one.id: f"{one.organisation} · {one.by} · {one.said_at[:16].replace('T', ' ')}" for one in fact.statements}
    return [Dispute(one.field, tuple((said.get(id_, id_), text) for id_, text in one.sides)) for one in fact.conflicts]


def _review(desk: Desk, last: Report | None) -> list[Waits]:
    ids = [one.id for one in last.review[:SHOWN]] if last else []
    return [Waits(made, made.id, _label(desk, made.topic)) for made in window.made_of(desk.store, ids)]


def _aside(desk: Desk, one: sync.Aside) -> Waits:
    made = window.made_of(desk.store, [one.id])
    return Waits(made[0] if made else None, one.id, _label(desk, made[0].topic) if made else Text("", ""), one.problems)


def _label(desk: Desk, topic: str) -> Text:
    known = desk.registry.topics.get(topic)
    return known.label if known is not None else Text(topic, topic)


URLS: list[URLPattern] = [
    path("counter/sync", only(sync_page, *READ)),
    path("counter/sync/now", only(sync_now, *DO)),
]
