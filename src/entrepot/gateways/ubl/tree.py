"""A UBL or CII document as one kind of tree, whether it came as XML or, UBL, as the older JSON form."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from lxml import etree

from entrepot.gateways import bounds
from entrepot.gateways.extract import refusal
from entrepot.kernel.intake import Refusal
from entrepot.kernel.text import Text

NAMESPACE = "urn:oasis:names:specification:ubl:schema:xsd:"
CII = "urn:un:unece:uncefact:data:standard:"
_CII_ROOT = f"{CII}CrossIndustryInvoice:100"
_PREFIXES = {f"{NAMESPACE}CommonAggregateComponents-2": "cac:", f"{NAMESPACE}CommonBasicComponents-2": "cbc:"}
_PREFIXES |= {
    _CII_ROOT: "rsm:",
    f"{CII}ReusableAggregateBusinessInformationEntity:100": "ram:",
    f"{CII}UnqualifiedDataType:100": "udt:",
    f"{CII}QualifiedDataType:100": "qdt:",
}
# Signatures and private extensions are no part of what a UBL document says about the trade.
_SKIPPED = {f"{NAMESPACE}CommonExtensionComponents-2"}


class Node:
    """An element: its local name, text, attributes and children, and the way to it from the root."""

    __slots__ = ("_path", "attributes", "children", "name", "parent", "step", "text", "used")

    def __init__(self, name: str, step: str, parent: "Node | None") -> None:
        self.name, self.step, self.parent = name, step, parent
        self.text, self.used, self._path = "", False, ""
        self.attributes: dict[str, str] = {}
        self.children: list[Node] = []

    @property
    def path(self) -> str:
        """Where it stands: an XPath (`/Invoice/cac:InvoiceLine[2]`) or a JSON pointer (`/Invoice/0/InvoiceLine/1`). Asked for
        once the tree is whole: siblings are numbered when all are there."""
        if not self._path:
            self._path = (self.parent.path if self.parent else "") + self.step
        return self._path

    def each(self, *names: str) -> list["Node"]:
        """The nodes at the end of a way of child names."""
        found = [self]
        for name in names:
            found = [child for node in found for child in node.children if child.name == name]
        return found

    def first(self, *names: str) -> "Node | None":
        """The first node at the end of a way of child names."""
        found = self.each(*names)
        return found[0] if found else None

    def walk(self) -> Iterator["Node"]:
        """This node and all below it, in the order of the document."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))

    def within(self, *names: str) -> bool:
        """Whether it stands below an element of one of these names."""
        node = self.parent
        while node is not None:
            if node.name in names:
                return True
            node = node.parent
        return False


def from_xml(data: bytes) -> Node:
    """The tree of a UBL or CII document in XML; Refusal where it is malformed, hostile or of another family."""
    top = parsed(data)
    namespace, _, name = top.tag.removeprefix("{").rpartition("}")
    _check_root(namespace, name)
    return Growing(_PREFIXES, _SKIPPED, bounds.clean_text).node(top, None, 0)


def parsed(data: bytes) -> etree._Element:
    """The root element of an XML file. Refuses document type declarations, encodings that could hide one, malformed XML, and
    more elements than a paper has: these are counted before a tree is built, by what every one begins and ends with."""
    bounds.check_xml(data)
    if data.count(b"<") > 3 * bounds.MAX_NODES:
        raise bounds.too_many("file", "elements", "元素个数", bounds.MAX_NODES)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, UnicodeDecodeError, LookupError) as error:
        said = str(error)[:200]
        if "depth" in said:
            raise bounds.too_deep("file") from error
        raise refusal(
            "P006",
            "file",
            Text(f"not well-formed XML: {said}", f"XML 格式错误：{said}"),
            Text("send the document as its system wrote it", "请提交系统生成的原始文件"),
        ) from error


