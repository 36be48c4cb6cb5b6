"""The way in, without a wire: what it makes of a request, and how it gives answers back."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from types import SimpleNamespace
from typing import Any

import pytest

from entrepot.portal import rsgi
from entrepot.portal.rsgi import Bridge, environ_of

Headers = list[tuple[str, str]]


class Wire:
    """One client's end: gives the body in pieces, takes the answer."""

    def __init__(self, *pieces: bytes, stall: bool = False) -> None:
        self.pieces, self.stall = list(pieces), stall
        self.status, self.headers, self.body = 0, dict[str, str](), b""
        self.gone = asyncio.Event()

    async def __call__(self) -> bytes:
        if self.stall:
            await asyncio.sleep(60)
        return b"".join(self.pieces)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            yield piece
        if self.stall:
            await asyncio.sleep(60)

    async def client_disconnect(self) -> None:
        await self.gone.wait()

    def response_empty(self, status: int, headers: Headers) -> None:
        self.response_bytes(status, headers, b"")

    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None:
        self.status, self.headers, self.body = status, dict(headers), body

    def response_stream(self, status: int, headers: Headers) -> "Wire":
        self.response_bytes(status, headers, b"")
        return self

    async def send_bytes(self, data: bytes) -> None:
        if self.gone.is_set():
            raise RuntimeError("the transport is closed")
        self.body += data


def scope(method: str = "GET", path: str = "/x", *headers: tuple[str, str], **more: Any) -> Any:
    """A request's head as the server gives it."""
    listed = more.pop("listed", [("host", "h"), *headers])
    told = {"scheme": "http", "http_version": "1.1", "authority": None, "query_string": "", **more}
    return SimpleNamespace(
        proto="http", method=method, path=path, client="127.0.0.1:9", server="127.0.0.1:80",
        headers=SimpleNamespace(items=lambda: listed), **told,
    )  # fmt: skip


def served(application: Callable[..., Iterable[bytes]], head: Any, wire_of: Callable[[], Wire]) -> Wire:
    """What a client gets from an application."""

    async def run() -> Wire:
        wire, bridge = wire_of(), Bridge(application, threads=2)
        bridge.__rsgi_init__(asyncio.get_running_loop())
        await bridge.__rsgi__(head, wire)
        return wire

    return asyncio.run(run())


