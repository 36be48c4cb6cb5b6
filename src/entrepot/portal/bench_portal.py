"""The portal under load: wrk on loopback against the server as it is run, beside a bare Django view that inserts one row by its
ORM under the same server in the same run."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from msgspec import Struct

from entrepot.portal import setting
from entrepot.portal.bench import Figure, Say
from entrepot.portal.bench_door import _family
from entrepot.portal.bench_postgres import NoPostgres, passing_postgres
from entrepot.store.store import Store
from entrepot.store.tokens import new_token

SECONDS = 5
CONNECTIONS = (16, 64)
TOKENS, DOSSIERS = 8, 50  # of each token
BULK_LINES = 200
OPENING = {"topic": "dossier.opened", "body": {"kind": "trade", "reference": "BENCH-1"}}
LINE = {"hs": "28092019", "quantity": "24", "unit": "t", "amount": "USD 12360.00"}
# Every statement bears an id of its own and a key of its own, in one of many dossiers.
SCRIPT = """
local tokens = {{ {tokens} }}
local count = 0
function setup(thread) n = (n or 0) + 1; thread:set("number", n) end
function init() math.randomseed(number * 7919 + {seed}) end
local function id()
  count = count + 1
  return string.format("%08x-%04x-7%03x-8%03x-%06x%06x", {seed} % 4294967296, number, math.random(0, 4095), math.random(0, 4095),
    math.random(0, 16777215), count)
end
local function statement(token, dossier)
  local name = id()
  return '{{"dossier":"B-' .. token .. '-' .. dossier .. '","topic":"goods.line","key":"' .. number .. '-' .. count ..
    '","id":"' .. name .. '","body":{line}}}'
end
function request()
  local token = math.random(1, #tokens)
  local headers = {{ ["Authorization"] = "Bearer " .. tokens[token], ["Cookie"] = "entrepot_token=" .. tokens[token],
    ["Content-Type"] = "{media}", ["Host"] = "localhost" }}
  local path, body = "{path}", ""
  if "{method}" == "GET" then
    path = string.gsub(path, "DOSSIER", "R-" .. token)
  else
    local lines = {{}}
    for at = 1, {lines} do lines[at] = statement(token, math.random(1, {dossiers})) end
    body = table.concat(lines, "\\n")
  end
  return wrk.format("{method}", path, headers, body)
end
"""


class Load(Struct, frozen=True):
    """What wrk saw: requests a second, latencies in ms, how many did not succeed, and the server's CPU time of a request in ms."""

    rate: float
    p50: float
    p99: float
    bad: int
    cpu: float

    def text(self, times: int = 1) -> str:
        text = f"{self.rate * times:,.0f}/s; p50 {self.p50:.1f} ms, p99 {self.p99:.1f} ms; CPU {self.cpu / times:.2f} ms each"
        return text + (f"; {self.bad} not answered well" if self.bad else "")


class Server(Struct):
    """A server that was started for the bench."""

    port: int
    pid: int

    def cpu(self) -> float:
        """CPU seconds that all its processes have used."""
        ticks = 0
        for process in _family(self.pid):
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")


def run(say: Say) -> list[Figure]:
    """Statements by the API, the sheet page and API reads at 16 and 64 connections on both databases."""
    if shutil.which("wrk") is None:
        return [
            Figure(
                "the portal under load", "not measured: wrk, the load generator, is not installed (apt-get install wrk)"
            )
        ]
    figures = []
    with _folder() as folder:
        figures += _database(say, "SQLite", f"sqlite:///{folder / 'bench.sqlite3'}", folder)
    try:
        with passing_postgres() as url, _folder() as folder:
            figures += _database(say, "PostgreSQL", url, folder)
    except NoPostgres as reason:
        figures.append(Figure("the portal on PostgreSQL", f"not measured: {reason}"))
    return figures


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="entrepot-bench-"))
    setting.law()  # sees to it that the packs are compiled
    shutil.copytree(setting.home() / "packs", folder / "packs")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _database(say: Say, name: str, url: str, folder: Path) -> list[Figure]:
    with Store.open(url, setting.registry(), nature="live", keys=folder / "keys") as store:
        tokens = [new_token(store, f"bench-{number}", f"BENCH{number}") for number in range(1, TOKENS + 1)]
    environ = {
        **os.environ, "ENTREPOT_HOME": str(folder), "ENTREPOT_DATABASE": url, "ENTREPOT_NATURE": "live", "ENTREPOT_LIMITS": "off",
        "BENCH_DATABASE": url,
    }  # fmt: skip
    figures: list[Figure] = []
    with _served(environ, "-m", "entrepot", "serve") as ours:
        for number, token in enumerate(tokens, 1):
            _open(ours, token, number)
        with _served(environ, "-m", "entrepot.portal.bench_portal_bare") as bare:
            for connections in CONNECTIONS:
                say(f"{name}, {connections} connections")
                figures += _measured(f"{name}, {connections} connections", connections, ours, bare, tokens, folder)
    return figures


