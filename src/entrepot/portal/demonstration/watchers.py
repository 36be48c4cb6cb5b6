"""Witnesses and a monitor of the demonstration: processes of their own on this machine, ended when they are no longer needed."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import entrepot_witness
from entrepot_witness.witness import Witness, make_witness

NAMES = ("bank", "chamber")  # who would run them: others than the operator, who would not agree with it on a lie
SECONDS = 20


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run `entrepot-witness`."""
    return subprocess.run(
        [*_command(), *map(str, words)], env=_environment(), capture_output=True, encoding="utf-8", timeout=SECONDS,
        check=False,
    )  # fmt: skip


@contextmanager
def witnesses(folder: Path, log_key: str) -> Iterator[str]:
    """Two witnesses that know the log by its key; the policy (C2SP tlog-policy) that asks for both."""
    lines = [f"log {log_key}"]
    with ExitStack() as stack:
        for name in NAMES:
            make_witness(folder / name, f"witness.{name}.example/w1", ["ed25519"])
            witness = Witness(folder / name)
            witness.add_log(log_key)
            key = witness.cosigners[0].key
            witness.close()
            lines.append(f"witness {name} {key} {stack.enter_context(_serving(folder / name))}")
        lines += [f"group both all {' '.join(NAMES)}", "quorum both"]
        yield "".join(f"{line}\n" for line in lines)


@contextmanager
def _serving(folder: Path) -> Iterator[str]:
    """A witness that serves on a port of its own; its address."""
    command = [*_command(), "serve", "--folder", str(folder), "--port", "0"]
    with subprocess.Popen(command, env=_environment(), stdout=subprocess.PIPE, encoding="utf-8") as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip().partition(": ")[2]
            if not address:
                raise RuntimeError(f"the witness in {folder} does not serve")
            yield address
        finally:
            process.terminate()
            try:
                process.wait(SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def _command() -> list[str]:
    return [sys.executable, "-m", "entrepot_witness.cli"]


def _environment() -> dict[str, str]:
    source = str(Path(entrepot_witness.__file__).parents[1])
    return {**os.environ, "PYTHONPATH": source, "PYTHONIOENCODING": "utf-8"}
