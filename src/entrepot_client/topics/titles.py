"""Bodies: topics of titles. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Required, TypedDict

from entrepot_client.topic import Topic

if TYPE_CHECKING:
    from entrepot_client.topics.shared import Text, TitleDocument
    from entrepot_client.topics.shared_2 import TitlePart


class Endorsement(TypedDict, total=False):
    """An endorsement by the step of that number; `to` is empty in blank, `onward` lets the endorsee endorse
    further.
    """

    step: Required[int]
    by: Required[str]
    to: str
    onward: bool


class RefusedStep(TypedDict, total=False):
    """A step on record that does not follow from those before it, and why; it changes nothing."""

    step: Required[str]
    action: Required[str]
    reasons: Required[list[Text]]


class Control(TypedDict, total=False):
    """A title as its steps leave it. `holder` has control (possession), with the key `holder_key`; `endorsee`
    alone may ask for the goods, or whoever holds where that is empty. `number` and `head` are the last step
    and its digest. While it is surrendered the issuer has control, and `back` is who gets it again where
    the surrender is refused. On `paper` of that number nobody has control of the electronic record any more
    (MLETR Art. 18(3)).
    """

    title: Required[str]
    kind: Required[Literal["bill_of_lading", "warehouse_receipt"]]
    form: Required[Literal["bearer", "order", "straight"]]
    state: Required[Literal["circulating", "delivered", "on_paper", "split", "surrendered", "void"]]
    issuer: Required[str]
    issuer_key: Required[str]
    content: Required[str]
    number: Required[int]
    head: Required[str]
    at: Required[str]
    holder: str
    holder_key: str
    endorsee: str
    onward: bool
    shipper: str
    endorsements: list[Endorsement]
    purpose: Literal["", "amendment", "delivery", "paper", "split"]
    back: str
    back_key: str
    paper: str
    parts: list[TitlePart]
    parent: str
    refused: list[RefusedStep]


TITLES_CONTROL: Topic[Control] = Topic("titles.control")
"""Who has control, who is entitled by endorsement, in what state the title is, and every step that was
refused. (权利凭证控制权)
"""


class Effect(TypedDict, total=False):
    """Whether the law that rules a title takes an electronic record for a paper document of title: the act,
    and its ground.
    """

    country: Required[str]
    act: Required[str]
    ground: Required[str]


TITLES_EFFECT: Topic[Effect] = Topic("titles.effect")
"""Whether the law of the title takes an electronic record for paper (MLETR Art. 8 to 11), as enacted
there. (法律效力)
"""


TITLES_DRAFT: Topic[TitleDocument] = Topic("titles.draft")
"""A bill of lading filled in from what the trade's dossier says; the carrier completes and issues it.
(提单草稿)
"""


class Ruling_Control_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: Control | None


TITLES_CONTROL_RULING: Topic[Ruling_Control_] = Topic("titles.control.ruling")
"""a person's ruling of `titles.control`, made by the kernel. (权利凭证控制权：人工裁定)"""


class Ruling_Effect_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: Effect | None


TITLES_EFFECT_RULING: Topic[Ruling_Effect_] = Topic("titles.effect.ruling")
"""a person's ruling of `titles.effect`, made by the kernel. (法律效力：人工裁定)"""


class Ruling_TitleDocument_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: TitleDocument | None


TITLES_DRAFT_RULING: Topic[Ruling_TitleDocument_] = Topic("titles.draft.ruling")
"""a person's ruling of `titles.draft`, made by the kernel. (提单草稿：人工裁定)"""
