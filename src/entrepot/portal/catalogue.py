"""Topics described for those outside: their roles, their JSON Schema, an example of each."""

from typing import Any

import msgspec
from msgspec import Struct

from entrepot.kernel.money import Money, Price, Quantity
from entrepot.kernel.text import Text
from entrepot.kernel.topics import Topic
from entrepot.portal.examples import example

_SHORT = {Money: "USD 12360.00", Price: "USD 515.00/t", Quantity: "24000 kg"}


class TopicCard(Struct, frozen=True, omit_defaults=True):
    """A topic as a list shows it. `keyed` names what its keys are; `sends` the office a finding goes to."""

    name: str
    kind: str
    label: Text
    doc: str
    say: tuple[str, ...]
    read: tuple[str, ...]
    version: int
    keyed: str = ""
    merges: bool = False
    opens: str = ""
    sends: str = ""


def described(topic: Topic[Any]) -> TopicCard:
    """A topic's card."""
    return TopicCard(
        topic.name,
        topic.kind,
        topic.label,
        topic.doc,
        tuple(sorted(topic.say)),
        tuple(sorted(topic.read)),
        topic.version,
        topic.keyed,
        topic.merges,
        topic.opens,
        topic.sends,
    )


def schema_of(topic: Topic[Any]) -> dict[str, Any]:
    """A topic's JSON Schema with its parts under `$defs`, and an example."""
    (schema,), parts = msgspec.json.schema_components([topic.type], ref_template="#/$defs/{name}")
    return {"schema": schema, "$defs": with_short_forms(parts), "example": example(topic)}


def with_short_forms(parts: dict[str, Any]) -> dict[str, Any]:
    """Money, prices and quantities may stand as text at every door: the schemas say so."""
    for type_, text in _SHORT.items():
        if (name := type_.__name__) in parts:
            parts[name] = {"anyOf": [parts[name], {"type": "string", "examples": [text]}]}
    return parts
