"""A declaration while it is being written: what was taken from it is carried by the message, what is left is lost."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec
from msgspec import Struct

from entrepot.kernel.money import Money, Price
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.decisions import Declaration
from entrepot.kernel.vocabulary.trade import Charge, Leg

# Values that are written or lost as one.
_WHOLE = (Money, Price, Charge, Leg)
# What the platform notes about a form and no office asks for.
_NOTES = frozenset({"provenance", "derived"})


class Taking:
    """The fields of a declaration by path (`particulars.levy_nature`, `line/1.total`, `container/CSQU3054383.seals`)."""

    def __init__(self, declaration: Declaration) -> None:
        self._left: dict[str, Any] = dict(_leaves(declaration))
        self._notes: list[Text] = []

    def __call__(self, path: str, default: Any = "") -> Any:
        """The value at a path, which is now carried; `default` where nothing is said there."""
        return self._left.pop(path, default)

    def look(self, path: str, default: Any = "") -> Any:
        """The value at a path, which is not carried by that."""
        return self._left.get(path, default)

    def note(self, what: Text) -> None:
        """Note a value that is carried in part only, or not as the office will have it."""
        self._notes.append(what)

    def lost(self) -> tuple[Text, ...]:
        """Every field that nobody took, with its value, and what was noted."""
        left = (Text(f"{path}: {_shown(value)}", f"{path}：{_shown(value)}") for path, value in self._left.items())
        return (*left, *self._notes)


def plain_number(value: Decimal | int) -> str:
    """A number in digits and a point, without exponent."""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _leaves(declaration: Declaration) -> Iterator[tuple[str, Any]]:
    for name, default in _fields(Declaration):
        value = getattr(declaration, name)
        if name in _NOTES or value == default:
            continue
        if name == "lines":
            for number, line in enumerate(value, 1):
                yield from _under(f"line/{number}", line)
        elif isinstance(value, Mapping):
            for key, item in value.items():
                yield from _under(f"{_SINGULAR[name]}/{key}", item)
        else:
            yield from _under(name, value)


_SINGULAR = {
    "containers": "container", "attachments": "attachment", "attachment_lines": "attachment_lines", "other_parties": "party",
}  # fmt: skip


def _under(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The leaves below a value: structs are opened, all else stands."""
    if not isinstance(value, Struct) or isinstance(value, _WHOLE):
        if value is not None and value != "" and value != ():
            yield path, value
        return
    for name, default in _fields(type(value)):
        item = getattr(value, name)
        if item is not None and (item != default or name == "no"):
            yield from _under(f"{path}.{name}", item)


@cache
def _fields(type: Any) -> tuple[tuple[str, Any], ...]:
    """Names of a struct's fields with their defaults."""
    return tuple((field.name, None if field.required else field.default) for field in msgspec.structs.fields(type))


def _shown(value: Any) -> str:
    """A value as people read it."""
    if isinstance(value, tuple):
        return ", ".join(_shown(item) for item in value)
    if isinstance(value, Charge):
        return f"{value.mark} {plain_number(value.value)} {value.currency}".strip()
    if isinstance(value, Leg):
        return f"{value.place} {value.country}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
