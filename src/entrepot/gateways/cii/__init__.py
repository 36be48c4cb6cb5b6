"""UN/CEFACT Cross Industry Invoice (D16B to D22B, one namespace), also as it lies inside a PDF/A-3 -> statements."""

from datetime import date

from entrepot.gateways.cii.lines import read_lines
from entrepot.gateways.cii.parties import read_parties
from entrepot.gateways.cii.terms import read_terms
from entrepot.gateways.extract import Found, refusal
from entrepot.gateways.ubl.leftovers import note_leftovers
from entrepot.gateways.ubl.reading import Reading
from entrepot.gateways.ubl.tree import Node
from entrepot.kernel.text import Text

__all__ = ["is_cii", "read_cii"]

# UN/EDIFACT 1001: what a document is. What is not listed is an invoice like any other.
_KINDS = {
    **dict.fromkeys(("81", "261", "262", "296", "308", "381", "396", "420", "458", "532"), "credit_note"),
    **dict.fromkeys(("80", "82", "84", "383"), "debit_note"),
    "325": "proforma_invoice",
}
_PARTS = ("SellerTradeParty", "BuyerTradeParty", "SpecifiedTradeProduct")


def is_cii(root: Node) -> bool:
    """Whether a tree is that of a Cross Industry Invoice."""
    return root.name == "CrossIndustryInvoice"


def read_cii(root: Node, today: date) -> tuple[str, Found]:
    """The kind of the document (`invoice`, `credit_note` …) and what it says; Refusal where it says nothing of a trade."""
    code = root.first("ExchangedDocument", "TypeCode")
    kind = _KINDS.get(code.text if code is not None else "", "invoice")
    reading = Reading(root, kind, today)
    read_parties(reading)
    currency = read_terms(reading)
    read_lines(reading, currency)
    note_leftovers(reading, _matters)
    if not reading.found.statements():
        raise refusal(
            "P008",
            root.path,
            Text("this invoice gives no goods, named party or money", "该发票未给出货物、具名当事方或金额"),
            Text("send the invoice as its system wrote it", "请提交系统生成的原始发票"),
        )
    return kind, reading.found


def _matters(node: Node) -> bool:
    parent = node.parent.name if node.parent is not None else ""
    return (
        node.name.endswith(("Amount", "Quantity", "WeightMeasure"))
        or (node.name == "Name" and (parent.endswith("TradeParty") or parent in _PARTS))
        or (node.name == "ID" and parent == "SpecifiedLegalOrganization")
        or node.name == "ClassCode"
    )
