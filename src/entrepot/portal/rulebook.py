"""The rules of the declaration as people read them: each rule's card, and where and how it speaks, read off its own code."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from msgspec import Struct

from entrepot.kernel.text import Text
from entrepot.modules.declaration.facts import RuleCard
from entrepot.modules.declaration.rules.assess import numbered

ROOM = "entrepot.modules.declaration.rules"


class Told(Struct, frozen=True):
    """A message of a rule: what is wrong and how to mend it, `{names}` standing for values."""

    what: Text
    fix: Text


class RulePage(Struct, frozen=True):
    """A rule with the places it points at and what it may say. What it passes on from another room has its words there."""

    card: RuleCard
    where: tuple[str, ...]
    told: tuple[Told, ...]


@cache
def rulebook() -> tuple[RulePage, ...]:
    """Every rule by its number."""
    return tuple(_page(card, check) for card, check in numbered())


def _page(card: RuleCard, check: Callable[..., Any]) -> RulePage:
    where: dict[str, None] = {}
    told: dict[Told, None] = {}
    for place, message in _faults(check, set()):
        where.setdefault(place)
        if message is not None:
            told.setdefault(message)
    return RulePage(card, tuple(where), tuple(told))


def _faults(function: Callable[..., Any], seen: set[str]) -> Iterator[tuple[str, Told | None]]:
    """The faults that a function makes, and those of the functions of this room that it calls, in the order of the code."""
    if function.__qualname__ in seen:
        return
    seen.add(function.__qualname__)
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    given = _assigned(tree)
    listed = _listed(tree, given)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    for node in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        name = _named(node.func)
        if name == "Fault":
            told = [Told(what, fix) for what in _texts(node.args[1], given) for fix in _texts(node.args[2], given)]
            for place in _spread(_words(node.args[0], given), listed):
                yield from ((place, one) for one in told or (None,))
            continue
        called = inspect.unwrap(function).__globals__.get(name)
        if inspect.isfunction(called) and called.__module__.startswith(ROOM):
            yield from _faults(called, seen)


def _assigned(tree: ast.AST) -> dict[str, list[ast.expr]]:
    """What each name is set to, in the order of the code."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found.setdefault(node.targets[0].id, []).append(node.value)
    return found


def _listed(tree: ast.AST, given: Mapping[str, list[ast.expr]]) -> dict[str, tuple[str, ...]]:
    """The words that a loop goes through, by the name it gives them: first of each row of a tuple, or keys of a dictionary."""
    found: dict[str, tuple[str, ...]] = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.For):
            continue
        match node.target, node.iter:
            case ast.Tuple(elts=[ast.Name(id=name), *_]), ast.Tuple(elts=rows):
                keys = [row.elts[0] for row in rows if isinstance(row, ast.Tuple)]
            case ast.Tuple(elts=[ast.Name(id=name), *_]), ast.Call(func=ast.Attribute(value=ast.Name(id=table))):
                books = [book for book in given.get(table, ()) if isinstance(book, ast.Dict)]
                keys = [key for book in books for key in book.keys if key is not None]
            case _:
                continue
        if words := tuple(key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)):
            found[name] = words
    return found


def _spread(place: str, listed: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """A place with each of the words that a loop puts into it."""
    for name, words in listed.items():
        if f"{{{name}}}" in place:
            for word in words:
                yield from _spread(place.replace(f"{{{name}}}", word), listed)
            return
    yield place


def _texts(node: ast.expr, given: Mapping[str, list[ast.expr]]) -> Iterator[Text]:
    """The two languages of each `Text(…)` that may stand here, written out or under a name; none that comes from elsewhere."""
    match node:
        case ast.Name(id=name) if name in given:
            for meant in given[name]:
                yield from _texts(meant, {})
        case ast.IfExp(body=body, orelse=other):
            yield from _texts(body, given)
            yield from _texts(other, given)
        case ast.Call(func=ast.Name(id="Text"), args=[en, zh]):
            yield Text(_words(en, given), _words(zh, given))


def _words(node: ast.expr, given: Mapping[str, list[ast.expr]]) -> str:
    """An expression as a pattern: words as they are, everything else as the name of what stands there."""
    match node:
        case ast.Constant(value=value):
            return str(value)
        case ast.JoinedStr(values=parts):
            return "".join(_words(part, given) for part in parts)
        case ast.FormattedValue(value=value):
            return _words(value, given)
        case ast.Call(func=ast.Attribute(attr="path"), args=[field]):
            return f"line/{{no}}.{_words(field, given)}"
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _words(left, given) + _words(right, given)
        case ast.IfExp(body=body, orelse=ast.Constant(value=str())) if isinstance(body, ast.Constant | ast.JoinedStr):
            return _words(body, given)
        case ast.Name(id=name) if name in given:
            meant = given[name][0]
            meant = meant.body if isinstance(meant, ast.IfExp) else meant
            if isinstance(meant, ast.JoinedStr):
                return _words(meant, {})
    return f"{{{_named(node)}}}"


def _named(node: ast.AST) -> str:
    """The name that says most of an expression: its last attribute, else its variable."""
    match node:
        case ast.Attribute(attr="amount" | "minor" | "en" | "zh", value=value):
            return _named(value)
        case ast.Name(id="en" | "zh"):
            return "name"
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name.removesuffix("_zh").removesuffix("_en")
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return name.removesuffix("_zh").removesuffix("_en")
        case ast.Call(args=[first, *_]):
            return _named(first)
        case ast.Call(func=ast.Attribute(value=value)):
            return _named(value)
    return next((name for child in ast.iter_child_nodes(node) if (name := _named(child)) != "…"), "…")


def markdown() -> str:
    """The rules as a page of Markdown, in both languages."""
    lines = ["# Rules of the declaration · 报关单校验规则", ""]
    for page in rulebook():
        card = page.card
        lines += [f"## {card.id} {card.severity} · {card.text.zh}", "", card.text.en, ""]
        facts = {
            "element": card.element, "applies": applies(card, "en"), "source": card.source,
            "where": ", ".join(f"`{place}`" for place in page.where),
        }  # fmt: skip
        lines += [f"- {name}: {value}" for name, value in facts.items() if value]
        lines += [f"- {one.what.en} | {one.fix.en} · {one.what.zh} | {one.fix.zh}" for one in page.told]
        lines.append("")
    return "\n".join(lines)


_APPLIES = {
    "line": Text("each line", "逐项"), "form": Text("whole declaration", "整票"),
    "E": Text("export", "出口"), "I": Text("import", "进口"),
}  # fmt: skip


def applies(card: RuleCard, language: str) -> str:
    """What a rule looks at, and in which flow and modes."""
    parts = [_APPLIES[one].in_language(language) for one in (card.scope, card.flow) if one]
    return " · ".join([*parts, *card.modes])
