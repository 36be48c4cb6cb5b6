"""The way in: an RSGI application that hands requests to Django in threads and holds live streams without one each.

A request is taken off the wire whole before it takes a thread, so that a client which stalls holds nothing but its connection;
long and chunked bodies, and answers that come as they are made, have threads of their own.
"""

import asyncio
import io
import logging
import os
import signal
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Protocol

from entrepot.portal.serving import LOG_FORMAT

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Headers = list[tuple[str, str]]

NATIVE = "entrepot.live"  # in the environment: this server holds streams

THREADS = 16
STREAM_THREADS = 16
WHOLE = 1024 * 1024  # a body up to this length is read before a thread is taken
MOST_WAITING = 2_000  # requests in the queue of the threads: beyond, come again later
STALL_SECONDS = 30.0  # how long a client may send, or take, nothing
BODY_SECONDS = 60.0  # for a whole small body
SLOWEST = 4_096  # bytes a second of a long one, after a while
LONG_OF_ONE = 8  # long bodies of one sender at a time
HEARTBEAT_SECONDS = 15.0
STREAM_SECONDS = 1_800.0  # of one live stream: then the browser comes again
STREAM_BYTES = (
    256 * 1024
)  # and likewise: what is sent is kept by the server until it is taken, and nobody can ask how much that is
GATHER_SECONDS = 0.2  # news that come together are told together
_log = logging.getLogger("entrepot")


class _Transport(Protocol):
    async def send_bytes(self, data: bytes) -> None: ...


class _Http(Protocol):
    """What the server gives to speak to one client with (RSGI 1.x)."""

    async def __call__(self) -> bytes: ...
    def __aiter__(self) -> Any: ...
    async def client_disconnect(self) -> None: ...
    def response_empty(self, status: int, headers: Headers) -> None: ...
    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None: ...
    def response_stream(self, status: int, headers: Headers) -> _Transport: ...


class Listener(Protocol):
    """Whose events a live stream carries (live.py)."""

    ended: bool
    wake: Callable[[], None]

    def take(self) -> bytes: ...
    def end(self) -> None: ...


class Whole(Protocol):
    """An answer that is whole."""

    status_code: int
    content: bytes

    def items(self) -> Iterable[tuple[str, str]]: ...


class Crowd(Protocol):
    """Answers many requests at once (together.py), of those that it takes; in so many threads, so many at a time."""

    most: int
    threads: int

    def takes(self, environ: Mapping[str, Any]) -> bool: ...
    def answers(self, environs: Sequence[dict[str, Any]]) -> Sequence[Whole]: ...


class Live(Protocol):
    """An answer that goes on with what its listener hears."""

    listener: Listener
    status_code: int
    content: bytes

    def items(self) -> Iterable[tuple[str, str]]: ...
    def close(self) -> None: ...


class Stalled(OSError):
    """The client sent nothing, or took nothing, for too long, or went away."""


class Body(io.RawIOBase):
    """A body that comes as the client sends it, read from a thread; the next piece is asked for when the last is used up. One whose
    length was `declared` comes at some pace: a system may well have nothing to say for a while in a stream, but not in a paper."""

    def __init__(self, loop: asyncio.AbstractEventLoop, protocol: _Http, declared: bool = False) -> None:
        self._loop, self._pieces = loop, aiter(protocol)
        self._declared, self._began, self._size = declared, time.monotonic(), 0
        self._left = memoryview(b"")
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        if not self._left and not self._ended:
            self._left = memoryview(self._next())
            self._ended = not self._left
        count = min(len(into), len(self._left))
        into[:count] = self._left[:count]
        self._left = self._left[count:]
        return count

    def _next(self) -> bytes:
        async def piece() -> bytes:
            try:
                while not (one := await anext(self._pieces)):
                    pass
                return bytes(one)
            except StopAsyncIteration:
                return b""

        waiting = asyncio.run_coroutine_threadsafe(asyncio.wait_for(piece(), STALL_SECONDS), self._loop)
        try:
            came = waiting.result()
        except Exception as error:
            raise Stalled("the client went away or sent nothing for too long") from error
        self._size += len(came)
        if self._declared and self._size < (time.monotonic() - self._began - STALL_SECONDS) * SLOWEST:
            raise Stalled("the client sends too slowly")
        return came


