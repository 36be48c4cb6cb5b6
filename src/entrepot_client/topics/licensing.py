"""Bodies: topics of licensing. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Required, TypedDict

from entrepot_client.topic import Topic

if TYPE_CHECKING:
    from entrepot_client.topics.shared import Text


class Requirement(TypedDict, total=False):
    """What one control asks of a line: `code` is the control code of customs, or a word of ours where customs
    has none (`dangerous_package`); `issuer` gives the paper, `by` is the last day to hold it. `held` names
    the paper at hand in `paper`; `unknown`: nobody can say from what is on file; `banned`: no paper opens
    it.
    """

    code: Required[str]
    name: Required[Text]
    status: Required[Literal["banned", "held", "required", "stated_not_controlled", "unknown"]]
    why: Required[Text]
    issuer: Text | None
    by: str | None
    paper: str
    steps: list[Text]


class LineControls(TypedDict, total=False):
    """The licences and controls of a line. `codes` are the control codes of its flow; unless `known`, that
    none is listed does not mean that the goods are free.
    """

    known: Required[bool]
    codes: list[str]
    requirements: list[Requirement]


LICENSING_LINE: Topic[LineControls] = Topic("licensing.line", keyed="line")
"""Which licences, inspections and permits a line needs, from whom, by when, and which are at hand.
(许可与监管条件)
"""


class Ruling_LineControls_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: LineControls | None


LICENSING_LINE_RULING: Topic[Ruling_LineControls_] = Topic("licensing.line.ruling", keyed="line")
"""a person's ruling of `licensing.line`, made by the kernel. (许可与监管条件：人工裁定)"""
