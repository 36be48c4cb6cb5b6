"""What a form sends, as a tree of texts; and a value of a topic as the same tree, so that a form is drawn from either alike.

Names are paths: `f.legs.2.place` is the place of the second leg. A branch is a mapping, a leaf a text; the rows of lists and
mappings are numbered from 1. Nothing here trusts a name: depth, number and length are bounded before anything is read.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import msgspec.inspect as shapes

from entrepot.kernel.intake import Refusal
from entrepot.kernel.money import Money, Price, Quantity
from entrepot.kernel.text import Problem
from entrepot.portal.drafts import problem
from entrepot.portal.entry.shapes import bare, optional

Tree = dict[str, Any]
ROOT = "f"
MOST_NAMES, MOST_ROWS, DEEPEST, LONGEST = 5_000, 1_000, 14, 20_000


def tree_of(post: Mapping[str, Any], root: str = ROOT) -> Tree:
    """The fields of a form as a tree; Refusal where it is larger or deeper than any form of ours."""
    tree: Tree = {}
    start = f"{root}."
    names = [name for name in post if isinstance(name, str) and name.startswith(start)]
    if len(names) > MOST_NAMES:
        raise Refusal((_too_much("fields", MOST_NAMES, "字段"),))
    for name in names:
        text = post[name]
        parts = name[len(start) :].split(".")
        if len(parts) > DEEPEST or not all(parts) or not isinstance(text, str):
            raise Refusal((unknown(name),))
        if len(text) > LONGEST:
            raise Refusal((_too_much(f"characters in {name[:60]}", LONGEST, "字符"),))
        _put(tree, parts, text.replace("\r\n", "\n").strip(), name)
    return tree


def _put(tree: Tree, parts: list[str], text: str, name: str) -> None:
    for part in parts[:-1]:
        below = tree.setdefault(part, {})
        if not isinstance(below, dict):
            raise Refusal((unknown(name),))
        tree = below
    if parts[-1] in tree:
        raise Refusal((unknown(name),))
    tree[parts[-1]] = text


def unknown(name: str) -> Problem:
    """A field that the form does not have."""
    return problem(
        "FM01", "form", f"the form has no field {name[:80]!r}", f"表单没有字段 {name[:80]!r}",
        "load the page again, and fill it in there", "请重新加载页面后填写",
    )  # fmt: skip


def _too_much(what: str, bound: int, zh: str) -> Problem:
    return problem(
        "FM02", "form", f"more than {bound:,} {what}", f"{zh}数量超过 {bound:,}",
        "send it in parts, or hand the table in as a paper", "请分批填报，或以表格文件提交",
    )  # fmt: skip


def blank(tree: Any) -> bool:
    """Whether nothing was filled in on a branch."""
    return not any(not blank(below) for below in tree.values()) if isinstance(tree, dict) else not tree


def rows(tree: Any) -> list[tuple[str, Any]]:
    """The rows of a list that have something in them, in their order; Refusal for names that number no row and for too many."""
    if not isinstance(tree, dict):
        if tree:
            raise Refusal((unknown(str(tree)),))
        return []
    if wrong := next((name for name in tree if not (name.isascii() and name.isdecimal() and len(name) < 6)), None):
        raise Refusal((unknown(wrong),))
    filled = [(name, tree[name]) for name in sorted(tree, key=int) if not blank(tree[name])]
    if len(filled) > MOST_ROWS:
        raise Refusal((_too_much("rows", MOST_ROWS, "行"),))
    return filled


def texts_of(shape: shapes.Type, value: Any) -> Any:
    """A value as the tree of texts that a form would send for it."""
    shape = bare(shape)
    if value is None:
        return ""
    match shape:
        case shapes.StructType(cls=cls) if cls is Money:
            return {"amount": f"{value.amount:f}", "currency": value.currency}
        case shapes.StructType(cls=cls) if cls is Price:
            per = "" if value.per == 1 else f"{value.per:f}"
            return {"amount": f"{value.amount:f}", "currency": value.currency, "per": per, "unit": value.unit}
        case shapes.StructType(cls=cls) if cls is Quantity:
            return {"amount": f"{value.amount:f}", "unit": value.unit}
        case shapes.StructType(fields=fields):
            return {field.name: texts_of(field.type, _said(field, value)) for field in fields}
        case shapes.VarTupleType(item_type=item) | shapes.ListType(item_type=item):
            return _numbered(texts_of(item, one) for one in value)
        case shapes.DictType(value_type=item):
            return _numbered({"key": name, "value": texts_of(item, one)} for name, one in value.items())
        case shapes.AnyType():
            return msgspec.json.encode(value).decode()
    return _text(value)


def _said(field: shapes.Field, value: Any) -> Any:
    """A field of a value; None where it says no more than leaving it out would."""
    given = getattr(value, field.name)
    if field.required or optional(field.type):
        return given
    left_out = field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()
    return None if given == left_out else given


def _numbered(items: Iterable[Any]) -> Tree:
    return {str(place): item for place, item in enumerate(items, 1)}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else str(value)
