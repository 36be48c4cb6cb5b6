"""Statements answered together: each request is told what it would have been told alone, and what they say is the same."""

import io
import json
import sys
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest

from entrepot.channels.online import Voice
from entrepot.portal.desk import Asking, Desk, NoSuchDossier, Said
from entrepot.portal.drafts import Draft
from entrepot.portal.rsgi import Started
from entrepot.portal.versions import Change, Version, Versions
from entrepot.portal.wsgi import application_on
from entrepot.store.store import Store
from entrepot.store.tokens import new_token, revoke_token
from tests.portal.stage import ANN, BOB, NOON, OPENING, stage_law, stage_registry
from tests.portal.web import client_of

LINE = {"hs": "28092019", "quantity": "24", "unit": "t", "amount": "USD 12360.00"}
IDS = [f"01900000-0000-7000-8000-{number:012d}" for number in range(40)]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/store.db"
    server = str(request.getfixturevalue("postgres_url"))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return server


@pytest.fixture
def desks(url: str, tmp_path: Path) -> Iterator[tuple[Desk, Desk]]:
    """Two desks on two stores that begin alike: one is asked one by one, the other all at once."""
    registry = stage_registry()
    with (
        Store.open(url, registry, nature="live", keys=tmp_path / "a", clock=lambda: NOON) as first,
        Store.open(
            f"sqlite:///{tmp_path / 'b.db'}", registry, nature="live", keys=tmp_path / "b", clock=lambda: NOON
        ) as second,
    ):
        both = Desk(first, stage_law(), registry), Desk(second, stage_law(), registry)
        for desk in both:
            desk.say("D1", OPENING, ANN)
        yield both


def environ(path: str, body: bytes, token: str = "", **more: str) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "REQUEST_METHOD": "POST", "PATH_INFO": path, "QUERY_STRING": "", "SERVER_PROTOCOL": "HTTP/1.1", "SERVER_NAME": "localhost",
        "SERVER_PORT": "80", "REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost", "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)), "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr,
    }  # fmt: skip
    return asked | ({"HTTP_AUTHORIZATION": f"Bearer {token}"} if token else {}) | more


def requests(ann: str, bob: str, gone: str) -> list[tuple[bytes, str, dict[str, str]]]:
    """Good ones, and one of each sort that is refused."""

    def line(number: int, **more: Any) -> bytes:
        said = {"dossier": "D1", "topic": "goods.line", "key": str(number), "id": IDS[number], "body": LINE}
        return json.dumps({**said, **more}).encode()

    opening = {"dossier": "D2", "topic": "dossier.opened", "body": {"kind": "trade", "reference": "R"}}
    return [
        (line(1), ann, {}),
        (line(2), bob, {}),
        (line(1), ann, {}),  # the same again
        (line(1, body={"hs": "1"}), ann, {}),  # other words under that id
        (line(3), "", {}),
        (line(4), "no token", {}),
        (line(5), gone, {}),
        (line(6, dossier="nowhere"), ann, {}),
        (line(7, topic="transport.charges", key="", body={}), bob, {}),  # the carrier's and the exporter's to say
        (line(8, body={"hs": 3, "x": 1}), ann, {}),
        (b"{", ann, {}),
        (b"[]", ann, {}),
        (line(9, expects=["x"]), ann, {}),
        (line(10), ann, {"HTTP_HOST": "elsewhere"}),
        (json.dumps([json.loads(line(11)), json.loads(line(12))]).encode(), ann, {}),
        (json.dumps({**opening, "id": IDS[13]}).encode(), bob, {}),
    ]  # fmt: skip