class Started:
    """What the application said of its answer before the first byte."""

    status = 500
    headers: Headers

    def __call__(self, status: str, headers: Headers, exc_info: object = None) -> None:
        self.status = int(status.partition(" ")[0])
        self.headers = [(name.lower(), value) for name, value in headers]


def environ_of(scope: Any, base: dict[str, Any]) -> dict[str, Any] | None:
    """The WSGI environment (PEP 3333) of a request; None for one that names two hosts, or none though it must."""
    client, _, port = scope.client.rpartition(":")
    environ = {
        **base,
        "REQUEST_METHOD": scope.method,
        "PATH_INFO": scope.path.encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_PROTOCOL": "HTTP/1.0" if scope.http_version == "1" else f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": client.strip("[]"),
        "REMOTE_PORT": port,
        "wsgi.url_scheme": scope.scheme,
    }
    environ["SERVER_NAME"], _, environ["SERVER_PORT"] = scope.server.rpartition(":")
    hosts = set()
    for name, value in scope.headers.items():
        if "_" in name:  # would pass for the header written with a hyphen, which a proxy vouches for
            continue
        if name == "host":
            hosts.add(value)
        key = name.upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        if key in environ:
            value = environ[key] + ("; " if name == "cookie" else ",") + value
        environ[key] = value
    if scope.authority:
        hosts.add(scope.authority)
    return environ if len(hosts) == 1 or (not hosts and scope.http_version == "1") else None


