"""The types of the Python client, written from the API's description: `files(openapi(registry))` gives each file's text by its name.

Bodies of topics become typed dictionaries, as one writes them; answers become structs, as one reads them. Both are made from the
JSON Schema alone, so that whoever reads the description sees the same.
"""

import re
import textwrap
from collections.abc import Callable, Iterator
from keyword import iskeyword
from typing import Any

Schema = dict[str, Any]
_REF = "#/components/schemas/"
LONGEST_FILE, WIDTH = 470, 120
_PLAIN = {"integer": "int", "boolean": "bool", "number": "Decimal", "null": "None"}
_HEAD = '"""{doc} Written by `entrepot client types`; do not edit."""\n\nfrom __future__ import annotations\n\n'
_NO_ANSWER = ("/api/v1/sync/",)  # between counters and the portal alone


def files(description: Schema) -> dict[str, str]:
    """The text of every file of the client's types, by its path in the package."""
    return _topics(description) | _answers(description)


def class_name(component: str) -> str:
    """The class of a component: its own name; where several are called alike, the one before its last dot too."""
    *where, name = component.split(".")
    return name if not where else "".join(part.title() for part in where[-1].split("_")) + name


def _refs(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(ref := node.get("$ref"), str) and ref.startswith(_REF):
            yield ref.removeprefix(_REF)
        for item in node.values():
            yield from _refs(item)
    elif isinstance(node, list | tuple):
        for item in node:
            yield from _refs(item)


def _reached(schemas: Schema, roots: list[str]) -> list[str]:
    """The components that the roots rest on, each behind those that it rests on itself."""
    order: dict[str, None] = {}
    seen: set[str] = set()

    def walk(name: str) -> None:
        if name in seen:
            return
        seen.add(name)
        for one in _refs(schemas[name]):
            walk(one)
        order[name] = None

    for root in roots:
        walk(root)
    return list(order)


def _type(schema: Schema, lists: str, text: Callable[[Schema], str]) -> str:
    """A schema as an annotation; `lists` is the form of an array, `text` tells what a string is."""
    if "$ref" in schema:
        return class_name(schema["$ref"].removeprefix(_REF))
    if "allOf" in schema and len(schema["allOf"]) == 1:
        return _type(schema["allOf"][0], lists, text)
    if "const" in schema or "enum" in schema:
        return f"Literal[{', '.join(map(_quoted, schema.get('enum', [schema.get('const')])))}]"
    if one_of := schema.get("anyOf") or schema.get("oneOf"):
        parts = dict.fromkeys(_type(one, lists, text) for one in one_of)
        return "Any" if "Any" in parts else " | ".join(sorted(parts, key=lambda part: part == "None"))
    kind = schema.get("type")
    if isinstance(kind, list):
        return " | ".join(_type({**schema, "type": one}, lists, text) for one in kind)
    if kind == "string":
        return text(schema)
    if kind == "array":
        item = schema.get("items")
        return lists.format(_type(item, lists, text) if isinstance(item, dict) and item else "Any")
    if kind == "object":
        values = schema.get("additionalProperties")
        return f"dict[str, {_type(values, lists, text) if isinstance(values, dict) and values else 'Any'}]"
    return _PLAIN.get(str(kind), "Any")


def _quoted(value: Any) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' if isinstance(value, str) else repr(value)


def _field(name: str, annotation: str, default: str = "") -> list[str]:
    """The line of a field, or several where it is long."""
    line = f"    {name}: {annotation}{default}"
    if len(line) <= WIDTH or "Literal[" not in annotation:
        return [line]
    before, _, rest = annotation.partition("Literal[")
    values, _, after = rest.partition("]")
    literal = ["Literal[", *(f"    {one}," for one in values.split(", ")), "]"]
    if before:  # Required[…], as its formatter lays it out
        literal = [before, *(f"    {one}" for one in literal), after]
        before = after = ""
    return [f"    {name}: {literal[0]}", *(f"    {one}" for one in literal[1:-1]), f"    {literal[-1]}{after}{default}"]


def _imported(module: str, names: list[str], indent: str = "") -> str:
    """The import of names, on several lines where it is long."""
    line = f"{indent}from {module} import {', '.join(sorted(names))}"
    if len(line) <= WIDTH:
        return f"{line}\n"
    return (
        f"{indent}from {module} import (\n" + "".join(f"{indent}    {one},\n" for one in sorted(names)) + f"{indent})\n"
    )


def _doc(text: str) -> list[str]:
    plain = re.sub(r"\s+", " ", text).strip().replace("\\", "\\\\").replace('"""', "'''")
    plain += " " if plain.endswith('"') else ""
    lines = textwrap.wrap(plain, WIDTH - 16, break_long_words=False) or ["…"]
    if len(lines) == 1:
        return [f'    """{lines[0]}"""']
    return [f'    """{lines[0]}', *(f"    {one}" for one in lines[1:]), '    """']


# -- bodies of topics -------------------------------------------------------------------------------------------------


def _topics(description: Schema) -> dict[str, str]:
    schemas = description["components"]["schemas"]
    topics = [name for name, schema in schemas.items() if "x-kind" in schema]
    users: dict[str, set[str]] = {}
    for topic in topics:
        for name in _reached(schemas, [topic]):
            users.setdefault(name, set()).add(topic.partition(".")[0])
    homes = {name: next(iter(rooms)) if len(rooms) == 1 else "shared" for name, rooms in users.items()}
    rooms: dict[str, list[list[str]]] = {}
    for name in _reached(schemas, topics):
        made = _constant(name, schemas[name]) if name in topics else _typed_dict(name, schemas[name])
        rooms.setdefault(homes[name], []).append(made)
    written: dict[str, str] = {}
    chunks: dict[str, list[list[list[str]]]] = {room: _chunks(blocks, 40) for room, blocks in rooms.items()}
    owner = {
        name: _part(room, number)
        for room, parts in chunks.items()
        for number, part in enumerate(parts)
        for block in part
        for name in _defined(block)
    }
    for room, parts in chunks.items():
        for number, part in enumerate(parts):
            written[f"topics/{_part(room, number)}.py"] = _topics_file(room, _part(room, number), part, owner)
    head = '"""Every topic, and the shape of its body. Written by `entrepot client types`; do not edit."""\n\n# ruff: noqa: F403\n'
    stars = sorted(f"from entrepot_client.topics.{file} import *" for file in set(owner.values()))
    written["topics/__init__.py"] = head + "\n" + "\n".join(stars) + "\n"
    return written


def _part(room: str, number: int) -> str:
    file = f"{room}_" if iskeyword(room) else room
    return file if number == 0 else f"{file}_{number + 1}"


def _chunks(blocks: list[list[str]], head: int) -> list[list[list[str]]]:
    parts: list[list[list[str]]] = [[]]
    size = head
    for block in blocks:
        if parts[-1] and size + len(block) + 2 > LONGEST_FILE:
            parts.append([])
            size = head
        parts[-1].append(block)
        size += len(block) + 2
    return parts


def _defined(block: list[str]) -> list[str]:
    """The names that a block defines."""
    return [found[0] for line in block if (found := re.findall(r"^(?:class )?(\w+)(?=[(:]| = )", line))]


def _topics_file(room: str, file: str, blocks: list[list[str]], owner: dict[str, str]) -> str:
    body = "\n".join(line for block in blocks for line in (*block, "", "")).rstrip() + "\n"
    used = {
        word for word in re.findall(r"\b[A-Z]\w+\b", re.sub(r'"""(.|\n)*?"""|"[^"\n]*"', "", body)) if word in owner
    }
    needed: dict[str, list[str]] = {}
    for word in used:
        if owner[word] != file:
            needed.setdefault(owner[word], []).append(word)
    typing = [name for name in ("Any", "Literal", "Required", "TypedDict") if re.search(rf"\b{name}\b", body)]
    title = "what several topics share" if room == "shared" else f"topics of {room}"
    text = _HEAD.format(doc=f"Bodies: {title}.")
    typing = ["TYPE_CHECKING", *typing] if needed else typing
    text += f"from typing import {', '.join(typing)}\n" if typing else ""
    if "Topic[" in body:
        text += "\nfrom entrepot_client.topic import Topic\n"
    if needed:
        text += "\nif TYPE_CHECKING:\n"
        for home, words in sorted(needed.items()):
            text += _imported(f"entrepot_client.topics.{home}", words, "    ")
    return text + "\n\n" + body


def _constant(name: str, schema: Schema) -> list[str]:
    """A topic as a constant: what is said and read under its name, with the type of its body."""
    body = _type(schema["allOf"][0], "list[{}]", lambda _: "str")
    args = [f'"{name}"', *([f'keyed="{schema["x-keyed"]}"'] if schema["x-keyed"] else [])]
    constant = name.upper().replace(".", "_").replace("-", "_")
    return [
        f"{constant}: Topic[{body}] = Topic({', '.join(args)})",
        *(line[4:] for line in _doc(schema["description"])),
    ]


def _typed_dict(name: str, schema: Schema) -> list[str]:
    if "anyOf" in schema:  # what may stand as text too
        (whole,) = (one for one in schema["anyOf"] if one.get("type") == "object")
        return [*_typed_dict(f"{name}Parts", whole), "", "", f"{name} = {name}Parts | str"]
    if schema.get("type") != "object" or "properties" not in schema:
        return [f"{class_name(name)} = {_type(schema, 'list[{}]', lambda _: 'str')}"]
    required = schema.get("required", ())
    lines = [f"class {class_name(name)}(TypedDict, total=False):", *_doc(schema.get("description", name)), ""]
    for field, one in schema["properties"].items():
        annotation = _type(one, "list[{}]", lambda _: "str")
        lines += _field(field, f"Required[{annotation}]" if field in required else annotation)
    return lines if schema["properties"] else lines[:-1]


# -- answers ----------------------------------------------------------------------------------------------------------


def _answers(description: Schema) -> dict[str, str]:
    schemas = description["components"]["schemas"]
    roots = [
        name
        for path, verbs in sorted(description["paths"].items())
        for verb in verbs.values()
        if not path.startswith(_NO_ANSWER)
        for code, answer in verb["responses"].items()
        if code.startswith("2")
        for name in _refs(answer)
    ]
    shapes = [name for name in _reached(schemas, roots) if "x-kind" not in schemas[name]]
    written: dict[str, str] = {}
    imported: dict[str, str] = {}
    for number, part in enumerate(_chunks([_struct(name, schemas[name]) for name in shapes], 60), 1):
        written[f"answers/part_{number}.py"] = _answers_file(part, imported)
        imported |= {name: f"part_{number}" for block in part for name in _defined(block)}
    head = '"""What the API answers. Written by `entrepot client types`; do not edit."""\n\n# ruff: noqa: F403\n'
    stars = [f"from entrepot_client.answers.part_{number + 1} import *" for number in range(len(written))]
    written["answers/__init__.py"] = head + "\n" + "\n".join(stars) + "\n"
    return written


def _answers_file(blocks: list[list[str]], imported: dict[str, str]) -> str:
    body = "\n".join(line for block in blocks for line in (*block, "", "")).rstrip() + "\n"
    words = set(re.findall(r"\b[A-Za-z]\w+\b", re.sub(r'"""(.|\n)*?"""|"[^"\n]*"', "", body)))
    text = _HEAD.format(doc="Answers of the API.")
    for module, names in (
        ("datetime", ("date", "datetime")),
        ("decimal", ("Decimal",)),
        ("typing", ("Any", "Literal")),
    ):
        if used := sorted(words & set(names)):
            text += f"from {module} import {', '.join(used)}\n"
    text += "\nimport msgspec\n" if "msgspec.field(" in body else "\n"
    text += "from msgspec import Struct\n"
    homes: dict[str, list[str]] = {}
    for word in sorted(words & imported.keys()):
        homes.setdefault(imported[word], []).append(word)
    if homes:
        text += "\n"
    for home, names_ in sorted(homes.items()):
        text += _imported(f"entrepot_client.answers.{home}", names_)
    return text + "\n\n" + body


def _read_text(schema: Schema) -> str:
    return {"date": "date", "date-time": "datetime", "decimal": "Decimal"}.get(schema.get("format", ""), "str")


def _struct(name: str, schema: Schema) -> list[str]:
    if "anyOf" in schema:
        (schema,) = (one for one in schema["anyOf"] if one.get("type") == "object")
    if schema.get("type") != "object" or "properties" not in schema:
        return [f"{class_name(name)} = {_type(schema, 'tuple[{}, ...]', _read_text)}"]
    required = schema.get("required", ())
    lines = [
        f"class {class_name(name)}(Struct, frozen=True, kw_only=True):",
        *_doc(schema.get("description", name)),
        "",
    ]
    for key, one in schema["properties"].items():
        annotation = _type(one, "tuple[{}, ...]", _read_text)
        default = "" if key in required else _default(one, annotation)
        if default == " = None" and "None" not in annotation and annotation != "Any":
            annotation += " | None"
        if not key.isidentifier() or iskeyword(key):
            default = f" = msgspec.field({f'default={default[3:]}, ' if default else ''}name={_quoted(key)})"
            key = re.sub(r"\W", "_", key) + "_"
        lines += _field(key, annotation, default)
    return lines if schema["properties"] else lines[:-1]


def _default(schema: Schema, annotation: str) -> str:
    given = schema.get("default")
    if annotation.startswith("tuple["):
        return " = ()"
    if annotation.startswith("dict["):
        return " = msgspec.field(default_factory=dict)"
    if isinstance(given, str) and annotation in ("date", "datetime", "Decimal"):
        return f" = {annotation}({_quoted(given)})" if annotation == "Decimal" else " = None"
    return f" = {_quoted(given)}" if isinstance(given, str | int | bool) else " = None"
