"""What a portal, or whoever stands before it, may do to the client: nothing but refuse."""

import httpx
import pytest

from entrepot_client import ApiError
from tests.client.test_client import answering


@pytest.mark.parametrize("where", ["https://elsewhere.example/", "/api/v1/dossiers/D1/papers/y"])
def test_a_redirection_is_followed_nowhere_and_is_no_answer(where: str) -> None:
    moved = httpx.Response(302, headers={"Location": where}, content=b"not the paper")
    client, asked = answering(moved)
    with pytest.raises(ApiError) as told:
        client.paper("D1", "x")
    assert (told.value.status, len(asked)) == (302, 1)


def test_nobody_makes_the_client_wait_for_a_day() -> None:
    client, asked = answering(httpx.Response(429, headers={"Retry-After": "99999"}))
    with pytest.raises(ApiError) as told:
        client.read("D1")
    assert (told.value.retry_after, len(asked), client.__dict__["waits"]) == (99999, 1, [])
