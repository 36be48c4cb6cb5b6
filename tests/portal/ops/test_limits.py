"""How often one may ask, and who is counted as one."""

import pytest
from django.test import Client

from entrepot.portal.desk import Desk
from entrepot.portal.limits import LIMITS, Limit, Limits, client_address, kind_of
from tests.portal.web import client_of


class Hand:
    """A clock that is moved by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_so_many_at_once_and_then_so_many_a_second() -> None:
    clock = Hand()
    limits = Limits({"search": Limit(2, 3)}, clock)
    assert [limits.wait("search", "a") for _ in range(4)] == [0, 0, 0, 0.5]
    assert limits.wait("search", "b") == 0  # another holder has a bucket of his own
    clock.now = 0.5
    assert limits.wait("search", "a") == 0
    assert limits.wait("search", "a") == 0.5
    clock.now = 1_000
    assert [limits.wait("search", "a") for _ in range(4)] == [0, 0, 0, 0.5]  # a long rest fills the bucket, not more


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "address"),
    [
        ("10.0.0.1", "", 0, "10.0.0.1"),
        ("10.0.0.1", "1.2.3.4", 0, "10.0.0.1"),  # nobody vouches for the header
        ("10.0.0.1", "6.6.6.6, 1.2.3.4", 1, "1.2.3.4"),  # what stands before our proxy's word is invented
        ("10.0.0.1", "6.6.6.6, 1.2.3.4, 10.9.9.9", 2, "1.2.3.4"),
        ("10.0.0.1", "1.2.3.4", 2, "10.0.0.1"),
        ("2001:db8:1:2:3::4", "", 0, "2001:db8:1:2::/64"),
        ("10.0.0.1", "<script>", 1, "unknown"),
    ],
)
def test_the_address_is_what_our_own_proxies_saw(peer: str, forwarded: str, trusted: int, address: str) -> None:
    assert client_address(peer, forwarded, trusted) == address


def test_what_is_dear_has_a_bucket_of_its_own() -> None:
    assert kind_of("POST", "/accounts/login/") == kind_of("POST", "/sign-in") == "sign-in"
    assert kind_of("GET", "/accounts/login/") == kind_of("GET", "/d/D1") == ""
    assert kind_of("POST", "/d/D1/papers") == kind_of("POST", "/api/v1/dossiers/D1/papers") == "upload"
    assert kind_of("POST", "/api/v1/bulk") == "bulk"


def test_whoever_guesses_is_told_to_come_again(desk: Desk) -> None:
    limits = Limits({"address": Limit(100, 100), "sign-in": Limit(0.1, 2)}, Hand())
    client: Client = client_of(desk, **{LIMITS: limits})
    tries = [client.post("/sign-in", {"token": "guess"}) for _ in range(3)]
    assert [answer.status_code for answer in tries] == [403, 403, 429]
    assert tries[-1]["Retry-After"] == "10"
    assert tries[-1].json()["title_zh"] == "请求过于频繁，请稍后再试"
    assert client.get("/sign-in").status_code < 400
