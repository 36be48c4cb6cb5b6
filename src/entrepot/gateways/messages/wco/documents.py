"""Documents of a WCO declaration: those that go with it (02A) and those before it (99A), of the head and of each line."""

from collections.abc import Iterator
from typing import Any

from entrepot.gateways.messages.wco.names import BILLS, INVOICE, LICENCES, PREVIOUS
from entrepot.gateways.messages.wco.reading import Reading, raw, use
from entrepot.gateways.ubl.tree import Node
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.customs import PARTICULARS
from entrepot.kernel.vocabulary.trade import TERMS, TRANSPORT

_SINGLE: tuple[tuple[frozenset[str], Topic[Any], str], ...] = (
    (BILLS, TRANSPORT, "bill_no"),
    (frozenset({INVOICE}), TERMS, "invoice_no"),
    (frozenset(LICENCES.values()), PARTICULARS, "licence_no"),
)


def read_documents(reading: Reading, declaration: Node, shipment: Node | None, items: list[tuple[str, Node]]) -> None:
    """State the documents. The one bill, invoice or licence of a declaration is its bill, invoice or licence; where it has
    several, all are documents that go with it. What has no number is no document to us: it stays listed."""
    documents = list(_documents(declaration, shipment, items))
    placed: set[int] = set()
    for types, topic, field in _SINGLE:
        nodes = [node for node, _ in documents if raw(node.first("TypeCode")) in types]
        number = raw(nodes[0].first("ID")) if nodes else ""
        standing = reading.found.get(topic, "", field)
        if nodes and standing in (None, number) and len({raw(node.first("ID")) for node in nodes}) == 1:
            for node in nodes:
                reading.once(topic, field, node.first("ID"))
                _use_codes(node)
                placed.add(id(node))
    for node, line in documents:
        if id(node) not in placed:
            number_node = node.first("ID")
            prefix = PREVIOUS if node.name == "PreviousDocument" else ""
            code = f"{prefix}{raw(node.first('CategoryCode'))}{raw(node.first('TypeCode'))}"
            if number_node is not None and code != prefix:
                reading.documents.add(code, number_node.text, number_node.path, line)
                use(number_node)
                _use_codes(node)


def _use_codes(node: Node) -> None:
    use(node.first("CategoryCode"), node.first("TypeCode"), node.first("SequenceNumeric"))


def _documents(declaration: Node, shipment: Node | None, items: list[tuple[str, Node]]) -> Iterator[tuple[Node, str]]:
    """Each document with a number, and the line it stands at; none where it stands at the head."""
    head = [(body, "") for body in (declaration, shipment) if body is not None]
    for body, line in (*head, *((item, key) for key, item in items)):
        for node in body.children:
            if node.name in ("AdditionalDocument", "PreviousDocument") and raw(node.first("ID")):
                yield node, line
