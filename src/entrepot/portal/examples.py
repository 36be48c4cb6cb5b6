"""Examples of topic bodies, made from their types: for the pages that describe topics, and for trying doors out."""

import re
from typing import Any

import msgspec.inspect as shapes

from entrepot.kernel.money import Money, Price, Quantity
from entrepot.kernel.topics import Topic

_SHORT = {Money: "USD 12360.00", Price: "USD 515.00/t", Quantity: "24000 kg"}
_WORDS = {
    "hs": "280920",
    "country": "JPN",
    "origin": "CHN",
    "origin_country": "CHN",
    "original_origin": "CHN",
    "producer_country": "CHN",
    "export_country": "CHN",
    "nationality": "PAN",
    "trade_country": "JPN",
    "destination_country": "JPN",
    "final_country": "JPN",
    "currency": "USD",
    "incoterm": "FOB",
    "code": "280920000",
    "unit": "kg",
    "reference": "PO-2026-001",
    "name": "Yichang Trading Co., Ltd.",
    "roles": "importer",
    "vat_rate": "0.13",
    "place": "CNSHA",
    "agreement": "RCEP",
}


def example(topic: Topic[Any], whole: bool = True) -> Any:
    """A body that fits the topic: every field, or only those that must be there."""
    return _made(shapes.type_info(topic.type), topic.name.rpartition(".")[2], whole, 0)


def _made(shape: shapes.Type, name: str, whole: bool, depth: int) -> Any:
    match shape:
        case shapes.StructType(cls=cls) if cls in _SHORT:
            return _SHORT[cls]
        case shapes.StructType(fields=fields):
            return {
                field.encode_name: _made(field.type, field.name, whole, depth + 1)
                for field in fields
                if field.required or (whole and depth < 3)
            }
        case shapes.Metadata(type=inner):
            return _made(inner, name, whole, depth)
        case shapes.UnionType(types=types):
            chosen = next(one for one in types if not isinstance(one, shapes.NoneType))
            return _made(chosen, name, whole, depth)
        case shapes.LiteralType(values=values):
            return values[0]
        case shapes.VarTupleType(item_type=item) | shapes.ListType(item_type=item):
            return [_made(item, name, whole, depth + 1)] if whole or name == "roles" else []
        case shapes.TupleType(item_types=items):
            return [_made(item, name, whole, depth + 1) for item in items]
        case shapes.DictType(value_type=value):
            return {"1": _made(value, name, whole, depth + 1)} if whole else {}
        case shapes.BoolType():
            return True
        case shapes.IntType():
            return 1
        case shapes.DecimalType():
            return _WORDS.get(name, "1")
        case shapes.DateType():
            return "2026-04-01"
        case shapes.StrType(pattern=str(pattern)) if re.search(pattern, ""):
            return ""  # a digest or the like, which nobody writes by hand
        case shapes.StrType():
            return _WORDS.get(name, "…" if whole else "text")
        case _:
            return {}
