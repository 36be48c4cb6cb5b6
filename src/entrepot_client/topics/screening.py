"""Bodies: topics of screening. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Required, TypedDict

from entrepot_client.topic import Topic

if TYPE_CHECKING:
    from entrepot_client.topics.shared import Text


class ClearanceHit(TypedDict, total=False):
    """A name of the dossier that looks like an entry of a list. `subject` is the fact's path
    (`trade.party/importer`), `score` from 0 to 1 with its `reasons` in words. A `foreign` list informs and
    never blocks by itself. `until`: how long a decision that it is not them holds.
    """

    id: Required[str]
    subject: Required[str]
    said: Required[str]
    pack: Required[str]
    entry: Required[str]
    listed: Required[str]
    score: Required[str]
    reasons: Required[list[Text]]
    state: Literal["cleared", "confirmed", "open"]
    foreign: bool
    decided_by: str
    until: str | None


class ListEdition(TypedDict, total=False):
    """A list that was screened against, by its pack, and the day of its edition."""

    pack: Required[str]
    title: Required[Text]
    published: Required[str]
    entries: int


class Screening(TypedDict, total=False):
    """Parties, vessels and goods against the lists on file. `screened` are the paths that were looked at."""

    hits: Required[list[ClearanceHit]]
    screened: list[str]
    lists: list[ListEdition]


SCREENING_RESULT: Topic[Screening] = Topic("screening.result")
"""Names of the dossier that look like entries of sanctions and control lists, each with its score and
reasons. (名单筛查)
"""


class Alerts(TypedDict, total=False):
    """How many alerts of the screening wait for a decision: no name, so that whoever it is about is not told.
    `unscreened` counts the lists that would hold a declaration back and that are not on file, or out of
    date.
    """

    open: int
    confirmed: int
    unscreened: int


SCREENING_ALERTS: Topic[Alerts] = Topic("screening.alerts")
"""How many alerts of the screening are open: none may be when the declaration is filed. (筛查待处理警示)"""


class Decision(TypedDict, total=False):
    """What a compliance officer decides on a hit (the key is its id): it is `not_them`, or it `is_them`, and
    why. The first holds until `until`, a year at most; the id names the list's entry as it stood, so a
    changed entry is a new question.
    """

    decision: Required[Literal["is_them", "not_them"]]
    reason: Required[str]
    decided_on: Required[str]
    until: str | None


class KnownDecision(TypedDict, total=False):
    """A decision that the enterprise took in another dossier of its own, and who took it."""

    hit: Required[str]
    decision: Required[Decision]
    by: Required[str]
    dossier: Required[str]


class Decisions(TypedDict, total=False):
    """What the enterprise decided elsewhere, the last decision first."""

    known: list[KnownDecision]


SCREENING_DECISIONS: Topic[Decisions] = Topic("screening.decisions")
"""What the enterprise, or the broker at hand for it, decided on hits in its other dossiers; never anybody
else's. (本企业在其他档案中的决定)
"""


SCREENING_DECISION: Topic[Decision] = Topic("screening.decision", keyed="hit")
"""A compliance officer's decision that a listed name is, or is not, the party at hand; good in all of
one's dossiers. (筛查命中的处理决定)
"""


class Ruling_Screening_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: Screening | None


SCREENING_RESULT_RULING: Topic[Ruling_Screening_] = Topic("screening.result.ruling")
"""a person's ruling of `screening.result`, made by the kernel. (名单筛查：人工裁定)"""


class Ruling_Alerts_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: Alerts | None


SCREENING_ALERTS_RULING: Topic[Ruling_Alerts_] = Topic("screening.alerts.ruling")
"""a person's ruling of `screening.alerts`, made by the kernel. (筛查待处理警示：人工裁定)"""
