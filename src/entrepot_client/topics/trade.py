"""Bodies: topics of trade. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Required, TypedDict

from entrepot_client.topic import Topic

if TYPE_CHECKING:
    from entrepot_client.topics.shared import Money, Party


TRADE_PARTY: Topic[Party] = Topic("trade.party", keyed="party")
"""A party by its part in the trade: exporter, importer, producer, owner, declarant, notify. (贸易方)"""


class Terms(TypedDict, total=False):
    """The commercial terms. `incoterm` is the three-letter Incoterms 2020 rule, `place` its named place;
    `total` the invoice total, `contract_total` that of the contract, which may be sent in parts.
    """

    contract_no: str
    contract_date: str | None
    invoice_no: str
    invoice_date: str | None
    incoterm: str
    place: str
    currency: str
    total: Money | None
    payment: str
    contract_total: Money | None


TRADE_TERMS: Topic[Terms] = Topic("trade.terms")
"""Contract, invoice, Incoterm, currency and total of the trade. (成交条款)"""


class TradeCost(TypedDict, total=False):
    """A cost of bringing the goods to the buyer beside freight and insurance (the key is its number): what
    for, by the words of the Incoterms table, how much for the whole consignment, and who invoices it.
    `payer` says who bears it where that differs from the Incoterm, or the Incoterm leaves it open.
    """

    cost: Required[
        Literal[
            "destination_terminal",
            "export_clearance",
            "export_packing",
            "import_clearance",
            "load_at_origin",
            "load_main",
            "on_carriage",
            "origin_terminal",
            "other",
            "pre_carriage",
            "unload_at_place",
        ]
    ]
    amount: Required[Money]
    payer: Literal["", "buyer", "seller"]
    invoiced_by: str


TRADE_COST: Topic[TradeCost] = Topic("trade.cost", keyed="cost")
"""Handling, clearance, terminals and delivery: what it costs to bring the goods to the buyer beside
freight and insurance. (途中费用)
"""
