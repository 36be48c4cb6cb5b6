"""Bodies: what several topics share. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Required, TypedDict

if TYPE_CHECKING:
    from entrepot_client.topics.shared import ModeCheck


class TitlePart(TypedDict, total=False):
    """A part into which a title is split: the new title's id, the digest of its document, and how much of each
    line it has.
    """

    title: Required[str]
    content: Required[str]
    goods: Required[dict[str, str]]


class Sending(TypedDict, total=False):
    """What is about to leave for an office: kept before it leaves, so that a retry reuses the same message."""

    office: Required[str]
    digest: Required[str]
    message: Required[str]
    media_type: str


class Unsent(TypedDict, total=False):
    """A sending that failed, and why."""

    office: Required[str]
    reason: Required[str]


class Rejected(TypedDict, total=False):
    """An office's refusal of one message."""

    reason: Required[str]
    office: str
    codes: list[str]


class Amendment(TypedDict, total=False):
    """Where what would be sent now differs from what was sent last: field paths with both values."""

    sent: Required[str]
    fresh: Required[str]
    changes: Required[list[list[Any]]]


class Ruling_ModeCheck_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: ModeCheck | None
