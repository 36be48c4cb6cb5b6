"""Bodies: topics of declaration. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Required, TypedDict

from entrepot_client.topic import Topic

if TYPE_CHECKING:
    from entrepot_client.topics.declaration import DraftQuestions, PartsPlan, Ruling_UsualPrices_


DECLARATION_PRICES_RULING: Topic[Ruling_UsualPrices_] = Topic("declaration.prices.ruling")
"""a person's ruling of `declaration.prices`, made by the kernel. (本企业惯常单价：人工裁定)"""


class Ruling_PartsPlan_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: PartsPlan | None


DECLARATION_SPLIT_RULING: Topic[Ruling_PartsPlan_] = Topic("declaration.split.ruling")
"""a person's ruling of `declaration.split`, made by the kernel. (分单方案：人工裁定)"""


class Ruling_DraftQuestions_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: DraftQuestions | None


DECLARATION_QUESTIONS_RULING: Topic[Ruling_DraftQuestions_] = Topic("declaration.questions.ruling")
"""a person's ruling of `declaration.questions`, made by the kernel. (待补充的问题：人工裁定)"""
