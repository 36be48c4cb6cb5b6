"""Every door through which a file comes: it is bounded before it is read, and taken for what it is, whatever it is called."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from entrepot.gateways.bounds import check_kept
from entrepot.kernel.intake import Refusal
from entrepot.portal import pages
from entrepot.portal.api import LARGEST_PAPER
from entrepot.portal.desk import Desk
from entrepot.store.tokens import new_token
from tests.portal.stage import ANN
from tests.portal.web import client_of

PORTAL = Path(pages.__file__).parent
# Where a form's files are taken in, with what bounds and what sniffs them. A new door is entered here when both are there.
FORMS = {
    ("pages.py", "hand_in"): "LARGEST_PAPER; read_paper takes the kind from the content",
    ("broker/page.py", "answers"): "LARGEST_PAPER; kept unread, check_kept",
    ("entry/new_page.py", "papers"): "LARGEST_PAPER, MOST_PAPERS; read_paper",
    ("orders_page.py", "kept"): "MAX_BYTES; the readers of orders take what they can parse",
    ("counter/serve_page.py", "_file"): "LARGEST_PAPER; kept unread, check_kept",
    ("counter/serve_page.py", "attach"): "LARGEST_PAPER, MOST_PAPERS; read_paper",
}
PROGRAMS = {
    "windows": b"MZ\x90\x00\x03" + b"\0" * 60 + b"PE\0\0",
    "linux": b"\x7fELF\x02\x01" + b"\0" * 60,
    "mac": b"\xcf\xfa\xed\xfe\x07" + b"\0" * 60,
    "script": b"#!/bin/sh\nrm -rf /\n",
}
OTHERS = {
    "page": b"<html><script>alert(1)</script></html>",
    "drawing": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "packed": b"\x1f\x8b\x08\x00" + b"\0" * 60,
    "nothing": b"",
}
API = "/api/v1/dossiers/D1/papers?name=invoice.pdf"


# Where a request's body is read: by `body_of`, which reads up to a bound; and line by line, each bounded.
BODIES = {"web.py", "api.py", "bench_portal_bare.py"}


def sources(word: str) -> Iterator[tuple[str, ast.Module]]:
    """The files of the portal in which a word stands, read as code."""
    for path in sorted(PORTAL.rglob("*.py")):
        if word in (text := path.read_text(encoding="utf-8")):
            yield str(path.relative_to(PORTAL)), ast.parse(text)


def test_every_door_for_files_is_on_the_list() -> None:
    """Each function of the portal that looks at a form's files."""
    taking = {
        (name, function.name)
        for name, tree in sources(".FILES")
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute) and node.attr == "FILES"
    }
    assert sorted(taking) == sorted(FORMS)


def test_nobody_reads_a_body_but_by_its_bound() -> None:
    reading = {
        name
        for word in ("request.body", "request.read")
        for name, tree in sources(word)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node) == word
    }
    assert reading == BODIES


@pytest.fixture
def ann(opened: Desk) -> Client:
    client = client_of(opened)
    client.cookies["entrepot_token"] = new_token(opened.store, ANN.person, ANN.organisation)
    return client


def heard(opened: Desk) -> int:
    return len(opened.read("D1", ANN).facts)


@pytest.mark.parametrize("data", [*PROGRAMS.values(), *OTHERS.values()], ids=[*PROGRAMS, *OTHERS])
def test_what_is_no_paper_is_not_taken_for_one(ann: Client, opened: Desk, data: bytes) -> None:
    before = heard(opened)
    answer = {"kind": "released", "number": "1", "on": "2026-04-01"}
    for address, field, more in (
        ("/d/D1/papers", "paper", {}),
        ("/new/D1/papers", "papers", {}),
        ("/d/D1/answers", "paper", answer),
    ):
        told = ann.post(address, {field: SimpleUploadedFile("invoice.pdf", data, "application/pdf"), **more})
        assert told.status_code in (200, 422), address  # shown again with what is wrong, never taken
    secret = {"Authorization": f"Bearer {ann.cookies['entrepot_token'].value}"}
    assert ann.post(API, data, content_type="application/pdf", headers=secret).status_code == 422
    assert heard(opened) == before


@pytest.mark.parametrize("data", [*PROGRAMS.values(), b"", b"  \n"], ids=[*PROGRAMS, "nothing", "blank"])
def test_a_program_is_not_even_kept_as_evidence(ann: Client, opened: Desk, data: bytes) -> None:
    secret = {"Authorization": f"Bearer {ann.cookies['entrepot_token'].value}"}
    before = heard(opened)
    assert ann.post(f"{API}&keep=true", data, content_type="application/pdf", headers=secret).status_code == 422
    assert heard(opened) == before
    with pytest.raises(Refusal):
        check_kept(data)


def test_a_text_that_begins_like_a_program_is_kept() -> None:
    check_kept(
        b"MZ 1204/2026: letter of the freight forwarder, in plain text, long enough for a header of a program to fit in"
    )
    check_kept(OTHERS["packed"])


def test_what_is_kept_unread_is_never_shown_by_a_browser(ann: Client, opened: Desk) -> None:
    secret = {"Authorization": f"Bearer {ann.cookies['entrepot_token'].value}"}
    kept = ann.post(f"{API}&keep=true", OTHERS["page"], content_type="text/html", headers=secret).json()["digest"]
    answer = ann.get(f"/d/D1/papers/{kept}")
    assert answer.getvalue() == OTHERS["page"]
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Security-Policy"] == "sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_file_that_is_too_large_is_told_so(ann: Client, opened: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    long = b"%PDF-1.7\n" + b"0" * 600
    for module in (
        "entrepot.portal.pages",
        "entrepot.portal.broker.page",
        "entrepot.portal.entry.new_page",
        "entrepot.portal.api",
    ):
        monkeypatch.setattr(f"{module}.LARGEST_PAPER", 500)
    monkeypatch.setattr("entrepot.portal.orders_page.MAX_BYTES", 500)
    before = heard(opened)
    doors = {
        "/d/D1/papers": "paper",
        "/new/D1/papers": "papers",
        "/d/D1/answers": "paper",
        "/d/D1/orders/files": "order",
    }
    for address, field in doors.items():
        told = ann.post(address, {field: SimpleUploadedFile("long.pdf", long, "application/pdf")})
        assert told.status_code in ((200,) if address.startswith("/new") else (413,)), address
    secret = {"Authorization": f"Bearer {ann.cookies['entrepot_token'].value}"}
    assert ann.post(API, long, content_type="application/pdf", headers=secret).status_code == 413
    assert heard(opened) == before
    assert LARGEST_PAPER <= 51 * 1024 * 1024
