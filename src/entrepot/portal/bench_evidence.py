"""How fast evidence is: statements said durably with their leaves, the tree grown, proofs made and checked, everything recomputed,
receipts after the answer - beside the raw database and pymerkle in the same run; CPU beside wall time, memory beside size."""

from __future__ import annotations

import random
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from entrepot.kernel.submissions import Submission
from entrepot.modules.evidence.rules import tree
from entrepot.portal.bench import Figure, Say
from entrepot.portal.bench_postgres import NoPostgres, passing_postgres
from entrepot.portal.bench_store import line, opening
from entrepot.portal.setting import registry
from entrepot.store.audit import LiveTables, audit
from entrepot.store.group import submission_row
from entrepot.store.intake import Batch, prepare
from entrepot.store.schema import BODY, SUBMISSION
from entrepot.store.store import Store

SIZES = {1: 200, 16: 60, 256: 16, 1000: 12}  # statements in a batch -> batches of that size
SMALL, LARGE = 100_000, 1_000_000  # leaves
PROOFS, RECEIPTS = 20_000, 200
LEAF = ("seq", "entry")
Rows = tuple[list[Any], list[Any], list[Any]]


def run(say: Say) -> list[Figure]:
    """All figures, on each database that can be had."""
    figures: list[Figure] = []
    folder = Path(tempfile.mkdtemp(prefix="entrepot-bench-"))
    try:
        say("SQLite: saying")
        figures += _appends("SQLite", f"sqlite:///{folder / 'say.sqlite3'}", _RawSqlite(folder / "raw.sqlite3"))
        figures += _receipts("SQLite", f"sqlite:///{folder / 'receipts.sqlite3'}", folder)
        for size in (SMALL, LARGE):
            say(f"SQLite: a log of {size:,} leaves")
            figures += _log(f"sqlite:///{folder / f'log{size}.sqlite3'}", folder / f"keys{size}", size)
        say("SQLite: audit of statements")
        figures += _audit(f"sqlite:///{folder / 'say.sqlite3'}")
        say("pymerkle")
        figures += _pymerkle(folder, say)
        try:
            with passing_postgres() as url:
                say("PostgreSQL: saying")
                figures += _appends("PostgreSQL", url, _RawPostgres(url))
                figures += _receipts("PostgreSQL", url, folder)
        except NoPostgres as reason:
            say(f"PostgreSQL left out: {reason}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return figures


# -- saying, beside the raw insert of the same bytes ------------------------------------------------------------------


class _RawSqlite:
    """The same rows in tables with the same columns and keys, and nothing around them: no checks, no guards, no views' indexes."""

    def __init__(self, path: Path) -> None:
        self._base = sqlite3.connect(path, isolation_level=None)
        self._base.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL")
        for sql in _raw_tables("INTEGER", "BLOB", " STRICT"):
            self._base.execute(sql)

    def insert(self, rows: Rows) -> None:
        self._base.execute("BEGIN IMMEDIATE")
        for table, columns, held in _raw(rows):
            self._base.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(columns))})", held)
        self._base.execute("COMMIT")


class _RawPostgres:
    """The same with the driver's `executemany`, which sends all rows at once."""

    def __init__(self, url: str) -> None:
        import psycopg

        self._base = psycopg.connect(url, autocommit=True)
        self._base.execute("CREATE SCHEMA raw; SET search_path = raw")
        for sql in _raw_tables("BIGINT", "BYTEA", ""):
            self._base.execute(sql.encode())

    def insert(self, rows: Rows) -> None:
        with self._base.transaction(), self._base.cursor() as cursor:
            for table, columns, held in _raw(rows):
                cursor.executemany(f"INSERT INTO {table} VALUES ({', '.join(['%s'] * len(columns))})".encode(), held)


def _raw(rows: Rows) -> Iterator[tuple[str, Sequence[str], list[Any]]]:
    names = (("submission", SUBMISSION), ("body", BODY), ("leaf", LEAF))
    return ((table, columns, held) for (table, columns), held in zip(names, rows, strict=True))


def _raw_tables(integer: str, bytes_: str, strict: str) -> list[str]:
    kinds = {
        "seq": f"{integer} PRIMARY KEY",
        "version": integer,
        "data": bytes_,
        "salt": bytes_,
        "entry": bytes_,
        "id": "TEXT UNIQUE",
    }
    made = []
    for table, columns, _ in _raw(([], [], [])):
        typed = ", ".join(f"{name} {kinds.get(name, 'TEXT')}" for name in columns)
        made.append(f"CREATE TABLE {table} ({typed}){strict}")
    return [*made, "CREATE UNIQUE INDEX raw_dossier ON submission (dossier, seq)"]


def _rows(batch: Batch, first: int) -> Rows:
    ready = list(enumerate(batch.ready, first))
    said = [submission_row(seq, one, "2026-05-18T00:00:00.000000Z") for seq, one in ready]
    return (
        said,
        [(seq, bytes(one.submission.body), one.evidence, one.salt) for seq, one in ready],
        [(seq, one.entry) for seq, one in ready],
    )