class Growing:
    """Builds the nodes of one document and counts them. Steps carry the prefixes that a family writes; elements of skipped
    namespaces are left out with all that is in them; `clean` makes a text fit to keep."""

    def __init__(self, prefixes: Mapping[str, str], skipped: Collection[str], clean: Callable[[str], str]) -> None:
        self._prefixes, self._skipped, self._clean = prefixes, skipped, clean
        self._steps: dict[str, tuple[str, str, bool]] = {}
        self._count = 0

    def node(self, element: etree._Element, parent: Node | None, depth: int) -> Node:
        """The node of an element and all below it."""
        self._count += 1
        if self._count > bounds.MAX_NODES:
            raise bounds.too_many("file", "elements", "元素个数", bounds.MAX_NODES)
        if depth >= bounds.MAX_DEPTH:
            raise bounds.too_deep(parent.path if parent else "/")
        name, step, _ = self._named(element.tag)
        node = Node(name, step, parent)
        if element.attrib:
            node.attributes = {str(key).rpartition("}")[2]: str(value) for key, value in element.attrib.items()}
        text = element.text
        if text:
            # Most texts are short words, or the white space between elements.
            node.text = text if text.isalnum() and len(text) < bounds.MAX_TEXT else self._clean(text)
        if len(element):
            self._children(element, node, depth + 1)
        return node

    def _children(self, element: etree._Element, node: Node, depth: int) -> None:
        """The children, numbered where several of one name stand under one parent, as XPath does."""
        alike: dict[str, list[Node]] = {}
        for inner in element:
            if self._skipped and self._named(inner.tag)[2]:
                continue
            child = self.node(inner, node, depth)
            node.children.append(child)
            alike.setdefault(child.name, []).append(child)
        for same in alike.values():
            if len(same) > 1:
                for number, child in enumerate(same, 1):
                    child.step += f"[{number}]"

    def _named(self, tag: str) -> tuple[str, str, bool]:
        """The local name of a tag, its step in a path, and whether it is left out."""
        found = self._steps.get(tag)
        if found is None:
            namespace, _, name = tag.removeprefix("{").rpartition("}")
            found = name, f"/{self._prefixes.get(namespace, '')}{name}", namespace in self._skipped
            self._steps[tag] = found
        return found


def _check_root(namespace: str, name: str) -> None:
    if namespace == _CII_ROOT and name == "CrossIndustryInvoice":
        return
    if not namespace.startswith(NAMESPACE) or namespace in _PREFIXES or namespace in _SKIPPED:
        raise no_ubl(f"{{{namespace}}}{name}" if namespace else name)


def no_ubl(root: str) -> Refusal:
    """The refusal of a document of another family, naming what it is."""
    return refusal(
        "P007",
        "/",
        Text(f"{root[:200]} is not a UBL or CII document", f"{root[:200]} 不是 UBL 或 CII 单证"),
        Text(
            "send a UBL 2 or CII document, a spreadsheet or the platform's JSON",
            "请提交 UBL 2 或 CII 单证、电子表格或本平台 JSON",
        ),
    )


def is_ubl_json(value: object) -> bool:
    """Whether decoded JSON has the shape of a UBL document: one document name beside the `_` names of the namespaces."""
    if not isinstance(value, dict) or not any(name.startswith("_") for name in value):
        return False
    names = [name for name in value if not name.startswith("_")]
    return len(names) == 1 and isinstance(value[names[0]], list)


def from_json(value: dict[str, Any]) -> Node:
    """The tree of a UBL document in the older JSON form, decoded with numbers kept as text."""
    name = next(name for name in value if not name.startswith("_"))
    if not str(value.get("_D", NAMESPACE)).startswith(NAMESPACE):
        raise no_ubl(str(value["_D"]))
    bodies = value[name]
    if len(bodies) != 1 or not isinstance(bodies[0], dict):
        raise no_ubl(name)
    root = Node(name, f"/{_escaped(name)}/0", None)
    waiting: list[tuple[Node, dict[str, Any]]] = [(root, bodies[0])]
    count = 0
    while waiting:
        node, body = waiting.pop()
        for key, item in body.items():
            if key == "_":
                node.text = bounds.clean_text(_as_text(item))
            elif not isinstance(item, list):
                node.attributes[key] = _as_text(item)
            elif key != "UBLExtensions":
                for number, inner in enumerate(item):
                    count += 1
                    if count > bounds.MAX_NODES:
                        raise bounds.too_many("file", "elements", "元素个数", bounds.MAX_NODES)
                    child = Node(key, f"/{_escaped(key)}/{number}", node)
                    node.children.append(child)
                    waiting.append((child, inner if isinstance(inner, dict) else {"_": inner}))
    return root


def _as_text(item: object) -> str:
    return item if isinstance(item, str) else json.dumps(item, ensure_ascii=False)[: bounds.MAX_TEXT]


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
