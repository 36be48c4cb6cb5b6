"""What was known then, exports of an enterprise, and what it costs to write down that somebody reads."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from entrepot.channels.online import ADMINISTER, WORKING, Voice
from entrepot.portal import setting
from entrepot.portal.audit import exports
from entrepot.portal.audit.as_of import read_as_of
from entrepot.portal.bench import Figure, Say, cpu_seconds
from entrepot.portal.bench_work import trade
from entrepot.portal.desk import Desk
from entrepot.store.reads import Seen
from entrepot.store.store import Store

FEW, MANY, AT_ONCE, ROUNDS = 1_000, 10_000, 500, 20_000
BROKER = Voice("declarant", "example-broker", duties=WORKING | {ADMINISTER})


def run(say: Say) -> list[Figure]:
    """A store of a thousand trades, then of ten thousand, of one broker."""
    with _desk() as desk:
        _filled(desk, 0, FEW)
        figures = [*_then(desk), *_noted(desk), *_exported(desk, FEW, say)]
        _filled(desk, FEW, MANY)
        return [*figures, *_exported(desk, MANY, say)]


@contextmanager
def _desk() -> Iterator[Desk]:
    with tempfile.TemporaryDirectory(prefix="entrepot-bench-") as folder:
        url, keys = f"sqlite:///{Path(folder) / 'store.sqlite3'}", Path(folder) / "keys"
        with Store.open(url, setting.registry(), nature="sandbox", keys=keys) as store:
            yield Desk(store, setting.law(), setting.registry())


def _filled(desk: Desk, start: int, end: int) -> None:
    for first in range(start, end, AT_ONCE):
        desk.say_many([(f"T{number}", trade(number)) for number in range(first, min(first + AT_ONCE, end))], BROKER)
    desk.store.integrate()


def _then(desk: Desk) -> list[Figure]:
    """A sheet as of now is drawn anew; beside it the same sheet, kept."""
    moment = desk.store.clock()
    kept, _ = cpu_seconds(lambda: desk.read("T7", BROKER), 9)
    drawn, _ = cpu_seconds(lambda: read_as_of(desk, "T7", moment, BROKER), 9)
    told = f"sheet kept {kept * 1000:.1f} ms"
    return [
        Figure(
            "a sheet as of a moment, drawn anew",
            f"{drawn * 1000:.1f} ms CPU",
            "< 100 ms",
            told,
            f"{drawn / kept:.1f}",
            drawn < 0.1,
        )
    ]


def _noted(desk: Desk) -> list[Figure]:
    """Reads noted one after the other, each another than the one before, and all of them written."""
    before = time.process_time()
    for number in range(ROUNDS):
        desk.store.reads.note(Seen("ann", "acme", "", "broker", f"T{number}", 12, "", "GET /d/<str:id>", "192.0.2.1"))
    desk.store.reads.flush()
    cost = (time.process_time() - before) / ROUNDS
    kept, _ = cpu_seconds(lambda: desk.read("T7", BROKER), 9)
    share = f"{cost / kept:.1%} of it"
    return [
        Figure(
            "writing down that somebody read",
            f"{cost * 1e6:.1f} µs CPU",
            "< 50 µs",
            f"sheet kept {kept * 1000:.1f} ms",
            share,
            cost < 5e-5,
        )
    ]


def _exported(desk: Desk, count: int, say: Say) -> list[Figure]:
    """An export of all trades; and by how much the process grew between a thousand trades and the last (Linux alone tells)."""
    say(f"export of {count:,} trades")
    held = dict[int, float]()

    def marked(done: int) -> None:
        if done in (FEW, count):
            held[done] = _resident()

    with tempfile.TemporaryDirectory(prefix="entrepot-bench-") as folder:
        before, clock = time.process_time(), time.perf_counter()
        size = exports.make_now(desk, BROKER, exports.AskedExport(), Path(folder) / "all.zip", marked)
        cpu, wall = time.process_time() - before, time.perf_counter() - clock
    figures = [
        Figure(
            f"export of {count:,} trades, {size / 1e6:.1f} MB packed", f"{wall:.1f} s, {cpu:.1f} s CPU", "",
            f"{count / wall:,.0f} trades/s", f"{size / 1e6 / wall:.2f} MB/s",
        )
    ]  # fmt: skip
    if count > FEW:
        grown = held[count] - held[FEW]
        figures.append(
            Figure(
                f"memory grown in an export from {FEW:,} to {count:,} trades", f"{grown:.0f} MB", "< 100 MB",
                f"{held[FEW]:.0f} MB at {FEW:,}",
                "", grown < 100,
            )
        )  # fmt: skip
    return figures


def _resident() -> float:
    """What the process holds in memory, in MB; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0.0
    return pages * 4096 / 1e6
