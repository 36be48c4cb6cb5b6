"""The client's types are those of the description, and its calls are calls of it."""

import inspect
import re
from collections.abc import Iterator
from typing import Any, get_type_hints

import msgspec
import pytest

from entrepot.portal.client_types import files
from entrepot.portal.openapi import plain
from entrepot.portal.setting import registry
from entrepot_client import AsyncClient, Client, answers, calls, topics
from entrepot_client.bulk import Window
from entrepot_client.topic import Topic
from tests.conftest import ROOT

PACKAGE = ROOT / "src" / "entrepot_client"


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    return plain(registry())


def test_the_types_are_those_that_the_description_gives(description: dict[str, Any]) -> None:
    written = files(description)
    for name, text in written.items():
        assert (PACKAGE / name).read_text(encoding="utf-8") == text, f"{name}: run `entrepot client types`"
    there = {f"{part}/{file.name}" for part in ("topics", "answers") for file in (PACKAGE / part).glob("*.py")}
    assert there == set(written)


def test_every_topic_is_there_with_its_key(description: dict[str, Any]) -> None:
    there = {one.name: one.keyed for one in vars(topics).values() if isinstance(one, Topic)}
    assert there == {name: topic.keyed for name, topic in registry().topics.items()}


def test_every_answer_can_be_read() -> None:
    shapes = [one for one in vars(answers).values() if isinstance(one, type) and issubclass(one, msgspec.Struct)]
    assert len(shapes) > 80
    for shape in shapes:
        msgspec.json.Decoder(shape)


def every_call() -> Iterator[calls.Call[Any]]:
    """A call of each kind, with plausible arguments."""
    given: dict[str, Any] = {
        "statements": [{"topic": "a.b"}], "data": b"", "given": {}, "step": {}, "asked": {}, "changed": {}, "answers": {}, "only": {},
        "query": {}, "body": None, "limit": 1, "wait": 0, "expects": None, "day": None,
    }  # fmt: skip
    for name, make in vars(calls).items():
        hints = get_type_hints(make) if inspect.isfunction(make) and not name.startswith("_") else {}
        if "Call" in str(hints.get("return")) and name not in ("call", "as_type"):
            yield make(*(given.get(one, "x") for one in inspect.signature(make).parameters))
    yield Window(1, [("D1", {"topic": "a.b"})]).call()


def test_every_call_is_one_of_the_description(description: dict[str, Any]) -> None:
    made = list(every_call())
    assert len(made) > 30
    for call in made:
        verb = description["paths"][call.template][call.method]
        known = {one["name"] for one in verb.get("parameters", ())}
        assert {name for name, _ in call.query} | set(call.path) <= known, call.template
        assert set(call.path) == set(re.findall(r"{(\w+)}", call.template))
        assert (call.media in verb["requestBody"]["content"]) if call.content is not None else "requestBody" not in verb


def test_both_clients_have_the_same_methods() -> None:
    def shape(cls: type) -> dict[str, str]:
        made = {name: str(inspect.signature(one)) for name, one in vars(cls).items() if inspect.isfunction(one)}
        return {name: text.replace("Async", "") for name, text in made.items() if not name.startswith("__")}

    assert shape(Client) == shape(AsyncClient)
