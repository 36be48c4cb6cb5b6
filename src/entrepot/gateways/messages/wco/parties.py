"""Parties of a WCO declaration, by their part in the trade."""

from entrepot.gateways.messages.state import Place, state_party
from entrepot.gateways.messages.wco.names import AEO_ROLES, ROLE_PARTIES, SHIPMENT_PARTIES
from entrepot.gateways.messages.wco.reading import Reading, is_country, raw, use
from entrepot.gateways.ubl.tree import Node
from entrepot.kernel.vocabulary.trade import PARTY

_ADDRESS = ("Line", "CityName", "PostcodeID", "CountrySubDivisionName", "CountrySubDivisionCode")
# What an identifier's scheme says it is; a bare one is the party's number.
_SCHEMES = {"customs_code": "customs_code", "aeo": "aeo"}


def read_parties(reading: Reading, *bodies: Node | None) -> None:
    """State the parties of the bodies (declaration, consignment, goods shipment) in the order given."""
    for body in bodies:
        for node in body.children if body is not None else ():
            if node.name in SHIPMENT_PARTIES:
                read_party(reading, node)
            elif node.name in ROLE_PARTIES:
                _read_role(reading, node)


def read_party(reading: Reading, node: Node) -> None:
    """State one party. A consignee stands for the importer and a consignor for the exporter where no such is named."""
    part = SHIPMENT_PARTIES[node.name]
    stands_for = {"consignee": "importer", "consignor": "exporter"}.get(part)
    if stands_for and not _is_named(node, stands_for):
        part = stands_for
    _state(reading, part, node)


def _is_named(node: Node, part: str) -> bool:
    """Whether the declaration names another party for a part, anywhere above the lines."""
    root = node
    while root.parent is not None and root.name != "Declaration":
        root = root.parent
    name = part.capitalize()
    return bool(root.each(name) or root.each("GoodsShipment", name))


def _read_role(reading: Reading, node: Node) -> None:
    """A party that a code tells apart from others of its element; the code is part of its part's name."""
    part, code_name = ROLE_PARTIES[node.name]
    code = node.first(code_name)
    number = node.first("ID")
    if part == "aeo_party" and (known := AEO_ROLES.get(raw(code))) and number is not None:
        state_party(reading.found, known, {"aeo": (number.text, number.path)})
        use(code, number)
        return
    if part == "domestic_duty_tax_party" and not raw(code):
        part = "owner"
    key = f"{part}.{raw(code)}" if raw(code) else part
    if reading.found.get(PARTY, key, "number") not in (None, raw(number)):
        return  # a second one under the same code: it stays listed
    _state(reading, key, node)
    if raw(number):
        use(code)


def _state(reading: Reading, part: str, node: Node) -> None:
    fields: dict[str, Place] = {}
    number, name = node.first("ID"), node.first("Name")
    if number is not None and number.text:
        fields[_SCHEMES.get(number.attributes.get("schemeID", ""), "number")] = (number.text, number.path)
    if name is not None and name.text:
        fields["name"] = (name.text, name.path)
    use(number, name)
    if (address := node.first("Address")) is not None:
        lines = [line for way in _ADDRESS for line in address.each(way) if line.text]
        if lines:
            fields["address"] = (", ".join(line.text for line in lines), address.path)
        use(*lines)
        country = address.first("CountryCode")
        if country is not None and is_country(country.text):
            fields["country"] = (country.text, country.path)
            use(country)
    state_party(reading.found, part, fields)
