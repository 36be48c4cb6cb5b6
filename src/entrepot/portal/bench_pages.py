"""The sheet as a page: how many bytes it is, compressed, and when one sees it over a slow line - the example, 50 lines, 1,000."""

from __future__ import annotations

import gzip
import io
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from socketserver import ThreadingMixIn
from statistics import median
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.util import setup_testing_defaults

from entrepot.channels.online import Voice
from entrepot.portal import setting
from entrepot.portal.bench import Figure, Say, cpu_seconds
from entrepot.portal.demonstration.story import CORRIDORS, Story
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.store.store import Store

EXPORTER = Voice("export desk", "example-jingzhou")
BITS, LATENCY_MS = 1_600_000, 150
MOST_BYTES, MOST_SECONDS, ROUNDS = 150_000, 1.5, 5
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
Application = Callable[[dict[str, Any], Callable[..., Any]], Any]


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class _Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that leaves closes its connections; that is no fault."""


def run(say: Say) -> list[Figure]:
    """Weight, CPU and first view of the sheet of three dossiers."""
    with tempfile.TemporaryDirectory(prefix="entrepot-bench-") as folder:
        store = Store.open(
            f"sqlite:///{Path(folder) / 'store.sqlite3'}",
            setting.registry(),
            nature="sandbox",
            keys=Path(folder) / "keys",
        )
        try:
            desk = Desk(store, setting.law(), setting.registry(), offices=setting.offices("sandbox"))
            dossiers = _prepared(desk, say)
            return _measured(desk, dossiers, say)
        finally:
            store.close()


def _prepared(desk: Desk, say: Say) -> dict[str, str]:
    """The dossiers by what they are."""
    story, corridor = Story(desk), CORRIDORS[2]
    story.open(corridor)
    for _ in story.hand_in(corridor):
        pass
    story.plan_entry(corridor)
    made = {"the example": corridor.dossier}
    for lines in (50, 1_000):
        say(f"{lines:,} lines")
        desk.say(f"L{lines}", list(_trade(lines)), EXPORTER)
        made[f"{lines:,} lines"] = f"L{lines}"
    return made


def _trade(lines: int) -> Iterator[Draft]:
    yield Draft("dossier.opened", {"kind": "trade", "reference": f"L{lines}", "title": f"Car parts, {lines} lines"})
    yield Draft("dossier.member", {"roles": ["exporter"]}, EXPORTER.organisation)
    yield Draft("trade.party", {"name": "Example Jingzhou Auto Parts", "country": "CHN"}, "exporter")
    yield Draft("trade.party", {"name": "Example Keihin Auto Supply", "country": "JPN"}, "importer")
    yield Draft("trade.terms", {"contract_no": "C-1", "incoterm": "FOB", "currency": "USD", "payment": "T/T"})
    yield Draft("declaration.particulars", {"flow": "E", "supervision_mode": "0110", "levy_nature": "101"})
    yield Draft("transport.plan", {"mode": "2", "destination_country": "JPN", "loading_on": "2026-12-01"})
    for line in range(1, lines + 1):
        body = {
            "description": f"Bracket {line}",
            "hs": "8708299000",
            "quantity": "10",
            "unit": "kg",
            "amount": "USD 50.00",
        }
        yield Draft("goods.line", body, str(line))


def _measured(desk: Desk, dossiers: dict[str, str], say: Say) -> list[Figure]:
    from entrepot.portal.wsgi import application_on

    application = application_on(desk)
    beside = sum(len(gzip.compress(data, 9)) for data in _static())
    figures = []
    for what, dossier in dossiers.items():
        body, answer = _asked(application, f"/d/{dossier}")
        cpu, _ = cpu_seconds(partial(_asked, application, f"/d/{dossier}"), 5)
        weight = len(answer) + beside
        figures.append(
            Figure(
                f"sheet of {what}: page, style and scripts, compressed", f"{weight / 1000:.0f} kB", f"< {MOST_BYTES // 1000} kB",
                f"the page as it is {len(body) / 1000:.0f} kB, compressed {len(answer) / 1000:.0f} kB", f"{len(body) / len(answer):.1f}",
                weight < MOST_BYTES,
            )
        )  # fmt: skip
        figures.append(Figure(f"sheet of {what}: making the page", f"{cpu * 1000:.0f} ms CPU"))
    return figures + _viewed(application, dossiers, say)


def _static() -> Iterator[bytes]:
    from entrepot.portal.pages import FOLDER

    for name in ("style.css", "why.js", "live.js"):
        yield (FOLDER / name).read_bytes()


def _asked(application: Application, path: str) -> tuple[bytes, bytes]:
    """A page's body, and the same as it goes over the wire."""
    environ: dict[str, Any] = {"PATH_INFO": path, "HTTP_ACCEPT_ENCODING": "gzip", "wsgi.input": io.BytesIO()}
    setup_testing_defaults(environ)
    environ |= {"HTTP_HOST": "localhost", "SERVER_NAME": "localhost"}
    status: list[str] = []
    chunks = application(environ, lambda line, headers, info=None: status.append(line))
    wire = b"".join(chunks)
    if status != ["200 OK"]:
        raise RuntimeError(f"{path}: {status}")
    return gzip.decompress(wire), wire


@contextmanager
def _served(application: Application) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, application, server_class=_Threads, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _viewed(application: Application, dossiers: dict[str, str], say: Say) -> list[Figure]:
    """When a browser first paints the page over a line of 1.6 Mbit/s with 150 ms; none where there is no Chromium."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        program = None
    if program is None:
        say("no Chromium, or no playwright: the first view is not measured")
        return []
    figures = []
    with _served(application) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        for what, dossier in dossiers.items():
            seconds = median(_first_view(browser, f"{address}/d/{dossier}") for _ in range(ROUNDS))
            figures.append(
                Figure(
                    f"sheet of {what}: first view at 1.6 Mbit/s, 150 ms", f"{seconds:.2f} s", f"< {MOST_SECONDS} s", "", "",
                    seconds < MOST_SECONDS,
                )
            )  # fmt: skip
        browser.close()
    return figures


def _first_view(browser: Any, address: str) -> float:
    """Seconds from the click to the first content painted, nothing kept from before."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    conditions = {
        "offline": False,
        "latency": LATENCY_MS,
        "downloadThroughput": BITS / 8,
        "uploadThroughput": 750_000 / 8,
    }
    line.send("Network.emulateNetworkConditions", conditions)
    page.goto(address, wait_until="load")
    painted = page.evaluate(
        "new Promise((done) => new PerformanceObserver((list) => done(list.getEntriesByName('first-contentful-paint')[0].startTime))"
        ".observe({ type: 'paint', buffered: true }))"
    )
    context.close()
    return float(painted) / 1000
