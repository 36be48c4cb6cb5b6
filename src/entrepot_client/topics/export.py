"""Bodies: topics of export. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from typing import Required, TypedDict

from entrepot_client.topic import Topic


class ExportRates(TypedDict, total=False):
    """Export duty of a line as read from the tariff book on a day: the statutory rate and the provisional one
    that goes before it, in the grammar of `kernel.rates`; empty where the rate on file is meant. `rates` of
    exchange: yuan per unit.
    """

    source: Required[str]
    day: Required[str]
    duty: str
    provisional: str
    rates: dict[str, str]


EXPORT_RATES: Topic[ExportRates] = Topic("export.rates", keyed="line")
"""The export duty rates of a line as read from the tariff book; said, they ask for the export duty.
(出口关税税率)
"""
