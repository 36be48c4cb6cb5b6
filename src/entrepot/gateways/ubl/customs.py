"""What UBL's customs declarations say beside goods, parties and carriage: the declarant's choices, documents, procedures."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from entrepot.gateways import paper_values as values
from entrepot.gateways.containers import container_numbers, state_container
from entrepot.gateways.ubl.reading import Reading, amount, count, country, day, number, text, unit
from entrepot.gateways.ubl.tree import Node
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.customs import ATTACHMENT, PARTICULARS
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.kernel.vocabulary.trade import CONTAINER, PACKING, TERMS, TRANSPORT, Leg

Named = dict[str, list[Node]]
"""The elements of a document by name."""

FLOWS: Mapping[str, str] = {"export_customs_declaration": "E", "import_customs_declaration": "I"}
CUSTOMS_KINDS = frozenset({*FLOWS, "transit_customs_declaration"})
DOCUMENTS: Mapping[str, tuple[Topic[Any], str, str]] = {
    "380": (TERMS, "invoice_no", "invoice_date"),
    "315": (TERMS, "contract_no", "contract_date"),
    **dict.fromkeys(("703", "704", "705", "714", "720", "730", "740", "741"), (TRANSPORT, "bill_no", "bill_date")),
    "811": (PARTICULARS, "licence_no", ""),
    "911": (PARTICULARS, "licence_no", ""),
}
"""UNTDED 1001 codes of the documents that a declaration has fields for: the number's field and the day's."""
ELEMENT = "declaration element"
"""The name of the item property that holds a declaration element."""


def read_customs(reading: Reading) -> None:
    """State what customs declarations have beside other documents, and list every text that gave no statement."""
    root = reading.root
    if flow := FLOWS.get(reading.kind):
        reading.found.set(PARTICULARS, "", "flow", flow, root.path)
    named: Named = {}
    for node in reading.nodes:
        named.setdefault(node.name, []).append(node)
    _read_head(reading, named)
    lines = reading.lines
    for key, line in lines:
        _read_line(reading, key, line)
    _alike(reading, "supervision_mode", [node for _, line in lines for node in line.each("CustomsProcedureCode")])
    _alike(
        reading, "goods_location", [node for _, line in lines for node in line.each("Pickup", "PickupLocation", "ID")]
    )
    _alike(reading, "levy_nature", [node for _, line in lines for node in line.each("PreferenceCriterionCode")])
    _read_loads(reading, lines)
    _read_documents(reading, lines, named.get("AdditionalDocumentReference", []))
    for node in reading.nodes:
        if node.text and not node.used and not node.children:
            extra = " ".join(node.attributes.values())
            said = f"{node.text[:200]} {extra}".strip()
            reading.found.left(f"{node.path}: {said}", f"{node.path}：{said}")


def _read_head(reading: Reading, named: Named) -> None:
    root = reading.root
    reading.state(PARTICULARS, "", "reference", root.first("ID"), text)
    reading.state(PARTICULARS, "", "declared_on", root.first("IssueDate"), day)
    _read_type(reading)
    for note in root.each("Note")[:1]:
        reading.state(PARTICULARS, "", "remarks", note, text)
    for own in [node for inner in named.get("CustomsDeclaration", []) for node in inner.each("ID")]:
        if own.text == reading.found.get(PARTICULARS, "", "reference"):
            own.used = True
        else:
            reading.state(PARTICULARS, "", "declaration_no", own, text)
    _first(reading, PACKING, "packages", named, count, "TotalPackagesQuantity")
    _first(reading, PARTICULARS, "exit_customs", named, text, "CustomsExitOfficeLocation", "ID")
    for name in ("OfficeOfExportLocation", "OfficeOfImportLocation"):
        _first(reading, PARTICULARS, "customs_master", named, text, name, "ID")
    for name in ("LastExitPortLocation", "FirstArrivalPortLocation"):
        _first(reading, PARTICULARS, "exit_point", named, text, name, "ID")
    _first(reading, PARTICULARS, "related_declaration", named, text, "PreviousCustomsDeclaration", "ID")
    _first(reading, TERMS, "total", named, amount, "TotalInvoiceAmount")
    total = reading.found.get(TERMS, "", "total")
    if total is not None and reading.found.get(TERMS, "", "currency") is None:
        place = f"{reading.found.place(TERMS, '', 'total')}/@currencyID"
        reading.found.set(TERMS, "", "currency", total.currency, place)
    _first(reading, TRANSPORT, "export_country", named, country, "ExportCountry", "IdentificationCode")
    _first(reading, TRANSPORT, "export_country", named, country, "OriginalDepartureCountry", "IdentificationCode")
    _first(reading, TRANSPORT, "nationality", named, country, "TransportMeans", "RegistrationNationalityID")
    _read_route(reading, named.get("TransitCountry", []))


def _read_type(reading: Reading) -> None:
    """The kind of declaration, where an office codes more than the flow: `EXA` for an export, `IM` and `A` for an import."""
    reason = reading.root.first("ExportReasonCode")
    if reason is not None and re.fullmatch("EX[A-Z]", reason.text):
        reading.state(PARTICULARS, "", "type_code", reason, text)
    kind, flow = reading.root.first("TypeCode"), reading.root.first("SubTypeCode")
    if kind is not None and flow is not None and re.fullmatch("IM[A-Z]", flow.text + kind.text):
        reading.found.set(PARTICULARS, "", "type_code", flow.text + kind.text, f"{flow.path}; {kind.path}")
        kind.used = flow.used = True


def _first(
    reading: Reading, topic: Topic[Any], field: str, named: Named, value: Callable[[Node], Any], *way: str
) -> None:
    """State a field from the first element at the end of a way that begins anywhere; what says the same again is used too."""
    for start in named.get(way[0], ()):
        node = start.first(*way[1:]) if way[1:] else start
        if node is None or not node.text:
            continue
        standing = reading.found.get(topic, "", field)
        if standing is None:
            reading.state(topic, "", field, node, value)
        elif _same(node, value, standing):
            node.used = True


def _same(node: Node, value: Callable[[Node], Any], standing: object) -> bool:
    try:
        return bool(value(node) == standing)
    except ValueError:
        return False


def _read_route(reading: Reading, stops: list[Node]) -> None:
    """The countries that the goods pass."""
    nodes = [node for stop in stops for node in stop.each("IdentificationCode")]
    legs = [None if (code := reading.value(node, country)) is None else Leg("", code) for node in nodes]
    if legs and None not in legs:
        reading.found.set(TRANSPORT, "", "legs", tuple(legs), nodes[0].path)


def _read_line(reading: Reading, key: str, line: Node) -> None:
    own = line.first("ID") or line.first("SequenceNumberID")
    reading.found.mention(LINE, key, own.path if own is not None else line.path)
    for number_node in (*line.each("ID"), *line.each("SequenceNumberID")):
        number_node.used = number_node.used or number_node.text.lstrip("0") == key
    reading.state(LINE, key, "statistical_value", line.first("DeclaredStatisticsValueAmount"), amount)
    tariff = line.first("CustomsTariffQuantity")
    if reading.state(LINE, key, "quantity1", tariff, number):
        reading.state(LINE, key, "unit1", tariff, unit)
    if reading.found.get(LINE, key, "hs") is None:
        codes = [
            node
            for name in ("ItemClassificationCode", "CommodityCode")
            for node in line.each("Item", "CommodityClassification", name)
        ]
        for node in codes[:1]:
            # In a customs declaration a classification of no named list is the customs tariff's.
            reading.state(LINE, key, "hs", node, lambda code: values.hs_code(code.text))
    elements = [
        node
        for owned in line.each("Item", "AdditionalItemProperty")
        if any(name.text == ELEMENT for name in owned.each("Name"))
        for node in (*owned.each("Name"), *owned.each("Value"))
    ]
    said = [node for node in elements if node.name == "Value"]
    if said:
        reading.found.set(LINE, key, "elements", tuple(node.text for node in said), said[0].path)
        for node in elements:
            node.used = True


def _alike(reading: Reading, field: str, nodes: Iterable[Node]) -> None:
    """State for the whole declaration what every line says alike; where lines differ, all stay listed."""
    said = [node for node in nodes if node.text]
    if said and len({node.text for node in said}) == 1:
        for node in said:
            reading.state(PARTICULARS, "", field, node, text)


def _read_loads(reading: Reading, lines: list[tuple[str, Node]]) -> None:
    """Which lines a container holds."""
    holds: dict[str, list[str]] = {}
    places: dict[str, str] = {}
    for key, line in lines:
        for node in line.each("GoodsItemContainer", "TransportEquipment", "ID"):
            for name in container_numbers(node.text)[:1]:
                if name not in holds and name not in reading.found.keys(CONTAINER):
                    state_container(reading.found, name, node.path)
                holds.setdefault(name, []).append(key)
                places.setdefault(name, node.path)
                node.used = True
        for node in line.each("GoodsItemContainer", "ID"):
            node.used = node.used or len(container_numbers(node.text)) == 1
    for name, keys in holds.items():
        reading.found.set(CONTAINER, name, "lines", tuple(keys), places[name])


def _read_documents(reading: Reading, lines: list[tuple[str, Node]], references: list[Node]) -> None:
    """Documents by type: those the declaration has fields for, and those that go with it; one without a type stays listed."""
    own = {id(node): key for key, line in lines for node in line.each("AdditionalDocumentReference")}
    documents: dict[tuple[str, str], list[tuple[Node, str]]] = {}
    for node in references:
        kind, name = node.first("DocumentTypeCode"), node.first("ID")
        if kind is not None and kind.text and name is not None and name.text:
            documents.setdefault((kind.text, name.text), []).append((node, own.get(id(node), "")))
    counts: dict[str, int] = {}
    # Those of the whole first, wherever they stand: where a type has several numbers, the order names them.
    for (kind_code, name_text), nodes in sorted(documents.items(), key=lambda item: all(line for _, line in item[1])):
        first = nodes[0][0]
        numbered, dated = first.first("ID"), first.first("IssueDate")
        topic, field, day_field = DOCUMENTS.get(kind_code.removeprefix("N"), (ATTACHMENT, "number", "issued_on"))
        key = ""
        if topic is ATTACHMENT or reading.found.get(topic, "", field) not in (None, name_text):
            topic, field, day_field = ATTACHMENT, "number", "issued_on"
            counts[kind_code] = counts.get(kind_code, 0) + 1
            key = kind_code if counts[kind_code] == 1 else f"{kind_code}.{counts[kind_code]}"
        if not reading.state(topic, key, field, numbered, text):
            continue
        if day_field:
            reading.state(topic, key, day_field, dated, day)
        with_lines = [line for _, line in nodes if line]
        if topic is ATTACHMENT and len(with_lines) == len(nodes):
            reading.found.set(ATTACHMENT, key, "lines", tuple(with_lines), first.path)
        for node, _ in nodes:
            for inner in (*node.each("DocumentTypeCode"), *node.each("ID")):
                inner.used = True
