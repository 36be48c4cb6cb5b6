"""Witnesses as processes of their own, on ports of their own."""

import http.client
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests.conftest import ROOT

# The server's answer is cut off by the kernel after the state is written and before a byte of it leaves.
DYING = """
import os, signal, sys
from entrepot_witness import cli, server
server.Handler._answer = lambda self, answer: os.kill(os.getpid(), signal.SIGKILL)
sys.exit(cli.main(sys.argv[1:]))
"""


def command(*words: str) -> subprocess.CompletedProcess[str]:
    """Run `entrepot-witness`."""
    line = [sys.executable, "-m", "entrepot_witness.cli", *words]
    return subprocess.run(line, env=_env(), capture_output=True, text=True, check=False, timeout=60)


@contextmanager
def serving(folder: Path, port: int = 0, dying: bool = False) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A witness that serves until the context ends, and its address."""
    start = ["-c", DYING] if dying else ["-m", "entrepot_witness.cli"]
    line = [sys.executable, *start, "serve", "--folder", str(folder), "--port", str(port)]
    with subprocess.Popen(line, env=_env(), stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            told = process.stdout.readline()
            assert ": http://" in told, told
            yield process, told.strip().partition(": ")[2]
        finally:
            process.terminate()
            process.wait(10)


def post(
    address: str, body: bytes, path: str = "/add-checkpoint", headers: Sequence[tuple[str, str]] = ()
) -> tuple[int, str]:
    """A request by hand: status and text of the answer."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
    try:
        connection.putrequest("POST", path)
        for name, value in headers or [("Content-Length", str(len(body)))]:
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def _env() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONIOENCODING": "utf-8"}
