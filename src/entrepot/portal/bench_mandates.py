"""`entrepot bench mandates`: what looking mandates up costs among 100,000 dossiers and 1,000 mandates."""

import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import msgspec

from entrepot.channels.online import ADMINISTER, WORKING, Voice
from entrepot.kernel.law import Law
from entrepot.kernel.submissions import Submission
from entrepot.portal.bench import Figure, Say
from entrepot.portal.desk import Desk
from entrepot.portal.setting import registry
from entrepot.store.mandates import given_to
from entrepot.store.store import Store

DOSSIERS, FIRMS, MANDATES = 100_000, 1_000, 1_000
AGENTS, TRIES = 50, 200
TODAY = date(2026, 6, 20)


def run(say: Say) -> list[Figure]:
    """What agents, principals and strangers wait for, as the median of many tries."""
    with (
        tempfile.TemporaryDirectory(prefix="entrepot-bench-") as folder,
        Store.open(
            f"sqlite:///{Path(folder) / 'store.sqlite3'}", registry(), nature="sandbox", keys=Path(folder) / "keys"
        ) as store,
    ):
        say(f"{DOSSIERS:,} dossiers of {FIRMS:,} firms, {MANDATES:,} mandates")
        _filled(store)
        return _measured(Desk(store, Law([], {}), store.registry, today=lambda: TODAY))


def _measured(desk: Desk) -> list[Figure]:
    agent, firm = Voice("bea", "agent-7"), Voice("ann", "firm-7", duties=WORKING | {ADMINISTER})
    stranger = Voice("eve", "elsewhere")
    first = desk.dossiers(agent)
    known = first.dossiers[0].id
    principal = Voice("x", known.split(".")[0])
    bare = _median(lambda: desk.store.dossiers("firm-7"))
    listing = f"bare list of one firm's {bare:.2f} ms"
    rows: list[tuple[str, Callable[[], object], float]] = [
        ("mandates of an agent", lambda: given_to(desk.store.database, "agent-7"), 5),
        ("an agent's dossiers, first page of 50", lambda: desk.dossiers(agent), 100),
        ("an agent's dossiers, the next page", lambda: desk.dossiers(agent, first.next), 100),
        ("a principal's dossiers, first page of 50", lambda: desk.dossiers(firm), 100),
        ("a stranger's dossiers (none)", lambda: desk.dossiers(stranger), 5),
        ("who an agent is in a dossier", lambda: _roles(desk, known, agent), 5),
        ("who a member is in a dossier", lambda: _roles(desk, known, principal), 5),
    ]
    found = []
    for name, work, limit in rows:
        took = _median(work)
        found.append(
            Figure(
                f"mandates: {name}", f"{took:.2f} ms", f"< {limit:g} ms", listing, f"{took / bare:.1f}", took < limit
            )
        )
    return found


def _median(work: Callable[[], object]) -> float:
    work()
    return sorted(_timed(work))[TRIES // 2] * 1000


def _timed(work: Callable[[], object]) -> Iterator[float]:
    for _ in range(TRIES):
        began = time.perf_counter()
        work()
        yield time.perf_counter() - began


def _roles(desk: Desk, dossier: str, voice: Voice) -> frozenset[str]:
    with desk.known(dossier, voice) as (_, speaker):
        return speaker.roles


def _filled(store: Store) -> None:
    numbers = iter(range(10**9))

    def said(dossier: str, topic: str, body: object, firm: str, key: str = "") -> Submission:
        raw = msgspec.Raw(msgspec.json.encode(body, order="sorted"))
        return Submission(
            f"b-{next(numbers)}", dossier, topic, raw, key, by="p", for_=firm, said_at="2026-06-20T08:00:00Z"
        )

    batches: list[list[Submission]] = []
    for number in range(DOSSIERS):
        firm = f"firm-{number % FIRMS}"
        dossier = f"{firm}.{number}"
        opening = said(dossier, "dossier.opened", {"kind": "trade", "reference": str(number)}, firm)
        batches.append([opening, said(dossier, "dossier.member", {"roles": ["exporter"]}, firm, firm)])
    for number in range(MANDATES):
        firm, agent = f"firm-{number % FIRMS}", f"agent-{number % AGENTS}"
        own = f"enterprise:{firm}"
        opening = said(own, "dossier.opened", {"kind": "enterprise", "reference": firm}, firm)
        mandate = {"agent": agent, "role": "broker", "signed_on": "2026-01-01"}
        batches.append([opening, said(own, "enterprise.mandate", mandate, firm, f"{agent}/{number}")])
    for at in range(0, len(batches), 10_000):
        assert all(outcome.ok for outcome in store.submit_many(batches[at : at + 10_000]))
