"""What the API promises, a line for each thing: the way it is told from a release what a later edition may not take away.

    get /api/v1/dossiers > 200 application/json dossiers[].id string      an answer has this field, of this type
    get /api/v1/dossiers ? limit                                          one may ask so
    post /api/v1/send < chosen[].digest string                            a body may say this
    post /api/v1/send ! chosen                                            a body must say this
    goods.line < quantity string                                          a topic's body, said or found

Adding lines breaks nobody, but for `!` where something was promised before: what nobody sent then would be refused now.
"""

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]
_REF = "#/components/schemas/"
# Values with a meaning of their own, which have one form everywhere.
_WHOLE = frozenset({"Money", "Price", "Quantity", "Text", "Problem"})


def promises(description: Schema) -> list[str]:
    """Every promise of a description, sorted."""
    schemas = description["components"]["schemas"]
    found: set[str] = set()
    for path, verbs in description["paths"].items():
        for method, verb in verbs.items():
            found.update(_verb(f"{method} {path}", verb, schemas))
    for name, schema in schemas.items():
        if "x-kind" in schema:
            found.add(f"{name} {schema['x-kind']} {schema['x-keyed']}".strip())
            found.update(f"{name} < {line}" for line in _fields(schema["allOf"][0], schemas, "", ()))
            found.update(f"{name} ! {line}" for line in _musts(schema["allOf"][0], schemas, "", ()))
    return sorted(found)


def broken(before: list[str], now: list[str]) -> list[str]:
    """What of the promises before is not kept now, and what is asked now of callers who were promised that they need not."""
    kept, known = (
        set(now),
        {line.partition(" ! ")[0] for line in before if " ! " in line or " < " in line or " > " in line},
    )
    known = {one.partition(" < ")[0].partition(" > ")[0] for one in known}
    gone = [f"gone: {line}" for line in before if line not in kept and " ! " not in line]
    stricter = [
        f"asked for anew: {line}"
        for line in sorted(kept - set(before))
        if " ! " in line and line.partition(" ! ")[0] in known
    ]
    return gone + stricter


def _verb(name: str, verb: Schema, schemas: Schema) -> Iterator[str]:
    yield name
    for one in verb.get("parameters", ()):
        if one["in"] == "query":
            yield f"{name} {'!' if one['required'] else '?'} {one['name']}"
    for media, body in verb.get("requestBody", {}).get("content", {}).items():
        yield f"{name} < {media}"
        schema = body["schema"]
        if "Statement" not in str(schema):  # topics speak for themselves
            yield from (f"{name} < {line}" for line in _fields(schema, schemas, "", ()))
            yield from (f"{name} ! {line}" for line in _musts(schema, schemas, "", ()))
    for code, answer in verb["responses"].items():
        for media, body in answer.get("content", {}).items() if code.startswith("2") else ():
            yield f"{name} > {code} {media}"
            yield from (f"{name} > {code} {media} {line}" for line in _fields(body["schema"], schemas, "", ()))


def _named(schema: Schema, schemas: Schema) -> tuple[str, Schema]:
    name = schema.get("$ref", "").removeprefix(_REF)
    return (name, schemas[name]) if name else ("", schema)


def _fields(schema: Schema, schemas: Schema, at: str, above: tuple[str, ...]) -> Iterator[str]:
    """Every field under a schema with its type; a shape within itself is followed once."""
    name, schema = _named(schema, schemas)
    if name in _WHOLE or name in above:
        yield f"{at} {name}".strip()
        return
    above = (*above, name) if name else above
    several = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
    if several:
        for one in several:
            yield from _fields(one, schemas, at, above)
    elif "properties" in schema:
        for field, one in schema["properties"].items():
            yield from _fields(one, schemas, f"{at}.{field}".lstrip("."), above)
    elif isinstance(schema.get("items"), dict) and schema["items"]:
        yield from _fields(schema["items"], schemas, f"{at}[]", above)
    elif isinstance(schema.get("additionalProperties"), dict) and schema["additionalProperties"]:
        yield from _fields(schema["additionalProperties"], schemas, f"{at}{{}}", above)
    elif "enum" in schema or "const" in schema:
        yield from (f"{at} = {value}".strip() for value in schema.get("enum", [schema.get("const")]))
    else:
        yield f"{at} {schema.get('format') or schema.get('type') or 'any'}".strip()


def _musts(schema: Schema, schemas: Schema, at: str, above: tuple[str, ...]) -> Iterator[str]:
    """Every field that must be there, under those that are."""
    name, schema = _named(schema, schemas)
    if name in above or name in _WHOLE:
        return
    above = (*above, name) if name else above
    for field, one in schema.get("properties", {}).items():
        here = f"{at}.{field}".lstrip(".")
        if field in schema.get("required", ()):
            yield here
        yield from _musts(one, schemas, here, above)
    if isinstance(schema.get("items"), dict):
        yield from _musts(schema["items"], schemas, f"{at}[]", above)