def _appends(name: str, url: str, raw: _RawSqlite | _RawPostgres) -> list[Figure]:
    figures, number = [], 0
    with Store.open(url, registry(), nature="sandbox") as store:
        store.submit([opening("say")])
        for size, count in SIZES.items():
            own: list[tuple[float, float]] = []
            bare: list[tuple[float, float]] = []
            for turn in range(count + 1):  # in turns, as the disk's speed swings; the first is not counted
                batch = [line("say", number + at + 1) for at in range(size)]
                number += size
                ready = prepare(store.registry.topics, batch, (), ())
                assert isinstance(ready, Batch)
                rows = _rows(ready, number - size + 1)
                took, plain = _timed(partial(_said, store, batch)), _timed(partial(raw.insert, rows))
                if turn:
                    own.append(took)
                    bare.append(plain)
            figures.append(_beside(name, size, own, bare))
    return figures


def _said(store: Store, batch: list[Submission]) -> None:
    assert store.submit(batch).ok


def _beside(name: str, size: int, own: list[tuple[float, float]], bare: list[tuple[float, float]]) -> Figure:
    (wall, cpu), (raw_wall, raw_cpu) = (
        (median(w for w, _ in times), median(c for _, c in times)) for times in (own, bare)
    )
    ratio = wall / raw_wall
    return Figure(
        f"{name}: statements with body and leaf, durable, batches of {size:,}",
        f"{size / wall:,.0f}/s, CPU {cpu / size * 1e6:,.1f} µs each",
        "≤ 2 times the raw insert" if size == 1000 else "",
        f"{size / raw_wall:,.0f}/s raw, CPU {raw_cpu / size * 1e6:,.1f} µs each",
        f"{ratio:.2f} times its time",
        ratio <= 2 if size == 1000 else None,
    )


def _timed(act: Callable[[], object]) -> tuple[float, float]:
    """Wall and CPU seconds of one call."""
    clock, cpu = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - clock, time.process_time() - cpu


# -- receipts ---------------------------------------------------------------------------------------------------------


def _receipts(name: str, url: str, folder: Path) -> list[Figure]:
    """From the answer to a statement to its receipt, with the sequencer running."""
    taken = []
    with Store.open(url, registry(), nature="sandbox", keys=folder / f"keys-{name}") as store:
        store.start_log()
        assert store.submit([opening("receipts")]).ok
        for number in range(RECEIPTS):
            said = line("receipts", number + 1)
            assert store.submit([said]).ok
            taken.append(_timed(partial(store.receipt, said.id))[0] * 1000)
    p95 = quantiles(taken, n=20)[-1]
    return [
        Figure(
            f"{name}: receipt after the answer, sequencer running",
            f"p50 {median(taken):.1f} ms, p95 {p95:.1f} ms, most {max(taken):.1f} ms",
            "≤ 200 ms",
            met=p95 <= 200,
        )
    ]


# -- a log of so many leaves ------------------------------------------------------------------------------------------


def _log(url: str, keys: Path, size: int) -> list[Figure]:
    """The sequencer's own way from generated leaf rows to a tree; then proofs from its tiles, and the tree recomputed."""
    with Store.open(url, registry(), nature="sandbox", keys=keys) as store:
        session = store.database.connect()
        with session.loading():
            session.load("leaf", LEAF, ((seq, _entry(seq)) for seq in range(1, size + 1)))
        session.close()
        before = _memory()
        wall, cpu = _timed(store.integrate)
        grown = _memory()
        figures = [
            Figure(
                f"leaves placed and signed, {size:,}", f"{size / wall:,.0f}/s, CPU {cpu:.1f} s",
            )
        ]  # fmt: skip
        figures += _proofs(store, size)
        figures += _recomputed(store, size)
        figures.append(
            Figure(
                f"memory of the process at {size:,} leaves",
                f"{grown:,.0f} MB after placing them, {before:,.0f} MB before",
            )
        )
    return figures


def _entry(number: int) -> bytes:
    return tree.entry_bytes("submission", sha256(number.to_bytes(8)).digest())


