"""Bodies: topics of title. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Required, TypedDict

from entrepot_client.topic import Topic

if TYPE_CHECKING:
    from entrepot_client.topics.shared import TitleDocument
    from entrepot_client.topics.shared_2 import TitlePart


TITLE_DOCUMENT: Topic[TitleDocument] = Topic("title.document", keyed="document")
"""What stands on the face of a bill of lading or a warehouse receipt. (权利凭证正文)"""


class StepProof(TypedDict, total=False):
    """The signature under a step: W3C Data Integrity, suite eddsa-jcs-2022, over the step without it."""

    type: Required[Literal["DataIntegrityProof"]]
    cryptosuite: Required[Literal["eddsa-jcs-2022"]]
    created: Required[str]
    verificationMethod: Required[str]
    proofPurpose: Required[Literal["assertionMethod"]]
    proofValue: Required[str]


class TitleStep(TypedDict, total=False):
    """One step in the life of a title; the key of the topic is its number, from 1. `by` took it, `at` (UTC,
    ISO 8601). `previous` is the digest of the signed step before it, empty for the first; `content` that of
    the document as it stands after this step. `to` and `to_key` (a `did:key`) say who has control from here
    on. `onward` lets the endorsee endorse further. `purpose` is that of a surrender; `paper` the number of
    the paper title; `parent` and `parent_step` name the title and the step of the split that this one came
    from.
    """

    title: Required[str]
    number: Required[int]
    action: Required[
        Literal[
            "accept",
            "amend",
            "endorse",
            "endorse_blank",
            "from_paper",
            "issue",
            "refuse",
            "split",
            "surrender",
            "to_paper",
            "transfer",
            "void",
        ]
    ]
    by: Required[str]
    at: Required[str]
    content: Required[str]
    previous: str
    to: str
    to_key: str
    onward: bool
    purpose: Literal["", "amendment", "delivery", "paper", "split"]
    paper: str
    parts: list[TitlePart]
    parent: str
    parent_step: str
    reason: str
    proof: StepProof | None


TITLE_STEP: Topic[TitleStep] = Topic("title.step", keyed="step")
"""One signed step of a title: issued, endorsed, transferred, surrendered and so on. It is never taken
back. (权利凭证流转)
"""


class TitleSeen(TypedDict, total=False):
    """That an organisation (the key) came into a title, by the step of this number."""

    step: Required[int]


TITLE_SEEN: Topic[TitleSeen] = Topic("title.seen", keyed="organisation")
"""Since which step an organisation has been in a title. (曾持有方)"""


class TitleIssued(TypedDict, total=False):
    """In a trade: the title (the key) issued on its goods, its kind, number, and the digest of its document."""

    kind: Required[Literal["bill_of_lading", "warehouse_receipt"]]
    number: Required[str]
    content: Required[str]
    issuer: Required[str]


TITLE_ISSUED: Topic[TitleIssued] = Topic("title.issued", keyed="title")
"""A bill of lading or warehouse receipt was issued on the goods of this trade. (已签发权利凭证)"""
