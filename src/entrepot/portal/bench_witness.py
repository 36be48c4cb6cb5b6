"""`entrepot bench witness`: how fast a witness cosigns, how fast and in how much memory a monitor follows a log."""

import http.client
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from entrepot.modules.evidence.rules import tree
from entrepot.portal.bench import Figure, Say
from entrepot.store.notes import Checkpoint, Signer, sign_checkpoint

REQUESTS = 1_000
SIZES = (100_000, 1_000_000)
STEP = 65_536
ORIGIN = "bench.example.org/log"

# The largest memory of a process as the kernel counts it from its start; `ru_maxrss` would count its parent's too.
WATCHED = """
import sys, time
from entrepot_witness.cli import main
code = main(sys.argv[1:])
lines = open("/proc/self/status").read().splitlines()
print(next(line.split()[1] for line in lines if line.startswith("VmHWM")), time.process_time())
sys.exit(code)
"""


def run(say: Say) -> list[Figure]:
    """Cosignatures a second of one witness process, beside bare durable commits; leaves a second and memory of a monitor."""
    figures = []
    with tempfile.TemporaryDirectory(prefix="entrepot-bench-") as folder:
        bare = _commits(Path(folder) / "bare.sqlite3")
        for kind in ("ed25519", "ml-dsa-44"):
            say(f"a witness with a key of {kind}: {REQUESTS:,} checkpoints")
            figures.append(_cosignatures(Path(folder) / kind, kind, bare))
        for size in SIZES:
            say(f"a monitor on a log of {size:,} entries")
            figures += _monitored(Path(folder) / str(size), size)
    return figures


def _commits(path: Path) -> float:
    """Durable commits of one row a second: the baseline of the same minute."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (k TEXT PRIMARY KEY, v BLOB)"
    )
    start = time.perf_counter()
    for number in range(REQUESTS):
        connection.execute("INSERT OR REPLACE INTO t VALUES ('k', ?)", (number.to_bytes(400),))
    seconds = time.perf_counter() - start
    connection.close()
    return REQUESTS / seconds


def _cosignatures(folder: Path, kind: str, bare: float) -> Figure:
    signer = Signer(ORIGIN, bytes(32))
    bodies = list(_requests(signer))
    with _witness(folder, kind, str(signer.verifier)) as (process, address):
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
        start = time.perf_counter()
        for body in bodies:
            connection.request("POST", "/add-checkpoint", body)
            answer = connection.getresponse()
            if answer.status != 200:
                raise RuntimeError(f"the witness answered {answer.status}: {answer.read()!r}")
            answer.read()
        seconds = time.perf_counter() - start
        connection.close()
        process.terminate()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    cpu = (used.ru_utime + used.ru_stime) / REQUESTS * 1000
    rate = REQUESTS / seconds
    return Figure(
        f"witness, {kind}: checkpoints verified, kept durably and cosigned, one client",
        f"{rate:,.0f}/s ({cpu:.2f} ms CPU each)",
        baseline=f"{bare:,.0f} bare durable commits/s",
        ratio=f"{bare / rate:.1f} times slower",
    )


def _requests(signer: Signer) -> Iterator[bytes]:
    """Honest requests of a log that grows by one entry each time."""
    leaves = [tree.leaf_hash(number.to_bytes(8)) for number in range(REQUESTS)]
    tiles = tree.Tiles(lambda level, number: b"".join(kept.get(level, [])[number * 256 : (number + 1) * 256]))
    kept: dict[int, list[bytes]] = {}
    frontier = tree.Frontier()
    for size, leaf in enumerate(leaves, 1):
        frontier, nodes = tree.append(frontier, [leaf])
        for level, _, hashed in nodes:
            kept.setdefault(level, []).append(hashed)
        path = tree.consistency_path(size - 1, size, tiles) if size > 1 else ()
        note = sign_checkpoint(Checkpoint(ORIGIN, size, frontier.root()), signer)
        yield "\n".join([f"old {size - 1}", *(b64encode(one).decode() for one in path), "", note]).encode()


@contextmanager
def _witness(folder: Path, kind: str, key: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    line = [sys.executable, "-m", "entrepot_witness.cli"]
    for words in (["init", "bench.example.org/w", "--kind", kind], ["add-log", key]):
        subprocess.run([*line, *words, "--folder", str(folder)], check=True, stdout=subprocess.DEVNULL)
    serve = [*line, "serve", "--port", "0", "--folder", str(folder)]
    with subprocess.Popen(serve, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().strip().partition(": ")[2]
        finally:
            if process.returncode is None:
                process.terminate()


def _monitored(folder: Path, size: int) -> list[Figure]:
    signer = Signer(ORIGIN, bytes(32))
    publish(folder / "log", size, signer)
    line = [sys.executable, "-c", WATCHED, "monitor", str(folder / "log"), "--key", str(signer.verifier), "--once"]
    figures = []
    for what in ("from nothing", "again, unchanged"):
        start = time.perf_counter()
        done = subprocess.run([*line, "--folder", str(folder / "m")], check=True, capture_output=True, text=True)
        seconds = time.perf_counter() - start
        memory, cpu = done.stdout.split()[-2:]
        told = f"{seconds:.2f} s ({float(cpu):.2f} s CPU), {int(memory) >> 10} MB"
        rate = f"{size / seconds:,.0f} leaves/s, " if what == "from nothing" else ""
        figures.append(Figure(f"monitor, {size:,} entries in a folder, {what}", rate + told))
    return figures


def publish(folder: Path, size: int, signer: Signer) -> None:
    """A log of made-up entries as C2SP tlog-tiles."""
    frontier, rows = tree.Frontier(), dict[int, list[bytes]]()
    for first in range(0, size, STEP):
        count = min(STEP, size - first)
        entries = [
            b'{"digest":"%s","type":"submission","v":1}' % sha256(number.to_bytes(8)).hexdigest().encode()
            for number in range(first, first + count)
        ]
        frontier, kept = tree.append(frontier, [tree.leaf_hash(entry) for entry in entries])
        for level, _, hashed in kept:
            rows.setdefault(level, []).append(hashed)
        for at in range(0, count, 256):
            part = entries[at : at + 256]
            _write(
                folder, "entries", (first + at) // 256, len(part), b"".join(len(one).to_bytes(2) + one for one in part)
            )
    for level, row in rows.items():
        for at in range(0, len(row), 256):
            _write(folder, str(level), at // 256, len(row[at : at + 256]), b"".join(row[at : at + 256]))
    note = sign_checkpoint(Checkpoint(signer.name, size, frontier.root()), signer)
    (folder / "checkpoint").write_text(note, encoding="utf-8")


def _write(folder: Path, level: str, number: int, width: int, data: bytes) -> None:
    place = f"x{number // 1000:03}/{number % 1000:03}" if number >= 1000 else f"{number:03}"
    path = folder / f"tile/{level}/{place}{'' if width == 256 else f'.p/{width}'}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
