"""How fast orders are matched, and in how much memory, beside the plainest join of the same files: csv rows in dictionaries.

Each is run by a process of its own, so that neither pays for the other's memory. The baseline reads the files, joins
them by order number and compares payer and amount as text: no types, no check digits, no digests, no reasons, no repeated papers.
"""

import csv
import json
import random
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from entrepot.gateways.orders.columns import Kind
from entrepot.kernel.checkdigits import identity_check
from entrepot.portal.bench import Figure, Say
from entrepot.portal.order_join import KINDS, Wanted, match_files

COUNT = 1_000_000
BAR = 1_000
BUYERS = 40_000
HEADS = {
    "order": "order_no,buyer_id,total,currency,ordered_on,consignee,net_kg",
    "payment": "payment_id,order_no,payer_id,amount,currency,paid_on",
    "waybill": "waybill_no,order_no,consignee,gross_kg",
}
YEAR = 2_600_000  # any limit will do: what is measured is that it is counted
MEASURED = "import sys; from entrepot.portal.bench_orders import measured; measured(sys.argv[1], sys.argv[2])"


def write_files(folder: Path, count: int) -> dict[Kind, Path]:
    """Orders of invented buyers with their payments and parcels; one in a hundred is paid by somebody else, one in a thousand
    cannot be read. The papers lie in another order than the orders."""
    chance = random.Random(20261122)
    buyers = [_identity(number) for number in range(BUYERS)]
    paths: dict[Kind, Path] = {kind: folder / f"{kind}.csv" for kind in KINDS}
    mixed = list(range(count))
    chance.shuffle(mixed)
    with (
        paths["order"].open("w") as orders,
        paths["payment"].open("w") as payments,
        paths["waybill"].open("w") as waybills,
    ):
        for kind, file in zip(KINDS, (orders, payments, waybills), strict=True):
            file.write(HEADS[kind] + "\n")
        for number in range(count):
            day = f"2026-{1 + number % 12:02}-{1 + number % 28:02}"
            total = "twelve" if number % 1000 == 999 else _total(number)
            orders.write(f"N{number:08},{buyers[number % BUYERS]},{total},CNY,{day},Recipient {number % 9973},1.20\n")
        for number in mixed:
            payer = buyers[(number + (number % 100 == 99)) % BUYERS]
            payments.write(f"P{number:08},N{number:08},{payer},{_total(number)},CNY,2026-12-31\n")
            waybills.write(f"W{number:08},N{number:08},Recipient {number % 9973},1.35\n")
    return paths


def _total(number: int) -> str:
    return f"{10 + number % 890}.{number % 100:02}"


def _identity(number: int) -> str:
    body = f"420500{19600101 + number % 30:08}{number % 1000:03}"
    return body + str(identity_check(body + "0"))


def plain_join(paths: dict[Kind, Path]) -> int:
    """The baseline: how many orders have a payment by their buyer of their amount, and a parcel."""
    papers: dict[Kind, dict[str, list[str]]] = {}
    for kind in KINDS[1:]:
        with paths[kind].open(encoding="utf-8", newline="") as file:
            papers[kind] = {row[1]: row for row in csv.reader(file)}
    agreeing = 0
    with paths["order"].open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            paid = papers["payment"].get(row[0])
            agreeing += paid is not None and paid[2:4] == row[1:3] and row[0] in papers["waybill"]
    return agreeing


def measured(what: str, folder: str) -> None:
    """One run in this process; prints its CPU seconds, its peak of memory, and how many orders agreed."""
    import resource
    import time

    paths: dict[Kind, Path] = {kind: Path(folder) / f"{kind}.csv" for kind in KINDS}
    before = time.process_time()
    if what == "join":
        with (Path(folder) / "report.csv").open("w", encoding="utf-8", newline="") as report:
            agreeing = match_files(paths, report, Wanted(True, "", YEAR)).agreeing
    else:
        agreeing = plain_join(paths)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({"cpu": time.process_time() - before, "peak": used.ru_maxrss // 1024, "agreeing": agreeing}))


def _run(what: str, folder: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, what, str(folder)], capture_output=True, text=True, check=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def run(say: Say, count: int = COUNT) -> list[Figure]:
    """Orders a second on one core, and the peak of memory for a million of them and for a tenth."""
    with TemporaryDirectory(prefix="entrepot-bench-") as name:
        folder = Path(name)
        say(f"{count // 10:,} orders, payments and parcels")
        write_files(folder, count // 10)
        small = _run("join", folder)
        say(f"{count:,} orders, payments and parcels")
        size = sum(path.stat().st_size for path in write_files(folder, count).values())
        whole, plain = _run("join", folder), _run("plain", folder)
    rate, base = count / whole["cpu"], count / plain["cpu"]
    return [
        Figure(
            f"orders matched a second of CPU ({count:,}, {size >> 20} MB)", f"{rate:,.0f}", f">= {BAR:,}",
            f"csv rows in dictionaries {base:,.0f}", f"{rate / base:.2f}", rate >= BAR,
        ),
        Figure(
            f"peak of memory for {count:,} orders", f"{whole['peak']:,.0f} MB", "bounded",
            f"csv rows in dictionaries {plain['peak']:,.0f} MB", f"{whole['peak'] / plain['peak']:.2f}",
        ),
        Figure(
            f"peak of memory for {count // 10:,} orders", f"{small['peak']:,.0f} MB", "", "",
            f"{whole['peak'] / small['peak']:.2f} times as much for ten times the orders",
        ),
    ]  # fmt: skip
