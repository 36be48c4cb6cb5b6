"""Requests that are answered together: what one of them is made of does not fail the others."""

import json
from typing import Any

from entrepot.portal.desk import Desk
from entrepot.portal.together import ADDRESS
from entrepot.portal.wsgi import application_on
from entrepot.store.tokens import new_token
from tests.portal.test_together import LINE, environ
from tests.portal.web import client_of

UNREADABLE = [
    "text/html; x*=nonsense''%41",
    "a/b; charset*=utf-8''a%00b",
    "a/b; " + "x" * 20_000,
    "a/b; x*=a",
    "multipart/form-data",
]
ODD: list[dict[str, Any]] = [
    {"HTTP_AUTHORIZATION": "Bearer \udcff\ud800"}, {"HTTP_AUTHORIZATION": "Bearer \x00"}, {"HTTP_AUTHORIZATION": f"Bearer {'x' * 60_000}"},
    {"HTTP_HOST": "["}, {"HTTP_HOST": ""}, {"HTTP_HOST": "sandbox.localhost:99999999"}, {"CONTENT_LENGTH": "-1"}, {"CONTENT_LENGTH": "x"},
    *({"CONTENT_TYPE": one} for one in UNREADABLE), {"HTTP_COOKIE": "a=\xff; =;;; \udcff=1"}, {"QUERY_STRING": "\xff%00&=" + "a=1&" * 3000},
    {"HTTP_X_REQUEST_ID": "\n\xff\udcff"}, {"HTTP_ENTREPOT_MANDATE": "\udcff\x00", "HTTP_ENTREPOT_FOR": "\x00"},
    {"REMOTE_ADDR": "no address"}, {"HTTP_X_FORWARDED_FOR": ",,\xff"}, {"SERVER_PORT": "x"},
]  # fmt: skip
BODIES = [
    b"", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 5_000, b"1" * 100_000, b'{"dossier":"D1\\u0000","topic":"goods.line","key":"1","body":{}}',
    b'{"dossier":"D1","topic":"goods.line","key":"\\ud800","body":{}}', b'{"dossier":"D1","topic":"goods.line","key":"x\\u0000","body":{}}',
    b'{"dossier":"D1","topic":"goods.line","key":"1","id":"\\u0000","body":{}}',
    b'{"dossier":"D1","topic":"goods.line","key":"1","body":{"quantity":"1e999999999"}}',
    b'{"dossier":"D1","topic":"goods.line","key":"1","version":99999999999999999999999,"body":{}}',
]  # fmt: skip


def line(number: int) -> bytes:
    return json.dumps({"dossier": "D1", "topic": "goods.line", "key": str(number), "body": LINE}).encode()


def test_what_one_sends_does_not_fail_the_others(opened: Desk) -> None:
    client_of(opened)
    app: Any = application_on(opened)
    token = new_token(opened.store, "ann", "acme")
    odd = [environ(ADDRESS, line(100 + at), token) | one for at, one in enumerate(ODD)]
    odd += [environ(ADDRESS, body, token) for body in BODIES]
    plain = [environ(ADDRESS, line(200 + at), token) for at in range(len(odd))]
    crowd = [one for pair in zip(odd, plain, strict=True) for one in pair]
    told = [one.status_code for one in app.together.answers(crowd)]
    assert set(told[1::2]) == {201}
    assert max(told[::2]) < 500


def test_a_content_type_that_nobody_can_read_is_none_at_every_door(opened: Desk) -> None:
    client_of(opened)
    app: Any = application_on(opened)
    for kind in UNREADABLE:
        for path in ("/health", "/api/v1/topics"):
            told: list[str] = []
            asked = environ(path, b"") | {"REQUEST_METHOD": "GET", "CONTENT_TYPE": kind}
            list(app(asked, lambda status, headers, told=told: told.append(status)))
            assert told in (["200 OK"], ["401 Unauthorized"]), (path, kind)