def test_each_is_told_what_it_would_have_been_told_alone(desks: tuple[Desk, Desk]) -> None:
    answers = []
    for desk, at_once in zip(desks, (False, True), strict=True):
        client_of(desk)
        app: Any = application_on(desk)
        ann, bob = new_token(desk.store, "ann", "acme"), new_token(desk.store, "bob", "buyer")
        gone = new_token(desk.store, "cat", "acme")
        from entrepot.store.tokens import list_tokens

        revoke_token(desk.store, next(card.id for card in list_tokens(desk.store) if card.person == "cat"))
        asked = [environ("/api/v1/submissions", body, token, **more) for body, token, more in requests(ann, bob, gone)]
        assert all(app.together.takes(one) for one in asked)
        crowds = [asked] if at_once else [[one] for one in asked]
        told = [answer for crowd in crowds for answer in app.together.answers(crowd)]
        plain = [(one.status_code, json.loads(one.content), dict(one.items())) for one in told]
        for _, body, headers in plain:
            headers.pop("X-Request-ID")
            headers.pop("Content-Length", None)
            body.pop("heads", None)  # of those heard in one transaction all are there when each is told
        answers.append(plain)
    alone, together = answers
    assert [one[0] for one in together] == [one[0] for one in alone]
    assert together == alone
    assert {one[0] for one in alone} == {200, 201, 400, 401, 403, 404, 409, 422}
    with desks[0].store.holding("D1") as one, desks[1].store.holding("D1") as other:
        assert one.standing("goods.line").keys() == other.standing("goods.line").keys() == {"1", "2", "11", "12"}


def test_by_the_ordinary_way_it_is_the_same(desks: tuple[Desk, Desk]) -> None:
    desk, _ = desks
    client_of(desk)
    app: Any = application_on(desk)
    token = new_token(desk.store, "ann", "acme")
    for body, secret, more in requests(token, token, "gone"):
        [told] = app.together.answers([environ("/api/v1/submissions", body, secret, **more)])
        if told.status_code < 300:
            continue  # said now, it would be there already
        started = Started()
        again = app(environ("/api/v1/submissions", body, secret, **more), started)
        content = b"".join(again)
        again.close()
        assert (started.status, content) == (told.status_code, told.content)
        named = {name for name, _ in started.headers}
        assert named == {name.lower() for name in told.headers}


def test_a_version_that_ended_or_that_has_to_be_carried_over_goes_the_ordinary_way(
    desks: tuple[Desk, Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    client_of(desks[0])
    app: Any = application_on(desks[0])
    plain = environ("/api/v1/submissions", b"{}")
    assert app.together.takes(plain)
    assert not app.together.takes({**plain, "REQUEST_METHOD": "GET"})
    assert not app.together.takes({**plain, "PATH_INFO": "/api/v1/bulk"})
    [told] = app.together.answers([plain])
    assert told["Entrepot-Version"]
    day = date(2020, 1, 1)
    ended = Version("v1", day, day, date(2021, 2, 1), "v2")
    changed = Versions(
        (Version("v1", day), Version("v2", day)), [Change("v2", "POST", "submissions", up=lambda body: body)]
    )
    for known in (Versions((ended, Version("v2", day))), changed):
        monkeypatch.setattr("entrepot.portal.together.API", known)
        assert not app.together.takes(plain)


def test_who_is_overtaken_by_another_of_the_crowd_is_looked_at_again(desks: tuple[Desk, Desk]) -> None:
    for desk in desks:
        opened = Draft("dossier.opened", {"kind": "trade", "reference": "R"})
        first, second = desk.say_together([Asking("D9", [opened], ANN), Asking("D9", [opened], BOB)])
        assert isinstance(first, Said)
        assert isinstance(second, Exception)
        said = desk.say_together([Asking("D1", [Draft("goods.line", LINE, str(at))], ANN) for at in range(8)])
        assert all(isinstance(one, Said) for one in said)
        [missing] = desk.say_together([Asking("D1", [Draft("goods.line", LINE, "x")], Voice("eve", "elsewhere"))])
        assert isinstance(missing, NoSuchDossier)


def test_many_at_once_from_many_threads_lose_nothing(desks: tuple[Desk, Desk]) -> None:
    desk, _ = desks
    told: list[Any] = []

    def crowd(number: int) -> None:
        drafts = [Draft("goods.line", LINE, f"{number}-{at}") for at in range(10)]
        told.extend(desk.say_together([Asking("D1", [one], ANN) for one in drafts]))

    threads = [threading.Thread(target=crowd, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(isinstance(one, Said) for one in told)
    with desk.store.holding("D1") as record:
        assert len(record.standing("goods.line")) == 40
