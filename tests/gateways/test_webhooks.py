"""Webhooks: the vectors of Standard Webhooks, no way into a network of ours, answers bounded in size and time."""

import ipaddress
import socket
import threading
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as some

from entrepot.gateways import webhooks
from entrepot.gateways.webhooks import NotSentError, address_faults, is_public, post, signed

MASTER = bytes(range(32))


def test_the_vector_of_the_specifications_own_libraries() -> None:
    headers = signed(
        "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}', ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]
    )  # github.com/standard-webhooks/standard-webhooks, libraries/go/webhook_test.go
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_the_asymmetric_signature_holds_by_the_public_key_and_for_these_bytes_alone() -> None:
    seed = webhooks.seed_of(MASTER, "sub")
    header = signed("msg_1", 17, b"{}", [], seed)["webhook-signature"]
    public = Ed25519PublicKey.from_public_bytes(b64decode(webhooks.public_of(seed).removeprefix("whpk_")))
    signature = b64decode(header.removeprefix("v1a,"))
    public.verify(signature, b"msg_1.17.{}")
    for other in (b"msg_1.18.{}", b"msg_2.17.{}", b"msg_1.17.{} "):
        with pytest.raises(InvalidSignature):
            public.verify(signature, other)


def test_an_id_with_a_full_stop_is_never_signed() -> None:
    with pytest.raises(ValueError, match="full stop"):
        signed("msg.1", 1, b"{}", [])


def test_each_subscription_and_each_generation_has_a_secret_of_its_own() -> None:
    secrets = {webhooks.secret_of(MASTER, name, generation) for name in ("a", "b") for generation in (1, 2)}
    assert len(secrets) == 4
    assert all(len(b64decode(secret.removeprefix("whsec_"))) == 32 for secret in secrets)
    assert webhooks.secret_of(bytes(32), "a", 1) not in secrets


@given(some.text("0123456789abcdef", min_size=1, max_size=16), some.integers(1, 999_999), some.integers(0, 60))
def test_a_token_proves_itself_alone(name: str, generation: int, at: int) -> None:
    token = webhooks.token_of(MASTER, "feed", name, generation)
    assert webhooks.token_proves(MASTER, "feed", token) == (name, generation)
    assert webhooks.token_proves(MASTER, "unsubscribe", token) is None
    assert webhooks.token_proves(bytes(32), "feed", token) is None
    at %= len(token)
    other = token[:at] + ("0" if token[at] != "0" else "1") + token[at + 1 :]
    assert webhooks.token_proves(MASTER, "feed", other) is None


@pytest.mark.parametrize("text", ["", ".", "a", "a.1", "a.1.", "a.0.x", "a.-1.x", "../x.1.y", "a.1.é", "A.1.x"])
def test_other_texts_prove_nothing(text: str) -> None:
    assert webhooks.token_proves(MASTER, "feed", text) is None


# -- where nothing is sent --------------------------------------------------------------------------------------------

PRIVATE = [
    "10.0.0.1", "127.0.0.1", "169.254.169.254", "100.64.0.1", "192.168.1.1", "172.16.0.1", "0.0.0.0", "255.255.255.255",
    "224.0.0.1", "192.0.2.1", "198.18.0.1", "240.0.0.1", "::", "::1", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "2002:7f00:1::", "2002:a00:1::1", "64:ff9b::7f00:1", "::7f00:1", "2001:0:7f00:1::", "2001:db8::1",
]  # fmt: skip


@pytest.mark.parametrize("text", PRIVATE)
def test_addresses_of_a_network_of_ones_own_are_not_public(text: str) -> None:
    assert not is_public(ipaddress.ip_address(text))
    host = f"[{text}]" if ":" in text else text
    assert address_faults(f"https://{host}/") != ""


