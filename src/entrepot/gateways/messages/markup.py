"""XML put together as text: elements only where they have content, everything in them escaped."""

import re

# What XML 1.0 cannot hold. Fields of a form with such characters are not written at all; an id loses them.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SPECIAL = re.compile('[&<>"\x00-\x1f\ud800-\udfff\ufffe\uffff]')


def escaped(text: str) -> str:
    """A text as content or attribute."""
    if not _SPECIAL.search(text):
        return text
    text = (
        _FORBIDDEN.sub("", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    )
    return text.replace("\n", "&#10;").replace("\r", "&#13;").replace("\t", "&#9;")


def leaf(name: str, text: str, **attributes: str) -> str:
    """An element with a text, where there is one; attributes where they have a value."""
    if not text:
        return ""
    if not attributes:
        return f"<{name}>{escaped(text)}</{name}>"
    told = "".join(f' {key}="{escaped(value)}"' for key, value in attributes.items() if value)
    return f"<{name}{told}>{escaped(text)}</{name}>"


def branch(name: str, *parts: str) -> str:
    """An element with elements in it, where there are any."""
    inner = "".join(parts)
    return f"<{name}>{inner}</{name}>" if inner else ""


def document(name: str, spaces: str, *parts: str) -> bytes:
    """A whole message: the root with its namespaces."""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{name} {spaces}>{"".join(parts)}</{name}>'.encode()
