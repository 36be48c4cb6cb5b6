"""Thousands of live streams at once on the server as it is run: memory and CPU while nothing moves, and how soon each page hears.

Two crowds: one firm whose people all watch one dossier, and many firms whose people each watch all that is theirs, while one firm's
dossiers move.
"""

from __future__ import annotations

import asyncio
import http.client
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from msgspec import Struct

from entrepot.portal import setting
from entrepot.portal.bench import Figure, Say
from entrepot.portal.bench_door import _family
from entrepot.portal.bench_portal import LINE, OPENING, Server, _folder, _served
from entrepot.store.store import Store
from entrepot.store.tokens import new_token

STREAMS = 2_000
FIRMS = 200
IDLE_SECONDS = 20.0  # more than a heartbeat
CHANGES, PAUSE = 20, 0.5
GATHERING = 64  # streams opened at a time
LAST_SECONDS = 30.0  # for the last event after the last change


class Stream(Struct):
    """One open stream: when its events came."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    came: list[float] = []


def run(say: Say) -> list[Figure]:
    """Both crowds, each on a server of its own (SQLite, one worker)."""
    figures = list[Figure]()
    for crowd, firms, dossier in (
        ("one firm watches one dossier", 1, "L-1"),
        (f"{FIRMS} firms watch all that is theirs", FIRMS, ""),
    ):
        say(f"{STREAMS:,} streams: {crowd}")
        with _live_server(firms) as (server, tokens):
            figures += asyncio.run(_crowd(crowd, server, tokens, dossier))
    return figures


@contextmanager
def _live_server(firms: int) -> Iterator[tuple[Server, list[str]]]:
    """A server, and a token of each person, those of one firm one after the other; each firm has a dossier."""
    with _folder() as folder:
        url = f"sqlite:///{folder / 'bench.sqlite3'}"
        people = STREAMS // 20 if firms == 1 else STREAMS
        with Store.open(url, setting.registry(), nature="live", keys=folder / "keys") as store:
            tokens = [new_token(store, f"p{n}", f"FIRM{n * firms // people + 1}") for n in range(people)]
        environ = {
            **os.environ,
            "ENTREPOT_HOME": str(folder),
            "ENTREPOT_DATABASE": url,
            "ENTREPOT_NATURE": "live",
            "ENTREPOT_LIMITS": "off",
        }
        with _served(environ, "-m", "entrepot", "serve") as server:
            for firm in range(1, firms + 1):
                _say(server, tokens[(firm - 1) * people // firms], {"dossier": f"L-{firm}", **OPENING})
            yield server, tokens


def _say(server: Server, token: str, statement: object) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection.request("POST", "/api/v1/submissions", msgspec.json.encode(statement), headers)
    answer = connection.getresponse()
    if answer.status != 201:
        raise RuntimeError(f"{answer.status}: {answer.read()[:200]!r}")
    connection.close()


async def _crowd(crowd: str, server: Server, tokens: list[str], dossier: str) -> list[Figure]:
    before, began = _memory(server), time.perf_counter()
    streams = await _opened(server, [tokens[n * len(tokens) // STREAMS] for n in range(STREAMS)], dossier)
    opening = time.perf_counter() - began
    listening = [asyncio.create_task(_listen(one)) for one in streams]
    await asyncio.sleep(2)
    held, cpu = _memory(server), server.cpu()
    await asyncio.sleep(IDLE_SECONDS)
    idle = (server.cpu() - cpu) / IDLE_SECONDS
    concerned = streams if dossier else streams[: STREAMS // FIRMS]
    cpu, began, moments = server.cpu(), time.perf_counter(), list[float]()
    for number in range(CHANGES):
        await asyncio.to_thread(
            _say, server, tokens[0], {"dossier": "L-1", "topic": "goods.line", "key": str(number), "body": LINE}
        )
        moments.append(time.perf_counter())
        await asyncio.sleep(PAUSE)
    while time.perf_counter() < moments[-1] + LAST_SECONDS and any(
        not one.came or one.came[-1] < moments[-1] for one in concerned
    ):
        await asyncio.sleep(0.05)
    busy, after = (server.cpu() - cpu) / (time.perf_counter() - began), _memory(server)
    late = sum(not one.came or one.came[-1] < moments[-1] for one in concerned)
    lags = sorted(
        min((at - moment for at in one.came if at >= moment), default=LAST_SECONDS)
        for one in concerned
        for moment in moments
    )
    for task in listening:
        task.cancel()
    for one in streams:
        one.writer.close()
    p50, p99 = (lags[int(len(lags) * share)] for share in (0.5, 0.99))
    return [
        Figure(f"{STREAMS:,} live streams, {crowd}: held", f"{(held - before) / STREAMS:,.0f} kB each; opened in {opening:.1f} s",
            "", f"the server without them: {before / 1024:,.0f} MB"),
        Figure(f"{STREAMS:,} live streams, {crowd}: while nothing moves", f"{idle:.1%} of a core"),
        Figure(f"{STREAMS:,} live streams, {crowd}: from durable to told", f"p50 {p50 * 1000:,.0f} ms, p99 {p99 * 1000:,.0f} ms",
            "all told" if not late else f"{late} not told",
            f"{CHANGES} changes, {busy:.0%} of a core; {after / 1024:,.0f} MB after", "", not late),
    ]  # fmt: skip


async def _opened(server: Server, tokens: list[str], dossier: str) -> list[Stream]:
    several = asyncio.Semaphore(GATHERING)

    async def one(token: str) -> Stream:
        async with several:
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            head = f"GET /live?dossier={dossier} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n"
            writer.write(head.encode())
            told = await reader.readuntil(b"\n\n")
            if b" 200 " not in told or b"retry: 1000" not in told:
                raise RuntimeError(f"no stream: {told[:200]!r}")
            return Stream(reader, writer)

    return list(await asyncio.gather(*(one(token) for token in tokens)))


async def _listen(stream: Stream) -> None:
    while line := await stream.reader.readline():
        if line == b"event: changed\n":
            stream.came.append(time.perf_counter())


def _memory(server: Server) -> int:
    """Resident memory of all its processes, in kB."""
    lines = (line for pid in _family(server.pid) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
