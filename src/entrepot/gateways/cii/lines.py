"""Goods lines of a Cross Industry Invoice."""

import re
from decimal import Decimal

from entrepot.gateways import paper_values as values
from entrepot.gateways.cii.terms import money
from entrepot.gateways.ubl.reading import Reading, country, number, text, unit, weight
from entrepot.gateways.ubl.tree import Node
from entrepot.kernel.money import Money, Price
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.goods import LINE

_HS_LIST = re.compile(r"\b(HS|harmoni[sz]ed|HTS)\b", re.IGNORECASE)
_EU_LIST = re.compile(r"\b(CN|TARIC|TSP|combined nomenclature)\b", re.IGNORECASE)
_SUM = "SpecifiedTradeSettlementLineMonetarySummation"
_TRADE = "SupplyChainTradeTransaction"


def read_lines(reading: Reading, currency: str) -> None:
    """State every line under its own number where all numbers are whole and different, else under its place."""
    lines = reading.root.each(_TRADE, "IncludedSupplyChainTradeLineItem")
    named = [line.first("AssociatedDocumentLineDocument", "LineID") for line in lines]
    names = [node.text.lstrip("0") if node is not None else "" for node in named]
    own = all(re.fullmatch(r"[1-9][0-9]{0,8}", name) for name in names) and len(set(names)) == len(names)
    for place, (line, name) in enumerate(zip(lines, names, strict=True), 1):
        _read_line(reading, name if own else str(place), line, currency)
    _check_sum(reading, currency)


def _read_line(reading: Reading, key: str, line: Node, currency: str) -> None:
    for product in line.each("SpecifiedTradeProduct")[:1]:
        _read_product(reading, key, product)
    delivery = line.first("SpecifiedLineTradeDelivery")
    if delivery is not None:
        quantity = delivery.first("BilledQuantity") or delivery.first("RequestedQuantity")
        if reading.state(LINE, key, "quantity", quantity, number):
            reading.state(LINE, key, "unit", quantity, unit)
        reading.state(LINE, key, "net_kg", delivery.first("NetWeightMeasure"), weight)
        reading.state(LINE, key, "gross_kg", delivery.first("GrossWeightMeasure"), weight)
    agreement = line.first("SpecifiedLineTradeAgreement")
    for name in ("NetPriceProductTradePrice", "GrossPriceProductTradePrice"):
        price = agreement.first(name) if agreement is not None else None
        if price is not None and reading.found.get(LINE, key, "price") is None:
            _read_price(reading, key, price, currency)
    amount = line.first("SpecifiedLineTradeSettlement", _SUM, "LineTotalAmount")
    reading.state(LINE, key, "amount", amount, money(currency))


def _read_product(reading: Reading, key: str, product: Node) -> None:
    said: dict[str, list[Node]] = {}
    for node in (*product.each("Name"), *product.each("Description")):
        field = "description_zh" if values.is_chinese(node.text) else "description"
        if node.text and not any(node.text.casefold() in other.text.casefold() for other in said.get(field, [])):
            said.setdefault(field, []).append(node)
        node.used = True
    for field, nodes in said.items():
        words = "; ".join(node.text for node in nodes)
        reading.found.set(LINE, key, field, words, "; ".join(node.path for node in nodes))
    codes = [node for name in ("SellerAssignedID", "GlobalID", "BuyerAssignedID") for node in product.each(name)]
    reading.state(LINE, key, "item_code", next((node for node in codes if node.text), None), text)
    reading.state(LINE, key, "brand", product.first("BrandName"), text)
    reading.state(LINE, key, "origin", product.first("OriginTradeCountry", "ID"), country)
    for node in product.each("DesignatedProductClassification", "ClassCode"):
        listed = f"{node.attributes.get('listID', '')} {node.attributes.get('listName', '')}"
        if _EU_LIST.search(listed):
            reading.state(LINE, key, "hs", node, lambda code: values.hs_code(code.text)[:6])
        elif _HS_LIST.search(listed):
            reading.state(LINE, key, "hs", node, lambda code: values.hs_code(code.text))


def _read_price(reading: Reading, key: str, price: Node, currency: str) -> None:
    base = price.first("BasisQuantity")
    per = None if base is None else reading.value(base, number)

    def made(node: Node) -> Price:
        if per == 0:
            raise ValueError("a price for a base quantity of 0")
        code = values.currency_code(node.attributes.get("currencyID") or currency)
        priced = base.attributes.get("unitCode", "") if base is not None else ""
        return Price(number(node), code, priced or reading.found.get(LINE, key, "unit") or "", per or Decimal(1))

    reading.state(LINE, key, "price", price.first("ChargeAmount"), made)


def _check_sum(reading: Reading, currency: str) -> None:
    """The sum of the lines as the document has it, beside the lines'."""
    way = ("ApplicableHeaderTradeSettlement", "SpecifiedTradeSettlementHeaderMonetarySummation", "LineTotalAmount")
    stated = reading.root.first(_TRADE, *way)
    sums: list[Money | None] = [reading.found.get(LINE, key, "amount") for key in reading.found.keys(LINE)]
    given = None if stated is None else reading.value(stated, money(currency))
    known = [one for one in sums if one is not None]
    if stated is None or given is None or not known or len(known) < len(sums):
        return
    if {one.currency for one in known} != {given.currency} or sum(one.minor for one in known) == given.minor:
        return
    added = Money(sum(one.minor for one in known), given.currency)
    reading.found.problem(
        "P015",
        stated.path,
        Text(f"the lines add up to {added}, the document says {given}", f"各项合计 {added}，单证所列为 {given}"),
        Text("correct the line or the total that is wrong", "请更正有误的分项或合计"),
    )
