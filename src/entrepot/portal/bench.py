"""`entrepot bench`: how fast and how large, beside a baseline of the same run. Figures go to docs/benchmarks.md."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from statistics import median

from msgspec import Struct

Say = Callable[[str], None]


class Figure(Struct, frozen=True):
    """One measured figure: what, how much, of what unit, its bar, and the baseline of the same run with the ratio."""

    name: str
    value: str
    bar: str = ""
    baseline: str = ""
    ratio: str = ""
    met: bool | None = None


def cpu_seconds(act: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Median CPU and wall seconds of one call over `rounds` calls, after one that is not counted."""
    act()
    cpu, wall = [], []
    for _ in range(rounds):
        before, clock = time.process_time(), time.perf_counter()
        act()
        cpu.append(time.process_time() - before)
        wall.append(time.perf_counter() - clock)
    return median(cpu), median(wall)


def machine() -> str:
    """What the figures were measured on."""
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.processor(),
    )
    memory = next((int(line.split()[1]) >> 20 for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0)
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    return f"{os.cpu_count()} cores ({model or 'unknown'}), {memory} GiB, {system}"


def _lines(path: str) -> Iterator[str]:
    try:
        yield from Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return


def benches() -> dict[str, Callable[[Say], list[Figure]]]:
    """The benchmarks by name. Each imports what it needs, so that asking for one does not load all."""
    from entrepot.portal import (
        bench_assess,
        bench_audit,
        bench_backup,
        bench_classification,
        bench_clearance,
        bench_consistency,
        bench_documents,
        bench_door,
        bench_drafting,
        bench_evidence,
        bench_landed,
        bench_live,
        bench_mandates,
        bench_messages,
        bench_orders,
        bench_origin,
        bench_pages,
        bench_papers,
        bench_portal,
        bench_push,
        bench_screening,
        bench_search,
        bench_store,
        bench_sync,
        bench_witness,
        bench_work,
    )

    return {
        "assess": bench_assess.run,
        "law": bench_assess.run_law,
        "origin": bench_origin.run,
        "landed": bench_landed.run,
        "messages": bench_messages.run,
        "store": bench_store.run,
        "log": bench_store.run_log,
        "backup": bench_backup.run,
        "start": bench_door.run,
        "classification": bench_classification.run,
        "witness": bench_witness.run,
        "work": bench_work.run,
        "sync": bench_sync.run,
        "mandates": bench_mandates.run,
        "orders": bench_orders.run,
        "clearance": bench_clearance.run,
        "consistency": bench_consistency.run,
        "papers": bench_papers.run,
        "drafting": bench_drafting.run,
        "screening": bench_screening.run,
        "search": bench_search.run,
        "audit": bench_audit.run,
        "evidence": bench_evidence.run,
        "documents": bench_documents.run,
        "push": bench_push.run,
        "portal": bench_portal.run,
        "sheet-page": bench_pages.run,
        "live": bench_live.run,
    }


def run_bench(names: tuple[str, ...], say: Say) -> list[tuple[str, list[Figure]]]:
    """Run the named benchmarks, all where none is named. `classification` may be followed by files of texts with codes,
    `screening` by files of pairs of names."""
    known = benches()
    if names[:1] in (("classification",), ("screening",)) and names[1:] and all(n.endswith(".csv") for n in names[1:]):
        from entrepot.portal import bench_classification, bench_screening

        run_file = bench_screening.run_file if names[0] == "screening" else bench_classification.run_file
        if absent := [name for name in names[1:] if not Path(name).is_file()]:
            raise KeyError(f"no file {', '.join(absent)}")
        return [(f"{names[0]} of {Path(name).name}", run_file(Path(name), say)) for name in names[1:]]
    if unknown := [name for name in names if name not in known]:
        raise KeyError(f"no benchmark named {', '.join(unknown)}; there are: {', '.join(known)}")
    results = []
    for name in names or known:
        say(f"{name} …")
        results.append((name, known[name](say)))
    return results


PAGE = Path("docs/benchmarks.md")


def main(arguments: list[str]) -> int:
    """The command: `[NAME …] [--write]`. Prints a table a benchmark; gives 1 where a bar was missed, 2 for an unknown name."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    try:
        results = run_bench(
            tuple(name for name in arguments if name != "--write"), lambda text: console.print(f"[dim]{text}[/dim]")
        )
    except KeyError as error:
        console.print(error.args[0], style="red")
        return 2
    for name, figures in results:
        table = Table(title=name, title_justify="left")
        for column in ("figure", "measured", "bar", "baseline in the same run", "ratio"):
            table.add_column(column, overflow="fold")
        for one in figures:
            style = "red" if one.met is False else "green" if one.met else ""
            table.add_row(one.name, one.value, one.bar, one.baseline, one.ratio, style=style)
        console.print(table)
    if "--write" in arguments:
        write_results(PAGE, results, date.today())
        console.print(f"written to {PAGE}")
    return int(any(one.met is False for _, figures in results for one in figures))


def write_results(path: Path, results: list[tuple[str, list[Figure]]], today: date) -> None:
    """Put a run at the head of the results in the page, under the day and the machine."""
    lines = [f"## {today.isoformat()}", "", f"On {machine()}.", ""]
    for name, figures in results:
        lines += [
            f"**{name}**",
            "",
            "| figure | measured | bar | baseline in the same run | ratio |",
            "|---|---|---|---|---|",
        ]
        lines += [
            f"| {f.name} | {f.value} | {f.bar or '-'} | {f.baseline or '-'} | {f.ratio or '-'} |" for f in figures
        ]
        lines.append("")
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    mark = "<!-- newest first -->\n"
    head, found, tail = text.partition(mark)
    path.write_text(head + (found or mark) + "\n" + "\n".join(lines) + tail, encoding="utf-8")
