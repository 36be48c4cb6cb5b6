"""Goods lines of a UBL document."""

import re
from collections.abc import Iterator

from entrepot.gateways import paper_values as values
from entrepot.gateways.ubl.reading import Reading, amount, count, country, number, text, unit, weight, yes_or_no
from entrepot.gateways.ubl.tree import Node
from entrepot.kernel.money import Price
from entrepot.kernel.vocabulary.goods import LINE

# The quantity of a line, the traded one first.
_QUANTITIES = (
    "InvoicedQuantity", "CreditedQuantity", "DebitedQuantity", "DeliveredQuantity", "ReceivedQuantity", "Quantity",
    "RequestedQuantity", "MinimumOrderQuantity", "ThresholdQuantity",
)  # fmt: skip
# Lists of goods codes: where the exporter's own digits count, and where only the six digits of the Harmonized System do.
_HS_LIST = re.compile(r"\b(HS|harmoni[sz]ed|HTS)\b", re.IGNORECASE)
_EU_LIST = re.compile(r"\b(CN|TARIC|combined nomenclature)\b", re.IGNORECASE)
_ITEM_CODES = ("SellersItemIdentification", "StandardItemIdentification", "BuyersItemIdentification")


def read_lines(reading: Reading) -> None:
    """State every line of goods under its key."""
    reading.lines = _numbered_lines(reading.root)
    for key, line in reading.lines:
        _read_line(reading, key, line)


def _numbered_lines(root: Node) -> list[tuple[str, Node]]:
    """Every line of goods: under its own number where all numbers are whole and different, else under its place."""
    lines = list(_line_nodes(root)) or [node for node in root.walk() if _described(node)]
    names = [_number(line).lstrip("0") for line in lines]
    own = all(re.fullmatch(r"[1-9][0-9]{0,8}", name) for name in names) and len(set(names)) == len(names)
    return [(name if own else str(place), line) for place, (line, name) in enumerate(zip(lines, names, strict=True), 1)]


def _line_nodes(root: Node) -> Iterator[Node]:
    """The outermost elements that hold one item of goods: document lines, goods items of a shipment, or items alone."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node is not root and _is_line(node):
            yield node
        else:
            waiting.extend(reversed(node.children))


def _is_line(node: Node) -> bool:
    if node.name in ("GoodsItem", "LineItem", "SalesItem", "Item", "SupplyItem"):
        return True
    if not node.name.endswith(("Line", "LineItem")):
        return False
    return sum(child.name in ("LineItem", "Item", "SalesItem", "SupplyItem") for child in node.children) == 1


def _number(line: Node) -> str:
    node = line.first("ID") or line.first("LineItem", "ID") or line.first("SequenceNumberID")
    return node.text if node is not None else ""


def _read_line(reading: Reading, key: str, line: Node) -> None:
    bodies = [line, *line.each("LineItem"), *line.each("SalesItem")]
    items = [node for body in bodies for name in ("Item", "SupplyItem") for node in body.each(name)]
    item = line if line.name in ("Item", "SupplyItem") else items[0] if items else None
    named = [] if item is None else [*item.each("Name"), *item.each("Description")]
    _describe(reading, key, [node for node in (*named, *_described(line)) if node.text])
    if item is not None:
        _read_item(reading, key, item)
    for body in bodies:
        quantity = next((node for name in _QUANTITIES for node in body.each(name)), None)
        if reading.found.get(LINE, key, "quantity") is None and reading.state(LINE, key, "quantity", quantity, number):
            reading.state(LINE, key, "unit", quantity, unit)
        for price in body.each("Price")[:1]:
            _read_price(reading, key, price)
        for name in ("LineExtensionAmount", "ValueAmount"):
            if reading.found.get(LINE, key, "amount") is None:
                reading.state(LINE, key, "amount", body.first(name), amount)
    reading.state(LINE, key, "net_kg", line.first("NetWeightMeasure"), weight)
    reading.state(LINE, key, "gross_kg", line.first("GrossWeightMeasure"), weight)
    reading.state(LINE, key, "dangerous", line.first("HazardousRiskIndicator"), yes_or_no)
    package = line.first("ContainingPackage") or line.first("ContainedGoodsItem", "ContainingPackage")
    if package is not None and reading.state(LINE, key, "packages", package.first("Quantity"), count):
        reading.state(LINE, key, "package_type", package.first("PackagingTypeCode"), text)


def _described(line: Node) -> list[Node]:
    """What a goods item says beside its item, and a consignment of which nothing else is said."""
    names = {"GoodsItem": "Description", "Consignment": "SummaryDescription"}
    return line.each(names[line.name]) if line.name in names else []


def _read_item(reading: Reading, key: str, item: Node) -> None:
    codes = [node for name in _ITEM_CODES for node in item.each(name, "ID") if node.text]
    reading.state(LINE, key, "item_code", codes[0] if codes else None, text)
    for node in codes:
        node.used = True
    reading.state(LINE, key, "brand", item.first("BrandName"), text)
    reading.state(LINE, key, "origin", item.first("OriginCountry", "IdentificationCode"), country)
    reading.state(LINE, key, "un_number", item.first("HazardousItem", "UNDGCode"), text)
    reading.state(LINE, key, "dangerous", item.first("HazardousRiskIndicator"), yes_or_no)
    for classification in item.each("CommodityClassification"):
        for node in classification.children:
            said = f"{node.attributes.get('listID', '')} {node.attributes.get('listName', '')}"
            if _EU_LIST.search(said):
                reading.state(LINE, key, "hs", node, lambda code: values.hs_code(code.text)[:6])
            elif _HS_LIST.search(said):
                reading.state(LINE, key, "hs", node, lambda code: values.hs_code(code.text))


def _describe(reading: Reading, key: str, nodes: list[Node]) -> None:
    """Name and description together, in the language they are in; what only repeats the other is left out."""
    for field in ("description", "description_zh"):
        chosen = [node for node in nodes if _tongue(node) == field]
        said: list[str] = []
        for node in chosen:
            node.used = True
            if not any(node.text.casefold() in text.casefold() for text in said):
                said = [text for text in said if text.casefold() not in node.text.casefold()] + [node.text]
        if said:
            places = [node.path for node in chosen if node.text in said]
            reading.found.set(LINE, key, field, "; ".join(said), "; ".join(places))


def _tongue(node: Node) -> str:
    return "description_zh" if values.is_chinese(node.text) else "description"


def _read_price(reading: Reading, key: str, price: Node) -> None:
    base = price.first("BaseQuantity")
    per = None if base is None else reading.value(base, number)
    priced = reading.found.get(LINE, key, "unit") or ""

    def made(node: Node) -> Price:
        if per == 0:
            raise ValueError("a price for a base quantity of 0")
        currency = values.currency_code(node.attributes.get("currencyID", ""))
        base_unit = base.attributes.get("unitCode", "") if base is not None else ""
        return (
            Price(number(node), currency, base_unit or priced)
            if per is None
            else Price(number(node), currency, base_unit or priced, per)
        )

    reading.state(LINE, key, "price", price.first("PriceAmount"), made)
