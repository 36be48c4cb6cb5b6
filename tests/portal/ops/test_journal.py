"""The journal names what happened and nobody's words."""

import logging
from collections.abc import Iterator
from io import StringIO

import msgspec
import pytest

from entrepot.portal import journal
from entrepot.portal.desk import Desk
from tests.portal.web import client_of


@pytest.fixture
def lines() -> Iterator[StringIO]:
    """What the journal of requests writes, as JSON."""
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(journal.JsonLines())
    log = logging.getLogger(journal.REQUEST)
    level = log.level
    log.setLevel(logging.INFO)
    log.addHandler(handler)
    yield written
    log.removeHandler(handler)
    log.setLevel(level)


def test_a_request_is_one_line_without_its_words(opened: Desk, lines: StringIO) -> None:
    answer = client_of(opened).get(
        "/api/v1/dossiers/D1?day=2026-04-01&secret=hush",
        headers={"Entrepot-As": "exporter", "Entrepot-For": "acme", "X-Request-ID": "trace-0001"},
    )
    [line] = [msgspec.json.decode(text) for text in lines.getvalue().splitlines()]
    assert (line["route"], line["status"], line["for"]) == ("/api/v1/dossiers/<str:id>", 200, "acme")
    assert line["request"] == answer["X-Request-ID"] == "trace-0001"
    assert "hush" not in lines.getvalue()
    assert "D1" not in lines.getvalue()


@pytest.mark.parametrize(
    "given", ["short", "a" * 65, "new\nline-request", "spaces in it", "-begins-so", "漢字漢字漢字漢字"]
)
def test_an_id_that_is_none_is_not_taken_over(given: str) -> None:
    assert journal.request_id(given) != given


def test_a_break_in_a_text_line_begins_no_other() -> None:
    record = logging.LogRecord("entrepot", logging.ERROR, "", 1, "one\nERROR forged", None, None)
    assert "\n" not in journal.TextLines().format(record)
