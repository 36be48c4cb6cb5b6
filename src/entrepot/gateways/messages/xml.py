"""XML messages as light trees: guarded, bounded, each element with its way from the root."""

import re

from entrepot.gateways.extract import Found
from entrepot.gateways.messages.state import leave
from entrepot.gateways.ubl.tree import Growing, Node, parsed

_SNIFFED = 1 << 16
# The first start tag behind declaration, comments and processing instructions: its prefix, name and attributes.
_ROOT = re.compile(
    rb"""\s*(?:<\?(?:[^?]|\?(?!>))*\?>\s*|<!--(?:[^-]|-(?!->))*-->\s*)*"""
    rb"""<(?:([\w.-]+):)?([\w.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)"""
)
_SPACE = re.compile(rb"""\sxmlns(?::([\w.-]+))?\s*=\s*(?:"([^"]*)"|'([^']*)')""")


def root_name(data: bytes) -> str:
    """The root element as `{namespace}name`, from the first bytes alone; empty where there is none to be seen."""
    start = _ROOT.match(data[3:_SNIFFED] if data.startswith(b"\xef\xbb\xbf") else data[:_SNIFFED])
    if start is None:
        return ""
    spaces = {found[1] or b"": found[2] or found[3] or b"" for found in _SPACE.finditer(start[3])}
    space = spaces.get(start[1] or b"", b"")
    name = start[2].decode("ascii", "replace")
    return f"{{{space.decode('ascii', 'replace')}}}{name}" if space else name


def read_tree(data: bytes) -> Node:
    """The tree of an XML message, texts as they stand but for white space around them. Refuses as `parsed` does, and what is
    nested deeper than a message is."""
    return Growing({}, (), str.strip).node(parsed(data), None, 0)


def leaves(root: Node) -> list[Node]:
    """The elements that hold text, in the order of the message."""
    return [node for node in root.walk() if node.text]


def leave_unused(found: Found, root: Node) -> None:
    """Note every text that gave no statement, with its place and value."""
    for node in leaves(root):
        if not node.used:
            leave(found, node.path, node.text)
