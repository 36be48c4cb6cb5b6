"""Bodies: topics of contract. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrepot_client.topic import Topic

if TYPE_CHECKING:
    from entrepot_client.topics.shared import GoodsLine


CONTRACT_LINE: Topic[GoodsLine] = Topic("contract.line", keyed="contract_line")
"""Goods as the contract agrees them, which the shipment may send in part: compared with the lines sent,
never declared. (合同商品项)
"""
