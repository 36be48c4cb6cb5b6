"""The shapes of topics as forms see them, and the parts a form is drawn of."""

from functools import lru_cache
from typing import Any, Literal

import msgspec.inspect as shapes
from msgspec import Struct

from entrepot.kernel.text import Problem

Kind = Literal["text", "long", "number", "count", "date", "choice", "yes_no", "json"]


class Option(Struct, frozen=True):
    """What may stand in a choice."""

    value: str
    label: str


class Input(Struct, frozen=True):
    """One thing to fill in. `at` is its place as problems name it, `lists` the list of codes that is offered for it."""

    name: str
    at: str
    label: str
    kind: Kind = "text"
    value: str = ""
    hint: str = ""
    required: bool = False
    options: tuple[Option, ...] = ()
    lists: str = ""
    problems: tuple[Problem, ...] = ()
    unsaid: str = ""
    part: Literal["input"] = "input"

    @property
    def id(self) -> str:
        return self.name.replace(".", "-")

    @property
    def filled(self) -> bool:
        return bool(self.value)


class Group(Struct, frozen=True):
    """Parts that belong together: a nested value, an amount with its currency (`inline`), a row of a list (`removable`)."""

    name: str
    at: str
    label: str
    parts: tuple[Any, ...]
    required: bool = False
    inline: bool = False
    removable: bool = False
    hint: str = ""
    problems: tuple[Problem, ...] = ()
    part: Literal["group"] = "group"

    @property
    def id(self) -> str:
        return self.name.replace(".", "-") + "-group"

    @property
    def filled(self) -> bool:
        return any(part.filled for part in self.parts)

    @property
    def troubled(self) -> bool:
        return bool(self.problems) or any(troubled(part) for part in self.parts)


class Rows(Struct, frozen=True):
    """A list: its rows, the last of them blank for one more."""

    name: str
    at: str
    label: str
    rows: tuple[Any, ...]
    required: bool = False
    hint: str = ""
    problems: tuple[Problem, ...] = ()
    part: Literal["rows"] = "rows"

    @property
    def id(self) -> str:
        return self.name.replace(".", "-") + "-rows"

    @property
    def filled(self) -> bool:
        return any(row.filled for row in self.rows)

    @property
    def troubled(self) -> bool:
        return bool(self.problems) or any(troubled(row) for row in self.rows)


Part = Input | Group | Rows


def troubled(part: Part) -> bool:
    """Whether a problem stands at a part or below it."""
    return bool(part.problems) if isinstance(part, Input) else part.troubled


@lru_cache(maxsize=512)
def shape_of(type: Any) -> shapes.StructType:
    """The shape of a topic's values."""
    shape = shapes.type_info(type)
    assert isinstance(shape, shapes.StructType)  # every topic holds a struct
    return shape


def bare(shape: shapes.Type) -> shapes.Type:
    """A shape without what may be absent, and without what is only noted about it."""
    match shape:
        case shapes.Metadata(type=inner):
            return bare(inner)
        case shapes.UnionType(types=types):
            (one,) = (one for one in types if not isinstance(one, shapes.NoneType))
            return bare(one)
    return shape


def optional(shape: shapes.Type) -> bool:
    """Whether nothing at all may stand there."""
    match shape:
        case shapes.Metadata(type=inner):
            return optional(inner)
        case shapes.UnionType(includes_none=none):
            return none
    return False
