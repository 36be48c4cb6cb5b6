"""Parties of a UBL document, by their part in the trade."""

import re
from collections.abc import Iterable, Iterator

from entrepot.gateways import paper_values as values
from entrepot.gateways.ubl.reading import Reading, country, text
from entrepot.gateways.ubl.tree import Node
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.trade import PARTY

# Which element names a part in the trade, the more certain first. Where a paper names several that would be one part and
# they are different parties, the first has the part and the others stand under the name of their own element.
_PARTS: dict[str, tuple[str, ...]] = {
    "exporter": (
        "ExporterParty", "SellerSupplierParty", "AccountingSupplierParty", "ConsignorParty", "DespatchSupplierParty",
    ),
    "importer": (
        "ImporterParty", "BuyerCustomerParty", "AccountingCustomerParty", "ConsigneeParty", "DeliveryCustomerParty",
    ),
    "producer": ("ManufacturerParty", "ProducerParty"),
    "notify": ("NotifyParty", "NotifierParty"),
    "declarant": ("DeclarantParty",),
}  # fmt: skip
_RANK = {name: (part, rank) for part, names in _PARTS.items() for rank, name in enumerate(names)}
# In these documents the supplier is not the seller of the goods but the carrier or the like: no part is concluded.
_SERVICES = ("freight_invoice", "utility_statement")
# Before customs, whoever acts for the trader is the declarant, and numbers are told beside names.
_CUSTOMS = "customs_declaration"
_ADDRESS = (
    ("AddressLine", "Line"), ("Postbox",), ("Department",), ("Floor",), ("Room",), ("BuildingName",), ("BuildingNumber",),
    ("StreetName",), ("AdditionalStreetName",), ("BlockName",), ("CityName",), ("PostalZone",), ("CountrySubentity",),
    ("Region",), ("District",),
)  # fmt: skip


def read_parties(reading: Reading) -> None:
    """State every party that is named, or known by a number."""
    nodes = sorted(_party_nodes(reading.nodes), key=lambda node: _RANK.get(node.name, ("", 99))[1])
    known = {
        number.text: who
        for node in nodes
        for body in [_body(node)]
        if (who := _name(body))
        for number in _numbers(body)
    }
    holders: dict[str, str] = {}
    for node in nodes:
        body = _body(node)
        numbers = _numbers(body)
        who = _name(body) or next((known[number.text] for number in numbers if number.text in known), None)
        called = who or next(iter(numbers), None)
        if called is not None:
            part = _part(reading, node, called, holders)
            _state(reading, part, body, who)
            if reading.kind.endswith(_CUSTOMS):
                numbers = [number for number in numbers if not _known(number)]
            elif who is not None:
                numbers = []
            for number in numbers[:1]:
                reading.state(PARTY, part, "number", number, _numbered)


def _part(reading: Reading, node: Node, called: Node, holders: dict[str, str]) -> str:
    """The part that a party has: the one its element means; if another party has that, its element's own name, counted on."""
    own = _own_part(node.name)
    meant = own if reading.kind in _SERVICES else _RANK.get(node.name, (own, 0))[0]
    if own == "agent" and reading.kind.endswith(_CUSTOMS):
        meant = "declarant"
    name = called.text.casefold()
    wanted = [meant, own, *(f"{own}_{number}" for number in range(2, len(holders) + 3))]
    part = next(part for part in wanted if holders.setdefault(part, name) == name)
    if part not in (meant, own) and meant != own:
        reading.found.problem(
            "P013",
            called.path,
            Text(
                f"one more {meant}, {called.text[:80]!r}, is named here", f"此处又出现一个“{meant}”：{called.text[:80]}"
            ),
            Text("say by hand which of them counts for this trade", "请手工指明本笔贸易以哪一方为准"),
            severity="W",
        )
    return part


def _body(node: Node) -> Node:
    return node.first("Party") or node


def _party_nodes(nodes: Iterable[Node]) -> Iterator[Node]:
    """Every element that is a party, not the `Party` inside one."""
    for node in nodes:
        if node.name.endswith("Party") and node.name != "Party" and node.children:
            yield node


def _own_part(name: str) -> str:
    """`FreightForwarderParty` is `freight_forwarder`; the usual words for customer and supplier are kept."""
    bare = name.removesuffix("Party")
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", bare).lower()


def _name(body: Node) -> Node | None:
    """Where the party's name stands. A number alone, or a contact's name, does not name the party."""
    ways = (("PartyName", "Name"), ("PartyLegalEntity", "RegistrationName"), ("PartyTaxScheme", "RegistrationName"))
    return next((node for way in ways for node in body.each(*way) if node.text), None)


def _numbers(body: Node) -> list[Node]:
    ways = (("PartyIdentification", "ID"), ("PartyLegalEntity", "CompanyID"), ("EndpointID",))
    return [node for way in ways for node in body.each(*way) if node.text]


def _known(number: Node) -> bool:
    """Whether a number has a field of its own."""
    return values.is_uscc(number.text) or number.attributes.get("schemeID", "") in ("AEO", "customs_code")


def _numbered(node: Node) -> str:
    return f"{node.attributes.get('schemeID', '')} {node.text}".strip()


def _state(reading: Reading, part: str, body: Node, who: Node | None) -> None:
    found = reading.found
    for node in (*body.each("PartyName", "Name"), *([who] if who else [])):
        field = "name_zh" if values.is_chinese(node.text) else "name"
        if node.text and found.get(PARTY, part, field) is None:
            reading.state(PARTY, part, field, node, text)
    for way in (
        ("PartyName", "Name"),
        ("PartyLegalEntity", "RegistrationName"),
        ("PartyTaxScheme", "RegistrationName"),
    ):
        for node in body.each(*way):
            node.used = node.used or (who is not None and node.text.casefold() == who.text.casefold())
    for way in (("PartyLegalEntity", "CompanyID"), ("PartyTaxScheme", "CompanyID"), ("PartyIdentification", "ID")):
        for node in body.each(*way):
            if values.is_uscc(node.text):
                reading.state(PARTY, part, "uscc", node, text)
            elif node.attributes.get("schemeID", "").upper() == "AEO":
                reading.state(PARTY, part, "aeo", node, text)
            elif node.attributes.get("schemeID", "") == "customs_code":
                reading.state(PARTY, part, "customs_code", node, text)
    for place in (("PostalAddress",), ("PhysicalLocation", "Address"), ("PartyLegalEntity", "RegistrationAddress")):
        address = body.first(*place)
        if address is not None:
            _address(reading, part, address)


def _address(reading: Reading, part: str, address: Node) -> None:
    """The first address that is given of a party counts; one that says the same again is used too."""
    found = reading.found
    lines = [node for way in _ADDRESS for node in address.each(*way) if node.text]
    words = ", ".join(dict.fromkeys(node.text for node in lines))
    code = address.first("Country", "IdentificationCode")
    standing = (found.get(PARTY, part, "address"), found.get(PARTY, part, "country"))
    if standing == (None, None):
        reading.state(PARTY, part, "country", code, country)
        found.set(PARTY, part, "address", words, address.path)
    elif standing[0] not in (None, words) or (
        code is not None and code.text and standing[1] != reading.value(code, country)
    ):
        return
    for node in lines:
        node.used = True
