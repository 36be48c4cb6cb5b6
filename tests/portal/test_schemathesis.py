"""Whatever fits the API's description, and whatever does not, is answered as the description says, and nothing ends in a 500.

Requests are drawn from the description by schemathesis with a fixed seed: a few for every call in every run, many with `--full`.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings, strategies
from hypothesis import seed as seeded
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from entrepot.portal.desk import Desk
from entrepot.portal.openapi import plain
from entrepot.store.tokens import new_token
from tests.portal.stage import ANN, LINE_ONE, OPENING, open_desk
from tests.portal.web import client_of

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance, allow_header_conformance,
]  # fmt: skip
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# A stream of lines is no media type that schemathesis draws: tests of the API send it.
STREAMS = {"/api/v1/bulk"}
# What is drawn for a place is seldom there: so what is there is put into it now and then.
THERE = {"id": "D1", "topic": "declaration.form", "place": "price.total/1", "name": "goods.line", "form": "pdf"}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, Any]]:
    desk = open_desk(tmp_path_factory.mktemp("store"))
    client_of(desk)  # settings
    patch = pytest.MonkeyPatch()
    patch.setenv("ENTREPOT_LIMITS", "off")
    from entrepot.portal.wsgi import application_on

    desk.say("D1", [*OPENING, LINE_ONE], ANN)
    desk.store.integrate()
    schema = schemathesis.openapi.from_dict(plain(desk.registry))
    schema.app = application_on(desk)
    yield desk, schema
    patch.undo()
    desk.store.close()


def voices(desk: Desk) -> dict[str, dict[str, str]]:
    """The ways of asking: by tokens of a trader, a bank, an office and a counter, as a visitor in a role, and as nobody."""
    tokens = {
        "acme": new_token(desk.store, "ann", "acme", ("administer",)),
        "stranger": new_token(desk.store, "eve", "elsewhere"),
        "customs": new_token(desk.store, "system", "customs-1", ("customs",), "gateway"),
        "counter": new_token(desk.store, "wang", "hall", ("clerk",), "window"),
    }
    asked = {name: {"Authorization": f"Bearer {token}"} for name, token in tokens.items()}
    return asked | {"operator": {"Entrepot-As": "operator"}, "nobody": {}}


def tried(schema: Any, desk: Desk, number: int) -> None:
    """Draw `number` requests for each call, some that fit and some that do not, by each voice; all failures are told."""
    asking = voices(desk)
    faults: list[str] = []
    for operation in (result.ok() for result in schema.get_all_operations()):
        if operation.path in STREAMS:
            continue
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            try:
                drawn(operation, mode, asking, number)
            except BaseExceptionGroup as group:
                faults += [f"{operation.label} {mode.value}: {str(one)[:600]}" for one in group.exceptions]
            except Exception as error:
                faults.append(f"{operation.label} {mode.value}: {type(error).__name__}: {str(error)[:600]}")
    assert faults == [], "\n\n".join(faults)


def drawn(operation: Any, mode: GenerationMode, asking: dict[str, dict[str, str]], number: int) -> None:
    """Draw requests for one call, send them and check the answers."""

    @seeded(20261122)
    @settings(
        max_examples=number, deadline=None, database=None, suppress_health_check=list(HealthCheck), print_blob=False
    )
    @given(
        case=operation.as_strategy(generation_mode=mode),
        voice=strategies.sampled_from([*asking]),
        there=strategies.booleans(),
    )
    def run(case: Any, voice: str, there: bool) -> None:
        if there and isinstance(case.path_parameters, dict):
            case.path_parameters.update({one: THERE[one] for one in case.path_parameters if one in THERE})
        case.call_and_validate(headers={**asking[voice], "Host": "localhost"}, checks=CHECKS)

    with suppress(Unsatisfiable):  # a call without anything to ask cannot be asked wrongly
        run()


def test_a_few_requests_of_every_kind_find_no_fault(stage: tuple[Desk, Any]) -> None:
    desk, schema = stage
    tried(schema, desk, 3)


@pytest.mark.full
def test_many_requests_of_every_kind_find_no_fault(stage: tuple[Desk, Any]) -> None:
    desk, schema = stage
    tried(schema, desk, int(os.environ.get("ENTREPOT_DRAWN", "120")))


def test_what_is_not_described_is_not_done(stage: tuple[Desk, Any]) -> None:
    desk, schema = stage
    client = client_of(desk, HTTP_ENTREPOT_AS="exporter")
    for path, verbs in schema.raw_schema["paths"].items():
        address = path
        for name, there in THERE.items():
            address = address.replace(f"{{{name}}}", there)
        for method in METHODS:
            if method.lower() in verbs:
                continue
            answer = client.generic(method, address.replace("{", "").replace("}", ""))
            assert answer.status_code == 405, (method, path)
            allowed = {one.strip().lower() for one in answer["Allow"].split(",")}
            assert allowed - {"head"} == set(verbs), (method, path, allowed)
