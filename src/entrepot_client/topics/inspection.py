"""Bodies: topics of inspection. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Required, TypedDict

from entrepot_client.topic import Topic

if TYPE_CHECKING:
    from entrepot_client.topics.shared import InspectedLine


class InspectionReport(TypedDict, total=False):
    """What an inspector found (the key is the report's number): when and where, how the samples were drawn,
    line by line, and the conclusion.
    """

    inspected_on: Required[str]
    place: Required[str]
    inspector: Required[str]
    lines: Required[list[InspectedLine]]
    conclusion: Required[Literal["conforms", "does_not_conform", "findings_only"]]
    sampling: str
    containers: list[str]
    remarks: str


INSPECTION_REPORT: Topic[InspectionReport] = Topic("inspection.report", keyed="report")
"""What an inspector, a warehouse or the producer found on looking at the goods. (检验报告)"""