def echo(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
    body = environ["wsgi.input"].read()
    start("201 Created", [("X-Length", str(len(body)))])
    return [body]


def test_a_body_is_heard_whole_in_one_piece_or_in_many(monkeypatch: pytest.MonkeyPatch) -> None:
    small = served(echo, scope("POST", "/x", ("content-length", "5")), lambda: Wire(b"hello"))
    assert (small.status, small.headers["x-length"], small.body) == (201, "5", b"hello")
    monkeypatch.setattr(rsgi, "WHOLE", 4)
    for head in (("content-length", "8"), ("transfer-encoding", "chunked")):
        long = served(echo, scope("POST", "/x", head), lambda: Wire(b"he", b"", b"llo", b"you"))
        assert (long.status, long.body) == (201, b"helloyou")


def test_whoever_stalls_holds_no_thread_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rsgi, "BODY_SECONDS", 0.05)
    monkeypatch.setattr(rsgi, "STALL_SECONDS", 0.05)
    small = served(echo, scope("POST", "/x", ("content-length", "5")), lambda: Wire(b"he", stall=True))
    assert (small.status, small.headers["connection"]) == (408, "close")

    def told(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        with pytest.raises(rsgi.Stalled):
            environ["wsgi.input"].read()
        start("408 Request Timeout", [])
        return [b""]

    assert (
        served(told, scope("POST", "/x", ("transfer-encoding", "chunked")), lambda: Wire(b"he", stall=True)).status
        == 408
    )


def test_an_answer_that_comes_as_it_is_made_is_closed_when_the_client_goes() -> None:
    closed = []

    class Answer:
        streaming = True

        def __iter__(self) -> Iterable[bytes]:
            yield from (b"a", b"", b"b")

        def close(self) -> None:
            closed.append(True)

    def streamed(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        start("200 OK", [("Content-Length", "3")])
        return Answer()

    wire = served(streamed, scope(), Wire)
    assert (wire.body, closed) == (b"ab", [True])
    assert "content-length" not in wire.headers

    def gone() -> Wire:
        wire = Wire()
        wire.gone.set()
        return wire

    assert served(streamed, scope(), gone).body == b""
    assert closed == [True, True]


@pytest.mark.parametrize(
    ("headers", "more"),
    [
        ([("host", "a"), ("host", "b")], {}),
        ([("host", "a")], {"authority": "b"}),
        ([], {}),
    ],
)
def test_one_request_names_one_host(headers: Headers, more: dict[str, Any]) -> None:
    assert served(echo, scope(listed=headers, **more), Wire).status == 400


def test_a_header_with_an_underscore_is_not_taken_for_that_of_a_proxy() -> None:
    head = scope(
        "GET", "/x", ("x_forwarded_for", "6.6.6.6"), ("x-forwarded-for", "1.2.3.4"), ("x-forwarded-for", "5.6.7.8")
    )
    environ = environ_of(head, {})
    assert environ is not None
    assert environ["HTTP_X_FORWARDED_FOR"] == "1.2.3.4,5.6.7.8"
    assert environ["REMOTE_ADDR"] == "127.0.0.1"


def test_the_path_arrives_as_the_bytes_that_were_sent() -> None:
    environ = environ_of(scope("GET", "/d/案卷"), {})
    assert environ is not None
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/d/案卷"


def test_too_many_that_wait_are_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rsgi, "MOST_WAITING", 0)
    wire = served(echo, scope(), Wire)
    assert (wire.status, wire.headers["retry-after"]) == (503, "2")


class Held:
    """A listener that has one thing to tell, then ends when asked twice."""

    def __init__(self) -> None:
        self.ended, self.news, self.wake = False, [b"event: changed\n\n"], lambda: None

    def take(self) -> bytes:
        if not self.news:
            self.ended = True
        return self.news.pop() if self.news else b""

    def end(self) -> None:
        self.ended = True


class Quiet:
    """A listener that has nothing to tell."""

    def __init__(self) -> None:
        self.ended, self.wake = False, lambda: None

    def take(self) -> bytes:
        return b""

    def end(self) -> None:
        self.ended = True


def answer_of(held: Any) -> Any:
    """The answer of a live page, whose listener is `held`."""
    return SimpleNamespace(
        listener=held,
        status_code=200,
        content=b"retry: 1\n\n",
        items=lambda: [("Content-Type", "text/event-stream")],
        close=held.end,
    )


def test_a_live_stream_beats_tells_and_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rsgi, "HEARTBEAT_SECONDS", 0.02)
    monkeypatch.setattr(rsgi, "GATHER_SECONDS", 0.0)
    answer = answer_of(Held())
    wire = served(lambda environ, start: answer, scope("GET", "/live"), Wire)
    assert wire.headers["content-type"] == "text/event-stream"
    assert wire.body == b"retry: 1\n\nevent: changed\n\n: still here\n\n"


def test_a_live_stream_ends_before_it_has_sent_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rsgi, "HEARTBEAT_SECONDS", 0.001)
    monkeypatch.setattr(rsgi, "STREAM_BYTES", 100)
    answer = answer_of(Quiet())
    wire = served(lambda environ, start: answer, scope("GET", "/live"), Wire)
    assert wire.body.count(b": still here\n\n") == 8  # of 14 bytes each: the eighth is the one that reaches the bound


def test_live_streams_keep_no_other_request_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rsgi, "MOST_WAITING", 1)
    monkeypatch.setattr(rsgi, "HEARTBEAT_SECONDS", 0.01)
    held, wires = [Quiet() for _ in range(3)], [Wire() for _ in range(4)]

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        return answer_of(held.pop()) if environ["PATH_INFO"] == "/live" else echo(environ, start)

    async def all_of_them() -> None:
        bridge = Bridge(application)
        bridge.__rsgi_init__(asyncio.get_running_loop())
        streams = []
        for wire in wires[:3]:
            streams.append(asyncio.create_task(bridge.__rsgi__(scope("GET", "/live"), wire)))
            await asyncio.sleep(0.05)
        await bridge.__rsgi__(scope(), wires[3])
        bridge._end_streams()
        await asyncio.gather(*streams)
        bridge.__rsgi_del__(asyncio.get_running_loop())

    asyncio.run(all_of_them())
    assert [wire.status for wire in wires] == [200, 200, 200, 201]
