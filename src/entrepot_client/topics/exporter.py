"""Bodies: topics of exporter. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrepot_client.topic import Topic

if TYPE_CHECKING:
    from entrepot_client.topics.shared import Enterprise


EXPORTER_STANDING: Topic[Enterprise] = Topic("exporter.standing")
"""Production or trading, VAT status, refund category. (出口企业身份)"""
