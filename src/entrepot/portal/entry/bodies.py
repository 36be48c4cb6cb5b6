"""From what a form sends to a body in a topic's shape, with every problem at the place where it was typed.

A blank is not said: nobody is taken to have said no, zero or a default. A number is exact as typed. What cannot be read is told
beside its field; what is read is then held against the topic by the same rules as at every other door.
"""

import re
from collections.abc import Mapping
from typing import Any

import msgspec.inspect as shapes

from entrepot.kernel.intake import Refusal, convert
from entrepot.kernel.money import Money, Price, Quantity
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.topics import Topic
from entrepot.portal.drafts import body_bytes, problem
from entrepot.portal.entry import typed
from entrepot.portal.entry.posted import Tree, blank, rows, tree_of, unknown
from entrepot.portal.entry.shapes import bare, shape_of
from entrepot.portal.entry.typed import Unread

SHORT = (Money, Price, Quantity)
AMOUNTS: Mapping[type, tuple[str, ...]] = {
    Money: ("amount", "currency"), Price: ("amount", "currency", "per", "unit"), Quantity: ("amount", "unit"),
}  # fmt: skip


def body_from(topic: Topic[Any], post: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """The body that a form says, and all that is wrong with it; problems name places as `legs/2.arrival`."""
    try:
        return body_of(topic, tree_of(post))
    except Refusal as refusal:
        return {}, refusal.problems


def body_of(topic: Topic[Any], tree: Tree) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """As `body_from`, of a tree."""
    taken = _Taking(topic.name)
    try:
        body = taken.struct(shape_of(topic.type), tree, "", True)
    except Refusal as refusal:
        return {}, refusal.problems
    if taken.problems:
        return body, tuple(taken.problems)
    try:
        body_bytes(convert(body, topic.type), "")
    except Refusal as refusal:
        return body, tuple(_plainly(one) for one in refusal.problems)
    return body, ()


def _plainly(one: Problem) -> Problem:
    """What is missing in words for people: a form's label says what is meant."""
    if one.rule != "K003":
        return one
    return problem("K003", one.where, "this must be filled in", "此项必填", "fill it in", "请填写")


class _Taking:
    """One reading of a tree; `problems` gathers what cannot be read."""

    def __init__(self, topic: str) -> None:
        self.topic = topic
        self.problems: list[Problem] = []

    def struct(self, shape: shapes.StructType, tree: Any, at: str, must: bool) -> Any:
        """An object, or nothing where it is blank and need not be there."""
        if shape.cls in SHORT:
            return self._amount(shape.cls, tree, at)
        if blank(tree):
            if not must:
                return None
            tree = {}
        if not isinstance(tree, dict):
            raise Refusal((unknown(at),))
        if strange := tree.keys() - {field.name for field in shape.fields}:
            raise Refusal((unknown(f"{at}.{min(strange)}".strip(".")),))
        body = {}
        for field in shape.fields:
            value = self._field(field, tree.get(field.name, ""), f"{at}.{field.name}".lstrip("."))
            if value is not None:
                body[field.encode_name] = value
        return body

    def _field(self, field: shapes.Field, tree: Any, at: str) -> Any:
        shape = bare(field.type)
        match shape:
            case shapes.StructType():
                return self.struct(shape, tree, at, field.required)
            case shapes.VarTupleType(item_type=item) | shapes.ListType(item_type=item):
                listed = self._list(item, tree, at, field.name)
                return listed if listed or field.required else None
            case shapes.DictType(value_type=item):
                mapped = self._mapping(item, tree, at, field.name)
                return mapped if mapped or field.required else None
        return self._leaf(shape, tree, at, field.name, field.required)

    def _list(self, item: shapes.Type, tree: Any, at: str, name: str) -> list[Any]:
        made = [self._item(item, row, f"{at}/{place}", name) for place, (_, row) in enumerate(rows(tree), 1)]
        return [one for one in made if one is not None]

    def _mapping(self, item: shapes.Type, tree: Any, at: str, name: str) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for place, (_, row) in enumerate(rows(tree), 1):
            here = f"{at}/{place}"
            if not isinstance(row, dict) or row.keys() - {"key", "value"} or not isinstance(row.get("key", ""), str):
                raise Refusal((unknown(here),))
            key = row.get("key", "")
            value = self._item(item, row.get("value", ""), f"{here}.value", name)
            if not key or value is None or key in made:
                self._wrong(f"{here}.{'value' if key and key not in made else 'key'}", Text(
                    "both, each name once", "名称与内容，且名称不可重复",
                ))  # fmt: skip
                continue
            made[key] = value
        return made

    def _item(self, item: shapes.Type, tree: Any, at: str, name: str) -> Any:
        shape = bare(item)
        match shape:
            case shapes.StructType():
                return self.struct(shape, tree, at, True)
            case shapes.VarTupleType(item_type=inner) | shapes.ListType(item_type=inner):
                return self._list(inner, tree, at, name)
            case shapes.DictType(value_type=inner):
                return self._mapping(inner, tree, at, name)
        return self._leaf(shape, tree, at, name, False)

    def _leaf(self, shape: shapes.Type, text: Any, at: str, name: str, must: bool) -> Any:
        if not isinstance(text, str):
            raise Refusal((unknown(at),))
        if not text:
            return "" if must and _may_be_empty(shape) else None
        try:
            return self._read(shape, text, name)
        except Unread as unread:
            self._wrong(at, unread.how, text)
            return None

    def _read(self, shape: shapes.Type, text: str, name: str) -> Any:
        match shape:
            case shapes.BoolType():
                return typed.yes_no(text)
            case shapes.IntType():
                return typed.count(text)
            case shapes.DecimalType():
                return typed.rate(text) if name.endswith(("rate", "rates")) else typed.number(text)
            case shapes.DateType():
                return typed.day(text)
            case shapes.LiteralType(values=values):
                known = {str(value): value for value in values}
                if text not in known:
                    raise Unread(Text("one of the choices", "所列选项之一"))
                return known[text]
            case shapes.AnyType():
                return typed.anything(text)
        return typed.READERS.get(typed.named(self.topic, name), str)(text)

    def _amount(self, cls: type, tree: Any, at: str) -> Any:
        """Money, a price or a quantity out of its parts; nothing where no amount was filled in."""
        if isinstance(tree, str):
            tree = {"amount": tree} if tree else {}
        if tree.keys() - set(AMOUNTS[cls]) or not all(isinstance(text, str) for text in tree.values()):
            raise Refusal((unknown(at),))
        if not any(tree.values()):
            return None
        part = "amount"
        try:
            if cls is Money:
                return typed.money(tree.get("amount", ""), tree.get("currency", ""))
            if tree.keys() == {"amount"} or not any(text for name, text in tree.items() if name != "amount"):
                return typed.together(cls, tree["amount"])
            made: dict[str, Any] = {}
            for part in AMOUNTS[cls]:
                reader = {"currency": typed.currency, "unit": typed.code}.get(part, typed.number)
                if text := tree.get(part, ""):
                    made[part] = reader(text)
                elif part in ("amount", "currency") or cls is Quantity:
                    raise Unread(Text("all of it: the amount and what it is in", "完整内容：数额及其单位或货币"))
            return made
        except Unread as unread:
            text = " ".join(text for text in tree.values() if text)
            self._wrong(
                f"{at}.currency"
                if cls is Money and not tree.get("currency") and tree.get("amount")
                else f"{at}.{part}",
                unread.how,
                text,
            )
            return None

    def _wrong(self, at: str, how: Text, text: str = "") -> None:
        shown = text[:60]
        self.problems.append(
            problem(
                "FM03", at, f"{shown!r} cannot be read here" if shown else "something is missing here",
                f"此处无法读取“{shown}”" if shown else "此处内容不完整", f"write {how.en}", f"请填写{how.zh}",
            )
        )  # fmt: skip


def _may_be_empty(shape: shapes.Type) -> bool:
    """Whether an empty text is an answer where one is required."""
    match shape:
        case shapes.LiteralType(values=values):
            return "" in values
        case shapes.StrType(pattern=str(pattern)):
            return re.search(pattern, "") is not None
    return False
