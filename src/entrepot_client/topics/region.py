"""Bodies: topics of region. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Required, TypedDict

from entrepot_client.topic import Topic

if TYPE_CHECKING:
    from entrepot_client.topics.shared import Text


class RegionProfile(TypedDict, total=False):
    """The region that the goods come from: its pack, its administrative code (6 digits), and what is usual
    there: source regions as the declaration writes them, gateways (UN/LOCODE), leading industries.
    """

    pack: Required[str]
    name: Required[Text]
    admin_code: Required[str]
    domestic_regions: list[str]
    gateways: list[str]
    industries: list[str]


REGION_PROFILE: Topic[RegionProfile] = Topic("region.profile")
"""The region pack that the domestic source of the goods belongs to. (货源地区)"""


class Ruling_RegionProfile_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: RegionProfile | None


REGION_PROFILE_RULING: Topic[Ruling_RegionProfile_] = Topic("region.profile.ruling")
"""a person's ruling of `region.profile`, made by the kernel. (货源地区：人工裁定)"""
