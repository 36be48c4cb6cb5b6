"""Names and codes of the WCO Data Model that reading and writing share."""

import re
from collections.abc import Mapping

META = "urn:wco:datamodel:WCO:DocumentMetaData-DMS:2"
DECLARATION = "urn:wco:datamodel:WCO:DEC-DMS:2"
DECLARATION_TYPES = "urn:wco:datamodel:WCO:Declaration_DS:DMS:2"
VERSION = "3.6"

ORIGINAL, REQUEST = "9", "13"
"""Function codes (017): a declaration as first lodged, and a request about one already lodged."""
REQUESTS: Mapping[str, str] = {"COR": "customs_amendment", "INV": "customs_cancellation", "GPN": "customs_presentation"}
"""Kinds of request by type code (D013)."""

MODES: Mapping[str, str] = {"1": "2", "8": "2", "2": "3", "3": "4", "4": "5", "5": "6"}
"""UN/ECE Recommendation 19 modes -> customs transport modes; sea and inland water are both 2."""
REC19: Mapping[str, str] = {"2": "1", "3": "2", "4": "3", "5": "4", "6": "5"}

BILLS = frozenset({"703", "704", "705", "714", "720", "730", "740", "741"})
"""UNTDED 1001 codes of transport documents: bills of lading, waybills, consignment notes."""
BILL_OF_MODE: Mapping[str, str] = {"2": "705", "3": "720", "4": "730", "5": "740"}
INVOICE = "935"
LICENCES: Mapping[str, str] = {"E": "811", "I": "911"}
"""Export and import licence."""

PREVIOUS = "previous:"
"""How the code of a document that came before the declaration begins, where it goes with it (`previous:ZDCR`)."""

SHIPMENT_PARTIES: Mapping[str, str] = {
    "Exporter": "exporter", "Importer": "importer", "Consignee": "consignee", "Consignor": "consignor", "Seller": "seller",
    "Buyer": "buyer", "Declarant": "declarant", "Carrier": "carrier", "Submitter": "submitter", "Payer": "payer",
    "Surety": "surety",
}  # fmt: skip
"""Elements that hold one party, and its part in the trade."""
ROLE_PARTIES: Mapping[str, tuple[str, str]] = {
    "Agent": ("agent", "FunctionCode"),
    "AuthorisationHolder": ("authorisation_holder", "CategoryCode"),
    "DomesticDutyTaxParty": ("domestic_duty_tax_party", "RoleCode"),
    "AEOMutualRecognitionParty": ("aeo_party", "RoleCode"),
}
"""Elements that may stand several times, parted by a code; the code stands behind the part: `agent.2`."""
AEO_ROLES: Mapping[str, str] = {"EX": "exporter", "IM": "importer", "DT": "declarant", "CN": "consignee"}

STATEMENTS: Mapping[str, str] = {
    "special_relation": "special_relation", "price_effect": "price_effect", "royalty": "royalty",
    "formula_price": "formula_price", "self_assess": "self_assess",
}  # fmt: skip
"""Particulars that go as additional statements (226 with 225): the code is the field's own name."""

_UUID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_BARE_UUID = re.compile("([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})")


def reference_of(message: str) -> str:
    """A message's id as the functional reference (D026), which holds 35 characters: one of 36 goes without its hyphens."""
    return message.replace("-", "") if _UUID.fullmatch(message) else message[:35]


def message_of(reference: str) -> str:
    """The id of the message that a functional reference stands for."""
    parts = _BARE_UUID.fullmatch(reference)
    return "-".join(parts.groups()) if parts else reference
