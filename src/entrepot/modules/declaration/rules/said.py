"""What was said, also where papers disagree on a part of it; where each field was read; and the names of fields.

A field of the declaration is named by its path: `header.gross_kg`, `line/2.qty1`, `container/CSQU3054383.size_type`.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, NamedTuple, TypeVar

import msgspec

from entrepot.kernel.case import Case, Source
from entrepot.kernel.record import Conflict
from entrepot.kernel.submissions import Submission
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.clearance import CONSISTENCY, Side
from entrepot.kernel.vocabulary.customs import ATTACHMENT, PARTICULARS, STATEMENT
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.kernel.vocabulary.trade import CHARGES, CONTAINER, PACKING, PARTY, TERMS, TRANSPORT

T = TypeVar("T")
A = TypeVar("A")

WHOLE: tuple[Topic[Any], ...] = (PARTICULARS, TERMS, TRANSPORT, CHARGES, PACKING)
"""The topics whose fields stand in the header, each by its own name unless `_RENAMED` says otherwise."""
KEYED: tuple[Topic[Any], ...] = (PARTY, CONTAINER, ATTACHMENT, STATEMENT, LINE)
_RENAMED = {("trade.terms", "total"): "invoice_total", ("transport.plan", "mode"): "transport_mode"}
_SECTIONS = {
    CONTAINER.name: "container", ATTACHMENT.name: "attachment", STATEMENT.name: "statement", LINE.name: "line",
}  # fmt: skip
_LINE_FIELDS = {
    "hs": "hs10", "quantity": "deal_qty", "unit": "deal_unit", "price": "unit_price", "amount": "total",
    "origin": "origin_country",
}  # fmt: skip
_PARTIES = {
    "E": {"exporter": "domestic_party", "importer": "overseas_party"},
    "I": {"importer": "domestic_party", "exporter": "overseas_party"},
}


Leads = Mapping[str, str]
"""Where papers differ and nothing blocks: by the path of the field, the paper and the place whose value stands."""


def leads_of(case: Case) -> Leads:
    """The fields on which papers differ within what the comparison of the papers lets pass."""
    found = case.get(CONSISTENCY)
    if found is None:
        return {}
    return {one.field: place_of(one.sides[0]) for one in found.comparisons if one.severity != "E"}


def place_of(side: Side) -> str:
    """The paper of one side of a comparison, with the place in it."""
    return f"{side.paper} {side.place}".strip()


def whole(case: Case, topic: Topic[T], flow: str = "", leads: Leads | None = None) -> T | None:
    """The value of a topic, or what of it nobody disputes and what leads where papers may differ."""
    value = case.get(topic)
    if value is not None:
        return value
    agreed: T | None = case.agreed(topic)
    return _led(case, topic, "", agreed, flow, leads) if leads else agreed


def each(case: Case, topic: Topic[Mapping[str, T]], flow: str = "", leads: Leads | None = None) -> dict[str, T]:
    """The values of a keyed topic, those in conflict as far as nobody disputes them or one leads where papers may differ."""
    standing: Mapping[str, T] | None = case.get(topic)
    values = dict(standing or {})
    for key in case.conflicts(topic):
        if (agreed := case.agreed(topic, key)) is not None:
            values[key] = _led(case, topic, key, agreed, flow, leads) if leads else agreed
    return values


def _led(case: Case, topic: Topic[Any], key: str, agreed: A, flow: str, leads: Leads) -> A:
    """What is agreed, with the value that leads in each field on which papers differ and nothing blocks."""
    standing = case.standing(topic).get(key)
    if agreed is None or standing is None:
        return agreed
    fields: dict[str, Any] = {}
    for conflict in standing.conflicts:
        place = leads.get(path_of(topic, conflict.field, key, flow)) if conflict.field else None
        for statement, value in zip(standing.statements, standing.values, strict=True):
            if place is not None and said_in(statement, conflict.field) == place:
                fields[conflict.field] = getattr(value, conflict.field)
                break
    whole_value: Any = agreed
    led: A = msgspec.structs.replace(whole_value, **fields) if fields else agreed
    return led


@lru_cache(maxsize=65536)  # every drawing asks for the same paths again
def path_of(topic: Topic[Any], field: str, key: str, flow: str) -> str:
    """The path on the declaration of a said field; the bare section where the whole value is meant."""
    if topic is PARTY:
        name = f"header.{_PARTIES[flow].get(key, key)}"
    elif not topic.keyed:
        return f"header.{_RENAMED.get((topic.name, field), field)}" if field else "header"
    else:
        name = f"{_SECTIONS[topic.name]}/{key}"
        if topic is LINE:
            field = _LINE_FIELDS.get(field, field)
    return f"{name}.{field}" if field else name


class Places(NamedTuple):
    """Where fields were read: by path, all of them, and those read from a paper."""

    all: dict[str, str]
    papers: dict[str, str]


def sources(case: Case, topic: Topic[Any], value: Any, key: str, flow: str, places: Places) -> None:
    """Note for each field of a said value where it comes from."""
    # Numbers are slow to compare with None.
    given = tuple(
        [
            name
            for name, default in fields_of(topic.type)
            if (said := getattr(value, name)) is not default and (default is None or said != default)
        ]
    )
    found = case.sources(topic, given, key)
    last: Source | None = None
    told = ""
    for path, source in zip(_paths(topic, given, key, flow), found.values(), strict=False):  # nobody said it: no source
        if source is not last:
            last, told = source, str(source)
        places.all[path] = told
        if source.document:
            places.papers[path] = told


@lru_cache(maxsize=65536)
def _paths(topic: Topic[Any], fields: tuple[str, ...], key: str, flow: str) -> tuple[str, ...]:
    return tuple([path_of(topic, field, key, flow) for field in fields])


@cache
def fields_of(type: Any) -> tuple[tuple[str, Any], ...]:
    """The fields of a value, each with what it is where nobody says it."""
    return tuple((info.name, info.default) for info in msgspec.structs.fields(type))


class Dispute(NamedTuple):
    """A field on which statements contradict each other: its path, the values, and who or what says each."""

    topic: Topic[Any]
    path: str
    sides: tuple[tuple[str, str], ...]


def disputes(case: Case, topic: Topic[Any], flow: str, only: str | None = None) -> Iterator[Dispute]:
    """The contradictions on a topic (at one key, if `only` is given), field by field, with both places."""
    for key, conflicts in case.conflicts(topic).items():
        if only is None or key == only:
            for conflict in conflicts:
                yield Dispute(topic, path_of(topic, conflict.field, key, flow), _sides(conflict))


def _sides(conflict: Conflict) -> tuple[tuple[str, str], ...]:
    return tuple((value, said_in(statement, conflict.field)) for value, statement in conflict.sides)


def said_in(statement: Submission, field: str) -> str:
    """The paper and the place in it that a statement's field was read at, or who said it."""
    for evidence in statement.evidence:
        place = evidence.places.get(field, evidence.places.get("", ""))
        if evidence.name and (place or len(statement.evidence) == 1):
            return f"{evidence.name} {place}".strip()
    return statement.for_ or statement.by or statement.id


def decimal_or_none(text: str) -> Decimal | None:
    """A conflict's value as a number, if it is one."""
    try:
        return Decimal(text)
    except ArithmeticError:
        return None
