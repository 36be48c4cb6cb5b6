"""Bodies: topics of packing. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrepot_client.topic import Topic

if TYPE_CHECKING:
    from entrepot_client.topics.shared import Packing


PACKING_TOTALS: Topic[Packing] = Topic("packing.totals")
"""Packages, gross and net weight and marks of the whole shipment. (包装与重量)"""