@pytest.mark.parametrize("text", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_addresses_of_the_internet_are_public(text: str) -> None:
    assert is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize(
    "url",
    [
        "http://one.example/", "ftp://one.example/", "https:///x", "https://one.example:0/", "https://one.example:99999/",
        "https://a@one.example/", "https://a:b@one.example/", "https://one.example/#x", "https://one.example/ x",
        "https://one.example/\r\nX: 1",
        "https://öne.example/", "//one.example", "", "https://one_host.example/" , "https://x/" + "y" * 1000, "file:///etc/passwd", "http://127.0.0.1/",
    ],
)  # fmt: skip
def test_what_is_no_receivers_address_is_told(url: str) -> None:
    assert address_faults(url) != ""
    with pytest.raises(NotSentError) as refused:
        post(url, b"{}", {})
    assert refused.value.forbidden


@pytest.mark.parametrize("answer", [["10.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["::1"], ["fe80::1%lo"]])
def test_a_name_that_leads_inside_is_not_followed(monkeypatch: pytest.MonkeyPatch, answer: list[str]) -> None:
    found = [
        (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in answer
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("connected"))
    with pytest.raises(NotSentError) as refused:
        post("https://one.example/", b"{}", {})
    assert refused.value.forbidden


def test_the_connection_goes_to_the_address_that_was_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, reached = list[str](), list[Any]()

    def look_up(host: str, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        address = "93.184.216.34" if len(asked) == 1 else "127.0.0.1"  # a second question would be answered otherwise
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))]

    def connect(_: Any, where: Any) -> None:
        reached.append(where)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket.socket, "connect", connect)
    with pytest.raises(NotSentError) as refused:
        post("https://one.example/", b"{}", {})
    assert (asked, reached, refused.value.forbidden) == (["one.example"], [("93.184.216.34", 443)], False)


# -- answers ----------------------------------------------------------------------------------------------------------


@contextmanager
def answering(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that says what `answer` says on one connection."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection:
            connection.settimeout(5)
            try:
                connection.recv(65_536)
                answer(connection)
            except OSError:
                pass

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/hook"
    finally:
        server.close()
        thread.join()


@pytest.mark.parametrize(
    ("said", "status", "answer", "wait"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine", 200, "fine", None),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, "", None),
        (b"HTTP/1.0 500 Oh\r\n\r\nso\r\n\x00\x1b[31msorry", 500, "so ��[31msorry", None),
        (b"HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 201 Made\r\nContent-Length: 0\r\n\r\n", 201, "", None),
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", 302, "", None),
        (b"HTTP/1.1 429 Slow\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n", 429, "", 120),
        (b"HTTP/1.1 503 No\r\nretry-after: 999999999\r\nContent-Length: 0\r\n\r\n", 503, "", 21_600),
        (b"HTTP/1.1 503 No\r\nRetry-After: Fri, 31 Dec 1999 23:59:59 GMT\r\nContent-Length: 0\r\n\r\n", 503, "", None),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n" + b"x" * 900_000, 200, "x" * 300, None),
    ],
)  # fmt: skip
def test_answers_are_read_as_far_as_they_matter(said: bytes, status: int, answer: str, wait: int | None) -> None:
    with answering(lambda connection: connection.sendall(said)) as url:
        posted = post(url, b"{}", {}, loopback=True)
    assert (posted.status, posted.answer, posted.wait) == (status, answer, wait)


@pytest.mark.parametrize(
    "said", [b"", b"SSH-2.0-x\r\n", b"HTTP/2 200\r\n\r\n", b"HTTP/1.1 99 x\r\n\r\n", b"A" * 20_000]
)
def test_what_is_no_http_is_no_answer(said: bytes) -> None:
    with answering(lambda connection: connection.sendall(said)) as url, pytest.raises(NotSentError):
        post(url, b"{}", {}, loopback=True)


def test_one_that_drips_is_left_in_time() -> None:
    stop = threading.Event()

    def drip(connection: socket.socket) -> None:
        for _ in range(200):
            connection.sendall(b"x")
            if stop.wait(0.02):
                return

    with answering(drip) as url:
        with pytest.raises(NotSentError) as refused:
            post(url, b"{}", {}, loopback=True, seconds=0.3)
        stop.set()
    assert refused.value.took_ms < 2_000


def test_a_header_with_a_line_break_is_not_sent() -> None:
    with (
        answering(lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")) as url,
        pytest.raises(NotSentError),
    ):
        post(url, b"{}", {"webhook-id": "a\r\nX: 1"}, loopback=True)


def test_loopback_is_for_those_alone_who_allow_it() -> None:
    with pytest.raises(NotSentError) as refused:
        post("http://127.0.0.1:9/", b"{}", {})
    assert refused.value.forbidden
    assert address_faults("http://127.0.0.1:9/", loopback=True) == ""
    assert address_faults("http://10.0.0.1/", loopback=True) != ""
    assert address_faults("http://one.example/", loopback=True) != ""
