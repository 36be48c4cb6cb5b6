"""Bodies: topics of evidence. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Required, TypedDict

from entrepot_client.topic import Topic

if TYPE_CHECKING:
    from entrepot_client.topics.shared import Text


class PaperUse(TypedDict, total=False):
    """A paper by its SHA-256: its name and kind, how many standing statements it bears out, on which topics,
    and at how many places in it something was read. Not `received` means that it is cited but was never
    handed in.
    """

    digest: Required[str]
    name: str
    kind: str
    received: bool
    statements: int
    places: int
    topics: list[str]


class Citation(TypedDict, total=False):
    """How a paper is cited on a topic: its name, by how many standing statements, with how many places read in
    it.
    """

    name: Required[str]
    statements: Required[int]
    places: Required[int]


class Footing(TypedDict, total=False):
    """What the statements that stand on one topic rest on, by key (empty for a topic with one value).
    `office`: an office or its gateway said it. `papers`: the papers that bear it out, by digest.
    `transcript` and `own_word`: nothing better stands behind the key. `partly`: a paper or an office stands
    behind a part of it only. `cited`: the papers of all keys, by digest.
    """

    topic: Required[str]
    statements: int
    office: list[str]
    papers: dict[str, list[str]]
    transcript: list[str]
    own_word: list[str]
    partly: list[str]
    cited: dict[str, Citation]


class EvidenceIndex(TypedDict, total=False):
    """An index of evidence over some topics: paper by paper, and topic by topic."""

    papers: Required[list[PaperUse]]
    topics: Required[list[Footing]]


EVIDENCE_INDEX: Topic[EvidenceIndex] = Topic("evidence.index")
"""What every standing statement on the trade rests on: papers, offices, transcripts, or the speaker's own
word alone. (证据索引)
"""


EVIDENCE_MAKING: Topic[EvidenceIndex] = Topic("evidence.making")
"""The same of the bills of materials. (生产情况证据索引)"""


EVIDENCE_COSTS: Topic[EvidenceIndex] = Topic("evidence.costs")
"""The same of purchase cost, the exporter's standing, foreign exchange and the claim. (成本与退税证据索引)"""


class FilingDocument(TypedDict, total=False):
    """A document to be kept on file for the refund (contract, transport, brokerage): the papers of its kinds
    that were handed in, by digest.
    """

    document: Required[str]
    name: Required[Text]
    papers: list[str]
    needed: bool


class Filing(TypedDict, total=False):
    """The refund's filing documents, and those that are needed and lacking."""

    documents: Required[list[FilingDocument]]
    lacking: list[str]


EVIDENCE_FILING: Topic[Filing] = Topic("evidence.filing")
"""Which documents are to be kept on file for the refund, which papers are they, and which are still
lacking. (退税备案单证)
"""


class KeepingDuty(TypedDict, total=False):
    """A duty to keep things: what it covers (topics, beginnings of topics with a point, `paper:KIND`), until
    and including which day (None: what it runs from has not happened), under which law. Not `certain` where
    its text was not read.
    """

    duty: Required[str]
    name: Required[Text]
    covers: Required[list[str]]
    law: Required[str]
    article: str
    until: str | None
    certain: bool


class Retention(TypedDict, total=False):
    """What of a dossier must be kept until when."""

    duties: Required[list[KeepingDuty]]


EVIDENCE_RETENTION: Topic[Retention] = Topic("evidence.retention")
"""Which laws ask that statements and papers be kept, and until which day; what is to be erased is held
against it. (保存义务)
"""


class Ruling_EvidenceIndex_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: EvidenceIndex | None


EVIDENCE_INDEX_RULING: Topic[Ruling_EvidenceIndex_] = Topic("evidence.index.ruling")
"""a person's ruling of `evidence.index`, made by the kernel. (证据索引：人工裁定)"""


EVIDENCE_MAKING_RULING: Topic[Ruling_EvidenceIndex_] = Topic("evidence.making.ruling")
"""a person's ruling of `evidence.making`, made by the kernel. (生产情况证据索引：人工裁定)"""


EVIDENCE_COSTS_RULING: Topic[Ruling_EvidenceIndex_] = Topic("evidence.costs.ruling")
"""a person's ruling of `evidence.costs`, made by the kernel. (成本与退税证据索引：人工裁定)"""


class Ruling_Filing_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: Filing | None


EVIDENCE_FILING_RULING: Topic[Ruling_Filing_] = Topic("evidence.filing.ruling")
"""a person's ruling of `evidence.filing`, made by the kernel. (退税备案单证：人工裁定)"""


class Ruling_Retention_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: Retention | None


EVIDENCE_RETENTION_RULING: Topic[Ruling_Retention_] = Topic("evidence.retention.ruling")
"""a person's ruling of `evidence.retention`, made by the kernel. (保存义务：人工裁定)"""
