"""Bodies: topics of industry. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Required, TypedDict

from entrepot_client.topic import Topic

if TYPE_CHECKING:
    from entrepot_client.topics.shared import Text


class GoodsTraits(TypedDict, total=False):
    """What the industry packs know of a line's goods: product, dangerous-goods data, control codes, quality
    attributes. `controls` are the codes of both directions; unless `controls_known`, that there are none on
    file means nothing.
    """

    product: Required[Text]
    pack: Required[str]
    un_number: str
    dg_class: str
    packing_group: str
    controls: list[str]
    attributes: list[str]
    controls_known: bool


INDUSTRY_TRAITS: Topic[GoodsTraits] = Topic("industry.traits", keyed="line")
"""What the industry packs know of a line: dangerous goods, controls, quality attributes. (商品行业特征)"""


class Quality(TypedDict, total=False):
    """A quality attribute: the standard (or the contract) that speaks of it, and its limit where one is on
    file. `operator` is `at least`, `at most`, or `stated` for a value that a contract states; `basis` what
    a share is counted on.
    """

    attribute: Required[str]
    name: Required[Text]
    standard: Required[str]
    operator: Required[str]
    limit: str | None
    unit: str
    basis: str


class Practice(TypedDict, total=False):
    """What is usually asked of goods besides the declaration: papers, inspections and permits by their code,
    and quality.
    """

    product: Required[Text]
    pack: Required[str]
    asks: dict[str, Text]
    quality: list[Quality]


INDUSTRY_PRACTICE: Topic[Practice] = Topic("industry.practice", keyed="line")
"""What quarantine, inspection, carriage and quality usually ask of a line's goods, from the industry
packs. (行业惯例要求)
"""


class Ruling_GoodsTraits_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: GoodsTraits | None


INDUSTRY_TRAITS_RULING: Topic[Ruling_GoodsTraits_] = Topic("industry.traits.ruling", keyed="line")
"""a person's ruling of `industry.traits`, made by the kernel. (商品行业特征：人工裁定)"""


class Ruling_Practice_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: Practice | None


INDUSTRY_PRACTICE_RULING: Topic[Ruling_Practice_] = Topic("industry.practice.ruling", keyed="line")
"""a person's ruling of `industry.practice`, made by the kernel. (行业惯例要求：人工裁定)"""
