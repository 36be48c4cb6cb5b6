"""Parties of a Cross Industry Invoice, by their part in the trade."""

import re

from entrepot.gateways import paper_values as values
from entrepot.gateways.ubl.reading import Reading, country, text
from entrepot.gateways.ubl.tree import Node
from entrepot.kernel.vocabulary.trade import PARTY

_PARTS = {
    "SellerTradeParty": "exporter",
    "BuyerTradeParty": "importer",
    "ManufacturerTradeParty": "producer",
}
_ADDRESS = ("LineOne", "LineTwo", "LineThree", "CityName", "PostcodeCode", "CountrySubDivisionName")


def read_parties(reading: Reading) -> None:
    """State every party of the document that is named or known by a number; those of single lines belong to no trade as a whole."""
    for node in reading.root.walk():
        if node.name.endswith("TradeParty") and node.children and not node.within("IncludedSupplyChainTradeLineItem"):
            part = _PARTS.get(node.name) or _own_part(node.name)
            who = node.first("Name") or node.first("SpecifiedLegalOrganization", "TradingBusinessName")
            number = next((one for one in _numbers(node) if one.text), None)
            if who is not None and who.text:
                field = "name_zh" if values.is_chinese(who.text) else "name"
                reading.state(PARTY, part, field, who, text)
                for other in node.each("SpecifiedLegalOrganization", "TradingBusinessName"):
                    other.used = other.used or other.text.casefold() == who.text.casefold()
            elif number is not None:
                reading.state(PARTY, part, "number", number, _numbered)
            else:
                continue
            _details(reading, part, node)


def _own_part(name: str) -> str:
    """`ShipToTradeParty` is `ship_to`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.removesuffix("TradeParty")).lower()


def _numbers(node: Node) -> list[Node]:
    ways = (("GlobalID",), ("ID",), ("SpecifiedLegalOrganization", "ID"), ("SpecifiedTaxRegistration", "ID"))
    return [one for way in ways for one in node.each(*way)]


def _numbered(node: Node) -> str:
    return f"{node.attributes.get('schemeID', '')} {node.text}".strip()


def _details(reading: Reading, part: str, node: Node) -> None:
    for number in _numbers(node):
        if values.is_uscc(number.text):
            reading.state(PARTY, part, "uscc", number, text)
    address = node.first("PostalTradeAddress")
    if address is None:
        return
    reading.state(PARTY, part, "country", address.first("CountryID"), country)
    lines = [one.text for name in _ADDRESS for one in address.each(name) if one.text]
    if lines:
        reading.found.set(PARTY, part, "address", ", ".join(dict.fromkeys(lines)), address.path)
