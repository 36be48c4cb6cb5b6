"""How soon the command line answers, and what the server holds in memory while nobody asks."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from statistics import median

from entrepot.portal import setting
from entrepot.portal.bench import Figure, Say


def run(say: Say) -> list[Figure]:
    """Start of the command line beside a bare interpreter, and the idle server's memory over all its processes."""
    bare = _seconds("-c", "pass")
    ours = _seconds("-m", "entrepot", "--help")
    say("the server")
    memory, answer = _server()
    return [
        Figure(
            "start of the command line",
            f"{ours:.3f} s",
            "< 0.3 s",
            f"bare interpreter {bare:.3f} s",
            f"{ours / bare:.1f}",
            ours < 0.3,
        ),
        Figure(
            "memory of the idle server, all processes (proportional set)",
            f"{memory:.0f} MB",
            "< 200 MB",
            met=memory < 200,
        ),
        Figure("first answer of the server", f"{answer:.2f} s after its start"),
    ]


def _seconds(*arguments: str) -> float:
    taken = []
    for _ in range(7):
        clock = time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
        taken.append(time.perf_counter() - clock)
    return median(taken)


def _server() -> tuple[float, float]:
    folder = tempfile.mkdtemp(prefix="entrepot-bench-")
    setting.law()  # sees to it that the packs are compiled, as set-up leaves them
    shutil.copytree(setting.home() / "packs", Path(folder) / "packs")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    clock = time.perf_counter()
    server = subprocess.Popen(
        [sys.executable, "-m", "entrepot", "serve", "--port", str(port)],
        env={**os.environ, "ENTREPOT_HOME": folder},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(300):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2):
                    break
            except OSError:
                time.sleep(0.05)
        else:
            raise RuntimeError("the server did not answer within 15 seconds")
        answer = time.perf_counter() - clock
        time.sleep(1)
        return sum(_memory(process) for process in _family(server.pid)), answer
    finally:
        server.terminate()
        server.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _family(pid: int) -> list[int]:
    """A process and all below it."""
    family = [pid]
    for parent in family:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            family += [int(child) for child in task.read_text().split()]
    return family


def _memory(pid: int) -> float:
    """The proportional set size in MB: pages shared with others count by their share."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(next(line.split()[1] for line in rollup.splitlines() if line.startswith("Pss:"))) / 1024