def _measured(at: str, connections: int, ours: Server, bare: Server, tokens: list[str], folder: Path) -> list[Figure]:
    def load(server: Server, method: str, path: str, lines: int = 1) -> Load:
        return _wrk(server, connections, _script(folder, tokens, method, path, lines))

    row = load(bare, "POST", "/row")
    single = load(ours, "POST", "/api/v1/submissions")
    again = load(bare, "POST", "/row")
    bulk = load(ours, "POST", "/api/v1/bulk", BULK_LINES)
    read = load(ours, "GET", "/api/v1/dossiers/B-DOSSIER")
    page = load(ours, "GET", "/d/B-DOSSIER")
    bare_rate = max(row.rate, again.rate)
    ratio, many = single.rate / bare_rate, bulk.rate * BULK_LINES / bare_rate
    return [
        Figure(
            f"statements by the API, one a request, with leaf, durable ({at})", single.text(), "2 x the bare view's rate",
            f"one row by the ORM, durable: {row.text()}; again {again.rate:,.0f}/s", f"{ratio:.2f}", ratio >= 2,
        ),
        Figure(f"statements by NDJSON, {BULK_LINES} a request, with leaves, durable ({at})", bulk.text(BULK_LINES),
            "2 x the bare view's rate",
            f"{bare_rate:,.0f} rows/s", f"{many:.2f}", many >= 2),
        Figure(f"a dossier read by the API ({at})", read.text()),
        Figure(f"the sheet page ({at})", page.text()),
    ]  # fmt: skip


def _script(folder: Path, tokens: list[str], method: str, path: str, lines: int) -> Path:
    quoted = ", ".join(f'"{token}"' for token in tokens)
    line = msgspec.json.encode(LINE).decode()
    media = "application/x-ndjson" if lines > 1 else "application/json"
    script = folder / "load.lua"
    script.write_text(
        SCRIPT.format(
            tokens=quoted, seed=time.time_ns() // 1000, line=line, media=media, path=path, method=method, lines=lines, dossiers=DOSSIERS,
        ).replace("\\\\n", "\\n")
    )  # fmt: skip
    return script


def _wrk(server: Server, connections: int, script: Path) -> Load:
    before = server.cpu()
    done = subprocess.run(
        ["wrk", "-t2", f"-c{connections}", f"-d{SECONDS}s", "--latency", "-s", str(script), f"http://127.0.0.1:{server.port}/"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    used = server.cpu() - before
    bad = sum(int(number) for number in re.findall(r"Non-2xx or 3xx responses: (\d+)", done))
    bad += sum(int(n) for found in re.findall(r"Socket errors: (.*)", done) for n in re.findall(r"\d+", found))
    [total] = re.findall(r"(\d+) requests in", done)
    [rate] = re.findall(r"Requests/sec:\s+([\d.]+)", done)
    quantiles = {mark: _ms(text) for mark, text in re.findall(r"^\s+(50|99)%\s+(\S+)\s*$", done, re.MULTILINE)}
    return Load(float(rate), quantiles["50"], quantiles["99"], bad, used * 1000 / max(1, int(total)))


def _ms(text: str) -> float:
    number = text.rstrip("umsh")
    return float(number) * {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}[text.removeprefix(number)]


def _open(server: Server, token: str, number: int) -> None:
    """The dossiers of a token, opened: those that grow, and one of ten lines that is read."""
    statements = [{"dossier": f"B-{number}-{at}", **OPENING} for at in range(1, DOSSIERS + 1)]
    statements += [{"dossier": f"B-R-{number}", **OPENING}]
    statements += [
        {"dossier": f"B-R-{number}", "topic": "goods.line", "key": str(at), "body": LINE} for at in range(1, 11)
    ]
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/api/v1/bulk", b"\n".join(map(msgspec.json.encode, statements)),
        {"Authorization": f"Bearer {token}", "Content-Type": "application/x-ndjson"},
    )  # fmt: skip
    with urllib.request.urlopen(request, timeout=60) as answer:
        told = answer.read().decode()
    if told.count('"said"') != len(statements):
        raise RuntimeError(f"the dossiers of the bench were refused: {told[:500]}")


@contextmanager
def _served(environ: dict[str, str], *command: str) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, *command, "--port", str(port)],
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(process, port)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(90)


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    """Until the server answers, whatever it says."""
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            if process.poll() is not None:
                raise RuntimeError("the server could not begin") from None
            time.sleep(0.05)
    raise RuntimeError("the server did not answer within half a minute")
