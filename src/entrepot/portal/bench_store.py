"""How fast the store says things durably, beside the raw commits of the same database in the same run; and its log."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from entrepot.kernel.submissions import Submission
from entrepot.modules.evidence.rules.tree import leaf_hash
from entrepot.portal.bench import Figure, Say
from entrepot.portal.bench_postgres import NoPostgres, passing_postgres
from entrepot.portal.setting import registry
from entrepot.store.store import Store

BODY = msgspec.json.encode(
    {
        "description": "Shiitake mushrooms, prepared",
        "hs": "2003901090",
        "quantity": "20400",
        "unit": "kg",
        "net_kg": "20400",
        "gross_kg": "25200",
    },
    order="sorted",
)
SINGLES, BATCH, BATCHES, THREADS = 300, 1000, 10, 16


def line(dossier: str, number: int) -> Submission:
    """One statement of a line of goods, about 400 bytes with its envelope."""
    return Submission(
        id=f"{dossier}-{number}",
        dossier=dossier,
        topic="goods.line",
        key=str(number),
        body=msgspec.Raw(BODY),
        by="bench",
        for_="bench",
        said_at="2026-05-18T00:00:00Z",
    )


def opening(dossier: str) -> Submission:
    body = msgspec.json.encode({"kind": "trade", "reference": dossier}, order="sorted")
    return Submission(
        id=f"{dossier}-0", dossier=dossier, topic="dossier.opened", body=msgspec.Raw(body), by="bench", for_="bench"
    )


def run(say: Say) -> list[Figure]:
    """Singles, sixteen speakers at once, and batches of 1,000, on each database that can be had."""
    figures: list[Figure] = []
    folder = Path(tempfile.mkdtemp(prefix="entrepot-bench-"))
    try:
        say("SQLite")
        path = folder / "store.sqlite3"
        figures += _database("SQLite", f"sqlite:///{path}", lambda: _raw_sqlite(folder / "raw.sqlite3"))
        try:
            with passing_postgres() as url:
                say("PostgreSQL")
                figures += _database("PostgreSQL", url, lambda: _raw_postgres(url))
        except NoPostgres as reason:
            say(f"PostgreSQL left out: {reason}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return figures


def _database(name: str, url: str, raw: Callable[[], float]) -> list[Figure]:
    with Store.open(url, registry(), nature="sandbox") as store:
        store.submit([opening("warm")])
        # The disk's speed swings: the raw commits are measured before and after, and the mean is the baseline.
        before = raw()
        cpu, single = _singles(store)
        baseline = (before + raw()) / 2
        crowd = _crowd(store)
        batches = [_batch(store, number) for number in range(BATCHES)]
        best, worst = max(batches), min(batches)
        middle = sorted(batches)[len(batches) // 2]
    share = single / baseline
    return [
        Figure(
            f"{name}: single statements, one speaker",
            f"{single:,.0f}/s, CPU {cpu * 1e6:,.0f} µs each",
            "≥ 0.5 of raw commits",
            f"{baseline:,.0f} raw commits/s",
            f"{share:.2f}",
            share >= 0.5,
        ),
        Figure(
            f"{name}: single statements, {THREADS} speakers",
            f"{crowd:,.0f}/s",
            "",
            f"{baseline:,.0f} raw commits/s",
            f"{crowd / baseline:.2f}",
        ),
        Figure(
            f"{name}: batches of {BATCH:,}",
            f"{middle:,.0f}/s ({worst:,.0f} to {best:,.0f})",
            "≥ 5,000/s",
            f"{baseline:,.0f} raw commits/s",
            f"{middle / baseline:.1f}",
            middle >= 5000,
        ),
    ]


def _singles(store: Store) -> tuple[float, float]:
    store.submit([opening("one")])
    cpu, clock = time.process_time(), time.perf_counter()
    for number in range(1, SINGLES + 1):
        assert store.submit([line("one", number)]).ok
    return (time.process_time() - cpu) / SINGLES, SINGLES / (time.perf_counter() - clock)


def _crowd(store: Store) -> float:
    def speak(own: int) -> None:
        store.submit([opening(f"crowd{own}")])
        for number in range(1, 101):
            store.submit([line(f"crowd{own}", number)])

    threads = [threading.Thread(target=speak, args=(own,)) for own in range(THREADS)]
    clock = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return THREADS * 100 / (time.perf_counter() - clock)


def _batch(store: Store, own: int) -> float:
    batch = [opening(f"batch{own}"), *(line(f"batch{own}", number) for number in range(1, BATCH))]
    clock = time.perf_counter()
    assert store.submit(batch).ok
    return BATCH / (time.perf_counter() - clock)


def _rate(commit: Callable[[int], Any]) -> float:
    clock = time.perf_counter()
    for number in range(SINGLES):
        commit(number)
    return SINGLES / (time.perf_counter() - clock)


def _raw_sqlite(path: Path) -> float:
    """The same bytes, one row a commit, written with nothing around them."""
    base = sqlite3.connect(path, isolation_level=None)
    base.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; DROP TABLE IF EXISTS raw; CREATE TABLE raw (id TEXT PRIMARY KEY, body BLOB)"
    )
    rate = _rate(lambda number: base.execute("INSERT INTO raw VALUES (?, ?)", (str(number), BODY)))
    base.close()
    return rate


def _raw_postgres(url: str) -> float:
    import psycopg

    with psycopg.connect(url, autocommit=True) as base:
        base.execute("DROP TABLE IF EXISTS raw")
        base.execute("CREATE TABLE raw (id text PRIMARY KEY, body bytea)")
        return _rate(lambda number: base.execute("INSERT INTO raw VALUES (%s, %s)", (str(number), BODY)))


def run_log(say: Say) -> list[Figure]:
    """The log: taking leaves in and signing, receipts, and the tree of a million leaves computed afresh."""
    from entrepot.modules.evidence.rules.tree import root

    folder = Path(tempfile.mkdtemp(prefix="entrepot-bench-"))
    try:
        with Store.open(
            f"sqlite:///{folder / 'store.sqlite3'}", registry(), nature="sandbox", keys=folder / "keys"
        ) as store:
            store.submit([opening("log"), *(line("log", number) for number in range(1, 10_000))])
            clock = time.perf_counter()
            taken = store.integrate()
            rate = taken / (time.perf_counter() - clock)
            clock = time.perf_counter()
            for number in range(1, 201):
                store.receipt(f"log-{number}")
            receipts = 200 / (time.perf_counter() - clock)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    say("a million leaves")
    leaves = [leaf_hash(number.to_bytes(8)) for number in range(1_000_000)]
    cpu = time.process_time()
    root(leaves)
    whole = time.process_time() - cpu
    return [
        Figure("leaves taken into the tree, with a signed checkpoint", f"{rate:,.0f}/s of {taken:,}"),
        Figure("receipts made", f"{receipts:,.0f}/s"),
        Figure("root of 1,000,000 leaves computed afresh", f"{whole:.2f} s CPU", "< 5 s", met=whole < 5),
    ]
