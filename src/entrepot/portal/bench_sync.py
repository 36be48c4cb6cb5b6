"""A day without a network: the 10,000 submissions of an encrypted counter are handed over to a portal on PostgreSQL, both in one
process, beside saying them at the counter."""

import os
import resource
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any

from entrepot.channels import window
from entrepot.channels.online import Voice
from entrepot.gateways.sync_client import Answered
from entrepot.kernel.law import Law
from entrepot.kernel.module import Registry
from entrepot.portal.bench import Figure, Say
from entrepot.portal.bench_postgres import NoPostgres, passing_postgres
from entrepot.portal.counter import sync_exchange
from entrepot.portal.counter.sync_desk import CounterDesk
from entrepot.portal.counter.sync_exchange import Exchange, Report
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.store import sync, vault
from entrepot.store.store import Store
from entrepot.store.tokens import new_token

SUBMISSIONS, IN_ONE = 10_000, 40  # of which so many in one dossier
HALL, FIRM = "example-hall", "example-firm"
FIRST = datetime(2026, 4, 1, 1, 0, tzinfo=UTC)
SECONDS_BETWEEN = 86_400 // SUBMISSIONS


class Outage:
    """A portal and a counter that did not see each other for a day, on a clock that the counter's work moves."""

    def __init__(self, folder: Path, registry: Registry, law: Law, scheme: str = "sqlite", portal: str = "") -> None:
        self.now = FIRST
        portal = portal or f"sqlite:///{folder / 'portal.sqlite3'}"
        self.portal = self._store(portal, folder / "portal-keys", registry)
        (folder / "counter").mkdir()
        here = folder / "counter"
        self.counter = self._store(f"{scheme}:///{here / 'counter.db'}", here / "keys", registry)
        self.desk, self.at_counter = Desk(self.portal, law, registry), CounterDesk(self.counter, law, registry)
        self.token = new_token(self.portal, "clerk", HALL, ("clerk",), "window")
        sync.set_place(self.counter, sync_exchange.NAME, "bench")
        self.bytes = 0

    def _store(self, url: str, keys: Path, registry: Registry) -> Store:
        return Store.open(url, registry, nature="sandbox", keys=keys, clock=lambda: self.now)

    def close(self) -> None:
        """Let go of both stores."""
        self.portal.close()
        self.counter.close()

    def work(self, submissions: int) -> int:
        """A day's work at the counter; how many statements it made."""
        voice = window.under(Voice("clerk", HALL, frozenset({"clerk"}), "window", counter=HALL), "M1", FIRM)
        mandate = {"principal": FIRM, "counter": HALL, "signed_on": "2026-01-01"}
        made = 0
        while made < submissions:
            opening = [
                Draft("dossier.opened", {"kind": "trade", "reference": f"B{made}"}),
                Draft("dossier.mandate", mandate, "M1"),
            ]
            lines = [
                Draft(
                    "goods.line", {"hs": "28092019", "quantity": str(n), "unit": "t", "amount": "USD 12360.00"}, str(n)
                )
                for n in range(1, min(IN_ONE - 4, max(submissions - made - 4, 1)) + 1)
            ]
            said = self.at_counter.say(f"B{made}", opening + lines, voice)
            made += len(said.said)
            self.now += timedelta(seconds=SECONDS_BETWEEN * len(said.said))
        return made

    def hand_over(self) -> Report:
        """One exchange over the API, without a socket between."""
        from django.test import Client

        from entrepot.portal.wsgi import application_on

        application_on(self.desk)
        settings: Any = {
            "HTTP_HOST": "localhost",
            "entrepot.desk": self.desk,
            "HTTP_AUTHORIZATION": f"Bearer {self.token}",
        }
        client = Client(**settings)

        def ask(method: str, path: str, body: bytes | None) -> Answered:
            response = client.generic(method, path, body or b"", content_type="application/json")
            self.bytes += len(body or b"") + len(response.content)
            return Answered(response.status_code, response.content)

        return Exchange(self.counter, ask).run()


def run(say: Say) -> list[Figure]:
    """Hand a day over; then once more, when there is nothing to hand over."""
    os.environ.setdefault(vault.PASSPHRASE, token_hex())  # of a folder that is gone afterwards
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="entrepot-bench-")))
        try:
            portal, kind = stack.enter_context(passing_postgres()), "PostgreSQL"
        except NoPostgres as reason:
            say(f"no PostgreSQL: {reason}")
            portal, kind = "", "SQLite"
        return _handed_over(say, folder, portal, f"an SQLCipher counter to a portal on {kind}")


def _handed_over(say: Say, folder: Path, portal: str, way: str) -> list[Figure]:
    from entrepot.portal import setting

    outage = Outage(folder, setting.registry(), setting.law(), "sqlcipher", portal)
    before = _megabytes()
    try:
        say(f"{SUBMISSIONS:,} submissions at a counter")
        clock = time.perf_counter()
        made = outage.work(SUBMISSIONS)
        said = time.perf_counter() - clock
        say("handing over")
        clock, cpu = time.perf_counter(), time.process_time()
        report = outage.hand_over()
        took, used = time.perf_counter() - clock, time.process_time() - cpu
        sent_bytes, clock = outage.bytes, time.perf_counter()
        again = outage.hand_over()
        idle = time.perf_counter() - clock
    finally:
        outage.close()
    whole = report.whole and report.sent == made and not report.refused and again.whole and not again.sent
    return [
        Figure(f"handing over {made:,} submissions, {way}, both in one process", f"{made / took:,.0f}/s, {used:.1f} s CPU",
               "without loss", f"said at the counter {made / said:,.0f}/s", f"{said / took:.2f}", whole),
        Figure("bytes both ways", f"{sent_bytes / made:,.0f} a submission"),
        Figure("largest memory, both sides with the law", f"{_megabytes():,} MB, of which {before:,} MB before the day began"),
        Figure("once more, nothing new", f"{idle * 1000:,.0f} ms"),
    ]  # fmt: skip


def _megabytes() -> int:
    """The most memory that this process held at once so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
