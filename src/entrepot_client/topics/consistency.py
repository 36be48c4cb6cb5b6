"""Bodies: topics of consistency. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Required, TypedDict

from entrepot_client.topic import Topic

if TYPE_CHECKING:
    from entrepot_client.topics.shared import Problem, Text


class Side(TypedDict, total=False):
    """What one paper says of a field: its name, kind, digest and the place in it; or who said it without a
    paper.
    """

    value: Required[str]
    paper: Required[str]
    kind: str
    place: str
    document: str


class Comparison(TypedDict, total=False):
    """One thing that papers of the shipment say: `field` is its path on the declaration. `near` is within the
    tolerance on file. Where they differ, `severity` E blocks and W asks, `rule` is the rule it falls under.
    The first of the `sides` is the paper that leads: where nothing blocks, its value stands. What is near
    without a severity is the same, written otherwise.
    """

    field: Required[str]
    label: Required[Text]
    outcome: Required[Literal["agree", "differ", "near"]]
    sides: Required[list[Side]]
    severity: Literal["", "E", "W"]
    rule: str
    what: Text | None
    fix: Text | None


class Consistency(TypedDict, total=False):
    """How far the papers of a shipment agree: every field that more than one of them names, the gravest first.
    `unlisted` counts what agrees besides, in a dossier too long to list it.
    """

    comparisons: Required[list[Comparison]]
    unlisted: int


CONSISTENCY_PAPERS: Topic[Consistency] = Topic("consistency.papers")
"""What contract, invoice, packing list, bill, certificate and declaration say of the same thing, with both
places. (单证一致性)
"""


class PurchaseChain(TypedDict, total=False):
    """Whether the purchase documents lead to this declaration: goods, units, quantities and names, never an
    amount. `owner_named` None: no purchase document to look at.
    """

    owner_named: bool | None
    problems: list[Problem]


CONSISTENCY_PURCHASE: Topic[PurchaseChain] = Topic("consistency.purchase")
"""Whether the purchase documents lead to the goods declared and their owner: the refund depends on it.
(进货凭证与报关单)
"""


class Ruling_Consistency_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: Consistency | None


CONSISTENCY_PAPERS_RULING: Topic[Ruling_Consistency_] = Topic("consistency.papers.ruling")
"""a person's ruling of `consistency.papers`, made by the kernel. (单证一致性：人工裁定)"""


class Ruling_PurchaseChain_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: PurchaseChain | None


CONSISTENCY_PURCHASE_RULING: Topic[Ruling_PurchaseChain_] = Topic("consistency.purchase.ruling")
"""a person's ruling of `consistency.purchase`, made by the kernel. (进货凭证与报关单：人工裁定)"""
