"""Bodies: topics of transport. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrepot_client.topic import Topic

if TYPE_CHECKING:
    from entrepot_client.topics.shared import Charges, Container, Transport


TRANSPORT_PLAN: Topic[Transport] = Topic("transport.plan")
"""Mode, conveyance, bill, ports, days and the route of the main carriage. (运输)"""


TRANSPORT_CHARGES: Topic[Charges] = Topic("transport.charges")
"""Freight, insurance and other charges as they go on the declaration. (运保杂费)"""


TRANSPORT_CONTAINER: Topic[Container] = Topic("transport.container", keyed="container")
"""A container by its number: type, seals, cargo weight and the lines it holds. (集装箱)"""