class Bridge:
    """One per worker: the application, its threads, and the loop that serves."""

    def __init__(
        self,
        application: Application,
        close: Callable[[], None] = lambda: None,
        threads: int = THREADS,
        environ: Mapping[str, Any] | None = None,
        sender: Callable[[Mapping[str, Any]], str] = lambda environ: str(environ["REMOTE_ADDR"]),
    ) -> None:
        self._application, self._close = application, close
        self._sender, self._sending = sender, Counter[str]()
        self._quick = ThreadPoolExecutor(threads, "entrepot-request")
        self._together: Crowd | None = getattr(application, "together", None)
        self._crowd: deque[tuple[dict[str, Any], _Http, asyncio.Future[None]]] = deque()
        self._gathering = 0
        self._slow = ThreadPoolExecutor(STREAM_THREADS, "entrepot-stream")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._open: set[Listener] = set()
        self._ending = False
        self._waiting = 0
        self._base: dict[str, Any] = {
            "SCRIPT_NAME": "", "wsgi.version": (1, 0), "wsgi.errors": sys.stderr, "wsgi.multithread": True,
            "wsgi.multiprocess": False, "wsgi.run_once": False, "wsgi.input_terminated": True, NATIVE: True, **(environ or {}),
        }  # fmt: skip

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        if threading.current_thread() is threading.main_thread():
            # The server hears of the signal through the loop, and lets requests finish; streams end when they are told to.
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: loop.call_soon_threadsafe(self._end_streams))

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._end_streams()
        self._quick.shutdown(wait=True)
        self._slow.shutdown(wait=True)
        self._close()

    def _end_streams(self) -> None:
        self._ending = True
        for listener in list(self._open):
            listener.wake()

    async def __rsgi__(self, scope: Any, protocol: _Http) -> None:
        if scope.proto != "http":
            return
        environ = environ_of(scope, self._base)
        if environ is None:
            _refuse(protocol, 400, "one request names one host")
        elif self._waiting >= MOST_WAITING:
            _refuse(protocol, 503, "too many are waiting; come again in a moment", ("retry-after", "2"))
        else:
            self._waiting += 1
            try:
                live = await self._served(environ, protocol)
            finally:
                self._waiting -= 1
            if live is not None:
                await self._live(live, protocol)

    async def _served(self, environ: dict[str, Any], protocol: _Http) -> Live | None:
        """Answer; an answer that goes on is given back, for it waits for no thread."""
        assert self._loop is not None
        declared = environ.get("CONTENT_LENGTH", "")
        if "HTTP_TRANSFER_ENCODING" in environ or (declared.isdecimal() and int(declared) > WHOLE):
            return await self._long(environ, protocol)
        else:
            try:
                async with asyncio.timeout(BODY_SECONDS):
                    data = await protocol() if declared not in ("", "0") else b""
            except Exception:
                _refuse(protocol, 408, "the body did not come in time", ("connection", "close"))
                return None
            environ["wsgi.input"] = io.BytesIO(data)
            if self._together is not None and self._together.takes(environ):
                await self._gathered(environ, protocol)
                return None
            pool = self._quick
        rest, live = await self._loop.run_in_executor(pool, self._answer, environ, protocol)
        if rest is not None:
            await self._loop.run_in_executor(self._slow, rest)
        return live

    async def _gathered(self, environ: dict[str, Any], protocol: _Http) -> None:
        """Wait with others of its kind: what comes while a thread is busy with some is answered together by the next."""
        assert self._loop is not None
        assert self._together is not None
        answered = self._loop.create_future()
        self._crowd.append((environ, protocol, answered))
        if self._gathering < self._together.threads:
            self._gathering += 1
            self._loop.run_in_executor(self._quick, self._work_off_crowd, self._loop)
        await answered

    def _work_off_crowd(self, loop: asyncio.AbstractEventLoop) -> None:
        """In a thread: answer those who wait, some at a time, until nobody does."""
        assert self._together is not None
        while True:
            some: list[tuple[dict[str, Any], _Http, asyncio.Future[None]]] = []
            with suppress(IndexError):
                while len(some) < self._together.most:
                    some.append(self._crowd.popleft())
            if not some:
                break
            try:
                answers = self._together.answers([environ for environ, _, _ in some])
                for (_, protocol, _), answer in zip(some, answers, strict=True):
                    protocol.response_bytes(
                        answer.status_code, [(k.lower(), v) for k, v in answer.items()], answer.content
                    )
            except Exception:  # each has its own fault told in its answer; this is ours
                _log.exception("answers to many at once")
            loop.call_soon_threadsafe(_settle, [answered for _, _, answered in some])
        loop.call_soon_threadsafe(self._crowd_worked_off)

    def _crowd_worked_off(self) -> None:
        """In the loop, where requests come too: nobody who came meanwhile is left waiting."""
        assert self._loop is not None
        assert self._together is not None
        self._gathering -= 1
        if self._crowd and self._gathering < self._together.threads:
            self._gathering += 1
            self._loop.run_in_executor(self._quick, self._work_off_crowd, self._loop)

    async def _long(self, environ: dict[str, Any], protocol: _Http) -> Live | None:
        """Answer a request whose body is read while it comes; so many from one sender, that others find a thread."""
        assert self._loop is not None
        sender = self._sender(environ)
        if self._sending[sender] >= LONG_OF_ONE:
            _refuse(protocol, 503, "too many long bodies at a time; come again in a moment", ("retry-after", "5"), ("connection", "close"))
            return None
        body = Body(self._loop, protocol, "HTTP_TRANSFER_ENCODING" not in environ)
        environ["wsgi.input"] = io.BufferedReader(body, 65_536)
        self._sending[sender] += 1
        try:
            rest, live = await self._loop.run_in_executor(self._slow, self._answer, environ, protocol)
            if rest is not None:
                await self._loop.run_in_executor(self._slow, rest)
            return live
        finally:
            self._sending[sender] -= 1
            self._sending += Counter[str]()  # forget those with none

    def _answer(self, environ: dict[str, Any], protocol: _Http) -> tuple[Callable[[], None] | None, Live | None]:
        """In a thread: the application's answer, sent where it is whole; else what is left to do."""
        started = Started()
        answer: Any = self._application(environ, started)
        if getattr(answer, "listener", None) is not None:
            return None, answer
        if getattr(answer, "streaming", not isinstance(answer, list)):
            return lambda: self._stream(started, answer, protocol), None
        try:
            protocol.response_bytes(started.status, started.headers, b"".join(answer))
        finally:
            getattr(answer, "close", lambda: None)()
        return None, None

    def _stream(self, started: Started, answer: Iterable[bytes], protocol: _Http) -> None:
        """In a thread of its own: an answer that comes as it is made."""
        assert self._loop is not None
        try:
            headers = [(name, value) for name, value in started.headers if name != "content-length"]
            transport = protocol.response_stream(started.status, headers)

            async def send(data: bytes) -> None:
                await transport.send_bytes(data)

            for piece in answer:
                if piece:
                    asyncio.run_coroutine_threadsafe(send(bytes(piece)), self._loop).result(STALL_SECONDS)
        except Exception as error:  # the client went away, or a fault that the stream itself told of
            _log.info("an answer was broken off: %s", error)
        finally:
            getattr(answer, "close", lambda: None)()

    async def _live(self, response: Live, protocol: _Http) -> None:
        """Send what a listener hears, until it ends, the client goes away, or it is time to come again."""
        loop, listener, woken = asyncio.get_running_loop(), response.listener, asyncio.Event()

        def wake() -> None:
            with suppress(RuntimeError):  # the loop has ended, and the stream with it
                loop.call_soon_threadsafe(woken.set)

        listener.wake = wake
        self._open.add(listener)
        gone = asyncio.ensure_future(protocol.client_disconnect())
        gone.add_done_callback(lambda _: listener.end())
        until, left = loop.time() + STREAM_SECONDS, STREAM_BYTES
        try:
            headers = [(name.lower(), value) for name, value in response.items()]
            transport = protocol.response_stream(response.status_code, headers)
            await transport.send_bytes(response.content)
            woken.set()  # for what was heard before there was anybody to wake
            while not (listener.ended or self._ending) and loop.time() < until and left > 0:
                try:
                    await asyncio.wait_for(woken.wait(), HEARTBEAT_SECONDS)
                    await asyncio.sleep(GATHER_SECONDS)
                except TimeoutError:
                    pass
                woken.clear()
                if not (listener.ended or self._ending):
                    data = listener.take() or b": still here\n\n"
                    left -= len(data)
                    await transport.send_bytes(data)
        except Exception as error:
            _log.debug("a live stream ended: %s", error)
        finally:
            self._open.discard(listener)
            gone.cancel()
            listener.end()
            response.close()


def _settle(answered: list[asyncio.Future[None]]) -> None:
    for one in answered:
        if not one.done():
            one.set_result(None)


def _refuse(protocol: _Http, status: int, why: str, *headers: tuple[str, str]) -> None:
    """An answer of the way in itself, before the application."""
    body = b'{"type":"about:blank","status":%d,"detail":"%s"}' % (status, why.encode())
    protocol.response_bytes(status, [("content-type", "application/problem+json"), *headers], body)


def __getattr__(name: str) -> Bridge:
    """`application` opens the store when a server asks for it, not when this file is imported."""
    if name != "application":
        raise AttributeError(name)
    from entrepot.portal import journal
    from entrepot.portal.limits import LIMITS, limits_wanted, sender_of
    from entrepot.portal.wsgi import opened

    journal.begin(os.environ.get(LOG_FORMAT, "text"))
    application, close = opened()
    globals()[name] = made = Bridge(application, close, environ={LIMITS: limits_wanted()}, sender=sender_of)
    return made
