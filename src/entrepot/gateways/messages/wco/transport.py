"""Carriage in a WCO declaration: means, route, places, containers."""

from entrepot.gateways import paper_values as values
from entrepot.gateways.messages.state import as_country
from entrepot.gateways.messages.wco.names import MODES
from entrepot.gateways.messages.wco.reading import Reading, is_country, raw, use
from entrepot.gateways.ubl.tree import Node
from entrepot.kernel.vocabulary.customs import PARTICULARS
from entrepot.kernel.vocabulary.trade import CONTAINER, TRANSPORT, Leg


def read_transport(reading: Reading, declaration: Node, shipment: Node | None) -> None:
    """State transport, the place of the goods and the containers."""
    border = declaration.first("BorderTransportMeans")
    if border is not None:
        _read_mode(reading, "mode", border.first("ModeCode"))
        for name in ("Name", "ID"):
            reading.once(TRANSPORT, "conveyance", border.first(name))
        reading.country(TRANSPORT, "", "nationality", border.first("RegistrationNationalityCode"))
    _read_itinerary(reading, declaration.each("Consignment", "Itinerary"))
    if shipment is None:
        return
    reading.country(TRANSPORT, "", "destination_country", shipment.first("Destination", "CountryCode"))
    reading.country(TRANSPORT, "", "export_country", shipment.first("ExportCountry", "ID"))
    consignment = shipment.first("Consignment")
    if consignment is not None:
        _read_consignment(reading, consignment)


def _read_mode(reading: Reading, field: str, node: Node | None) -> None:
    """A mode that the customs table has too; the others (post, own propulsion, fixed installations) stay listed."""
    if node is not None and node.text in MODES:
        reading.say(TRANSPORT, "", field, node, MODES.__getitem__)


def _read_itinerary(reading: Reading, stops: list[Node]) -> None:
    """The countries of the route, where every one of them is a country."""
    countries = [stop.first("RoutingCountryCode") for stop in stops]
    nodes = [node for node in countries if node is not None and node.text]
    if nodes and all(is_country(node.text) for node in nodes):
        legs = tuple(Leg("", as_country(node.text)) for node in nodes)
        reading.found.set(TRANSPORT, "", "legs", legs, nodes[0].path)
        use(*nodes, *(stop.first("SequenceNumeric") for stop in stops))


def _read_consignment(reading: Reading, consignment: Node) -> None:
    for name in ("DepartureTransportMeans", "ArrivalTransportMeans"):
        means = consignment.first(name)
        if means is not None:
            _read_mode(reading, "inland_mode", means.first("ModeCode"))
            for way in ("Name", "ID"):
                reading.once(TRANSPORT, "conveyance", means.first(way))
    for name, field in (("LoadingLocation", "loading_port"), ("UnloadingLocation", "discharge_port")):
        port = consignment.first(name, "ID")
        if port is not None and values.is_locode(port.text):
            reading.say(TRANSPORT, "", field, port)
    _read_location(reading, consignment.first("GoodsLocation"))
    boxes = [_read_container(reading, node) for node in consignment.each("TransportEquipment")]
    code = consignment.first("ContainerCode")
    if code is not None and code.text == ("1" if any(boxes) else "0"):
        use(code)


def _read_location(reading: Reading, location: Node | None) -> None:
    """Where the goods are: country, kind of place, kind of name and name are one code together; a name alone is its words."""
    if location is None:
        return
    reading.say(PARTICULARS, "", "exit_point", location.first("ID"))
    name = location.first("Name")
    parts = (
        location.first("Address", "CountryCode"),
        location.first("TypeCode"),
        location.first("Address", "TypeCode"),
        name,
    )
    if name is None or not name.text:
        return
    if all(raw(part) for part in parts) and len(raw(parts[0])) == 2 and len(raw(parts[1])) == len(raw(parts[2])) == 1:
        code = "".join(raw(part) for part in parts)
        if reading.say(PARTICULARS, "", "goods_location", name, lambda _: code):
            use(*parts)
    else:
        reading.say(PARTICULARS, "", "goods_location", name)


def _read_container(reading: Reading, node: Node) -> str:
    number = node.first("ID")
    key = reading.box(number)
    if key:
        use(number, node.first("SequenceNumeric"))
        seals = [seal for seal in node.each("Seal", "ID") if seal.text]
        if seals and reading.found.get(CONTAINER, key, "seals") is None:
            reading.found.set(CONTAINER, key, "seals", tuple(seal.text for seal in seals), seals[0].path)
            use(*seals, *node.each("Seal", "SequenceNumeric"))
    return key


def read_loads(reading: Reading, items: list[tuple[str, Node]]) -> None:
    """State which lines a container holds; one that only a line names is stated with it."""
    holds: dict[str, list[str]] = {}
    places: dict[str, list[str]] = {}
    for key, item in items:
        for node in item.each("Commodity", "TransportEquipment"):
            number = node.first("ID")
            box = reading.box(number)
            if box and number is not None:
                use(number, node.first("SequenceNumeric"))
                holds.setdefault(box, []).append(key)
                places.setdefault(box, []).append(number.path)
    for box, keys in holds.items():
        reading.found.set(CONTAINER, box, "lines", tuple(dict.fromkeys(keys)), "; ".join(places[box][:20]))
