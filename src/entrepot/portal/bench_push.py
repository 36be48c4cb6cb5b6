"""How many events a second go through the feed and out to receivers, and how long after a statement is durable its event arrives."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec

from entrepot.channels.online import Voice, voice_of
from entrepot.kernel.law import Law
from entrepot.portal import setting
from entrepot.portal.bench import Figure, Say
from entrepot.portal.bench_postgres import NoPostgres, passing_postgres
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.portal.push.events import events_for
from entrepot.portal.push.pushing import Pushing
from entrepot.portal.push.subscribing import LOOPBACK, Asked, end, make
from entrepot.store.events import START
from entrepot.store.store import Store
from entrepot.store.tokens import new_token

DOSSIERS, LINES = 200, 100  # statements on file before anything is measured
LATER, PAUSE = 300, 0.02  # statements said one by one while the lag is measured, and the pause between them


def run(say: Say) -> list[Figure]:
    """Both databases, one after the other."""
    before = os.environ.get(LOOPBACK)
    os.environ[LOOPBACK] = "1"
    folder = Path(tempfile.mkdtemp(prefix="entrepot-bench-"))
    figures = list[Figure]()
    try:
        with ExitStack() as stack:
            urls = {"SQLite": f"sqlite:///{folder / 'store.sqlite3'}"}
            try:
                urls["PostgreSQL"] = stack.enter_context(passing_postgres())
            except NoPostgres as error:
                say(f"PostgreSQL: {error}")
            for name, url in urls.items():
                figures += _figures(name, url, folder, say)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.environ.pop(LOOPBACK) if before is None else os.environ.update({LOOPBACK: before})
    return figures


def _figures(name: str, url: str, folder: Path, say: Say) -> list[Figure]:
    registry = setting.registry()
    with Store.open(url, registry, nature="sandbox", keys=folder / f"keys-{name}") as store:
        desk = Desk(store, Law([], {}), registry)
        voice = voice_of(store, new_token(store, "ann", "acme"))
        assert voice is not None
        say(f"{name}: {DOSSIERS * LINES:,} statements")
        _fill(desk, voice)
        feed, page, count = _feed(desk, voice)
        say(f"{name}: deliveries")
        each, seconds = _deliveries(desk, voice)
        say(f"{name}: lag")
        lags = sorted(_lags(desk, voice))
    at = [f"{lags[int(len(lags) * share)] * 1000:.0f} ms" for share in (0.5, 0.95)]
    return [
        Figure(
            f"{name}: events through the feed",
            f"{feed:,.0f}/s",
            "",
            f"{count:,} in pages of 500; {page * 1000:.0f} ms a page",
        ),
        Figure(
            f"{name}: deliveries to one receiver",
            f"{each / seconds:,.0f}/s",
            "",
            f"{each:,}, signed twice, a connection each",
        ),
        Figure(
            f"{name}: from durable to delivered",
            f"p50 {at[0]}, p95 {at[1]}",
            "",
            f"{len(lags)} statements, 50 a second",
        ),
    ]


def _fill(desk: Desk, voice: Voice) -> None:
    for number in range(DOSSIERS):
        opening = Draft("dossier.opened", {"kind": "trade", "reference": f"PO-{number}"})
        lines = [
            Draft("goods.line", {"amount": "USD 1.00", "quantity": "1", "unit": "t"}, str(at))
            for at in range(LINES - 2)
        ]
        desk.say(f"D{number}", [opening, *lines], voice)
    desk.store.integrate()


def _feed(desk: Desk, voice: Voice) -> tuple[float, float, int]:
    """Events a second, encoded; seconds of a page; how many."""
    after, count, pages, began = START, 0, 0, time.perf_counter()
    while (piece := events_for(desk, voice, after, 500)).events:
        msgspec.json.encode(piece.events)
        after, count, pages = piece.upto, count + len(piece.events), pages + 1
    took = time.perf_counter() - began
    return count / took, took / pages, count


def _deliveries(desk: Desk, voice: Voice) -> tuple[int, float]:
    wanted, came = 3_000, threading.Event()
    seen = list[bytes]()

    def take(body: bytes) -> None:
        seen.append(body)
        if len(seen) >= wanted:
            came.set()

    with _receiving(take) as address:
        made = make(desk, voice, Asked("webhook", address, after="start"))
        push = Pushing(desk)
        push._fan_out()
        began = time.perf_counter()
        while not came.is_set():
            push.step(0.005)
        took = time.perf_counter() - began
        end(desk, voice, made.subscription.id)
        push.close()
    return wanted, took


def _lags(desk: Desk, voice: Voice) -> list[float]:
    """Seconds from the end of a say to the arrival of its event, with sequencer and pusher at work beside."""
    arrived, durable, stop = dict[str, float](), dict[str, float](), threading.Event()

    def take(body: bytes) -> None:
        arrived[msgspec.json.decode(body)["id"]] = time.perf_counter()

    with _receiving(take) as address:
        make(desk, voice, Asked("webhook", address))
        desk.store.start_log()
        thread = threading.Thread(target=lambda: Pushing(desk).run(stop.is_set))
        thread.start()
        for number in range(LATER):
            draft = Draft(
                "goods.line",
                {"amount": "USD 2.00", "quantity": "1", "unit": "t"},
                f"later-{number}",
                id=f"later-{number}",
            )
            desk.say(f"D{number % DOSSIERS}", [draft], voice)
            durable[f"later-{number}"] = time.perf_counter()
            time.sleep(PAUSE)
        due = time.monotonic() + 30
        while len(arrived) < LATER and time.monotonic() < due:
            time.sleep(0.05)
        stop.set()
        thread.join()
        desk.store.stop_log()
    return [arrived[id] - durable[id] for id in arrived if id in durable]


@contextmanager
def _receiving(take: Callable[[bytes], None]) -> Iterator[str]:
    """A receiver on this machine that answers 204 to everything."""
    server = socket.create_server(("127.0.0.1", 0), backlog=256)

    def one(connection: socket.socket) -> None:
        with connection:
            data = b""
            while b"\r\n\r\n" not in data:
                data += connection.recv(65_536)
            head, _, body = data.partition(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            while len(body) < length:
                body += connection.recv(65_536)
            take(body)
            connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=one, args=(connection,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/hook"
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
