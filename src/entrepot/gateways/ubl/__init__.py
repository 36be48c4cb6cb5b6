"""UBL 2.x documents (OASIS), XML and the older JSON form -> statements.

Any document type is read: lines, parties and money are built from the same elements in all of them.
"""

import re
from datetime import date

from entrepot.gateways.extract import Found, refusal
from entrepot.gateways.ubl.customs import CUSTOMS_KINDS, read_customs
from entrepot.gateways.ubl.leftovers import note_leftovers
from entrepot.gateways.ubl.lines import read_lines
from entrepot.gateways.ubl.parties import read_parties
from entrepot.gateways.ubl.reading import Reading
from entrepot.gateways.ubl.shipment import read_shipment
from entrepot.gateways.ubl.terms import read_terms
from entrepot.gateways.ubl.tree import Node, from_json, from_xml, is_ubl_json
from entrepot.kernel.text import Text

__all__ = ["from_json", "from_xml", "is_ubl_json", "read_ubl"]


def read_ubl(root: Node, today: date) -> tuple[str, Found]:
    """The kind of a document (`despatch_advice`) and what it says; Refusal where it carries no goods, parties or money."""
    kind = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", root.name).lower()
    reading = Reading(root, kind, today)
    read_parties(reading)
    read_lines(reading)
    read_terms(reading)
    read_shipment(reading)
    if kind in CUSTOMS_KINDS:
        read_customs(reading)
    else:
        note_leftovers(reading)
    if not reading.found.statements():
        named = "; ".join(text.en for text in reading.found.unread[:5]) or "none is in it"
        named_zh = "；".join(text.zh for text in reading.found.unread[:5]) or "其中没有"
        raise refusal(
            "P008",
            root.path,
            Text(
                f"this {root.name} gives no goods, named party or money: {named}",
                f"该 {root.name} 未给出货物、具名当事方或金额：{named_zh}",
            ),
            Text("send the invoice, order, packing list or transport document", "请提交发票、订单、装箱单或运输单证"),
        )
    return kind, reading.found
