"""Bodies: topics of preference. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Required, TypedDict

from entrepot_client.topic import Topic

if TYPE_CHECKING:
    from entrepot_client.topics.shared import Money, Text


class Document(TypedDict, total=False):
    """A paper that a way in takes: what it is, who gives it, and for how many months it is good."""

    kind: Required[Literal["proof", "quota", "transit"]]
    name: Required[Text]
    who: Required[Text]
    months: int | None


class Way(TypedDict, total=False):
    """One way in for a line. `cost` is duty and trade measures in the currency of the destination, None where
    it cannot be computed; `saving` is against the best that needs no agreement, below zero where it is
    dearer. `state`: it can be had now, nearly (something is missing), or is closed (the goods do not
    originate). `measures` are those in the cost, with their rates.
    """

    code: Required[str]
    name: Required[Text]
    rate: Required[str]
    cost: Required[Money | None]
    state: Required[Literal["closed", "nearly", "now"]]
    agreement: str
    saving: Money | None
    documents: list[Document]
    conditions: list[Text]
    missing: list[Text]
    measures: list[Text]


class LineChoice(TypedDict, total=False):
    """The ways in for a line: those that can be had now, the cheapest first and among equals the one with the
    fewest papers; then the nearly ones; then the closed. `better` is the nearly one that would cost less
    than the best now, by `possible`.
    """

    country: Required[str]
    code: Required[str]
    day: Required[str]
    advice: Required[Text]
    ways: Required[list[Way]]
    best: str
    better: str
    possible: Money | None


PREFERENCE_LINE: Topic[LineChoice] = Topic("preference.line", keyed="line")
"""Every treatment and agreement for a line with its duty, its saving and its paperwork; the best first,
and what to do. (最省合法进口方案)
"""


class AgreementChoice(TypedDict, total=False):
    """One agreement for the whole consignment: the lines on which it costs less than no agreement, what all
    lines then cost, and what that saves. One proof may cover all of these lines.
    """

    agreement: Required[str]
    name: Required[Text]
    state: Required[Literal["closed", "nearly", "now"]]
    lines: Required[list[str]]
    cost: Required[Money]
    saving: Required[Money]
    documents: list[Document]
    missing: list[Text]


class TotalChoice(TypedDict, total=False):
    """The consignment: duty `without` any agreement, as the lines can be entered `now`, and as they `could` be
    at best, line by line; None where a line's duty is not known.
    """

    country: Required[str]
    day: Required[str]
    advice: Required[Text]
    without: Required[Money | None]
    now: Required[Money | None]
    could: Required[Money | None]
    agreements: list[AgreementChoice]


PREFERENCE_TOTAL: Topic[TotalChoice] = Topic("preference.total")
"""What each agreement would save on the whole consignment, and which papers that takes. (整票最省合法进口方案)"""


class Ruling_LineChoice_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: LineChoice | None


PREFERENCE_LINE_RULING: Topic[Ruling_LineChoice_] = Topic("preference.line.ruling", keyed="line")
"""a person's ruling of `preference.line`, made by the kernel. (最省合法进口方案：人工裁定)"""


class Ruling_TotalChoice_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: TotalChoice | None


PREFERENCE_TOTAL_RULING: Topic[Ruling_TotalChoice_] = Topic("preference.total.ruling")
"""a person's ruling of `preference.total`, made by the kernel. (整票最省合法进口方案：人工裁定)"""
