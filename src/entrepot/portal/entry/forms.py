"""Forms: from a topic to what is filled in, and back.

    form = form_of(topic, "zh", value=standing)          what stands, to be corrected
    body, problems = body_from(topic, request.POST)      what was typed, read strictly, all problems at once
    form = form_of(topic, "zh", post=request.POST, problems=problems)      nothing typed is lost

Every field of every topic has its input: the form is made of the type that the topic is checked by, so the two cannot part.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
import msgspec.inspect as shapes
from msgspec import Struct

from entrepot.kernel.intake import Refusal
from entrepot.kernel.money import Money, Price
from entrepot.kernel.text import Problem
from entrepot.kernel.topics import Topic
from entrepot.portal import words
from entrepot.portal.entry import typed
from entrepot.portal.entry.bodies import AMOUNTS, SHORT, body_from, body_of
from entrepot.portal.entry.posted import ROOT, Tree, blank, rows, texts_of, tree_of
from entrepot.portal.entry.shapes import Group, Input, Kind, Option, Part, Rows, bare, shape_of, troubled
from entrepot.portal.entry.words import CHOICES, FIRST, HINTS, LONG

__all__ = ["Form", "body_from", "body_of", "form_of"]
DEEPEST = 7  # below this, only what was said is drawn


Place = tuple[str, str, str, str]  # the name in the form, the place as problems name it, the field, its label


class Form(Struct, frozen=True):
    """A topic's form. `first` are the fields that matter most and those filled in, `rest` all others. `summary` gives every
    problem with the id of the place it is about, or an empty one."""

    topic: str
    first: tuple[Part, ...]
    rest: tuple[Part, ...]
    summary: tuple[tuple[Problem, str], ...] = ()

    @property
    def parts(self) -> tuple[Part, ...]:
        return (*self.first, *self.rest)

    @property
    def lists(self) -> tuple[str, ...]:
        """The lists of codes that the form offers."""
        return tuple(dict.fromkeys(one.lists for one in inputs(self.parts) if one.lists))


def form_of(
    topic: Topic[Any],
    language: str,
    *,
    value: Any = None,
    post: Mapping[str, Any] | None = None,
    problems: Sequence[Problem] = (),
    wanted: Sequence[str] = (),
    root: str = ROOT,
) -> Form:
    """The form of a topic: filled in with what was typed (`post`), else with what stands (`value`). `wanted` are fields that
    somebody waits for. Problems stand beside their fields, whose places they name bare (`legs/2.arrival`) or under the topic
    (`transport.plan.legs/2.arrival`). A list has one blank row beyond those that are filled in."""
    shape = shape_of(topic.type)
    tree: Tree = {}
    if post is not None:
        try:
            tree = tree_of(post, root)
        except Refusal as refusal:
            problems = (*problems, *(one for one in refusal.problems if one not in problems))
    elif value is not None:
        tree = texts_of(shape, value)
    drawing = _Drawing(topic, language, [(_place(topic, one), one) for one in problems])
    parts = tuple(drawing.field(field, tree.get(field.name, ""), root, "", 0) for field in shape.fields)
    first = {*FIRST.get(topic.name, ()), *wanted}
    leading = tuple(
        part for part, field in zip(parts, shape.fields, strict=True)
        if not FIRST.get(topic.name) or field.name in first or field.required or part.filled or troubled(part)
    )  # fmt: skip
    leading = tuple(sorted(leading, key=lambda part: _rank(topic.name, part)))
    kept = {part.name for part in leading}
    return Form(
        topic.name, leading, tuple(part for part in parts if part.name not in kept), tuple(drawing.summary(parts))
    )


def _rank(topic: str, part: Part) -> int:
    order = FIRST.get(topic, ())
    field = part.name.rpartition(".")[2]
    return order.index(field) if field in order else len(order)


def _place(topic: Topic[Any], one: Problem) -> str:
    """Where in the topic a problem is: without the topic and its key."""
    where = one.where
    if where.startswith(topic.name):
        where = where[len(topic.name) :]
        if where.startswith("/"):
            where = where.partition(".")[2] if "." in where else ""
    return where.strip(".")


def inputs(parts: Iterable[Part]) -> Iterable[Input]:
    """Every input of a form."""
    for part in parts:
        if isinstance(part, Input):
            yield part
        else:
            yield from inputs(part.parts if isinstance(part, Group) else part.rows)


class _Drawing:
    """One drawing of a form; each problem is given to the first part at its place."""

    def __init__(self, topic: Topic[Any], language: str, problems: list[tuple[str, Problem]]) -> None:
        self.topic, self.language, self.problems = topic.name, language, problems

    def field(self, field: shapes.Field, tree: Any, above: str, at: str, depth: int) -> Part:
        """A field of an object as the part of a form."""
        here = f"{at}.{field.name}".lstrip(".")
        label = words.field_name(field.name, self.language)
        place = (f"{above}.{field.name}", here, field.name, label)
        return self.part(field.type, tree, place, field.required, depth, self._unsaid(field))

    def _unsaid(self, field: shapes.Field) -> str:
        """What not choosing means: nothing is said, and where the topic then takes something for granted, what."""
        told = words.word("entry_unsaid", self.language)
        taken = "" if field.required or field.default in (None, "", msgspec.NODEFAULT) else field.default
        if isinstance(taken, bool):
            taken = words.word("yes" if taken else "no", self.language)
        elif taken:
            taken = self._choice(field.name, str(taken))
        return f"{told} ({words.word('entry_counts_as', self.language)} {taken})" if taken else told

    def part(self, shape: shapes.Type, tree: Any, place: Place, required: bool, depth: int, unsaid: str = "") -> Part:
        """What is filled in for a shape at a place."""
        name, at, field, label = place
        inner = bare(shape)
        match inner:
            case shapes.StructType(cls=cls) if cls in SHORT:
                return self._amount(cls, tree, place, required)
            case shapes.StructType(fields=fields):
                below = tree if isinstance(tree, dict) else {}
                deep = () if depth >= DEEPEST and blank(below) else fields
                parts = tuple(self.field(one, below.get(one.name, ""), name, at, depth + 1) for one in deep)
                return Group(name, at, label, parts, required, hint=self._hint(field), problems=self._at(at))
            case shapes.VarTupleType(item_type=item) | shapes.ListType(item_type=item):
                return self._rows(item, tree, place, required, depth)
            case shapes.DictType(value_type=item):
                return self._pairs(item, tree, place, required, depth)
        return self._input(inner, tree if isinstance(tree, str) else "", place, required, unsaid)

    def _input(self, shape: shapes.Type, text: str, place: Place, required: bool, unsaid: str) -> Input:
        name, at, field, label = place
        listed = typed.named(self.topic, field)
        kind: Kind = "text"
        options: tuple[Option, ...] = ()
        match shape:
            case shapes.BoolType():
                kind, options = (
                    "yes_no",
                    tuple(Option(value, words.word(value, self.language)) for value in ("yes", "no")),
                )
            case shapes.IntType():
                kind = "count"
            case shapes.DecimalType():
                kind = "number"
            case shapes.DateType():
                kind = "date"
            case shapes.AnyType():
                kind = "json"
            case shapes.LiteralType(values=values):
                kind = "choice"
                options = tuple(Option(str(value), self._choice(field, str(value))) for value in values if value != "")
            case _:
                kind = "long" if field in LONG else "text"
        hint = self._hint(field) or self._hint(f":{kind}")
        return Input(name, at, label, kind, text, hint, required, options, listed, self._at(at), unsaid)

    def _choice(self, field: str, value: str) -> str:
        known = CHOICES.get(f"{field}={value}") or CHOICES.get(value)
        return known.in_language(self.language) if known else value.replace("_", " ")

    def _amount(self, cls: type, tree: Any, place: Place, required: bool) -> Group:
        name, at, _, label = place
        texts = tree if isinstance(tree, dict) else {"amount": tree}
        hint = HINTS[":money" if cls is Money else ":price" if cls is Price else ":quantity"].in_language(self.language)
        parts = tuple(
            Input(
                f"{name}.{part}", f"{at}.{part}", words.field_name(part, self.language),
                "text" if part in ("currency", "unit") else "number", str(texts.get(part, "")), "", required and part != "per",
                (), part if part in ("currency", "unit") else "", self._at(f"{at}.{part}"),
            )
            for part in AMOUNTS[cls]
        )  # fmt: skip
        return Group(name, at, label, parts, required, True, hint=hint, problems=self._at(at))

    def _rows(self, item: shapes.Type, tree: Any, place: Place, required: bool, depth: int) -> Rows:
        name, at, field, label = place
        filled = self._filled(tree, name)
        spare = [""] if depth < DEEPEST else []
        drawn = tuple(
            self._row(item, row, (f"{name}.{number}", f"{at}/{number}", field, f"{label} {number}"), depth)
            for number, row in enumerate([*filled, *spare], 1)
        )
        return Rows(name, at, label, drawn, required, self._hint(field), self._at(at))

    def _row(self, item: shapes.Type, tree: Any, place: Place, depth: int) -> Group:
        """A row of a list, which can be taken out."""
        name, at, _, label = place
        part = self.part(item, tree, place, False, depth + 1)
        if isinstance(part, Group) and not part.inline:
            return Group(name, at, label, part.parts, removable=True, problems=part.problems)
        return Group(name, at, label, (part,), removable=True)

    def _pairs(self, item: shapes.Type, tree: Any, place: Place, required: bool, depth: int) -> Rows:
        name, at, field, label = place
        made = []
        for number, row in enumerate([*self._filled(tree, name), *([{}] if depth < DEEPEST else [])], 1):
            row = row if isinstance(row, dict) else {}
            here, there = f"{name}.{number}", f"{at}/{number}"
            key = Input(f"{here}.key", f"{there}.key", words.field_name("key", self.language), value=str(row.get("key", "")),
                        problems=self._at(f"{there}.key"))  # fmt: skip
            told = (f"{here}.value", f"{there}.value", field, words.field_name("value", self.language))
            value = self.part(item, row.get("value", ""), told, False, depth + 1)
            wrong = self._at(f"{at}.{key.value}") if key.value else ()
            made.append(Group(here, there, f"{label} {number}", (key, value), removable=True, problems=wrong))
        return Rows(name, at, label, tuple(made), required, self._hint(field), self._at(at))

    def _filled(self, tree: Any, name: str) -> list[Any]:
        try:
            return [row for _, row in rows(tree)]
        except Refusal as refusal:
            self.problems += [("", one) for one in refusal.problems]
            return []

    def _hint(self, field: str) -> str:
        known = HINTS.get(f"{self.topic}.{field}") or HINTS.get(field)
        return known.in_language(self.language) if known else ""

    def _at(self, at: str) -> tuple[Problem, ...]:
        return tuple(one for place, one in self.problems if place == at) if at else ()

    def summary(self, parts: Sequence[Part]) -> Iterable[tuple[Problem, str]]:
        """Every problem with the id of the innermost part that it is about."""
        ids: dict[str, str] = {}
        stack: list[Part] = list(parts)
        while stack:
            part = stack.pop()
            ids[part.at] = part.id
            stack += () if isinstance(part, Input) else part.parts if isinstance(part, Group) else part.rows
        for place, one in self.problems:
            while place and place not in ids:
                place = place[: max(place.rfind("."), place.rfind("/"), 0)]
            yield one, ids.get(place, "")
