"""How fast a store is backed up, audited and restored, and in how much memory, beside the database copying its own pages.

Each act runs in a process of its own, so that its largest memory is its own: `python -m entrepot.portal.bench_backup ACT PATH URL`.
"""

from __future__ import annotations

import json
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from entrepot.portal.bench import Figure, Say
from entrepot.portal.bench_postgres import NoPostgres, passing_postgres
from entrepot.portal.bench_store import line, opening
from entrepot.portal.setting import registry
from entrepot.store import backup
from entrepot.store.audit import audit
from entrepot.store.database import Database
from entrepot.store.store import Store

SIZES = (100_000, 1_000_000)
DOSSIER = 1_000
FEW = 50_000


def run(say: Say) -> list[Figure]:
    """A hundred thousand and a million facts on SQLite; the larger restored into PostgreSQL too."""
    figures: list[Figure] = []
    for facts in SIZES:
        folder = Path(tempfile.mkdtemp(prefix="entrepot-bench-"))
        try:
            figures += _facts(say, folder, facts)
            if facts == SIZES[-1]:
                figures += _postgres(say, folder, facts)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return figures


def _facts(say: Say, folder: Path, facts: int) -> list[Figure]:
    say(f"{facts:,} facts")
    _fill(folder, facts)
    copy = _copied(folder)
    written = (folder / "b.zip", f"sqlite:///{folder / 'store.sqlite3'}")
    restored = (folder / "b.zip", f"sqlite:///{folder / 'again.sqlite3'}")
    loaded = _loaded(folder, facts)
    figures = []
    for act, where in (
        ("backed up", written),
        ("recomputed in the backup", written),
        ("restored and recomputed", restored),
    ):
        say(f"{act} …")
        wall, cpu, memory = _apart(act, *where)
        base = (
            f"raw insert of the same statements, bodies and leaves {loaded:,.0f}/s"
            if act.startswith("restored")
            else ""
        )
        base = base or f"SQLite copying its pages: {facts / copy:,.0f}/s"
        other = loaded if act.startswith("restored") else facts / copy
        figures.append(
            Figure(
                f"{facts:,} facts {act}",
                f"{facts / wall:,.0f}/s, {wall:.1f} s, CPU {cpu:.1f} s, {memory:,.0f} MB at most",
                "",
                base,
                f"{facts / wall / other:.2f}",
            )
        )
    return figures


def _postgres(say: Say, folder: Path, facts: int) -> list[Figure]:
    try:
        with passing_postgres() as url:
            say("restored into PostgreSQL …")
            wall, cpu, memory = _apart("restored and recomputed", folder / "b.zip", url)
    except NoPostgres as reason:
        say(f"PostgreSQL left out: {reason}")
        return []
    told = f"{facts / wall:,.0f}/s, {wall:.1f} s, CPU {cpu:.1f} s here, {memory:,.0f} MB at most"
    return [Figure(f"{facts:,} facts restored into PostgreSQL and recomputed", told)]


def _fill(folder: Path, facts: int) -> None:
    with Store.open(
        f"sqlite:///{folder / 'store.sqlite3'}", registry(), nature="sandbox", keys=folder / "keys"
    ) as store:
        for first in range(0, facts // DOSSIER, 4):
            names = [f"d{number}" for number in range(first, min(first + 4, facts // DOSSIER))]
            store.submit_many(
                [[opening(name), *(line(name, number) for number in range(1, DOSSIER))] for name in names]
            )
        store.integrate()


def _copied(folder: Path) -> float:
    """Seconds in which SQLite copies its own pages."""
    clock = time.perf_counter()
    source, target = sqlite3.connect(folder / "store.sqlite3"), sqlite3.connect(folder / "copy.sqlite3")
    source.backup(target)
    source.close()
    target.close()
    taken = time.perf_counter() - clock
    (folder / "copy.sqlite3").unlink()
    return taken


def _loaded(folder: Path, facts: int) -> float:
    """Statements with bodies and leaves a second, written into bare tables in one transaction."""
    count = min(facts, FEW)
    source = sqlite3.connect(folder / "store.sqlite3")
    rows = {
        name: source.execute(f"SELECT * FROM {name} LIMIT {count}").fetchall()
        for name in ("submission", "body", "leaf")
    }
    source.close()
    base = sqlite3.connect(folder / "bare.sqlite3", isolation_level=None)
    base.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL")
    for name, held in rows.items():
        base.execute(f"CREATE TABLE {name} ({', '.join(f'c{at}' for at in range(len(held[0])))})")
    clock = time.perf_counter()
    base.execute("BEGIN")
    for name, held in rows.items():
        base.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(held[0]))})", held)
    base.execute("COMMIT")
    taken = time.perf_counter() - clock
    base.close()
    for path in folder.glob("bare.sqlite3*"):
        path.unlink()
    return count / taken


def _apart(act: str, file: Path, url: str) -> tuple[float, float, float]:
    """Seconds, CPU seconds and megabytes at most of one act in a process of its own."""
    command = [sys.executable, "-m", "entrepot.portal.bench_backup", act, str(file), url]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    wall, cpu, memory = json.loads(done.stdout)
    return wall, cpu, memory


def main(act: str, file: str, url: str) -> None:
    """One act, measured from within."""
    clock, now = time.perf_counter(), datetime.now(UTC)
    if act == "backed up":
        backup.back_up(Database(url), Path(file), now, None)
    else:
        with backup.opened(Path(file)) as held:
            held.verify()
            found = audit(held) if act.startswith("recomputed") else backup.restore(held, url, now)
        if not found.whole:
            raise SystemExit(str(found.differences[:3]))
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps([time.perf_counter() - clock, used.ru_utime + used.ru_stime, _largest_memory()]))


def _largest_memory() -> float:
    """Megabytes at most so far; what `getrusage` tells counts the process that started this one too."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    main(*sys.argv[1:])
