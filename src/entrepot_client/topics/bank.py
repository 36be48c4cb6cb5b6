"""Bodies: topics of bank. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Required, TypedDict

from entrepot_client.topic import Topic

if TYPE_CHECKING:
    from entrepot_client.topics.shared import Money


class Receipt(TypedDict, total=False):
    """Foreign exchange received (the key is the bank's reference)."""

    amount: Required[Money]
    received_on: Required[str]
    payer: str
    declaration: str
    deemed: bool


BANK_RECEIPT: Topic[Receipt] = Topic("bank.receipt", keyed="receipt")
"""A receipt of foreign exchange for this trade, by the bank's reference. (收汇)"""
