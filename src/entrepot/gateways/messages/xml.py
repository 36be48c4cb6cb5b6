"""XML messages as light trees: guarded, bounded, each element with its way from the root."""

import contextlib

from lxml import etree

from entrepot.gateways import bounds
from entrepot.gateways.extract import Found, refusal
from entrepot.gateways.messages.state import leave
from entrepot.gateways.ubl.tree import Node
from entrepot.kernel.text import Text

_SNIFFED = 1 << 16


def root_name(data: bytes) -> str:
    """The root element as `{namespace}name`, from the first bytes alone; empty where there is none to be seen."""
    parser = etree.XMLPullParser(
        events=("start",), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    # What came before a fault may still name the root: its reader tells the fault.
    with contextlib.suppress(etree.XMLSyntaxError, LookupError):
        parser.feed(data[:_SNIFFED])
    return next((str(element.tag) for _, element in parser.read_events() if isinstance(element, etree._Element)), "")


def read_tree(data: bytes) -> Node:
    """The tree of an XML message. Namespaces are left out of names; comments and processing instructions are left out.

    Refuses document type declarations, malformed XML, and more elements or levels than a message has.
    """
    bounds.check_xml(data)
    if (
        data.count(b"<") > 3 * bounds.MAX_NODES
    ):  # counted before a tree is built: an element has two at most, a comment one
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
        top = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, UnicodeDecodeError, LookupError) as error:
        said = str(error)[:200]
        raise refusal(
            "P006",
            "file",
            Text(f"not well-formed XML: {said}", f"XML 格式错误：{said}"),
            Text("send the message as its system wrote it", "请提交系统生成的原始报文"),
        ) from error
    return _Growing().node(top, None, 0)


class _Growing:
    """Builds the nodes of one message and counts them."""

    def __init__(self) -> None:
        self.count = 0

    def node(self, element: etree._Element, parent: Node | None, depth: int) -> Node:
        self.count += 1
        if self.count > bounds.MAX_NODES:
            raise bounds.too_many("file", "elements", "元素个数", bounds.MAX_NODES)
        if depth >= bounds.MAX_DEPTH:
            raise bounds.too_deep(parent.path if parent else "/")
        name = element.tag.rpartition("}")[2]
        node = Node(name, f"/{name}", parent)
        if element.attrib:
            node.attributes = {str(key).rpartition("}")[2]: str(value) for key, value in element.attrib.items()}
        if len(element):
            alike: dict[str, list[Node]] = {}
            for inner in element:
                child = self.node(inner, node, depth + 1)
                alike.setdefault(child.name, []).append(child)
                node.children.append(child)
            for name, nodes in alike.items():
                if len(nodes) > 1:
                    for number, child in enumerate(nodes, 1):
                        child.step = f"/{name}[{number}]"
        node.text = (element.text or "").strip()
        return node


def leaves(root: Node) -> list[Node]:
    """The elements that hold text, in the order of the message."""
    return [node for node in root.walk() if node.text]


def leave_unused(found: Found, root: Node) -> None:
    """Note every text that gave no statement, with its place and value."""
    for node in leaves(root):
        if not node.used:
            leave(found, node.path, node.text)
