"""From outside words to typed values: strict, with short forms for money, prices and quantities, all problems at once."""

from collections.abc import Callable
from decimal import Decimal
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin

import msgspec

from entrepot.kernel.money import Money, Price, Quantity, money_from_text, price_from_text, quantity_from_text
from entrepot.kernel.text import Problem, Text

_SHORT: dict[Any, Callable[[str], Any]] = {Money: money_from_text, Price: price_from_text, Quantity: quantity_from_text}
MAX_DEPTH = 32


class Refusal(Exception):
    """Words that do not fit a topic: every problem found."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(problem.sentence() for problem in problems))
        self.problems = problems


@cache
def fields_of(type: Any) -> dict[str, msgspec.structs.FieldInfo]:
    """The fields of a value by the names that stand in JSON."""
    return {field.encode_name: field for field in msgspec.structs.fields(type)}


def convert(data: object, type: Any, where: str = "") -> Any:
    """`data` (as decoded from JSON or TOML) as a value of `type`. Money may stand as `USD 12.50`, a price as `USD 515/t`.

    Raises Refusal with every problem, not only the first.
    """
    problems: list[Problem] = []
    opened = _open(data, type, where, problems, 0)
    if not problems:
        try:
            return msgspec.convert(opened, type=type, strict=True, str_keys=True)
        except msgspec.ValidationError as error:
            problems.append(_misfit(where, str(error)))
    raise Refusal(tuple(problems))


def _open(data: Any, type: Any, where: str, problems: list[Problem], depth: int) -> Any:
    """Unfold the short forms, field by field, and check each field by itself, so that no problem hides another."""
    if depth > MAX_DEPTH:
        problems.append(_misfit(where, "nested too deeply"))
        return data
    origin, arguments = get_origin(type), get_args(type)
    if origin in (Union, UnionType):
        inner = [a for a in arguments if a is not None.__class__]
        return data if data is None or len(inner) != 1 else _open(data, inner[0], where, problems, depth + 1)
    if isinstance(data, float):
        problems.append(_misfit(where, f"{data} is a binary float: write it as text"))
    elif isinstance(data, str) and type in _SHORT:
        try:
            return _SHORT[type](data)
        except ValueError as error:
            problems.append(_misfit(where, str(error)))
    elif isinstance(data, str) and type is Decimal and (not data.isascii() or "_" in data or data != data.strip()):
        problems.append(_misfit(where, f"{data[:60]!r} is not a number: write it as 12360.00"))
    elif isinstance(data, list) and origin in (list, tuple) and arguments:
        return [
            _open(item, arguments[0], f"{where}/{place}", problems, depth + 1) for place, item in enumerate(data, 1)
        ]
    elif isinstance(data, dict) and origin is dict:
        return {name: _open(item, arguments[1], f"{where}.{name}", problems, depth + 1) for name, item in data.items()}
    elif isinstance(data, dict) and _is_struct(type):
        return _open_struct(data, type, where, problems, depth)
    elif isinstance(data, (str, int, bool, Decimal)):
        try:
            msgspec.convert(data, type=type, strict=True)
        except msgspec.ValidationError as error:
            problems.append(_misfit(where, str(error)))
    return data


def _open_struct(data: dict[str, Any], type: Any, where: str, problems: list[Problem], depth: int) -> Any:
    fields = fields_of(type)
    for name in data:
        if name not in fields:
            known = ", ".join(fields)
            problems.append(
                Problem(
                    "K002",
                    f"{where}.{name}".lstrip("."),
                    Text(f"there is no field {name!r}", f"没有字段 {name!r}"),
                    Text(f"use one of: {known}", f"可用字段：{known}"),
                )
            )
    for name, field in fields.items():
        if field.required and name not in data:
            problems.append(
                Problem(
                    "K003",
                    f"{where}.{name}".lstrip("."),
                    Text(f"{name} is missing", f"缺少 {name}"),
                    Text(f"give {name}", f"请填写 {name}"),
                )
            )
    return {
        name: _open(item, fields[name].type, f"{where}.{name}".lstrip("."), problems, depth + 1)
        for name, item in data.items()
        if name in fields
    }


def _is_struct(type: Any) -> bool:
    return isinstance(get_origin(type) or type, msgspec.StructMeta)


def _misfit(where: str, error: str) -> Problem:
    message, _, path = error.partition(" - at `$")
    place = f"{where}{path.rstrip('`')}" or "body"
    return Problem("K001", place, Text(message, f"内容不符合要求：{message}"), Text("correct the value", "请更正该值"))
