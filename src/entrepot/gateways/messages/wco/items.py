"""The goods items of a WCO declaration -> lines of goods, and what all of them say of the whole."""

import re

from entrepot.gateways import paper_values as values
from entrepot.gateways.messages.state import as_count, as_country, as_kg, as_money, as_number
from entrepot.gateways.messages.wco.parties import read_party
from entrepot.gateways.messages.wco.reading import Reading, is_country, raw, use
from entrepot.gateways.ubl.tree import Node
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.customs import PARTICULARS
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.kernel.vocabulary.trade import TRANSPORT

# Classifications by type: the tariff's own code, what the tariff adds to it, and the Harmonized System alone.
_TARIFF, _ADDED, _HS = "TSP", "TRC", "HS"


def read_items(reading: Reading, shipment: Node) -> list[tuple[str, Node]]:
    """State every item under its own number where all numbers are whole and different, else under its place."""
    nodes = shipment.each("GovernmentAgencyGoodsItem")
    numbers = [raw(node.first("SequenceNumeric")).lstrip("0") for node in nodes]
    own = all(re.fullmatch(r"[1-9][0-9]{0,5}", number) for number in numbers) and len(set(numbers)) == len(numbers)
    if nodes and not own:
        _note_numbers(reading, nodes)
    items = [
        (number if own else str(place), node)
        for place, (node, number) in enumerate(zip(nodes, numbers, strict=True), 1)
    ]
    for key, node in items:
        number = node.first("SequenceNumeric")
        reading.found.mention(LINE, key, node.path if number is None else number.path)
        if own:
            use(number)
        _read_item(reading, key, node)
    _read_common(reading, [node for _, node in items], shipment)
    return items


def _note_numbers(reading: Reading, nodes: list[Node]) -> None:
    reading.found.problem(
        "P027",
        nodes[0].path,
        Text(
            "the lines are not numbered by different whole numbers: they are numbered by their place",
            "商品项序号缺失、重复或无效：按所在位置编号",
        ),
        Text("number the lines 1, 2, 3 …", "请按 1、2、3……编号"),
        severity="W",
    )


def _read_item(reading: Reading, key: str, item: Node) -> None:
    commodity = item.first("Commodity")
    if commodity is not None:
        _read_commodity(reading, key, commodity)
    value = item.first("StatisticalValueAmount")
    reading.say(LINE, key, "statistical_value", value, as_money(_currency(value)))
    reading.country(LINE, key, "final_country", item.first("Destination", "CountryCode"))
    _read_origin(reading, key, item.each("Origin"))
    _read_packaging(reading, key, item.each("Packaging"))


def _read_commodity(reading: Reading, key: str, commodity: Node) -> None:
    description = commodity.first("Description")
    if description is not None:
        reading.say(LINE, key, "description_zh" if values.is_chinese(description.text) else "description", description)
    _read_code(reading, key, commodity.each("Classification"))
    goods = commodity.each("DangerousGoods", "UNDGID")
    if len(goods) == 1:
        reading.say(LINE, key, "un_number", goods[0])
    measure = commodity.first("GoodsMeasure")
    if measure is not None:
        for name, field in (("GrossMassMeasure", "gross_kg"), ("NetNetWeightMeasure", "net_kg")):
            node = measure.first(name)
            reading.say(LINE, key, field, node, as_kg(_attribute(node, "unitCode") or "KGM"))
        quantity = measure.first("TariffQuantity")
        if reading.say(LINE, key, "quantity1", quantity, as_number) and quantity is not None:
            reading.found.set(LINE, key, "unit1", _attribute(quantity, "unitCode"), f"{quantity.path}/@unitCode")
    charge = commodity.first("InvoiceLine", "ItemChargeAmount")
    reading.say(LINE, key, "amount", charge, as_money(_currency(charge)))


def _read_code(reading: Reading, key: str, classifications: list[Node]) -> None:
    """The goods code: eight digits of the tariff with the two that it adds, or the code as it stands."""
    by_type: dict[str, list[Node]] = {}
    for node in classifications:
        number = node.first("ID")
        if number is not None and number.text:
            by_type.setdefault(raw(node.first("IdentificationTypeCode")), []).append(number)
    codes = by_type.get(_TARIFF) or by_type.get(_HS) or []
    if len(codes) != 1:
        return
    node, added = codes[0], by_type.get(_ADDED, [])
    parts = [node]
    if len(added) == 1 and re.fullmatch("[0-9]{8}", node.text) and re.fullmatch("[0-9]{2}", added[0].text):
        parts.append(added[0])
    text = "".join(part.text for part in parts)
    if reading.say(LINE, key, "hs", node, lambda _: values.hs_code(text)):
        for part in parts:
            use(part, part.parent.first("IdentificationTypeCode") if part.parent else None)