def _proofs(store: Store, size: int) -> list[Figure]:
    chance = random.Random(9162)
    places = [chance.randrange(size) for _ in range(PROOFS)]

    def prove() -> None:
        for place in places:
            store.inclusion_at(place)

    before = _memory()
    (cold, _), (warm, cpu) = _timed(prove), _timed(prove)
    held = _memory() - before
    proofs = [store.inclusion_at(place) for place in places]
    signed = store.signed()
    assert signed is not None
    leaves = [tree.leaf_hash(_entry(place + 1)) for place in places]

    def check() -> None:
        for leaf, proof in zip(leaves, proofs, strict=True):
            tree.verify_inclusion(leaf, proof.index, proof.size, proof.path, signed.root)

    checked, _ = _timed(check)
    pairs = [tuple(sorted((chance.randrange(1, size), chance.randrange(1, size)))) for _ in range(PROOFS // 4)]
    grown, _ = _timed(lambda: [store.consistency(*pair) for pair in pairs])
    rate = PROOFS / warm
    return [
        Figure(
            f"inclusion proofs made at {size:,} leaves, tiles read",
            f"{rate:,.0f}/s, CPU {cpu / PROOFS * 1e6:,.0f} µs each",
            "≥ 10,000/s" if size == LARGE else "",
            f"{PROOFS / cold:,.0f}/s while tiles are read from the database",
            f"{rate * cold / PROOFS:.1f}",
            rate >= 10_000 if size == LARGE else None,
        ),
        Figure(
            f"memory for the tiles kept at {size:,} leaves", f"{held:,.0f} MB", "≤ 80 MB at any size", met=held <= 80
        ),
        Figure(f"inclusion proofs checked at {size:,} leaves", f"{PROOFS / checked:,.0f}/s"),
        Figure(f"consistency proofs made at {size:,} leaves", f"{len(pairs) / grown:,.0f}/s"),
    ]


def _recomputed(store: Store, size: int) -> list[Figure]:
    """From the entries on file to the root that was signed, and from leaf hashes alone."""
    signed = store.signed()
    assert signed is not None

    def whole() -> None:
        frontier = tree.Frontier()
        with store.database.session() as session, session.snapshot():
            waiting: list[bytes] = []
            for (entry,) in session.stream(
                "SELECT l.entry FROM placed p JOIN leaf l ON l.seq = p.seq ORDER BY p.place"
            ):
                waiting.append(tree.leaf_hash(entry))
                if len(waiting) == 4096:
                    frontier, _ = tree.append(frontier, waiting)
                    waiting = []
        frontier, _ = tree.append(frontier, waiting)
        assert frontier.root() == signed.root

    alone, cpu = _timed(partial(tree.root, [tree.leaf_hash(_entry(place + 1)) for place in range(size)]))
    wall, _ = _timed(whole)
    bar = size == LARGE
    return [
        Figure(
            f"the tree of {size:,} leaves recomputed", f"{alone:.2f} s, CPU {cpu:.2f} s",
            "< 5 s" if bar else "", met=alone < 5 if bar else None,
        ),
        Figure("the same from the entries on file, streamed", f"{wall:.2f} s, {size / wall:,.0f} entries/s"),
    ]  # fmt: skip


def _audit(url: str) -> list[Figure]:
    """Every statement, body, salt, leaf, node and checkpoint of what was said above."""
    with Store.open(
        url, registry(), nature="sandbox", keys=Path(url.removeprefix("sqlite:///")).parent / "keys-audit"
    ) as store:
        store.integrate()
        with store.database.session() as session, session.snapshot():
            clock, cpu = time.perf_counter(), time.process_time()
            found = audit(LiveTables(session))
            wall, used = time.perf_counter() - clock, time.process_time() - cpu
    assert found.whole
    return [
        Figure(
            f"audit of all that was said, {found.statements:,} statements",
            f"{found.statements / wall:,.0f} statements/s, CPU {used / found.statements * 1e6:,.0f} µs each",
        )
    ]


def _memory() -> float:
    """What the process holds now, in MB."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 2**20
    except OSError:
        return 0.0


# -- pymerkle ---------------------------------------------------------------------------------------------------------


def _pymerkle(folder: Path, say: Say) -> list[Figure]:
    """The same entries in its tree on SQLite; entries alone, without statements, keys or checkpoints."""
    if find_spec("pymerkle") is None:
        say(
            "pymerkle left out: it is not installed (GPL: `pip install -r requirements-bench.lock` into an environment of one's own)"
        )
        return []
    pymerkle = import_module("pymerkle")
    theirs = pymerkle.SqliteTree(str(folder / "pymerkle.db"))
    entries = [_entry(number) for number in range(1, SMALL + 1)]
    single = median(_timed(partial(theirs.append_entry, entry))[0] for entry in entries[:200])
    chunk, _ = _timed(lambda: theirs.append_entries(entries[200:], chunksize=1000))
    proofs: list[Any] = []
    root = theirs.get_state()

    def prove() -> None:
        proofs.extend(theirs.prove_inclusion(place) for place in range(1, 20_000, 400))

    made, _ = _timed(prove)
    bases = [theirs.get_leaf(place) for place in range(1, 20_000, 400)]
    checked, _ = _timed(
        lambda: [pymerkle.verify_inclusion(base, root, proof) for base, proof in zip(bases, proofs, strict=True)]
    )
    return [
        Figure(
            "pymerkle: entries appended one by one, in chunks of 1,000",
            f"{1 / single:,.0f}/s, {(SMALL - 200) / chunk:,.0f}/s",
        ),
        Figure(
            f"pymerkle: inclusion proofs made at {SMALL:,} leaves, checked",
            f"{len(proofs) / made:,.0f}/s, {len(proofs) / checked:,.0f}/s",
        ),
    ]
