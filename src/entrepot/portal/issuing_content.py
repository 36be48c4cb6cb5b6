"""From the value of a finding to what is signed and printed: the subject of a credential, and the sections of a PDF.

The subject is plain JSON in lower camel case. Decimals and days are texts, an amount of money is its number with the currency, and
what was not said is left out: nothing in it depends on how a reader writes numbers.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec
from msgspec import Struct

from entrepot.gateways.signed_pdf import Column, PrintedDocument, Row, Section, Table
from entrepot.kernel.money import Money, Price
from entrepot.kernel.text import Text
from entrepot.modules.documents import facts
from entrepot.modules.documents.rules.packing import packed_containers, packed_items
from entrepot.modules.documents.rules.sale import trade_line_items
from entrepot.portal.words import field_name

CONTEXT = ("https://www.w3.org/ns/credentials/v2", {"@vocab": "https://vocabulary.uncefact.org/"})
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NUMBERS = frozenset(
    {
        "billed_quantity",
        "packed_quantity",
        "line_total",
        "net_weight",
        "gross_weight",
        "package_quantity",
        "net_price",
        "count",
        "size",
    }
)
_CODES = frozenset({"digest", "classification", "hs10", "hs6", "container_ids"})


def subject_of(value: Any) -> Any:
    """A value of the room of documents as the credential says it."""
    match value:
        case Money():
            return {"amount": f"{value.amount:f}", "currency": value.currency}
        case Price():
            per = {"perQuantity": f"{value.per:f}"} if value.per != 1 else {}
            return {"amount": f"{value.amount:f}", "currency": value.currency, "unitCode": value.unit, **per}
        case Struct():
            worded = _worded(value)
            said = {
                camel(one.name): subject_of(worded.get(one.name, getattr(value, one.name)))
                for one in msgspec.structs.fields(value)
            }
            return {name: item for name, item in said.items() if item not in (None, "", [], {})}
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
        case Mapping():
            return {str(name): subject_of(item) for name, item in value.items()}
        case list() | tuple():
            return [subject_of(item) for item in value]
        case _:
            return value


def _worded(value: Struct) -> dict[str, Any]:
    """Contract, invoice and packing list hold goods and containers as they were said: here in the document's words."""
    match value:
        case facts.SalesContract() | facts.CommercialInvoice():
            return {"line_items": trade_line_items(value.line_items)}
        case facts.PackingList():
            return {
                "line_items": packed_items(value.line_items),
                "container_items": packed_containers(value.container_items),
            }
        case _:
            return {}


def camel(name: str) -> str:
    """`seller_party` as JSON-LD writes it: `sellerParty`."""
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


def snake(name: str) -> str:
    """`sellerParty` as our topics write it."""
    return _HUMP.sub("_", name).lower()


def label_of(name: str) -> Text:
    """What people call a field of a subject."""
    plain = snake(name)
    said = field_name(plain, "en")
    return Text(said[:1].upper() + said[1:], field_name(plain, "zh"))


@cache
def _order() -> Mapping[str, int]:
    """The order in which the fields of documents are read: as their shapes have them; canonical JSON knows none."""
    every = [
        shape
        for shape in vars(facts).values()
        if isinstance(shape, type) and issubclass(shape, Struct) and shape is not Struct
    ]
    shapes = sorted(
        every, key=lambda shape: shape.__module__ != facts.__name__
    )  # the documents' own shapes before those they hold
    names = [one.name for shape in shapes for one in msgspec.structs.fields(shape)]
    return {camel(name): place for place, name in reversed(list(enumerate(names)))}


def in_order(value: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The fields of an object of a subject in their reading order; those of unknown shapes last."""
    order = _order()
    return sorted(
        ((name, item) for name, item in value.items() if name not in ("type", "id")),
        key=lambda one: order.get(one[0], len(order)),
    )


def shown(value: Any) -> str:
    """A piece of a subject in one line of words."""
    match value:
        case {"amount": amount, "currency": currency, **rest}:
            unit = rest.get("unitCode", "")
            per = f"{rest['perQuantity']} " if "perQuantity" in rest else ""
            return f"{currency} {amount}" + (f"/{per}{unit}" if unit else "")
        case {"en": en, "zh": zh}:
            return str(en) if en == zh else f"{en} {zh}".strip()
        case Mapping():
            return ", ".join(f"{label_of(name).en} {shown(item)}" for name, item in value.items())
        case list():
            return "; ".join(shown(item) for item in value)
        case bool():
            return "yes 是" if value else "no 否"
        case _:
            return str(value)


def is_plain(value: Any) -> bool:
    """Whether a piece of a subject fits into one row: a text, an amount, a text in two languages, a list of such."""
    match value:
        case {"amount": _, "currency": _} | {"en": _, "zh": _}:
            return True
        case Mapping():
            return False
        case list():
            return all(not isinstance(item, Mapping) for item in value)
        case _:
            return True


def parts_of(
    subject: Mapping[str, Any],
) -> tuple[list[tuple[str, Any]], list[tuple[str, Mapping[str, Any]]], list[tuple[str, list[Any]]]]:
    """A subject in its three sorts of parts: plain fields, nested objects, and lists of objects. `type` and `id` are left out."""
    plain, nested, listed = [], [], []
    for name, value in in_order(subject):
        if is_plain(value):
            plain.append((name, value))
        elif isinstance(value, Mapping):
            nested.append((name, value))
        else:
            listed.append((name, value))
    return plain, nested, listed


def columns_of(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The fields that any of the rows has, in their first order."""
    return list(dict.fromkeys(name for name, _ in in_order({name: 0 for row in rows for name in row})))


def printed(credential: Mapping[str, Any], title: Text, number: str, digest: str) -> PrintedDocument:
    """A credential as it is drawn on paper."""
    sections, tables = body_parts(credential["credentialSubject"], title)
    issuer = credential["issuer"]
    return PrintedDocument(
        title, number, str(credential["validFrom"])[:10], str(issuer["name"]), str(credential["id"]),
        sections, tables, (), digest=digest,
    )  # fmt: skip


def body_parts(subject: Mapping[str, Any], title: Text) -> tuple[tuple[Section, ...], tuple[Table, ...]]:
    """A subject as sections and tables, in the order in which it is read."""
    plain, nested, listed = parts_of(subject)
    sections = [Section(title, _rows(plain))] if plain else []
    sections += [Section(label_of(name), _rows(in_order(value))) for name, value in nested]
    tables = [_table(name, [row for row in rows if isinstance(row, Mapping)]) for name, rows in listed]
    return tuple(sections), tuple(table for table in tables if table.lines)


def _rows(fields: Iterable[tuple[str, Any]]) -> tuple[Row, ...]:
    return tuple(Row(label_of(name), shown(value)) for name, value in fields)


def _table(name: str, rows: list[Mapping[str, Any]]) -> Table:
    names = columns_of(rows)
    columns = tuple(Column(label_of(one), _kind(snake(one))) for one in names)
    return Table(label_of(name), columns, tuple(tuple(shown(row.get(one, "")) for one in names) for row in rows))


def _kind(name: str) -> Any:
    return "number" if name in _NUMBERS else "code" if name in _CODES else "text"