def _read_origin(reading: Reading, key: str, origins: list[Node]) -> None:
    """The country of origin: the one that is not the preferential one, where both are said."""
    said = [(raw(node.first("TypeCode")), node) for node in origins if raw(node.first("CountryCode"))]
    plain = [node for kind, node in said if kind != "2"] or [node for _, node in said]
    if len(plain) != 1:
        return
    country = plain[0].first("CountryCode")
    reading.country(LINE, key, "origin", country)
    if country is not None and country.used:
        use(plain[0].first("TypeCode"))


def _read_packaging(reading: Reading, key: str, packagings: list[Node]) -> None:
    """Packages of a line: numbers added up, the type where it is one, the marks of all."""
    counts = [node for packaging in packagings for node in packaging.each("QuantityQuantity") if node.text]
    read = [reading.value(node, as_count) for node in counts]
    if read and None not in read:
        reading.found.set(LINE, key, "packages", sum(read), "; ".join(node.path for node in counts[:20]))
    types = [node for packaging in packagings for node in packaging.each("TypeCode") if node.text]
    if len({node.text for node in types}) == 1:
        for node in types:
            reading.say(LINE, key, "package_type", node)
    marks = [node for packaging in packagings for node in packaging.each("MarksNumbersID") if node.text]
    said = list(dict.fromkeys(node.text for node in marks))
    if said:
        reading.found.set(LINE, key, "marks", "; ".join(said), "; ".join(node.path for node in marks[:20]))
        use(*marks)
    use(*(node for packaging in packagings for node in packaging.each("SequenceNumeric")))


def _read_common(reading: Reading, items: list[Node], shipment: Node) -> None:
    """What lines say of the whole declaration, where all say the same: the procedure, the duty regime, where it comes from."""
    procedures = [_procedure(item) for item in items]
    if procedures and len({codes for codes, _ in procedures}) == 1 and procedures[0][0][0]:
        (main, *added), nodes = procedures[0]
        place = "; ".join(node.path for node in nodes)
        reading.found.set(PARTICULARS, "", "supervision_mode", main, place)
        if added:
            reading.found.set(PARTICULARS, "", "additional_procedures", tuple(added), place)
        use(*(node for _, found in procedures for node in found))
    regimes = [node for item in items for node in item.each("Commodity", "DutyTaxFee", "DutyRegimeCode")]
    reading.alike(PARTICULARS, "levy_nature", regimes)
    reading.alike(PARTICULARS, "domestic_region", [n for item in items for n in item.each("Destination", "RegionID")])
    countries = [node for item in items for node in item.each("ExportCountry", "ID") if is_country(node.text)]
    if not raw(shipment.first("ExportCountry", "ID")) and len(countries) == len(items):
        reading.alike(TRANSPORT, "export_country", countries, as_country)
    _read_common_parties(reading, items, shipment)


def _procedure(item: Node) -> tuple[tuple[str, ...], list[Node]]:
    """The procedure of an item, requested and previous together, and what is added to it; with the elements they stand in."""
    codes: list[str] = []
    nodes: list[Node] = []
    for procedure in item.each("GovernmentProcedure"):
        current, previous = procedure.first("CurrentCode"), procedure.first("PreviousCode")
        code = raw(current) + raw(previous)
        if not code:
            continue
        nodes += [node for node in (current, previous) if node is not None and node.text]
        if raw(previous):
            codes.insert(0, code)
        else:
            codes.append(code)
    return (*codes,) or ("",), nodes


def _read_common_parties(reading: Reading, items: list[Node], shipment: Node) -> None:
    """Parties that stand at the items alone, and are those of every item."""
    for name in ("Buyer", "Seller", "Consignee", "Consignor"):
        nodes = [node for item in items for node in item.each(name)]
        if nodes and shipment.first(name) is None and len({_words(node) for node in nodes}) == 1:
            for node in nodes:
                read_party(reading, node)


def _words(node: Node) -> tuple[str, ...]:
    return tuple(inner.text for inner in node.walk() if inner.text)


def _currency(node: Node | None) -> str:
    return _attribute(node, "currencyID")


def _attribute(node: Node | None, name: str) -> str:
    return "" if node is None else node.attributes.get(name, "")
