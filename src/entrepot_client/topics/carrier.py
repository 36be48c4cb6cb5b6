"""Bodies: topics of carrier. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Required, TypedDict

from entrepot_client.topic import Topic

if TYPE_CHECKING:
    from entrepot_client.topics.shared import Text


class Facility(TypedDict, total=False):
    """A bonded zone or logistics centre that the goods pass, and what follows from it."""

    pack: Required[str]
    name: Required[Text]
    kind: Required[Literal["bonded_logistics_centre_b", "comprehensive_bonded_zone", "other"]]
    export_treatment_on_entry: Required[bool]
    substantial_processing: Required[bool]
    storage_months: int | None


CARRIER_FACILITY: Topic[Facility] = Topic("carrier.facility")
"""The bonded zone or logistics centre that the goods pass, if any. (保税载体)"""


class CarrierEvent(TypedDict, total=False):
    """A carrier's event (the key is the carrier's own id of it)."""

    event: Required[str]
    day: Required[str]
    place: str
    container: str
    bill_no: str


CARRIER_EVENT: Topic[CarrierEvent] = Topic("carrier.event", keyed="event")
"""Loaded, departed, arrived, delivered: what the carrier reports. (承运事件)"""


class Ruling_Facility_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: Facility | None


CARRIER_FACILITY_RULING: Topic[Ruling_Facility_] = Topic("carrier.facility.ruling")
"""a person's ruling of `carrier.facility`, made by the kernel. (保税载体：人工裁定)"""
